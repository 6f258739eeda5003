//! Reads brokerage research reports with a language model and with rules, and reconciles the two.
//!
//! A model reads a report and says where it read each value. Rules read the same text without seeing the model's answer.
//! Every value is looked up at its place in the source; a judge compares the two readings, field by field. A value
//! without a place in the text never passes as fact.
//!
//! ```text
//! bytes ─▶ document ─▶ zones ─┬─ rules ─────────────────────────────────────────▶ Reading ─┐
//!         text + map back     │                                                            ├─▶ reconcile ─▶ Record
//!                             └─ prompt ─▶ llm ─▶ validate ─▶ Draft ─▶ ground ─▶ Reading ──┘
//! ```
//!
//! [`Extractor`] knows the order of the steps; everything else can be used on its own.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use sellside::{Document, Extractor};
//!
//! let text = "望江证券\n证券研究报告\n行业：医疗器械\n增持（维持）\n日期：2025年03月04日\n";
//! let report = Document::from_bytes("report.txt", text.as_bytes())?;
//! let record = Extractor::rules()?.extract(&report).await?.record;
//!
//! let day = record.product.publish_date.map(|day| day.to_string());
//! assert_eq!(day.as_deref(), Some("2025-03-04"));
//! let place = &record.provenance["/product/publish_date"].evidence[0];
//! assert_eq!(place.quote, "2025年03月04日");
//! # Ok(())
//! # }
//! ```
//!
//! What the fields mean stands in `docs/fields.md`, who may import whom in `docs/architecture.md`. The crate prints
//! nothing and never exits; a report is untrusted, and nothing in it can do more than be read wrongly.
//!
//! # Features
//!
//! `cli` (default): what only the binary needs. A library user turns it off with `default-features = false`.

pub mod batch;
pub mod chart;
pub mod check;
pub mod compare;
pub mod config;
pub mod decide;
pub mod document;
pub mod domain;
pub mod draft;
pub mod gold;
pub mod ground;
pub mod llm;
mod markup;
pub mod matrix;
pub mod merge;
pub mod pipeline;
pub mod prompt;
pub mod reconcile;
pub mod review;
pub mod rules;
pub mod sink;
pub mod store;
pub mod validate;
pub mod zones;

pub use document::Document;
pub use domain::Record;
pub use pipeline::{Extractor, Outcome};
