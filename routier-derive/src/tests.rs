//! A crate of macros exports nothing else, so what is behind them is tested from inside.

mod documented;
mod expansion;
mod length;
mod mistakes;
mod random;
mod shown;

use proc_macro2::{TokenStream, TokenTree};

/// The code as rustfmt would have it, more or less.
fn pretty(code: TokenStream) -> String {
    let file: syn::File = syn::parse2(code).expect("what a derive writes is a list of items");
    prettyplease::unparse(&file)
}

/// The messages of the `compile_error!` items in some code.
fn messages(code: TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = code.into_iter().collect();
    let errors = trees.windows(3).filter_map(|trees| match trees {
        [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(group)] if name == "compile_error" => {
            let text: syn::LitStr = syn::parse2(group.stream()).expect("an error is a text");
            Some(text.value())
        }
        _ => None,
    });
    errors.collect()
}
