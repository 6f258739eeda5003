//! What a run came to, as it stands in `run.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::decisions::{DocumentDecisions, StaleDecision};
use super::digest::{Digest, FIELDS, ModelOutcome};
use crate::domain::record::Readers;
use crate::llm::{Cost, Usage};
use crate::store::{Entry, State};

/// Name of the file's format.
pub(super) const SCHEMA: &str = "sellside.run/1";
/// Documents that are named as the worst, or as read in part.
const WORST: usize = 20;
/// Decisions that are named because they no longer fit.
const STALE: usize = 200;

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// Always `sellside.run/1`.
    pub schema: String,
    /// Version of this program.
    pub sellside: String,
    /// Hash of all that decides records beside their documents.
    pub made_by: String,
    /// Hash of the record's schema.
    pub record_schema: String,
    /// Hash of the draft's schema.
    pub draft_schema: String,
    /// Hash of the prompt templates.
    pub prompts: String,
    /// Who was to read.
    pub readers: Readers,
    /// Model name as sent.
    pub model: Option<String>,
    /// The server, without credentials and query.
    pub endpoint: Option<String>,
    /// Whether answers came from a recording.
    pub replayed: bool,
    /// When this process began, UTC.
    pub started: String,
    /// When it wrote this.
    pub ended: String,
    /// Seconds between the two.
    pub seconds: f64,
    /// What ended it before its last document.
    pub stopped: Option<String>,
    /// Documents.
    pub counts: Counts,
    /// Requests of this process.
    pub requests: Requests,
    /// Requests of all processes of this run.
    pub requests_in_all: Requests,
    /// Share of documents with a value, by field.
    pub fill: BTreeMap<String, f64>,
    /// Conflicts of the two readers, by field.
    pub conflicts: BTreeMap<String, u64>,
    /// Documents, their things to look at and conflicts, by publisher.
    pub publishers: BTreeMap<String, Publisher>,
    /// Documents with the most to look at, worst first.
    pub worst: Vec<Worst>,
    /// Documents whose model read a part of them only, the first of them.
    pub read_in_part: Vec<String>,
    /// What people decided.
    pub decisions: Decisions,
}

/// What people decided about a run's records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decisions {
    /// Reports with decisions.
    pub documents: u64,
    /// Decisions that are in a record.
    pub applied: u64,
    /// Decisions that no longer fit.
    pub stale: u64,
    /// Those, the first of them.
    pub first_stale: Vec<StaleDecision>,
    /// Decisions about reports that are no input any more.
    pub without_input: u64,
}

/// Documents of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Asked for.
    pub inputs: u64,
    /// With a record.
    pub records: u64,
    /// Without text.
    pub unreadable: u64,
    /// Not begun or not finished.
    pub not_done: u64,
    /// Whose model failed: with a record by the rules alone, or with none where the model was to read alone.
    pub model_failed: u64,
    /// Whose model read a part of the report only.
    pub read_in_part: u64,
    /// Whose model answered by the schema at once.
    pub valid_at_once: u64,
    /// Whose model answered by the schema in the end.
    pub valid: u64,
    /// Read by a model, failed ones too.
    pub asked: u64,
    /// That nobody needs to look at.
    pub agreed: u64,
    /// With something for a person to look at.
    pub review: u64,
    /// Finished by an earlier process and still right.
    pub found: u64,
    /// Read by this process.
    pub read: u64,
}

/// Requests and what they took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Requests {
    /// Sent.
    pub sent: u64,
    /// Of these, without a usable reply.
    pub failed: u64,
    /// Tokens.
    pub usage: Usage,
    /// What they cost; null where nobody can say.
    pub cost: Option<Money>,
    /// How long successful ones took.
    pub latency: Option<Latency>,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Decimal, as text.
    pub amount: String,
    /// ISO 4217; null where it costs nothing in any.
    pub currency: Option<String>,
    /// Requests that may have been charged and came back without a count of tokens.
    pub uncounted: u64,
}

impl Money {
    pub(super) fn of(cost: Cost) -> Option<Self> {
        match cost {
            Cost::Free => Some(Self { amount: "0".to_owned(), currency: None, uncounted: 0 }),
            Cost::Known { money, uncounted } => Some(Self {
                amount: money.amount.round_dp(6).normalize().to_string(),
                currency: Some(money.currency.to_string()),
                uncounted: uncounted as u64,
            }),
            Cost::Unknown => None,
        }
    }
}

/// How long requests took, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// Half were faster.
    pub p50: u64,
    /// Nineteen of twenty were faster.
    pub p95: u64,
    /// The slowest.
    pub most: u64,
}

impl Latency {
    /// Of these times; `None` of none.
    pub fn of(mut milliseconds: Vec<u64>) -> Option<Self> {
        milliseconds.sort_unstable();
        let last = milliseconds.len().checked_sub(1)?;
        let at = |percent: usize| milliseconds.get((last * percent).div_ceil(100)).copied();
        Some(Self { p50: at(50)?, p95: at(95)?, most: at(100)? })
    }
}

/// What was read of one publisher.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publisher {
    /// Documents.
    pub documents: u64,
    /// Fields with a value, of all documents together.
    pub filled: u64,
    /// Conflicts of the two readers.
    pub conflicts: u64,
    /// Things for a person to look at.
    pub review: u64,
}

/// A document with much to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worst {
    /// Its name.
    pub name: String,
    /// Things to look at.
    pub review: u32,
    /// Of these, conflicts.
    pub conflicts: u32,
}

/// Counts documents as they pass by.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    filled: BTreeMap<String, u64>,
    conflicts: BTreeMap<String, u64>,
    publishers: BTreeMap<String, Publisher>,
    worst: Vec<Worst>,
    read_in_part: Vec<String>,
    decisions: Decisions,
}

impl Tally {
    /// Counts one input and what became of it.
    pub(super) fn count(&mut self, name: &str, entry: Option<&Entry>) {
        self.counts.inputs += 1;
        let Some(entry) = entry else {
            self.counts.not_done += 1;
            return;
        };
        self.count_decisions(entry);
        if entry.state == State::Unreadable {
            self.counts.unreadable += 1;
            return;
        }
        let Some(digest) = &entry.digest else {
            // The model was to read alone, and failed.
            self.counts.model_failed += 1;
            self.counts.asked += 1;
            return;
        };
        self.counts.records += 1;
        let digest: Digest = serde_json::from_str(digest).unwrap_or_default();
        let counts = &mut self.counts;
        counts.model_failed += u64::from(digest.model == ModelOutcome::Failed);
        counts.read_in_part += u64::from(digest.model == ModelOutcome::Partial);
        counts.valid_at_once += u64::from(digest.model == ModelOutcome::Valid);
        counts.valid += u64::from(matches!(digest.model, ModelOutcome::Valid | ModelOutcome::ValidAgain));
        counts.asked += u64::from(digest.model != ModelOutcome::NotAsked);
        counts.agreed += u64::from(digest.is_agreed());
        counts.review += u64::from(digest.review > 0);
        if digest.model == ModelOutcome::Partial && self.read_in_part.len() < WORST {
            self.read_in_part.push(name.to_owned());
        }
        let conflicts: u32 = digest.conflicts.values().fold(0, |sum, count| sum.saturating_add(*count));
        for field in &digest.filled {
            *self.filled.entry(field.clone()).or_default() += 1;
        }
        for (field, count) in &digest.conflicts {
            *self.conflicts.entry(field.clone()).or_default() += u64::from(*count);
        }
        let publisher = self.publishers.entry(digest.publisher.clone().unwrap_or_default()).or_default();
        publisher.documents += 1;
        publisher.filled += digest.filled.len() as u64;
        publisher.conflicts += u64::from(conflicts);
        publisher.review += u64::from(digest.review);
        if digest.review > 0 {
            self.worst.push(Worst { name: name.to_owned(), review: digest.review, conflicts });
            // Bounded, whatever the number of documents.
            if self.worst.len() >= 4 * WORST {
                self.sort_worst();
            }
        }
    }

    fn count_decisions(&mut self, entry: &Entry) {
        let Some(note) = entry.decided.as_deref() else { return };
        let note: DocumentDecisions = serde_json::from_str(note).unwrap_or_default();
        let decisions = &mut self.decisions;
        decisions.documents += 1;
        decisions.applied += note.applied;
        decisions.stale += note.stale.len() as u64;
        let room = STALE.saturating_sub(decisions.first_stale.len());
        decisions.first_stale.extend(note.stale.into_iter().take(room));
    }

    fn sort_worst(&mut self) {
        self.worst.sort_by(|a, b| (b.review, b.conflicts, &a.name).cmp(&(a.review, a.conflicts, &b.name)));
        self.worst.truncate(WORST);
    }

    /// Puts the counts into a report.
    pub(super) fn into_report(mut self, report: &mut RunReport) {
        self.sort_worst();
        let of = self.counts.records;
        let share = |field: &str| {
            let filled = self.filled.get(field).copied().unwrap_or_default();
            // A thousandth is as fine as people look.
            let thousandths = filled.saturating_mul(1000).checked_div(of).unwrap_or_default();
            f64::from(u32::try_from(thousandths).unwrap_or(u32::MAX)) / 1000.0
        };
        report.fill = FIELDS.into_iter().map(|field| (field.to_owned(), share(field))).collect();
        report.counts = Counts { found: report.counts.found, read: report.counts.read, ..self.counts };
        report.conflicts = self.conflicts;
        report.publishers = self.publishers;
        report.worst = self.worst;
        report.read_in_part = self.read_in_part;
        report.decisions = Decisions { without_input: report.decisions.without_input, ..self.decisions };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        assert_eq!(Latency::of(Vec::new()), None);
        assert_eq!(Latency::of(vec![7]), Some(Latency { p50: 7, p95: 7, most: 7 }));
        assert_eq!(Latency::of((1..=100).rev().collect()), Some(Latency { p50: 51, p95: 96, most: 100 }));
    }

    #[test]
    fn the_worst_are_few_and_in_order() {
        let mut tally = Tally::default();
        for number in 0..500u32 {
            let digest = Digest { review: number % 100, ..Digest::default() };
            let entry = Entry {
                name: String::new(),
                content: None,
                made_by: String::new(),
                state: State::Done,
                failure: None,
                digest: Some(serde_json::to_string(&digest).unwrap()),
                decided: None,
            };
            tally.count(&format!("{number:03}"), Some(&entry));
        }
        tally.count("later", None);
        tally.sort_worst();
        assert_eq!((tally.worst.len(), tally.worst[0].name.as_str(), tally.worst[1].name.as_str()), (WORST, "099", "199"));
        assert_eq!((tally.counts.inputs, tally.counts.records, tally.counts.not_done, tally.counts.agreed), (501, 500, 1, 5));
    }
}
