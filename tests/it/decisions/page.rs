//! From the keys a person presses on the page to the records of the run.

use serde_json::{Value, json};

use crate::review::browser::Browser;
use crate::support::workspace::{Workspace, repository};

const ENTER: &str = "\u{e007}";

#[test]
fn what_is_decided_on_the_page_is_in_the_records() {
    let workspace = Workspace::new();
    let [reports, replies] = ["examples/reports", "examples/replies"].map(|name| repository(name).to_string_lossy().into_owned());
    assert_eq!(workspace.run(&["batch", &reports, "--replay", &replies, "--out", "run", "--quiet"]).code, 0);
    assert_eq!(workspace.run(&["review", "run", "--lang", "en", "--quiet"]).code, 0);
    let Some(browser) = Browser::start("en-US") else { return };
    let page = workspace.path().join("run/review.html");
    browser.open(&page);
    let opened = |name: &str| {
        let script = format!("return document.querySelector('#record .heading p').textContent.includes('{name}')");
        browser.wait(name, &script);
    };
    browser.press("]");
    opened("03-company");
    // The model's sector, the rules' label, a kind of one's own for the next report.
    browser.press("m");
    browser.wait("the name is asked for", "return document.getElementById('ask').open");
    browser.give("#ask-name", "林复核");
    browser.press(ENTER);
    browser.wait("the name is taken", "return !document.getElementById('ask').open");
    browser.press("jr]");
    opened("04-morning");
    browser.press("estr");
    browser.press(ENTER);
    let export = || {
        browser.press("s");
        workspace.file("decisions.jsonl", browser.downloaded("decisions.jsonl"));
    };
    export();
    let applied = workspace.run(&["review", "run", "--apply", "decisions.jsonl"]);
    assert_eq!(applied.code, 0, "{}", applied.stderr);
    assert!(applied.stderr.contains("3 decisions: 3 applied to 2 reports"), "{}", applied.stderr);
    let text = std::fs::read_to_string(workspace.path().join("run/records.jsonl")).unwrap();
    let record: Value = serde_json::from_str(text.lines().nth(2).unwrap()).unwrap();
    assert_eq!(record["subject"]["industry"], "建筑给排水");
    let next: Value = serde_json::from_str(text.lines().nth(3).unwrap()).unwrap();
    assert_eq!(next["product"]["category"], "strategy");
    let entry = &record["provenance"]["/subject/industry"];
    assert_eq!((&entry["verdict"], &entry["rejected"][0]["value"]), (&json!("human"), &json!("建筑材料")));
    assert!(entry["decided"].as_str().unwrap().starts_with("林复核, "));
    assert!(entry["evidence"][0]["quote"].as_str().unwrap().contains("建筑给排水"), "{entry}");
    let open: Vec<&str> = record["review"].as_array().unwrap().iter().map(|item| item["pointer"].as_str().unwrap()).collect();
    assert!(!open.contains(&"/subject/industry") && !open.contains(&"/ratings/0/label"), "{open:?}");
    // The page of the corrected run still has the old decisions: handed in again, they are known.
    assert_eq!(workspace.run(&["review", "run", "--lang", "en", "--quiet"]).code, 0);
    browser.open(&page);
    export();
    let again = workspace.run(&["review", "run", "--apply", "decisions.jsonl"]);
    assert_eq!((again.code, again.stderr.contains("0 applied to 0 reports, 3 were applied before")), (0, true), "{}", again.stderr);
}
