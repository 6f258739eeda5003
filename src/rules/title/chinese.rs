//! Titles of Chinese reports: a field mark, a heading, or the piece of a run-on header that is no header field.

use std::ops::Range;

use super::Title;
use super::field::{Piece, pieces, starts_with_field};
use super::line::{house, is_company, is_dated_field, is_digest, is_kind, is_series, series_beside, undated};
use super::run_on::{glued, opening};
use super::subtitle::{split, subtitle};
use crate::rules::Context;
use crate::rules::find::{Pattern, choices, compile, first, has, is_han, trim};
use crate::rules::subject::{Stock, is_sector};
use crate::zones::ZoneKind;

/// What a title begins or ends with that parts it from the words beside it.
const DASHES: [char; 4] = ['—', '─', '-', ' '];
/// The header and what may stand before it, in characters.
const FRONT: usize = 3200;

/// Headings that are no title.
static GENERIC: Pattern = Pattern::new(|| {
    compile(
        r"^(?:目\s?录|内容目录|图表?\s?目录|摘\s?要|正文|投资(?:要点|建议|评级)|核心观点|主要观点|相关(?:研究|报告)|风险提示|证券研究报告|.{0,8}研究报告|.{0,6}研究|免责|分析师|.{2,6}证券|.*有限(?:责任)?公司|大类资产跟踪|增持|买入|评级|经济研究|\p{Han}{2,6}研究(?:跟踪|点评|深度|专题)(?:报告|周报)|(?:宏观|策略|行业|公司|固收)?(?:快评|点评|研究|报告|深度)|(?:上市|海外)?(?:公司|行业|股票|宏观|策略|固收|债券|市场)(?:信息)?(?:更新|首次覆盖|首次|深度|跟踪|动态|快报|简评|公告|年报|季报|中报|点评|研究|专题|周度|定期)*(?:报告|点评|研究|快报|简报)|上市公司|股票研究|食品饮料\S{0,3}|(?:专题|点评|深度|动态)报告|行业(?:周报|研究))\S{0,4}$|.{2,10}·.{2,8}$|最近一年|市场走势",
    )
});
/// What a title does not hold: sentences of the body, figures, legal text.
static NO_TITLE: Pattern = Pattern::new(|| compile(&choices(include_str!("no_title.txt"))));

/// What sentences of the body hold, and a field mark's title may.
static BODY: Pattern = Pattern::new(|| compile(r"沪深300|(?-u:\b)(?:1\d|2[1-9]|[3-9]\d)\d{3}|同比(?:增长|下降)\d|相比"));
/// Numbers a title begins with; any other is a page's or a list's.
pub(super) static NUMBER: Pattern = Pattern::new(|| {
    compile(
        r"^(?:20\d\d(?:\p{Han}|[QHE]|/\d)|[1-4][QH](?:\d\d|[ \p{Han}])|\d\d[QH][1-4]|\d{1,2}M\d\d|[1-9][GCDKP]|\d{1,2}月[\p{Han},:]|\d{1,2}-\d{1,2}月|[1-9]\d*[年倍大亿万])",
    )
});

pub(super) fn find(context: &Context<'_>, stock: Option<&Stock>) -> Option<Title> {
    let main = marked(context, stock)
        .or_else(|| heading(context).map(|title| whole(context, title)))
        .or_else(|| glued(context, stock, FRONT))
        .or_else(|| company_and_kind(context))?;
    let dashes = context.slice(main.clone());
    let start = main.end - dashes.trim_start_matches('#').trim_start_matches(DASHES).len();
    let main = undated(context, start..main.start + dashes.trim_end_matches(DASHES).len().max(start - main.start));
    let (main, own) = split(context, main, stock);
    // What stands behind a dash below the name of a digest is one of its items.
    let digest = is_digest(context.slice(main.clone()));
    let subtitle = own.or_else(|| if digest { None } else { subtitle(context, &main).or_else(|| series_beside(context, &main)) });
    Some(Title { main, subtitle })
}

/// Behind the field mark `title`, or `main` of templates that mark the whole box.
fn marked(context: &Context<'_>, stock: Option<&Stock>) -> Option<Range<usize>> {
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
        for Piece { range, .. } in pieces(context, mark.at..end.min(mark.at + context.after(mark.at, 200).len()), stock) {
            let range = opening(context, range, stock);
            let score = score(context, &range, title) + if title { 4 } else { 2 };
            if score >= 6 && best.as_ref().is_none_or(|(top, _)| score > *top) {
                best = Some((score, range));
            }
        }
    }
    best.map(|(_, range)| range)
}

/// The first heading of the text, or its first line when that is short and no field.
fn heading(context: &Context<'_>) -> Option<Range<usize>> {
    let text = context.text();
    let front = context.front(FRONT);
    let mut at = 0;
    let mut first_line: Option<Range<usize>> = None;
    // A kind or a series names a report whose next lines hold no title.
    let mut plain: Option<Range<usize>> = None;
    let mut below = 0;
    let lines = front.split_inclusive('\n').count();
    for line in front.split_inclusive('\n').take(60) {
        let range = trim(text, at..at + line.len());
        at += line.len();
        let lead = Some(context.slice(range.clone())).filter(|words| !is_path(words)).map_or(0, house);
        let range = if lead > 0 && fits(context.slice(range.start + lead..range.end)) { range.start + lead..range.end } else { range };
        let words = context.slice(range.clone());
        let bare = words.trim_start_matches(['#', ' ']);
        if is_kind(bare) || is_series(bare) {
            plain = plain.or(Some(range.end - bare.len()..range.end).filter(|_| lines > 6 || bare.len() < words.len()));
            continue;
        }
        below += usize::from(plain.is_some() && !words.is_empty());
        if below > BELOW_KIND && first_line.is_none() {
            break;
        }
        // Entries that describe a chart or a box, and the heading over them.
        if has(&ENTRY, words)
            || words.starts_with("##") && has(&ENTRY, context.after(range.end, 60).trim_start().lines().next().unwrap_or_default())
        {
            continue;
        }
        if let Some(rest) = words.strip_prefix('#') {
            let rest = rest.trim_start_matches(['#', ' ']);
            let start = range.end - rest.len();
            let title = rest.trim_start_matches(['—', '-', ' ']);
            let own = title.get(house(title)..).filter(|own| !is_path(title) && fits(own));
            let (rest, title) = own.filter(|own| own.len() < title.len()).map_or((rest, title), |own| (own, own));
            // A first line longer than the name of a department is the title; headings below are sections.
            if let Some(first) =
                first_line.clone().filter(|first| runs_on(context, first) && context.slice(first.clone()).chars().count() > 9)
            {
                return Some(first);
            }
            // The sector of the company that stands right below.
            if above_company(context, range.end, title) {
                continue;
            }
            // A company's name may fill the first of two lines.
            if (rest == title || below_company(context, range.start))
                && (fits(title) || fits(context.slice(whole(context, start..range.end))))
            {
                return Some(range.end - title.len()..range.end);
            }
        } else if let Some(title) = words.strip_prefix("——").or_else(|| words.strip_prefix("--")).map(str::trim_start)
            && first_line.is_none()
            && fits(title)
            && below_company(context, range.start)
        {
            return Some(range.end - title.len()..range.end);
        } else if first_line.is_none()
            && lines > 6
            && (may_head(words) || may_head(context.slice(whole(context, range.clone()))))
            && !starts_with_field(words)
            && !earlier_report(context, &range)
        {
            // Right below the company and its code it is the title wherever that stands, whatever it says.
            if below_company(context, range.start) {
                return Some(range);
            }
            let whole = whole(context, range);
            first_line = Some(whole.clone()).filter(|_| fits(words) || fits(context.slice(whole)));
        }
    }
    first_line.or(plain.filter(|plain| fits(context.slice(plain.clone())))).filter(|first| runs_on(context, first))
}

/// An entry of the list an image model makes of a chart or a box: `- 图表类型:折线图`, `- 2024年9月:约30%`, `- 总市值(亿元): 118`.
static ENTRY: Pattern = Pattern::new(|| {
    compile(
        r"(?m)^- (?:(?:图表(?:类型|描述|信息)?|标题|标签|[XY]轴(?:标签)?|时间范围|(?:开始|结束|起始)(?:日期|时间)|数据(?:范围|点))\s?:|\d{2,4}[年/.-]\d{1,2}(?:[月/.-]\d{0,2}日?)?\s?:\s?(?:$|约?[-+]?\d)|[\p{Han}A-Za-z\d()/.%、 ]{1,24}:\s?约?[-+]?[\d,.]{1,12}\s?(?:%|\p{Han}{1,3})?(?:\s?[/~–—-]\s?[-+]?[\d,.]{1,12}%?)?\s*$)",
    )
});

/// So many lines may stand between a kind of report and the title below it.
const BELOW_KIND: usize = 3;

/// Whether the company and its code stand right above: then a line behind a dash is the title, not the second of one.
fn below_company(context: &Context<'_>, at: usize) -> bool {
    has(&COMPANY_ABOVE, context.before(at, 60))
}

/// Whether a heading is a sector, and one with the company and its code stands right below.
fn above_company(context: &Context<'_>, end: usize, heading: &str) -> bool {
    let sector = is_sector(heading) || SECTOR_ENDS.iter().any(|end| heading.ends_with(end));
    let below = context.after(end, 60).trim_start().lines().next().and_then(|line| line.strip_prefix('#'));
    sector
        && heading.chars().count() <= SECTOR
        && heading.chars().all(is_han)
        && below.is_some_and(|line| is_company(line.trim_matches(['#', ' '])))
}

/// The name of a sector above a company is no longer, in characters.
const SECTOR: usize = 12;
/// What sectors of the third level end with, and titles hardly.
const SECTOR_ENDS: [&str; 16] =
    ["自动化", "设备", "制造", "材料", "器件", "元件", "零部件", "机械", "电器", "电气", "制品", "仪器", "工程", "零售", "物流", "服务"];

static COMPANY_ABOVE: Pattern = Pattern::new(|| {
    compile(r"\(\d{4,6}(?:\.?\s?[A-Z]{2})?\)\s*(?:(?:投资评级|评级)\s?:\s?\p{Han}{2,4}\s?(?:\(\p{Han}{2,4}\))?\s*)?(?:——|──|--)?\s*$")
});

/// Kinds of reports and names of sectors end the lines that stand below a title, and no title's second line.
static BELOW: Pattern = Pattern::new(|| compile(r"(?:行业|板块|报告|研究|证券|点评|[周月日]报|跟踪|专题|系列|评级|更新|走势|覆盖)$"));

/// A title that is printed on two lines: the first ends open, right below stand words that are no field, and a blank
/// line or the subtitle's dash ends them.
fn whole(context: &Context<'_>, title: Range<usize>) -> Range<usize> {
    let open = context.slice(title.clone()).ends_with(|c: char| is_han(c) || matches!(c, ',' | '、' | ':'));
    let below = context.after(title.end, 60);
    let line = below.strip_prefix('\n').filter(|_| open).and_then(|below| below.split_once('\n'));
    let Some((line, _)) = line.filter(|(_, rest)| rest.starts_with(['\n', '—', '─'])) else {
        return title;
    };
    let plain = line.chars().all(|c| is_han(c) || c.is_ascii_alphanumeric() || matches!(c, ' ' | ',' | '、' | '“' | '”' | '!' | '?' | '%'));
    // Short cells between blanks are people, grades or sectors.
    let cells = line.contains(' ') && line.split(' ').all(|cell| cell.chars().count() <= CELL);
    let field = cells || starts_with_field(line) || has(&GENERIC, line) || has(&BELOW, line) || is_sector(line);
    let goes_on = line.starts_with(|c: char| is_han(c) || c.is_ascii_uppercase()) && line.contains(is_han) && plain && !field;
    let inside = line.starts_with(['的', '及', '为', '在', '将', '是', '已', '并']);
    if goes_on && (inside || !has(&NO_TITLE, line)) { title.start..title.end + 1 + line.len() } else { title }
}

/// The cell of a header is no longer, in characters.
const CELL: usize = 6;

/// Whether words begin with the number of a page or a list.
fn leading_number(words: &str) -> bool {
    words.starts_with(|c: char| c.is_ascii_digit()) && !has(&NUMBER, words)
}

fn fits(words: &str) -> bool {
    may_head(words) && !has(&BODY, untailed(unled(words)))
}

/// Words without the company, its code and the kind of report that stand behind a dash on a title's line
/// (`…—望湖科技(300999.SZ)公司点评报告`).
fn untailed(words: &str) -> &str {
    static TAIL: Pattern =
        Pattern::new(|| compile(r"\s?[—–-]{1,2}\s?[\p{Han}A-Za-z*·]{2,12}\s?\((?:\d{6}(?:\.?[A-Z]{2})?|\d{4,5}\.?\s?HK)\)\p{Han}{0,16}$"));
    let end = first(&TAIL, words).and_then(|found| found.get(0)).map_or(words.len(), |found| found.start());
    words.get(..end).unwrap_or(words)
}

/// Words without the company and its code that may lead a title (`望湖科技(300999.SZ):…`).
fn unled(words: &str) -> &str {
    let named = first(&COMPANY_LEAD, words).and_then(|found| found.get(0)).map_or(0, |found| found.end());
    words.get(named..).unwrap_or_default()
}

/// Whether words may be a title but for what sentences of the body say.
fn may_head(words: &str) -> bool {
    let words = unled(words);
    let count = words.chars().count();
    (6..=80).contains(&count)
        && !has(&GENERIC, words)
        && !has(&NO_TITLE, words)
        && !leading_number(words)
        && !has(&LABELLED, words)
        && !is_path(words)
        && !is_company(words)
        && !is_dated_field(words)
        && !words.contains(['。', '\t'])
        && words.chars().filter(|c| is_han(*c)).count() >= 4
}

/// A company and its code before the colon of a title.
static COMPANY_LEAD: Pattern =
    Pattern::new(|| compile(r"^[\p{Han}A-Za-z*·-]{2,12}\s?\((?:\d{6}(?:\.?[A-Z]{2})?|\d{4,5}\.?\s?HK)(?:[,/][^()\n]{0,16})?\)\s?[:—-]\s?"));
/// A field of the header with its label (`行业:…`) is no title.
static LABELLED: Pattern = Pattern::new(|| {
    compile(
        r"^(?:港币|人民币|美元|港元|台币)\s?:\s?\d|^(?:所属|公司|报告|发布|股票|证券|投资|行业)?(?:行业|板块|子行业|分类|日期|时间|代码|简称|评级|市场|类型|类别|分析师|研究员|作者|部门|名称|电话|邮箱|编号|总股本|总市值)(?:分类|名称|类别)?\s?[:।]",
    )
});

/// The name of a sector is no longer, in characters.
const PATH: usize = 14;

/// `电子 / 半导体 / 传感器`: the way down a classification of sectors is no title.
fn is_path(words: &str) -> bool {
    let pieces: Vec<&str> = words.split(['/', '|', '丨', '>', '\\']).map(str::trim).collect();
    pieces.len() > 1
        && pieces.iter().all(|piece| (2..=PATH).contains(&piece.chars().count()) && !piece.contains([',', ':', ';', '!', '?', '“']))
}

/// A title stands in the first lines of its text; notes above it do not count.
fn runs_on(context: &Context<'_>, range: &Range<usize>) -> bool {
    let above =
        context.slice(0..range.start).lines().filter(|line| !["请务必", "免责声明", "特别声明"].iter().any(|note| line.contains(note)));
    above.flat_map(str::chars).filter(|c| !c.is_whitespace()).count() < 60
}

/// Whether a line is the title of an earlier report, in a list of them.
fn earlier_report(context: &Context<'_>, line: &Range<usize>) -> bool {
    context.slice(line.clone()).starts_with('《') && context.kind_at(line.start) == ZoneKind::Related
}

/// The company, its code and the kind of report on a line of their own: the title of a page that has no other.
fn company_and_kind(context: &Context<'_>) -> Option<Range<usize>> {
    let text = context.text();
    let mut at = 0;
    for line in context.front(FRONT).split_inclusive('\n').take(30) {
        let range = trim(text, at..at + line.len());
        at += line.len();
        if has(&COMPANY_KIND, context.slice(range.clone())) {
            return Some(range);
        }
    }
    None
}

static COMPANY_KIND: Pattern = Pattern::new(|| {
    compile(
        r"^[\p{Han}A-Za-z*·-]{2,12}\s?\((?:\d{6}(?:\.?[A-Z]{2})?|\d{4,5}\.?\s?HK)\)\s?[:—-]?\s?[\p{Han}\d]{0,14}(?:报告|点评|跟踪|更新|快报|简评|研究|覆盖)$",
    )
});

/// In the later two thirds of the text legal parts hold no title; near its start a footer's words may look like one.
pub(super) fn legal(context: &Context<'_>, at: usize) -> bool {
    at > context.text().len() / 3
        && matches!(
            context.kind_at(at),
            ZoneKind::Definitions | ZoneKind::AnalystStatement | ZoneKind::Disclaimer | ZoneKind::Contacts | ZoneKind::Risks
        )
}

/// How much a piece is like a title.
pub(super) fn score(context: &Context<'_>, range: &Range<usize>, marked: bool) -> i32 {
    let words = context.slice(range.clone());
    // A word or a number in Latin letters counts as one character.
    let count = units(words);
    let numbered = leading_number(words);
    if !(8..=90).contains(&count)
        || numbered
        || (!marked && has(&BODY, words))
        || has(&NO_TITLE, words)
        || (count < 14 && has(&GENERIC, words))
        || has(&LABELLED, words)
        || is_path(words)
        || words.starts_with(['—', '─', '-']) && !below_company(context, range.start)
    {
        return -1;
    }
    let han = words.chars().filter(|c| is_han(*c)).count();
    let digits = words.chars().filter(char::is_ascii_digit).count();
    if han * 2 + digits < count || words.starts_with(['》', '“']) && !words.contains('”') {
        return -1;
    }
    let mut score = 3;
    score += if words.contains([',', ':', ';', '!', '?']) { 2 } else { 0 };
    score += if words.contains("——") || words.contains("──") { 2 } else { 0 };
    score += if count <= 45 { 2 } else { 0 };
    score -= if words.contains('。') { 5 } else { 0 };
    score -= if words.contains('《') || words.contains('》') { 6 } else { 0 };
    score -= i32::try_from(digits / 5).unwrap_or(0);
    score -= i32::try_from(words.matches(['%', '\t']).count()).unwrap_or(0) * 2;
    let before = context.before(range.start, 1);
    let after = context.after(range.end, 12);
    score += i32::from(before.is_empty() || before.starts_with(['\n', '。', '」']));
    score += if has(&FOLLOWS, after) { 2 } else { 0 };
    score
}

/// How many characters and Latin words stand in `words`.
fn units(words: &str) -> usize {
    let mut latin = false;
    words
        .chars()
        .filter(|c| {
            let goes_on = latin && c.is_ascii_alphabetic();
            latin = c.is_ascii_alphabetic();
            !goes_on
        })
        .count()
}

/// What often comes right behind a title.
static FOLLOWS: Pattern = Pattern::new(|| {
    compile(
        r"^\s*(?:[■❑⚫◆●◼\n]|证券研究报告|买入|增持|推荐|中性|强于大市|看好|投资要点|事件|事项|报告摘要|={4}|原创|(?:投资|行业)?评级|(?:行业|公司)(?:深度|专题|点评|跟踪|动态)|[1-4]Q\d\d|\d{1,2}M\d\d|——|──|—|\p{Han}{2,4}研究|20\d\d|本报告|公司发布|核心观点|摘要|#)",
    )
});
