//! What a row of a forecast table measures: the row labels of Chinese and English tables, and the units beside them.

use crate::document::Text;
use std::ops::Range;

use crate::domain::record::{Metric, Unit};
use crate::rules::find::{Pattern, captures, compile, has};
use crate::rules::target_price::currency_of;

/// Row labels; a label that stands inside a longer one is told by what follows and precedes it.
static LABEL: Pattern = Pattern::new(|| {
    compile(
        r"(?x)
        (?P<revenue>营业总收入|营业收入|主营业务收入|主营收入|营业额|(?i:\b(?:total\ |net\ )?revenues?\b|\bnet\ sales\b|\b(?:total\ )?turnover\b|\bsales(?:\ revenue)?\b))
        |(?P<operating>营业利润|经营利润|(?i:\boperating\ (?:profits?|income)\b))
        |(?P<pretax>利润总额|税前利润|除税前利润|(?i:\b(?:profit|income)\ before\ tax(?:es|ation)?\b|\bpre-?\ ?tax\ (?:profits?|income)\b|\bPBT\b))
        |(?P<parent>归属?于?母公司(?:股东|所有者|普通股股东)?的?净利润?|归属?于?上市公司股东的?净利润|归母净利润?|归属净利润|归属母公司股东净利润|归属母公司净利润|股东应占(?:净?利润|溢利)|(?i:\bnet\ (?:profit|income)\ (?:attrib(?:\.|utable)|to)[^\d\n(]{0,40}))
        |(?P<profit>净利润|纯利|(?i:\bnet\ (?:profits?|income|earnings)\b|\bPAT\b))
        |(?P<eps>(?:摊薄|稀释|基本)?每股(?:收益|盈利|盈余)|EPS)
        |(?P<evebitda>EV\ ?/\ ?EBITDA)
        |(?P<pe>市盈率|P/?E(?:R|\ ratio)?)
        |(?P<pb>市净率|P/?B(?:V|R)?)
        |(?P<roe>净资产收益率|ROA?E)
        |(?P<yield>股息收益率|股息率|(?i:\bdividend\ yield\b|\bdiv(?:\.|idend)?\ yield\b))
        |(?P<margin>毛利率|(?i:\bgross\ margin\b))",
    )
});
/// What may stand between a label and its first figure: remarks in brackets, the unit, the same label in the other tongue.
static NOTE: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^(?:@[\d,.]+元?)?(?:[ :,]*(?:\((?P<note>[^()\d\n]{1,20})\)|\([^()\n]{1,16}\)|(?:调整后|摊薄|最新摊薄|adj\.?|diluted|basic|reported|ratio)))?(?:[ :,]*\((?P<unit>[^()\d\n]{1,20})\))?[ :,]*(?P<bare>(?:RMB|CNY|US\$|USD|HK\$|HKD|NT\$|Rs\.?|INR|人民币)? ?(?:百万元|百万|万元|亿元|元|倍|mn\b|million\b|m\b|%|x\b)|RMB\b|US\$|HK\$|NT\$|Rs\b)?[ |:]*",
    )
});
/// Before a label: whose or which figure it is instead.
static OTHER: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:扣非后?|扣除[^\d]{0,12}|非经常性?[^\d]{0,6}|少数股东|调整前|调整后|单季度?|每股|人均|业务|产品|海外|国外|国内|境外|板块|分部|其他|非|一致预期|预期|可比公司|行业|平均|consensus|street|bbg|bloomberg|segment|other|non-|minority|old|previous|prior|deferred|per|non)[\s(:]*$",
    )
});
/// The heading of a block; a row of growth rates (`增长率12.1%`) is none.
static GROWTH: Pattern = Pattern::new(|| {
    compile(
        r"(?i)成长能力|成长性|成长指标|增长能力|(?:增长率|同比增长|增速)(?:\(?%\)?)?[:\s]?(?:[\p{Han}&&[^率幅]]|\n[a-z])|growth(?: rates?)?(?: ?\(?%\)?)?[:\s]*\n[a-z]|获利能力|盈利能力|偿债能力|营运能力|运营效率|利润率|每股指标|每股资料|每股数据|估值|利润表|损益表|资产负债表|现金流量表|income statement|profit (?:&|and) loss|valuation|balance sheet|cash ?flow",
    )
});
static IS_GROWTH: Pattern = Pattern::new(|| compile(r"(?i)成长|增长|增速|growth"));

/// A row label and what it says.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) metric: Metric,
    /// Place of the label.
    pub(super) range: Range<usize>,
    /// Where figures would begin.
    pub(super) end: usize,
    pub(super) unit: Scale,
    /// 归母净利润 rather than 净利润, which other statements use for the figure before minorities.
    pub(super) exact: bool,
}

/// A unit and a currency as printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) unit: Option<Unit>,
    pub(super) currency: Option<&'static str>,
}

impl Scale {
    /// Reads `百万元`, `RMB mn`, `%`, `元/股`.
    pub(super) fn of(words: &str) -> Self {
        let lower = words.to_lowercase();
        let any = |marks: &[&str]| marks.iter().any(|mark| lower.contains(mark));
        let unit = if any(&["百万", "million", "mn", "mln"]) || ends_in_m(&lower) {
            Some(Unit::Million)
        } else if any(&["亿", "yi"]) {
            Some(Unit::Yi)
        } else if any(&["千", "bn", "billion", "thousand", "crore", "十亿"]) {
            None
        } else if any(&["万"]) {
            Some(Unit::Wan)
        } else if any(&["%"]) {
            Some(Unit::Percent)
        } else if any(&["倍"]) || lower.trim() == "x" {
            Some(Unit::Times)
        } else if any(&["元"]) {
            Some(Unit::Yuan)
        } else {
            None
        };
        // 元 alone may be any dollar or yuan: the ISO code needs a mark.
        let currency = currency_of(words).filter(|code| *code != "CNY" || any(&["rmb", "cny", "人民币"]));
        Self { unit, currency }
    }

    /// What this one leaves open, from the caption.
    pub(super) fn or(self, caption: Self) -> Self {
        Self { unit: self.unit.or(caption.unit), currency: self.currency.or(caption.currency) }
    }
}

/// `RMBm`, `US$ m`, `Rs m`.
fn ends_in_m(words: &str) -> bool {
    let words = words.trim();
    words.strip_suffix('m').is_some_and(|rest| {
        let rest = rest.trim_end();
        rest.is_empty()
            || rest.ends_with('$')
            || ["rmb", "cny", "usd", "hkd", "inr", "rs", "rs.", "twd"].iter().any(|mark| rest.ends_with(mark))
    })
}

/// The labels that begin in `range`, in order of place.
pub(super) fn labels(text: &Text, range: Range<usize>) -> Vec<Label> {
    captures(&LABEL, text.part(range.clone()))
        .filter_map(|found| {
            let whole = found.get(0)?;
            let metric = NAMES.iter().find(|(name, _)| found.name(name).is_some())?;
            let place = range.start + whole.start()..range.start + whole.end();
            if !begins(text, &place) {
                return None;
            }
            let rest = text.get(place.end..)?;
            let note = NOTE.as_ref()?.captures(rest)?;
            let end = place.end + note.get(0)?.end();
            let unit = ["note", "unit", "bare"]
                .iter()
                .filter_map(|name| note.name(name))
                .fold(Scale::default(), |unit, words| unit.or(Scale::of(words.as_str())));
            Some(Label { metric: metric.1, range: place, end, unit, exact: found.name("profit").is_none() })
        })
        .collect()
}

const NAMES: &[(&str, Metric)] = &[
    ("revenue", Metric::Revenue),
    ("operating", Metric::OperatingProfit),
    ("pretax", Metric::PretaxProfit),
    ("parent", Metric::NetProfit),
    ("profit", Metric::NetProfit),
    ("eps", Metric::Eps),
    ("evebitda", Metric::EvEbitda),
    ("pe", Metric::Pe),
    ("pb", Metric::Pb),
    ("roe", Metric::Roe),
    ("yield", Metric::DividendYield),
    ("margin", Metric::Margin),
];

/// Whether a row begins here, and it is the company's own figure. An English label must begin its cell: `Games revenue`
/// is a segment's. A Chinese one may be glued to the heading before it.
fn begins(text: &str, place: &Range<usize>) -> bool {
    let before = text.get(..place.start).unwrap_or_default();
    let tail: String = before.chars().rev().take(16).collect::<Vec<_>>().into_iter().rev().collect();
    let cell = tail.rsplit(['\n', '\t', '|']).next().unwrap_or_default();
    if has(&OTHER, cell) {
        return false;
    }
    let first = text.get(place.clone()).and_then(|words| words.chars().next());
    if !first.is_some_and(|c| c.is_ascii_alphabetic()) {
        return true;
    }
    // `PEG`, `EPSG`: another figure. A figure glued to its label is a digit.
    if text.get(place.end..).is_some_and(|after| after.starts_with(|c: char| c.is_ascii_alphabetic())) {
        return false;
    }
    let lead = cell.trim_end();
    let qualifier = ["adj.", "adjusted", "core", "total", "reported", "diluted", "basic", "non-gaap", "non-ifrs", "recurring", "group"];
    lead.is_empty()
        || qualifier.iter().any(|word| lead.eq_ignore_ascii_case(word))
        || lead.ends_with(|c: char| !c.is_ascii_alphabetic() && !c.is_whitespace() && c != '-' && c != '/')
}

/// Whether the block is the cash flow statement, whose 净利润 is the one before minorities.
pub(super) fn in_cash_flow(words: &str) -> bool {
    captures(&GROWTH, words).last().is_some_and(|found| found.get(0).is_some_and(|found| found.as_str().starts_with("现金流")))
}

/// Whether the rows around `at` are growth rates: what names the block last before it says so.
pub(super) fn in_growth_block(words: &str) -> bool {
    captures(&GROWTH, words).last().and_then(|found| Some(has(&IS_GROWTH, found.get(0)?.as_str()))).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Metric, Option<Unit>)> {
        labels(&Text::from(text), 0..text.len()).into_iter().map(|label| (label.metric, label.unit.unit)).collect()
    }

    #[test]
    fn labels_and_units() {
        use Metric::{Eps, EvEbitda, NetProfit, Pb, Pe, PretaxProfit, Revenue, Roe};
        for (text, metric, unit) in [
            ("营业收入(百万元)12", Revenue, Some(Unit::Million)),
            ("主营收入12", Revenue, None),
            ("归属于母公司净利润(亿元)12", NetProfit, Some(Unit::Yi)),
            ("每股收益(摊薄)(元)1.2", Eps, Some(Unit::Yuan)),
            ("EPS(元/股)1.2", Eps, Some(Unit::Yuan)),
            ("市盈率(倍)12", Pe, Some(Unit::Times)),
            ("P/E(x)\n12", Pe, Some(Unit::Times)),
            ("P/B 1.2", Pb, None),
            ("ROE(%)12", Roe, Some(Unit::Percent)),
            ("EV/EBITDA12", EvEbitda, None),
            ("利润总额(万元)12", PretaxProfit, Some(Unit::Wan)),
            ("每股盈余(人民币)1.2", Eps, None),
            ("市盈率@1,352.5元(倍)12", Pe, Some(Unit::Times)),
            ("纯利(百万元)12", NetProfit, Some(Unit::Million)),
            ("Revenue (RMB mn) 12", Revenue, Some(Unit::Million)),
            ("\nAdj. net income\n12", NetProfit, None),
        ] {
            assert_eq!(read(text), [(metric, unit)], "{text}");
        }
    }

    #[test]
    fn somebody_elses_figures() {
        for text in
            ["扣非后净利润12", "少数股东净利润12", "海外营业收入12", "Games revenue 12", "BBG EPS 2", "OPEX 12", "PEG 2", "每股净利润"]
        {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn currencies_need_a_mark() {
        assert_eq!(Scale::of("百万元").currency, None);
        assert_eq!(Scale::of("人民币百万"), Scale { unit: Some(Unit::Million), currency: Some("CNY") });
        assert_eq!(Scale::of("US$ mn"), Scale { unit: Some(Unit::Million), currency: Some("USD") });
        assert_eq!(Scale::of("Rs m").unit, Some(Unit::Million));
        assert_eq!(Scale::of("HK$ bn").unit, None);
    }

    #[test]
    fn growth_blocks() {
        assert!(in_growth_block("利润表营业收入主要财务比率成长能力"));
        assert!(!in_growth_block("成长能力营业收入12获利能力"));
        assert!(in_growth_block("增长率(%)营业收入"));
        assert!(!in_growth_block("营业收入12.1增长率YoY%10.1%净利润增长率49%"));
    }
}
