//! Questions that go with batches of the provider's: the records of a live run, whatever fails or is killed on the way.

mod killed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{lines, records, workspace};
use crate::model::draft;
use crate::support::batches::{BatchServer, Line, Script, Step, Trouble};
use crate::support::workspace::{Ran, Workspace, repository};

/// A key as no provider gives one.
const KEY: &str = "key-of-a-test-0123456789";

fn right(_: &Value, _: usize) -> Line {
    Line::says(&draft().to_string())
}

/// Runs the program off the runtime, so that the server can answer.
async fn run(workspace: &Workspace, server: &BatchServer, args: &[&str]) -> Ran {
    let mut all = vec!["batch", "--no-cache", "--base-url", &server.base_url, "--model", "m", "--api-key-env", "TEST_KEY"];
    all.extend(args);
    let mut command = workspace.command(&all);
    command.env("TEST_KEY", KEY);
    tokio::task::spawn_blocking(move || Ran::from(command.output().unwrap())).await.unwrap()
}

/// The same as a process that can be killed.
fn spawn(workspace: &Workspace, server: &BatchServer, args: &[&str]) -> std::process::Child {
    let mut command = Command::new(workspace.command(&[]).get_program());
    for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "SELLSIDE_MODEL", "SELLSIDE_CONFIG"] {
        command.env_remove(name);
    }
    let fixed = ["batch", "in", "--no-cache", "--base-url", &server.base_url, "--model", "m", "--provider-batch", "--poll", "1"];
    command.current_dir(workspace.path()).args(fixed).args(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn bytes(workspace: &Workspace, out: &str) -> String {
    std::fs::read_to_string(workspace.path().join(out).join("records.jsonl")).unwrap()
}

/// How often each question was sent, by its body; names must be unique.
fn sent(server: &BatchServer) -> BTreeMap<String, usize> {
    let (mut count, mut names) = (BTreeMap::new(), BTreeSet::new());
    for line in server.batches().into_iter().flatten() {
        let line: Value = serde_json::from_str(&line).unwrap();
        assert!(names.insert(line["custom_id"].as_str().unwrap().to_owned()), "{} came twice", line["custom_id"]);
        *count.entry(line["body"].to_string()).or_default() += 1;
    }
    count
}

/// Whether a model is asked again, with what was wrong with its answer.
fn is_again(body: &Value) -> bool {
    body["messages"].as_array().unwrap().len() > 2
}

/// The report a question is about, by its number.
fn number(body: &Value) -> usize {
    let text = body["messages"][1]["content"].as_str().unwrap();
    let figure: String = text.split("营业收入").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
    figure.parse::<usize>().unwrap() - 100
}

fn issues(record: &Value) -> Vec<&str> {
    record["run"]["issues"].as_array().unwrap().iter().map(|issue| issue.as_str().unwrap()).collect()
}

fn files(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.extend(std::fs::read(&path).unwrap()) }
    }
    all
}

#[tokio::test]
async fn the_records_are_those_of_a_live_run() {
    let (workspace, server) = (workspace(3), BatchServer::start(Script::new(right)).await);
    let live = run(&workspace, &server, &["in", "--out", "live"]).await;
    assert_eq!((live.code, server.count(Step::Chat)), (0, 3), "{}", live.stderr);
    let posted = run(&workspace, &server, &["in", "--out", "posted", "--provider-batch"]).await;
    assert_eq!(posted.code, 0, "{}", posted.stderr);
    assert_eq!(bytes(&workspace, "live"), bytes(&workspace, "posted"));
    assert_eq!((server.count(Step::Chat), server.count(Step::Upload), server.count(Step::Create), server.count(Step::List)), (3, 1, 1, 0));
    let batches = server.batches();
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [3]);
    assert!(batches[0][0].contains("望江证券"), "raw UTF-8, not escapes");
    assert_eq!(sent(&server).len(), 3);
    assert!(server.keys().iter().all(|key| key == &format!("Bearer {KEY}")) && server.keys().len() > 6);
    for out in ["posted", "live"] {
        let all = files(&workspace.path().join(out));
        assert!(!all.windows(KEY.len()).any(|window| window == KEY.as_bytes()), "{out}");
    }
    let report = |out: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(workspace.path().join(out).join("run.json")).unwrap()).unwrap()
    };
    let (one, other) = (report("live"), report("posted"));
    assert_eq!(one["requests"]["usage"], other["requests"]["usage"]);
    assert_eq!((&other["requests"]["sent"], &other["counts"]["read"], &other["counts"]["not_done"]), (&json!(3), &json!(3), &json!(0)));

    // Nothing is asked again, by either way.
    for way in [&["in", "--out", "posted", "--provider-batch"][..], &["in", "--out", "posted"]] {
        let again = run(&workspace, &server, way).await;
        assert_eq!((again.code, server.count(Step::Upload), server.count(Step::Chat)), (0, 1, 3), "{}", again.stderr);
    }
}

#[tokio::test]
async fn what_batches_cost_is_what_the_price_says_of_them() {
    let (workspace, server) = (workspace(3), BatchServer::start(Script::new(right)).await);
    let row = "[[price]]\nhost = '127.0.0.1'\nmodel = 'm'\ncurrency = 'USD'\ninput = 100\noutput = 200\n";
    let report = || -> Value { serde_json::from_str(&std::fs::read_to_string(workspace.path().join("out/run.json")).unwrap()).unwrap() };
    let usd = |amount: &str| json!({ "amount": amount, "currency": "USD", "uncounted": 0 });
    // Three questions of 10 and 5 tokens.
    workspace.file("sellside.toml", format!("{row}batch = {{ input = 50, output = 80 }}\n"));
    let ran = run(&workspace, &server, &["in", "--out", "out", "--provider-batch"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("cost 0.0027 USD"), "{}", ran.stderr);
    assert_eq!((&report()["requests"]["cost"], &report()["requests_in_all"]["cost"]), (&usd("0.0027"), &usd("0.0027")));

    // Looking at it without batches asks nothing and changes nothing of that.
    let ran = run(&workspace, &server, &["in", "--out", "out"]).await;
    assert_eq!((ran.code, &report()["requests"]["sent"]), (0, &json!(0)), "{}", ran.stderr);
    let ran = run(&workspace, &server, &["in", "--out", "out", "--provider-batch"]).await;
    assert_eq!((ran.code, &report()["requests_in_all"]["cost"]), (0, &usd("0.0027")), "{}", ran.stderr);

    // One more, asked alone: each has its own price.
    super::report(&workspace, 3);
    let ran = run(&workspace, &server, &["in", "--out", "out"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!((&report()["requests"]["cost"], &report()["requests_in_all"]["cost"]), (&usd("0.002"), &usd("0.0047")));
    for way in [&["in", "--out", "out"][..], &["in", "--out", "out", "--provider-batch"]] {
        let ran = run(&workspace, &server, way).await;
        assert_eq!((ran.code, &report()["requests_in_all"]["cost"]), (0, &usd("0.0047")), "{}", ran.stderr);
    }

    // No price of batches: a discount is never guessed.
    workspace.file("sellside.toml", row);
    let ran = run(&workspace, &server, &["in", "--out", "other", "--provider-batch"]).await;
    assert!(ran.code == 0 && ran.stderr.contains("cost unknown"), "{}", ran.stderr);
}

/// Answers as a model with a small limit on its answers, which contradicts the rules: long reports are parted, parts are parted
/// again, and there are conflicts to ask about.
fn stubborn(body: &Value, _: usize) -> Line {
    let text = body["messages"][1]["content"].as_str().unwrap();
    if text.chars().count() > 2500 {
        return Line::ends("{\"product\": {", "length");
    }
    let mut draft = draft();
    draft["product"]["category"] = json!("strategy");
    draft["product"]["publish_date"] = json!("2024-01-02");
    Line::says(&draft.to_string())
}

#[tokio::test]
async fn parts_re_asks_and_questions_of_the_judge_go_with_later_batches() {
    let (workspace, server) = (workspace(2), BatchServer::start(Script::new(stubborn)).await);
    let report = std::fs::read_to_string(repository("examples/reports/01-media-weekly.md")).unwrap();
    workspace.file("in/long.md", report.repeat(2));
    let args = ["in", "--adjudicate", "--context-tokens", "4096", "--out"];
    let live = run(&workspace, &server, &[&args[..], &["live"]].concat()).await;
    let posted = run(&workspace, &server, &[&args[..], &["posted", "--provider-batch", "--poll", "1"]].concat()).await;
    assert_eq!(posted.code, live.code, "{}\n{}", live.stderr, posted.stderr);
    assert_eq!(bytes(&workspace, "live"), bytes(&workspace, "posted"));
    // As many requests, in a few batches: what the live run asked one after the other.
    let sent: usize = sent(&server).values().sum();
    let (batches, live) = (server.batches().len(), server.count(Step::Chat));
    assert_eq!(sent, live, "{}", posted.stderr);
    assert!((2..=8).contains(&batches) && live > batches, "{live} requests in {batches} batches");
}

#[tokio::test]
async fn failures_of_lines_are_those_of_requests() {
    let answer = |body: &Value, before: usize| match (number(body), before) {
        (0, 0) => Line::error(500, "boom"),
        (1, 0) => Line::Missing,
        (2, _) if !is_again(body) => Line::says("{\"product\": 7}"),
        (3, _) => Line::error(503, "down"),
        (4, _) => Line::error(400, "this report I will not read"),
        (5, 0) => Line::Lost,
        (6, _) => Line::Missing,
        _ => right(body, before),
    };
    let (workspace, server) = (workspace(8), BatchServer::start(Script::new(answer)).await);
    workspace.file("sellside.toml", "[provider.p]\nmax_attempts = 2\n");
    let ran = run(&workspace, &server, &["in", "--provider-batch", "--poll", "1"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let all = records(&workspace, "sellside-run");
    assert_eq!(all.len(), 8);
    let failures = lines(&workspace.path().join("sellside-run/failures.jsonl"));
    let codes: Vec<_> = failures.iter().map(|failure| (failure["name"].as_str().unwrap(), failure["code"].as_str().unwrap())).collect();
    assert_eq!(codes, [("003.txt", "http_503"), ("004.txt", "http_400"), ("006.txt", "unanswered")]);
    assert!(failures[2]["error"].to_string().contains("the batch was completed without it"), "{}", failures[2]);
    assert_eq!(issues(&all[2]), ["reasked"]);
    assert_eq!(issues(&all[6]), ["model_failed:unanswered"]);
    // Eight questions, then six once more: the answer that was no draft with its errors.
    let sizes: Vec<usize> = server.batches().iter().map(Vec::len).collect();
    assert_eq!(sizes, [8, 6]);
    assert_eq!(sent(&server).values().sum::<usize>(), 14);

    // What may have passed is asked about again by the next run, from its first attempt.
    server.now(|script| script.answer = Box::new(right));
    let ran = run(&workspace, &server, &["in", "--provider-batch", "--poll", "1"]).await;
    assert_eq!(server.batches().iter().map(Vec::len).collect::<Vec<_>>(), [8, 6, 3], "{}", ran.stderr);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[tokio::test]
async fn a_refused_grade_is_stepped_down_from() {
    let answer = |body: &Value, before: usize| match body["response_format"]["type"].as_str() {
        Some("json_schema") => Line::error(400, "This response_format type is unavailable now"),
        _ => right(body, before),
    };
    let (workspace, server) = (workspace(4), BatchServer::start(Script::new(answer)).await);
    let ran = run(&workspace, &server, &["in", "--provider-batch", "--poll", "1"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let sizes: Vec<usize> = server.batches().iter().map(Vec::len).collect();
    assert_eq!(sizes, [4, 4]);
    assert!(records(&workspace, "sellside-run").iter().all(|record| record["run"]["grade"] == "tools"));
}

#[tokio::test]
async fn batches_that_end_early_are_sent_again() {
    for (state, lost) in [("failed", 5), ("expired", 2), ("cancelled", 2)] {
        let answer = move |body: &Value, before: usize| if number(body) < 2 && before == 0 { Line::Lost } else { right(body, before) };
        let mut script = Script::new(answer);
        script.state = Box::new(move |number, look| match (number, look) {
            (1, 0..=1) if state == "failed" => state,
            (1, 0) => "validating",
            (1, 1) => "in_progress",
            (1, _) => state,
            _ => "completed",
        });
        let (workspace, server) = (workspace(5), BatchServer::start(script).await);
        let ran = run(&workspace, &server, &["in", "--provider-batch", "--poll", "1"]).await;
        assert_eq!(ran.code, 0, "{state}: {}", ran.stderr);
        let sizes: Vec<usize> = server.batches().iter().map(Vec::len).collect();
        assert_eq!(sizes[..2], [5, lost], "{state}");
        assert_eq!(records(&workspace, "sellside-run").len(), 5);
    }
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_limits_are_kept() {
    let mut script = Script::new(right);
    script.trouble = Box::new(|step, time| match (step, time) {
        (Step::Upload, 1) => Trouble::Refuse(429),
        (Step::Create | Step::Look | Step::Fetch, 1) => Trouble::Refuse(503),
        _ => Trouble::None,
    });
    let (workspace, server) = (workspace(5), BatchServer::start(script).await);
    let ran = run(&workspace, &server, &["in", "--provider-batch", "--poll", "1", "--batch-size", "2"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(server.batches().iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert!(sent(&server).values().all(|count| *count == 1));
    // Before a batch is made once more, the one that may have been made is looked for.
    assert_eq!((server.count(Step::Upload), server.count(Step::Create), server.count(Step::List)), (4, 4, 1));
}

#[tokio::test]
async fn a_server_without_batches_is_told_from_one_that_fails() {
    for (status, code, hint) in [(404, 2, "leave out `--provider-batch`"), (401, 2, "check the key")] {
        let mut script = Script::new(right);
        script.trouble = Box::new(move |step, _| if step == Step::Upload { Trouble::Refuse(status) } else { Trouble::None });
        let (workspace, server) = (workspace(2), BatchServer::start(script).await);
        let ran = run(&workspace, &server, &["in", "--provider-batch"]).await;
        assert_eq!(ran.code, code, "{}", ran.stderr);
        assert!(ran.stderr.contains("error: the provider's batches could not be used") && ran.stderr.contains(hint), "{}", ran.stderr);
        assert_eq!(records(&workspace, "sellside-run").len(), 0);
        // One by one it goes.
        let ran = run(&workspace, &server, &["in"]).await;
        assert_eq!((ran.code, records(&workspace, "sellside-run").len()), (0, 2), "{}", ran.stderr);
    }
}

#[tokio::test]
async fn what_cannot_wait_a_day_is_refused() {
    let (workspace, server) = (workspace(1), BatchServer::start(Script::new(right)).await);
    let cases: [(&[&str], &str); 4] = [
        (&["--mode", "agent"], "error: `--provider-batch` cannot be used with `--mode agent`"),
        (&["--votes", "3"], "error: `--provider-batch` cannot be used with `--votes` over 1"),
        (&["--budget", "1000tokens"], "cannot be used with"),
        (&["--record", "recorded"], "cannot be used with"),
    ];
    for (args, said) in cases {
        let ran = run(&workspace, &server, &[&["in", "--provider-batch"], args].concat()).await;
        assert!(ran.code == 2 && ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
    }
    let ran = workspace.run(&["batch", "in", "--provider-batch"]);
    assert!(ran.code == 2 && ran.stderr.contains("cannot be used without a model"), "{}", ran.stderr);
    let member = "[provider.p]\npool = [{ base_url = \"http://127.0.0.1:9/v1\" }]\n";
    workspace.file("sellside.toml", format!("{member}model = \"m\"\nbase_url = \"{}\"\n", server.base_url));
    let ran = workspace.run(&["batch", "in", "--provider-batch"]);
    assert!(ran.code == 2 && ran.stderr.contains("with a pool of servers"), "{}", ran.stderr);
    let member = "[provider.p]\n[[provider.p.patch]]\nbody = { user = \"sk-abcdefghij1234567890\" }\n";
    workspace.file("sellside.toml", member);
    let ran = run(&workspace, &server, &["in", "--provider-batch"]).await;
    assert!(ran.code == 2 && ran.stderr.contains("looks like a key"), "{}", ran.stderr);
    assert!(server.count(Step::Upload) == 0 && !workspace.path().join("sellside-run").exists());
}
