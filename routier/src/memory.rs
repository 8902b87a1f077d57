//! stub
use crate::entity::{Entity, Versioned};
use crate::env::sync::Arc;
use crate::error::Result;
use crate::query::{Access, Plan};
use crate::storage::*;
use crate::value::{Columns, DatumRef};
use std::any::Any;
pub enum At {
    Latest,
    Snapshot(u64),
}
pub struct Table<E: Entity>(std::marker::PhantomData<fn() -> E>);
pub struct Walk<E: Entity>(std::marker::PhantomData<fn() -> E>);
impl<E: Entity> Walk<E> {
    pub fn next(&mut self, _m: usize) -> (Vec<Versioned<E>>, u64) {
        (vec![], 0)
    }
}
impl<E: Entity> Table<E> {
    pub fn get(&self, _k: <E::Key as Columns>::Ref<'_>, _at: At) -> Option<Versioned<E>> {
        None
    }
    pub fn get_by(&self, _i: u16, _v: &[DatumRef<'_>], _at: At) -> Option<Versioned<E>> {
        None
    }
    pub fn walk(&self, _p: Arc<Plan>, _s: Arc<dyn Snapshot>) -> Walk<E> {
        Walk(std::marker::PhantomData)
    }
    pub fn walk_latest(&self, _p: Arc<Plan>) -> Walk<E> {
        Walk(std::marker::PhantomData)
    }
    pub fn estimate(&self, _a: &Access, _m: usize) -> Option<usize> {
        None
    }
}
pub fn new_table<E: Entity>() -> Box<dyn Any + Send + Sync> {
    Box::new(Table::<E>(std::marker::PhantomData))
}
pub struct MemoryStorage(Capabilities);
impl MemoryStorage {
    pub fn new() -> Self {
        Self(Capabilities::plain("memory"))
    }
    pub fn with_history(self, _n: usize) -> Self {
        self
    }
}
impl Storage for MemoryStorage {
    fn capabilities(&self) -> &Capabilities {
        &self.0
    }
    fn id(&self) -> u64 {
        0
    }
    fn open(&self, _o: Opening) -> Answer<'static, Result<CollectionId>> {
        Answer::Ready(Ok(CollectionId(0)))
    }
    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        Answer::Ready(Err(crate::Error::closed()))
    }
    fn commit(&self, _w: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>> {
        Answer::Ready(Err(crate::Error::closed()))
    }
    fn identities(&self, _c: CollectionId, _n: u64) -> Answer<'static, Result<u128>> {
        Answer::Ready(Ok(1))
    }
    fn history(&self, _n: u64, _m: usize) -> Answer<'static, Result<History>> {
        Answer::Ready(Err(crate::Error::closed()))
    }
    fn visible(&self) -> u64 {
        0
    }
}
