//! What a reader said, with its words and their place: how differences are listed.

use serde::Serialize;
use serde_json::Value;

use super::item::Item;
use crate::domain::evidence::{By, Evidence};
use crate::domain::record::{Provenance, Record};

/// Characters of a value or a quote that are kept.
const LONGEST: usize = 200;

/// What a reader said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The value.
    pub value: String,
    /// JSON Pointer into the reader's own record.
    pub pointer: Option<String>,
    /// The words it was read from.
    pub quote: Option<String>,
    /// First character of the words in the extracted text.
    pub start: Option<usize>,
    /// One past the last character.
    pub end: Option<usize>,
    /// Page, from 1, where pages are known.
    pub page: Option<u32>,
}

impl Said {
    /// An item of a record.
    pub(super) fn of(item: &Item, record: &Record) -> Self {
        let place = item.pointers.iter().find_map(|pointer| Some((pointer, evidence(record, pointer)?)));
        let pointer = place.map(|(pointer, _)| pointer).or(item.pointers.first()).cloned();
        Self { value: head(&item.text()), pointer, ..place.map(|(_, evidence)| Self::words(evidence)).unwrap_or_default() }
    }

    /// A label of the gold set.
    pub(super) fn label(item: &Item) -> Self {
        Self { value: head(&item.text()), ..Self::default() }
    }

    /// What a record without views shows of two readers that differed: the value taken, and the one that was not.
    pub(super) fn both(record: &Value, pointer: &str, provenance: &Provenance) -> (Option<Self>, Option<Self>) {
        let kept = Self {
            value: head(&plain(record.pointer(pointer).unwrap_or(&Value::Null))),
            pointer: Some(pointer.to_owned()),
            ..provenance.evidence.first().map(Self::words).unwrap_or_default()
        };
        let Some(other) = provenance.rejected.first() else { return (Some(kept), None) };
        let dropped = Self { value: head(&plain(&other.value)), quote: other.quote.as_deref().map(head), ..Self::default() };
        if other.by == By::Rules { (Some(dropped), Some(kept)) } else { (Some(kept), Some(dropped)) }
    }

    fn words(evidence: &Evidence) -> Self {
        Self { quote: Some(head(&evidence.quote)), start: evidence.start, end: evidence.end, page: evidence.page, ..Self::default() }
    }
}

/// The first words a value was read from; of a derived value those of what it follows from.
fn evidence<'a>(record: &'a Record, pointer: &str) -> Option<&'a Evidence> {
    let provenance = record.provenance.get(pointer)?;
    let of = |pointer: &String| record.provenance.get(pointer)?.evidence.first();
    provenance.evidence.first().or_else(|| provenance.from.iter().find_map(of))
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The beginning of a text, on one line.
fn head(text: &str) -> String {
    let mut rest = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let head: String = rest.by_ref().take(LONGEST).collect();
    if rest.next().is_some() { format!("{head}…") } else { head }
}
