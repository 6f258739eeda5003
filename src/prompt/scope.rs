//! What of a report is sent: the segments in which a field asked for can stand.
//!
//! One table says which zones hold which fields; in running text a cue decides. `docs/long-reports.md` shows the table to
//! people.

use std::collections::HashMap;

use super::budget::estimate_tokens;
use super::cues::{names_firm, speaks_of};
use super::fields::{FieldGroup, Fields};
use crate::config::Scope;
use crate::zones::{Segment, SegmentKind, ZoneKind, Zones};

/// Where in a zone a group of fields can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// Nowhere.
    No,
    /// Where a cue stands.
    Cue,
    /// In its first tokens, and where a cue stands.
    Start(usize),
    /// Anywhere.
    Whole,
}

/// What each kind of zone can hold: identity, scales, estimates, lists, disclosures.
const TABLE: [(ZoneKind, [Held; 5]); 10] = {
    use Held::{Cue, No, Start, Whole};
    [
        (ZoneKind::Header, [Start(300), No, Cue, Cue, No]),
        (ZoneKind::Advice, [Cue, No, Cue, Start(250), No]),
        (ZoneKind::Body, [Cue, No, Cue, Cue, No]),
        (ZoneKind::Risks, [No, No, No, Whole, No]),
        (ZoneKind::Related, [No, No, No, Start(250), No]),
        (ZoneKind::Definitions, [No, Whole, No, No, No]),
        (ZoneKind::AnalystStatement, [Cue, No, No, No, Whole]),
        (ZoneKind::Disclaimer, [Cue, No, No, No, Whole]),
        (ZoneKind::Distribution, [No, No, No, No, Whole]),
        (ZoneKind::Contacts, [No, No, No, No, Whole]),
    ]
};

/// A line that stands this often among the pages of a report is page furniture.
const FURNITURE: usize = 3;

/// A segment to be sent, and what it may answer.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) segment: Segment,
    /// Index of its zone.
    pub(super) zone: usize,
    pub(super) kind: ZoneKind,
    pub(super) fields: Fields,
}

/// How far a cue reaches over lines that break in the middle of a sentence, or that end none at all.
const REACH: usize = 2;

/// The segments of a report that are sent, in order.
pub(super) fn choose(zones: &Zones, text: &str, scope: Scope) -> Vec<Chosen> {
    let mut all = weigh(zones, text, Fields::of(scope));
    match scope {
        Scope::Full => {
            // Nothing is held back: what answers nothing may still be a main statement.
            for chosen in all.iter_mut().filter(|chosen| chosen.fields.is_empty()) {
                let group = if chosen.kind.is_content() { FieldGroup::Lists } else { FieldGroup::Disclosures };
                chosen.fields = group.into();
            }
        }
        Scope::Zones => {
            reach(&mut all, text);
            let furniture = Furniture::of(zones, text);
            let words = |segment: &Segment| text.get(segment.range.clone()).unwrap_or_default();
            all.retain(|chosen| !chosen.fields.is_empty() && !furniture.is_repeat(&chosen.segment, words(&chosen.segment)));
        }
    }
    all
}

/// Every segment with what it may answer, by the zones it lies over: in a text without line breaks a segment may begin
/// in one zone and end in another.
fn weigh(zones: &Zones, text: &str, asked: Fields) -> Vec<Chosen> {
    let mut all = Vec::with_capacity(zones.segments().len());
    let mut first = 0;
    // The zone last looked into, and its tokens so far.
    let mut passed = (0, 0);
    // Legal text names the firm in every other sentence; once is enough.
    let mut firm_named = false;
    for segment in zones.segments() {
        while zones.zones().get(first).is_some_and(|zone| zone.range.end <= segment.range.start) {
            first += 1;
        }
        let mut fields = Fields::default();
        let over = zones.zones().iter().enumerate().skip(first).take_while(|(_, zone)| zone.range.start < segment.range.end);
        for (index, zone) in over {
            let range = zone.range.start.max(segment.range.start)..zone.range.end.min(segment.range.end);
            let words = text.get(range).unwrap_or_default();
            if passed.0 != index {
                passed = (index, 0);
            }
            fields = asked.groups().filter(|group| holds(*group, zone.kind, words, passed.1)).fold(fields, Fields::and);
            if zone.kind == ZoneKind::Disclaimer && !firm_named && names_firm(words) {
                firm_named = true;
                fields = fields.and(FieldGroup::Identity);
            }
            passed.1 += estimate_tokens(words);
        }
        all.push(Chosen { segment: segment.clone(), zone: first, kind: zones.kind_at(segment.range.start), fields });
    }
    all
}

/// Lets what a line answers reach over its neighbours where a sentence, or a list of names, goes on. Figures stand in
/// rows of their own.
fn reach(all: &mut [Chosen], text: &str) {
    struct Line {
        fields: Fields,
        /// Whether it is text that may go on.
        joins: bool,
        /// Whether it ends in the middle of something.
        open: bool,
        reach: usize,
    }
    let line = |chosen: &Chosen| {
        let words = text.get(chosen.segment.range.clone()).unwrap_or_default().trim_end();
        Line {
            fields: chosen.fields.without(FieldGroup::Estimates),
            joins: chosen.kind.is_content() && chosen.segment.kind != SegmentKind::TableRow && !is_figures(words),
            open: !words.ends_with(['。', '.', '!', '?', '”', ':']),
            reach: if chosen.segment.kind == SegmentKind::Line { REACH } else { 1 },
        }
    };
    let lines: Vec<Line> = all.iter().map(line).collect();
    let joins = |at: usize| lines.get(at).is_some_and(|line| line.joins);
    let goes_on = |at: usize| lines.get(at).is_some_and(|line| line.joins && line.open);
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.joins && !line.fields.is_empty()) {
        let after = (at..at + line.reach).take_while(|at| goes_on(*at) && joins(at + 1)).map(|at| at + 1);
        let before = (at.saturating_sub(line.reach)..at).rev().take_while(|at| goes_on(*at));
        for neighbour in after.chain(before) {
            if let Some(chosen) = all.get_mut(neighbour) {
                chosen.fields = chosen.fields.with(line.fields);
            }
        }
    }
}

/// Whether a third of many characters are digits: a row of a table that lost its borders, the axis of a chart. A price
/// beside its name is short.
fn is_figures(words: &str) -> bool {
    let chars = words.chars().count();
    chars > 24 && words.chars().filter(char::is_ascii_digit).count() * 3 >= chars
}

fn holds(group: FieldGroup, kind: ZoneKind, words: &str, passed: usize) -> bool {
    let row = TABLE.iter().find(|(of, _)| *of == kind).map(|(_, row)| row);
    match row.and_then(|row| row.get(group as usize)) {
        None | Some(Held::No) => false,
        Some(Held::Whole) => true,
        Some(Held::Cue) => speaks_of(group, kind, words),
        Some(Held::Start(tokens)) => passed < *tokens || speaks_of(group, kind, words),
    }
}

/// Lines that stand on page after page.
struct Furniture(HashMap<String, (usize, u32)>);

impl Furniture {
    fn of(zones: &Zones, text: &str) -> Self {
        let mut lines: HashMap<String, (usize, u32)> = HashMap::new();
        for segment in zones.segments().iter().filter(|segment| segment.kind == SegmentKind::Line) {
            let words = bare(text.get(segment.range.clone()).unwrap_or_default());
            lines.entry(words).or_insert((0, segment.id)).0 += 1;
        }
        Self(lines)
    }

    /// Whether the segment is a repetition of such a line.
    fn is_repeat(&self, segment: &Segment, words: &str) -> bool {
        let found = (segment.kind == SegmentKind::Line).then(|| self.0.get(&bare(words))).flatten();
        found.is_some_and(|(count, first)| *count >= FURNITURE && *first != segment.id)
    }
}

/// What is the same on every page: page numbers of up to three digits differ. Short lines and long numbers are data.
fn bare(words: &str) -> String {
    let mut bare = String::with_capacity(words.len());
    for run in words.split_whitespace().flat_map(|word| word.split_inclusive(|c: char| !c.is_ascii_digit())) {
        let digits = run.bytes().take_while(u8::is_ascii_digit).count();
        bare.push_str(if digits > 3 { run } else { run.get(digits..).unwrap_or_default() });
    }
    if bare.chars().filter(|c| c.is_alphabetic()).count() >= 6 { bare } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    /// Words of the segments sent, and what each may answer.
    fn sent(text: &str, scope: Scope) -> Vec<(String, Vec<&'static str>)> {
        let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let text = document.normalized.text();
        let chosen = choose(&zones, text, scope);
        assert!(chosen.is_sorted_by_key(|chosen| chosen.segment.id));
        chosen
            .iter()
            .map(|chosen| (text[chosen.segment.range.clone()].to_owned(), chosen.fields.groups().map(FieldGroup::name).collect()))
            .collect()
    }

    fn words(text: &str, scope: Scope) -> Vec<String> {
        sent(text, scope).into_iter().map(|(words, _)| words).collect()
    }

    /// A front page long enough that what follows is body.
    fn front() -> String {
        format!(
            "望江证券\n临河科技深度\n{}",
            "公司所处行业格局分散，各地装机节奏并不一致，产品验证周期较长。\n甲乙丙丁戊己庚辛\n".repeat(80)
        )
    }

    #[test]
    fn the_table_of_the_docs_is_the_table_of_the_code() {
        let docs = include_str!("../../docs/long-reports.md");
        for (kind, row) in TABLE {
            let cells = row.map(|held| match held {
                Held::No => "–",
                Held::Cue => "cue",
                Held::Start(_) => "start",
                Held::Whole => "whole",
            });
            let line = format!("| {} | {} |", kind.name(), cells.join(" | "));
            assert!(docs.contains(&line), "{line}");
        }
    }

    #[test]
    fn of_the_body_only_what_may_answer_a_question_is_sent() {
        let body = "管网改造进度平稳，各省口径不一。\n我们建议关注澄江机电。\n预计2025年营业收入12.3亿元，2026年15.1亿元。\n流动资产\t12\t15\n应收账款\t3\t4\t存货\t5\n会计年度\t2024A\t2025E\n上调目标价至12.5元。\n";
        let text = format!("{}{body}", front());
        let found = sent(&text, Scope::Zones);
        let tail: Vec<(&str, &[&str])> =
            found.iter().rev().take(4).rev().map(|(words, groups)| (words.as_str(), groups.as_slice())).collect();
        assert_eq!(
            tail,
            [
                ("我们建议关注澄江机电。", ["lists"].as_slice()),
                ("预计2025年营业收入12.3亿元,2026年15.1亿元。", ["estimates"].as_slice()),
                ("会计年度\t2024A\t2025E", ["estimates"].as_slice()),
                ("上调目标价至12.5元。", ["identity"].as_slice()),
            ]
        );
    }

    #[test]
    fn full_scope_sends_every_segment_in_some_group() {
        let text = format!("{}正文无事。\n免责声明\n本报告仅供望江证券客户使用。\n", front());
        let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let found = sent(&text, Scope::Full);
        assert_eq!(found.len(), Zones::of(&document).segments().len());
        assert!(found.iter().all(|(_, groups)| !groups.is_empty()));
    }

    #[test]
    fn of_legal_text_the_firm_and_the_person_are_sent_once() {
        let legal = "免责声明\n本报告仅供望江证券股份有限公司客户使用。\n望江证券股份有限公司不作保证，据此操作风险自担。\n未经授权不得转载。\n分析师声明\n作者独立客观，特此声明。\n方某某，执业证书编号S9710520030001。\n";
        let found = words(&format!("{}{legal}", front()), Scope::Zones);
        let tail: Vec<&str> = found.iter().rev().take(2).rev().map(String::as_str).collect();
        assert_eq!(tail, ["本报告仅供望江证券股份有限公司客户使用。", "方某某,执业证书编号S9710520030001。"]);
    }

    #[test]
    fn a_line_of_every_page_is_sent_once() {
        let text: String =
            (1..6).map(|page| format!("望江证券研究所 评级报告 {page}\n执业证书编号 S971052003000{page}\n12.{page}元\n")).collect();
        let found = words(&text, Scope::Zones);
        let count = |what: &str| found.iter().filter(|words| words.contains(what)).count();
        assert_eq!((count("研究所"), count("S97105200300"), count("元")), (1, 5, 5), "{found:?}");
    }

    #[test]
    fn a_segment_over_two_zones_goes_by_both() {
        let text =
            format!("{}{}投资评级说明买入:未来6个月股价相对指数涨幅20%以上;增持:未来6个月股价相对指数涨幅5%以上。", front(), "正文平稳,");
        let found = sent(&text, Scope::Zones);
        assert!(found.last().unwrap().1.contains(&"scales"), "{:?}", found.last());
    }
}
