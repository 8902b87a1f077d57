//! Least, greatest, sum and average.

use crate::entity::{Entity, Versioned};
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Declared, Field, OrderTerm, Predicate, Terms};
use crate::store::find::Find;
use crate::store::find::source::BATCH;
use crate::store::find::sum::Sum;
use crate::store::work::Work;
use crate::value::{Numeric, Single};

/// The type of a field without its `Option`.
type Of<K, E> = <<K as Declared<E>>::Type as Single>::Of;

impl<E: Entity, By: 'static> Find<E, By> {
    /// The least value of a field, `None` values passed over; `None` of no values.
    ///
    /// Cost: one row where the field has an index and the filter allows it to be used.
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub fn min<K>(self, field: impl FnOnce(E::Fields) -> Field<E, K>) -> Work<Option<Of<K, E>>>
    where
        K: Declared<E, Type: Single>,
    {
        let field = field(E::fields()).number();
        Work::new(async move { self.extreme::<Of<K, E>>(field, false).await })
    }

    /// The greatest value of a field, `None` values passed over; `None` of no values.
    ///
    /// Cost: one row where the field has an index and the filter allows it to be used.
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub fn max<K>(self, field: impl FnOnce(E::Fields) -> Field<E, K>) -> Work<Option<Of<K, E>>>
    where
        K: Declared<E, Type: Single>,
    {
        let field = field(E::fields()).number();
        Work::new(async move { self.extreme::<Of<K, E>>(field, true).await })
    }

    /// The sum of a field, `None` values passed over; 0 of no values. Integer sums are exact in 128 bits.
    ///
    /// # Errors
    ///
    /// [`Overflow`](ErrorKind::Overflow) when the sum does not fit; otherwise as for [`Find::all`].
    pub fn sum<K>(self, field: impl FnOnce(E::Fields) -> Field<E, K>) -> Work<<Of<K, E> as Numeric>::Sum>
    where
        K: Declared<E, Type: Single<Of: Numeric>>,
    {
        let field = field(E::fields()).number();
        Work::new(async move {
            let sum = self.added_up(field).await?;
            sum.total::<Of<K, E>>().ok_or_else(|| {
                Error::new(ErrorKind::Overflow, "the sum does not fit its type")
                    .with_collection(E::DESCRIPTOR.collection)
                    .with_fields([E::DESCRIPTOR.field_name(field)])
            })
        })
    }

    /// The average of a field, `None` values passed over; `None` of no values.
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub fn avg<K>(self, field: impl FnOnce(E::Fields) -> Field<E, K>) -> Work<Option<f64>>
    where
        K: Declared<E, Type: Single<Of: Numeric>>,
    {
        let field = field(E::fields()).number();
        Work::new(async move { Ok(self.added_up(field).await?.average()) })
    }

    async fn extreme<T: Single>(mut self, field: u16, greatest: bool) -> Result<Option<T>> {
        let present = Predicate::Absent { field }.negate();
        let optional = E::DESCRIPTOR.field(field).is_some_and(|field| field.optional);
        if self.is_whole() {
            // the first row in the order of the field: an index gives it at once
            if optional {
                self.query.filter = self.query.filter.and(present);
            }
            self.query.order = Terms::one(OrderTerm { field, descending: greatest });
            self.query.limit = Some(1);
            let rows = self.view.collect(self.query).await?.0;
            return Ok(rows.first().and_then(|row| value_of(row, field)));
        }
        let rows = self.view.collect(self.query).await?.0;
        let present = rows.iter().filter(|row| !row.read(field).is_none());
        let order = |left: &&Versioned<E>, right: &&Versioned<E>| left.read(field).order(right.read(field));
        let found = if greatest { present.max_by(order) } else { present.min_by(order) };
        Ok(found.and_then(|row| value_of(row, field)))
    }

    async fn added_up(mut self, field: u16) -> Result<Sum> {
        let mut sum = Sum::default();
        if !self.is_whole() {
            let rows = self.view.collect(self.query).await?.0;
            rows.iter().for_each(|row| sum.add(row.read(field)));
            return Ok(sum);
        }
        self.query.unordered = true;
        let mut source = self.view.run_whole(self.query).await?;
        loop {
            let (rows, _) = source.next(BATCH).await?;
            if rows.is_empty() {
                return Ok(sum);
            }
            rows.iter().for_each(|row| sum.add(row.read(field)));
        }
    }
}

fn value_of<E: Entity, T: Single>(row: &Versioned<E>, field: u16) -> Option<T> {
    T::undatum(row.read(field)).map(T::restore)
}
