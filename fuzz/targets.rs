//! What is fuzzed, shared with the test that replays the seeds.
//!
//! Each takes any bytes and must neither panic nor take long; what must hold of the result is asserted.

use std::sync::LazyLock;

use sellside::Document;
use sellside::domain::Span;
use sellside::validate::Validator;
use sellside::zones::Zones;

/// Any file that is read in this process: PDFs are another's.
pub fn decode(data: &[u8]) {
    if data.get(..data.len().min(1024)).is_some_and(|head| head.windows(5).any(|window| window == b"%PDF-")) {
        return;
    }
    if let Ok(document) = Document::from_bytes("report", data) {
        let text = document.normalized.text();
        for (at, c) in text.char_indices() {
            let span = document.span(at..at + c.len_utf8()).expect("each character stands for some of the source");
            assert!(span.start < span.end && span.end <= document.source.chars());
        }
        assert!(document.page(document.source.chars()) <= document.origin.pages);
    }
}

/// A web page.
pub fn html(data: &[u8]) {
    if let Ok(document) = Document::from_bytes("report.html", data) {
        assert!(document.source.pages() == 1, "a page of the web has no pages");
    }
}

/// The zones of a text cover it in order.
pub fn zones(data: &[u8]) {
    let Some(document) = text(data) else { return };
    let zones = Zones::of(&document);
    let mut last = 0;
    for zone in zones.zones() {
        assert!(zone.range.start >= last && zone.range.end <= document.normalized.text().len());
        last = zone.range.end;
    }
}

/// What a model answers.
pub fn reply(data: &[u8]) {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| Validator::new().expect("the schema of drafts compiles"));
    let Ok(words) = std::str::from_utf8(data) else { return };
    let _ = VALIDATOR.validate(words);
    let _ = VALIDATOR.validate_cut(words);
}

/// An answer held against a text; a zero byte parts the two. Whatever is found stands in the source.
pub fn grounding(data: &[u8]) {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| Validator::new().expect("the schema of drafts compiles"));
    let Some(at) = data.iter().position(|byte| *byte == 0) else { return };
    let (report, answer) = data.split_at(at);
    let (Some(document), Ok(answer)) = (text(report), std::str::from_utf8(&answer[1..])) else { return };
    let Ok(draft) = VALIDATOR.validate(answer).draft else { return };
    let reading = sellside::ground::ground(&document, &Zones::of(&document), &[Span { start: 0, end: 1 }], draft);
    for rating in &reading.ratings {
        for evidence in rating.label.iter().flat_map(|label| &label.evidence) {
            if let Some(span) = evidence.span() {
                assert_eq!(document.source.slice(span), evidence.quote);
            }
        }
    }
}

fn text(data: &[u8]) -> Option<Document> {
    let words = std::str::from_utf8(data).ok()?;
    // What looks like another form is another target's.
    Document::from_bytes("report.md", ["。".as_bytes(), words.as_bytes()].concat().as_slice()).ok()
}
