//! One value of many: who gave it, and what becomes of the others.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use crate::domain::evidence::{Located, Slot};
use crate::domain::record::Rejected;
use crate::domain::{By, Reason};
use crate::reconcile::judge::reject;

/// What the readings are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Parts of one report: whoever reads a value first has it.
    Parts,
    /// Drafts of the same report: the majority has it.
    Votes {
        /// How many there are.
        drafts: usize,
    },
}

/// A value, and which readings gave it.
struct Variant<T> {
    located: Located<T>,
    readings: BTreeSet<usize>,
}

/// Settles one field of all readings.
pub(super) fn field<R, T>(
    readings: &mut [(usize, R)],
    how: How,
    slot: impl Fn(&mut R) -> &mut Slot<T>,
    same: impl Fn(&T, &T) -> bool,
) -> Slot<T>
where
    T: Serialize + Clone,
{
    let given = readings.iter_mut().filter_map(|(index, reading)| Some((*index, slot(reading).take()?))).collect();
    settle(given, how, |a, b| !same(a, b))
}

/// Settles what several readings gave for one thing, each with the number of its reading. `merge` fills the first
/// value's gaps from the second and tells whether they contradict each other.
pub(super) fn settle<T>(given: Vec<(usize, Located<T>)>, how: How, merge: impl Fn(&mut T, &T) -> bool) -> Slot<T>
where
    T: Serialize + Clone,
{
    let mut variants: Vec<Variant<T>> = Vec::new();
    let mut unsound: Vec<Located<T>> = Vec::new();
    for (reading, located) in given {
        if !located.is_sound() {
            unsound.push(located);
            continue;
        }
        let twin = variants.iter_mut().find_map(|variant| {
            let mut joined = variant.located.value.clone();
            (!merge(&mut joined, &located.value)).then_some((variant, joined))
        });
        match twin {
            Some((variant, joined)) => {
                variant.readings.insert(reading);
                join(&mut variant.located, joined, located);
            }
            None => variants.push(Variant { located, readings: [reading].into() }),
        }
    }
    // The right value cited at the wrong place is no other value.
    unsound.retain(|located| variants.iter().all(|variant| merge(&mut variant.located.value.clone(), &located.value)));
    let Some(mut taken) = take(variants, how) else {
        let mut unsound = unsound.into_iter();
        let mut first = unsound.next()?;
        add(&mut first.rivals, unsound.map(|other| reject(&other)));
        return Some(first);
    };
    add(&mut taken.rivals, unsound.iter().map(reject));
    Some(taken)
}

/// Takes one of the variants; the others become its rivals.
fn take<T: Serialize>(mut variants: Vec<Variant<T>>, how: How) -> Slot<T> {
    let best = match how {
        How::Parts => 0,
        // Of equals the first.
        How::Votes { .. } => {
            let most = variants.iter().map(|variant| variant.readings.len()).max()?;
            variants.iter().position(|variant| variant.readings.len() == most)?
        }
    };
    if best >= variants.len() {
        return None;
    }
    let Variant { located: mut taken, readings } = variants.remove(best);
    let votes = readings.len();
    for other in &variants {
        let reason = match how {
            How::Parts => Reason::PartDisagrees,
            How::Votes { .. } if other.readings.len() == votes => Reason::VotesTied,
            How::Votes { .. } => Reason::Outvoted,
        };
        let mut rejected = reject(&other.located);
        rejected.reasons.push(reason);
        add(&mut taken.rivals, [rejected]);
        add(&mut taken.rivals, other.located.rivals.iter().cloned());
    }
    if let How::Votes { drafts } = how {
        let gave: BTreeSet<usize> = variants.iter().flat_map(|other| other.readings.iter()).chain(&readings).copied().collect();
        let nothing = drafts.saturating_sub(gave.len());
        taken.votes = u32::try_from(votes).ok();
        if nothing > votes {
            taken.evidence.iter_mut().for_each(|evidence| evidence.reasons.push(Reason::Outvoted));
        } else if nothing == votes {
            let nothing = Rejected { by: By::Model, value: Value::Null, quote: None, reasons: vec![Reason::VotesTied] };
            add(&mut taken.rivals, [nothing]);
        }
    }
    Some(taken)
}

/// Joins the places of the same value, and what stood beside it.
fn join<T>(into: &mut Located<T>, value: T, other: Located<T>) {
    into.value = value;
    for evidence in other.evidence {
        if !into.evidence.contains(&evidence) {
            into.evidence.push(evidence);
        }
    }
    add(&mut into.rivals, other.rivals);
}

/// Adds what is not there yet.
fn add(rivals: &mut Vec<Rejected>, more: impl IntoIterator<Item = Rejected>) {
    for rival in more {
        if !rivals.contains(&rival) {
            rivals.push(rival);
        }
    }
}
