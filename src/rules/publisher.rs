//! Who published the report.
//!
//! The general rule reads the firm off its own statements (版权归X所有, 仅供X客户使用, X具备…业务资格, a line that is the
//! firm's name). The registry `brokers.toml` only gives known names a weight where they stand in the text, and tells
//! which of two named firms the licence numbers and mail addresses belong to. Quoted sources and peers lose by weight
//! (`domain.md` T23).

mod registry;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use self::registry::{REGISTRY, known, place, stands};
use super::Context;
use super::find::{Pattern, captures, compile, group, has};
use super::unwrap::names_whole;
use crate::domain::evidence::Span;
use crate::domain::reading::PublisherReading;

pub(super) use registry::{by_sac_prefix, sac_prefix, slogans, units};

/// A registered name that follows words by which a firm speaks of itself or of its report.
static OWN_LEGAL: Pattern = Pattern::new(|| {
    compile(
        r"(?:仅供|仅向|仅为|报告由|资料由|材料由|制作人?为|发布人为|致?使|在|因|与|向|对|版权(?:均|仅)?(?:归|为|属于?|归属于?)|归属于?|版权©?|均?属|出处为|未获得|未经|经过?|系|声明|说明|条款|条款:|业务资格|提示|所有|^|[\s。,;:“”()「」])(?P<legal>(?P<short>[\p{Han}]{2,9}?(?P<kind>证券(?:经纪|研究所)?|證券(?:經紀)?|國際|金融|国际|资本|(?:证券)?投资咨询|投资顾问|环球市场|研究|银行))(?:控股|集团|融资)?(?:\(\p{Han}{2,4}\))?(?:股份有限公司|有限责任公司|有限公司))(?P<after>(?:\([^)\n]{0,40}\))?[^。\n]{0,14})",
    )
});
static LEAD: Pattern = Pattern::new(|| {
    compile(
        r"仅供|仅向|提供|报告|由|归|属于|属|出处为|为|未经|经过?|系|声明|说明|条款|提示|披露|所有|获得|以?及|致?使|考虑到|资格|在|因|与|向|对",
    )
});
static OWN_BEFORE: Pattern = Pattern::new(|| compile(r"(?:仅供|仅向|报告由|材料由|资料由|版权[^。\n]{0,6}|出处为|未获得|未经)$"));
static OWN_AFTER: Pattern = Pattern::new(|| {
    compile(r"以下简称|本公司|我公司|客户|具备|具有|已获|获得|是经|经中国|经营范围|制作|撰写|研究所|版权|所有|事先|书面|授权|许可|发布")
});
static SOURCE_BEFORE: Pattern = Pattern::new(|| {
    compile(
        r"(?:来源|来自|引用|引自|转载自?|摘自|援引|参考|根据|转发自?|代销|承销商?|主承销商?|保荐(?:人|机构)?|控股股东|子公司)[:为是于]?\s?$",
    )
});
/// Behind the name of a firm that passes on what another one wrote.
static PASSED_ON: Pattern = Pattern::new(|| {
    compile(
        r"^(?:\([^)\n]{0,40}\))?[^。,\n]{0,8}(?:分发|派发|转发|分销|代发|代为|派送|转载|传阅)|^(?:的)?(?:研究)?(?:报告|研报)?(?:指出|认为|预计|显示|数据)",
    )
});
/// A line that is a firm's name and nothing else, in either script.
static NAME_LINE: Pattern =
    Pattern::new(|| compile(r"(?m)^[#*\s]*(?P<name>\p{Han}{2,6}证券)(?:股份有限公司|有限责任公司|有限公司|研究所)?[ \t]*$"));
static RESEARCH_UNIT: Pattern = Pattern::new(|| {
    compile(
        r"(?:[\s。,;:()|]|来源:|资料来源[^\n。]{0,30}[,、]|报告|部分|声明|\d|^)(?P<name>\p{Han}{2,4}证券)(?:研究所|研究院|研究部|研究发展部|研究中心|整理)|(?m:(?:资料|数据)来源:(?:[^\n。]{0,30}[,、])?(?P<last>\p{Han}{2,4}证券)\s*$)",
    )
});
/// What the name of an English firm holds.
const FIRM: &str = "(?:Securities|Research|Capital|Markets|Financial|Equities|Bank|Broking|Brokers|Brokerage|International|Institutional Equities|Investment Services)";
static ENGLISH_FIRM: Pattern = Pattern::new(|| compile(FIRM));
static ENGLISH_LEGAL: Pattern = Pattern::new(|| {
    compile(&format!(
        r"(?P<legal>(?P<name>(?:(?:[A-Z][\w&’'.-]*|[A-Z]\.)(?: (?:&|and))? ){{1,5}}?{FIRM}(?: (?:Services|Markets|Securities|International|Institutional|Advisors|Partners|Group))*) ?(?:\([A-Za-z. ]{{2,24}}\) ?|(?:Japan|Asia Pacific|Asia|Europe|India|Australia|New Zealand|Singapore|Korea|Taiwan|Malaysia|Thailand|Indonesia|Philippines|Canada|USA|UK|Hong Kong) )?(?:(?:Private|Company|Pvt\.?|Co\.,?) )?(?:Limited|Ltd\.?|LLC|Inc\.?|plc|L\.P\.))",
    ))
});
static ENGLISH_OWN: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:prepared|issued|published|produced|approved|written|authored) (?:solely )?(?:by|for)\s*$|(?:©|copyright)[^\n]{0,12}$|clients? of\s*$",
    )
});
/// Before a firm that passes a report on, or is a source of it.
static ENGLISH_PASSED_ON: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:(?:re-?)?distributed|disseminated|forwarded|made available|brought to you)[^.\n]{0,24} by\s*$|sources?: ?$|according to\s*$|(?:analysts?|economists?|strategists?) (?:at|of)\s*$",
    )
});
static MAIL: Pattern = Pattern::new(|| compile(r"@(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[a-z]{2,3})"));
static SAC: Pattern = Pattern::new(|| compile(r"(?P<prefix>[SA]\d{3})\d{9,10}"));

static INDUSTRY: Pattern = Pattern::new(|| {
    compile(
        r"健康|医药|医疗|生物|行业|报告|[周月日]报|深度|研究|电子|科技|传媒|消费|宏观|策略|汽车|金融|能源|公司|点评|化工|机械|通信|计算机|食品|饮料|地产",
    )
});
/// The head of the first page, in characters.
const HEAD: usize = 400;
/// A consultancy's registered name.
static CONSULTANCY: Pattern = Pattern::new(|| {
    compile(
        r"(?:^|[\s。,;:|\d])(?P<legal>\p{Han}{2,14}?(?:\(\p{Han}{2,4}\))?(?:\p{Han}{0,4})?(?:信息|投资|管理|企业|商务|经济)?(?:咨询|顾问)(?:股份有限公司|有限责任公司|有限公司))",
    )
});
/// A publisher and who passes its report on: no more firms have a line of their own.
const FIRMS: usize = 2;
/// Behind the name of the house whose notes these are: `请务必阅读望江证券股份公司免责声明`.
static OWN_NOTES: Pattern = Pattern::new(|| {
    compile(r"^(?:股份有限公司|有限责任公司|有限公司|股份公司|公司)?的?(?:免责|法律|重要|版权|信息披露)(?:声明|条款|提示)")
});
/// Sources under tables that count for a firm.
const UNITS: usize = 20;

/// Weight and first place of one firm's name.
#[derive(Default)]
struct Weight {
    points: f64,
    legal: Option<Range<usize>>,
    legal_points: f64,
}

/// Name and registered name of the publisher.
pub(super) fn read(context: &Context<'_>) -> PublisherReading {
    let mut weights: BTreeMap<String, Weight> = BTreeMap::new();
    let text = context.text();
    chinese_legal(context, &mut weights);
    let lines: Vec<Range<usize>> = captures(&NAME_LINE, text).take(8).filter_map(|c| group(&c, "name")).collect();
    // Several firms, each on a line: the cells of a table of companies.
    let firms = lines.iter().map(|line| context.slice(line.clone())).collect::<BTreeSet<&str>>().len();
    for found in lines.iter().filter(|_| firms <= FIRMS) {
        add(&mut weights, text, found, 8.0);
    }
    // Sources under tables are as often the publisher's own unit as another firm's: they settle only what nothing else does.
    let mut units: BTreeMap<&str, usize> = BTreeMap::new();
    for found in captures(&RESEARCH_UNIT, text).take(200).filter_map(|c| group(&c, "name").or_else(|| group(&c, "last"))) {
        let seen = units.entry(context.slice(found.clone())).or_default();
        *seen += 1;
        if *seen <= UNITS {
            add(&mut weights, text, &found, 0.4);
        }
    }
    english_legal(context, &mut weights);
    registry(context, &mut weights);
    if weights.is_empty() {
        return last_resort(context);
    }
    let Some((name, best)) = weights.into_iter().reduce(|best, next| if next.1.points > best.1.points { next } else { best }) else {
        return PublisherReading::default();
    };
    let Some(place) = place(text.part(0..text.len()), &name) else {
        return PublisherReading::default();
    };
    let broker = REGISTRY.iter().find(|broker| broker.name == name);
    let mut reading = PublisherReading { name: context.located(context.slice(place.clone()).to_owned(), place), legal_name: None };
    if let Some(letters) = broker.filter(|_| reading.name.as_ref().is_some_and(|found| found.value.contains("J P M"))) {
        // A letter-spaced logo is the name, not another one.
        reading.name = reading.name.map(|found| found.with(letters.name.clone()));
    }
    let registered = broker
        .filter(|broker| !broker.legal_name.is_empty())
        .and_then(|broker| text.find(&broker.legal_name).map(|at| at..at + broker.legal_name.len()));
    reading.legal_name = best.legal.or(registered).and_then(|range| context.located_words(range));
    reading
}

/// A firm that is no broker (consultancy, think tank): the one company with such a name on the first page.
fn last_resort(context: &Context<'_>) -> PublisherReading {
    let head = context.front(HEAD);
    if let Some(legal) = super::find::first(&CONSULTANCY, head).and_then(|found| group(&found, "legal")) {
        let brand = context.slice(legal.clone()).split(['(', '信', '管', '咨', '顾']).next().unwrap_or_default();
        // The industry of the header is glued on in run-on text.
        let lead = INDUSTRY.as_ref().and_then(|industry| industry.find_iter(brand).last()).map_or(0, |found| found.end());
        let short = brand.get(lead..).unwrap_or_default();
        if short.chars().count() < 2 {
            return PublisherReading::default();
        }
        let legal = legal.start + lead..legal.end;
        let name = legal.start..legal.start + short.len();
        return PublisherReading { name: context.located_words(name), legal_name: context.located_words(legal) };
    }
    PublisherReading::default()
}

fn add(weights: &mut BTreeMap<String, Weight>, text: &str, range: &Range<usize>, points: f64) {
    let name = known(text.get(range.clone()).unwrap_or_default());
    weights.entry(name).or_default().points += points;
}

fn chinese_legal(context: &Context<'_>, weights: &mut BTreeMap<String, Weight>) {
    let text = context.text();
    for found in captures(&OWN_LEGAL, text).take(120) {
        let (Some(legal), Some(short)) = (group(&found, "legal"), group(&found, "short")) else {
            continue;
        };
        // The words before a name in run-on text: `本报告仅供望江证券`.
        let own_words = group(&found, "kind").map_or(short.clone(), |kind| short.start..kind.start);
        let lead = LEAD.as_ref().and_then(|lead| lead.find_iter(context.slice(own_words)).last()).map_or(0, |found| found.end());
        let (legal, short) = (legal.start + lead..legal.end, short.start + lead..short.end);
        if context.slice(short.clone()).chars().count() < 4 {
            continue;
        }
        let printed = context.slice(legal.clone());
        let name = REGISTRY
            .iter()
            .find(|broker| !broker.legal_name.is_empty() && broker.legal_name == printed)
            .map_or_else(|| known(short_name(context.slice(short))), |broker| broker.name.clone());
        let before = context.before(legal.start, 12);
        let own = super::find::has(&OWN_BEFORE, before);
        let after = found.name("after").map_or("", |after| after.as_str());
        let points = if foreign(context, before, after, legal.start) {
            0.2
        } else {
            1.0 + if own { 8.0 } else { 0.0 } + if super::find::has(&OWN_AFTER, after) { 6.0 } else { 0.0 }
        };
        let weight = weights.entry(name).or_default();
        weight.points += points;
        if points > weight.legal_points {
            weight.legal_points = points;
            weight.legal = Some(legal);
        }
    }
}

/// Whether a firm is named as the source of something, as one that passes the report on, or in a quotation
/// (`domain.md` T22, T23).
fn foreign(context: &Context<'_>, before: &str, after: &str, at: usize) -> bool {
    super::find::has(&SOURCE_BEFORE, before) || super::find::has(&PASSED_ON, after) || quoted(context, at)
}

/// Whether the line is a quotation of markdown in the source.
fn quoted(context: &Context<'_>, at: usize) -> bool {
    let end = context.document.span(at..at + 1).map_or(0, |span| span.start);
    let before = context.document.source.slice(Span { start: end.saturating_sub(200), end });
    before.rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with('>'))
}

/// `某某证券经纪` and `某某证券研究所` are named by what ends with 证券.
fn short_name(words: &str) -> &str {
    words.find("证券").map_or(words, |at| words.get(..at + "证券".len()).unwrap_or(words))
}

fn english_legal(context: &Context<'_>, weights: &mut BTreeMap<String, Weight>) {
    // Most Chinese reports name none, and need not be joined.
    if !super::find::has(&ENGLISH_FIRM, context.text()) {
        return;
    }
    let whole = names_whole(context.text());
    let text = whole.as_str();
    for found in captures(&ENGLISH_LEGAL, text).take(200) {
        let (Some(legal), Some(name)) = (group(&found, "legal"), group(&found, "name")) else {
            continue;
        };
        let words = |range: Range<usize>| text.get(range).unwrap_or_default();
        let joined = joined(text, words(name.clone()));
        let (legal, name) = (legal.start + joined..legal.end, name.start + joined..name.end);
        let printed = words(name.clone()).trim();
        let name = REGISTRY
            .iter()
            .find(|broker| {
                std::iter::once(&broker.name).chain(&broker.aliases).any(|alias| alias.is_ascii() && printed.starts_with(alias.as_str()))
            })
            .map_or_else(|| printed.to_owned(), |broker| broker.name.clone());
        let before = context.before(legal.start, 40);
        let own = super::find::has(&ENGLISH_OWN, before);
        let front = legal.start < 4000;
        let points = if super::find::has(&ENGLISH_PASSED_ON, before) || quoted(context, legal.start) {
            0.1
        } else {
            0.5 + if own { 2.0 } else { 0.0 } + if front { 2.0 } else { 0.0 }
        };
        let weight = weights.entry(name).or_default();
        weight.points += points;
        if points > weight.legal_points {
            weight.legal_points = points;
            weight.legal = Some(legal);
        }
    }
}

/// Where a name begins in words that hold ` and `: at their start when the whole comes back, else behind the `and`,
/// which then stands between two firms.
fn joined(text: &str, words: &str) -> usize {
    let Some(at) = words.rfind(" and ") else {
        return 0;
    };
    let form = ["Limited", "Ltd", "LLC", "plc", "Inc", "Securities", "Capital"];
    let first = words.get(..at).unwrap_or_default();
    let two = first.split([' ', '.']).any(|word| form.contains(&word));
    if !two && text.match_indices(words.trim()).take(2).count() == 2 { 0 } else { at + " and ".len() }
}

fn registry(context: &Context<'_>, weights: &mut BTreeMap<String, Weight>) {
    let text = context.text();
    let mut domains: BTreeMap<String, u32> = BTreeMap::new();
    for mail in captures(&MAIL, text).take(200) {
        if let Some(domain) = mail.name("domain") {
            *domains.entry(domain.as_str().to_lowercase()).or_default() += 1;
        }
    }
    let prefixes: Vec<&str> = captures(&SAC, text).take(40).filter_map(|c| c.name("prefix").map(|p| p.as_str())).collect();
    let (whole, front) = (text.part(0..text.len()), context.front(1200));
    for broker in REGISTRY.iter() {
        let names = || std::iter::once(&broker.name).chain(&broker.aliases);
        let Some(_) = names().find(|name| stands(whole, name)) else {
            continue;
        };
        let mut points = 0.0;
        let mentions = names().map(|name| whole.places(name).take(20).count()).max().unwrap_or(0);
        points += f64::from(u32::try_from(mentions.min(20)).unwrap_or(20)) * 0.15;
        if names().any(|name| stands(front, name)) {
            points += 3.0;
        }
        let notes = |name: &String| {
            whole.places(name).take(20).any(|at| {
                let before = context.before(at, 12);
                has(&OWN_NOTES, context.after(at + name.len(), 16)) && !before.contains('“') && !foreign(context, before, "", at)
            })
        };
        if names().any(notes) {
            points += 6.0;
        }
        if broker.domains.iter().any(|own| domains.keys().any(|seen| seen == own || seen.ends_with(&format!(".{own}")))) {
            points += 9.0;
        }
        if !broker.sac_prefix.is_empty() {
            let own = prefixes.iter().filter(|prefix| **prefix == broker.sac_prefix).count();
            if own > 0 && own * 2 >= prefixes.len() {
                points += 7.0;
            }
        }
        weights.entry(broker.name.clone()).or_default().points += points;
    }
}

#[cfg(test)]
mod tests;
