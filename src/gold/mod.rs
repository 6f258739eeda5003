//! Gold labels: what a person says a report holds, one file a report.
//!
//! A file is named after the report: `007-weekly.gold.json` labels `007-weekly.txt` or `.pdf`. Labels are flat and few: what
//! can be scored without looking at the report again. [`Gold::from_record`] says which labels a record amounts to, so that
//! what a desk has corrected can measure the next model.

mod canonical;
mod folder;
mod labels;
mod of_record;

pub use canonical::Canonical;
pub use folder::{GoldError, GoldSet, stem};
pub use labels::{Completeness, CoveredSecurity, Definition, Disclosed, Gold, GoldIssue, GoldTarget, Person};
