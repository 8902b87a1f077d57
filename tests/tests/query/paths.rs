//! How many rows are looked at for those that come of it, on each access path: by `explain_analyze()`, and by a count of
//! the rows whose fields were read.

use routier::query::eval;
use routier::{Analysis, AnyRow, Collection, Entity, Find, Plan, Result, Store, Versioned};
use routier_tests::stores::Kind;

use crate::counted::{Track, n_touched};

const ROWS: u32 = 10_000;

fn track(place: u32) -> Track {
    let scattered = place * 7_919 % ROWS;
    Track {
        region: (place / 100) as u16,
        number: place % 100,
        serial: u64::from(place) * 3,
        score: scattered / 4,
        guild: (!place.is_multiple_of(5)).then_some(scattered % 40),
        level: (scattered / 40) as i32 % 10 - 5,
        name: format!("{:04}-{place}", scattered / 3),
        tags: vec![place % 1_000, 2_000 + place % 13, place % 1_000],
    }
}

async fn filled(kind: Kind) -> Result<(Store, Collection<Track>)> {
    let store = kind.open().await?;
    let tracks = store.collection::<Track>().await?;
    tracks.insert_many((0..ROWS).map(track)).await?;
    // the order of keys is made when it is first asked for
    tracks.query().first().await?;
    Ok((store, tracks))
}

type Ask = fn(Find<Track>) -> Find<Track>;

/// A query, the columns of the index that it should use where there is one, and of an `&` how many rows the cheaper
/// side has.
struct Case(&'static str, Ask, Option<&'static [&'static str]>, Option<u64>);

const fn case(name: &'static str, ask: Ask, index: Option<&'static [&'static str]>) -> Case {
    Case(name, ask, index, None)
}

const SCORE: Option<&[&str]> = Some(&["score"]);
const GROUP: Option<&[&str]> = Some(&["guild", "level", "score"]);
const NAME: Option<&[&str]> = Some(&["name"]);
const TAGS: Option<&[&str]> = Some(&["tags"]);

const CASES: &[Case] = &[
    case("key", |f| f.filter(|p| p.region.eq(7) & p.number.eq(8)), None),
    case("keys", |f| f.filter(|p| p.region.eq(7) & p.number.one_of([8, 9, 70])), None),
    case("no such key", |f| f.filter(|p| p.region.eq(700) & p.number.eq(8)), None),
    case("prefix of the key", |f| f.filter(|p| p.region.eq(7)), None),
    case("range behind a prefix of the key", |f| f.filter(|p| p.region.eq(7) & p.number.ge(95)), None),
    case("range of the key", |f| f.filter(|p| p.region.between(7..9)), None),
    case("distinct", |f| f.filter(|p| p.serial.eq(300)), Some(&["serial"])),
    case("several distinct", |f| f.filter(|p| p.serial.one_of([300, 303, 304])), Some(&["serial"])),
    case("equal", |f| f.filter(|p| p.score.eq(17)), SCORE),
    case("below", |f| f.filter(|p| p.score.lt(17)), SCORE),
    case("at most", |f| f.filter(|p| p.score.le(17)), SCORE),
    case("above", |f| f.filter(|p| p.score.gt(2_480)), SCORE),
    case("at least", |f| f.filter(|p| p.score.ge(2_480)), SCORE),
    case("between", |f| f.filter(|p| p.score.between(100..=110)), SCORE),
    case("between no two values", |f| f.filter(|p| p.score.ge(110) & p.score.lt(100)), None),
    case("two bounds", |f| f.filter(|p| p.score.ge(100) & p.score.lt(111)), SCORE),
    case("one of", |f| f.filter(|p| p.score.one_of([4, 5, 1_000, 2_000, 9_999])), SCORE),
    case("begins with", |f| f.filter(|p| p.name.starts_with("012")), NAME),
    case("is none", |f| f.filter(|p| p.guild.is_none()), GROUP),
    case("prefix of an index", |f| f.filter(|p| p.guild.eq(13)), GROUP),
    case("two columns of an index", |f| f.filter(|p| p.guild.eq(13) & p.level.eq(2)), GROUP),
    case(
        "all columns of an index",
        |f| f.filter(|p| p.guild.eq(13) & p.level.eq(2) & p.score.ge(1_000)),
        GROUP,
    ),
    case("some of two columns", |f| f.filter(|p| p.guild.one_of([1, 2]) & p.level.one_of([0, 3])), GROUP),
    case("contains", |f| f.filter(|p| p.tags.contains(77)), TAGS),
    case("contains any", |f| f.filter(|p| p.tags.contains_any([77, 78, 2_003])), TAGS),
    case("or of one column", |f| f.filter(|p| p.score.lt(5) | p.score.eq(7) | p.score.ge(2_490)), SCORE),
    case("or of several", |f| f.filter(|p| p.score.lt(5) | p.serial.eq(300) | p.tags.contains(77)), None),
    case(
        "or of and",
        |f| f.filter(|p| (p.guild.eq(3) & p.level.eq(0)) | (p.region.eq(3) & p.number.lt(4))),
        None,
    ),
    Case("and of range and range", |f| f.filter(|p| p.score.lt(5) & p.name.ge("0100")), SCORE, Some(20)),
    Case("and, the other way round", |f| f.filter(|p| p.name.ge("0100") & p.score.lt(5)), SCORE, Some(20)),
    Case("and of long ranges", |f| f.filter(|p| p.score.lt(75) & p.name.ge("0100")), SCORE, Some(300)),
    Case(
        "and of a longer and a long range",
        |f| f.filter(|p| p.score.ge(75) & p.name.lt("0100")),
        NAME,
        Some(300),
    ),
    Case("and of list and range", |f| f.filter(|p| p.tags.contains(77) & p.score.ge(100)), TAGS, Some(10)),
    Case(
        "and with an or",
        |f| f.filter(|p| (p.score.lt(5) | p.serial.eq(9)) & !p.guild.eq(3)),
        None,
        Some(21),
    ),
    case("order", |f| f.order_by(|p| p.score.asc()).limit(10), SCORE),
    case("order, backwards", |f| f.order_by(|p| p.score.desc()).limit(10), SCORE),
    case("order with an offset", |f| f.order_by(|p| p.name.asc()).limit(10), NAME),
    case("order of keys", |f| f.limit(10), None),
    case(
        "order of keys, backwards",
        |f| f.order_by(|p| p.region.desc()).then_by(|p| p.number.desc()).limit(10),
        None,
    ),
    case(
        "order behind a prefix",
        |f| f.filter(|p| p.guild.eq(3)).order_by(|p| p.level.desc()).then_by(|p| p.score.desc()).limit(10),
        GROUP,
    ),
    case(
        "order of what is ranged",
        |f| f.filter(|p| p.score.ge(9)).order_by(|p| p.score.asc()).limit(10),
        SCORE,
    ),
    // four rows of five have a guild: to find them in order is less than to sort them all
    Case(
        "order of what most rows are",
        |f| f.filter(|p| p.guild.is_some()).order_by(|p| p.score.asc()).limit(10),
        SCORE,
        Some(20),
    ),
    case("order of all", |f| f.order_by(|p| p.score.asc()), SCORE),
    case("first of nothing", |f| f.limit(0), None),
];

fn is_cheap(case: &Case, kind: Kind, analysis: &Analysis, touched: u64) {
    let Case(name, _, index, cheaper) = case;
    let said = format!("{name}, {kind:?}: {touched} were read\n{analysis}");
    let most = cheaper.unwrap_or(analysis.returned()) + 1;
    assert!(analysis.examined().expect("memory counts") <= most, "{said}");
    assert!(touched <= most, "{said}");
    assert_eq!(analysis.plan().index().as_deref(), *index, "{said}");
}

/// Whether these are the rows of the query, found without it.
async fn is_right(tracks: &Collection<Track>, plan: &Plan, rows: &[Versioned<Track>]) -> Result<()> {
    let mut expected = tracks.scan(|_| true).all().await?;
    let query = &plan.query;
    expected.retain(|row| eval::matches(&query.filter, &AnyRow::new(row.clone())));
    expected.sort_by(|left, right| {
        let rows = [left, right].map(|row| AnyRow::new(row.clone()));
        eval::compare(&rows[0], &rows[1], &query.order, Track::DESCRIPTOR)
    });
    expected.truncate(query.limit.unwrap_or(u64::MAX) as usize);
    assert_eq!(rows, expected, "{plan}");
    Ok(())
}

#[tokio::test]
async fn no_path_looks_at_more_rows_than_it_gives() -> Result<()> {
    for kind in [Kind::Memory, Kind::MemoryUntyped] {
        let (store, tracks) = filled(kind).await?;
        let snapshot = store.snapshot().await?;
        let then = snapshot.collection::<Track>().await?;
        for case in CASES {
            let find = (case.1)(tracks.query());
            n_touched();
            let analysis = find.clone().explain_analyze().await?;
            is_cheap(case, kind, &analysis, n_touched());
            let rows = find.clone().all().await?;
            is_cheap(case, kind, &analysis, n_touched());
            assert_eq!(analysis.returned(), rows.len() as u64, "{}", case.0);
            (case.1)(then.query()).all().await?;
            is_cheap(case, kind, &analysis, n_touched());
            is_right(&tracks, analysis.plan(), &rows).await?;
        }
    }
    Ok(())
}

type Order = fn(Find<Track>) -> Find<Track>;

const ORDERS: &[(&str, Order)] = &[
    ("by key", |f| f),
    ("by an index", |f| f.order_by(|p| p.score.asc())),
    ("by an index, backwards", |f| f.order_by(|p| p.score.desc())),
    ("within a range", |f| f.filter(|p| p.score.between(100..2_000)).order_by(|p| p.score.desc())),
    ("behind a prefix", |f| {
        f.filter(|p| p.guild.eq(3)).order_by(|p| p.level.asc()).then_by(|p| p.score.asc())
    }),
];

#[tokio::test]
async fn a_page_reads_as_many_rows_as_it_has_at_any_depth() -> Result<()> {
    const SIZE: u64 = 20;
    for kind in [Kind::Memory, Kind::MemoryUntyped] {
        let (_store, tracks) = filled(kind).await?;
        for (name, order) in ORDERS {
            let find = order(tracks.query());
            let expected = find.clone().all().await?;
            let mut cursor = None;
            let mut rows = Vec::new();
            loop {
                let paged = cursor.as_ref().map(|cursor| find.clone().after(cursor));
                n_touched();
                let page = match paged.clone() {
                    None => find.clone().page(SIZE).await?,
                    Some(paged) => paged.page(SIZE).await?,
                };
                let touched = n_touched();
                let analysis = match paged {
                    None => find.clone().limit(SIZE).explain_analyze().await?,
                    Some(paged) => paged.explain_analyze(SIZE).await?,
                };
                let said = format!("{name} after {} rows: {touched} were read\n{analysis}", rows.len());
                let most = page.items().len() as u64 + 1;
                assert!(touched <= most, "{said}");
                assert!(analysis.examined().expect("memory counts") <= most, "{said}");
                rows.extend_from_slice(page.items());
                cursor = page.next().cloned();
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(rows, expected, "{name}");
        }
    }
    Ok(())
}
