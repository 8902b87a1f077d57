//! What stands inside `#[entity(..)]`, read token by token: an item that is wrong costs that item, not the rest.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::{Attribute, LitStr, Meta, Path};

use super::{Default, Field, Group, Marks, StructOptions};
use crate::diagnostics::{self as say, Errors};

/// A string literal.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// One comma-separated item of an attribute.
pub(crate) struct Item {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

/// What follows an item's name.
pub(crate) enum Value {
    Nothing,
    /// `= ..`
    Equals(TokenStream),
    /// `(..)`
    Parens(TokenStream),
}

pub(crate) const STRUCT_OPTIONS: [&str; 8] =
    ["collection", "index", "distinct", "transient", "fields", "new", "crate", "expansion"];
pub(crate) const FIELD_OPTIONS: [&str; 3] = ["default", "name", "was"];

/// Reads `#[entity(..)]` of the struct.
pub(super) fn struct_options(meta: &Meta, options: &mut StructOptions, errors: &mut Errors) {
    let mut seen = Vec::new();
    for item in items(meta, errors) {
        let name = item.name.to_string();
        if !STRUCT_OPTIONS.contains(&name.as_str()) {
            errors.add(say::unknown_struct_option(&item.name, &STRUCT_OPTIONS, &FIELD_OPTIONS));
            continue;
        }
        let repeats = name == "index" || name == "distinct";
        if !repeats && (seen.contains(&name) || is_set(options, &name)) {
            errors.add(say::option_twice(&item.name));
            continue;
        }
        struct_option(&name, item, options, errors);
        seen.push(name);
    }
}

fn is_set(options: &StructOptions, name: &str) -> bool {
    match name {
        "collection" => options.collection.is_some(),
        "fields" => options.fields.is_some(),
        "new" => options.new.is_some(),
        "crate" => options.krate.is_some(),
        "transient" => options.transient,
        "expansion" => options.expansion.is_some(),
        _ => false,
    }
}

fn struct_option(name: &str, item: Item, options: &mut StructOptions, errors: &mut Errors) {
    match name {
        "index" | "distinct" => options.groups.extend(group(item, errors)),
        "transient" => {
            options.transient = true;
            if !matches!(item.value, Value::Nothing) {
                errors.add(say::flag_with_value(&item.name));
            }
        }
        "expansion" => {
            options.expansion = Some(item.name.span());
            if !matches!(item.value, Value::Nothing) {
                errors.add(say::flag_with_value(&item.name));
            }
        }
        "collection" => options.collection = text(item, errors),
        "fields" => options.fields = type_name(item, errors),
        "new" => options.new = type_name(item, errors),
        _ => options.krate = path(item, errors),
    }
}

/// Reads `#[entity(..)]` of a field.
pub(super) fn field_options(meta: &Meta, field: &mut Field, errors: &mut Errors) {
    for item in items(meta, errors) {
        match item.name.to_string().as_str() {
            "default" if field.default.is_some() => errors.add(say::option_twice(&item.name)),
            "name" if field.name.is_some() => errors.add(say::option_twice(&item.name)),
            "was" if field.was.is_some() => errors.add(say::option_twice(&item.name)),
            "default" => field.default = Some(default(item, errors)),
            "name" => field.name = text(item, errors),
            "was" => field.was = text(item, errors),
            _ => errors.add(say::unknown_field_option(
                &item.name,
                &FIELD_OPTIONS,
                &STRUCT_OPTIONS,
                &Marks::NAMES,
            )),
        }
    }
}

/// Reads `#[value(..)]`: the path of the crate.
pub(crate) fn value_options(attributes: &[Attribute], errors: &mut Errors) -> Option<Path> {
    let mut krate = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("value")) {
        for item in items(&attribute.meta, errors) {
            if item.name != "crate" {
                errors.add(say::unknown_value_option(&item.name));
            } else if krate.is_some() {
                errors.add(say::option_twice(&item.name));
            } else {
                krate = path(item, errors);
            }
        }
    }
    krate
}

fn default(item: Item, errors: &mut Errors) -> Default {
    let span = item.name.span();
    let expression = match item.value {
        Value::Parens(expression) if !expression.is_empty() => expression,
        Value::Equals(expression) => {
            errors.add(say::default_with_equals(&item.name, &expression));
            expression
        }
        _ => {
            errors.add(say::default_without_expression(&item.name));
            // Never runs: the error stops the build, and the field goes on being one with a default.
            quote::quote!(::core::unimplemented!())
        }
    };
    Default { span, expression }
}

fn group(item: Item, errors: &mut Errors) -> Option<Group> {
    let distinct = item.name == "distinct";
    let Value::Parens(tokens) = item.value else {
        errors.add(say::group_without_fields(&item.name));
        return None;
    };
    let parts = split(tokens);
    if parts.is_empty() {
        errors.add(say::group_without_fields(&item.name));
        return None;
    }
    let mut members = Vec::new();
    for part in parts {
        match part.as_slice() {
            [TokenTree::Ident(member)] => members.push(member.clone()),
            [TokenTree::Literal(literal)] => errors.add(say::group_of_literals(literal)),
            part => errors.add(say::group_of_other(&item.name, &part.iter().cloned().collect())),
        }
    }
    let group = Group { distinct, span: item.name.span(), members };
    (!group.members.is_empty()).then_some(group)
}

fn type_name(item: Item, errors: &mut Errors) -> Option<Ident> {
    let name = item.name.clone();
    let text = text(item, errors)?;
    let ident = LitStr::new(&text.text, text.span).parse::<Ident>().ok();
    if ident.is_none() {
        errors.add(say::not_a_type_name(&name, text.span, &text.text));
    }
    ident
}

fn path(item: Item, errors: &mut Errors) -> Option<Path> {
    let text = text(item, errors)?;
    let literal = LitStr::new(&text.text, text.span);
    let path = literal.parse_with(Path::parse_mod_style).ok();
    if path.is_none() {
        errors.add(say::not_a_path(text.span, &text.text));
    }
    path
}

fn text(item: Item, errors: &mut Errors) -> Option<Text> {
    let tokens = match item.value {
        Value::Equals(tokens) => tokens,
        Value::Nothing | Value::Parens(_) => {
            errors.add(say::option_without_text(&item.name));
            return None;
        }
    };
    let text = literal_text(tokens.clone());
    if text.is_none() {
        errors.add(say::option_is_not_text(&item.name, &tokens));
    }
    text
}

/// The text of a string literal, also of one that a `macro_rules!` macro handed on.
pub(crate) fn literal_text(tokens: TokenStream) -> Option<Text> {
    let literal: LitStr = syn::parse2(ungroup(tokens)).ok()?;
    Some(Text { text: literal.value(), span: literal.span() })
}

/// Takes off the invisible delimiters around what a macro handed on.
fn ungroup(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            ungroup(group.stream())
        }
        _ => tokens,
    }
}

/// The items of `#[name(..)]`.
fn items(meta: &Meta, errors: &mut Errors) -> Vec<Item> {
    let Meta::List(list) = meta else {
        errors.add(say::no_options(meta));
        return Vec::new();
    };
    let mut items = Vec::new();
    for part in split(list.tokens.clone()) {
        match item(&part) {
            Some(item) => items.push(item),
            None => errors.add(say::not_an_option(meta, &part.into_iter().collect())),
        }
    }
    items
}

fn item(part: &[TokenTree]) -> Option<Item> {
    let (TokenTree::Ident(name), rest) = part.split_first()? else { return None };
    let value = match rest {
        [] => Value::Nothing,
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            Value::Parens(group.stream())
        }
        [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' && !value.is_empty() => {
            Value::Equals(value.iter().cloned().collect())
        }
        _ => return None,
    };
    Some(Item { name: name.clone(), value })
}

/// Splits at the commas that stand in no delimiters; a comma at the end is allowed.
pub(crate) fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for tree in ungroup(tokens) {
        match (&tree, parts.last_mut()) {
            (TokenTree::Punct(comma), _) if comma.as_char() == ',' => parts.push(Vec::new()),
            (_, Some(part)) => part.push(tree),
            (_, None) => {}
        }
    }
    if parts.last().is_some_and(Vec::is_empty) {
        parts.pop();
    }
    parts
}
