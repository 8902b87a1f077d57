//! Spans of commits and queries: what they say, and what they never say.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use routier::{Entity, Result, Store};
use serde::{Deserialize, Serialize};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Secret {
    #[key]
    name: String,
    #[index]
    level: u32,
}

/// The fields of each span, by its id.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<BTreeMap<&'static str, String>>>>);

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = BTreeMap::from([("span", span.metadata().name().to_owned())]);
        span.record(&mut Fields(&mut fields));
        let mut spans = self.0.lock().unwrap();
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap()[span.into_u64() as usize - 1]));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn event(&self, _event: &Event<'_>) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

#[tokio::test]
async fn a_span_says_how_much_and_never_what() -> Result<()> {
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let store = Store::memory().as_origin("test");
    let secrets = store.collection::<Secret>().await?;
    secrets.insert_many((0..10).map(|level| Secret { name: format!("s3cr3t-{level}"), level })).await?;
    secrets.insert(Secret { name: "s3cr3t-3".to_owned(), level: 0 }).await.unwrap_err();
    secrets.filter(|s| s.level.ge(7)).all().await?;
    let tx = store.begin().await?;
    tx.collection::<Secret>().await?.remove_key("s3cr3t-1").await?;
    tx.commit().await?;

    let spans = spans.0.lock().unwrap();
    assert!(!format!("{spans:?}").contains("s3cr3t"), "{spans:?}");
    assert!(spans.iter().all(|span| span.contains_key("duration_ns")), "{spans:?}");
    let said: Vec<String> = spans
        .iter()
        .map(|span| {
            let shown = ["span", "collection", "origin", "writes", "outcome", "examined", "returned"];
            let shown = shown.iter().filter_map(|name| Some(format!("{name}={}", span.get(name)?)));
            shown.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        said,
        [
            "span=commit collection=\"secret\" origin=test writes=10 outcome=\"committed\"",
            "span=commit collection=\"secret\" origin=test writes=1 outcome=Duplicate",
            "span=query collection=\"secret\" examined=3 returned=3",
            "span=commit collection=\"secret\" origin=test writes=1 outcome=\"committed\"",
        ]
    );
    Ok(())
}
