//! The few attributes of serde that change what is stored under which name.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{Attribute, Meta};

use super::{Text, literal_text, split};

/// What serde's attributes on a field say.
#[derive(Clone, Default)]
pub(crate) struct FieldSerde {
    /// The names given by `rename`: one, or one each for writing and reading.
    pub(crate) renames: Vec<Text>,
    /// `flatten`, `skip`, `skip_serializing` or `skip_deserializing`.
    pub(crate) dropped: Option<(&'static str, Span)>,
    /// Whether something else than the field's type says how it is written: `with` or `serialize_with`.
    written_otherwise: bool,
}

const DROPPING: [&str; 4] = ["flatten", "skip", "skip_serializing", "skip_deserializing"];

impl FieldSerde {
    /// Reads them. What serde itself would refuse is left to serde.
    pub(super) fn of(attributes: &[Attribute]) -> Self {
        let mut found = Self::default();
        for part in parts(attributes) {
            let Some((TokenTree::Ident(name), rest)) = part.split_first() else { continue };
            if name == "rename" {
                found.renames.extend(names(rest));
            } else if let Some(dropping) = DROPPING.into_iter().find(|dropping| name == dropping)
                && rest.is_empty()
            {
                found.dropped = Some((dropping, name.span()));
            } else if name == "with" || name == "serialize_with" {
                found.written_otherwise = true;
            }
        }
        found
    }

    /// Whether the field stands in a row as its type is stored by itself.
    pub(crate) fn is_plain(&self) -> bool {
        self.dropped.is_none() && !self.written_otherwise
    }
}

/// The rule that serde's `rename_all` names.
pub(crate) fn rename_rule(attributes: &[Attribute]) -> Option<(String, Span)> {
    parts(attributes).into_iter().find_map(|part| match part.split_first() {
        Some((TokenTree::Ident(name), rest)) if name == "rename_all" => {
            names(rest).pop().map(|rule| (rule.text, rule.span))
        }
        _ => None,
    })
}

/// Whether serde makes another type of the struct.
pub(crate) fn is_converted(attributes: &[Attribute]) -> bool {
    const CONVERTING: [&str; 5] = ["from", "try_from", "into", "remote", "transparent"];
    let converts = |part: &Vec<TokenTree>| match part.first() {
        Some(TokenTree::Ident(name)) => CONVERTING.iter().any(|converting| name == converting),
        _ => false,
    };
    parts(attributes).iter().any(converts)
}

/// The items of all `#[serde(..)]`.
fn parts(attributes: &[Attribute]) -> Vec<Vec<TokenTree>> {
    let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
    lists
        .filter_map(|attribute| match &attribute.meta {
            Meta::List(list) => Some(split(list.tokens.clone())),
            _ => None,
        })
        .flatten()
        .collect()
}

/// The names in `= "a"` or `(serialize = "a", deserialize = "b")`.
fn names(rest: &[TokenTree]) -> Vec<Text> {
    match rest {
        [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => {
            literal_text(value.iter().cloned().collect::<TokenStream>()).into_iter().collect()
        }
        [TokenTree::Group(group)] => split(group.stream())
            .iter()
            .filter_map(|part| part.split_first())
            .flat_map(|(_, rest)| names(rest))
            .collect(),
        _ => Vec::new(),
    }
}
