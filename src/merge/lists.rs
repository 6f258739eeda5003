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
    /// Texts about as long with about the same characters; [`Item::pairs_with`] decides.
    Near(Sketch),
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
    let mut near: Vec<(Sketch, usize)> = Vec::new();
    for (reading, item) in items {
        let known = match item.value.key() {
            Key::Exact(key) => {
                let next = groups.len();
                Some(*exact.entry(key).or_insert(next)).filter(|group| *group < next)
            }
            Key::Near(sketch) => {
                let pairs = |group: usize| {
                    let first = groups.get(group).and_then(|group| group.first());
                    first.is_some_and(|(_, first)| first.value.pairs_with(&item.value))
                };
                let known = near.iter().find(|(other, group)| sketch.may_pair(other) && pairs(*group)).map(|(_, group)| *group);
                if known.is_none() {
                    near.push((sketch, groups.len()));
                }
                known
            }
        };
        match known.and_then(|group| groups.get_mut(group)) {
            Some(group) => group.push((reading, item)),
            None => groups.push(vec![(reading, item)]),
        }
    }
    groups.into_iter().filter_map(|group| settle(group, how, T::merge)).collect()
}

/// How many characters of each of 64 kinds a text has: a bound on how alike two texts can be, at a fixed cost.
pub(super) struct Sketch {
    counts: [u16; 64],
    len: usize,
}

impl Sketch {
    fn of(text: &str) -> Self {
        let mut counts = [0u16; 64];
        let mut len = 0;
        for c in fold(text).chars().take(400) {
            len += 1;
            if let Some(count) = counts.get_mut((u32::from(c) % 64) as usize) {
                *count = count.saturating_add(1);
            }
        }
        Self { counts, len }
    }

    /// Whether texts may be alike enough, or one be a part of the other.
    fn may_pair(&self, other: &Self) -> bool {
        let common: usize = self.counts.iter().zip(&other.counts).map(|(a, b)| usize::from(*a.min(b))).sum();
        common * 10 >= (self.len + other.len) * 4 || common >= self.len.min(other.len)
    }
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
        Key::Near(Sketch::of(&self.title))
    }
}

impl Keyed for KeyPoint {
    fn key(&self) -> Key {
        Key::Near(Sketch::of(&self.text))
    }
}

impl Keyed for String {
    fn key(&self) -> Key {
        Key::Near(Sketch::of(self))
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
