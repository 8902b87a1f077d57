//! Queries: what is easy to get wrong, and what they cost. Random ones are held against a model by `histories`.

mod beside;
mod choice;
mod counted;
mod entities;
mod figures;
mod meanings;
mod paths;
mod rng;
