//! Deciding with the keyboard, and what becomes of decisions.

use serde_json::{Value, json};

use super::browser::Browser;
use super::{EXAMPLES, examples, records};
use crate::support::workspace::Workspace;

const ESCAPE: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";

/// Types the reviewer's name into the question that is asked once.
fn introduce(browser: &Browser, name: &str) {
    browser.wait("the name is asked for", "return document.getElementById('ask').open");
    browser.give("#ask-name", name);
    browser.press(ENTER);
    browser.wait("the name is taken", "return !document.getElementById('ask').open");
}

fn opened(browser: &Browser, name: &str) {
    let script = format!("return document.querySelector('#record .heading p').textContent.includes('{name}')");
    browser.wait(name, &script);
}

fn chosen(browser: &Browser) -> Value {
    browser.script("return document.querySelector('#record .chosen')?.dataset.pointer ?? null")
}

fn exported(browser: &Browser) -> Vec<String> {
    browser.press("s");
    browser.downloaded("decisions.jsonl").lines().map(str::to_owned).collect()
}

/// A line without the time, which must be one.
fn timeless(line: &str) -> String {
    let decision: Value = serde_json::from_str(line).unwrap();
    let at = decision["at"].as_str().unwrap();
    at.parse::<jiff::Timestamp>().unwrap();
    assert!(at.len() == 20 && at.ends_with('Z'), "{at}");
    line.replace(at, "TIME")
}

#[test]
fn conflicts_are_decided_with_the_keyboard_alone() {
    let page = examples("en");
    let records = records(&EXAMPLES);
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    // Conflicts first, then what is to be looked at, worst first.
    let mut order = vec![chosen(&browser)];
    for key in ["j", "n"] {
        browser.press(key);
        order.push(chosen(&browser));
    }
    assert_eq!(order, ["/target_price/method", "/ratings/0/label", "/authors"].map(Value::from));
    browser.press("j");
    assert_eq!(chosen(&browser), "/authors", "behind the last is nothing");
    browser.press("kpk");
    assert_eq!(chosen(&browser), "/target_price/method");
    // Edited: typed behind what is there.
    browser.press("e");
    browser.press("26.2倍");
    browser.press(ENTER);
    introduce(&browser, "林复核");

    browser.press("]");
    opened(&browser, "03-company");
    browser.press("m");
    browser.press("jr");
    // Then noted.
    browser.press("c");
    browser.press("in the \"header\"");
    browser.script("document.querySelector('form.editing button.first').click()");
    assert_eq!(browser.text("#progress"), "3 of 8 decided");
    browser.picture("decided-en-light");

    browser.press("]");
    opened(&browser, "04-morning");
    // Edited by choice: a word outside the list cannot be given.
    browser.press("e");
    browser.press("str");
    browser.press(ENTER);
    browser.press("]");
    opened(&browser, "01-media");
    browser.press("x");
    browser.press("jo");

    let line = |record: usize, pointer: &str, action: &str, value: &str, was: &str, note: &str| {
        let [name, text] = [&records[record]["source"]["name"], &records[record]["text_id"]];
        format!(
            "{{\"schema\":\"sellside.decision/1\",\"document\":{name},\"text_id\":{text},\"pointer\":\"{pointer}\",\"action\":\"{action}\",\
             \"value\":{value},\"was\":{was},\"by\":\"林复核\",\"at\":\"TIME\",\"note\":{note}}}"
        )
    };
    let mut expected = vec![
        line(0, "/product/publish_date", "missing", "null", "\"2025-11-11\"", "null"),
        line(0, "/ratings/0/label", "keep", "\"增持\"", "\"增持\"", "null"),
        line(2, "/subject/industry", "model", "\"建筑给排水\"", "\"建筑材料\"", "null"),
        line(2, "/ratings/0/label", "rules", "\"卖出\"", "\"卖出\"", "\"in the \\\"header\\\"\""),
        line(3, "/product/category", "edit", "\"strategy\"", "\"morning_note\"", "null"),
        line(5, "/target_price/method", "edit", "\"Wind26.2倍\"", "\"Wind\"", "null"),
    ];
    let lines: Vec<String> = exported(&browser).iter().map(|line| timeless(line)).collect();
    assert_eq!(lines, expected);

    // Loaded again, the page has them still, and the name.
    browser.reload();
    assert_eq!(browser.text("#progress"), "6 of 8 decided");
    assert_eq!(browser.text("#reviewer"), "Reviewer: 林复核");
    let lines: Vec<String> = exported(&browser).iter().map(|line| timeless(line)).collect();
    assert_eq!(lines, expected);

    // What is undone is not written out.
    browser.press("]");
    opened(&browser, "03-company");
    browser.press("u");
    expected.remove(2);
    let lines: Vec<String> = exported(&browser).iter().map(|line| timeless(line)).collect();
    assert_eq!(lines, expected);
    assert_eq!(browser.console(), json!([]));
}

#[test]
fn decisions_come_in_again_and_foreign_ones_do_not() {
    let page = examples("en");
    let records = records(&EXAMPLES);
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    let decision = |name: &Value, text: &Value, at: &str, value: &str| {
        json!({ "schema": "sellside.decision/1", "document": name, "text_id": text, "pointer": "/product/category", "action": "edit",
                "value": value, "was": "morning_note", "by": "someone", "at": at, "note": null })
        .to_string()
    };
    let [name, text] = [&records[3]["source"]["name"], &records[3]["text_id"]];
    let lines = [
        decision(name, text, "2026-11-30T08:00:00Z", "macro"),
        // Later by its letters, earlier by the clock.
        decision(name, text, "2026-11-30T09:00:00+08:00", "strategy"),
        decision(name, &json!("b3:other"), "2026-11-30T08:00:00Z", "macro"),
        decision(&json!("other.txt"), text, "2026-11-30T08:00:00Z", "macro"),
        decision(name, text, "yesterday", "macro"),
        "{\"schema\":\"sellside.decision/1\"}".to_owned(),
        "no JSON".to_owned(),
    ];
    let workspace = Workspace::new();
    let file = workspace.file("given.jsonl", lines.join("\n"));
    browser.give("#file", &file.to_string_lossy());
    browser.wait("the file is taken", "return document.getElementById('saying').textContent.includes('imported')");
    assert_eq!(browser.text("#saying"), "1 imported; 2 belong to other reports or texts, 3 lines unreadable, 1 older than what is here");
    assert_eq!(exported(&browser), lines[..1]);
    assert_eq!(browser.text("#progress"), "1 of 8 decided");
}

#[test]
fn items_of_lists_are_added_removed_and_taken_from_a_reader() {
    let page = examples("en");
    let records = records(&EXAMPLES);
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    browser.script(
        "[...document.querySelectorAll('#reports button')].find((row) => row.querySelector('.title').title.startsWith('01-')).click()",
    );
    opened(&browser, "01-media");
    let click = |pointer: &str, part: &str| {
        let script = "[...document.querySelectorAll('#record .line-node')].find((node) => node.dataset.pointer === arguments[0]).querySelector(arguments[1]).click()";
        browser.script_with(script, &json!([pointer, part]));
    };
    // A mention is removed: null.
    click("/mentions/1", ".head");
    browser.press("x");
    introduce(&browser, "r");
    // A disclosure that is not there stays in its list.
    click("/disclosures/2", ".head");
    browser.press("x");
    // A risk is added, from words that are selected in the text.
    let select = "const mark = [...document.querySelectorAll('#text mark')].find((mark) => mark.textContent.includes('买量价格'));
                  getSelection().selectAllChildren(mark)";
    browser.script(select);
    browser.script("document.querySelector('#part-risks .add').click()");
    browser.script("document.querySelector('form.editing').requestSubmit()");
    // A mention is edited member by member: a number that is none is refused.
    browser.script("getSelection().removeAllRanges()");
    click("/mentions/0", ".head");
    browser.press("e");
    browser.script("const input = [...document.querySelectorAll('form.editing label')].find((label) => label.textContent.includes('target low')).querySelector('input');
                    input.value = 'twelve'; document.querySelector('form.editing').requestSubmit()");
    assert!(browser.text("form.editing .wrong").contains("A number"));
    browser.script("const input = [...document.querySelectorAll('form.editing label')].find((label) => label.textContent.includes('target low')).querySelector('input');
                    input.value = '1,234.50'; document.querySelector('form.editing').requestSubmit()");
    browser.press(ESCAPE);

    let lines: Vec<Value> = exported(&browser).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<(&str, &str, &Value, &Value)> = lines
        .iter()
        .map(|line| (line["pointer"].as_str().unwrap(), line["action"].as_str().unwrap(), &line["value"], &line["was"]))
        .collect();
    let record = &records[0];
    let mut edited = record["mentions"][0].clone();
    edited["target_low"] = json!(1234.5);
    let absent = json!({ "id": "research_report_marking", "present": false, "polarity": null, "specific": null });
    let risk = json!("买量价格在大促之后反弹");
    assert_eq!(
        found,
        [
            ("/mentions/1", "missing", &Value::Null, &record["mentions"][1]),
            ("/disclosures/2", "missing", &absent, &record["disclosures"][2]),
            ("/risks/-", "edit", &risk, &Value::Null),
            ("/mentions/0", "edit", &edited, &record["mentions"][0]),
        ]
    );
    assert_eq!(browser.console(), json!([]));
}

#[test]
fn an_item_the_model_alone_gave_is_taken_after_all() {
    let (workspace, page) = super::scripted(crate::model::REPORT, |draft| {
        draft["risks"].as_array_mut().unwrap().push(json!({ "text": "汇率波动风险", "at": 10 }));
    });
    let record = &records(&workspace.path().join("run"))[0];
    // It stands nowhere in the text, so that it was not taken.
    let risk = &record["provenance"]["/risks"]["rejected"][0]["value"];
    assert_eq!(risk, &json!("汇率波动风险"));
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    browser.script(
        "[...document.querySelectorAll('#record .line-node')].find((node) => node.dataset.pointer === '/risks').querySelector('.head').click()",
    );
    browser.press("m");
    introduce(&browser, "r");
    browser.press(ESCAPE);
    let lines: Vec<Value> = exported(&browser).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&line["pointer"], &line["action"], &line["value"]), (&json!("/risks/-"), &json!("model"), risk));
    assert_eq!(browser.console(), json!([]));
}

#[test]
fn two_tabs_decide_about_one_report_and_neither_loses_anything() {
    let page = examples("en");
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    let (second, first) = browser.tab();
    browser.open(&page);
    let progress = |text: &str| browser.wait(text, &format!("return document.querySelector('#progress').textContent === '{text}'"));
    let pointers = || {
        let line = |line: &String| serde_json::from_str::<Value>(line).unwrap()["pointer"].as_str().unwrap().to_owned();
        exported(&browser).iter().map(line).collect::<Vec<_>>()
    };
    // Both show the same report; the one decides its first value, the other its second.
    browser.press("r");
    introduce(&browser, "二");
    progress("1 of 8 decided");
    browser.go_to(&first);
    progress("1 of 8 decided");
    browser.wait("its card says so", "return document.querySelector('#record .card .chip.good') !== null");
    browser.press("j");
    browser.press("r");
    introduce(&browser, "一");
    progress("2 of 8 decided");
    let both = ["/target_price/method", "/ratings/0/label"];
    assert_eq!(pointers(), both);
    browser.go_to(&second);
    progress("2 of 8 decided");
    assert_eq!(pointers(), both);
    // What is taken back in one is taken back in the other, and what is typed there stays.
    browser.press("j");
    browser.press("c");
    browser.press("half a no");
    browser.go_to(&first);
    browser.press("u");
    progress("1 of 8 decided");
    browser.go_to(&second);
    progress("1 of 8 decided");
    assert_eq!(browser.script("return document.querySelector('form.editing textarea').value"), "half a no");
    browser.reload();
    assert_eq!(pointers(), both[..1]);
    assert_eq!(browser.console(), json!([]));
}

#[test]
fn without_storage_the_page_works_and_says_so() {
    let page = examples("en");
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    assert_eq!(browser.script("return document.getElementById('no-storage').hidden"), json!(true));
    // As where a browser denies it to files; the page itself is the same but for where it looks.
    let html = std::fs::read_to_string(&page).unwrap().replace("localStorage", "deniedPlace");
    let hash = |html: &str| {
        let script = html.split("<script>").nth(1).unwrap().split("</script>").next().unwrap().to_owned();
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, script.as_bytes()))
    };
    let html = html.replace(&hash(&std::fs::read_to_string(&page).unwrap()), &hash(&html));
    let workspace = Workspace::new();
    let denied = workspace.file("denied.html", html);
    browser.open(&denied);
    assert_eq!(browser.script("return document.getElementById('no-storage').hidden"), json!(false));
    browser.press("r");
    introduce(&browser, "r");
    assert_eq!(browser.text("#progress"), "1 of 8 decided");
    assert_eq!(exported(&browser).len(), 1);
    assert_eq!(browser.console(), json!([]));
}
