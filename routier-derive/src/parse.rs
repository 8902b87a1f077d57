//! The derive's input as data: fields and their attributes, each with the place it was written at.
//!
//! What is wrong with a single attribute is reported here, and the attribute is left out; what is wrong with several
//! together is for `validate`.

mod options;
mod serde;

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned;
use syn::token::Bracket;
use syn::{Attribute, Data, DeriveInput, Fields, Meta, MetaList, Path, Token, Type, Visibility};

#[cfg(test)]
pub(crate) use self::options::{FIELD_OPTIONS, STRUCT_OPTIONS};
pub(crate) use self::options::{Text, literal_text, split, value_options};
use self::options::{field_options, struct_options};
pub(crate) use self::serde::{FieldSerde, is_converted, rename_rule};
use crate::code::Tokens;
use crate::diagnostics::{self as say, Errors};

/// A struct with named fields and no parameters.
pub(crate) struct Input {
    pub(crate) name: Ident,
    pub(crate) vis: Visibility,
    pub(crate) options: StructOptions,
    pub(crate) fields: Vec<Field>,
    /// Its `#[allow(..)]` attributes, which hold for the structs written beside it too.
    pub(crate) allows: Vec<Attribute>,
    /// These and those of its fields, for code in which any of the types may stand.
    pub(crate) lints: Vec<Attribute>,
    /// What serde's `rename_all` makes of field names, and where it stands.
    pub(crate) rename_all: Option<(String, Span)>,
    /// Whether serde makes another type of it, whose fields may be any.
    pub(crate) converted: bool,
}

/// One field.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    /// The same.
    pub(crate) tokens: Tokens,
    /// Doc comments, as attributes.
    pub(crate) docs: Vec<Attribute>,
    pub(crate) allows: Vec<Attribute>,
    pub(crate) marks: Marks,
    pub(crate) name: Option<Text>,
    /// The name that it was stored under before.
    pub(crate) was: Option<Text>,
    pub(crate) default: Option<Default>,
    pub(crate) serde: FieldSerde,
}

/// `default(..)` on a field.
pub(crate) struct Default {
    pub(crate) span: Span,
    pub(crate) expression: TokenStream,
}

/// Where the attributes without arguments stand on a field.
#[derive(Clone, Copy, std::default::Default)]
pub(crate) struct Marks {
    pub(crate) key: Option<Span>,
    pub(crate) identity: Option<Span>,
    pub(crate) distinct: Option<Span>,
    pub(crate) index: Option<Span>,
    pub(crate) version: Option<Span>,
}

impl Marks {
    /// The names of the attributes.
    pub(crate) const NAMES: [&'static str; 5] = ["key", "identity", "distinct", "index", "version"];

    fn slot(&mut self, name: &str) -> Option<&mut Option<Span>> {
        match name {
            "key" => Some(&mut self.key),
            "identity" => Some(&mut self.identity),
            "distinct" => Some(&mut self.distinct),
            "index" => Some(&mut self.index),
            "version" => Some(&mut self.version),
            _ => None,
        }
    }
}

/// What `#[entity(..)]` on the struct says.
#[derive(std::default::Default)]
pub(crate) struct StructOptions {
    pub(crate) collection: Option<Text>,
    pub(crate) fields: Option<Ident>,
    pub(crate) new: Option<Ident>,
    pub(crate) krate: Option<Path>,
    pub(crate) transient: bool,
    /// Whether what is written is to be shown as a text.
    pub(crate) expansion: Option<Span>,
    /// `index(..)` and `distinct(..)`, in the order written.
    pub(crate) groups: Vec<Group>,
}

/// An index over several fields.
pub(crate) struct Group {
    pub(crate) distinct: bool,
    pub(crate) span: Span,
    pub(crate) members: Vec<Ident>,
}

/// Takes the input apart; its options alone where it is not a struct that could be an entity, whatever its attributes.
pub(crate) fn parse(input: &DeriveInput, errors: &mut Errors) -> Result<Input, Box<StructOptions>> {
    let fields = named_fields(input, errors);
    let plain = without_parameters(input, errors);
    let options = struct_attributes(&input.attrs, errors);
    let Some(fields) = fields else { return Err(Box::new(options)) };
    let fields: Vec<Field> = fields.into_iter().filter_map(|field| parse_field(field, errors)).collect();
    if fields.is_empty() {
        errors.add(say::no_fields(&input.ident));
    }
    if fields.is_empty() || !plain {
        return Err(Box::new(options));
    }
    let allows = allows(&input.attrs);
    Ok(Input {
        rename_all: rename_rule(&input.attrs),
        converted: is_converted(&input.attrs),
        lints: allows.iter().chain(fields.iter().flat_map(|field| &field.allows)).cloned().collect(),
        allows,
        name: input.ident.clone(),
        vis: input.vis.clone(),
        options,
        fields,
    })
}

/// Reports a last field that has no size, where that can be seen of its type (a type of the user's own called `str` has to
/// be `self::str` there). Of any other field the compiler says it.
pub(crate) fn without_size(input: &DeriveInput, errors: &mut Errors) -> bool {
    let Data::Struct(data) = &input.data else { return false };
    let Some(ty) = data.fields.iter().last().map(|field| &field.ty) else { return false };
    let owned = match ty {
        Type::Path(path) if path.path.is_ident("str") => "String",
        Type::Slice(_) => "Vec<..>",
        Type::TraitObject(_) => "Box<..>",
        _ => return false,
    };
    errors.add(say::no_size(ty, owned));
    true
}

fn named_fields(input: &DeriveInput, errors: &mut Errors) -> Option<Vec<syn::Field>> {
    let shape = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields.named.iter().cloned().collect()),
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a unit struct",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    errors.add(say::not_a_struct(&input.ident, shape));
    None
}

/// Reports lifetimes, type and const parameters: a collection has one type.
fn without_parameters(input: &DeriveInput, errors: &mut Errors) -> bool {
    match input.generics.params.first() {
        None => true,
        Some(syn::GenericParam::Lifetime(parameter)) => {
            errors.add(say::borrows(&parameter.lifetime));
            false
        }
        Some(parameter) => {
            errors.add(say::generic(parameter));
            false
        }
    }
}

fn struct_attributes(attributes: &[Attribute], errors: &mut Errors) -> StructOptions {
    let mut options = StructOptions::default();
    for attribute in attributes {
        let Some(name) = attribute.path().get_ident().map(Ident::to_string) else { continue };
        if Marks::NAMES.contains(&name.as_str()) {
            errors.add(say::mark_on_struct(attribute, &name));
        } else if name == "entity" {
            struct_options(&attribute.meta, &mut options, errors);
        }
    }
    options
}

fn parse_field(field: syn::Field, errors: &mut Errors) -> Option<Field> {
    let mut parsed = Field {
        ident: field.ident?,
        vis: field.vis,
        tokens: Tokens::of(&field.ty),
        ty: field.ty,
        docs: docs(&field.attrs),
        allows: allows(&field.attrs),
        marks: Marks::default(),
        name: None,
        was: None,
        default: None,
        serde: FieldSerde::of(&field.attrs),
    };
    for attribute in &field.attrs {
        let Some(name) = attribute.path().get_ident().map(Ident::to_string) else { continue };
        if name == "entity" {
            field_options(&attribute.meta, &mut parsed, errors);
        } else if let Some(slot) = parsed.marks.slot(&name) {
            if !matches!(attribute.meta, Meta::Path(_)) {
                errors.add(say::mark_with_arguments(attribute, &name));
            } else if slot.is_some() {
                errors.add(say::mark_twice(attribute, &name));
                continue;
            }
            *slot = Some(attribute.meta.span());
        }
    }
    Some(parsed)
}

/// The documentation: doc attributes with a text. `doc(hidden)` and the like stay behind.
fn docs(attributes: &[Attribute]) -> Vec<Attribute> {
    let wanted = |attribute: &&Attribute| {
        attribute.path().is_ident("doc") && matches!(attribute.meta, Meta::NameValue(_))
    };
    attributes.iter().filter(wanted).cloned().collect()
}

/// `#[allow(..)]`, and `#[expect(..)]` as such: what is expected of the user's code need not be found in the code beside
/// it. They are written by the derive, so that lints about such attributes leave them alone.
fn allows(attributes: &[Attribute]) -> Vec<Attribute> {
    let allow = |attribute: &Attribute| {
        let Meta::List(list) = &attribute.meta else { return None };
        let known = list.path.is_ident("allow") || list.path.is_ident("expect");
        let span = Span::mixed_site();
        let list = MetaList { path: Ident::new("allow", span).into(), ..list.clone() };
        known.then(|| Attribute {
            pound_token: Token![#](span),
            style: attribute.style,
            bracket_token: Bracket(span),
            meta: Meta::List(list),
        })
    };
    attributes.iter().filter_map(allow).collect()
}
