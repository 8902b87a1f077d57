//! A collection whose type is forgotten: what the histories ask and write, carried out by routier.

use super::answer::{Answer, Ask, By, Terminal};
use super::column::{AnyFind, Column, Later};
use super::model::{Query, Row, Seen};
use super::sample::Sample;
use super::sheet::Sheet;
use super::source::{SeenChange, SeenLive, Source};
use super::statement::{Edit, Statement};
use super::sum::Mean;
use super::test::Test;
use super::value::at;
use crate::entity::{AnyRow, Versioned};
use crate::env::sync::Arc;
use crate::query::{Cursor, Plan};
use crate::storage::Token;
use crate::store::{Collection, Find, Snapshot, Store, Transaction, View};
use crate::{Error, Filter, Result};

/// An entity whose type is forgotten: where its tables come from.
pub(super) trait Kind: Send + Sync {
    fn sheet(&self) -> &Sheet;
    fn of_store<'a>(&'a self, store: &'a Store) -> Later<'a, Result<Box<dyn Table>>>;
    fn of_transaction<'a>(&'a self, transaction: &'a Transaction) -> Later<'a, Result<Box<dyn Table>>>;
    fn of_snapshot<'a>(&'a self, snapshot: &'a Snapshot) -> Later<'a, Result<Box<dyn Table>>>;
    /// A row that was handed out, as the model would have it.
    fn seen(&self, row: &AnyRow) -> Row;
}

/// A collection in some scope.
pub(super) trait Table: Send + Sync {
    /// Reads. With the row, where it is one.
    fn ask<'a>(&'a self, ask: &'a Ask) -> Later<'a, Result<Found>>;
    fn explain<'a>(&'a self, query: &'a Query) -> Later<'a, Result<Plan>>;
    fn stream(&self, query: &Query) -> Box<dyn Source<Row>>;
    fn write<'a>(&'a self, statement: &'a Statement) -> Later<'a, Result<Written>>;
    fn changes(&self, after: Option<Token>) -> Later<'_, Result<Box<dyn Source<SeenChange>>>>;
    fn watch<'a>(&'a self, query: &'a Query) -> Later<'a, Result<Box<dyn Source<SeenLive>>>>;
}

/// What a read gave.
pub(super) struct Found {
    pub(super) answer: Answer,
    pub(super) handle: Option<AnyRow>,
    /// Of a page that is not the last.
    pub(super) cursor: Option<String>,
    /// What it looked at, where it says so.
    pub(super) plan: Option<Plan>,
}

/// What a statement gave: the rows that it wrote, or the one that it removed by key; how many there were, if it says so.
pub(super) struct Written {
    pub(super) rows: Vec<AnyRow>,
    pub(super) count: Option<u64>,
}

/// The error of a closure that fails on purpose.
#[derive(Debug)]
pub(super) struct Deliberate;

impl std::fmt::Display for Deliberate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("on purpose")
    }
}

impl std::error::Error for Deliberate {}

/// The columns of an entity, and what the model knows of it.
pub(super) struct Typed<E: Sample> {
    pub(super) columns: Vec<Column<E>>,
    pub(super) sheet: Sheet,
}

struct Open<E: Sample> {
    typed: Arc<Typed<E>>,
    view: View<E>,
    /// `None` of a snapshot.
    collection: Option<Collection<E>>,
}

impl<E: Sample> Typed<E> {
    pub(super) fn kind() -> Arc<dyn Kind> {
        let columns = E::columns();
        let sheet = super::sample::sheet_of(&columns);
        Arc::new(Arc::new(Self { columns, sheet }))
    }

    fn filter(&self, test: &Test) -> Filter<E> {
        match test {
            Test::All => Filter::all(),
            Test::Nothing => Filter::nothing(),
            Test::Field(column, operator) => (at(&self.columns, *column).ask)(operator),
            Test::And(left, right) => self.filter(left) & self.filter(right),
            Test::Or(left, right) => self.filter(left) | self.filter(right),
            Test::Not(inner) => !self.filter(inner),
        }
    }

    fn row(&self, row: &Versioned<E>) -> Row {
        let cells = row.entity().cells();
        Arc::new(Seen { key: self.sheet.key_of(&cells), cells, version: row.version() })
    }

    fn rows(&self, rows: &[Versioned<E>]) -> Vec<Row> {
        rows.iter().map(|row| self.row(row)).collect()
    }

    /// The calls of a query but its filter, in one of several orders.
    fn arranged<By: 'static>(&self, mut find: Find<E, By>, query: &Query) -> Find<E, By> {
        let shuffle = query.order.len() + query.offset as usize;
        for place in 0..3 {
            match (place + shuffle) % 3 {
                0 => {
                    for (term, (column, descending)) in query.order.iter().enumerate() {
                        let order = |_| (at(&self.columns, *column).order)(*descending);
                        find = if term == 0 { find.order_by(order) } else { find.then_by(order) };
                    }
                }
                1 if query.offset > 0 => find = find.offset(query.offset),
                2 => {
                    if let Some(limit) = query.limit {
                        find = find.limit(limit);
                    }
                }
                _ => {}
            }
        }
        find
    }
}

impl<E: Sample> Kind for Arc<Typed<E>> {
    fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    fn of_store<'a>(&'a self, store: &'a Store) -> Later<'a, Result<Box<dyn Table>>> {
        Box::pin(async move { Ok(open(self, store.collection::<E>().await?)) })
    }

    fn of_transaction<'a>(&'a self, transaction: &'a Transaction) -> Later<'a, Result<Box<dyn Table>>> {
        Box::pin(async move { Ok(open(self, transaction.collection::<E>().await?)) })
    }

    fn of_snapshot<'a>(&'a self, snapshot: &'a Snapshot) -> Later<'a, Result<Box<dyn Table>>> {
        Box::pin(async move {
            let view = snapshot.collection::<E>().await?;
            let table: Box<dyn Table> = Box::new(Open { typed: Arc::clone(self), view, collection: None });
            Ok(table)
        })
    }

    fn seen(&self, row: &AnyRow) -> Row {
        match row.clone().downcast::<E>() {
            Some(row) => self.row(&row),
            None => panic!("a row of `{}` is of another type", self.sheet.name),
        }
    }
}

fn open<E: Sample>(typed: &Arc<Typed<E>>, collection: Collection<E>) -> Box<dyn Table> {
    let view = View::clone(&collection);
    Box::new(Open { typed: Arc::clone(typed), view, collection: Some(collection) })
}

impl Found {
    fn of(answer: Answer) -> Self {
        Self { answer, handle: None, cursor: None, plan: None }
    }
}

impl<E: Sample> Open<E> {
    fn find(&self, query: &Query) -> Find<E> {
        self.typed.arranged(self.view.filter(|_| self.typed.filter(&query.test)), query)
    }

    fn any_find(&self, query: &Query, by: By) -> AnyFind<E> {
        if by == By::Filter {
            return AnyFind::Filtered(self.find(query));
        }
        let test = query.test.clone();
        let scan = self.view.scan(move |row: &E| test.holds(&row.cells()));
        AnyFind::Scanned(self.typed.arranged(scan, query))
    }

    fn one(&self, row: Option<Versioned<E>>) -> Found {
        let answer = Answer::Row(row.as_ref().map(|row| self.typed.row(row)));
        Found { handle: row.map(AnyRow::new), ..Found::of(answer) }
    }

    async fn page(&self, query: &Query, cursor: Option<&str>, size: u64) -> Result<Found> {
        let find = self.find(query);
        let page = match cursor {
            None => find.page(size).await?,
            Some(cursor) => find.after(&cursor.parse::<Cursor>()?).page(size).await?,
        };
        let answer = Answer::Page(self.typed.rows(page.items()), page.next().is_some());
        Ok(Found { cursor: page.next().map(Cursor::to_string), ..Found::of(answer) })
    }

    async fn carry_out<By: 'static>(&self, find: Find<E, By>, terminal: Terminal) -> Result<Found> {
        Ok(Found::of(match terminal {
            Terminal::All => Answer::Rows(self.typed.rows(&find.all().await?)),
            Terminal::First => return Ok(self.one(find.first().await?)),
            Terminal::One => return Ok(self.one(Some(find.one().await?))),
            Terminal::Count => Answer::Count(find.count().await?),
            Terminal::Exists => Answer::Bool(find.exists().await?),
            Terminal::Keys => {
                let keys = find.keys().await?;
                Answer::Keys(keys.iter().map(|key| E::values_of(key).into()).collect())
            }
            Terminal::Stream => {
                let (mut stream, mut rows) = (find.stream(), Vec::new());
                while let Some(row) = stream.next().await {
                    rows.push(self.typed.row(&row?));
                }
                Answer::Rows(rows)
            }
            Terminal::Analyze => {
                let analysis = find.explain_analyze().await?;
                let answer = Answer::Count(analysis.returned());
                return Ok(Found { plan: Some(analysis.plan().clone()), ..Found::of(answer) });
            }
            Terminal::Min(_) | Terminal::Max(_) | Terminal::Sum(_) | Terminal::Average(_) => {
                panic!("{terminal:?} goes through its column")
            }
        }))
    }

    async fn asked(&self, query: &Query, by: By, terminal: Terminal) -> Result<Found> {
        let find = self.any_find(query, by);
        let column = |column: usize| at(&self.typed.columns, column);
        Ok(Found::of(match (terminal, find) {
            (Terminal::Min(of), find) => Answer::Value((column(of).extreme)(find, false).await?),
            (Terminal::Max(of), find) => Answer::Value((column(of).extreme)(find, true).await?),
            (Terminal::Sum(of), find) => Answer::Total((column(of).sum)(find).await?),
            (Terminal::Average(of), find) => Answer::Mean((column(of).average)(find).await?.map(Mean)),
            (terminal, AnyFind::Filtered(find)) => return self.carry_out(find, terminal).await,
            (terminal, AnyFind::Scanned(find)) => return self.carry_out(find, terminal).await,
        }))
    }

    fn collection(&self) -> &Collection<E> {
        match &self.collection {
            Some(collection) => collection,
            None => panic!("a snapshot is not written to"),
        }
    }

    async fn written(&self, statement: &Statement) -> Result<Written> {
        let collection = self.collection();
        let row = match statement {
            Statement::Insert(cells) => collection.insert(E::of(cells)).await?,
            Statement::InsertNew(cells) => collection.insert(E::new(cells)).await?,
            Statement::InsertMany(rows) => {
                let rows: Vec<E> = rows.iter().map(|cells| E::of(cells)).collect();
                return Ok(Written::rows(collection.insert_many(rows).await?));
            }
            Statement::Upsert(cells) => collection.upsert(E::of(cells)).await?,
            Statement::Update(handle, edit) => {
                collection.update(&typed(&handle.row), closure::<E>(edit)).await?
            }
            Statement::Modify(key, edit) => collection.modify(&E::key_of(key), closure::<E>(edit)).await?,
            Statement::Remove(handle) => {
                collection.remove(&typed::<E>(&handle.row)).await?;
                return Ok(Written::rows(Vec::<Versioned<E>>::new()));
            }
            Statement::RemoveKey(key) => {
                return Ok(Written::rows(collection.remove_key(&E::key_of(key)).await?));
            }
            Statement::UpdateWhere(query, by, edit) => {
                return Ok(Written::counted(match self.any_find(query, *by) {
                    AnyFind::Filtered(find) => find.update(closure::<E>(edit)).await?,
                    AnyFind::Scanned(find) => find.update(closure::<E>(edit)).await?,
                }));
            }
            Statement::RemoveWhere(query, by) => {
                return Ok(Written::counted(match self.any_find(query, *by) {
                    AnyFind::Filtered(find) => find.remove().await?,
                    AnyFind::Scanned(find) => find.remove().await?,
                }));
            }
        };
        Ok(Written::rows([row]))
    }
}

impl Written {
    fn rows<E: Sample>(rows: impl IntoIterator<Item = Versioned<E>>) -> Self {
        Self { rows: rows.into_iter().map(AnyRow::new).collect(), count: None }
    }

    fn counted(count: u64) -> Self {
        Self { rows: Vec::new(), count: Some(count) }
    }
}

fn typed<E: Sample>(row: &AnyRow) -> Versioned<E> {
    match row.clone().downcast() {
        Some(row) => row,
        None => panic!("a handle is of another type"),
    }
}

/// The closure that makes an edit.
fn closure<E: Sample>(edit: &Edit) -> impl FnMut(&mut E) -> Result<()> + Send + use<E> {
    let edit = edit.clone();
    move |row| {
        let mut cells = row.cells();
        edit.apply(&mut cells);
        *row = E::of(&cells);
        if edit.fails { Err(Error::other(Deliberate)) } else { Ok(()) }
    }
}

impl<E: Sample> Table for Open<E> {
    fn ask<'a>(&'a self, ask: &'a Ask) -> Later<'a, Result<Found>> {
        Box::pin(async move {
            Ok(match ask {
                Ask::Get(key) => self.one(self.view.get(&E::key_of(key)).await?),
                Ask::GetMany(keys) => {
                    let keys: Vec<E::Key> = keys.iter().map(|key| E::key_of(key)).collect();
                    let rows = self.view.get_many(keys).await?;
                    let rows = rows.iter().map(|row| row.as_ref().map(|row| self.typed.row(row)));
                    Found::of(Answer::Many(rows.collect()))
                }
                Ask::GetBy(group, values) => self.one(E::by(&self.view, *group, values).await?),
                Ask::GetByKey(key) => self.one(E::by(&self.view, usize::MAX, key).await?),
                Ask::Find(query, by, terminal) => self.asked(query, *by, *terminal).await?,
                Ask::Page(query, behind, size) => {
                    let cursor = behind.as_ref().map(|behind| behind.cursor.as_str());
                    self.page(query, cursor, *size).await?
                }
                Ask::IsTaken(_) => panic!("only an insert asks for that"),
            })
        })
    }

    fn explain<'a>(&'a self, query: &'a Query) -> Later<'a, Result<Plan>> {
        Box::pin(self.find(query).explain())
    }

    fn stream(&self, query: &Query) -> Box<dyn Source<Row>> {
        let typed = Arc::clone(&self.typed);
        super::source::rows(self.find(query).stream(), move |row| typed.row(row))
    }

    fn write<'a>(&'a self, statement: &'a Statement) -> Later<'a, Result<Written>> {
        Box::pin(self.written(statement))
    }

    fn changes(&self, after: Option<Token>) -> Later<'_, Result<Box<dyn Source<SeenChange>>>> {
        Box::pin(async move {
            let collection = self.collection();
            let feed = match after {
                None => collection.changes().await?,
                Some(token) => collection.changes_after(token).await?,
            };
            let typed = Arc::clone(&self.typed);
            Ok(super::source::changes(feed, move |row| typed.row(row)))
        })
    }

    fn watch<'a>(&'a self, query: &'a Query) -> Later<'a, Result<Box<dyn Source<SeenLive>>>> {
        Box::pin(async move {
            let watch = self.find(query).watch().await?;
            let typed = Arc::clone(&self.typed);
            Ok(super::source::lives(watch, move |row| typed.row(row)))
        })
    }
}
