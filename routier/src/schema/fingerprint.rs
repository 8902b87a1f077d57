//! A short name for a shape.

use crate::schema::Schema;

impl Schema {
    /// A number that is the same for the same shape on every machine and in every release, and very likely another for
    /// another: FNV-1a, by Fowler, Noll and Vo, over the schema's text.
    ///
    /// It tells shapes apart that drifted by accident. It is no protection against someone who wants two to be alike.
    pub fn fingerprint(&self) -> u64 {
        const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0000_0100_0000_01b3;
        self.to_string().bytes().fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
    }
}
