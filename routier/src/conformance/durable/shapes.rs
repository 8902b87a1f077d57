//! One collection as it was written, and as it is read later.

/// As it was written.
pub(super) mod plain {
    use serde::{Deserialize, Serialize};

    use crate::{Entity, Value};

    #[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub(in crate::conformance::durable) enum Rank {
        Private,
        Captain,
    }

    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[entity(collection = "members")]
    pub(in crate::conformance::durable) struct Member {
        #[key]
        pub(in crate::conformance::durable) id: u32,
        pub(in crate::conformance::durable) name: String,
        #[index]
        pub(in crate::conformance::durable) score: u32,
        #[index]
        pub(in crate::conformance::durable) rank: Rank,
    }
}

/// With more fields, another variant at the end, an index more and one less.
pub(super) mod grown {
    use serde::{Deserialize, Serialize};

    use crate::env::sync::{AtomicU32, Ordering};
    use crate::{Entity, Value};

    /// No level is lower.
    pub(in crate::conformance::durable) const FIRST_LEVEL: u32 = 100;

    /// Another one at each call.
    fn level() -> u32 {
        static NEXT: AtomicU32 = AtomicU32::new(FIRST_LEVEL);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }

    #[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub(in crate::conformance::durable) enum Rank {
        Private,
        Captain,
        Admiral,
    }

    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[entity(collection = "members")]
    pub(in crate::conformance::durable) struct Member {
        #[key]
        pub(in crate::conformance::durable) id: u32,
        #[index]
        pub(in crate::conformance::durable) name: String,
        pub(in crate::conformance::durable) score: u32,
        #[index]
        pub(in crate::conformance::durable) rank: Rank,
        #[entity(default(level()))]
        #[index]
        pub(in crate::conformance::durable) level: u32,
        #[index]
        pub(in crate::conformance::durable) nick: Option<String>,
    }
}

/// With the variants in another order.
pub(super) mod ranked {
    use serde::{Deserialize, Serialize};

    use crate::{Entity, Value};

    #[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub(in crate::conformance::durable) enum Rank {
        Admiral,
        Captain,
        Private,
    }

    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[entity(collection = "members")]
    pub(in crate::conformance::durable) struct Member {
        #[key]
        pub(in crate::conformance::durable) id: u32,
        pub(in crate::conformance::durable) name: String,
        #[index]
        pub(in crate::conformance::durable) rank: Rank,
    }
}

/// As no row is.
pub(super) mod other {
    use serde::{Deserialize, Serialize};

    use crate::Entity;

    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[entity(collection = "members")]
    pub(in crate::conformance::durable) struct Member {
        #[key]
        id: String,
        #[index]
        score: String,
        #[index]
        joined: u32,
    }
}
