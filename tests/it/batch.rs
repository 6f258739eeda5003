//! Many reports in one run: what is resumed, what is paid, what a stop leaves behind.

mod agent;
mod containers;
mod disk;
mod faults;
mod kept;
mod kill;
mod pace;
mod provider;
mod readers;
mod stop;
mod tables;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::model::{REPORT, draft};
use crate::support::server::{Answer, Server};
use crate::support::workspace::{Ran, Workspace};

/// A workspace with a folder `in` of `count` reports that differ in one figure.
fn workspace(count: usize) -> Workspace {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path().join("in")).unwrap();
    (0..count).for_each(|number| report(&workspace, number));
    workspace
}

/// Writes report `number`.
fn report(workspace: &Workspace, number: usize) {
    workspace.file(&format!("in/{number:03}.txt"), text(number));
}

fn text(number: usize) -> String {
    REPORT.replace("12.35亿元", &format!("{}.35亿元", 100 + number))
}

/// A server whose every answer is right.
async fn server() -> Server {
    Server::model(|_| Answer::says(&draft().to_string())).await
}

/// Runs the program off the runtime, so that the server can answer.
async fn run(workspace: &Workspace, server: &Server, args: &[&str]) -> Ran {
    let mut all = vec!["batch", "--base-url", &server.base_url, "--model", "m"];
    all.extend(args);
    let mut command = workspace.command(&all);
    tokio::task::spawn_blocking(move || Ran::from(command.output().unwrap())).await.unwrap()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn records(workspace: &Workspace, out: &str) -> Vec<Value> {
    lines(&workspace.path().join(out).join("records.jsonl"))
}

fn names(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["source"]["name"].as_str().unwrap()).collect()
}

/// How often each report's text was asked about.
fn asked(server: &Server) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for request in server.asked() {
        let user = request.body["messages"][1]["content"].as_str().unwrap().to_owned();
        let figure = user.split("营业收入").nth(1).unwrap().chars().take(6).collect::<String>();
        *count.entry(figure).or_default() += 1;
    }
    count
}
