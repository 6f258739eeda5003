//! Where a risk section begins and ends.

use std::ops::Range;

use super::ITEM;
use super::number::{numbered, numbered_lines, numbered_names};
use super::words::{RISKY, RISKY_END, is_bullet, risky};
use crate::document::Match;
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, choices, compile, first, group, has};

/// A section is no longer than this, in characters.
const LONGEST: usize = 900;

static HEADING: Pattern = Pattern::new(|| {
    compile(
        r"(?:投资|主要|核心)?风险(?:提示|因素|分析|揭示|警示)(?:\s?\([^()\n]{2,24}\)\s?[:：]|\s?[:：。])?\s*|风险及不确定性?因素(?:提示)?\s?[:：]?\s*|[\p{Han}]{0,4}主要风险(?:\s?[:：]\s*|\s?\n\s*)|核心假设风险\s?[:：]?\s*|(?m:^)(?:主要)?(?:下行)?(?:风险|風險)\s?(?:[:：]|\n)\s*|(?:投資|主要)?風險(?:提示|因素)\s?[:：]?\s*|。风险[:：]\s*|(?:主要|下行){1,2}风险(?:包括|在于|有)\s?[:：]\s*",
    )
});
/// What stands before 风险提示 when it is not the report's own section.
static NOT_BEFORE: Pattern =
    Pattern::new(|| compile(r"(?:法律声明及|声明及|声明与|使用本(?:研究)?报告的|报告的|免责|阅读|详见|参见|参阅|以及|的相关)$"));
/// Legal wording, contents, prose that is no list of risks.
static NOT_AFTER: Pattern = Pattern::new(|| {
    compile(
        r"^(?:及|与|和|的|部分(?:已|体现|释放|内容|所述|\P{Han}|$)|页|章|\s?目录)|^[^。;,\n]{0,24}(?:本(?:证券)?(?:研究)?报告|报告所载|本公司|我公司|我们在此|证券市场是|版权|投资者(?:应|在|据|自主|需)|提醒您|据此入市|投资需谨慎|股市有风险|法律声明|免责|本(?:證券)?(?:研究)?報告|報告所載|我們在此|證券市場是|版權|投資者(?:應|在|據|自主|需|請)|請參[閱見]|法律聲明|免責)|^\s?[.…·]{2,}|^\s?\d{0,3}\s*(?:\n|$|[.…]{2,})",
    )
});
/// The end of a section: the next field, heading, sentence of another kind.
static END: Pattern = Pattern::new(|| compile(&choices(include_str!("end.txt"))));

/// The words of every risk section.
pub(super) fn sections(context: &Context<'_>) -> Vec<Range<usize>> {
    let text = context.text();
    let mut sections = Vec::new();
    for found in captures(&HEADING, text) {
        let Some(heading) = found.get(0) else {
            continue;
        };
        let start = heading.end() + below_number(context.after(heading.end(), LONGEST));
        let start = start + first(&INTRODUCED, context.after(start, 60)).and_then(|found| found.get(0)).map_or(0, |found| found.end());
        let after = context.after(start, LONGEST);
        if has(&NOT_BEFORE, context.before(heading.start(), 10)) || has(&NOT_AFTER, context.after(start, 90)) {
            continue;
        }
        // Without a colon or a break the words may stand in a sentence: `做好风险提示工作`.
        let parted = heading.as_str().contains([':', '：', '\n']) || heading.as_str().ends_with(' ');
        let starts = text.get(..heading.start()).is_none_or(|before| {
            before
                .trim_end_matches(' ')
                .ends_with(['\n', '。', '.', '■', '、', '◼', '⚫', '▌', '➢', '►', '✓', '$', '\u{f06c}', '\u{f06e}', '\u{f076}', '》', '”', ')'])
                // The source of a table, glued before the heading.
                || (["研究所", "研究院", "整理"].iter().any(|source| before.ends_with(source)) && risky(after.split(',').nth(1).unwrap_or(after)))
                || before.is_empty()
        });
        let under_number = text.get(..heading.start()).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
        if !(parted || starts || under_number || list_follows(after)) {
            continue;
        }
        // A field mark of the template begins another field.
        let mark = context.document.normalized.bookmarks().iter().map(|mark| mark.at).find(|&at| at > start + 6);
        let after = mark.and_then(|at| after.get(..at.saturating_sub(start))).unwrap_or(after);
        let below = heading.as_str().contains('\n');
        sections.push(section(start, after, below));
    }
    if sections.is_empty() {
        sections.extend(captures(&GLUED, text).filter_map(|found| group(&found, "risks")));
    }
    sections
}

/// A line that announces the list: `包含但不限于以下风险:`.
static INTRODUCED: Pattern = Pattern::new(|| compile(r"^\s*[^。;:\n]{0,24}(?:以下|如下)[^。;:\n]{0,8}:\s*"));

/// How much of the words below a heading is the section's number on a line of its own, where a sentence of risks follows:
/// a channel prints its headings so, and a list of contents a page.
fn below_number(after: &str) -> usize {
    static NUMBERED: Pattern = Pattern::new(|| compile(r"^\s*\d{1,2}\s*\n\s*(?P<text>[^\n]{16,}。)"));
    let text = first(&NUMBERED, after).and_then(|found| group(&found, "text"));
    text.filter(|text| after.get(text.clone()).is_some_and(|text| has(&RISKY, text))).map_or(0, |text| text.start)
}

/// In run-on text the heading 风险 and the sentence below it.
static GLUED: Pattern = Pattern::new(|| {
    compile(
        r"[。%]风险(?P<risks>(?:[^提因偏资溢暴敞收评管控警揭分可较已在是包主与和也仍将释出点来有平指模等特\P{Han}]|公司)[^。\n]{4,120}(?:不及预期|[低弱]于预期|超预期|加剧|下滑|恶化|下降|放缓|受阻|延后|趋严|反复))。",
    )
});

/// The words of a section that begins at `start`; `below`: its heading has a line of its own.
fn section(start: usize, after: &str, below: bool) -> Range<usize> {
    let lines = numbered_lines(after).max(numbered_names(after));
    // The bullet a section begins with stands before each of its items.
    let bullet = after.trim_start().chars().next().filter(|c| is_bullet(*c));
    let mut end = END
        .as_ref()
        .and_then(|end| {
            let found = |found: &Match<'_>| {
                let blank = found.as_str().trim().is_empty();
                let next = after.get(found.end()..).unwrap_or_default();
                let item = bullet.is_some_and(|bullet| found.as_str().starts_with(bullet)) && risky(next);
                // The line break of the last line belongs to the lines.
                let behind = found.start() + usize::from(found.as_str().starts_with('\n')) >= lines;
                found.start() > 0 && !item && behind && !(blank && below && lines == 0 && named(after) && named(next))
            };
            end.find_iter(after).find(found).map(|found| found.start() + own_words(after, &found))
        })
        .unwrap_or(after.len());
    // A numbered list that ends with a sentence's end is the whole section.
    let list = after.get(..lines).unwrap_or_default().trim_end();
    if list.ends_with(['。', ';', '.']) || list.contains('\n') {
        end = lines;
    }
    // Behind the heading on its line: the paragraph is the section.
    if lines == 0 && !(below && listed(after)) {
        end = end.min(paragraph(after));
    }
    // A heading of its own line: the list below may have a line each, to a blank line; paragraphs each name a risk first.
    if lines == 0 {
        let words = after.get(..end).unwrap_or_default();
        // The first full stop after which the text turns to something else.
        let paragraphs = below && named(after);
        let stop = words.char_indices().filter(|(_, c)| *c == '。').map(|(at, c)| at + c.len_utf8()).find(|&at| {
            let rest = words.get(at..).unwrap_or_default();
            // A paragraph explains its risk to its end.
            if paragraphs && !rest.trim_start_matches(' ').starts_with('\n') && !rest.trim().is_empty() {
                return false;
            }
            let rest = rest.trim_start();
            rest.is_empty()
                || rest.starts_with("注:")
                || rest.starts_with("注(")
                || !(numbered(rest) && !anew(rest) || risky(rest) || paragraphs && named(rest))
        });
        end = stop.unwrap_or(end);
    }
    start..start + end
}

/// Whether the first heading of the body follows, glued to the section: `1、研究回顾`.
fn anew(rest: &str) -> bool {
    ["1、", "1.", "一、"].iter().any(|mark| rest.starts_with(mark)) && !has(&RISKY, &rest.chars().take(ITEM / 2).collect::<String>())
}

/// How much of the words an end was seen by still is the section's: in a run-on text the last risk stands before the house's name
/// (`…政策风险望江证券研究所`).
fn own_words(after: &str, found: &Match<'_>) -> usize {
    let Some(house) = found.as_str().split_once("证券").map(|(house, _)| house).filter(|house| !house.is_empty()) else { return 0 };
    let ends = house.char_indices().map(|(at, _)| at).take(house.chars().count().saturating_sub(1));
    ends.take(3).find(|at| after.get(..found.start() + at).is_some_and(|before| has(&RISKY_END, before))).unwrap_or(0)
}

/// Whether a list of risks follows a heading that nothing parts from the words around it.
fn list_follows(after: &str) -> bool {
    let sentence = after.split(['。', '\n']).next().unwrap_or_default();
    let clauses = sentence.matches(';').count();
    (clauses > 0 || numbered(after)) && risky(sentence.split(',').next().unwrap_or_default()) && sentence.chars().count() < LONGEST / 3
}

/// A paragraph that names a risk and then explains it: behind a colon, or in sentences of their own.
static NAMES: Pattern = Pattern::new(|| compile(r"^\s*(?:\(?\d{1,2}[.、)]\s?)?(?P<name>[^\n:,。;]{3,26})(?::\s?[^\n]{8,}|。[^\n]{8,})"));

/// Whether a paragraph names a risk before it explains it.
pub(super) fn named(paragraph: &str) -> bool {
    first(&NAMES, paragraph)
        .and_then(|found| group(&found, "name"))
        .is_some_and(|name| paragraph.get(name).is_some_and(|name| has(&RISKY_END, name)))
}

/// Whether the paragraphs below a heading name a risk each, or are a risk a line.
fn listed(after: &str) -> bool {
    let mut lines = after.lines().map(str::trim).filter(|line| !line.is_empty()).take(2);
    let risk = |line: &str| {
        named(line)
            || line.chars().count() < ITEM / 2 && line.matches('。').count() < 2 && has(&RISKY_END, line.trim_end_matches(['。', ';']))
    };
    lines.next().is_some_and(risk) && lines.next().is_some_and(risk)
}

/// The end of the first paragraph: a line break behind a sentence's end.
fn paragraph(after: &str) -> usize {
    after
        .match_indices('\n')
        .map(|(at, _)| at)
        .find(|&at| after.get(..at).is_some_and(|line| line.trim_end().ends_with(['。', '.', '期', '险', '等'])))
        .unwrap_or(after.len())
}
