//! The derives of routier. Use them through `routier`, whose items the generated code names.
#![forbid(unsafe_code)]

#[macro_use]
mod code;
mod diagnostics;
mod emit;
mod fallback;
mod model;
mod parse;
#[cfg(test)]
mod tests;
mod validate;
mod value;

use proc_macro::TokenStream;
use syn::DeriveInput;

use crate::diagnostics::Errors;
use crate::model::Model;

#[doc = include_str!("../docs/entity.md")]
#[doc = include_str!("../docs/attributes.md")]
#[proc_macro_derive(Entity, attributes(entity, key, identity, distinct, index, version))]
pub fn derive_entity(input: TokenStream) -> TokenStream {
    entity(input.into()).into()
}

#[doc = include_str!("../docs/value.md")]
#[proc_macro_derive(Value, attributes(value))]
pub fn derive_value(input: TokenStream) -> TokenStream {
    value(input.into()).into()
}

fn value(input: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    match syn::parse2(input) {
        Ok(input) => value::derive(&input),
        Err(error) => error.to_compile_error(),
    }
}

fn entity(input: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    if parse::without_size(&input, &mut errors) {
        // Nothing can be implemented for it.
        return errors.into_tokens();
    }
    let model = match parse::parse(&input, &mut errors) {
        Ok(parsed) => Model::new(parsed),
        Err(options) => {
            return [errors.into_tokens(), fallback::bare(&input, &options)].into_iter().collect();
        }
    };
    validate::validate(&model, &mut errors);
    if errors.is_empty() {
        return emit::emit(&model);
    }
    [errors.into_tokens(), fallback::entity(model)].into_iter().collect()
}
