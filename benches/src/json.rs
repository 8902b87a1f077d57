//! All that was measured, as JSON.

use serde_json::{Map, Value, json};

use crate::live::{Concerned, OPEN};
use crate::operation::Operation;
use crate::options::Options;
use crate::outcome::{Outcome, baseline, of};
use crate::parent::Size;
use crate::processor::processor;

pub(crate) fn of_all(options: &Options, sizes: &[Size]) -> Value {
    json!({
        "rounds": options.rounds,
        "peer_rounds": options.peer_rounds.unwrap_or(options.rounds),
        "retain": options.retain,
        "command": std::env::args().skip(1).collect::<Vec<_>>(),
        "processor": processor(),
        "threads": std::thread::available_parallelism().map_or(0, usize::from),
        "sizes": sizes.iter().map(of_size).collect::<Vec<_>>(),
    })
}

fn of_size(size: &Size) -> Value {
    let base = baseline(&size.outcomes);
    let hand = of(&size.outcomes, base);
    let variants =
        size.outcomes.iter().map(|outcome| (outcome.variant.name().to_owned(), of_variant(outcome, hand)));
    json!({ "rows": size.rows, "baseline": base.name(), "variants": variants.collect::<Map<_, _>>() })
}

fn of_variant(outcome: &Outcome, hand: Option<&Outcome>) -> Value {
    let mut operations = Map::new();
    for operation in Operation::ALL {
        let each = outcome.each(operation);
        let hand = hand.and_then(|hand| hand.each(operation));
        let value = json!({
            "ns": each,
            "ratio": each.zip(hand).map(|(each, hand)| each / hand),
            "rounds_ns": outcome.rounds(operation),
        });
        operations.insert(operation.name().to_owned(), value);
    }
    let live = OPEN.iter().flat_map(|open| [Concerned::Nobody, Concerned::One].map(|one| one.name(*open)));
    let live = live.filter_map(|name| Some((name.clone(), json!(outcome.each_of(&name)?))));
    let live: Map<_, _> = live.collect();
    json!({ "operations": operations, "live_ns": live, "space": outcome.space, "beside": outcome.beside })
}
