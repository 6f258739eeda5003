//! The items of a section.

use std::ops::Range;

use super::ITEM;
use super::number::{numbered_names, numbers, quantity};
use super::section::named;
use super::words::{RISKY, clause_ends, inner_mark, is_bullet, list_mark};
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, first, group, has, is_han, line_at, trim};

/// The name of a risk is no longer than this, in characters.
const NAME: usize = 20;
/// A clause longer than this explains a risk, in characters.
const EXPLANATION: usize = 36;

static TAIL: Pattern = Pattern::new(|| compile(r"(?:等(?:风险|因素|方面)?|等等)?[。;,.、\s]*$"));
/// A paragraph that names a risk and then explains it.
static NAMED: Pattern = Pattern::new(|| compile(r"(?m)^\s*(?:\d[.、)]\s?)?(?P<name>[^\n:,。]{4,24}):[^\n]{12,}"));
/// What stands before a colon and names whose risks follow, none of them itself: `医疗服务板块:`.
static GROUP: Pattern = Pattern::new(|| compile(r"(?:板块|方面|层面|领域|业务|行业|市场)$"));

/// Cuts a section into its items.
pub(super) fn split(context: &Context<'_>, section: Range<usize>) -> Vec<Range<usize>> {
    let words = context.slice(section.clone());
    let explained = captures(&NAMED, words)
        .filter_map(|found| group(&found, "name"))
        .any(|name| words.get(name).is_some_and(|name| !has(&GROUP, name)));
    // A bullet before the first item alone parts nothing.
    let listed = words.trim().trim_start_matches(|c: char| is_bullet(c) || c == ' ');
    let strong = explained
        || words.contains([';', '；'])
        || listed.contains(is_bullet)
        || words.trim().contains('\n')
        || numbers(words).count() > 1
        || words.trim().trim_end_matches('。').contains('。');
    let bare = words.get(..first(&TAIL, words).and_then(|found| found.get(0)).map_or(words.len(), |found| found.start())).unwrap_or(words);
    let mark = if strong { None } else { list_mark(bare) };
    let mut cuts: Vec<(usize, usize)> = words
        .char_indices()
        .filter(|(at, c)| match c {
            ';' | '。' | '\n' => true,
            _ if is_bullet(*c) => true,
            ',' | '、' => !strong && (mark == Some(*c) || clause_ends(words, *at)),
            _ => false,
        })
        .map(|(at, c)| (at, at + c.len_utf8()))
        .collect();
    cuts.extend(numbers(words));
    cuts.sort_unstable();
    let mut items = Vec::new();
    let mut at = 0;
    for (start, end) in cuts.into_iter().chain([(words.len(), words.len())]) {
        if start >= at {
            if strong && !explained && !words.trim().contains('\n') {
                items.extend(inner(words, at..start));
            } else {
                items.push(at..start);
            }
        }
        at = at.max(end);
    }
    let found: Vec<Range<usize>> = items
        .into_iter()
        .filter_map(|item| {
            let range = trim(context.text(), section.start + item.start..section.start + item.end);
            let words = context.slice(range.clone());
            let lead = words.len()
                - words.trim_start_matches(['-', '•', '*', ' ', ':', '、', ',', '(', ')', '\u{f06c}', '\u{f06e}', '\u{f0d8}']).len();
            let body = words.get(lead..).unwrap_or_default();
            // `通胀超预期:海内外通胀演绎…`: the name of the risk stands before the colon.
            let (lead, body) = match body.split_once(':') {
                Some((name, rest)) if has(&GROUP, name) && !rest.is_empty() => (lead + name.len() + 1, rest),
                Some((name, _)) if (4..=24).contains(&name.chars().count()) => (lead, name),
                _ => (lead, body),
            };
            let number =
                first(&NUMBER, body).and_then(|found| found.get(0)).filter(|found| !quantity(body, found)).map_or(0, |found| found.end());
            let number = if number == 0 { bare_number(body) } else { number };
            let (lead, body) = (lead + number, body.get(number..).unwrap_or_default());
            let body = first(&GLUED_NAME, body)
                .or_else(|| first(&NAME_AND_REASON, body))
                .and_then(|found| group(&found, "name"))
                .map_or(body, |name| body.get(name).unwrap_or(body));
            let tail = first(&TAIL, body).and_then(|found| found.get(0)).map_or(body.len(), |found| found.start());
            // The page's number, or the figures of the table below, glued to the last words.
            let kept = body.get(..tail).unwrap_or_default();
            let tail = first(&FIGURES, kept)
                .and_then(|found| found.get(0))
                .map_or(tail, |found| found.start() + found.as_str().find(|c: char| !is_han(c)).unwrap_or(0));
            let count = body.get(..tail).map_or(0, |body| body.chars().count());
            let bad = has(&RISKY, body) || (count < 20 && !body.contains(|c: char| c.is_ascii_digit()));
            ((3..=ITEM / 2).contains(&count) && bad && !has(&LEGAL, body)).then_some(range.start + lead..range.start + lead + tail)
        })
        .collect();
    // Among named risks a long sentence explains the one before it.
    let count = |range: &Range<usize>| context.slice(range.clone()).chars().count();
    let short = found.iter().filter(|range| count(range) <= NAME).count();
    let paragraphs = words.lines().filter(|line| named(line)).take(2).count() > 1;
    // Below numbered names all other lines explain.
    let numbered = numbered_names(words) > 0;
    let explains = |range: &Range<usize>| {
        if numbered
            && !context.slice(line_at(context.text(), range.start)).trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '(')
        {
            return true;
        }
        let words = context.slice(range.clone());
        // Paragraphs that name a risk each explain it to their end.
        let line = range.start - context.slice(section.start..range.start).rsplit('\n').next().map_or(0, str::len);
        let behind = paragraphs && context.slice(line..range.start).contains(['。', ':']);
        behind || short > 1 && words.contains(',') && (count(range) > EXPLANATION || count(range) > NAME && has(&SUPPOSES, words))
    };
    found.iter().filter(|range| !explains(range)).cloned().collect()
}

/// `市场波动风险` glued to the sentence that explains it.
static GLUED_NAME: Pattern =
    Pattern::new(|| compile(r"^(?P<name>[\p{Han}]{2,9}风险|[\p{Han}A-Za-z0-9]{2,18}的风险)[^的、及和,;。\p{P}][^,;]{8,}"));

/// A longer name glued to a sentence that begins as explanations do.
static NAME_AND_REASON: Pattern = Pattern::new(|| {
    compile(
        r"^(?P<name>[\p{Han}A-Za-z0-9]{2,18}?(?:风险|[及达超]预期|加剧))(?:目前|当前|在当前|随着|如果|若|由于|近年|我们|前文|根据|考虑到)[^;]{8,}",
    )
});

/// The parts of an item that are risks of their own; an item longer than any risk falls apart at its commas.
fn inner(words: &str, item: Range<usize>) -> Vec<Range<usize>> {
    let text = words.get(item.clone()).unwrap_or_default();
    let tail = first(&TAIL, text).and_then(|found| found.get(0)).map_or(text.len(), |found| found.start());
    let own = text.get(..tail).unwrap_or(text);
    let own = own.rsplit(':').next().unwrap_or(own);
    let mark = inner_mark(own);
    // Where sentences follow each other a long one explains.
    let long = text.chars().count() > ITEM / 2 && !words.trim_end().trim_end_matches('。').contains('。');
    let offset = text.len() - text.get(text.find(own).unwrap_or(0)..).map_or(text.len(), str::len);
    let mut parts = Vec::new();
    let mut from = item.start;
    for (at, c) in own.char_indices().map(|(at, c)| (at + offset, c)).filter(|(_, c)| matches!(c, ',' | '、')) {
        if mark == Some(c) || long && c == ',' && clause_ends(text, at) {
            parts.push(from..item.start + at);
            from = item.start + at + c.len_utf8();
        }
    }
    parts.push(from..item.end);
    parts
}

/// The length of a number that nothing parts from its item: `2渠道库存…`, none in `5G` or `8英寸`.
fn bare_number(item: &str) -> usize {
    let mut chars = item.chars();
    let digit = chars.next().is_some_and(|c| matches!(c, '1'..='9'));
    let unit = |c: char| "年月日季个家大成倍寸英期号类级线条万亿元".contains(c);
    usize::from(digit && chars.next().is_some_and(|c| is_han(c) && !unit(c)))
}

/// A risk's last word with digits behind it.
static FIGURES: Pattern = Pattern::new(|| compile(r"(?:风险|预期|加剧|下滑|下降|波动|不及|事件|问题|下行)[\d(%-].*$"));

/// Words a sentence begins with that explains the risk before it.
static SUPPOSES: Pattern = Pattern::new(|| compile(r"^(?:若|如果|如|一旦|假如|目前|当前|由于|随着|受)"));

static NUMBER: Pattern = Pattern::new(|| compile(r"^(?:\d{1,2}[.、)]\s?)+"));

/// What an item never holds.
static LEGAL: Pattern = Pattern::new(|| {
    compile(
        r"^来源|^风险提示|^我们(?:认为|判断)|^数据来源|^资料来源|本报告|本公司|投资者|投资建议|分享证券投资收益|^(?:等核心内容|若缺少)|无法提交|评级|板块$|http|财务摘要|目录|版权|免责|声明|\[|#|请务必|基准|以下(?:几[个点])?风险$|行业研究p|几个方面|主要(?:有|包括)|20\d\d年\d|^[^\p{Han}]{0,6}$|^[^\p{Han}]{0,3}图表|^(?:因此|此外|从而|进而|影响我们)",
    )
});
