//! What the page is made of, without a browser.

use std::cell::Cell;
use std::io::{self, Read as _, Write};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use sellside::document::Document;
use sellside::pipeline::Extractor;
use sellside::review::{Language, Page, Report, Settings};
use serde_json::Value;

use super::{EXAMPLES, examples, page, records};
use crate::support::workspace::Workspace;

/// What stands between two marks, the first time.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.split_once(start).unwrap_or_else(|| panic!("`{start}` is not there")).1;
    from.split_once(end).unwrap_or_else(|| panic!("`{end}` is not there")).0
}

fn block(page: &str, number: usize) -> Value {
    let packed = between(page, &format!("<script type=\"text/plain\" id=\"report-{number}\">"), "</script>");
    let mut text = String::new();
    DeflateDecoder::new(&STANDARD.decode(packed).unwrap()[..]).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn embedded(page: &str, id: &str) -> Value {
    serde_json::from_str(between(page, &format!("<script type=\"application/json\" id=\"{id}\">"), "</script>")).unwrap()
}

fn settings() -> Settings {
    Settings { run: "b3:0".to_owned(), language: Language::Auto }
}

/// The page of one report by the rules.
async fn page_of(name: &str, text: &str) -> String {
    let document = Document::from_bytes(name, text.as_bytes()).unwrap();
    let record = Extractor::rules().unwrap().extract(&document).await.unwrap().record;
    let mut page = Page::begin(Vec::new(), settings()).unwrap();
    page.add(&Report { document: &document, record: &record, rules: None, model: None }).unwrap();
    String::from_utf8(page.finish().unwrap().0).unwrap()
}

#[test]
fn a_page_holds_each_report_and_needs_nothing_else() {
    let html = std::fs::read_to_string(examples("zh")).unwrap();
    let records = records(&EXAMPLES);
    assert_eq!(html.matches("<script").count(), records.len() + 4);
    for (number, record) in records.iter().enumerate() {
        let block = block(&html, number);
        let mut bare = record.clone();
        let members = bare.as_object_mut().unwrap();
        let provenance = members.remove("provenance").unwrap();
        let review = members.remove("review").unwrap();
        assert_eq!((&block["record"], &block["review"]), (&bare, &review));
        let text: Vec<char> = block["text"].as_str().unwrap().chars().collect();
        for (pointer, origin) in provenance.as_object().unwrap() {
            let places = origin["evidence"].as_array().unwrap();
            for (at, place) in places.iter().enumerate() {
                let shown = &block["provenance"][pointer]["evidence"][at];
                assert_eq!((&shown["start"], &shown["by"]), (&place["start"], &place["by"]));
                let [start, end] = ["start", "end"].map(|end| usize::try_from(shown[end].as_u64().unwrap()).unwrap());
                let there: String = text[start..end].iter().collect();
                assert_eq!(shown["quote"].as_str().unwrap_or(&there), place["quote"].as_str().unwrap(), "{pointer}");
            }
        }
    }
    // A value that was not taken has the place its reader gave, though the record keeps its words only.
    let downgrade = block(&html, 2);
    let industry = &downgrade["provenance"]["/subject/industry"]["rejected"][0];
    assert_eq!((&industry["value"], industry["start"].is_u64()), (&Value::from("建筑给排水"), true), "{industry}");
    // Nothing is loaded: the words of reports are packed, so no address can stand in the open.
    for forbidden in ["http:", "https:", " src=", "@import", "url(", "eval(", "innerHTML"] {
        assert!(!html.contains(forbidden), "the page has `{forbidden}`");
    }
    assert_eq!(embedded(&html, "told")["language"], "zh");
}

#[test]
fn the_policy_names_the_page_s_own_script_and_style_and_nothing_else() {
    let html = std::fs::read_to_string(examples("auto")).unwrap();
    let hash = |source: &str| format!("'sha256-{}'", STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, source.as_bytes())));
    let script = between(&html, "<script>", "</script>");
    let style = between(&html, "<style>", "</style>");
    let policy = between(&html, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let expected =
        format!("default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'", hash(script), hash(style));
    assert_eq!(policy, expected);
    assert_eq!(html.matches("<style").count(), 1);
    assert!(!html.contains(" style=") && !html.contains(" onclick="), "an attribute the policy forbids");
}

#[tokio::test]
async fn words_of_reports_cannot_leave_their_element() {
    let hostile = "</script><script>window.ran=1</script><!--\u{2028}";
    let text = format!("望江证券\n证券研究报告\n{hostile}深度报告\n投资评级：增持（维持）\n日期：2025年03月04日\n");
    let html = page_of(&format!("{hostile}.txt"), &text).await;
    assert!(!html.contains("window.ran") || !html.contains("<script>window.ran"), "the name closes its element");
    assert_eq!(html.matches("<script").count(), 5);
    assert_eq!(html.matches("<!--").count(), 0);
    assert!(!html.contains('\u{2028}'));
    assert_eq!(embedded(&html, "index")[0]["name"], format!("{hostile}.txt"));
    assert_eq!(block(&html, 0)["text"], text);
}

/// Counts what passes.
#[derive(Clone, Default)]
struct Counter(Rc<Cell<usize>>);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_report_is_written_before_the_next_is_asked_for() {
    let text = "望江证券\n证券研究报告\n日期：2025年03月04日\n".repeat(50);
    let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
    let record = Extractor::rules().unwrap().extract(&document).await.unwrap().record;
    let report = Report { document: &document, record: &record, rules: None, model: None };
    let counter = Counter::default();
    let mut page = Page::begin(counter.clone(), settings()).unwrap();
    let mut before = counter.0.get();
    for _ in 0..3 {
        page.add(&report).unwrap();
        assert!(counter.0.get() > before + 500, "only {} bytes were written", counter.0.get() - before);
        before = counter.0.get();
    }
    assert_eq!(page.finish().unwrap().1.reports, 3);
}

#[test]
fn a_run_by_the_rules_has_its_page_and_keeps_its_identity() {
    let workspace = Workspace::new();
    workspace.file("a.txt", crate::model::REPORT);
    workspace.file("b.bin", [0, 1, 2, 3]);
    let ran = workspace.run(&["batch", "a.txt", "b.bin", "--rules-only", "--out", "run", "--quiet"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let (workspace, path) = page(workspace, "en");
    let first = embedded(&std::fs::read_to_string(&path).unwrap(), "told");
    let ran = workspace.run(&["review", "run", "--output", "elsewhere.html", "--only", "all"]);
    assert!(ran.stderr.contains("1 reports written to `elsewhere.html`") && ran.stderr.contains("1 have no record"), "{}", ran.stderr);
    assert!(ran.stderr.contains("next: open it in a browser"), "{}", ran.stderr);
    let html = std::fs::read_to_string(workspace.path().join("elsewhere.html")).unwrap();
    assert_eq!(embedded(&html, "told")["run"], first["run"]);
    assert!(block(&html, 0)["provenance"]["/product/publish_date"]["evidence"][0]["by"] == "rules");
    // Begun anew it is another run: old decisions must not meet new records.
    let ran = workspace.run(&["batch", "a.txt", "--rules-only", "--out", "run", "--quiet", "--force"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (_workspace, path) = page(workspace, "en");
    assert_ne!(embedded(&std::fs::read_to_string(path).unwrap(), "told")["run"], first["run"]);
}

#[test]
fn only_what_is_asked_for_stands_in_a_page() {
    let workspace = Workspace::new();
    let run = EXAMPLES.to_string_lossy();
    for (only, names) in [
        ("conflicts", vec!["03-company-downgrade.gb18030.txt", "04-morning-note.txt", "06-hostile.md"]),
        ("review", vec!["01-media-weekly.md", "03-company-downgrade.gb18030.txt", "04-morning-note.txt", "06-hostile.md"]),
    ] {
        let ran = workspace.run(&["review", &run, "--only", only, "--output", "some.html"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let index = embedded(&std::fs::read_to_string(workspace.path().join("some.html")).unwrap(), "index");
        let found: Vec<&str> = index.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{only}");
    }
}

#[test]
fn what_is_no_run_is_refused() {
    let workspace = Workspace::new();
    let ran = workspace.run(&["review", "nowhere"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("hint: "), "{}", ran.stderr);
    workspace.file("a.txt", crate::model::REPORT);
    assert_eq!(workspace.run(&["batch", "a.txt", "--rules-only", "--out", "run", "--quiet"]).code, 0);
    let ran = workspace.run(&["review", "run", "--output", "no/such/folder.html"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("could not write `no/such/folder.html`"), "{}", ran.stderr);
}
