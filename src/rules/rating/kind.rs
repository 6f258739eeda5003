//! Whether a report is about a company, a sector or neither, as far as telling whose rating a grade is.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Part, Regex, Text};

use crate::domain::rating::SubjectType;
use crate::rules::Context;
use crate::zones::ZoneKind;

/// The front of a report, in characters.
const FRONT: usize = 2600;

static COMPANY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"公司(?:研究|点评|深度|快报|动态|报告|简评|跟踪|调研|公告|首次覆盖|信息更新|更新|事件)|个股|收盘价|收盤價|目標價|昨收盘|总股本|总市值|流通市值|目标价|52周|12个月最[高低]|股票数据|股票代码|每股净资产|每股净值|发行股数|公司基本(?:资讯|情况|数据)|资产负债率|(?i:price target|target price|price objective|market cap|company data|company update|52[- ]w(?:ee)?k|12-month target|fair value|\bpo:|initiating coverage|stock rating)|\b(?:PO|PT|TP)\b").ok()
});
static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[(（]\s*(?:\d{6}(?:\s?\.?\s?(?:S[HZS]|BJ|CH))?|\d{3,5}\s?\.?\s?HK|[A-Z0-9]{1,6}\s(?:US|HK|CH|TT|JP|IN|KS|LN|SP)|[A-Z]{1,5}\.(?:O|N|OQ))\s*(?:/[^()\n]{1,20})?[)）]|\([A-Z]{1,5}\.[A-Z]{1,3}\)|(?m:^[A-Z0-9]{1,8}(?:\.[A-Z]{1,3})?, [A-Z0-9]{1,8} [A-Z]{2}$)|(?m:^(?:(?i:bloomberg|bbg|ticker)s?:?\s{1,3})?[A-Z0-9]{1,8} (?:HK|CH|US|IN|SP|MK|TT|TB|IJ|KS|JP|PM|AU|LN)\b)|(?i-u:\b)(?:NYSE|NASDAQ|Nasdaq|TSX|LSE|ASX|SEHK|HKEX|SGX|NSE|BSE)\s?[:,]\s?[A-Z0-9]{1,10}\b|(?m:^[A-Z][^\n()]{0,50}\b(?:Inc|Corp|Ltd|Limited|PLC|Plc|Co|Company|Holdings|Group|NV|SA|AG|SE)\.? \([A-Z]{2,5}\)\s*$)|\b(?:Inc|Corp|Ltd|Limited|PLC|plc|Berhad|Bhd|Holdings|Group)\.? \([A-Z]{2,6}\) |\b[A-Z]{1,5} ?[–-] ?(?:NYSE|NASDAQ|Nasdaq)\b|\bCode: ?\d{4,6}\)|\b\d{4,6}\.(?:SS|SZ|SH|HK|TW|TWO|KS|KQ|T|BJ)\b").ok()
});
static INDUSTRY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"行业(?:研究|周报|深度|动态|点评|专题|月报|报告|跟踪|快评|分析|观点|策略|投资策略|简评|事件|走势|表现|指数|证券研究报告|评级|周观点|日报)|行业[:：]|行业核心观点|周报|周观点|月报|子行业|板块(?:周|月)|重点公司|首选股票|海外研究|专题研究").ok()
});
static NEITHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)策略(?:研究|日报|周报|月报|报告|点评|专题|跟踪)|宏观(?:研究|经济|点评|快评|报告|周报|专题|策略)|晨会|晨报|早报|早知道|早会|金融工程|固定收益|债券(?:研究|周报)|A股(?:市场)?(?:分析|策略)|市场分析|morning (?:brief|note|call|meeting)|daily (?:note|brief)|market strategy|markets strategy|economic research|economics research|specialist sales").ok()
});

/// What the front of the report is about. `None` where it does not say.
pub(super) fn of(context: &Context<'_>) -> SubjectType {
    let own = Text::new(own_words(context));
    let front = own.part(0..own.len());
    let count = |pattern: &LazyLock<Option<Regex>>, text: Part<'_>| pattern.as_ref().map_or(0, |p| p.find_iter(text).count());
    let company =
        count(&COMPANY, front).min(6) + 2 * usize::from(count(&CODE, context.front(400)) > 0) + usize::from(count(&CODE, front) > 0);
    let industry = count(&INDUSTRY, front).min(6) * 3 / 2;
    let neither = count(&NEITHER, context.front(600));
    if neither > 0 && company < 4 && industry < 3 {
        return SubjectType::Market;
    }
    match company.cmp(&industry) {
        std::cmp::Ordering::Greater => SubjectType::Stock,
        std::cmp::Ordering::Less => SubjectType::Industry,
        std::cmp::Ordering::Equal => SubjectType::None,
    }
}

/// The front without its legal text and its scale: a short note has its definitions there, and those speak of sectors.
fn own_words(context: &Context<'_>) -> String {
    let end = context.front(FRONT).len();
    let zones = context.zones.zones().iter().take_while(|zone| zone.range.start < end);
    zones
        .filter(|zone| !matches!(zone.kind, ZoneKind::Definitions | ZoneKind::Disclaimer | ZoneKind::AnalystStatement))
        .map(|zone| context.slice(zone.range.start..zone.range.end.min(end)))
        .collect::<String>()
        // 跑赢行业评级 is a company's.
        .replace("跑赢行业", "")
        .replace("跑输行业", "")
}

/// Whether the first lines name a security by its code.
pub(super) fn names_a_security(context: &Context<'_>) -> bool {
    CODE.as_ref().is_some_and(|p| p.is_match(context.front(700)))
}

/// Whether an English front page is one security's: a code, or a line of its price target.
pub(super) fn is_about_one_security(context: &Context<'_>) -> bool {
    static PRICED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)^\s*(?i:PO|PT|TP|(?:12-?m(?:onth|th)?s? )?(?:price target|target price|price objective|fair value|target)|cmp|(?:current |share |last traded )price)\s?(?:[:(|\t₹]|[A-Z]{0,3}\$|[A-Z]{3} ?\d)").ok()
    });
    names_a_security(context) || PRICED.as_ref().is_some_and(|p| p.is_match(context.front(FRONT)))
}

/// Whether an English front page calls itself a sector's and names no security.
pub(super) fn is_english_sector_report(context: &Context<'_>) -> bool {
    static SECTOR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)^\W{0,4}(?i:[\w&,/ -]{0,40}\b)?(?i:sector|industry) (?i:update|report|note|outlook|review|research|insight|flash|focus|thematic|weekly|initiation)\b[^\n]{0,30}$|(?m)^(?i:sector|industry) (?i:view|stance|rating|outlook)\b|(?m)^(?:Sector|Industry)\s?: [A-Z][^\n():]{2,40} \([A-Z][A-Za-z -]{2,16}\)").ok()
    });
    !context.chinese && !is_about_one_security(context) && SECTOR.as_ref().is_some_and(|p| p.is_match(context.front(900)))
}

/// What the words right around a grade are about.
pub(super) fn near(context: &Context<'_>, label: Range<usize>) -> Option<SubjectType> {
    let around = format!("{}\n{}", context.before(label.start, 160), context.after(label.end, 160));
    if CODE.as_ref().is_some_and(|p| p.is_match(&around)) || COMPANY.as_ref().is_some_and(|p| p.is_match(&around)) {
        return Some(SubjectType::Stock);
    }
    INDUSTRY.as_ref().is_some_and(|p| p.is_match(&around)).then_some(SubjectType::Industry)
}
