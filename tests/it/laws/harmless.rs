//! What a converter does to a report changes no value the rules read: footers, width, blanks, line breaks.
//!
//! Places are chosen by proptest in the six example reports. Compared are values: where they stand, how they were
//! judged and what a person should look at may differ.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use sellside::document::Document;
use sellside::domain::Span;
use sellside::pipeline::extract_by_rules;
use sellside::zones::{ZoneKind, Zones};
use serde_json::Value;

use crate::support::workspace::example_reports;

/// Few cases, since each reads a whole report, and the same ones in every run, so that a failure is the change's.
pub(super) fn bounded(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        max_shrink_iters: 40,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_240_417),
        ..ProptestConfig::default()
    }
}

/// The decoded example reports and what the rules read in each.
pub(super) static EXAMPLES: LazyLock<Vec<(String, Vec<char>, Value)>> = LazyLock::new(|| {
    example_reports()
        .iter()
        .map(|path| {
            let document = sellside::document::read(path, "report.txt").unwrap();
            let values = values(&document);
            (path.file_name().unwrap().to_string_lossy().into_owned(), document.source.as_str().chars().collect(), values)
        })
        .collect()
});

/// The record without places, judgements and what describes the file.
fn values(document: &Document) -> Value {
    let mut record = serde_json::to_value(extract_by_rules(document)).unwrap();
    let fields = record.as_object_mut().unwrap();
    for volatile in ["id", "text_id", "source", "provenance", "review", "run"] {
        assert!(fields.shift_remove(volatile).is_some(), "{volatile}");
    }
    strip(&mut record);
    // A footer is itself what this disclosure, and the row that rests on it, ask for.
    for (list, id) in [("disclosures", "read_disclaimer_footer"), ("compliance", "CN-U5")] {
        if let Some(items) = record[list].as_array_mut() {
            items.retain(|item| item["id"] != id);
        }
    }
    record
}

/// Takes quotations and their places out.
fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !matches!(name.as_str(), "evidence" | "quote" | "start" | "end"));
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// The pointers under which two values differ, with both.
fn differences(pointer: &str, before: &Value, after: &Value, out: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(other)) => {
            for (name, value) in before {
                differences(&format!("{pointer}/{name}"), value, other.get(name).unwrap_or(&Value::Null), out);
            }
        }
        (Value::Array(before), Value::Array(other)) if before.len() == other.len() => {
            for (at, (before, after)) in before.iter().zip(other).enumerate() {
                differences(&format!("{pointer}/{at}"), before, after, out);
            }
        }
        _ if before == after => {}
        _ => out.push(format!("{pointer}: {before} became {after}")),
    }
}

/// Reads `text` and compares with what example number `example` says.
fn unchanged(example: usize, text: &str) -> Result<(), TestCaseError> {
    let (name, _, expected) = &EXAMPLES[example];
    let document = Document::from_bytes("report.txt", text.as_bytes()).unwrap();
    let mut found = Vec::new();
    differences("", expected, &values(&document), &mut found);
    prop_assert!(found.is_empty(), "{}: {}", name, found.join("\n"));
    Ok(())
}

fn han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The text with `insert` put before each of these characters.
fn inserted(chars: &[char], mut places: Vec<usize>, insert: &str) -> String {
    places.sort_unstable();
    places.dedup();
    let mut out = String::new();
    let mut places = places.into_iter().peekable();
    for (at, c) in chars.iter().enumerate() {
        if places.next_if_eq(&at).is_some() {
            out.push_str(insert);
        }
        out.push(*c);
    }
    out
}

/// Some of the places where `fits` holds for the characters before and behind.
fn chosen(chars: &[char], picks: &[Index], fits: impl Fn(usize) -> bool) -> Vec<usize> {
    let places: Vec<usize> = (1..chars.len()).filter(|&at| fits(at)).collect();
    if places.is_empty() { Vec::new() } else { picks.iter().map(|pick| places[pick.index(places.len())]).collect() }
}

/// The line that begins here, without its end.
fn line_from(chars: &[char], at: usize) -> &[char] {
    let rest = &chars[at..];
    rest.iter().position(|c| *c == '\n').map_or(rest, |end| &rest[..end])
}

/// The line that ends before here.
fn line_before(chars: &[char], at: usize) -> &[char] {
    let line = &chars[..at.saturating_sub(1)];
    line.iter().rposition(|c| *c == '\n').map_or(line, |start| &line[start + 1..])
}

/// The line around a character.
fn line_of(chars: &[char], at: usize) -> &[char] {
    line_from(chars, chars[..at].iter().rposition(|c| *c == '\n').map_or(0, |start| start + 1))
}

/// A line of running text: long, of sentences, no table.
fn is_prose(line: &[char]) -> bool {
    line.len() > 60 && line.contains(&'。') && !line.iter().any(|c| matches!(c, '|' | '\t' | '<'))
}

fn picks(most: usize) -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), 1..most)
}

const FOOTERS: [&str; 4] = [
    "请务必阅读正文之后的免责声明部分",
    "敬请参阅最后一页特别声明 3",
    "谨请参阅尾页重要声明及投资评级说明",
    "Please refer to the important disclosures at the end of this report.",
];

proptest! {
    #![proptest_config(bounded(16))]

    /// Between paragraphs, where pages end; a footer among the lines of a list is read as one of them.
    #[test]
    fn footers_between_paragraphs_change_no_value(example in 0..6usize, footer in 0..FOOTERS.len(), picks in picks(6)) {
        let chars = &EXAMPLES[example].1;
        let places = chosen(chars, &picks, |at| chars[at - 1] == '\n' && is_prose(line_before(chars, at)) && is_prose(line_from(chars, at)));
        unchanged(example, &inserted(chars, places, &format!("{}\n", FOOTERS[footer])))?;
    }

    #[test]
    fn full_width_digits_change_no_value(example in 0..6usize, picks in picks(400)) {
        let chars = &EXAMPLES[example].1;
        let mut wide = chars.clone();
        for at in chosen(chars, &picks, |at| chars[at].is_ascii_digit()) {
            wide[at] = char::from_u32(u32::from(chars[at]) + 0xfee0).unwrap();
        }
        unchanged(example, &wide.iter().collect::<String>())?;
    }

    /// Whole lines, as converters print them; where a line has blanks of its own, nothing tells them apart.
    #[test]
    fn letter_spaced_lines_without_blanks_change_no_value(example in 0..6usize, picks in picks(12)) {
        let chars = &EXAMPLES[example].1;
        let lines: Vec<usize> = chosen(chars, &picks, |at| chars[at - 1] == '\n' && !line_from(chars, at).contains(&' ') && line_from(chars, at).windows(4).any(|run| run.iter().all(|c| han(*c))));
        let places = lines.iter().flat_map(|&at| at + 1..at + line_from(chars, at).len()).filter(|&at| han(chars[at - 1]) && han(chars[at])).collect();
        unchanged(example, &inserted(chars, places, " "))?;
    }

    /// Anywhere else, a blank may be the one between two names.
    #[test]
    fn blanks_inside_field_words_change_no_value(example in 0..6usize, picks in picks(40)) {
        const WORDS: [&str; 12] =
            ["评级", "买入", "增持", "中性", "减持", "卖出", "维持", "首次", "目标价", "分析师", "风险提示", "免责声明"];
        let chars = &EXAMPLES[example].1;
        let inside = |at: usize| WORDS.iter().any(|word| {
            let word: Vec<char> = word.chars().collect();
            (1..word.len()).any(|split| at >= split && chars[at - split..].starts_with(&word))
        });
        unchanged(example, &inserted(chars, chosen(chars, &picks, inside), " "))?;
    }

    /// In the paragraphs of the story. Lists of risks, benchmarks and legal names are read line by line.
    #[test]
    fn line_breaks_inside_sentences_of_the_story_change_no_value(example in 0..6usize, picks in picks(8)) {
        let chars = &EXAMPLES[example].1;
        let document = Document::from_bytes("report.txt", chars.iter().collect::<String>().as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let told = |at: usize| {
            let place = document.normalized.range(Span { start: at, end: at + 1 }).start;
            matches!(zones.kind_at(place), ZoneKind::Header | ZoneKind::Body | ZoneKind::Advice)
        };
        let inside = |c: char| han(c) || c == '，' || c == '、';
        let places = chosen(chars, &picks, |at| at > 12 && inside(chars[at - 1]) && inside(chars[at]) && is_prose(line_of(chars, at)) && told(at));
        unchanged(example, &inserted(chars, places, "\n"))?;
    }
}
