//! What kind of report it is, by the words of its header and title.

use super::Context;
use super::find::{Pattern, captures, compile, first, has, is_han};
use super::subject::Stock;
use super::title::Title;
use crate::document::Captures;
use crate::domain::Slot;
use crate::domain::record::Category;
use crate::zones::{Zone, ZoneKind};

/// The header and the first words, in characters.
const HEADER: usize = 1500;

/// Words that say what a report is.
struct Cue {
    category: Category,
    /// Points in the header.
    header: u32,
    /// Points in the title; there the best cue of a category counts alone.
    title: u32,
    pattern: Pattern,
}

macro_rules! cue {
    ($category:ident, $header:literal, $title:literal, $pattern:literal) => {
        Cue { category: Category::$category, header: $header, title: $title, pattern: Pattern::new(|| compile($pattern)) }
    };
}

/// Words and what they say in the header and in the title; each counts once. Words a body may hold as well count in
/// the title alone.
static CUES: [Cue; 22] = [
    cue!(
        Company,
        4,
        0,
        r"公司研究(?:$|[^部院所中员])|公司(?:点评|深度|报告|快报|动态|跟踪|简报|首次|信息更新|调研)|个股(?:研究|点评)|首次覆盖报告|(?i:company (?:update|report|note|initiation|flash))"
    ),
    cue!(Company, 2, 0, r"(?:一年|12个月|52周)(?:内)?最高|总股本|目标价(?:格)?\s?[(:]|(?i:price target \(|price objective|target price)"),
    cue!(
        Company,
        5,
        0,
        r"(?i)rating(?: change)?: ?(?:buy|neutral|underperform|hold|sell|overweight|underweight|outperform)|price target \([A-Z]"
    ),
    cue!(Company, 0, 3, r"(?:20\d\d)?(?:一季|三季|半年|中|年|季)报点评|首次覆盖|业绩(?:快报|预告|符合|超预期)"),
    cue!(Industry, 4, 5, r"行业(?:研究|报告|深度|周报|月报|点评|动态|专题|跟踪|评级|分析|双周报|策略|简报|信息)|行业走势图|行业表现"),
    cue!(Industry, 3, 5, r"行业(?:分类)?\s?[:。]|[\p{Han}]{2,6}行业(?:[^\n。,]{0,14})(?:报告|周报|月报|小结|策略|跟踪)"),
    cue!(
        Industry,
        3,
        3,
        r"(?i)(?:sector|industry) (?:update|report|note|review)|(?m)^(?-i:Sector|Industry)\s?: [^\n():]{3,40} \([a-z -]{3,16}\)"
    ),
    cue!(Industry, 0, 5, r"行业|板块|产业链|周观点"),
    cue!(Strategy, 0, 5, r"20\d\d年?(?:度|中期|[上下]半年|[一二三四]季度|[春夏秋冬]季)?(?:投资)?策略"),
    cue!(Industry, 1, 0, r"(?i)equity research"),
    cue!(
        Strategy,
        4,
        6,
        r"策略(?:研究|报告|周报|日报|点评|专题|月报|快评|跟踪|周观点)|投资策略(?:研究|周报|报告)|策略\s?[|丨】]|策略[\s|·—-]*证券研究报告|证券研究报告[\s|·:—-]*(?:投资)?策略|[-—·|/\n]市场(?:分析|策略|周报|日报)|A\s?股(?:策略|周报|市场综述)|大类资产(?:配置|跟踪)|市场(?:日报|周报|复盘)"
    ),
    // The desk the report comes from.
    cue!(Strategy, 9, 0, r"大类资产配置(?:研究|专题|月报|周报)"),
    cue!(
        Strategy,
        4,
        6,
        r"(?i)(?:equity|market|portfolio|global markets|investment|macro) strategy|strategy (?:weekly|daily|monthly|note|outlook)|\bmodel portfolio\b|\basset allocation\b|(?m:^strategy$)"
    ),
    cue!(
        Strategy,
        0,
        6,
        r"(?:策略|市场|A股)[^行业]{0,6}(?:日报|周报|月报|分析|点评)|A\s?股|大盘|港股(?:策略|周报)|资产配置|北交所|风格轮动|行业轮动"
    ),
    cue!(
        Macro,
        5,
        6,
        r"宏观(?:研究|快评|报告|点评|专题|周报|经济研究|深度|策略)|经济研究·宏观|固定收益|固收|债券(?:研究|周报|点评)|利率债|信用债(?:周报|研究)|转债(?:周报|策略|研究)|货币政策"
    ),
    cue!(
        Macro,
        5,
        6,
        r"(?i)\beconomics\b (?:research|weekly|note)|global rates|fixed income|fx strategy|economic research|rates strategy|credit (?:research|strategy)"
    ),
    cue!(
        Macro,
        0,
        6,
        r"宏观|PMI|CPI|PPI|GDP|社融|通胀|降准|降息|央行|货币政策|财政政策|债市|国债|城投|信用债|美联储|FOMC|非农|(?i:inflation|fed\b|payrolls)"
    ),
    // Said three times in one passage it is what the text is about.
    cue!(Macro, 2, 0, r"(?:\b(?:PMI|CPI|PPI|GDP|FOMC|payrolls)\b[^#]{0,240}?){3}"),
    cue!(
        MorningNote,
        8,
        8,
        r"晨会|早报|晨报|早间|早知道|财经早餐|朝闻|(?i:morning (?:brief|note|call|meeting|notes|summary|glance|express|wrap)|\bday ?break\b|\b(?-i:India|Asia|China|HK|Hong Kong|Malaysia|Singapore|Thailand|Indonesia|Korea|Taiwan|Regional|Market|Equity) daily\b|daily (?:digest|note|express|wrap))"
    ),
    cue!(
        Other,
        7,
        6,
        r"金融工程|金工|量化(?:择时|选股|研究|专题|投资|策略)|(?:多|单|选股|风格)?因子(?:研究|选股|投资|模型|轮动|跟踪)|基金研究|衍生品研究|(?i:quantitative research)"
    ),
    cue!(Other, 0, 6, r"择时|量化|(?:多|单|选股|风格|量价)因子|因子(?:研究|选股|投资|模型|轮动|跟踪|失效|拥挤)|(?i:quant\b)"),
    cue!(Other, 2, 0, r"(?i)specialist sales"),
];
/// The strategy of a year or a part of it, and whose it is.
static OF_THE_YEAR: Pattern =
    Pattern::new(|| compile(r"(?P<before>\p{Han}{2,12}?)(?:20\d\d)?年?(?:度|中期|[上下]半年|[一二三四]季度|[春夏秋冬]季)?(?:投资)?策略"));
/// Its points beat those of the word 策略 in the header and in the title.
const SECTOR_OF_THE_YEAR: u32 = 9;
/// Sections a digest of many topics is made of.
static DIGEST: Pattern = Pattern::new(|| {
    compile(
        r"(?m)(?:^|[。;\]])[#\s\d.一二三四五六七、]*(?P<section>(?:资本市场|行业|市场|宏观|国内|国际|公司|重要|今日|海外|财经)(?:新闻|要闻|公告|新股|表现|动态|资讯|聚焦|观察|评论)|(?:资本市场新闻|行业新闻|公司公告|今日新股|市场表现))\s?[:：.。]?",
    )
});

/// The kind of report, and the words that say so.
pub(super) fn read(context: &Context<'_>, stock: Option<&Stock>, title: Option<&Title>) -> Slot<Category> {
    // The header ends where the legal part begins, which in a text without a body may be soon.
    let is_legal = |zone: &&Zone| matches!(zone.kind, ZoneKind::Definitions | ZoneKind::AnalystStatement | ZoneKind::Disclaimer);
    let legal = context.zones.zones().iter().filter(is_legal).find(|zone| zone.range.start > 200).map(|zone| zone.range.start);
    let header = context.front(HEADER);
    let header = context.part(0..legal.unwrap_or(header.len()).min(header.len()));
    let mut pieces = Vec::new();
    pieces.push(0..header.len());
    for found in context.text().match_indices("证券研究报告").filter(|found| found.0 >= header.len()).take(2) {
        let start = found.0 - context.before(found.0, 60).len();
        pieces.push(start..found.0 + context.after(found.0, 60).len());
    }
    for mark in context.document.normalized.bookmarks().iter().filter(|mark| {
        matches!(mark.name.as_str(), "title" | "message" | "main" | "maininfo" | "stockinfo" | "baseinfo" | "dycompany")
            && mark.at >= header.len()
    }) {
        pieces.push(mark.at..mark.at + context.after(mark.at, 80).len());
    }
    let mut points = [0u32; KINDS.len()];
    let mut place: [Option<std::ops::Range<usize>>; KINDS.len()] = Default::default();
    let mut count = |category: Category, more: u32, range: std::ops::Range<usize>| {
        if let Some(at) = KINDS.iter().position(|kind| *kind == category)
            && let (Some(sum), Some(place)) = (points.get_mut(at), place.get_mut(at))
        {
            *sum += more;
            place.get_or_insert(range);
        }
    };
    let mut industry_header = false;
    for cue in CUES.iter().filter(|cue| cue.header > 0) {
        let hit = pieces.iter().find_map(|piece| {
            let found = cue.pattern.as_ref()?.find(context.part(piece.clone()))?;
            Some(piece.start + found.start()..piece.start + found.end())
        });
        if let Some(hit) = hit {
            industry_header |= cue.category == Category::Industry && cue.header >= 4;
            count(cue.category, cue.header, hit);
        }
    }
    if let Some(title) = title {
        let words = context.slice(title.main.clone());
        for kind in KINDS {
            let best =
                CUES.iter().filter(|cue| cue.category == kind && cue.title > 0 && has(&cue.pattern, words)).map(|cue| cue.title).max();
            if let Some(points) = best {
                count(kind, points, title.main.clone());
            }
        }
    }
    // A sector's strategy of the year is a report on the sector: `医药行业2024年度策略`, `电子2024年中期投资策略`.
    if let Some(title) = title
        && let Some(found) = first(&OF_THE_YEAR, context.slice(title.main.clone()))
        && found.name("before").is_some_and(|before| {
            let before = before.as_str();
            let named = ["行业", "板块", "产业"].iter().find_map(|word| before.strip_suffix(word));
            named.is_some_and(|name| name.ends_with(is_han)) || super::subject::ends_with_sector(before)
        })
    {
        count(Category::Industry, SECTOR_OF_THE_YEAR, title.main.clone());
    }
    if let Some(stock) = stock {
        // Under the heading of an industry report a company of the body is one of those it speaks of.
        let more = match (industry_header && !leads(context, stock, title), stock.weight >= 4.0) {
            (true, _) => 1,
            (false, true) => 7,
            (false, false) => 5,
        };
        count(Category::Company, more, stock.place());
    }
    // An English cover whose first line is a sector, with no word of a company's.
    let company = |cue: &&Cue| cue.category == Category::Company && cue.header > 0;
    if !context.chinese && stock.is_none() && !CUES.iter().filter(company).any(|cue| has(&cue.pattern, header)) {
        let top = context.cover().iter().map(|(_, range)| range.clone()).find(|range| !context.slice(range.clone()).is_empty());
        if let Some(range) = top.filter(|range| super::subject::is_sector(context.slice(range.clone()).trim_start_matches(['#', '*', ' '])))
        {
            count(Category::Industry, 3, range);
        }
    }
    // Inside a line only a colon behind it makes it a section.
    let named = |found: Captures<'_>| {
        let section = found.name("section")?;
        let whole = found.get(0)?;
        (!whole.as_str().starts_with(['。', ';', ']']) || whole.as_str().ends_with(':')).then(|| section.range())
    };
    let places: Vec<std::ops::Range<usize>> = captures(&DIGEST, context.text()).filter_map(named).collect();
    let mut sections: Vec<&str> = places.iter().map(|place| context.slice(place.clone())).collect();
    let first_section = places.first().cloned();
    sections.sort_unstable();
    sections.dedup();
    if sections.len() >= 3
        && let Some(range) = first_section
    {
        count(Category::MorningNote, 9, range);
    }
    // A template may call every report one on a company; without a company it is none.
    if stock.is_none()
        && let Some(company) = points.get_mut(0)
    {
        *company /= 2;
    }
    let best = KINDS.iter().enumerate().rev().max_by_key(|(at, _)| points.get(*at).copied().unwrap_or(0)).map(|(at, kind)| (at, *kind))?;
    match (points.get(best.0), place.get(best.0).cloned().flatten()) {
        (Some(1..), Some(range)) => context.located(best.1, range),
        // Nothing says what it is: a text on no company and no market is on a sector.
        _ => title.and_then(|title| context.located(Category::Industry, title.main.clone())),
    }
}

/// Whether the company stands where a report prints its subject: at the top, in the title, at a field mark.
fn leads(context: &Context<'_>, stock: &Stock, title: Option<&Title>) -> bool {
    let name = context.slice(stock.name.clone());
    let titled = |range: &std::ops::Range<usize>| !name.is_empty() && context.slice(range.clone()).contains(name);
    stock.name.start < context.front(300).len()
        || title.is_some_and(|title| titled(&title.main) || title.subtitle.as_ref().is_some_and(titled))
        || context.document.normalized.bookmarks().iter().any(|mark| mark.at == stock.name.start)
}

/// In order of preference where points are equal.
const KINDS: [Category; 6] =
    [Category::Company, Category::Industry, Category::Strategy, Category::Macro, Category::MorningNote, Category::Other];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::rules::subject;
    use crate::zones::Zones;

    fn kind(text: &str) -> Option<Category> {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let context = Context::new(&document, &zones);
        let stock = subject::stock(&context);
        let line = text.lines().next().map_or(0, |line| line.trim_start_matches("# ").len().min(context.text().len()));
        let title = Title { main: 0..line, subtitle: None };
        read(&context, stock.as_ref(), context.text().is_char_boundary(line).then_some(&title)).map(|found| found.value)
    }

    #[test]
    fn kinds_by_header_words() {
        for (text, expected) in [
            ("证券研究报告望湖科技(300999)公司点评报告2024年4月17日", Category::Company),
            ("行业报告|行业深度研究医疗器械证券研究报告2024年4月17日", Category::Industry),
            ("A股策略周报：开启新征程\n分析师 林某", Category::Strategy),
            ("证券研究报告\n宏观研究\nPMI小幅回升", Category::Macro),
            ("# 会议召开\n## 资本市场新闻\n若干\n## 行业新闻\n若干\n## 公司公告\n若干\n## 今日新股\n无", Category::MorningNote),
            ("金融工程研究证券研究报告—深度报告 量化择时系列报告之二", Category::Other),
            ("India Morning Brief\nApril 24, 2026", Category::MorningNote),
            ("India Daily\nApril 24, 2026\nContents", Category::MorningNote),
            ("Monthly Outlook\nHarbour Securities Limited\nStrategy\nEquities dance to a new tune.", Category::Strategy),
            ("Malaysia Daybreak\nApril 24, 2026", Category::MorningNote),
            ("Modest improvement\nThe PMI rose to 50.3, above consensus. GDP held while CPI was flat.", Category::Macro),
        ] {
            assert_eq!(kind(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_company_of_the_body_makes_no_company_report() {
        let company = "\n望湖医疗(300999)\n点评报告\n".repeat(3);
        let text = format!("器械发展朝气蓬勃\n证券研究报告 行业研究 2024年4月17日\n{}{company}", "行业增速高于全球。".repeat(60));
        assert_eq!(kind(&text), Some(Category::Industry));
        assert_eq!(kind(&format!("器械发展朝气蓬勃\n{company}证券研究报告 行业研究 2024年4月17日\n")), Some(Category::Company));
    }

    #[test]
    fn strategies_of_sectors_and_of_the_market() {
        for (text, expected) in [
            ("阀门行业2024年度投资策略:创新为先\n行业景气。", Category::Industry),
            ("医药生物2024年中期策略:创新为先\n景气。", Category::Industry),
            ("2024年度投资策略:春山可望\n景气。", Category::Strategy),
            ("行业配置策略月报:均衡配置\n景气。", Category::Strategy),
            ("一年之计\n深度报告 【投资策略证券研究报告】\n景气。", Category::Strategy),
            ("以风险平价做资产配置\n望江金工 2024年4月17日\n模型。", Category::Other),
            ("Harbour Opportunities\nHarbour Research | EQUITIES\nModel portfolio process and criteria", Category::Strategy),
            ("Global Luxury Goods\nSwiss exports fell\nSpecialist Sales\nExports declined in April.", Category::Industry),
        ] {
            assert_eq!(kind(text), Some(expected), "{text}");
        }
    }
}
