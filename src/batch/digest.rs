//! What summaries count of a record, kept beside it so that no record has to be read again for them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Record;
use crate::domain::record::ReviewCode;

/// The fields whose fill is counted, in the order they are shown.
pub const FIELDS: [&str; 14] = [
    "category",
    "title",
    "publish_date",
    "publisher",
    "authors",
    "license_no",
    "subject",
    "symbol",
    "rating",
    "rating_scales",
    "target_price",
    "estimates",
    "risks",
    "disclosures",
];

/// What summaries count of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Who published it.
    pub publisher: Option<String>,
    /// The fields of [`FIELDS`] that have a value.
    pub filled: Vec<String>,
    /// Conflicts of the two readers, by field.
    pub conflicts: BTreeMap<String, u32>,
    /// Things a person should look at.
    pub review: u32,
    /// How the model did.
    pub model: ModelOutcome,
    /// Characters of the text.
    pub chars: u64,
}

/// How the model did on one document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelOutcome {
    /// It was not asked.
    #[default]
    NotAsked,
    /// Its first answer followed the schema.
    Valid,
    /// Its answer followed the schema when it was asked again.
    ValidAgain,
    /// It read a part of the report only.
    Partial,
    /// It gave no reading.
    Failed,
}

impl Digest {
    /// Counts a record.
    pub fn of(record: &Record) -> Self {
        let mut conflicts = BTreeMap::new();
        for item in record.review.iter().filter(|item| item.code == ReviewCode::Conflict) {
            *conflicts.entry(field(&item.pointer)).or_default() += 1;
        }
        Self {
            publisher: record.publisher.name.clone(),
            filled: filled(record).into_iter().map(str::to_owned).collect(),
            conflicts,
            review: u32::try_from(record.review.len()).unwrap_or(u32::MAX),
            model: model(record),
            chars: record.source.chars,
        }
    }

    /// Whether both readers agree as far as a person needs to care.
    pub fn is_agreed(&self) -> bool {
        self.review == 0 && !matches!(self.model, ModelOutcome::Failed | ModelOutcome::Partial)
    }
}

fn filled(record: &Record) -> Vec<&'static str> {
    let subject = record.subject.as_ref();
    let has = [
        record.product.category.is_some(),
        record.product.title.is_some(),
        record.product.publish_date.is_some(),
        record.publisher.name.is_some(),
        !record.authors.is_empty(),
        record.authors.iter().any(|author| author.license_no.is_some()),
        subject.is_some_and(|subject| subject.name.is_some()),
        subject.is_some_and(|subject| subject.symbol.is_some()),
        record.ratings.iter().any(|rating| rating.label.is_some()),
        !record.rating_scales.is_empty(),
        record.target_price.as_ref().is_some_and(|target| target.low.is_some() || target.high.is_some()),
        !record.estimates.is_empty(),
        !record.risks.is_empty(),
        record.disclosures.iter().any(|disclosure| disclosure.present),
    ];
    FIELDS.into_iter().zip(has).filter(|(_, has)| *has).map(|(name, _)| name).collect()
}

fn model(record: &Record) -> ModelOutcome {
    let said = |start: &str| record.run.issues.iter().any(|issue| issue.starts_with(start));
    if record.run.model.is_none() {
        ModelOutcome::NotAsked
    } else if said("model_failed:") {
        ModelOutcome::Failed
    } else if !record.run.read_in_part().is_empty() {
        ModelOutcome::Partial
    } else if said("reasked") {
        ModelOutcome::ValidAgain
    } else {
        ModelOutcome::Valid
    }
}

/// The field a pointer is about: its names without the places in lists.
fn field(pointer: &str) -> String {
    let names: Vec<&str> = pointer.split('/').filter(|part| !part.is_empty() && part.parse::<u32>().is_err()).collect();
    names.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::pipeline::extract_by_rules;

    #[test]
    fn a_record_is_counted_by_its_fields() {
        let text =
            "望江证券\n证券研究报告\n行业：医疗器械\n增持（维持）\n日期：2025年03月04日\n分析师：方某某\n执业证书编号：S9710520030001\n";
        let record = extract_by_rules(&Document::from_bytes("a.txt", text.as_bytes()).unwrap());
        let digest = Digest::of(&record);
        for (name, expected) in
            [("publish_date", true), ("license_no", true), ("rating", true), ("target_price", false), ("estimates", false)]
        {
            assert_eq!(digest.filled.iter().any(|filled| filled == name), expected, "{name}");
        }
        assert_eq!((digest.model, digest.chars), (ModelOutcome::NotAsked, record.source.chars));
        assert_eq!(serde_json::from_str::<Digest>(&serde_json::to_string(&digest).unwrap()).unwrap(), digest);
    }

    #[test]
    fn pointers_are_fields() {
        assert_eq!((field("/ratings/0/label"), field("/mentions"), field("")), ("ratings.label".into(), "mentions".into(), String::new()));
    }
}
