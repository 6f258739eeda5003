//! What people decide about records: accepted, corrected, taken out.
//!
//! A decision names a place in the record a person looked at. Decisions that were made on one page are a [`Sitting`]; a
//! sitting is made upon the record that earlier ones led to, or upon an earlier one, and says which. [`decide`] takes a record
//! as the judge made it and all sittings, and gives the record they lead to: values with verdict `human`, what stood there in
//! `rejected`, what they settle taken out of `review`, and everything that follows from values judged anew.
//!
//! Nothing is decided about another value than the one that was looked at: where the text, the value or the item of a list
//! is another one, the decision is [`Fate::Stale`]. Pure.

mod change;
mod follow;
mod line;
mod lists;
mod place;
mod words;

use serde_json::Value;

use crate::document::Document;
use crate::domain::record::Record;

/// The value of [`Decision::schema`].
pub use crate::domain::record::DECISION_SCHEMA;

use change::{Moved, Sheet};
pub use line::{Decision, DecisionAction, DecisionError};
use place::{Moves, item_of, key, list_and_index, same};

/// Decisions made upon one state of a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sitting {
    /// How many earlier sittings had been applied to the record that was looked at.
    pub base: usize,
    /// The decisions.
    pub decisions: Vec<Kept>,
}

/// A decision and what it was made about.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The decision.
    pub decision: Decision,
    /// The item of a list it was made about, as it was then; by this it is known again where a list is another one.
    pub item: Option<Value>,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// It is in the record.
    Applied,
    /// It was made upon something that is no longer so, and is passed over.
    Stale {
        /// Why.
        why: Stale,
        /// What stands there now; null where nothing does.
        present: Value,
    },
    /// Its value cannot stand there.
    Refused(String),
    /// A later one is about the same place.
    Superseded,
}

/// Why a decision no longer fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// The text of the report is another one.
    Text,
    /// Another value stands there.
    Value,
    /// The record has no such place, or the item it was about is gone.
    Place,
}

impl Stale {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "the report's text is another one",
            Self::Value => "another value stands there now",
            Self::Place => "the record no longer has that place",
        }
    }
}

/// A record with what was decided about it.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The record.
    pub record: Record,
    /// What became of each decision, by sitting and in its order.
    pub fates: Vec<Vec<Fate>>,
    /// The record before the first sitting, after it, after the next …
    versions: Vec<Record>,
    /// Where places went with each sitting.
    moves: Vec<Moves>,
}

/// Applies all sittings to a record as the judge made it.
pub fn decide(document: &Document, record: Record, sittings: &[Sitting]) -> Decided {
    let mut decided = Decided { record: record.clone(), fates: Vec::new(), versions: vec![record], moves: Vec::new() };
    for sitting in sittings {
        decided.sit(document, sitting);
    }
    decided
}

impl Decided {
    /// The sitting that new decisions are: made upon the latest of the record's states that fits most of them.
    pub fn sitting(&self, decisions: Vec<Decision>) -> Sitting {
        let fitting = |record: &Record| {
            let value = serde_json::to_value(record).unwrap_or_default();
            decisions.iter().filter(|decision| same(value.pointer(&decision.pointer).unwrap_or(&Value::Null), &decision.was)).count()
        };
        // `max_by_key` takes the last of equals.
        let base = self.versions.iter().enumerate().max_by_key(|(_, record)| fitting(record)).map_or(0, |(at, _)| at);
        let looked_at = self.versions.get(base).and_then(|record| serde_json::to_value(record).ok()).unwrap_or_default();
        let item = |decision: &Decision| item_of(&decision.pointer).and_then(|item| looked_at.pointer(item)).cloned();
        Sitting { base, decisions: decisions.into_iter().map(|decision| Kept { item: item(&decision), decision }).collect() }
    }

    /// Applies one more sitting.
    pub fn sit(&mut self, document: &Document, sitting: &Sitting) {
        let latest = latest(&sitting.decisions);
        let looked_at = self.versions.get(sitting.base).and_then(|record| serde_json::to_value(record).ok()).unwrap_or_default();
        let mut sheet = Sheet::new(document, &self.record);
        let mut fates = Vec::new();
        for (kept, is_latest) in sitting.decisions.iter().zip(latest) {
            let decision = &kept.decision;
            let fate = if !is_latest {
                Fate::Superseded
            } else if decision.text_id != self.record.text_id {
                Fate::Stale { why: Stale::Text, present: Value::Null }
            } else {
                let place = located(&looked_at, kept);
                let seen = place.as_deref().and_then(|place| looked_at.pointer(place));
                match place.as_deref().and_then(|place| self.present_place(sitting.base, place)) {
                    Some(pointer) => sheet.apply(decision, &pointer, seen),
                    // What is gone already need not be taken out.
                    None if decision.value.is_null() && list_and_index(&decision.pointer).is_some() => Fate::Applied,
                    None => Fate::Stale { why: Stale::Place, present: looked_at.pointer(&decision.pointer).cloned().unwrap_or_default() },
                }
            };
            fates.push(fate);
        }
        match sheet.finish() {
            Ok(Moved { record, moves }) => {
                self.record = record;
                self.moves.push(moves);
            }
            // Each value fits its place, and together they make no record: none of them is taken.
            Err(message) => {
                fates.iter_mut().filter(|fate| **fate == Fate::Applied).for_each(|fate| *fate = Fate::Refused(message.clone()));
                self.moves.push(Moves::default());
            }
        }
        self.versions.push(self.record.clone());
        self.fates.push(fates);
    }

    /// Where a place of an earlier state is in the present one.
    fn present_place(&self, base: usize, pointer: &str) -> Option<String> {
        self.moves.iter().skip(base).try_fold(pointer.to_owned(), |pointer, moves| moves.translate(&pointer))
    }
}

/// The place of a decision in the state it was made upon: about an item of a list by that item, where the list is another one
/// than when it was made; `None` where the item is gone, or is one of several that cannot be told apart.
fn located(looked_at: &Value, kept: &Kept) -> Option<String> {
    let pointer = &kept.decision.pointer;
    let (Some(item), Some(place)) = (&kept.item, item_of(pointer)) else { return Some(pointer.clone()) };
    let wanted = key(item);
    let is_it = |item: &Value| same(&key(item), &wanted);
    if looked_at.pointer(place).is_some_and(is_it) {
        return Some(pointer.clone());
    }
    let (list, _) = list_and_index(place)?;
    let mut alike = looked_at.pointer(list)?.as_array()?.iter().enumerate().filter(|(_, item)| is_it(item));
    match (alike.next(), alike.next()) {
        (Some((index, _)), None) => Some(format!("{list}/{index}{}", pointer.get(place.len()..).unwrap_or_default())),
        _ => None,
    }
}

/// For each decision whether it is the last about its place: by time, then by order.
fn latest(decisions: &[Kept]) -> Vec<bool> {
    let is_append = |kept: &Kept| kept.decision.pointer.ends_with("/-");
    decisions
        .iter()
        .enumerate()
        .map(|(at, kept)| {
            is_append(kept)
                || !decisions.iter().enumerate().any(|(other_at, other)| {
                    other.decision.pointer == kept.decision.pointer && (other.decision.time(), other_at) > (kept.decision.time(), at)
                })
        })
        .collect()
}

#[cfg(test)]
mod tests;
