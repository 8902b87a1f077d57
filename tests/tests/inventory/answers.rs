//! The same questions, the same answers, and the same story of a rename, on each storage.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::Path;
use std::sync::Mutex;

use routier::{Result, Store};
use routier_examples::input::{self, DependencyKind, Graph};
use routier_examples::inventory::{self, Chain, Need, PulledIn, Step, Views};
use routier_examples::report::Progress;
use routier_tests::stores::{Kind, on_each_kind};

/// How many packages the pages have; the last one is not full.
const PAGE: u64 = 2;

#[tokio::test]
async fn every_storage_gives_the_same_answers() {
    for fixture in ["orchard.metadata.json", "orchard.lock"] {
        for copies in [1, 3] {
            let graph = graph(fixture);
            let mut first = None;
            on_each_kind(async |kind| {
                let answers = answers(&kind.open().await?, &graph, copies).await?;
                let first = first.get_or_insert_with(|| answers.clone());
                assert_eq!(answers, *first, "{fixture}, {copies} times");
                Ok(())
            })
            .await;
        }
    }
}

/// The answers are right, and not just the same: read them in the snapshot.
#[tokio::test]
async fn the_answers_about_the_orchard() -> Result<()> {
    let answers = answers(&Kind::Memory.open().await?, &graph("orchard.metadata.json"), 2).await?;
    insta::assert_snapshot!(answers);
    Ok(())
}

/// Who depends on a package does not pull in what that needs for its tests alone.
#[tokio::test]
async fn what_tests_need_is_not_passed_on() -> Result<()> {
    let mut graph = graph("orchard.metadata.json");
    let place = |name: &str| graph.packages.iter().rposition(|it| it.name == name).unwrap();
    let edge = (place("pear"), place("pear-macros"));
    for dependency in graph.dependencies.iter_mut().filter(|it| (it.from, it.to) == edge) {
        dependency.kind = DependencyKind::Development;
    }
    let store = Kind::Memory.open().await?;
    inventory::load(&store, &graph, 1, &Progress::new(0, "rows")).await?;
    let views = Views::of(&store.snapshot().await?).await?;
    let chain = Chain {
        steps: vec!["pear 1.2.0".to_owned(), "pear-macros 1.2.0".to_owned()],
        need: Need::Development,
    };
    let expected = PulledIn { version: "1.2.0".to_owned(), directly: 1, in_all: 1, chains: vec![chain] };
    assert_eq!(inventory::who_pulls_in(&views, "pear-macros").await?, [expected]);
    Ok(())
}

/// A fixture, in which packages have sizes: their files are nowhere.
fn graph(fixture: &str) -> Graph {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/fixtures").join(fixture);
    let mut graph = input::read(Some(&path)).unwrap();
    for (place, package) in graph.packages.iter_mut().enumerate() {
        // two of each size, and one without
        package.bytes = (place > 0).then_some(1000 * (place as u64 / 2));
    }
    graph
}

/// Everything that can be asked, as text.
async fn answers(store: &Store, graph: &Graph, copies: u32) -> Result<String> {
    let mut told = Told::default();
    told.add("loaded", [inventory::load(store, graph, copies, &Progress::new(0, "rows")).await?]);
    let views = Views::of(&store.snapshot().await?).await?;
    told.add("overview", [inventory::overview(&views).await?]);
    told.add("several versions", inventory::several_versions(&views).await?);
    told.add("most depended on", inventory::most_depended_on(&views, 4).await?);
    let names: BTreeSet<&str> = graph.packages.iter().map(|it| it.name.as_str()).collect();
    for name in names {
        told.add(&format!("who pulls in {name}"), inventory::who_pulls_in(&views, name).await?);
        told.add(&format!("features that switch on {name}"), inventory::switched_on_by(&views, name).await?);
    }
    told.add("licenses", inventory::licenses(&views).await?);
    let mut page = inventory::largest(&views, None, PAGE).await?;
    while let Some(next) = &page.next {
        told.add("a page of the largest", &page.packages);
        page = inventory::largest(&views, Some(next), PAGE).await?;
    }
    told.add("the last page of the largest", page.packages);
    let pear = views.packages.filter(|p| p.copy.eq(1) & p.name.eq("pear")).first().await?.unwrap();
    let steps = Mutex::new(Vec::new());
    let tell = |step| {
        steps.lock().unwrap().push(match step {
            // ids and versions are others in every store
            Step::Lost { run, .. } => Step::Lost { run, error: "...".to_owned() },
            step => step,
        });
    };
    let renamed = inventory::rename_under_contention(store, &pear, "quince", tell).await?;
    told.add("renaming pear to quince", steps.into_inner().unwrap());
    told.add("renamed", [renamed]);
    store.close().await?;
    Ok(told.0)
}

#[derive(Default)]
struct Told(String);

impl Told {
    fn add(&mut self, what: &str, answer: impl IntoIterator<Item: Debug>) {
        self.0.push_str(&format!("{what}\n"));
        answer.into_iter().for_each(|item| self.0.push_str(&format!("  {item:?}\n")));
    }
}
