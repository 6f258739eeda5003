//! Disclosures, the checklist, and where every value comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::DisclosureId;
use super::super::evidence::{By, Evidence, Reason, Verdict};

/// Whether a statement affirms or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// It says that something is so.
    Affirmed,
    /// It says that something is not so; that may satisfy a requirement as well.
    Negated,
}

/// One disclosure, present or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Which one.
    pub id: DisclosureId,
    /// Whether the text has it.
    pub present: bool,
    /// Affirmed or negated; null where absent.
    pub polarity: Option<Polarity>,
    /// Whether it names this issuer, holding or date rather than speaking generally; null where absent.
    pub specific: Option<bool>,
}

/// How bad it is that a requirement is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Required.
    Mandatory,
    /// Required when its trigger holds.
    Conditional,
    /// Usual practice.
    Usual,
}

/// What the text shows of a requirement. Not found is not violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComplianceStatus {
    /// Met.
    Pass,
    /// Met by general wording only.
    PassGeneric,
    /// Met by pointing elsewhere.
    ByReference,
    /// Not found in the text.
    NotFound,
    /// Its trigger does not hold.
    NotApplicable,
    /// The text says two things.
    Contradicted,
    /// The text does what is forbidden.
    Violation,
}

/// One row of a checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compliance {
    /// `CN-8-3`.
    pub id: String,
    /// `CN`.
    pub jurisdiction: String,
    /// The regulation and clause.
    pub clause: String,
    /// How bad a miss is.
    pub severity: Severity,
    /// What the text shows.
    pub status: ComplianceStatus,
    /// Whether the original should be looked at because the text visibly lost parts.
    pub needs_source_check: bool,
}

/// Where a value of the record comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// What the judge says.
    pub verdict: Verdict,
    /// Places that carry the value taken.
    pub evidence: Vec<Evidence>,
    /// Values not taken.
    pub rejected: Vec<Rejected>,
    /// Pointers a derived value was computed from.
    pub from: Vec<String>,
    /// Votes for the value taken, where the model was asked several times.
    pub votes: Option<u32>,
    /// Who decided and when, for `human`.
    pub decided: Option<String>,
}

/// A value a reader gave that was not taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejected {
    /// Who gave it.
    pub by: By,
    /// The value.
    pub value: Value,
    /// The words it was read from; null when none were found.
    pub quote: Option<String>,
    /// Why it was not taken.
    pub reasons: Vec<Reason>,
}

/// Why a person should look, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewCode {
    /// The text does what a regulation forbids.
    Violation,
    /// The report itself says two things.
    Contradicted,
    /// Rules and model read different values.
    Conflict,
    /// Text addressed to a reading model.
    SuspiciousText,
    /// The model gave a value whose words stand nowhere.
    NotInText,
    /// The model's value does not follow from the words it cites.
    ValueMismatch,
    /// The model's own reasoning names another value than its answer.
    ReasoningMismatch,
    /// A licence number does not fit the firm, the role or its own structure.
    LicenseMismatch,
    /// Figures of the report do not fit each other.
    Inconsistent,
    /// The label is on no known scale.
    Unmapped,
    /// The report prints no scale; the one used comes from the registry and was recalled, wholly or in part, not read.
    RegistryRecalled,
    /// A scale could not be read with certainty.
    UncertainScale,
    /// The source visibly lost parts.
    NeedsSourceCheck,
    /// Only the model read a value that decides something.
    ModelOnly,
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewItem {
    /// JSON Pointer of the value.
    pub pointer: String,
    /// Why.
    pub code: ReviewCode,
    /// The case in words.
    pub detail: String,
}
