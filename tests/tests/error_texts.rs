//! Every kind of error as a person reads it, in full and redacted, and what the accessors give.

use std::fmt::Write as _;
use std::io;

use routier::{ConflictCause, Error, ErrorKind};

#[test]
fn each_kind_has_a_sentence_that_says_what_to_do() {
    let mut text = String::new();
    for error in cases() {
        let (full, redacted) = (error.to_string(), error.redacted().to_string());
        let mark = if error.is_retryable() { " (retryable)" } else { "" };
        writeln!(text, "{}{mark}\n  {full}", error.kind()).expect("a String takes all");
        if redacted != full {
            writeln!(text, "  {redacted}").expect("a String takes all");
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn sentences_keep_the_house_style() {
    for error in cases() {
        let text = error.to_string();
        assert!(!text.ends_with('.'), "a final dot: {text}");
        assert!(!text.starts_with(char::is_uppercase), "an upper case beginning: {text}");
        assert!(!text.contains('\n'), "more than a line: {text}");
        assert_eq!(text.matches('`').count() % 2, 0, "backticks in pairs: {text}");
    }
}

#[test]
fn redacted_shows_neither_keys_nor_values() {
    for error in cases() {
        let debug = format!("{:?}", error.redacted());
        for text in [error.redacted().to_string(), debug] {
            for secret in [error.key(), error.value(), Some("s3cr3t")].into_iter().flatten() {
                assert!(!text.contains(secret), "`{secret}` in: {text}");
            }
        }
    }
}

#[test]
fn accessors_give_what_was_put_in() {
    let cause = ConflictCause::Version { key: "5".to_owned(), expected: 3, actual: Some(7) };
    let error = Error::conflict("players", cause.clone());
    assert_eq!(
        (error.kind(), error.collection(), error.key()),
        (ErrorKind::Conflict, Some("players"), Some("5"))
    );
    assert_eq!(error.cause(), Some(&cause));
    assert_eq!((error.fields(), error.value(), error.missed(), error.path()), (None, None, None, None));

    let error = Error::duplicate("players", ["guild", "rank"], "(7, 1)").with_missed(2).with_path("a/b");
    assert_eq!(error.fields().map(|fields| fields.join(" ")), Some("guild rank".to_owned()));
    assert_eq!((error.value(), error.missed()), (Some("(7, 1)"), Some(2)));
    assert_eq!(error.path(), Some("a/b".as_ref()));
}

#[test]
fn only_what_another_writer_caused_is_retryable() {
    let stale = || ConflictCause::Version { key: "5".to_owned(), expected: 3, actual: None };
    assert!(Error::conflict("players", ConflictCause::Read).is_retryable());
    assert!(Error::conflict("players", ConflictCause::Storage).is_retryable());
    assert!(Error::new(ErrorKind::Conflict, "").is_retryable());
    assert!(!Error::conflict("players", stale()).is_retryable());
    assert!(Error::conflict("players", stale()).retryable(true).is_retryable());
    assert!(!Error::duplicate("players", ["handle"], "\"ada\"").is_retryable());
    assert!(!Error::not_found("players").is_retryable());
}

#[test]
fn own_errors_come_back() {
    let own = || Error::other(io::Error::new(io::ErrorKind::BrokenPipe, "s3cr3t"));
    assert_eq!((own().kind(), own().to_string().as_str()), (ErrorKind::Other, "s3cr3t"));
    assert_eq!(own().downcast_ref::<io::Error>().map(io::Error::kind), Some(io::ErrorKind::BrokenPipe));
    let back = own().downcast::<io::Error>().expect("it was an io::Error");
    assert_eq!(back.kind(), io::ErrorKind::BrokenPipe);

    let kept = own().downcast::<std::fmt::Error>().expect_err("it was no fmt::Error");
    assert_eq!(kept.to_string(), "s3cr3t");
    let not_own = Error::io("opened", "x", io::Error::other("disk")).downcast::<io::Error>();
    assert_eq!(not_own.expect_err("it is ours").kind(), ErrorKind::Io);
}

#[test]
fn sources_are_chained() {
    let error = Error::io("opened", "data/log", io::Error::from(io::ErrorKind::PermissionDenied));
    assert_eq!(error.io_kind(), Some(io::ErrorKind::PermissionDenied));
    let source = std::error::Error::source(&error).expect("the cause is kept");
    assert!(source.is::<io::Error>());
    insta::assert_snapshot!(format!("{error}\n{error:#}\n{error:?}"));

    let transparent = Error::other(Error::closed());
    assert!(
        std::error::Error::source(&transparent).is_none(),
        "its text is shown, so it is not its source too"
    );
}

/// A case or more of each kind.
fn cases() -> Vec<Error> {
    [rows(), conflicts(), values(), places(), stores(), rest()].into_iter().flatten().collect()
}

fn rows() -> Vec<Error> {
    let ada = || Error::duplicate("players", ["handle"], "\"ada\"");
    vec![
        Error::not_found("players"),
        Error::not_found("players").with_key("\"k-5\""),
        Error::new(ErrorKind::NotFound, ""),
        Error::new(ErrorKind::NotUnique, "").with_collection("players"),
        Error::new(ErrorKind::NotUnique, "`one` on a whole collection"),
        ada(),
        ada().retryable(true),
        Error::duplicate("players", ["guild", "rank"], "(\"red\", 77)"),
        Error::duplicate("players", ["id"], "4711"),
        Error::new(ErrorKind::Duplicate, "").with_collection("players").with_key("4711"),
        Error::new(ErrorKind::Duplicate, "").with_collection("players").with_fields(["handle"]),
        Error::new(ErrorKind::Duplicate, "the database names no field"),
    ]
}

fn conflicts() -> Vec<Error> {
    let version = |expected, actual| ConflictCause::Version { key: "4711".to_owned(), expected, actual };
    vec![
        Error::conflict("players", version(3, Some(8))),
        Error::conflict("players", version(3, Some(8))).retryable(true),
        Error::conflict("players", version(3, None)),
        Error::conflict("players", version(0, Some(8))),
        Error::conflict("players", ConflictCause::Read),
        Error::conflict("players", ConflictCause::Storage),
        Error::new(ErrorKind::Conflict, "deadlock detected").with_cause(ConflictCause::Storage),
        Error::new(ErrorKind::Conflict, ""),
    ]
}

fn values() -> Vec<Error> {
    vec![
        Error::schema("players", "`score` is `u32` in the type and text in the store"),
        Error::new(ErrorKind::Schema, "").with_collection("players"),
        Error::invalid("`limit` of a page is 1 to 10000, not 0"),
        Error::invalid("an index holds numbers alone")
            .with_collection("players")
            .with_fields(["ratio"])
            .with_value("NaN"),
        Error::invalid("it is the key: insert a new row and remove this one")
            .with_collection("players")
            .with_fields(["id"])
            .with_key("4711"),
        Error::new(ErrorKind::Invalid, "").with_collection("players").with_fields(["id"]),
        Error::new(ErrorKind::Invalid, ""),
        Error::too_large("it has 2000 bytes and may have 1024")
            .with_collection("players")
            .with_fields(["handle"]),
        Error::too_large("it has 20 MiB and may have 16").with_collection("players").with_key("4711"),
        Error::new(ErrorKind::TooLarge, ""),
        Error::new(ErrorKind::Overflow, "").with_collection("players").with_fields(["score"]),
        Error::new(ErrorKind::Exhausted, "").with_collection("players").with_fields(["id"]),
    ]
}

fn places() -> Vec<Error> {
    vec![
        Error::new(ErrorKind::BadCursor, ""),
        Error::new(ErrorKind::BadCursor, "this cursor is of a version to come: open it with a newer release"),
        Error::new(ErrorKind::TokenExpired, "").with_oldest("r1-00000007"),
        Error::new(ErrorKind::TokenExpired, ""),
        Error::new(ErrorKind::TokenForeign, ""),
        Error::new(ErrorKind::Lagged, "").with_collection("players").with_missed(992),
        Error::new(ErrorKind::Lagged, "").with_missed(1),
        Error::new(ErrorKind::SnapshotExpired, ""),
        Error::new(ErrorKind::Timeout, ""),
        Error::new(ErrorKind::Timeout, "the transaction ran for 5 s: nothing of it is written"),
    ]
}

fn stores() -> Vec<Error> {
    vec![
        Error::new(ErrorKind::Locked, "").with_path("data"),
        Error::corrupt("the checksum of the record at offset 123 does not match").with_path("data/log"),
        Error::corrupt("missing field `score`").with_collection("players").with_key("4711"),
        Error::new(ErrorKind::Corrupt, "").with_collection("players"),
        Error::new(ErrorKind::Poisoned, ""),
        Error::new(ErrorKind::Poisoned, "an fsync failed: open the store again").with_path("data/log"),
        Error::new(ErrorKind::CommitUnknown, ""),
        Error::unsupported("a memory store has no file to copy: use `export`"),
        Error::unsupported("rows of a transient entity cannot be stored: implement serde's traits")
            .with_collection("players"),
        Error::new(ErrorKind::Unsupported, ""),
        Error::io("opened", "data/log", io::Error::from(io::ErrorKind::NotFound)),
        Error::io("created", "data/log", io::Error::from(io::ErrorKind::AlreadyExists)),
        Error::io("written", "data/log", io::Error::from(io::ErrorKind::StorageFull)),
        Error::io("read", "data/log", io::Error::from(io::ErrorKind::UnexpectedEof)),
        Error::new(ErrorKind::Io, "").with_path("data/log"),
        Error::new(ErrorKind::Io, "the connection was refused: start the server"),
        Error::new(ErrorKind::Io, ""),
    ]
}

fn rest() -> Vec<Error> {
    vec![
        Error::closed(),
        Error::new(ErrorKind::Closed, "this transaction has ended: begin another one"),
        Error::bug("the commit 7 was published before the commit 6"),
        Error::other("the wallet of s3cr3t is empty"),
        Error::new(ErrorKind::Other, "the closure gave up"),
        Error::new(ErrorKind::Other, ""),
    ]
}
