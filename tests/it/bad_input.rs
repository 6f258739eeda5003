//! What is no report, and settings that cannot be: a clear message and the right exit code, never a panic.

use crate::support::workspace::Workspace;

/// Runs `extract` on a file of these bytes and returns exit code and stderr.
fn extract(name: &str, bytes: &[u8]) -> (i32, String) {
    let workspace = Workspace::new();
    workspace.file(name, bytes);
    let ran = workspace.run(&["extract", name]);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    if ran.code != 0 {
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
    (ran.code, ran.stderr)
}

#[test]
fn content_that_is_no_text_exits_with_1_and_says_why() {
    for (bytes, why) in [
        (b"".to_vec(), "the file holds no text"),
        (b" \n\t\n ".to_vec(), "the file holds no text"),
        (b"%PDF-1.7\n...".to_vec(), "the PDF is damaged"),
        (b"{\\rtf1 ...".to_vec(), "this is an RTF document, not text"),
        (b"PK\x03\x04....".to_vec(), "the ZIP archive is damaged"),
        ((0u8..=255).cycle().take(5000).collect(), "the file is binary"),
        (vec![b'a'; 50 * 1024 * 1024], "more than the 16777216 that are read"),
    ] {
        let (code, stderr) = extract("report.txt", &bytes);
        assert_eq!(code, 1, "{stderr}");
        assert!(stderr.contains("could not make text of `report.txt`") && stderr.contains(why), "{stderr}");
    }
}

#[test]
fn a_long_line_and_damaged_utf8_are_read() {
    let line = "公司营业收入同比增长，".repeat(40_000);
    let (code, stderr) = extract("line.txt", line.as_bytes());
    assert_eq!(code, 0, "{stderr}");
    let mut damaged = "望江证券研究报告，评级：买入（维持）。".repeat(50).into_bytes();
    damaged[601] = 0xff;
    let (code, stderr) = extract("damaged.txt", &damaged);
    assert_eq!(code, 0, "{stderr}");
}

#[test]
fn paths_that_cannot_be_opened_exit_with_2() {
    let workspace = Workspace::new();
    let missing = workspace.run(&["extract", "missing.txt"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("could not read `missing.txt`") && missing.stderr.contains("caused by: "), "{}", missing.stderr);
    let folder = workspace.run(&["extract", "."]);
    assert_eq!(folder.code, 2);
    assert!(folder.stderr.contains("is a directory") && folder.stderr.contains("hint: "), "{}", folder.stderr);
}

#[test]
fn settings_that_cannot_be_exit_with_2() {
    let workspace = Workspace::new();
    workspace.file("report.txt", "望江证券");
    workspace.file("bad.toml", "[provider.a]\nurl = 1\n");
    workspace.file("good.toml", "[provider.a]\nbase_url = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\napi_key_env = \"NO_SUCH_VARIABLE\"\n");
    for (args, why) in [
        (vec!["--config", "bad.toml"], "could not use settings at `bad.toml`"),
        (vec!["--config", "none.toml"], "could not read settings at `none.toml`"),
        (vec!["--config", "good.toml"], "`NO_SUCH_VARIABLE` is not set"),
        (vec!["--config", "good.toml", "--provider", "b"], "there is no `[provider.b]` table"),
        (vec!["--rules-only", "--model", "m"], "cannot be used with"),
        (vec!["--model-only"], "needs a model"),
        (vec!["--base-url", "http://127.0.0.1:9/v1"], "a server is named, but no model"),
        (vec!["--model", "m", "--base-url", "not a url"], "is not a base URL"),
        (vec!["--model", "m", "--base-url", "https://api.example.com/v1", "--offline"], "is not on this machine"),
        (vec!["--record", "tapes"], "`--record` needs a model"),
        (vec!["--replay", "nowhere"], "could not read `nowhere/manifest.json`"),
        (vec!["--prompts", "nowhere"], "holds none of"),
        (vec!["--grade", "best", "--model", "m"], "is not a grade"),
    ] {
        let ran = workspace.run(&[&["extract", "report.txt"], args.as_slice()].concat());
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(why), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn rules_and_dry_runs_need_no_key() {
    let workspace = Workspace::new();
    workspace.file("report.txt", "望江证券\n增持（维持）\n");
    workspace
        .file("sellside.toml", "[provider.a]\nbase_url = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\napi_key_env = \"NO_SUCH_VARIABLE\"\n");
    for args in [vec!["extract", "report.txt", "--rules-only"], vec!["extract", "report.txt", "--dry-run"], vec!["doctor", "--no-probe"]] {
        let ran = workspace.run(&args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
    }
    let small = workspace.run(&["extract", "report.txt", "--dry-run", "--context-tokens", "100"]);
    assert_eq!(small.code, 2);
    assert!(small.stderr.contains("has no room for the report"), "{}", small.stderr);
}

#[test]
fn standard_input_is_a_report_too() {
    let workspace = Workspace::new();
    let output = workspace.command(&["extract", "-"]).write_stdin("望江证券\n增持（维持）\n").output().unwrap();
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(record["source"]["name"], "-");
    assert!(String::from_utf8_lossy(&output.stderr).contains("no model is configured"));
}

#[test]
fn records_are_validated_with_pointers() {
    let workspace = Workspace::new();
    workspace.file("report.txt", "望江证券\n增持（维持）\n");
    let record = workspace.run(&["extract", "--rules-only", "report.txt"]);
    workspace.file("good.json", &record.stdout);
    let mut bad = record.json();
    bad["ratings"] = serde_json::json!([{ "label": 7 }]);
    bad["extra"] = serde_json::json!(1);
    let good = record.json();
    workspace.file("both.jsonl", format!("{good}\n{bad}\n"));
    assert_eq!(workspace.run(&["validate", "good.json"]).code, 0);
    let ran = workspace.run(&["validate", "both.jsonl"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("both.jsonl:2: /ratings/0"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("both.jsonl:1"), "{}", ran.stdout);
    assert!(ran.stderr.contains("2 records: 1 valid, 1 invalid"), "{}", ran.stderr);
    workspace.file("text.json", "not json");
    assert_eq!(workspace.run(&["validate", "text.json"]).code, 1);
    assert_eq!(workspace.run(&["validate", "missing.json"]).code, 2);
}
