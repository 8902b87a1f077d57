//! The types that are there whatever the features.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::held::{self, alone, entities, held};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::{Entity, Result, Value};

clauses! {
    "2.1" k_signed: "Signed integers are keys, distinct and indexed, from their least value to their greatest.";
    "2.1" k_unsigned: "Unsigned integers are keys, distinct and indexed, from 0 to their greatest value.";
    "2.1" k_wide: "Integers of 128 bits are keys, distinct and indexed, all their bits counting.";
    "2.1" k_bool: "`bool` is a key, distinct and indexed, `false` first.";
    "2.1" k_char: "`char` is a key, distinct and indexed, in the order of its code points.";
    "2.1" k_text: "`String` is a key, distinct and indexed, in the order of its bytes.";
    "2.1" k_array: "Arrays of bytes are keys, distinct and indexed, in the order of their bytes.";
    "2.1" k_uuid: "`Uuid` is a key, distinct and indexed, in the order of its bytes.";
    "2.1" k_enum: "An enum without fields is a key, distinct and indexed, in the order of its variants.";
    "2.1" k_newtype: "A newtype is a key, distinct and indexed as what is in it.";
}

#[derive(Value, Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
enum Rank {
    Private,
    Captain,
    Admiral,
}

/// By name the last would come first.
const RANKS: [Rank; 3] = [Rank::Private, Rank::Captain, Rank::Admiral];

#[derive(Value, Clone, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
struct Name(String);

entities! {
    Narrow: a i8 = 1, b i16 = 1, c i32 = 1, d i64 = 1, e u8 = 1, f u16 = 1, g u32 = 1;
    OfNarrow: a a_, b b_, c c_, d d_, e e_, f f_, g g_;
}

entities! {
    Wide: a u64 = 1, b i128 = 1, c u128 = 1, d bool = true, e char = 'e', f String = "f".to_owned(), g [u8; 1] = [1];
    OfWide: a a_, b b_, c c_, d d_, e e_, f f_, g g_;
}

entities! {
    Rest: a [u8; 4] = [1; 4], b Uuid = Uuid::nil(), c Rank = Rank::Captain, d Name = Name("d".to_owned());
    OfRest: a a_, b b_, c c_, d d_;
}

async fn k_signed(subject: &Subject) -> Result<()> {
    let longest = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    held! {
        subject:
        i8: Narrow a, OfNarrow a a_ = [i8::MIN, -1, 0, 1, i8::MAX];
        i16: Narrow b, OfNarrow b b_ = [i16::MIN, -256, -1, 0, 255, i16::MAX];
        i32: Narrow c, OfNarrow c c_ = [i32::MIN, -65_536, -1, 0, 65_535, i32::MAX];
        i64: Narrow d, OfNarrow d d_ = longest;
    }
    alone! { subject: i64 = longest; }
    Ok(())
}

async fn k_unsigned(subject: &Subject) -> Result<()> {
    // no float and no signed integer holds all of these apart
    let longest =
        [0, 1, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, u64::MAX - 1, u64::MAX];
    held! {
        subject:
        u8: Narrow e, OfNarrow e e_ = [0, 1, 127, 128, u8::MAX];
        u16: Narrow f, OfNarrow f f_ = [0, 255, 256, u16::MAX];
        u32: Narrow g, OfNarrow g g_ = [0, 65_535, 65_536, u32::MAX];
        u64: Wide a, OfWide a a_ = longest;
    }
    alone! { subject: u64 = longest; }
    Ok(())
}

async fn k_wide(subject: &Subject) -> Result<()> {
    let signed =
        [i128::MIN, i64::MIN.into(), -1, 0, 1, i64::MAX.into(), u64::MAX.into(), i128::MAX - 1, i128::MAX];
    let unsigned = [0, 1, u64::MAX.into(), 1 << 64, (1 << 64) + 1, 1 << 127, u128::MAX - 1, u128::MAX];
    held! {
        subject:
        i128: Wide b, OfWide b b_ = signed;
        u128: Wide c, OfWide c c_ = unsigned;
    }
    alone! { subject: u128 = unsigned; }
    Ok(())
}

async fn k_bool(subject: &Subject) -> Result<()> {
    held! { subject: bool: Wide d, OfWide d d_ = [false, true]; }
    Ok(())
}

async fn k_char(subject: &Subject) -> Result<()> {
    // in UTF-16 the last but one comes before its neighbour
    let values =
        ['\u{1}', ' ', 'A', 'a', '\u{e9}', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', char::MAX];
    held! { subject: char: Wide e, OfWide e e_ = values; }
    Ok(())
}

async fn k_text(subject: &Subject) -> Result<()> {
    let values = ["", "A", "B", "a", "a\u{1}", "a b", "aa", "b", "z", "\u{e9}", "\u{ffff}", "\u{10000}"];
    held! { subject: String: Wide f, OfWide f f_ = values.map(String::from); }
    alone! { subject: String = values.map(String::from); }
    Ok(())
}

async fn k_array(subject: &Subject) -> Result<()> {
    let longer = [[0; 4], [0, 0, 0, 1], [0, 0, 0xff, 0], [0, 0xff, 0, 0], [b'a', 0, 0, 0], [0xff; 4]];
    held! {
        subject:
        [u8; 1]: Wide g, OfWide g g_ = [[0], [1], [0x7f], [0x80], [0xff]];
        [u8; 4]: Rest a, OfRest a a_ = longer;
    }
    alone! { subject: [u8; 4] = longer; }
    Ok(())
}

async fn k_uuid(subject: &Subject) -> Result<()> {
    let values = [0, 1, 1 << 63, 1 << 64, 0xff << 112, u128::MAX].map(Uuid::from_u128);
    held! { subject: Uuid: Rest b, OfRest b b_ = values; }
    alone! { subject: Uuid = values; }
    Ok(())
}

async fn k_enum(subject: &Subject) -> Result<()> {
    held! { subject: Rank: Rest c, OfRest c c_ = RANKS; }
    alone! { subject: Rank = RANKS; }
    Ok(())
}

async fn k_newtype(subject: &Subject) -> Result<()> {
    held! { subject: Name: Rest d, OfRest d d_ = ["", "A", "a", "b"].map(|name| Name(name.to_owned())); }
    Ok(())
}
