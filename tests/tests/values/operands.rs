//! What may be given where bytes are asked for.

use bytes::Bytes;
use routier::value::{Datum, Lookup, Operand};

fn looked_up<Q: Lookup<Bytes> + ?Sized>(given: &Q) -> Vec<u8> {
    given.lookup().to_vec()
}

fn compared(given: impl Operand<Bytes>) -> Vec<u8> {
    match given.operand() {
        Datum::Bytes(bytes) => bytes.into(),
        other => panic!("{other:?} is not bytes"),
    }
}

#[test]
fn bytes_are_found_by_whatever_borrows_as_bytes() {
    let (owned, vec, slice) = (Bytes::from_static(b"key"), b"key".to_vec(), b"key".as_slice());
    let twice = &slice;
    for found in [
        looked_up(slice),
        looked_up(&slice),
        looked_up(&twice),
        looked_up(b"key"),
        looked_up(&b"key"),
        looked_up(&vec),
        looked_up(&&vec),
        looked_up(&owned),
        looked_up(&&owned),
        compared(slice),
        compared(twice),
        compared(b"key"),
        compared(*b"key"),
        compared(&vec),
        compared(vec.clone()),
        compared(&owned),
        compared(owned.clone()),
    ] {
        assert_eq!(found, b"key");
    }
}
