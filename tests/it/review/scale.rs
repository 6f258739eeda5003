//! A page of a thousand reports: how large it is, how soon it can be used.

use std::fs::File;
use std::io::BufWriter;

use sellside::pipeline::Readings;
use sellside::review::{Language, Page, Report, Settings};
use sellside::store::RunStore;
use serde_json::Value;

use super::browser::Browser;
use super::{EXAMPLES, examples};
use crate::support::workspace::Workspace;

const REPORTS: usize = 1_000;

/// The example reports again and again under other names, with both readings.
#[test]
#[ignore = "measures: `cargo test --test it -- --ignored --nocapture review::scale` on a machine that is not busy"]
fn a_thousand_reports_open_and_filter_within_a_second() {
    let page = examples("en");
    let workspace = Workspace::new();
    let store = RunStore::open(&EXAMPLES).unwrap();
    let mut stored: Vec<_> =
        sellside::batch::run_names(&store).unwrap().iter().map(|name| store.document(name).unwrap().unwrap()).collect();
    let readings: Vec<Readings> = stored.iter().map(|stored| serde_json::from_str(&stored.readings).unwrap()).collect();
    let one = std::fs::metadata(&page).unwrap().len();
    let large = workspace.path().join("thousand.html");
    let settings = Settings { run: "b3:scale".to_owned(), language: Language::En };
    let mut out = Page::begin(BufWriter::new(File::create(&large).unwrap()), settings).unwrap();
    for number in 0..REPORTS {
        let at = number % stored.len();
        let (stored, readings) = (&mut stored[at], &readings[at]);
        stored.record.source.name = format!("{number:04}.txt");
        stored.record.publisher.name = Some(format!("第{}证券", number % 40));
        let report =
            Report { document: &stored.document, record: &stored.record, rules: readings.rules.as_ref(), model: readings.model.as_ref() };
        out.add(&report).unwrap();
    }
    out.finish().unwrap();
    let bytes = std::fs::metadata(&large).unwrap().len();
    let each = (bytes - one) / (REPORTS - stored.len()) as u64;
    println!("{REPORTS} reports: {} kB, {each} bytes a report, {} bytes without any", bytes / 1000, one - each * stored.len() as u64);
    assert!(each < 40_000, "{each} bytes a report");

    let Some(browser) = Browser::start("en-US") else { return };
    let number = |value: Value| value.as_f64().unwrap();
    let mut opened = Vec::new();
    for _ in 0..5 {
        browser.open(&large);
        opened.push(number(browser.script("const [of] = performance.getEntriesByType('navigation'); return of.domContentLoadedEventEnd")));
    }
    let filtered = "const select = document.getElementById('filter-' + arguments[0]);
                    const begun = performance.now();
                    select.value = arguments[1];
                    select.dispatchEvent(new Event('change'));
                    document.body.getBoundingClientRect();
                    return performance.now() - begun;";
    let searched = "const input = document.getElementById('search');
                    const begun = performance.now();
                    input.value = arguments[0];
                    input.dispatchEvent(new Event('input'));
                    document.body.getBoundingClientRect();
                    return performance.now() - begun;";
    let mut times = Vec::new();
    for (filter, value) in
        [("code", "conflict"), ("code", ""), ("broker", "第7证券"), ("broker", ""), ("verdict", "agreed"), ("verdict", "")]
    {
        times.push(number(browser.script_with(filtered, &serde_json::json!([filter, value]))));
    }
    for words in ["卖出", "卖出 0008", ""] {
        times.push(number(browser.script_with(searched, &serde_json::json!([words]))));
    }
    let report = "const begun = performance.now();
                  document.querySelectorAll('#reports button')[3].click();
                  return new Promise((done) => {
                      const look = () => (document.querySelector('#reports button[aria-current]') === document.querySelectorAll('#reports button')[3]
                          ? done(performance.now() - begun) : setTimeout(look, 1));
                      look();
                  });";
    let report = number(browser.script(report));
    let worst = |times: &[f64]| times.iter().copied().fold(0.0, f64::max);
    println!("opened in {opened:.0?} ms, filtered and searched in {times:.0?} ms, a report shown in {report:.0} ms");
    assert!(worst(&times) < 1_000.0 && worst(&opened) < 1_000.0, "slower than a second");
}
