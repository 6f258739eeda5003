//! Upright columns in a given order: how many of each.

use super::number::{Format, real, ticks};
use super::svg::{Anchor, LINE, Svg, WIDTH};
use super::{Head, Tone};

/// Height of the tallest column.
const HIGH: f64 = 180.0;
/// Room for the numbers of the axis.
const LEFT: f64 = 52.0;
/// The widest a column gets.
const WIDEST: f64 = 90.0;

/// Upright columns in a given order, such as ratings from best to worst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Title and description.
    pub head: Head,
    /// The columns, left first.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it counts.
    pub label: String,
    /// How many.
    pub count: u64,
    /// Its colour.
    pub tone: Tone,
}

impl Columns {
    /// The chart as SVG.
    pub fn svg(&self) -> String {
        let (mut svg, top) = Svg::new(&self.head, &[]);
        let top = top + LINE;
        let most = self.columns.iter().map(|column| column.count).max().unwrap_or(0);
        let total = self.columns.iter().fold(0u64, |sum, column| sum.saturating_add(column.count));
        let places = ticks(0.0, real(most));
        let last = places.last().copied().unwrap_or(1.0).max(f64::MIN_POSITIVE);
        let bottom = top + HIGH;
        for place in places.iter().filter(|place| place.fract() == 0.0) {
            let y = bottom - place / last * HIGH;
            svg.line((LEFT, y), (WIDTH, y), if *place == 0.0 { 0.5 } else { 0.13 }, false);
            svg.text(LEFT - 6.0, y + 4.0, Anchor::End, 0.7, &Format::Count.write(*place));
        }
        let many = f64::from(u32::try_from(self.columns.len().max(1)).unwrap_or(u32::MAX));
        let slot = ((WIDTH - LEFT) / many).min(WIDEST * 1.4);
        let wide = (slot * 0.7).min(WIDEST);
        let mut x = LEFT;
        for column in &self.columns {
            let middle = x + slot / 2.0;
            let high = real(column.count) / last * HIGH;
            let share = Format::Percent.write(real(column.count) / real(total.max(1)));
            let count = Format::Count.write(real(column.count));
            svg.rect(
                middle - wide / 2.0,
                bottom - high,
                wide,
                high,
                column.tone,
                1.0,
                Some(&format!("{}: {count} ({share})", column.label)),
            );
            svg.text(middle, bottom - high - 5.0, Anchor::Middle, 0.85, &count);
            svg.label(middle, bottom + LINE + 4.0, Anchor::Middle, slot - 4.0, &column.label);
            x += slot;
        }
        svg.finish(&self.head, bottom + LINE * 2.0 + 14.0)
    }
}
