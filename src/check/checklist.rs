//! A checklist as data: what a regulation, or a house, asks of a report.

mod error;
mod pattern;

use std::sync::LazyLock;

use crate::rules::Regex;
use serde::{Deserialize, Serialize};

use crate::domain::DisclosureId;
use crate::domain::record::Severity;
use crate::rules::Voice;

pub use error::ChecklistError;

/// A list of requirements.
#[derive(Debug)]
pub struct Checklist {
    pub(super) jurisdiction: String,
    pub(super) rows: Vec<Row>,
}

/// Where a report shows what a row asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    Head,
    Tail,
    #[default]
    Any,
}

/// How sure the number of a clause is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in the law, or in a text that quotes it.
    #[default]
    Read,
    /// Read in part, or in an old version.
    Partial,
    /// From memory.
    Recalled,
}

/// When a row applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Trigger {
    #[default]
    Always,
    /// The report rates something.
    AnyRating,
    /// It raises or lowers a rating.
    RatingChange,
    /// It rates a stock.
    StockRating,
    /// It gives a target price.
    TargetPrice,
    /// It rates a stock or gives a target price.
    Valuation,
}

/// A part of the record that answers a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Field {
    /// The publisher's name.
    Publisher,
    /// Names of the authors.
    Authors,
    /// A licence number of every signer.
    SignerLicenses,
    /// Every signer's number is an analyst's.
    SignersRegistered,
    PublishDate,
    PublishTime,
    /// Definitions of the grades, and whether they define the grade given.
    RatingScales,
    /// How the target price was reached.
    ValuationMethod,
    /// Business risks.
    Risks,
    /// The day of the price quoted.
    PriceDate,
    /// The label before a change.
    PriorRating,
}

/// What a row amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    Pass,
    PassGeneric,
    ByReference,
}

/// What a row is where nothing answers it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Absent {
    #[default]
    NotFound,
    NotApplicable,
}

/// A row as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowText {
    id: String,
    requirement: String,
    #[serde(default)]
    law: String,
    article: Option<String>,
    #[serde(default)]
    confidence: Confidence,
    #[serde(default = "mandatory")]
    severity: Severity,
    #[serde(default)]
    part: Part,
    #[serde(default)]
    trigger: Trigger,
    #[serde(default)]
    absent: Absent,
    #[serde(default)]
    fields: Vec<Field>,
    #[serde(default)]
    rests: Vec<DisclosureId>,
    general: Option<Standing>,
    #[serde(default)]
    all: bool,
    #[serde(default)]
    place: Voice,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    generic: Vec<String>,
    #[serde(default)]
    by_reference: Vec<String>,
    #[serde(default)]
    negated: Vec<String>,
    #[serde(default)]
    doubtful: Vec<String>,
    #[serde(default)]
    forbidden: Vec<String>,
    unless: Option<String>,
}

fn mandatory() -> Severity {
    Severity::Mandatory
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChecklistText {
    jurisdiction: Option<String>,
    #[serde(default)]
    row: Vec<RowText>,
}

/// One requirement, ready to be answered.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) requirement: String,
    pub(super) law: String,
    pub(super) article: Option<String>,
    pub(super) confidence: Confidence,
    pub(super) severity: Severity,
    pub(super) part: Part,
    pub(super) trigger: Trigger,
    pub(super) absent: Absent,
    /// Parts of the record that answer it.
    pub(super) fields: Vec<Field>,
    /// Disclosures that answer it.
    pub(super) rests: Vec<DisclosureId>,
    /// What a disclosure in general words amounts to.
    pub(super) general: Standing,
    /// Whether every field and disclosure is needed, not one of them.
    pub(super) all: bool,
    /// Where its wording has to stand.
    pub(super) voice: Voice,
    /// Wording that meets it.
    pub(super) patterns: Vec<Regex>,
    /// Wording that meets it in general terms.
    pub(super) generic: Vec<Regex>,
    /// Wording that points elsewhere.
    pub(super) by_reference: Vec<Regex>,
    /// A denial that meets it.
    pub(super) negated: Vec<Regex>,
    /// Wording that speaks against it.
    pub(super) doubtful: Vec<Regex>,
    /// Wording it forbids.
    pub(super) forbidden: Vec<Regex>,
    /// Sentences that mean something else.
    pub(super) unless: Option<Regex>,
}

impl Row {
    /// The clause for people. A number nobody has read is not given as fact (domain.md, confidence marks).
    pub(super) fn clause(&self) -> String {
        match &self.article {
            Some(article) if self.confidence == Confidence::Read => format!("{} {article}", self.law).trim().to_owned(),
            _ => self.law.clone(),
        }
    }

    fn can_be_answered(&self) -> bool {
        let wording = [&self.patterns, &self.generic, &self.by_reference, &self.negated, &self.doubtful, &self.forbidden];
        !self.fields.is_empty() || !self.rests.is_empty() || wording.iter().any(|patterns| !patterns.is_empty())
    }
}

impl Checklist {
    /// Reads a checklist.
    ///
    /// # Errors
    /// When the text is no TOML of this shape, or a row cannot be used.
    pub fn parse(text: &str) -> Result<Self, ChecklistError> {
        let text: ChecklistText = toml::from_str(text).map_err(|error| ChecklistError::shape(&error, text))?;
        if text.row.is_empty() {
            return Err(ChecklistError::Empty);
        }
        let mut rows: Vec<Row> = Vec::new();
        for written in text.row {
            let row = compile(written)?;
            if rows.iter().any(|known| known.id == row.id) {
                return Err(ChecklistError::Duplicate { row: row.id });
            }
            rows.push(row);
        }
        Ok(Self { jurisdiction: text.jurisdiction.unwrap_or_else(|| "own".to_owned()), rows })
    }

    /// The checklist of a jurisdiction: `CN`, `HK`, `US`, `EU`, `IN`.
    pub fn of(jurisdiction: &str) -> Option<&'static Self> {
        let list = match jurisdiction {
            "CN" => &CN,
            "HK" => &HK,
            "US" => &US,
            "EU" => &EU,
            "IN" => &IN,
            _ => return None,
        };
        list.as_ref()
    }

    /// Whose rules it holds.
    pub fn jurisdiction(&self) -> &str {
        &self.jurisdiction
    }
}

/// A list of ours; a test holds that each can be read.
type Embedded = LazyLock<Option<Checklist>>;

static CN: Embedded = LazyLock::new(|| Checklist::parse(include_str!("../rules/checklists/cn.toml")).ok());
static HK: Embedded = LazyLock::new(|| Checklist::parse(include_str!("../rules/checklists/hk.toml")).ok());
static US: Embedded = LazyLock::new(|| Checklist::parse(include_str!("../rules/checklists/us.toml")).ok());
static EU: Embedded = LazyLock::new(|| Checklist::parse(include_str!("../rules/checklists/eu.toml")).ok());
static IN: Embedded = LazyLock::new(|| Checklist::parse(include_str!("../rules/checklists/in.toml")).ok());

fn compile(text: RowText) -> Result<Row, ChecklistError> {
    let id = text.id.trim().to_owned();
    if id.is_empty() || text.requirement.trim().is_empty() {
        return Err(ChecklistError::Blank { row: id });
    }
    let all = |key: &'static str, patterns: &[String]| -> Result<Vec<Regex>, ChecklistError> {
        patterns.iter().map(|pattern| pattern::compile(&id, key, pattern)).collect()
    };
    let row = Row {
        patterns: all("patterns", &text.patterns)?,
        generic: all("generic", &text.generic)?,
        by_reference: all("by_reference", &text.by_reference)?,
        negated: all("negated", &text.negated)?,
        doubtful: all("doubtful", &text.doubtful)?,
        forbidden: all("forbidden", &text.forbidden)?,
        unless: text.unless.as_deref().map(|unless| pattern::compile(&id, "unless", unless)).transpose()?,
        requirement: text.requirement.trim().to_owned(),
        law: text.law.trim().to_owned(),
        article: text.article,
        confidence: text.confidence,
        severity: text.severity,
        part: text.part,
        trigger: text.trigger,
        absent: text.absent,
        fields: text.fields,
        rests: text.rests,
        general: text.general.unwrap_or(Standing::Pass),
        all: text.all,
        voice: text.place,
        id,
    };
    if row.can_be_answered() { Ok(row) } else { Err(ChecklistError::Unanswerable { row: row.id }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_list_is_sound() {
        for (code, text) in [
            ("CN", include_str!("../rules/checklists/cn.toml")),
            ("HK", include_str!("../rules/checklists/hk.toml")),
            ("US", include_str!("../rules/checklists/us.toml")),
            ("EU", include_str!("../rules/checklists/eu.toml")),
            ("IN", include_str!("../rules/checklists/in.toml")),
        ] {
            let list = Checklist::parse(text).unwrap_or_else(|error| panic!("{code}: {error}"));
            assert_eq!(list.jurisdiction(), code);
            assert!(list.rows.iter().all(|row| row.id.starts_with(code) && !row.law.is_empty()), "{code}");
            assert!(Checklist::of(code).is_some());
        }
        assert!(Checklist::of("JP").is_none());
    }

    #[test]
    fn a_number_nobody_read_is_not_printed() {
        let list = Checklist::of("CN").unwrap();
        let clause = |id: &str| list.rows.iter().find(|row| row.id == id).unwrap().clause();
        assert_eq!(clause("CN-8-3"), "暂行规定 Art. 8(3)");
        assert_eq!(clause("CN-12-1"), "暂行规定");
    }

    fn error(text: &str) -> String {
        Checklist::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_bad_list_says_which_row_and_why() {
        assert!(error("").contains("no `[[row]]`"));
        assert!(error("[[row]]\nid='A'\nrequirement='r'\n").contains("row `A` has nothing to answer it"));
        assert!(error("[[row]]\nid='A'\nrequirement=' '\npatterns=['x']\n").contains("`requirement`"));
        let twice = "[[row]]\nid='A'\nrequirement='r'\npatterns=['x']\n".repeat(2);
        assert!(error(&twice).contains("`A` stands twice"));
        let unknown = error("[[row]]\nid='A'\nrequirement='r'\npatern=['x']\n");
        assert!(unknown.contains("line 4") && unknown.contains("`patern`"), "{unknown}");
        let rest = error("[[row]]\nid='A'\nrequirement='r'\nrests=['holding']\n");
        assert!(rest.contains("line 4") && rest.contains("`holding`"), "{rest}");
    }

    #[test]
    fn a_bad_pattern_says_where() {
        let bad = error("[[row]]\nid='A'\nrequirement='r'\nforbidden=['保证(收益']\n");
        assert_eq!(bad, "row `A`, `forbidden`: `保证(收益` is no regular expression: unclosed group at character 3");
    }
}
