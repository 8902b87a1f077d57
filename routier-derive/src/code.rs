//! Tokens for generated code.

use std::rc::Rc;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Lifetime;

/// `quote!` for generated code: its locals are its own, and lints for the user's code leave it alone.
macro_rules! code {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

/// What stands in many places, as a list. Each time that a `TokenStream` becomes a part of another, the compiler is asked
/// to put them together, and that is most of what a derive takes; a list is added without asking.
#[derive(Clone)]
pub(crate) struct Tokens(Rc<[TokenTree]>);

impl Tokens {
    pub(crate) fn of(tokens: impl ToTokens) -> Self {
        Self(tokens.into_token_stream().into_iter().collect())
    }

    /// The places of the first and the last token.
    pub(crate) fn ends(&self) -> (Span, Span) {
        let first = self.0.first().map_or_else(Span::call_site, TokenTree::span);
        (first, self.0.last().map_or(first, TokenTree::span))
    }

    /// `self::name`, with the name at a place.
    pub(crate) fn item(&self, name: &str, at: Span) -> Self {
        let path = self.0.iter().cloned();
        Self(path.chain(separator(at)).chain([Ident::new(name, at).into()]).collect())
    }

    /// The same where `Self` is not the user's struct.
    pub(crate) fn without_self(&self, name: &Ident) -> Self {
        let concerned = |tree: &TokenTree| match tree {
            TokenTree::Ident(ident) => ident == "Self",
            TokenTree::Group(_) => true,
            _ => false,
        };
        if self.0.iter().any(concerned) { Self::of(without_self(self, name)) } else { self.clone() }
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}

/// `::` at a place.
fn separator(at: Span) -> [TokenTree; 2] {
    [Spacing::Joint, Spacing::Alone].map(|spacing| punctuation(':', spacing, at))
}

fn punctuation(character: char, spacing: Spacing, at: Span) -> TokenTree {
    let mut punctuation = Punct::new(character, spacing);
    punctuation.set_span(at);
    punctuation.into()
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
pub(crate) fn this(private: &Tokens, ty: &Tokens) -> Tokens {
    single(private, ty, "This")
}

/// `<ty as Single>::item`, all of it where `ty` stands. What the compiler has to say about a wrong type it says at that
/// place in the same words each time, and so only once.
pub(crate) fn single(private: &Tokens, ty: &Tokens, item: &str) -> Tokens {
    named(ty.ends(), ty, &private.item("Single", ty.ends().1), item)
}

/// `<ty as what>::item` from one place to another.
pub(crate) fn named((first, last): (Span, Span), ty: &Tokens, what: &Tokens, item: &str) -> Tokens {
    let mut tokens = vec![punctuation('<', Spacing::Alone, first)];
    tokens.extend(ty.0.iter().cloned());
    tokens.push(Ident::new("as", last).into());
    tokens.extend(what.0.iter().cloned());
    tokens.push(punctuation('>', Spacing::Alone, last));
    tokens.extend(separator(last));
    tokens.push(Ident::new(item, last).into());
    Tokens(tokens.into())
}

/// `<'lifetime>`, at a place.
pub(crate) fn borrowed(at: Span, lifetime: &str) -> TokenStream {
    let mut lifetime = Lifetime::new(lifetime, at);
    lifetime.set_span(at);
    quote_spanned!(at=> <#lifetime>)
}

/// `<ty as Single>::function(argument)`, where `ty` stands too.
pub(crate) fn call(private: &Tokens, ty: &Tokens, function: &str, argument: TokenStream) -> TokenStream {
    let function = single(private, ty, function);
    let mut argument = Group::new(Delimiter::Parenthesis, argument);
    argument.set_span(ty.ends().1);
    code!(#function #argument)
}
