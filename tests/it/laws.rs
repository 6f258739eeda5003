//! Laws every record obeys, whoever read the report.

mod harmless;
mod hostile;

use std::path::Path;

use sellside::document;
use sellside::domain::{Alignment, Evidence, Record, Span, Verdict};
use sellside::pipeline::Extractor;
use sellside::validate::RecordValidator;

use crate::support::workspace::example_reports;

/// Reads a report by the rules alone.
pub(crate) async fn by_rules(path: &Path) -> (document::Document, Record) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let document = document::read(path, &name).unwrap();
    let record = Extractor::rules().unwrap().extract(&document).await.unwrap().record;
    (document, record)
}

/// Valid by the schema; every value has its place, and the place has its words.
pub(crate) fn assert_lawful(document: &document::Document, record: &Record) {
    let value = serde_json::to_value(record).unwrap();
    let issues = RecordValidator::new().unwrap().issues(&value);
    assert!(issues.is_empty(), "{}: {issues:?}", document.name);
    for (pointer, provenance) in &record.provenance {
        assert!(value.pointer(pointer).is_some(), "{}: provenance of `{pointer}`, which is not there", document.name);
        for evidence in &provenance.evidence {
            assert_evidence(document, pointer, evidence);
        }
        let target = value.pointer(pointer).unwrap();
        // A list holds what was rejected under its own pointer; an absent disclosure has nothing to show.
        let rejects_only = target.is_array() && !provenance.rejected.is_empty();
        let taken = !target.is_null() && !rejects_only && target.get("present") != Some(&false.into());
        if taken && !matches!(provenance.verdict, Verdict::Derived | Verdict::Human) {
            assert!(!provenance.evidence.is_empty(), "{}: `{pointer}` has a value and no evidence", document.name);
        }
        for from in &provenance.from {
            assert!(value.pointer(from).is_some(), "{}: `{pointer}` derived from `{from}`, which is not there", document.name);
        }
    }
    for pointer in [
        "/product/title",
        "/product/publish_date",
        "/publisher/name",
        "/ratings/0/label",
        "/authors/0/name",
        "/target_price/low",
        "/risks/0",
    ] {
        if value.pointer(pointer).is_some_and(|value| !value.is_null()) {
            assert!(record.provenance.contains_key(pointer), "{}: `{pointer}` has no provenance", document.name);
        }
    }
    for item in &record.review {
        assert!(item.pointer.is_empty() || value.pointer(&item.pointer).is_some(), "{}: review of `{}`", document.name, item.pointer);
    }
    assert!(record.review.is_sorted_by_key(|item| item.code), "{}: review is not worst first", document.name);
}

fn assert_evidence(document: &document::Document, pointer: &str, evidence: &Evidence) {
    let name = &document.name;
    assert_ne!(evidence.alignment, Alignment::Missing, "{name}: evidence of `{pointer}` stands nowhere");
    let (start, end) = (evidence.start.unwrap(), evidence.end.unwrap());
    assert_eq!(document.source.slice(Span { start, end }), evidence.quote, "{name}: evidence of `{pointer}`");
    assert!(!evidence.quote.is_empty(), "{name}: empty evidence of `{pointer}`");
    assert_eq!(evidence.score.is_some(), evidence.alignment == Alignment::Fuzzy, "{name}: score of `{pointer}`");
}

#[tokio::test]
async fn rules_obey_the_laws_on_every_example() {
    for path in example_reports() {
        let (document, record) = by_rules(&path).await;
        assert_lawful(&document, &record);
    }
}

#[tokio::test]
async fn the_same_report_gives_the_same_record() {
    for path in example_reports() {
        let (document, record) = by_rules(&path).await;
        assert_eq!(sellside::pipeline::extract_by_rules(&document), record);
        assert_eq!(by_rules(&path).await.1, by_rules(&path).await.1);
    }
}

#[tokio::test]
async fn encodings_change_nothing_but_offsets() {
    let path = example_reports().into_iter().find(|path| path.to_string_lossy().contains("gb18030")).unwrap();
    let (document, record) = by_rules(&path).await;
    assert_eq!(record.source.encoding.as_deref(), Some("gb18030"));
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(path.file_name().unwrap());
    std::fs::write(&copy, document.source.as_str()).unwrap();
    let (_, same) = by_rules(&copy).await;
    assert_eq!(same.text_id, record.text_id);
    assert_eq!(
        (same.ratings, same.authors, same.target_price, same.provenance),
        (record.ratings, record.authors, record.target_price, record.provenance)
    );
}

#[tokio::test]
async fn damaged_texts_never_panic() {
    for path in example_reports() {
        let (document, _) = by_rules(&path).await;
        let chars: Vec<char> = document.source.as_str().chars().collect();
        for part in 0..12 {
            let (from, to) = (chars.len() * part / 14, chars.len() * (part + 3) / 14);
            let text: String = chars[from..to].iter().enumerate().map(|(at, c)| if at % 97 == part { '（' } else { *c }).collect();
            if let Ok(document) = document::Document::from_bytes("part.txt", text.as_bytes()) {
                let record = Extractor::rules().unwrap().extract(&document).await.unwrap().record;
                assert_lawful(&document, &record);
            }
        }
    }
}
