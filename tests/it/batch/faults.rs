//! A server that fails in every way there is: each report ends as a record or as a failure that says why.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};

use super::{lines, records, run, workspace};
use crate::model::draft;
use crate::support::server::{Answer, Server};
use crate::support::workspace::Ran;

/// Answers the `n`th request about a report by a script of its own, and rightly once that is at its end.
async fn server(scripts: Vec<Vec<Answer>>) -> Server {
    let scripts = Mutex::new(scripts);
    let given: Mutex<HashMap<String, (usize, usize)>> = Mutex::default();
    Server::model(move |body| {
        let text = body["messages"][1]["content"].as_str().unwrap_or_default();
        let figure: String = text.split("营业收入").nth(1).unwrap_or_default().chars().take(6).collect();
        let mut given = given.lock().unwrap();
        let next = given.len();
        let (script, times) = given.entry(figure).or_insert((next, 0));
        *times += 1;
        let scripts = scripts.lock().unwrap();
        scripts.get(*script).and_then(|script| script.get(*times - 1)).cloned().unwrap_or_else(|| Answer::says(&draft().to_string()))
    })
    .await
}

#[tokio::test]
async fn every_report_ends_as_a_record_or_says_why_not() {
    let right = draft().to_string();
    let wrong_enum = right.replace("\"company\"", "\"compagny\"");
    let scripts = vec![
        vec![Answer::error(500, "boom", &Value::Null)],
        vec![Answer::error(429, "slow down", &Value::Null).header("retry-after", "0.05")],
        vec![Answer::cut("{\"choices\": [")],
        vec![Answer::text(200, "{\"choices\": [{\"message\"")],
        vec![Answer::says(&format!("<think>它是增持吗？</think>\n{right}"))],
        vec![Answer::says(&wrong_enum)],
        vec![Answer::hang()],
        vec![Answer::error(503, "down", &Value::Null); 9],
        vec![Answer::says("{\"product\": 7}")],
        vec![Answer::says("{\"product\": 7}"), Answer::says("no")],
        vec![Answer::error(500, "boom", &Value::Null), Answer::error(502, "boom", &Value::Null)],
    ];
    let count = scripts.len();
    let (workspace, server) = (workspace(count), server(scripts).await);
    workspace.file("sellside.toml", "[provider.p]\nmax_attempts = 3\ntimeout_seconds = 1\n");
    let ran = run(&workspace, &server, &["in", "--no-cache", "--concurrency", "4"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let all = records(&workspace, "sellside-run");
    assert_eq!(all.len(), count);
    let failures = lines(&workspace.path().join("sellside-run/failures.jsonl"));
    let mut codes: Vec<_> = failures.iter().map(|failure| failure["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["http_503", "invalid"]);
    assert!(failures.iter().all(|failure| failure["stage"] == "model" && failure["hint"].is_string()));
    let issues = |wanted: &str| all.iter().filter(|record| record["run"]["issues"].as_array().unwrap().contains(&json!(wanted))).count();
    assert_eq!((issues("model_failed:http_503"), issues("model_failed:invalid"), issues("reasked")), (1, 1, 2));
    assert_eq!(issues("repaired:unknown_word"), 1);
    // The rules read all the same.
    assert!(all.iter().all(|record| record["ratings"][0]["label"] == "增持"));

    // What may have passed is asked again, what may not is left: one document, one request.
    let before = server.asked().len();
    let ran = run(&workspace, &server, &["in", "--no-cache"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!((1..=6).contains(&(server.asked().len() - before)), "{}", server.asked().len() - before);
}

#[tokio::test]
async fn a_report_read_in_part_is_no_success_of_many_as_of_one() {
    // The first of one report's parts is never answered; the rest of it is, and the other report is read whole.
    let first: OnceLock<String> = OnceLock::new();
    let lost = move |body: &Value| {
        let part = format!("{}{}", body["messages"][0], body["messages"][1]);
        part.contains("营业收入101") && *first.get_or_init(|| part.clone()) == part
    };
    let server = Server::model(move |body| if lost(body) { Answer::says("no") } else { Answer::says(&draft().to_string()) }).await;
    let workspace = workspace(2);
    let args = ["--no-cache", "--context-tokens", "4096", "--grade", "prompt"];
    let batch = [&["in"], &args[..]].concat();
    let ran = run(&workspace, &server, &batch).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("warning: the model read a part of 1 reports only"), "{}", ran.stderr);
    let file = |name: &str| std::fs::read_to_string(workspace.path().join("sellside-run").join(name)).unwrap();
    let report: Value = serde_json::from_str(&file("run.json")).unwrap();
    assert_eq!((&report["counts"]["read_in_part"], &report["counts"]["model_failed"]), (&json!(1), &json!(0)));
    assert_eq!((&report["counts"]["valid"], &report["read_in_part"]), (&json!(1), &json!(["001.txt"])));
    assert!(file("summary.md").contains("| read in part by the model | 1 |") && file("summary.md").contains("- 001.txt"));
    // Nothing is asked again, and it is no success then either.
    let before = server.asked().len();
    let ran = run(&workspace, &server, &batch).await;
    assert_eq!((ran.code, server.asked().len()), (1, before), "{}", ran.stderr);
    let alone = [&["extract", "in/001.txt", "--model", "m", "--base-url", &server.base_url], &args[..]].concat();
    let mut command = workspace.command(&alone);
    let ran = tokio::task::spawn_blocking(move || Ran::from(command.output().unwrap())).await.unwrap();
    assert!(ran.code == 1 && ran.stderr.contains("a part of the report only (part_failed:invalid"), "{}", ran.stderr);
}

/// Reports of the run below; `SELLSIDE_FAULTS` asks for more.
const FAULTY: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_often_costs_hardly_a_report() {
    let count = std::env::var("SELLSIDE_FAULTS").ok().and_then(|text| text.parse().ok()).unwrap_or(FAULTY);
    let right = draft().to_string();
    let dice = Mutex::new(fastrand::Rng::with_seed(7));
    let server = Server::model(move |_| match dice.lock().unwrap().u32(0..100) {
        0..10 => Answer::error(500, "boom", &Value::Null),
        10..15 => Answer::error(429, "slow down", &Value::Null).header("retry-after", "0.05"),
        15..20 => Answer::message(&json!({ "role": "assistant", "content": &right[..right.len() / 2] }), "length"),
        20..25 => Answer::says(&format!("<think>增持还是买入？</think>{right}")),
        25..27 => Answer::says(&right.replace("\"company\"", "\"compagny\"")),
        27 => Answer::hang(),
        _ => Answer::says(&right),
    })
    .await;
    let workspace = workspace(count);
    workspace.file("sellside.toml", "[provider.p]\ntimeout_seconds = 2\n");
    let ran = run(&workspace, &server, &["in", "--no-cache", "--concurrency", "16"]).await;
    let all = records(&workspace, "sellside-run");
    assert_eq!(all.len(), count);
    let failures = lines(&workspace.path().join("sellside-run/failures.jsonl"));
    assert!(failures.iter().all(|failure| failure["code"].is_string() && failure["hint"].is_string()));
    assert!(failures.len() * 200 < count, "{} of {count} failed for good: {failures:?}", failures.len());
    assert_eq!(ran.code, i32::from(!failures.is_empty()), "{}", ran.stderr);
    let sent = server.asked().len();
    assert!(sent > count, "{sent} requests: nothing failed");
}

#[tokio::test]
async fn a_wrong_key_stops_at_once_and_leaves_the_rest_undone() {
    let workspace = workspace(30);
    let server = Server::model(|_| Answer::error(401, "no such key", &Value::Null)).await;
    let ran = run(&workspace, &server, &["in", "--no-cache", "--concurrency", "2"]).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("every further report would fail the same way") && ran.stderr.contains("check the key"), "{}", ran.stderr);
    assert!(server.asked().len() < 15, "{}", server.asked().len());
    assert_eq!(records(&workspace, "sellside-run").len(), 0);
    // With the right one the run goes on.
    let right = super::server().await;
    let ran = run(&workspace, &right, &["in", "--no-cache"]).await;
    assert_eq!((ran.code, records(&workspace, "sellside-run").len()), (0, 30), "{}", ran.stderr);
}

#[tokio::test]
async fn a_budget_and_a_number_of_failures_end_a_run() {
    let answer = json!({
        "choices": [{ "message": { "content": draft().to_string() }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 4000, "completion_tokens": 1000 },
    });
    let (workspace, right) = (workspace(8), Server::model(move |_| Answer::json(200, &answer)).await);
    let ran = run(&workspace, &right, &["in", "--no-cache", "--budget", "20000tokens", "--concurrency", "1"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("error: the budget is used up") && ran.stderr.contains("raise `--budget`"), "{}", ran.stderr);
    let done = records(&workspace, "sellside-run").len();
    assert!((1..8).contains(&done), "{done}: {}", ran.stderr);
    let ran = run(&workspace, &right, &["in", "--no-cache"]).await;
    assert_eq!((ran.code, right.asked().len()), (0, 8), "{}", ran.stderr);

    let bad = Server::model(|_| Answer::error(400, "this report I will not read", &Value::Null)).await;
    let ran = run(&workspace, &bad, &["in", "--no-cache", "--out", "bad", "--max-failures", "2", "--concurrency", "1"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("documents have failed"), "{}", ran.stderr);
    assert!(records(&workspace, "bad").len() < 8);
}

#[tokio::test]
async fn a_hanging_server_is_left_in_time() {
    let (workspace, server) = (workspace(1), Server::model(|_| Answer::hang()).await);
    let started = std::time::Instant::now();
    workspace.file("sellside.toml", "[provider.p]\nmax_attempts = 1\ntimeout_seconds = 1\n");
    let ran = run(&workspace, &server, &["in", "--no-cache"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(lines(&workspace.path().join("sellside-run/failures.jsonl"))[0]["code"], "timeout");
}
