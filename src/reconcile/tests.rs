//! Records made of readings, without a model or a file.

use super::*;
use crate::domain::record::{Grading, Readers, Strategy};

/// How a test's record is made.
fn run() -> Run {
    Run {
        sellside: "0".to_owned(),
        readers: Readers::Both,
        model: Some("m".to_owned()),
        endpoint: None,
        grade: Some(Grading::Prompt),
        strategy: Some(Strategy::OneShot),
        prompt: None,
        replayed: false,
        issues: Vec::new(),
    }
}

/// A case without a checklist.
pub(super) fn case(document: &Document) -> Case<'_> {
    Case { document, language: Some("zh"), jurisdiction: Some("CN"), compliance: Vec::new(), needs_source_check: false, run: run() }
}

/// The record of one reading.
pub(super) fn by_rules(document: &Document, reading: Reading) -> Record {
    reconcile(case(document), Some(reading), None)
}
