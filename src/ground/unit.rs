//! The unit printed behind a number.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::record::Unit;

use super::near::after;

/// A unit as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Printed {
    /// `%`, 个百分点.
    Percent,
    /// 倍, `x`.
    Times,
    /// 元, 港元, US dollars: an amount as it is.
    Money,
    /// 万, 百万, 亿, million: a power of ten.
    Scaled(Unit),
    /// 个月, months.
    Months,
    /// Years, days, pieces, anything else that is no amount.
    Other,
}

/// The longer ones first: `万亿` before `万`, `元/股` is money all the same.
const UNITS: &[(&str, Printed)] = &[
    ("个百分点", Printed::Percent),
    ("百分点", Printed::Percent),
    ("percent", Printed::Percent),
    ("per cent", Printed::Percent),
    ("pct", Printed::Percent),
    ("ppt", Printed::Percent),
    ("%", Printed::Percent),
    ("bps", Printed::Other),
    ("bp", Printed::Other),
    ("万亿", Printed::Other),
    ("亿", Printed::Scaled(Unit::Yi)),
    ("百万", Printed::Scaled(Unit::Million)),
    ("million", Printed::Scaled(Unit::Million)),
    ("mn", Printed::Scaled(Unit::Million)),
    ("billion", Printed::Other),
    ("bn", Printed::Other),
    ("千", Printed::Other),
    ("万", Printed::Scaled(Unit::Wan)),
    ("元", Printed::Money),
    ("港元", Printed::Money),
    ("港币", Printed::Money),
    ("美元", Printed::Money),
    ("人民币", Printed::Money),
    ("倍", Printed::Times),
    ("个月", Printed::Months),
    ("個月", Printed::Months),
    ("months", Printed::Months),
    ("month", Printed::Months),
    ("月", Printed::Other),
    ("年", Printed::Other),
    ("日", Printed::Other),
    ("天", Printed::Other),
    ("季", Printed::Other),
    ("家", Printed::Other),
    ("个", Printed::Other),
    ("名", Printed::Other),
    ("只", Printed::Other),
    ("股", Printed::Other),
    ("吨", Printed::Other),
    ("年度", Printed::Other),
];

/// `-15`, `至 12`, `~20`: the other end of a range, behind which the unit of both stands.
static OTHER_END: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\s?%?\s?(?:-|~|—|–|至|到|to)\s?[-+]?\d[\d,]*(?:\.\d+)?").ok());

/// The unit behind the number that ends at a byte.
pub(super) fn printed(text: &str, end: usize) -> Option<Printed> {
    let rest = after(text, end, 40);
    direct(&rest).or_else(|| {
        let other = OTHER_END.as_ref()?.find(&rest)?;
        direct(rest.get(other.end()..)?)
    })
}

fn direct(rest: &str) -> Option<Printed> {
    let mut chars = rest.chars();
    // `8x`, but not `8 xbox`.
    if chars.next() == Some('x') && !chars.next().is_some_and(|c| c.is_ascii_alphanumeric()) {
        return Some(Printed::Times);
    }
    let rest = rest.strip_prefix([' ', '-']).unwrap_or(rest);
    let (unit, printed) = UNITS.iter().find(|(unit, _)| rest.starts_with(unit))?;
    // `5 percentage`, `3 month` are units; `12 bnp` is none.
    let word = unit.bytes().all(|byte| byte.is_ascii_alphabetic()) && unit.len() < 4;
    let goes_on = rest.get(unit.len()..)?.starts_with(|c: char| c.is_ascii_alphabetic());
    (!(word && goes_on)).then_some(*printed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_unit_behind_a_number_or_a_range() {
        for (text, at, expected) in [
            ("12.5元", 4, Some(Printed::Money)),
            ("12 亿元", 2, Some(Printed::Scaled(Unit::Yi))),
            ("5%-15%", 1, Some(Printed::Percent)),
            ("5-15%", 1, Some(Printed::Percent)),
            ("6至12个月", 1, Some(Printed::Months)),
            ("12-month", 2, Some(Printed::Months)),
            ("30x", 2, Some(Printed::Times)),
            ("30xl", 2, None),
            ("12万亿元", 2, Some(Printed::Other)),
            ("12 买入", 2, None),
            ("2024年", 4, Some(Printed::Other)),
            ("12", 2, None),
        ] {
            assert_eq!(printed(text, at), expected, "{text}");
        }
    }
}
