//! What records hold at all: how many, of whom, which ratings, which fields have a value.

use std::collections::BTreeMap;

use super::agreement::Group;
use super::field::{FIELDS, Field};
use super::read;
use super::stats::ratio;
use crate::domain::Record;

/// What records hold.
#[derive(Debug, Default)]
pub(super) struct Overview {
    pub(super) documents: u64,
    pub(super) labels: BTreeMap<String, u64>,
    pub(super) directions: BTreeMap<String, u64>,
    filled: BTreeMap<&'static str, u64>,
    brokers: BTreeMap<String, (u64, u64)>,
}

/// Fields whose fill is counted: those with a value of their own.
fn counted() -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(|field| field.compared && field.counts() && !field.pointers.is_empty())
}

impl Overview {
    pub(super) fn count(&mut self, group: &Group, record: &Record) {
        self.documents += 1;
        for (counts, items) in [(&mut self.labels, read::rating_label(record)), (&mut self.directions, read::rating_direction(record))] {
            let value = items.into_iter().next().map(|item| item.value).unwrap_or_default();
            *counts.entry(value).or_default() += 1;
        }
        let broker = self.brokers.entry(group.broker.clone()).or_default();
        broker.0 += 1;
        for field in counted().filter(|field| !(field.read)(record).is_empty()) {
            *self.filled.entry(field.name).or_default() += 1;
            broker.1 += 1;
        }
    }

    /// Share of the reports that have a value, by field.
    pub(super) fn fill(&self) -> Vec<(&'static str, Option<f64>)> {
        counted().map(|field| (field.name, ratio(self.filled.get(field.name).copied().unwrap_or_default(), self.documents))).collect()
    }

    /// Reports, and share of their fields that have a value, by broker; the most frequent first.
    pub(super) fn by_broker(&self) -> Vec<(String, u64, Option<f64>)> {
        let fields = counted().count() as u64;
        let mut brokers: Vec<_> =
            self.brokers.iter().map(|(name, (documents, filled))| (name.clone(), *documents, ratio(*filled, documents * fields))).collect();
        brokers.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        brokers
    }
}
