//! A table of counts as shades: who said what where another said something else.

use super::number::{Format, real};
use super::svg::{Anchor, LINE, Svg, WIDTH, label_column};
use super::{Head, Tone};

/// Height of a cell.
const CELL: f64 = 30.0;
/// The widest a cell gets.
const WIDEST: f64 = 92.0;

/// A table of counts as shades, such as a confusion matrix. Darker is more, by the largest count of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heat {
    /// Title and description.
    pub head: Head,
    /// What the rows are: `gold`, `rules`.
    pub rows_title: String,
    /// What the columns are: `model`.
    pub columns_title: String,
    /// The rows, top first.
    pub rows: Vec<String>,
    /// The columns, left first.
    pub columns: Vec<String>,
    /// Counts, row by row.
    pub cells: Vec<Vec<u64>>,
    /// Whether rows and columns are the same words, so that agreement stands where they meet; it is framed, and all else is
    /// in the colour of conflict.
    pub diagonal: bool,
}

impl Heat {
    /// The chart as SVG.
    pub fn svg(&self) -> String {
        let (mut svg, top) = Svg::new(&self.head, &[]);
        let corner = format!("{} ↓", self.rows_title);
        let left = label_column(self.rows.iter().map(String::as_str).chain([corner.as_str()]), 0.3);
        let wide = ((WIDTH - left) / real(self.columns.len().max(1) as u64)).min(WIDEST);
        svg.text(left, top + 10.0, Anchor::Start, 0.7, &format!("{} →", self.columns_title));
        svg.text(left - 8.0, top + LINE * 2.6, Anchor::End, 0.7, &corner);
        let first = top + LINE * 3.2;
        for (index, column) in self.columns.iter().enumerate() {
            svg.label(left + (real(index as u64) + 0.5) * wide, first - LINE - 1.0, Anchor::Middle, wide - 4.0, column);
        }
        let most = self.cells.iter().flatten().max().copied().unwrap_or(0).max(1);
        let mut y = first;
        for (row, (name, counts)) in self.rows.iter().zip(&self.cells).enumerate() {
            svg.label(left - 8.0, y + CELL / 2.0, Anchor::End, left - 8.0, name);
            let mut x = left;
            for (index, (column, count)) in self.columns.iter().zip(counts).enumerate() {
                let tone = match (self.diagonal, row == index) {
                    (false, _) => Tone::Plain,
                    (true, true) => Tone::Agreed,
                    (true, false) => Tone::Conflict,
                };
                // Never so dark that the number cannot be read on it; by the root, so that few are seen beside many.
                let shade = if *count == 0 { 0.03 } else { 0.12 + 0.5 * (real(*count) / real(most)).sqrt() };
                let written = Format::Count.write(real(*count));
                let says = format!("{} {name}, {} {column}: {written}", self.rows_title, self.columns_title);
                svg.rect(x + 1.0, y + 1.0, wide - 2.0, CELL - 2.0, tone, shade, Some(&says));
                if self.diagonal && row == index {
                    svg.frame(x + 1.5, y + 1.5, wide - 3.0, CELL - 3.0);
                }
                svg.text(x + wide / 2.0, y + CELL / 2.0 + 4.0, Anchor::Middle, if *count == 0 { 0.45 } else { 1.0 }, &written);
                x += wide;
            }
            y += CELL;
        }
        svg.finish(&self.head, y + 8.0)
    }
}
