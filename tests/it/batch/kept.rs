//! What is kept and not paid for again.

use serde_json::{Value, json};

use sellside::batch::{run_names, stored_views};
use sellside::store::RunStore;

use super::{names, records, report, run, server, text, workspace};
use crate::laws::assert_lawful;
use crate::support::workspace::{Ran, Workspace, repository};

#[tokio::test]
async fn what_is_done_is_not_done_again() {
    let (workspace, server) = (workspace(4), server().await);
    let first = run(&workspace, &server, &["in", "--no-cache"]).await;
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert_eq!(server.asked().len(), 4);
    let before = records(&workspace, "sellside-run");
    assert_eq!(names(&before), ["000.txt", "001.txt", "002.txt", "003.txt"]);

    // One more: one request. Another name, another order, one less: none.
    report(&workspace, 4);
    let ran = run(&workspace, &server, &["in", "--no-cache"]).await;
    assert_eq!((ran.code, server.asked().len()), (0, 5), "{}", ran.stderr);
    let path = |name: &str| workspace.path().join("in").join(name);
    std::fs::rename(path("000.txt"), path("zzz.txt")).unwrap();
    std::fs::remove_file(path("001.txt")).unwrap();
    let ran = run(&workspace, &server, &["in/zzz.txt", "in/004.txt", "in/003.txt", "in/002.txt", "--no-cache"]).await;
    assert_eq!((ran.code, server.asked().len()), (0, 5), "{}", ran.stderr);
    let after = records(&workspace, "sellside-run");
    assert_eq!(names(&after), ["zzz.txt", "004.txt", "003.txt", "002.txt"]);
    assert_eq!(after[3], before[2], "the same record, byte for byte");
    let run_json: Value = serde_json::from_str(&std::fs::read_to_string(workspace.path().join("sellside-run/run.json")).unwrap()).unwrap();
    assert_eq!(
        (&run_json["counts"]["found"], &run_json["counts"]["read"], &run_json["requests"]["sent"]),
        (&json!(3), &json!(1), &json!(0))
    );
    assert_eq!(run_json["requests_in_all"]["sent"], 5);

    // Other settings: other records from the same replies.
    let ran = run(&workspace, &server, &["in", "--no-cache", "--adjudicate"]).await;
    assert_eq!((ran.code, server.asked().len()), (0, 5), "{}", ran.stderr);
    // Anew: everything again.
    let ran = run(&workspace, &server, &["in", "--no-cache", "--force"]).await;
    assert_eq!((ran.code, server.asked().len()), (0, 9), "{}", ran.stderr);
}

#[tokio::test]
async fn copies_share_a_request_and_have_a_record_each() {
    let (workspace, server) = (workspace(1), server().await);
    for copy in ["a.txt", "b.txt", "c.md"] {
        workspace.file(&format!("in/{copy}"), text(0));
    }
    let ran = run(&workspace, &server, &["in", "--no-cache"]).await;
    assert_eq!((ran.code, server.asked().len()), (0, 1), "{}", ran.stderr);
    let records = records(&workspace, "sellside-run");
    assert_eq!(names(&records), ["000.txt", "a.txt", "b.txt", "c.md"]);
    assert!(records.iter().all(|record| record["id"] == records[0]["id"]));
}

#[tokio::test]
async fn runs_share_replies_through_the_cache() {
    let (workspace, server) = (workspace(2), server().await);
    for out in ["one", "two"] {
        let ran = run(&workspace, &server, &["in", "--out", out]).await;
        assert_eq!((ran.code, server.asked().len()), (0, 2), "{}", ran.stderr);
    }
    let bytes = |out: &str| std::fs::read(workspace.path().join(out).join("records.jsonl")).unwrap();
    assert!(bytes("one") == bytes("two"), "the same replies give the same bytes");

    // One report alone is answered from there as well.
    let extract = ["extract", "--base-url", &server.base_url, "--model", "m", "--stats", "in/000.txt"];
    let mut command = workspace.command(&extract);
    let ran = tokio::task::spawn_blocking(move || Ran::from(command.output().unwrap())).await.unwrap();
    assert_eq!((ran.code, server.asked().len()), (0, 2), "{}", ran.stderr);
    assert!(ran.stderr.contains("not sent, its answer was kept"), "{}", ran.stderr);

    let said = workspace.run(&["cache", "stats"]).stdout;
    assert!(said.starts_with("2 replies, ") && said.contains("2 m\n"), "{said}");
    let path = workspace.run(&["cache", "path"]).stdout;
    assert!(std::path::Path::new(path.trim()).is_file(), "{path}");
    assert!(workspace.run(&["cache", "clear"]).stderr.contains("2 replies forgotten"));
    assert!(workspace.run(&["cache", "stats"]).stdout.starts_with("0 replies"));
    // A run has its own.
    let ran = run(&workspace, &server, &["in", "--out", "two", "--adjudicate"]).await;
    assert_eq!((ran.code, server.asked().len()), (0, 2), "{}", ran.stderr);
    let ran = run(&workspace, &server, &["in", "--out", "three"]).await;
    assert_eq!((ran.code, server.asked().len()), (0, 4), "{}", ran.stderr);
}

#[tokio::test]
async fn the_folder_alone_has_all_three_views() {
    let (workspace, server) = (workspace(2), server().await);
    let ran = run(&workspace, &server, &["in", "--no-cache"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let recorded = records(&workspace, "sellside-run");
    std::fs::remove_dir_all(workspace.path().join("in")).unwrap();
    let folder = workspace.path().join("sellside-run");
    tokio::task::spawn_blocking(move || {
        let run = RunStore::open(&folder).unwrap();
        assert_eq!(run_names(&run).unwrap(), ["000.txt", "001.txt"]);
        let stored = stored_views(&run, "001.txt").unwrap().unwrap();
        assert_eq!(stored.document.source.as_str(), text(1));
        assert_eq!(serde_json::to_value(&stored.views.reconciled).unwrap(), recorded[1]);
        let (rules, model) = (stored.views.rules.unwrap(), stored.views.model.unwrap());
        assert_lawful(&stored.document, &rules);
        assert_lawful(&stored.document, &model);
        for alone in [&rules, &model] {
            assert_eq!(alone.ratings[0].label.as_deref(), Some("增持"));
            assert!(alone.review.iter().all(|item| item.code != sellside::domain::record::ReviewCode::Conflict));
        }
        // Key points are the model's alone, disclosures the rules'.
        assert_eq!((rules.key_points.len(), model.key_points.len()), (0, 1));
        assert!(stored_views(&run, "none.txt").unwrap().is_none());
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn several_drafts_stay_several() {
    let (workspace, server) = (workspace(1), server().await);
    for _ in 0..2 {
        let ran = run(&workspace, &server, &["in", "--votes", "3"]).await;
        assert_eq!((ran.code, server.asked().len()), (0, 3), "{}", ran.stderr);
    }
    let ran = run(&workspace, &server, &["in", "--votes", "3", "--out", "other"]).await;
    assert_eq!((ran.code, server.asked().len()), (0, 3), "{}", ran.stderr);
}

#[test]
fn lists_and_rules_alone_need_no_server() {
    let workspace = workspace(2);
    workspace.file("list.jsonl", "in/001.txt\n{\"path\": \"in/000.txt\", \"name\": \"first\"}\nin/none.txt\n");
    workspace.file("in/empty.txt", "");
    let ran = workspace.run(&["batch", "--rules-only", "--from", "list.jsonl", "--out", "out"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(names(&records(&workspace, "out")), ["in/001.txt", "first"]);
    let failures = super::lines(&workspace.path().join("out/failures.jsonl"));
    assert_eq!((failures.len(), &failures[0]["name"], &failures[0]["code"]), (1, &json!("in/none.txt"), &json!("not_found")));
    let summary = std::fs::read_to_string(workspace.path().join("out/summary.md")).unwrap();
    assert!(summary.contains("3 inputs, 2 records, read by the rules alone."), "{summary}");

    let mut command = workspace.command(&["batch", "--rules-only", "--from", "-", "--out", "out"]);
    let ran = Ran::from(command.write_stdin("in/000.txt\n").output().unwrap());
    assert_eq!((ran.code, names(&records(&workspace, "out"))), (0, vec!["in/000.txt"]), "{}", ran.stderr);
    let ran = workspace.run(&["batch", "--rules-only", "in", "--out", "all"]);
    assert_eq!((ran.code, records(&workspace, "all").len()), (1, 2), "{}", ran.stderr);
    assert!(ran.stderr.contains("1 unreadable"), "{}", ran.stderr);
}

#[test]
fn what_cannot_begin_says_why() {
    let workspace = workspace(1);
    let cases: [(&[&str], &str); 5] = [
        (&["batch", "--rules-only", "nowhere"], "error: could not read `nowhere`"),
        (&["batch", "--rules-only", "in/*.pdf"], "error: no report is named by `in/*.pdf`"),
        (&["batch", "--rules-only", "in", "--out", "in"], "error: `in` is not empty and holds no run"),
        (&["batch", "--rules-only", "in", "--out", "in/000.txt"], "error: could not create `in/000.txt`"),
        (&["batch", "--replay", "nowhere", "in"], "error: could not read `nowhere/manifest.json`"),
    ];
    for (args, expected) in cases {
        let ran = workspace.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected) && ran.stderr.contains("hint: "), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn what_is_refused_leaves_no_run_and_forgets_none() {
    let workspace = workspace(1);
    std::fs::create_dir(workspace.path().join("empty")).unwrap();
    let known = ["--model", "m", "--base-url", "http://127.0.0.1:9/v1"];
    let cases: [(&[&str], &str); 6] = [
        (&["--model-only"], "error: `--model-only` needs a model"),
        (&["--record", "recorded"], "error: `--record` needs a model"),
        (&["--replay", "empty"], "error: could not read `empty/manifest.json`"),
        (&["--prompts", "empty"], "error: `empty` holds none of"),
        (&[&known[..], &["--votes", "0"]].concat(), "error: invalid value"),
        (&["--model", "m", "--base-url", "https://s.example/v1", "--budget", "1EUR"], "error: "),
    ];
    for (args, expected) in cases {
        let ran = workspace.run(&[&["batch", "in"], args].concat());
        assert!(ran.code == 2 && ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
        assert!(!workspace.path().join("sellside-run").exists(), "{args:?}");
    }
    assert_eq!(workspace.run(&["batch", "in", "--rules-only"]).code, 0);
    let state = || std::fs::read(workspace.path().join("sellside-run/run.sqlite")).unwrap();
    let before = state();
    for (args, expected) in cases {
        let ran = workspace.run(&[&["batch", "in", "--force"], args].concat());
        assert!(ran.code == 2 && ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
        assert_eq!(state(), before, "{args:?}");
    }
}

#[test]
fn a_recording_answers_for_many() {
    let workspace = Workspace::new();
    let (replies, reports) = (repository("examples/replies"), repository("examples/reports"));
    let ran = workspace.run(&["batch", "--replay", replies.to_str().unwrap(), reports.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let records = records(&workspace, "sellside-run");
    assert_eq!(records.len(), 6);
    assert!(records.iter().all(|record| record["run"]["replayed"] == true));
    assert!(ran.stderr.contains("answered from a recording"), "{}", ran.stderr);
}

#[test]
fn a_run_becomes_tables() {
    let workspace = workspace(3);
    let ran = workspace.run(&["batch", "--rules-only", "in", "--out", "out", "--to", "tushare,sqlite", "--excel"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let out = |name: &str| workspace.path().join("out").join(name);
    assert!(std::fs::read_to_string(out("tushare.csv")).unwrap().starts_with("\u{feff}ts_code,name,report_date"));
    assert!(std::fs::read(out("records.sqlite")).unwrap().starts_with(b"SQLite format 3"));
    let ran = workspace.run(&["export", "out", "--to", "csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("3 reports written to out/reports.csv"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(out("reports.csv")).unwrap().lines().count(), 4);
    // A file of records will do, and standard output too.
    let ran = workspace.run(&["export", "out/records.jsonl", "--to", "akshare", "-o", "-"]);
    assert!(ran.stdout.starts_with("序号,股票代码") && ran.stdout.contains("688999"), "{}", ran.stdout);
    let lines = workspace.run(&["export", "out", "--to", "jsonl", "-o", "-"]).stdout;
    assert_eq!(lines, std::fs::read_to_string(out("records.jsonl")).unwrap());
    for args in
        [&["export", "in", "--to", "csv"][..], &["export", "out", "--to", "sqlite", "-o", "-"], &["export", "none.jsonl", "--to", "csv"]]
    {
        let ran = workspace.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
    }
    python_reads(&out("reports.csv"), &out("records.sqlite"));
}

/// Python's own readers see what ours do, where there is a Python.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn python_reads(table: &std::path::Path, database: &std::path::Path) {
    let script = "import csv, sqlite3, sys\n\
        rows = list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')))\n\
        count = sqlite3.connect(sys.argv[2]).execute('SELECT COUNT(*) FROM ratings').fetchone()[0]\n\
        print(len(rows), rows[0]['symbol'], count)";
    match std::process::Command::new("python3").args(["-c", script]).arg(table).arg(database).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(said.trim(), "3 688999.SH 3", "{}", String::from_utf8_lossy(&output.stderr));
        }
        Err(error) => println!("skipped: no `python3` to read the tables with ({error})"),
    }
}
