//! From what was counted to what is reported.

use std::collections::BTreeMap;

use super::agreement::{Agreement, InGroup, NONE, Tally};
use super::change::Changes;
use super::escape::Escape;
use super::field::FIELDS;
use super::overview::Overview;
use super::report::{
    AgreementReport, BrokerFill, ChangeReport, DisclosureAgreement, EscapeReport, FieldAgreement, FieldFate, FieldScore, FieldTurns, Fill,
    Gain, GroupAgreement, GroupScore, Matrix, OverviewReport, ReaderScore, ScoreReport, Share,
};
use super::scores::Scores;
use super::stats::Confusion;

/// Values a matrix shows; the others are counted together.
const VALUES: usize = 12;
/// What values beyond those are called.
const OTHERS: &str = "other values";

impl Matrix {
    fn of(field: &'static str, rows: &str, columns: &str, confusion: &Confusion) -> Self {
        let all = confusion.values();
        let shown = if all.len() > VALUES { VALUES - 1 } else { all.len() };
        let (named, rest) = all.split_at(shown);
        let groups: Vec<Vec<&String>> =
            named.iter().map(|value| vec![value]).chain((!rest.is_empty()).then(|| rest.iter().collect())).collect();
        let sum = |rows: &[&String], columns: &[&String]| {
            rows.iter().flat_map(|row| columns.iter().map(|column| confusion.cell(row, column))).sum()
        };
        let counts = groups.iter().map(|row| groups.iter().map(|column| sum(row, column)).collect()).collect();
        let mut values: Vec<Option<String>> = named.iter().map(|value| (value != NONE).then(|| value.clone())).collect();
        if !rest.is_empty() {
            values.push(Some(OTHERS.to_owned()));
        }
        Self { field, rows: rows.to_owned(), columns: columns.to_owned(), values, counts, kappa: confusion.kappa() }
    }
}

pub(super) fn named(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

pub(super) fn agreement(agreement: &Agreement, first: &str, second: &str) -> Option<AgreementReport> {
    if agreement.documents == 0 {
        return None;
    }
    let mut all = Tally::default();
    for field in agreement.fields.values() {
        all.add(field.tally);
    }
    let found = || FIELDS.iter().filter_map(|field| Some((field, agreement.fields.get(field.name)?)));
    let disclosure = |(id, confusion): (&String, &Confusion)| DisclosureAgreement {
        id: id.clone(),
        both: confusion.cell("present", "present"),
        only_first: confusion.cell("present", NONE),
        only_second: confusion.cell(NONE, "present"),
        neither: confusion.cell(NONE, NONE),
        kappa: confusion.kappa(),
    };
    Some(AgreementReport {
        first: first.to_owned(),
        second: second.to_owned(),
        documents: agreement.documents,
        all: all.into(),
        fields: found()
            .map(|(field, found)| FieldAgreement { field: field.name, met: found.tally.into(), kappa: agreement.kappa(field) })
            .collect(),
        disclosures: agreement.disclosures.iter().map(disclosure).collect(),
        by_broker: groups(&agreement.brokers),
        by_type: groups(&agreement.types),
        confusions: found()
            .filter(|(_, found)| found.confusion.all() > 0)
            .map(|(field, found)| Matrix::of(field.name, first, second, &found.confusion))
            .collect(),
        differences: found().flat_map(|(_, found)| found.differences.values().flatten().cloned()).collect(),
    })
}

fn groups(groups: &BTreeMap<String, InGroup>) -> Vec<GroupAgreement> {
    let mut groups: Vec<GroupAgreement> = groups
        .iter()
        .map(|(name, group)| {
            let mut all = Tally::default();
            for tally in group.tallies.values() {
                all.add(*tally);
            }
            let fields = FIELDS.iter().filter_map(|field| Some((field.name, group.tallies.get(field.name)?)));
            GroupAgreement {
                name: named(name),
                documents: group.documents,
                met: all.into(),
                fields: fields.map(|(field, tally)| FieldAgreement { field, met: (*tally).into(), kappa: None }).collect(),
            }
        })
        .collect();
    groups.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.name.cmp(&b.name)));
    groups
}

pub(super) fn scores(scores: &Scores, escape: Option<&Escape>, unlabelled: u64) -> Option<ScoreReport> {
    if scores.documents() == 0 {
        return None;
    }
    let group =
        |(name, documents, core, score): (String, u64, Option<f64>, Option<f64>)| GroupScore { name: named(&name), documents, core, score };
    let readers = scores.readers.iter().enumerate().filter(|(at, _)| scores.has(*at));
    let readers = readers
        .map(|(at, name)| {
            let found = scores.reader(at);
            ReaderScore {
                reader: name.clone(),
                core: found.core,
                score: found.score,
                fields: found
                    .fields
                    .into_iter()
                    .map(|of| FieldScore { field: of.field.name, counts: of.counts, precision: of.precision, recall: of.recall, f1: of.f1 })
                    .collect(),
                by_broker: scores.groups(at, true).into_iter().map(group).collect(),
                by_type: scores.groups(at, false).into_iter().map(group).collect(),
            }
        })
        .collect();
    let primary = scores.readers.get(scores.primary).cloned().unwrap_or_default();
    Some(ScoreReport {
        documents: scores.documents() as u64,
        missing: scores.missing.clone(),
        unlabelled,
        readers,
        escape: escape.map(fates),
        confusions: FIELDS
            .iter()
            .filter_map(|field| Some(Matrix::of(field.name, "labels", &primary, scores.confusions.get(field.name)?)))
            .collect(),
        primary,
    })
}

fn fates(escape: &Escape) -> EscapeReport {
    let model = escape.all();
    EscapeReport {
        model,
        rate: model.rate(),
        ungrounded: escape.ungrounded,
        record_wrong: escape.wrong,
        record_unflagged: escape.unflagged,
        load: escape.load.into(),
        fields: FIELDS
            .iter()
            .filter_map(|field| escape.fields.get(field.name).map(|fate| FieldFate { field: field.name, fate: *fate, rate: fate.rate() }))
            .collect(),
    }
}

pub(super) fn changes(changes: &Changes, scores: &Scores) -> ChangeReport {
    ChangeReport {
        gains: scores.gains().into_iter().filter(|(_, gain)| gain.value.is_some()).map(|(name, gain)| Gain { name, gain }).collect(),
        fields: FIELDS
            .iter()
            .filter_map(|field| changes.fields.get(field.name).map(|turns| FieldTurns { field: field.name, turns: *turns }))
            .collect(),
        turns: changes.kept.clone(),
    }
}

pub(super) fn overview(overview: &Overview) -> OverviewReport {
    let shares = |counts: &BTreeMap<String, u64>| {
        let mut shares: Vec<Share> = counts.iter().map(|(value, documents)| Share { value: named(value), documents: *documents }).collect();
        shares.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.value.cmp(&b.value)));
        shares
    };
    OverviewReport {
        rating_labels: shares(&overview.labels),
        rating_directions: shares(&overview.directions),
        fill: overview.fill().into_iter().map(|(field, share)| Fill { field, share }).collect(),
        fill_by_broker: overview
            .by_broker()
            .into_iter()
            .map(|(name, documents, share)| BrokerFill { name: named(&name), documents, share })
            .collect(),
    }
}
