//! Every message of the derives, and the list that collects them.
//!
//! A message is one sentence: what is wrong, then the way out. It stands at the token that has to change.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Error, Meta};

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Vec<Error>);

impl Errors {
    pub(crate) fn add(&mut self, error: Error) {
        self.0.push(error);
    }

    pub(crate) fn extend(&mut self, errors: impl IntoIterator<Item = Error>) {
        self.0.extend(errors);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, as `compile_error!` items.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.iter().map(Error::to_compile_error).collect()
    }
}

fn at(span: Span, message: impl Display) -> Error {
    Error::new(span, message)
}

fn over(tokens: &impl ToTokens, message: impl Display) -> Error {
    Error::new_spanned(tokens, message)
}

// The shape of the type.

pub(crate) fn not_a_struct(name: &Ident, shape: &str) -> Error {
    at(name.span(), format!("an entity is a struct with named fields, and `{name}` is {shape}"))
}

pub(crate) fn no_fields(name: &Ident) -> Error {
    at(name.span(), format!("`{name}` has no fields: an entity has at least a field with `#[key]`"))
}

pub(crate) fn no_size(ty: &impl ToTokens, owned: &str) -> Error {
    over(ty, format!("an entity has a size: use `{owned}` in place of `{}`", ty.to_token_stream()))
}

pub(crate) fn borrows(lifetime: &impl ToTokens) -> Error {
    let name = lifetime.to_token_stream();
    over(
        lifetime,
        format!(
            "an entity owns its data, it cannot borrow for `{name}`: use `String` in place of `&{name} str`"
        ),
    )
}

pub(crate) fn generic(parameter: &impl ToTokens) -> Error {
    over(parameter, "an entity has no parameters: each is one collection of one type")
}

pub(crate) fn too_many_fields(name: &Ident) -> Error {
    at(name.span(), format!("`{name}` has more than 65,535 fields"))
}

pub(crate) fn not_a_value(name: &Ident, shape: &str) -> Error {
    at(
        name.span(),
        format!("a value is an enum without fields or a struct with one field, and `{name}` is {shape}"),
    )
}

pub(crate) fn variant_with_fields(fields: &impl ToTokens, variant: &Ident) -> Error {
    over(fields, format!("the variant `{variant}` has fields: a value's variants are names alone"))
}

pub(crate) fn generic_value(parameter: &impl ToTokens) -> Error {
    over(parameter, "a value has no parameters: write a newtype for each type that it is used with")
}

// Attributes, each by itself.

pub(crate) fn mark_on_struct(attribute: &Attribute, name: &str) -> Error {
    let way = match name {
        "index" | "distinct" => format!("for several fields together write `#[entity({name}(a, b))]`"),
        _ => "a composite key is several fields with `#[key]`".to_owned(),
    };
    match name {
        "index" | "distinct" | "key" => over(&attribute.meta, format!("`#[{name}]` goes on a field; {way}")),
        _ => over(&attribute.meta, format!("`#[{name}]` goes on a field")),
    }
}

pub(crate) fn mark_with_arguments(attribute: &Attribute, name: &str) -> Error {
    let way = match name {
        "index" | "distinct" => {
            format!("; for several fields together write `#[entity({name}(a, b))]` on the struct")
        }
        "key" => "; for a composite key mark each of its fields".to_owned(),
        _ => String::new(),
    };
    over(&attribute.meta, format!("`#[{name}]` takes no arguments{way}"))
}

pub(crate) fn mark_twice(attribute: &Attribute, name: &str) -> Error {
    over(&attribute.meta, format!("`#[{name}]` stands on this field already"))
}

pub(crate) fn no_options(meta: &Meta) -> Error {
    let name = meta.path().to_token_stream();
    over(meta, format!("expected options in parentheses: `#[{name}(..)]`"))
}

pub(crate) fn not_an_option(meta: &Meta, tokens: &TokenStream) -> Error {
    let message = "expected an option: `name`, `name = \"..\"` or `name(..)`, with commas between them";
    if tokens.is_empty() { over(meta, message) } else { over(tokens, message) }
}

pub(crate) fn option_twice(name: &Ident) -> Error {
    at(name.span(), format!("`{name}` is given already"))
}

pub(crate) fn unknown_struct_option(name: &Ident, options: &[&str], of_fields: &[&str]) -> Error {
    let given = name.to_string();
    let way = match given.as_str() {
        "key" => "mark the fields of the key with `#[key]`".to_owned(),
        "identity" | "version" => format!("mark the field with `#[{given}]`"),
        "table" | "rename" => "a collection is named by `collection = \"..\"`".to_owned(),
        "unique" => "what is to differ from row to row is named by `distinct(..)`".to_owned(),
        _ if of_fields.contains(&given.as_str()) => "it goes on a field".to_owned(),
        _ => suggest(&given, options),
    };
    at(name.span(), format!("`{name}` is not an option of an entity: {way}"))
}

pub(crate) fn unknown_field_option(
    name: &Ident,
    options: &[&str],
    of_structs: &[&str],
    marks: &[&str],
) -> Error {
    let given = name.to_string();
    let way = match given.as_str() {
        mark if marks.contains(&mark) => format!("write `#[{mark}]`"),
        "rename" | "column" => "a field is renamed by `name = \"..\"`".to_owned(),
        "alias" | "formerly" | "renamed_from" => "its former name is `was = \"..\"`".to_owned(),
        "unique" => "write `#[distinct]`".to_owned(),
        "primary_key" | "primary" | "pk" | "id" => "write `#[key]`".to_owned(),
        "auto" | "generated" | "auto_increment" => "write `#[identity]`".to_owned(),
        "skip" => "a field without attributes is stored, and not declared for querying".to_owned(),
        option if of_structs.contains(&option) => "it goes on the struct".to_owned(),
        _ => suggest(&given, options),
    };
    at(name.span(), format!("`{name}` is not an option of a field: {way}"))
}

pub(crate) fn unknown_value_option(name: &Ident) -> Error {
    at(
        name.span(),
        format!("`{name}` is not an option of a value: {}", suggest(&name.to_string(), &["crate"])),
    )
}

pub(crate) fn flag_with_value(name: &Ident) -> Error {
    at(name.span(), format!("`{name}` takes no value"))
}

pub(crate) fn option_without_text(name: &Ident) -> Error {
    at(name.span(), format!("`{name}` needs a text: `{name} = \"..\"`"))
}

pub(crate) fn option_is_not_text(name: &Ident, tokens: &TokenStream) -> Error {
    over(tokens, format!("`{name}` is a text in quotes: `{name} = \"..\"`"))
}

pub(crate) fn not_a_type_name(option: &Ident, span: Span, text: &str) -> Error {
    at(span, format!("`{option}` names a struct, and {text:?} cannot be the name of one"))
}

pub(crate) fn not_a_path(span: Span, text: &str) -> Error {
    at(span, format!("`crate` is the path to routier, such as \"::routier\", and {text:?} is not a path"))
}

pub(crate) fn default_with_equals(name: &Ident, expression: &TokenStream) -> Error {
    at(name.span(), format!("a default stands in parentheses: `default({expression})`"))
}

pub(crate) fn default_without_expression(name: &Ident) -> Error {
    at(
        name.span(),
        "a default needs its expression: `default(..)`, which may be `default(Default::default())`",
    )
}

pub(crate) fn group_without_fields(name: &Ident) -> Error {
    at(name.span(), format!("`{name}` needs the names of fields: `{name}(a, b)`"))
}

pub(crate) fn group_of_literals(literal: &impl ToTokens) -> Error {
    over(literal, "fields are named without quotes")
}

pub(crate) fn group_of_other(group: &Ident, tokens: &TokenStream) -> Error {
    let message = "expected the name of a field";
    if tokens.is_empty() { at(group.span(), message) } else { over(tokens, message) }
}

// Attributes together.

pub(crate) fn no_key(name: &Ident, candidate: Option<&Ident>) -> Error {
    let which = candidate.map_or_else(|| "a field".to_owned(), |field| format!("`{field}`"));
    at(name.span(), format!("`{name}` has no key: mark {which} with `#[key]`"))
}

pub(crate) fn key_too_wide(span: Span, most: usize) -> Error {
    at(span, format!("a key has at most {most} fields"))
}

pub(crate) fn only_one(span: Span, mark: &str, first: &Ident) -> Error {
    at(span, format!("an entity has one `#[{mark}]`, and `{first}` is it"))
}

pub(crate) fn conflict(span: Span, field: &Ident, mark: &str, reason: &str) -> Error {
    at(span, format!("`{field}` cannot be `{mark}`: {reason}"))
}

pub(crate) fn redundant(span: Span, reason: impl Display) -> Error {
    at(span, format!("this says nothing new: {reason}"))
}

pub(crate) fn version_type(ty: &impl ToTokens) -> Error {
    over(ty, "a version is a `u64`")
}

pub(crate) fn unknown_member(member: &Ident, fields: &[String]) -> Error {
    let names: Vec<&str> = fields.iter().map(String::as_str).collect();
    at(member.span(), format!("there is no field `{member}`: {}", suggest(&member.to_string(), &names)))
}

pub(crate) fn member_twice(member: &Ident) -> Error {
    at(member.span(), format!("`{member}` stands in this list already"))
}

pub(crate) fn list_member(member: &Ident) -> Error {
    at(
        member.span(),
        format!("`{member}` is a list, which has its index alone: mark the field with `#[index]`"),
    )
}

pub(crate) fn version_member(member: &Ident) -> Error {
    at(member.span(), format!("`{member}` is the version, which no index holds"))
}

pub(crate) fn group_too_wide(member: &Ident, most: usize) -> Error {
    at(member.span(), format!("an index has at most {most} fields"))
}

pub(crate) fn distinct_list(span: Span, field: &Ident) -> Error {
    at(
        span,
        format!("`{field}` is a list, which cannot be distinct: `#[index]` makes an entry of each element"),
    )
}

pub(crate) fn bad_name(span: Span, what: &str, name: &str, rule: &str, way: Option<&str>) -> Error {
    let way = way.map_or_else(String::new, |way| format!(": add `#[entity({way} = \"..\")]`"));
    at(span, format!("the name {name:?} of the {what} {rule}{way}"))
}

pub(crate) fn same_name(span: Span, name: &str, first: &Ident) -> Error {
    at(
        span,
        format!(
            "the field `{first}` is stored as `{name}` too, up to case: give one another `#[entity(name = \"..\")]`"
        ),
    )
}

pub(crate) fn former_is_present(span: Span, was: &str, now: &Ident, field: &Ident) -> Error {
    if now == field {
        return at(
            span,
            format!("`{field}` is stored as `{was}` today: `was` is the name that it had before"),
        );
    }
    at(
        span,
        format!("`{was}` is the name of the field `{now}` today: `{field}` cannot have been stored there"),
    )
}

pub(crate) fn former_twice(span: Span, was: &str, first: &Ident) -> Error {
    at(span, format!("`{first}` was stored as `{was}`, and two fields cannot both be it"))
}

pub(crate) fn expansion_without_feature(span: Span) -> Error {
    at(span, "`expansion` needs the feature of this name: `routier = { features = [\"expansion\"] }`")
}

pub(crate) fn new_without_need(name: &Ident, entity: &Ident) -> Error {
    let reason = "it has no identity, version or default field, and is inserted as itself";
    at(name.span(), format!("`{entity}` has no struct to name here: {reason}"))
}

pub(crate) fn taken(name: &Ident) -> Error {
    at(name.span(), format!("`{name}` is the name of another struct of this entity"))
}

// serde.

pub(crate) fn serde_renames(span: Span, name: &str, field: &Ident, stored: &str) -> Error {
    let way = format!("say so with `#[entity(name = {name:?})]`, or take the rename away");
    at(span, format!("serde stores `{field}` as `{name}`, the collection has it as `{stored}`: {way}"))
}

pub(crate) fn serde_renames_all(span: Span, field: &Ident, name: &str, stored: &str) -> Error {
    let way = format!("add `#[entity(name = {name:?})]` to the field");
    at(span, format!("serde stores `{field}` as `{name}`, the collection has it as `{stored}`: {way}"))
}

pub(crate) fn serde_drops(span: Span, field: &Ident, how: &str) -> Error {
    at(span, format!("`{field}` is declared for querying and has to be stored as it is, without `{how}`"))
}

/// "did you mean", where one of `names` is near, or else all of them.
fn suggest(given: &str, names: &[&str]) -> String {
    let near = names.iter().map(|name| (distance(given, name), name)).min_by_key(|(distance, _)| *distance);
    match near {
        Some((distance, name)) if distance * 3 <= given.chars().count().max(3) => {
            format!("did you mean `{name}`?")
        }
        _ if names.len() > 12 => format!("there are {} others", names.len()),
        _ => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("there is {}", names.join(", "))
        }
    }
}

/// How many letters have to be put in, left out or changed to get from one to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (place, letter) in from.to_lowercase().chars().enumerate() {
        let mut next = vec![place + 1];
        for ((other, substituted), dropped) in to.iter().zip(&row).zip(row.iter().skip(1)) {
            let substituted = substituted + usize::from(letter != *other);
            let inserted = next.last().map_or(usize::MAX, |last| last + 1);
            next.push(substituted.min(inserted).min(dropped + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, suggest};

    #[test]
    fn near_names_are_suggested() {
        assert_eq!(distance("indx", "index"), 1);
        assert_eq!(distance("", "index"), 5);
        assert_eq!(distance("Key", "key"), 0);
        assert_eq!(suggest("colection", &["collection", "index"]), "did you mean `collection`?");
        assert_eq!(suggest("zzz", &["collection", "index"]), "there is `collection`, `index`");
    }
}
