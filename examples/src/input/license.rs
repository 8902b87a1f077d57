/// The SPDX ids of a license expression, each once, in the order of the expression: `(MIT OR Apache-2.0) AND Zlib`,
/// and `MIT/Apache-2.0` as older manifests write it. An exception stays with its license.
pub(super) fn ids(expression: &str) -> Vec<String> {
    let spaced = expression.replace(['/', '(', ')'], " | ");
    let mut ids: Vec<String> = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for word in spaced.split_whitespace().chain(["|"]) {
        if !matches!(word, "|" | "AND" | "OR" | "and" | "or") {
            words.push(word);
            continue;
        }
        let id = words.join(" ");
        words.clear();
        if !id.is_empty() && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn expressions_are_split_into_ids() {
        for (expression, expected) in [
            ("MIT", vec!["MIT"]),
            ("MIT OR Apache-2.0", vec!["MIT", "Apache-2.0"]),
            ("MIT/Apache-2.0", vec!["MIT", "Apache-2.0"]),
            ("MIT / Apache-2.0", vec!["MIT", "Apache-2.0"]),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", vec!["MIT", "Apache-2.0", "Unicode-3.0"]),
            ("Apache-2.0 WITH LLVM-exception OR MIT", vec!["Apache-2.0 WITH LLVM-exception", "MIT"]),
            ("MIT OR (MIT AND Zlib)", vec!["MIT", "Zlib"]),
            ("LicenseRef-ours", vec!["LicenseRef-ours"]),
            ("", vec![]),
            (" OR ", vec![]),
        ] {
            assert_eq!(ids(expression), expected, "{expression}");
        }
    }
}
