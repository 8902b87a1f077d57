//! That what is stored stays readable: the shapes of the collections are kept beside the code, and a change of one is
//! seen, and said in a sentence, before anybody's data meets it.

use std::path::Path;

use routier::Entity;
use routier::schema::{Schema, parse_all};

use super::{Dependency, Feature, License, Package, Target};

#[test]
fn the_schemas_are_those_that_are_kept() {
    let now = [
        Package::descriptor().schema(),
        Dependency::descriptor().schema(),
        Feature::descriptor().schema(),
        License::descriptor().schema(),
        Target::descriptor().schema(),
    ];
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.snap");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        let texts: Vec<String> = now.iter().map(Schema::to_string).collect();
        std::fs::write(&file, texts.join("\n")).expect("the file is ours");
    }
    let kept =
        parse_all(&std::fs::read_to_string(&file).expect("the file is there")).expect("it is a schema");
    assert_eq!(kept.len(), now.len());
    for (kept, now) in kept.iter().zip(&now) {
        let changes = kept.diff(now);
        assert!(
            changes.is_empty(),
            "`{}` has changed, and old rows {}:\n{changes}\nif that is meant: UPDATE_SCHEMA=1 cargo test",
            now.collection,
            if changes.old_rows_fit() { "fit" } else { "do not all fit" },
        );
    }
}

/// One line keeps what the derive wrote.
#[test]
fn the_derive_writes_what_it_wrote() {
    insta::assert_snapshot!(License::EXPANSION);
}
