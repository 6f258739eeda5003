//! The readers apart and together: what the rules alone, the model alone and the judge made of one document.

use serde::{Deserialize, Serialize};

use super::case;
use crate::document::Document;
use crate::domain::Reading;
use crate::domain::record::{Readers, Record, Run};
use crate::reconcile;
use crate::rules::Context;
use crate::zones::Zones;

/// What each reader read in one document, every value with its place; `None` for a reader that did not read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Readings {
    /// The rules.
    pub rules: Option<Reading>,
    /// The model, its values looked up in the text.
    pub model: Option<Reading>,
}

/// One document as each reader alone would have it, and as the judge has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Views {
    /// By the rules alone.
    pub rules: Option<Record>,
    /// By the model alone.
    pub model: Option<Record>,
    /// By both: the record of the run.
    pub reconciled: Record,
}

/// The views of a document from what was kept of it. Reads neither the source nor a model; `reconciled` is the record the
/// readings led to.
pub fn views(document: &Document, readings: &Readings, reconciled: Record) -> Views {
    let zones = Zones::of(document);
    let context = Context::new(document, &zones);
    let alone = |reading: &Reading, run: Run| {
        let sound = reading.clone().sound();
        let (case, _) = case(&context, None, Some(&sound), run);
        (case, reading.clone())
    };
    let rules = readings.rules.as_ref().map(|reading| {
        let run = Run {
            readers: Readers::Rules,
            model: None,
            endpoint: None,
            grade: None,
            strategy: None,
            prompt: None,
            replayed: false,
            issues: Vec::new(),
            ..reconciled.run.clone()
        };
        let (case, reading) = alone(reading, run);
        reconcile::reconcile(case, Some(reading), None)
    });
    let model = readings.model.as_ref().map(|reading| {
        let run = Run { readers: Readers::Model, ..reconciled.run.clone() };
        let (case, reading) = alone(reading, run);
        reconcile::reconcile(case, None, Some(reading))
    });
    Views { rules, model, reconciled }
}
