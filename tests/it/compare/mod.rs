//! Readers compared: with each other, with labels, one run with another.

mod hostile;
mod independent;
mod measures;
mod runs;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::workspace::{Ran, Workspace, repository};

/// A run of the examples, the model answered by its recorded replies; made once, since it is only read.
fn finished() -> &'static Path {
    static RUN: OnceLock<Workspace> = OnceLock::new();
    let workspace = RUN.get_or_init(|| {
        let workspace = Workspace::new();
        let (reports, replies) = (repository("examples/reports"), repository("examples/replies"));
        let args = ["batch", reports.to_str().unwrap(), "--replay", replies.to_str().unwrap(), "--out", "run", "--quiet"];
        let ran = workspace.run(&args);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        workspace
    });
    workspace.path()
}

/// A workspace with a copy of that run in `run`: one process has a run open at a time.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    copy(&finished().join("run"), &workspace.path().join("run"));
    workspace
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

fn gold() -> String {
    repository("examples/gold").to_str().unwrap().to_owned()
}

fn compare(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.run(&[&["compare"], args].concat())
}

fn json(workspace: &Workspace, args: &[&str]) -> Value {
    let ran = compare(workspace, &[args, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.json()
}

/// The row of a list of objects whose `key` is `name`.
fn row<'a>(rows: &'a Value, key: &str, name: &str) -> &'a Value {
    rows.as_array().unwrap().iter().find(|row| row[key] == name).unwrap_or_else(|| panic!("no {key} {name} in {rows}"))
}

/// The readers' records of the run, one a line, as a file of records.
fn records(workspace: &Workspace) -> PathBuf {
    workspace.path().join("run/records.jsonl")
}

#[test]
fn readers_are_held_against_each_other_without_labels() {
    let workspace = workspace();
    let report = json(&workspace, &["run"]);
    assert_eq!((&report["schema"], &report["source"]), (&"sellside.comparison/1".into(), &"views".into()));
    let agreement = &report["agreement"];
    assert_eq!((&agreement["documents"], &agreement["first"], &agreement["second"]), (&6.into(), &"rules".into(), &"model".into()));
    // Every count is in the whole, and each report in one row of its groups.
    for key in ["same", "conflict", "only_first", "only_second", "neither"] {
        let sum = |rows: &Value| rows.as_array().unwrap().iter().map(|row| row[key].as_u64().unwrap()).sum::<u64>();
        assert_eq!(sum(&agreement["fields"]), agreement["all"][key].as_u64().unwrap(), "{key}");
        assert_eq!(sum(&agreement["by_broker"]), sum(&agreement["fields"]), "{key}");
        assert_eq!(sum(&agreement["by_type"]), sum(&agreement["fields"]), "{key}");
    }
    // One value a report: each report is counted once.
    for field in ["broker", "report_type", "rating_label", "rating_action", "rating_direction", "target_price"] {
        let of = row(&agreement["fields"], "field", field);
        let counts = ["same", "conflict", "only_first", "only_second", "neither"].map(|key| of[key].as_u64().unwrap());
        assert_eq!(counts.iter().sum::<u64>(), 6, "{field}: {of}");
    }
    for field in ["rating_label", "rating_action", "rating_direction"] {
        let matrix = row(&agreement["confusions"], "field", field);
        let cells = matrix["counts"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
        assert_eq!(cells.map(|cell| cell.as_u64().unwrap()).sum::<u64>(), 6, "{field}: {matrix}");
    }
    let disclosure = row(&agreement["disclosures"], "id", "copyright");
    let counts = ["both", "only_first", "only_second", "neither"].map(|key| disclosure[key].as_u64().unwrap());
    assert_eq!(counts.iter().sum::<u64>(), 6, "{disclosure}");
    // The model took the morning note for a report about an industry.
    let conflict = agreement["differences"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["document"] == "04-morning-note.txt" && one["field"] == "report_type")
        .unwrap();
    assert_eq!((&conflict["kind"], &conflict["first"]["value"]), (&"conflict".into(), &"morning_note".into()));
    assert_eq!((&conflict["second"]["value"], &conflict["first"]["quote"]), (&"industry".into(), &"晨会".into()));
    assert!(conflict["first"]["start"].is_u64() && conflict["second"]["pointer"] == "/product/category", "{conflict}");
    assert_eq!(report["scores"], Value::Null);
    assert!(report["load"]["values"].as_u64().unwrap() > report["load"]["values_flagged"].as_u64().unwrap());
}

#[test]
fn the_same_run_gives_the_same_comparison() {
    let workspace = workspace();
    let gold = gold();
    for format in ["json", "table", "markdown", "html"] {
        let args = ["run", "--gold", &gold, "--format", format];
        let (first, second) = (compare(&workspace, &args), compare(&workspace, &args));
        assert_eq!((first.code, first.stdout.len() > 1000), (0, true), "{format}: {}", first.stderr);
        assert_eq!(first.stdout, second.stdout, "{format}");
    }
}

#[test]
fn a_terminal_gets_tables_of_a_readable_width() {
    let workspace = workspace();
    let ran = compare(&workspace, &["run", "--gold", &gold()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for part in [
        "6 reports of run.",
        "Against labels",
        "F1 reconciled",
        "Rules and model",
        "only rules",
        "κ",
        "By broker",
        "澜沧证券",
        "Conflicts",
        "“晨会”",
    ] {
        assert!(ran.stdout.contains(part), "no {part} in\n{}", ran.stdout);
    }
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 120 || !line.contains('─')), "{}", ran.stdout);
    // What is asked for only.
    let ran = compare(&workspace, &["run", "--fields", "rating_label,title", "--by", "type", "--conflicts", "1"]);
    assert!(ran.stdout.contains(" rating_label ") && !ran.stdout.contains(" published "), "{}", ran.stdout);
    assert!(ran.stdout.contains("By type") && !ran.stdout.contains("By broker"), "{}", ran.stdout);
    assert_eq!(ran.stdout.matches(" title ").count(), 2, "one row of counts and one conflict:\n{}", ran.stdout);
}

#[test]
fn records_alone_have_verdicts_alone_and_say_so() {
    let workspace = workspace();
    let path = records(&workspace);
    let report = json(&workspace, &[path.to_str().unwrap(), "--gold", &gold()]);
    assert_eq!(report["source"], "verdicts");
    let agreement = &report["agreement"];
    assert_eq!((&agreement["documents"], agreement["confusions"].as_array().unwrap().len()), (&6.into(), 0));
    let category = row(&agreement["fields"], "field", "report_type");
    assert_eq!((&category["same"], &category["conflict"], &category["kappa"]), (&5.into(), &1.into(), &Value::Null));
    // What was taken and what was not, with the words of both.
    let conflict = row(&agreement["differences"], "field", "report_type");
    assert_eq!((&conflict["first"]["value"], &conflict["second"]["value"]), (&"morning_note".into(), &"industry".into()));
    assert_eq!((&conflict["first"]["quote"], &conflict["second"]["quote"]), (&"晨会".into(), &"泊云证券".into()));
    // The reconciled records are the same ones, so their scores are.
    let whole = json(&workspace, &["run", "--gold", &gold()]);
    assert_eq!(report["scores"]["readers"].as_array().unwrap().len(), 1);
    assert_eq!(report["scores"]["readers"][0]["core"], row(&whole["scores"]["readers"], "reader", "reconciled")["core"]);
    let ran = compare(&workspace, &[path.to_str().unwrap()]);
    assert!(ran.stdout.contains("without what each reader read"), "{}", ran.stdout);
    // One record a file, as `extract` prints it, or a folder of such files.
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::create_dir(workspace.path().join("records")).unwrap();
    for (at, line) in text.lines().enumerate() {
        let record: Value = serde_json::from_str(line).unwrap();
        workspace.file(&format!("records/{at}.json"), serde_json::to_string_pretty(&record).unwrap());
    }
    let folder = json(&workspace, &["records", "--gold", &gold()]);
    assert_eq!((&folder["agreement"]["all"], &folder["scores"]), (&report["agreement"]["all"], &report["scores"]));
    assert_eq!(json(&workspace, &["records/3.json"])["documents"], 1);
    // What a reader read is not there to look at.
    let ran = compare(&workspace, &["records", "--view", "model"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("holds records alone") && ran.stderr.contains("hint: "), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_compared_is_said_with_what_to_do() {
    let workspace = workspace();
    std::fs::create_dir(workspace.path().join("empty")).unwrap();
    workspace.file("text.txt", "no record");
    workspace.file("mixed.jsonl", std::fs::read_to_string(records(&workspace)).unwrap().lines().next().unwrap().to_owned() + "\n{}\n");
    std::fs::create_dir(workspace.path().join("others")).unwrap();
    workspace.file("others/somebody-else.gold.json", "{}");
    workspace.file("wrong.gold.json", "{");
    for (args, code, said) in [
        (&["none"][..], 2, "could not read `none`"),
        (&["empty"], 2, "holds neither a run nor records"),
        (&["text.txt"], 1, "`text.txt` holds no record"),
        (&["mixed.jsonl"], 1, "line 2 of `mixed.jsonl` is no record"),
        (&["run", "./run"], 2, "`run` cannot be compared with itself"),
        (&["run", "--gold", "empty"], 2, "`empty` holds no `*.gold.json`"),
        (&["run", "--gold", "others"], 2, "no report has labels in `others`"),
        (&["run", "--gold", "."], 2, "wrong.gold.json"),
        (&["run", "--fields", "ratings"], 2, "`ratings` is no field that is compared"),
        (&["run", "--fail-below", "core=0.9"], 2, "`core` is measured against labels"),
        (&["run", "--fail-below", "ratings=0.9"], 2, "`ratings` is no measure"),
        (&["run", "--fail-below", "agreement"], 2, "is no `FIELD=NUMBER`"),
        (&["run", "--fail-below", "agreement=95"], 2, "`95` is no number from 0 to 1"),
        (&["run", "run", "run"], 2, "unexpected value"),
    ] {
        let ran = compare(&workspace, args);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
    }
    let ran = compare(&workspace, &["run", "--fail-below", "ratings=0.9"]);
    assert!(ran.stderr.contains("hint: with labels: `core`, `score`, `broker`") && ran.stderr.contains("kappa:FIELD"), "{}", ran.stderr);
}

/// What the example reports' own page gives as true answers, the labels say, and the record has.
#[test]
fn the_labels_of_the_examples_are_their_true_answers() {
    let workspace = workspace();
    let report = json(&workspace, &["run", "--gold", &gold()]);
    let scores = &report["scores"];
    assert_eq!((&scores["documents"], &scores["missing"], &scores["unlabelled"]), (&6.into(), &serde_json::json!([]), &0.into()));
    let record = row(&scores["readers"], "reader", "reconciled");
    for field in
        ["broker", "report_type", "published", "rating_label", "rating_action", "target_price", "analyst_licenses", "scale_thresholds"]
    {
        assert_eq!(row(&record["fields"], "field", field)["f1"]["value"], 1.0, "{field}");
    }
    // The small model is worse than the rules, and its name that is none gets through.
    let core = |reader: &str| row(&scores["readers"], "reader", reader)["core"]["value"].as_f64().unwrap();
    assert!(core("model") < core("rules") && core("reconciled") > 0.9, "{scores}");
    let escape = &scores["escape"];
    let sum = ["stopped", "flagged", "escaped"].map(|key| escape[key].as_u64().unwrap()).iter().sum::<u64>();
    assert_eq!(sum, escape["wrong"].as_u64().unwrap());
}

#[test]
fn a_threshold_that_is_missed_ends_with_1_and_says_which() {
    let workspace = workspace();
    let gold = gold();
    let ran = compare(&workspace, &["run", "--gold", &gold, "--fail-below", "core=0.5,published=0.9,agreement:broker=0.9"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    // The same with the model's own scores.
    let args = ["run", "--gold", &gold, "--view", "model", "--fail-below", "core=0.99", "--fail-below", "agreement=1"];
    let ran = compare(&workspace, &args);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("Against labels"), "the comparison is printed all the same");
    assert!(ran.stderr.contains("`core` is 0.") && ran.stderr.contains(", below 0.99; `agreement` is 0."), "{}", ran.stderr);
    // What cannot be measured must not pass: the model of this run read nothing of another.
    let path = records(&workspace);
    let ran = compare(&workspace, &[path.to_str().unwrap(), "--fail-below", "kappa:rating_action=0"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("`kappa:rating_action` could not be measured"), "{}", ran.stderr);
}
