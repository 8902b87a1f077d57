//! The implementations of `Single`, `Value` and what follows from them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use syn::ext::IdentExt;
use syn::{DeriveInput, Path, Type};

use crate::code::{Tokens, borrowed, call, named, single, this};
use crate::model::{is_float, private, respan};
use crate::value::{Name, Newtype, Shape};

/// The code for a type that can be a value.
pub(crate) fn emit(name: &Ident, krate: Option<&Path>, shape: &Shape) -> TokenStream {
    let out = Out { name, private: private(krate) };
    match shape {
        Shape::Names(names) => emit_names(&out, names),
        Shape::Newtype(newtype) => emit_newtype(&out, newtype),
    }
}

/// The type that code is written for, and the path of what it names.
struct Out<'a> {
    name: &'a Ident,
    private: Tokens,
}

impl Out<'_> {
    /// An implementation of a trait of the library, which holds where `bound` does.
    ///
    /// A bound on a type without parameters is an error where it does not hold, unless it is about some lifetime. All
    /// implementations have one on `Clone`, so that its want is one error of `check` and not one for each of them.
    fn implement(&self, name: &str, bound: TokenStream, items: TokenStream) -> TokenStream {
        let (private, this) = (&self.private, respan(self.name));
        let name = Ident::new(name, Span::mixed_site());
        code! {
            #[automatically_derived]
            impl #private::#name for #this
            where
                for<'any> #this: ::core::clone::Clone,
                #bound
            {
                #items
            }
        }
    }

    /// An error where the type is not `Clone`, or the type in it no value.
    fn check(&self, inner: Option<&Type>) -> TokenStream {
        let (private, name) = (&self.private, respan(self.name));
        let inner = inner.map(|ty| {
            let ty = Tokens::of(ty);
            let value = private.item("Value", Span::mixed_site());
            let held = named(ty.ends(), &this(private, &ty), &value, "Held");
            code!(let _: ::core::option::Option<fn(#held)> = ::core::option::Option::None;)
        });
        code! {
            const _: () = {
                const fn clone<T: ::core::clone::Clone>() {}
                clone::<#name>();
                #inner
            };
        }
    }
}

/// For an enum: its values are ranks with names.
fn emit_names(out: &Out<'_>, names: &[Name]) -> TokenStream {
    let single = out.implement("Single", code!(), names_single(&out.private, names));
    let value = out.implement("Value", code!(), held());
    let key_part = out.implement("KeyPart", code!(), code!());
    let check = out.check(None);
    code!(#single #value #key_part #check)
}

/// What a value is within an `Option`.
fn held() -> TokenStream {
    code! { type Held = Self; }
}

fn names_single(private: &Tokens, names: &[Name]) -> TokenStream {
    let texts: Vec<String> = names.iter().map(|name| name.ident.unraw().to_string()).collect();
    let ranks: Vec<Literal> = (0..names.len()).map(rank).collect();
    let last = names.len().saturating_sub(1);
    let (least, greatest) = (variant(private, &texts, 0), variant(private, &texts, last));
    let variants = (0..names.len()).map(|place| variant(private, &texts, place));
    let patterns: Vec<TokenStream> = names.iter().map(pattern).collect();
    let firsts = ranks.iter().zip(&patterns).take(last).map(|(rank, pattern)| code!(#rank => #pattern));
    let other = patterns.last();
    code! {
        type This = Self;
        type Of = Self;
        type Ref<'a> = #private::Variant;
        type Ordered = #private::Variant;
        const TYPE: #private::Type = #private::Type::Enum(&[#(#texts),*]);
        const EXACT: ::core::primitive::bool = true;
        fn view(&self) -> #private::Variant {
            match self {
                #(#patterns => #variants,)*
            }
        }
        fn own(__view: #private::Variant) -> #private::Variant {
            __view
        }
        fn least() -> #private::Variant {
            #least
        }
        fn greatest() -> #private::Variant {
            #greatest
        }
        fn datum<'a>(__view: #private::Variant) -> #private::DatumRef<'a> {
            #private::DatumRef::Enum(__view)
        }
        fn undatum(__datum: #private::DatumRef<'_>) -> ::core::option::Option<#private::Variant> {
            match __datum {
                #private::DatumRef::Enum(__view) => match (__view.rank, __view.name) {
                    #((#ranks, #texts))|* => ::core::option::Option::Some(__view),
                    _ => ::core::option::Option::None,
                },
                _ => ::core::option::Option::None,
            }
        }
        fn restore(__view: #private::Variant) -> Self {
            match __view.rank {
                #(#firsts,)*
                _ => #other,
            }
        }
        fn bits(__view: #private::Variant) -> ::core::primitive::u64 {
            ::core::convert::From::from(__view.rank)
        }
    }
}

fn rank(place: usize) -> Literal {
    Literal::u32_unsuffixed(u32::try_from(place).unwrap_or(u32::MAX))
}

fn variant(private: &Tokens, texts: &[String], place: usize) -> TokenStream {
    let (rank, text) = (rank(place), texts.get(place));
    code!(#private::Variant { rank: #rank, name: #text })
}

/// The variant as a pattern, and as an expression.
fn pattern(name: &Name) -> TokenStream {
    let (ident, braces) = (respan(&name.ident), &name.braces);
    code!(Self::#ident #braces)
}

/// For a newtype: its values are those of the field, and it is what the field's type is.
fn emit_newtype(out: &Out<'_>, newtype: &Newtype) -> TokenStream {
    let (private, ty) = (&out.private, &newtype.ty);
    // Where the type is none, all that is said of it is said by `check`.
    let bound = code!(for<'any> #ty: #private::Value);
    let single = out.implement("Single", bound.clone(), newtype_single(private, newtype));
    let value = out.implement("Value", bound, held());
    let numeric =
        out.implement("Numeric", code!(for<'any> #ty: #private::Numeric), newtype_numeric(private, ty));
    // What is written as a float identifies nothing. Left out there, it is the newtype that an error names, and not the
    // float in it.
    let identifying = (!is_float(ty)).then(|| {
        let key_part = out.implement("KeyPart", code!(for<'any> #ty: #private::KeyPart), code!());
        let identity = code!(for<'any> #ty: #private::Identity);
        let identity = out.implement("Identity", identity, newtype_identity(private, newtype));
        code!(#key_part #identity)
    });
    let check = out.check(Some(ty));
    code!(#single #value #numeric #identifying #check)
}

fn newtype_numeric(private: &Tokens, ty: &Type) -> TokenStream {
    let inner = code!(<#ty as #private::Numeric>);
    code! {
        type Sum = #inner::Sum;
        fn of_int(__sum: ::core::primitive::i128) -> ::core::option::Option<Self::Sum> {
            #inner::of_int(__sum)
        }
        fn of_uint(__sum: ::core::primitive::u128) -> ::core::option::Option<Self::Sum> {
            #inner::of_uint(__sum)
        }
        fn of_float(__sum: ::core::primitive::f64) -> ::core::option::Option<Self::Sum> {
            #inner::of_float(__sum)
        }
        fn of_decimal(
            __whole: ::core::primitive::i128,
            __fraction: ::core::primitive::i128,
        ) -> ::core::option::Option<Self::Sum> {
            #inner::of_decimal(__whole, __fraction)
        }
    }
}

/// A newtype around what the store can generate can be generated.
fn newtype_identity(private: &Tokens, newtype: &Newtype) -> TokenStream {
    let (member, ty) = (&newtype.member, &newtype.ty);
    let inner = code!(<#ty as #private::Identity>);
    code! {
        const IDENTITY: #private::IdentityKind = #inner::IDENTITY;
        fn of_uuid(__uuid: #private::Uuid) -> ::core::option::Option<Self> {
            ::core::option::Option::map(#inner::of_uuid(__uuid), |__value| Self { #member: __value })
        }
        fn of_integer(__number: ::core::primitive::u128) -> ::core::option::Option<Self> {
            ::core::option::Option::map(#inner::of_integer(__number), |__value| Self { #member: __value })
        }
    }
}

fn newtype_single(private: &Tokens, newtype: &Newtype) -> TokenStream {
    let (member, ty) = (&newtype.member, &Tokens::of(&newtype.ty));
    let inner = |item| single(private, ty, item);
    let (view_type, ordered, tag, exact) = (inner("Ref"), inner("Ordered"), inner("TYPE"), inner("EXACT"));
    let lifetime = borrowed(ty.ends().1, "'a");
    let call = |function, argument| call(private, ty, function, argument);
    let (view, own) = (call("view", code!(&self.#member)), call("own", code!(__view)));
    let (least, greatest) = (call("least", code!()), call("greatest", code!()));
    let (datum, undatum) = (call("datum", code!(__view)), call("undatum", code!(__datum)));
    let (restore, bits) = (call("restore", code!(__view)), call("bits", code!(__view)));
    code! {
        type This = Self;
        type Of = Self;
        type Ref<'a> = #view_type #lifetime;
        type Ordered = #ordered;
        const TYPE: #private::Type = #tag;
        const EXACT: ::core::primitive::bool = #exact;
        fn view(&self) -> Self::Ref<'_> {
            #view
        }
        fn own(__view: Self::Ref<'_>) -> Self::Ordered {
            #own
        }
        fn least() -> Self::Ordered {
            #least
        }
        fn greatest() -> Self::Ordered {
            #greatest
        }
        fn datum(__view: Self::Ref<'_>) -> #private::DatumRef<'_> {
            #datum
        }
        fn undatum(__datum: #private::DatumRef<'_>) -> ::core::option::Option<Self::Ref<'_>> {
            #undatum
        }
        fn restore(__view: Self::Ref<'_>) -> Self {
            Self { #member: #restore }
        }
        fn bits(__view: Self::Ref<'_>) -> ::core::primitive::u64 {
            #bits
        }
    }
}

/// For a type that can not: a value of no meaning, so that the type's uses do not fail too.
pub(crate) fn stub(input: &DeriveInput, krate: Option<&Path>) -> TokenStream {
    let (name, private) = (respan(&input.ident), private(krate));
    let (parameters, arguments, _) = input.generics.split_for_impl();
    let bounds = input.generics.where_clause.as_ref().map(|clause| &clause.predicates);
    let lasting = if input.generics.params.is_empty() {
        code!(for<'any> #name: ::core::clone::Clone,)
    } else {
        code!(Self: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,)
    };
    code! {
        #[automatically_derived]
        impl #parameters #private::Single for #name #arguments where #lasting #bounds {
            type This = Self;
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
        impl #parameters #private::Value for #name #arguments where #lasting #bounds {
            type Held = Self;
        }
        #[automatically_derived]
        impl #parameters #private::KeyPart for #name #arguments where #lasting #bounds {}
    }
}
