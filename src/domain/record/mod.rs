//! The record: what users get. Version 1 of the public contract, `schemas/record.schema.json`.
//!
//! Plain values first, provenance beside them. Every key is always present and every value nullable; an object whose
//! leaves are all null is null (except `source`, `product`, `publisher`, `run`). Nothing volatile stands here.

mod figures;
mod judgement;
mod mentions;
mod publication;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use figures::{Benchmark, Estimate, EstimateKind, Grade, Metric, Rating, RatingScale, TargetPrice, Unit};
pub use judgement::{Compliance, ComplianceStatus, Disclosure, Polarity, Provenance, Rejected, ReviewCode, ReviewItem, Severity};
pub use mentions::{KeyPoint, KeyPointKind, Mention, RelatedReport, SectorCall, Stance};
pub use publication::{Author, AuthorRole, Category, Product, Publisher, Subject};

/// The value of [`Record::schema`].
pub const RECORD_SCHEMA: &str = "sellside.record/1";

/// What a line says it is that holds a person's decision about a record: the review page writes it, `decide` reads it.
pub const DECISION_SCHEMA: &str = "sellside.decision/1";

/// One report, read, grounded and reconciled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Always `sellside.record/1`.
    #[schemars(extend("const" = RECORD_SCHEMA))]
    pub schema: String,
    /// `b3:` and the BLAKE3 hash of the source bytes.
    pub id: String,
    /// `b3:` and the BLAKE3 hash of the normalised text: a PDF and its text copy share it.
    pub text_id: String,
    /// The file.
    pub source: Source,
    /// The report as a publication.
    pub product: Product,
    /// Who published it.
    pub publisher: Publisher,
    /// Who wrote it, and whom to contact.
    pub authors: Vec<Author>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// The report's own ratings, company before industry.
    pub ratings: Vec<Rating>,
    /// The target price of the subject.
    pub target_price: Option<TargetPrice>,
    /// Forecast and actual figures.
    pub estimates: Vec<Estimate>,
    /// The rating scales the report defines.
    pub rating_scales: Vec<RatingScale>,
    /// Benchmark indices by market.
    pub benchmarks: Vec<Benchmark>,
    /// Other securities with a stance or a rating.
    pub mentions: Vec<Mention>,
    /// Sectors with a stance.
    pub sector_calls: Vec<SectorCall>,
    /// The report's main statements.
    pub key_points: Vec<KeyPoint>,
    /// Items of the report's own risk section.
    pub risks: Vec<String>,
    /// Earlier reports it lists.
    pub related_reports: Vec<RelatedReport>,
    /// Every disclosure id of the jurisdiction, in fixed order.
    pub disclosures: Vec<Disclosure>,
    /// The jurisdiction's checklist.
    pub compliance: Vec<Compliance>,
    /// For each value, by JSON Pointer: verdict, evidence, what was rejected.
    pub provenance: BTreeMap<String, Provenance>,
    /// What a person should look at, worst first.
    pub review: Vec<ReviewItem>,
    /// How the record was made.
    pub run: Run,
}

/// The file a record was read from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Path relative to the given root, `-` for standard input.
    pub name: String,
    /// `text/plain`, `text/markdown`, …
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Characters of the decoded text.
    pub chars: u64,
    /// Pages, where the format has them.
    pub pages: Option<u32>,
    /// WHATWG name of the encoding, `UTF-8`, `gb18030`.
    pub encoding: Option<String>,
    /// Engine and version that made text of the file; null for text files.
    pub text_engine: Option<String>,
    /// Whether optical character recognition made the text.
    pub ocr: bool,
    /// Whether the text says that part of it was cut.
    pub truncated: bool,
    /// Whether headers or the tail were visibly lost, so that "not found" proves nothing.
    pub needs_source_check: bool,
}

/// Who read the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readers {
    /// The rules alone.
    Rules,
    /// The model alone.
    Model,
    /// Both.
    Both,
}

/// How a server was made to answer in JSON, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grading {
    /// `response_format: json_schema`, strict.
    JsonSchema,
    /// One forced function call.
    Tools,
    /// `response_format: json_object`, schema in the prompt.
    JsonObject,
    /// The prompt alone.
    Prompt,
}

/// How the model was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// One request.
    OneShot,
    /// One request a part.
    Split,
    /// With tools, step by step.
    Agent,
}

/// How the record was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Version of sellside.
    pub sellside: String,
    /// Who read.
    pub readers: Readers,
    /// Model name as sent.
    pub model: Option<String>,
    /// Endpoint without credentials.
    pub endpoint: Option<String>,
    /// Grade of structured output that was used.
    pub grade: Option<Grading>,
    /// How the model was used.
    pub strategy: Option<Strategy>,
    /// `b3:` and the hash of prompt templates and draft schema.
    pub prompt: Option<String>,
    /// Whether the model's answer came from a recording.
    pub replayed: bool,
    /// What went wrong or was repaired on the way, `model_failed:timeout`, `repaired:fences`.
    pub issues: Vec<String>,
}

impl Run {
    /// What says that the model read a part of the report only, so that values may be missing that it would have read: such a
    /// reading is no success, of one report or of many. An answer that was cut off where nothing smaller could be asked for, or
    /// was wanted, is not among them.
    pub fn read_in_part(&self) -> Vec<&str> {
        let says = |issue: &&str| ["part_failed:", "parts_not_asked:", "agent_limit:"].iter().any(|start| issue.starts_with(start));
        self.issues.iter().map(String::as_str).filter(says).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_of_a_part_is_told_from_a_mended_one() {
        let run = |issues: &[&str]| Run {
            sellside: String::new(),
            readers: Readers::Both,
            model: None,
            endpoint: None,
            grade: None,
            strategy: None,
            prompt: None,
            replayed: false,
            issues: issues.iter().map(|issue| (*issue).to_owned()).collect(),
        };
        for issue in ["part_failed:invalid", "parts_not_asked:2", "agent_limit:steps"] {
            assert_eq!(run(&["reasked", issue, "repaired:closed"]).read_in_part(), [issue]);
        }
        let whole = [
            "reasked",
            "repaired:closed",
            "truncated",
            "left_out:disclaimer",
            "vote_failed:invalid",
            "parted_anew",
            "model_failed:truncated",
        ];
        assert!(run(&whole).read_in_part().is_empty());
    }
}
