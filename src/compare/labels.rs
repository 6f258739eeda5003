//! What the labels of a report expect of a record, field by field.

use regex::Regex;
use std::sync::LazyLock;

use super::item::Item;
use super::likeness::{fold, percentages};
use super::read::{self, band, band_key, word};
use crate::domain::DisclosureId as Id;
use crate::domain::rating::SubjectType;
use crate::domain::record::Record;
use crate::gold::{Definition, Disclosed, Gold, Person};

/// More securities than this are a table, and of a table the labels hold the beginning.
const WHOLE_LIST: usize = 25;

/// What is expected of one field of one report, and what a reader gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Case {
    /// Expected.
    pub(super) expected: Vec<Item>,
    /// Given.
    pub(super) given: Vec<Item>,
    /// Whether the labels are known to be incomplete, so that more than they name is not wrong.
    pub(super) partial: bool,
}

fn one(value: Option<impl ToString>) -> Vec<Item> {
    value.map(Item::label).filter(|item| !item.value.is_empty()).into_iter().collect()
}

fn closed(value: Option<&impl serde::Serialize>) -> Vec<Item> {
    one(value.map(word))
}

pub(super) fn broker(gold: &Gold) -> Vec<Item> {
    one(gold.broker.as_ref())
}

pub(super) fn title(gold: &Gold) -> Vec<Item> {
    one(gold.title.as_ref())
}

pub(super) fn report_type(gold: &Gold) -> Vec<Item> {
    closed(gold.report_type.as_ref())
}

pub(super) fn published(gold: &Gold) -> Vec<Item> {
    one(gold.published)
}

pub(super) fn rating_label(gold: &Gold) -> Vec<Item> {
    one(gold.rating_raw.as_ref())
}

pub(super) fn rating_subject(gold: &Gold) -> Vec<Item> {
    closed(gold.rating_subject.as_ref())
}

pub(super) fn rating_action(gold: &Gold) -> Vec<Item> {
    closed(gold.rating_action.as_ref())
}

pub(super) fn rating_direction(gold: &Gold) -> Vec<Item> {
    closed(gold.rating_direction.as_ref())
}

pub(super) fn security_name(gold: &Gold) -> Vec<Item> {
    one(gold.security_name.as_ref())
}

pub(super) fn security_code(gold: &Gold) -> Vec<Item> {
    one(gold.security_code.as_ref())
}

pub(super) fn analyst_names(gold: &Gold) -> Vec<Item> {
    gold.analysts.iter().filter(|person| !person.name.is_empty()).map(|person| Item::label(&person.name)).collect()
}

pub(super) fn analyst_licenses(gold: &Gold) -> Vec<Item> {
    let number = |person: &Person| person.license_no.clone().filter(|number| !number.is_empty());
    gold.analysts.iter().filter_map(|person| Some(keyed(&person.name, number(person)?))).collect()
}

pub(super) fn target_price(gold: &Gold) -> Vec<Item> {
    one(gold.target_price.as_ref().map(|target| target.value))
}

pub(super) fn target_currency(gold: &Gold) -> Vec<Item> {
    one(gold.target_price.as_ref().and_then(|target| target.currency.as_ref()))
}

pub(super) fn scale_labels(gold: &Gold) -> Vec<Item> {
    gold.rating_definitions.iter().map(|definition| keyed(&word(&definition.subject), &definition.label)).collect()
}

pub(super) fn risks(gold: &Gold) -> Vec<Item> {
    gold.risk_warnings.iter().map(Item::label).collect()
}

fn keyed(key: &str, value: impl ToString) -> Item {
    Item { key: key.to_owned(), ..Item::label(value) }
}

/// The place of the label on the report's own scale. A rating without a printed table has no place to compare.
pub(super) fn rating_rank(gold: &Gold, record: Option<&Record>) -> Vec<Case> {
    let place = rank(gold);
    if place.is_none() && gold.rating_raw.as_ref().is_some_and(|label| !label.is_empty()) {
        return Vec::new();
    }
    vec![Case { expected: one(place), given: record.map(read::rating_rank).unwrap_or_default(), partial: false }]
}

fn rank(gold: &Gold) -> Option<String> {
    /// Words of a table that are no grade, folded.
    const NOT_GRADES: [&str; 9] = ["无评级", "未评级", "不评级", "无投资评级", "暂停评级", "notrated", "nr", "suspended", "underreview"];
    /// A letter of risk behind the grade.
    static RISK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("-[ABC]$").ok());
    let label = gold.rating_raw.as_deref().filter(|label| !label.is_empty())?;
    let bare = RISK.as_ref().map_or_else(|| label.into(), |risk| risk.replace(label, ""));
    let is_grade = |definition: &&Definition| {
        Some(definition.subject) == gold.rating_subject && !NOT_GRADES.contains(&fold(&definition.label).as_str())
    };
    let grades: Vec<String> = gold.rating_definitions.iter().filter(is_grade).map(|definition| fold(&definition.label)).collect();
    let at = grades.iter().position(|grade| *grade == fold(label) || *grade == fold(&bare))?;
    Some(format!("{}/{}", at + 1, grades.len()))
}

/// The sector of a report that rates one.
pub(super) fn industry(gold: &Gold, record: Option<&Record>) -> Vec<Case> {
    if gold.rating_subject != Some(SubjectType::Industry) {
        return vec![Case::default()];
    }
    vec![Case { expected: one(gold.industry.as_ref()), given: record.map(read::sector_or_name).unwrap_or_default(), partial: false }]
}

/// The band of each grade whose definition names percentages.
pub(super) fn thresholds(gold: &Gold, record: Option<&Record>) -> Vec<Case> {
    let mut expected: Vec<Item> = Vec::new();
    for definition in &gold.rating_definitions {
        let mut ends = percentages(definition.definition.as_deref().unwrap_or_default());
        if !ends.is_empty() {
            let item = keyed(&band_key(definition.subject, &definition.label), band(&mut ends));
            // A grade that is defined twice is what it is the last time, as in a record.
            match expected.iter_mut().find(|known| known.key == item.key) {
                Some(known) => *known = item,
                None => expected.push(item),
            }
        }
    }
    let given = record.map(read::bands).unwrap_or_default();
    let last = |key: &str| {
        let found = given.iter().rev().find(|item| item.key == key).filter(|item| !item.value.is_empty());
        found.cloned().into_iter().collect()
    };
    expected.into_iter().map(|item| Case { given: last(&item.key), expected: vec![item], partial: false }).collect()
}

/// Whether the list of other securities may have been cut by who labelled: English lists and long tables are.
fn is_partial(gold: &Gold) -> bool {
    gold.language.as_deref() == Some("en") || gold.covered_securities.len() > WHOLE_LIST
}

pub(super) fn mentions(gold: &Gold, record: Option<&Record>) -> Vec<Case> {
    let names: std::collections::BTreeSet<&String> = gold.covered_securities.iter().map(|covered| &covered.name).collect();
    let expected = names.into_iter().map(Item::label).collect();
    vec![Case { expected, given: record.map(read::mentions).unwrap_or_default(), partial: is_partial(gold) }]
}

/// Each stance the labels name; a record has one item for a security that has a stance and a rating, so each counts twice.
pub(super) fn mention_stances(gold: &Gold, record: Option<&Record>) -> Vec<Case> {
    let worded =
        gold.covered_securities.iter().filter_map(|covered| Some((covered, covered.stance.as_deref().filter(|word| !word.is_empty())?)));
    let expected = worded.map(|(covered, stance)| keyed(&covered.name, fold(stance))).collect();
    let said = record.map(read::mention_stances).unwrap_or_default();
    vec![Case { expected, given: [said.as_slice(), said.as_slice()].concat(), partial: true }]
}

/// The labels' disclosures: how each is named, read, and which parts of a record show it.
type Flag = (&'static str, fn(&Disclosed) -> Option<bool>, &'static [Id]);

const FLAGS: [Flag; 11] = [
    ("research_report_marking", |flags| flags.research_report_marking, &[Id::ResearchReportMarking]),
    ("firm_name", |flags| flags.firm_name, &[]),
    ("business_qualification", |flags| flags.business_qualification, &[Id::FirmQualification, Id::RegulatoryStatus]),
    ("analyst_license_no", |flags| flags.analyst_license_no, &[]),
    ("publication_date", |flags| flags.publication_date, &[Id::PublicationDate]),
    ("sources_statement", |flags| flags.sources_statement, &[Id::SourceStatement]),
    ("risk_notice", |flags| flags.risk_notice, &[Id::UseRiskWarning]),
    ("analyst_certification", |flags| flags.analyst_certification, &[Id::AnalystViews, Id::AnalystIndependence, Id::AnalystCompensation]),
    (
        "conflict_of_interest",
        |flags| flags.conflict_of_interest,
        &[Id::FirmMayHold, Id::FirmMayServe, Id::HoldingGe1pct, Id::IbRelationship, Id::MarketMaker, Id::AnalystHolding],
    ),
    ("copyright_restriction", |flags| flags.copyright_restriction, &[Id::Copyright]),
    ("no_advice_or_client_only", |flags| flags.no_advice_or_client_only, &[Id::ClientOnly, Id::NotPersonalAdvice]),
];

/// Where a record shows a disclosure of the labels.
fn places(record: &Record, name: &str, ids: &[Id]) -> Vec<String> {
    let listed = record.disclosures.iter().enumerate().filter(|(_, disclosure)| ids.contains(&disclosure.id));
    let listed = listed.filter(|(_, disclosure)| disclosure.present).map(|(at, _)| format!("/disclosures/{at}"));
    let beside = match name {
        "firm_name" => read::broker(record),
        "analyst_license_no" => read::analyst_licenses(record),
        "publication_date" => read::published(record),
        "risk_notice" => read::risks(record),
        _ => Vec::new(),
    };
    listed.chain(beside.into_iter().flat_map(|item| item.pointers)).collect()
}

fn flags(gold: &Gold, record: Option<&Record>, present: bool) -> Vec<Case> {
    let shown = record.map(Disclosed::of).unwrap_or_default();
    FLAGS
        .iter()
        .filter_map(|(name, flag, ids)| {
            let expected = flag(&gold.disclosures_present)?;
            let item = |pointers| Item { value: (*name).to_owned(), pointers, ..Item::default() };
            let given = flag(&shown).unwrap_or_default() == present;
            let places = || record.map(|record| places(record, name, ids)).unwrap_or_default();
            Some(Case {
                expected: (expected == present).then(|| item(Vec::new())).into_iter().collect(),
                given: given.then(|| item(places())).into_iter().collect(),
                partial: false,
            })
        })
        .collect()
}

pub(super) fn disclosures(gold: &Gold, record: Option<&Record>) -> Vec<Case> {
    flags(gold, record, true)
}

/// Nearly every disclosure is present in most reports, so the absent ones are a class of their own.
pub(super) fn disclosures_absent(gold: &Gold, record: Option<&Record>) -> Vec<Case> {
    flags(gold, record, false)
}
