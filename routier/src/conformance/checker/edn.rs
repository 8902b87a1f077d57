//! A history as a text for other checkers.

use std::fmt::{self, Write};

use super::history::{History, Operation};

/// A history as Jepsen writes it, a map a line, for `elle-cli --model list-append`.
///
/// What each list held in the end is one more transaction, by a process of its own.
pub fn edn(history: &History) -> String {
    let mut events: Vec<(u64, Event<'_>)> = Vec::new();
    for transaction in &history.transactions {
        let event = |kind| Event { kind, process: transaction.process, operations: &transaction.operations };
        events.push((transaction.invoked, event("invoke")));
        events.push((transaction.completed, event(transaction.outcome.name())));
    }
    events.sort_by_key(|(time, _)| *time);
    let last: Vec<Operation> = history
        .last
        .iter()
        .flatten()
        .map(|(list, elements)| Operation::Read { list: *list, elements: elements.clone() })
        .collect();
    if history.last.is_some() {
        let process = history.transactions.iter().map(|of| of.process + 1).max().unwrap_or(0);
        let event = |kind| (u64::MAX, Event { kind, process, operations: &last });
        events.extend([event("invoke"), event("ok")]);
    }
    let mut text = String::new();
    for (index, (_, event)) in events.iter().enumerate() {
        let Event { kind, process, .. } = event;
        let value = Value(event);
        let _ = writeln!(
            text,
            "{{:type :{kind} :f :txn :value {value} :process {process} :time {index} :index {index}}}"
        );
    }
    text
}

struct Event<'a> {
    kind: &'static str,
    process: u64,
    operations: &'a [Operation],
}

/// The operations; what was read is known at the end only.
struct Value<'a>(&'a Event<'a>);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('[')?;
        for (place, operation) in self.0.operations.iter().enumerate() {
            let between = if place == 0 { "" } else { " " };
            match operation {
                Operation::Append { list, element } => write!(f, "{between}[:append {list} {element}]")?,
                Operation::Read { list, .. } if self.0.kind == "invoke" => {
                    write!(f, "{between}[:r {list} nil]")?;
                }
                Operation::Read { list, elements } => {
                    let elements: Vec<String> = elements.iter().map(ToString::to_string).collect();
                    write!(f, "{between}[:r {list} [{}]]", elements.join(" "))?;
                }
            }
        }
        f.write_char(']')
    }
}
