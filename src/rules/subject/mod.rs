//! What the report is about: the company and code of its header, or the sector.
//!
//! A code counts by where it stands: at the start, before or behind the words of a header, at a field mark, again on
//! every page. Codes in titles of related reports, in lists and in tables of peers do not (`domain.md` T1).

mod both;
mod english;
mod industry;
mod related;
mod titled;

use std::collections::BTreeMap;
use std::ops::Range;

use super::Context;
use super::find::{Pattern, captures, compile, first, group, has, is_han, trim};
use super::title::Title;
use crate::domain::rating::SubjectType;
use crate::domain::reading::{ProductReading, SubjectReading};
use crate::domain::record::Category;
use crate::domain::security::symbol;

use industry::industry;
pub(super) use industry::{ends_with_sector, is_sector, sectors};

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

impl Stock {
    /// Bytes that show it: the code, else the name.
    pub(super) fn place(&self) -> Range<usize> {
        if self.code.is_empty() { self.name.clone() } else { self.code.clone() }
    }
}

static NAME_CODE: Pattern = Pattern::new(|| {
    compile(
        r"(?P<name>[\p{Han}A-Za-z*·]{2,24}(?:-[A-Z]{1,2}|[ ][AB])?)\s?[(\[]\s?(?P<code>\d{6}(?:\s?\.?\s?(?:SH|SZ|BJ|SS|CH))?|\d{1,5}\s?\.?\s?HK|\d{4}[. ](?:TT|TWO?)|[A-Z]{2,5}[. ](?:US|O|N)|\d{5})\s?(?:[,/+][^)\]\n]{0,20})?(?:[)\]]|(?m:[ \t]*$))",
    )
});
static BEFORE: Pattern = Pattern::new(|| {
    compile(r"(?:^|\n|20\d\d[-./]\d{1,2}[-./]\d{1,2}|报告|報告|点评|日期?|评级|首次|维持|声明|部分|研究|快报|\||\t|】|\d{1,2}页)[\s/:#]*$")
});
static AFTER: Pattern = Pattern::new(|| {
    compile(
        r"^\s*(?:\n|$|证券研究报告|公司|点评|深度|跟踪|动态|维持|上调|下调|买入|增持|推荐|中性|持有|强烈推荐|审慎|谨慎|报告|目标价|投资评级|\d{4}[-年]|[-—|·:]|Table|首次|年报|季报|中报|快报|更新)",
    )
});
/// Words of a header that run-on text glues before a company's name.
static LEAD: Pattern = Pattern::new(|| {
    compile(
        r"证券研究报告|研究报告|报告|公司研究|公司点评|研究|点评|快报|深度|跟踪|动态|评级|买入|增持|推荐|首次|维持|覆盖|日期|\d日|日|声明|部分|类模板|模板|商业贸易|关于|给予|主体|标的|重点|建议|年报|季报|公告|公司",
    )
});
/// What a report on a company calls itself, and the data it prints.
static ON_COMPANY: Pattern = Pattern::new(|| {
    compile(
        r"公司(?:研究|点评|深度|更新|快报|动态|跟踪|简评|信息更新|首次覆盖|年报|季报)|个股(?:研究|点评)|总股本|目标价格?\s?[(:]|52周|個股(?:報告|研究|點評)|公司(?:報告|研究|更新|點評)|52週|一年股價最高|目標價格?\s?(?:[(:]|(?:[A-Z][A-Za-z]{0,2}\$?\s?)?\d)",
    )
});
/// A name and its full code without brackets: `望湖酒业 600999.SH`.
static NAME_THEN_CODE: Pattern =
    Pattern::new(|| compile(r"(?P<name>[\p{Han}A-Z*]{2,12}(?:-[A-Z]{1,2})?)\s?(?P<code>\d{6}\.(?:SH|SZ|BJ)|\d{4,5}\.HK)"));
/// A full code on a line of its own, or at the head of a run-on page.
static CODE_LINE: Pattern =
    Pattern::new(|| compile(r"(?m)(?:^|日)(?P<code>\d{6}\.(?:SH|SZ|BJ)|\d{4,5}\.HK)(?:$|买入|增持|推荐|中性|持有|减持|卖出)"));
/// `2999.TT 望湖`: a Taiwan code before the name, on a line of their own.
static CODE_THEN_NAME: Pattern =
    Pattern::new(|| compile(r"(?m)^[#*\s]{0,4}\(?(?P<code>\d{4}[. ](?:TT|TWO?))\)?\s{1,3}(?P<name>[\p{Han}A-Z*-]{2,10})\s*$"));
/// The fields of a header parted by strokes: `望湖资源|300999|小金属`.
static BARRED: Pattern = Pattern::new(|| {
    compile(
        r"(?m)(?:^|[^\p{Han}A-Za-z|丨])(?P<name>[\p{Han}A-Z*]{2,8})\s?[|丨]\s?(?P<code>\d{6}(?:\.(?:SH|SZ|BJ))?|\d{4,5}\.HK)\s?(?:[|丨]|$|\t)",
    )
});
static CODE_LABEL: Pattern = Pattern::new(|| compile(r"(?:股票|证券)代码\s?[:：]?\s?(?P<code>\d{6}(?:\.(?:SH|SZ|BJ))?|\d{4,5}\.HK)"));

/// The subject, given what kind of report it is.
pub(super) fn of(context: &Context<'_>, stock: Option<&Stock>, product: &ProductReading, title: Option<&Title>) -> SubjectReading {
    let mut reading = SubjectReading::default();
    let industry = industry(context, title);
    match product.category.as_ref().map(|category| category.value) {
        Some(Category::Company) => {
            if let Some(stock) = stock {
                reading.kind = context.located(SubjectType::Stock, stock.place());
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
    if context.chinese { chinese(context) } else { english::stock(context) }
}

fn chinese(context: &Context<'_>) -> Option<Stock> {
    if let Some(stock) = marked(context) {
        return Some(stock);
    }
    let text = context.text();
    let front = context.front(FRONT);
    if let Some(found) = first(&CODE_THEN_NAME, front)
        && let (Some(name), Some(code)) = (group(&found, "name"), group(&found, "code"))
    {
        return Some(Stock { name, code, weight: 5.0 });
    }
    let start = context.front(300).len();
    let barred = captures(&BARRED, context.front(300)).find_map(|found| {
        let (name, code) = (group(&found, "name")?, group(&found, "code")?);
        // Six digits may be a month or a post code as well.
        (symbol(context.slice(code.clone())).is_some() && may_be_a_company(context.slice(name.clone()))).then_some(Stock {
            name,
            code,
            weight: 5.0,
        })
    });
    if barred.is_some() {
        return barred;
    }
    let mut quoted: Vec<Place> = Vec::new();
    let mut codes: BTreeMap<String, (f64, Vec<Place>)> = BTreeMap::new();
    // In a table the next name follows the code, in a header the grade or the end of the line.
    let bare =
        captures(&NAME_THEN_CODE, front).filter(|found| found.get(0).is_some_and(|whole| has(&AFTER, context.after(whole.end(), 8))));
    for found in captures(&NAME_CODE, text).take(400).chain(bare) {
        let (Some(name), Some(code), Some(whole)) = (group(&found, "name"), group(&found, "code"), found.get(0)) else {
            continue;
        };
        // Benchmarks have codes as well.
        if ["指数", "成指", "综指"].iter().any(|index| context.slice(name.clone()).ends_with(index)) {
            continue;
        }
        if !whole.as_str().ends_with([')', ']']) && !stands_alone(context, &name, &code) {
            continue;
        }
        let uncut = name.start;
        let name = both::name(context, &name).unwrap_or_else(|| cut(context, name));
        let before = context.before(name.start, 40);
        if before.rfind('《').is_some_and(|open| !before.get(open..).is_some_and(|rest| rest.contains('》'))) {
            quoted.push((name, code));
            continue;
        }
        let after = context.after(whole.end(), 8);
        // `电力设备/电网设备望湖科技(300999)`: the way down a classification is no list of companies.
        let path = || before.trim_end_matches('/').rsplit(|c: char| !is_han(c)).next().is_some_and(is_sector);
        let listed =
            before.ends_with(['、', '/']) && !before.ends_with("次/") && !(before.ends_with('/') && path()) || after.starts_with('、');
        let mut points = 0.2;
        if !listed {
            let marked = context.document.normalized.bookmarks().iter().any(|mark| mark.at == whole.start());
            let glued = uncut < name.start;
            points += if whole.start() < start { 2.0 } else { 0.0 };
            points += if marked { 2.0 } else { 0.0 };
            points += if has(&AFTER, after) { 1.2 } else { 0.0 };
            points += if glued || has(&BEFORE, before) { 1.2 } else { 0.0 };
            points *= if whole.start() < front.len() { 1.0 } else { 0.4 };
            // Of a run-on line only the code can be told from the words before it.
            points *= if name.is_empty() { 0.7 } else { 1.0 };
        }
        let printed = context.slice(code.clone());
        let digits: String = printed.chars().filter(char::is_ascii_digit).collect();
        // A ticker of the United States has none.
        let digits = if digits.is_empty() { printed.to_owned() } else { digits };
        let entry = codes.entry(digits).or_default();
        entry.0 += points;
        entry.1.push((name, code));
    }
    // The only code of a text that calls itself a report on a company needs less.
    let enough = if codes.len() == 1 && has(&ON_COMPANY, front) { ENOUGH / 2.0 } else { ENOUGH };
    let best = codes.into_values().reduce(|best, next| if next.0 > best.0 { next } else { best }).filter(|best| best.0 >= enough);
    if let Some((weight, places)) = best {
        let (name, code) = shortest(context, places)?;
        return Some(Stock { name, code, weight });
    }
    if let Some(code) = captures(&CODE_LINE, front).find_map(|found| group(&found, "code")) {
        // In a page of two columns the name may stand over the text and the code over what is at its side.
        let above = || named(context, 0..code.start.min(start)).filter(|name| !context.slice(name.clone()).ends_with("证券"));
        let name = named(context, code.end..front.len()).or_else(above);
        return Some(Stock { name: name.unwrap_or(code.start..code.start), code, weight: ENOUGH });
    }
    match captures(&CODE_LABEL, front).find_map(|found| group(&found, "code")) {
        Some(labelled) => Some(Stock { name: labelled.start..labelled.start, code: labelled, weight: ENOUGH }),
        None => related::company(context, &quoted).or_else(|| titled::company(context)),
    }
}

/// So often a text names a company whose code breaks off.
const NAMED: usize = 3;

/// Whether a name and a code whose closing bracket is lost are a company's: the exchange stands behind the code, or they are
/// a heading of their own and the code is one of a share. Other numbers in brackets break off at a line's end as well.
fn stands_alone(context: &Context<'_>, name: &Range<usize>, code: &Range<usize>) -> bool {
    let printed = context.slice(code.clone());
    let heading = context
        .before(name.start, 4)
        .rsplit('\n')
        .next()
        .is_some_and(|lead| lead.starts_with('#') && lead.trim_matches(['#', ' ']).is_empty());
    let share = printed.len() == 6 && ["00", "30", "60", "68"].iter().any(|first| printed.starts_with(first));
    let words = context.slice(name.clone());
    // Post codes and capital are not said again.
    let named = || context.text().match_indices(words).take(NAMED).count() == NAMED;
    may_be_a_company(words) && (printed.contains('.') || heading && share && named())
}

/// Behind the template's field marks for a company and its code.
fn marked(context: &Context<'_>) -> Option<Stock> {
    let text = context.text();
    let marks = context.document.normalized.bookmarks();
    let field = |name: &str| {
        let mark = marks.iter().find(|mark| mark.name.ends_with(name))?;
        let line = context.after(mark.at, 24).split('\n').next()?;
        Some(trim(text, mark.at..mark.at + line.len()))
    };
    let (name, code) = (field("company")?, field("stockcode")?);
    let digits = context.slice(code.clone());
    let fits = digits.len() <= 9 && digits.bytes().take_while(u8::is_ascii_digit).count() >= 4;
    (fits && (2..=12).contains(&context.slice(name.clone()).chars().count())).then_some(Stock { name, code, weight: 5.0 })
}

/// What headings of parts of a page hold and names do not.
static HEADS_A_PART: Pattern = Pattern::new(|| {
    compile(
        r"宏观|策略|行业|[周月日]报|邮编|电话|预测|摘要|要点|观点|表现|股东|提示|数据|指标|走势|估值|投资|资料|附表|目录|市场|负债|利润|现金",
    )
});

/// Whether short words are no sector, no field of a header and no heading of a part.
fn may_be_a_company(words: &str) -> bool {
    !is_sector(words) && !has(&LEAD, words) && !has(&HEADS_A_PART, words)
}

/// The line of a name that stands apart from its code: short, no sector, and said again in the text.
fn named(context: &Context<'_>, window: Range<usize>) -> Option<Range<usize>> {
    let front = context.front(FRONT);
    let mut start = window.start;
    for line in context.text().get(window)?.split_inclusive('\n').take(60) {
        let range = trim(context.text(), start..start + line.len());
        start += line.len();
        let words = context.slice(range.clone());
        let short = (2..=6).contains(&words.chars().count()) && words.chars().all(is_han);
        if short && may_be_a_company(words) && front.match_indices(words).take(2).count() == 2 {
            return Some(range);
        }
    }
    None
}

/// How many characters the name has that ends run-on words: the end that comes back without what stands before it.
fn comes_back(context: &Context<'_>, words: &str) -> Option<usize> {
    let near = context.front(20_000);
    let count = |at: usize| words.get(at..).map_or(0, |end| near.match_indices(end).take(20).count());
    let starts: Vec<usize> = words.char_indices().rev().take(9).map(|(at, _)| at).collect();
    let pairs = starts.windows(2).enumerate().rev();
    pairs
        .filter_map(|(at, pair)| match pair {
            [inner, outer] => Some((at + 1, *inner, count(*inner), count(*outer))),
            _ => None,
        })
        .find(|(length, _, inner, outer)| inner > outer && *inner >= if *length > 2 { 2 } else { 4 } && *length > 1)
        .map(|(_, at, ..)| at)
}

/// A name without the header's words that are glued before it.
fn cut(context: &Context<'_>, name: Range<usize>) -> Range<usize> {
    // The unit of the number before it: `52.1元望湖酒业(600999.SH)`.
    let unit = context.before(name.start, 1).starts_with(|c: char| c.is_ascii_digit())
        && context.slice(name.clone()).starts_with(['元', '月', '年', '页', '倍', '股', '亿', '万', '号']);
    let name = if unit { name.start + '元'.len_utf8()..name.end } else { name };
    let words = context.slice(name.clone());
    let lead = LEAD
        .as_ref()
        .and_then(|lead| lead.find_iter(words).filter(|found| found.end() < words.len()).last())
        .map_or(0, |found| found.end());
    let rest = words.get(lead..).unwrap_or_default();
    // No listed name is longer than eight characters; of run-on prose the name is the end that comes back.
    if rest.chars().count() > 8 && !rest.is_ascii() {
        // Or the words that describe the company end before it: `…材料龙头望湖科技`.
        let described = || {
            let at = DESCRIBED.iter().filter_map(|word| rest.rfind(word).map(|at| at + word.len())).max()?;
            (2..=8).contains(&rest.get(at..)?.chars().count()).then_some(at)
        };
        return comes_back(context, rest).or_else(described).map_or(name.start..name.start, |at| name.start + lead + at..name.end);
    }
    // A run of six to eight characters may be the end of a title and a name.
    if (6..=8).contains(&rest.chars().count())
        && rest.chars().all(is_han)
        && let Some(at) = comes_back(context, rest).filter(|&at| at > 0)
    {
        return name.start + lead + at..name.end;
    }
    if rest.chars().count() < 2 || (rest.chars().count() > 8 && !rest.is_ascii()) {
        name.start..name.start
    } else {
        name.start + lead..name.end
    }
}

/// What describes a company right before its name.
const DESCRIBED: &[&str] = &["龙头", "领先者", "领军者", "领跑者", "领军企业", "龙头企业", "公司", "供应商", "制造商", "运营商", "服务商"];

/// Of the printed names of one code the one all others end with, at its first place.
fn shortest(context: &Context<'_>, places: Vec<Place>) -> Option<Place> {
    let count = |range: &Range<usize>| context.slice(range.clone()).chars().count();
    let Some((short, _)) = places.iter().filter(|(name, _)| count(name) >= 2).min_by_key(|(name, _)| count(name)).cloned() else {
        return places.into_iter().next();
    };
    let words = context.slice(short);
    let places: Vec<Place> = places.into_iter().filter(|(name, _)| count(name) >= 2).collect();
    let fits = places.iter().filter(|(name, _)| context.slice(name.clone()).ends_with(words)).count();
    let chosen = if fits * 2 > places.len() { Some(words) } else { None };
    places.into_iter().find_map(|(name, code)| match chosen {
        Some(words) if context.slice(name.clone()).ends_with(words) => Some((name.end - words.len()..name.end, code)),
        Some(_) => None,
        None => Some((name, code)),
    })
}

#[cfg(test)]
mod tests;
