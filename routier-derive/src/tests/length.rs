//! How much is written for an entity: the compiler reads all of it, in each crate again. The time that this takes depends
//! on the machine and is measured by `compile-cost` in the benchmarks; the length does not.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{messages, pretty};
use crate::entity;

/// Of an entity of eleven fields, in bytes, indented.
const AT_MOST: usize = 20_000;

#[test]
fn eleven_fields_are_not_long() {
    let cases = [("as in the benchmark", as_in_the_benchmark()), ("each with an index", indexed(10))];
    for (what, input) in cases {
        let length = length(input);
        assert!(length <= AT_MOST, "{what}: {length} bytes");
    }
}

#[test]
fn what_is_long_is_found() {
    assert!(length(indexed(40)) > AT_MOST);
}

fn length(input: TokenStream) -> usize {
    let code = entity(input);
    assert_eq!(messages(code.clone()), Vec::<String>::new());
    pretty(code).len()
}

fn as_in_the_benchmark() -> TokenStream {
    quote! {
        pub struct Row1 {
            #[key]
            #[identity]
            pub id: u64,
            #[distinct]
            pub handle: String,
            #[index]
            pub score: u32,
            #[index]
            pub guild: Option<u64>,
            #[index]
            pub tags: Vec<String>,
            pub level: i64,
            pub ratio: f64,
            pub active: bool,
            pub place: i32,
            pub bio: String,
            pub note: Option<String>,
        }
    }
}

/// A key and as many fields with an index.
fn indexed(number: usize) -> TokenStream {
    let names = (0..number).map(|number| format_ident!("field{number}"));
    quote! {
        pub struct Indexed {
            #[key]
            #[identity]
            pub id: u64,
            #(#[index] pub #names: Option<String>,)*
        }
    }
}
