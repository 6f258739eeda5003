//! Numbers against the words cited: digits and decimals, power of ten, unit, sign.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use crate::domain::date::find_dates;
use crate::domain::record::{Metric, Unit};
use crate::domain::{Amount, Reason};

use super::near::{before, last_of};
use super::price::{self, Name};
use super::unit::{Printed, printed};
use super::{Carried, metric};

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[-+]?\d[\d,]*(?:\.\d+)?").ok());
/// Figures of a table whose cells lost their borders: `2.503.004.00`.
static GLUED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d[\d,]*\.\d+(?:[\d,]*\.\d+)+").ok());
/// The first end of a range, just before its second: `-5%至`, `10-`.
static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[-+]?\d[\d.]*%?\s?(?:-|~|至|到|—|–|与|和|to|and)\s?\+?$").ok());

/// What a number is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    /// A target price.
    Target,
    /// The target price before.
    PriorTarget,
    /// The price when the report was written.
    Price,
    /// A bound of a grade's band.
    Percent,
    /// A horizon.
    Months,
    /// A figure of a forecast table, in a unit.
    Figure(Option<Metric>, Option<Unit>),
}

/// Looks for a number in a part of the text. Where it stands several times, the place that carries it best counts; where
/// none does, the reason is that of the nearest miss.
pub(super) fn amount(text: &str, within: Range<usize>, value: Amount, quantity: Quantity) -> Carried {
    let Some(words) = text.get(within.clone()) else { return Err(None) };
    let dates = find_dates(words);
    let mut near: Option<Reason> = None;
    for (range, found) in numbers(words) {
        if dates.iter().any(|date| date.start < range.end && range.start < date.end) {
            continue;
        }
        let place = within.start + range.start..within.start + range.end;
        match compare(text, &place, found.as_decimal(), value.as_decimal(), quantity) {
            Ok(()) => return Ok(place),
            Err(reason) => near = worse(near, reason),
        }
    }
    if matches!(quantity, Quantity::Figure(..))
        && let Some(place) = glued(words, value)
    {
        return Ok(within.start + place.start..within.start + place.end);
    }
    if quantity == Quantity::Months
        && let Some(place) = spelt_months(words, value)
    {
        return Ok(within.start + place.start..within.start + place.end);
    }
    Err(near)
}

/// The reason that tells most: a wrong unit or sign of the very number before one that is ten times as large.
fn worse(known: Option<Reason>, found: Option<Reason>) -> Option<Reason> {
    match (known, found) {
        (None | Some(Reason::ScaleMismatch), Some(reason)) => Some(reason),
        (known, _) => known,
    }
}

fn compare(text: &str, place: &Range<usize>, found: Decimal, wanted: Decimal, quantity: Quantity) -> Result<(), Option<Reason>> {
    if found.abs() != wanted.abs() {
        return Err(is_power_of_ten(found.abs(), wanted.abs()).then_some(Reason::ScaleMismatch));
    }
    unit(text, place, quantity)?;
    sign(text, place, found, wanted, quantity)?;
    called(text, place, quantity)
}

/// The unit printed behind a number, or behind the range it begins, against the one meant.
fn unit(text: &str, place: &Range<usize>, quantity: Quantity) -> Result<(), Option<Reason>> {
    let printed = printed(text, place.end);
    let fits = match quantity {
        Quantity::Target | Quantity::PriorTarget | Quantity::Price => matches!(printed, None | Some(Printed::Money)),
        Quantity::Percent => printed == Some(Printed::Percent),
        Quantity::Months => printed == Some(Printed::Months),
        Quantity::Figure(metric, unit) => metric::unit_fits(text, place, printed, metric, unit),
    };
    if fits { Ok(()) } else { Err(Some(Reason::UnitMismatch)) }
}

/// Which sign the words give a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
    Either,
}

fn sign(text: &str, place: &Range<usize>, found: Decimal, wanted: Decimal, quantity: Quantity) -> Result<(), Option<Reason>> {
    let printed = match quantity {
        // A cut target is not a negative one.
        Quantity::Target | Quantity::PriorTarget | Quantity::Price
            if text.get(place.clone()).is_some_and(|words| words.starts_with('-')) =>
        {
            printed_sign(text, place, found)
        }
        Quantity::Target | Quantity::PriorTarget | Quantity::Price | Quantity::Months => Sign::Plus,
        Quantity::Percent | Quantity::Figure(..) => printed_sign(text, place, found),
    };
    let fits = wanted.is_zero() || printed == Sign::Either || (printed == Sign::Minus) == wanted.is_sign_negative();
    if fits { Ok(()) } else { Err(Some(Reason::SignMismatch)) }
}

fn printed_sign(text: &str, place: &Range<usize>, found: Decimal) -> Sign {
    const LESS: &[&str] = &[
        "亏损",
        "下降",
        "下滑",
        "减少",
        "下跌",
        "跌幅",
        "降低",
        "回落",
        "弱于",
        "落后",
        "跑输",
        "劣于",
        "低于",
        "小于",
        "以下",
        "不足",
        "loss",
        "declin",
        "decreas",
        "fell",
        "down",
        "below",
        "under",
        "less than",
        "negative",
        "worse",
    ];
    const MORE: &[&str] = &[
        "增长",
        "上涨",
        "涨幅",
        "强于",
        "优于",
        "领先",
        "跑赢",
        "高于",
        "超过",
        "大于",
        "增加",
        "盈利",
        "提升",
        "超出",
        "growth",
        "above",
        "over",
        "exceed",
        "more than",
        "outperform",
        "rise",
        "grew",
        "positive",
        "better",
    ];
    /// `涨幅低于5%` is an upper bound of +5, `低于基准5%` a band below it.
    const OPEN: &[&str] = &["低于", "小于", "以下", "不足", "below", "under", "less than"];
    let words = text.get(place.clone()).unwrap_or_default();
    let lead = before(text, place.start, 30);
    if words.starts_with('-') {
        // `10-15%`: what looks like a sign joins a range.
        let joins = lead.trim_end().ends_with(|c: char| c.is_ascii_digit() || c == '%');
        return if joins { Sign::Either } else { Sign::Minus };
    }
    if words.starts_with('+') || found.is_zero() {
        return Sign::Plus;
    }
    if lead.ends_with(['±', '(']) || RANGE.as_ref().is_some_and(|range| range.is_match(&lead)) {
        return Sign::Either;
    }
    // What belongs to another clause says nothing here.
    let clause = lead.rsplit([';', '。', '\n', '：', ':']).next().unwrap_or_default().replace("涨跌幅", "");
    let clause = clause.as_str();
    match (last_of(clause, LESS), last_of(clause, MORE)) {
        (Some((less, index)), more) if more.as_ref().is_none_or(|(more, _)| more.end <= less.end) => {
            let denied = clause.get(..less.start).is_some_and(|lead| lead.ends_with('不'));
            let open = LESS.get(index).is_some_and(|cue| OPEN.contains(cue));
            match (denied, open) {
                (true, _) => Sign::Plus,
                (false, true) => Sign::Either,
                (false, false) => Sign::Minus,
            }
        }
        _ => Sign::Plus,
    }
}

/// What the words call a number against what it is meant to be.
fn called(text: &str, place: &Range<usize>, quantity: Quantity) -> Result<(), Option<Reason>> {
    match quantity {
        Quantity::Target => price::called(text, place, Name::Target),
        Quantity::PriorTarget => price::called(text, place, Name::Prior),
        Quantity::Price => price::called(text, place, Name::Price),
        Quantity::Percent | Quantity::Months => Ok(()),
        Quantity::Figure(metric, _) => metric::called(text, place, metric),
    }
}

fn numbers(words: &str) -> Vec<(Range<usize>, Amount)> {
    let Some(pattern) = NUMBER.as_ref() else { return Vec::new() };
    let whole = |range: &Range<usize>| {
        // A licence number, a code with a letter, a figure of a glued row.
        let lead = words.get(..range.start).unwrap_or_default();
        let letter = lead.chars().next_back().is_some_and(|c| c.is_ascii_alphabetic());
        let word = lead.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase();
        let part = matches!(word.as_str(), "fy" | "q" | "h" | "cy" | "p" | "vol" | "no" | "q1" | "s" | "a");
        let digits = words.get(range.clone()).unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
        let mut rest = words.get(range.end..).unwrap_or_default().chars();
        let glued = lead.ends_with('.') && range.start > 1 || rest.next() == Some('.') && rest.next().is_some_and(|c| c.is_ascii_digit());
        !(glued || part || letter && digits >= 6)
    };
    let found = pattern.find_iter(words).map(|found| found.range()).filter(whole);
    found.filter_map(|range| Some((range.clone(), Amount::parse(words.get(range)?).ok()?))).collect()
}

/// A number within figures that run together, with the two or three decimals it may be printed with.
fn glued(words: &str, value: Amount) -> Option<Range<usize>> {
    let plain = value.abs().as_decimal().normalize();
    (plain.scale().max(2)..=3).find_map(|scale| {
        let mut printed = plain;
        printed.rescale(scale);
        let printed = printed.to_string();
        let mut runs = GLUED.as_ref()?.find_iter(words);
        runs.find_map(|run| run.as_str().find(&printed).map(|at| run.start() + at..run.start() + at + printed.len()))
    })
}

/// `六个月`, `十二个月`, `一年`.
fn spelt_months(words: &str, value: Amount) -> Option<Range<usize>> {
    const SPELT: &[(i64, &[&str])] = &[
        (3, &["三个月", "三至六个月"]),
        (6, &["六个月", "半年", "六至十二个月"]),
        (12, &["十二个月", "一年", "12 month", "twelve month", "12-month"]),
        (18, &["十八个月"]),
        (24, &["二十四个月", "两年"]),
    ];
    let (_, spellings) = SPELT.iter().find(|(months, _)| Amount::from_int(*months) == value)?;
    let lower = words.to_ascii_lowercase();
    spellings.iter().find_map(|spelling| lower.find(spelling).map(|at| at..at + spelling.len()))
}

fn is_power_of_ten(a: Decimal, b: Decimal) -> bool {
    if a.is_zero() || b.is_zero() {
        return false;
    }
    let (mut small, large) = if a < b { (a, b) } else { (b, a) };
    for _ in 0..9 {
        let Some(next) = small.checked_mul(Decimal::TEN) else { return false };
        small = next;
        if small == large {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, value: &str, quantity: Quantity) -> Result<String, Option<Reason>> {
        amount(text, 0..text.len(), Amount::parse(value).unwrap(), quantity).map(|range| text[range].to_owned())
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert_eq!(find("目标价 1,234.50 元", "1234.5", Quantity::Target), Ok("1,234.50".to_owned()));
        assert_eq!(find("目标价 12.35 元", "1235", Quantity::Target), Err(Some(Reason::ScaleMismatch)));
        assert_eq!(find("目标价 12.35 元", "12.53", Quantity::Target), Err(None));
        assert_eq!(find("没有数字", "5", Quantity::Target), Err(None));
        assert_eq!(find("日期:2024年04月17日,目标价见正文", "17", Quantity::Target), Err(None));
        assert_eq!(find("执业证书S0870522020001", "870522020001", Quantity::Price), Err(None));
    }

    #[test]
    fn units_are_those_printed() {
        assert_eq!(find("目标价对应30倍市盈率", "30", Quantity::Target), Err(Some(Reason::UnitMismatch)));
        assert_eq!(find("目标价上涨空间25%", "25", Quantity::Target), Err(Some(Reason::UnitMismatch)));
        assert!(find("目标价10-15元", "10", Quantity::Target).is_ok());
        assert_eq!(find("6-12个月涨幅15%以上", "12", Quantity::Percent), Err(Some(Reason::UnitMismatch)));
        assert!(find("未来6-12个月", "12", Quantity::Months).is_ok() && find("未来6-12个月", "6", Quantity::Months).is_ok());
        assert!(find("未来六个月内", "6", Quantity::Months).is_ok());
        assert_eq!(find("涨幅15%以上", "15", Quantity::Months), Err(Some(Reason::UnitMismatch)));
    }

    #[test]
    fn signs_are_those_of_the_words() {
        for (text, value, fits) in [
            ("强于基准指数 20% 以上", "20", true),
            ("强于基准指数 20% 以上", "-20", false),
            ("弱于基准指数 5% 以上", "-5", true),
            ("弱于基准指数 5% 以上", "5", false),
            ("相对涨幅5%-15%", "15", true),
            ("介于-5%至5%之间", "5", true),
            ("介于-5%至5%之间", "-5", true),
            ("相对涨幅低于5%", "5", true),
            ("不低于5%", "-5", false),
            ("±5%以内", "-5", true),
            ("跌幅10%以上", "10", false),
        ] {
            assert_eq!(find(text, value, Quantity::Percent).is_ok(), fits, "{text} {value}");
        }
    }
}
