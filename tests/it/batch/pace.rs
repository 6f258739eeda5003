//! How fast servers are asked: limits a minute, one rest for all, several servers.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use super::{records, run, workspace};
use crate::model::draft;
use crate::support::server::{Answer, Server};
use crate::support::workspace::{Ran, Workspace};

/// Runs with the servers of the settings file.
async fn run_pool(workspace: &Workspace) -> Ran {
    let mut command = workspace.command(&["batch", "in", "--no-cache"]);
    tokio::task::spawn_blocking(move || Ran::from(command.output().unwrap())).await.unwrap()
}

fn pool(workspace: &Workspace, first: &Server, second: &Server, weight: u32) {
    let text = format!(
        "[provider.p]\nmodel = 'm'\nbase_url = '{}'\nweight = {weight}\nconcurrency = 4\npool = [{{ base_url = '{}' }}]\n",
        first.base_url, second.base_url
    );
    workspace.file("sellside.toml", text);
}

#[tokio::test]
async fn requests_a_minute_are_kept_to() {
    let (workspace, server) = (workspace(8), super::server().await);
    let ran = run(&workspace, &server, &["in", "--no-cache", "--rpm", "60", "--concurrency", "8"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let asked = server.asked();
    let span = asked.last().unwrap().at - asked[0].at;
    // Three seconds, but for what a busy machine takes to bring the first one here.
    assert!(span >= Duration::from_secs(2), "five at once, then one a second: {span:?}");
}

#[tokio::test]
async fn a_rest_one_request_is_told_of_holds_for_all() {
    let workspace = workspace(12);
    let first = Mutex::new(true);
    let server = Server::model(move |_| {
        if std::mem::take(&mut *first.lock().unwrap()) {
            Answer::error(429, "slow down", &Value::Null).header("retry-after", "2")
        } else {
            Answer::says(&draft().to_string())
        }
    })
    .await;
    let ran = run(&workspace, &server, &["in", "--no-cache", "--concurrency", "2"]).await;
    assert_eq!((ran.code, records(&workspace, "sellside-run").len()), (0, 12), "{}", ran.stderr);
    let asked = server.asked();
    let start = asked[0].at;
    // The other request under way, and what was let through before the answer came.
    let early = asked.iter().skip(1).filter(|request| request.at - start < Duration::from_millis(1900)).count();
    assert!(early <= 2, "{early} requests during the rest");
    assert_eq!(asked.len(), 13);
}

#[tokio::test]
async fn servers_share_by_weight() {
    let workspace = workspace(16);
    let slow = |_: &Value| Answer::says(&draft().to_string()).after(Duration::from_millis(300));
    let (first, second) = (Server::model(slow).await, Server::model(slow).await);
    pool(&workspace, &first, &second, 3);
    let ran = run_pool(&workspace).await;
    assert_eq!((ran.code, records(&workspace, "sellside-run").len()), (0, 16), "{}", ran.stderr);
    let (of_first, of_second) = (first.asked().len(), second.asked().len());
    assert_eq!(of_first + of_second, 16);
    assert!((2..=6).contains(&of_second), "{of_first} and {of_second} with weights 3 and 1");
    // Records do not tell which of the servers answered: they are the same however the requests fell.
    let records = records(&workspace, "sellside-run");
    assert!(records.iter().all(|record| record["run"]["endpoint"] == json!(first.base_url)));
}

#[tokio::test]
async fn servers_stand_in_for_one_another() {
    for failure in [
        Answer::error(429, "no credit", &json!("insufficient_quota")),
        Answer::error(503, "down", &Value::Null),
        Answer::error(429, "slow", &Value::Null).header("retry-after", "600"),
    ] {
        let workspace = workspace(6);
        let (bad, good) = (Server::model(move |_| failure.clone()).await, super::server().await);
        pool(&workspace, &bad, &good, 1);
        let started = std::time::Instant::now();
        let ran = run_pool(&workspace).await;
        assert_eq!((ran.code, good.asked().len()), (0, 6), "{}", ran.stderr);
        assert!((1..=5).contains(&bad.asked().len()), "{}", bad.asked().len());
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_pools_key_must_be_there() {
    let (workspace, server) = (workspace(1), super::server().await);
    let text =
        format!("[provider.p]\nmodel = 'm'\nbase_url = '{}'\npool = [{{ api_key_env = 'SECOND_KEY_THAT_IS_NOT_SET' }}]\n", server.base_url);
    workspace.file("sellside.toml", text);
    let ran = run_pool(&workspace).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("`SECOND_KEY_THAT_IS_NOT_SET` is not set"), "{}", ran.stderr);
}
