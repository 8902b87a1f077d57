//! `#[derive(Value)]`: what the type is, and what it must be.

mod emit;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Data, DeriveInput, Fields, GenericParam, Path, Type, Variant};

use crate::diagnostics::{self as say, Errors};
use crate::parse::value_options;

/// A type that can be a value.
pub(crate) enum Shape {
    /// An enum of names.
    Names(Vec<Name>),
    /// A struct around one other value.
    Newtype(Box<Newtype>),
}

/// A variant.
pub(crate) struct Name {
    pub(crate) ident: Ident,
    /// Nothing, or the delimiters that it is declared with, braces in any case.
    pub(crate) braces: Option<TokenStream>,
}

/// The one field of a newtype.
pub(crate) struct Newtype {
    /// Its name, or `0`.
    pub(crate) member: TokenStream,
    pub(crate) ty: Type,
}

/// The code for `input`.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let krate: Option<Path> = value_options(&input.attrs, &mut errors);
    if let Some(parameter) = input.generics.params.first() {
        errors.add(match parameter {
            GenericParam::Lifetime(parameter) => say::generic_value(&parameter.lifetime),
            parameter => say::generic_value(parameter),
        });
    }
    match shape(input, &mut errors) {
        Some(shape) if errors.is_empty() => emit::emit(&input.ident, krate.as_ref(), &shape),
        _ => [errors.into_tokens(), emit::stub(input, krate.as_ref())].into_iter().collect(),
    }
}

fn shape(input: &DeriveInput, errors: &mut Errors) -> Option<Shape> {
    let what = match &input.data {
        Data::Enum(data) if data.variants.is_empty() => "an enum without variants",
        Data::Enum(data) => {
            let names = data.variants.iter().map(|variant| name(variant, errors)).collect();
            return Some(Shape::Names(names));
        }
        Data::Struct(data) => match one_field(&data.fields) {
            Some(newtype) => return Some(Shape::Newtype(Box::new(newtype))),
            None if data.fields.is_empty() => "a struct without fields",
            None => "a struct with several fields",
        },
        Data::Union(_) => "a union",
    };
    errors.add(say::not_a_value(&input.ident, what));
    None
}

fn name(variant: &Variant, errors: &mut Errors) -> Name {
    if !variant.fields.is_empty() {
        errors.add(say::variant_with_fields(&variant.fields, &variant.ident));
    }
    let braces = (!matches!(variant.fields, Fields::Unit)).then(|| quote::quote!({}));
    Name { ident: variant.ident.clone(), braces }
}

fn one_field(fields: &Fields) -> Option<Newtype> {
    let mut fields = fields.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else { return None };
    let member = match &field.ident {
        Some(ident) => crate::model::respan(ident).into_token_stream(),
        None => quote::quote!(0),
    };
    Some(Newtype { member, ty: field.ty.clone() })
}
