//! `#[entity(expansion)]`, with the feature and without.

use super::messages;
use crate::entity;

const ASKED: &str = "#[entity(expansion)] pub struct Asked { #[key] id: u64 }";

#[cfg(feature = "expansion")]
#[test]
fn the_text_is_what_was_written() {
    let said = entity(ASKED.parse().expect("tokens")).to_string();
    let plain = entity(ASKED.replace("#[entity(expansion)]", "").parse().expect("tokens"));
    let text = syn::LitStr::new(&super::pretty(plain), proc_macro2::Span::call_site());
    let shown = quote::quote!(pub const EXPANSION: &'static str = #text;).to_string();
    assert!(said.ends_with(&format!("{shown} }}")), "{said}");
}

#[cfg(not(feature = "expansion"))]
#[test]
fn without_the_feature_it_is_named() {
    let said = messages(entity(ASKED.parse().expect("tokens")));
    assert_eq!(
        said,
        ["`expansion` needs the feature of this name: `routier = { features = [\"expansion\"] }`"]
    );
}

#[test]
fn it_takes_no_value() {
    let said = messages(entity(ASKED.replace("expansion", "expansion = true").parse().expect("tokens")));
    assert!(said.contains(&"`expansion` takes no value".to_owned()), "{said:?}");
}
