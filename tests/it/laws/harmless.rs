//! What a converter does to a report changes no value the rules read: footers, width, blanks, line breaks.
//!
//! Places are chosen by proptest in the six example reports. Compared are values: where they stand, how they were
//! judged and what a person should look at may differ.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use sellside::document::Document;
use sellside::pipeline::extract_by_rules;
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

/// Some of these places.
fn chosen(places: &[usize], picks: &[Index]) -> Vec<usize> {
    if places.is_empty() { Vec::new() } else { picks.iter().map(|pick| places[pick.index(places.len())]).collect() }
}

/// The places where `fits` holds for the characters before and behind.
fn places(chars: &[char], fits: impl Fn(usize) -> bool) -> Vec<usize> {
    (1..chars.len()).filter(|&at| fits(at)).collect()
}

fn picks(most: usize) -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), 1..most)
}

/// As brokers print them at the foot of a page, with its number.
const FOOTERS: [&str; 7] = [
    "请务必阅读正文之后的免责声明部分 3",
    "3 / 18\n敬请参阅最后一页特别声明",
    "谨请参阅尾页重要声明及投资评级说明 第3页",
    "本报告版权属于澜沧证券。各项声明请参见报告尾页。- 3 -",
    "请 务 必 阅 读 正 文 之 后 的 免 责 条 款 部 分 ３",
    "Please refer to the important disclosures at the end of this report. 3",
    "Please see the analyst certification and important disclosures on the last page of this report\nPage 3 of 18",
];

/// Between any two lines: of a paragraph, a list, a table, the block of authors, the title.
fn between_lines(chars: &[char]) -> Vec<usize> {
    let mut said = chars.iter().position(|c| !c.is_whitespace()).unwrap_or(0);
    let last = chars.iter().rposition(|c| !c.is_whitespace()).unwrap_or(0);
    said += 1;
    places(chars, |at| chars[at - 1] == '\n' && at > said && at <= last)
}

/// Fewest characters before a line break that stands at a margin.
const MARGIN: usize = 20;
/// Fewest in English.
const ENGLISH_MARGIN: usize = 40;

/// Where a PDF engine may cut a line at its margin, and what follows can be nothing but the rest of the sentence.
///
/// Left out is what nobody can tell: a break behind few characters (they may be a heading), before few that end no
/// clause (another heading), before a label or a list's mark, behind what ends an item (…的风险, …评级, …证券).
fn margins(chars: &[char]) -> Vec<usize> {
    const CLOSED: [&str; 11] = ["风险", "预期", "整理", "有限公司", "研究所", "证券", "等", "评级", "以上", "以下", "之间"];
    let mut places = Vec::new();
    let mut start = 0;
    for line in chars.split_inclusive(|c| *c == '\n') {
        let text: String = line.iter().collect();
        let sourced = ["资料来源", "数据来源", "注"].iter().any(|source| text.starts_with(source));
        let plain = !sourced && !line.iter().any(|c| matches!(c, '\t' | '|' | '<' | '>' | '*' | '$'));
        for at in (1..line.len()).filter(|_| plain) {
            let (before, rest) = line.split_at(at);
            let inside = (han(line[at - 1]) || matches!(line[at - 1], '，' | '、')) && han(line[at]);
            let long = before.iter().filter(|c| !c.is_whitespace()).count() >= MARGIN;
            let label = rest.iter().take(12).any(|c| matches!(c, '：' | ':' | ' ')) || rest.get(1) == Some(&'、');
            let said = rest.len() > 2 * MARGIN || rest.iter().any(|c| matches!(c, '，' | '。' | '；' | '、'));
            let before: String = before.iter().collect();
            if inside && long && said && !label && !CLOSED.iter().any(|closed| before.ends_with(closed)) {
                places.push(start + at);
            }
        }
        start += line.len();
    }
    places
}

/// Of these places those that leave a whole line to the one before.
fn apart(mut places: Vec<usize>, margin: usize) -> Vec<usize> {
    places.sort_unstable();
    let mut last = 0;
    places.retain(|&at| {
        let fits = at >= last + 2 * margin;
        last = if fits { at } else { last };
        fits
    });
    places
}

/// Inside the titles that stand on a line of their own, where two words or more are left on either side.
fn inside_titles() -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (example, (_, chars, values)) in EXAMPLES.iter().enumerate() {
        let text: String = chars.iter().collect();
        let title = values["product"]["title"].as_str().unwrap();
        let Some(at) = text.find(title).filter(|at| text[at + title.len()..].trim_start_matches(' ').starts_with("\n\n")) else { continue };
        let start = text[..at].chars().count();
        let length = title.chars().count();
        found.extend((start + 8..start + length - 4).filter(|&at| han(chars[at - 1]) && han(chars[at])).map(|at| (example, at)));
    }
    found
}

/// English text of paragraphs as a PDF engine prints it: no line longer than `width`.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let mut column = 0;
        for word in line.split_inclusive(' ') {
            if column > 0 && column + word.trim_end().len() > width && !line.contains('\t') {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                column = 0;
            }
            out.push_str(word);
            column += word.len();
        }
    }
    out
}

/// Marks that stand close to the words beside them in Chinese.
fn is_mark(c: char) -> bool {
    matches!(c, '，' | '。' | '、' | '；' | '！' | '？' | '《' | '》' | '“' | '”' | '【' | '】' | '）')
}

proptest! {
    #![proptest_config(bounded(10))]

    #[test]
    fn page_footers_between_any_two_lines_change_no_value(example in 0..6usize, footer in 0..FOOTERS.len(), picks in picks(30)) {
        let chars = &EXAMPLES[example].1;
        unchanged(example, &inserted(chars, chosen(&between_lines(chars), &picks), &format!("{}\n", FOOTERS[footer])))?;
    }

    #[test]
    fn full_width_digits_change_no_value(example in 0..6usize, picks in picks(400)) {
        let chars = &EXAMPLES[example].1;
        let mut wide = chars.clone();
        for at in chosen(&places(chars, |at| chars[at].is_ascii_digit()), &picks) {
            wide[at] = char::from_u32(u32::from(chars[at]) + 0xfee0).unwrap();
        }
        unchanged(example, &wide.iter().collect::<String>())?;
    }

    /// A lone blank between two characters of a line is undecidable (张三 李四 are two names); a line that is spaced
    /// throughout is not.
    #[test]
    fn letter_spaced_lines_change_no_value(example in 0..6usize, picks in picks(40)) {
        let chars = &EXAMPLES[example].1;
        let starts = places(chars, |at| chars[at - 1] == '\n');
        let lines = chosen(&starts, &picks).into_iter().map(|at| at..chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |end| at + end));
        let spaced = lines.flatten().filter(|&at| han(chars[at - 1]) && han(chars[at])).collect();
        unchanged(example, &inserted(chars, spaced, " "))?;
    }

    #[test]
    fn blanks_beside_chinese_marks_change_no_value(example in 0..6usize, picks in picks(400)) {
        let chars = &EXAMPLES[example].1;
        let beside = places(chars, |at| (is_mark(chars[at - 1]) && chars[at - 1] != '）' && han(chars[at])) || (han(chars[at - 1]) && is_mark(chars[at])));
        unchanged(example, &inserted(chars, chosen(&beside, &picks), " "))?;
    }

    #[test]
    fn blanks_inside_field_words_change_no_value(example in 0..6usize, picks in picks(80)) {
        const WORDS: [&str; 20] = [
            "评级", "买入", "增持", "中性", "减持", "卖出", "推荐", "维持", "首次", "上调", "下调", "目标价", "分析师", "联系人",
            "研究助理", "执业证书", "风险提示", "免责声明", "投资建议", "相关报告",
        ];
        let chars = &EXAMPLES[example].1;
        let inside = places(chars, |at| WORDS.iter().any(|word| {
            let word: Vec<char> = word.chars().collect();
            (1..word.len()).any(|split| at >= split && chars[at - split..].starts_with(&word))
        }));
        unchanged(example, &inserted(chars, chosen(&inside, &picks), " "))?;
    }

    /// In every zone: story, risks, grades of the scale, benchmarks, legal names, titles that run on.
    #[test]
    fn line_breaks_at_a_margin_change_no_value(example in 0..6usize, picks in picks(80)) {
        let chars = &EXAMPLES[example].1;
        unchanged(example, &inserted(chars, apart(chosen(&margins(chars), &picks), MARGIN), "\n"))?;
    }

    #[test]
    fn line_breaks_inside_titles_change_no_value(pick in any::<Index>()) {
        let (example, at) = *pick.get(&inside_titles());
        unchanged(example, &inserted(&EXAMPLES[example].1, vec![at], "\n"))?;
    }

    #[test]
    fn english_paragraphs_wrapped_at_any_margin_change_no_value(width in ENGLISH_MARGIN + 12..120) {
        let (example, (_, chars, _)) = EXAMPLES.iter().enumerate().find(|(_, (name, ..))| name.contains("english")).unwrap();
        unchanged(example, &wrapped(&chars.iter().collect::<String>(), width))?;
    }
}

#[test]
fn everything_at_once_changes_no_value() {
    for example in 0..6 {
        let chars = &EXAMPLES[example].1;
        let wide: Vec<char> =
            chars.iter().map(|c| if c.is_ascii_digit() { char::from_u32(u32::from(*c) + 0xfee0).unwrap() } else { *c }).collect();
        for footer in [FOOTERS[0], FOOTERS[5]] {
            unchanged(example, &inserted(&wide, between_lines(&wide), &format!("{footer}\n"))).unwrap();
        }
        unchanged(example, &inserted(chars, places(chars, |at| han(chars[at - 1]) && han(chars[at])), " ")).unwrap();
        unchanged(example, &inserted(chars, apart(margins(chars), MARGIN), "\n")).unwrap();
    }
}
