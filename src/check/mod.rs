//! A reading against a checklist: what a regulation, or a house, asks for, and what the text shows of it.
//!
//! Not found is not violated: a row that is not met says so, and says with `needs_source_check` where the text lost the
//! part in which the report would show it. The lists are data (`rules/checklists/{cn,hk,us,eu,in}.toml`); a user's own is
//! read by the same code.

mod answer;
mod checklist;
mod field;
mod trigger;

use crate::domain::record::{Compliance, ComplianceStatus};
use crate::domain::{DisclosureId, Evidence, Reading};
use crate::rules::Statements;

use checklist::{Part, Row};

pub use checklist::{Checklist, ChecklistError, Confidence};

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

/// A row of a checklist with what the text shows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The row as it stands in the record.
    pub row: Compliance,
    /// What is asked for, in words.
    pub requirement: String,
    /// The regulation, with the number of the clause where somebody read it.
    pub clause: String,
    /// The number of the clause; mind `confidence`.
    pub article: Option<String>,
    /// How sure that number is.
    pub confidence: Confidence,
    /// The words that answer the row, the deciding ones first.
    pub evidence: Vec<Evidence>,
    /// What else it rests on: JSON Pointers into the record, or disclosure ids.
    pub from: Vec<String>,
}

/// A checklist over a reading and its text.
pub fn check(checklist: &Checklist, reading: &Reading, statements: &Statements<'_>, context: CheckContext<'_>) -> Vec<Answer> {
    checklist.rows.iter().map(|row| answered(row, checklist.jurisdiction(), reading, statements, context)).collect()
}

/// Whether the text visibly lost its headers or its tail, so that "not found" proves nothing.
pub fn needs_source_check(reading: &Reading, context: CheckContext<'_>) -> bool {
    lost(Part::Any, reading, context)
}

fn answered(row: &Row, jurisdiction: &str, reading: &Reading, statements: &Statements<'_>, context: CheckContext<'_>) -> Answer {
    let found = answer::answer(row, reading, statements);
    let clause = row.clause();
    let compliance = Compliance {
        id: row.id.clone(),
        jurisdiction: jurisdiction.to_owned(),
        clause: if clause.is_empty() { row.requirement.clone() } else { format!("{clause}: {}", row.requirement) },
        severity: row.severity,
        status: found.status,
        needs_source_check: found.status == ComplianceStatus::NotFound && lost(row.part, reading, context),
    };
    Answer {
        row: compliance,
        requirement: row.requirement.clone(),
        clause,
        article: row.article.clone(),
        confidence: row.confidence,
        evidence: found.evidence,
        from: found.from,
    }
}

/// A mainland report prints 证券研究报告 in its page header: where the text has it nowhere, headers were lost.
fn lost(part: Part, reading: &Reading, context: CheckContext<'_>) -> bool {
    let head = || context.jurisdiction == Some("CN") && answer::disclosure(reading, DisclosureId::ResearchReportMarking).next().is_none();
    let tail = || !context.has_legal_text;
    context.truncated
        || match part {
            Part::Head => head(),
            Part::Tail => tail(),
            Part::Any => head() || tail(),
        }
}

#[cfg(test)]
mod tests;
