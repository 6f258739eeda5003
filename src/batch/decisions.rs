//! People's decisions about a run's records: kept with the run, written into what it shows, tried anew when a report is read
//! anew.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::digest::Digest;
use super::write;
use crate::decide::{Decided, Decision, Fate, Kept, Sitting, Stale, decide};
use crate::document::Document;
use crate::domain::Record;
use crate::store::{Correction, RunStore, Shown, StoreError, StoredDecision, StoredDocument};
use crate::validate::RecordValidator;

/// What became of the decisions about one report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentDecisions {
    /// In its record.
    pub applied: u64,
    /// No longer fitting, and passed over.
    pub stale: Vec<StaleDecision>,
}

/// A decision that no longer fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaleDecision {
    /// The report.
    pub document: String,
    /// The place.
    pub pointer: String,
    /// The value that was decided.
    pub value: Value,
    /// The value it was decided about.
    pub was: Value,
    /// The value that stands there now; null where nothing does.
    pub present: Value,
    /// Why it does not fit.
    pub why: String,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: String,
}

/// What became of a decision that was handed in.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is kept, and in the record.
    Applied,
    /// It was kept before.
    Known,
    /// A later decision is about the same place.
    Superseded,
    /// The run has no record of such a report.
    NoRecord,
    /// It was made upon something that is no longer so.
    Stale {
        /// Why.
        why: Stale,
        /// What stands there now.
        present: Value,
    },
    /// Its value cannot stand there.
    Refused(String),
}

impl Verdict {
    /// Whether a person has to look: the decision is not in the record, and no later one is.
    pub fn is_left_out(&self) -> bool {
        matches!(self, Self::NoRecord | Self::Stale { .. } | Self::Refused(_))
    }
}

/// What handing in decisions came to.
#[derive(Clone, Debug, Default)]
pub struct HandedIn {
    /// Each decision and what became of it, in the order they were handed in.
    pub decisions: Vec<(Decision, Verdict)>,
    /// Reports whose record is another one now.
    pub changed: Vec<String>,
}

/// Keeps decisions with a run and writes its files anew. With `try_only` nothing is written. Handing in the same decisions
/// again changes nothing.
///
/// # Errors
/// When the run cannot be read or written.
pub fn hand_in(run: &RunStore, decisions: Vec<Decision>, try_only: bool) -> Result<HandedIn, StoreError> {
    let mut of_documents: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, decision) in decisions.iter().enumerate() {
        of_documents.entry(decision.document.clone()).or_default().push(at);
    }
    let sitting = run.last_sitting()?.map_or(1, |(last, _)| last.saturating_add(1));
    let valid = RecordValidator::new().map_err(|_| run.damaged("record schema"))?;
    let mut verdicts: Vec<Verdict> = vec![Verdict::NoRecord; decisions.len()];
    let (mut new, mut shown, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for (name, places) in of_documents {
        let Some(stored) = run.document_as_read(&name)? else { continue };
        let of_document: Vec<Decision> = places.iter().filter_map(|at| decisions.get(*at).cloned()).collect();
        let outcome = sit(run, sitting, &stored, of_document, &valid)?;
        for (at, verdict) in places.iter().zip(outcome.verdicts) {
            if let Some(place) = verdicts.get_mut(*at) {
                *place = verdict;
            }
        }
        if let Some(now) = outcome.shown {
            changed.push(name);
            shown.push(now);
            new.extend(outcome.new);
        }
    }
    if !try_only && !new.is_empty() {
        run.keep_decisions(new, shown)?;
        write::again(run)?;
    }
    Ok(HandedIn { decisions: decisions.into_iter().zip(verdicts).collect(), changed })
}

/// Takes back what was handed in last, and writes the run's files anew; the reports it was about, none where nothing was
/// decided.
///
/// # Errors
/// When the run cannot be read or written.
pub fn take_back(run: &RunStore) -> Result<Vec<String>, StoreError> {
    let Some((sitting, names)) = run.last_sitting()? else { return Ok(Vec::new()) };
    let mut shown = Vec::new();
    for name in &names {
        let left: Vec<StoredDecision> = run.decisions(name)?.into_iter().filter(|decision| decision.sitting != sitting).collect();
        let now = match run.document_as_read(name)? {
            Some(stored) if !left.is_empty() => {
                let (decided, correction) = correct(run, &stored.document, stored.record, &left)?;
                Shown { document: name.clone(), decided: Some(json(run, &decided)?), correction: Some(correction) }
            }
            _ => Shown { document: name.clone(), decided: None, correction: None },
        };
        shown.push(now);
    }
    run.withdraw_sitting(sitting, shown)?;
    write::again(run)?;
    Ok(names)
}

/// One report's part of what was handed in.
struct Outcome {
    verdicts: Vec<Verdict>,
    new: Vec<StoredDecision>,
    /// `None` where nothing new is kept.
    shown: Option<Shown>,
}

fn sit(
    run: &RunStore,
    sitting: i64,
    stored: &StoredDocument,
    decisions: Vec<Decision>,
    valid: &RecordValidator,
) -> Result<Outcome, StoreError> {
    let name = &stored.document.name;
    let kept = run.decisions(name)?;
    let known: Vec<Decision> = kept.iter().map(|kept| read(run, &kept.line)).collect::<Result<_, _>>()?;
    let mut decided = decide(&stored.document, stored.record.clone(), &sittings(run, &kept)?);
    let mut verdicts: Vec<Option<Verdict>> = decisions.iter().map(|decision| before(decision, &known)).collect();
    let open: Vec<Decision> =
        decisions.iter().zip(&verdicts).filter(|(_, verdict)| verdict.is_none()).map(|(decision, _)| decision.clone()).collect();
    let Sitting { base, decisions: open } = decided.sitting(open);
    decided.sit(&stored.document, &Sitting { base, decisions: open.clone() });
    let mut fates = decided.fates.pop().unwrap_or_default();
    let value = serde_json::to_value(&decided.record).map_err(|_| run.damaged("record"))?;
    if let Some(issue) = valid.issues(&value).first() {
        fates.iter_mut().filter(|fate| **fate == Fate::Applied).for_each(|fate| *fate = Fate::Refused(issue.to_string()));
    }
    let mut new = Vec::new();
    for (fate, Kept { decision, item }) in fates.iter().zip(&open) {
        if *fate == Fate::Applied {
            new.push(StoredDecision {
                sitting,
                document: name.clone(),
                base: u32::try_from(base).unwrap_or(u32::MAX),
                line: json(run, decision)?,
                item: item.as_ref().map(|item| json(run, item)).transpose()?,
            });
        }
    }
    let mut fates = fates.into_iter();
    let verdicts = verdicts.iter_mut().map(|verdict| verdict.take().or_else(|| fates.next().map(verdict_of)).unwrap_or(Verdict::Known));
    let verdicts = verdicts.collect();
    if new.is_empty() {
        return Ok(Outcome { verdicts, new, shown: None });
    }
    let all: Vec<StoredDecision> = kept.into_iter().chain(new.clone()).collect();
    let (now, correction) = correct(run, &stored.document, stored.record.clone(), &all)?;
    let shown = Shown { document: name.clone(), decided: Some(json(run, &now)?), correction: Some(correction) };
    Ok(Outcome { verdicts, new, shown: Some(shown) })
}

fn verdict_of(fate: Fate) -> Verdict {
    match fate {
        Fate::Applied => Verdict::Applied,
        Fate::Superseded => Verdict::Superseded,
        Fate::Stale { why, present } => Verdict::Stale { why, present },
        Fate::Refused(message) => Verdict::Refused(message),
    }
}

/// What a decision is in the light of those that are kept: one of them, or older than one about the same place.
fn before(decision: &Decision, known: &[Decision]) -> Option<Verdict> {
    if known.contains(decision) {
        return Some(Verdict::Known);
    }
    let later = |other: &Decision| other.pointer == decision.pointer && other.time() > decision.time();
    (!decision.pointer.ends_with("/-") && known.iter().any(later)).then_some(Verdict::Superseded)
}

/// The record decisions lead to, and what became of them.
pub(super) fn correct(
    run: &RunStore,
    document: &Document,
    record: Record,
    decisions: &[StoredDecision],
) -> Result<(DocumentDecisions, Correction), StoreError> {
    let sittings = sittings(run, decisions)?;
    let Decided { record, fates, .. } = decide(document, record, &sittings);
    let mut note = DocumentDecisions::default();
    let all = sittings.iter().zip(fates).flat_map(|(sitting, fates)| sitting.decisions.iter().zip(fates));
    for (Kept { decision, .. }, fate) in all {
        match fate {
            Fate::Applied => note.applied += 1,
            Fate::Superseded => {}
            Fate::Stale { why, present } => note.stale.push(stale(decision, present, why.words().to_owned())),
            Fate::Refused(message) => note.stale.push(stale(decision, Value::Null, message)),
        }
    }
    Ok((note, Correction { record: json(run, &record)?, digest: json(run, &Digest::of(&record))? }))
}

/// What is said of decisions about a report that has no record any more.
pub(super) fn all_stale(run: &RunStore, decisions: &[StoredDecision]) -> Result<DocumentDecisions, StoreError> {
    let mut note = DocumentDecisions::default();
    for kept in decisions {
        note.stale.push(stale(&read(run, &kept.line)?, Value::Null, "the report has no record".to_owned()));
    }
    Ok(note)
}

fn stale(decision: &Decision, present: Value, why: String) -> StaleDecision {
    let Decision { document, pointer, value, was, by, at, .. } = decision.clone();
    StaleDecision { document, pointer, value, was, present, why, by, at }
}

fn sittings(run: &RunStore, decisions: &[StoredDecision]) -> Result<Vec<Sitting>, StoreError> {
    let mut sittings: Vec<(i64, Sitting)> = Vec::new();
    for kept in decisions {
        let item = kept.item.as_deref().map(|item| serde_json::from_str(item).map_err(|_| run.damaged("decision"))).transpose()?;
        let decision = Kept { decision: read(run, &kept.line)?, item };
        match sittings.last_mut().filter(|(number, _)| *number == kept.sitting) {
            Some((_, sitting)) => sitting.decisions.push(decision),
            None => sittings.push((kept.sitting, Sitting { base: kept.base as usize, decisions: vec![decision] })),
        }
    }
    Ok(sittings.into_iter().map(|(_, sitting)| sitting).collect())
}

fn read(run: &RunStore, line: &str) -> Result<Decision, StoreError> {
    serde_json::from_str(line).map_err(|_| run.damaged("decision"))
}

fn json<T: Serialize>(run: &RunStore, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| run.damaged("decision"))
}
