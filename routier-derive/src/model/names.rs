//! Names made of names.

use proc_macro2::{Ident, Span};

/// `HttpServer` and `HTTPServer` as `http_server`.
pub(crate) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (place, letter) in chars.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| chars.get(place));
        let after = chars.get(place + 1);
        let starts_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                *before != '_' && (!before.is_uppercase() || after.is_some_and(|after| after.is_lowercase()))
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// What serde's `rename_all = rule` makes of a field name; `None` for a rule that serde does not have.
pub(crate) fn serde_case(rule: &str, field: &str) -> Option<String> {
    let pascal = || {
        let mut upper = true;
        let mut name = String::new();
        for letter in field.chars() {
            if letter == '_' {
                upper = true;
            } else if std::mem::take(&mut upper) {
                name.push(letter.to_ascii_uppercase());
            } else {
                name.push(letter);
            }
        }
        name
    };
    Some(match rule {
        "lowercase" | "snake_case" => field.to_owned(),
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => field.to_ascii_uppercase(),
        "PascalCase" => pascal(),
        "camelCase" => {
            let pascal = pascal();
            let mut letters = pascal.chars();
            let first = letters.next().map(|first| first.to_ascii_lowercase());
            first.into_iter().chain(letters).collect()
        }
        "kebab-case" => field.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => field.to_ascii_uppercase().replace('_', "-"),
        _ => return None,
    })
}

/// How a name breaks the rules, as the end of "the name ..."; `None` when it does not. The library checks the same
/// again when a collection opens.
pub(crate) fn check_name(name: &str) -> Option<&'static str> {
    let mut bytes = name.bytes();
    if !bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
        return Some("does not begin with a letter or `_`");
    }
    if !bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Some("has a character other than letters, digits and `_`");
    }
    if name.len() > 63 {
        return Some("is longer than 63 bytes");
    }
    if name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("routier_")) {
        return Some("begins with `routier_`, which is reserved");
    }
    None
}

/// The same name at the same place, but written by the derive: lints for the user's code leave it alone.
pub(crate) fn respan(ident: &Ident) -> Ident {
    let span = Span::mixed_site().located_at(ident.span());
    if ident == "gen" {
        // What the derive writes is of its own edition, where this is a keyword; the user's may be an older one.
        return Ident::new_raw("gen", span);
    }
    let mut ident = ident.clone();
    ident.set_span(span);
    ident
}

#[cfg(test)]
mod tests {
    use super::{check_name, serde_case, snake_case};

    #[test]
    fn snake_case_finds_the_words() {
        let cases = [
            ("Player", "player"),
            ("PlayerFields", "player_fields"),
            ("HTTPServer", "http_server"),
            ("Http2Server", "http2_server"),
            ("OAuth", "o_auth"),
            ("A", "a"),
            ("already_snake", "already_snake"),
            ("With_Both", "with_both"),
            ("_Hidden", "_hidden"),
            ("Übung", "übung"),
        ];
        for (given, expected) in cases {
            assert_eq!(snake_case(given), expected);
        }
    }

    #[test]
    fn serde_rules_are_serdes() {
        let rules = [
            ("lowercase", "joined_at"),
            ("snake_case", "joined_at"),
            ("UPPERCASE", "JOINED_AT"),
            ("SCREAMING_SNAKE_CASE", "JOINED_AT"),
            ("PascalCase", "JoinedAt"),
            ("camelCase", "joinedAt"),
            ("kebab-case", "joined-at"),
            ("SCREAMING-KEBAB-CASE", "JOINED-AT"),
        ];
        for (rule, expected) in rules {
            assert_eq!(serde_case(rule, "joined_at").as_deref(), Some(expected));
        }
        assert_eq!(serde_case("title case", "joined_at"), None);
    }

    #[test]
    fn names_that_storages_cannot_keep_are_refused() {
        for name in ["a", "_", "Player_9", &"x".repeat(63)] {
            assert_eq!(check_name(name), None, "{name}");
        }
        for name in ["", "9a", "a b", "a-b", "a\0", "ä", "routier_x", "Routier_X", "../a", &"x".repeat(64)] {
            assert!(check_name(name).is_some(), "{name}");
        }
    }
}
