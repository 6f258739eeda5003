//! Ctrl-C: once ends a run well, twice at once. What is under way is kept.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{records, run, workspace};
use crate::model::draft;
use crate::support::server::{Answer, Server};
use crate::support::workspace::Workspace;

fn spawn(workspace: &Workspace, server: &Server) -> Child {
    let mut command = Command::new(workspace.command(&[]).get_program());
    for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "SELLSIDE_MODEL", "SELLSIDE_CONFIG"] {
        command.env_remove(name);
    }
    let args = ["batch", "in", "--no-cache", "--base-url", &server.base_url, "--model", "m", "--concurrency", "2"];
    command.current_dir(workspace.path()).args(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

async fn begun(server: &Server) {
    while server.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn end(child: Child) -> (Option<i32>, String) {
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn once_ends_a_run_well() {
    let workspace = workspace(40);
    let server = Server::model(|_| Answer::says(&draft().to_string()).after(Duration::from_millis(700))).await;
    let child = spawn(&workspace, &server);
    begun(&server).await;
    interrupt(&child);
    let (code, said) = end(child).await;
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("stopping: what is under way is finished and kept"), "{said}");
    let (done, asked) = (records(&workspace, "sellside-run").len(), server.asked().len());
    assert!((1..40).contains(&done) && done == asked, "{done} records of {asked} requests: {said}");
    let ran = run(&workspace, &server, &["in", "--no-cache", "--concurrency", "40"]).await;
    assert_eq!((ran.code, server.asked().len()), (0, 40), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_leaves_at_once() {
    let workspace = workspace(4);
    let server = Server::model(|_| Answer::hang()).await;
    let child = spawn(&workspace, &server);
    begun(&server).await;
    let started = Instant::now();
    interrupt(&child);
    tokio::time::sleep(Duration::from_millis(300)).await;
    interrupt(&child);
    let (code, said) = end(child).await;
    assert_eq!(code, Some(130), "{said}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_taken_away_ends_the_run() {
    let workspace = workspace(40);
    let server = Server::model(|_| Answer::says(&draft().to_string()).after(Duration::from_millis(400))).await;
    let child = spawn(&workspace, &server);
    begun(&server).await;
    std::fs::remove_dir_all(workspace.path().join("sellside-run")).unwrap();
    let (code, said) = end(child).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("error: the folder `sellside-run` was taken away") && said.contains("hint: if it was moved"), "{said}");
    assert!(server.asked().len() < 40, "{}", server.asked().len());
}
