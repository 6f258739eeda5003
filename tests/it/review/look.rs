//! What a person sees: the list, the text with its marks, the record, in two languages, light and dark.

use serde_json::{Value, json};

use super::browser::Browser;
use super::{examples, records, wide, wide_text};

fn shown(browser: &Browser) -> Vec<String> {
    let titles = browser.script("return [...document.querySelectorAll('#reports .title')].map((title) => title.title)");
    titles.as_array().unwrap().iter().map(|title| title.as_str().unwrap().to_owned()).collect()
}

fn choose(browser: &Browser, filter: &str, value: &str) {
    let script = "const select = document.getElementById('filter-' + arguments[0]); select.value = arguments[1];
                  select.dispatchEvent(new Event('change')); return select.value";
    assert_eq!(browser.script_with(script, &json!([filter, value])), json!(value), "`{filter}` does not offer `{value}`");
}

#[test]
fn the_list_is_worst_first_filtered_and_searched() {
    let page = examples("en");
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    assert_eq!(browser.console(), json!([]));
    let all = [
        "06-hostile.md",
        "03-company-downgrade.gb18030.txt",
        "04-morning-note.txt",
        "01-media-weekly.md",
        "02-company-initiation.txt",
        "05-english-company.txt",
    ];
    assert_eq!(shown(&browser), all);
    assert_eq!(browser.text("#progress"), "0 of 8 decided");
    browser.picture("list-en-light");
    // Every line of a record opened: nothing is there that is no text.
    for row in [0, 3] {
        browser.script_with("document.querySelectorAll('#reports button')[arguments[0]].click()", &json!([row]));
        browser.wait("the report", &format!("return document.querySelectorAll('#reports button')[{row}].ariaCurrent === 'true'"));
        let opened = browser.script(
            "return [...document.querySelectorAll('#record .head')].map((head) => { head.click(); return head.closest('.node').textContent; }).join()",
        );
        for wrong in ["[object", "undefined", "NaN", "null"] {
            assert!(!opened.as_str().unwrap().contains(wrong), "row {row} shows `{wrong}`");
        }
    }
    for (filter, value, expected) in [
        ("code", "conflict", &all[..3]),
        ("code", "license_mismatch", &all[..1]),
        ("field", "subject.industry", &all[1..2]),
        ("broker", "泊云证券", &all[2..3]),
        ("verdict", "conflict", &all[..3]),
        ("state", "undecided", &all[..4]),
        ("state", "clear", &all[4..]),
        ("state", "decided", &[]),
    ] {
        choose(&browser, filter, value);
        assert_eq!(shown(&browser), expected, "{filter} {value}");
        browser.click("#clear");
    }
    assert_eq!(shown(&browser), all);
    for (words, expected) in
        [("HARROW", &all[5..]), ("卖出 绥岭", &all[1..2]), ("06-hostile", &all[..1]), ("S9920520080005", &all[1..2]), ("nobody", &[])]
    {
        browser.press("/");
        browser.give("#search", words);
        assert_eq!(shown(&browser), expected, "{words}");
        browser.press("\u{e00c}");
        browser.click("#clear");
    }
    assert_eq!(browser.console(), json!([]));
}

/// The places that stand out: for each the character it begins at, and its words.
const CHOSEN: &str = "
    const text = document.getElementById('text');
    const places = new Map();
    for (const mark of text.querySelectorAll('mark.on')) {
        for (const number of mark.dataset.places.split(' ')) {
            const before = document.createRange();
            before.setStart(text, 0);
            before.setEndBefore(mark);
            const place = places.get(number) ?? { start: [...before.toString()].length, quote: '', kinds: [] };
            place.quote += mark.textContent;
            place.kinds.push(mark.className);
            places.set(number, place);
        }
    }
    return [...places.values()];";

#[test]
fn marks_stand_on_the_right_characters_behind_wide_ones_too() {
    let text = wide_text();
    let (workspace, page) = wide(&text);
    let record = records(&workspace.path().join("run")).remove(0);
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    assert_eq!(browser.script("return document.getElementById('text').textContent"), json!(text), "the text is not shown as it is");
    let mut tried = 0;
    let mut within = 0;
    for (pointer, origin) in record["provenance"].as_object().unwrap() {
        let evidence = origin["evidence"].as_array().unwrap();
        if evidence.is_empty() || pointer.starts_with("/compliance") {
            continue;
        }
        let script = "const lines = [...document.querySelectorAll('#record .line-node')];
                      lines.find((node) => node.dataset.pointer === arguments[0]).querySelector('.head').click();";
        browser.script_with(script, &json!([pointer]));
        let chosen = browser.script(CHOSEN);
        for place in evidence {
            let found = |shown: &&Value| shown["start"] == place["start"] && shown["quote"] == place["quote"];
            let shown = chosen.as_array().unwrap().iter().find(found);
            let shown = shown.unwrap_or_else(|| panic!("{pointer}: {place} is not among {chosen}"));
            let by = place["by"].as_str().unwrap();
            let kinds = shown["kinds"].as_array().unwrap();
            assert!(
                kinds.iter().all(|kind| kind.as_str().unwrap().contains(by) || kind.as_str().unwrap().contains("both")),
                "{pointer}: {shown}"
            );
            tried += 1;
            within += u32::from(place["quote"].as_str().unwrap().chars().any(|c| c > '\u{ffff}'));
        }
    }
    assert!(tried > 30 && within > 0, "{tried} places, {within} with wide characters");
    // And the other way: a click on words goes to their value.
    browser.script("[...document.querySelectorAll('#text mark')].find((mark) => mark.textContent.includes('2025年03月04日')).click()");
    assert!(browser.text("#record .node.chosen .name").contains("publication day"), "{}", browser.text("#record .node.chosen"));
    // Without a mouse: the next place in the text.
    browser.press(".");
    assert!(!browser.text("#record .node.chosen .name").contains("publication day"));
    assert_eq!(browser.console(), json!([]));
}

#[test]
fn a_place_over_several_lines_and_pages_is_whole() {
    let (_workspace, page) = wide(&wide_text().replace("\n\n风险提示", "\n\u{c}\n风险提示"));
    let Some(browser) = Browser::start("en-US") else { return };
    browser.open(&page);
    let pages = browser.script("return [...document.querySelectorAll('#text .page')].map((mark) => mark.textContent)");
    assert_eq!(pages, json!(["Page 1", "Page 2"]));
    let lines = browser.script("return [...document.querySelectorAll('#text .line')].map((line) => line.textContent.trimEnd())");
    assert!(lines.as_array().unwrap().contains(&json!("证券研究报告")), "{lines}");
}

#[test]
fn both_languages_and_colours_and_the_print() {
    let page = examples("auto");
    let Some(browser) = Browser::start("zh-CN") else { return };
    browser.open(&page);
    assert_eq!((browser.text("h1"), browser.script("return document.documentElement.lang")), ("研报复核".to_owned(), json!("zh-CN")));
    assert!(browser.text("#part-conflicts").contains("规则读到"));
    browser.press("]");
    browser.wait("the second report", "return document.querySelector('#record .heading p').textContent.includes('03-company')");
    browser.picture("conflict-zh-light");
    let light = browser.script("return getComputedStyle(document.body).backgroundColor");
    browser.click("#theme");
    browser.click("#theme");
    assert_ne!(browser.script("return getComputedStyle(document.body).backgroundColor"), light);
    browser.picture("conflict-zh-dark");
    browser.click("#language");
    assert_eq!(browser.text("h1"), "sellside review");
    assert!(browser.text("#part-conflicts").contains("Rules read"));
    browser.picture("conflict-en-dark");
    let left = browser.script("return [...document.querySelectorAll('button, .name, h2, h3, option')].map((node) => node.textContent).filter((text) => /^[a-z]+_[a-z_]+$/.test(text))");
    assert_eq!(left, json!([]), "codes without a word");
    // What was chosen stays.
    browser.reload();
    assert_eq!(browser.text("h1"), "sellside review");
    // A report fits on the width of a small laptop, and nothing is cut off at its side.
    let wide = "return document.documentElement.scrollWidth > innerWidth
                || [...document.querySelectorAll('#record, #text, #reports')].some((pane) => pane.scrollWidth > pane.clientWidth)";
    assert_eq!((browser.script("return innerWidth"), browser.script(wide)), (json!(1366), json!(false)));
    let print = browser.print("print-en");
    let pages = print.windows(11).filter(|bytes| bytes == b"/Type /Page").count();
    assert!(pages >= 3, "record and text take {pages} pages");
    assert_eq!(browser.console(), json!([]));
}
