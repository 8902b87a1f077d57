//! The types of the language and `Uuid`.

use proptest::collection::vec;
use proptest::prelude::*;
use routier::value::{Datum, Single, encode_datum};
use uuid::Uuid;

use crate::laws::hold;

macro_rules! integers {
    ($($type:ident)*) => {$(
        #[test]
        fn $type() {
            const MIN: $type = $type::MIN;
            const MAX: $type = $type::MAX;
            hold(&[MIN, MIN + 1, MIN.wrapping_sub(1) / 2, 0, 1, MAX / 2 + 1, MAX - 1, MAX], any::<$type>());
        }
    )*};
}

integers!(i8 i16 i32 i64 i128 u8 u16 u32 u64 u128);

macro_rules! floats {
    ($($type:ident)*) => {$(
        #[test]
        fn $type() {
            const TINY: $type = $type::MIN_POSITIVE / 2.0;
            const EDGES: [$type; 12] = [
                $type::NEG_INFINITY, $type::MIN, -1.0, -TINY, -0.0, 0.0, TINY, 0.1, 1.0, $type::EPSILON,
                $type::MAX, $type::INFINITY,
            ];
            hold(&EDGES, any::<$type>());
            for value in EDGES {
                let zeroed = value + 0.0;
                assert_eq!($type::restore(value.view()).to_bits(), zeroed.to_bits(), "{value:?}");
            }
        }
    )*};
}

floats!(f32 f64);

#[test]
fn zeros_are_one_at_run_time_too() {
    let [minus, plus] = [Datum::Float(-0.0), Datum::Float(0.0)];
    let encoded = |datum: &Datum| {
        let mut bytes = Vec::new();
        encode_datum(datum.as_ref(), &mut bytes);
        bytes
    };
    assert_eq!(minus, plus);
    assert_eq!(encoded(&minus), encoded(&plus));
}

#[test]
fn bool() {
    hold(&[false, true], any::<bool>());
}

#[test]
fn char() {
    hold(
        &['\0', 'a', '\u{7f}', 'é', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', char::MAX],
        any::<char>(),
    );
}

#[test]
fn string() {
    let longest = char::MAX.to_string().repeat(256);
    let edges =
        ["", "\0", "\0\0", "\u{1}", "a", "a\0", "a\u{1}", "aa", "b", "\u{ffff}", "\u{10000}", &longest];
    hold(&edges.map(String::from), vec(any::<char>(), 0..=256).prop_map(String::from_iter));
}

#[test]
fn array() {
    hold(&[[]], any::<[u8; 0]>());
    hold(&[[0, 0], [0, 1], [0, 255], [1, 0], [255, 0], [255, 255]], any::<[u8; 2]>());
    hold(&[[0; 32], [255; 32]], any::<[u8; 32]>());
}

#[test]
fn uuid() {
    let edges = [0, 1, u128::from(u64::MAX), 1 << 64, 1 << 127, u128::MAX];
    hold(&edges.map(Uuid::from_u128), any::<u128>().prop_map(Uuid::from_u128));
}
