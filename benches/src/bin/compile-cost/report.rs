//! The tables.

use crate::fields::FIELDS;
use crate::options::Options;
use crate::package::Package;
use crate::subject::Subject;

pub(crate) fn print(options: &Options, packages: &[Package], absent: &[(Subject, String)]) {
    println!("{} structs of {} fields, median of {}\n", options.structs, FIELDS.len(), options.rounds);
    println!("| derives | user s | MB | adds to | s | MB | bytes a struct |");
    println!("|---|--:|--:|---|--:|--:|--:|");
    for subject in Subject::ALL {
        let Some(package) = of(packages, subject) else { continue };
        let mut line =
            format!("| {} | {:.2} | {:.0} |", title(package), package.seconds(), package.megabytes());
        match subject.without().and_then(|without| of(packages, without)) {
            None => line.push_str(" | | | |"),
            Some(without) => {
                let added = Added::of(package, without);
                let bytes = added.bytes / options.structs as f64;
                let Added { seconds, megabytes, .. } = added;
                let name = without.subject.name();
                line.push_str(&format!(" {name} | {seconds:.2} | {megabytes:.0} | {bytes:.0} |"));
            }
        }
        println!("{line}");
    }
    for (subject, why) in absent {
        println!("\n{} is not measured, since it does not build here:\n{}", subject.name(), last_lines(why));
    }
    if let [Some(plain), Some(serde), Some(routier)] =
        [Subject::Plain, Subject::Serde, Subject::Routier].map(|subject| of(packages, subject))
    {
        let (ours, theirs) = (Added::of(routier, serde), Added::of(serde, plain));
        println!(
            "\nof what serde's two derives add, Entity adds {:.2} in user seconds and {:.2} in memory \
             (wanted: at most 0.50)",
            ours.seconds / theirs.seconds,
            ours.megabytes / theirs.megabytes
        );
    }
}

/// What one package takes more than another.
struct Added {
    seconds: f64,
    megabytes: f64,
    bytes: f64,
}

impl Added {
    fn of(package: &Package, without: &Package) -> Self {
        Self {
            seconds: package.seconds() - without.seconds(),
            megabytes: package.megabytes() - without.megabytes(),
            bytes: package.expanded as f64 - without.expanded as f64,
        }
    }
}

fn of(packages: &[Package], subject: Subject) -> Option<&Package> {
    packages.iter().find(|package| package.subject == subject)
}

fn title(package: &Package) -> String {
    let name = package.subject.name();
    match (package.subject, &package.version) {
        (Subject::Plain, _) => "plain: `Clone`, `Debug`, `PartialEq`".to_owned(),
        (Subject::Serde, _) => "serde: the same, `Serialize`, `Deserialize`".to_owned(),
        (Subject::Routier, _) => "**routier**: the same, `Entity`".to_owned(),
        (_, Some(version)) => format!("{name} {version}"),
        (_, None) => name.to_owned(),
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.get(lines.len().saturating_sub(12)..).unwrap_or_default();
    last.iter().map(|line| format!("    {line}\n")).collect()
}
