//! One query, by every terminal, beside the model.

use routier::{ErrorKind, Find, Result, Versioned, View};
use routier_tests::model::{Model, Query, Row, Value};

use crate::asked::{Asked, Shape, Total, arranged, filter_of};
use crate::rng::Rng;

/// Fails unless the query gives on `view` what it gives on `model`, whichever way it is asked.
pub(crate) async fn agrees<E: Asked>(
    view: &View<E>,
    model: &Model<E>,
    query: &Query,
    rng: &mut Rng,
) -> Result<()> {
    let shuffle = rng.next();
    let field = rng.below(E::SHAPES.len() as u64) as usize;
    let find = arranged(view.filter(|fields| filter_of(fields, &query.test)), query, shuffle);
    let said = format!("{query:?}\n{}", find.clone().explain().await?);
    gives(&find, model, query, &said).await?;
    adds_up(&find, model, query, field, &said).await?;
    let analysis = find.explain_analyze().await?;
    assert_eq!(analysis.returned(), model.all(query).len() as u64, "{said}");

    let test = query.test.clone();
    let scan = arranged(view.scan(move |row: &E| test.holds(row)), query, shuffle);
    let said = format!("scan: {query:?}");
    gives(&scan, model, query, &said).await?;
    adds_up(&scan, model, query, field, &said).await
}

pub(crate) fn owned<E: Asked>(rows: &[Versioned<E>]) -> Vec<E> {
    rows.iter().map(|row| row.entity().clone()).collect()
}

async fn gives<E: Asked, By: 'static>(
    find: &Find<E, By>,
    model: &Model<E>,
    query: &Query,
    said: &str,
) -> Result<()> {
    let expected = model.all(query);
    assert_eq!(owned(&find.clone().all().await?), expected, "all: {said}");
    let first = find.clone().first().await?.map(|row| row.entity().clone());
    assert_eq!(first.as_ref(), expected.first(), "first: {said}");
    match (find.clone().one().await, &*expected) {
        (Ok(row), [only]) => assert_eq!(row.entity(), only, "one: {said}"),
        (Err(error), []) => assert_eq!(error.kind(), ErrorKind::NotFound, "one: {said}"),
        (Err(error), [_, _, ..]) => assert_eq!(error.kind(), ErrorKind::NotUnique, "one: {said}"),
        (answer, rows) => panic!("one: {answer:?} of {rows:?}: {said}"),
    }
    assert_eq!(find.clone().count().await?, expected.len() as u64, "count: {said}");
    assert_eq!(find.clone().exists().await?, !expected.is_empty(), "exists: {said}");
    let keys: Vec<<E as Row>::Key> = expected.iter().map(Row::key).collect();
    assert_eq!(find.clone().keys().await?, keys, "keys: {said}");
    let mut stream = find.clone().stream();
    let mut streamed = Vec::new();
    while let Some(row) = stream.next().await.transpose()? {
        streamed.push(row);
    }
    assert_eq!(owned(&streamed), expected, "stream: {said}");
    Ok(())
}

/// Least, greatest, sum and average of a field.
async fn adds_up<E: Asked, By: 'static>(
    find: &Find<E, By>,
    model: &Model<E>,
    query: &Query,
    field: usize,
    said: &str,
) -> Result<()> {
    let values = model.values(query, field);
    let shape = E::SHAPES[field];
    if shape == Shape::List {
        return Ok(());
    }
    let said = format!("field {field} of {said}");
    let (least, greatest) =
        (E::extreme(find.clone(), field, false).await?, E::extreme(find.clone(), field, true).await?);
    assert_eq!((least.as_ref(), greatest.as_ref()), (values.iter().min(), values.iter().max()), "{said}");
    if shape != Shape::Number {
        return Ok(());
    }
    let (sum, average) = (E::total(find.clone(), field).await?, E::average(find.clone(), field).await?);
    let expected = total_of(&values);
    match (sum, expected) {
        // the sum of nothing has the type of the field, which no value tells
        (Total::Real(zero), Total::Whole(0)) if values.is_empty() => assert_eq!(zero, 0.0, "sum: {said}"),
        (sum, expected) => assert_eq!(sum, expected, "sum: {said}"),
    }
    let expected = match expected {
        Total::Whole(sum) => sum as f64,
        Total::Real(sum) => sum,
    };
    let expected = (!values.is_empty()).then_some(expected / values.len() as f64);
    assert_eq!(average, expected, "avg: {said}");
    Ok(())
}

fn total_of(values: &[Value]) -> Total {
    let add = |sum: Total, value: &Value| match (sum, value) {
        (Total::Whole(sum), Value::Int(value)) => Total::Whole(sum + value),
        (Total::Whole(0), Value::Real(value)) => Total::Real(value.0),
        (Total::Real(sum), Value::Real(value)) => Total::Real(sum + value.0),
        other => unreachable!("{other:?}"),
    };
    values.iter().fold(Total::Whole(0), add)
}
