//! What the report is about: the company and code of its header, or the sector.
//!
//! A code counts by where it stands: at the start, before or behind the words of a header, at a field mark, again on
//! every page. Codes in titles of related reports, in lists and in tables of peers do not (`domain.md` T1).

use std::collections::BTreeMap;
use std::ops::Range;

use super::Context;
use super::cover::{self, Line, SUFFIX};
use super::find::{Pattern, captures, compile, first, group, has, line_at, trim};
use super::title::Title;
use crate::domain::Slot;
use crate::domain::rating::SubjectType;
use crate::domain::reading::{ProductReading, SubjectReading};
use crate::domain::record::Category;

/// The header and what may come before it, in characters.
const FRONT: usize = 4500;
/// What the places of one code must reach to make it the subject.
const ENOUGH: f64 = 2.5;

/// Name and code in one place.
type Place = (Range<usize>, Range<usize>);

/// A company named with its code.
#[derive(Clone, Debug)]
pub(super) struct Stock {
    /// Bytes of the name; empty where only a code stands.
    pub(super) name: Range<usize>,
    /// Bytes of the code.
    pub(super) code: Range<usize>,
    /// How sure the places make it.
    pub(super) weight: f64,
}

static NAME_CODE: Pattern = Pattern::new(|| {
    compile(
        r"(?P<name>[\p{Han}A-Za-z*·]{2,24}(?:-[A-Z]{1,2})?)\s?[(\[]\s?(?P<code>\d{6}(?:\s?\.?\s?(?:SH|SZ|BJ|SS|CH))?|\d{4,5}\s?\.?\s?HK|\d{5})\s?(?:[,/][^)\]\n]{0,20})?[)\]]",
    )
});
static BEFORE: Pattern = Pattern::new(|| compile(r"(?:^|\n|报告|点评|日期?|评级|首次|维持|声明|部分|研究|快报|\||】|\d{1,2}页)[\s/:]*$"));
static AFTER: Pattern = Pattern::new(|| {
    compile(
        r"^\s*(?:\n|$|证券研究报告|公司|点评|深度|跟踪|动态|买入|增持|推荐|中性|持有|强烈推荐|审慎|谨慎|报告|目标价|投资评级|\d{4}[-年]|[-—|·:]|Table|首次|年报|季报|中报|快报|更新)",
    )
});
/// Words of a header that run-on text glues before a company's name.
static LEAD: Pattern = Pattern::new(|| {
    compile(
        r"证券研究报告|研究报告|报告|公司研究|公司点评|研究|点评|快报|深度|跟踪|动态|评级|买入|增持|推荐|首次|维持|覆盖|日期|\d日|日|声明|部分|类模板|模板|商业贸易|关于|给予|主体|标的|重点|建议|年报|季报|公告|公司",
    )
});
static CODE_LABEL: Pattern = Pattern::new(|| compile(r"(?:股票|证券)代码\s?[:：]?\s?(?P<code>\d{6}(?:\.(?:SH|SZ|BJ))?|\d{4,5}\.HK)"));

static LABELLED: Pattern = Pattern::new(|| {
    compile(
        r"(?:所属行业|行业分类|行业名称|所属板块|行业)\s?[:。।]\s?(?P<name>[\p{Han}A-Za-z、/|·Ⅱ与和及]{2,24}(?:[ ][/|>][ ]\p{Han}{2,8}){0,3})",
    )
});
/// A line that is the way down a classification: `电子 / 半导体 / 传感器`.
static PATH: Pattern = Pattern::new(|| compile(r"(?m)^[#*\s]*(?P<name>\p{Han}{2,8}(?:\s?[/|>]\s?\p{Han}{2,8}){1,3})[*\s]*$"));
static PIPED: Pattern = Pattern::new(|| {
    compile(
        r"(?:证券研究报告|(?:公司|行业)(?:研究|报告|深度|点评|周报|动态))\s?[|·∙•/—-]+\s?(?:(?:公司|行业)(?:研究|点评|深度报告|报告)\s?[|·/]\s?)?(?P<name>[\p{Han}A-Za-z、与和及ⅡⅠ]{2,20}(?:[|/·][\p{Han}、与和及ⅡⅠ]{2,20})?)",
    )
});
static PLACED: Pattern = Pattern::new(|| compile(r"│\s?中国(?:内地|香港)\s?(?P<name>\p{Han}{2,10}(?:/\p{Han}{2,10})?)"));
static IN_TITLE: Pattern = Pattern::new(|| compile(r"(?:^|[:,—(、])(?P<name>[\p{Han}A-Za-z]{2,7}?)(?:行业|板块|产业)"));
/// The first-level sectors of the usual classifications (申万, 中信, GICS in Chinese) and names research desks use.
static SECTOR: Pattern = Pattern::new(|| {
    compile(
        "制药、生物科技与生命科学|生物科技|医药生物|医疗器械|医疗保健|医疗服务|生物医药|医药健康|医药商业|医药|血制品|生物制品|电子元器件|元器件|消费电子|半导体|电子|计算机|互联网传媒|传媒互联网|传媒|通信|食品饮料|食品加工|白酒|饮料|家用电器|家电|轻工制造|纺织服装|纺织服饰|商业贸易|商贸零售|批发零售|零售|社会服务|休闲服务|美容护理|医疗美容|医美|化妆品|农林牧渔|农业|基础化工|化工|石油石化|石化|煤炭|钢铁|有色金属|有色|建筑材料|建材|建筑装饰|建筑|机械设备|机械|国防军工|军工|电力设备|电气设备|新能源汽车|新能源|光伏|电新|汽车|交通运输|交运|公用事业|环保|电力|房地产|地产|非银行金融|非银金融|非银|银行|保险|信息科技|大制造|高端制造|金融工程|海外|互联网|教育|旅游",
    )
});

/// Where the sectors end that a title line starts with, when two or more are printed before the title.
pub(super) fn sectors(words: &str) -> Option<usize> {
    let sector = SECTOR.as_ref()?;
    let mut at = 0;
    let mut count = 0;
    while let Some(found) = sector.find(words.get(at..)?).filter(|found| found.start() <= 1) {
        let rest = words.get(at + found.end()..)?;
        if KIND_BEHIND.iter().any(|kind| rest.starts_with(kind)) {
            break;
        }
        at += found.end();
        count += 1;
    }
    (count > 1 && words.len() > at + 12).then_some(at)
}

/// Behind a sector these make it part of the title.
const KIND_BEHIND: &[&str] = &["行业", "周报", "月报", "板块", "20", "产业", "龙头"];

/// The subject, given what kind of report it is.
pub(super) fn of(context: &Context<'_>, stock: Option<&Stock>, product: &ProductReading, title: Option<&Title>) -> SubjectReading {
    let mut reading = SubjectReading::default();
    let industry = industry(context, title);
    match product.category.as_ref().map(|category| category.value) {
        Some(Category::Company) => {
            if let Some(stock) = stock {
                reading.kind = context.located(SubjectType::Stock, stock.code.clone());
                reading.name = context.located_words(stock.name.clone());
                reading.code = context.located_words(stock.code.clone());
            }
            reading.industry = industry;
        }
        Some(Category::Industry) => {
            reading.kind = industry.as_ref().map(|industry| industry.with(SubjectType::Industry));
            reading.name.clone_from(&industry);
            reading.industry = industry;
        }
        _ => {}
    }
    reading
}

/// The company of the header, if one stands there.
pub(super) fn stock(context: &Context<'_>) -> Option<Stock> {
    if context.chinese { chinese(context) } else { english(context) }
}

fn chinese(context: &Context<'_>) -> Option<Stock> {
    let text = context.text();
    let front = context.after(0, FRONT);
    let start = context.after(0, 300).len();
    let mut codes: BTreeMap<String, (f64, Vec<Place>)> = BTreeMap::new();
    for found in captures(&NAME_CODE, text).take(400) {
        let (Some(name), Some(code), Some(whole)) = (group(&found, "name"), group(&found, "code"), found.get(0)) else {
            continue;
        };
        let uncut = name.start;
        let name = cut(context, name);
        let before = context.before(name.start, 40);
        if before.rfind('《').is_some_and(|open| !before.get(open..).is_some_and(|rest| rest.contains('》'))) || name.is_empty() {
            continue;
        }
        let after = context.after(whole.end(), 8);
        let listed = before.ends_with(['、', '/']) && !before.ends_with("次/") || after.starts_with('、');
        let mut points = 0.2;
        if !listed {
            let marked = context.document.normalized.bookmarks().iter().any(|mark| mark.at == whole.start());
            let glued = uncut < name.start;
            points += if whole.start() < start { 2.0 } else { 0.0 };
            points += if marked { 2.0 } else { 0.0 };
            points += if has(&AFTER, after) { 1.2 } else { 0.0 };
            points += if glued || has(&BEFORE, before) { 1.2 } else { 0.0 };
            points *= if whole.start() < front.len() { 1.0 } else { 0.4 };
        }
        let digits: String = context.slice(code.clone()).chars().filter(char::is_ascii_digit).collect();
        let entry = codes.entry(digits).or_default();
        entry.0 += points;
        entry.1.push((name, code));
    }
    let best = codes.into_values().reduce(|best, next| if next.0 > best.0 { next } else { best }).filter(|best| best.0 >= ENOUGH);
    if let Some((weight, places)) = best {
        let (name, code) = shortest(context, places)?;
        return Some(Stock { name, code, weight });
    }
    let labelled = captures(&CODE_LABEL, front).find_map(|found| group(&found, "code"))?;
    Some(Stock { name: labelled.start..labelled.start, code: labelled, weight: ENOUGH })
}

/// A name without the header's words that are glued before it.
fn cut(context: &Context<'_>, name: Range<usize>) -> Range<usize> {
    let words = context.slice(name.clone());
    let lead = LEAD
        .as_ref()
        .and_then(|lead| lead.find_iter(words).filter(|found| found.end() < words.len()).last())
        .map_or(0, |found| found.end());
    let rest = words.get(lead..).unwrap_or_default();
    // No listed name is longer than eight characters; of run-on prose the name is the end that comes back.
    if rest.chars().count() > 8 && !rest.is_ascii() {
        let back = rest
            .char_indices()
            .rev()
            .take(8)
            .skip(1)
            .map(|(at, _)| at)
            .filter(|&at| rest.get(at..).is_some_and(|end| context.after(0, 20_000).match_indices(end).take(3).count() == 3));
        return back.last().map_or(name.start..name.start, |at| name.start + lead + at..name.end);
    }
    if rest.chars().count() < 2 || (rest.chars().count() > 8 && !rest.is_ascii()) {
        name.start..name.start
    } else {
        name.start + lead..name.end
    }
}

/// Of the printed names of one code the one all others end with, at its first place.
fn shortest(context: &Context<'_>, places: Vec<Place>) -> Option<Place> {
    let count = |range: &Range<usize>| context.slice(range.clone()).chars().count();
    let short = places.iter().filter(|(name, _)| count(name) >= 2).min_by_key(|(name, _)| count(name))?.0.clone();
    let words = context.slice(short);
    let fits = places.iter().filter(|(name, _)| context.slice(name.clone()).ends_with(words)).count();
    let chosen = if fits * 2 > places.len() { Some(words) } else { None };
    places.into_iter().find_map(|(name, code)| match chosen {
        Some(words) if context.slice(name.clone()).ends_with(words) => Some((name.end - words.len()..name.end, code)),
        Some(_) => None,
        None => Some((name, code)),
    })
}

static LINE_CODE: Pattern = Pattern::new(|| {
    compile(&format!(
        r"^(?P<name>[A-Z][A-Za-z0-9 .,&'’/-]{{1,50}}?)\s*\(\s?(?:[A-Z]{{1,6}}[ ,:/|]{{1,2}})??(?P<code>\d{{3,6}}(?:[. ](?:{SUFFIX}))?|[A-Z]{{1,6}}[. ](?:{SUFFIX}))(?:[,/ ][^)]{{0,20}})?\s?\)"
    ))
});
static BARE_CODE: Pattern =
    Pattern::new(|| compile(&format!(r"^\(?(?:[A-Z]{{1,6}}, )?(?P<code>(?:\d{{3,6}}|[A-Z]{{1,6}})[. ](?:{SUFFIX}))\b")));
static NAME_THEN_CODES: Pattern = Pattern::new(|| {
    compile(&format!(r"^(?P<name>[A-Z][A-Za-z0-9 .,&'’-]{{1,40}}?)\s{{1,6}}(?P<code>\d{{3,6}}[. ](?:{SUFFIX}))(?:\s|$|,)"))
});
static TICKER_ROW: Pattern = Pattern::new(|| {
    compile(
        r"(?im)^(?:bloomberg(?: ?/ ?reuters)?|reuters(?: ?/ ?bloomberg)?|(?:bloomberg|reuters|bbg|ticker)(?: code| ticker)?|ric)\s*[:]?\s+(?P<code>[A-Z0-9]{1,6}[. ](?-i:[A-Z]{1,3}))\b",
    )
});

fn english(context: &Context<'_>) -> Option<Stock> {
    let lines = cover::lines(context);
    let top = lines.iter().take(70);
    // A line of a name and its code.
    for (kind, range) in top.clone() {
        if !matches!(kind, Line::Heading | Line::Masthead) {
            continue;
        }
        let words = context.slice(range.clone());
        let found = first(&LINE_CODE, words).or_else(|| first(&NAME_THEN_CODES, words));
        if let Some(found) = found
            && let (Some(name), Some(code)) = (group(&found, "name"), group(&found, "code"))
        {
            let mut code = range.start + code.start..range.start + code.end;
            if context.slice(code.clone()).bytes().all(|b| b.is_ascii_digit()) {
                // The full code stands alone below.
                let full = lines.iter().filter(|(kind, _)| *kind == Line::Codes).find_map(|(_, line)| bare(context, line));
                code = full
                    .filter(|full| context.slice(full.clone()).contains(context.slice(code.clone()).trim_start_matches('0')))
                    .unwrap_or(code);
            }
            return Some(Stock { name: trim(context.text(), range.start + name.start..range.start + name.end), code, weight: 5.0 });
        }
    }
    // A line of codes below the name.
    let codes = lines.iter().take(70).position(|(kind, range)| *kind == Line::Codes && bare(context, range).is_some());
    let heading = name_line(context, &lines)?;
    if let Some(at) = codes {
        let code = lines.get(at).and_then(|(_, range)| bare(context, range))?;
        return Some(Stock { name: heading, code, weight: 5.0 });
    }
    // The box of stock data.
    let front = context.after(0, 9000);
    let code = first(&TICKER_ROW, front).and_then(|found| group(&found, "code"))?;
    Some(Stock { name: heading, code, weight: 4.0 })
}

/// The first heading, with the line its legal form broke off to (`Co. Ltd - A`).
fn name_line(context: &Context<'_>, lines: &[(Line, Range<usize>)]) -> Option<Range<usize>> {
    let at = lines.iter().position(|(kind, _)| *kind == Line::Heading)?;
    let range = lines.get(at).map(|(_, range)| range.clone())?;
    let next = lines.get(at + 1).filter(|(kind, next)| *kind == Line::Heading && has(&LEGAL_FORM, context.slice(next.clone())));
    Some(range.start..next.map_or(range.end, |(_, next)| next.end))
}

static LEGAL_FORM: Pattern =
    Pattern::new(|| compile(r"^(?:Co\b|Corp|Ltd|Limited|Inc\b|Holdings?|Group|Company|PLC|plc|AG\b|SE\b|NV\b)[A-Za-z., -]{0,20}$"));

fn bare(context: &Context<'_>, range: &Range<usize>) -> Option<Range<usize>> {
    let found = first(&BARE_CODE, context.slice(range.clone()))?;
    group(&found, "code").map(|code| range.start + code.start..range.start + code.end)
}

/// The sector as the header prints it.
fn industry(context: &Context<'_>, title: Option<&Title>) -> Slot<String> {
    let text = context.text();
    if !context.chinese {
        return english_industry(context);
    }
    let front = context.after(0, FRONT);
    let marks = context.document.normalized.bookmarks();
    if let Some(mark) = marks.iter().find(|mark| mark.name == "industryid") {
        let end = text.get(mark.at..).and_then(|rest| rest.find('\n')).map_or(mark.at, |at| mark.at + at);
        if (1..40).contains(&(end - mark.at)) {
            // The mark may hold the sector's rating too (`医药行业推荐(维持)`).
            let words = context.slice(mark.at..end);
            let stop = BEHIND_SECTOR.as_ref().and_then(|stop| stop.find(words)).map_or(words.len(), |stop| stop.start());
            return context.located_words(mark.at..mark.at + stop);
        }
    }
    let window = |pattern: &Pattern| {
        captures(pattern, front)
            .filter_map(|found| group(&found, "name"))
            .filter(|range| !numbered(context, range))
            .find_map(|range| known_end(context, range))
    };
    if let Some(range) = window(&LABELLED).or_else(|| window(&PIPED)).or_else(|| window(&PLACED)) {
        return context.located_words(range);
    }
    let top = context.after(0, 600);
    let path = captures(&PATH, top).filter_map(|found| group(&found, "name")).find(|range| has(&SECTOR, context.slice(range.clone())));
    if let Some(range) = path {
        return context.located_words(range);
    }
    // Glued to 证券研究报告, before or behind it.
    for found in text.match_indices("证券研究报告").take(3) {
        let before = context.before(found.0, 14);
        let base = found.0 - before.len();
        if let Some(last) =
            SECTOR.as_ref().and_then(|sector| sector.find_iter(before).last()).filter(|last| last.end() == before.trim_end().len())
        {
            return context.located_words(base + last.start()..base + last.end());
        }
        let base = found.0 + found.1.len();
        let after = context.after(base, 24);
        if let Some(hit) = SECTOR.as_ref().and_then(|sector| sector.find(after)) {
            return context.located_words(base + hit.start()..base + hit.end());
        }
    }
    let title = title?;
    for line in title.subtitle.iter().chain([&title.main]) {
        let words = context.slice(line.clone());
        let sector = SECTOR.as_ref().and_then(|sector| sector.find(words)).map(|hit| hit.range());
        let named = first(&IN_TITLE, words).and_then(|found| group(&found, "name"));
        if let Some(range) = sector.or(named) {
            return context.located_words(line.start + range.start..line.start + range.end);
        }
    }
    None
}

/// `2 行业:…` is the heading of a section, and far down only the known sectors are read behind the label.
fn numbered(context: &Context<'_>, range: &Range<usize>) -> bool {
    let line = line_at(context.text(), range.start);
    let numbered = context
        .slice(line)
        .trim_start_matches(['#', ' ', '*'])
        .starts_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十(".contains(c));
    let label_near = context.before(range.start, 12).contains('\n') || range.start < 12;
    (numbered && label_near) || (range.start > HEADER && !has(&SECTOR, context.slice(range.clone())))
}

/// Behind this byte a labelled name must be a known sector.
const HEADER: usize = 3000;

/// What may follow the sector within its field mark.
static BEHIND_SECTOR: Pattern = Pattern::new(|| {
    compile(r"(?:行业)?\s?(?:强烈推荐|推荐|买入|增持|中性|看好|超配|标配|强于大市|同步大市|弱于大市)\s?[(/]|\s*\((?:维持|首次|上调|下调)")
});

/// Words that follow a sector in run-on headers.
static STOP: Pattern = Pattern::new(|| {
    compile(r"报告|研究|行业|专题|深度|日期|时间|分析|投资|评级|证券|请务|首次|维持|增持|买入|推荐|联系|发布|点评|周报|公司|\d")
});

/// A labelled sector up to the words that ran into it; `None` where nothing of a sector is left.
fn known_end(context: &Context<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let words = context.slice(range.clone());
    let stop = STOP.as_ref().and_then(|stop| stop.find(words)).map(|stop| stop.start());
    let words = words.get(..stop.unwrap_or(words.len())).unwrap_or_default().trim_end_matches(['/', '|', '·', '、', '与', '和', '及']);
    let half = words.len() / 2;
    let words = words.get(..half).filter(|first| words.get(half..) == Some(first) && !first.is_empty()).unwrap_or(words);
    let sector = SECTOR.as_ref().and_then(|sector| sector.find(words));
    let bounded = !context.after(range.end, 1).starts_with(|c: char| c.is_alphanumeric());
    let short = words.split(['/', '|', '>', '、', '·', '与', '和', '及']).all(|part| (2..=6).contains(&part.trim().chars().count()));
    if short && !words.is_empty() && ((sector.is_some() && (bounded || stop.is_some())) || (bounded && stop.is_none())) {
        return Some(range.start..range.start + words.len());
    }
    sector.filter(|sector| sector.start() == 0).map(|sector| range.start..range.start + sector.end())
}

static ENGLISH_INDUSTRY: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^(?:equity:\s*(?P<name>[A-Z][A-Z &/-]{3,40})|(?:sector|industry)\s*:\s*(?P<label>[A-Za-z &/,-]{3,40}))$|^(?P<plain>(?:(?:china|asia|japan|india|taiwan|korea|us|european?|global|asean|apac) )?(?:internet|technology|semiconductors?|banks?|autos?|automobiles?|consumer|healthcare|property|real estate|materials|energy|utilities|telecoms?|industrials|infrastructure|insurance|financials?|software|hardware|media|tech hardware|it hardware|retail|pharmaceuticals?|electronics?)(?:[ ,&/-]+[a-z][a-z&/-]*){0,4})$",
    )
});

fn english_industry(context: &Context<'_>) -> Slot<String> {
    cover::lines(context).into_iter().filter(|(kind, _)| matches!(kind, Line::Heading | Line::Masthead)).find_map(|(_, range)| {
        let found = first(&ENGLISH_INDUSTRY, context.slice(range.clone()))?;
        let name = ["name", "label", "plain"].into_iter().find_map(|name| group(&found, name))?;
        context.located_words(range.start + name.start..range.start + name.end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn with<T>(text: &str, f: impl FnOnce(&Context<'_>) -> T) -> T {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        f(&Context::new(&document, &zones))
    }

    fn of(text: &str) -> Option<(String, String)> {
        with(text, |context| stock(context).map(|s| (context.words(s.name), context.words(s.code))))
    }

    fn pair(name: &str, code: &str) -> Option<(String, String)> {
        Some((name.to_owned(), code.to_owned()))
    }

    #[test]
    fn the_company_of_the_header() {
        assert_eq!(of("请务必阅读声明部分证券研究报告望湖科技(300999)公司点评报告2024年4月17日正文。"), pair("望湖科技", "300999"));
        assert_eq!(of("1证券研究报告望湖医药(000999CH)新药获批华泰研究公告点评"), pair("望湖医药", "000999CH"));
        assert_eq!(of("Northlake (0999)\n\nOverweight\n0999.HK, 999 HK\n\nStill in the race\n"), pair("Northlake", "0999.HK"));
        assert_eq!(
            of("Northlake Holdings\nA year of growth\nReiterate Rating: BUY\nStock Data\nBloomberg / Reuters\n999 HK / 0999.HK\n"),
            pair("Northlake Holdings", "999 HK")
        );
    }

    #[test]
    fn peers_and_related_titles_are_not_the_subject() {
        assert_eq!(of("行业周报证券研究报告电子\n建议关注望湖科技(300999)、江南股份(600999)、北山电子(002999)。"), None);
        assert_eq!(of("行业周报证券研究报告\n相关报告《望湖科技(300999)季报点评》2024-04-17\n"), None);
    }

    #[test]
    fn sectors() {
        let sector = |text: &str| with(text, |context| industry(context, None).map(|found| found.value));
        for (text, expected) in [
            ("增持(维持)\n行业： 传媒\n日期： 2024年04月17日", "传媒"),
            ("所属部门。行业公司部报告类别。行业动态所属行业。信息科技/电子报告时间。2020/11/04", "信息科技/电子"),
            ("请务必阅读1医疗器械证券研究报告2017年08月08日投资评级", "医疗器械"),
            ("望湖科技(300999)证券研究报告·公司研究·医疗器械1/3望江证券研究所", "医疗器械"),
            ("＃industryId＃电子＃investSuggestion＃推荐", "电子"),
        ] {
            assert_eq!(sector(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_local_ticker_may_stand_before_the_code() {
        let text = "HARBOUR & COVE SECURITIES\nNorthlake Robotics Group (NLR 999 HK)\nBacklog turns into software\n\nCompany data\nVendor-style code\t999 HK\n";
        assert_eq!(of(text), pair("Northlake Robotics Group", "999 HK"));
    }

    #[test]
    fn a_path_of_sectors_and_a_section_with_that_word() {
        let sector = |text: &str| with(text, |context| industry(context, None).map(|found| found.value));
        assert_eq!(sector("望江证券\n电子 / 半导体 / 功率器件\n\n望湖科技(300999.SZ)\n").as_deref(), Some("电子 / 半导体 / 功率器件"));
        assert_eq!(sector("日期：2025年12月08日\n行业：交通运输 / 冷链物流\n分析师：林某\n").as_deref(), Some("交通运输 / 冷链物流"));
        assert_eq!(sector("望湖科技(300999.SZ)\n\n2 行业：需求增加与替代叠加\n正文。\n"), None);
    }

    #[test]
    fn a_field_mark_holds_the_sector_and_its_rating() {
        let sector =
            with("＃industryId＃医药行业推荐(维持)\n正文。", |context| industry(context, None).map(|found| found.value));
        assert_eq!(sector.as_deref(), Some("医药"));
    }
}
