//! Many watches, and many commits.

use std::cell::Cell;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::Stream;
use routier::entity::{FieldDescriptor, IndexDescriptor, IndexVisitor, view};
use routier::query::{Indexed, PrimaryKey};
use routier::value::{DatumRef, read};
use routier::{Collection, Commit, Descriptor, Entity, Field, Live, Result, Store, Token, Watch};

use crate::{Player, player};

const N_WATCHES: u32 = 1_000;
const N_SEATS: u64 = 100_000;
/// Nobody watches seats from this tier on.
const UNWATCHED: u32 = 2 * N_WATCHES;

thread_local! {
    /// How often the tier of a seat was looked at in this test: by a filter, or to look filters up. Indexes take it from
    /// the struct, and do not count.
    static LOOKS: Cell<u64> = const { Cell::new(0) };
}

/// An entity written by hand, which counts.
#[derive(Clone, Debug, PartialEq)]
struct Seat {
    id: u64,
    tier: u32,
}

#[derive(Clone, Copy)]
struct SeatFields {
    tier: Field<Seat, Indexed<u32>>,
    id: Field<Seat, PrimaryKey<u64>>,
}

impl Entity for Seat {
    type Key = u64;
    type Fields = SeatFields;
    const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<Self>("Seat", "seats")
        .with_fields(&[FieldDescriptor::declared::<u64>("id"), FieldDescriptor::declared::<u32>("tier")])
        .with_key(&[0])
        .with_indexes(&[IndexDescriptor::ordered(&[1])]);

    fn fields() -> SeatFields {
        SeatFields { id: Field::numbered(0), tier: Field::numbered(1) }
    }

    fn key(&self) -> u64 {
        self.id
    }

    fn read(&self, field: u16) -> DatumRef<'_> {
        if field == 0 {
            return read(&self.id);
        }
        LOOKS.set(LOOKS.get() + 1);
        read(&self.tier)
    }

    fn indexes<V: IndexVisitor<Self>>(visitor: &mut V) {
        visitor.ordered::<u32>(|row| view(&row.tier));
    }
}

/// A watch, and how often it was woken.
struct Follower {
    watch: Watch<Seat>,
    wakes: Arc<Wakes>,
    /// How many seats it has.
    n_seats: usize,
}

#[derive(Default)]
struct Wakes(AtomicU64);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Follower {
    fn n_wakes(&self) -> u64 {
        self.wakes.0.load(Ordering::SeqCst)
    }

    /// Reads whatever there is.
    fn settle(&mut self) {
        let waker = Waker::from(Arc::clone(&self.wakes));
        let mut context = Context::from_waker(&waker);
        loop {
            let before = self.n_wakes();
            match Pin::new(&mut self.watch).poll_next(&mut context) {
                Poll::Ready(Some(live)) => match live.expect("no commit is too far back") {
                    Live::Reset(rows) => self.n_seats = rows.len(),
                    Live::Entered(_) => self.n_seats += 1,
                    Live::Left(_) => self.n_seats -= 1,
                    Live::Changed { .. } | Live::Moved { .. } | Live::Ready(_) => {}
                },
                Poll::Ready(None) => panic!("the store is open"),
                Poll::Pending if self.n_wakes() == before => return,
                Poll::Pending => {}
            }
        }
    }
}

async fn followers(seats: &Collection<Seat>) -> Result<Vec<Follower>> {
    let mut followers = Vec::new();
    for tier in 0..N_WATCHES {
        let watch = seats.filter(|s| s.tier.eq(tier)).watch().await?;
        let mut follower = Follower { watch, wakes: Arc::default(), n_seats: 0 };
        follower.settle();
        assert_eq!(follower.n_seats as u64, N_SEATS / u64::from(N_WATCHES));
        followers.push(follower);
    }
    Ok(followers)
}

#[tokio::test]
async fn a_commit_of_one_row_looks_at_it_for_those_it_concerns_alone_and_wakes_them() -> Result<()> {
    let store = Store::memory();
    let seats = store.collection::<Seat>().await?;
    let tier_of = |id: u64| (id % u64::from(N_WATCHES)) as u32;
    seats.insert_many((0..N_SEATS).map(|id| Seat { id, tier: tier_of(id) })).await?;
    let mut followers = followers(&seats).await?;
    let wakes: Vec<u64> = followers.iter().map(Follower::n_wakes).collect();
    for round in 0..20 {
        let id = round * 4_999;
        let (old, new) = (tier_of(id), (tier_of(id) + 7) % N_WATCHES);
        LOOKS.set(0);
        seats.modify(&id, |seat| seat.tier = new).await?;
        let n_looks = LOOKS.get();
        // One is that at the value, before it is written; two are those by which watches are looked up; and two filters
        // look for themselves.
        assert!(n_looks <= 3 + 3, "{n_looks} looks in round {round}");
        for tier in [old, new] {
            followers[tier as usize].settle();
        }
        // what a watch reads it looks at itself
        let n_more = LOOKS.get() - n_looks;
        assert!(n_more <= 4, "{n_more} looks of two watches in round {round}");
        let there = [old, new].map(|tier| followers[tier as usize].n_seats);
        assert_eq!(there, [99, 101], "round {round}");
        seats.modify(&id, |seat| seat.tier = old).await?;
        for tier in [old, new] {
            followers[tier as usize].settle();
            let follower = &followers[tier as usize];
            assert!(follower.n_wakes() >= wakes[tier as usize] + 2, "woken by each of both");
        }
    }
    let concerned =
        (0..20).flat_map(|round| [tier_of(round * 4_999), (tier_of(round * 4_999) + 7) % N_WATCHES]);
    let concerned: Vec<u32> = concerned.collect();
    for (tier, (follower, before)) in (0..).zip(followers.iter().zip(&wakes)) {
        let n = follower.n_wakes() - before;
        assert!(concerned.contains(&tier) || n == 0, "the watch of tier {tier} was woken {n} times");
    }
    Ok(())
}

#[tokio::test]
async fn a_commit_that_concerns_none_of_a_thousand_watches_evaluates_no_filter() -> Result<()> {
    let store = Store::memory();
    let seats = store.collection::<Seat>().await?;
    seats.insert_many((0..N_SEATS).map(|id| Seat { id, tier: UNWATCHED + (id % 1_000) as u32 })).await?;
    let mut followers = Vec::new();
    for tier in 0..N_WATCHES {
        let several = [tier, tier + 1_000_000];
        let watch = match tier % 5 {
            0 => seats.filter(|s| s.tier.eq(tier)).watch().await?,
            1 => seats.filter(|s| s.tier.one_of(several) & s.id.ge(7)).watch().await?,
            2 => seats.filter(|s| s.tier.lt(tier)).watch().await?,
            3 => seats.filter(|s| s.tier.ge(tier) & s.tier.le(tier + 1)).limit(10).watch().await?,
            _ => seats.filter(|s| s.tier.eq(tier) | s.tier.eq(tier + 1)).limit(10).watch().await?,
        };
        let mut follower = Follower { watch, wakes: Arc::default(), n_seats: 0 };
        follower.settle();
        followers.push(follower);
    }
    let wakes: Vec<u64> = followers.iter().map(Follower::n_wakes).collect();
    for round in 0..20 {
        let id = round * 4_999;
        LOOKS.set(0);
        seats.modify(&id, |seat| seat.tier += 1).await?;
        // One is that at the value, before it is written, and two are those by which watches are looked up.
        assert!(LOOKS.get() <= 3, "{} looks in round {round}", LOOKS.get());
    }
    assert!(followers.iter().map(Follower::n_wakes).eq(wakes), "none was woken");
    let concerns = |of: u32, tier: u32| match of % 5 {
        0 | 1 => tier == of,
        2 => tier < of,
        _ => (of..=of + 1).contains(&tier),
    };
    let mut old = UNWATCHED;
    for tier in 500..510 {
        let wakes: Vec<u64> = followers.iter().map(Follower::n_wakes).collect();
        seats.modify(&10_000, |seat| seat.tier = tier).await?;
        for ((of, follower), before) in (0..).zip(&mut followers).zip(wakes) {
            let is_concerned = concerns(of, old) || concerns(of, tier);
            assert_eq!(follower.n_wakes() > before, is_concerned, "watch {of}, from {old} to {tier}");
            follower.settle();
        }
        old = tier;
    }
    Ok(())
}

const N_WRITERS: u64 = 8;

/// How many commits there are: `ROUTIER_COMMITS=1000000` for a long run.
fn n_commits() -> u64 {
    let given = std::env::var("ROUTIER_COMMITS").ok().and_then(|text| text.parse().ok());
    given.unwrap_or(100_000) / N_WRITERS * N_WRITERS
}

/// What a commit is: who wrote it, and the how manieth of the writer.
fn read_commit(commit: &Commit) -> (u64, u32) {
    let changes = commit.of::<Player>();
    let [change] = &changes[..] else { panic!("one change a commit: {changes:?}") };
    let row = change.after().expect("nothing is removed");
    (row.id, row.score)
}

/// The commits of each writer, which come one after the other.
#[derive(Default)]
struct Counts([u32; N_WRITERS as usize]);

impl Counts {
    fn add(&mut self, (writer, n): (u64, u32)) {
        self.0[writer as usize] += 1;
        assert_eq!(n, self.0[writer as usize], "of writer {writer}: none is missing, none comes twice");
    }
}

/// One who comes, reads a while, goes, and comes back behind what it has seen.
async fn come_and_go(store: Store, start: Token) -> Result<()> {
    let (mut token, mut counts, mut n_seen) = (start, Counts::default(), 0);
    while n_seen < n_commits() {
        let mut feed = store.changes_after(token).await?;
        for _ in 0..(1 + n_seen * 7_919 % 2_000).min(n_commits() - n_seen) {
            counts.add(read_commit(&feed.next().await.expect("the store is open")?));
            n_seen += 1;
        }
        token = feed.token();
    }
    assert_eq!(counts.0, [(n_commits() / N_WRITERS) as u32; N_WRITERS as usize]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_commits_of_eight_writers_arrive_in_order_and_can_be_resumed_from() -> Result<()> {
    let n_commits = n_commits();
    let store = Store::builder().retain(n_commits as usize).memory();
    let players = store.collection::<Player>().await?;
    let start = store.token();
    let mut feed = store.changes().await?;
    let followers: Vec<_> = (0..3).map(|_| tokio::spawn(come_and_go(store.clone(), start))).collect();
    let mut writers = Vec::new();
    for writer in 0..N_WRITERS {
        let players = players.clone();
        writers.push(tokio::spawn(async move {
            for n in 1..=(n_commits / N_WRITERS) as u32 {
                players.upsert(player(writer, n)).await?;
            }
            Result::Ok(())
        }));
    }
    let mut commits: Vec<(Token, (u64, u32))> = vec![(start, (0, 0))];
    let mut counts = Counts::default();
    while commits.len() as u64 <= n_commits {
        let commit = feed.next().await.expect("the store is open")?;
        let (writer, n) = read_commit(&commit);
        assert!(commit.number() > commits[commits.len() - 1].0.number());
        counts.add((writer, n));
        commits.push((commit.token(), (writer, n)));
    }
    for task in writers.into_iter().chain(followers) {
        task.await.expect("no task panics")?;
    }
    assert_eq!(feed.token(), store.token(), "there is nothing more");
    for place in (0..commits.len()).step_by(100) {
        let mut resumed = store.changes_after(commits[place].0.to_string().parse()?).await?;
        for (token, commit) in commits.iter().skip(place + 1).take(100) {
            let next = resumed.next().await.expect("the store is open")?;
            assert_eq!((next.token(), read_commit(&next)), (*token, *commit), "after {place}");
        }
    }
    Ok(())
}
