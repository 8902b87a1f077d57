//! Default expressions: of any form and length, and what leaves one leaves nothing else.

use routier::Entity;
use serde::{Deserialize, Serialize};

use crate::completed;

/// Something in scope.
const SIZE: usize = 4;

macro_rules! seven {
    () => {
        7
    };
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[allow(clippy::never_loop, reason = "allowed on the struct, a lint is in what is written for it too")]
struct Forms {
    #[key]
    id: u64,
    #[entity(default(return 1))]
    returned: u8,
    #[entity(default({ let a = 1; let b = 1; a + b }))]
    block: u8,
    #[entity(default(loop { break 3 }))]
    broken: u8,
    #[entity(default('out: { if SIZE > 3 { break 'out 4 } 0 }))]
    labelled: u8,
    #[entity(default(match SIZE { 4 => 5, _ => unreachable!() }))]
    matched: u8,
    #[entity(default(if let Some(n) = Some(6) { n } else { return 0 }))]
    chosen: u8,
    #[entity(default(seven!()))]
    by_macro: u8,
    #[allow(clippy::redundant_closure_call, reason = "and so on a field")]
    #[entity(default((|n: u8| n + 1)(7)))]
    by_closure: u8,
    #[entity(default(Self::nine()))]
    by_function: u8,
    #[entity(default(<Self as Ten>::TEN))]
    by_trait: u8,
    #[entity(default({ fn eleven() -> u8 { 11 } eleven() }))]
    by_item: u8,
    #[entity(default("12".parse::<u8>().unwrap_or_default()))]
    by_method: u8,
    #[entity(default([13, 14][..][0]))]
    by_index: u8,
    #[allow(clippy::unnecessary_cast)]
    #[entity(default(14 as u8))]
    cast: u8,
}

trait Ten {
    const TEN: u8;
}

impl Ten for Forms {
    const TEN: u8 = 10;
}

impl Forms {
    fn nine() -> u8 {
        9
    }
}

#[test]
fn expressions_of_any_form() {
    let row: Forms = completed(NewForms {
        id: 0,
        returned: None,
        block: None,
        broken: None,
        labelled: None,
        matched: None,
        chosen: None,
        by_macro: None,
        by_closure: None,
        by_function: None,
        by_trait: None,
        by_item: None,
        by_method: None,
        by_index: None,
        cast: None,
    });
    let first = [row.returned, row.block, row.broken, row.labelled, row.matched, row.chosen, row.by_macro];
    let rest =
        [row.by_closure, row.by_function, row.by_trait, row.by_item, row.by_method, row.by_index, row.cast];
    assert_eq!(first, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(rest, [8, 9, 10, 11, 12, 13, 14]);
}

#[derive(Entity)]
#[entity(transient)]
struct Inferred {
    #[key]
    #[entity(default([0; SIZE]))]
    id: [u8; SIZE],
    #[entity(default(None))]
    #[index]
    option: Option<u8>,
    #[entity(default(Default::default()))]
    nested: Vec<Option<Vec<u8>>>,
    #[entity(default("a, b".split(", ").map(Into::into).collect()))]
    #[index]
    collected: Vec<String>,
    #[entity(default(Box::new(|text| text.len())))]
    object: Box<dyn Fn(&str) -> usize + Send + Sync>,
    #[entity(default(|number| number + 1))]
    function: fn(u8) -> u8,
    #[entity(default(&["a", "b"]))]
    borrowed: &'static [&'static str],
    #[entity(default(0.0), name = "given")]
    #[index]
    float: f64,
}

#[test]
fn the_type_is_known_to_the_expression() {
    let row: Inferred = completed(NewInferred {
        id: None,
        option: None,
        nested: None,
        collected: None,
        object: None,
        function: Some(|number| number + 2),
        borrowed: None,
        float: Some(0.5),
    });
    assert_eq!(
        (row.id, row.option, row.nested.len(), row.collected),
        ([0; 4], None, 0, vec!["a".to_owned(), "b".to_owned()])
    );
    assert_eq!(((row.object)("abc"), (row.function)(1), row.borrowed.len(), row.float), (3, 3, 2, 0.5));
}
