//! The line of a report in the page's list: what it is filtered, searched and ordered by.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::error::ReviewError;
use crate::domain::record::{Category, ReviewCode};
use crate::domain::{Date, Record, Verdict};

/// Longest text of a line that is searched, in characters.
const SEARCHED: usize = 1_500;

/// One report in the list.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    name: String,
    text_id: String,
    title: Option<String>,
    broker: Option<String>,
    subject: Option<String>,
    rating: Option<String>,
    category: Option<Category>,
    date: Option<Date>,
    /// Whether the model gave no reading.
    model_failed: bool,
    /// How often each code stands in `review`; a conflict without a row there counts too.
    codes: BTreeMap<ReviewCode, u32>,
    /// Fields something is to be looked at in: pointers without places in lists, `ratings.label`.
    fields: BTreeSet<String>,
    verdicts: BTreeSet<Verdict>,
    /// Pointers a person should decide, worst first.
    open: Vec<String>,
    /// The record's short values, in one line, for the search.
    words: String,
}

impl Entry {
    pub(super) fn of(record: &Record) -> Result<Self, ReviewError> {
        let mut codes: BTreeMap<ReviewCode, u32> = BTreeMap::new();
        let mut open: Vec<String> = Vec::new();
        for item in &record.review {
            *codes.entry(item.code).or_default() += 1;
            // What is said of the report as a whole cannot be decided by a value.
            if !item.pointer.is_empty() && !open.contains(&item.pointer) {
                open.push(item.pointer.clone());
            }
        }
        let reviewed: BTreeSet<&str> =
            record.review.iter().filter(|item| item.code == ReviewCode::Conflict).map(|item| item.pointer.as_str()).collect();
        for pointer in conflicts(record).filter(|pointer| !reviewed.contains(pointer)) {
            *codes.entry(ReviewCode::Conflict).or_default() += 1;
            if !open.iter().any(|known| known == pointer) {
                open.push(pointer.to_owned());
            }
        }
        Ok(Self {
            name: record.source.name.clone(),
            text_id: record.text_id.clone(),
            title: record.product.title.clone(),
            broker: record.publisher.name.clone().or_else(|| record.publisher.legal_name.clone()),
            subject: record.subject.as_ref().and_then(|subject| subject.name.clone()),
            rating: record.ratings.iter().find_map(|rating| rating.label.clone()),
            category: record.product.category,
            date: record.product.publish_date,
            model_failed: record.run.issues.iter().any(|issue| issue.starts_with("model_failed:")),
            codes,
            fields: open.iter().map(|pointer| field(pointer)).collect(),
            verdicts: record.provenance.values().map(|provenance| provenance.verdict).collect(),
            open,
            words: words(record)?,
        })
    }
}

/// Whether the two readers read different values somewhere.
pub(super) fn has_conflict(record: &Record) -> bool {
    conflicts(record).next().is_some() || record.review.iter().any(|item| item.code == ReviewCode::Conflict)
}

fn conflicts(record: &Record) -> impl Iterator<Item = &str> {
    record.provenance.iter().filter(|(_, provenance)| provenance.verdict == Verdict::Conflict).map(|(pointer, _)| pointer.as_str())
}

/// The field a pointer is about: its names without the places in lists.
fn field(pointer: &str) -> String {
    let names: Vec<&str> = pointer.split('/').filter(|part| !part.is_empty() && *part != "-" && part.parse::<u32>().is_err()).collect();
    names.join(".")
}

fn words(record: &Record) -> Result<String, ReviewError> {
    let parts = [
        serde_json::to_value(&record.product)?,
        serde_json::to_value(&record.publisher)?,
        serde_json::to_value(&record.subject)?,
        serde_json::to_value(&record.authors)?,
        serde_json::to_value(&record.ratings)?,
        serde_json::to_value(&record.target_price)?,
        serde_json::to_value(&record.sector_calls)?,
        serde_json::to_value(&record.mentions)?,
    ];
    let mut seen = BTreeSet::new();
    let mut all = String::new();
    for part in &parts {
        leaves(part, &mut |word| {
            if seen.insert(word.clone()) {
                all.push_str(&word);
                all.push(' ');
            }
        });
    }
    Ok(all.trim_end().chars().take(SEARCHED).collect())
}

fn leaves(value: &Value, each: &mut impl FnMut(String)) {
    match value {
        Value::String(text) => each(text.to_lowercase()),
        Value::Number(number) => each(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, each)),
        Value::Object(members) => members.values().for_each(|member| leaves(member, each)),
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_fields() {
        for (pointer, expected) in [("/ratings/0/label", "ratings.label"), ("/mentions/-", "mentions"), ("/authors", "authors"), ("", "")] {
            assert_eq!(field(pointer), expected);
        }
    }
}
