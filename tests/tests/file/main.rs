//! Stores in directories of files.

mod crash;
mod faults;
mod killed;
mod reopening;
mod scene;
mod shapes;
mod startup;
mod undecodable;
mod work;
