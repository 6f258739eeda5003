//! Two readers of the same reports held against each other, without knowing who is right.

use std::collections::BTreeMap;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::field::{FIELDS, Field, matches};
use super::item::{Many, Pair};
use super::likeness::Same;
use super::read::{self, word};
use super::said::Said;
use super::stats::{Confusion, Kappa, ratio};
use crate::domain::Verdict;
use crate::domain::record::Record;

/// How two readers' values met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Both gave the same value.
    pub same: u64,
    /// They gave different values of the same thing.
    pub conflict: u64,
    /// Only the first gave it.
    pub only_first: u64,
    /// Only the second gave it.
    pub only_second: u64,
    /// Reports in which neither gave any.
    pub neither: u64,
}

impl Tally {
    /// Values anybody gave.
    pub fn given(self) -> u64 {
        self.same + self.conflict + self.only_first + self.only_second
    }

    /// Share of the values anybody gave that both gave alike; `None` where nobody gave one.
    pub fn rate(self) -> Option<f64> {
        ratio(self.same, self.given())
    }

    fn count(&mut self, pair: Pair<'_>) {
        match pair {
            Pair::Same(..) => self.same += 1,
            Pair::Differ(..) => self.conflict += 1,
            Pair::First(_) => self.only_first += 1,
            Pair::Second(_) => self.only_second += 1,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.same += other.same;
        self.conflict += other.conflict;
        self.only_first += other.only_first;
        self.only_second += other.only_second;
        self.neither += other.neither;
    }
}

/// How two readers differ about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// They gave different values.
    Conflict,
    /// Only the first gave one.
    OnlyFirst,
    /// Only the second gave one.
    OnlySecond,
}

/// One value on which two readers differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The report.
    pub document: String,
    /// The field.
    pub field: &'static str,
    /// How they differ.
    pub kind: Kind,
    /// What the first said.
    pub first: Option<Said>,
    /// What the second said.
    pub second: Option<Said>,
}

/// The two readers in one field.
#[derive(Debug, Default)]
pub(super) struct InField {
    pub(super) tally: Tally,
    /// Of a closed field: the first's value against the second's, one pair a report.
    pub(super) confusion: Confusion,
    pub(super) differences: BTreeMap<Kind, Vec<Difference>>,
}

/// The two readers in the reports of one broker, or of one type.
#[derive(Clone, Debug, Default)]
pub(super) struct InGroup {
    pub(super) documents: u64,
    pub(super) tallies: BTreeMap<&'static str, Tally>,
}

/// Two readers held against each other, report by report.
#[derive(Debug)]
pub(super) struct Agreement {
    /// Differences kept of each field and kind; all are counted.
    keep: usize,
    pub(super) documents: u64,
    pub(super) fields: BTreeMap<&'static str, InField>,
    pub(super) brokers: BTreeMap<String, InGroup>,
    pub(super) types: BTreeMap<String, InGroup>,
    /// Whether each disclosure is present, the first against the second.
    pub(super) disclosures: BTreeMap<String, Confusion>,
}

/// What stands for a missing value in a confusion matrix.
pub(super) const NONE: &str = "";

/// What a report is grouped by.
pub(super) struct Group {
    pub(super) broker: String,
    pub(super) kind: String,
}

impl Group {
    pub(super) fn of(record: &Record) -> Self {
        let text = |items: Vec<super::item::Item>| items.into_iter().next().map(|item| item.value).unwrap_or_default();
        Self { broker: text(read::broker(record)), kind: text(read::report_type(record)) }
    }
}

impl Agreement {
    pub(super) fn new(keep: usize) -> Self {
        Self { keep, documents: 0, fields: BTreeMap::new(), brokers: BTreeMap::new(), types: BTreeMap::new(), disclosures: BTreeMap::new() }
    }

    /// Holds two records of one report against each other.
    pub(super) fn count(&mut self, document: &str, group: &Group, first: &Record, second: &Record) {
        self.documents += 1;
        let mut tallies = BTreeMap::new();
        for field in FIELDS.iter().filter(|field| field.compared) {
            let (ours, theirs) = ((field.read)(first), (field.read)(second));
            let mut tally = Tally { neither: u64::from(ours.is_empty() && theirs.is_empty()), ..Tally::default() };
            for pair in field.like.meet(&ours, &theirs) {
                tally.count(pair);
                let said = |item, record| Some(Said::of(item, record));
                match pair {
                    Pair::Same(..) => {}
                    Pair::Differ(a, b) => self.keep(document, field, Kind::Conflict, || (said(a, first), said(b, second))),
                    Pair::First(a) => self.keep(document, field, Kind::OnlyFirst, || (said(a, first), None)),
                    Pair::Second(b) => self.keep(document, field, Kind::OnlySecond, || (None, said(b, second))),
                }
                if field.closed && field.like.many == Many::One {
                    self.in_field(field).confusion.count(&value(field, pair, true), &value(field, pair, false));
                }
            }
            if field.closed && tally.neither > 0 {
                self.in_field(field).confusion.count(NONE, NONE);
            }
            self.in_field(field).tally.add(tally);
            tallies.insert(field.name, tally);
        }
        for ours in &first.disclosures {
            let theirs = second.disclosures.iter().any(|other| other.id == ours.id && other.present);
            let shown = |present: bool| if present { "present" } else { NONE };
            self.disclosures.entry(word(&ours.id)).or_default().count(shown(ours.present), shown(theirs));
        }
        self.group(group, &tallies);
    }

    /// What a record alone says of its two readers: its verdicts. Values that follow from others have none, and what only one
    /// reader gave and the judge dropped is not counted.
    pub(super) fn count_verdicts(&mut self, document: &str, group: &Group, record: &Record) {
        self.documents += 1;
        let values = serde_json::to_value(record).unwrap_or_default();
        let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
        for field in FIELDS.iter().filter(|field| field.compared && !field.pointers.is_empty()) {
            let mut tally = Tally::default();
            let found = record.provenance.iter().filter(|(pointer, _)| field.pointers.iter().any(|pattern| matches(pattern, pointer)));
            for (pointer, provenance) in found {
                match provenance.verdict {
                    Verdict::Agreed => tally.same += 1,
                    Verdict::Conflict | Verdict::Adjudicated => {
                        tally.conflict += 1;
                        self.keep(document, field, Kind::Conflict, || Said::both(&values, pointer, provenance));
                    }
                    Verdict::RulesOnly => tally.only_first += 1,
                    Verdict::ModelOnly if !provenance.evidence.is_empty() => tally.only_second += 1,
                    Verdict::ModelOnly | Verdict::Derived | Verdict::Human => {}
                }
            }
            tally.neither = u64::from(tally.given() == 0);
            self.in_field(field).tally.add(tally);
            tallies.insert(field.name, tally);
        }
        self.group(group, &tallies);
    }

    fn in_field(&mut self, field: &Field) -> &mut InField {
        self.fields.entry(field.name).or_default()
    }

    fn keep(&mut self, document: &str, field: &'static Field, kind: Kind, said: impl FnOnce() -> (Option<Said>, Option<Said>)) {
        let keep = self.keep;
        let kept = self.in_field(field).differences.entry(kind).or_default();
        if kept.len() < keep {
            let (first, second) = said();
            kept.push(Difference { document: document.to_owned(), field: field.name, kind, first, second });
        }
    }

    fn group(&mut self, group: &Group, tallies: &BTreeMap<&'static str, Tally>) {
        for (groups, name) in [(&mut self.brokers, &group.broker), (&mut self.types, &group.kind)] {
            let group = groups.entry(name.clone()).or_default();
            group.documents += 1;
            for (field, tally) in tallies {
                group.tallies.entry(field).or_default().add(*tally);
            }
        }
    }

    /// Agreement beyond chance in a closed field.
    pub(super) fn kappa(&self, field: &Field) -> Option<Kappa> {
        let confusion = &self.fields.get(field.name)?.confusion;
        (field.closed && confusion.all() > 0).then(|| confusion.kappa())
    }
}

/// One side of a pair as it stands in a matrix: values that are the same have one name.
fn value(field: &Field, pair: Pair<'_>, first: bool) -> String {
    let item = match (pair, first) {
        (Pair::Same(a, _) | Pair::Differ(a, _) | Pair::First(a), true) | (Pair::Same(a, _), false) => a,
        (Pair::Differ(_, b) | Pair::Second(b), false) => b,
        (Pair::Second(_), true) | (Pair::First(_), false) => return NONE.to_owned(),
    };
    if field.like.value == Same::Folded && field.name != "report_type" {
        item.value.nfkc().flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
    } else {
        item.value.clone()
    }
}
