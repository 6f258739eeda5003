//! The second line of a title: behind a dash, in its piece or below it.

use std::ops::Range;

use super::field::{fields, tidy};
use crate::rules::Context;
use crate::rules::find::{Pattern, compile, first, group, has, is_han, trim};
use crate::rules::subject::Stock;

static SUBTITLE: Pattern = Pattern::new(|| compile(r"(?:——|──|—{1,2}|-{2,}|–{1,2})\s*(?P<sub>[\p{Han}A-Za-z0-9][^\n。《》■❑⚫◼]{3,70})"));
/// Figures and legal text behind a dash.
static NO_SUBTITLE: Pattern = Pattern::new(|| compile(r"\d\.\d|资料来源|声明|执业|%|电话"));

/// Fields that are part of a subtitle rather than its end.
const NAMES_A_KIND: &[&str] = &[
    "行业",
    "公司",
    "深度报告",
    "点评报告",
    "动态报告",
    "专题报告",
    "动态点评",
    "更新报告",
    "投资策略报告",
    "报告日期",
    "业绩点评",
    "本周",
    "近日",
];
/// What goes before 报告 in the name of a kind of report.
const KIND_OF_REPORT: &[&str] = &["跟踪", "点评", "深度", "研究", "专题", "动态", "策略", "系列", "分析", "覆盖"];

/// A kind of report at the end of a subtitle.
static KIND: Pattern = Pattern::new(|| {
    compile(r"(?:周报|月报|日报|跟踪|点评|报告|总结|专题|系列(?:研究|报告)?(?:之?[一二三四五六七八九十]{1,3})?|策略)(?:\([^()]*\))?$")
});

/// Parts title and subtitle that stand in one piece.
pub(super) fn split(context: &Context<'_>, range: Range<usize>, stock: Option<&Stock>) -> (Range<usize>, Option<Range<usize>>) {
    let words = context.slice(range.clone());
    let cut = ["——", "──", "--"].iter().filter_map(|mark| words.find(mark).map(|at| (at, mark.len()))).filter(|(at, _)| *at > 0).min();
    // One dash parts them where a kind of report stands behind it (`…—2020年数据跟踪`), or before it (`周报—…`).
    let cut = cut.or_else(|| {
        let at = words.find('—').filter(|at| *at > 0)?;
        has(&KIND, words.get(at..)?).then_some((at, '—'.len_utf8()))
    });
    let Some((at, mark)) = cut else {
        return (range, None);
    };
    let main = tidy(context, range.start..range.start + at, stock);
    let sub = tidy_sub(context, range.start + at + mark..range.end);
    // `…──望湖股份` + `深度报告`: a field of the header took the kind of report off its end.
    let after =
        |pattern: &Pattern| first(pattern, context.after(sub.end, 40)).and_then(|found| found.get(0)).map_or(0, |found| found.end());
    let (more, period) = (after(&GOES_ON), after(&PERIOD));
    let words = context.slice(sub.clone());
    let open = !FINISHED.iter().any(|end| words.ends_with(end))
        && words.ends_with(|c: char| is_han(c) || c.is_ascii_alphanumeric())
        && !words.contains(',')
        && !has(&ENDS, words);
    let sub = sub.start..sub.end + if open { more } else { period };
    (main, (sub.len() > 8).then_some(sub))
}

/// The days of a series in brackets.
static PERIOD: Pattern = Pattern::new(|| compile(r"^\(20[^()]{2,20}\)"));
/// What a subtitle ends with: behind it stands the next field.
const FINISHED: &[&str] = &["点评", "快评", "周报", "月报", "日报", "报告", "总结"];
/// A kind of report right behind words of a subtitle.
static GOES_ON: Pattern = Pattern::new(|| {
    compile(
        r"^(?:行业[周月日季双]{1,2}报|公司[年季]报点评)|^(?:行业|公司|近期)?(?:首次覆盖|深度|点评|跟踪|动态|专题|研究|年度|投资|业绩|信息|更新){1,3}(?:报告|点评|周报|月报|策略)?(?:系列)?(?:之?[一二三四五六七八九十]{1,2}|\d{1,2})?(?:\(20[^()]{2,20}\))?",
    )
});
/// A kind of report within a subtitle; words glued behind it are the next field.
static ENDS: Pattern = Pattern::new(|| {
    compile(
        r"(?:(?:深度|专题|点评|跟踪|动态|策略|研究|覆盖|更新|系列)报告|[年季中财]报总结|[周月日季年]报(?:点评)?|周观点|动态点评)(?:系列)?(?:之?[一二三四五六七八九十]{1,2}|\d{1,2})?(?:\([^()]{1,24}\))?",
    )
});

/// The kind of report right behind a company's code.
static BEHIND_CODE: Pattern = Pattern::new(|| compile(r"^(?:20\d\d年?)?\p{Han}{0,8}?(?:点评|快评|跟踪|更新|首次覆盖|深度)(?:报告)?"));

fn tidy_sub(context: &Context<'_>, range: Range<usize>) -> Range<usize> {
    let words = context.slice(range.clone());
    let start = range.start + words.len() - words.trim_start_matches(['—', '─', '-', ' ', '\n']).len();
    start..range.start + words.trim_end().len().max(start - range.start)
}

/// A subtitle behind its dash, near the title or with header fields between.
pub(super) fn subtitle(context: &Context<'_>, main: &Range<usize>) -> Option<Range<usize>> {
    let text = context.text();
    let end = main.end + context.after(main.end, 420).len();
    let window = context.slice(main.end..end);
    let mut at = 0;
    while let Some(found) = window.get(at..).and_then(|rest| first(&SUBTITLE, rest)) {
        let (Some(sub), Some(whole)) = (group(&found, "sub"), found.get(0)) else {
            return None;
        };
        let dash = at + whole.start();
        let range = main.end + at + sub.start..main.end + at + sub.end;
        at += whole.end();
        let before = window.get(..dash).unwrap_or_default().trim_end();
        let words = context.slice(range.clone());
        // The day behind a related report's title, or a dash within a sentence.
        let related = before.ends_with(['》', '>']) || words.starts_with("20") && words.get(4..5).is_some_and(|c| c == "-");
        let inside = before.ends_with(|c: char| c.is_ascii_digit()) && words.starts_with(|c: char| c.is_ascii_digit());
        if related || inside || before.contains("相关报告") || before.contains("相关研究") {
            continue;
        }
        // It ends with its bracket or before the next field.
        let field = fields(context.part(range.clone()))
            .find(|found| {
                found.start() > 0
                    && !NAMES_A_KIND.iter().any(|kind| found.as_str().starts_with(kind))
                    && !(found.as_str().starts_with("20") && words.get(..found.start()).is_some_and(|words| words.ends_with(['(', '-'])))
            })
            .map_or(words.len(), |found| found.start());
        // `跟踪报告` + `日期:`, or a subtitle + `报告日期:`.
        let label =
            ["报告日期", "发布日期", "日期", "证券研究报告"].iter().filter_map(|label| words.find(label).map(|at| (at, *label))).min();
        let kind = |at: usize| KIND_OF_REPORT.iter().any(|kind| words.get(..at).is_some_and(|words| words.ends_with(kind)));
        let label = label.map_or(words.len(), |(at, label)| if label == "报告日期" && kind(at) { at + "报告".len() } else { at });
        let bracket =
            words.find(')').filter(|_| words.get(..field).is_some_and(|words| words.contains('('))).map_or(words.len(), |at| at + 1);
        let end = field.max(if bracket < words.len() { bracket } else { 0 }).min(label).min(bracket);
        // A kind of report ends it, where more than the name of a sector is glued behind.
        let kind = words.get(..end).and_then(|words| {
            let found = ENDS.as_ref()?.find_iter(words).find(|found| found.start() > 3)?;
            let rest = words.get(found.end()..)?;
            (rest.starts_with(is_han) && !["之", "系列", "点评", "总结", "及", "暨", "与", "及"].iter().any(|word| rest.starts_with(word)))
                .then_some(found.end())
        });
        let end = kind.unwrap_or(end);
        // `望湖科技(300999)` + `年报点评`: the kind behind the bracket of a code belongs to it.
        let code = words.get(..end).is_some_and(|words| words.ends_with(')'));
        let more = Some(()).filter(|()| code).and_then(|()| first(&BEHIND_CODE, words.get(end..)?)?.get(0)).map_or(0, |found| found.end());
        let range = trim(text, range.start..range.start + end + more);
        let words = context.slice(range.clone());
        let han = words.chars().filter(|c| is_han(*c)).count();
        return (range.len() > 8 && han > 3 && !has(&NO_SUBTITLE, words)).then_some(range);
    }
    None
}
