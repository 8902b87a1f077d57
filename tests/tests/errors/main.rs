//! What the messages of the compiler have to be: each mistake of `tests/compile/tests/ui` is one error, in few lines, at the user's own
//! tokens. The texts themselves are compared by the test `ui`; here they are counted.

mod catalogue;
mod count;
mod exceptions;
mod page;
mod planted;
