//! The percent band a definition names: `20%以上`, `±5%`, `-15% to -5%`, 落后大盘5%至15%.

use std::sync::LazyLock;

use crate::document::{Captures, Match, Regex};

use crate::domain::Amount;

/// Lower and upper bound in percent; `None` is open.
pub(super) type Band = (Option<Amount>, Option<Amount>);

const NUMBER: &str = r"[-+]?\d{1,3}(?:\.\d+)?";

/// Index names that end in digits and would run into a percentage.
static INDEX: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:沪深|中证|标普|上证|北证|科创|创业板|恒生|csi|s&p|nifty|msci|stoxx|topix)\s*(?:300|500|800|1000|600|200|100|50)(?:指数|index)?").ok()
});
/// `minus 10%`, `plus 15%`.
static WORD_SIGN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\b(plus|minus|positive|negative)\s+(\d)").ok());
/// `< - 10 %`: a sign parted from its number, where no number stands before that it could part from it.
static LOOSE_SIGN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"([<>≥≤=(在于为]\s*)-\s+(\d)").ok());
/// `一15%至一10%`: the minus sign of a scan.
static HAN_SIGN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(^|[\s涨跌幅度于至到在介约为和与(~～-])一(\d{1,3}(?:\.\d+)?\s*%)").ok());
/// `> 6% below the benchmark`.
static LOSS_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:below|under|lower than|worse than)\s+(?:the|its|that)|^(?:以上|以下)?(?:的)?(?:跌幅|下跌)").ok()
});
static NEGATIVE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)^[\s(]*(?:a )?negative (?:total |absolute )?returns?").ok());
static SPREAD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:±|\+/-|\bwithin)\s*(\d{1,3}(?:\.\d+)?)\s*%").ok());
static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)(?P<a>{NUMBER})\s*%?\s*(?:[-~—–至到与和]|to|and|~)\s*(?:低于|<=?|≤|less than|below)?\s*(?P<b>{NUMBER})\s*%"))
        .ok()
});
static EITHER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"([-+]\d{1,3}(?:\.\d+)?)\s*%\s*or\s*([-+]\d{1,3}(?:\.\d+)?)\s*%").ok());
/// `15%≤上涨空间<35%`: what is measured stands between its bounds.
static BETWEEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?P<a>{NUMBER})\s*%\s*[≤<]=?[^\d%≤<>≥;。]{{1,16}}[≤<]=?\s*(?P<b>{NUMBER})\s*%")).ok());
static SINGLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"(?P<a>{NUMBER})\s*%")).ok());
/// Words that turn a printed 5% into -5%. 涨跌幅 is no 跌幅; 低于 counts when a noun stands between it and the number.
static LOSS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)trail|弱[于於]|落[后後]|劣于|逊于|遜於|跑[输輸]|下跌|(?:^|[^涨漲])跌幅|[低][于於][^\d\-+]{2,}$|underperform|loss|negative|downside|decline|fall|below (?:the|its)|worse than").ok()
});
static UNDER_BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:小于|低于|不足|不超过|不高于|少于|less than|lower than|below|under|<=?|≤|up to)\s*(?:或等于)?\s*$").ok()
});
static UNDER_AFTER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*(?:以下|以内|及以下|or (?:less|below|lower|worse))").ok());
static OVER_BEFORE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:不小于|不低于|不少于|大于|高于|超过|at least|more than|over|above|>=?|≥)\s*$").ok());

/// Whether a digit of a percentage was taken for a letter by a scan, `z0%以上`: the number is lost.
pub(super) fn is_lost(definition: &str) -> bool {
    static LOST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:^|[^A-Za-z\d])[zZoOl]\d{0,2}\s?%").ok());
    LOST.as_ref().is_some_and(|lost| lost.is_match(definition))
}

/// Reads the band of a definition; `None` where it names no percentage.
pub(super) fn band(definition: &str) -> Option<Band> {
    let text = definition.replace('士', "±").replace("正负", "±").replace(" percentage points", "%");
    // `-5%- -15%` has a dash and a sign, `与- -5%` a sign too many.
    let text = text.replace("%- -", "%~-").replace("- -", "-").replace("--", "~-");
    let words = |found: &Captures<'_>, group: usize| found.get(group).map_or("", |words| words.as_str()).to_owned();
    let text = HAN_SIGN.as_ref()?.replace_all(&text, |found| format!("{}-{}", words(found, 1), words(found, 2)));
    let text = WORD_SIGN.as_ref()?.replace_all(&text, |found| {
        let sign = if found.get(1).is_some_and(|word| word.as_str().to_ascii_lowercase().starts_with('p')) { "+" } else { "-" };
        format!("{sign}{}", words(found, 2))
    });
    let text = LOOSE_SIGN.as_ref()?.replace_all(&text, |found| format!("{}-{}", words(found, 1), words(found, 2)));
    let text = INDEX.as_ref()?.replace_all(&text, |_| "指数".to_owned());
    let amount = |found: Option<Match<'_>>| found.and_then(|found| Amount::parse(found.as_str()).ok());
    if let Some(found) = SPREAD.as_ref()?.captures(text.as_ref()) {
        let half = amount(found.get(1))?;
        return Some((Some(half.negated()), Some(half)));
    }
    // `+15% or -10%` is a band; `15% or more` is not.
    if let Some(found) = EITHER.as_ref()?.captures(text.as_ref()) {
        let (a, b) = (amount(found.get(1))?, amount(found.get(2))?);
        return Some(if a <= b { (Some(a), Some(b)) } else { (Some(b), Some(a)) });
    }
    if let Some(found) = BETWEEN.as_ref()?.captures(text.as_ref()) {
        return Some((Some(amount(found.name("a"))?), Some(amount(found.name("b"))?)));
    }
    let before = |found: &Captures<'_>| found.get(0).and_then(|whole| text.get(..whole.start())).unwrap_or_default().to_owned();
    let loss = |before: &str| LOSS.as_ref().is_some_and(|loss| loss.is_match(before));
    if let Some(found) = RANGE.as_ref()?.captures(text.as_ref()) {
        let (mut a, mut b) = (amount(found.name("a"))?, amount(found.name("b"))?);
        let signed = found.get(0).is_some_and(|whole| whole.as_str().starts_with(['-', '+'])) || b.is_negative();
        if !signed && loss(&before(&found)) {
            (a, b) = (b.negated(), a.negated());
        }
        return Some(if a <= b { (Some(a), Some(b)) } else { (Some(b), Some(a)) });
    }
    let found = SINGLE.as_ref()?.captures(text.as_ref())?;
    let value = amount(found.name("a"))?;
    let signed = found.get(0).is_some_and(|whole| whole.as_str().starts_with(['-', '+']));
    let before = before(&found);
    if is_lost(&text) {
        return None;
    }
    let after = found.get(0).and_then(|whole| text.get(whole.end()..)).unwrap_or_default();
    let over = OVER_BEFORE.as_ref().is_some_and(|p| p.is_match(&before));
    let under =
        !over && (UNDER_BEFORE.as_ref().is_some_and(|p| p.is_match(&before)) || UNDER_AFTER.as_ref().is_some_and(|p| p.is_match(after)));
    // `negative total return, i.e. > -10%`: more of a loss than that.
    if signed && over && value.is_negative() && NEGATIVE.as_ref().is_some_and(|p| p.is_match(&before)) {
        return Some((None, Some(value)));
    }
    // 落后基准-15%以上: the sign says the same as the word, and 以上 is of the loss.
    let lost_more = value.is_negative() && after.trim_start().starts_with("以上") && loss(&before);
    if lost_more {
        return Some((None, Some(value)));
    }
    if !signed && (loss(&before) || LOSS_AFTER.as_ref().is_some_and(|p| p.is_match(after))) {
        return Some((None, Some(value.negated())));
    }
    Some(if under { (None, Some(value)) } else { (Some(value), None) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(definition: &str) -> Option<(String, String)> {
        let show = |bound: Option<Amount>| bound.map_or("open".to_owned(), |bound| bound.to_string());
        band(definition).map(|(low, high)| (show(low), show(high)))
    }

    #[test]
    fn reads_every_way_a_band_is_printed() {
        for (definition, low, high) in [
            ("股价表现优于市场指数20%以上", "20", "open"),
            ("相对指数涨跌幅差异在-\n\n5%~+5%之间", "-5", "5"),
            ("股价表现强于基准指数5-20%", "5", "20"),
            ("介于市场指数±10%之间", "-10", "10"),
            ("股价相对基准波动在士5%", "-5", "5"),
            ("公司相对沪深300涨幅一15%至一10%", "-15", "-10"),
            ("预期涨幅排名行业前一10%以上", "10", "open"),
            ("目标价距离现价涨幅在正负20%之间", "-20", "20"),
            ("预期股价相对收益-10%-10%", "-10", "10"),
            ("个股相对大盘介于-5%与5%之间", "-5", "5"),
            ("个股相对大盘介于-15%与- -5%之间", "-15", "-5"),
            ("涨幅介于-5%与-15%之间", "-15", "-5"),
            ("涨幅落后基准介于-5%- -15%之间", "-15", "-5"),
            ("涨幅落后基准-15%以上", "open", "-15"),
            ("10% — 20%", "10", "20"),
            ("15%≤潜在上涨空间<35%", "15", "35"),
            ("潜在上涨空间≥ 35%", "35", "open"),
            ("潜在上涨空间<-5%", "open", "-5"),
            ("行业指数相对大盘涨幅10%至-10%之间", "-10", "10"),
            ("收益率落后沪深300指数5%至15%", "-15", "-5"),
            ("股价弱于基准5%-20%", "-20", "-5"),
            ("行业指数相对大盘跌幅10%以上", "open", "-10"),
            ("回报低于市场整体水平5%以下", "open", "-5"),
            ("涨跌幅相对大盘在-15%以下", "open", "-15"),
            ("涨跌幅优于上证指数20%以上", "20", "open"),
            ("相对同期指数涨幅小于-5%", "open", "-5"),
            ("涨幅低于5%", "open", "5"),
            ("未来半年股价有10%以上的跌幅", "open", "-10"),
            ("相对于沪深300指数表现+10%~+20%", "10", "20"),
            ("优于沪深300 5%至15%", "5", "15"),
            ("行业指数将弱于基准指数5%", "open", "-5"),
            ("Expected return >= 15% over the next twelve months.", "15", "open"),
            ("Expected return >= -10% and < 5% over the next twelve months.", "-10", "5"),
            ("Expected return < -10%", "open", "-10"),
            ("Stock with potential return of +15% to -10%", "-10", "15"),
            ("Stock with potential loss of over 10%", "open", "-10"),
            ("a total return of at least 10%", "10", "open"),
        ] {
            assert_eq!(text(definition), Some((low.to_owned(), high.to_owned())), "{definition}");
        }
    }

    #[test]
    fn no_percentage_no_band() {
        for definition in ["行业基本面看好,相对表现优于同期基准指数", "未来6-12个月表现同步", "perform in line with the S&P 500"]
        {
            assert_eq!(band(definition), None, "{definition}");
        }
    }
}
