//! Tokens for generated code.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Lifetime;

/// `quote!` for generated code: its locals are its own, and lints for the user's code leave it alone.
macro_rules! code {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

/// The same tokens where `Self` is not the user's struct: its name stands for it.
pub(crate) fn without_self(tokens: impl ToTokens, name: &Ident) -> TokenStream {
    let replace = |tree| match tree {
        TokenTree::Ident(ident) if ident == "Self" => {
            // It may be deprecated, which is nothing to tell of `Self`.
            let mut name = name.clone();
            name.set_span(Span::mixed_site().located_at(ident.span()));
            TokenTree::Ident(name)
        }
        TokenTree::Group(group) => {
            let mut replaced = Group::new(group.delimiter(), without_self(group.stream(), name));
            replaced.set_span(group.span());
            TokenTree::Group(replaced)
        }
        tree => tree,
    };
    tokens.into_token_stream().into_iter().map(replace).collect()
}

/// `Self`, where the name of the user's struct stands: for what is to be said of the struct. It is not the name itself,
/// which may be deprecated.
pub(crate) fn this_struct(name: &Ident) -> Ident {
    Ident::new("Self", name.span())
}

/// `<ty as Single>::This`, which is `ty` itself.
pub(crate) fn this(private: &TokenStream, ty: &impl ToTokens) -> TokenStream {
    single(private, ty, "This")
}

/// `<ty as Single>::item`, all of it where `ty` stands. What the compiler has to say about a wrong type it says at that
/// place in the same words each time, and so only once.
pub(crate) fn single(private: &TokenStream, ty: &impl ToTokens, item: &str) -> TokenStream {
    named(ends(ty), ty, &quote_spanned!(ends(ty).1=> #private::Single), item)
}

/// `<ty as what>::item` from one place to another.
pub(crate) fn named(
    (first, last): (Span, Span),
    ty: &impl ToTokens,
    what: &TokenStream,
    item: &str,
) -> TokenStream {
    let item = Ident::new(item, last);
    let open = quote_spanned!(first=> <);
    let close = quote_spanned!(last=> as #what>::#item);
    code!(#open #ty #close)
}

/// `<'lifetime>`, at a place.
pub(crate) fn borrowed(at: Span, lifetime: &str) -> TokenStream {
    let mut lifetime = Lifetime::new(lifetime, at);
    lifetime.set_span(at);
    quote_spanned!(at=> <#lifetime>)
}

/// `<ty as Single>::function(argument)`, where `ty` stands too.
pub(crate) fn call(
    private: &TokenStream,
    ty: &impl ToTokens,
    function: &str,
    argument: TokenStream,
) -> TokenStream {
    let function = single(private, ty, function);
    let mut argument = Group::new(Delimiter::Parenthesis, argument);
    argument.set_span(ends(ty).1);
    code!(#function #argument)
}

/// The places of the first and the last token.
pub(crate) fn ends(ty: &impl ToTokens) -> (Span, Span) {
    let mut spans = ty.to_token_stream().into_iter().map(|tree| tree.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}
