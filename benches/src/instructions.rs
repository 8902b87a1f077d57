//! How many instructions an operation takes, counted by valgrind: a measure that no other program on the machine changes.

use std::process::{Command, Stdio};

use crate::operation::Operation;
use crate::options::{Options, Variant};

/// Counts each operation of each variant, and prints the table.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    options.rows.iter().try_for_each(|rows| of_size(options, *rows))
}

fn of_size(options: &Options, rows: u64) -> Result<(), String> {
    println!("instructions of one operation, {rows} rows, by `valgrind --tool=callgrind`");
    print!("{:<34}", "");
    options.variants.iter().for_each(|variant| print!("{:>18}", variant.name()));
    println!("{:>12}", "ours/hand");
    for operation in Operation::ALL {
        let counts: Vec<Option<f64>> = options
            .variants
            .iter()
            .map(|variant| counted(rows, *variant, operation))
            .collect::<Result<_, _>>()?;
        let of = |wanted| {
            options.variants.iter().position(|variant| *variant == wanted).and_then(|place| counts[place])
        };
        print!("{:<34}", operation.title());
        for count in &counts {
            print!("{:>18}", count.map_or_else(|| "-".to_owned(), |count| format!("{count:.0}")));
        }
        match (of(Variant::Ours), of(Variant::Hand)) {
            (Some(ours), Some(hand)) => println!("{:>12.2}", ours / hand),
            _ => println!(),
        }
    }
    Ok(())
}

/// The instructions of one operation, of what [`child`](crate::child) repeats; `None` where there is no way to do it.
fn counted(rows: u64, variant: Variant, operation: Operation) -> Result<Option<f64>, String> {
    let program = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    // The inserts are in the one function, everything else in the other.
    let repeated = match operation {
        Operation::Insert | Operation::InsertMany => "*child::fill*",
        _ => "*child::pass*",
    };
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect={repeated}"))
        .arg(program)
        .args(["--variant", variant.name(), "--rows", &rows.to_string()])
        .args(["--profile", operation.name(), "--passes", "1"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected =
        said.lines().find_map(|line| line.split("Collected :").nth(1)?.trim().parse::<f64>().ok());
    let units = String::from_utf8_lossy(&output.stdout).trim().parse::<f64>();
    match (collected, units) {
        (Some(collected), Ok(units)) if units > 0.0 => Ok(Some(collected / units)),
        (Some(_), Ok(_)) => Ok(None),
        _ => Err(format!("valgrind did not count `{}` of {}:\n{said}", operation.name(), variant.name())),
    }
}
