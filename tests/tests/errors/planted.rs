//! Texts that break the contract, each in one way: the counting has to see it.

use crate::count::faults;

const PROGRAM: &str = "#[derive(Entity)]\nstruct Player {\n    bio: String,\n}\n";

#[test]
fn what_breaks_the_contract_is_found() {
    let at = |line: usize| format!("error: wrong\n --> tests/ui/a/b.rs:{line}:5\n");
    let lines = |n: usize| "  |\n".repeat(n);
    let own = |n: usize| format!("error[E0308]: mismatched types\n --> a.rs:3:5\n{}", lines(n));
    let table: &[(String, &[&str])] = &[
        (at(3), &[]),
        (format!("{}{}", at(3), lines(13)), &[]),
        (format!("{}{}", at(3), lines(14)), &["16 lines, more than 15"]),
        (own(18), &[]),
        (own(19), &["21 lines, more than 20"]),
        (format!("{}\n{}", at(3), at(3)), &["2 errors"]),
        (format!("{}\n{}", own(0), own(0)), &["2 errors"]),
        (format!("{}\nwarning: unused\n", at(3)), &["1 warnings"]),
        (at(1), &["it points at the derive"]),
        (at(9), &["it points at no line of the program"]),
        ("error: wrong\n".to_owned(), &["it points at no line of the program"]),
        (String::new(), &["0 errors", "it points at no line of the program"]),
    ];
    for (text, expected) in table {
        assert_eq!(faults(PROGRAM, text), *expected, "{text}");
    }
}
