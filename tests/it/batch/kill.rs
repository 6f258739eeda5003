//! `kill -9` at any moment: nothing is lost, nothing stands there twice, nothing is paid twice but what was under way.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::{asked, names, records, run, workspace};
use crate::model::draft;
use crate::support::server::{Answer, Server};
use crate::support::workspace::Workspace;

/// Reports of the run that is killed, and more where it is killed often: each time some shall be left.
const REPORTS: usize = 24;
/// Reports a killed process may finish, about.
const BETWEEN: usize = 4;
/// Requests at once.
const TOGETHER: usize = 4;
/// How often it is killed; `SELLSIDE_KILLS` asks for more.
const KILLS: usize = 6;

fn spawn(workspace: &Workspace, server: &Server) -> std::process::Child {
    let program = workspace.command(&[]).get_program().to_owned();
    let together = TOGETHER.to_string();
    let args = ["batch", "in", "--no-cache", "--base-url", &server.base_url, "--model", "m", "--concurrency", &together];
    let mut command = Command::new(program);
    for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "SELLSIDE_MODEL", "SELLSIDE_CONFIG"] {
        command.env_remove(name);
    }
    command.current_dir(workspace.path()).args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_is_paid_twice() {
    let kills = std::env::var("SELLSIDE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let reports = REPORTS.max(kills * BETWEEN);
    let workspace = workspace(reports);
    let server = Server::model(|_| Answer::says(&draft().to_string()).after(Duration::from_millis(20))).await;
    let mut killed = 0;
    for _ in 0..kills {
        let mut child = spawn(&workspace, &server);
        // From before the first request to the writing of the files.
        tokio::time::sleep(Duration::from_millis(fastrand::u64(20..1500))).await;
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let ran = run(&workspace, &server, &["in", "--no-cache"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let records = records(&workspace, "sellside-run");
    let expected: Vec<String> = (0..reports).map(|number| format!("{number:03}.txt")).collect();
    assert_eq!(names(&records), expected);
    let asked = asked(&server);
    assert_eq!(asked.len(), reports);
    let twice: usize = asked.values().map(|count| count - 1).sum();
    println!("{reports} reports, {killed} of {kills} processes killed at work, {twice} requests paid twice");
    assert!(twice <= killed * TOGETHER, "{twice} requests paid twice after {killed} kills");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_is_refused() {
    let workspace = workspace(4);
    let server = Server::model(|_| Answer::says(&draft().to_string()).after(Duration::from_secs(3))).await;
    let mut first = spawn(&workspace, &server);
    while server.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let second = run(&workspace, &server, &["in", "--no-cache"]).await;
    assert_eq!(second.code, 2, "{}", second.stderr);
    assert!(second.stderr.contains("error: `sellside-run` is in use by another process\nhint: "), "{}", second.stderr);
    first.kill().unwrap();
    first.wait().unwrap();
}
