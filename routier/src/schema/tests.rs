use super::Schema;
use crate::error::ErrorKind;
use crate::schema::{Fit, mermaid, parse_all};

const PLAYER: &str = "\
collection players of Player
  id: uuid, key, identity
  handle: text, distinct
  score: uint, index
  guild: uuid?
  tags: [text], elements
  rank: enum(private | captain), default
  revision: uint, version
  nick: text?, distinct, index, was alias
  bio
  index (guild, score)
  distinct (guild, handle)
";

fn schema(text: &str) -> Schema {
    text.parse().unwrap()
}

#[test]
fn a_schema_is_read_back_from_its_text() {
    assert_eq!(schema(PLAYER).to_string(), PLAYER);
    for text in [
        "collection a of A, transient\n  id: uint128, key\n",
        "collection a of A\n  x: decimal?, key\n  y: [bytes]\n",
    ] {
        assert_eq!(schema(text).to_string(), text);
    }
}

#[test]
fn several_schemas_are_read_one_after_the_other() {
    let other = "collection guilds of Guild\n  id: uuid, key\n";
    let read = parse_all(&format!("{PLAYER}\n{other}")).unwrap();
    assert_eq!(read.iter().map(Schema::to_string).collect::<Vec<_>>(), [PLAYER, other]);
    assert_eq!(parse_all("\n").unwrap(), []);
    assert_eq!(parse_all("  id: uint").unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn what_is_no_schema_is_refused_with_its_line() {
    for (text, line) in [
        ("", ""),
        ("players", "players"),
        ("collection players", "collection players"),
        ("collection a of A, volatile", "collection a of A, volatile"),
        ("collection a of A\n  id: uint, ky", "  id: uint, ky"),
        ("collection a of A\n  id: uint, text", "  id: uint, text"),
        ("collection a of A\n  id: [uint", "  id: [uint"),
        ("collection a of A\n  id: uint\ncollection b of B", "collection b of B"),
    ] {
        let error = text.parse::<Schema>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains(&format!("{line:?}")), "{error}");
    }
}

/// What is done to [`PLAYER`], whether the old rows fit, and what is said of it.
const CHANGES: &[(&str, &str, Fit, &str)] = &[
    ("  bio\n", "", Fit::Fits, "the field `bio` is gone: what old rows have there is no longer read"),
    ("  bio\n", "  bio: default\n", Fit::Fits, "the field `bio` has a default now"),
    (
        "  bio\n",
        "  bio\n  more\n",
        Fit::Depends,
        "the field `more` is new: old rows can be read if it is an `Option` or serde has a default for it",
    ),
    (
        "  bio\n",
        "  bio\n  more: uint\n",
        Fit::Breaks,
        "the field `more` is new: old rows have no value there, give it `#[entity(default(..))]` or make it an `Option`",
    ),
    ("  bio\n", "  bio\n  more: uint?\n", Fit::Fits, "the field `more` is new: old rows have none"),
    (
        "  bio\n",
        "  bio\n  more: uint, default\n",
        Fit::Fits,
        "the field `more` is new: old rows have its default, evaluated when the collection opens",
    ),
    (
        "  bio\n",
        "  bio: text\n",
        Fit::Depends,
        "the field `bio` is declared now, as `text`: old rows fit if it held that before",
    ),
    (
        "  bio\n",
        "  life: was bio\n",
        Fit::Fits,
        "the field `life` was called `bio`: old rows are read by that name",
    ),
    (
        "guild: uuid?",
        "guild: uuid",
        Fit::Depends,
        "the field `guild` is no longer an `Option`: old rows fit if all have a value there",
    ),
    ("score: uint", "score: uint?", Fit::Fits, "the field `score` may be absent now"),
    (
        "score: uint",
        "score: uint128",
        Fit::Rebuilds,
        "the field `score` holds `uint128`, it held `uint`: every value of that is one of this",
    ),
    (
        "score: uint",
        "score: text",
        Fit::Breaks,
        "the field `score` holds `text`, it held `uint`: use another name, or convert the rows first",
    ),
    (
        "[text], elements",
        "text, index",
        Fit::Breaks,
        "the field `tags` holds `text`, it held `[text]`\nthe index over `tags` is new: it is filled when the collection opens\n`tags` has no index any more",
    ),
    ("captain)", "captain | admiral)", Fit::Fits, "the field `rank` can also be `admiral`"),
    (
        "(private | captain)",
        "(captain | private)",
        Fit::Rebuilds,
        "the variants of the field `rank` stand in another order: its indexes are made anew",
    ),
    (
        "(private | captain)",
        "(private)",
        Fit::Depends,
        "the field `rank` can no longer be `captain`: old rows fit if none is",
    ),
    ("uuid, key, identity", "uuid, key", Fit::Fits, "there is no identity any more"),
    (
        "distinct\n  score: uint, index",
        "distinct, identity\n  score: uint, index",
        Fit::Fits,
        "the identity is `handle`, it was `id`",
    ),
    ("uint, version", "uint", Fit::Fits, "there is no version any more"),
    (
        "  handle: text, distinct",
        "  handle: text, key, distinct",
        Fit::Breaks,
        "the key is (id, handle), it was (id): rows are not found by another key",
    ),
    ("text, distinct\n", "text\n", Fit::Fits, "`handle` is no longer distinct"),
    (
        "guild: uuid?",
        "guild: uuid?, distinct",
        Fit::Depends,
        "`guild` is distinct now: old rows fit if no two share a value",
    ),
    (
        "index (guild, score)",
        "index (score, guild)",
        Fit::Rebuilds,
        "the index over `score`, `guild` is new: it is filled when the collection opens\n`guild`, `score` has no index any more",
    ),
    (
        "collection players of Player",
        "collection users of Player",
        Fit::Breaks,
        "the collection is called `users`, it was `players`: the rows of that are not found under this name",
    ),
    ("of Player", "of User", Fit::Fits, "the struct is called `User`, it was `Player`"),
    (
        "of Player",
        "of Player, transient",
        Fit::Breaks,
        "the entity is transient now: a storage that keeps rows refuses it",
    ),
];

#[test]
fn each_change_is_said_in_a_sentence() {
    for (from, to, fit, said) in CHANGES {
        assert_eq!(PLAYER.matches(from).count(), 1, "{from}");
        let changes = schema(PLAYER).diff(&schema(&PLAYER.replace(from, to)));
        assert_eq!(changes.to_string(), *said, "{from} to {to}");
        assert_eq!(changes.iter().map(|change| change.fit()).max(), Some(*fit), "{said}");
        assert_eq!(changes.old_rows_fit(), matches!(fit, Fit::Fits | Fit::Rebuilds), "{said}");
    }
    assert!(schema(PLAYER).diff(&schema(PLAYER)).is_empty());
}

#[test]
fn a_renamed_field_keeps_its_key_and_indexes() {
    let newer = schema(
        &PLAYER
            .replace("  score: uint, index", "  points: uint, index, was score")
            .replace("(guild, score)", "(guild, points)"),
    );
    let changes = schema(PLAYER).diff(&newer);
    assert_eq!(changes.to_string(), "the field `points` was called `score`: old rows are read by that name");
}

#[test]
fn a_fingerprint_stays_and_tells_shapes_apart() {
    // Kept by users: it must never change for the same text.
    assert_eq!(schema("collection a of A\n  id: uint, key\n").fingerprint(), 11_859_278_294_672_647_902);
    let mut seen: Vec<u64> =
        CHANGES.iter().map(|(from, to, ..)| schema(&PLAYER.replace(from, to)).fingerprint()).collect();
    seen.push(schema(PLAYER).fingerprint());
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), CHANGES.len() + 1);
}

#[test]
fn schemas_draw_themselves() {
    let other = schema("collection guilds of Guild\n  id: uuid, key\n  rank: enum(a | b)?\n");
    assert_eq!(
        mermaid([&schema(PLAYER), &other]),
        "\
erDiagram
    players {
        uuid id PK \"identity\"
        text handle UK
        uint score \"index\"
        uuid guild \"optional\"
        text[] tags \"index\"
        enum rank
        uint revision \"version\"
        text nick UK \"index, optional\"
        undeclared bio
    }
    guilds {
        uuid id PK
        enum rank \"optional\"
    }
"
    );
}
