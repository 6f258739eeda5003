//! `--mode agent` in a run: each report step by step, several at once; what was answered is not asked again.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::{names, records, report, run, workspace};
use crate::agent::{outline, submit, zone};
use crate::model::draft;
use crate::support::server::{Answer, Server};
use crate::support::workspace::Workspace;

/// Reports of a run.
const REPORTS: usize = 6;
/// Requests at once.
const TOGETHER: usize = 3;
/// Requests of a report.
const STEPS: usize = 3;

/// A model that looks at the outline, reads a zone and submits; each answer depends on the conversation alone.
async fn server(delay: Duration) -> Server {
    Server::model(move |body| {
        let turns = body["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "assistant").count();
        let answer = match turns {
            0 => outline(),
            1 => zone(1),
            _ => submit(&draft()),
        };
        answer.after(delay)
    })
    .await
}

fn assert_read_by_agents(records: &[Value], count: usize) {
    let expected: Vec<String> = (0..count).map(|number| format!("{number:03}.txt")).collect();
    assert_eq!(names(records), expected);
    for record in records {
        assert_eq!((&record["run"]["strategy"], &record["run"]["readers"]), (&"agent".into(), &"both".into()));
        assert_eq!(record["provenance"]["/ratings/0/label"]["verdict"], "agreed");
        assert_eq!(record["run"]["issues"], serde_json::json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_read_a_run_and_what_they_read_is_not_read_again() {
    let (workspace, server) = (workspace(REPORTS), server(Duration::ZERO).await);
    let args = ["in", "--no-cache", "--mode", "agent", "--concurrency", "3"];
    let ran = run(&workspace, &server, &args).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_read_by_agents(&records(&workspace, "sellside-run"), REPORTS);
    assert_eq!(server.asked().len(), REPORTS * STEPS);
    // One more report: its steps and no others.
    report(&workspace, REPORTS);
    let ran = run(&workspace, &server, &args).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_read_by_agents(&records(&workspace, "sellside-run"), REPORTS + 1);
    assert_eq!(server.asked().len(), (REPORTS + 1) * STEPS);
    // Read anew with other settings, from the replies of each step that are kept.
    let ran = run(&workspace, &server, &[&args[..], &["--model-only"]].concat()).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(records(&workspace, "sellside-run").iter().all(|record| record["run"]["readers"] == "model"));
    assert_eq!(server.asked().len(), (REPORTS + 1) * STEPS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_of_agents_answers_a_run() {
    let (workspace, server) = (workspace(3), server(Duration::ZERO).await);
    let ran = run(&workspace, &server, &["in", "--out", "live", "--mode", "agent", "--record", "recorded"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = workspace.run(&["batch", "in", "--out", "replayed", "--replay", "recorded"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(server.asked().len(), 3 * STEPS);
    let (mut live, mut replayed) = (records(&workspace, "live"), records(&workspace, "replayed"));
    assert_read_by_agents(&replayed, 3);
    assert!(replayed.iter().all(|record| record["run"]["replayed"] == true));
    live.iter_mut().chain(&mut replayed).for_each(|record| record["run"]["replayed"] = Value::Null);
    assert_eq!(live, replayed);
}

fn spawn(workspace: &Workspace, server: &Server) -> std::process::Child {
    let mut command = Command::new(workspace.command(&[]).get_program());
    for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "SELLSIDE_MODEL", "SELLSIDE_CONFIG"] {
        command.env_remove(name);
    }
    let args = ["batch", "in", "--no-cache", "--base-url", &server.base_url, "--model", "m", "--mode", "agent", "--concurrency", "3"];
    command.current_dir(workspace.path()).args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_that_are_killed_go_on_at_the_step_they_were_at() {
    let (workspace, server) = (workspace(REPORTS), server(Duration::from_millis(150)).await);
    let mut kills = 0;
    for after in [2, 6, 11] {
        let mut child = spawn(&workspace, &server);
        while server.asked().len() < after && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kills > 0, "nothing was killed");
    let ran = run(&workspace, &server, &["in", "--no-cache", "--mode", "agent", "--concurrency", "3"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_read_by_agents(&records(&workspace, "sellside-run"), REPORTS);
    let sent = server.asked().len();
    assert!((REPORTS * STEPS..=REPORTS * STEPS + kills * TOGETHER).contains(&sent), "{sent} requests after {kills} kills");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_fails_is_one_report_and_the_rules_read_it() {
    let workspace = workspace(3);
    let server = Server::model(|body| {
        let said = body["messages"].to_string();
        // Known by its figure once a zone of it was shown.
        match body["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "assistant").count() {
            0 => outline(),
            1 => zone(1),
            _ if said.contains("101.35") => Answer::error(400, "this one is refused", &Value::Null),
            _ => submit(&draft()),
        }
    })
    .await;
    let ran = run(&workspace, &server, &["in", "--no-cache", "--mode", "agent"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let all = records(&workspace, "sellside-run");
    assert_eq!(names(&all), ["000.txt", "001.txt", "002.txt"]);
    assert_eq!(all[1]["ratings"][0]["label"], "增持");
    let failures = super::lines(&workspace.path().join("sellside-run/failures.jsonl"));
    let [failure] = &failures[..] else { panic!("{failures:?}") };
    assert_eq!((&failure["name"], &failure["stage"], &failure["code"]), (&"001.txt".into(), &"model".into(), &"http_400".into()));
}
