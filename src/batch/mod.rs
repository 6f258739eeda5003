//! Many reports in one run: bounded, resumed, counted, and stopped well.
//!
//! Every document goes through the same [`Extractor`] as one alone. What became of it stands in the run's [`RunStore`]
//! before the next one takes its place, so that a run that was stopped in any way goes on where it was. Files for people are
//! written from there, in the order of the inputs.
//!
//! [`Extractor`]: crate::pipeline::Extractor
//! [`RunStore`]: crate::store::RunStore

mod decisions;
mod digest;
mod engine;
mod export;
mod input;
mod labels;
mod list;
mod progress;
mod provider;
mod report;
mod summary;
mod threads;
mod views;
mod work;
mod write;

pub use decisions::{DocumentDecisions, HandedIn, StaleDecision, Verdict as DecisionVerdict, hand_in, take_back};
pub use digest::{Digest, FIELDS, ModelOutcome};
pub use engine::{BatchError, Ended, Halt, Limits, Run, Stop};
pub use export::{ExportError, RunRecords, export};
pub use input::{Input, InputError, Inputs};
pub use labels::{LabelsWritten, write_labels};
pub use list::{ListError, read_list};
pub use progress::{AtProvider, Progress, Snapshot};
pub use provider::Posting;
pub use report::{Counts, Decisions, Latency, Money, Requests, RunReport};
pub use views::{StoredViews, run_names, stored_views};
