//! What a cell shows, as a sign and in words.

use super::Cell;
use crate::domain::record::ComplianceStatus;

/// What a cell shows: its status, and of what was not found whether the text lost parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The text does what is forbidden.
    Violation,
    /// The text says two things.
    Contradicted,
    /// Not found.
    NotFound,
    /// Not found in a text that lost parts.
    LookAtOriginal,
    /// Met by general wording only.
    PassGeneric,
    /// Met by pointing elsewhere.
    ByReference,
    /// Met.
    Pass,
    /// Its trigger does not hold.
    NotApplicable,
}

/// All states, those to look at first.
pub const LEGEND: [State; 8] = [
    State::Violation,
    State::Contradicted,
    State::NotFound,
    State::LookAtOriginal,
    State::PassGeneric,
    State::ByReference,
    State::Pass,
    State::NotApplicable,
];

impl State {
    /// The state of a cell.
    pub fn of(cell: &Cell) -> Self {
        match cell.status {
            ComplianceStatus::Violation => Self::Violation,
            ComplianceStatus::Contradicted => Self::Contradicted,
            ComplianceStatus::NotFound if cell.needs_source_check => Self::LookAtOriginal,
            ComplianceStatus::NotFound => Self::NotFound,
            ComplianceStatus::PassGeneric => Self::PassGeneric,
            ComplianceStatus::ByReference => Self::ByReference,
            ComplianceStatus::Pass => Self::Pass,
            ComplianceStatus::NotApplicable => Self::NotApplicable,
        }
    }

    /// One character; they differ in shape.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Violation => "✗",
            Self::Contradicted => "≠",
            Self::NotFound => "○",
            Self::LookAtOriginal => "?",
            Self::PassGeneric => "~",
            Self::ByReference => "→",
            Self::Pass => "✓",
            Self::NotApplicable => "·",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Contradicted => "contradicted",
            Self::NotFound => "not found",
            Self::LookAtOriginal => "not found, the text lost parts: look at the original",
            Self::PassGeneric => "general wording only",
            Self::ByReference => "by reference",
            Self::Pass => "pass",
            Self::NotApplicable => "not applicable",
        }
    }

    /// A name without blanks, for classes and columns; statuses as records have them.
    pub fn name(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Contradicted => "contradicted",
            Self::NotFound => "not_found",
            Self::LookAtOriginal => "needs_source_check",
            Self::PassGeneric => "pass_generic",
            Self::ByReference => "by_reference",
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
        }
    }
}
