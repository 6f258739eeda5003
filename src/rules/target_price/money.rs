//! A price and its currency as printed: `HK$690.00`, `780.00 HKD`, `246.1-290.7元`.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Part, Regex};

use crate::domain::security::symbol;
use crate::domain::{Amount, Slot};
use crate::rules::Context;

/// Currencies as printed, longer marks first.
const CURRENCIES: &[(&[&str], &str)] = &[
    (&["HK$", "HKD", "港元", "港币", "港幣"], "HKD"),
    (&["US$", "USD", "美元", "美金"], "USD"),
    (&["NT$", "TWD", "NTD", "新台币", "台币", "新臺幣"], "TWD"),
    (&["S$", "SGD"], "SGD"),
    (&["A$", "AUD"], "AUD"),
    (&["CA$", "C$", "CAD"], "CAD"),
    (&["JPY", "日元", "日圆"], "JPY"),
    (&["KRW", "₩", "韩元"], "KRW"),
    (&["EUR", "€", "欧元"], "EUR"),
    (&["GBP", "£", "英镑"], "GBP"),
    (&["CHF"], "CHF"),
    (&["INR", "RS.", "RS ", "₹", "卢比"], "INR"),
    (&["RMB", "CNY", "人民币", "人民幣", "元"], "CNY"),
    (&["MYR", "RM"], "MYR"),
    (&["THB", "BT", "฿"], "THB"),
    (&["IDR", "RP"], "IDR"),
    (&["PHP", "₱"], "PHP"),
    (&["NZ$", "NZD"], "NZD"),
    (&["BRL", "R$"], "BRL"),
    (&["SEK"], "SEK"),
    (&["NOK"], "NOK"),
    (&["DKK"], "DKK"),
    (&["ZAR"], "ZAR"),
    (&["$"], "USD"),
];

const NUMBER: &str = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.\d{1,3})?";

static PRICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^\s*(?P<mark>(?i:HK\$|US\$|NT\$|NZ\$|CA\$|S\$|A\$|C\$|R\$|HKD|USD|TWD|NTD|SGD|AUD|JPY|KRW|EUR|GBP|CHF|INR|Rs\.?|RMB|CNY|MYR|RM|THB|Bt|IDR|Rp|PHP|NZD|BRL|SEK|NOK|DKK|ZAR)|人民币|港币|港元|[$¥€£₹₩฿₱]|W)?\s{{0,2}}(?P<low>{NUMBER}) ?(?P<unit1>港元|美元|元)?(?: ?(?:[-~—–至到]|to) ?(?:HK\$|US\$|NT\$|\$|¥)?(?P<high>{NUMBER}))? ?(?P<unit>港元|港币|港幣|美元|美金|人民币|新台币|台币|日元|欧元|英镑|元|HKD|USD|TWD|NTD|SGD|AUD|JPY|KRW|EUR|GBP|CHF|INR|CNY|RMB|Rmb|MYR|THB|IDR|PHP|NZD|BRL|SEK|NOK|DKK|ZAR)?"
    ))
    .ok()
});
/// `43.822021年4月14日`, `25.1052周最高`: a price glued to the next field of its box.
static GLUED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\D{0,8}\d{1,6}\.\d{1,2}(?P<next>(?:19|20)\d\d[年/.-]\d|(?:52|12|6|3)(?:周|个月))").ok());
/// A sum of money, not a price a share, whatever its currency.
static SUM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\s?(?:mn|bn|[mb]|million|billion|trillion)\b|^ ?[亿万]").ok());
/// What says that the number is no price.
static NO_PRICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^[ \t]?(?:%|倍|亿|万|x\b|个月|年|月|日|pct|mn\b|bn\b|m\b|[- ]months?)|^[-/]\d{1,2}[-/]\d|^\.(?:HK|SS|SZ|SH|TW|SI|NS|BO)\b",
    )
    .ok()
});
/// A day behind a number, which then is one of a list as well; behind `92.99` it is the text of another column.
static DAY_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\t ]{0,2}(?:19|20)\d\d[-/.年]\d").ok());
static CODE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[(\s\p{Han}](?P<code>\d{6}(?:\.(?:SH|SZ|SS|BJ)|\s?CH)?)(?:[)\s,]|\p{Han}|$)").ok());

/// One price or a range of prices where they stand.
#[derive(Clone, Debug)]
pub(super) struct Price {
    pub(super) low: (Amount, Range<usize>),
    pub(super) high: Option<(Amount, Range<usize>)>,
    pub(super) currency: Option<(String, Range<usize>)>,
    pub(super) end: usize,
    /// Marked with `¥`, which is the yen as well as the yuan.
    yen_or_yuan: bool,
}

/// Reads the price that begins at `at`.
pub(super) fn read(text: &str, at: usize) -> Option<Price> {
    let rest = text.get(at..)?;
    let next = GLUED.as_ref()?.captures(rest).and_then(|found| found.name("next"));
    let rest = next.map_or(rest, |next| rest.get(..next.start()).unwrap_or(rest));
    let found = PRICE.as_ref()?.captures(rest)?;
    let figure = |name: &str| {
        let figure = found.name(name)?;
        Some((Amount::parse(figure.as_str()).ok()?, at + figure.start()..at + figure.end()))
    };
    let end = found.get(0)?.end();
    let unit = ["unit", "unit1", "mark"].into_iter().find_map(|name| {
        let unit = found.name(name)?;
        Some((currency(unit.as_str())?.to_owned(), at + unit.start()..at + unit.end()))
    });
    let unit = unit.or_else(|| {
        // South Korean won, `W2,750,000`.
        let mark = found.name("mark").filter(|mark| mark.as_str() == "W")?;
        Some(("KRW".to_owned(), at + mark.start()..at + mark.end()))
    });
    let (low, high) = (figure("low")?, figure("high"));
    if SUM.as_ref()?.is_match(rest.get(end..)?) {
        return None;
    }
    if unit.is_none() && NO_PRICE.as_ref()?.is_match(rest.get(end..)?) {
        return None;
    }
    let whole = !found.name("low").is_some_and(|low| low.as_str().contains('.'));
    if unit.is_none() && whole && DAY_AFTER.as_ref()?.is_match(rest.get(end..)?) {
        return None;
    }
    let zero = Amount::from_int(0);
    if low.0 <= zero {
        return None;
    }
    // `690-750` is a range; `2,900-16` is two numbers that only stand together.
    let high = high.filter(|high| high.0 > low.0);
    let yen_or_yuan = found.name("mark").is_some_and(|mark| mark.as_str() == "¥");
    Some(Price { low, high, currency: unit, end: at + end, yen_or_yuan })
}

/// The second of two prices parted by a slash: 当前价/目标价:340.10/395.20元.
pub(super) fn after_slash(text: &str, at: usize) -> Option<Price> {
    static PAIR: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r"^\s*(?:\([^()\n]{{0,12}}\))?[:\s]*{NUMBER}\s?(?:港元|美元|元)?\s?/\s?")).ok());
    let first = PAIR.as_ref()?.find(text.get(at..)?)?;
    read(text, at + first.end())
}

/// A price with its mark that ends at `at`, as in `our $620 PO`.
pub(super) fn before(text: &str, at: usize) -> Option<Price> {
    static LEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(r"(?:^|[\s(])(?P<price>(?:HK\$|US\$|NT\$|S\$|A\$|Rs\.?|INR|RMB|Rmb|CNY|HKD|USD|[$¥€£₹₩]) ?{NUMBER}) $")).ok()
    });
    let mut start = at.saturating_sub(24);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let found = LEAD.as_ref()?.captures(text.get(start..at)?)?.name("price")?;
    read(text, start + found.start())
}

/// `INR 920 (INR 1,020)`: the price in brackets behind one of the same currency is the old one.
pub(super) fn bracketed(text: &str, price: &Price) -> Option<Price> {
    let open = text.get(price.end..)?.strip_prefix(' ').map_or(price.end, |_| price.end + 1);
    text.get(open..)?.strip_prefix('(')?;
    let old = read(text, open + 1)?;
    let closed = text.get(old.end..)?.starts_with(')');
    let currency = |price: &Price| price.currency.as_ref().map(|(code, _)| code.clone());
    (closed && currency(&old).is_some() && currency(&old) == currency(price)).then_some(old)
}

/// The ISO code of a currency mark.
pub(in crate::rules) fn currency(mark: &str) -> Option<&'static str> {
    let mark = mark.to_uppercase();
    CURRENCIES.iter().find(|(marks, _)| marks.iter().any(|known| stands(&mark, known))).map(|(_, code)| *code)
}

/// Whether a mark of currency stands in `words` whole: `A$` is no part of `CA$`, nor `$` of `NZ$`.
fn stands(words: &str, mark: &str) -> bool {
    let whole = |at: usize| {
        let before = words.get(..at).and_then(|before| before.chars().next_back());
        let joins = mark == "$" || mark.starts_with(|c: char| c.is_ascii_alphabetic());
        !(joins && before.is_some_and(|c| c.is_ascii_alphabetic()))
    };
    words.trim() == mark.trim() || words.match_indices(mark).any(|(at, _)| whole(at))
}

/// A code of the front page that is listed in Taiwan.
fn taiwan(front: Part<'_>) -> Option<Range<usize>> {
    static TAIWAN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?-u:\b)\d{4}[. ](?:TT|TWO?)(?-u:\b)").ok());
    TAIWAN.as_ref()?.find(front).map(|found| found.range())
}

/// The currency that 元 is where the front page names one security and prints its words in the long forms: of Taiwan or
/// of Hong Kong.
pub(super) fn of_the_place(context: &Context<'_>) -> Option<&'static str> {
    static HONG_KONG: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?-u:\b)\d{4,5}\.?\s?HK(?-u:\b)").ok());
    let front = context.front(2600);
    if taiwan(front).is_some() {
        return Some("TWD");
    }
    (front.contains("目標價") && HONG_KONG.as_ref()?.is_match(front)).then_some("HKD")
}

/// The currency the code of the front page trades in: CNY for a mainland share, TWD for one of Taiwan, JPY for `¥` and a Tokyo code.
pub(super) fn by_code(context: &Context<'_>, price: &Price) -> Slot<String> {
    static TOKYO: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?-u:\b)\d{3}[\dA-Z](?:\.T| JP)(?-u:\b)").ok());
    let front = context.front(2600);
    if let Some(tokyo) = TOKYO.as_ref()?.find(front).filter(|_| price.yen_or_yuan) {
        return context.located("JPY".to_owned(), tokyo.range());
    }
    if let Some(code) = taiwan(front) {
        return context.located("TWD".to_owned(), code);
    }
    let code = CODE
        .as_ref()?
        .captures_iter(front)
        .filter_map(|found| found.name("code"))
        .find(|code| symbol(&code.as_str().replace("CH", "")).is_some_and(|symbol| matches!(symbol.mic, "XSHG" | "XSHE" | "BJSE")))?;
    context.located("CNY".to_owned(), code.range())
}
