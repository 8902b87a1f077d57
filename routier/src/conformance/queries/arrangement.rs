//! How the calls of a query come together: sections 3.3 and 3.4.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::ask::{compared, term};
use crate::conformance::queries::sample::{Item, samples};
use crate::conformance::queries::scene::Scene;
use crate::{Find, Result};

clauses! {
    "3.4" q_arrangement: "Filter, order, offset and limit apply in this order, in whatever order the calls are made.";
    "3.4" q_filters_join: "Two filters of a query must both hold.";
    "3.4" q_last_limit: "The last `limit` counts, also where it is the greater one.";
    "3.4" q_last_offset: "The last `offset` counts, also where it is 0.";
    "3.4" q_last_order: "The last `order_by` counts, and drops every term before it.";
    "3.4" q_then_by: "`then_by` appends a term, and is the first one where there is no other.";
    "3.3" q_limit_zero: "`limit(0)` gives nothing, whatever there is.";
    "3.3" q_limit_most: "A limit beyond the end gives what there is, also beside an offset.";
    "3.3" q_offset_past_end: "An offset at the end or past it gives nothing.";
    "3.4" q_find_is_a_value: "A query can be cloned and asked again, and gives what is there when it is asked.";
}

type Step = fn(Find<Item>) -> Find<Item>;

/// The ids of some items in this order, a part of them.
fn part(mut rows: Vec<Item>, order: &[super::ask::Term], offset: usize, limit: usize) -> Vec<u64> {
    rows.sort_by(|one, other| compared(order, one, other));
    rows.iter().skip(offset).take(limit).map(|row| row.id).collect()
}

/// Every order of some things.
fn orders<T: Copy>(things: &[T]) -> Vec<Vec<T>> {
    if things.is_empty() {
        return vec![Vec::new()];
    }
    let without = |left_out: usize| {
        things.iter().enumerate().filter(move |(place, _)| *place != left_out).map(|(_, thing)| *thing)
    };
    let each = things.iter().enumerate().flat_map(|(place, first)| {
        let rest: Vec<T> = without(place).collect();
        orders(&rest).into_iter().map(move |rest| [&[*first], rest.as_slice()].concat())
    });
    each.collect()
}

async fn q_arrangement(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let steps: [Step; 4] = [
        |find| find.filter(|i| i.score.ge(0)),
        |find| find.order_by(|i| i.group.desc()).then_by(|i| i.score.asc()),
        |find| find.offset(3),
        |find| find.limit(6),
    ];
    let kept = scene.rows.iter().filter(|row| row.score >= 0).cloned().collect();
    let expected = part(kept, &[term!(group desc), term!(score asc)], 3, 6);
    assert_eq!(expected.len(), 6);
    let all = orders(&steps);
    assert_eq!(all.len(), 24);
    for (scope, view) in &scene.views {
        for (place, steps) in all.iter().enumerate() {
            let find = steps.iter().fold(view.query(), |find, step| step(find));
            assert_eq!(find.keys().await?, expected, "arrangement {place} {scope}");
        }
    }
    Ok(())
}

async fn q_filters_join(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let kept = |row: &&Item| row.score >= 0 && row.open && row.group != Some(3);
    let expected: Vec<u64> = scene.rows.iter().filter(kept).map(|row| row.id).collect();
    assert!(expected.len() > 1);
    for (scope, view) in &scene.views {
        let find = view.filter(|i| i.score.ge(0)).filter(|i| i.open.eq(true)).filter(|i| !i.group.eq(3));
        assert_eq!(find.keys().await?, expected, "{scope}");
        let find = view.filter(|i| i.score.lt(0)).filter(|i| i.score.ge(0));
        assert_eq!(find.count().await?, 0, "{scope}");
        // the first `|` is not torn open by the second filter
        let find = view.filter(|i| i.score.eq(0) | i.score.eq(7)).filter(|i| i.open.eq(true));
        let count = scene.rows.iter().filter(|row| [0, 7].contains(&row.score) && row.open).count();
        assert_eq!(find.count().await?, count as u64, "{scope}");
    }
    Ok(())
}

/// Fails unless the calls give this part of all rows by score, in every scope.
async fn gives(subject: &Subject, calls: &[(&str, Step)], offset: usize, limit: usize) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let expected = part(scene.rows.clone(), &[term!(score asc)], offset, limit);
    for (scope, view) in &scene.views {
        for (name, call) in calls {
            let keys = call(view.query().order_by(|i| i.score.asc())).keys().await?;
            assert_eq!(keys, expected, "{name} {scope}");
        }
    }
    Ok(())
}

async fn q_last_limit(subject: &Subject) -> Result<()> {
    let calls: [(&str, Step); 3] = [
        ("the lesser last", |find| find.limit(9).limit(4)),
        ("the greater last", |find| find.limit(2).limit(4)),
        ("after nothing", |find| find.limit(0).limit(4)),
    ];
    gives(subject, &calls, 0, 4).await
}

async fn q_last_offset(subject: &Subject) -> Result<()> {
    let calls: [(&str, Step); 2] = [
        ("the lesser last", |find| find.offset(9).offset(4)),
        ("the greater last", |find| find.offset(2).offset(4)),
    ];
    gives(subject, &calls, 4, usize::MAX).await?;
    gives(subject, &[("0 last", |find| find.offset(9).offset(0))], 0, usize::MAX).await
}

async fn q_last_order(subject: &Subject) -> Result<()> {
    let calls: [(&str, Step); 3] = [
        ("another before", |find| find.order_by(|i| i.name.desc()).order_by(|i| i.score.asc())),
        ("terms before", |find| {
            find.order_by(|i| i.open.desc()).then_by(|i| i.name.desc()).order_by(|i| i.score.asc())
        }),
        ("the opposite before", |find| find.order_by(|i| i.score.desc()).order_by(|i| i.score.asc())),
    ];
    gives(subject, &calls, 0, usize::MAX).await
}

async fn q_then_by(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let terms = [term!(open desc), term!(score asc), term!(name desc)];
    let expected = part(scene.rows.clone(), &terms, 0, usize::MAX);
    for (scope, view) in &scene.views {
        let terms = |find: Find<Item>| find.then_by(|i| i.score.asc()).then_by(|i| i.name.desc());
        let appended = terms(view.query().order_by(|i| i.open.desc()));
        assert_eq!(appended.keys().await?, expected, "{scope}");
        let alone = terms(view.query().then_by(|i| i.open.desc()));
        assert_eq!(alone.keys().await?, expected, "without `order_by` {scope}");
        let apart = view.query().order_by(|i| i.open.desc()).limit(50).then_by(|i| i.score.asc()).offset(0);
        assert_eq!(apart.then_by(|i| i.name.desc()).keys().await?, expected, "apart {scope}");
    }
    Ok(())
}

async fn q_limit_zero(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        for find in [
            view.query(),
            view.query().offset(3),
            view.filter(|i| i.score.ge(0)).order_by(|i| i.score.desc()),
            view.filter(|i| i.id.eq(20)),
        ] {
            let find = find.limit(0);
            assert_eq!(find.clone().all().await?, [], "{scope}");
            assert_eq!(find.clone().first().await?, None, "{scope}");
            assert_eq!(find.clone().count().await?, 0, "{scope}");
            assert!(!find.clone().exists().await?, "{scope}");
            assert!(find.clone().stream().next().await.is_none(), "{scope}");
            assert_eq!(find.clone().max(|i| i.score).await?, None, "{scope}");
            assert_eq!(find.sum(|i| i.score).await?, 0, "{scope}");
        }
    }
    Ok(())
}

async fn q_limit_most(subject: &Subject) -> Result<()> {
    let most = u64::MAX;
    let calls: [(&str, Step); 3] = [
        ("one more than there are", |find| find.offset(5).limit(21)),
        ("the greatest limit", |find| find.offset(5).limit(u64::MAX)),
        ("as many as there are", |find| find.limit(20).offset(5)),
    ];
    gives(subject, &calls, 5, usize::MAX).await?;
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    assert_eq!(items.query().limit(most).count().await?, samples().len() as u64);
    assert_eq!(items.query().offset(most).limit(most).count().await?, 0);
    Ok(())
}

async fn q_offset_past_end(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let all = scene.rows.len() as u64;
    for (scope, view) in &scene.views {
        let by_score = || view.query().order_by(|i| i.score.desc());
        assert_eq!(by_score().offset(all - 1).count().await?, 1, "{scope}");
        for offset in [all, all + 1, 10 * all, u64::MAX] {
            for find in [by_score().offset(offset), by_score().offset(offset).limit(3)] {
                assert_eq!(find.clone().all().await?, [], "offset {offset} {scope}");
                assert_eq!(find.clone().count().await?, 0, "offset {offset} {scope}");
                assert!(!find.clone().exists().await?, "offset {offset} {scope}");
                assert_eq!(find.min(|i| i.score).await?, None, "offset {offset} {scope}");
            }
            assert_eq!(view.query().offset(offset).keys().await?, Vec::<u64>::new(), "{offset} {scope}");
        }
    }
    Ok(())
}

async fn q_find_is_a_value(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    let find = items.filter(|i| i.score.ge(0)).order_by(|i| i.score.desc()).limit(3);
    let unasked = find.clone().all();
    assert_eq!(find.clone().count().await?, 0);
    items.insert_many(samples()).await?;
    let keys = find.clone().keys().await?;
    assert_eq!(keys.len(), 3);
    // what was not polled had not begun
    assert!(unasked.await?.iter().map(|row| row.id).eq(keys.iter().copied()));
    assert_eq!(find.clone().keys().await?, keys);
    let Some(first) = keys.first() else { panic!("there are three") };
    items.remove_key(first).await?;
    let rest = find.clone().keys().await?;
    assert_eq!((rest.len(), rest.get(..2)), (3, keys.get(1..)));
    assert_eq!(
        find.filter(|i| i.id.ne(*first)).limit(2).keys().await?.as_slice(),
        keys.get(1..).unwrap_or(&[])
    );
    Ok(())
}
