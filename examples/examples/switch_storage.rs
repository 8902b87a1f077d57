//! One program, three storages: the inventory in memory, in files and in SQLite, side by side. All answers are the same.
//!
//! `cargo run -p routier-examples --features file,sqlite --example switch_storage`

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process,
    time::Instant,
};

use routier::{Capabilities, Store};
use routier_examples::{
    input::{self, Graph},
    inventory::{self, Views},
    report::{Column, Progress, Report, Table, count, elapsed},
};

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result {
    let graph = input::read(None)?;
    let directory = Directory::new()?;
    let path = |name: &str| directory.0.join(name).display().to_string();
    let urls = [
        "memory:".to_owned(),
        format!("file:{}", path("inventory")),
        format!("sqlite:{}", path("inventory.db")),
    ];

    let mut table = Table::new([
        Column::text("storage"),
        Column::text("survives a crash"),
        Column::text("more than memory"),
        Column::number("rows"),
        Column::number("loaded in"),
        Column::number("asked in"),
    ]);
    let mut first: Option<Vec<String>> = None;
    for url in &urls {
        // this line is all that differs
        let store = Store::open(url).await?;
        let (answers, cells) = take(&store, &graph).await?;
        table.row(cells);
        store.close().await?;
        match &first {
            None => first = Some(answers),
            Some(first) => compare(first, &answers, url)?,
        }
    }
    let mut report = Report::on_stdout();
    report.line(format_args!("Read {}.", graph.origin))?;
    report.table(&table, "")?;
    let questions = first.map_or(0, |answers| answers.len());
    report.line(format_args!("{questions} questions, and on all three the same answers."))?;
    Ok(())
}

/// Loads the graph, and asks all there is to ask.
async fn take(store: &Store, graph: &Graph) -> Result<(Vec<String>, [String; 6])> {
    let began = Instant::now();
    let progress = Progress::new(inventory::rows(graph), "rows");
    let loaded = inventory::load(store, graph, 1, &progress).await?;
    drop(progress);
    let load = began.elapsed();

    let began = Instant::now();
    let views = Views::of(&store.snapshot().await?).await?;
    let versions = inventory::several_versions(&views).await?;
    let mut answers = vec![
        format!("{:?}", inventory::overview(&views).await?),
        format!("{versions:?}"),
        format!("{:?}", inventory::most_depended_on(&views, 20).await?),
        format!("{:?}", inventory::licenses(&views).await?),
    ];
    let mut after = None;
    loop {
        let page = inventory::largest(&views, after.as_ref(), 25).await?;
        answers.push(format!("{:?}", page.packages));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    for package in &versions {
        answers.push(format!("{:?}", inventory::who_pulls_in(&views, &package.name).await?));
    }
    let ask = began.elapsed();

    let can: &Capabilities = store.capabilities();
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let cells = [
        can.name.to_owned(),
        yes(can.durable),
        yes(!can.resident),
        count(loaded.rows),
        elapsed(load),
        elapsed(ask),
    ];
    Ok((answers, cells))
}

fn compare(first: &[String], answers: &[String], url: &str) -> Result {
    let other = first.iter().zip(answers).find(|(first, answer)| first != answer);
    match other {
        Some((first, answer)) => {
            Err(format!("`{url}` answers {answer}, where memory answers {first}").into())
        }
        None if first.len() == answers.len() => Ok(()),
        None => Err(format!("`{url}` gives {} answers in place of {}", answers.len(), first.len()).into()),
    }
}

/// A directory for this run.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Result<Self> {
        let path: PathBuf = env::temp_dir().join(format!("routier-switch-storage-{}", process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let path: &Path = &self.0;
        let _ = fs::remove_dir_all(path);
    }
}
