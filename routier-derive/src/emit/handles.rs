//! The struct of field handles, and what stands for undeclared fields in it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Visibility;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::descriptor::number;
use crate::model::{Declared, Model, respan};
use crate::parse::Field;

/// ```text
/// pub struct PlayerFields {
///     pub id: Field<Player, PrimaryKey<Uuid>>,
///     pub bio: Field<Player, player_fields::bio>,
/// }
/// impl Clone for PlayerFields { .. }
/// impl Copy for PlayerFields {}
/// mod player_fields {
///     pub enum bio {}
/// }
/// ```
pub(super) fn emit(model: &Model) -> TokenStream {
    let input = &model.input;
    // Those of the fields too, which stand in what is derived for it.
    let (vis, lints, name) = (&input.vis, &input.lints, model.fields_name());
    let about = format!(" Handles of the fields of [`{}`], for queries.", model.name());
    let module = model.module();
    let fields = model.fields().map(|(number, field)| handle(model, &module, number, field));
    let undeclared = undeclared(model, &module);
    code! {
        #[doc = #about]
        #(#lints)*
        #vis struct #name {
            #(#fields,)*
        }
        #[automatically_derived]
        impl ::core::clone::Clone for #name {
            fn clone(&self) -> Self {
                *self
            }
        }
        #[automatically_derived]
        impl ::core::marker::Copy for #name {}
        #undeclared
    }
}

fn handle(model: &Model, module: &Ident, number: usize, field: &Field) -> TokenStream {
    let private = model.private();
    let (vis, ident, docs) = (&field.vis, respan(&field.ident), docs(field));
    let name = respan(model.name());
    let ty = field.tokens.without_self(&name);
    let declared = match model.declared(number) {
        Declared::PrimaryKey => code!(#private::PrimaryKey<#ty>),
        Declared::Distinct => code!(#private::Distinct<#ty>),
        Declared::Indexed => code!(#private::Indexed<#ty>),
        Declared::No => code!(#module::#ident),
    };
    code! {
        #docs
        #vis #ident: #private::Field<#name, #declared>
    }
}

/// The documentation of the user's field, for the field that is made of it.
pub(super) fn docs(field: &Field) -> TokenStream {
    if field.docs.is_empty() {
        let about = format!(" The field `{}`.", field.ident.unraw());
        return code!(#[doc = #about]);
    }
    let docs = &field.docs;
    code!(#(#docs)*)
}

/// One empty enum for each undeclared field. It implements nothing, and its name is what the compiler calls the field.
fn undeclared(model: &Model, module: &Ident) -> Option<TokenStream> {
    let fields = model.fields().filter(|(number, _)| !model.is_declared(*number));
    let markers: Vec<TokenStream> = fields.map(|(_, field)| marker(field)).collect();
    (!markers.is_empty()).then(|| code!(mod #module { #(#markers)* }))
}

/// `pub enum bio {}`, where the user's field stands: that is what the compiler then shows.
fn marker(field: &Field) -> TokenStream {
    let ident = respan(&field.ident);
    let about = format!(" `{}`, which is not declared for querying.", field.ident.unraw());
    let first =
        if matches!(field.vis, Visibility::Inherited) { field.ident.span() } else { field.vis.span() };
    let written = |span| Span::mixed_site().located_at(span);
    let open = quote_spanned!(written(first)=> pub enum);
    let close = quote_spanned!(written(field.tokens.ends().1)=> {});
    code! {
        #[doc = #about]
        #open #ident #close
    }
}

/// `fn fields() -> PlayerFields { .. }`
pub(crate) fn fields(model: &Model) -> TokenStream {
    let private = model.private();
    let handles = model.fields_name();
    let fields = model.fields().map(|(place, field)| {
        let (ident, place) = (respan(&field.ident), number(place));
        code!(#ident: #private::Field::numbered(#place))
    });
    code! {
        fn fields() -> #handles {
            #handles {
                #(#fields,)*
            }
        }
    }
}
