//! Words of reports in what a comparison prints.

use serde_json::{Value, json};

use super::{compare, gold, records, workspace};

const NAME: &str = "<img src=x onerror=alert(1)>|`x`\u{202e}\u{1b}[31m.md";
const LABEL: &str = "\"><script>alert(1)</script>|買入\u{1b}[2J";

/// Files of records whose names and values attack whoever shows them, differing in every rating.
fn hostile(workspace: &crate::support::workspace::Workspace) {
    let text = std::fs::read_to_string(records(workspace)).unwrap();
    let mut record: Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    record["source"]["name"] = json!(NAME);
    workspace.file("a.jsonl", record.to_string());
    record["ratings"][0]["label"] = json!(LABEL);
    record["ratings"][0]["label_raw"] = json!(LABEL);
    record["publisher"]["name"] = json!("</td><svg onload=alert(2)>");
    record["product"]["title"] = json!("{{ 7 * 7 }}{% raw %}</title><style>*{display:none}</style>");
    record["provenance"]["/ratings/0/label"]["evidence"][0]["quote"] = json!("</figure><iframe src=javascript:alert(3)>");
    workspace.file("b.jsonl", record.to_string());
}

#[test]
fn pages_and_markdown_show_hostile_words_as_words() {
    let workspace = workspace();
    hostile(&workspace);
    for inputs in [&["run"][..], &["a.jsonl", "b.jsonl"], &["b.jsonl"]] {
        for format in ["html", "markdown"] {
            let ran = compare(&workspace, &[inputs, &["--format", format, "--conflicts", "100"]].concat());
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            let lower = ran.stdout.to_lowercase();
            for attack in ["<script", "<img", "<iframe", "<svg onload", "</td><svg", "javascript:alert(3)>", "\u{1b}"] {
                assert!(!lower.contains(attack), "{attack} in {inputs:?} as {format}");
            }
            if format == "markdown" {
                assert!(!ran.stdout.contains('\u{202e}') && !ran.stdout.contains("|`x`"), "{inputs:?}");
            } else {
                // Nothing is fetched, nothing runs, and only the page's own style stands in it.
                assert!(
                    ran.stdout.contains(r#"content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'""#)
                );
                assert_eq!(lower.matches("<style").count(), 1);
                for outside in ["src=", "href=\"h", "@import", "url("] {
                    let at = lower
                        .match_indices(outside)
                        .filter(|(at, _)| !lower[..*at].ends_with("&lt;img ") && !lower[..*at].ends_with("&lt;iframe "));
                    assert_eq!(at.count(), 0, "{outside} in {inputs:?}");
                }
                well_formed(&ran.stdout);
            }
        }
    }
    let page = compare(&workspace, &["a.jsonl", "b.jsonl", "--format", "html"]).stdout;
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("{{ 7 * 7 }}"), "shown as it stands in the record");
}

/// Every element that is opened is closed in its place.
fn well_formed(page: &str) {
    const VOID: [&str; 3] = ["meta", "br", "hr"];
    let mut open: Vec<String> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').unwrap();
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') || tag.ends_with('/') {
            continue;
        }
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "…{}", &rest[..rest.len().min(80)]);
        } else if !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_terminal_is_not_driven() {
    let workspace = workspace();
    hostile(&workspace);
    let ran = compare(&workspace, &["a.jsonl", "b.jsonl", "--conflicts", "100"]);
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stdout.contains('\u{202e}'), "{}", ran.stdout);
    assert!(ran.stdout.contains("\\u{1b}"), "{}", ran.stdout);
}

#[test]
fn a_file_is_whole_and_said() {
    let workspace = workspace();
    let ran = compare(&workspace, &["run", "--gold", &gold(), "--format", "html", "--output", "page.html"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert!(ran.stderr.contains("comparison of 6 reports written to `page.html`"), "{}", ran.stderr);
    let page = std::fs::read_to_string(workspace.path().join("page.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.matches("<svg").count() >= 6, "charts");
    let ran = compare(&workspace, &["run", "--output", "none/page.html"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("could not write `none/page.html`"), "{}", ran.stderr);
}

#[test]
fn a_page_shows_what_a_run_took_where_the_run_knows() {
    let workspace = workspace();
    let path = workspace.path().join("run/run.json");
    let mut run: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let page = || compare(&workspace, &["run", "--format", "html"]).stdout;
    assert!(page().contains("Cost and latency") && !page().contains("Seconds a request takes"), "a recording takes no time");
    run["requests_in_all"]["latency"] = json!({ "p50": 1500, "p95": 4200, "most": 9000 });
    run["requests_in_all"]["cost"] = json!({ "amount": "0.1234", "currency": "CNY", "uncounted": 0 });
    run["model"] = json!("m<b>");
    std::fs::write(&path, run.to_string()).unwrap();
    for part in ["Seconds a request takes", "0.1234 CNY", "4200 ms", "m&lt;b&gt;"] {
        assert!(page().contains(part), "{part}");
    }
    // A run whose file was lost is compared all the same.
    std::fs::remove_file(&path).unwrap();
    assert!(page().contains("Agreement by field") && !page().contains("Cost and latency"));
}
