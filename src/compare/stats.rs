//! Counts, precision and recall, Cohen's kappa, and intervals by drawing reports anew.
//!
//! Small enough to stand here: no crate that is kept has kappa with its undefined cases told apart, or an interval over
//! reports rather than over values.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// How often reports are drawn anew for an interval.
pub const RESAMPLES: usize = 1000;
/// Where drawing begins; the same reports in the same order give the same intervals.
const SEED: u64 = 0x5e11_51de;
/// Share of drawn sets below and above a 95% interval.
const TAIL: f64 = 0.025;

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts of values are far below 2^52")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

/// Values given held against values expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Given and right.
    #[serde(rename = "tp")]
    pub right: u64,
    /// Given where another value is expected, or none.
    #[serde(rename = "fp")]
    pub wrong: u64,
    /// Expected and not given; where another one was given it is `wrong` as well.
    #[serde(rename = "fn")]
    pub missed: u64,
    /// Neither expected nor given.
    #[serde(rename = "tn")]
    pub empty: u64,
}

impl Counts {
    /// Adds `times` times the counts of another.
    pub fn add(&mut self, other: Self, times: u64) {
        self.right += other.right * times;
        self.wrong += other.wrong * times;
        self.missed += other.missed * times;
        self.empty += other.empty * times;
    }

    /// Share of the values given that are right; `None` where none was given.
    pub fn precision(self) -> Option<f64> {
        ratio(self.right, self.right + self.wrong)
    }

    /// Share of the values expected that were given; `None` where none was expected.
    pub fn recall(self) -> Option<f64> {
        ratio(self.right, self.right + self.missed)
    }

    /// Harmonic mean of the two; 1 where nothing was expected and nothing given.
    pub fn f1(self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.wrong + self.missed).unwrap_or(1.0)
    }

    /// Whether anything was compared at all.
    pub fn is_some(self) -> bool {
        self != Self::default()
    }
}

/// A part of a whole; `None` of nothing.
pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| real(part) / real(whole))
}

/// Why there is no kappa.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Undefined {
    /// Nothing was compared.
    NothingCompared,
    /// Both gave one and the same value throughout, so that chance alone would agree as well.
    OneValue,
}

/// Agreement beyond chance (Cohen 1960).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kappa {
    /// 1 is full agreement, 0 what chance would give, below 0 less than that.
    Value(f64),
    /// There is none.
    Undefined(Undefined),
}

impl Kappa {
    /// The number, where there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Undefined(_) => None,
        }
    }
}

/// How often one reader's value met another's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confusion(BTreeMap<(String, String), u64>);

impl Confusion {
    /// Counts one pair.
    pub fn count(&mut self, first: &str, second: &str) {
        *self.0.entry((first.to_owned(), second.to_owned())).or_default() += 1;
    }

    /// Pairs counted.
    pub fn all(&self) -> u64 {
        self.0.values().sum()
    }

    /// How often the first gave `first` while the second gave `second`.
    pub fn cell(&self, first: &str, second: &str) -> u64 {
        self.0.get(&(first.to_owned(), second.to_owned())).copied().unwrap_or_default()
    }

    /// Every value either gave, the most frequent first.
    pub fn values(&self) -> Vec<String> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for ((first, second), count) in &self.0 {
            *counts.entry(first).or_default() += count;
            *counts.entry(second).or_default() += count;
        }
        let mut values: Vec<(&str, u64)> = counts.into_iter().collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        values.into_iter().map(|(value, _)| value.to_owned()).collect()
    }

    /// Cohen's kappa: (observed − expected) ÷ (1 − expected), expected from how often each gives each value.
    pub fn kappa(&self) -> Kappa {
        let all = self.all();
        if all == 0 {
            return Kappa::Undefined(Undefined::NothingCompared);
        }
        let (mut first, mut second): (BTreeMap<&str, u64>, BTreeMap<&str, u64>) = (BTreeMap::new(), BTreeMap::new());
        let mut same = 0;
        for ((a, b), count) in &self.0 {
            *first.entry(a).or_default() += count;
            *second.entry(b).or_default() += count;
            same += if a == b { *count } else { 0 };
        }
        let values: BTreeSet<&str> = first.keys().chain(second.keys()).copied().collect();
        if values.len() == 1 {
            return Kappa::Undefined(Undefined::OneValue);
        }
        let of = |counts: &BTreeMap<&str, u64>, value: &str| real(counts.get(value).copied().unwrap_or_default()) / real(all);
        let expected: f64 = values.iter().map(|value| of(&first, value) * of(&second, value)).sum();
        Kappa::Value((real(same) / real(all) - expected) / (1.0 - expected))
    }
}

/// The middle 95% of what sets of reports drawn anew give.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Percentile intervals of measures over reports.
///
/// Reports are drawn with replacement, as many as there are, and `measure` is told how often each was drawn; it answers the
/// same measures each time, `None` for one that has no value. Whole reports are drawn because the values of one report are
/// right or wrong together. No interval where there are fewer than two reports, or half the draws have no value.
pub fn intervals(reports: usize, mut measure: impl FnMut(&[u64]) -> Vec<Option<f64>>) -> Vec<Option<Interval>> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut drawn: Vec<Vec<f64>> = vec![Vec::with_capacity(RESAMPLES); measure(&vec![1; reports]).len()];
    if reports < 2 {
        return vec![None; drawn.len()];
    }
    for _ in 0..RESAMPLES {
        let mut times = vec![0u64; reports];
        for _ in 0..reports {
            if let Some(count) = times.get_mut(random.usize(..reports)) {
                *count += 1;
            }
        }
        for (all, value) in drawn.iter_mut().zip(measure(&times)) {
            all.extend(value);
        }
    }
    drawn.into_iter().map(|values| if values.len() * 2 > RESAMPLES { interval(values) } else { None }).collect()
}

/// The interval of drawn values.
fn interval(mut values: Vec<f64>) -> Option<Interval> {
    values.sort_by(f64::total_cmp);
    Some(Interval { low: percentile(&values, TAIL)?, high: percentile(&values, 1.0 - TAIL)? })
}

/// The value below which a share of sorted values lies, between neighbours in proportion (`NumPy`'s `linear`).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = real(sorted.len().checked_sub(1)? as u64) * share;
    let (low, high) = (sorted.get(place.floor() as usize)?, sorted.get(place.ceil() as usize)?);
    Some(low + (high - low) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confusion(pairs: &[(&str, &str, usize)]) -> Confusion {
        let mut confusion = Confusion::default();
        for (a, b, times) in pairs {
            (0..*times).for_each(|_| confusion.count(a, b));
        }
        confusion
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn kappa_of_cases_worked_by_hand() {
        // Of 50 both say yes 20 times and no 15 times: observed 0.7, expected 0.5·0.6 + 0.5·0.4 = 0.5.
        let two = confusion(&[("yes", "yes", 20), ("yes", "no", 5), ("no", "yes", 10), ("no", "no", 15)]);
        assert!(near(two.kappa().value().unwrap(), 0.4), "{:?}", two.kappa());
        // Three values: observed 7/9, expected (4·3 + 3·3 + 2·3) / 81 = 27/81.
        let three = confusion(&[("a", "a", 3), ("a", "b", 1), ("b", "b", 2), ("b", "c", 1), ("c", "c", 1), ("c", "c", 1)]);
        assert!(near(three.kappa().value().unwrap(), (7.0 / 9.0 - 27.0 / 81.0) / (1.0 - 27.0 / 81.0)), "{:?}", three.kappa());
        // Each always gives its own value: agreement is 0, and so is what chance would give.
        assert_eq!(confusion(&[("a", "b", 7)]).kappa(), Kappa::Value(0.0));
        // Less than chance.
        assert_eq!(confusion(&[("a", "b", 1), ("b", "a", 1)]).kappa(), Kappa::Value(-1.0));
    }

    #[test]
    fn kappa_says_where_there_is_none() {
        assert_eq!(Confusion::default().kappa(), Kappa::Undefined(Undefined::NothingCompared));
        assert_eq!(confusion(&[("a", "a", 9)]).kappa(), Kappa::Undefined(Undefined::OneValue));
    }

    #[test]
    fn precision_recall_and_f1_of_counts() {
        let counts = Counts { right: 6, wrong: 2, missed: 4, empty: 3 };
        assert!(near(counts.precision().unwrap(), 0.75) && near(counts.recall().unwrap(), 0.6) && near(counts.f1(), 12.0 / 18.0));
        let nothing = Counts { empty: 3, ..Counts::default() };
        assert_eq!((nothing.precision(), nothing.recall()), (None, None));
        assert!(near(nothing.f1(), 1.0) && near(Counts { wrong: 1, ..nothing }.f1(), 0.0));
    }

    #[test]
    fn percentiles_lie_between_neighbours() {
        let values: Vec<f64> = (0..=4u32).map(f64::from).collect();
        assert!(near(percentile(&values, 0.0).unwrap(), 0.0) && near(percentile(&values, 1.0).unwrap(), 4.0));
        assert!(near(percentile(&values, 0.025).unwrap(), 0.1) && near(percentile(&values, 0.975).unwrap(), 3.9));
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn an_interval_over_two_reports_is_what_their_four_draws_give() {
        // One report right, one wrong: the draws are 1, 1/2, 1/2 and 0 with a quarter each, so 95% reaches from 0 to 1.
        let measure = |times: &[u64]| vec![ratio(times[0], times[0] + times[1])];
        assert_eq!(intervals(2, measure), [Some(Interval { low: 0.0, high: 1.0 })]);
        assert_eq!(intervals(1, |_| vec![Some(0.5)]), [None]);
        assert_eq!(intervals(9, |_| vec![None, Some(0.5)]), [None, Some(Interval { low: 0.5, high: 0.5 })]);
    }

    #[test]
    fn an_interval_of_a_share_is_near_the_binomials() {
        // 70 of 100 right: the middle 95% of Binomial(100, 0.7) ÷ 100 is 0.61 to 0.79.
        let measure = |times: &[u64]| vec![ratio(times[..70].iter().sum(), times.iter().sum())];
        let found = intervals(100, measure)[0].unwrap();
        assert!((found.low - 0.61).abs() < 0.016 && (found.high - 0.79).abs() < 0.016, "{found:?}");
        assert_eq!(intervals(100, measure)[0].unwrap(), found, "the same reports, the same interval");
    }
}
