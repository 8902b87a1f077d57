//! Documentation of fields: it is handed on as it is.

use routier::Entity;
use serde::{Deserialize, Serialize};

use crate::{completed, names};

/// A text of ten thousand letters and more.
macro_rules! long {
    ($text:expr) => {
        concat!($text, $text, $text, $text, $text, $text, $text, $text, $text, $text)
    };
}

/** A struct with a comment that is a block,
with `"quotes"`, `#[attributes]`, {braces} and a `*` / too. */
#[doc = "\u{1f980} \"quoted\" \\ \0 \u{202c}"]
#[doc(alias = "row")]
#[derive(Entity, Clone, Serialize, Deserialize)]
struct Row {
    /// With `#[key]`, "quotes", 'letters', \ and {} in it: ] ) } */ //
    #[key]
    #[identity]
    id: u64,
    /** A block,
     * of lines.
     */
    #[index]
    block: u8,
    #[doc = r#"Raw "text" with # in it."#]
    #[doc = ""]
    raw: u8,
    #[doc = include_str!("../../Cargo.toml")]
    #[entity(default(3))]
    included: u8,
    #[doc = concat!("In ", "parts, ", stringify!(#[index] of: any, kind))]
    concatenated: u8,
    #[doc = long!(long!(long!("ten letter")))]
    #[distinct]
    long: u8,
    #[doc(hidden)]
    #[doc(alias = "other")]
    hidden: u8,
    #[allow(clippy::empty_docs, reason = "it is what is tested")]
    ///
    empty: u8,
    #[cfg_attr(all(), doc = "Only here.")]
    configured: u8,
}

#[test]
fn texts_of_any_form_and_length() {
    assert!(long!(long!(long!("ten letter"))).len() == 10_000);
    let row: Row = completed(NewRow {
        block: 2,
        raw: 0,
        included: None,
        concatenated: 0,
        long: 0,
        hidden: 0,
        empty: 0,
        configured: 0,
    });
    assert_eq!((row.id, row.block, row.included, names::<Row>().len()), (1, 2, 3, 9));
}
