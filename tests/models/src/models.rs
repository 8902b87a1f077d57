//! The models, by what they are about.

mod closing;
mod committing;
mod following;
mod pending;
mod random;
mod reading;
mod snapshots;

/// What threads do at once, and what has to come of it.
#[derive(Clone, Copy)]
pub(crate) struct Model {
    pub(crate) name: &'static str,
    /// What is asserted, as the contract says it.
    pub(crate) promise: &'static str,
    /// It is run once for each interleaving.
    pub(crate) body: fn(),
}

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = Model> {
    let by_file = [
        committing::MODELS,
        reading::MODELS,
        snapshots::MODELS,
        following::MODELS,
        pending::MODELS,
        closing::MODELS,
        random::MODELS,
    ];
    by_file.into_iter().flatten().copied()
}
