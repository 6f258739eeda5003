//! Reports that come in mails and archives, and in other forms than text.

use serde_json::{Value, json};

use sellside::batch::{run_names, stored_views};
use sellside::store::RunStore;

use super::{lines, names, records, text};
use crate::documents::fixture;
use crate::documents::forms::zip;
use crate::support::workspace::Workspace;

fn counts(workspace: &Workspace) -> Value {
    let text = std::fs::read_to_string(workspace.path().join("sellside-run/run.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["counts"].clone()
}

#[test]
fn an_archive_gives_a_record_for_each_of_its_reports() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path().join("in")).unwrap();
    let [one, two, three, nine] = [1, 2, 3, 9].map(text);
    let inner = zip(&[("c.txt", three.as_bytes())]);
    let entries: [(&str, &[u8]); 4] =
        [("a.txt", one.as_bytes()), ("b/b.md", two.as_bytes()), ("chart.png", b"\x89PNG"), ("deep.zip", &inner)];
    std::fs::write(workspace.path().join("in/week.zip"), zip(&entries)).unwrap();
    std::fs::write(workspace.path().join("in/damaged.zip"), b"PK\x03\x04 and no more").unwrap();
    workspace.file("in/z.txt", text(4));

    let ran = workspace.run(&["batch", "in", "--rules-only"]);
    assert_eq!(ran.code, 1, "one is damaged: {}", ran.stderr);
    let first = records(&workspace, "sellside-run");
    assert_eq!(names(&first), ["week.zip#a.txt", "week.zip#b/b.md", "week.zip#deep.zip#c.txt", "z.txt"]);
    assert_eq!(first[1]["source"]["media_type"], "text/markdown");
    let failures = lines(&workspace.path().join("sellside-run/failures.jsonl"));
    assert_eq!(failures.len(), 1);
    assert_eq!(
        (&failures[0]["name"], &failures[0]["stage"], &failures[0]["code"]),
        (&json!("damaged.zip"), &json!("read"), &json!("damaged"))
    );

    let ran = workspace.run(&["batch", "in", "--rules-only"]);
    assert_eq!((ran.code, &counts(&workspace)["found"]), (1, &json!(5)), "nothing is read again: {}", ran.stderr);
    assert_eq!(records(&workspace, "sellside-run"), first);

    // Another content of one report in the archive: that one is read again.
    let entries: [(&str, &[u8]); 2] = [("a.txt", one.as_bytes()), ("b/b.md", nine.as_bytes())];
    std::fs::write(workspace.path().join("in/week.zip"), zip(&entries)).unwrap();
    workspace.run(&["batch", "in", "--rules-only"]);
    assert_eq!((&counts(&workspace)["found"], &counts(&workspace)["read"]), (&json!(3), &json!(1)));
}

#[test]
fn an_archive_with_another_ending_is_read_where_it_holds_one_report() {
    let workspace = Workspace::new();
    std::fs::write(workspace.path().join("one.bin"), zip(&[("a.txt", text(1).as_bytes())])).unwrap();
    std::fs::write(workspace.path().join("two.bin"), zip(&[("a.txt", text(1).as_bytes()), ("b.txt", text(2).as_bytes())])).unwrap();
    for found in [0, 1] {
        let ran = workspace.run(&["batch", "one.bin", "two.bin", "--rules-only"]);
        assert_eq!((ran.code, &counts(&workspace)["found"]), (1, &json!(found)), "{}", ran.stderr);
        assert_eq!(names(&records(&workspace, "sellside-run")), ["one.bin"]);
        let failures = lines(&workspace.path().join("sellside-run/failures.jsonl"));
        assert_eq!((&failures[0]["name"], &failures[0]["code"]), (&json!("two.bin"), &json!("several")));
    }
}

#[test]
fn what_is_kept_of_a_pdf_gives_the_same_pages() {
    let workspace = Workspace::new();
    std::fs::copy(fixture("subset.pdf"), workspace.path().join("a.pdf")).unwrap();
    let ran = workspace.run(&["batch", "a.pdf", "--rules-only"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let record = records(&workspace, "sellside-run").remove(0);
    assert_eq!(record["source"]["media_type"], "application/pdf");
    let run = RunStore::open(&workspace.path().join("sellside-run")).unwrap();
    let name = run_names(&run).unwrap().remove(0);
    let stored = stored_views(&run, &name).unwrap().unwrap();
    assert_eq!(stored.document.origin.media_type, "application/pdf");
    assert_eq!(json!(stored.document.origin.pages), record["source"]["pages"]);
    let rules = serde_json::to_value(&stored.views.rules).unwrap();
    assert!(rules.to_string().contains("\"page\":"), "places have pages");
    assert_eq!(rules["source"], record["source"]);
    assert_eq!(rules["ratings"], record["ratings"]);
}
