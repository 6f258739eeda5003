//! One run against another.

use serde_json::Value;

use super::{compare, copy, finished, gold, json, records, row, workspace};
use crate::support::workspace::repository;

#[test]
fn two_runs_show_what_changed_what_got_better_and_what_broke() {
    let workspace = workspace();
    let reports = repository("examples/reports");
    let ran = workspace.run(&["batch", reports.to_str().unwrap(), "--rules-only", "--out", "rules", "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report = json(&workspace, &["rules", "run", "--gold", &gold(), "--conflicts", "50"]);
    assert_eq!((&report["source"], &report["inputs"]), (&"runs".into(), &serde_json::json!(["rules", "run"])));
    assert_eq!((&report["documents"], &report["unpaired"]), (&6.into(), &serde_json::json!([0, 0])));
    // What is right in one and wrong in the other is counted, and is the whole difference of the counts.
    for name in ["analyst_names", "title", "risks"] {
        let of = |at: usize| row(&report["scores"]["readers"][at]["fields"], "field", name);
        let turned = report["changes"]["fields"].as_array().unwrap().iter().find(|of| of["field"] == name);
        let turned = |key: &str| turned.map_or(0, |of| of[key].as_i64().unwrap());
        let count = |at: usize, key: &str| of(at)[key].as_i64().unwrap();
        let right = count(1, "tp") - count(0, "tp");
        let wrong = count(1, "fp") - count(0, "fp");
        assert_eq!(turned("better") - turned("broken"), right - wrong, "{name}");
    }
    for turn in report["changes"]["turns"].as_array().unwrap() {
        assert!(turn["expected"] != Value::Null || turn["first"] != turn["second"], "{turn}");
    }
    let gain = row(&report["changes"]["gains"], "name", "core");
    let core = |at: usize| report["scores"]["readers"][at]["core"]["value"].as_f64().unwrap();
    assert!((gain["value"].as_f64().unwrap() - (core(1) - core(0))).abs() < 1e-9, "{gain}");
    assert!(gain["interval"]["low"].as_f64().unwrap() <= gain["interval"]["high"].as_f64().unwrap());
    // The other way round: what was better is broken.
    let other = json(&workspace, &["run", "rules", "--gold", &gold(), "--conflicts", "50"]);
    let turns =
        |report: &Value, key: &str| report["changes"]["fields"].as_array().unwrap().iter().map(|of| of[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!((turns(&report, "better"), turns(&report, "broken")), (turns(&other, "broken"), turns(&other, "better")));
    // A day that was right is wrong in the second: one value broke, and the other way round one got better.
    let right = std::fs::read_to_string(records(&workspace)).unwrap();
    let wrong = right.replacen("\"publish_date\":\"2025-11-11\"", "\"publish_date\":\"2025-11-12\"", 1);
    assert_ne!(right, wrong);
    workspace.file("right.jsonl", &right);
    workspace.file("wrong.jsonl", &wrong);
    for (inputs, expected) in [(["right.jsonl", "wrong.jsonl"], (0, 1)), (["wrong.jsonl", "right.jsonl"], (1, 0))] {
        let report = json(&workspace, &[&inputs[..], &["--gold", &gold()]].concat());
        assert_eq!((turns(&report, "better"), turns(&report, "broken")), expected, "{inputs:?}");
    }
    let ran = compare(&workspace, &["rules", "run", "--gold", &gold()]);
    for part in ["A is rules, B is run: 6 reports in both, 0 only in A, 0 only in B.", "What changed", "only A", "F1 B − A"] {
        assert!(ran.stdout.contains(part), "no {part} in\n{}", ran.stdout);
    }
}

#[test]
fn a_run_is_its_own_equal_and_a_view_is_one_reader() {
    let workspace = workspace();
    copy(&finished().join("run"), &workspace.path().join("again"));
    for view in ["reconciled", "rules", "model"] {
        let report = json(&workspace, &["run", "again", "--view", view, "--gold", &gold()]);
        let all = &report["agreement"]["all"];
        assert_eq!((&all["conflict"], &all["only_first"], &all["only_second"]), (&0.into(), &0.into(), &0.into()), "{view}");
        assert_eq!((&all["rate"], &report["changes"]["fields"]), (&1.0.into(), &serde_json::json!([])), "{view}");
    }
    let of = |view: &str| json(&workspace, &["run", "again", "--view", view])["agreement"]["all"]["same"].as_u64().unwrap();
    assert!(of("model") < of("rules"), "the small model reads less than the rules");
}

#[test]
fn reports_of_one_run_only_are_scored_and_not_compared() {
    let workspace = workspace();
    let lines = std::fs::read_to_string(records(&workspace)).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    workspace.file("a.jsonl", lines[..4].join("\n"));
    workspace.file("b.jsonl", lines[2..].join("\n"));
    let report = json(&workspace, &["a.jsonl", "b.jsonl", "--gold", &gold()]);
    assert_eq!(
        (&report["documents"], &report["unpaired"], &report["agreement"]["documents"]),
        (&6.into(), &serde_json::json!([2, 2]), &2.into())
    );
    let missed = |at: usize| row(&report["scores"]["readers"][at]["fields"], "field", "published")["fn"].as_u64().unwrap();
    assert_eq!((missed(0), missed(1)), (2, 2));
    // Two records of one report are two readings, and nobody knows which is meant.
    workspace.file("twice.jsonl", [lines[0], lines[0]].join("\n"));
    let ran = compare(&workspace, &["twice.jsonl"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("`01-media-weekly.md` has two records"), "{}", ran.stderr);
}
