//! `bytes::Bytes`.

use bytes::Bytes;

use super::table::family;
use crate::conformance::clause::clauses;

clauses! {
    "3.3" q_type_bytes: "Every operator, order and extreme of `Bytes` is that of its bytes, a prefix before what it begins.";
}

family! {
    OfBytes "query_bytes"
    q_type_bytes Bytes: bytes_plain bytes_optional bytes_bare bytes_bare_optional bytes_list =
        [&b""[..], b"\0", b"\0\0", b"a", b"\xff\xff"].map(Bytes::from_static),
        [&b"\0\x01"[..], b"\xff", b"\x7f\x80"].map(Bytes::from_static);
}
