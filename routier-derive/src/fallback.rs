//! What is written beside the errors, so that the rest of the user's code does not fail for want of it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::code::Tokens;
use crate::emit;
use crate::model::{Model, fields_name, private, respan};
use crate::parse::StructOptions;
use crate::validate::is_candidate;

/// For an input that is a struct with named fields: the code for what is right about it, with a key made up where
/// there is none.
pub(crate) fn entity(mut model: Model) -> TokenStream {
    if !model.key.is_empty() {
        return emit::emit(&model);
    }
    let candidate = model.fields().find(|(_, field)| is_candidate(field)).map(|(number, _)| number);
    if let Some(number) = candidate {
        model.key.push(number);
        return emit::emit(&model);
    }
    let (companions, handles) = (emit::companions(&model), model.fields_name());
    let fields = emit::fields(&model);
    let (name, private) = (respan(model.name()), model.private());
    let stub = stub(&private, &quote!(#handles), &fields);
    quote! {
        #companions
        #[automatically_derived]
        impl #private::Entity for #name { #stub }
    }
}

/// For any other: an implementation without fields.
pub(crate) fn bare(input: &DeriveInput, options: &StructOptions) -> TokenStream {
    let (name, vis) = (&input.ident, &input.vis);
    let (parameters, arguments, _) = input.generics.split_for_impl();
    let handles = fields_name(name, options.fields.as_ref());
    let private = private(options.krate.as_ref());
    let bounds = input.generics.where_clause.as_ref().map(|clause| &clause.predicates);
    let lasting = (!input.generics.params.is_empty())
        .then(|| quote!(Self: ::core::marker::Send + ::core::marker::Sync + 'static,));
    let stub = stub(&private, &quote!(#handles), &quote!(fn fields() -> #handles { #handles }));
    quote! {
        /// Handles of no fields.
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #vis struct #handles;
        #[automatically_derived]
        impl #parameters #private::Entity for #name #arguments where #lasting #bounds { #stub }
    }
}

/// The items of an implementation of `Entity` with a key of no meaning.
fn stub(private: &Tokens, handles: &TokenStream, fields: &TokenStream) -> TokenStream {
    quote! {
        type Key = u64;
        type Fields = #handles;
        const DESCRIPTOR: &'static #private::Descriptor = &#private::Descriptor::of::<Self>("", "");
        #fields
        fn key(&self) -> u64 { 0 }
        fn read(&self, _: u16) -> #private::DatumRef<'_> { #private::DatumRef::None }
        fn indexes<V: #private::IndexVisitor<Self>>(_: &mut V) {}
    }
}
