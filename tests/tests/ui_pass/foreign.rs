//! What other attributes do to a struct beside ours.

use routier::Entity;
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(all(), entity(collection = "configured"))]
struct Configured {
    #[key]
    id: u64,
    #[cfg(any())]
    #[index]
    gone: NoSuchType,
    #[cfg_attr(all(), index)]
    #[entity(name = "highScore")]
    high_score: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[index]
    guild: Option<u64>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Serialize, Deserialize)]
struct Rest {
    bio: String,
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[non_exhaustive]
#[repr(C)]
#[must_use]
struct Attributed {
    #[key]
    id: u64,
    #[doc(alias = "points")]
    #[doc = include_str!("../../Cargo.toml")]
    score: u32,
}

#[test]
fn other_attributes_are_minded() {
    assert_eq!(Configured::DESCRIPTOR.collection, "configured");
    let names: Vec<&str> = Configured::DESCRIPTOR.fields.iter().map(|field| field.name).collect();
    assert_eq!(names, ["id", "highScore", "guild", "rest"]);
    let row = Configured { id: 1, high_score: 2, guild: Some(3), rest: Rest { bio: "x".to_owned() } };
    let json = serde_json::to_value(&row).unwrap();
    for field in Configured::DESCRIPTOR.fields.iter().filter(|field| field.ty.is_some()) {
        assert!(json.get(field.name).is_some(), "{}", field.name);
    }
    let row = Attributed { id: 1, score: 2 };
    assert_eq!((row.key(), row.score), (1, 2));
}
