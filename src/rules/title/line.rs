//! Lines above and below a title that are none: a kind of report, a series with its number, the house before a bar.

use std::ops::Range;

use crate::rules::Context;
use crate::rules::find::{Pattern, compile, first, has, trim};

/// A sector or the word company and a kind of report: `计算机行业重大事项点评`.
static KIND: Pattern = Pattern::new(|| {
    compile(
        r"^(?:[\p{Han}A-Za-z]{1,10}?(?:行业|产业|板块)|上市公司|公司)\p{Han}{0,8}(?:点评|快评|[周月日]报|报告|研究|专题|跟踪|深度|动态|策略|简报)$",
    )
});
/// A series and the number of this part: `选股因子系列研究(十)`, `期权系列报告之十三`.
static SERIES: Pattern = Pattern::new(|| {
    compile(
        r"^[—─\s-]*[\p{Han}A-Za-z0-9“”]{2,16}系列\p{Han}{0,6}?\s?(?:之?\s?\([一二三四五六七八九十百\d]{1,5}\)|之?\s?[一二三四五六七八九十百\d]{1,5})[*\s]*$",
    )
});
/// The house before a headline in its own channel: `望江策略 | …`, `【望江固收】…`.
static HOUSE: Pattern = Pattern::new(|| compile(r"^(?:[\p{Han}·]{2,8}\s?(?:\\?[|丨│]|\\)\s?|【[\p{Han}·]{2,10}】\s?)"));
/// The day a layout prints on the title's line.
static DAY: Pattern = Pattern::new(|| compile(r"(?:[^\s至到(:,~—–-]\s?20\d\d年\d{1,2}月\d{1,2}日|\s20\d\d[-/.]\d{1,2}[-/.]\d{1,2})$"));
/// A company with its code, and perhaps its sector, and nothing else.
static COMPANY: Pattern = Pattern::new(|| {
    compile(r"^[\p{Han}A-Za-z*·-]{2,12}\s?\(\s?\d{4,6}(?:\.?\s?[A-Z]{2})?(?:$|\)(?:\s\p{Han}{2,8}(?:[/|-]\p{Han}{2,8})*)?$)")
});
/// What stands before a title that is shorter is its day alone, in bytes.
const SHORTEST: usize = 18;

/// The name of a digest of many topics, with its day or number.
static DIGEST: Pattern = Pattern::new(|| {
    compile(r"^\p{Han}{0,6}(?:晨会|晨报|早报|早会|晨间)(?:纪要|聚焦|精粹|精选|要点|报告|早知道|速递|播报|快评)?\s?\(?[\d年月日./-]*\)?$")
});

/// Whether a title is the name of a digest and nothing else.
pub(super) fn is_digest(words: &str) -> bool {
    has(&DIGEST, words)
}

/// Whether a line says what kind of report it is and nothing else.
pub(super) fn is_kind(words: &str) -> bool {
    has(&KIND, words)
}

/// Whether a line is a series with the number of this part.
pub(super) fn is_series(words: &str) -> bool {
    has(&SERIES, words)
}

/// Whether a line is the company with its code.
pub(super) fn is_company(words: &str) -> bool {
    has(&COMPANY, words)
}

/// How many bytes of a headline are the house's own name.
pub(super) fn house(words: &str) -> usize {
    first(&HOUSE, words).and_then(|found| found.get(0)).map_or(0, |found| found.end())
}

/// How many bytes at the head of run-on words are a series with its number: `选股因子系列研究(十)`.
pub(super) fn numbered_series(words: &str) -> usize {
    let found = first(&SERIES_LEAD, words).and_then(|found| found.get(0)).map_or(0, |found| found.end());
    // Behind a colon or a dash stands the rest of one line.
    if words.get(found..).is_some_and(|rest| rest.starts_with([':', '—', '─', '-', ','])) { 0 } else { found }
}

static SERIES_LEAD: Pattern =
    Pattern::new(|| compile(r"^[\p{Han}A-Za-z0-9“”]{2,16}系列\p{Han}{0,6}?\s?之?\s?\([一二三四五六七八九十百\d]{1,5}\)"));

/// Where the day begins that ends a line.
fn day(words: &str) -> Option<usize> {
    let found = first(&DAY, words)?.get(0)?;
    let lead = found.as_str().find("20")?;
    Some(found.start() + found.as_str().get(..lead)?.trim_end().len())
}

/// Whether a line is a word or two with a day behind: `消费电子组件2024年4月17日`.
pub(super) fn is_dated_field(words: &str) -> bool {
    day(words).and_then(|at| words.get(..at)).is_some_and(|words| words.chars().count() < FIELD)
}

/// A title is no shorter than what stands before a day on a line of the header, in characters.
const FIELD: usize = 9;

/// A title without the day printed behind it on its line.
pub(super) fn undated(context: &Context<'_>, title: Range<usize>) -> Range<usize> {
    let day = day(context.slice(title.clone()));
    day.filter(|&at| at >= SHORTEST).map_or(title.clone(), |at| title.start..title.start + at)
}

/// The series right above or below a title.
pub(super) fn series_beside(context: &Context<'_>, title: &Range<usize>) -> Option<Range<usize>> {
    let text = context.text();
    let bare = |range: Range<usize>| {
        let words = context.slice(range.clone());
        let rest = words.trim_start_matches(['#', '—', '─', '-', '*', ' ', '\n']);
        trim(text, range.end - rest.len()..range.end)
    };
    let above = context.before(title.start, 60).trim_end_matches(['#', '*', ' ', '\n']);
    let from = title.start - context.before(title.start, 60).len();
    let line = above.rfind('\n').map_or(0, |at| at + 1);
    let above = bare(from + line..from + above.len());
    let below = context.after(title.end, 60);
    let lead = below.len() - below.trim_start_matches(['*', ' ', '\n']).len();
    let end = below.get(lead..).and_then(|rest| rest.find('\n')).map_or(below.len(), |at| lead + at);
    let below = bare(title.end + lead..title.end + end);
    [below, above].into_iter().find(|line| is_series(context.slice(line.clone())))
}
