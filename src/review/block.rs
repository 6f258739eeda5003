//! What stands in the page of one report: its text, its record, and where each value comes from, as little of it as can be.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::Report;
use super::error::ReviewError;
use super::place::Readers;
use crate::document::SourceText;
use crate::domain::record::{Provenance, Rejected, ReviewItem};
use crate::domain::{Alignment, By, Evidence, Reason, Span, Verdict};

/// One report.
#[derive(Debug, Serialize)]
pub(super) struct Block<'a> {
    text: &'a str,
    /// Whether form feeds part pages.
    paged: bool,
    /// The record without what stands beside it here.
    record: Value,
    provenance: BTreeMap<&'a str, Origin<'a>>,
    review: &'a [ReviewItem],
}

#[derive(Debug, Serialize)]
struct Origin<'a> {
    verdict: Verdict,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rejected: Vec<Refused<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    from: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    votes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Place<'a> {
    by: By,
    #[serde(flatten)]
    range: Range,
    /// Left out where the text has it at `range`.
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    #[serde(skip_serializing_if = "is_exact")]
    alignment: Alignment,
    #[serde(skip_serializing_if = "<[Reason]>::is_empty")]
    reasons: &'a [Reason],
}

#[derive(Debug, Serialize)]
struct Refused<'a> {
    by: By,
    value: &'a Value,
    #[serde(flatten)]
    range: Range,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Reason]>::is_empty")]
    reasons: &'a [Reason],
}

/// Characters of the text; left out where the words stand nowhere.
#[derive(Clone, Copy, Debug, Serialize)]
struct Range {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
}

impl From<Option<Span>> for Range {
    fn from(span: Option<Span>) -> Self {
        Self { start: span.map(|span| span.start), end: span.map(|span| span.end) }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_exact(alignment: &Alignment) -> bool {
    *alignment == Alignment::Exact
}

impl<'a> Block<'a> {
    pub(super) fn new(report: &Report<'a>) -> Result<Self, ReviewError> {
        let Report { document, record, rules, model } = *report;
        let text = &document.source;
        let readers = Readers::new(text, rules, model)?;
        let mut plain = serde_json::to_value(record)?;
        if let Some(members) = plain.as_object_mut() {
            members.shift_remove("provenance");
            members.shift_remove("review");
        }
        let provenance =
            record.provenance.iter().map(|(pointer, provenance)| (pointer.as_str(), origin(provenance, pointer, &readers, text)));
        Ok(Self {
            text: text.as_str(),
            paged: document.origin.pages.is_some(),
            record: plain,
            provenance: provenance.collect(),
            review: &record.review,
        })
    }
}

fn origin<'a>(provenance: &'a Provenance, pointer: &str, readers: &Readers<'_>, text: &SourceText) -> Origin<'a> {
    Origin {
        verdict: provenance.verdict,
        evidence: provenance.evidence.iter().map(|evidence| place(evidence, text)).collect(),
        rejected: provenance.rejected.iter().map(|rejected| refused(rejected, pointer, readers, text)).collect(),
        from: &provenance.from,
        votes: provenance.votes,
        decided: provenance.decided.as_deref(),
    }
}

fn place<'a>(evidence: &'a Evidence, text: &SourceText) -> Place<'a> {
    let span = evidence.span();
    Place {
        by: evidence.by,
        range: span.into(),
        quote: unless_there(&evidence.quote, span, text),
        page: evidence.page,
        alignment: evidence.alignment,
        reasons: &evidence.reasons,
    }
}

fn refused<'a>(rejected: &'a Rejected, pointer: &str, readers: &Readers<'_>, text: &SourceText) -> Refused<'a> {
    let quote = rejected.quote.as_deref();
    let span = quote.and_then(|quote| readers.find(rejected.by, pointer, quote));
    Refused {
        by: rejected.by,
        value: &rejected.value,
        range: span.into(),
        quote: quote.and_then(|quote| unless_there(quote, span, text)),
        reasons: &rejected.reasons,
    }
}

/// The quote, where the text does not say the same at its place.
fn unless_there<'a>(quote: &'a str, span: Option<Span>, text: &SourceText) -> Option<&'a str> {
    (span.map(|span| text.slice(span)) != Some(quote)).then_some(quote)
}
