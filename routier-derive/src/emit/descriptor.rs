//! The constant descriptor.

use proc_macro2::{Literal, Span, TokenStream};
use syn::ext::IdentExt;

use super::defaults;
use crate::code::{Tokens, named, this, this_struct};
use crate::model::{Index, IndexKind, Model};
use crate::parse::Field;

/// ```text
/// const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<Self>("Player", "players")
///     .with_fields(&[FieldDescriptor::declared::<Uuid>("id"), FieldDescriptor::undeclared("bio")])
///     .with_key(&[0])
///     .with_indexes(&[IndexDescriptor::distinct(&[1])])
///     .with_codec(codec::<Self>());
/// ```
pub(super) fn emit(model: &Model) -> TokenStream {
    let private = model.private();
    let entity = model.name().unraw().to_string();
    let collection = model.collection();
    let fields = model.fields().map(|(number, field)| describe(model, number, field));
    let key = numbers(&model.key);
    let identity = model.identity.map(|field| {
        let field = number(field);
        code!(.with_identity(#field))
    });
    let version = model.version.map(|field| {
        let field = number(field);
        code!(.with_version(#field))
    });
    let indexes: Vec<TokenStream> = model.indexes.iter().map(|index| describe_index(model, index)).collect();
    let indexes = (!indexes.is_empty()).then(|| code!(.with_indexes(&[#(#indexes),*])));
    // A missing `Serialize` is reported there.
    let name = this_struct(model.name());
    let codec = (!model.input.options.transient).then(|| code!(.with_codec(#private::codec::<#name>())));
    code! {
        const DESCRIPTOR: &'static #private::Descriptor =
            &#private::Descriptor::of::<Self>(#entity, #collection)
                .with_fields(&[#(#fields),*])
                .with_key(#key)
                #identity
                #version
                #indexes
                #codec;
    }
}

fn describe(model: &Model, number: usize, field: &Field) -> TokenStream {
    let private = model.private();
    let name = model.stored_name(field);
    let described = if let Some(element) = model.elements(number) {
        let element = Tokens::of(element);
        let value = private.item("Value", Span::mixed_site());
        let held = named(element.ends(), &this(&private, &element), &value, "Held");
        code!(#private::FieldDescriptor::many::<::std::vec::Vec<#held>>(#name))
    } else if model.is_declared(number) {
        let ty = this(&private, &field.tokens);
        code!(#private::FieldDescriptor::declared::<#ty>(#name))
    } else {
        code!(#private::FieldDescriptor::undeclared(#name))
    };
    let default = defaults::describe(model, number, field);
    let was = field.was.as_ref().map(|was| {
        let was = &was.text;
        code!(.with_was(#was))
    });
    code!(#described #default #was)
}

fn describe_index(model: &Model, index: &Index) -> TokenStream {
    let private = model.private();
    let fields = numbers(&index.fields);
    match index.kind {
        IndexKind::Ordered => code!(#private::IndexDescriptor::ordered(#fields)),
        IndexKind::Distinct => code!(#private::IndexDescriptor::distinct(#fields)),
        IndexKind::Elements => code!(#private::IndexDescriptor::elements(#fields)),
    }
}

fn numbers(fields: &[usize]) -> TokenStream {
    let fields = fields.iter().map(|field| number(*field));
    code!(&[#(#fields),*])
}

/// The number of a field as a literal.
pub(super) fn number(field: usize) -> Literal {
    // Beyond 65,535 fields there is an error already.
    Literal::u16_unsuffixed(u16::try_from(field).unwrap_or(u16::MAX))
}
