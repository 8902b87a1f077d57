//! Pages, beside the model.

use routier::{Collection, Cursor, Result};
use routier_tests::model::{Model, Query};

use crate::asked::{Asked, arranged, filter_of};
use crate::check::owned;
use crate::random::{Scope, write};
use crate::rng::Rng;

/// So many pages are taken at most, since a chain that rows are inserted before need not end.
const MOST_PAGES: u32 = 40;

/// Goes from page to page, while rows come and go between them.
pub(crate) async fn chain<E: Asked>(
    rows: &Collection<E>,
    model: &mut Model<E>,
    query: &Query,
    rng: &mut Rng,
    scope: Scope,
) -> Result<()> {
    let mut cursor: Option<Cursor> = None;
    let mut last: Option<E> = None;
    for _ in 0..MOST_PAGES {
        let size = 1 + rng.below(6);
        let find = arranged(rows.filter(|fields| filter_of(fields, &query.test)), query, size);
        let page = match &cursor {
            None => find.page(size).await?,
            Some(cursor) => find.after(cursor).page(size).await?,
        };
        let (expected, more) = model.page(query, last.as_ref(), size as usize);
        assert_eq!(owned(page.items()), expected, "after {last:?}: {query:?}");
        assert_eq!(page.next().is_some(), more, "after {last:?}: {query:?}");
        let Some(next) = page.next() else { return Ok(()) };
        cursor = Some(next.to_string().parse()?);
        last = expected.last().cloned();
        for _ in 0..rng.below(3) {
            write(rows, model, rng, scope).await?;
        }
    }
    Ok(())
}
