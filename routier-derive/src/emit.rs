//! The code that is written for an entity.
//!
//! It has to survive whatever stands around it: paths are absolute, also those to `u64` and its like,
//! traits are named in full, locals are hygienic and begin with `__` all the same (hygiene does not tell them from
//! constants, unit structs and types of the user's), nothing is inherent to the user's struct, there is no `#[allow]` but
//! the user's own, since a `forbid` would refuse it, and no `#[diagnostic::..]`, which is not found where there is no
//! prelude.

mod defaults;
mod descriptor;
mod entity;
#[cfg(feature = "expansion")]
mod expansion;
mod handles;
mod new;

use proc_macro2::TokenStream;

use crate::model::Model;

pub(crate) use self::handles::fields;

/// All of it.
pub(crate) fn emit(model: &Model) -> TokenStream {
    let companions = companions(model);
    let entity = entity::emit(model);
    let code = code! {
        #companions
        #entity
    };
    #[cfg(feature = "expansion")]
    let code = expansion::shown(model, code);
    code
}

/// The structs beside the user's.
pub(crate) fn companions(model: &Model) -> TokenStream {
    let handles = handles::emit(model);
    let new = new::emit(model);
    code! {
        #handles
        #new
    }
}
