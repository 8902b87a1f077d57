//! Value types of other crates, each behind the feature of its name.

/// An instant or a day: `Copy`, ordered as its own crate orders it, given and taken at run time by two functions.
#[cfg(any(feature = "chrono", feature = "jiff"))]
macro_rules! calendar {
    ($type:ty, $tag:ident, $least:expr, $greatest:expr, $give:expr, $take:expr $(, bits: $bits:expr)?) => {
        #[diagnostic::do_not_recommend]
        impl Single for $type {
            type This = Self;
            type Of = Self;
            type Ref<'a> = Self;
            type Ordered = Self;
            const TYPE: Type = Type::$tag;
            $(const EXACT: bool = true;

            fn bits(view: Self) -> u64 {
                let bits: fn(Self) -> u64 = $bits;
                bits(view)
            })?

            fn view(&self) -> Self {
                *self
            }
            fn own(view: Self) -> Self {
                view
            }
            fn least() -> Self {
                $least
            }
            fn greatest() -> Self {
                $greatest
            }
            fn datum<'a>(view: Self) -> DatumRef<'a> {
                DatumRef::$tag($give(view))
            }
            fn undatum(datum: DatumRef<'_>) -> Option<Self> {
                match datum {
                    DatumRef::$tag(value) => $take(value),
                    _ => None,
                }
            }
            fn restore(view: Self) -> Self {
                view
            }
        }

        #[diagnostic::do_not_recommend]
        impl Value for $type {
            type Held = Self;
        }
        #[diagnostic::do_not_recommend]
        impl KeyPart for $type {}
    };
}

#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "jiff")]
mod jiff;
