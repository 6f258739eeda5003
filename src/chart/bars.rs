//! Horizontal bars, one or several a row, with intervals as whiskers.

use super::number::{Format, ticks};
use super::svg::{Anchor, LINE, Svg, WIDTH, label_column};
use super::{Head, Series, Tone};

/// Horizontal bars: one a row for each series.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// Title and description.
    pub head: Head,
    /// What is shown side by side; the legend is left out where it is one.
    pub series: Vec<Series>,
    /// The rows, top first.
    pub rows: Vec<BarRow>,
    /// How numbers are written.
    pub format: Format,
    /// End of the axis; by the longest bar where it is `None`.
    pub most: Option<f64>,
}

/// One row of bars.
#[derive(Clone, Debug, PartialEq)]
pub struct BarRow {
    /// What it is.
    pub label: String,
    /// One for each series; `None` where there is nothing to measure.
    pub values: Vec<Option<Measure>>,
}

/// A value, and the interval it lies in where one is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// The value.
    pub value: f64,
    /// Lower and upper end.
    pub interval: Option<(f64, f64)>,
}

impl Measure {
    /// A value alone.
    pub fn new(value: f64) -> Self {
        Self { value, interval: None }
    }

    fn ends(self) -> [f64; 3] {
        let (low, high) = self.interval.unwrap_or((self.value, self.value));
        [self.value, low, high]
    }

    fn write(self, format: Format) -> String {
        match self.interval {
            Some((low, high)) => format!("{} [{}, {}]", format.write(self.value), format.write(low), format.write(high)),
            None => format.write(self.value),
        }
    }
}

impl Bars {
    /// The chart as SVG.
    pub fn svg(&self) -> String {
        let (mut svg, top) = Svg::new(&self.head, &self.series);
        let measures = || self.rows.iter().flat_map(|row| row.values.iter().flatten());
        let ends = || measures().flat_map(|measure| measure.ends()).filter(|end| end.is_finite());
        let least = ends().fold(0.0, f64::min);
        let places = ticks(least, self.most.unwrap_or_else(|| ends().fold(0.0, f64::max)));
        let (first, last) = (places.first().copied().unwrap_or(0.0), places.last().copied().unwrap_or(1.0));
        let left = label_column(self.rows.iter().map(|row| row.label.as_str()), 0.36);
        let numbers = measures().map(|measure| super::svg::width(&measure.write(self.format))).fold(30.0, f64::max) + 10.0;
        let wide = (WIDTH - left - numbers).max(120.0);
        let x = |value: f64| left + (value.clamp(first, last) - first) / (last - first).max(f64::MIN_POSITIVE) * wide;
        let many = self.series.len().max(1);
        let (bar, gap) = if many > 1 { (14.0, 9.0) } else { (16.0, 8.0) };
        let row_height = |row: &BarRow| (many_of(row, many) * bar).max(LINE + 11.0) + gap;
        let bottom = top + self.rows.iter().map(row_height).sum::<f64>();
        for place in &places {
            svg.line((x(*place), top), (x(*place), bottom), if *place == 0.0 { 0.5 } else { 0.13 }, false);
            svg.text(x(*place), bottom + 14.0, Anchor::Middle, 0.7, &self.format.write(*place));
        }
        let mut y = top;
        for row in &self.rows {
            let middle = y + row_height(row) / 2.0;
            svg.label(left - 8.0, middle, Anchor::End, left - 8.0, &row.label);
            let mut at = middle - many_of(row, many) * bar / 2.0;
            for (index, value) in row.values.iter().enumerate() {
                let series = self.series.get(index);
                self.bar(&mut svg, &x, (row, series), *value, (at, bar));
                at += bar;
            }
            y += row_height(row);
        }
        svg.finish(&self.head, bottom + 24.0)
    }

    fn bar(&self, svg: &mut Svg, x: &impl Fn(f64) -> f64, of: (&BarRow, Option<&Series>), value: Option<Measure>, (at, bar): (f64, f64)) {
        let (row, series) = of;
        let middle = at + bar / 2.0;
        let Some(measure) = value.filter(|measure| measure.value.is_finite()) else {
            svg.text(x(0.0) + 5.0, middle + 4.0, Anchor::Start, 0.6, "–");
            return;
        };
        let tone = series.map_or(Tone::Plain, |series| series.tone);
        let name = series.filter(|_| self.series.len() > 1).map(|series| format!(" · {}", series.name)).unwrap_or_default();
        let written = measure.write(self.format);
        let (from, to) = (x(0.0).min(x(measure.value)), x(0.0).max(x(measure.value)));
        svg.rect(from, at + 1.0, (to - from).max(1.0), bar - 2.0, tone, 1.0, Some(&format!("{}{name}: {written}", row.label)));
        let mut end = to;
        if let Some((low, high)) = measure.interval.filter(|(low, high)| low.is_finite() && high.is_finite()) {
            svg.line((x(low), middle), (x(high), middle), 0.85, false);
            for edge in [low, high] {
                svg.line((x(edge), middle - 3.0), (x(edge), middle + 3.0), 0.85, false);
            }
            end = end.max(x(high));
        }
        svg.text(end + 6.0, middle + 4.0, Anchor::Start, 0.85, &written);
    }
}

fn many_of(row: &BarRow, series: usize) -> f64 {
    f64::from(u32::try_from(row.values.len().clamp(1, series.max(1))).unwrap_or(1))
}
