use std::io::Write;

use routier::Store;
use routier_examples::{
    inventory::{self, Followed, Package, Step},
    report::Report,
};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::Result;

/// Renames the package `name` while another task yanks it, and prints what everyone sees as it comes.
pub(crate) async fn rename(store: &Store, name: &str, report: &mut Report<impl Write>) -> Result {
    let packages = store.collection::<Package>().await?;
    let Some(package) = packages.filter(|p| p.copy.eq(1) & p.name.eq(name)).first().await? else {
        return Ok(());
    };
    let to = format!("our-{name}");
    report.heading(&format!("Renaming {name} {} to {to}, while another task yanks it", package.version))?;

    report.line(format_args!(
        "A feed of all packages follows, and a live query for the packages named {name}."
    ))?;
    let (said, heard) = mpsc::unbounded_channel();
    // nobody hears any more when the output is closed; that is told below
    let tell = move |step| said.send(step).unwrap_or_default();
    let (renamed, printed) =
        tokio::join!(inventory::rename_under_contention(store, &package, &to, tell), print(heard, report));
    printed?;
    let renamed = renamed?;
    report.line(format_args!(
        "Both changes stand. The {} packages that depend on it name it by its id: none of them changed.",
        renamed.dependents
    ))?;
    Ok(())
}

async fn print(mut heard: UnboundedReceiver<Step>, report: &mut Report<impl Write>) -> Result {
    while let Some(step) = heard.recv().await {
        let (who, what) = line(&step);
        report.entry(&who, &what)?;
    }
    Ok(())
}

/// Who says something, and what.
fn line(step: &Step) -> (String, String) {
    match step {
        Step::Read { run, package } => {
            (format!("run {run}"), format!("reads {package} and stages the new name"))
        }
        Step::Yanked => ("another task".to_owned(), "yanks it and commits, before run 1 does".to_owned()),
        Step::Lost { run, error } => (format!("run {run}"), format!("lost: {error}")),
        Step::Committed { run } => (format!("run {run}"), "commits".to_owned()),
        Step::Fed { by, before, after } => ("feed".to_owned(), fed(by, before.as_deref(), after.as_deref())),
        Step::Live(followed) => ("live query".to_owned(), live(followed)),
    }
}

fn fed(by: &str, before: Option<&str>, after: Option<&str>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("updated: {before} → {after}, by {by}"),
        (None, Some(after)) => format!("inserted: {after}, by {by}"),
        (Some(before), None) => format!("removed: {before}, by {by}"),
        (None, None) => format!("nothing, by {by}"),
    }
}

fn live(followed: &Followed) -> String {
    match followed {
        Followed::Begins(packages) => format!("begins with {}", packages.join(", ")),
        Followed::Enters(package) => format!("entered: {package}"),
        Followed::Changes(package) => format!("changed: {package}"),
        Followed::Leaves(package) => format!("left: {package}"),
    }
}
