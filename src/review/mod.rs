//! The page on which people decide what two readers could not: one HTML file that opens from disk and asks nobody for anything.
//!
//! [`Page`] writes it report by report into whatever the caller gives, so that memory does not grow with the run. Each report
//! stands in the page as a compressed block of its own and is unpacked when it is looked at. Scripts and style are the files in
//! `assets/`; they stand in the page as they are, and its content security policy lets nothing else run. What it shows, and
//! the decisions it exports, are described in `docs/review.md`.

mod assets;
mod block;
mod encode;
mod error;
mod index;
mod page;
mod place;

use crate::document::Document;
use crate::domain::{Reading, Record};

pub use error::ReviewError;
pub use page::{Language, Page, Settings, Written};

/// One report as the page shows it.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The report with its text.
    pub document: &'a Document,
    /// What the judge made of both readings.
    pub record: &'a Record,
    /// What the rules read; gives the places of values that were not taken.
    pub rules: Option<&'a Reading>,
    /// What the model read, likewise.
    pub model: Option<&'a Reading>,
}

impl Report<'_> {
    /// Whether the two readers read different values somewhere.
    pub fn has_conflict(&self) -> bool {
        index::has_conflict(self.record)
    }

    /// Whether a person should look at something.
    pub fn has_review(&self) -> bool {
        !self.record.review.is_empty() || self.has_conflict()
    }
}
