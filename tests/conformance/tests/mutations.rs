//! That the tables of mutations are in step with the library. What finds them is run by a command of its own:
//! `cargo run -p routier-conformance-tests --bin mutations`.

use std::collections::BTreeSet;
use std::fs;

use routier::conformance::clauses;
use routier_conformance_tests::mutations::{self, Mutation};

#[test]
fn each_mutation_can_be_planted() {
    let all = mutations::all().unwrap();
    let ids: BTreeSet<String> =
        clauses().filter(|clause| clause.has_check()).map(|clause| clause.id()).collect();
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    for one in &all {
        let text = fs::read_to_string(mutations::workspace().join(&one.file)).unwrap_or_default();
        wrong.extend(one.planted_in(&text).err());
        if one.test().is_none() && !ids.contains(&one.turns_red) {
            wrong.push(format!("`{}`: there is no clause {}", one.name, one.turns_red));
        }
        if !names.insert(&one.name) {
            wrong.push(format!("`{}` stands twice", one.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let places: BTreeSet<_> = all.iter().map(|one| (&one.file, &one.find)).collect();
    assert!(places.len() >= 90, "{} places only", places.len());
}

#[test]
fn a_mutation_that_lost_its_place_is_reported() {
    let one = Mutation {
        name: "a limit that is one too high".to_owned(),
        file: "limit.rs".into(),
        find: "< limit".to_owned(),
        replace: "<= limit".to_owned(),
        turns_red: "q-limit".to_owned(),
    };
    assert_eq!(one.planted_in("n < limit").unwrap(), "n <= limit");
    for text in ["n > limit", "n < limit && m < limit"] {
        assert!(one.planted_in(text).unwrap_err().contains("limit.rs"));
    }
}
