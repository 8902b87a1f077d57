use std::io::Write;

use routier_examples::{
    inventory::{self, Chain, Large, Need, PulledIn, Views},
    report::{Column, Report, Table, bar, bytes, count},
};

use crate::Result;

/// How many rows a table shows.
const SHOWN: usize = 10;

/// How many chains are shown for each version of a package.
const CHAINS: usize = 3;

/// How many names a cell lists.
const LISTED: usize = 4;

/// How wide the longest bar is.
const BAR: u16 = 24;

pub(crate) async fn overview(views: &Views, report: &mut Report<impl Write>) -> Result {
    let it = inventory::overview(views).await?;
    let rows: [(_, _, &[(u64, &str)]); 5] = [
        ("packages", it.packages, &[(it.local, "of the workspace")]),
        ("dependencies", it.dependencies, &[(it.optional, "optional")]),
        ("features", it.features, &[(it.enabled, "switched on")]),
        ("licenses", it.licenses, &[]),
        ("targets", it.targets, &[(it.macros, "procedural macros"), (it.build_scripts, "build scripts")]),
    ];
    let mut table = Table::new([Column::text("collection"), Column::number("rows"), Column::text("of them")]);
    for (name, rows, parts) in rows {
        let parts = parts.iter().filter(|(rows, _)| *rows > 0);
        let parts = parts.map(|(rows, what)| format!("{} {what}", count(rows))).collect::<Vec<_>>();
        table.row([name.to_owned(), count(rows), parts.join(", ")]);
    }
    report.table(&table, "Nothing.")?;
    Ok(())
}

/// Prints the answer and gives the name of the package that stands in most versions.
pub(crate) async fn several_versions(
    views: &Views,
    report: &mut Report<impl Write>,
) -> Result<Option<String>> {
    let several = inventory::several_versions(views).await?;
    let mut table = Table::new([Column::text("package"), Column::text("version"), Column::text("needed by")]);
    for it in several.iter().take(SHOWN) {
        for (at, standing) in it.standing.iter().enumerate() {
            let name = if at == 0 { it.name.clone() } else { String::new() };
            table.row([name, standing.version.clone(), listed(&standing.needed_by)]);
        }
    }
    report.heading("Which packages stand in several versions?")?;
    report.table(&table, "None: every package stands in one version.")?;
    more(several.len(), SHOWN, report)?;
    // of equals `max_by_key` gives the last, and the first is wanted
    let most = several.into_iter().rev().max_by_key(|it| it.standing.len());
    Ok(most.map(|it| it.name))
}

/// Prints the answer and gives the name of the first.
pub(crate) async fn most_depended_on(
    views: &Views,
    report: &mut Report<impl Write>,
) -> Result<Option<String>> {
    let depended = inventory::most_depended_on(views, SHOWN).await?;
    let most = depended.first().map_or(0, |it| it.count);
    let mut table = Table::new([Column::text("package"), Column::number("dependents"), Column::text("")]);
    for it in &depended {
        table.row([format!("{} {}", it.name, it.version), count(it.count), bar(it.count, most, BAR)]);
    }
    report.heading("Which packages do most others depend on?")?;
    report.table(&table, "None: no package depends on another.")?;
    Ok(depended.into_iter().next().map(|it| it.name))
}

pub(crate) async fn who_pulls_in(views: &Views, name: &str, report: &mut Report<impl Write>) -> Result {
    report.heading(&format!("Who pulls in {name}, and through what chain?"))?;
    for it in inventory::who_pulls_in(views, name).await? {
        chains(name, &it, report)?;
    }
    let features = inventory::switched_on_by(views, name).await?;
    if !features.is_empty() {
        report.line(format_args!("Features that switch it on: {}.", listed(&features)))?;
    }
    Ok(())
}

fn chains(name: &str, pulled_in: &PulledIn, report: &mut Report<impl Write>) -> Result {
    let PulledIn { version, directly, in_all, chains } = pulled_in;
    if *in_all == 0 {
        report.line(format_args!("Nobody pulls in {name} {version}: it stands at the top."))?;
        return Ok(());
    }
    let dependents = if *directly == 1 { "package depends" } else { "packages depend" };
    report.line(format_args!(
        "{} {dependents} on {name} {version} directly, {} in all. The shortest chains from the top:",
        count(directly),
        count(in_all)
    ))?;
    let mut table = Table::new([Column::text("by"), Column::text("for its"), Column::text("through")]);
    for Chain { steps, need } in chains.iter().take(CHAINS) {
        if let Some((by, through)) = steps.split_first() {
            table.row([by.clone(), purpose(*need).to_owned(), unbroken(through).join(" › ")]);
        }
    }
    report.table(&table, "None: each of them depends on another of them.")?;
    more(chains.len(), CHAINS, report)
}

fn purpose(need: Need) -> &'static str {
    match need {
        Need::Normal => "code",
        Need::Build => "build script",
        Need::Development => "tests",
        Need::Unstated => "(not said)",
    }
}

pub(crate) async fn licenses(views: &Views, report: &mut Report<impl Write>) -> Result {
    let uses = inventory::licenses(views).await?;
    let most = uses.first().map_or(0, |it| it.packages);
    let mut table = Table::new([
        Column::text("license"),
        Column::number("packages"),
        Column::text(""),
        Column::number("files"),
    ]);
    for it in uses.iter().take(SHOWN) {
        let name = it.spdx.clone().unwrap_or_else(|| "(none given)".to_owned());
        let size = u64::try_from(it.bytes).unwrap_or(u64::MAX);
        table.row([name, count(it.packages), bar(it.packages, most, BAR), bytes(size)]);
    }
    report.heading("Which licenses are they under?")?;
    report.table(&table, "None is given.")?;
    more(uses.len(), SHOWN, report)?;
    report.line("A package under `MIT OR Apache-2.0` counts for both.")?;
    Ok(())
}

/// Two pages, the second by the first one's cursor as text, and how they are found.
pub(crate) async fn largest(views: &Views, report: &mut Report<impl Write>) -> Result {
    let size = SHOWN as u64;
    let first = inventory::largest(views, None, size).await?;
    report.heading("Which are the largest?")?;
    page(&first.packages, 1, report)?;
    if let Some(cursor) = first.next {
        let text = cursor.to_string();
        report.line(format_args!("The next page, after the cursor {text}:"))?;
        let second = inventory::largest(views, Some(&text.parse()?), size).await?;
        page(&second.packages, SHOWN + 1, report)?;
    }
    let analysis = inventory::explain_largest(views, size).await?.to_string();
    report.line(format_args!(
        "How `explain_analyze()` says that the first page is found:\n  {}",
        analysis.replace('\n', "\n  ")
    ))?;
    Ok(())
}

fn page(rows: &[Large], first: usize, report: &mut Report<impl Write>) -> Result {
    let mut table = Table::new([
        Column::number("#"),
        Column::text("package"),
        Column::number("files"),
        Column::text("license"),
    ]);
    for (at, it) in rows.iter().enumerate() {
        let license = it.license.clone().unwrap_or_default();
        table.row([count(first + at), it.package.clone(), bytes(it.bytes), license]);
    }
    report.table(&table, "None: no package's files are on this machine.")?;
    Ok(())
}

/// The first few, and how many more there are.
fn listed(names: &[String]) -> String {
    let shown = unbroken(names.get(..LISTED).unwrap_or(names)).join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => shown,
        rest => format!("{shown} and {} more", count(rest)),
    }
}

/// Names and versions that a cell does not wrap in between.
fn unbroken(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.replace(' ', "\u{a0}")).collect()
}

fn more(all: usize, shown: usize, report: &mut Report<impl Write>) -> Result {
    if all > shown {
        report.line(format_args!("… and {} more.", count(all - shown)))?;
    }
    Ok(())
}
