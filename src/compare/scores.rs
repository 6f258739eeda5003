//! Readers held against labels: how much of what they gave is right, and how much of what is there they gave.

use std::collections::BTreeMap;

use super::agreement::{Group, NONE};
use super::field::{FIELDS, Field};
use super::item::{Many, Pair};
use super::labels::Case;
use super::stats::{Confusion, Counts, Interval, intervals};
use crate::domain::Record;
use crate::gold::Gold;

/// Counts of one report, by reader and field.
type Row = Vec<Vec<Counts>>;

/// Readers held against labels, report by report.
#[derive(Debug)]
pub(super) struct Scores {
    /// What the readers are called.
    pub(super) readers: Vec<String>,
    /// The one whose values stand in matrices.
    pub(super) primary: usize,
    /// Whether each gave a record of any report.
    read: Vec<bool>,
    rows: Vec<Row>,
    brokers: Vec<String>,
    types: Vec<String>,
    /// Labels without a record.
    pub(super) missing: Vec<String>,
    /// Of a closed field: the label against the primary reader's value, one pair a report.
    pub(super) confusions: BTreeMap<&'static str, Confusion>,
}

/// A measure with its interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Measure {
    /// The measure; null where there is nothing to measure.
    pub value: Option<f64>,
    /// 95% of what sets of reports drawn anew give; null for fewer than two reports.
    pub interval: Option<Interval>,
}

/// Of one reader.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub(super) core: Measure,
    pub(super) score: Measure,
    pub(super) fields: Vec<InField>,
}

/// Of one reader and field.
#[derive(Clone, Debug)]
pub(super) struct InField {
    pub(super) field: &'static Field,
    pub(super) counts: Counts,
    pub(super) precision: Measure,
    pub(super) recall: Measure,
    pub(super) f1: Measure,
}

/// Fields that labels speak of.
pub(super) fn scored() -> impl Iterator<Item = &'static Field> + Clone {
    FIELDS.iter().filter(|field| field.is_scored())
}

/// Counts one case.
pub(super) fn count(field: &Field, case: &Case) -> Counts {
    let mut counts = Counts { empty: u64::from(case.expected.is_empty() && case.given.is_empty()), ..Counts::default() };
    let wrong = u64::from(!case.partial);
    for pair in field.like.pair(&case.expected, &case.given) {
        match pair {
            Pair::Same(..) => counts.right += 1,
            Pair::Differ(..) => {
                counts.missed += 1;
                counts.wrong += wrong;
            }
            Pair::First(_) => counts.missed += 1,
            Pair::Second(_) => counts.wrong += wrong,
        }
    }
    counts
}

impl Scores {
    pub(super) fn new(readers: &[&str], primary: usize) -> Self {
        Self {
            readers: readers.iter().map(|name| (*name).to_owned()).collect(),
            primary,
            read: vec![false; readers.len()],
            rows: Vec::new(),
            brokers: Vec::new(),
            types: Vec::new(),
            missing: Vec::new(),
            confusions: BTreeMap::new(),
        }
    }

    /// Reports with labels.
    pub(super) fn documents(&self) -> usize {
        self.rows.len()
    }

    /// Counts one report, for each reader. A reader without a record of it gave nothing.
    pub(super) fn count(&mut self, group: &Group, gold: &Gold, records: &[Option<&Record>]) {
        let of = |record: Option<&Record>| {
            let counts = |field: &Field| {
                field.cases(gold, record).iter().fold(Counts::default(), |mut all, case| {
                    all.add(count(field, case), 1);
                    all
                })
            };
            scored().map(counts).collect()
        };
        self.rows.push(records.iter().copied().map(of).collect());
        for (read, record) in self.read.iter_mut().zip(records) {
            *read |= record.is_some();
        }
        self.brokers.push(group.broker.clone());
        self.types.push(group.kind.clone());
        let primary = records.get(self.primary).copied().flatten();
        for field in scored().filter(|field| field.closed && field.like.many == Many::One) {
            for case in field.cases(gold, primary) {
                self.confuse(field, &case);
            }
        }
    }

    /// Counts labels without a record: all they expect is missed.
    pub(super) fn miss(&mut self, name: &str, gold: &Gold) {
        self.missing.push(name.to_owned());
        let nobody = Group { broker: gold.broker.clone().unwrap_or_default(), kind: String::new() };
        let records = vec![None; self.readers.len()];
        self.count(&nobody, gold, &records);
    }

    fn confuse(&mut self, field: &Field, case: &Case) {
        let confusion = self.confusions.entry(field.name).or_default();
        if case.expected.is_empty() && case.given.is_empty() {
            confusion.count(NONE, NONE);
        }
        for pair in field.like.pair(&case.expected, &case.given) {
            match pair {
                Pair::Same(a, _) => confusion.count(&a.value, &a.value),
                Pair::Differ(a, b) => confusion.count(&a.value, &b.value),
                Pair::First(a) => confusion.count(&a.value, NONE),
                Pair::Second(b) => confusion.count(NONE, &b.value),
            }
        }
    }

    /// Whether a reader gave a record of any report.
    pub(super) fn has(&self, reader: usize) -> bool {
        self.read.get(reader).copied().unwrap_or_default()
    }

    /// What a reader came to.
    pub(super) fn reader(&self, reader: usize) -> Reader {
        let once = vec![1; self.rows.len()];
        let sums = self.sums(reader, &once);
        let mut found = intervals(self.rows.len(), |times| {
            let sums = self.sums(reader, times);
            let each = |counts: &Counts| [counts.precision(), counts.recall(), counts.is_some().then(|| counts.f1())];
            let fields = sums.iter().flat_map(each);
            [core(&sums), score(&sums)].into_iter().chain(fields).collect()
        })
        .into_iter();
        let mut measure = |value: Option<f64>| Measure { value, interval: found.next().flatten().filter(|_| value.is_some()) };
        let (core, score) = (measure(core(&sums)), measure(score(&sums)));
        let mut fields = Vec::new();
        for (field, counts) in scored().zip(sums) {
            let (precision, recall) = (measure(counts.precision()), measure(counts.recall()));
            let f1 = measure(counts.is_some().then(|| counts.f1()));
            if counts.is_some() {
                fields.push(InField { field, counts, precision, recall, f1 });
            }
        }
        Reader { core, score, fields }
    }

    /// F1 of the second reader less that of the first, with intervals over the same drawn reports: `core`, `score`, then each
    /// field both have.
    pub(super) fn gains(&self) -> Vec<(&'static str, Measure)> {
        let measure = |times: &[u64]| -> Vec<Option<f64>> {
            let (first, second) = (self.sums(0, times), self.sums(1, times));
            let less = |a: Option<f64>, b: Option<f64>| Some(b? - a?);
            let f1 = |counts: &Counts| counts.is_some().then(|| counts.f1());
            let fields = first.iter().zip(&second).map(|(a, b)| less(f1(a), f1(b)));
            [less(core(&first), core(&second)), less(score(&first), score(&second))].into_iter().chain(fields).collect()
        };
        let values = measure(&vec![1; self.rows.len()]);
        let intervals = intervals(self.rows.len(), measure);
        let names = ["core", "score"].into_iter().chain(scored().map(|field| field.name));
        names.zip(values.into_iter().zip(intervals)).map(|(name, (value, interval))| (name, Measure { value, interval })).collect()
    }

    /// Reports, `core` and `score` of a reader by broker, or by type.
    pub(super) fn groups(&self, reader: usize, by_broker: bool) -> Vec<(String, u64, Option<f64>, Option<f64>)> {
        let names = if by_broker { &self.brokers } else { &self.types };
        let mut groups: BTreeMap<&String, (u64, Vec<Counts>)> = BTreeMap::new();
        for (name, row) in names.iter().zip(&self.rows) {
            let (documents, sums) = groups.entry(name).or_insert_with(|| (0, vec![Counts::default(); scored().count()]));
            *documents += 1;
            for (sum, counts) in sums.iter_mut().zip(row.get(reader).into_iter().flatten()) {
                sum.add(*counts, 1);
            }
        }
        groups.into_iter().map(|(name, (documents, sums))| (name.clone(), documents, core(&sums), score(&sums))).collect()
    }

    /// Counts of a reader by field, each report as often as it was drawn.
    fn sums(&self, reader: usize, times: &[u64]) -> Vec<Counts> {
        let mut sums = vec![Counts::default(); scored().count()];
        for (row, times) in self.rows.iter().zip(times).filter(|(_, times)| **times > 0) {
            for (sum, counts) in sums.iter_mut().zip(row.get(reader).into_iter().flatten()) {
                sum.add(*counts, *times);
            }
        }
        sums
    }
}

/// Mean F1 of the fields that decide something.
fn core(sums: &[Counts]) -> Option<f64> {
    mean(sums, |field| field.core)
}

/// Mean F1 of all fields that count.
fn score(sums: &[Counts]) -> Option<f64> {
    mean(sums, Field::counts)
}

fn mean(sums: &[Counts], which: impl Fn(&Field) -> bool) -> Option<f64> {
    let values: Vec<f64> =
        scored().zip(sums).filter(|(field, counts)| which(field) && counts.is_some()).map(|(_, counts)| counts.f1()).collect();
    let count = u32::try_from(values.len()).ok().filter(|count| *count > 0)?;
    Some(values.iter().sum::<f64>() / f64::from(count))
}
