use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, presets::UTF8_FULL_CONDENSED};

use super::plain;

/// A column of a table: its title, and whether it holds text or numbers.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    title: &'static str,
    alignment: CellAlignment,
}

impl Column {
    /// A column of text, which begins on the left.
    pub fn text(title: &'static str) -> Self {
        Self { title, alignment: CellAlignment::Left }
    }

    /// A column of numbers, which end on the right.
    pub fn number(title: &'static str) -> Self {
        Self { title, alignment: CellAlignment::Right }
    }
}

/// A table of `N` columns.
#[derive(Clone, Debug)]
pub struct Table<const N: usize> {
    columns: [Column; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table without rows.
    pub fn new(columns: [Column; N]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text, boxed, at most `width` wide: long text is wrapped at words.
    pub(super) fn render(&self, width: u16, styled: bool) -> String {
        let mut table = comfy_table::Table::new();
        table
            .load_style(UTF8_FULL_CONDENSED.with_rounded_corners())
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
        let style = |cell: Cell| if styled { cell.add_attribute(Attribute::Bold) } else { cell };
        let title = |column: &Column| style(Cell::new(column.title).set_alignment(column.alignment));
        table.set_header(self.columns.iter().map(title));
        for row in &self.rows {
            let cell =
                |(text, column): (&String, &Column)| Cell::new(plain(text)).set_alignment(column.alignment);
            table.add_row(row.iter().zip(&self.columns).map(cell));
        }
        if styled {
            table.enforce_styling();
        }
        table.trim_fmt()
    }
}
