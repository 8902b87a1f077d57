//! A part of a composite key.

use routier::{Collection, Entity};

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Place {
    #[key]
    region: u32,
    #[key]
    number: u32,
}

async fn uses(places: Collection<Place>) {
    let _ = places.get(&7).await;
}

fn main() {}
