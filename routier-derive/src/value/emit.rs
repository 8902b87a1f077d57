//! The implementations of `Single`, `Value` and what follows from them.

use proc_macro2::{Ident, Literal, TokenStream};
use syn::ext::IdentExt;
use syn::{DeriveInput, Path};

use crate::code::single;
use crate::model::{private, respan};
use crate::value::{Name, Newtype, Shape};

/// The code for a type that can be a value.
pub(crate) fn emit(name: &Ident, krate: Option<&Path>, shape: &Shape) -> TokenStream {
    let private = private(krate);
    match shape {
        Shape::Names(names) => emit_names(name, &private, names),
        Shape::Newtype(newtype) => emit_newtype(name, &private, newtype),
    }
}

/// For an enum: its values are ranks with names.
fn emit_names(name: &Ident, private: &TokenStream, names: &[Name]) -> TokenStream {
    let texts: Vec<String> = names.iter().map(|name| name.ident.unraw().to_string()).collect();
    let ranks: Vec<Literal> = (0..names.len()).map(rank).collect();
    let last = names.len().saturating_sub(1);
    let (least, greatest) = (variant(private, &texts, 0), variant(private, &texts, last));
    let variants = (0..names.len()).map(|place| variant(private, &texts, place));
    let patterns: Vec<TokenStream> = names.iter().map(pattern).collect();
    let firsts = ranks.iter().zip(&patterns).take(last).map(|(rank, pattern)| code!(#rank => #pattern));
    let other = patterns.last();
    let others = other_traits(name, private);
    code! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::Single for #name {
            type Of = Self;
            type Ref<'a> = #private::Variant;
            type Ordered = #private::Variant;
            const TYPE: #private::Type = #private::Type::Enum(&[#(#texts),*]);
            const EXACT: bool = true;
            fn view(&self) -> #private::Variant {
                match self {
                    #(#patterns => #variants,)*
                }
            }
            fn own(view: #private::Variant) -> #private::Variant {
                view
            }
            fn least() -> #private::Variant {
                #least
            }
            fn greatest() -> #private::Variant {
                #greatest
            }
            fn datum<'a>(view: #private::Variant) -> #private::DatumRef<'a> {
                #private::DatumRef::Enum(view)
            }
            fn undatum(datum: #private::DatumRef<'_>) -> ::core::option::Option<#private::Variant> {
                match datum {
                    #private::DatumRef::Enum(view) => match (view.rank, view.name) {
                        #((#ranks, #texts))|* => ::core::option::Option::Some(view),
                        _ => ::core::option::Option::None,
                    },
                    _ => ::core::option::Option::None,
                }
            }
            fn restore(view: #private::Variant) -> Self {
                match view.rank {
                    #(#firsts,)*
                    _ => #other,
                }
            }
            fn bits(view: #private::Variant) -> u64 {
                ::core::convert::From::from(view.rank)
            }
        }
        #others
    }
}

fn rank(place: usize) -> Literal {
    Literal::u32_unsuffixed(u32::try_from(place).unwrap_or(u32::MAX))
}

fn variant(private: &TokenStream, texts: &[String], place: usize) -> TokenStream {
    let (rank, text) = (rank(place), texts.get(place));
    code!(#private::Variant { rank: #rank, name: #text })
}

/// The variant as a pattern, and as an expression.
fn pattern(name: &Name) -> TokenStream {
    let (ident, braces) = (respan(&name.ident), &name.braces);
    code!(Self::#ident #braces)
}

fn other_traits(name: &Ident, private: &TokenStream) -> TokenStream {
    let name = respan(name);
    code! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::Value for #name {}
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::KeyPart for #name {}
    }
}

/// For a newtype: its values are those of the field.
fn emit_newtype(name: &Ident, private: &TokenStream, newtype: &Newtype) -> TokenStream {
    let single = newtype_single(name, private, newtype);
    let ty = &newtype.ty;
    let name = respan(name);
    // A bound on a type without parameters is an error where it does not hold, unless it is about some lifetime.
    code! {
        #single
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::Value for #name {}
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::KeyPart for #name where for<'any> #ty: #private::KeyPart {}
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::Numeric for #name where for<'any> #ty: #private::Numeric {
            type Sum = <#ty as #private::Numeric>::Sum;
            fn of_int(sum: i128) -> ::core::option::Option<Self::Sum> {
                <#ty as #private::Numeric>::of_int(sum)
            }
            fn of_uint(sum: u128) -> ::core::option::Option<Self::Sum> {
                <#ty as #private::Numeric>::of_uint(sum)
            }
            fn of_float(sum: f64) -> ::core::option::Option<Self::Sum> {
                <#ty as #private::Numeric>::of_float(sum)
            }
            fn of_decimal(whole: i128, fraction: i128) -> ::core::option::Option<Self::Sum> {
                <#ty as #private::Numeric>::of_decimal(whole, fraction)
            }
        }
    }
}

fn newtype_single(name: &Ident, private: &TokenStream, newtype: &Newtype) -> TokenStream {
    let (member, ty) = (&newtype.member, &newtype.ty);
    let inner = |item| single(private, ty, item);
    let (view_type, ordered, tag, exact) = (inner("Ref"), inner("Ordered"), inner("TYPE"), inner("EXACT"));
    let (view, own, least, greatest) = (inner("view"), inner("own"), inner("least"), inner("greatest"));
    let (datum, undatum, restore, bits) = (inner("datum"), inner("undatum"), inner("restore"), inner("bits"));
    code! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::Single for #name {
            type Of = Self;
            type Ref<'a> = #view_type<'a>;
            type Ordered = #ordered;
            const TYPE: #private::Type = #tag;
            const EXACT: bool = #exact;
            fn view(&self) -> Self::Ref<'_> {
                #view(&self.#member)
            }
            fn own(view: Self::Ref<'_>) -> Self::Ordered {
                #own(view)
            }
            fn least() -> Self::Ordered {
                #least()
            }
            fn greatest() -> Self::Ordered {
                #greatest()
            }
            fn datum(view: Self::Ref<'_>) -> #private::DatumRef<'_> {
                #datum(view)
            }
            fn undatum(datum: #private::DatumRef<'_>) -> ::core::option::Option<Self::Ref<'_>> {
                #undatum(datum)
            }
            fn restore(view: Self::Ref<'_>) -> Self {
                Self { #member: #restore(view) }
            }
            fn bits(view: Self::Ref<'_>) -> u64 {
                #bits(view)
            }
        }
        const _: () = {
            const fn value<T: #private::Value>() {}
            value::<#ty>();
        };
    }
}

/// For a type that can not: a value of no meaning, so that the type's uses do not fail too.
pub(crate) fn stub(input: &DeriveInput, krate: Option<&Path>) -> TokenStream {
    let (name, private) = (respan(&input.ident), private(krate));
    let (parameters, arguments, _) = input.generics.split_for_impl();
    let bounds = input.generics.where_clause.as_ref().map(|clause| &clause.predicates);
    let lasting = (!input.generics.params.is_empty())
        .then(|| code!(Self: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,));
    code! {
        #[automatically_derived]
        impl #parameters #private::Single for #name #arguments where #lasting #bounds {
            type Of = Self;
            type Ref<'any> = ();
            type Ordered = ();
            const TYPE: #private::Type = #private::Type::Bool;
            fn view(&self) {}
            fn own(_: ()) {}
            fn least() {}
            fn greatest() {}
            fn datum<'any>(_: ()) -> #private::DatumRef<'any> {
                #private::DatumRef::None
            }
            fn undatum(_: #private::DatumRef<'_>) -> ::core::option::Option<()> {
                ::core::option::Option::None
            }
            fn restore(_: ()) -> Self {
                loop {}
            }
        }
        #[automatically_derived]
        impl #parameters #private::Value for #name #arguments where #lasting #bounds {}
        #[automatically_derived]
        impl #parameters #private::KeyPart for #name #arguments where #lasting #bounds {}
    }
}
