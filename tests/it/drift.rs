//! Generated files that are checked in: schemas and the command line's help. `SELLSIDE_UPDATE=1` writes them anew.

use std::fmt::Write as _;
use std::path::Path;

use assert_cmd::Command;

fn sellside(args: &[&str]) -> String {
    let output = Command::cargo_bin("sellside").unwrap().env("COLUMNS", "100").args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn assert_file(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("SELLSIDE_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, expected).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "`{name}` differs from what the program prints: run `make schemas`");
}

#[test]
fn schemas_are_current() {
    for name in ["draft", "record", "config"] {
        assert_file(&format!("schemas/{name}.schema.json"), &sellside(&["schema", name]));
    }
}

#[test]
fn the_help_is_current() {
    let mut text = String::from("# Command line\n\nWhat `--help` prints; generated, see `tests/it/drift.rs`.\n");
    for command in ["", "extract", "batch", "export", "compare", "review", "cache", "check", "validate", "schema", "doctor", "completions"]
    {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|arg| !arg.is_empty()).collect();
        let title = ["sellside", command].join(" ");
        write!(text, "\n## {}\n\n```text\n{}```\n", title.trim(), sellside(&args)).unwrap();
    }
    assert_file("docs/cli.md", &text);
}
