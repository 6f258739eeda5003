//! Prices: the target, the one before, the price of the day, told by the words beside the number.

use std::ops::Range;

use crate::domain::Reason;

use super::near::{after, before, has, last_of};
use super::unit::{Printed, printed};

/// What a price is called beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Target,
    Prior,
    Price,
    Other,
}

const TARGETS: &[&str] = &[
    "目标价",
    "目标股价",
    "目标价格",
    "目标价位",
    "目标区间",
    "合理价值",
    "合理股价",
    "合理估值",
    "合理价格",
    "合理价",
    "價值",
    "目標價",
    "target",
    "price objective",
    "fair value",
    "price target",
    "target price",
    "tp",
    "pt",
    "po",
];
const PRICES: &[&str] = &[
    "收盘价",
    "收盤價",
    "现价",
    "現價",
    "股价",
    "股價",
    "最新价",
    "当前价",
    "市价",
    "收盘",
    "价格",
    "closing price",
    "share price",
    "current price",
    "last price",
    "price",
    "close",
    "closing",
    "last",
];
const PRIORS: &[&str] = &[
    "前值",
    "此前",
    "前次",
    "上次",
    "原",
    "由",
    "从",
    "從",
    "由原",
    "from",
    "previous",
    "previously",
    "prior",
    "former",
    "old",
    "earlier",
    "vs",
    "vs.",
];
const OTHERS: &[&str] = &[
    "每股收益",
    "每股净资产",
    "每股",
    "eps",
    "bvps",
    "dps",
    "市盈率",
    "市净率",
    "pe",
    "p/e",
    "pb",
    "p/b",
    "市值",
    "净利润",
    "收入",
    "营收",
    "股本",
    "最高",
    "最低",
    "区间",
    "52周",
    "52-week",
    "52 week",
    "股息",
    "dividend",
    "market cap",
    "成交",
    "增长",
    "同比",
    "毛利率",
    "涨幅",
    "跌幅",
    "空间",
    "upside",
];
/// How far before a number its name may stand: a row of names, then a row of figures.
const REACH: usize = 80;

/// Whether the words call a number by this name.
pub(super) fn called(text: &str, place: &Range<usize>, wanted: Name) -> Result<(), Option<Reason>> {
    if is_ordinal(text, place) {
        return Err(Some(Reason::Unnamed));
    }
    let lead = before(text, place.start, REACH);
    if let Some((name, gap)) = nearest(&lead) {
        // Another number between the name and this one: they may be a row of names and a row of figures.
        if !gap.contains(|c: char| c.is_ascii_digit()) {
            return if name == wanted { Ok(()) } else { Err(Some(Reason::OtherMeaning)) };
        }
    }
    let behind = after(text, place.end, 14);
    let named = match wanted {
        Name::Target => has(&lead, TARGETS) || has(&behind, TARGETS),
        Name::Prior => has(&lead, PRIORS) && has(&lead, TARGETS),
        Name::Price | Name::Other => has(&lead, PRICES),
    };
    if named { Ok(()) } else { Err(Some(Reason::Unnamed)) }
}

/// Whether a number is rather a year or one of a list: four digits of our time, or one digit, and no currency beside it.
fn is_ordinal(text: &str, place: &Range<usize>) -> bool {
    let digits = text.get(place.clone()).unwrap_or_default();
    let year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    let marked = before(text, place.start, 4).contains(['$', '¥', '€', '£', ':', '为', '至'])
        || before(text, place.start, 4).chars().filter(char::is_ascii_alphabetic).count() >= 2
        || printed(text, place.end) == Some(Printed::Money);
    (year || digits.len() == 1) && !marked
}

/// The name that ends last before the number, and what stands between.
fn nearest(lead: &str) -> Option<(Name, &str)> {
    let lists = [(Name::Target, TARGETS), (Name::Prior, PRIORS), (Name::Price, PRICES), (Name::Other, OTHERS)];
    let found = lists.into_iter().filter_map(|(name, cues)| Some((name, last_of(lead, cues)?.0)));
    // `目标股价` ends as `股价` does; the longer one says more.
    let (name, place) = found.max_by_key(|(_, place)| (place.end, place.len()))?;
    let gap = lead.get(place.end..)?;
    let before_name = lead.get(..place.start)?;
    let name = match name {
        // `Previous TP 21.0`, `原目标价8元`.
        Name::Target if ends_with_prior(before_name) || gap.trim_start_matches([':', ' ', '(']).starts_with("前") => Name::Prior,
        // `此前` far before a number says when something was, not which number it is.
        Name::Prior if gap.chars().filter(|c| !c.is_whitespace()).count() > 12 => return None,
        name => name,
    };
    Some((name, gap))
}

fn ends_with_prior(words: &str) -> bool {
    let words = words.trim_end();
    ["原", "前", "此前", "前次", "上次", "previous", "prior", "former", "old"].iter().any(|prior| words.ends_with(prior))
}

#[cfg(test)]
mod tests {
    use super::super::number::{Quantity, amount};
    use super::*;
    use crate::domain::Amount;

    fn find(text: &str, value: &str, quantity: Quantity) -> Result<String, Option<Reason>> {
        amount(text, 0..text.len(), Amount::parse(value).unwrap(), quantity).map(|range| text[range].to_owned())
    }

    #[test]
    fn a_price_is_what_the_words_call_it() {
        let text = "目标价由12.00元下调至8.40元,收盘价9.10元,EPS 0.55元,上年每股净资产3.20元";
        assert!(find(text, "8.4", Quantity::Target).is_ok());
        assert_eq!(find(text, "12", Quantity::Target), Err(Some(Reason::OtherMeaning)));
        assert!(find(text, "12", Quantity::PriorTarget).is_ok());
        assert!(find(text, "9.1", Quantity::Price).is_ok());
        assert_eq!(find(text, "9.1", Quantity::Target), Err(Some(Reason::OtherMeaning)));
        assert_eq!(find(text, "0.55", Quantity::Price), Err(Some(Reason::OtherMeaning)));
        assert_eq!(find("公司门店达到128家,客单价 66.5", "66.5", Quantity::Target), Err(Some(Reason::Unnamed)));
        let english = "raise our TP to HK$23.5 (previous TP HK$21.0); last close HK$18.2";
        assert!(find(english, "23.5", Quantity::Target).is_ok() && find(english, "21", Quantity::PriorTarget).is_ok());
        assert_eq!(find(english, "21", Quantity::Target), Err(Some(Reason::OtherMeaning)));
        assert!(find(english, "18.2", Quantity::Price).is_ok());
    }
}
