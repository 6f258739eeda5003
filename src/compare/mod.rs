//! Readers compared: model and rules against each other, both against labels, one run against another.
//!
//! Reports are added one at a time and only counts are kept of them, besides as many differences as are to be listed. A
//! comparison does not know where records come from, and prints nothing: [`Report`] is data, [`sections()`] is that data as
//! tables, [`markdown()`] and [`page()`] are documents of it. The measures are defined in `docs/evaluation.md`.

mod agreement;
mod assemble;
mod change;
mod charts;
mod escape;
mod field;
mod item;
mod labels;
mod likeness;
mod markdown;
mod overview;
mod page;
mod read;
mod report;
mod said;
mod scores;
mod sections;
mod select;
mod stats;
mod threshold;

use std::collections::BTreeSet;

pub use agreement::{Difference, Kind, Tally};
pub use change::{Turn, Turns};
pub use escape::{Fate, Load};
pub use field::{FIELDS, Field};
pub use item::Many;
pub use markdown::markdown;
pub use page::{PageError, Part, page, parts};
pub use report::{
    AgreementReport, BrokerFill, ChangeReport, DisclosureAgreement, EscapeReport, FieldAgreement, FieldFate, FieldScore, FieldTurns, Fill,
    Gain, GroupAgreement, GroupScore, LoadReport, Matrix, Met, OverviewReport, ReaderScore, Report, SCHEMA, ScoreReport, Share, Source,
};
pub use said::Said;
pub use scores::Measure;
pub use sections::{Column, Detail, Section, sections};
pub use stats::{Confusion, Counts, Interval, Kappa, RESAMPLES, Undefined, intervals};
pub use threshold::{Threshold, ThresholdError};

use crate::domain::Record;
use crate::gold::{Gold, GoldSet};
use agreement::{Agreement, Group};
use change::Changes;
use escape::{Escape, Load as Looked};
use overview::Overview;
use scores::Scores;

/// One report as each of its readers has it.
#[derive(Clone, Copy, Debug)]
pub struct ReadBy<'a> {
    /// The record by the rules alone, where they read it.
    pub rules: Option<&'a Record>,
    /// The record by the model alone, where it read it.
    pub model: Option<&'a Record>,
    /// The record of both.
    pub reconciled: &'a Record,
}

/// Whose values are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The rules alone.
    Rules,
    /// The model alone.
    Model,
    /// What the judge made of both.
    #[default]
    Reconciled,
}

/// A comparison under way.
#[derive(Debug)]
pub struct Comparison {
    inputs: Vec<String>,
    source: Source,
    between: [String; 2],
    documents: u64,
    unpaired: [u64; 2],
    agreement: Agreement,
    gold: GoldSet,
    /// Labels whose report has come by.
    met: BTreeSet<String>,
    unlabelled: u64,
    scores: Scores,
    escape: Option<Escape>,
    changes: Changes,
    load: Looked,
    overview: Overview,
}

impl Comparison {
    /// Of the readers of one run, or of records alone: rules against model, and where there are labels each reader and what
    /// the judge made of them. `view` is the reader whose scores thresholds are about. `keep` differences are listed of each
    /// field and kind.
    pub fn of_readers(input: &str, gold: GoldSet, view: View, keep: usize) -> Self {
        let primary = match view {
            View::Rules => 0,
            View::Model => 1,
            View::Reconciled => 2,
        };
        let scores = Scores::new(&["rules", "model", "reconciled"], primary);
        Self::new(vec![input.to_owned()], ["rules".to_owned(), "model".to_owned()], Source::Verdicts, gold, scores, keep)
    }

    /// Of two runs, or two sets of records, the earlier one first.
    pub fn of_runs(first: &str, second: &str, gold: GoldSet, keep: usize) -> Self {
        let names = [first.to_owned(), second.to_owned()];
        Self::new(names.to_vec(), names, Source::Runs, gold, Scores::new(&[first, second], 1), keep)
    }

    fn new(inputs: Vec<String>, between: [String; 2], source: Source, gold: GoldSet, scores: Scores, keep: usize) -> Self {
        Self {
            inputs,
            source,
            between,
            documents: 0,
            unpaired: [0; 2],
            agreement: Agreement::new(keep),
            gold,
            met: BTreeSet::new(),
            unlabelled: 0,
            scores,
            escape: None,
            changes: Changes::new(keep),
            load: Looked::default(),
            overview: Overview::default(),
        }
    }

    /// Adds a report with what each reader read of it.
    pub fn add_views(&mut self, name: &str, read: ReadBy<'_>) {
        self.source = Source::Views;
        let group = self.look(read.reconciled);
        if let (Some(rules), Some(model)) = (read.rules, read.model) {
            self.agreement.count(name, &group, rules, model);
        }
        let Some(gold) = self.labels(name) else { return };
        self.scores.count(&group, &gold, &[read.rules, read.model, Some(read.reconciled)]);
        self.escape.get_or_insert_default().count(&gold, read.model, read.reconciled);
    }

    /// Adds a record of which no readings are kept. What its readers agreed on is known by its verdicts alone.
    pub fn add_record(&mut self, name: &str, record: &Record) {
        let group = self.look(record);
        if record.run.readers == crate::domain::record::Readers::Both {
            self.agreement.count_verdicts(name, &group, record);
        }
        let Some(gold) = self.labels(name) else { return };
        self.scores.count(&group, &gold, &[None, None, Some(record)]);
    }

    /// Adds a report as two runs have it. One that only one of them has is scored, and compared no further.
    pub fn add_pair(&mut self, name: &str, first: Option<&Record>, second: Option<&Record>) {
        let Some(newer) = second.or(first) else { return };
        let group = self.look(newer);
        let both = first.zip(second);
        if let Some((first, second)) = both {
            self.agreement.count(name, &group, first, second);
        } else {
            let [only_first, only_second] = &mut self.unpaired;
            *(if first.is_some() { only_first } else { only_second }) += 1;
        }
        let Some(gold) = self.labels(name) else { return };
        self.scores.count(&group, &gold, &[first, second]);
        if let Some((first, second)) = both {
            self.changes.count(name, &gold, first, second);
        }
    }

    /// Whether any report with labels has been added.
    pub fn has_labelled(&self) -> bool {
        !self.met.is_empty()
    }

    /// What it came to.
    pub fn finish(mut self) -> Report {
        let missing: Vec<(String, Gold)> =
            self.gold.iter().filter(|(name, _)| !self.met.contains(*name)).map(|(name, gold)| (name.to_owned(), gold.clone())).collect();
        for (name, gold) in missing {
            self.scores.miss(&name, &gold);
        }
        let [first, second] = &self.between;
        let scores = assemble::scores(&self.scores, self.escape.as_ref(), self.unlabelled);
        Report {
            schema: SCHEMA,
            documents: self.documents,
            unpaired: self.unpaired,
            agreement: assemble::agreement(&self.agreement, first, second),
            changes: (self.source == Source::Runs && scores.is_some()).then(|| assemble::changes(&self.changes, &self.scores)),
            scores,
            load: self.load.into(),
            overview: assemble::overview(&self.overview),
            source: self.source,
            inputs: self.inputs,
        }
    }

    fn look(&mut self, record: &Record) -> Group {
        let group = Group::of(record);
        self.documents += 1;
        self.load.count(record);
        self.overview.count(&group, record);
        group
    }

    /// The labels of a report. Labels belong to one report: of two with the same name only the first is scored.
    fn labels(&mut self, name: &str) -> Option<Gold> {
        let key = self.gold.key(name).map(str::to_owned);
        let found = key.filter(|key| self.met.insert(key.clone())).and_then(|_| self.gold.find(name).cloned());
        self.unlabelled += u64::from(found.is_none());
        found
    }
}
