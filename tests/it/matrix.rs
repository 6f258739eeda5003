//! The checklists of many reports as one table: from files, from a run, and in a browser.

use serde_json::{Value, json};

use crate::review::browser::Browser;
use crate::support::workspace::{Ran, Workspace, repository};

/// A workspace with all example reports in `in`, and one whose name is markup.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let folder = workspace.path().join("in");
    std::fs::create_dir(&folder).unwrap();
    for entry in std::fs::read_dir(repository("examples/reports")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('0') {
            std::fs::copy(&path, folder.join(&name)).unwrap();
        }
    }
    std::fs::copy(folder.join("06-hostile.md"), folder.join("=<img src=x onerror=alert(1)>.md")).unwrap();
    workspace
}

fn check(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.run(&[&["check", "--matrix"], args].concat())
}

fn batch(workspace: &Workspace) {
    let ran = workspace.run(&["batch", "in", "--rules-only", "--out", "run", "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

fn states(json: &Value, name: &str) -> Vec<String> {
    let lists = json["lists"].as_array().unwrap();
    let row = lists.iter().flat_map(|list| list["reports"].as_array().unwrap()).find(|row| row["name"].as_str().unwrap().ends_with(name));
    row.unwrap()["cells"].as_array().unwrap().iter().map(|cell| cell["status"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn files_and_a_run_of_them_give_the_same_table() {
    let workspace = workspace();
    batch(&workspace);
    let files = check(&workspace, &["in/01-media-weekly.md", "in/05-english-company.txt", "--format", "json"]);
    let run = check(&workspace, &["run", "--format", "json"]);
    assert_eq!((files.code, run.code), (0, 0), "{}{}", files.stderr, run.stderr);
    for name in ["01-media-weekly.md", "05-english-company.txt"] {
        assert_eq!(states(&files.json(), name), states(&run.json(), name), "{name}");
    }
    let lists: Vec<Value> = run.json()["lists"].as_array().unwrap().iter().map(|list| list["jurisdiction"].clone()).collect();
    assert_eq!((run.json()["schema"].as_str(), lists), (Some("sellside.matrix/1"), vec![json!("CN"), json!("HK")]));
    let quote = &run.json()["lists"][0]["reports"][0]["cells"][0]["words"][0];
    assert!(quote["quote"].as_str().is_some_and(|quote| !quote.is_empty()) && quote["start"].is_u64(), "{quote}");
    // Another list is held against the run's texts.
    let other = check(&workspace, &["run", "--checklist", "us", "--format", "json"]);
    assert_eq!(other.json()["lists"][0]["jurisdiction"], "US", "{}", other.stderr);
}

#[test]
fn every_form_says_what_it_has_to() {
    let workspace = workspace();
    batch(&workspace);
    let table = check(&workspace, &["run"]).stdout;
    assert!(table.contains("CN: 6 reports") && table.contains("Not found is not violated") && table.contains("○ not found"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() < 300), "{table}");
    let csv = check(&workspace, &["run", "--format", "csv", "--excel", "--output", "m.csv"]);
    assert!(csv.stdout.is_empty() && csv.stderr.contains("written to `m.csv`"), "{}", csv.stderr);
    let text = std::fs::read_to_string(workspace.path().join("m.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 7);
    assert!(rows.iter().any(|row| row[0].starts_with("'=<img")), "a name that a spreadsheet would compute");
    let words = check(&workspace, &["run", "--format", "csv-words"]);
    assert!(words.stdout.lines().count() > 100 && words.stdout.contains("证券研究报告"));
    let markdown = check(&workspace, &["run", "--format", "markdown"]).stdout;
    assert!(markdown.contains("| CN-8-1 |") && !markdown.contains("<img"), "{markdown}");
}

#[test]
fn thresholds_and_mistakes_have_their_exit_codes() {
    let workspace = workspace();
    batch(&workspace);
    let found = |args: &[&str]| check(&workspace, args).code;
    assert_eq!((found(&["run", "--fail-on", "violation"]), found(&["run", "--fail-on", "not_found"])), (0, 1));
    assert_eq!(found(&["in/01-media-weekly.md", "none.txt"]), 2);
    let run = workspace.run(&["check", "run"]);
    assert_eq!((run.code, run.stderr.contains("add `--matrix`")), (2, true), "{}", run.stderr);
    let html = workspace.run(&["check", "in/01-media-weekly.md", "--format", "html"]);
    assert_eq!((html.code, html.stderr.contains("add `--matrix`")), (2, true), "{}", html.stderr);
}

#[test]
fn what_a_person_decided_is_in_the_table() {
    let workspace = workspace();
    batch(&workspace);
    let text = std::fs::read_to_string(workspace.path().join("run/records.jsonl")).unwrap();
    let record: Value = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .find(|record: &Value| record["source"]["name"] == "06-hostile.md")
        .unwrap();
    let at = record["compliance"].as_array().unwrap().iter().position(|row| row["id"] == "CN-8-3").unwrap();
    assert_eq!(record["compliance"][at]["status"], "not_found");
    let decision = json!({
        "schema": "sellside.decision/1", "document": "06-hostile.md", "text_id": record["text_id"],
        "pointer": format!("/compliance/{at}/status"), "action": "edit", "value": "pass", "was": "not_found",
        "by": "A. Reviewer", "at": "2026-11-30T08:00:00Z", "note": "it stands in the original's footer",
    });
    workspace.file("decisions.jsonl", format!("{decision}\n"));
    assert_eq!(workspace.run(&["review", "run", "--apply", "decisions.jsonl"]).code, 0);
    let json = check(&workspace, &["run", "--format", "json"]).json();
    let row = json["lists"][0]["reports"].as_array().unwrap().iter().find(|row| row["name"] == "06-hostile.md").unwrap();
    assert_eq!((&row["cells"][at]["status"], &row["cells"][at]["decided"]), (&json!("pass"), &json!("A. Reviewer, 2026-11-30T08:00:00Z")));
}

#[test]
fn the_page_filters_shows_words_and_asks_nobody() {
    let workspace = workspace();
    batch(&workspace);
    assert_eq!(check(&workspace, &["run", "--format", "html", "--output", "m.html"]).code, 0);
    let Some(browser) = Browser::start("en-US") else { return };
    browser.visit(&workspace.path().join("m.html"));
    browser.wait("the page has counted", "return document.getElementById('shown').textContent === '7 of 7 reports'");
    assert_eq!(browser.console(), json!([]));
    let visible = "return document.querySelectorAll('tbody tr:not([hidden])').length";
    browser.give("#search", "hostile");
    assert_eq!(browser.script(visible), 1);
    browser.script("const search = document.getElementById('search'); search.value = ''; search.form.dispatchEvent(new Event('input'))");
    // Only what was not found, of one clause.
    browser.script(
        "for (const box of document.querySelectorAll('input[name=state]')) box.checked = box.value === 'not_found';
         document.getElementById('clause').value = 'CN-8-3';
         document.getElementById('filters').dispatchEvent(new Event('input'))",
    );
    assert_eq!((browser.script(visible), browser.text("#shown")), (json!(2), "2 of 7 reports".to_owned()));
    browser.script("document.querySelector('tbody tr:not([hidden]) td a').focus()");
    browser.wait("the words are shown", "return !document.getElementById('panel').hidden");
    assert!(browser.text("#panel").contains("证券研究报告"), "{}", browser.text("#panel"));
    browser.press("\u{e014}");
    assert!(browser.text("#panel").contains("CN-8-2"), "the arrow goes to the next clause: {}", browser.text("#panel"));
    browser.picture("matrix");
    browser.press("\u{e00c}");
    assert_eq!(browser.script("return document.getElementById('panel').hidden"), true);
    assert_eq!(browser.script("return document.querySelectorAll('img, script:not(:last-of-type)').length"), 0);
    assert_eq!(browser.console(), json!([]));
    let asked: Vec<String> =
        browser.requests().into_iter().filter(|address| !address.starts_with("file://") && !address.starts_with("data:")).collect();
    assert!(asked.is_empty(), "{asked:?}");
}
