//! The deterministic reader: one file a field, no look at any model's answer.
//!
//! Every rule works on the normalised text ([`Context`]), so patterns need one width, one kind of blank, one kind of
//! bracket. A rule must hold for reports nobody here has seen: it is made of the field's words, never of one broker's
//! layout.

mod context;
mod disclosure;
mod mention;
mod sector;
mod suspicious;
mod unwrap;

use crate::document::Document;
use crate::domain::Reading;
use crate::zones::Zones;

pub use context::Context;

/// Reads a document by the rules alone.
pub fn read(document: &Document, zones: &Zones) -> Reading {
    let context = Context::new(document, zones);
    let mut reading = Reading::default();
    reading.mentions = mention::read(&context, &reading.subject);
    reading.sector_calls = sector::read(&context);
    reading.suspicious = suspicious::read(&context);
    reading.disclosures = disclosure::read(&context, &reading.product.publish_date);
    reading
}
