//! A name that is too long.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(collection = "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
