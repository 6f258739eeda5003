//! Lists: items about the same thing are settled together, items only one reading has are kept.

use std::collections::HashMap;

use crate::domain::Reading;
use crate::domain::evidence::Located;
use crate::domain::record::{Benchmark, Disclosure, Estimate, KeyPoint, Mention, RelatedReport, SectorCall};
use crate::reconcile::list::Item;
use crate::reconcile::policy::fold;

use super::settle::{How, settle};

/// How items that may be about the same thing are found among many.
pub(super) enum Key {
    /// Equal keys, equal things.
    Exact(String),
    /// The words of a text: the known one that shares most of its runs of characters may be the same, and
    /// [`Item::pairs_with`] decides.
    Near(String),
}

/// An item of a list that several readings may hold.
pub(super) trait Keyed: Item {
    /// What it is found by.
    fn key(&self) -> Key;
}

/// Settles a list of all readings, in order of first appearance.
pub(super) fn list<T: Keyed>(
    readings: &mut [(usize, Reading)],
    how: How,
    list: impl Fn(&mut Reading) -> &mut Vec<Located<T>>,
) -> Vec<Located<T>> {
    let items = readings.iter_mut().flat_map(|(index, reading)| {
        let index = *index;
        std::mem::take(list(reading)).into_iter().map(move |item| (index, item))
    });
    let mut groups: Vec<Vec<(usize, Located<T>)>> = Vec::new();
    let mut exact: HashMap<String, usize> = HashMap::new();
    let mut near = Runs::default();
    for (reading, item) in items {
        let next = groups.len();
        let known = match item.value.key() {
            Key::Exact(key) => Some(*exact.entry(key).or_insert(next)).filter(|group| *group < next),
            Key::Near(words) => {
                let runs = runs(&words);
                let like = near.most_like(&runs).filter(|group| {
                    let first = groups.get(*group).and_then(|group| group.first());
                    first.is_some_and(|(_, first)| first.value.pairs_with(&item.value))
                });
                if like.is_none() {
                    near.add(runs, next);
                }
                like
            }
        };
        match known.and_then(|group| groups.get_mut(group)) {
            Some(group) => group.push((reading, item)),
            None => groups.push(vec![(reading, item)]),
        }
    }
    groups.into_iter().filter_map(|group| settle(group, how, T::merge)).collect()
}

/// Three characters in a row.
type Run = [char; 3];

/// Which groups have which runs. Comparing every text with every other would take minutes for what a hostile server can
/// answer.
#[derive(Default)]
struct Runs(HashMap<Run, Vec<usize>>);

impl Runs {
    /// Groups that are remembered of one run: a run in more of them tells nothing.
    const MOST: usize = 16;

    /// The group that shares most runs.
    fn most_like(&self, runs: &[Run]) -> Option<usize> {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for group in runs.iter().filter_map(|run| self.0.get(run)).flatten() {
            *shared.entry(*group).or_default() += 1;
        }
        shared.into_iter().max_by_key(|(group, count)| (*count, std::cmp::Reverse(*group))).map(|(group, _)| group)
    }

    fn add(&mut self, runs: Vec<Run>, group: usize) {
        for run in runs {
            let groups = self.0.entry(run).or_default();
            if groups.len() < Self::MOST && groups.last() != Some(&group) {
                groups.push(group);
            }
        }
    }
}

/// The runs of a text; of one of two characters the text itself.
fn runs(words: &str) -> Vec<Run> {
    let mut chars: Vec<char> = fold(words).chars().take(400).collect();
    if chars.len() < 3 {
        chars.resize(3, ' ');
    }
    chars.windows(3).filter_map(|run| run.try_into().ok()).collect()
}

impl Keyed for Mention {
    fn key(&self) -> Key {
        Key::Exact(fold(&self.name))
    }
}

impl Keyed for SectorCall {
    fn key(&self) -> Key {
        Key::Exact(fold(&self.sector))
    }
}

impl Keyed for Estimate {
    fn key(&self) -> Key {
        // A figure without metric or period is like no other.
        let value = if self.metric.is_none() || self.period.is_none() { self.value } else { None };
        Key::Exact(format!("{:?} {:?} {:?} {value:?}", self.metric, self.period, self.subject))
    }
}

impl Keyed for RelatedReport {
    fn key(&self) -> Key {
        Key::Near(self.title.clone())
    }
}

impl Keyed for KeyPoint {
    fn key(&self) -> Key {
        Key::Near(self.text.clone())
    }
}

impl Keyed for String {
    fn key(&self) -> Key {
        Key::Near(self.clone())
    }
}

impl Item for Disclosure {
    fn pairs_with(&self, other: &Self) -> bool {
        self.id == other.id
    }

    fn merge(&mut self, other: &Self) -> bool {
        let differ = matches!((self.polarity, other.polarity), (Some(a), Some(b)) if a != b);
        self.polarity = self.polarity.or(other.polarity);
        differ
    }
}

impl Keyed for Disclosure {
    fn key(&self) -> Key {
        Key::Exact(format!("{:?}", self.id))
    }
}

impl Item for Benchmark {
    fn pairs_with(&self, other: &Self) -> bool {
        fold(&self.market) == fold(&other.market)
    }

    fn merge(&mut self, other: &Self) -> bool {
        self.indices != other.indices
    }
}

impl Keyed for Benchmark {
    fn key(&self) -> Key {
        Key::Exact(fold(&self.market))
    }
}
