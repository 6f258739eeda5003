//! Titles of Chinese reports: a field mark, a heading, or the piece of a run-on header that is no header field.

use std::ops::Range;

use super::Title;
use crate::rules::find::{Pattern, compile, first, group, has, is_han, trim};
use crate::rules::{Context, subject};
use crate::zones::ZoneKind;

/// The header and what may stand before it, in characters.
const FRONT: usize = 3200;

/// Header fields and the first words of the body: a title ends where one begins.
static FIELD: Pattern = Pattern::new(|| {
    compile(concat!(
        r"\n|[■❑⚫◆●◼◾▌➢►✓\x{e000}-\x{f8ff}]|请务必[^。\n]{0,30}?(?:声明|申明|条款)(?:部分)?|请务必阅读[^。\n]{0,20}?部分|敬请(?:参阅|阅读)[^。\n]{0,20}?(?:声明|页)|本报告版权[^。\n]{0,30}。|各项声明[^。\n]{0,20}。|免责声明和披露[^。\n]{0,30}。",
        r"|重要提示[:：][^。\n]{0,60}。|请阅读(?:最后一页|正文后)[^。\n]{0,16}?(?:声明|条款)|https?://[\w./]+|www\.[\w.]+|全球视野\s?本土智慧|守正出奇宁静致远",
        r"|\d?证券研究报告(?:[—–/|·-]{1,2}\s?\p{Han}{2,6}(?:报告|研究|分析|点评|快报))*(?:/\p{Han}{2,10}报告)?|(?:行业|公司)(?:研究|报告|点评|深度|动态|周报|专题|跟踪|评级)(?:报告|研究|周报)?(?:类模板)?(?:[|/·]\s?\p{Han}{2,6}(?:报告|研究|周报|点评|分析))?|行业公司研究|(?:更新|首次覆盖)报告(?:买入|增持|推荐|持有|中性)?",
        r"|\p{Han}{2,4}研究(?:公告|年报|季报|首次)?(?:点评|覆盖)|(?:财报|专题|快评|动态|公告|业绩|事件)点评|深度报告|点评报告|动态报告|专题报告|行业专题|投资策略报告",
        r"|(?:买入|增持|推荐|中性|持有|减持|卖出|强烈推荐|谨慎增持|审慎增持|强于大市|同步大市|弱于大市|看好|超配|标配|领先大市)[-AB]*\s?(?:[(/|][^)\n]{0,8}\)?)",
        r"|投资评级|行业评级|上次评级|目标价|当前价|收盘价|盈利预测(?:与|和|及)|(?:报告|发布|出具)?(?:日期|时间)\s?[:。]|所属(?:部门|行业)|报告类别|报告时间|(?:20\d\d)\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|20\d\d[-/.]\d{1,2}[-/.]\d{1,2}",
        r"|投资要点|核心观点|主要观点|报告导读|报告摘要|投资摘要|内容提要|摘要|要点|事件\s?[:：]|事项\s?[:：]|(?:行业)?走势图|相对(?:市场)?表现|资料来源[:：]?(?:贝格数据|\s?Wind(?:资讯)?)?|相关(?:研究)?报告|相关研究|分析师|研究员|联系人|作者|[SA]\d{12,13}|SAC",
        r"|[\p{Han}A-Za-z]{2,8}\s?\((?:\d{5,6}[^)\d]{0,8}|\d{4}\s?\.?\s?HK)\)|\d{6}\.(?:SH|SZ|HK|BJ)",
        r"|本报告|我们认为|公司(?:发布|公告|前三季度|上半年|第[一二三四]季度|全年|单季|实现)|前三季度|本周|近日|截至|目录|Page\s?\d|P\d{1,2}\b|\d{1,2}/\d{1,3}",
    ))
});
static SUBTITLE: Pattern = Pattern::new(|| compile(r"(?:——|──|—{1,2}|-{2,}|–{1,2})\s*(?P<sub>[\p{Han}A-Za-z0-9][^\n。《》■❑⚫◼]{3,70})"));
/// Headings that are no title.
static GENERIC: Pattern = Pattern::new(|| {
    compile(
        r"^(?:目\s?录|内容目录|图表?\s?目录|摘\s?要|正文|投资(?:要点|建议|评级)|核心观点|主要观点|相关(?:研究|报告)|风险提示|证券研究报告|.{0,8}研究报告|.{0,6}研究|免责|分析师|.{2,6}证券|.*有限(?:责任)?公司|大类资产跟踪|增持|买入|评级|经济研究|(?:宏观|策略|行业|公司|固收)?(?:快评|点评|研究|报告|深度)|(?:专题|点评|深度|动态)报告|行业(?:周报|研究))\S{0,4}$|.{2,10}·.{2,8}$|最近一年|市场走势",
    )
});
/// What a title does not hold: sentences of the body, figures, legal text.
static NO_TITLE: Pattern = Pattern::new(|| {
    compile(
        r"^(?:[起的及为在将是已并,、]|买入|增持)|[自于的和与为在及、]$|评级\)|(?:买入|增持|推荐|中性|强于大市|看好|超配)\s?\((?:维持|首次|上调|下调)|[।\[\]\\]|省略|声明|申明|数据来源|研究所|注:|图表?\d|执业|强于大市|风险提示|KEYPOINTS|如下|投资分析意见|勤勉|版权|请务必|电话|邮箱|地址|百万元|亿元[,,]|总股本|总市值|沪深300|编[号码]|有限公司|@|^\d|\d{5}|同比(?:增长|下降)\d|相比|公众号|[?]{2}|资料来源|整理$|研究(?:中心|院|部)$|\d个月评级|财务报表|利润表(?:[^现]|$)|现金流量表|资产负债表|共\d+页|(?:仍需|建议|其中|以及|关于)$",
    )
});

/// Fields that are part of a subtitle rather than its end.
const NAMES_A_KIND: &[&str] =
    &["行业", "公司", "深度报告", "点评报告", "动态报告", "专题报告", "动态点评", "投资策略报告", "报告日期", "业绩点评", "本周", "近日"];
/// What goes before 报告 in the name of a kind of report.
const KIND_OF_REPORT: &[&str] = &["跟踪", "点评", "深度", "研究", "专题", "动态", "策略", "系列", "分析", "覆盖"];

pub(super) fn find(context: &Context<'_>) -> Option<Title> {
    let main = marked(context).or_else(|| heading(context)).or_else(|| glued(context))?;
    let (main, own) = split(context, main);
    let subtitle = own.or_else(|| subtitle(context, &main));
    Some(Title { main, subtitle })
}

/// Behind the field mark `title`, or `main` of templates that mark the whole box.
fn marked(context: &Context<'_>) -> Option<Range<usize>> {
    let text = context.text();
    let mut best: Option<(i32, Range<usize>)> = None;
    for mark in context.document.normalized.bookmarks() {
        let title = mark.name == "title";
        if !(title || matches!(mark.name.as_str(), "main" | "maininfo")) {
            continue;
        }
        let end = text.get(mark.at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| mark.at + at);
        if end.saturating_sub(mark.at) > 900 && !title {
            continue;
        }
        for piece in pieces(context, mark.at..end.min(mark.at + context.after(mark.at, 200).len())) {
            let score = score(context, &piece) + if title { 4 } else { 2 };
            if score >= 6 && best.as_ref().is_none_or(|(top, _)| score > *top) {
                best = Some((score, piece));
            }
        }
    }
    best.map(|(_, range)| range)
}

/// The first heading of the text, or its first line when that is short and no field.
fn heading(context: &Context<'_>) -> Option<Range<usize>> {
    let text = context.text();
    let front = context.after(0, FRONT);
    let mut at = 0;
    let mut first_line: Option<Range<usize>> = None;
    let lines = front.split_inclusive('\n').count();
    for line in front.split_inclusive('\n').take(60) {
        let range = trim(text, at..at + line.len());
        at += line.len();
        let words = context.slice(range.clone());
        if let Some(rest) = words.strip_prefix('#') {
            let rest = rest.trim_start_matches(['#', ' ']);
            let start = range.end - rest.len();
            let title = rest.trim_start_matches(['—', '-', ' ']);
            // A first line longer than the name of a department is the title; headings below are sections.
            if let Some(first) =
                first_line.clone().filter(|first| runs_on(context, first) && context.slice(first.clone()).chars().count() > 9)
            {
                return Some(first);
            }
            if rest == title && fits(title) {
                return Some(start..range.end);
            }
        } else if first_line.is_none() && lines > 6 && fits(words) && !starts_with_field(words) {
            first_line = Some(range);
        }
    }
    first_line.filter(|first| runs_on(context, first))
}

fn starts_with_field(words: &str) -> bool {
    FIELD.as_ref().and_then(|field| field.find(words)).is_some_and(|found| found.start() == 0)
}

fn fits(words: &str) -> bool {
    // The company and its code may lead the title (`望湖科技(300999.SZ):…`).
    let named = first(&COMPANY_LEAD, words).and_then(|found| found.get(0)).map_or(0, |found| found.end());
    let words = words.get(named..).unwrap_or_default();
    let count = words.chars().count();
    (6..=80).contains(&count)
        && !has(&GENERIC, words)
        && !has(&NO_TITLE, words)
        && !has(&LABELLED, words)
        && !is_path(words)
        && !words.contains('。')
        && words.chars().filter(|c| is_han(*c)).count() >= 4
}

/// A company and its code before the colon of a title.
static COMPANY_LEAD: Pattern =
    Pattern::new(|| compile(r"^[\p{Han}A-Za-z*·-]{2,12}\s?\((?:\d{6}(?:\.?[A-Z]{2})?|\d{4,5}\.?\s?HK)(?:[,/][^()\n]{0,16})?\)\s?[:—-]\s?"));
/// A field of the header with its label (`行业:…`) is no title.
static LABELLED: Pattern = Pattern::new(|| {
    compile(
        r"^(?:所属|公司|报告|发布|股票|证券|投资|行业)?(?:行业|板块|子行业|分类|日期|时间|代码|简称|评级|市场|类型|类别|分析师|研究员|作者|部门|名称|电话|邮箱|编号|总股本|总市值)(?:分类|名称|类别)?\s?[:।]",
    )
});

/// `电子 / 半导体 / 传感器`: the way down a classification of sectors is no title.
fn is_path(words: &str) -> bool {
    let pieces: Vec<&str> = words.split(['/', '|', '>', '\\']).map(str::trim).collect();
    pieces.len() > 1
        && pieces.iter().all(|piece| (2..=8).contains(&piece.chars().count()) && !piece.contains([',', ':', ';', '!', '?', '“']))
}

/// A title stands in the first lines of its text.
fn runs_on(context: &Context<'_>, range: &Range<usize>) -> bool {
    context.slice(0..range.start).chars().filter(|c| !c.is_whitespace()).count() < 60
}

/// In run-on text: the best piece of the header between two fields.
fn glued(context: &Context<'_>) -> Option<Range<usize>> {
    let text = context.text();
    let front = 0..context.after(0, FRONT).len();
    let mut windows = vec![front.clone()];
    for found in text.match_indices("证券研究报告").filter(|found| found.0 >= front.end && !legal(context, found.0)).take(1) {
        windows.push(found.0..found.0 + context.after(found.0, 160).len());
    }
    let mut best: Option<(i32, Range<usize>)> = None;
    for window in windows {
        for piece in pieces(context, window) {
            if legal(context, piece.start) {
                continue;
            }
            let mut score = score(context, &piece);
            score += if piece.start < 900 { 2 } else { 0 };
            if score >= 6 && best.as_ref().is_none_or(|(top, _)| score > *top) {
                best = Some((score, piece));
            }
        }
    }
    best.map(|(_, range)| range)
}

/// Figures and legal text behind a dash.
static NO_SUBTITLE: Pattern = Pattern::new(|| compile(r"\d\.\d|资料来源|声明|执业|%|电话"));

/// In the later two thirds of the text legal parts hold no title; near its start a footer's words may look like one.
fn legal(context: &Context<'_>, at: usize) -> bool {
    at > context.text().len() / 3
        && matches!(
            context.kind_at(at),
            ZoneKind::Definitions | ZoneKind::AnalystStatement | ZoneKind::Disclaimer | ZoneKind::Contacts | ZoneKind::Risks
        )
}

/// What stands between header fields.
fn pieces(context: &Context<'_>, window: Range<usize>) -> Vec<Range<usize>> {
    let words = context.slice(window.clone());
    let mut pieces = Vec::new();
    let mut at = 0;
    for found in FIELD.as_ref().into_iter().flat_map(|field| field.find_iter(words)) {
        pieces.push(at..found.start());
        at = found.end();
    }
    pieces.push(at..words.len());
    pieces
        .into_iter()
        .map(|piece| trim(context.text(), window.start + piece.start..window.start + piece.end))
        .filter(|piece| !piece.is_empty())
        .map(|piece| tidy(context, piece))
        .collect()
}

/// Drops marks at the ends, and the sector where it stands twice (`电子电子行业…`).
fn tidy(context: &Context<'_>, range: Range<usize>) -> Range<usize> {
    let words = context.slice(range.clone());
    let marks = [' ', '\n', '\t', ':', '|', '/', '·', ',', ';', '】', ')', '。'];
    let mut start = range.start + words.len() - words.trim_start_matches(marks).len();
    let end = range.start + words.trim_end_matches([' ', '\n', '\t', ':', '|', '/', '·', ',', ';', '【', '(']).len();
    let words = context.slice(start..end);
    let twice = |count: usize| {
        let cut = words.char_indices().nth(count).map_or(words.len(), |(at, _)| at);
        let (first, rest) = (words.get(..cut).unwrap_or_default(), words.get(cut..).unwrap_or_default());
        (!first.is_empty() && rest.starts_with(first) && first.chars().all(is_han)).then_some(cut)
    };
    start += (2..=6).find_map(twice).or_else(|| subject::sectors(words)).unwrap_or(0);
    start..end.max(start)
}

/// How much a piece is like a title.
fn score(context: &Context<'_>, range: &Range<usize>) -> i32 {
    let words = context.slice(range.clone());
    let count = words.chars().count();
    if !(8..=90).contains(&count) || has(&NO_TITLE, words) || has(&LABELLED, words) || is_path(words) || words.starts_with(['—', '─', '-'])
    {
        return -1;
    }
    let han = words.chars().filter(|c| is_han(*c)).count();
    if han * 2 < count || words.starts_with(['》', '“']) && !words.contains('”') {
        return -1;
    }
    let mut score = 3;
    score += if words.contains([',', ':', ';', '!', '?']) { 2 } else { 0 };
    score += if words.contains("——") || words.contains("──") { 2 } else { 0 };
    score += if count <= 45 { 2 } else { 0 };
    score -= if words.contains('。') { 5 } else { 0 };
    score -= if words.contains('《') || words.contains('》') { 6 } else { 0 };
    score -= i32::try_from(words.chars().filter(char::is_ascii_digit).count() / 5).unwrap_or(0);
    score -= i32::try_from(words.matches(['%', '\t']).count()).unwrap_or(0) * 2;
    let before = context.before(range.start, 1);
    let after = context.after(range.end, 12);
    score += i32::from(before.is_empty() || before.starts_with(['\n', '。', '」']));
    score += if has(&FOLLOWS, after) { 2 } else { 0 };
    score
}

/// What often comes right behind a title.
static FOLLOWS: Pattern = Pattern::new(|| {
    compile(
        r"^\s*(?:[■❑⚫◆●◼\n]|证券研究报告|买入|增持|推荐|中性|强于大市|看好|投资要点|事件|——|──|—|\p{Han}{2,4}研究|20\d\d|本报告|公司发布|核心观点|摘要|#)",
    )
});

/// Parts title and subtitle that stand in one piece.
fn split(context: &Context<'_>, range: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
    let words = context.slice(range.clone());
    let cut = ["——", "──", "--"].iter().filter_map(|mark| words.find(mark).map(|at| (at, mark.len()))).filter(|(at, _)| *at > 0).min();
    let Some((at, mark)) = cut else {
        return (range, None);
    };
    let main = tidy(context, range.start..range.start + at);
    let sub = tidy_sub(context, range.start + at + mark..range.end);
    (main, (sub.len() > 8).then_some(sub))
}

fn tidy_sub(context: &Context<'_>, range: Range<usize>) -> Range<usize> {
    let words = context.slice(range.clone());
    let start = range.start + words.len() - words.trim_start_matches(['—', '─', '-', ' ', '\n']).len();
    start..range.start + words.trim_end().len().max(start - range.start)
}

/// A subtitle behind its dash, near the title or with header fields between.
fn subtitle(context: &Context<'_>, main: &Range<usize>) -> Option<Range<usize>> {
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
        if related || inside || before.contains("相关报告") {
            continue;
        }
        // It ends with its bracket or before the next field.
        let field = FIELD
            .as_ref()
            .and_then(|field| {
                field.find_iter(words).find(|found| {
                    found.start() > 0
                        && !NAMES_A_KIND.iter().any(|kind| found.as_str().starts_with(kind))
                        && !(found.as_str().starts_with("20")
                            && words.get(..found.start()).is_some_and(|words| words.ends_with(['(', '-'])))
                })
            })
            .map_or(words.len(), |found| found.start());
        // `跟踪报告` + `日期:`, or a subtitle + `报告日期:`.
        let label =
            ["报告日期", "发布日期", "日期", "证券研究报告"].iter().filter_map(|label| words.find(label).map(|at| (at, *label))).min();
        let kind = |at: usize| KIND_OF_REPORT.iter().any(|kind| words.get(..at).is_some_and(|words| words.ends_with(kind)));
        let label = label.map_or(words.len(), |(at, label)| if label == "报告日期" && kind(at) { at + "报告".len() } else { at });
        let bracket = words.find(')').filter(|_| words.contains('(')).map_or(words.len(), |at| at + 1);
        let end = field.max(if bracket < words.len() { bracket } else { 0 }).min(label).min(bracket);
        let range = trim(text, range.start..range.start + end);
        let words = context.slice(range.clone());
        let han = words.chars().filter(|c| is_han(*c)).count();
        return (range.len() > 8 && han > 3 && !has(&NO_SUBTITLE, words)).then_some(range);
    }
    None
}
