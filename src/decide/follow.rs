//! What follows from the values of a record, taken over from the judge.

use std::collections::{BTreeMap, BTreeSet};

use super::place::is_at_or_below;
use crate::domain::Verdict;
use crate::domain::record::{Provenance, Record};

/// Takes over what follows from the values: where it is another one now, and nobody decided it. `before` is what followed from
/// the record before: what rests on more than values is taken over only where the two differ.
pub(super) fn take_over(record: &mut Record, fresh: &Record, before: &Record) -> Result<(), String> {
    let by_hand: BTreeSet<String> =
        record.provenance.iter().filter(|(_, entry)| entry.verdict == Verdict::Human).map(|(place, _)| place.clone()).collect();
    let mut values = serde_json::to_value(&*record).map_err(|error| error.to_string())?;
    let new = serde_json::to_value(fresh).map_err(|error| error.to_string())?;
    let is_row = |place: &str| is_at_or_below(place, "/compliance");
    let follows = |all: &BTreeMap<String, Provenance>| -> BTreeSet<String> {
        all.iter().filter(|(place, entry)| entry.verdict == Verdict::Derived && !is_row(place)).map(|(place, _)| place.clone()).collect()
    };
    let places: BTreeSet<String> = follows(&record.provenance).union(&follows(&fresh.provenance)).cloned().collect();
    for place in places.iter().filter(|place| !by_hand.contains(*place)) {
        let value = new.pointer(place).cloned().unwrap_or_default();
        if let Some(old) = values.pointer_mut(place) {
            *old = value;
            record.provenance.remove(place);
            if let Some(entry) = fresh.provenance.get(place) {
                record.provenance.insert(place.clone(), entry.clone());
            }
        }
    }
    let rows = before.compliance.iter().zip(&fresh.compliance).enumerate().filter(|(_, (before, after))| before != after);
    for (index, (_, row)) in rows {
        let place = format!("/compliance/{index}");
        if by_hand.contains(&place) {
            continue;
        }
        if let (Some(old), Ok(row)) = (values.pointer_mut(&place), serde_json::to_value(row)) {
            *old = row;
        }
        if let Some(entry) = fresh.provenance.get(&place) {
            record.provenance.insert(place, entry.clone());
        }
    }
    let provenance = std::mem::take(&mut record.provenance);
    *record = serde_json::from_value(values).map_err(|error| error.to_string())?;
    record.provenance = provenance;
    if fresh.source.needs_source_check != before.source.needs_source_check {
        record.source.needs_source_check = fresh.source.needs_source_check;
    }
    for (mention, judged) in record.mentions.iter_mut().zip(&fresh.mentions) {
        mention.symbol.clone_from(&judged.symbol);
    }
    Ok(())
}
