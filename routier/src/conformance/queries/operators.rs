//! What each operator finds: section 3.2.

use std::ops::Bound::{Excluded, Included, Unbounded};

use crate::Result;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::sample::{LAST, Rank};
use crate::conformance::queries::scene::{cases, find};

clauses! {
    "3.2" q_eq: "`eq` finds exactly the rows with the value, and none with `None`.";
    "3.2" q_ne: "`ne` finds exactly the rows that `eq` does not, those with `None` included.";
    "3.2" q_lt: "`lt` finds what is less, leaves out the value itself, and finds no `None`.";
    "3.2" q_le: "`le` finds what is less and the value itself, and no `None`.";
    "3.2" q_gt: "`gt` finds what is greater, and leaves out the value itself and `None`.";
    "3.2" q_ge: "`ge` finds what is greater and the value itself, and no `None`.";
    "3.2" q_between: "`between` takes a range with each end included, excluded or open.";
    "3.2" q_between_open: "`between(..)` finds every value, and no `None`.";
    "3.2" q_between_empty: "`between` of an empty or reversed range finds nothing.";
    "3.2" q_one_of: "`one_of` finds the rows with one of the values, once each, however often a value is given.";
    "3.2" q_one_of_nothing: "`one_of` of no values finds nothing.";
    "3.2" q_is_none: "`is_none` finds exactly the rows without a value.";
    "3.2" q_is_some: "`is_some` finds exactly the rows with a value.";
    "3.2" q_starts_with: "`starts_with` compares byte for byte, and finds no `None`, also of the empty prefix.";
}

async fn q_eq(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.id.eq(LAST) => |i| i.id == LAST;
        |i| i.id.eq(84) => |i| i.id == 84;
        |i| i.label.eq("label 20") => |i| i.label.as_deref() == Some("label 20");
        |i| i.label.eq("label 200") => |_| false;
        |i| i.score.eq(0) => |i| i.score == 0;
        |i| i.score.eq(i32::MIN) => |i| i.score == i32::MIN;
        |i| i.score.eq(i32::MAX) => |i| i.score == i32::MAX;
        |i| i.score.eq(6) => |_| false;
        |i| i.group.eq(0) => |i| i.group == Some(0);
        |i| i.group.eq(3) => |i| i.group == Some(3);
        |i| i.group.eq(255) => |i| i.group == Some(255);
        |i| i.group.eq(4) => |_| false;
        |i| i.name.eq("") => |i| i.name.is_empty();
        |i| i.name.eq("ab") => |i| i.name == "ab";
        |i| i.nick.eq("") => |i| i.nick.as_deref() == Some("");
        |i| i.nick.eq("ab\u{1}") => |i| i.nick.as_deref() == Some("ab\u{1}");
        |i| i.open.eq(true) => |i| i.open;
        |i| i.level.eq(5) => |i| i.level == 5;
        |i| i.alias.eq("") => |i| i.alias.as_deref() == Some("");
        |i| i.alias.eq("b") => |i| i.alias.as_deref() == Some("b");
        |i| i.rank.eq(Rank::Apprentice) => |i| i.rank == Rank::Apprentice;
    };
    find(subject, cases).await
}

async fn q_ne(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.id.ne(LAST) => |i| i.id != LAST;
        |i| i.label.ne("label 20") => |i| i.label.as_deref() != Some("label 20");
        |i| i.score.ne(0) => |i| i.score != 0;
        |i| i.score.ne(6) => |_| true;
        |i| i.group.ne(3) => |i| i.group != Some(3);
        |i| i.group.ne(4) => |_| true;
        |i| i.name.ne("ab") => |i| i.name != "ab";
        |i| i.nick.ne("") => |i| i.nick.as_deref() != Some("");
        |i| i.open.ne(true) => |i| !i.open;
        |i| i.level.ne(i32::MAX) => |i| i.level != i32::MAX;
        |i| i.alias.ne("b") => |i| i.alias.as_deref() != Some("b");
        |i| i.rank.ne(Rank::Expert) => |i| i.rank != Rank::Expert;
    };
    find(subject, cases).await
}

async fn q_lt(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.id.lt(LAST) => |i| i.id < LAST;
        |i| i.id.lt(0) => |_| false;
        |i| i.score.lt(0) => |i| i.score < 0;
        |i| i.score.lt(i32::MIN) => |_| false;
        |i| i.score.lt(6) => |i| i.score < 6;
        |i| i.group.lt(3) => |i| i.group.is_some_and(|group| group < 3);
        |i| i.group.lt(0) => |_| false;
        |i| i.name.lt("ab\u{1}") => |i| &*i.name < "ab\u{1}";
        |i| i.name.lt("") => |_| false;
        |i| i.nick.lt("a") => |i| i.nick.as_deref() == Some("");
        |i| i.open.lt(true) => |i| !i.open;
        |i| i.level.lt(5) => |i| i.level < 5;
        |i| i.alias.lt("\u{ffff}") => |i| i.alias.as_deref().is_some_and(|alias| alias < "\u{ffff}");
        |i| i.rank.lt(Rank::Apprentice) => |i| i.rank != Rank::Apprentice;
    };
    find(subject, cases).await
}

async fn q_le(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.id.le(LAST) => |_| true;
        |i| i.score.le(0) => |i| i.score <= 0;
        |i| i.score.le(i32::MIN) => |i| i.score == i32::MIN;
        |i| i.score.le(6) => |i| i.score < 7;
        |i| i.group.le(3) => |i| i.group.is_some_and(|group| group <= 3);
        |i| i.group.le(0) => |i| i.group == Some(0);
        |i| i.name.le("ab") => |i| &*i.name <= "ab";
        |i| i.nick.le("") => |i| i.nick.as_deref() == Some("");
        |i| i.open.le(false) => |i| !i.open;
        |i| i.level.le(5) => |i| i.level <= 5;
        |i| i.alias.le("\u{ffff}") => |i| i.alias.as_deref().is_some_and(|alias| alias <= "\u{ffff}");
        |i| i.rank.le(Rank::Expert) => |i| i.rank != Rank::Apprentice;
    };
    find(subject, cases).await
}

async fn q_gt(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.id.gt(LAST) => |_| false;
        |i| i.id.gt(50) => |i| i.id > 50;
        |i| i.score.gt(0) => |i| i.score > 0;
        |i| i.score.gt(i32::MAX) => |_| false;
        |i| i.score.gt(6) => |i| i.score > 6;
        |i| i.group.gt(3) => |i| i.group.is_some_and(|group| group > 3);
        |i| i.group.gt(255) => |_| false;
        |i| i.name.gt("ab") => |i| &*i.name > "ab";
        |i| i.name.gt("\u{10ffff}") => |_| false;
        |i| i.nick.gt("") => |i| i.nick.as_deref().is_some_and(|nick| !nick.is_empty());
        |i| i.open.gt(false) => |i| i.open;
        |i| i.level.gt(-5) => |i| i.level > -5;
        |i| i.alias.gt("ab") => |i| i.alias.as_deref().is_some_and(|alias| alias > "ab");
        |i| i.rank.gt(Rank::Novice) => |i| i.rank != Rank::Novice;
    };
    find(subject, cases).await
}

async fn q_ge(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.id.ge(LAST) => |i| i.id == LAST;
        |i| i.score.ge(0) => |i| i.score >= 0;
        |i| i.score.ge(i32::MAX) => |i| i.score == i32::MAX;
        |i| i.score.ge(i32::MIN) => |_| true;
        |i| i.score.ge(6) => |i| i.score > 5;
        |i| i.group.ge(0) => |i| i.group.is_some();
        |i| i.group.ge(255) => |i| i.group == Some(255);
        |i| i.name.ge("ab") => |i| &*i.name >= "ab";
        |i| i.nick.ge("") => |i| i.nick.is_some();
        |i| i.nick.ge("\u{10ffff}") => |i| i.nick.as_deref() == Some("\u{10ffff}");
        |i| i.open.ge(false) => |_| true;
        |i| i.level.ge(7) => |i| i.level >= 7;
        |i| i.alias.ge("") => |i| i.alias.is_some();
        |i| i.rank.ge(Rank::Apprentice) => |i| i.rank == Rank::Apprentice;
    };
    find(subject, cases).await
}

async fn q_between(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.score.between(-5..5) => |i| (-5..5).contains(&i.score);
        |i| i.score.between(-5..=5) => |i| (-5..=5).contains(&i.score);
        |i| i.score.between(-5..) => |i| i.score >= -5;
        |i| i.score.between(..5) => |i| i.score < 5;
        |i| i.score.between(..=5) => |i| i.score <= 5;
        |i| i.score.between((Excluded(-5), Included(5))) => |i| i.score > -5 && i.score <= 5;
        |i| i.score.between((Excluded(-5), Excluded(5))) => |i| i.score > -5 && i.score < 5;
        |i| i.score.between((Excluded(-5), Unbounded)) => |i| i.score > -5;
        |i| i.score.between(i32::MIN..=i32::MAX) => |_| true;
        |i| i.score.between(5..=5) => |i| i.score == 5;
        |i| i.group.between(0..=3) => |i| i.group.is_some_and(|group| group <= 3);
        |i| i.group.between(..3) => |i| i.group.is_some_and(|group| group < 3);
        |i| i.group.between((Excluded(0), Excluded(255))) => |i| matches!(i.group, Some(1..=254));
        |i| i.group.between(3..) => |i| i.group.is_some_and(|group| group >= 3);
        |i| i.name.between("a".to_owned().."b".to_owned()) => |i| i.name.starts_with('a');
        |i| i.nick.between(.."b") => |i| i.nick.as_deref().is_some_and(|nick| nick < "b");
        |i| i.nick.between("ab"..="ab\u{1}") => |i| matches!(i.nick.as_deref(), Some("ab" | "ab\u{1}"));
        |i| i.id.between(10..=60) => |i| (10..=60).contains(&i.id);
        |i| i.level.between(-5..=5) => |i| (-5..=5).contains(&i.level);
        |i| i.alias.between("a"..) => |i| i.alias.as_deref().is_some_and(|alias| alias >= "a");
        |i| i.rank.between(Rank::Novice..Rank::Apprentice) => |i| i.rank != Rank::Apprentice;
        |i| i.open.between(true..) => |i| i.open;
    };
    find(subject, cases).await
}

async fn q_between_open(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.score.between::<i32, _>(..) => |_| true;
        |i| i.group.between::<u8, _>(..) => |i| i.group.is_some();
        |i| i.nick.between::<&str, _>(..) => |i| i.nick.is_some();
        |i| i.label.between::<&str, _>(..) => |i| i.label.is_some();
        |i| i.alias.between::<&str, _>(..) => |i| i.alias.is_some();
        |i| i.level.between::<i32, _>(..) => |_| true;
        |i| i.rank.between::<Rank, _>(..) => |_| true;
    };
    find(subject, cases).await
}

async fn q_between_empty(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.score.between(0..0) => |_| false;
        |i| i.score.between((Excluded(0), Included(0))) => |_| false;
        |i| i.score.between((Excluded(0), Excluded(0))) => |_| false;
        |i| i.score.between((Included(5), Included(-5))) => |_| false;
        |i| i.score.between((Excluded(5), Excluded(-5))) => |_| false;
        |i| i.score.between((Included(i32::MAX), Excluded(i32::MIN))) => |_| false;
        |i| i.score.between(i32::MIN..i32::MIN) => |_| false;
        |i| i.group.between(3..3) => |_| false;
        |i| i.group.between((Included(255), Included(0))) => |_| false;
        |i| i.name.between("b".to_owned().."a".to_owned()) => |_| false;
        |i| i.nick.between(""..="") => |i| i.nick.as_deref() == Some("");
        |i| i.nick.between(.."") => |_| false;
        |i| i.level.between((Included(5), Excluded(-5))) => |_| false;
        |i| i.alias.between("b"..="a") => |_| false;
        |i| i.id.between((Included(60), Included(10))) => |_| false;
    };
    find(subject, cases).await
}

async fn q_one_of(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.score.one_of([0, 5]) => |i| [0, 5].contains(&i.score);
        |i| i.score.one_of([5, 0, 5, 5, 0]) => |i| [0, 5].contains(&i.score);
        |i| i.score.one_of([6, i32::MAX, 7, i32::MIN, 6]) => |i| [i32::MIN, 7, i32::MAX].contains(&i.score);
        |i| i.score.one_of([6]) => |_| false;
        |i| i.group.one_of([3, 255, 3, 4]) => |i| matches!(i.group, Some(3 | 255));
        |i| i.name.one_of(["", "b", "abc", "b"]) => |i| ["", "b", "abc"].contains(&&*i.name);
        |i| i.nick.one_of([""]) => |i| i.nick.as_deref() == Some("");
        |i| i.label.one_of(["label 20", "label 84", "label 20"]) => |i| i.id == 20 || i.id == 84;
        |i| i.id.one_of([LAST, 20, 12, 20]) => |i| [20, LAST].contains(&i.id);
        |i| i.level.one_of([7, -5]) => |i| [7, -5].contains(&i.level);
        |i| i.alias.one_of(["b", "b", "a"]) => |i| matches!(i.alias.as_deref(), Some("a" | "b"));
        |i| i.rank.one_of([Rank::Apprentice, Rank::Novice]) => |i| i.rank != Rank::Expert;
        |i| i.open.one_of([true, false]) => |_| true;
    };
    find(subject, cases).await
}

async fn q_one_of_nothing(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.score.one_of::<[i32; 0]>([]) => |_| false;
        |i| i.group.one_of(Vec::<u8>::new()) => |_| false;
        |i| i.nick.one_of::<[&str; 0]>([]) => |_| false;
        |i| i.label.one_of::<[&str; 0]>([]) => |_| false;
        |i| i.id.one_of::<[u64; 0]>([]) => |_| false;
        |i| i.level.one_of::<[i32; 0]>([]) => |_| false;
        |i| i.alias.one_of::<[&str; 0]>([]) => |_| false;
        |i| i.score.one_of::<[i32; 0]>([]) | i.group.eq(3) => |i| i.group == Some(3);
    };
    find(subject, cases).await
}

async fn q_is_none(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.group.is_none() => |i| i.group.is_none();
        |i| i.nick.is_none() => |i| i.nick.is_none();
        |i| i.label.is_none() => |i| i.label.is_none();
        |i| i.alias.is_none() => |i| i.alias.is_none();
        |i| i.score.is_none() => |_| false;
        |i| i.id.is_none() => |_| false;
        |i| i.level.is_none() => |_| false;
        |i| i.group.is_none() & i.score.eq(0) => |i| i.group.is_none() && i.score == 0;
        |i| i.group.is_none() & i.nick.is_none() => |i| i.group.is_none() && i.nick.is_none();
    };
    find(subject, cases).await
}

async fn q_is_some(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.group.is_some() => |i| i.group.is_some();
        |i| i.nick.is_some() => |i| i.nick.is_some();
        |i| i.label.is_some() => |i| i.label.is_some();
        |i| i.alias.is_some() => |i| i.alias.is_some();
        |i| i.score.is_some() => |_| true;
        |i| i.id.is_some() => |_| true;
        |i| i.level.is_some() => |_| true;
        |i| i.group.is_some() & i.score.ge(0) => |i| i.group.is_some() && i.score >= 0;
    };
    find(subject, cases).await
}

async fn q_starts_with(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.name.starts_with("") => |_| true;
        |i| i.name.starts_with("a") => |i| i.name.starts_with('a');
        |i| i.name.starts_with("ab") => |i| i.name.starts_with("ab");
        |i| i.name.starts_with("ab\u{1}") => |i| i.name == "ab\u{1}";
        |i| i.name.starts_with("abcd") => |_| false;
        |i| i.name.starts_with("A") => |_| false;
        |i| i.name.starts_with("\u{ffff}") => |i| i.name == "\u{ffff}";
        |i| i.name.starts_with("\u{10ffff}") => |i| i.name == "\u{10ffff}";
        |i| i.nick.starts_with("") => |i| i.nick.is_some();
        |i| i.nick.starts_with("ab") => |i| i.nick.as_deref().is_some_and(|nick| nick.starts_with("ab"));
        |i| i.nick.starts_with("\u{10ffff}") => |i| i.nick.as_deref() == Some("\u{10ffff}");
        |i| i.label.starts_with("label 1") => |i| i.label.as_deref().is_some_and(|l| l.starts_with("label 1"));
        |i| i.alias.starts_with("") => |i| i.alias.is_some();
        |i| i.alias.starts_with("ab") => |i| i.alias.as_deref().is_some_and(|alias| alias.starts_with("ab"));
        |i| i.nick.starts_with("a") & i.nick.lt("ab\u{1}") => |i| matches!(i.nick.as_deref(), Some("a" | "ab"));
    };
    find(subject, cases).await
}
