//! The implementation of `Entity`.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

use super::descriptor::{self, number};
use crate::code::{Tokens, borrowed, call, named, single, this, this_struct};
use crate::model::{Index, IndexKind, Model, is_key_part, is_no_version, respan};
use crate::parse::Field;

/// ```text
/// impl Entity for Player { .. }
/// ```
pub(super) fn emit(model: &Model) -> TokenStream {
    let private = model.private();
    let (name, handles) = (respan(model.name()), model.fields_name());
    let key_type = key_type(model);
    let descriptor = descriptor::emit(model);
    let fields = super::fields(model);
    let key = key(model);
    let read = read(model);
    let indexes = indexes(model);
    let version = version(model);
    let checks = checks(model);
    let lints = &model.input.lints;
    code! {
        #[automatically_derived]
        #(#lints)*
        impl #private::Entity for #name {
            #key_type
            type Fields = #handles;
            #descriptor
            #fields
            #key
            #read
            #indexes
            #version
        }
        #checks
    }
}

/// ```text
/// type Key = Uuid;
/// ```
fn key_type(model: &Model) -> TokenStream {
    let (first, last) = at_key(model);
    let open = quote_spanned!(first=> type);
    let (name, close) = (quote_spanned!(last=> Key), quote_spanned!(last=> ;));
    let ty = of_key(model, "This");
    code!(#open #name = #ty #close)
}

/// `<Uuid as Single>::item`, `<(<u64 as Single>::This, <u32 as Single>::This) as Columns>::item`.
fn of_key(model: &Model, item: &str) -> Tokens {
    let private = model.private();
    if let [number] = model.key.as_slice()
        && let Some(field) = model.field(*number)
    {
        return single(&private, &field.tokens, item);
    }
    let columns = Tokens::of(columns(model, &model.key));
    named(at_key(model), &columns, &private.item("Columns", Span::mixed_site()), item)
}

/// Where the type of the key stands, of several the first that may be no key: what the compiler says of the key as a whole
/// it says there, where it has said the same of the type.
fn at_key(model: &Model) -> (Span, Span) {
    let fields = || model.key.iter().filter_map(|field| model.field(*field));
    let doubtful = fields().find(|field| !is_key_part(&field.ty)).or_else(|| fields().next());
    doubtful.map_or_else(|| (Span::call_site(), Span::call_site()), |field| field.tokens.ends())
}

/// The type of a single field, a tuple of several.
fn columns(model: &Model, fields: &[usize]) -> TokenStream {
    let private = model.private();
    let types =
        fields.iter().filter_map(|field| model.field(*field)).map(|field| this(&private, &field.tokens));
    one_or_tuple(types.collect())
}

fn one_or_tuple<T: ToTokens>(parts: Vec<T>) -> TokenStream {
    match parts.as_slice() {
        [part] => code!(#part),
        parts => code!((#(#parts),*)),
    }
}

/// ```text
/// fn key(&self) -> <Uuid as Single>::Ref<'_> { view(&self.id) }
/// ```
fn key(model: &Model) -> TokenStream {
    let views = views(model, &model.key, &code!(self));
    let (first, last) = at_key(model);
    let name = quote_spanned!(first=> fn key);
    let (view, lifetime) = (of_key(model, "Ref"), borrowed(last, "'_"));
    let mut body = Group::new(Delimiter::Brace, views);
    body.set_span(last);
    code!(#name(&self) -> #view #lifetime #body)
}

/// The view of a single field of `row`, a tuple of several.
fn views(model: &Model, fields: &[usize], row: &TokenStream) -> TokenStream {
    let private = model.private();
    let views = fields.iter().filter_map(|field| model.field(*field)).map(|field| {
        let ident = respan(&field.ident);
        call(&private, &field.tokens, "view", code!(&#row.#ident))
    });
    one_or_tuple(views.collect())
}

/// ```text
/// fn read(&self, field: u16) -> DatumRef<'_> {
///     match field {
///         0 => read(&self.id),
///         _ => DatumRef::None,
///     }
/// }
/// ```
fn read(model: &Model) -> TokenStream {
    let private = model.private();
    let arms = model.fields().filter(|(place, _)| model.is_declared(*place)).map(|(place, field)| {
        let (ident, number) = (respan(&field.ident), number(place));
        let read = match (model.elements(place), &field.tokens) {
            (Some(element), _) => {
                let element = this(&private, &Tokens::of(element));
                code!(read_many::<#element>)
            }
            (None, ty) => {
                let ty = this(&private, ty);
                code!(read::<#ty>)
            }
        };
        code!(#number => #private::#read(&self.#ident))
    });
    code! {
        fn read(&self, __field: ::core::primitive::u16) -> #private::DatumRef<'_> {
            match __field {
                #(#arms,)*
                _ => #private::DatumRef::None,
            }
        }
    }
}

/// ```text
/// fn indexes<V: IndexVisitor<Self>>(visitor: &mut V) {
///     V::distinct::<String>(visitor, |row| view(&row.handle));
///     V::elements::<String>(visitor, |row| &row.tags);
/// }
/// ```
fn indexes(model: &Model) -> TokenStream {
    let private = model.private();
    let calls: Vec<TokenStream> = model.indexes.iter().map(|index| show(model, index)).collect();
    let visitor = if calls.is_empty() { code!(_) } else { code!(__visitor) };
    code! {
        fn indexes<__V: #private::IndexVisitor<Self>>(#visitor: &mut __V) {
            #(#calls)*
        }
    }
}

fn show(model: &Model, index: &Index) -> TokenStream {
    let private = model.private();
    let visitor = code!(<__V as #private::IndexVisitor<Self>>);
    if let (IndexKind::Elements, [number]) = (index.kind, index.fields.as_slice()) {
        let element = model.elements(*number).map(|element| this(&private, &Tokens::of(element)));
        let ident = model.field(*number).map(|field| respan(&field.ident));
        return code!(#visitor::elements::<#element>(__visitor, |__row| &__row.#ident););
    }
    let method = if index.kind == IndexKind::Distinct { code!(distinct) } else { code!(ordered) };
    let (columns, views) = (columns(model, &index.fields), views(model, &index.fields, &code!(__row)));
    code!(#visitor::#method::<#columns>(__visitor, |__row| #views);)
}

/// ```text
/// const COPY: Option<fn(&Self) -> Self> = Some(<Self as Clone>::clone);
/// fn set_version(&mut self, version: u64) { self.revision = version; }
/// ```
fn version(model: &Model) -> Option<TokenStream> {
    let field = model.version.and_then(|number| model.field(number))?;
    let ident = respan(&field.ident);
    // A missing `Clone` is reported there.
    let name = this_struct(model.name());
    // At the field's type, so that one that is no `u64` is reported there.
    let value = Ident::new("__version", Span::mixed_site().located_at(field.ty.span()));
    let set = (!is_no_version(&field.ty)).then(|| code!(self.#ident = #value;));
    Some(code! {
        const COPY: ::core::option::Option<fn(&Self) -> Self> =
            ::core::option::Option::Some(<#name as ::core::clone::Clone>::clone);
        fn set_version(&mut self, __version: ::core::primitive::u64) {
            #set
        }
    })
}

/// ```text
/// const _: [(); 1] = [<<<String as Single>::This as Single>::Of as KeyPart>::ASKED];
/// ```
fn checks(model: &Model) -> Option<TokenStream> {
    let private = model.private();
    let distinct = model.indexes.iter().filter(|index| index.kind == IndexKind::Distinct);
    let mut fields: Vec<usize> = distinct.flat_map(|index| index.fields.iter().copied()).collect();
    // Where it is generated, `Identity` asks for the same.
    fields.retain(|field| model.identity != Some(*field));
    fields.sort_unstable();
    fields.dedup();
    let ask = |field: &Field| {
        let at = field.tokens.ends();
        let ty = this(&private, &field.tokens.without_self(model.name()));
        let of = named(at, &ty, &private.item("Single", Span::mixed_site()), "Of");
        named(at, &of, &private.item("KeyPart", Span::mixed_site()), "ASKED")
    };
    let asked: Vec<Tokens> = fields.iter().filter_map(|field| model.field(*field)).map(ask).collect();
    let number = Literal::usize_unsuffixed(asked.len());
    let lints = &model.input.lints;
    (!asked.is_empty()).then(|| code!(#(#lints)* const _: [(); #number] = [#(#asked),*];))
}
