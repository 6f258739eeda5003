//! One sitting written into a record.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lists::translated;
use super::place::{FOLDED, Moves, is_at_or_below, is_value, list_and_index, same, unit_of, units};
use super::{Decision, DecisionAction, Fate, Stale, follow, words};
use crate::document::Document;
use crate::domain::record::{Provenance, Record, Rejected, ReviewItem, Subject, TargetPrice};
use crate::domain::{By, Verdict};
use crate::pipeline::rejudge;

/// A record being changed: its values as JSON, what stands beside them as types.
pub(super) struct Sheet<'a> {
    document: &'a Document,
    before: &'a Record,
    /// The record without provenance and review.
    pub(super) values: Value,
    pub(super) provenance: BTreeMap<String, Provenance>,
    pub(super) review: Vec<ReviewItem>,
    /// Units a person decided in this sitting.
    pub(super) decided: BTreeSet<String>,
    /// Places whose review items are settled.
    pub(super) settled: BTreeSet<String>,
    /// Items to take out: their pointers, and who decided it.
    pub(super) removed: BTreeMap<String, Decision>,
}

/// A record after a sitting, and where its places went.
pub(super) struct Moved {
    pub(super) record: Record,
    pub(super) moves: Moves,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(document: &'a Document, record: &'a Record) -> Self {
        let bare = Record { provenance: BTreeMap::new(), review: Vec::new(), ..record.clone() };
        Self {
            document,
            before: record,
            values: serde_json::to_value(bare).unwrap_or_default(),
            provenance: record.provenance.clone(),
            review: record.review.clone(),
            decided: BTreeSet::new(),
            settled: BTreeSet::new(),
            removed: BTreeMap::new(),
        }
    }

    /// Writes one decision; `pointer` is its place in the present record, `seen` what stands where it was made. A later
    /// decision than one that is written already may have been made without seeing it.
    pub(super) fn apply(&mut self, decision: &Decision, pointer: &str, seen: Option<&Value>) -> Fate {
        if !is_value(pointer) {
            return self.acknowledge(decision, pointer);
        }
        if let Some(list) = pointer.strip_suffix("/-") {
            return self.append(decision, list);
        }
        let Some(present) = self.present(pointer) else {
            return Fate::Stale { why: Stale::Place, present: Value::Null };
        };
        let fits = |value: &Value| same(value, &decision.was);
        if !fits(&present) && !seen.is_some_and(fits) && !same(&present, &decision.value) {
            return Fate::Stale { why: Stale::Value, present };
        }
        let is_item = list_and_index(pointer).is_some_and(|(list, _)| self.values.pointer(list).is_some_and(Value::is_array));
        if decision.value.is_null() && is_item {
            self.settled.insert(pointer.to_owned());
            self.removed.insert(pointer.to_owned(), decision.clone());
            return Fate::Applied;
        }
        self.set(decision, pointer, &present)
    }

    /// What stands at a place; null also for a member of an object that is null as a whole.
    fn present(&self, pointer: &str) -> Option<Value> {
        if let Some(value) = self.values.pointer(pointer) {
            return Some(value.clone());
        }
        let (object, member) = pointer.rsplit_once('/')?;
        let known = self.values.pointer(object).is_some_and(Value::is_null) && empty(object)?.get(member).is_some();
        known.then_some(Value::Null)
    }

    /// A decision about something that is no value: it can only be seen and left as it is.
    fn acknowledge(&mut self, decision: &Decision, pointer: &str) -> Fate {
        if decision.action != DecisionAction::Keep {
            return Fate::Refused(format!("`{pointer}` is no value of the report"));
        }
        let settled: Vec<ReviewItem> = self.review.iter().filter(|item| item.pointer == pointer).cloned().collect();
        self.review.retain(|item| !settled.contains(item));
        Fate::Applied
    }

    fn append(&mut self, decision: &Decision, list: &str) -> Fate {
        let Some(items) = self.values.pointer(list).and_then(Value::as_array) else {
            return Fate::Stale { why: Stale::Place, present: Value::Null };
        };
        if items.iter().any(|item| same(item, &decision.value)) {
            return Fate::Applied;
        }
        let pointer = format!("{list}/{}", items.len());
        let mut values = self.values.clone();
        if let Some(items) = values.pointer_mut(list).and_then(Value::as_array_mut) {
            items.push(decision.value.clone());
        }
        if let Err(message) = self.take(values) {
            return Fate::Refused(message);
        }
        self.mark(decision, &pointer, None);
        Fate::Applied
    }

    fn set(&mut self, decision: &Decision, pointer: &str, present: &Value) -> Fate {
        let mut values = self.values.clone();
        if values.pointer(pointer).is_none()
            && let Some((object, _)) = pointer.rsplit_once('/')
            && let (Some(place), Some(members)) = (values.pointer_mut(object), empty(object))
        {
            *place = members;
        }
        if let Some(place) = values.pointer_mut(pointer) {
            place.clone_from(&decision.value);
        }
        if let Err(message) = self.take(values) {
            return Fate::Refused(message);
        }
        self.mark(decision, pointer, Some(present));
        Fate::Applied
    }

    /// Takes changed values, if they still are those of a record.
    fn take(&mut self, values: Value) -> Result<(), String> {
        serde_path_to_error::deserialize::<_, Record>(&values).map_err(|error| format!("`{}`: {}", error.path(), error.inner()))?;
        self.values = values;
        Ok(())
    }

    /// Says of every unit at or below a place who decided it. Of a whole that was changed, the parts that stayed keep what
    /// was known of them.
    fn mark(&mut self, decision: &Decision, pointer: &str, before: Option<&Value>) {
        self.settled.insert(pointer.to_owned());
        let unit = unit_of(pointer).to_owned();
        self.settled.insert(unit.clone());
        let former = serde_json::to_value(self.before).unwrap_or_default();
        let mut changed: Vec<(String, Option<Value>, Value)> = Vec::new();
        // Parts of a whole that are not in it any more stand with the whole.
        let mut lost: Vec<Rejected> = Vec::new();
        if unit == pointer {
            let (mut old, mut new) = (Vec::new(), Vec::new());
            if let Some(before) = before {
                units(pointer, before, &mut old);
            }
            if let Some(after) = self.values.pointer(pointer) {
                units(pointer, after, &mut new);
            }
            for (place, value) in old.iter().filter(|(place, _)| !new.iter().any(|(other, _)| other == place)) {
                if !value.is_null() {
                    lost.push(turned_down(&self.provenance, place, (*value).clone()));
                }
                self.provenance.remove(place);
            }
            let only = new.len() == 1;
            for (place, value) in new {
                let was = old.iter().find(|(other, _)| *other == place).map(|(_, was)| (*was).clone());
                let stays = was.as_ref().is_some_and(|was| same(was, value));
                // A whole that is kept as it is is decided in all its parts.
                let whole_kept = before.is_some_and(|before| same(before, &decision.value));
                if !stays || only || (whole_kept && !value.is_null()) {
                    changed.push((place, was, value.clone()));
                }
            }
        } else if let Some(value) = self.values.pointer(&unit) {
            changed.push((unit.clone(), former.pointer(&unit).cloned(), value.clone()));
        }
        for (place, was, value) in changed {
            self.human(decision, place, was, &value);
        }
        if !lost.is_empty() || self.values.pointer(pointer).is_some_and(Value::is_array) {
            let whole = self.provenance.entry(unit).or_insert_with(|| by_person(None));
            (whole.verdict, whole.decided) = (Verdict::Human, Some(decision.decided()));
            whole.rejected.extend(lost);
        }
    }

    /// The provenance of a value that a person decided.
    fn human(&mut self, decision: &Decision, unit: String, was: Option<Value>, value: &Value) {
        let former = self.provenance.remove(&unit);
        // What stood there before this sitting is remembered once.
        let was = was.filter(|was| !was.is_null() && !self.decided.contains(&unit));
        let stays = was.as_ref().is_some_and(|was| same(was, value));
        let (evidence, mut rejected, verdict) =
            former.map_or_else(|| (Vec::new(), Vec::new(), None), |former| (former.evidence, former.rejected, Some(former.verdict)));
        let quotes: Vec<String> =
            rejected.iter().filter(|other| same(&other.value, value)).filter_map(|other| other.quote.clone()).collect();
        rejected.retain(|other| !same(&other.value, value));
        let near = evidence.iter().find_map(|evidence| evidence.start);
        let evidence = if stays && !evidence.is_empty() {
            evidence
        } else {
            if let Some(was) = was.filter(|_| !stays) {
                let first = evidence.first();
                let by = match verdict {
                    Some(Verdict::Human) => By::Human,
                    Some(Verdict::Derived) | None => By::Rules,
                    Some(_) => first.map_or(By::Rules, |evidence| evidence.by),
                };
                rejected.insert(0, Rejected { by, value: was, quote: first.map(|evidence| evidence.quote.clone()), reasons: Vec::new() });
            }
            words::find(self.document, &unit, value, &quotes, near).into_iter().collect()
        };
        let provenance = Provenance { evidence, rejected, ..by_person(Some(decision.decided())) };
        self.decided.insert(unit.clone());
        self.provenance.insert(unit, provenance);
    }

    /// The record with everything that follows from the decisions.
    pub(super) fn finish(mut self) -> Result<Moved, String> {
        let moves = self.remove();
        let old_baseline = self.follows_from_before(&moves);
        self.fold();
        let values = std::mem::take(&mut self.values);
        let mut record: Record = serde_json::from_value(values).map_err(|error| error.to_string())?;
        record.provenance = std::mem::take(&mut self.provenance);
        let fresh = rejudge(self.document, &record);
        follow::take_over(&mut record, &fresh, &old_baseline)?;
        let baseline: Vec<&ReviewItem> = old_baseline.review.iter().collect();
        // What the readers differed on stays; what follows from values is what follows now.
        let mut review: Vec<ReviewItem> = self.review.iter().filter(|item| !baseline.contains(item)).cloned().collect();
        let seen = |item: &&ReviewItem| self.review.contains(item) || !baseline.contains(item);
        review.extend(fresh.review.iter().filter(seen).cloned());
        review.retain(|item| !self.settled.iter().any(|place| is_at_or_below(&item.pointer, place)));
        review.sort_by(|a, b| (a.code, &a.pointer, &a.detail).cmp(&(b.code, &b.pointer, &b.detail)));
        review.dedup();
        record.review = review;
        Ok(Moved { record, moves })
    }

    /// What follows from the record as it was, its places as they are now: by this what the readers differed on is told from
    /// what follows from values.
    fn follows_from_before(&self, moves: &Moves) -> Record {
        let mut before = rejudge(self.document, self.before);
        before.review = translated(std::mem::take(&mut before.review), moves);
        before
    }

    /// An object whose members are all null is null, and what was known of them stands with it.
    fn fold(&mut self) {
        for object in FOLDED {
            let is_empty = |value: &Value| value.as_object().is_some_and(|members| members.values().all(Value::is_null));
            // What follows from others does not keep an object alive.
            let follows: Vec<String> =
                self.provenance.iter().filter(|(_, entry)| entry.verdict == Verdict::Derived).map(|(place, _)| place.clone()).collect();
            let Some(value) = self.values.pointer_mut(object) else { continue };
            if let Some(members) = value.as_object_mut() {
                members
                    .iter_mut()
                    .filter(|(name, _)| follows.contains(&format!("{object}/{name}")))
                    .for_each(|(_, member)| *member = Value::Null);
            }
            if !value.is_null() && !is_empty(value) {
                continue;
            }
            *value = Value::Null;
            let parts: Vec<String> =
                self.provenance.keys().filter(|place| is_at_or_below(place, object) && place.as_str() != object).cloned().collect();
            let parts: Vec<Provenance> = parts.iter().filter_map(|part| self.provenance.remove(part)).collect();
            if parts.is_empty() {
                continue;
            }
            let mut whole = self.provenance.remove(object).unwrap_or_else(|| by_person(None));
            whole.decided = parts.iter().filter_map(|part| part.decided.clone()).max().or(whole.decided);
            whole.rejected.extend(parts.into_iter().flat_map(|part| part.rejected));
            self.provenance.insert(object.to_owned(), whole);
            self.settled.insert(object.to_owned());
            for item in self.review.iter_mut().filter(|item| is_at_or_below(&item.pointer, object)) {
                object.clone_into(&mut item.pointer);
            }
        }
    }
}

/// Provenance of what a person decided.
pub(super) fn by_person(decided: Option<String>) -> Provenance {
    Provenance { verdict: Verdict::Human, evidence: Vec::new(), rejected: Vec::new(), from: Vec::new(), votes: None, decided }
}

/// A value that stood at a place as one that was not taken, with who gave it and the words.
pub(super) fn turned_down(provenance: &BTreeMap<String, Provenance>, place: &str, value: Value) -> Rejected {
    let entry = provenance.iter().find(|(known, _)| is_at_or_below(known, place)).map(|(_, entry)| entry);
    let first = entry.and_then(|entry| entry.evidence.first());
    let by_hand = entry.is_some_and(|entry| entry.verdict == Verdict::Human);
    let by = if by_hand { By::Human } else { first.map_or(By::Rules, |first| first.by) };
    Rejected { by, value, quote: first.map(|first| first.quote.clone()), reasons: Vec::new() }
}

/// An object of the record with all its members null.
fn empty(object: &str) -> Option<Value> {
    let nothing = Subject { kind: None, name: None, code: None, symbol: None, mic: None, industry: None };
    match object {
        "/subject" => serde_json::to_value(nothing).ok(),
        "/target_price" => serde_json::to_value(TargetPrice::default()).ok(),
        _ => None,
    }
}
