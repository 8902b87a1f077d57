//! What several attributes, or an attribute and its field, have to agree on.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

use crate::diagnostics::{self as say, Errors};
use crate::model::{IndexKind, MAX_GROUP, Model, check_name, is_list, is_no_version, serde_case};
use crate::parse::{Field, Group};

/// Reports every mistake.
pub(crate) fn validate(model: &Model, errors: &mut Errors) {
    key(model, errors);
    for (number, field) in model.fields() {
        version(model, number, field, errors);
        identity(model, number, field, errors);
        distinct(model, number, field, errors);
    }
    groups(model, errors);
    struct_names(model, errors);
    stored_names(model, errors);
    former_names(model, errors);
    if !model.input.options.transient {
        serde(model, errors);
    }
    if let (Some(span), false) = (model.input.options.expansion, cfg!(feature = "expansion")) {
        errors.add(say::expansion_without_feature(span));
    }
    if u16::try_from(model.input.fields.len()).is_err() {
        errors.add(say::too_many_fields(model.name()));
    }
}

fn key(model: &Model, errors: &mut Errors) {
    if model.key.is_empty() {
        let candidate = model.fields().map(|(_, field)| field).find(|field| is_candidate(field));
        errors.add(say::no_key(model.name(), candidate.map(|field| &field.ident)));
    }
    let keys = model.fields().filter_map(|(_, field)| field.marks.key);
    if let Some(span) = keys.into_iter().nth(MAX_GROUP) {
        errors.add(say::key_too_wide(span, MAX_GROUP));
    }
}

/// Whether a field is likely meant to be the key of an entity without one.
pub(crate) fn is_candidate(field: &Field) -> bool {
    field.ident.unraw() == "id" || field.marks.identity.is_some()
}

/// The version is the store's: it is nothing else besides.
fn version(model: &Model, number: usize, field: &Field, errors: &mut Errors) {
    let Some(span) = field.marks.version else { return };
    if let Some(first) = model.version.and_then(|first| model.field(first))
        && model.version != Some(number)
        && field.marks.key.is_none()
    {
        errors.add(say::only_one(span, "version", &first.ident));
    }
    let mut never = |span: Option<Span>, mark: &str, reason: &str| {
        errors.extend(span.map(|span| say::conflict(span, &field.ident, mark, reason)));
    };
    never(field.marks.key, "#[key]", "it is the version, which changes with each write");
    never(field.marks.identity, "#[identity]", "it is the version, which changes with each write");
    never(field.marks.distinct, "#[distinct]", "it is the version, which no index holds");
    never(field.marks.index, "#[index]", "it is the version, which no index holds");
    never(field.default.as_ref().map(|default| default.span), "default", "the version is given by the store");
    if is_no_version(&field.ty) {
        errors.add(say::version_type(&field.ty));
    }
}

fn identity(model: &Model, number: usize, field: &Field, errors: &mut Errors) {
    let Some(span) = field.marks.identity else { return };
    if let Some(first) = model.identity.and_then(|first| model.field(first))
        && model.identity != Some(number)
        && field.marks.version.is_none()
    {
        errors.add(say::only_one(span, "identity", &first.ident));
    }
    if let Some(default) = &field.default {
        errors.add(say::conflict(
            default.span,
            &field.ident,
            "default",
            "the identity is given by the store",
        ));
    }
}

fn distinct(model: &Model, number: usize, field: &Field, errors: &mut Errors) {
    let Some(span) = field.marks.distinct else { return };
    if is_list(&field.ty) {
        errors.add(say::distinct_list(span, &field.ident));
    } else if model.is_whole_key(number) {
        errors.add(say::redundant(span, "a key is distinct"));
    } else if model.identity == Some(number) && !model.key.contains(&number) {
        errors.add(say::redundant(span, "an identity is distinct"));
    }
}

fn groups(model: &Model, errors: &mut Errors) {
    // What has its index from the attributes of fields, and the groups before.
    let mut seen: Vec<(IndexKind, Vec<usize>)> = Vec::new();
    for (number, field) in model.fields() {
        let outside = model.identity == Some(number) && !model.key.contains(&number);
        if field.marks.distinct.is_some() || outside {
            seen.push((IndexKind::Distinct, vec![number]));
        }
        if field.marks.index.is_some() {
            seen.push((IndexKind::Ordered, vec![number]));
        }
    }
    for group in &model.input.options.groups {
        let Some(fields) = members(model, group, errors) else { continue };
        let kind = if group.distinct { IndexKind::Distinct } else { IndexKind::Ordered };
        if group.distinct && fields == model.key {
            errors.add(say::redundant(group.span, "a key is distinct"));
        } else if seen.contains(&(kind, fields.clone())) {
            errors.add(say::redundant(group.span, "these fields have that index already"));
        }
        seen.push((kind, fields));
    }
}

/// The fields of a group, where all of them may stand in one.
fn members(model: &Model, group: &Group, errors: &mut Errors) -> Option<Vec<usize>> {
    let mut seen: Vec<usize> = Vec::new();
    for (place, member) in group.members.iter().enumerate() {
        let number = model.find(member);
        let field = number.and_then(|number| model.field(number));
        let (Some(number), Some(field)) = (number, field) else {
            let names: Vec<String> = model.fields().map(|(_, field)| field.ident.to_string()).collect();
            errors.add(say::unknown_member(member, &names));
            continue;
        };
        if seen.contains(&number) {
            errors.add(say::member_twice(member));
        } else if is_list(&field.ty) {
            errors.add(say::list_member(member));
        } else if model.version == Some(number) {
            errors.add(say::version_member(member));
        }
        if place == MAX_GROUP {
            errors.add(say::group_too_wide(member, MAX_GROUP));
        }
        seen.push(number);
    }
    model.resolve(group)
}

fn struct_names(model: &Model, errors: &mut Errors) {
    let options = &model.input.options;
    let new = options.new.as_ref();
    if let Some(given) = new.filter(|_| model.new_name().is_none()) {
        errors.add(say::new_without_need(given, model.name()));
    }
    if let Some(given) = options.fields.as_ref().filter(|given| *given == model.name()) {
        errors.add(say::taken(given));
    }
    if let Some(given) = new.filter(|given| *given == model.name() || **given == model.fields_name()) {
        errors.add(say::taken(given));
    }
}

fn stored_names(model: &Model, errors: &mut Errors) {
    let collection = model.collection();
    if let Some(rule) = check_name(&collection) {
        let given = model.input.options.collection.as_ref();
        let span = given.map_or_else(|| model.name().span(), |name| name.span);
        errors.add(say::bad_name(
            span,
            "collection",
            &collection,
            rule,
            given.is_none().then_some("collection"),
        ));
    }
    let mut seen: Vec<(String, &Ident)> = Vec::new();
    for (_, field) in model.fields() {
        let name = model.stored_name(field);
        let span = field.name.as_ref().map_or_else(|| field.ident.span(), |name| name.span);
        if let Some(rule) = check_name(&name) {
            errors.add(say::bad_name(span, "field", &name, rule, field.name.is_none().then_some("name")));
        }
        let lower = name.to_ascii_lowercase();
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == lower) {
            errors.add(say::same_name(span, &name, first));
        }
        seen.push((lower, &field.ident));
    }
}

/// A former name is one that no field has today.
fn former_names(model: &Model, errors: &mut Errors) {
    let mut seen: Vec<(String, &Ident)> = Vec::new();
    for (_, field) in model.fields() {
        let Some(was) = &field.was else { continue };
        if let Some(rule) = check_name(&was.text) {
            errors.add(say::bad_name(was.span, "field", &was.text, rule, None));
        }
        let lower = was.text.to_ascii_lowercase();
        let is_of = |(_, other): &(usize, &Field)| model.stored_name(other).to_ascii_lowercase() == lower;
        if let Some((_, now)) = model.fields().find(is_of) {
            errors.add(say::former_is_present(was.span, &was.text, &now.ident, &field.ident));
        } else if let Some((_, first)) = seen.iter().find(|(other, _)| *other == lower) {
            errors.add(say::former_twice(was.span, &was.text, first));
        }
        seen.push((lower, &field.ident));
    }
}

/// A declared field is found in stored rows under its stored name, so serde has to agree on it.
fn serde(model: &Model, errors: &mut Errors) {
    for (number, field) in model.fields() {
        if !model.is_declared(number) && field.default.is_none() {
            continue;
        }
        let stored = model.stored_name(field);
        let other = field.serde.renames.iter().find(|rename| rename.text != stored);
        if let Some(rename) = other {
            errors.add(say::serde_renames(rename.span, &rename.text, &field.ident, &stored));
        }
        if let Some((rule, span)) = model.input.rename_all.as_ref().filter(|_| field.serde.renames.is_empty())
            && let Some(name) = serde_case(rule, &field.ident.unraw().to_string())
            && name != stored
        {
            errors.add(say::serde_renames_all(*span, &field.ident, &name, &stored));
        }
        if let Some((how, span)) = field.serde.dropped.filter(|_| model.is_declared(number)) {
            errors.add(say::serde_drops(span, &field.ident, how));
        }
    }
}
