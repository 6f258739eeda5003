//! What a person decided about one value: a line of `decisions.jsonl`.

use std::io::{self, BufRead, Read as _};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::record::DECISION_SCHEMA;

/// Most bytes of a line: a whole list of a record is far shorter.
const MAX_LINE: u64 = 1 << 20;

/// What a person decided about one value of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Always `sellside.decision/1`.
    pub schema: String,
    /// Name of the report in its run.
    pub document: String,
    /// `text_id` of the record that was looked at.
    pub text_id: String,
    /// JSON Pointer into that record. `/mentions/-` stands for a new item at the end of a list.
    pub pointer: String,
    /// How the person came to the value.
    pub action: DecisionAction,
    /// The value that shall stand there, whatever the action; null for none, and for an item of a list that shall go.
    pub value: Value,
    /// The value that stood there.
    pub was: Value,
    /// Who decided.
    pub by: String,
    /// When: UTC, `2026-11-30T08:00:00Z`.
    pub at: String,
    /// What the person wants remembered.
    pub note: Option<String>,
}

/// How a person came to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionAction {
    /// What the rules read is right.
    Rules,
    /// What the model read is right.
    Model,
    /// The person wrote it.
    Edit,
    /// The report has no such value.
    Missing,
    /// What stands in the record is right.
    Keep,
}

/// Why decisions cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecisionError {
    /// The file.
    #[error("could not read the decisions")]
    Read(#[source] io::Error),
    /// A line is no decision.
    #[error("line {line}: {message}")]
    Line {
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it, and where.
        message: String,
    },
}

impl DecisionError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read(_) => "check the path",
            Self::Line { .. } => "export the decisions from the review page again; `docs/review.md` says what a line holds",
        }
    }
}

impl Decision {
    /// Reads decisions, one a line; empty lines are passed over.
    ///
    /// # Errors
    /// At the first line that is no decision.
    pub fn read_lines(mut lines: impl BufRead) -> Result<Vec<Self>, DecisionError> {
        let mut decisions = Vec::new();
        let mut number = 0;
        loop {
            let mut line = Vec::new();
            let read = lines.by_ref().take(MAX_LINE).read_until(b'\n', &mut line).map_err(DecisionError::Read)?;
            if read == 0 {
                return Ok(decisions);
            }
            number += 1;
            let wrong = |message: String| DecisionError::Line { line: number, message };
            if read as u64 == MAX_LINE {
                return Err(wrong(format!("is longer than {MAX_LINE} bytes")));
            }
            let text = std::str::from_utf8(&line).map_err(|error| wrong(error.to_string()))?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
            if !text.is_empty() {
                decisions.push(Self::parse(text).map_err(wrong)?);
            }
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let decision: Self = serde_path_to_error::deserialize(&mut reader).map_err(|error| match error.path().to_string().as_str() {
            "." => error.inner().to_string(),
            path => format!("`{path}`: {}", error.inner()),
        })?;
        reader.end().map_err(|error| error.to_string())?;
        if decision.schema != DECISION_SCHEMA {
            return Err(format!("`schema` is `{}`, this version reads `{DECISION_SCHEMA}`", decision.schema));
        }
        if decision.at.parse::<jiff::Timestamp>().is_err() {
            return Err(format!("`at`: `{}` is no time like `2026-11-30T08:00:00Z`", decision.at));
        }
        if decision.by.trim().is_empty() {
            return Err("`by` is empty: a decision is somebody's".to_owned());
        }
        if !decision.pointer.is_empty() && !decision.pointer.starts_with('/') {
            return Err(format!("`pointer`: `{}` does not begin with `/`", decision.pointer));
        }
        Ok(decision)
    }

    /// When it was made, to compare it with others; the earliest time there is where that cannot be told.
    pub fn time(&self) -> jiff::Timestamp {
        self.at.parse().unwrap_or(jiff::Timestamp::MIN)
    }

    /// Who and when, as it stands in a record.
    pub(super) fn decided(&self) -> String {
        format!("{}, {}", self.by.trim(), self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"schema":"sellside.decision/1","document":"a.txt","text_id":"b3:0","pointer":"/ratings/0/label","action":"edit","value":"买入","was":"增持","by":"A. Reviewer","at":"2026-11-30T08:00:00Z","note":null}"#;

    #[test]
    fn lines_are_read_and_errors_name_them() {
        let text = format!("\u{feff}{LINE}\n\n{LINE}\r\n");
        let decisions = Decision::read_lines(text.as_bytes()).unwrap();
        assert_eq!((decisions.len(), decisions[0].action), (2, DecisionAction::Edit));
        assert_eq!(serde_json::to_string(&decisions[1]).unwrap(), LINE);
        let wrong = |from: &str, to: &str| {
            let text = format!("{LINE}\n{}\n", LINE.replace(from, to));
            Decision::read_lines(text.as_bytes()).unwrap_err().to_string()
        };
        assert!(wrong("\"note\"", "\"noet\"").starts_with("line 2: `noet`: unknown field `noet`"), "{}", wrong("\"note\"", "\"noet\""));
        assert!(wrong("edit", "guess").contains("unknown variant `guess`"));
        assert!(wrong("decision/1", "decision/2").contains("this version reads"));
        assert!(wrong("2026-11-30T08:00:00Z", "yesterday").contains("`at`: `yesterday`"));
        assert!(wrong("A. Reviewer", " ").contains("`by` is empty"));
        assert!(wrong("/ratings", "ratings").contains("does not begin with `/`"));
        assert!(wrong("\"note\":null}", "\"note\":null} {}").contains("trailing"));
    }
}
