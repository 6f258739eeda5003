//! Reports that speak of models, prompts and JSON to people.

use sellside::document::Document;
use sellside::domain::record::ReviewCode;
use sellside::pipeline::extract_by_rules;

/// An invented weekly on AI that talks about system instructions, JSON mode, function calls and injection itself.
#[test]
fn a_report_about_models_raises_no_alarm() {
    let document = Document::from_bytes("ai.txt", include_bytes!("report-ai.txt")).unwrap();
    let record = extract_by_rules(&document);
    let alarms: Vec<&str> =
        record.review.iter().filter(|item| item.code == ReviewCode::SuspiciousText).map(|item| item.detail.as_str()).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}
