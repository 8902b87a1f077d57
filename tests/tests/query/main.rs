//! Queries: on every store, in every scope, each is held against a naive model of what it means.

mod asked;
mod beside;
mod check;
mod choice;
mod counted;
mod entities;
mod figures;
mod follow;
mod meanings;
mod pages;
mod paths;
mod random;
mod rng;
