//! One document through all steps. Nothing else knows their order.

use crate::document::Document;
use crate::domain::record::{Readers, Record, Run};
use crate::reconcile::{Case, reconcile};
use crate::rules::{self, Context};
use crate::zones::Zones;

/// Version of this program, as it stands in records.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Reads one document by the rules alone.
pub fn extract_by_rules(document: &Document) -> Record {
    let zones = Zones::of(document);
    let context = Context::new(document, &zones);
    let reading = rules::read(document, &zones);
    let run = Run {
        sellside: VERSION.to_owned(),
        readers: Readers::Rules,
        model: None,
        endpoint: None,
        grade: None,
        strategy: None,
        prompt: None,
        replayed: false,
        issues: Vec::new(),
    };
    let (language, jurisdiction) = if context.chinese { ("zh", "CN") } else { ("en", "US") };
    let case = Case {
        document,
        language: Some(language),
        jurisdiction: Some(jurisdiction),
        compliance: Vec::new(),
        needs_source_check: false,
        run,
    };
    reconcile(case, Some(reading), None)
}
