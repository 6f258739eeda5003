//! The example reports: their true answers, and the whole pipeline over their recorded replies.

use std::path::Path;

use sellside::document;
use sellside::domain::record::{AuthorRole, Readers, ReviewCode};
use sellside::domain::{Record, Verdict};
use sellside::llm::{Model, ReplayModel};
use sellside::pipeline::Extractor;
use serde_json::json;

use crate::laws::{assert_lawful, by_rules};
use crate::support::workspace::{Workspace, example_reports, repository};

/// Rating, action, rank, day, target and the signing analysts' numbers, as `examples/reports/README.md` tells them.
fn truth(record: &Record) -> serde_json::Value {
    let rating = record.ratings.first();
    let target = record.target_price.as_ref();
    json!({
        "rating": rating.and_then(|rating| rating.label.clone()),
        "action": rating.and_then(|rating| rating.action),
        "rank": rating.and_then(|rating| Some(format!("{}/{}", rating.rank?, rating.of?))),
        "direction": rating.and_then(|rating| rating.direction),
        "date": record.product.publish_date,
        "target": target.and_then(|target| target.high),
        "prior": target.and_then(|target| target.prior_high),
        "publisher": record.publisher.name,
        "code": record.subject.as_ref().and_then(|subject| subject.code.clone()),
        "licences": record.authors.iter().filter(|author| author.role == Some(AuthorRole::Analyst)).filter_map(|author| author.license_no.clone()).collect::<Vec<_>>(),
    })
}

#[tokio::test]
async fn rules_read_what_the_examples_say() {
    let expected = [
        json!({ "rating": "增持", "action": "maintain", "rank": "1/3", "direction": "positive", "date": "2025-11-11", "target": null, "prior": null,
                "publisher": "澜沧证券", "code": null, "licences": ["S9710521060003"] }),
        json!({ "rating": "买入", "action": "initiate", "rank": "1/5", "direction": "positive", "date": "2025-08-26", "target": 66.6, "prior": null,
                "publisher": "栖梧证券", "code": "688991.SH", "licences": ["S9830519040008", "S9830522110002"] }),
        json!({ "rating": "卖出", "action": "downgrade", "rank": "5/5", "direction": "negative", "date": "2025-10-31", "target": 8.4, "prior": 12,
                "publisher": "砺川证券", "code": "605991.SH", "licences": ["S9920520080005", "S9920523030011"] }),
        json!({ "rating": null, "action": null, "rank": null, "direction": null, "date": "2025-09-17", "target": null, "prior": null,
                "publisher": "泊云证券", "code": null,
                "licences": ["S9760518050006", "S9760517080003", "S9760520110009", "S9760521040012", "S9760522070015", "S9760519120007", "S9760521090018"] }),
        json!({ "rating": "OUTPERFORM", "action": "maintain", "rank": "1/3", "direction": "positive", "date": "2025-11-12", "target": 23.5, "prior": 21,
                "publisher": "Harrow & Quill Securities", "code": "7991 HK", "licences": ["ZQH417", "ZQK862"] }),
        json!({ "rating": "中性", "action": "maintain", "rank": "3/4", "direction": "neutral", "date": "2025-12-08", "target": 18.6, "prior": null,
                "publisher": "苇岸证券", "code": "301997.SZ", "licences": ["S9880521120004"] }),
    ];
    for (path, expected) in example_reports().iter().zip(expected) {
        let (_, record) = by_rules(path).await;
        assert_eq!(truth(&record), expected, "{}", path.display());
    }
}

#[tokio::test]
async fn the_hostile_report_is_seen_through() {
    let path = example_reports().into_iter().find(|path| path.to_string_lossy().contains("hostile")).unwrap();
    let (_, record) = by_rules(&path).await;
    assert!(record.review.iter().filter(|item| item.code == ReviewCode::SuspiciousText).count() >= 3);
    // 本公司具备证券投资咨询业务资格 stands there only as another firm's words.
    let row = record.compliance.iter().find(|row| row.id == "CN-8-3").unwrap();
    assert_eq!(serde_json::to_value(row.status).unwrap(), "not_found");
}

async fn replayed(path: &Path) -> (document::Document, Record) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let document = document::read(path, &name).unwrap();
    let model = Model::Replay(ReplayModel::open(&repository("examples/replies")).unwrap());
    let outcome = Extractor::both(model).unwrap().extract(&document).await.unwrap();
    (document, outcome.record)
}

#[tokio::test]
async fn every_example_has_a_recorded_reply_of_a_real_model() {
    let mut disagreements = 0;
    let mut agreed = 0;
    for path in example_reports() {
        let (document, record) = replayed(&path).await;
        assert_lawful(&document, &record);
        assert!(record.run.replayed && record.run.readers == Readers::Both, "{}", path.display());
        disagreements += record.provenance.values().filter(|entry| !entry.rejected.is_empty()).count();
        agreed += record.provenance.values().filter(|entry| entry.verdict == Verdict::Agreed).count();
        // Whatever the model said, where the rules read a rating it stands.
        let (_, alone) = by_rules(&path).await;
        if let Some(rating) = alone.ratings.first() {
            assert_eq!(record.ratings.first().map(|rating| rating.label.clone()), Some(rating.label.clone()), "{}", path.display());
        }
    }
    assert!(disagreements > 0 && agreed > 20, "{disagreements} disagreements, {agreed} agreed");
}

#[test]
fn the_first_command_of_the_readme_says_that_it_replays() {
    let workspace = Workspace::new();
    let replies = repository("examples/replies");
    let report = repository("examples/reports/01-media-weekly.md");
    let args = ["extract", "--replay", replies.to_str().unwrap(), "--format", "table", report.to_str().unwrap()];
    let ran = workspace.run(&args);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("answered from a recording"), "{}", ran.stderr);
    assert!(ran.stdout.contains("增持") && ran.stdout.contains("CN-8-3"), "{}", ran.stdout);
}

#[test]
fn every_format_prints_the_same_record() {
    let workspace = Workspace::new();
    let report = repository("examples/reports/02-company-initiation.txt");
    let json = workspace.run(&["extract", "--rules-only", report.to_str().unwrap()]);
    let yaml = workspace.run(&["extract", "--rules-only", "--format", "yaml", report.to_str().unwrap()]);
    assert_eq!((json.code, yaml.code), (0, 0));
    let record: Record = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json.stdout).unwrap(), serde_json::to_value(&record).unwrap());
    assert!(yaml.stdout.contains("label: 买入"), "{}", yaml.stdout);
    assert_eq!(
        workspace.run(&["extract", "--rules-only", "--fail-on", "not_found", report.to_str().unwrap()]).code,
        i32::from(record.compliance.iter().any(|row| json!(row.status) == "not_found" && json!(row.severity) != "usual"))
    );
}
