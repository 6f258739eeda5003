//! The file of labels as a type.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_path_to_error::{Path, Segment};

use super::canonical::Canonical;
use crate::domain::rating::{Action, Direction, SubjectType};
use crate::domain::record::Category;
use crate::domain::{Amount, Date};

/// The labels of one report.
///
/// A member that is left out is null or empty; one that is unknown is refused, since it is most likely misspelt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gold {
    /// Number or name of the report in its set.
    pub id: Option<String>,
    /// The issuing firm as it names itself.
    pub broker: Option<String>,
    /// Main title, and subtitle where there is one. Compared by likeness.
    pub title: Option<String>,
    /// Kind of report. Market dailies are `strategy`, fixed income is `macro`, digests of many topics are `morning_note`.
    pub report_type: Option<Category>,
    /// ISO 639-1 language of the text.
    pub language: Option<String>,
    /// The report's own day, only where the text states it; a month alone is null.
    pub published: Option<Date>,
    /// The rating word alone, as printed, without action and brackets.
    pub rating_raw: Option<String>,
    /// What is rated.
    pub rating_subject: Option<SubjectType>,
    /// What the report does to the rating, where it says so.
    pub rating_action: Option<Action>,
    /// The rating's place on the report's own scale, in five steps.
    pub rating_canonical: Option<Canonical>,
    /// Which way the rating points by the report's own scale; null where the text defines none.
    pub rating_direction: Option<Direction>,
    /// Name of the company a report about one is about.
    pub security_name: Option<String>,
    /// Its code as printed, suffix kept.
    pub security_code: Option<String>,
    /// Sector as printed.
    pub industry: Option<String>,
    /// Who signs: 分析师, 研究员, Analyst.
    pub analysts: Vec<Person>,
    /// Who does not: 联系人, 研究助理, sales. Not complete for lists of sales staff, and not scored.
    pub contacts: Vec<Person>,
    /// Current target price of the subject; null for previous targets, scenarios and other securities.
    pub target_price: Option<GoldTarget>,
    /// What the rating is measured against, as printed. Not scored.
    pub benchmark_index: Option<String>,
    /// The report's tables of ratings, best grade first for each kind of subject.
    pub rating_definitions: Vec<Definition>,
    /// Securities other than the subject with a rating or an explicit stance.
    pub covered_securities: Vec<CoveredSecurity>,
    /// Items of the report's own section on risks.
    pub risk_warnings: Vec<String>,
    /// Disclosures, present anywhere in the text or not.
    pub disclosures_present: Disclosed,
    /// What of the report the text holds.
    pub completeness: Option<Completeness>,
    /// What the labeller wants remembered.
    pub notes: Option<String>,
}

/// A person named in a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Person {
    /// Name; empty where only a licence number stands in the text.
    pub name: String,
    /// Licence number as printed.
    pub license_no: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number as printed.
    pub phone: Option<String>,
}

/// A target price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldTarget {
    /// Per share, in `currency`; of a range the upper end.
    pub value: Amount,
    /// ISO 4217.
    #[serde(default)]
    pub currency: Option<String>,
}

/// One grade of a table of ratings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What the table grades.
    pub subject: SubjectType,
    /// The rating word.
    pub label: String,
    /// Its definition, cleaned of line breaks and markup.
    #[serde(default)]
    pub definition: Option<String>,
}

/// Another security with a rating or a stance; one with both stands twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoveredSecurity {
    /// Name.
    pub name: String,
    /// The word of the stance or the rating, as printed.
    #[serde(default)]
    pub stance: Option<String>,
}

/// Disclosures, present or not; null where nobody looked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Disclosed {
    /// The document marks itself 证券研究报告, or as research.
    pub research_report_marking: Option<bool>,
    /// The firm names itself.
    pub firm_name: Option<bool>,
    /// The firm says that it holds the investment consulting qualification, or who regulates it.
    pub business_qualification: Option<bool>,
    /// The licence number of a person.
    pub analyst_license_no: Option<bool>,
    /// The day of publication, or its month.
    pub publication_date: Option<bool>,
    /// Where the information comes from; a bare disclaimer of accuracy is none.
    pub sources_statement: Option<bool>,
    /// A section on risks, or a statement that investing carries risk.
    pub risk_notice: Option<bool>,
    /// The analyst's own statement.
    pub analyst_certification: Option<bool>,
    /// The firm may hold positions or do business, or speaks of conflicts.
    pub conflict_of_interest: Option<bool>,
    /// Copyright or terms of quotation.
    pub copyright_restriction: Option<bool>,
    /// Not advice to anyone, or for clients only.
    pub no_advice_or_client_only: Option<bool>,
}

/// What of the report the text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// All of it.
    Full,
    /// The legal part at the end is missing.
    NoTail,
    /// Little but the legal part at the end.
    TailOnly,
}

/// What is wrong with a file of labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldIssue {
    /// JSON Pointer of the place; empty for the whole.
    pub pointer: String,
    /// What is wrong there, with line and column.
    pub message: String,
}

impl fmt::Display for GoldIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{pointer}: {}", self.message)
    }
}

impl Gold {
    /// Reads the labels of one report.
    ///
    /// # Errors
    /// With place and cause when the text is no file of labels.
    pub fn parse(text: &str) -> Result<Self, GoldIssue> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = serde_json::Deserializer::from_str(text);
        let gold = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| GoldIssue { pointer: pointer(error.path()), message: error.inner().to_string() })?;
        reader.end().map_err(|error| GoldIssue { pointer: String::new(), message: error.to_string() })?;
        Ok(gold)
    }
}

fn pointer(path: &Path) -> String {
    let part = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } | Segment::Enum { variant: key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Unknown => String::new(),
    };
    path.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_and_written_alike() {
        let text = r#"{"id":"1","published":"2025-03-04","rating_raw":"增持","rating_subject":"stock","rating_canonical":"strong_buy",
            "analysts":[{"name":"方某某","license_no":"S9710520030001"}],"target_price":{"value":43.82,"currency":"CNY"},
            "rating_definitions":[{"subject":"stock","label":"增持","definition":null}],"disclosures_present":{"firm_name":true},
            "completeness":"no_tail"}"#;
        let gold = Gold::parse(text).unwrap();
        assert_eq!((gold.rating_canonical, gold.completeness), (Some(Canonical::StrongBuy), Some(Completeness::NoTail)));
        assert_eq!(gold.disclosures_present.firm_name, Some(true));
        assert_eq!(gold.disclosures_present.risk_notice, None);
        assert_eq!(Gold::parse(&serde_json::to_string(&gold).unwrap()).unwrap(), gold);
    }

    #[test]
    fn an_error_names_place_and_cause() {
        let wrong = |text: &str| Gold::parse(text).unwrap_err();
        let issue = wrong(r#"{"analysts":[{"name":"方某某"},{"name":7}]}"#);
        assert_eq!(issue.pointer, "/analysts/1/name");
        assert!(issue.to_string().starts_with("/analysts/1/name: invalid type: integer `7`"), "{issue}");
        assert_eq!(wrong(r#"{"rating_definitions":[{"subject":"galaxy","label":"x"}]}"#).pointer, "/rating_definitions/0/subject");
        assert_eq!(wrong(r#"{"target_price":{"value":"43"}}"#).pointer, "/target_price/value");
        assert!(wrong(r#"{"brokr":"望江证券"}"#).message.contains("unknown field `brokr`"));
        assert!(wrong(r#"{"id":"1"} {"id":"2"}"#).message.contains("trailing"));
        assert!(wrong("").message.contains("EOF"));
    }
}
