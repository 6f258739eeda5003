//! A report that attacks its reader is text, and nothing leaves the page.

use serde_json::json;

use super::browser::Browser;
use super::page;
use crate::support::workspace::{Workspace, repository};

/// What would tell that something of a report ran.
const ATTACKS: &str = "<script>window.ran = 1</script>\n<img src=x onerror=\"window.ran = 2\">\n<svg onload=\"window.ran = 3\">\n\
                       <iframe srcdoc=\"<script>parent.ran = 4</script>\"></iframe>\n<style>body { display: none }</style>\n\
                       <link rel=stylesheet href=\"http://127.0.0.1:9/x.css\">\n<meta http-equiv=refresh content=\"0;url=http://127.0.0.1:9/\">\n\
                       </script></textarea><!-- ${window.ran = 5} {{7*7}} javascript:window.ran=6\u{2028}\u{202e}";

#[test]
fn a_report_that_attacks_is_text_and_nothing_leaves_the_page() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path().join("in")).unwrap();
    std::fs::copy(repository("examples/reports/06-hostile.md"), workspace.path().join("in/hostile.md")).unwrap();
    let title = "</script><img src=x onerror=\"window.ran=7\">阀门行业深度";
    let report = crate::model::REPORT
        .replace("临河科技（688999.SH）深度报告", &format!("{title}\n临河科技（688999.SH）深度报告"))
        .replace("方某某", "方<b>某</b>某");
    workspace.file("in/'\"><img src=x onerror=window.ran=8>.txt", format!("{report}\n{ATTACKS}\n"));
    let ran = workspace.run(&["batch", "in", "--rules-only", "--out", "run", "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (_workspace, page) = page(workspace, "en");
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    browser.script(
        "window.violations = []; document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective))",
    );
    for row in 0..2 {
        browser.script_with("document.querySelectorAll('#reports button')[arguments[0]].click()", &json!([row]));
        browser.wait("the report", &format!("return document.querySelectorAll('#reports button')[{row}].ariaCurrent === 'true'"));
        // Every value opened, every form, every way the words of a report can take.
        browser.script("for (const head of document.querySelectorAll('#record .line-node .head')) { head.click(); }");
        browser.press("jek\u{e00c}");
        browser.picture(&format!("hostile-{row}"));
    }
    let text = browser.script("return document.getElementById('text').textContent");
    assert!(text.as_str().unwrap().contains(ATTACKS), "{text}");
    // An element that became text by mistake would show as this.
    assert!(!browser.script("return document.body.textContent").as_str().unwrap().contains("[object"));
    let elements = browser
        .script("return document.querySelectorAll('#text :not(div, mark, span), #record img, #reports img, svg, iframe, link').length");
    assert_eq!(elements, json!(0));
    assert_eq!(
        browser.script("return [window.ran ?? null, violations, performance.getEntriesByType('resource').length]"),
        json!([null, [], 0])
    );
    // The policy holds: what the page itself does not do, nobody in it can.
    browser.script("const made = document.createElement('script'); made.textContent = 'window.ran = 9'; document.body.append(made)");
    browser.script("fetch('http://127.0.0.1:9/').catch(() => {}); new Image().src = 'http://127.0.0.1:9/x.png'");
    browser.wait("the policy stops it", "return violations.length >= 3");
    assert_eq!(browser.script("return window.ran ?? null"), json!(null));
    let page = format!("file://{}", page.display());
    let left: Vec<String> =
        browser.requests().into_iter().filter(|address| *address != page && !address.starts_with("http://127.0.0.1:9/")).collect();
    assert_eq!(left, Vec::<String>::new(), "asked for by the page");
}

#[test]
fn characters_that_turn_text_are_shown_and_turn_nothing() {
    let workspace = Workspace::new();
    workspace.file("a.txt", crate::model::REPORT.replace("增持（维持）", "增持（维持）\u{202e}12.50\u{202c} 后面的字"));
    let ran = workspace.run(&["batch", "a.txt", "--rules-only", "--out", "run", "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (_workspace, page) = page(workspace, "en");
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    let shown = browser.script("return [...document.querySelectorAll('#text .unseen')].map((node) => node.dataset.number)");
    assert_eq!(shown, json!(["U+202E", "U+202C"]));
    // Each character stands right of the one before.
    let places = "const line = [...document.querySelectorAll('#text .line')].find((line) => line.textContent.includes('12.50'));
                  const node = [...line.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.includes('12.50'));
                  return [...node.data].map((_, at) => { const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + 1); return range.getBoundingClientRect().left; })";
    let places: Vec<f64> = serde_json::from_value(browser.script(places)).unwrap();
    assert!(places.is_sorted(), "{places:?}");
}
