//! The defaults of fields: each expression is written once, for inserts and for rows that were stored without the field.

use proc_macro2::TokenStream;

use super::descriptor::number;
use crate::code::without_self;
use crate::model::{Model, respan};
use crate::parse::Field;

/// ```text
/// impl Defaulted<5, DateTime<Utc>> for Player {
///     const DEFAULT: fn() -> DateTime<Utc> = || -> DateTime<Utc> { Utc::now() };
/// }
/// ```
pub(super) fn emit(model: &Model) -> TokenStream {
    model.fields().filter_map(|(number, field)| implement(model, number, field)).collect()
}

fn implement(model: &Model, place: usize, field: &Field) -> Option<TokenStream> {
    let private = model.private();
    let expression = without_self(model.default(place)?, model.name());
    // What may be no expression is said to be none at its own tokens, by a macro that takes one; each call of a macro
    // costs the compiler a millisecond or two.
    let expression = match syn::parse2::<syn::Expr>(expression.clone()) {
        Ok(_) => expression,
        Err(_) => code!(#private::expression!(#expression)),
    };
    let (name, ty, number) = (respan(model.name()), field.tokens.without_self(model.name()), number(place));
    let lints = &model.input.lints;
    // A function pointer, so that the expression sees nothing of what is around it and cannot jump out.
    Some(code! {
        #[automatically_derived]
        #(#lints)*
        impl #private::Defaulted<#number, #ty> for #name {
            const DEFAULT: fn() -> #ty = || -> #ty { #expression };
        }
    })
}

/// `(<Player as Defaulted<5, DateTime<Utc>>>::DEFAULT)()`.
pub(super) fn evaluate(model: &Model, place: usize, field: &Field) -> TokenStream {
    let private = model.private();
    let (name, ty, number) = (respan(model.name()), field.tokens.without_self(model.name()), number(place));
    code!((<#name as #private::Defaulted<#number, #ty>>::DEFAULT)())
}

/// ```text
/// .with_default()
/// .with_evaluate({
///     use NotSerialize as _;
///     DefaultOf::<Player, DateTime<Utc>, 5>::JSON
/// })
/// ```
pub(super) fn describe(model: &Model, place: usize, field: &Field) -> Option<TokenStream> {
    model.default(place)?;
    let private = model.private();
    let is_known = !model.input.options.transient && !model.input.converted && field.serde.is_plain();
    let evaluate = is_known.then(|| {
        let (name, number) = (respan(model.name()), number(place));
        let ty = &field.tokens;
        code! {
            .with_evaluate({
                use #private::NotSerialize as _;
                #private::DefaultOf::<#name, #ty, #number>::JSON
            })
        }
    });
    Some(code!(.with_default() #evaluate))
}
