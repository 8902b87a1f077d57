//! What is allocated, by a counting allocator: nothing by point reads, by a commit of one row no more where there are many
//! rows, and what a long read has kept is given back after it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use routier::{Collection, Entity, Result, Store};
use serde::{Deserialize, Serialize};

/// Counts what each thread allocates.
struct Counting;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Allocated {
    times: usize,
    bytes: usize,
}

impl Allocated {
    fn add(&mut self, other: Self) {
        self.times += other.times;
        self.bytes += other.bytes;
    }
}

thread_local! {
    static ALLOCATED: Cell<Allocated> = const { Cell::new(Allocated { times: 0, bytes: 0 }) };
    /// How many bytes more it has allocated than given back.
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

fn keep(bytes: isize) {
    let _ = LIVE.try_with(|live| live.set(live.get() + bytes));
}

fn count(bytes: usize) {
    // a thread that ends has no place to count in
    let _ = ALLOCATED.try_with(|allocated| {
        let Allocated { times, bytes: before } = allocated.get();
        allocated.set(Allocated { times: times + 1, bytes: before + bytes });
    });
}

#[expect(unsafe_code, reason = "an allocator is so by nature; it leaves all of the work to the system's")]
// SAFETY: each call is passed on as it came, and counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        keep(layout.size() as isize);
        // SAFETY: the caller keeps to the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        keep(layout.size() as isize);
        // SAFETY: the caller keeps to the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        keep(size as isize - layout.size() as isize);
        // SAFETY: the caller keeps to the contract of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        keep(-(layout.size() as isize));
        // SAFETY: the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What this thread allocates while `work` is awaited. The work is made before the count begins.
async fn allocated_by<T>(work: impl FnOnce() -> T) -> (Allocated, T::Output)
where
    T: Future,
{
    let before = ALLOCATED.get();
    let output = work().await;
    let after = ALLOCATED.get();
    (Allocated { times: after.times - before.times, bytes: after.bytes - before.bytes }, output)
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(index(guild, score))]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    handle: String,
    #[index]
    score: u32,
    guild: Option<u32>,
    #[index]
    tags: Vec<u16>,
}

fn player(id: u64) -> Player {
    let scattered = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    Player {
        id,
        handle: format!("player {id}"),
        score: scattered as u32,
        guild: (!id.is_multiple_of(3)).then_some(id as u32 % 100),
        tags: vec![id as u16 % 7, 100 + id as u16 % 11],
    }
}

async fn filled(rows: u64) -> Result<(Store, Collection<Player>)> {
    let store = Store::memory();
    let players = store.collection::<Player>().await?;
    // the last commit is kept whole for the feed
    for begin in (0..rows).step_by(1_000) {
        players.insert_many((begin..rows.min(begin + 1_000)).map(player)).await?;
    }
    Ok((store, players))
}

#[tokio::test]
async fn a_point_read_allocates_nothing() -> Result<()> {
    let (store, players) = filled(10_000).await?;
    let snapshot = store.snapshot().await?;
    let then = snapshot.collection::<Player>().await?;
    players.modify(&7, |player| player.handle.push('!')).await?;
    for (name, view) in [("the store", &*players), ("a snapshot", &then)] {
        for key in [0, 7, 9_999, 10_000] {
            let (allocated, row) = allocated_by(|| view.get(&key)).await;
            assert_eq!(row?.is_some(), key < 10_000);
            assert_eq!(allocated, Allocated::default(), "get({key}) of {name}");
            let (allocated, row) = allocated_by(|| view.get_by(|p| p.id, key)).await;
            assert_eq!(row?.is_some(), key < 10_000);
            assert_eq!(allocated, Allocated::default(), "get_by(id, {key}) of {name}");
        }
        for handle in ["player 0", "player 7", "player 7!", "player 9999", "nobody"] {
            let (allocated, row) = allocated_by(|| view.get_by(|p| p.handle, handle)).await;
            assert!(row?.is_none_or(|row| row.handle == handle));
            assert_eq!(allocated, Allocated::default(), "get_by(handle, {handle}) of {name}");
        }
    }
    Ok(())
}

/// How many commits are counted together: nodes of trees are split by one commit in some, and a median of single
/// commits is now with a split and now without.
const TOGETHER: u64 = 10;

/// The medians of 100 measurements of what commits of one row allocate: inserts, updates of indexed fields, removals.
async fn medians(players: &Collection<Player>, rows: u64) -> Result<[Allocated; 3]> {
    let mut allocated = [const { Vec::new() }; 3];
    for turn in 0..100 {
        let mut sums = [Allocated::default(); 3];
        for id in rows..rows + TOGETHER {
            let new = player(id + turn * TOGETHER);
            let (inserted, row) = allocated_by(|| players.insert(new)).await;
            row?;
            sums[0].add(inserted);
        }
        for place in 0..TOGETHER {
            let present = ((turn * TOGETHER + place) * 7_919) % rows;
            let change = |player: &mut Player| {
                player.score ^= 0x5555;
                player.guild = Some(player.guild.map_or(1, |guild| guild ^ 1));
            };
            let (updated, row) = allocated_by(|| players.modify(&present, change)).await;
            row?;
            sums[1].add(updated);
        }
        for id in rows..rows + TOGETHER {
            let gone = id + turn * TOGETHER;
            let (removed, row) = allocated_by(|| players.remove_key(&gone)).await;
            assert!(row?.is_some());
            sums[2].add(removed);
        }
        for (all, sum) in allocated.iter_mut().zip(sums) {
            all.push(sum);
        }
    }
    Ok(allocated.map(|mut all| {
        all.sort_by_key(|one| one.bytes);
        all[50]
    }))
}

/// `ROUTIER_ROWS=1000000` compares with so many.
#[tokio::test]
async fn a_commit_allocates_no_more_where_there_are_many_rows() -> Result<()> {
    let many = std::env::var("ROUTIER_ROWS").map_or(200_000, |rows| rows.parse().expect("a number of rows"));
    let few = 1_000;
    let (few_store, few_players) = filled(few).await?;
    let (many_store, many_players) = filled(many).await?;
    for with_snapshot in [false, true] {
        let snapshots = if with_snapshot {
            vec![few_store.snapshot().await?, many_store.snapshot().await?]
        } else {
            Vec::new()
        };
        let of_few = medians(&few_players, few).await?;
        let of_many = medians(&many_players, many).await?;
        println!("{TOGETHER} commits, with a snapshot: {with_snapshot}");
        println!("among {few} rows: {of_few:?}");
        println!("among {many} rows: {of_many:?}");
        for ((few, many), name) in of_few.iter().zip(&of_many).zip(["insert", "update", "removal"]) {
            let most = few.bytes + few.bytes / 10;
            assert!(many.bytes <= most, "{name}: {} bytes, and {} among few", many.bytes, few.bytes);
        }
        for store in [&few_store, &many_store] {
            assert_eq!(store.stats().old_versions > 0, with_snapshot, "{:?}", store.stats());
        }
        drop(snapshots);
        for store in [&few_store, &many_store] {
            let stats = store.stats();
            assert_eq!((stats.old_versions, stats.snapshots), (0, 0), "{stats:?}");
        }
    }
    Ok(())
}

/// A store that keeps one commit for feeds, and its rows.
async fn sparing() -> Result<(Store, Collection<Player>)> {
    let store = Store::builder().retain(1).memory();
    let players = store.collection::<Player>().await?;
    Ok((store, players))
}

/// Updates the index over and over.
async fn churn(players: &Collection<Player>, rows: u64, commits: u64) -> Result<()> {
    for commit in 0..commits {
        let id = commit.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let scattered = (commit ^ id) as u32 & 0x00ff_ffff;
        players.modify(&(id % rows), |player| player.score = scattered).await?;
    }
    Ok(())
}

async fn load(players: &Collection<Player>, rows: impl Iterator<Item = Player>) -> Result<()> {
    for row in rows {
        players.insert(row).await?;
    }
    Ok(())
}

fn is_within(bytes: isize, expected: isize, percent: isize) -> bool {
    (bytes - expected).abs() * 100 <= expected * percent
}

#[tokio::test]
async fn what_a_long_read_has_kept_is_given_back() -> Result<()> {
    const ROWS: u64 = 20_000;
    const COMMITS: u64 = 60_000;
    let begin = LIVE.get();
    let (store, players) = sparing().await?;
    load(&players, (0..ROWS).map(player)).await?;
    let loaded = LIVE.get() - begin;
    let snapshot = store.snapshot().await?;
    churn(&players, ROWS, COMMITS).await?;
    let kept = LIVE.get() - begin;
    assert!(store.stats().old_versions > ROWS / 2, "{:?}", store.stats());
    assert!(kept > loaded * 3 / 2, "{kept} bytes with the reader, {loaded} before: it keeps what it sees");
    assert_eq!(snapshot.collection::<Player>().await?.get(&7).await?.as_deref(), Some(&player(7)));
    drop(snapshot);
    assert_eq!(store.stats().old_versions, 0);
    let after = LIVE.get() - begin;

    let begin = LIVE.get();
    let (_twin_store, twin) = sparing().await?;
    load(&twin, (0..ROWS).map(player)).await?;
    churn(&twin, ROWS, COMMITS).await?;
    let unread = LIVE.get() - begin;

    let mut rows = Vec::new();
    for id in 0..ROWS {
        rows.extend(players.get(&id).await?);
    }
    let begin = LIVE.get();
    let (_fresh_store, fresh) = sparing().await?;
    load(&fresh, rows.iter().map(|row| Player::clone(row))).await?;
    let fresh = LIVE.get() - begin;
    println!(
        "{loaded} bytes loaded, {kept} with the reader, {after} after it; {unread} without, {fresh} fresh"
    );
    assert!(is_within(after, unread, 1), "{after} bytes after the reader, and {unread} without one");
    // The nodes of an index that has been changed for long are a little less full than those of a new one.
    assert!(is_within(after, fresh, 3), "{after} bytes after the reader, and {fresh} freshly loaded");
    Ok(())
}
