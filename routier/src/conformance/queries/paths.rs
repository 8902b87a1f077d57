//! Which way a query goes, and how many rows it looks at: sections 3.8 and 3.9.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::query::eval;
use crate::{AnyRow, Collection, Cursor, Entity, Filter, Find, Result, Store};

clauses! {
    "3.8" q_path_equal [INDEXES]: "`eq` and `one_of` of an index go by it and never scan.";
    "3.8" q_path_range [INDEXES]: "`lt`, `le`, `gt`, `ge` and `between` of an index go by it and never scan.";
    "3.8" q_path_prefix [INDEXES]: "`starts_with` of an index goes by it and never scans.";
    "3.8" q_path_absent [INDEXES]: "`is_none` of an index goes by it and never scans.";
    "3.8" q_path_contains [INDEXES]: "`contains` and `contains_any` of an indexed list go by its index and never scan.";
    "3.8" q_path_key [INDEXES]: "What names keys, or a range of them, or the first part of a composite one, never scans.";
    "3.8" q_path_distinct [INDEXES]: "What names distinct values goes by them and never scans.";
    "3.8" q_path_composite [INDEXES]: "A prefix of a composite index, and a range behind one, go by it and never scan.";
    "3.8" q_path_either [INDEXES]: "`|` of what has an index each is no scan.";
    "3.8" q_path_order [ORDERED]: "The order of an index or the key under a limit is walked: neither a scan nor a sort.";
    "3.8" q_path_none: "What no index answers says that it scans, and gives its rows all the same.";
    "3.9" q_cost_lookups [COUNTED]: "Lookups of keys, distinct and indexed values look at one row more than they give, at most.";
    "3.9" q_cost_ranges [COUNTED]: "Ranges of keys and indexes look at one row more than they give, at most.";
    "3.9" q_cost_narrower [COUNTED]: "Of two indexes under `&` the one with fewer rows is walked.";
    "3.9" q_cost_either [COUNTED]: "`|` looks at the rows of its sides, and at no others.";
    "3.9" q_cost_order [COUNTED]: "`order_by(index).limit(k)` looks at k rows and one more, at most.";
    "3.9" q_cost_pages [COUNTED]: "A page looks at one row more than it has, at most, however deep it lies.";
    "3.9" q_cost_snapshot [COUNTED]: "A snapshot's queries look at no more rows when others have replaced every row since.";
}

/// One of everything that an index can be.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "query_tracks", index(guild, level, score))]
struct Track {
    #[key]
    region: u16,
    #[key]
    number: u32,
    #[distinct]
    serial: u64,
    #[index]
    score: u32,
    guild: Option<u32>,
    level: i32,
    #[index]
    name: String,
    #[index]
    nick: Option<u32>,
    #[index]
    tags: Vec<u32>,
}

const ROWS: u32 = 1_200;

fn track(place: u32) -> Track {
    let scattered = place * 7_919 % ROWS;
    Track {
        region: (place / 100) as u16,
        number: place % 100,
        serial: u64::from(place) * 3,
        score: scattered / 4,
        guild: (!place.is_multiple_of(5)).then_some(scattered % 40),
        level: (scattered / 40) as i32 % 5 - 2,
        name: format!("{:04}-{place}", scattered / 3),
        nick: (!place.is_multiple_of(50)).then_some(scattered),
        tags: vec![place % 200, 2_000 + place % 13, place % 200],
    }
}

async fn filled(subject: &Subject) -> Result<(Store, Collection<Track>)> {
    with(subject, ROWS).await
}

async fn with(subject: &Subject, n_rows: u32) -> Result<(Store, Collection<Track>)> {
    let store = subject.store().await?;
    let tracks = store.collection::<Track>().await?;
    tracks.insert_many((0..n_rows).map(track)).await?;
    Ok((store, tracks))
}

/// A query, and the columns of the index that it goes by, where that is one.
type Case = (&'static str, fn(Find<Track>) -> Find<Track>, Option<&'static [&'static str]>);

const SCORE: Option<&[&str]> = Some(&["score"]);
const GROUP: Option<&[&str]> = Some(&["guild", "level", "score"]);
const NAME: Option<&[&str]> = Some(&["name"]);
const NICK: Option<&[&str]> = Some(&["nick"]);
const TAGS: Option<&[&str]> = Some(&["tags"]);
const SERIAL: Option<&[&str]> = Some(&["serial"]);

const EQUAL: &[Case] = &[
    ("eq", |f| f.filter(|t| t.score.eq(17)), SCORE),
    ("eq of an optional field", |f| f.filter(|t| t.nick.eq(17)), NICK),
    ("one_of", |f| f.filter(|t| t.score.one_of([4, 5, 100, 299, 9_999])), SCORE),
    ("one_of, with more than it needs", |f| f.filter(|t| t.name.one_of(["0157-9", "x", "x"])), NAME),
    ("eq and a test", |f| f.filter(|t| t.score.eq(17)).filter(|t| t.score.ge(3)), SCORE),
];

const RANGES: &[Case] = &[
    ("lt", |f| f.filter(|t| t.score.lt(17)), SCORE),
    ("le", |f| f.filter(|t| t.score.le(17)), SCORE),
    ("gt", |f| f.filter(|t| t.score.gt(280)), SCORE),
    ("ge", |f| f.filter(|t| t.score.ge(280)), SCORE),
    ("lt of an optional field", |f| f.filter(|t| t.nick.lt(17)), NICK),
    ("gt of an optional field", |f| f.filter(|t| t.nick.gt(1_100)), NICK),
    ("between", |f| f.filter(|t| t.score.between(100..=110)), SCORE),
    ("between, half open", |f| f.filter(|t| t.score.between(..10)), SCORE),
    ("two bounds", |f| f.filter(|t| t.score.ge(100) & t.score.lt(111)), SCORE),
];

const PREFIXES: &[Case] = &[
    ("a prefix", |f| f.filter(|t| t.name.starts_with("012")), NAME),
    ("a longer one", |f| f.filter(|t| t.name.starts_with("0123-")), NAME),
    ("one of no row", |f| f.filter(|t| t.name.starts_with("x")), NAME),
];

const ABSENT: &[Case] = &[
    ("is_none", |f| f.filter(|t| t.nick.is_none()), NICK),
    ("is_none of the first column", |f| f.filter(|t| t.guild.is_none()), GROUP),
    ("is_none and a range", |f| f.filter(|t| t.guild.is_none() & t.level.lt(0)), GROUP),
];

const LISTS: &[Case] = &[
    ("contains", |f| f.filter(|t| t.tags.contains(77)), TAGS),
    ("contains_any", |f| f.filter(|t| t.tags.contains_any([77, 78, 5_000])), TAGS),
    ("contains_any, of one row twice", |f| f.filter(|t| t.tags.contains_any([77, 2_003])), TAGS),
];

const KEYS: &[Case] = &[
    ("a key", |f| f.filter(|t| t.region.eq(7) & t.number.eq(8)), None),
    ("keys", |f| f.filter(|t| t.region.eq(7) & t.number.one_of([8, 9, 70])), None),
    ("no such key", |f| f.filter(|t| t.region.eq(700) & t.number.eq(8)), None),
    ("a prefix of the key", |f| f.filter(|t| t.region.eq(7)), None),
    ("a range behind it", |f| f.filter(|t| t.region.eq(7) & t.number.ge(95)), None),
    ("a range of the key", |f| f.filter(|t| t.region.between(7..9)), None),
];

const DISTINCT: &[Case] = &[
    ("eq", |f| f.filter(|t| t.serial.eq(300)), SERIAL),
    ("one_of", |f| f.filter(|t| t.serial.one_of([300, 303, 304])), SERIAL),
    ("of no row", |f| f.filter(|t| t.serial.eq(1)), SERIAL),
];

const COMPOSITE: &[Case] = &[
    ("its first column", |f| f.filter(|t| t.guild.eq(13)), GROUP),
    ("two columns", |f| f.filter(|t| t.guild.eq(13) & t.level.eq(1)), GROUP),
    ("all columns", |f| f.filter(|t| t.guild.eq(13) & t.level.eq(1) & t.score.ge(100)), GROUP),
    ("a range behind the first", |f| f.filter(|t| t.guild.eq(13) & t.level.between(-1..=1)), GROUP),
    ("a range of the first", |f| f.filter(|t| t.guild.between(12..14)), GROUP),
    ("some of two", |f| f.filter(|t| t.guild.one_of([1, 2]) & t.level.one_of([-2, 0])), GROUP),
];

const EITHER: &[Case] = &[
    ("of one field", |f| f.filter(|t| t.score.lt(5) | t.score.eq(7) | t.score.ge(290)), SCORE),
    ("of several", |f| f.filter(|t| t.score.lt(5) | t.serial.eq(300) | t.tags.contains(77)), None),
    ("of `&`", |f| f.filter(|t| (t.guild.eq(3) & t.level.eq(0)) | (t.region.eq(3) & t.number.lt(4))), None),
    ("within one another", |f| f.filter(|t| t.score.eq(7) | t.score.between(5..9) | t.score.le(6)), SCORE),
];

const ORDERED: &[Case] = &[
    ("of an index", |f| f.order_by(|t| t.score.asc()).limit(10), SCORE),
    ("of an index, backwards", |f| f.order_by(|t| t.score.desc()).limit(10), SCORE),
    ("of an optional field", |f| f.order_by(|t| t.nick.desc()).limit(10), NICK),
    (
        "of a composite index",
        |f| f.order_by(|t| t.guild.asc()).then_by(|t| t.level.asc()).then_by(|t| t.score.asc()).limit(10),
        GROUP,
    ),
    ("of the key", |f| f.limit(10), None),
    (
        "of the key, backwards",
        |f| f.order_by(|t| t.region.desc()).then_by(|t| t.number.desc()).limit(10),
        None,
    ),
    ("of what is ranged", |f| f.filter(|t| t.score.ge(9)).order_by(|t| t.score.desc()).limit(10), SCORE),
    (
        "behind a prefix",
        |f| f.filter(|t| t.guild.eq(3)).order_by(|t| t.level.desc()).then_by(|t| t.score.desc()).limit(7),
        GROUP,
    ),
    ("of all", |f| f.order_by(|t| t.score.asc()), SCORE),
];

/// Fails unless each of the queries goes by its index, does not scan, and gives the rows that its filter means.
async fn go(subject: &Subject, cases: &[Case]) -> Result<()> {
    let (_store, tracks) = filled(subject).await?;
    for (name, ask, index) in cases {
        let plan = ask(tracks.query()).explain().await?;
        assert!(!plan.is_scan(), "{name}: {plan}");
        assert_eq!(plan.index().as_deref(), *index, "{name}: {plan}");
        let rows = ask(tracks.query()).all().await?;
        assert!(name.contains("no") || !rows.is_empty(), "{name}: {plan}");
        let mut expected = tracks.scan(|_| true).all().await?;
        expected.retain(|row| eval::matches(&plan.query.filter, &AnyRow::new(row.clone())));
        expected.sort_by(|one, other| {
            let [one, other] = [one, other].map(|row| AnyRow::new(row.clone()));
            eval::compare(&one, &other, &plan.query.order, Track::DESCRIPTOR)
        });
        expected.truncate(plan.query.limit.unwrap_or(u64::MAX) as usize);
        assert!(rows == expected, "{name}: {plan}");
    }
    Ok(())
}

/// Fails unless each of the queries looks at one row more than it gives, at most.
async fn cost(subject: &Subject, cases: &[&[Case]]) -> Result<()> {
    let (_store, tracks) = filled(subject).await?;
    for (name, ask, _) in &cases.concat() {
        let analysis = ask(tracks.query()).explain_analyze().await?;
        let most = analysis.returned() + 1;
        assert!(analysis.examined().is_some_and(|examined| examined <= most), "{name}: {analysis}");
    }
    Ok(())
}

async fn q_path_equal(subject: &Subject) -> Result<()> {
    go(subject, EQUAL).await
}

async fn q_path_range(subject: &Subject) -> Result<()> {
    go(subject, RANGES).await
}

async fn q_path_prefix(subject: &Subject) -> Result<()> {
    go(subject, PREFIXES).await
}

async fn q_path_absent(subject: &Subject) -> Result<()> {
    go(subject, ABSENT).await
}

async fn q_path_contains(subject: &Subject) -> Result<()> {
    go(subject, LISTS).await
}

async fn q_path_key(subject: &Subject) -> Result<()> {
    go(subject, KEYS).await
}

async fn q_path_distinct(subject: &Subject) -> Result<()> {
    go(subject, DISTINCT).await
}

async fn q_path_composite(subject: &Subject) -> Result<()> {
    go(subject, COMPOSITE).await
}

async fn q_path_either(subject: &Subject) -> Result<()> {
    go(subject, EITHER).await
}

async fn q_path_order(subject: &Subject) -> Result<()> {
    go(subject, ORDERED).await?;
    let (_store, tracks) = filled(subject).await?;
    for (name, ask, _) in ORDERED {
        let plan = ask(tracks.query()).explain().await?;
        assert!(plan.is_sorted() && !plan.needs_sort(), "{name}: {plan}");
    }
    Ok(())
}

async fn q_path_none(subject: &Subject) -> Result<()> {
    let (_store, tracks) = with(subject, 300).await?;
    for (name, find, count) in [
        (
            "a later column",
            tracks.filter(|t| t.level.eq(0)),
            (0..300).filter(|place| track(*place).level == 0).count(),
        ),
        ("a later part of the key", tracks.filter(|t| t.number.eq(8)), 3),
        ("with a `|` that has none", tracks.filter(|t| t.serial.eq(3) | t.number.eq(8)), 4),
        ("a closure", tracks.filter(|_| Filter::all()).filter(|t| !t.number.ne(8)), 3),
    ] {
        let plan = find.clone().explain().await?;
        assert!(plan.is_scan() && plan.index().is_none(), "{name}: {plan}");
        assert_eq!(find.count().await?, count as u64, "{name}");
    }
    Ok(())
}

async fn q_cost_lookups(subject: &Subject) -> Result<()> {
    cost(subject, &[EQUAL, DISTINCT, ABSENT, LISTS]).await
}

async fn q_cost_ranges(subject: &Subject) -> Result<()> {
    cost(subject, &[RANGES, PREFIXES, KEYS, COMPOSITE]).await
}

async fn q_cost_narrower(subject: &Subject) -> Result<()> {
    let (_store, tracks) = filled(subject).await?;
    for (name, find, most) in [
        ("range and range", tracks.filter(|t| t.score.lt(5) & t.name.ge("0100")), 20),
        ("the other way round", tracks.filter(|t| t.name.ge("0100") & t.score.lt(5)), 20),
        ("list and range", tracks.filter(|t| t.tags.contains(77) & t.score.ge(10)), 6),
        ("lookup and range", tracks.filter(|t| t.score.ge(10) & t.serial.eq(300)), 1),
        ("key and range", tracks.filter(|t| t.score.ge(10) & t.region.eq(7) & t.number.eq(8)), 1),
        ("range and a test", tracks.filter(|t| t.score.lt(5) & !t.name.starts_with("0")), 20),
    ] {
        let analysis = find.explain_analyze().await?;
        assert!(analysis.examined().is_some_and(|examined| examined <= most + 1), "{name}: {analysis}");
    }
    Ok(())
}

async fn q_cost_either(subject: &Subject) -> Result<()> {
    cost(subject, &[EITHER]).await
}

async fn q_cost_order(subject: &Subject) -> Result<()> {
    let (_store, tracks) = filled(subject).await?;
    // the order of keys may be made when it is first asked for
    tracks.query().first().await?;
    for (name, ask, _) in ORDERED {
        for (offset, limit) in [(0, 1), (0, 10), (0, 100), (5, 5)] {
            let find = ask(tracks.query()).offset(offset).limit(limit);
            let analysis = find.explain_analyze().await?;
            let most = offset + limit + 1;
            assert!(analysis.examined().is_some_and(|examined| examined <= most), "{name}: {analysis}");
        }
    }
    Ok(())
}

async fn q_cost_pages(subject: &Subject) -> Result<()> {
    const SIZE: u64 = 60;
    let (_store, tracks) = filled(subject).await?;
    for (name, ask, _) in ORDERED {
        let find = ask(tracks.query());
        let all = find.clone().offset(0).limit(u64::MAX).keys().await?;
        let (mut keys, mut cursor): (Vec<(u16, u32)>, Option<Cursor>) = (Vec::new(), None);
        loop {
            let (page, analysis) = match &cursor {
                None => (find.clone().page(SIZE).await?, find.clone().limit(SIZE).explain_analyze().await?),
                Some(cursor) => {
                    let paged = find.clone().after(cursor);
                    (paged.clone().page(SIZE).await?, paged.explain_analyze(SIZE).await?)
                }
            };
            let most = page.items().len() as u64 + 1;
            let said = format!("{name} behind {} rows: {analysis}", keys.len());
            assert!(analysis.examined().is_some_and(|examined| examined <= most), "{said}");
            keys.extend(page.items().iter().map(|row| row.key()));
            cursor = page.next().cloned();
            if cursor.is_none() || keys.len() > all.len() {
                break;
            }
        }
        assert_eq!(keys, all, "{name}");
    }
    Ok(())
}

async fn q_cost_snapshot(subject: &Subject) -> Result<()> {
    let (store, tracks) = filled(subject).await?;
    let then = store.snapshot().await?.collection::<Track>().await?;
    let cases: Vec<Case> = [EQUAL, RANGES, PREFIXES, LISTS, KEYS, DISTINCT, COMPOSITE].concat();
    let mut expected = Vec::new();
    for (_, ask, _) in &cases {
        expected.push(ask(then.query()).all().await?);
    }
    for place in 0..ROWS {
        let old = track(place);
        tracks.upsert(Track { score: 900, name: "same".to_owned(), tags: vec![77], ..old }).await?;
    }
    for ((name, ask, _), expected) in cases.iter().zip(&expected) {
        let analysis = ask(then.query()).explain_analyze().await?;
        let most = analysis.returned() + 1;
        assert!(analysis.examined().is_some_and(|examined| examined <= most), "{name}: {analysis}");
        assert!(ask(then.query()).all().await? == *expected, "{name}");
    }
    Ok(())
}
