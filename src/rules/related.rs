//! Earlier reports the report lists: title and day.

use std::ops::Range;

use super::Context;
use super::find::{Pattern, captures, compile, first, group, has, is_han, trim};
use crate::domain::Located;
use crate::domain::date::find_dates;
use crate::domain::record::RelatedReport;

/// No list is longer; a table of references is none.
const MOST: usize = 20;
/// A heading holds for titles this near, in bytes.
const NEAR: usize = 1600;

static HEADING: Pattern =
    Pattern::new(|| compile(r"相关(?:研究)?(?:报告|研究|研报)|近期(?:研究)?报告|前期(?:研究)?报告|Related (?:reports?|research)"));
/// A title in brackets, with its day before or behind.
static ENTRY: Pattern = Pattern::new(|| {
    compile(concat!(
        r"(?P<before>20\d\d[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?)\s?《(?P<dated>[^《》\n]{4,120})》",
        r"|(?:《(?P<title>[^《》\n]{4,120}(?:\n[^《》\n]{2,60})?(?:《[^》\n]{1,60}》[^《》\n]{0,60})?)》|<<(?P<angle>[^<>\n]{4,120})>>)",
        r"\s*(?:[—–-]{0,3}\s*\(?(?P<after>20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?|20\d{6}))?",
    ))
});

/// Earlier reports in order of place. Brackets tell a title by themselves; a list without them is told by its days
/// alone, on lines of their own or, where there are no lines, behind the titles.
pub(super) fn read(context: &Context<'_>) -> Vec<Located<RelatedReport>> {
    let found = bracketed(context);
    if !found.is_empty() || !context.chinese {
        return found;
    }
    let entries = plain(context).or_else(|| run_on(context)).unwrap_or_default();
    entries.into_iter().take(MOST).filter_map(|(title, day)| entry(context, title, day)).collect()
}

/// Titles in brackets behind a heading or one another.
fn bracketed(context: &Context<'_>) -> Vec<Located<RelatedReport>> {
    let text = context.text();
    let headings: Vec<usize> = captures(&HEADING, text).filter_map(|found| found.get(0).map(|whole| whole.end())).collect();
    let mut open: Option<usize> = None;
    let mut found: Vec<Located<RelatedReport>> = Vec::new();
    for entry in captures(&ENTRY, text) {
        let (Some(whole), Some(title)) =
            (entry.get(0), group(&entry, "dated").or_else(|| group(&entry, "title")).or_else(|| group(&entry, "angle")))
        else {
            continue;
        };
        let day = group(&entry, "after").or_else(|| group(&entry, "before"));
        if found.len() == MOST {
            break;
        }
        // The last heading above decides.
        let above = headings.partition_point(|end| *end <= whole.start()).checked_sub(1).and_then(|at| headings.get(at));
        let within = |reach: usize| above.is_some_and(|end| whole.start() - end < reach);
        let headed = within(24);
        let follows = day.is_some() && open.is_some_and(|end| whole.start().saturating_sub(end) < 60);
        let near = within(NEAR);
        // In the list: right behind the heading, behind another entry, or with a day near the heading.
        if !(headed || follows || (near && day.is_some())) {
            continue;
        }
        open = Some(whole.end());
        let words = context.words(title.clone());
        let date = day.and_then(|range: Range<usize>| find_dates(context.slice(range)).first().map(|found| found.date));
        if found.iter().any(|other| other.value.title == words) {
            continue;
        }
        found.extend(context.located(RelatedReport { title: words, date }, whole.range()));
    }
    found
}

/// The heading of a list, alone on its line.
static LIST_HEADING: Pattern = Pattern::new(|| {
    compile(r"(?m)^[^\n\p{Han}]{0,12}(?:相关(?:研究)?(?:报告|研究|研报)|近期(?:研究)?报告|前期(?:研究)?报告|往期报告)[^\n\p{Han}]{0,4}$")
});
/// A line that ends with the day of its entry, or is that day alone.
static DATED_LINE: Pattern =
    Pattern::new(|| compile(r"(?:^|[^\d.])[\s—–(-]*(?P<day>20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?|20\d{6})\)?$"));
/// What ends a list without brackets.
static LIST_ENDS: Pattern =
    Pattern::new(|| compile(r"[SA]\d{13}|分析师|研究员|联系人|证券研究报告|执业|@|。|《|》|资料来源|目录|^\d+(?:\.\d+)? |\t"));
/// One title with a day may be anything.
const FEWEST: usize = 2;
/// A title and its day.
type Entry = (Range<usize>, Range<usize>);
/// The title of an entry takes no more lines, and no more characters.
const TITLE_LINES: usize = 4;
const TITLE: usize = 110;

/// Entries without brackets: below the heading a title, on one line or more, then its day.
fn plain(context: &Context<'_>) -> Option<Vec<Entry>> {
    let text = context.text();
    for heading in captures(&LIST_HEADING, text).filter_map(|found| found.get(0).map(|whole| whole.end())).take(3) {
        let mut entries: Vec<Entry> = Vec::new();
        let mut title: Option<Range<usize>> = None;
        let mut lines = 0;
        let mut at = heading;
        for line in context.after(heading, NEAR).split_inclusive('\n') {
            let range = trim(text, at..at + line.len());
            at += line.len();
            let words = context.slice(range.clone());
            if words.is_empty() {
                continue;
            }
            if has(&LIST_ENDS, words) {
                break;
            }
            let day = first(&DATED_LINE, words).and_then(|found| group(&found, "day"));
            let own = day.as_ref().map_or(words, |day| words.get(..day.start).unwrap_or_default());
            let own = own.trim_end_matches([' ', '—', '–', '-', '(']);
            if !own.is_empty() {
                let start = range.start + own.len() - own.trim_start_matches(['#', '*', '-', '•', ' ']).len();
                let from = title.map_or(start, |title| title.start);
                title = Some(from..range.start + own.len());
                lines += 1;
            }
            let long = title.as_ref().is_some_and(|title| context.slice(title.clone()).chars().count() > TITLE);
            if lines > TITLE_LINES || long {
                break;
            }
            if let Some(day) = day {
                let Some(title) = title.take() else { break };
                entries.push((title, range.start + day.start..range.start + day.end));
                lines = 0;
            }
        }
        let named = |title: &Range<usize>| context.slice(title.clone()).chars().filter(|c| is_han(*c)).count() > 3;
        if entries.len() >= FEWEST && entries.iter().all(|(title, _)| named(title)) {
            return Some(entries);
        }
    }
    None
}

/// A report by its title and the day behind it.
fn entry(context: &Context<'_>, title: Range<usize>, day: Range<usize>) -> Option<Located<RelatedReport>> {
    let date = find_dates(context.slice(day.clone())).first().map(|found| found.date);
    let report = RelatedReport { title: context.words(title.clone()), date };
    context.located(report, title.start..day.end)
}

/// The day behind a title in a run-on list.
static RUN_ON_DAY: Pattern = Pattern::new(|| compile(r"[\s—–(-]{0,4}(?P<day>20\d\d[-/.]\d{1,2}[-/.]\d{1,2})\)?"));
/// An author's name between a title and its day.
static BY: Pattern = Pattern::new(|| compile(r"/\p{Han}{2,4}$"));

/// Entries without brackets and without line breaks: behind the heading a title, its day, the next title.
fn run_on(context: &Context<'_>) -> Option<Vec<Entry>> {
    let text = context.text();
    for heading in captures(&HEADING, text).filter_map(|found| found.get(0).map(|whole| whole.end())).take(4) {
        let after = context.after(heading, NEAR);
        let stop = LIST_ENDS.as_ref().and_then(|ends| ends.find(after)).map_or(after.len(), |end| end.start());
        let list = after.get(..stop).unwrap_or_default();
        let mut entries: Vec<Entry> = Vec::new();
        let mut at = 0;
        for day in captures(&RUN_ON_DAY, list) {
            let (Some(whole), Some(day)) = (day.get(0), group(&day, "day")) else { break };
            let own = list.get(at..whole.start()).unwrap_or_default();
            let start_of = |own: &str| own.len() - own.trim_start_matches(|c: char| " \n:、.)•·■◼⚫➢-".contains(c)).len();
            // `2、` numbers the entry; the digits of `8月` and `20H1` are the title's.
            let digits = own.len() - own.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let lead = digits + own.get(digits..).map_or(0, start_of);
            let lead = if lead == digits { 0 } else { lead };
            let own = own.get(lead..).unwrap_or_default();
            let own = own
                .get(..first(&BY, own).and_then(|by| by.get(0)).map_or(own.len(), |by| by.start()))
                .unwrap_or(own)
                .trim_end_matches([' ', '…', '·', '.']);
            let count = own.chars().count();
            if !(6..=TITLE).contains(&count) || own.contains('\n') || own.chars().filter(|c| is_han(*c)).count() < 4 {
                break;
            }
            let start = heading + at + lead;
            entries.push((start..start + own.len(), heading + day.start..heading + day.end));
            at = whole.end();
        }
        if entries.len() >= FEWEST {
            return Some(entries);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn list(text: &str) -> Vec<String> {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        read(&Context::new(&document, &zones))
            .into_iter()
            .map(|found| format!("{} {}", found.value.title, found.value.date.map_or("-".to_owned(), |date| date.to_string())))
            .collect()
    }

    #[test]
    fn titles_with_days_before_and_behind() {
        assert_eq!(
            list(
                "#### 相关报告：\n\n《2024W14 周数据跟踪》\n\n——2024 年 04 月 12 日\n\n《周观点：新模型上线》\n\n——2024 年 04 月 08 日\n\n正文引用《数据安全办法》。"
            ),
            ["2024W14 周数据跟踪 2024-04-12", "周观点：新模型上线 2024-04-08"]
        );
        assert_eq!(
            list("资料来源贝格数据相关报告1《光学-行业深度:看远方》2024-07-052《光学-行业专题:看近处》2024-03-16行业走势图"),
            ["光学-行业深度:看远方 2024-07-05", "光学-行业专题:看近处 2024-03-16"]
        );
        assert_eq!(list("# 相关研究报告\n\n<<策略日报（2024.07.01）：分化>>--2024-07-01\n"), ["策略日报（2024.07.01）：分化 2024-07-01"]);
        assert_eq!(list("相关报告20231115《烈火见真金》20240603《创新引领》海外研究"), ["烈火见真金 2023-11-15", "创新引领 2024-06-03"]);
    }

    #[test]
    fn titles_without_brackets_have_their_days_below() {
        assert_eq!(
            list("## 相关报告\n\n配置时点渐行渐近\n\n2021.11.20\n\n回调正是布局良机\n\n2021.11.02\n\n## 1. 概述\n\n正文。"),
            ["配置时点渐行渐近 2021-11-20", "回调正是布局良机 2021-11-02"]
        );
        assert_eq!(
            list(
                "相关研究\n因子系列（一）——从换手率看风\n格轮动\n2023-07-23\n因子系列（二）——尾部相关性 2023-12-25\n金融工程分析师\n吴某\n"
            ),
            ["因子系列（一）——从换手率看风格轮动 2023-07-23", "因子系列（二）——尾部相关性 2023-12-25"]
        );
        assert!(list("相关研究\n公司公告显示产能投放。\n2023-07-23\n").is_empty());
    }

    #[test]
    fn run_on_lists_need_no_brackets() {
        assert_eq!(
            list(
                "资料来源望江资讯相关报告低温物流系列报告：渗透率提升2023-03-14临港冷链：短期承压，长期看好龙头/吴某2023-01-10仓储租金的秘密（2022-12-28）8月仓储价格回落2022-09-022、20H2冷柜点评2022-08-02-12%1%13%沪深300"
            ),
            [
                "低温物流系列报告：渗透率提升 2023-03-14",
                "临港冷链：短期承压，长期看好龙头 2023-01-10",
                "仓储租金的秘密 2022-12-28",
                "8月仓储价格回落 2022-09-02",
                "20H2冷柜点评 2022-08-02"
            ]
        );
        assert!(list("相关研究人员表示，试点自2023-03-14开始。收入统计截至2023-01-10。").is_empty());
    }

    #[test]
    fn laws_and_books_in_the_text_are_none() {
        assert!(list("两部门印发《若干措施》，自2024年1月1日起施行。公司发布《股权激励计划》。").is_empty());
    }
}
