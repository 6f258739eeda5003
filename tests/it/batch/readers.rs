//! `--model-only` and `--fail-on` mean in a run what they mean for one report.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{lines, names, records, run, server, workspace};
use crate::model::draft;
use crate::support::server::{Answer, Server};
use crate::support::workspace::{Ran, Workspace};

/// A server that answers report by report, found by their numbers, and rightly where there is no other answer.
async fn answering(answers: impl IntoIterator<Item = (usize, Answer)>) -> Server {
    let answers: BTreeMap<usize, Answer> = answers.into_iter().collect();
    Server::model(move |body| {
        let said = body["messages"][1]["content"].as_str().unwrap();
        let found = answers.iter().find(|(number, _)| said.contains(&format!("营业收入{}.35", 100 + *number)));
        found.map_or_else(|| Answer::says(&draft().to_string()), |(_, answer)| answer.clone())
    })
    .await
}

async fn extract(workspace: &Workspace, server: &Server, args: &[&str]) -> Ran {
    let mut command = workspace.command(&["extract", "--base-url", &server.base_url, "--model", "m", "--no-cache"]);
    command.args(args);
    tokio::task::spawn_blocking(move || Ran::from(command.output().unwrap())).await.unwrap()
}

fn run_json(workspace: &Workspace) -> Value {
    serde_json::from_str(&std::fs::read_to_string(workspace.path().join("sellside-run/run.json")).unwrap()).unwrap()
}

#[tokio::test]
async fn a_run_fails_on_what_one_report_fails_on() {
    let other = draft().to_string().replace("\"company\"", "\"industry\"");
    let (workspace, server) = (workspace(3), answering([(1, Answer::says(&other))]).await);
    let mut each = Vec::new();
    for number in 0..3 {
        each.push(extract(&workspace, &server, &[&format!("in/{number:03}.txt"), "--fail-on", "conflict"]).await.code);
    }
    assert_eq!(each, [0, 1, 0]);
    let ran = run(&workspace, &server, &["in", "--no-cache", "--fail-on", "conflict"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("`--fail-on conflict`: 1 of 3 records\n"), "{}", ran.stderr);
    assert_eq!(records(&workspace, "sellside-run").len(), 3);

    // What an earlier process read counts as well, and costs nothing.
    let sent = server.asked().len();
    for (what, code) in [("conflict,violation", 1), ("review", 1), ("violation", 0), ("contradicted", 0)] {
        let ran = run(&workspace, &server, &["in", "--no-cache", "--fail-on", what]).await;
        assert_eq!(ran.code, code, "{what}: {}", ran.stderr);
    }
    assert_eq!(server.asked().len(), sent);
    // Only the inputs of this run.
    let ran = run(&workspace, &server, &["in/000.txt", "in/002.txt", "--no-cache", "--fail-on", "conflict"]).await;
    assert_eq!((ran.code, ran.stderr.contains("--fail-on")), (0, false), "{}", ran.stderr);
}

#[tokio::test]
async fn a_checklist_row_fails_a_run_by_the_rules_alone() {
    let workspace = workspace(1);
    for (what, code) in [("not_found", 1), ("violation", 0)] {
        let args = ["in/000.txt", "--rules-only", "--fail-on", what];
        let one = workspace.run(&[&["extract"][..], &args].concat());
        let ran = workspace.run(&[&["batch"][..], &args].concat());
        assert_eq!((one.code, ran.code), (code, code), "{what}: {}", ran.stderr);
    }
}

#[tokio::test]
async fn a_model_that_reads_alone_gives_the_records_extract_gives() {
    let (workspace, server) = (workspace(2), server().await);
    let ran = run(&workspace, &server, &["in", "--no-cache", "--model-only"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let mut alone = records(&workspace, "sellside-run");
    assert_eq!(names(&alone), ["000.txt", "001.txt"]);
    assert!(alone.iter().all(|record| record["run"]["readers"] == "model" && record["ratings"][0]["label"] == "增持"));
    assert_eq!(alone[0]["provenance"]["/ratings/0/label"]["verdict"], "model_only");
    let mut one = extract(&workspace, &server, &["in/000.txt", "--model-only"]).await.json();
    (one["source"]["name"], alone[0]["source"]["name"]) = (Value::Null, Value::Null);
    assert_eq!(one, alone[0]);
    assert_eq!(run_json(&workspace)["readers"], "model");
    let summary = std::fs::read_to_string(workspace.path().join("sellside-run/summary.md")).unwrap();
    assert!(summary.contains("read by `m` alone"), "{summary}");

    // Both readers, then the model alone again: from the replies that are kept.
    let sent = server.asked().len();
    for (more, readers) in [(&[][..], "both"), (&["--model-only"], "model")] {
        let ran = run(&workspace, &server, &[&["in", "--no-cache"], more].concat()).await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(records(&workspace, "sellside-run").iter().all(|record| record["run"]["readers"] == readers));
    }
    assert_eq!(server.asked().len(), sent);
}

#[tokio::test]
async fn a_model_that_fails_alone_leaves_no_record_and_a_failure() {
    let answers = [(0, Answer::error(503, "down", &Value::Null)), (1, Answer::says("no"))];
    let (workspace, server) = (workspace(3), answering(answers).await);
    workspace.file("sellside.toml", "[provider.p]\nmax_attempts = 1\n");
    let ran = run(&workspace, &server, &["in", "--no-cache", "--model-only"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("1 of 3 reports have a record") && ran.stderr.contains("2 with a failed model"), "{}", ran.stderr);
    assert_eq!(names(&records(&workspace, "sellside-run")), ["002.txt"]);
    let failures = lines(&workspace.path().join("sellside-run/failures.jsonl"));
    let told: Vec<_> = failures.iter().map(|failure| (&failure["name"], &failure["stage"], &failure["code"])).collect();
    assert_eq!(told, [(&json!("000.txt"), &json!("model"), &json!("http_503")), (&json!("001.txt"), &json!("model"), &json!("invalid"))]);
    let counts = &run_json(&workspace)["counts"];
    assert_eq!([&counts["inputs"], &counts["records"], &counts["model_failed"], &counts["not_done"]], [3, 1, 2, 0]);

    // What may pass is asked again, what may not is left.
    let right = super::server().await;
    let ran = run(&workspace, &right, &["in", "--no-cache", "--model-only"]).await;
    assert_eq!((ran.code, right.asked().len()), (1, 1), "{}", ran.stderr);
    assert_eq!(names(&records(&workspace, "sellside-run")), ["000.txt", "002.txt"]);
    // With the rules there is a record of each; the bad answer is kept as it is.
    let ran = run(&workspace, &right, &["in", "--no-cache"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(names(&records(&workspace, "sellside-run")), ["000.txt", "001.txt", "002.txt"]);
}

#[test]
fn a_model_alone_needs_a_model() {
    let workspace = workspace(1);
    let ran = workspace.run(&["batch", "in", "--model-only"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error: `--model-only` needs a model") && ran.stderr.contains("hint: add `--model NAME`"),
        "{}",
        ran.stderr
    );
    let ran = workspace.run(&["batch", "in", "--model-only", "--rules-only"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
