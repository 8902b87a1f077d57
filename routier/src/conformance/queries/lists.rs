//! What the operators of an indexed list find: section 3.2.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::scene::{cases, find};
use crate::{Filter, Result};

clauses! {
    "3.2" q_contains: "`contains` finds the rows whose list has the element, once each, however often it has it.";
    "3.2" q_contains_any: "`contains_any` finds the rows whose list has one of the elements, once each.";
    "3.2" q_contains_nothing: "`contains_any` of no elements finds nothing, not even the empty lists.";
    "3.2" q_is_empty: "`is_empty` finds exactly the rows whose list has no elements.";
    "3.2" q_lists_combined: "Several tests of one list are each of the whole list, not of one element.";
}

async fn q_contains(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.tags.contains("a") => |i| i.tags.iter().any(|tag| tag == "a");
        |i| i.tags.contains("b") => |i| i.tags.iter().any(|tag| tag == "b");
        |i| i.tags.contains("c") => |i| i.tags.iter().any(|tag| tag == "c");
        |i| i.tags.contains("") => |i| i.tags.iter().any(String::is_empty);
        |i| i.tags.contains("abc") => |_| false;
        |i| i.tags.contains("a".to_owned()) => |i| i.tags.iter().any(|tag| tag == "a");
        |i| i.tags.contains("b") & i.score.ge(0) => |i| i.score >= 0 && i.tags.iter().any(|tag| tag == "b");
        |i| i.tags.contains("b") & i.level.ge(0) => |i| i.level >= 0 && i.tags.iter().any(|tag| tag == "b");
    };
    find(subject, cases).await
}

async fn q_contains_any(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.tags.contains_any(["a", "b"]) => |i| i.tags.iter().any(|tag| tag == "a" || tag == "b");
        |i| i.tags.contains_any(["b", "b", "x"]) => |i| i.tags.iter().any(|tag| tag == "b");
        |i| i.tags.contains_any(["", "ab", "c"]) => |i| i.tags.iter().any(|t| ["", "ab", "c"].contains(&&**t));
        |i| i.tags.contains_any(["c", "b", "a", "ab", ""]) => |i| !i.tags.is_empty();
        |i| i.tags.contains_any(["x", "y"]) => |_| false;
        |i| i.tags.contains_any(["a", "c"]) & i.group.is_none() => |i| {
            i.group.is_none() && i.tags.iter().any(|tag| tag == "a" || tag == "c")
        };
    };
    find(subject, cases).await
}

async fn q_contains_nothing(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.tags.contains_any::<[&str; 0]>([]) => |_| false;
        |i| i.tags.contains_any(Vec::<String>::new()) => |_| false;
        |i| i.tags.contains_any::<[&str; 0]>([]) | i.tags.is_empty() => |i| i.tags.is_empty();
    };
    find(subject, cases).await
}

async fn q_is_empty(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.tags.is_empty() => |i| i.tags.is_empty();
        |i| i.tags.is_empty() & i.score.le(0) => |i| i.tags.is_empty() && i.score <= 0;
        |i| i.tags.is_empty() | i.tags.contains("c") => |i| i.tags.first().is_none_or(|tag| tag == "c");
        |i| i.tags.is_empty() & Filter::all() => |i| i.tags.is_empty();
    };
    find(subject, cases).await
}

async fn q_lists_combined(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.tags.contains("a") & i.tags.contains("b") => |i| i.tags.iter().any(|tag| tag == "a") && i.tags.len() > 1;
        |i| i.tags.contains("a") & !i.tags.contains("b") => |i| *i.tags == ["a"];
        |i| i.tags.contains("ab") & i.tags.contains("c") => |_| false;
        |i| i.tags.contains("ab") | i.tags.contains("c") => |i| i.tags.last().is_some_and(|t| t == "ab" || t == "c");
        |i| i.tags.contains("") & i.tags.is_empty() => |_| false;
        |i| i.tags.contains_any(["a", "c"]) & i.tags.contains_any(["b", "c"]) => |i| {
            let has = |tag: &str| i.tags.iter().any(|found| found == tag);
            (has("a") || has("c")) && (has("b") || has("c"))
        };
    };
    find(subject, cases).await
}
