//! What may be longer, and what is not reached yet.

/// Words in the first line of a text that is the compiler's own, and what it is said of.
pub(crate) const RUSTC: &[(&str, &str)] = &[
    ("error[E0063]", "a field that is missing in an expression"),
    ("error[E0106]", "a reference without a lifetime"),
    ("error[E0271]", "a closure or a type that gives another type"),
    ("error[E0308]", "an expression of another type"),
    ("error[E0369]", "an operator that a type does not have"),
    ("error[E0382]", "a value that is used after it was moved"),
    ("error[E0424]", "`self` where there is none"),
    ("error[E0428]", "a name that is taken"),
    ("error[E0560]", "a field that a struct does not have, in an expression"),
    ("error[E0599]", "a method that a type does not have"),
    ("error[E0609]", "a field that a struct does not have"),
    ("error[E0631]", "a function of other arguments"),
    ("cannot find attribute", "an attribute that no derive knows"),
    ("the `?` operator", "a `?` where nothing takes the error"),
    (": Clone` is not satisfied", "a type without `Clone`"),
    ("cannot be sent between threads", "a future that stays on its thread"),
    ("cannot be shared between threads", "a type that stays on its thread"),
];

const AGAIN_AT_AWAIT: &str =
    "a future that no type names asks for its bounds again where it is made and awaited";
const BOUND_QUOTED: &str = "the compiler quotes the method whose bound it is";

/// Mistakes whose text breaks the contract, and why.
pub(crate) const EXCEPTIONS: &[(&str, &str)] = &[
    ("keys/identity_of_a_usize", "it is no value either, and the type of the field leads back to it"),
    ("names/fields_struct_taken", "the struct that is there is taken for that of the derive"),
    ("queries/filter_of_another_entity", "the compiler proposes a closure around the function"),
    ("queries/insert_of_another_entity", AGAIN_AT_AWAIT),
    ("queries/rust_and", "both sides and the whole are of another type than `&&` takes and gives"),
    ("queries/update_gives_a_value", AGAIN_AT_AWAIT),
    ("queries/update_without_clone", AGAIN_AT_AWAIT),
    ("shapes/derived_twice", "neither derive knows of the other, and all that both write is there twice"),
    ("stores/error_of_ones_own", AGAIN_AT_AWAIT),
    ("stores/not_an_entity", AGAIN_AT_AWAIT),
    ("stores/storage_that_is_none", BOUND_QUOTED),
    ("stores/transaction_that_gives_no_result", AGAIN_AT_AWAIT),
    ("types/not_encoded", BOUND_QUOTED),
    ("types/not_shared", "the compiler shows the bound and the whole type"),
];
