//! What is wrong to ask, and does nothing.

use serde::{Deserialize, Serialize};

use super::answer::{Ask, Behind, By, Terminal};
use super::draw;
use super::history::History;
use super::model::Query;
use super::sample::LOOSE;
use super::sheet::{Form, Sheet};
use super::source::SeenLive;
use super::test::{Operator, Test};
use super::transacting::Open;
use super::value::{Real, Value, at};
use crate::env::sync::Arc;
use crate::storage::Token;
use crate::{Entity, ErrorKind, Result};

/// Another entity under a name that is taken.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "items")]
struct Impostor {
    #[key]
    id: String,
}

impl History {
    /// Asks the store, or a snapshot, for what is refused.
    pub(super) async fn blunder(&mut self) -> Result<()> {
        self.note(|| "asks for what is refused".to_owned());
        match self.rng.below(6) {
            0 => self.blunder_watch().await?,
            1 => {
                let refused = self.store.collection::<Impostor>().await;
                self.refused(refused.map(drop), &[ErrorKind::Schema]);
            }
            2 | 3 => self.blunder_token().await?,
            _ => {
                let kind = self.any_kind();
                let kinds = Arc::clone(&self.kinds);
                let (ask, right) = self.wrong(at(&kinds, kind).sheet(), kind);
                let refused = at(&self.tables, kind).ask(&ask).await;
                self.refused(refused.map(drop), &[right]);
            }
        }
        self.unchanged();
        Ok(())
    }

    pub(super) async fn blunder_inside(&mut self, open: &mut Open) -> Result<()> {
        let kind = self.any_kind();
        let kinds = Arc::clone(&self.kinds);
        let sheet = at(&kinds, kind).sheet();
        self.note(|| format!("asks in a transaction after {} for what is refused", open.began));
        let table = &**at(&open.tables, kind);
        match self.rng.below(4) {
            0 => {
                let refused = table.changes(None).await.map(drop);
                self.refused(refused, &[ErrorKind::Unsupported]);
            }
            1 => {
                let refused = table.watch(&Query::of(Test::All)).await.map(drop);
                self.refused(refused, &[ErrorKind::Unsupported]);
            }
            _ => {
                let (ask, right) = self.wrong(sheet, kind);
                let refused = table.ask(&ask).await.map(drop);
                self.refused(refused, &[right]);
            }
        }
        Ok(())
    }

    fn refused(&mut self, outcome: Result<()>, right: &[ErrorKind]) {
        match outcome {
            Ok(()) => panic!("it was done, where {right:?} is right"),
            Err(error) => {
                assert!(right.contains(&error.kind()), "{error:?}, where {right:?} is right");
                assert!(!error.is_retryable(), "{error:?}");
                self.count_error(&error);
            }
        }
    }

    /// A read that is refused, and how.
    fn wrong(&mut self, sheet: &Sheet, kind: usize) -> (Ask, ErrorKind) {
        let query = draw::query(sheet, &mut self.rng);
        let size = 1 + self.rng.below(4);
        let chain = at(&self.cursors, kind).clone();
        match (self.rng.below(6), chain) {
            (0, _) => (Ask::Page(query, None, 0), ErrorKind::Invalid),
            (1, _) => (Ask::GetBy(LOOSE, Vec::new()), ErrorKind::Invalid),
            (2 | 3, Some(mut chain)) => {
                // another order is another query
                let column = *at(&sheet.key, 0);
                chain.query.order.push((column, false));
                (Ask::Page(chain.query, Some(chain.behind), size), ErrorKind::BadCursor)
            }
            (4, Some(chain)) => {
                let mut cursor = chain.behind.cursor;
                cursor.pop();
                let behind = Behind { cursor, ..chain.behind };
                (Ask::Page(chain.query, Some(behind), size), ErrorKind::BadCursor)
            }
            _ => {
                let is_real = |column: &usize| {
                    matches!((sheet.column(*column).operand)(&mut super::rng::Rng::new(0)), Value::Real(_))
                };
                let reals = sheet.of_form(|form| form == Form::Number);
                let Some(column) = reals.into_iter().find(is_real) else { panic!("there are no floats") };
                let nan = Operator::Eq(Value::Real(Real(f64::NAN)));
                let query = Query::of(Test::Field(column, nan));
                (Ask::Find(query, By::Filter, Terminal::All), ErrorKind::Invalid)
            }
        }
    }

    /// A watch of what does not move. Where nothing is held that does not, one of a part, which is no mistake.
    async fn blunder_watch(&mut self) -> Result<()> {
        let kind = self.any_kind();
        let mut query = self.any_query(kind);
        if let Some(held) = self.snapshots.first() {
            let refused = at(&held.tables, kind).watch(&query).await.map(drop);
            self.refused(refused, &[ErrorKind::Unsupported]);
            return Ok(());
        }
        query.limit = Some(self.rng.below(4));
        let mut watch = at(&self.tables, kind).watch(&query).await?;
        let rows = self.model(kind).all(&query);
        let begun = watch.next().await.transpose()?;
        assert_eq!(begun, Some(SeenLive::Reset(rows)), "a watch of {query:?} begins");
        Ok(())
    }

    /// Tokens of another store, of what never was, and altered ones.
    async fn blunder_token(&mut self) -> Result<()> {
        let token = self.store.token();
        let (store, epoch, number) = (token.store(), token.epoch(), token.number());
        let refused = match self.rng.below(4) {
            0 => {
                let mut text = token.to_string();
                text.pop();
                text.parse::<Token>().map(drop)
            }
            1 => {
                let other = Token::whole(store.wrapping_add(1), epoch, number);
                self.store.changes_after(other).await.map(drop)
            }
            2 => {
                let later = Token::within(store, epoch, number + 1_000, 0);
                at(&self.tables, 0).changes(Some(later)).await.map(drop)
            }
            _ => {
                let later = Token::whole(store, epoch, number + 1_000);
                self.store.changes_after(later).await.map(drop)
            }
        };
        self.refused(refused, &[ErrorKind::TokenForeign]);
        Ok(())
    }
}
