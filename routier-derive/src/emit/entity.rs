//! The implementation of `Entity`.

use proc_macro2::TokenStream;

use super::descriptor::{self, number};
use crate::model::{Index, IndexKind, Model, respan};
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
    code! {
        #[automatically_derived]
        impl #private::Entity for #name {
            type Key = #key_type;
            type Fields = #handles;
            #descriptor
            #fields
            #key
            #read
            #indexes
            #version
        }
    }
}

/// The type of a single key field, a tuple of several.
fn key_type(model: &Model) -> TokenStream {
    let types: Vec<_> =
        model.key.iter().filter_map(|field| model.field(*field)).map(|field| &field.ty).collect();
    match types.as_slice() {
        [ty] => code!(#ty),
        types => code!((#(#types),*)),
    }
}

/// ```text
/// fn key(&self) -> <Self::Key as Columns>::Ref<'_> { view(&self.id) }
/// ```
fn key(model: &Model) -> TokenStream {
    let private = model.private();
    let views = views(model, &model.key, &code!(self));
    code! {
        fn key(&self) -> <Self::Key as #private::Columns>::Ref<'_> {
            #views
        }
    }
}

/// The views of some fields of `row`: a tuple, unless it is one.
fn views(model: &Model, fields: &[usize], row: &TokenStream) -> TokenStream {
    let private = model.private();
    let views: Vec<TokenStream> = fields
        .iter()
        .filter_map(|field| model.field(*field))
        .map(|field| {
            let ident = respan(&field.ident);
            code!(#private::view(&#row.#ident))
        })
        .collect();
    match views.as_slice() {
        [view] => code!(#view),
        views => code!((#(#views),*)),
    }
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
        let read = if model.is_elements(place) { code!(read_many) } else { code!(read) };
        code!(#number => #private::#read(&self.#ident))
    });
    code! {
        fn read(&self, field: u16) -> #private::DatumRef<'_> {
            match field {
                #(#arms,)*
                _ => #private::DatumRef::None,
            }
        }
    }
}

/// ```text
/// fn indexes<V: IndexVisitor<Self>>(visitor: &mut V) {
///     V::distinct::<String>(visitor, |row| view(&row.handle));
///     V::elements::<<Vec<String> as Multi>::Of>(visitor, |row| Multi::elements(&row.tags));
/// }
/// ```
fn indexes(model: &Model) -> TokenStream {
    let private = model.private();
    let calls: Vec<TokenStream> = model.indexes.iter().map(|index| show(model, index)).collect();
    let visitor = if calls.is_empty() { code!(_) } else { code!(visitor) };
    code! {
        fn indexes<V: #private::IndexVisitor<Self>>(#visitor: &mut V) {
            #(#calls)*
        }
    }
}

fn show(model: &Model, index: &Index) -> TokenStream {
    let private = model.private();
    let fields: Vec<&Field> = index.fields.iter().filter_map(|field| model.field(*field)).collect();
    let types = fields.iter().map(|field| &field.ty);
    if let (IndexKind::Elements, [field]) = (index.kind, fields.as_slice()) {
        let (ident, ty) = (respan(&field.ident), &field.ty);
        return code! {
            <V as #private::IndexVisitor<Self>>::elements::<<#ty as #private::Multi>::Of>(
                visitor,
                |row| <#ty as #private::Multi>::elements(&row.#ident),
            );
        };
    }
    let columns = match fields.as_slice() {
        [field] => {
            let ty = &field.ty;
            code!(#ty)
        }
        _ => code!((#(#types),*)),
    };
    let method = if index.kind == IndexKind::Distinct { code!(distinct) } else { code!(ordered) };
    let views = views(model, &index.fields, &code!(row));
    code!(<V as #private::IndexVisitor<Self>>::#method::<#columns>(visitor, |row| #views);)
}

/// ```text
/// const COPY: Option<fn(&Self) -> Self> = Some(<Self as Clone>::clone);
/// fn set_version(&mut self, version: u64) { self.revision = version; }
/// ```
fn version(model: &Model) -> Option<TokenStream> {
    let field = model.version.and_then(|number| model.field(number))?;
    let ident = respan(&field.ident);
    // The user's own place, so that a missing `Clone` is reported at the struct's name.
    let name = model.name();
    Some(code! {
        const COPY: ::core::option::Option<fn(&Self) -> Self> =
            ::core::option::Option::Some(<#name as ::core::clone::Clone>::clone);
        fn set_version(&mut self, version: u64) {
            self.#ident = version;
        }
    })
}
