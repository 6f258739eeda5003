//! What of a model's wrong values gets into the record unseen, and what a person has to look at for it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::field::{FIELDS, Field};
use super::item::{Item, Pair};
use super::labels::Case;
use super::scores::scored;
use super::stats::ratio;
use crate::domain::record::Record;
use crate::gold::Gold;

/// What became of a reader's wrong values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// Values the model gave that the labels say are wrong.
    pub wrong: u64,
    /// Of these, not in the reconciled record.
    pub stopped: u64,
    /// In the record, with something for a person to look at.
    pub flagged: u64,
    /// In the record, and nothing tells.
    pub escaped: u64,
}

impl Fate {
    /// Share of the wrong values that escaped; `None` where the model gave no wrong one.
    pub fn rate(self) -> Option<f64> {
        ratio(self.escaped, self.wrong)
    }

    fn add(&mut self, other: Self) {
        self.wrong += other.wrong;
        self.stopped += other.stopped;
        self.flagged += other.flagged;
        self.escaped += other.escaped;
    }
}

/// What a person is asked to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Load {
    /// Reports.
    pub documents: u64,
    /// Reports with anything to look at.
    pub documents_flagged: u64,
    /// Values of the reconciled records, as they are compared.
    pub values: u64,
    /// Of these, with something to look at.
    pub values_flagged: u64,
}

impl Load {
    /// Share of the values a person is asked to look at.
    pub fn rate(self) -> Option<f64> {
        ratio(self.values_flagged, self.values)
    }

    pub(super) fn count(&mut self, record: &Record) {
        self.documents += 1;
        self.documents_flagged += u64::from(!record.review.is_empty());
        for item in FIELDS.iter().filter(|field| field.compared).flat_map(|field| (field.read)(record)) {
            self.values += 1;
            self.values_flagged += u64::from(is_flagged(&item, record));
        }
    }
}

/// Wrong values of a model and of the record it went into.
#[derive(Clone, Debug, Default)]
pub(super) struct Escape {
    pub(super) load: Load,
    pub(super) fields: BTreeMap<&'static str, Fate>,
    /// Wrong values of the record, whoever read them.
    pub(super) wrong: u64,
    /// Of these, with nothing to look at.
    pub(super) unflagged: u64,
    /// Values of the model that the text did not carry: they are in no view, so they count as neither wrong nor stopped.
    pub(super) ungrounded: u64,
}

impl Escape {
    /// Counts one report with labels.
    pub(super) fn count(&mut self, gold: &Gold, model: Option<&Record>, reconciled: &Record) {
        self.load.count(reconciled);
        let dropped = model.iter().flat_map(|record| record.provenance.values()).map(|entry| entry.rejected.len() as u64);
        self.ungrounded += dropped.sum::<u64>();
        // What is wrongly called absent is counted as missed where it is looked for.
        for field in scored().filter(|field| field.compared) {
            let ours = field.cases(gold, Some(reconciled));
            let ours: Vec<Vec<&Item>> = ours.iter().map(|case| wrong(field, case)).collect();
            for item in ours.iter().flatten() {
                self.wrong += 1;
                self.unflagged += u64::from(!is_flagged(item, reconciled));
            }
            let Some(model) = model else { continue };
            for (theirs, ours) in field.cases(gold, Some(model)).iter().zip(&ours) {
                for item in wrong(field, theirs) {
                    // A right value that is like the wrong one is not the wrong one.
                    let taken = ours.iter().find(|other| field.like.same(item, other));
                    let fate = match taken {
                        None => Fate { wrong: 1, stopped: 1, ..Fate::default() },
                        Some(taken) if is_flagged(taken, reconciled) => Fate { wrong: 1, flagged: 1, ..Fate::default() },
                        Some(_) => Fate { wrong: 1, escaped: 1, ..Fate::default() },
                    };
                    self.fields.entry(field.name).or_default().add(fate);
                }
            }
        }
    }

    /// All fields together.
    pub(super) fn all(&self) -> Fate {
        self.fields.values().fold(Fate::default(), |mut all, fate| {
            all.add(*fate);
            all
        })
    }
}

/// Values given that no label names; none where the labels are known to be incomplete.
fn wrong<'a>(field: &Field, case: &'a Case) -> Vec<&'a Item> {
    if case.partial {
        return Vec::new();
    }
    let pairs = field.like.pair(&case.expected, &case.given).into_iter();
    pairs
        .filter_map(|pair| match pair {
            Pair::Differ(_, given) | Pair::Second(given) => Some(given),
            Pair::Same(..) | Pair::First(_) => None,
        })
        .collect()
}

/// Whether a person is asked to look at a value: at it, at what it is a part of, or at what it follows from. A matter of the
/// whole report is none of the value.
fn is_flagged(item: &Item, record: &Record) -> bool {
    let covers = |pointer: &str| {
        record.review.iter().any(|asked| {
            !asked.pointer.is_empty()
                && pointer.strip_prefix(asked.pointer.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    item.pointers
        .iter()
        .any(|pointer| covers(pointer) || record.provenance.get(pointer).is_some_and(|entry| entry.from.iter().any(|from| covers(from))))
}
