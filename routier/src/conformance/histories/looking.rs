//! A look at everything that the store shows: every row by every way that leads to it.

use super::answer::{Ask, By, Terminal};
use super::history::History;
use super::log;
use super::model::Query;
use super::sheet::{Form, Sheet};
use super::test::{Operator, Test};
use super::value::{Value, at};
use crate::Result;
use crate::env::sync::Arc;

impl History {
    /// Looks each row up by its key and its distinct values, and goes through all of them in the order of each column.
    pub(super) async fn look_through(&mut self) -> Result<()> {
        self.note(|| "looks at everything".to_owned());
        let kinds = Arc::clone(&self.kinds);
        for (place, kind) in kinds.iter().enumerate() {
            let sheet = kind.sheet();
            let model = log::of(self.log.now(), place);
            let table = &**at(&self.tables, place);
            let orders = sheet.of_form(|form| !matches!(form, Form::Hidden | Form::List));
            let in_order = orders.into_iter().map(|column| {
                let order = vec![(column, self.rng.once_in(2))];
                Ask::Find(Query { order, ..Query::of(Test::All) }, By::Filter, Terminal::All)
            });
            let asks: Vec<Ask> = in_order.chain(elements(sheet)).chain(points(sheet, model)).collect();
            for ask in asks {
                drop(Self::ask(&mut self.coverage, sheet, table, model, &ask).await);
            }
        }
        Ok(())
    }
}

/// Every row by its key, and by each group of distinct values that it has.
fn points(sheet: &Sheet, model: &super::model::Model) -> Vec<Ask> {
    let mut asks = Vec::new();
    for row in model.rows.values() {
        asks.push(Ask::Get(Arc::clone(&row.key)));
        for (number, group) in sheet.distinct.iter().enumerate() {
            let values: Vec<Value> = group.iter().map(|column| at(&row.cells, *column).clone()).collect();
            if !values.iter().any(Value::is_none) {
                asks.push(Ask::GetBy(number, values));
            }
        }
    }
    asks
}

/// Those with an element, of each list.
fn elements(sheet: &Sheet) -> impl Iterator<Item = Ask> {
    let mut rng = super::rng::Rng::new(0);
    sheet.of_form(|form| form == Form::List).into_iter().map(move |column| {
        let elements = (0..3).map(|_| (sheet.column(column).operand)(&mut rng)).collect();
        let test = Test::Field(column, Operator::ContainsAny(elements));
        Ask::Find(Query::of(test), By::Filter, Terminal::All)
    })
}
