//! How values spread, with percentiles marked.

use super::number::{Format, real, ticks};
use super::svg::{Anchor, LINE, Svg, WIDTH, width};
use super::{Head, Tone};

/// Height of the tallest bin.
const HIGH: f64 = 170.0;
/// Room for the numbers of the axis.
const LEFT: f64 = 52.0;
/// Most bins.
const MOST: u32 = 40;

/// How many values lie where, with marks such as percentiles.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Title and description.
    pub head: Head,
    /// Neighbouring stretches, lowest first.
    pub bins: Vec<Bin>,
    /// Upright lines with a name.
    pub marks: Vec<Mark>,
    /// How values are written.
    pub format: Format,
}

/// A stretch of values and how many lie in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Lower end, in.
    pub from: f64,
    /// Upper end, out, but for the last bin.
    pub to: f64,
    /// How many values.
    pub count: u64,
}

/// A named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// `p95`.
    pub label: String,
    /// Where.
    pub at: f64,
}

impl Histogram {
    /// Counts values from zero up in stretches of one round width, and marks their percentiles by nearest rank. What is no
    /// number is left out.
    pub fn of(head: Head, values: &[f64], percentiles: &[u8], format: Format) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite() && *value >= 0.0).collect();
        sorted.sort_by(f64::total_cmp);
        let most = sorted.last().copied().unwrap_or(0.0);
        let places = ticks(0.0, most);
        let step = places.get(1).copied().unwrap_or(1.0).max(f64::MIN_POSITIVE);
        // About as many bins as the square root of the values, a whole number of them between two places of the axis.
        let wanted = real(sorted.len() as u64).sqrt().clamp(4.0, f64::from(MOST));
        let whole = real(places.len().saturating_sub(1).max(1) as u64);
        let fine = [1.0, 2.0, 4.0, 5.0, 10.0].into_iter().find(|fine| fine * whole >= wanted).unwrap_or(10.0);
        let wide = step / fine;
        let mut bins: Vec<Bin> = Vec::new();
        let mut at = 0.0;
        while bins.len() < MOST as usize * 2 && (at * wide < most || bins.is_empty()) {
            bins.push(Bin { from: at * wide, to: (at + 1.0) * wide, count: 0 });
            at += 1.0;
        }
        let last = bins.len().saturating_sub(1);
        for value in &sorted {
            let index = bins.iter().position(|bin| *value < bin.to).unwrap_or(last);
            if let Some(bin) = bins.get_mut(index) {
                bin.count += 1;
            }
        }
        let marks = percentiles
            .iter()
            .filter_map(|percent| {
                let rank = (usize::from(*percent) * sorted.len()).div_ceil(100).max(1);
                Some(Mark { label: format!("p{percent}"), at: *sorted.get(rank - 1)? })
            })
            .collect();
        Self { head, bins, marks, format }
    }

    /// The chart as SVG.
    pub fn svg(&self) -> String {
        let (mut svg, top) = Svg::new(&self.head, &[]);
        // A line for each mark's name, so that names of neighbours do not meet.
        let top = top + LINE * real(self.marks.len() as u64) + 6.0;
        let least = self.bins.first().map_or(0.0, |bin| bin.from);
        let most = self.bins.last().map_or(1.0, |bin| bin.to).max(least + f64::MIN_POSITIVE);
        let places = ticks(0.0, real(self.bins.iter().map(|bin| bin.count).max().unwrap_or(0)));
        let last = places.last().copied().unwrap_or(1.0).max(f64::MIN_POSITIVE);
        let (bottom, wide) = (top + HIGH, WIDTH - LEFT - 20.0);
        let x = |value: f64| LEFT + (value.clamp(least, most) - least) / (most - least) * wide;
        for place in places.iter().filter(|place| place.fract() == 0.0) {
            let y = bottom - place / last * HIGH;
            svg.line((LEFT, y), (LEFT + wide, y), if *place == 0.0 { 0.5 } else { 0.13 }, false);
            svg.text(LEFT - 6.0, y + 4.0, Anchor::End, 0.7, &Format::Count.write(*place));
        }
        for place in ticks(least, most).iter().filter(|place| **place <= most * 1.000_001) {
            svg.text(x(*place), bottom + 15.0, Anchor::Middle, 0.7, &self.format.write(*place));
        }
        for bin in &self.bins {
            let high = real(bin.count) / last * HIGH;
            let says = format!("{} – {}: {}", self.format.write(bin.from), self.format.write(bin.to), Format::Count.write(real(bin.count)));
            svg.rect(x(bin.from) + 0.5, bottom - high, x(bin.to) - x(bin.from) - 1.0, high, Tone::Plain, 1.0, Some(&says));
        }
        // The rightmost stands on top with its words to the left: so no words cross another mark's line.
        let mut marks: Vec<&Mark> = self.marks.iter().filter(|mark| mark.at.is_finite()).collect();
        marks.sort_by(|a, b| b.at.total_cmp(&a.at));
        let mut line = top - LINE * real(self.marks.len() as u64) + 4.0;
        for mark in marks {
            svg.line((x(mark.at), line + 3.0), (x(mark.at), bottom), 0.8, true);
            let words = format!("{} {}", mark.label, self.format.write(mark.at));
            let fits = x(mark.at) - 5.0 - width(&words) > 0.0;
            let (at, anchor) = if fits { (x(mark.at) - 5.0, Anchor::End) } else { (x(mark.at) + 5.0, Anchor::Start) };
            svg.text(at, line + 6.0, anchor, 1.0, &words);
            line += LINE;
        }
        svg.finish(&self.head, bottom + 26.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_one_bin_and_percentiles_are_values() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        let histogram = Histogram::of(Head::default(), &values, &[50, 95, 100], Format::Count);
        assert_eq!(histogram.bins.iter().map(|bin| bin.count).sum::<u64>(), 200);
        let marks: Vec<f64> = histogram.marks.iter().map(|mark| mark.at).collect();
        assert_eq!(marks, [100.0, 190.0, 200.0]);
        assert!(histogram.bins.windows(2).all(|pair| (pair[0].to - pair[1].from).abs() < 1e-9));
        let none = Histogram::of(Head::default(), &[f64::NAN], &[50], Format::Count);
        assert_eq!((none.bins.len(), none.marks.len()), (1, 0));
        assert!(none.svg().ends_with("</svg>\n"));
        let same = Histogram::of(Head::default(), &[7.0; 3], &[50], Format::Count);
        assert_eq!(same.bins.iter().map(|bin| bin.count).sum::<u64>(), 3);
    }
}
