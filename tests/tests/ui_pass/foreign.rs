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

/// Derives, and the attributes that they read, on lines of their own and under conditions.
#[derive(Clone)]
#[cfg_attr(all(), derive(Entity), derive(Debug))]
#[derive(Serialize, Default, Deserialize, PartialEq)]
#[serde(default)]
#[cfg_attr(all(), entity(collection = "ordered"), entity(index(a, b)))]
#[entity(distinct(a, b))]
struct Ordered {
    #[serde(default)]
    #[identity]
    #[cfg_attr(any(), index)]
    #[key]
    #[allow(dead_code)]
    id: u64,
    /// Before,
    #[cfg_attr(all(), cfg_attr(all(), entity(name = "a")))]
    #[serde(default)]
    /// and after.
    #[entity(default(3))]
    a: u8,
    #[cfg(not(any()))]
    b: u8,
}

#[test]
fn derives_stand_in_any_order() {
    let row: Ordered = crate::completed(NewOrdered { a: None, b: 2 });
    assert_eq!(row, Ordered { id: 1, a: 3, b: 2 });
    assert_eq!((Ordered::DESCRIPTOR.collection, Ordered::DESCRIPTOR.indexes.len()), ("ordered", 2));
    assert_eq!(crate::names::<Ordered>(), ["id", "a", "b"]);
}
