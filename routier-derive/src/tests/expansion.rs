//! What is written for some structs that are right.

use quote::quote;

use super::{messages, pretty};
use crate::{entity, value};

macro_rules! expands {
    ($derive:ident: $($name:ident => { $($input:tt)* })*) => {$(
        #[test]
        fn $name() {
            let code = $derive(quote!($($input)*));
            assert_eq!(messages(code.clone()), Vec::<String>::new());
            insta::with_settings!({ snapshot_path => "expansion", omit_expression => true, prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(stringify!($name), pretty(code));
            });
        }
    )*};
}

expands! { entity:
    player => {
        #[entity(collection = "players", index(guild, score))]
        pub struct Player {
            #[key]
            #[identity]
            pub id: Uuid,
            /// The name that others see.
            #[distinct]
            pub handle: String,
            #[index]
            pub score: u32,
            #[index]
            pub guild: Option<Uuid>,
            #[index]
            pub tags: Vec<String>,
            #[entity(default(Utc::now()))]
            #[index]
            pub joined: DateTime<Utc>,
            pub bio: String,
        }
    }

    plain => {
        struct Setting {
            #[key]
            name: String,
            value: String,
        }
    }

    composite_key => {
        #[entity(index(target, kind), distinct(label, target), index(package, label))]
        pub(crate) struct Dependency {
            #[key]
            package: u64,
            #[key]
            target: String,
            label: Option<String>,
            kind: Kind,
        }
    }

    version_and_identity_outside_the_key => {
        pub struct Order {
            #[key]
            code: String,
            #[identity]
            number: u64,
            #[version]
            revision: u64,
            #[index]
            #[distinct]
            total: Decimal,
        }
    }

    everything_renamed => {
        #[entity(collection = "people", fields = "PersonColumns", new = "PersonDraft", crate = "::facade::db")]
        pub struct Person {
            #[key]
            #[entity(name = "person_id")]
            pub id: u64,
            #[entity(name = "full_name", default(String::new()))]
            pub name: String,
        }
    }

    transient => {
        #[entity(transient)]
        struct Session {
            #[key]
            #[index]
            token: [u8; 16],
            socket: Box<dyn Socket>,
        }
    }

    only_an_identity => {
        pub struct Ticket {
            #[key]
            #[identity]
            pub number: u64,
        }
    }

    raw_names_and_lints => {
        #[allow(deprecated)]
        pub struct r#Match {
            #[key]
            pub r#type: String,
            #[allow(clippy::struct_field_names)]
            #[doc = "In \"quotes\", with `#[key]`."]
            #[entity(default(None))]
            pub r#fn: Option<u8>,
            gen: u8,
        }
    }

    itself_in_a_type => {
        pub struct Node {
            #[key]
            pub id: u64,
            #[entity(default(Self::root()))]
            pub parent: Option<Box<Self>>,
            pub children: Vec<Link<Self>>,
            #[distinct]
            pub own: Id<Self>,
        }
    }

    names_of_locals => {
        pub struct Locals {
            #[key]
            pub row: u64,
            #[index]
            pub visitor: u64,
            #[entity(default(5))]
            pub value: u64,
            pub default: u64,
            pub fill: u64,
            #[version]
            pub version: u64,
        }
    }
}

expands! { value:
    names => {
        pub enum Priority {
            Low,
            Normal = 7,
            High(),
            r#Fn {},
        }
    }

    one_name => {
        enum Only {
            One,
        }
    }

    newtype => {
        pub struct Score(pub u32);
    }

    newtype_with_a_name => {
        #[value(crate = "::facade::db")]
        pub struct Email {
            address: String,
        }
    }
}
