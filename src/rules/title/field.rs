//! Run-on headers to pieces: what stands between two header fields, and which field stands before it.

use std::ops::Range;

use crate::document::{Haystack, Match};
use crate::rules::Context;
use crate::rules::find::{Pattern, compile, first, group, has, is_han, trim};
use crate::rules::publisher;
use crate::rules::subject::{self, Stock};

/// Header fields and the first words of the body: a title ends where one begins.
static FIELD: Pattern = Pattern::new(|| compile(&or_slogan(FIELDS)));
const FIELDS: &str = concat!(
    r"\n|[■❑⚫◆●◼◾▌➢►✓\x{e000}-\x{f8ff}]|请务必[^。\n]{0,30}?(?:声明|申明|条款)(?:[和与及、]\p{Han}{0,8}?(?:声明|申明|条款))?(?:部分)?|请务必阅读[^。\n]{0,20}?部分|[敬谨恳]请(?:参阅|阅读)(?:[^。\n]{0,16}?(?:声明|说明)|[^。\n]{0,20}?页)|本报告版权[^。\n]{0,30}。|本报告由[^。\n]{2,24}(?:编制|发布|出具)|各项声明[^。\n]{0,20}。|免责声明和披露[^。\n]{0,30}。",
    r"|(?:重要提示|请注意)[:：][^。\n]{0,80}。|请阅读(?:最后一页|正文后)[^。\n]{0,16}?(?:声明|条款)|第\d+页(?:/?共\d+页)?|(?:https?://|www\.)(?:[A-Za-z0-9-]+\.)+(?:com|cn|net|hk|org)(?:/[A-Za-z0-9./]*)?",
    r"|[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z]{2,4})+(?:\(?0\d{2,3}\)?[- ]?\d{7,8})?|(?-u:\b)\(?0\d{2,3}\)?[- ]?\d{7,8}|[A-Za-z0-9+/=]{24,}",
    r"|\d?证券研究报告(?:[—–/|·-]{1,2}\s?\p{Han}{2,6}(?:报告|研究|分析|点评|快报|动态|深度|简评|专题|跟踪|周报))*(?:/\p{Han}{2,10}报告)?|(?:行业|公司|宏观|策略)快评|(?:行业|公司)(?:研究|报告|点评|深度|动态|周报|专题|跟踪|评级|快报|简报)(?:报告|研究|周报)?(?:类模板)?(?:[|/·]\s?\p{Han}{2,6}(?:报告|研究|周报|点评|分析))?|行业公司研究|(?:行业|公司)(?:重大事项|重大事件|热点事件|事项|事件|公告|业绩|年报|中报|季报|调研)(?:点评|快评|简评)|(?:更新|首次覆盖)报告(?:买入|增持|推荐|持有|中性)?",
    r"|(?:上次|前次|原|公司|板块|行业|股票|最新|6个月)?评级\s?:\s?(?:强烈推荐|买入|增持|推荐|中性|持有|强于大市|优于大市|看好|超配)?|(?:上次|盈利)预测\s?:|(?:目标(?:估值|价格?)|(?:当前|最新|市场)(?:股价|价格?|收盘价)|收盘价|现价)(?:\([^()\n]{1,6}\))?(?:\s?:?\s?(?:\d[\d,]*(?:\.\d{1,2})?|[—–-]{1,3})\s?(?:港元|美元|元)?(?:\(?\d{1,2}个月\)?)?|\s?:)?|评级变动|前次评级|合理价值|(?:公司)?(?:市场|基础|基本|股票|公司|主要)(?:数据|信息|资讯)|(?:行情|股价|行业|市场|相对市场|历史)(?:走势|表现)图?|52周|(?:最近)?一年内?股价与大盘对比走势|报告原因\s?:?|报告要点|本报告导读|核心结论|支撑评级的要点|收市价为标准|评级面临的主要风险|分析员|\d?KEY\s?POINTS",
    r"|(?:宏观|固收|策略|海外市场|海外|市场)(?:点评|专题|快评|深度)(?:报告)?|上市公司(?:简评|深度|动态|公告|专题)|\p{Han}{2}研究(?:公告|年报|中报|季报|首次)(?:点评|覆盖)|\p{Han}{2,4}研究(?:点评|覆盖)|(?:财报|专题|快评|动态|公告|业绩|事件)点评|深度报告|点评报告|动态报告|专题报告|行业专题|投资策略报告",
    r"|(?:买入|增持|推荐|中性|持有|减持|卖出|强推|强烈推荐|[谨审]慎推荐|谨慎增持|审慎增持|跑[赢输](?:行业|大市)|优于大市|强于大市|同步大市|弱于大市|看好|超配|标配|领先大市|[未无]评级)[-AB]*\s?(?:[(/|][^)\n]{0,8}\)?)",
    r"|\(评级\)|投资评级|行业评级|上次评级|盈利预测(?:与|和|及)|(?:报告|发布|出具)?(?:日期|时间)\s?[:。]|所属(?:部门|行业)|报告类别|报告时间|(?:20\d\d)\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|20\d\d[-/.]\d{1,2}[-/.]\d{1,2}",
    r"|={4,}|\[[a-z.]{6,40}\]\(|机构\s?:\s?\p{Han}{2,20}?(?:公司|证券|研究所|研究院)|(?:类别|机构|来源)\s?:|原创[^药新创性技产力成能的、,]|个股表现|\[?[A-Za-z]*_[A-Z][A-Za-z]+\]|结论与建议|(?:资本市场|行业|市场|公司|宏观|国内|海外|财经)(?:新闻|要闻)|业绩简评|业绩回顾20|投资逻辑|经营分析|分析判断|导语\s?:|投资概要|研究结论|本期投资提示|核心要点|投资聚焦|\p{Han}{2}观点\s?:|(?:^|[。;])(?:点评|简评)\s?:|评论\s?:|事件(?:概述|描述|简述|[公近]|\d)|投资要点|投资建议|核心观点|主要观点|报告导读|报告摘要|投资摘要|内容提要|摘要|要点|事件\s?[:：]|事项\s?[:：]|(?:行业)?走势图|(?:最?近)?(?:一年|\d{1,2}个月)?(?:该股|个股|股价|行业指数|行业)?[与和](?:上证|深证|沪深|恒生|中证)[^。\n]{2,8}(?:走势|表现)(?:比较|对比|图)?|相对(?:市场)?表现|资料来源[:：]?(?:贝格数据|\s?Wind(?:资讯)?)?|相关(?:研究)?报告|相关研究|(?:证券)?分析师|研究员|研究助理|(?:研究)?联系人|作者|(?:证券投资咨询)?执业(?:资格)?证书?(?:编号|编码)?|[SA]\d{12,13}|SAC|\p{Han}{2,4}(?:团队|小组)[:：]",
    r"|[\p{Han}A-Za-z]{2,8}\s?\((?:\d{5,6}[^)\d]{0,8}|\d{4}\s?\.?\s?HK)\)(?:20\d\d年?(?:年报|中报|半年报|一季报|三季报|季报|年度报告|业绩快报|业绩预告)(?:点评|快评)?)?|\d{6}\.(?:SH|SZ|HK|BJ)",
    r"|本报告|我们认为|公司(?:发布|公告|前三季度|上半年|第[一二三四]季度|全年|单季|实现)|前三季度|本周|近日|截至|目录|Page\s?\d|P\d{1,2}\b|\d{1,2}/\d{1,3}",
);
/// Fields behind which the body runs; a title stands before them.
static BODY: Pattern = Pattern::new(|| {
    compile(
        r"^(?:投资要点|投资建议|核心观点|主要观点|报告导读|报告摘要|投资摘要|内容提要|摘要|要点|结论与建议|(?:资本市场|行业|市场|公司|宏观|国内|海外|财经)(?:新闻|要闻)|业绩简评|业绩回顾|投资逻辑|经营分析|分析判断|导语|投资概要|研究结论|本期投资提示|核心要点|投资聚焦|\p{Han}{2}观点|[。;]?(?:点评|简评)\s?:|评论\s?:|事件|事项|本报告$|我们认为|公司(?:发布|公告|前三季度|上半年|第|全年|单季|实现)|前三季度|本周|近日|截至|目录|相关)",
    )
});
/// Footers that open a page; a title may follow at once.
static OPENS: Pattern = Pattern::new(|| compile(&or_slogan(r"声明|申明|条款|版权|尾页|编制$|请注意|第\d+页|走势|^资料来源")));
/// A pattern that also matches what brokers print on every page.
fn or_slogan(pattern: &str) -> String {
    publisher::slogans().chain(publisher::units()).fold(pattern.to_owned(), |pattern, slogan| pattern + "|" + &regex::escape(&slogan))
}

/// A kind of report that ends a field.
static KIND_ENDS: Pattern = Pattern::new(|| compile(r"(?:报告|点评|研究|周报|专题|跟踪|深度)$"));

/// What stands before a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// The beginning of the text, a page or a footer.
    Opening,
    /// A field of the header.
    Field,
    /// Words of the body.
    Body,
}

/// What stands between two header fields.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Its bytes, without marks at the ends.
    pub(super) range: Range<usize>,
    /// What stands before it.
    pub(super) lead: Lead,
    /// The body begins right behind it.
    pub(super) headed: bool,
    /// The body began before it.
    pub(super) below: bool,
}

/// Whether words begin with a field.
pub(super) fn starts_with_field(words: &str) -> bool {
    FIELD.as_ref().and_then(|field| field.find(words)).is_some_and(|found| found.start() == 0)
}

/// The fields in `words`, in order of place.
pub(super) fn fields<'t>(words: impl Haystack<'t>) -> impl Iterator<Item = Match<'t>> {
    FIELD.as_ref().into_iter().flat_map(move |field| field.find_iter(words))
}

/// What stands between header fields.
pub(super) fn pieces(context: &Context<'_>, window: Range<usize>, stock: Option<&Stock>) -> Vec<Piece> {
    let words = context.text().part(window.clone());
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut below = false;
    let mut lead = if window.start == 0 { Lead::Opening } else { Lead::Field };
    for found in fields(words) {
        let mut start = found.start();
        let behind = words.get(found.end()..).unwrap_or_default();
        // `…系列深度报告之一:…`, `…行业深度报告:…`: behind words of its own a kind of report is part of the title.
        let glued = words.get(at..start).is_some_and(|before| before.ends_with(is_han));
        if glued
            && has(&KIND_ENDS, found.as_str())
            && ["之", ":", "(系列", "系列", "——", "(之", "(一", "(二", "(三", "(四", "一:", "二:", "三:", "四:", "五:"]
                .iter()
                .any(|mark| behind.starts_with(mark))
        {
            continue;
        }
        // `策略日报(2024.04.17):冲高回落`: the day in brackets before a colon is part of the title.
        if found.as_str().starts_with("20") && behind.starts_with("):") && words.get(..start).is_some_and(|before| before.ends_with('(')) {
            continue;
        }
        // `…2024年4月17日本周板块回暖,…`: right behind a field of the header 本周 begins the title.
        if start == at && lead == Lead::Field && matches!(found.as_str(), "本周" | "近日" | "前三季度") {
            continue;
        }
        // Of the run before a code only the company's name is the field.
        if let Some(name) = stock.map(|stock| context.slice(stock.name.clone())).filter(|name| !name.is_empty())
            && let Some(inner) = found.as_str().find('(').and_then(|open| found.as_str().get(..open)?.trim_end().rfind(name))
        {
            start += inner;
        }
        let body = has(&BODY, found.as_str());
        // Marks of a list begin the body as well, and sentences are body.
        let listed = found.as_str().chars().all(|c| matches!(c, '■' | '❑' | '⚫' | '◆' | '●' | '◼' | '◾' | '\u{e000}'..='\u{f8ff}'));
        pieces.push((at..start, lead, body || listed, below));
        below |= body || listed || words.get(at..start).is_some_and(|prose| prose.matches('。').count() > 1);
        lead = if body {
            Lead::Body
        } else if has(&OPENS, found.as_str()) {
            Lead::Opening
        } else if found.as_str() == "\n" && pieces.last().is_some_and(|(last, ..)| last.is_empty()) {
            lead
        } else {
            Lead::Field
        };
        at = found.end();
        // `公司点评 | 望湖科技`: the company is a field as well.
        let bar = behind.trim_start_matches(' ').strip_prefix(['|', '丨']).map(str::trim_start);
        if let (Some(rest), Some(name)) = (bar, stock.map(|stock| context.slice(stock.name.clone())).filter(|name| !name.is_empty()))
            && rest.starts_with(name)
        {
            at = words.len() - rest.len() + name.len();
        }
    }
    pieces.push((at.min(words.len())..words.len(), lead, false, below));
    pieces
        .into_iter()
        .filter(|(piece, ..)| piece.start <= piece.end)
        .map(|(piece, lead, headed, below)| {
            (trim(context.text(), window.start + piece.start..window.start + piece.end), lead, headed, below)
        })
        .filter(|(range, ..)| !range.is_empty())
        .map(|(range, lead, headed, below)| Piece { range: tidy(context, range, stock), lead, headed, below })
        .collect()
}

/// The rest of a bracketed period that a date field cut off: `-04.16)`.
static PERIOD_REST: Pattern = Pattern::new(|| compile(r"^[-—–~至]{0,2}\s?[\d./月日年-]{2,12}\)"));

/// Drops marks at the ends, and what a header glues before a title: its sector twice, a path of sectors, a heading
/// before the company's name and colon.
pub(super) fn tidy(context: &Context<'_>, range: Range<usize>, stock: Option<&Stock>) -> Range<usize> {
    let words = context.slice(range.clone());
    let marks = [' ', '\n', '\t', ':', '|', '/', '·', ',', ';', '】', ')', '。'];
    let rest = PERIOD_REST.as_ref().and_then(|rest| rest.find(words)).map_or(0, |found| found.end());
    let words = words.get(rest..).unwrap_or_default();
    let mut start = range.start + rest + words.len() - words.trim_start_matches(marks).len();
    let end = range.start + rest + words.trim_end_matches([' ', '\n', '\t', ':', '|', '/', '·', ',', ';', '【', '(']).len();
    let words = context.slice(start..end);
    let twice = |count: usize| {
        let cut = words.char_indices().nth(count).map_or(words.len(), |(at, _)| at);
        let (first, rest) = (words.get(..cut).unwrap_or_default(), words.get(cut..).unwrap_or_default());
        (!first.is_empty() && rest.starts_with(first) && first.chars().all(is_han)).then_some(cut)
    };
    let named = stock.map(|stock| context.slice(stock.name.clone())).filter(|name| !name.is_empty()).and_then(|name| {
        let at = words.find(name)?;
        let before = words.get(..at)?;
        let colon = words.get(at + name.len()..)?.starts_with([':', '(']);
        (colon && at > 0 && before.chars().count() <= 12 && before.chars().all(is_han)).then_some(at)
    });
    // The grade of the header's box, glued before the title.
    let graded = || {
        let again = ["维持", "首次", "上调", "下调"].iter().find(|word| words.starts_with(**word));
        let grade = |before: &str| ["买入", "增持", "推荐", "中性", "持有"].iter().any(|grade| before.ends_with(grade));
        let behind = again.filter(|_| grade(context.before(start, 4).trim_end_matches(['|', ' '])));
        ["买入", "增持"].iter().find(|grade| words.starts_with(**grade)).or(behind).map(|word| word.len())
    };
    // What a house says of itself in capitals, and a sector of a lower level, glued before the title.
    let glued = || GLUED.as_ref().and_then(|glued| glued.find(words)).map(|found| found.end());
    start += (2..=6)
        .find_map(twice)
        .or(named)
        .or_else(glued)
        .or_else(|| desk(words))
        .or_else(|| subject::sectors(words))
        .or_else(graded)
        .unwrap_or(0);
    let end = once(context, start..end.max(start));
    start..unnumbered(context, start..end)
}

/// The desk a report comes from, glued before its title: `宏观研究` + `出口为何回暖`.
fn desk(words: &str) -> Option<usize> {
    const DESKS: &[&str] =
        &["宏观经济研究", "宏观研究", "策略研究", "固定收益研究", "固收研究", "金融工程研究", "债券研究", "海外研究", "证券研究"];
    let rest = DESKS.iter().find_map(|desk| words.strip_prefix(desk))?;
    let own = rest.starts_with(|c: char| is_han(c) || c.is_ascii_alphanumeric()) && rest.chars().count() > 7;
    let goes_on =
        ["框架", "系列", "的", "之", "周报", "报告", "方法", "员", "所", "院", "部", "与", "及"].iter().any(|word| rest.starts_with(word));
    (own && !goes_on).then_some(words.len() - rest.len())
}

/// Capitals of a motto, or a sector of a lower level (`白酒Ⅱ`), before Chinese words.
static GLUED: Pattern = Pattern::new(|| compile(r"^(?:(?:\p{Han}{2,6}(?:证券|研究所|研究院))?[A-Z]{14,}|\p{Han}{2,16}[ⅡⅢ])"));
/// The number of the page behind a title; that of a series or a volume belongs to it.
static PAGE: Pattern = Pattern::new(|| compile(r"[^系列报告专题之第篇版期\d]\p{Han}(?P<page>[1-9]\d?)$"));

/// The end of a title without the number of its page.
fn unnumbered(context: &Context<'_>, range: Range<usize>) -> usize {
    let words = context.slice(range.clone());
    let numbered = first(&PAGE, words).and_then(|found| group(&found, "page")).filter(|page| {
        !words.get(..page.start).is_some_and(|lead| lead.ends_with(['列', '告', '题', '之', '第', '篇', '版', '期', '卷', '分']))
    });
    numbered.map_or(range.end, |page| range.start + page.start)
}

/// The end of a title that a converter wrote twice, the second time with a word lost.
fn once(context: &Context<'_>, range: Range<usize>) -> usize {
    let words = context.slice(range.clone());
    let Some((cut, _)) = words.char_indices().nth(5) else {
        return range.end;
    };
    let again = words.get(..cut).filter(|head| head.chars().all(is_han)).and_then(|head| words.get(cut..)?.find(head));
    again.map_or(range.end, |at| range.start + cut + at)
}
