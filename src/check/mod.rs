//! A reading against the checklist of a jurisdiction: what a regulation asks for, and what the text shows of it.
//!
//! Not found is not violated: a row that is not met says so, and says with `needs_source_check` where the text lost the
//! part in which the report would show it. Mainland China has a list (`rules/checklists/cn.toml`); other jurisdictions
//! have none yet and give no rows, rather than rows by another country's law.

mod rows;

use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::record::{Compliance, Severity};
use crate::domain::{DisclosureId, Reading};

/// What is known of the text besides its reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckContext<'a> {
    /// Whose rules the report follows, `CN`.
    pub jurisdiction: Option<&'a str>,
    /// Whether the text says of itself that part of it was cut.
    pub truncated: bool,
    /// Whether the text has any legal part: disclaimer or analyst statement.
    pub has_legal_text: bool,
}

/// Where a report shows what a row asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Head,
    Tail,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    clause: String,
    severity: Severity,
    part: Part,
    #[serde(default)]
    rests: Vec<DisclosureId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checklist {
    row: Vec<Row>,
}

static CN: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let list: Option<Checklist> = toml::from_str(include_str!("../rules/checklists/cn.toml")).ok();
    list.map(|list| list.row).unwrap_or_default()
});

/// The checklist of the jurisdiction over a reading. With each row, what it rests on: JSON Pointers into the record,
/// or disclosure ids.
pub fn check(reading: &Reading, context: CheckContext<'_>) -> Vec<(Compliance, Vec<String>)> {
    if context.jurisdiction != Some("CN") {
        return Vec::new();
    }
    CN.iter().map(|row| answer(row, reading, context)).collect()
}

/// Whether the text visibly lost its headers or its tail, so that "not found" proves nothing.
pub fn needs_source_check(reading: &Reading, context: CheckContext<'_>) -> bool {
    lost(Part::Head, reading, context) || lost(Part::Tail, reading, context)
}

fn answer(row: &Row, reading: &Reading, context: CheckContext<'_>) -> (Compliance, Vec<String>) {
    let (status, from) = rows::status(row, reading);
    let compliance = Compliance {
        id: row.id.clone(),
        jurisdiction: "CN".to_owned(),
        clause: row.clause.clone(),
        severity: row.severity,
        status,
        needs_source_check: rows::open(status) && lost(row.part, reading, context),
    };
    (compliance, from)
}

/// A mainland report prints 证券研究报告 in its page header: where the text has it nowhere, headers were lost.
fn lost(part: Part, reading: &Reading, context: CheckContext<'_>) -> bool {
    let marked = rows::disclosure(reading, DisclosureId::ResearchReportMarking).is_some();
    context.truncated
        || match part {
            Part::Head => context.jurisdiction == Some("CN") && !marked,
            Part::Tail => !context.has_legal_text,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rating::{RatingStatus, SubjectType};
    use crate::domain::reading::{AuthorReading, RatingReading};
    use crate::domain::record::{AuthorRole, ComplianceStatus as Status, Disclosure, Polarity};
    use crate::domain::{By, Evidence, Located, Span};

    fn at<T>(value: T) -> Located<T> {
        Located::new(value, Evidence::exact(By::Rules, "x", Span { start: 0, end: 1 }))
    }

    fn states(id: DisclosureId, polarity: Polarity, specific: bool) -> Located<Disclosure> {
        at(Disclosure { id, present: true, polarity: Some(polarity), specific: Some(specific) })
    }

    fn weekly() -> Reading {
        let mut reading = Reading::default();
        reading.publisher.name = Some(at("望江证券".to_owned()));
        reading.product.publish_date = Some(at(crate::domain::date::Date::new(2024, 5, 6).unwrap()));
        reading.authors.push(AuthorReading {
            name: Some(at("林某".to_owned())),
            role: Some(at(AuthorRole::Analyst)),
            license_no: Some(at("S0999520010001".to_owned())),
            ..AuthorReading::default()
        });
        reading.authors.push(AuthorReading {
            name: Some(at("周某".to_owned())),
            role: Some(at(AuthorRole::Contact)),
            ..AuthorReading::default()
        });
        reading.ratings.push(RatingReading {
            subject_type: Some(at(SubjectType::Industry)),
            label: Some(at("增持".to_owned())),
            status: Some(at(RatingStatus::Rated)),
            ..RatingReading::default()
        });
        for id in [DisclosureId::FirmQualification, DisclosureId::RatingDefinitions] {
            reading.disclosures.push(states(id, Polarity::Affirmed, true));
        }
        for id in [DisclosureId::SourceStatement, DisclosureId::UseRiskWarning, DisclosureId::FirmMayHold] {
            reading.disclosures.push(states(id, Polarity::Affirmed, false));
        }
        reading
    }

    const FULL: CheckContext<'static> = CheckContext { jurisdiction: Some("CN"), truncated: false, has_legal_text: true };

    fn row(reading: &Reading, context: CheckContext<'_>, id: &str) -> (Status, bool, Vec<String>) {
        let (row, from) = check(reading, context).into_iter().find(|(row, _)| row.id == id).unwrap();
        (row.status, row.needs_source_check, from)
    }

    #[test]
    fn an_industry_weekly_without_its_page_header() {
        let reading = weekly();
        let found: Vec<(String, Status, bool)> =
            check(&reading, FULL).into_iter().map(|(row, _)| (row.id, row.status, row.needs_source_check)).collect();
        let expected = [
            ("CN-8-1", Status::NotFound, true),
            ("CN-8-2", Status::Pass, false),
            ("CN-8-3", Status::Pass, false),
            ("CN-8-4", Status::Pass, false),
            ("CN-8-5", Status::Pass, false),
            ("CN-8-6", Status::PassGeneric, false),
            ("CN-8-7", Status::Pass, false),
            ("CN-12-1", Status::NotApplicable, false),
            ("CN-16-1", Status::NotFound, false),
            ("CN-R1", Status::Pass, false),
        ];
        assert_eq!(found, expected.map(|(id, status, check)| (id.to_owned(), status, check)));
        assert!(needs_source_check(&reading, FULL));
    }

    #[test]
    fn the_analysts_licence_is_not_the_firms() {
        let mut reading = weekly();
        reading.disclosures.retain(|found| found.value.id != DisclosureId::FirmQualification);
        reading.disclosures.push(states(DisclosureId::AnalystQualification, Polarity::Affirmed, true));
        assert_eq!(row(&reading, FULL, "CN-8-3"), (Status::NotFound, false, Vec::new()));
    }

    #[test]
    fn every_signer_needs_a_code() {
        let mut reading = weekly();
        reading.authors.push(AuthorReading {
            name: Some(at("吴某".to_owned())),
            role: Some(at(AuthorRole::Analyst)),
            ..AuthorReading::default()
        });
        assert_eq!(row(&reading, FULL, "CN-8-4").0, Status::NotFound);
        reading.authors.clear();
        assert_eq!(row(&reading, FULL, "CN-8-4").0, Status::NotFound);
    }

    #[test]
    fn a_stock_rating_asks_for_the_holding() {
        let mut reading = weekly();
        reading.ratings.iter_mut().for_each(|rating| rating.subject_type = Some(at(SubjectType::Stock)));
        assert_eq!(row(&reading, FULL, "CN-12-1").0, Status::NotFound);
        reading.disclosures.push(states(DisclosureId::HoldingGe1pct, Polarity::Negated, true));
        assert_eq!(row(&reading, FULL, "CN-12-1").0, Status::Pass);
        reading.disclosures.push(states(DisclosureId::HoldingGe1pct, Polarity::Affirmed, true));
        assert_eq!(row(&reading, FULL, "CN-12-1").0, Status::Contradicted);
    }

    #[test]
    fn a_lost_tail_proves_nothing() {
        let mut reading = weekly();
        reading.disclosures.clear();
        let bare = CheckContext { has_legal_text: false, ..FULL };
        assert_eq!(row(&reading, bare, "CN-8-7"), (Status::NotFound, true, Vec::new()));
        assert_eq!(row(&reading, FULL, "CN-8-7"), (Status::NotFound, false, Vec::new()));
        assert!(row(&reading, CheckContext { truncated: true, ..FULL }, "CN-8-7").1);
    }

    #[test]
    fn a_pointer_to_the_website_is_by_reference() {
        let mut reading = weekly();
        reading.disclosures.push(states(DisclosureId::QuietPeriod, Polarity::Affirmed, false));
        assert_eq!(row(&reading, FULL, "CN-16-1"), (Status::ByReference, false, vec!["quiet_period".to_owned()]));
    }

    #[test]
    fn a_month_is_a_general_time() {
        let mut reading = weekly();
        reading.product.publish_date = None;
        assert_eq!(row(&reading, FULL, "CN-8-5").0, Status::NotFound);
        reading.disclosures.push(states(DisclosureId::PublicationDate, Polarity::Affirmed, false));
        assert_eq!(row(&reading, FULL, "CN-8-5").0, Status::PassGeneric);
    }

    #[test]
    fn no_rating_needs_no_definition_and_other_countries_have_no_rows() {
        let mut reading = weekly();
        reading.ratings.clear();
        reading.disclosures.clear();
        assert_eq!(row(&reading, FULL, "CN-R1").0, Status::NotApplicable);
        assert!(check(&reading, CheckContext { jurisdiction: Some("US"), ..FULL }).is_empty());
    }
}
