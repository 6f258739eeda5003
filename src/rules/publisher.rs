//! Who published the report.
//!
//! The general rule reads the firm off its own statements (版权归X所有, 仅供X客户使用, X具备…业务资格, a line that is the
//! firm's name). The registry `brokers.toml` only gives known names a weight where they stand in the text, and tells
//! which of two named firms the licence numbers and mail addresses belong to. Quoted sources and peers lose by weight
//! (`domain.md` T23).

mod registry;

use std::collections::BTreeMap;
use std::ops::Range;

use self::registry::{REGISTRY, known, place, stands};
use super::Context;
use super::find::{Pattern, captures, compile, group};
use crate::domain::reading::PublisherReading;

pub(super) use registry::{by_sac_prefix, sac_prefix};

/// A registered name that follows words by which a firm speaks of itself or of its report.
static OWN_LEGAL: Pattern = Pattern::new(|| {
    compile(
        r"(?:仅供|仅向|仅为|报告由|资料由|材料由|版权(?:均|仅)?(?:归|为|属于?|归属于?)|归属于?|版权©?|均?属|出处为|未获得|未经|经过?|系|声明|说明|条款|条款:|业务资格|提示|所有|^|[\s。,;:“”()「」])(?P<legal>(?P<short>(?:上海申银万国|[\p{Han}]{2,9}?)(?:证券(?:经纪|研究所)?|金融|国际|资本|投资咨询|环球市场|研究|银行))(?:控股|集团|融资)?(?:\(\p{Han}{2,4}\))?(?:股份有限公司|有限责任公司|有限公司))(?P<after>(?:\([^)\n]{0,40}\))?[^。\n]{0,14})",
    )
});
static LEAD: Pattern = Pattern::new(|| {
    compile(r"仅供|仅向|提供|报告|由|归|属于|属|出处为|为|未经|经过?|系|声明|说明|条款|提示|披露|所有|获得|及|以及|致使|考虑到|资格")
});
static OWN_BEFORE: Pattern = Pattern::new(|| compile(r"(?:仅供|仅向|报告由|材料由|资料由|版权[^。\n]{0,6}|出处为|未获得|未经)$"));
static OWN_AFTER: Pattern = Pattern::new(|| {
    compile(r"以下简称|本公司|我公司|客户|具备|具有|已获|获得|是经|经中国|经营范围|制作|撰写|研究所|版权|所有|事先|书面|授权|许可|发布")
});
/// A line that is a firm's name and nothing else, in either script.
static NAME_LINE: Pattern =
    Pattern::new(|| compile(r"(?m)^[#*\s]*(?P<name>\p{Han}{2,6}证券)(?:股份有限公司|有限责任公司|有限公司|研究所)?[ \t]*$"));
static RESEARCH_UNIT: Pattern = Pattern::new(|| {
    compile(
        r"(?:[\s。,;:()|]|来源:|资料来源[^\n。]{0,30}[,、]|报告|部分|声明|\d|^)(?P<name>\p{Han}{2,4}证券)(?:研究所|研究院|研究部|研究发展部|研究中心|整理)",
    )
});
static ENGLISH_LEGAL: Pattern = Pattern::new(|| {
    compile(
        r"(?P<legal>(?P<name>(?:(?:[A-Z][\w&’'.-]*|[A-Z]\.)(?: (?:&|and))? ){1,5}?(?:Securities|Research|Capital|Markets|Financial|Equities|Bank|Broking|Brokers|Brokerage|International|Institutional Equities|Investment Services)(?: (?:Services|Markets|Securities|International|Institutional|Advisors|Partners|Group))*) ?(?:\([A-Za-z. ]{2,24}\) ?)?(?:(?:Private|Company|Pvt\.?|Co\.,?) )?(?:Limited|Ltd\.?|LLC|Inc\.?|plc|L\.P\.))",
    )
});
static ENGLISH_OWN: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:prepared|issued|published|produced|distributed|approved|written) (?:solely )?(?:by|for)\s*$|(?:©|copyright)[^\n]{0,12}$|clients? of\s*$|\bby\s*$",
    )
});
static MAIL: Pattern = Pattern::new(|| compile(r"@(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[a-z]{2,3})"));
static SAC: Pattern = Pattern::new(|| compile(r"(?P<prefix>[SA]\d{3})\d{9,10}"));

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
    for found in captures(&NAME_LINE, text).take(8).filter_map(|c| group(&c, "name")) {
        add(&mut weights, text, &found, 8.0);
    }
    for found in captures(&RESEARCH_UNIT, text).take(60).filter_map(|c| group(&c, "name")) {
        add(&mut weights, text, &found, 0.4);
    }
    english_legal(context, &mut weights);
    registry(context, &mut weights);
    let Some((name, best)) = weights.into_iter().reduce(|best, next| if next.1.points > best.1.points { next } else { best }) else {
        return PublisherReading::default();
    };
    let Some(place) = place(text, &name) else {
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
        let lead = LEAD.as_ref().and_then(|lead| lead.find_iter(context.slice(short.clone())).last()).map_or(0, |found| found.end());
        let (legal, short) = (legal.start + lead..legal.end, short.start + lead..short.end);
        if context.slice(short.clone()).chars().count() < 4 {
            continue;
        }
        let printed = context.slice(legal.clone());
        let name = REGISTRY
            .iter()
            .find(|broker| !broker.legal_name.is_empty() && broker.legal_name == printed)
            .map_or_else(|| known(short_name(context.slice(short))), |broker| broker.name.clone());
        let own = super::find::has(&OWN_BEFORE, context.before(legal.start, 12));
        let after = found.name("after").is_some_and(|after| super::find::has(&OWN_AFTER, after.as_str()));
        let points = 1.0 + if own { 8.0 } else { 0.0 } + if after { 6.0 } else { 0.0 };
        let weight = weights.entry(name).or_default();
        weight.points += points;
        if points > weight.legal_points {
            weight.legal_points = points;
            weight.legal = Some(legal);
        }
    }
}

/// `国元证券经纪` and `某某证券研究所` are named by what ends with 证券.
fn short_name(words: &str) -> &str {
    words.find("证券").map_or(words, |at| words.get(..at + "证券".len()).unwrap_or(words))
}

fn english_legal(context: &Context<'_>, weights: &mut BTreeMap<String, Weight>) {
    let text = context.text();
    for found in captures(&ENGLISH_LEGAL, text).take(200) {
        let (Some(legal), Some(name)) = (group(&found, "legal"), group(&found, "name")) else {
            continue;
        };
        let joined = joined(text, context.slice(name.clone()));
        let (legal, name) = (legal.start + joined..legal.end, name.start + joined..name.end);
        let printed = context.slice(name.clone()).trim();
        let name = REGISTRY
            .iter()
            .find(|broker| {
                std::iter::once(&broker.name).chain(&broker.aliases).any(|alias| alias.is_ascii() && printed.starts_with(alias.as_str()))
            })
            .map_or_else(|| printed.to_owned(), |broker| broker.name.clone());
        let own = super::find::has(&ENGLISH_OWN, context.before(legal.start, 30));
        let front = legal.start < 4000;
        let points = 0.5 + if own { 2.0 } else { 0.0 } + if front { 2.0 } else { 0.0 };
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
    let front = context.after(0, 1200);
    for broker in REGISTRY.iter() {
        let names = || std::iter::once(&broker.name).chain(&broker.aliases);
        let Some(_) = names().find(|name| stands(text, name)) else {
            continue;
        };
        let mut points = 0.0;
        let mentions = names().map(|name| text.match_indices(name.as_str()).take(20).count()).max().unwrap_or(0);
        points += f64::from(u32::try_from(mentions.min(20)).unwrap_or(20)) * 0.15;
        if names().any(|name| stands(front, name)) {
            points += 3.0;
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
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn firm(text: &str) -> (Option<String>, Option<String>) {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let reading = read(&Context::new(&document, &zones));
        (reading.name.map(|name| name.value), reading.legal_name.map(|name| name.value))
    }

    #[test]
    fn an_unknown_firm_is_read_off_its_own_statements() {
        let (name, legal) =
            firm("光缆景气上行证券研究报告资料来源:Wind,望江证券研究所免责声明本报告仅供望江证券股份有限公司(以下简称“本公司”)客户使用。");
        assert_eq!((name.as_deref(), legal.as_deref()), (Some("望江证券"), Some("望江证券股份有限公司")));
        let (name, legal) = firm(
            "Harbour Cove (9999 HK)\nThis report is prepared by Northlake Securities (Hong Kong) Limited.\nNorthlake Securities (Hong Kong) Limited is regulated.",
        );
        assert_eq!((name.as_deref(), legal.as_deref()), (Some("Northlake Securities"), Some("Northlake Securities (Hong Kong) Limited")));
    }

    #[test]
    fn quoted_sources_are_not_the_publisher() {
        let text = "资料来源:中信证券研究所。资料来源:中信证券,海通证券。本报告版权归望江证券股份有限公司所有,未经望江证券股份有限公司书面授权不得转载。";
        assert_eq!(firm(text).0.as_deref(), Some("望江证券"));
    }

    #[test]
    fn a_firm_that_does_not_stand_in_the_text_is_never_returned() {
        assert_eq!(firm("分析师 吴某 SAC执业证书编号:S0870522020001 wu@shzq.com 增持").0, None);
    }

    #[test]
    fn names_of_several_words_stay_whole() {
        for firm_name in ["Harrow & Quill Securities", "Thorn and Ashby Capital", "O'Mara-Finch & Co. Securities"] {
            let text = format!("{firm_name}\nResearch\nThis report is issued by {firm_name} (Hong Kong) Limited.\n© {firm_name}");
            let (name, legal) = firm(&text);
            assert_eq!(name.as_deref(), Some(firm_name));
            assert_eq!(legal, Some(format!("{firm_name} (Hong Kong) Limited")));
        }
        // `and` between two firms parts them.
        let text = "Clients of Northlake Limited and Harbour Cove Securities Limited.\nIssued by Harbour Cove Securities Limited.";
        assert_eq!(firm(text).0.as_deref(), Some("Harbour Cove Securities"));
    }
}
