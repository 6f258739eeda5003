//! Two runs held against labels: what got better, and what broke.

use std::collections::BTreeMap;

use serde::Serialize;

use super::field::Field;
use super::item::{Item, Pair};
use super::labels::Case;
use super::said::Said;
use super::scores::scored;
use crate::domain::Record;
use crate::gold::Gold;

/// Values of a field that one run has right and the other has not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Turns {
    /// Right in the second run only, or wrongly given in the first only.
    pub better: u64,
    /// Right in the first run only, or wrongly given in the second only.
    pub broken: u64,
}

/// One such value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// The report.
    pub document: String,
    /// The field.
    pub field: &'static str,
    /// Whether the second run is the one that has it right.
    pub better: bool,
    /// What the labels say; null where nothing should be given.
    pub expected: Option<Said>,
    /// What the first run said.
    pub first: Option<Said>,
    /// What the second run said.
    pub second: Option<Said>,
}

/// What changed between two runs, by the labels.
#[derive(Debug)]
pub(super) struct Changes {
    /// Turns kept of each field and way; all are counted.
    keep: u64,
    pub(super) fields: BTreeMap<&'static str, Turns>,
    pub(super) kept: Vec<Turn>,
}

/// A case as one run has it.
struct Side<'a> {
    /// What stands for each expected value: the given one that is the same, another one of the same thing, or none.
    given: Vec<(bool, Option<&'a Item>)>,
    /// Given and not expected.
    extra: Vec<&'a Item>,
}

impl<'a> Side<'a> {
    fn of(field: &Field, case: &'a Case) -> Self {
        let mut side = Self { given: vec![(false, None); case.expected.len()], extra: Vec::new() };
        for pair in field.like.pair(&case.expected, &case.given) {
            let (expected, given) = match pair {
                Pair::Same(a, b) => (a, (true, Some(b))),
                Pair::Differ(a, b) => (a, (false, Some(b))),
                Pair::First(a) => (a, (false, None)),
                Pair::Second(b) => {
                    side.extra.extend((!case.partial).then_some(b));
                    continue;
                }
            };
            let at = case.expected.iter().position(|item| std::ptr::eq(item, expected));
            if let Some(slot) = at.and_then(|at| side.given.get_mut(at)) {
                *slot = given;
            }
        }
        side
    }
}

impl Changes {
    pub(super) fn new(keep: usize) -> Self {
        Self { keep: keep as u64, fields: BTreeMap::new(), kept: Vec::new() }
    }

    /// Counts one report that both runs have.
    pub(super) fn count(&mut self, document: &str, gold: &Gold, first: &Record, second: &Record) {
        let said = |item: Option<&Item>, record| item.map(|item| Said::of(item, record));
        for field in scored().filter(|field| field.compared) {
            for (ours, theirs) in field.cases(gold, Some(first)).iter().zip(&field.cases(gold, Some(second))) {
                let (a, b) = (Side::of(field, ours), Side::of(field, theirs));
                for (expected, ((was, before), (is, after))) in ours.expected.iter().zip(a.given.iter().zip(&b.given)) {
                    if was != is {
                        let turn = (Some(Said::label(expected)), said(*before, first), said(*after, second));
                        self.turn(document, field, *is, turn);
                    }
                }
                let lacks = |side: &Side<'_>, item: &Item| !side.extra.iter().any(|other| field.like.same(item, other));
                for item in a.extra.iter().filter(|item| lacks(&b, item)) {
                    self.turn(document, field, true, (None, said(Some(item), first), None));
                }
                for item in b.extra.iter().filter(|item| lacks(&a, item)) {
                    self.turn(document, field, false, (None, None, said(Some(item), second)));
                }
            }
        }
    }

    fn turn(&mut self, document: &str, field: &'static Field, better: bool, said: (Option<Said>, Option<Said>, Option<Said>)) {
        let turns = self.fields.entry(field.name).or_default();
        let count = if better { &mut turns.better } else { &mut turns.broken };
        *count += 1;
        if *count <= self.keep {
            let (expected, first, second) = said;
            self.kept.push(Turn { document: document.to_owned(), field: field.name, better, expected, first, second });
        }
    }
}
