//! What was written, as a text: for users who want to see it, and to be told when it changes.

use proc_macro2::TokenStream;

use crate::model::{Model, respan};

/// ```text
/// impl Player { pub const EXPANSION: &'static str = ".."; }
/// ```
pub(super) fn shown(model: &Model, code: TokenStream) -> TokenStream {
    if model.input.options.expansion.is_none() {
        return code;
    }
    // It is a list of items in any case; if that should ever fail, the text is not as pretty.
    let text = match syn::parse2(code.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => code.to_string(),
    };
    let (name, vis) = (respan(model.name()), &model.input.vis);
    code! {
        #code
        #[automatically_derived]
        impl #name {
            /// What `#[derive(Entity)]` has written for this struct.
            #vis const EXPANSION: &'static str = #text;
        }
    }
}
