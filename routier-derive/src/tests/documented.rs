//! The reference has a section for each attribute, and for nothing else.

use crate::parse::{FIELD_OPTIONS, STRUCT_OPTIONS};

#[test]
fn each_attribute_has_a_section_with_an_example() {
    let reference = include_str!("../../docs/attributes.md");
    let sections: Vec<&str> = reference.split("\n## ").skip(1).collect();
    let names = |section: &str| {
        let heading = section.lines().next().unwrap_or_default().replace(|c: char| !c.is_alphanumeric(), " ");
        heading.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let marks = ["key", "identity", "distinct", "index", "version"];
    for name in marks.into_iter().chain(STRUCT_OPTIONS).chain(FIELD_OPTIONS) {
        let section = sections.iter().find(|section| names(section).iter().any(|other| other == name));
        assert!(section.is_some_and(|section| section.contains("\n```\n")), "`{name}` has no example");
    }
    for section in &sections {
        let known = |name: &String| {
            let name = name.as_str();
            name == "entity"
                || marks.contains(&name)
                || STRUCT_OPTIONS.contains(&name)
                || FIELD_OPTIONS.contains(&name)
        };
        assert!(names(section).iter().all(known), "{:?} is no attribute", names(section));
    }
}
