//! The tables.

use crate::live::{Concerned, OPEN};
use crate::operation::Operation;
use crate::options::Variant;
use crate::outcome::{Outcome, baseline, of};
use crate::record::{Beside, Space};
use crate::table::{self, number, ratio};

pub(crate) fn print(rows: u64, outcomes: &[Outcome]) {
    let ours = of(outcomes, Variant::Ours);
    let hand = of(outcomes, baseline(outcomes));
    let behind = of(outcomes, Variant::HandAsync);
    let own: Vec<_> = outcomes.iter().filter(|outcome| !outcome.variant.is_peer()).collect();

    let mut heads = vec![format!("{} rows, ns", rows)];
    heads.extend(own.iter().map(|outcome| outcome.variant.name().to_owned()));
    heads.extend(["ours/hand", "by rounds", "async/hand", "ours/async"].map(str::to_owned));
    let mut lines = vec![heads];
    for operation in Operation::ALL {
        let each = |outcome: Option<&Outcome>| outcome.and_then(|outcome| outcome.each(operation));
        let mut line = vec![operation.title().to_owned()];
        line.extend(own.iter().map(|outcome| number(each(Some(outcome)))));
        line.push(ratio(each(ours), each(hand)));
        let by_rounds = ours.zip(hand).and_then(|(ours, hand)| ours.median_ratio(hand, operation));
        line.push(ratio(by_rounds, Some(1.0)));
        line.push(ratio(each(behind), each(hand)));
        line.push(ratio(each(ours), each(behind)));
        lines.push(line);
    }
    table::print(&lines);
    if of(outcomes, Variant::HandParkingLot).is_some() {
        println!("\n`hand` in the ratios is `{}`, the faster of the two", baseline(outcomes).name());
    }
    peers(rows, outcomes, ours);
    space(outcomes, hand, ours);
    live(ours);
    beside(outcomes);
}

/// How many times as long as ours others take.
fn peers(rows: u64, outcomes: &[Outcome], ours: Option<&Outcome>) {
    let peers: Vec<_> = outcomes.iter().filter(|outcome| outcome.variant.is_peer()).collect();
    if peers.is_empty() {
        return;
    }
    let mut heads = vec![format!("{} rows, ns", rows), Variant::Ours.name().to_owned()];
    heads.extend(peers.iter().map(|peer| peer.variant.name().to_owned()));
    heads.extend(peers.iter().map(|peer| format!("{}/ours", peer.variant.name())));
    let mut lines = vec![heads];
    for operation in Operation::ALL {
        let ours = ours.and_then(|ours| ours.each(operation));
        let mut line = vec![operation.title().to_owned(), number(ours)];
        line.extend(peers.iter().map(|peer| number(peer.each(operation))));
        line.extend(peers.iter().map(|peer| ratio(peer.each(operation), ours)));
        lines.push(line);
    }
    println!();
    table::print(&lines);
}

fn space(outcomes: &[Outcome], hand: Option<&Outcome>, ours: Option<&Outcome>) {
    let mut heads = vec!["heap bytes a row beyond the entity".to_owned()];
    heads.extend(outcomes.iter().map(|outcome| outcome.variant.name().to_owned()));
    heads.push("ours/hand".to_owned());
    let mut lines = vec![heads];
    for (title, usual) in [("with a history of one change", false), ("with the history of this run", true)] {
        let read = |space: &Space| if usual { space.row_bytes_with_history } else { space.row_bytes };
        let bytes = |outcome: Option<&Outcome>| outcome.and_then(|outcome| outcome.space.as_ref()).map(read);
        let mut line = vec![title.to_owned()];
        line.extend(outcomes.iter().map(|outcome| number(bytes(Some(outcome)))));
        line.push(ratio(bytes(ours), bytes(hand)));
        lines.push(line);
    }
    println!();
    table::print(&lines);

    let mut heads = vec!["allocations each (bytes)".to_owned()];
    heads.extend(outcomes.iter().map(|outcome| outcome.variant.name().to_owned()));
    let mut lines = vec![heads];
    for operation in Operation::ALL {
        let mut line = vec![operation.title().to_owned()];
        line.extend(outcomes.iter().map(|outcome| match outcome.allocated(operation) {
            Some(allocated) => format!("{:.2} ({:.0})", allocated.calls, allocated.bytes),
            None => "-".to_owned(),
        }));
        lines.push(line);
    }
    println!();
    table::print(&lines);
}

fn live(ours: Option<&Outcome>) {
    let Some(ours) = ours else { return };
    let heads = ["ns an update of ours, live queries", "concerns none", "ratio", "concerns one", "ratio"];
    let mut lines = vec![heads.map(str::to_owned).to_vec()];
    let plain = ours.each_of(&Concerned::Nobody.name(0));
    for open in OPEN {
        let of = |concerned: Concerned| ours.each_of(&concerned.name(open));
        let (nobody, one) = (of(Concerned::Nobody), of(Concerned::One));
        lines.push(vec![
            format!("{open} open"),
            number(nobody),
            ratio(nobody, plain),
            number(one),
            ratio(one, plain),
        ]);
    }
    println!();
    table::print(&lines);
}

fn beside(outcomes: &[Outcome]) {
    if outcomes.iter().all(|outcome| outcome.beside.is_empty()) {
        return;
    }
    let heads =
        ["ns a read beside a committer", "", "alone", "beside", "kept", "elsewhere", "kept", "commits/s"];
    let mut lines = vec![heads.map(str::to_owned).to_vec()];
    for operation in Operation::ALL {
        for outcome in outcomes {
            let Some(read) = outcome.beside.iter().find(|read| read.operation == operation.name()) else {
                continue;
            };
            let Beside { alone, beside, elsewhere, commits, .. } = read;
            lines.push(vec![
                operation.title().to_owned(),
                outcome.variant.name().to_owned(),
                number(Some(*alone)),
                number(Some(*beside)),
                ratio(Some(*alone), Some(*beside)),
                number(Some(*elsewhere)),
                ratio(Some(*alone), Some(*elsewhere)),
                number(Some(*commits)),
            ]);
        }
    }
    println!();
    table::print(&lines);
}
