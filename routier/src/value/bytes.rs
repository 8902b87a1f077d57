//! Values as bytes whose order is the order of the values.
//!
//! Cursors and fingerprints are made of them; storages that have ordered byte keys can use them as keys. Text and
//! bytes end in `00 00` with each zero inside escaped as `00 ff`, so that a prefix comes before what it begins, the
//! way FoundationDB's tuple layer does it; signed numbers have the sign bit flipped; floats are flipped by sign.

use uuid::Uuid;

use crate::value::datum::{Datum, DatumRef, Type};
use crate::value::instant::Timestamp;
use crate::value::number::Fixed;
use crate::value::single::Variant;

const PRESENT: u8 = 1;
const SIGN_64: u64 = 1 << 63;
const SIGN_128: u128 = 1 << 127;

/// Appends the bytes of `value`. For two values of one type, the bytes compare as the values do.
pub fn encode_datum(value: DatumRef<'_>, out: &mut impl Extend<u8>) {
    if value.is_none() {
        return out.extend([0]);
    }
    out.extend([PRESENT]);
    match value {
        DatumRef::None => {}
        DatumRef::Bool(value) => out.extend([u8::from(value)]),
        DatumRef::Int(value) => out.extend((value.cast_unsigned() ^ SIGN_64).to_be_bytes()),
        DatumRef::UInt(value) => out.extend(value.to_be_bytes()),
        DatumRef::Int128(value) => out.extend((value.cast_unsigned() ^ SIGN_128).to_be_bytes()),
        DatumRef::UInt128(value) => out.extend(value.to_be_bytes()),
        DatumRef::Float(value) => {
            let bits = (value + 0.0).to_bits();
            let flipped = if bits & SIGN_64 == 0 { bits | SIGN_64 } else { !bits };
            out.extend(flipped.to_be_bytes());
        }
        DatumRef::Char(value) => out.extend(u32::from(value).to_be_bytes()),
        DatumRef::Text(value) => escape(value.as_bytes(), out),
        DatumRef::Bytes(value) => escape(value, out),
        DatumRef::Uuid(value) => out.extend(*value.as_bytes()),
        DatumRef::Timestamp(value) => {
            out.extend((value.seconds.cast_unsigned() ^ SIGN_64).to_be_bytes());
            out.extend(value.nanos.to_be_bytes());
        }
        DatumRef::Date(value) => out.extend((value.cast_unsigned() ^ (1 << 31)).to_be_bytes()),
        DatumRef::Decimal(value) => {
            let (whole, fraction) = value.parts();
            out.extend((whole.cast_unsigned() ^ SIGN_128).to_be_bytes());
            out.extend((fraction.cast_unsigned() ^ SIGN_128).to_be_bytes());
        }
        DatumRef::Enum(value) => out.extend(value.rank.to_be_bytes()),
        DatumRef::Many(elements) => {
            elements.each(&mut |element| {
                encode_datum(element, out);
                true
            });
            out.extend([0]);
        }
    }
}

fn escape(bytes: &[u8], out: &mut impl Extend<u8>) {
    for byte in bytes {
        out.extend([*byte]);
        if *byte == 0 {
            out.extend([u8::MAX]);
        }
    }
    out.extend([0, 0]);
}

/// Takes one value of type `ty` off the front of `bytes`; `None` where they are not one.
pub fn decode_datum(ty: Type, bytes: &mut &[u8]) -> Option<Datum> {
    let [present] = take(bytes)?;
    match present {
        0 => return Some(Datum::None),
        PRESENT => {}
        _ => return None,
    }
    Some(match ty {
        Type::Bool => match take(bytes)? {
            [0] => Datum::Bool(false),
            [1] => Datum::Bool(true),
            _ => return None,
        },
        Type::Int => Datum::Int((u64::from_be_bytes(take(bytes)?) ^ SIGN_64).cast_signed()),
        Type::UInt => Datum::UInt(u64::from_be_bytes(take(bytes)?)),
        Type::Int128 => Datum::Int128((u128::from_be_bytes(take(bytes)?) ^ SIGN_128).cast_signed()),
        Type::UInt128 => Datum::UInt128(u128::from_be_bytes(take(bytes)?)),
        Type::Float => {
            let flipped = u64::from_be_bytes(take(bytes)?);
            let bits = if flipped & SIGN_64 == 0 { !flipped } else { flipped ^ SIGN_64 };
            Datum::Float(f64::from_bits(bits))
        }
        Type::Char => Datum::Char(char::from_u32(u32::from_be_bytes(take(bytes)?))?),
        Type::Text => Datum::Text(String::from_utf8(unescape(bytes)?).ok()?.into()),
        Type::Bytes => Datum::Bytes(unescape(bytes)?.into()),
        Type::Uuid => Datum::Uuid(Uuid::from_bytes(take(bytes)?)),
        Type::Timestamp => {
            let seconds = (u64::from_be_bytes(take(bytes)?) ^ SIGN_64).cast_signed();
            Datum::Timestamp(Timestamp { seconds, nanos: u32::from_be_bytes(take(bytes)?) })
        }
        Type::Date => Datum::Date((u32::from_be_bytes(take(bytes)?) ^ (1 << 31)).cast_signed()),
        Type::Decimal => {
            let whole = (u128::from_be_bytes(take(bytes)?) ^ SIGN_128).cast_signed();
            let fraction = (u128::from_be_bytes(take(bytes)?) ^ SIGN_128).cast_signed();
            Datum::Decimal(Fixed::from_parts(whole, fraction)?)
        }
        Type::Enum(names) => {
            let rank = u32::from_be_bytes(take(bytes)?);
            Datum::Enum(Variant { rank, name: names.get(usize::try_from(rank).ok()?)? })
        }
    })
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}

fn unescape(bytes: &mut &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        match take(bytes)? {
            [0] => match take(bytes)? {
                [0] => return Some(out),
                [u8::MAX] => out.push(0),
                _ => return None,
            },
            [byte] => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decode_datum, encode_datum};
    use crate::value::datum::{Datum, Type};
    use crate::value::instant::Timestamp;
    use crate::value::number::Fixed;
    use crate::value::single::Variant;

    const NAMES: &[&str] = &["Low", "High"];

    fn cases() -> Vec<(Type, Vec<Datum>)> {
        let text = |text: &str| Datum::Text(text.into());
        let bytes = |bytes: &[u8]| Datum::Bytes(bytes.into());
        let at = |seconds, nanos| Datum::Timestamp(Timestamp { seconds, nanos });
        let fixed = |mantissa, scale| Datum::Decimal(Fixed::new(mantissa, scale).unwrap());
        vec![
            (Type::Bool, vec![Datum::None, Datum::Bool(false), Datum::Bool(true)]),
            (Type::Int, [i64::MIN, -1, 0, 1, i64::MAX].map(Datum::Int).into()),
            (Type::UInt, [0, 1, u64::MAX].map(Datum::UInt).into()),
            (Type::Int128, [i128::MIN, -1, 0, i128::MAX].map(Datum::Int128).into()),
            (Type::UInt128, [0, 1, u128::MAX].map(Datum::UInt128).into()),
            (
                Type::Float,
                [f64::NEG_INFINITY, -1.5, 0.0, f64::MIN_POSITIVE, 2.0, f64::INFINITY]
                    .map(Datum::Float)
                    .into(),
            ),
            (Type::Char, ['\0', 'a', char::MAX].map(Datum::Char).into()),
            (
                Type::Text,
                vec![Datum::None, text(""), text("a"), text("a\u{1}"), text("ab"), text("b"), text("é")],
            ),
            (
                Type::Bytes,
                vec![
                    bytes(b""),
                    bytes(b"\0"),
                    bytes(b"\0\0"),
                    bytes(b"\0\x01"),
                    bytes(b"\x01"),
                    bytes(b"\xff"),
                ],
            ),
            (Type::Uuid, [0, 1, u128::MAX].map(|bits| Datum::Uuid(uuid::Uuid::from_u128(bits))).into()),
            (Type::Timestamp, vec![at(-1, 0), at(-1, 999), at(0, 0), at(0, 1)]),
            (Type::Date, [i32::MIN, -1, 0, i32::MAX].map(Datum::Date).into()),
            (Type::Decimal, vec![fixed(-15, 1), fixed(-14, 1), fixed(0, 0), fixed(1, 28), fixed(5, 0)]),
            (
                Type::Enum(NAMES),
                [0, 1].map(|rank| Datum::Enum(Variant { rank, name: NAMES[rank as usize] })).into(),
            ),
        ]
    }

    #[test]
    fn bytes_order_as_values_do_and_come_back() {
        for (ty, values) in cases() {
            let encoded: Vec<Vec<u8>> = values
                .iter()
                .map(|value| {
                    let mut out = Vec::new();
                    encode_datum(value.as_ref(), &mut out);
                    out
                })
                .collect();
            assert!(values.is_sorted() && encoded.is_sorted(), "{ty:?}");
            for (value, bytes) in values.iter().zip(&encoded) {
                let mut rest = bytes.as_slice();
                assert_eq!(decode_datum(ty, &mut rest).as_ref(), Some(value));
                assert!(rest.is_empty());
                for cut in 0..bytes.len() {
                    assert_eq!(decode_datum(ty, &mut &bytes[..cut]), None, "{ty:?} cut at {cut}");
                }
            }
        }
    }
}
