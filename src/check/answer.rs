//! How a row is answered: by parts of the record, by disclosures, by wording of its own.

use crate::rules::Regex;

use super::checklist::{Absent, Row, Standing};
use super::field::{self, FieldAnswer};
use super::trigger::applies;
use crate::domain::record::{ComplianceStatus as Status, Disclosure, Polarity};
use crate::domain::{DisclosureId, Evidence, Located, Reading};
use crate::rules::{Found, Statements};

/// Places shown for one kind of wording.
const PLACES: usize = 2;
/// Places shown for a row.
const SHOWN: usize = 4;

/// What the text shows of a row, the words, and the record's pointers or disclosure ids it rests on.
pub(super) struct Finding {
    pub(super) status: Status,
    pub(super) evidence: Vec<Evidence>,
    pub(super) from: Vec<String>,
}

/// What one thing found says of the row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    Forbidden,
    Against,
    Met,
    MetInGeneral,
    Elsewhere,
}

#[derive(Default)]
struct Hits {
    found: Vec<(Says, Evidence)>,
    says: Vec<Says>,
    from: Vec<String>,
    /// Whether something the row asks for was not there.
    missing: bool,
    /// Whether one and the same thing is affirmed and denied.
    two_ways: bool,
}

/// Answers a row.
pub(super) fn answer(row: &Row, reading: &Reading, statements: &Statements<'_>) -> Finding {
    if !applies(row.trigger, reading) {
        return Finding { status: Status::NotApplicable, evidence: Vec::new(), from: Vec::new() };
    }
    let mut hits = Hits::default();
    for &field in &row.fields {
        match field::answer(field, reading) {
            FieldAnswer::Missing => hits.missing = true,
            FieldAnswer::Met(from, evidence) => hits.add(Says::Met, evidence, from),
            FieldAnswer::Against(from, evidence) => hits.add(Says::Against, evidence, from),
        }
    }
    // A row's own wording is more exact than a disclosure other rows share, so its words come first.
    wording(row, statements, &mut hits);
    for &id in &row.rests {
        disclosures(row, id, reading, &mut hits);
    }
    hits.finding(row)
}

/// The disclosure with this id, where it is present.
pub(super) fn disclosure(reading: &Reading, id: DisclosureId) -> impl Iterator<Item = &Located<Disclosure>> {
    reading.disclosures.iter().filter(move |found| found.value.id == id && found.value.present)
}

fn disclosures(row: &Row, id: DisclosureId, reading: &Reading, hits: &mut Hits) {
    let mut from: Vec<String> = serde_json::to_value(id).ok().and_then(|id| id.as_str().map(str::to_owned)).into_iter().collect();
    let mut polarities = Vec::new();
    for found in disclosure(reading, id) {
        let says = match row.general {
            _ if found.value.specific == Some(true) => Says::Met,
            Standing::Pass => Says::Met,
            Standing::PassGeneric => Says::MetInGeneral,
            Standing::ByReference => Says::Elsewhere,
        };
        let evidence = found.evidence.iter().filter(|evidence| evidence.is_sound()).take(PLACES).cloned().collect();
        hits.add(says, evidence, std::mem::take(&mut from));
        polarities.push(found.value.polarity);
    }
    hits.missing |= polarities.is_empty();
    hits.two_ways |= [Polarity::Affirmed, Polarity::Negated].iter().all(|polarity| polarities.contains(&Some(*polarity)));
}

fn wording(row: &Row, statements: &Statements<'_>, hits: &mut Hits) {
    let denied = |sentence: &str| row.negated.iter().any(|pattern| pattern.is_match(sentence));
    for (patterns, says) in [(&row.forbidden, Says::Forbidden), (&row.doubtful, Says::Against)] {
        for evidence in find(patterns, row, statements, |sentence| !denied(sentence)) {
            hits.add(says, vec![evidence], Vec::new());
        }
    }
    let denials = find(&row.negated, row, statements, |_| true);
    let denies = !denials.is_empty();
    for evidence in denials {
        hits.add(Says::Met, vec![evidence], Vec::new());
    }
    for (patterns, says) in [(&row.patterns, Says::Met), (&row.generic, Says::MetInGeneral), (&row.by_reference, Says::Elsewhere)] {
        // What is met already needs no weaker words, but a denial may still be contradicted.
        if !row.all && row.negated.is_empty() && hits.says.iter().any(|known| *known <= Says::Met) {
            return;
        }
        for evidence in find(patterns, row, statements, |sentence| !denied(sentence)) {
            hits.two_ways |= denies && says == Says::Met;
            hits.add(says, vec![evidence], Vec::new());
        }
    }
}

/// The first places of each pattern that count.
fn find(patterns: &[Regex], row: &Row, statements: &Statements<'_>, counts: impl Fn(&str) -> bool) -> Vec<Evidence> {
    let means = |place: &Found| {
        let sentence = statements.sentence(place);
        row.unless.as_ref().is_none_or(|unless| !unless.is_match(sentence)) && counts(sentence)
    };
    patterns
        .iter()
        .flat_map(|pattern| statements.find(pattern, row.voice).filter(&means).take(PLACES))
        .take(PLACES)
        .filter_map(|place| statements.evidence(&place))
        .collect()
}

impl Hits {
    fn add(&mut self, says: Says, evidence: Vec<Evidence>, from: Vec<String>) {
        self.says.push(says);
        self.found.extend(evidence.into_iter().map(|evidence| (says, evidence)));
        self.from.extend(from);
    }

    fn finding(mut self, row: &Row) -> Finding {
        let status = match self.says.iter().min() {
            Some(Says::Forbidden) => Status::Violation,
            Some(Says::Against) => Status::Contradicted,
            _ if self.two_ways => Status::Contradicted,
            Some(_) if row.all && self.missing => Status::NotFound,
            Some(Says::Met) => Status::Pass,
            Some(Says::MetInGeneral) => Status::PassGeneric,
            Some(Says::Elsewhere) => Status::ByReference,
            None if row.absent == Absent::NotApplicable => Status::NotApplicable,
            None => Status::NotFound,
        };
        if status == Status::Violation {
            // A denial elsewhere does not undo it and would only hide it.
            self.found.retain(|(says, _)| *says == Says::Forbidden);
        }
        // What decides comes first.
        self.found.sort_by_key(|(says, _)| *says);
        let mut evidence: Vec<Evidence> = Vec::new();
        for (_, found) in self.found {
            if evidence.len() < SHOWN && !evidence.iter().any(|known| known.span() == found.span()) {
                evidence.push(found);
            }
        }
        Finding { status, evidence, from: self.from }
    }
}
