//! Which values may be stored in declared fields.

use crate::value::datum::{DatumRef, Type};
use crate::value::instant::Timestamp;

/// How many bytes a key, or the values of one index, may take together.
pub const MAX_INDEXED_BYTES: usize = 1_024;

/// Whether there are values of a type that cannot be stored: those of which [`is_storable`] has something to say.
pub const fn has_unstorable(ty: Type) -> bool {
    matches!(ty, Type::Float | Type::Text | Type::Timestamp | Type::Date)
}

/// Whether values of a type take as many bytes as they like. Of all others an index takes at most 16 a field.
pub const fn is_unbounded(ty: Type) -> bool {
    matches!(ty, Type::Text | Type::Bytes)
}

/// Why a value cannot be stored, as the end of "the value is ..."; `None` when it can.
pub fn is_storable(value: DatumRef<'_>) -> Option<&'static str> {
    match value {
        DatumRef::Float(value) if value.is_nan() => {
            Some("NaN, which equals nothing and has no place in an order")
        }
        DatumRef::Text(value) => check_text(value),
        DatumRef::Timestamp(value) if !(Timestamp::MIN..=Timestamp::MAX).contains(&value) => {
            Some("outside the years 1 to 9999")
        }
        DatumRef::Date(days) if !(Timestamp::MIN..=Timestamp::MAX).contains(&Timestamp::from_days(days)) => {
            Some("outside the years 1 to 9999")
        }
        DatumRef::Many(elements) => {
            let mut wrong = None;
            elements.each(&mut |element| {
                wrong = is_storable(element);
                wrong.is_none()
            });
            wrong
        }
        _ => None,
    }
}

/// The same for text alone.
pub fn check_text(value: &str) -> Option<&'static str> {
    value.contains('\0').then_some("text with the character U+0000")
}

/// How many bytes the value takes in an index: the length of text and bytes, the size of what is fixed.
pub fn indexed_len(value: DatumRef<'_>) -> usize {
    match value {
        DatumRef::None => 0,
        DatumRef::Bool(_) => 1,
        DatumRef::Char(_) | DatumRef::Date(_) | DatumRef::Enum(_) => 4,
        DatumRef::Int(_) | DatumRef::UInt(_) | DatumRef::Float(_) => 8,
        DatumRef::Timestamp(_) => 12,
        DatumRef::Int128(_) | DatumRef::UInt128(_) | DatumRef::Uuid(_) | DatumRef::Decimal(_) => 16,
        DatumRef::Text(text) => text.len(),
        DatumRef::Bytes(bytes) => bytes.len(),
        DatumRef::Many(elements) => {
            let mut longest = 0;
            elements.each(&mut |element| {
                longest = longest.max(indexed_len(element));
                true
            });
            longest
        }
    }
}
