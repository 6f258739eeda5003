//! A record judged anew from its own values.

use super::case;
use crate::document::Document;
use crate::domain::record::Record;
use crate::reconcile;
use crate::rules::Context;
use crate::zones::Zones;

/// The record that a record's own values lead to: symbols, places on scales, checklist and what does not fit, computed as for
/// any reading. Verdicts are those of a single reader; what the readers differed on is not in it. Asks no model.
pub fn rejudge(document: &Document, record: &Record) -> Record {
    let zones = Zones::of(document);
    let context = Context::new(document, &zones);
    let reading = reconcile::reading_of(record);
    let (case, _) = case(&context, None, Some(&reading), record.run.clone());
    reconcile::reconcile(case, Some(reading), None)
}
