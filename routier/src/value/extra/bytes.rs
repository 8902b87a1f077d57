//! `bytes::Bytes`, and what borrows as bytes where one is asked for.

use bytes::Bytes;

use crate::value::check::MAX_INDEXED_BYTES;
use crate::value::datum::{Datum, DatumRef, Type};
use crate::value::lookup::{Lookup, Operand};
use crate::value::single::{KeyPart, Single, Value};

#[diagnostic::do_not_recommend]
impl Single for Bytes {
    type This = Self;
    type Of = Self;
    type Ref<'a> = &'a [u8];
    type Ordered = Box<[u8]>;
    const TYPE: Type = Type::Bytes;

    #[inline]
    fn view(&self) -> &[u8] {
        self
    }
    #[inline]
    fn own(view: &[u8]) -> Box<[u8]> {
        view.into()
    }
    fn least() -> Box<[u8]> {
        Box::new([])
    }
    fn greatest() -> Box<[u8]> {
        Box::new([u8::MAX; MAX_INDEXED_BYTES + 1])
    }
    #[inline]
    fn datum(view: Self::Ref<'_>) -> DatumRef<'_> {
        DatumRef::Bytes(view)
    }
    #[inline]
    fn undatum(datum: DatumRef<'_>) -> Option<&[u8]> {
        match datum {
            DatumRef::Bytes(value) => Some(value),
            _ => None,
        }
    }
    #[inline]
    fn restore(view: &[u8]) -> Self {
        Self::copy_from_slice(view)
    }
}

#[diagnostic::do_not_recommend]
impl Value for Bytes {
    type Held = Self;
}
#[diagnostic::do_not_recommend]
impl KeyPart for Bytes {}

#[diagnostic::do_not_recommend]
impl Lookup<Bytes> for [u8] {
    #[inline]
    fn lookup(&self) -> &[u8] {
        self
    }
}

macro_rules! borrowed {
    ($($(const $length:ident:)? $type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl$(<const $length: usize>)? Lookup<Bytes> for $type {
            #[inline]
            fn lookup(&self) -> &[u8] {
                self.as_ref()
            }
        }

        #[diagnostic::do_not_recommend]
        impl$(<const $length: usize>)? Operand<Bytes> for $type {
            #[inline]
            fn operand(self) -> Datum {
                let bytes: &[u8] = self.as_ref();
                Datum::Bytes(bytes.into())
            }
        }
    )*};
}

borrowed!(&[u8], &&[u8], Vec<u8>, &Vec<u8>, const N: [u8; N], const N: &[u8; N]);
