//! The review page: its bytes, and what it does in a real browser.

pub(crate) mod browser;
mod bytes;
mod decide;
mod hostile;
mod look;
mod scale;
mod words;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::model::{REPORT, draft};
use crate::support::server::{Answer, Server};
use crate::support::workspace::{Ran, Workspace, repository};

/// The folder of a run over the example reports with their recorded replies, with a page for each language: read by many tests,
/// made once.
static EXAMPLES: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("review");
    let _ = std::fs::remove_dir_all(&folder);
    let [reports, replies] = ["examples/reports", "examples/replies"].map(|name| repository(name).to_string_lossy().into_owned());
    let workspace = Workspace::new();
    let run = folder.to_string_lossy();
    let ran = workspace.run(&["batch", &reports, "--replay", &replies, "--out", &run, "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for lang in ["zh", "en", "auto"] {
        let page = folder.join(format!("{lang}.html"));
        let ran = workspace.run(&["review", &run, "--lang", lang, "--output", &page.to_string_lossy()]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    folder
});

/// The page of the example reports.
fn examples(lang: &str) -> PathBuf {
    EXAMPLES.join(format!("{lang}.html"))
}

/// A run over one report with characters beyond U+FFFF, read by rules and a scripted model that differ in the category.
fn wide(text: &str) -> (Workspace, PathBuf) {
    scripted(text, |draft| draft["product"]["category"] = json!("industry"))
}

/// A run over one report, read by rules and a scripted model that gives [`draft`] but for one change.
fn scripted(text: &str, change: impl FnOnce(&mut Value)) -> (Workspace, PathBuf) {
    let workspace = Workspace::new();
    let report = workspace.file("wide.txt", text).to_string_lossy().into_owned();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut other = draft();
    change(&mut other);
    let server = runtime.block_on(Server::model(move |_| Answer::says(&other.to_string())));
    let args = ["batch", &report, "--base-url", &server.base_url, "--model", "m", "--out", "run", "--quiet"];
    let ran = Ran::from(workspace.command(&args).output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    page(workspace, "en")
}

/// The report of the model's tests, with wide characters before, between and within what is read.
fn wide_text() -> String {
    let risks = REPORT.replace("需求不及预期、", "需求不及预期、𠮷林项目延期😀风险、");
    format!("😀😀 {}", risks.replace("投资评级：", "🟢投资评级：").replace("公司2024年", "𠀀𠀁公司2024年"))
}

fn page(workspace: Workspace, lang: &str) -> (Workspace, PathBuf) {
    let ran = workspace.run(&["review", "run", "--lang", lang]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    let page = workspace.path().join("run/review.html");
    (workspace, page)
}

/// The records of the run in a folder.
fn records(run: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(run.join("records.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
