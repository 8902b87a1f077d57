//! The struct that an insert is given, and how a row is made of it.

use proc_macro2::{Literal, Span, TokenStream};

use super::defaults;
use super::handles::docs;
use crate::code::{Tokens, named};
use crate::model::{Model, is_no_version, respan};
use crate::parse::Field;

/// ```text
/// pub struct NewPlayer {
///     pub handle: String,
///     pub joined: Option<DateTime<Utc>>,
/// }
/// impl Insert<Player> for NewPlayer { .. }
/// ```
pub(super) fn emit(model: &Model) -> Option<TokenStream> {
    let new = model.new_name()?;
    let private = model.private();
    let input = &model.input;
    let (vis, allows, lints, name) = (&input.vis, &input.allows, &input.lints, respan(model.name()));
    let about = format!(" A new [`{}`], for inserts: without what the store fills in.", model.name());
    let given = |(number, _): &(usize, &Field)| !is_filled(model, *number);
    let fields = model.fields().filter(given).map(|(number, field)| declare(model, number, field));
    let defaults = defaults::emit(model);
    let values = model.fields().map(|(number, field)| value(model, number, field));
    let identities = Literal::usize_unsuffixed(usize::from(model.identity.is_some()));
    let fill = if model.identity.is_some() { code!(__fill) } else { code!(_) };
    Some(code! {
        #[doc = #about]
        #(#allows)*
        #vis struct #new {
            #(#fields,)*
        }
        #[automatically_derived]
        #(#lints)*
        impl #private::Insert<#name> for #new {
            const IDENTITIES: ::core::primitive::usize = #identities;
            fn complete(self, #fill: &mut #private::Fill) -> #private::Result<#name> {
                ::core::result::Result::Ok(#name {
                    #(#values,)*
                })
            }
        }
        #defaults
    })
}

/// Whether the store gives the field.
fn is_filled(model: &Model, number: usize) -> bool {
    model.identity == Some(number) || model.version == Some(number)
}

fn declare(model: &Model, number: usize, field: &Field) -> TokenStream {
    let (vis, allows, ident, docs) = (&field.vis, &field.allows, respan(&field.ident), docs(field));
    let ty = field.tokens.without_self(model.name());
    let ty =
        if model.default(number).is_some() { Tokens::of(code!(::core::option::Option<#ty>)) } else { ty };
    code! {
        #docs
        #(#allows)*
        #vis #ident: #ty
    }
}

fn value(model: &Model, number: usize, field: &Field) -> TokenStream {
    let ident = respan(&field.ident);
    let private = model.private();
    if model.identity == Some(number) {
        // Of a type that cannot be generated, each of these is the same error at the same place.
        let identity = private.item("Identity", Span::mixed_site());
        let of = |item| named(field.tokens.ends(), &field.tokens, &identity, item);
        let (kind, of_uuid, of_integer) = (of("IDENTITY"), of("of_uuid"), of("of_integer"));
        return code!(#ident: #private::Fill::generated(__fill, #kind, #of_uuid, #of_integer)?);
    }
    if model.version == Some(number) {
        // Of another type it is an error already.
        return if is_no_version(&field.ty) {
            code!(#ident: ::core::default::Default::default())
        } else {
            code!(#ident: 0)
        };
    }
    if model.default(number).is_none() {
        return code!(#ident: self.#ident);
    }
    let default = defaults::evaluate(model, number, field);
    code! {
        #ident: match self.#ident {
            ::core::option::Option::Some(__value) => __value,
            ::core::option::Option::None => #default,
        }
    }
}
