//! One error of each sort that can be provoked on any storage.

mod feeds;
mod queries;
mod stores;
mod writes;

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::{Collection, Entity, Error, Result, Store};

pub(super) use self::feeds::{lagged, short, token_altered, token_expired, token_foreign};
pub(super) use self::queries::{bad_cursor, missing, not_unique, overflow, unordered, wrong_tuple};
pub(super) use self::stores::{
    another_type, closed, ended, exhausted, later_key, overtaken_read, read_only, timeout, transient,
    unmoving_watch,
};
pub(super) use self::writes::{
    changed_key, gone_row, key_twice, missing_row, nan, not_committed, not_encoded, refused_by_closure,
    same_group, same_value, stale, too_large, too_large_key,
};

/// What nobody but the owner is to see. It stands in every field of every row that no error is about.
pub(super) const SECRET: &str = "s3cr3t";

/// A key, and a value, that errors may show.
pub(super) const KEY: &str = "k-ada";
pub(super) const NUMBER: &str = "n-4711";

#[derive(Entity, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[entity(collection = "wallets", distinct(bank, place))]
pub(super) struct Wallet {
    #[key]
    pub(super) owner: String,
    #[distinct]
    pub(super) number: Option<String>,
    #[index]
    pub(super) amount: u128,
    #[index]
    pub(super) ratio: Option<f64>,
    pub(super) bank: Option<String>,
    pub(super) place: u32,
    #[index]
    pub(super) tags: Vec<String>,
    pub(super) note: String,
}

/// A wallet with a secret in every field that the error need not name.
pub(super) fn wallet(owner: &str) -> Wallet {
    Wallet {
        owner: owner.to_owned(),
        number: Some(format!("{SECRET} {owner}")),
        amount: u128::MAX - 7,
        ratio: Some(0.5),
        bank: Some(format!("{SECRET} of {owner}")),
        place: 1,
        tags: vec![SECRET.to_owned()],
        note: SECRET.to_owned(),
    }
}

/// A store with a wallet of `k-ada`, whose number is `n-4711`, and one of `k-bob`.
pub(super) struct Scene {
    pub(super) subject: Subject,
    pub(super) store: Store,
    pub(super) wallets: Collection<Wallet>,
}

impl Scene {
    pub(super) async fn new(subject: &Subject) -> Result<Self> {
        let store = subject.store().await?;
        let wallets = store.collection::<Wallet>().await?;
        wallets.insert(Wallet { number: Some(NUMBER.to_owned()), ..wallet(KEY) }).await?;
        wallets.insert(wallet("k-bob")).await?;
        Ok(Self { subject: subject.clone(), store, wallets })
    }
}

/// All of them, by name.
pub(super) async fn all(subject: &Subject) -> Result<Vec<(&'static str, Error)>> {
    macro_rules! provoke {
        ($($name:ident)*) => {
            vec![$((stringify!($name), $name(&Scene::new(subject).await?).await?)),*]
        };
    }
    let mut errors = provoke! {
        missing_row missing not_unique key_twice same_value same_group stale gone_row not_committed another_type nan
        changed_key wrong_tuple not_encoded too_large too_large_key bad_cursor overflow exhausted token_foreign
        token_altered timeout read_only unmoving_watch transient ended closed refused_by_closure unordered later_key
    };
    let scene = Scene::new(subject).await?;
    errors.extend(overtaken_read(&scene).await?.map(|error| ("overtaken_read", error)));
    errors.extend(token_expired(&scene).await?.map(|error| ("token_expired", error)));
    errors.extend(lagged(&scene).await?.map(|error| ("lagged", error)));
    Ok(errors)
}
