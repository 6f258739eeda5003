//! What people decided, from the exported file to every file of a run, and through reading anew.

mod many;
mod page;

use std::path::Path;

use sellside::Record;
use sellside::gold::Gold;
use serde_json::{Value, json};

use crate::support::workspace::{Ran, Workspace, repository};

const NAMES: [&str; 3] = ["01-media-weekly.md", "02-company-initiation.txt", "04-morning-note.txt"];

/// A run over three examples, read by the rules.
fn run() -> Workspace {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path().join("in")).unwrap();
    for name in NAMES {
        std::fs::copy(repository("examples/reports").join(name), workspace.path().join("in").join(name)).unwrap();
    }
    let ran = batch(&workspace);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    workspace
}

fn batch(workspace: &Workspace) -> Ran {
    workspace.run(&["batch", "in", "--rules-only", "--out", "run"])
}

fn records(workspace: &Workspace) -> Vec<Value> {
    let text = std::fs::read_to_string(workspace.path().join("run/records.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn summary(workspace: &Workspace) -> String {
    std::fs::read_to_string(workspace.path().join("run/summary.md")).unwrap()
}

/// A line about the report at `index`, made upon its present record.
fn decision(workspace: &Workspace, index: usize, pointer: &str, value: Value) -> Value {
    let record = &records(workspace)[index];
    json!({
        "schema": "sellside.decision/1",
        "document": record["source"]["name"],
        "text_id": record["text_id"],
        "pointer": pointer,
        "action": if value.is_null() { "missing" } else { "edit" },
        "value": value,
        "was": record.pointer(pointer).unwrap_or(&Value::Null),
        "by": "A. Reviewer",
        "at": "2026-11-30T08:00:00Z",
        "note": null,
    })
}

fn file(workspace: &Workspace, lines: &[Value]) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    workspace.file("decisions.jsonl", text);
}

fn apply(workspace: &Workspace, more: &[&str]) -> Ran {
    workspace.run(&[&["review", "run", "--apply", "decisions.jsonl"], more].concat())
}

#[test]
fn decisions_are_in_every_file_and_stay_there() {
    let workspace = run();
    let before = records(&workspace);
    assert_eq!(before[1]["ratings"][0]["label"], "买入");
    let lines = [
        decision(&workspace, 1, "/ratings/0/label", json!("增持")),
        decision(&workspace, 1, "/risks/0", Value::Null),
        decision(&workspace, 0, "/product/category", json!("industry")),
    ];
    file(&workspace, &lines);
    let tried = apply(&workspace, &["--dry-run"]);
    assert_eq!((tried.code, records(&workspace) == before), (0, true), "{}", tried.stderr);
    assert!(tried.stdout.contains("apply\t02-company-initiation.txt\t/ratings/0/label\t`买入` → `增持`\tA. Reviewer"), "{}", tried.stdout);
    assert!(tried.stderr.contains("3 would be applied to 2 reports") && tried.stderr.contains("nothing was written"), "{}", tried.stderr);

    let applied = apply(&workspace, &[]);
    assert_eq!(applied.code, 0, "{}", applied.stderr);
    assert!(applied.stderr.contains("3 decisions: 3 applied to 2 reports"), "{}", applied.stderr);
    let now = records(&workspace);
    assert_eq!((now[1]["ratings"][0]["label"].as_str(), now[1]["ratings"][0]["rank"].as_u64()), (Some("增持"), Some(2)));
    let entry = &now[1]["provenance"]["/ratings/0/label"];
    assert_eq!((entry["verdict"].as_str(), entry["decided"].as_str()), (Some("human"), Some("A. Reviewer, 2026-11-30T08:00:00Z")));
    assert_eq!(entry["rejected"][0]["value"], "买入");
    assert_eq!(now[1]["risks"].as_array().unwrap().len() + 1, before[1]["risks"].as_array().unwrap().len());
    assert_eq!(now[0]["provenance"]["/product/category"]["evidence"][0]["by"], "rules", "what is kept as it is keeps its place");
    assert_eq!(now[2], before[2]);
    let valid = workspace.run(&["validate", "run/records.jsonl"]);
    assert_eq!(valid.code, 0, "{}{}", valid.stdout, valid.stderr);
    assert!(summary(&workspace).contains("3 decisions of people are in the records of 2 documents"), "{}", summary(&workspace));
    let exported = workspace.run(&["export", "run", "--to", "csv", "--output", "-"]);
    assert!(exported.stdout.lines().any(|line| line.contains("02-company-initiation.txt") && line.contains("增持")), "{}", exported.stdout);

    // The same file again changes nothing, and neither does going on with the run.
    let bytes = std::fs::read(workspace.path().join("run/records.jsonl")).unwrap();
    let again = apply(&workspace, &[]);
    assert_eq!(again.code, 0);
    assert!(again.stderr.contains("0 applied to 0 reports, 3 were applied before"), "{}", again.stderr);
    assert_eq!(batch(&workspace).code, 0);
    assert_eq!(std::fs::read(workspace.path().join("run/records.jsonl")).unwrap(), bytes);
    // Nor does reading everything anew: what people decided is not the program's to forget.
    let forced = workspace.run(&["batch", "in", "--rules-only", "--out", "run", "--force"]);
    assert_eq!(forced.code, 0, "{}", forced.stderr);
    assert_eq!(std::fs::read(workspace.path().join("run/records.jsonl")).unwrap(), bytes);

    let undone = workspace.run(&["review", "run", "--undo"]);
    assert_eq!((undone.code, records(&workspace) == before), (0, true), "{}", undone.stderr);
    let nothing = workspace.run(&["review", "run", "--undo"]);
    assert_eq!((nothing.code, nothing.stderr.contains("nothing was decided")), (2, true));
}

#[test]
fn what_no_longer_fits_is_told_and_kept() {
    let workspace = run();
    let label = decision(&workspace, 1, "/ratings/0/label", json!("增持"));
    let mut wrong = label.clone();
    wrong["was"] = json!("中性");
    let mut unknown = label.clone();
    unknown["document"] = json!("nowhere.txt");
    let refused = decision(&workspace, 0, "/product/publish_date", json!("soon"));
    let mut older = label.clone();
    (older["at"], older["value"]) = (json!("2026-11-29T08:00:00Z"), json!("中性"));
    file(&workspace, &[older.clone(), label.clone(), unknown, refused]);
    let applied = apply(&workspace, &[]);
    assert_eq!(applied.code, 1, "{}", applied.stderr);
    assert!(
        applied
            .stderr
            .contains("4 decisions: 1 applied to 1 reports, 0 were applied before, 1 are superseded by later ones, 2 passed over"),
        "{}",
        applied.stderr
    );
    assert!(
        applied.stderr.contains("has no record of that report") && applied.stderr.contains("`soon` cannot stand there"),
        "{}",
        applied.stderr
    );
    // An older decision that comes later is still the older one; one made upon another value is stale.
    wrong["pointer"] = json!("/product/title");
    file(&workspace, &[older, wrong]);
    let stale = apply(&workspace, &[]);
    assert_eq!(stale.code, 1);
    assert!(
        stale.stderr.contains("another value stands there now") && stale.stderr.contains("decided about `中性`, stands there now `"),
        "{}",
        stale.stderr
    );
    assert_eq!(records(&workspace)[1]["ratings"][0]["label"], "增持");

    // The report becomes another one: its decisions are not applied, and not forgotten.
    let path = workspace.path().join("in").join(NAMES[1]);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\n附注：本版更正了排版。\n")).unwrap();
    let reread = batch(&workspace);
    assert!(reread.stderr.contains("1 decisions of people no longer fit"), "{}", reread.stderr);
    assert_eq!(records(&workspace)[1]["ratings"][0]["label"], "买入");
    assert!(summary(&workspace).contains("| 02-company-initiation.txt | /ratings/0/label | 买入 |"), "{}", summary(&workspace));
    std::fs::write(&path, [0u8, 1, 2]).unwrap();
    assert!(batch(&workspace).stderr.contains("1 decisions of people no longer fit"));
    std::fs::write(&path, text).unwrap();
    let back = batch(&workspace);
    assert!(!back.stderr.contains("no longer fit"), "{}", back.stderr);
    assert_eq!(records(&workspace)[1]["ratings"][0]["label"], "增持");
    std::fs::remove_file(&path).unwrap();
    assert!(batch(&workspace).stderr.contains("1 decisions are about reports that are not among these inputs"));
}

#[test]
fn decisions_become_labels_and_nothing_is_written_over() {
    let workspace = run();
    file(&workspace, &[decision(&workspace, 1, "/ratings/0/label", json!("增持"))]);
    let made = apply(&workspace, &["--to-gold", "gold"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let path = workspace.path().join("gold/02-company-initiation.gold.json");
    let gold = Gold::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        (gold.rating_raw.as_deref(), gold.notes.as_deref()),
        (Some("增持"), Some("what the readers read, with decisions of A. Reviewer"))
    );
    let record: Record = serde_json::from_value(records(&workspace)[1].clone()).unwrap();
    assert_eq!(Gold { notes: gold.notes.clone(), ..Gold::from_record(&record) }, gold);
    assert_eq!(std::fs::read_dir(workspace.path().join("gold")).unwrap().count(), 1);
    let labels = |more: &[&str]| workspace.run(&[&["review", "run", "--to-gold", "gold"], more].concat());
    assert!(labels(&[]).stderr.contains("0 files of labels written to `gold`, 1 said the same already"));
    std::fs::write(&path, "{\"id\":\"mine\"}").unwrap();
    let kept = labels(&["--all"]);
    assert_eq!((kept.code, std::fs::read_to_string(&path).unwrap().as_str()), (1, "{\"id\":\"mine\"}"), "{}", kept.stderr);
    assert_eq!(std::fs::read_dir(workspace.path().join("gold")).unwrap().count(), 3);
    assert_eq!(labels(&["--force"]).code, 0);
    assert_eq!(Gold::parse(&std::fs::read_to_string(&path).unwrap()).unwrap(), gold);
}

#[test]
fn what_is_no_decision_is_refused_with_its_line() {
    let workspace = run();
    let line = decision(&workspace, 1, "/ratings/0/label", json!("增持")).to_string();
    workspace.file("decisions.jsonl", format!("{line}\n{}\n", line.replace("\"note\"", "\"noet\"")));
    let before = records(&workspace);
    let ran = apply(&workspace, &[]);
    assert_eq!((ran.code, records(&workspace) == before), (2, true));
    assert!(ran.stderr.contains("line 2: `noet`: unknown field"), "{}", ran.stderr);
    let missing = workspace.run(&["review", "run", "--apply", "none.jsonl"]);
    assert_eq!((missing.code, missing.stderr.contains("could not read `none.jsonl`")), (2, true), "{}", missing.stderr);
    for args in [&["--undo", "--apply", "x"][..], &["--dry-run"], &["--all"], &["--apply", "x", "--lang", "zh"]] {
        assert_eq!(workspace.run(&[&["review", "run"], args].concat()).code, 2, "{args:?}");
    }
    assert!(Path::new(&workspace.path().join("run/records.jsonl")).is_file());
}
