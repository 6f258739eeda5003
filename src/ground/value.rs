//! A found quote is not yet a right value: numbers, days and closed words checked against the words cited.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use crate::domain::date::find_dates;
use crate::domain::rating::Action;
use crate::domain::record::{AuthorRole, Stance};
use crate::domain::{Amount, Date, Reason};

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[-+]?\d[\d,]*(?:\.\d+)?").ok());

/// What a stretch of text says of a value: the words that carry it, or why none do.
pub(super) type Carried = Result<Range<usize>, Option<Reason>>;

/// Looks for a number among the words: the same number, else the same but for its sign or a power of ten.
pub(super) fn amount(words: &str, value: Amount) -> Carried {
    let mut near: Option<Reason> = None;
    let wanted = value.as_decimal();
    for (range, found) in numbers(words) {
        let found = found.as_decimal();
        if found == wanted {
            return Ok(range);
        }
        // `10-15%`, `弱于5%以上`: the sign is in the words around, not before the digits.
        if found.abs() == wanted.abs() {
            if says_below(words)
                || found.is_sign_negative()
                    && words.get(..range.start).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit() || c == '%'))
            {
                return Ok(range);
            }
            near = Some(Reason::SignMismatch);
        } else if near.is_none() && is_power_of_ten(found.abs(), wanted.abs()) {
            near = Some(Reason::ScaleMismatch);
        }
    }
    Err(near)
}

/// Whether the words speak of falling behind, or of a band round zero, so that a number without a sign is negative.
fn says_below(words: &str) -> bool {
    const BELOW: &[&str] =
        &["弱于", "落后", "低于", "跑输", "跌幅", "以下", "±", "下跌", "under", "below", "less than", "loss", "negative", "("];
    let lower = words.to_lowercase();
    BELOW.iter().any(|word| lower.contains(word))
}

fn numbers(words: &str) -> Vec<(Range<usize>, Amount)> {
    let Some(pattern) = NUMBER.as_ref() else { return Vec::new() };
    pattern.find_iter(words).filter_map(|found| Some((found.range(), Amount::parse(found.as_str()).ok()?))).collect()
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

/// Looks for a day among the words.
pub(super) fn date(words: &str, value: Date) -> Carried {
    let found = find_dates(words);
    match found.iter().find(|found| found.date == value) {
        Some(found) => Ok(found.start..found.end),
        None => Err((!found.is_empty()).then_some(Reason::DateMismatch)),
    }
}

/// Looks for a word that names this action.
pub(super) fn action(words: &str, value: Action) -> Carried {
    let terms: &[&str] = match value {
        Action::Maintain => &["维持", "重申", "保持", "維持", "maintain", "reiterate", "remain", "retain", "unchanged", "reaffirm"],
        Action::Initiate => &["首次", "initiat", "给予", "first"],
        Action::Upgrade => &["上调", "调高", "调升", "上調", "upgrade", "u/g", "raise", "▲"],
        Action::Downgrade => &["下调", "调低", "调降", "下調", "downgrade", "d/g", "cut", "▼"],
        Action::Drop => &["终止", "停止", "drop", "terminat"],
        Action::Resume => &["恢复", "resum", "reinstat"],
    };
    first_of(words, terms)
}

/// Looks for a word that names this role.
pub(super) fn role(words: &str, value: AuthorRole) -> Carried {
    let terms: &[&str] = match value {
        AuthorRole::Analyst => &["分析师", "研究员", "分析師", "作者", "首席", "analyst", "执业证书", "执业编号", "执业资格", "sac"],
        AuthorRole::Assistant => &["助理", "associate", "assistant"],
        AuthorRole::Contact => &["联系人", "聯絡人", "contact"],
    };
    first_of(words, terms)
}

/// Looks for a word that names this stance.
pub(super) fn stance(words: &str, value: Stance) -> Carried {
    let terms: &[&str] = match value {
        Stance::Recommend => &["推荐", "首推", "推薦", "recommend", "top pick", "prefer"],
        Stance::Watch => &["关注", "關注", "watch", "focus"],
        Stance::Positive => &["看好", "受益", "positive", "like", "benefit", "beneficiar"],
        Stance::Negative => &["谨慎", "回避", "看淡", "negative", "cautious", "avoid"],
        Stance::Rated | Stance::Neutral | Stance::Related => return Ok(0..words.len()),
    };
    first_of(words, terms)
}

fn first_of(words: &str, terms: &[&str]) -> Carried {
    let lower = words.to_lowercase();
    // Lower-casing may move bytes only outside ASCII and Chinese; then the place is the whole of the words.
    let same = lower.len() == words.len();
    terms
        .iter()
        .find_map(|term| lower.find(term).map(|at| if same { at..at + term.len() } else { 0..words.len() }))
        .ok_or(Some(Reason::ValueNotInQuote))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert_eq!(amount("目标价 1,234.50 元", number("1234.5")).map(|r| "目标价 1,234.50 元"[r].to_owned()), Ok("1,234.50".to_owned()));
        assert_eq!(amount("营业收入 12.35 亿元", number("1235")), Err(Some(Reason::ScaleMismatch)));
        assert_eq!(amount("净利润 -3.2 百万元", number("3.2")), Err(Some(Reason::SignMismatch)));
        assert_eq!(amount("强于基准指数 20% 以上", number("-20")), Err(Some(Reason::SignMismatch)));
        assert!(amount("弱于基准指数 5% 以上", number("-5")).is_ok());
        assert!(amount("相对涨幅5%-15%", number("15")).is_ok());
        assert_eq!(amount("没有数字", number("5")), Err(None));
    }

    #[test]
    fn days_and_words_are_checked() {
        let day = Date::parse("2024-04-17").unwrap();
        assert!(date("日期:2024年04月17日", day).is_ok());
        assert_eq!(date("相关报告 2024-04-12", day), Err(Some(Reason::DateMismatch)));
        assert!(action("增持(维持)", Action::Maintain).is_ok());
        assert_eq!(action("增持(维持)", Action::Initiate), Err(Some(Reason::ValueNotInQuote)));
        assert!(role("Research Analyst", AuthorRole::Analyst).is_ok());
    }
}
