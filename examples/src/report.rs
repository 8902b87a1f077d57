//! What the examples print: headings, notes and tables on standard output, progress on standard error.

mod figure;
mod progress;
mod table;

use std::{
    env, fmt,
    io::{self, IsTerminal, Write},
};

pub use self::{
    figure::{bar, bytes, count, elapsed},
    progress::Progress,
    table::{Column, Table},
};

/// Where a program is not on a terminal, its tables are at most this wide.
const WIDTH: u16 = 100;

/// Wider than this a table is hard to follow, however wide the terminal.
const MOST_WIDTH: u16 = 140;

/// What an entry's text is indented by: who says it stands before it.
const INDENT: usize = 16;

/// A report being written to `W`.
#[derive(Debug)]
pub struct Report<W> {
    out: W,
    width: u16,
    styled: bool,
}

impl Report<io::Stdout> {
    /// A report on standard output: as wide as the terminal, or as `COLUMNS` says, with headings in bold unless
    /// `NO_COLOR` is set.
    pub fn on_stdout() -> Self {
        let out = io::stdout();
        let asked = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = comfy_table::Table::new().width().or(asked).unwrap_or(WIDTH);
        let styled = out.is_terminal() && env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
        Self { out, width: width.clamp(40, MOST_WIDTH), styled }
    }
}

impl<W: Write> Report<W> {
    /// A report of plain text, at most `width` wide.
    pub fn new(out: W, width: u16) -> Self {
        Self { out, width, styled: false }
    }

    /// Begins a section.
    ///
    /// # Errors
    ///
    /// As all that prints: what the output says, a closed pipe for instance.
    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        match self.styled {
            true => writeln!(self.out, "\n\u{1b}[1m{text}\u{1b}[0m"),
            false => writeln!(self.out, "\n{text}"),
        }
    }

    /// Prints one line.
    ///
    /// # Errors
    ///
    /// What the output says.
    pub fn line(&mut self, text: impl fmt::Display) -> io::Result<()> {
        writeln!(self.out, "{}", plain(&text.to_string()))
    }

    /// Prints who says something, and what, the second indented and wrapped at words.
    ///
    /// # Errors
    ///
    /// What the output says.
    pub fn entry(&mut self, who: &str, what: &str) -> io::Result<()> {
        let room = usize::from(self.width).saturating_sub(INDENT);
        let mut lines = vec![String::new()];
        for word in plain(what).split(' ') {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        let who = plain(who);
        for (at, line) in lines.iter().enumerate() {
            let who = if at == 0 { &who } else { "" };
            writeln!(self.out, "{:INDENT$}{line}", format!("  {who}"))?;
        }
        Ok(())
    }

    /// Prints a table, or the one line `otherwise` in place of an empty one.
    ///
    /// # Errors
    ///
    /// What the output says.
    pub fn table<const N: usize>(&mut self, table: &Table<N>, otherwise: &str) -> io::Result<()> {
        match table.is_empty() {
            true => self.line(otherwise),
            false => writeln!(self.out, "{}", table.render(self.width, self.styled)),
        }
    }

    /// Ends the report and gives back where it was written.
    ///
    /// # Errors
    ///
    /// What the output says to the last of it.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The text without control characters: what packages say of themselves must not steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|it| if it.is_control() && it != '\n' { '\u{fffd}' } else { it }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Report<Vec<u8>>) -> io::Result<()>) -> String {
        let mut report = Report::new(Vec::new(), 44);
        write(&mut report).unwrap();
        String::from_utf8(report.finish().unwrap()).unwrap()
    }

    #[test]
    fn a_report_has_headings_lines_and_tables() {
        let mut table = Table::new([Column::text("package"), Column::number("used by")]);
        table.row(["pear 1.2.0".to_owned(), count(1234)]);
        table.row(["fig 0.3.1".to_owned(), count(5)]);
        let text = written(|report| {
            report.heading("Most depended on")?;
            report.table(&table, "nothing")?;
            report.line(format_args!("{} packages", 2))
        });
        let expected = "
Most depended on
╭────────────┬─────────╮
│ package    ┆ used by │
╞════════════╪═════════╡
│ pear 1.2.0 ┆   1,234 │
│ fig 0.3.1  ┆       5 │
╰────────────┴─────────╯
2 packages
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_table_keeps_to_the_width_and_wraps_words() {
        let mut table = Table::new([Column::text("package"), Column::text("chain")]);
        let chain = "pear-macros 1.2.0 < pear 1.2.0 < orchard 0.1.0 < the workspace";
        table.row(["pear-macros".to_owned(), chain.to_owned()]);
        let text = written(|report| report.table(&table, "nothing"));
        assert!(text.lines().count() > 5, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 44), "{text}");
    }

    #[test]
    fn an_entry_is_wrapped_behind_who_says_it() {
        let text = written(|report| {
            report.entry("run 1", "lost: the row was changed by another writer")?;
            report.entry("another task", "commits")
        });
        let expected = "  run 1         lost: the row was changed by
                another writer
  another task  commits
";
        assert_eq!(text, expected);
    }

    #[test]
    fn an_empty_table_is_one_line() {
        let table = Table::new([Column::text("package")]);
        assert_eq!(written(|report| report.table(&table, "No package.")), "No package.\n");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let mut table = Table::new([Column::text("package")]);
        table.row(["\u{1b}[31mred\u{7}".to_owned()]);
        let text = written(|report| {
            report.table(&table, "nothing")?;
            report.line("\u{1b}[2J")
        });
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
}
