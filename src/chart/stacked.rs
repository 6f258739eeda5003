//! Bars made of parts: how a whole divides.

use super::number::{Format, real, ticks};
use super::svg::{Anchor, Svg, WIDTH, label_column, width};
use super::{Head, Series};

/// Height of a bar.
const BAR: f64 = 18.0;
/// Height of a row: the bar and the gap around it.
const ROW: f64 = 28.0;

/// Horizontal bars made of parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Stacked {
    /// Title and description.
    pub head: Head,
    /// The parts, in the order they stand in a bar.
    pub series: Vec<Series>,
    /// The rows, top first.
    pub rows: Vec<StackedRow>,
    /// Whether every bar is as long as the others and shows shares; else lengths are counts.
    pub shares: bool,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackedRow {
    /// What it is.
    pub label: String,
    /// A count for each part.
    pub counts: Vec<u64>,
}

impl StackedRow {
    fn total(&self) -> u64 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

impl Stacked {
    /// The chart as SVG.
    pub fn svg(&self) -> String {
        let (mut svg, top) = Svg::new(&self.head, &self.series);
        let longest = self.rows.iter().map(StackedRow::total).max().unwrap_or(0);
        let (format, places) = if self.shares { (Format::Percent, ticks(0.0, 1.0)) } else { (Format::Count, ticks(0.0, real(longest))) };
        let last = places.last().copied().unwrap_or(1.0).max(f64::MIN_POSITIVE);
        let left = label_column(self.rows.iter().map(|row| row.label.as_str()), 0.36);
        let numbers = width(&Format::Count.write(real(longest))) + 14.0;
        let wide = (WIDTH - left - numbers).max(120.0);
        let bottom = self.rows.iter().fold(top, |y, _| y + ROW);
        for place in &places {
            let x = left + place / last * wide;
            svg.line((x, top), (x, bottom), if *place == 0.0 { 0.5 } else { 0.13 }, false);
            svg.text(x, bottom + 14.0, Anchor::Middle, 0.7, &format.write(*place));
        }
        let mut y = top;
        for row in &self.rows {
            let middle = y + ROW / 2.0;
            svg.label(left - 8.0, middle, Anchor::End, left - 8.0, &row.label);
            let whole = if self.shares { real(row.total()) } else { last };
            let mut x = left;
            for (series, count) in self.series.iter().zip(&row.counts).filter(|(_, count)| **count > 0) {
                let part = real(*count) / whole.max(f64::MIN_POSITIVE) * wide;
                let share = Format::Percent.write(real(*count) / real(row.total()));
                let says = format!("{} · {}: {} ({share})", row.label, series.name, Format::Count.write(real(*count)));
                // A gap of the page's own colour tells neighbours apart where colours do not.
                svg.rect(x, middle - BAR / 2.0, (part - 1.0).max(0.6), BAR, series.tone, 1.0, Some(&says));
                x += part;
            }
            svg.text(x + 6.0, middle + 4.0, Anchor::Start, 0.85, &Format::Count.write(real(row.total())));
            y += ROW;
        }
        svg.finish(&self.head, bottom + 24.0)
    }
}
