//! Which case is about what: the inputs that a derive is known to stumble over, each with the cases that hold ours to it.
//! What is right is a test beside this file, or a program in `tests/outside/crates`; what is a mistake, a program in
//! `tests/compile/tests/ui`.

use std::fs;
use std::path::Path;

/// The least number of programs that are right.
const ENOUGH: usize = 40;

/// An input, and its cases: `file::test` in this directory, `crates/name`, or `ui/theme/name`.
const INPUTS: &[(&str, &[&str])] = &[
    ("a tuple struct", &["ui/shapes/tuple", "ui/shapes/tuple_and_used"]),
    ("a struct without fields", &["ui/shapes/unit", "ui/shapes/empty"]),
    ("an enum or a union", &["ui/shapes/choice", "ui/shapes/union"]),
    ("type and constant parameters", &["ui/shapes/parameter", "ui/shapes/constant"]),
    ("lifetimes", &["ui/shapes/lifetime", "ui/types/borrows"]),
    ("no key", &["ui/keys/no_key", "ui/keys/no_key_but_an_id", "ui/keys/no_key_and_used"]),
    ("several keys", &["described::a_composite_key_is_in_field_order_and_an_identity_beside_it_distinct"]),
    (
        "an identity outside the key",
        &["described::a_composite_key_is_in_field_order_and_an_identity_beside_it_distinct"],
    ),
    (
        "an identity of another type",
        &[
            "ui/keys/identity_of_a_bool",
            "ui/keys/identity_of_a_float",
            "ui/keys/identity_of_an_enum",
            "ui/keys/identity_of_an_option",
            "ui/keys/identity_of_a_usize",
        ],
    ),
    (
        "a key that has no order or may be absent",
        &["ui/keys/of_a_float", "ui/keys/of_a_list", "ui/keys/of_an_option"],
    ),
    (
        "attributes that are unknown, misspelt or repeated",
        &[
            "ui/attributes/mark_misspelt",
            "ui/attributes/mark_twice",
            "ui/attributes/struct_option_unknown",
            "ui/attributes/struct_option_misspelt",
            "ui/attributes/struct_option_twice",
            "ui/attributes/field_option_misspelt",
        ],
    ),
    (
        "attributes against each other",
        &[
            "ui/keys/distinct_already",
            "ui/keys/is_the_version",
            "ui/keys/version_indexed",
            "ui/keys/two_versions",
            "ui/keys/two_identities",
            "ui/keys/identity_with_a_default",
        ],
    ),
    (
        "bad values of attributes",
        &[
            "ui/names/collection_empty",
            "ui/names/collection_with_a_space",
            "ui/names/collection_too_long",
            "ui/names/collection_reserved",
            "ui/names/field_with_a_nul",
            "ui/attributes/text_without_quotes",
        ],
    ),
    ("two fields of one stored name", &["ui/names/fields_renamed_alike", "ui/names/fields_differ_in_case"]),
    ("raw identifiers", &["named::keywords_as_raw_names", "named::a_keyword_as_the_name_of_the_struct"]),
    ("words that are keywords in some places", &["named::words_that_are_keywords_in_some_places"]),
    (
        "identifiers beyond ASCII",
        &[
            "named::letters_beyond_ascii_under_names_within",
            "ui/names/field_not_ascii",
            "ui/names/struct_not_ascii",
        ],
    ),
    (
        "fields called as generated items",
        &[
            "named::fields_and_functions_are_called_as_what_is_written",
            "hygiene::fields_and_methods_have_any_name",
        ],
    ),
    ("fields called as types", &["named::fields_are_called_as_types"]),
    (
        "generated names that the user has",
        &["named::names_that_the_user_has_are_given_way_to", "ui/names/fields_struct_taken"],
    ),
    ("documentation", &["documented::texts_of_any_form_and_length"]),
    ("configured fields and attributes", &["foreign::other_attributes_are_minded"]),
    ("private fields and types, every visibility", &["placed::with_fields_and_types_that_are_private"]),
    (
        "structs that macros make",
        &[
            "made::every_part_of_it",
            "made::names_that_are_the_macros_own",
            "made::several_by_a_macro_within_a_macro",
            "made::values_by_a_macro",
            "hygiene::types_are_known_by_what_they_are",
        ],
    ),
    (
        "names of std that are taken",
        &[
            "shadowed::names_may_be_taken",
            "captured::types_are_called_as_those_of_the_language",
            "captured::all_of_the_library_is_imported",
        ],
    ),
    ("no prelude", &["shadowed::without_a_prelude"]),
    (
        "types, constants and methods called as parameters and locals",
        &[
            "captured::types_are_called_as_parameters",
            "captured::unit_structs_are_called_as_locals",
            "captured::constants_are_called_as_locals",
            "captured::everything_has_methods_of_all_names",
        ],
    ),
    (
        "lints",
        &[
            "linted::lints_are_about_the_code_of_the_user",
            "strict::lints_that_are_off_unless_asked_for",
            "strict::lints_against_everything",
        ],
    ),
    ("a thousand fields", &["wide::a_thousand_fields"]),
    ("what is deprecated", &["deprecated::fields", "deprecated::types", "deprecated::structs_and_variants"]),
    (
        "serde's attributes",
        &[
            "foreign::other_attributes_are_minded",
            "ui/names/serde_renames",
            "ui/names/serde_renames_all",
            "ui/names/serde_flattens",
            "ui/names/serde_skips",
        ],
    ),
    ("`#[non_exhaustive]`, `#[repr(..)]`, `#[must_use]`", &["foreign::other_attributes_are_minded"]),
    (
        "the library under another name",
        &["crates/renamed", "hygiene::the_crate_and_the_structs_may_be_renamed"],
    ),
    ("a library that hands on this one", &["placed::through_a_library_that_hands_on_this_one"]),
    (
        "functions, closures, futures, constants",
        &[
            "hygiene::an_entity_may_stand_in_a_function",
            "placed::in_a_closure",
            "placed::in_a_future",
            "placed::in_a_block_within_a_block",
            "placed::in_methods_and_in_generic_functions",
            "placed::in_constants",
        ],
    ),
    ("two structs of one name", &["placed::two_of_one_name_in_two_modules"]),
    ("derived twice", &["ui/shapes/derived_twice"]),
    ("`Self` in types", &["typed::the_struct_itself_in_its_types"]),
    (
        "types of other forms",
        &[
            "typed::types_are_written_by_macros",
            "typed::types_that_nobody_looks_into",
            "typed::types_of_other_types",
            "typed::types_by_paths_of_every_form",
            "ui/types/of_no_size",
        ],
    ),
    ("generic types under other names", &["typed::generic_types_under_other_names"]),
    (
        "default expressions",
        &[
            "defaults::expressions_of_any_form",
            "defaults::the_type_is_known_to_the_expression",
            "defaults::a_default_is_known_as_it_is_stored",
            "ui/attributes/default_that_may_fail",
            "ui/attributes/default_of_another_field",
            "ui/attributes/default_that_is_no_expression",
        ],
    ),
    (
        "structs called as types of std and of the library",
        &["shadowed::structs_are_called_as_types_of_others"],
    ),
    ("editions", &["crates/edition_2015", "crates/edition_2018", "crates/edition_2021"]),
    ("attributes and derives in any order", &["foreign::derives_stand_in_any_order"]),
    (
        "names that are long, or begin with `_`",
        &[
            "named::underscores_and_a_name_that_is_long",
            "ui/names/field_reserved",
            "ui/names/collection_too_long",
        ],
    ),
];

#[test]
fn every_input_has_its_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = tests();
    let is_there = |case: &str| match case.split_once('/') {
        Some(("ui", _)) => root.join("compile/tests").join(case).with_extension("rs").is_file(),
        Some(_) => root.join("outside").join(case).join("Cargo.toml").is_file(),
        None => tests.iter().any(|test| test == case),
    };
    for (input, cases) in INPUTS {
        assert!(!cases.is_empty(), "{input} has no case");
        for case in *cases {
            assert!(is_there(case), "`{case}`, a case of {input}, is not there");
        }
    }
}

#[test]
fn there_are_enough_programs_that_are_right() {
    let tests = tests();
    assert!(tests.len() >= ENOUGH, "{} programs are right, fewer than {ENOUGH}: {tests:?}", tests.len());
}

/// The tests in the files beside this one, as `file::test`.
fn tests() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui_pass");
    let files = fs::read_dir(directory).expect("the directory of the cases");
    let mut tests = Vec::new();
    for file in files.map(|entry| entry.expect("an entry of a directory").path()) {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        if name == "catalogue" {
            continue;
        }
        let source = fs::read_to_string(&file).expect("the file of a case");
        let source = syn::parse_file(&source).expect("it compiles");
        for item in source.items {
            if let syn::Item::Fn(function) = item
                && function.attrs.iter().any(|attribute| attribute.path().is_ident("test"))
            {
                tests.push(format!("{name}::{}", function.sig.ident));
            }
        }
    }
    tests
}
