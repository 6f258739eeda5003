//! The fields that are compared: what each takes from a record and from labels, and when two values are the same.

use super::item::{Item, Likeness, Many};
use super::labels::{self, Case};
use super::likeness::Same;
use super::read;
use crate::domain::Record;
use crate::gold::Gold;

/// A field that is compared.
#[derive(Debug)]
pub struct Field {
    /// Its name, as users write it.
    pub name: &'static str,
    /// Whether its values are few and fixed, so that agreement by chance means something.
    pub closed: bool,
    /// Whether it counts for `core`.
    pub core: bool,
    /// Whether the readers are held against each other in it.
    pub compared: bool,
    pub(super) like: Likeness,
    pub(super) read: fn(&Record) -> Vec<Item>,
    labels: Labels,
    /// Pointers of a record's provenance that stand for the field; `*` is any place in a list.
    pub(super) pointers: &'static [&'static str],
}

/// How labels speak of a field.
#[derive(Debug)]
enum Labels {
    /// Not at all.
    None,
    /// By its values.
    Values(fn(&Gold) -> Vec<Item>),
    /// As above, but for a field that counts for no mean.
    Beside(fn(&Gold) -> Vec<Item>),
    /// By cases of its own.
    Cases(fn(&Gold, Option<&Record>) -> Vec<Case>),
}

impl Field {
    /// The field of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// Whether labels speak of it.
    pub fn is_scored(&self) -> bool {
        !matches!(self.labels, Labels::None)
    }

    /// Whether it counts for `score`.
    pub fn counts(&self) -> bool {
        matches!(self.labels, Labels::Values(_) | Labels::Cases(_))
    }

    /// How many values a report has.
    pub fn many(&self) -> Many {
        self.like.many
    }

    /// What the labels expect and what a reader gave, where they speak of the field. Without a record nothing was given.
    pub(super) fn cases(&self, gold: &Gold, record: Option<&Record>) -> Vec<Case> {
        let given = || record.map(self.read).unwrap_or_default();
        match self.labels {
            Labels::None => Vec::new(),
            Labels::Values(expected) | Labels::Beside(expected) => {
                vec![Case { expected: expected(gold), given: given(), partial: false }]
            }
            Labels::Cases(cases) => cases(gold, record),
        }
    }
}

const fn one(name: &'static str, value: Same, read: fn(&Record) -> Vec<Item>, labels: Labels, pointers: &'static [&'static str]) -> Field {
    let like = Likeness { key: Same::Exact, value, many: Many::One };
    Field { name, closed: false, core: false, compared: true, like, read, labels, pointers }
}

const fn list(name: &'static str, value: Same, read: fn(&Record) -> Vec<Item>, labels: Labels, pointers: &'static [&'static str]) -> Field {
    let field = one(name, value, read, labels, pointers);
    Field { like: Likeness { many: Many::List, ..field.like }, ..field }
}

const fn keyed(
    name: &'static str,
    (key, value): (Same, Same),
    read: fn(&Record) -> Vec<Item>,
    labels: Labels,
    pointers: &'static [&'static str],
) -> Field {
    let field = one(name, value, read, labels, pointers);
    Field { like: Likeness { key, value, many: Many::Keyed }, ..field }
}

const fn closed(field: Field) -> Field {
    Field { closed: true, ..field }
}

const fn core(field: Field) -> Field {
    Field { core: true, ..field }
}

/// The fields in the order they are shown.
pub static FIELDS: &[Field] = &[
    one("broker", Same::Firm, read::broker, Labels::Values(labels::broker), &["/publisher/name"]),
    one("title", Same::Similar(0.8), read::title, Labels::Values(labels::title), &["/product/title"]),
    closed(one("report_type", Same::Folded, read::report_type, Labels::Values(labels::report_type), &["/product/category"])),
    core(one("published", Same::Exact, read::published, Labels::Values(labels::published), &["/product/publish_date"])),
    core(closed(one("rating_label", Same::Folded, read::rating_label, Labels::Values(labels::rating_label), &["/ratings/0/label"]))),
    core(closed(one(
        "rating_subject",
        Same::Exact,
        read::rating_subject,
        Labels::Values(labels::rating_subject),
        &["/ratings/0/subject_type"],
    ))),
    core(closed(one("rating_action", Same::Exact, read::rating_action, Labels::Values(labels::rating_action), &["/ratings/0/action"]))),
    core(closed(one("rating_direction", Same::Exact, read::rating_direction, Labels::Values(labels::rating_direction), &[]))),
    core(one("rating_rank", Same::Exact, read::rating_rank, Labels::Cases(labels::rating_rank), &[])),
    one("security_name", Same::Similar(0.85), read::security_name, Labels::Values(labels::security_name), &["/subject/name"]),
    one("security_code", Same::Code, read::security_code, Labels::Values(labels::security_code), &["/subject/code"]),
    one("industry", Same::Similar(0.6), read::industry, Labels::Cases(labels::industry), &["/subject/industry"]),
    list("analyst_names", Same::Folded, read::analyst_names, Labels::Values(labels::analyst_names), &["/authors/*/name"]),
    core(keyed(
        "analyst_licenses",
        (Same::Folded, Same::Folded),
        read::analyst_licenses,
        Labels::Values(labels::analyst_licenses),
        &["/authors/*/license_no"],
    )),
    one("target_price", Same::Number, read::target_price, Labels::Values(labels::target_price), &["/target_price/high"]),
    list_of(
        Same::Exact,
        list("rating_scale_labels", Same::Folded, read::scale_labels, Labels::Values(labels::scale_labels), &["/rating_scales/*/grades/*"]),
    ),
    keyed("scale_thresholds", (Same::Exact, Same::Exact), read::thresholds, Labels::Cases(labels::thresholds), &[]),
    list("mentions", Same::Similar(0.85), read::mentions, Labels::Cases(labels::mentions), &["/mentions/*"]),
    keyed("mention_stance", (Same::Similar(0.85), Same::Word), read::mention_stances, Labels::Cases(labels::mention_stances), &[]),
    list("risks", Same::Similar(0.75), read::risks, Labels::Values(labels::risks), &["/risks/*"]),
    core(list("disclosures", Same::Exact, read::disclosures, Labels::Cases(labels::disclosures), &["/disclosures/*"])),
    Field {
        compared: false,
        ..core(list("disclosures_absent", Same::Exact, read::disclosures, Labels::Cases(labels::disclosures_absent), &[]))
    },
    // What labels do not speak of, or not reliably.
    one("legal_name", Same::Firm, read::legal_name, Labels::None, &["/publisher/legal_name"]),
    one("period_start", Same::Exact, read::period_start, Labels::None, &["/product/period_start"]),
    one("period_end", Same::Exact, read::period_end, Labels::None, &["/product/period_end"]),
    closed(one("subject_type", Same::Exact, read::subject_type, Labels::None, &["/subject/type"])),
    closed(one("rating_status", Same::Exact, read::rating_status, Labels::None, &["/ratings/0/status"])),
    one("rating_prior", Same::Folded, read::rating_prior, Labels::None, &["/ratings/0/prior_label"]),
    keyed("other_ratings", (Same::Exact, Same::Folded), read::other_ratings, Labels::None, &[]),
    list("contact_names", Same::Folded, read::contact_names, Labels::None, &[]),
    one("target_low", Same::Number, read::target_low, Labels::None, &["/target_price/low"]),
    closed(one(
        "target_currency",
        Same::Folded,
        read::target_currency,
        Labels::Beside(labels::target_currency),
        &["/target_price/currency"],
    )),
    one("target_prior", Same::Number, read::target_prior, Labels::None, &["/target_price/prior_high"]),
    one("target_months", Same::Exact, read::target_months, Labels::None, &["/target_price/horizon_months"]),
    one("target_method", Same::Similar(0.6), read::target_method, Labels::None, &["/target_price/method"]),
    one("current_price", Same::Number, read::current_price, Labels::None, &["/target_price/current_price"]),
    one("price_date", Same::Exact, read::price_date, Labels::None, &["/target_price/price_date"]),
    keyed("estimates", (Same::Exact, Same::Exact), read::estimates, Labels::None, &["/estimates/*"]),
    keyed("benchmarks", (Same::Folded, Same::Folded), read::benchmarks, Labels::None, &["/benchmarks/*"]),
    keyed("sector_calls", (Same::Folded, Same::Exact), read::sector_calls, Labels::None, &["/sector_calls/*"]),
    list("related_reports", Same::Similar(0.8), read::related_reports, Labels::None, &["/related_reports/*"]),
];

/// A list whose items are of several things.
const fn list_of(key: Same, field: Field) -> Field {
    Field { like: Likeness { key, ..field.like }, ..field }
}

/// Whether a pointer of a record's provenance is one of a pattern.
pub(super) fn matches(pattern: &str, pointer: &str) -> bool {
    let (mut pattern, mut pointer) = (pattern.split('/'), pointer.split('/'));
    loop {
        match (pattern.next(), pointer.next()) {
            (None, None) => return true,
            (Some("*"), Some(place)) if place.bytes().all(|byte| byte.is_ascii_digit()) => {}
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_name_of_its_own_and_core_is_scored() {
        for (at, field) in FIELDS.iter().enumerate() {
            assert!(FIELDS[at + 1..].iter().all(|other| other.name != field.name), "{}", field.name);
            assert!(!field.core || field.counts(), "{}", field.name);
        }
        assert_eq!(FIELDS.iter().filter(|field| field.core).count(), 9);
        assert_eq!(FIELDS.iter().filter(|field| field.counts()).count(), 22);
    }

    #[test]
    fn every_field_stands_in_the_documentation() {
        let page = include_str!("../../docs/evaluation.md");
        let table: Vec<&str> = page.split("## Fields").nth(1).unwrap().split("## In CI").next().unwrap().lines().collect();
        for field in FIELDS {
            let first = |row: &&&str| row.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{}`", field.name)));
            let row = table.iter().find(first).unwrap_or_else(|| panic!("no row for `{}`", field.name));
            assert_eq!(row.split('|').nth(1).unwrap().contains("**core**"), field.core, "{row}");
            let closed = row.contains(&format!("`{}` κ", field.name)) || row.contains(&format!("`{}` **core** κ", field.name));
            assert_eq!(closed, field.closed, "{row}");
            assert_eq!(row.split('|').nth(3).unwrap().trim() != "–", field.is_scored(), "{row}");
        }
    }

    #[test]
    fn patterns_know_places_in_lists() {
        assert!(matches("/authors/*/name", "/authors/12/name") && matches("/risks/*", "/risks/0"));
        assert!(!matches("/authors/*/name", "/authors/12/role") && !matches("/risks/*", "/risks") && !matches("/risks/*", "/risks/0/x"));
    }
}
