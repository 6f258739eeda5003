//! Ended at any step, by Ctrl-C or `kill -9`: the same command goes on, and no question is sent twice.
#![cfg(unix)]

use std::process::Command;
use std::time::{Duration, Instant};

use super::{is_again, number, right, run, sent, spawn};
use crate::batch::{records, workspace};
use crate::support::batches::{BatchServer, Line, Script, Step, Trouble};

/// Waits until a step was begun.
async fn begun(server: &BatchServer, step: Step) {
    let started = Instant::now();
    while server.count(step) == 0 {
        assert!(started.elapsed() < Duration::from_mins(1), "{step:?} never came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // What is done at the server is done, and told where it is told at all.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_question_is_sent_twice() {
    let cases = [
        (Step::Upload, Trouble::Before),
        (Step::Upload, Trouble::After),
        (Step::Create, Trouble::Before),
        (Step::Create, Trouble::After),
        (Step::Look, Trouble::After),
        (Step::Fetch, Trouble::Before),
        (Step::Fetch, Trouble::Half),
    ];
    for (step, trouble) in cases {
        let mut script =
            Script::new(|body, before| if number(body) == 1 && before == 0 { Line::error(500, "boom") } else { right(body, before) });
        script.trouble = Box::new(move |now, time| if now == step && time == 1 { trouble } else { Trouble::None });
        let (workspace, server) = (workspace(5), BatchServer::start(script).await);
        let mut child = spawn(&workspace, &server, &[]);
        begun(&server, step).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let ran = run(&workspace, &server, &["in", "--provider-batch", "--poll", "1"]).await;
        assert_eq!(ran.code, 0, "{step:?} {trouble:?}: {}", ran.stderr);
        assert_eq!(records(&workspace, "sellside-run").len(), 5);
        let sizes: Vec<usize> = server.batches().iter().map(Vec::len).collect();
        assert_eq!(sizes, [5, 1], "{step:?} {trouble:?}: all of them once, then the one that failed");
        assert_eq!(sent(&server).len(), 5);
        // A file that was sent and not heard of is left at the provider; nothing is charged for it.
        let orphans = usize::from((step, trouble) == (Step::Upload, Trouble::After));
        assert_eq!(server.count(Step::Upload), 2 + orphans + usize::from((step, trouble) == (Step::Upload, Trouble::Before)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_again_and_again_comes_to_its_end() {
    let mut script = Script::new(|body, before| match (number(body), body["response_format"]["type"].as_str(), before) {
        (_, Some("json_schema"), _) => Line::error(400, "This response_format type is unavailable now"),
        (1, _, 0) => Line::error(500, "boom"),
        (2, ..) if !is_again(body) => Line::says("{\"product\": 7}"),
        _ => right(body, before),
    });
    script.state = Box::new(|_, look| if look < 2 { "in_progress" } else { "completed" });
    let (workspace, server) = (workspace(6), BatchServer::start(script).await);
    for _ in 0..6 {
        let mut child = spawn(&workspace, &server, &["--batch-size", "4"]);
        tokio::time::sleep(Duration::from_millis(fastrand::u64(50..2500))).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let ran = run(&workspace, &server, &["in", "--provider-batch", "--poll", "1", "--batch-size", "4"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(records(&workspace, "sellside-run").len(), 6);
    // Each refused once, each asked in the lower grade, one of them once more; and one with its errors, which a process that
    // has not seen the refusal begins with the best grade.
    let sent = sent(&server);
    assert!((13..=14).contains(&sent.len()), "{}", sent.len());
    assert_eq!(sent.values().sum::<usize>(), sent.len() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_leaves_at_once_and_the_batch_goes_on() {
    let mut script = Script::new(right);
    script.state = Box::new(|_, _| "in_progress");
    let (workspace, server) = (workspace(2), BatchServer::start(script).await);
    let child = spawn(&workspace, &server, &[]);
    begun(&server, Step::Look).await;
    let started = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("batches go on at the provider: the same command collects them"), "{said}");
    assert!(started.elapsed() < Duration::from_secs(20));
    // Without the flag it says so; with it the answers are collected.
    server.now(|script| script.state = Box::new(|_, _| "completed"));
    let ran = run(&workspace, &server, &["in", "--provider-batch"]).await;
    assert_eq!((ran.code, server.count(Step::Upload), server.count(Step::Create)), (0, 1, 1), "{}", ran.stderr);
    assert_eq!(records(&workspace, "sellside-run").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_that_goes_on_alone_knows_what_its_batches_cost() {
    let mut script =
        Script::new(|body, before| if number(body) == 1 && before == 0 { Line::error(500, "boom") } else { right(body, before) });
    script.state = Box::new(|batch, _| if batch == 1 { "completed" } else { "in_progress" });
    let (workspace, server) = (workspace(2), BatchServer::start(script).await);
    let prices = "currency = 'USD'\ninput = 100\noutput = 200\nbatch = { input = 50, output = 80 }\n";
    workspace.file("sellside.toml", format!("[[price]]\nhost = '127.0.0.1'\nmodel = 'm'\n{prices}"));
    let mut child = spawn(&workspace, &server, &[]);
    let started = Instant::now();
    while server.count(Step::Create) < 2 {
        assert!(started.elapsed() < Duration::from_mins(1), "no second round");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let ran = run(&workspace, &server, &["in"]).await;
    assert_eq!((ran.code, server.count(Step::Chat)), (0, 1), "{}", ran.stderr);
    let report = std::fs::read_to_string(workspace.path().join("sellside-run/run.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    // 10 and 5 tokens by each way: 0.0009 with the batch, 0.002 alone.
    assert_eq!((&report["requests"]["cost"]["amount"], &report["requests_in_all"]["cost"]["amount"]), (&"0.002".into(), &"0.0029".into()));
}
