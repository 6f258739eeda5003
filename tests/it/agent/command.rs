//! The command line's part: settings, conflicts, what is printed.

use serde_json::{Value, json};

use super::{KEY, outline, reading, submit, zone};
use crate::model::{REPORT, draft};
use crate::support::server::{Answer, Server};
use crate::support::workspace::{Ran, Workspace};

/// Runs `extract` on the small report against a server.
async fn extract(server: &Server, config: &str, args: &[&str]) -> Ran {
    let workspace = Workspace::new();
    workspace.file("report.txt", REPORT);
    workspace.file("sellside.toml", config);
    let url = server.base_url.clone();
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let run = move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut command = workspace.command(&[&["extract", "report.txt", "--model", "m", "--base-url", &url][..], &args].concat());
        Ran::from(command.env("TEST_KEY", KEY).output().unwrap())
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_shown_and_logged_without_a_word_of_the_report() {
    let server = Server::start(reading()).await;
    let ran = extract(&server, "", &["--mode", "agent", "--stats", "-vv", "--api-key-env", "TEST_KEY"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.json()["run"]["strategy"], "agent");
    assert!(ran.stderr.contains("stats: step 1: outline\n") && ran.stderr.contains("stats: step 3: submit (accepted)\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("step=1 calls=outline"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("临河") && !ran.stderr.contains("目标价") && !ran.stderr.contains(KEY), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_was_reached_is_no_success() {
    let server = Server::start([outline(), zone(1), submit(&draft())]).await;
    let ran = extract(&server, "[asking]\nmode = \"agent\"\nmax_steps = 9\n", &["--max-steps", "2"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(ran.json()["run"]["issues"], json!(["agent_limit:steps"]));
    assert!(ran.stderr.contains("warning: the model read a part of the report only (agent_limit:steps)"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_given_up_is_said() {
    let server = Server::start([Answer::error(400, "tools are not supported", &Value::Null), Answer::says(&draft().to_string())]).await;
    let ran = extract(&server, "", &["--mode", "agent"]).await;
    assert_eq!((ran.code, &ran.json()["run"]["strategy"]), (0, &json!("one_shot")), "{}", ran.stderr);
    assert!(ran.stderr.contains("note: the report was read in one go, not by an agent (agent_given_up:tools_refused)"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_agent_cannot_be_is_refused_before_anything_is_sent() {
    let server = Server::start([]).await;
    for (config, args, said) in [
        (
            "",
            &["--mode", "agent", "--votes", "3"][..],
            "error: an agent writes one draft, and 3 votes are asked for\nhint: use `--votes 1`",
        ),
        ("[asking]\nvotes = 3\n", &["--mode", "agent"], "error: an agent writes one draft, and 3 votes are asked for"),
        ("", &["--mode", "agent", "--no-split"], "nothing of it can be left out for length\nhint: leave `--no-split`"),
        ("[asking]\nmode = \"agent\"\nsplit = false\n", &[], "nothing of it can be left out for length"),
        ("[asking]\nmode = \"agents\"\n", &[], "unknown variant"),
        ("[asking]\nmax_total_tokens = 10\n", &[], "`asking.max_total_tokens` must be at least 10000"),
        ("", &["--mode", "agents"], "must be `one-shot` or `agent`"),
        ("", &["--mode", "agent", "--replay", "x"], "cannot be used with"),
    ] {
        let ran = extract(&server, config, args).await;
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}\n{said}", ran.stderr);
    }
    let ran = extract(&server, "", &["--max-steps", "3", "--dry-run"]).await;
    assert!(ran.code == 0 && ran.stderr.contains("note: `--max-steps` is for `--mode agent`"), "{}", ran.stderr);
    assert!(server.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_first_request() {
    let server = Server::start([]).await;
    let ran = extract(&server, "", &["--mode", "agent", "--dry-run"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for part in
        ["# first request of the agent: about ", "## function submit: Submits the record.", "Begin with \"outline\"", "# request 1 of 1"]
    {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    assert!(server.asked().is_empty());
}
