//! Queries: on every store, in every scope, each is held against a naive model of what it means.

mod asked;
mod beside;
mod check;
mod choice;
mod counted;
mod entities;
mod follow;
mod meanings;
mod operators;
mod pages;
mod paths;
mod random;
mod reads;
mod rng;
