//! `bytes::Bytes`.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::key_types::held::{self, entities, held};
use crate::{Entity, Result};

clauses! {
    "2.1" k_bytes: "`Bytes` is a key, distinct and indexed, in the order of its bytes, whatever they are.";
}

entities! {
    Parts: a Bytes = Bytes::from_static(b"a");
    Fields: a a_;
}

async fn k_bytes(subject: &Subject) -> Result<()> {
    let values =
        [&b""[..], b"\0", b"\0\0", b"\0\xff", b"\x01", b"'", b"a", b"a\0", b"aa", b"\xff", b"\xff\xff"];
    held! { subject: Bytes: Parts a, Fields a a_ = values.map(Bytes::from_static); }
    Ok(())
}
