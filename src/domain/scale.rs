//! A report's own rating scale and what a label means on it.
//!
//! Mapping rule `own_table/1` (`domain.md` §2.4): grades stand best first; the sign of a grade's band decides its
//! direction; among positive and among negative grades the order decides the score.

use rust_decimal::Decimal;

use super::Amount;
use super::rating::{Direction, RatingStatus, SubjectType};
use super::record::{Grade, RatingScale};

/// What a label means on a scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Place from the best, from 1.
    pub rank: u32,
    /// How many grades the scale has (`无评级` and the like not counted).
    pub of: u32,
    /// Which way it points; `None` where neither bands nor the number of grades decide it.
    pub direction: Option<Direction>,
    /// I/B/E/S style score, 1 best to 5 worst, to two decimals; stocks only.
    pub score: Option<Amount>,
}

/// Folds a label for comparison: width, case, blanks, quotes and the risk suffix `-A`/`-B`/`-C`.
pub fn fold_label(label: &str) -> String {
    let folded: String = label
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '“' | '”' | '"' | '「' | '」' | '『' | '』' | '\'' | '‘' | '’'))
        .map(|c| match c {
            '－' | '—' | '–' => '-',
            'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            other => other,
        })
        .collect::<String>()
        .to_lowercase();
    for suffix in ["-a", "-b", "-c"] {
        if let Some(bare) = folded.strip_suffix(suffix).filter(|bare| !bare.is_ascii()) {
            return bare.to_owned();
        }
    }
    folded
}

fn grades(scale: &RatingScale) -> Vec<&Grade> {
    scale.grades.iter().filter(|grade| grade.status == RatingStatus::Rated).collect()
}

/// Where `label` stands on `scale`, or `None` when the scale has no such grade.
pub fn standing(scale: &RatingScale, label: &str) -> Option<Standing> {
    let grades = grades(scale);
    let wanted = fold_label(label);
    let at = grades.iter().position(|grade| fold_label(&grade.label) == wanted)?;
    let directions = directions(&grades);
    let direction = directions.get(at).copied().flatten();
    Some(Standing {
        rank: u32::try_from(at + 1).ok()?,
        of: u32::try_from(grades.len()).ok()?,
        direction,
        score: if scale.subject_type == SubjectType::Stock { score(&directions, at) } else { None },
    })
}

/// The direction of each grade, best first.
///
/// A band that holds zero is neutral, one above it positive, one below it negative; else the words of the definition
/// (优于, 弱于, outperform …) decide, else the neighbours. What is still open on a scale of three or five is decided by
/// its middle, which is neutral, unless a grade whose direction is known says otherwise.
fn directions(grades: &[&Grade]) -> Vec<Option<Direction>> {
    let known: Vec<Option<Direction>> = grades.iter().map(|grade| by_band(grade).or_else(|| by_words(grade))).collect();
    let by_place = |at: usize| match at.cmp(&(grades.len() / 2)) {
        std::cmp::Ordering::Less => Direction::Positive,
        std::cmp::Ordering::Equal => Direction::Neutral,
        std::cmp::Ordering::Greater => Direction::Negative,
    };
    let balanced =
        matches!(grades.len(), 3 | 5) && known.iter().enumerate().all(|(at, direction)| direction.is_none_or(|d| d == by_place(at)));
    known
        .iter()
        .enumerate()
        .map(|(at, direction)| direction.or_else(|| by_neighbours(&known, at)).or_else(|| balanced.then(|| by_place(at))))
        .collect()
}

/// A grade above a positive one is positive, one below a negative one is negative, and the only one between the two
/// is neutral.
fn by_neighbours(known: &[Option<Direction>], at: usize) -> Option<Direction> {
    let above = known.iter().take(at).rev().find_map(|d| *d);
    let below = known.iter().skip(at + 1).find_map(|d| *d);
    match (above, below) {
        (_, Some(Direction::Positive)) => Some(Direction::Positive),
        (Some(Direction::Negative), _) => Some(Direction::Negative),
        (Some(Direction::Neutral), None) => Some(Direction::Negative),
        (None, Some(Direction::Neutral)) => Some(Direction::Positive),
        (Some(Direction::Positive), Some(Direction::Negative)) => Some(Direction::Neutral),
        _ => None,
    }
}

fn by_band(grade: &Grade) -> Option<Direction> {
    let low = grade.low.map(Amount::as_decimal);
    let high = grade.high.map(Amount::as_decimal);
    match (low, high) {
        (None, None) => None,
        (Some(low), _) if low.is_sign_positive() && !low.is_zero() => Some(Direction::Positive),
        (_, Some(high)) if high.is_sign_negative() && !high.is_zero() => Some(Direction::Negative),
        // "At least zero" may be the flat grade or the mildest positive one, and "at least -20%" is a misprint of the
        // worst: their neighbours decide.
        (Some(_), None) => None,
        // Zero at the edge: `Add: 0% to 10%` is mildly positive, `Hold: 0% to 10%` is flat.
        (Some(low), Some(_)) if low.is_zero() && !sounds_flat(&grade.label) => Some(Direction::Positive),
        (_, Some(high)) if high.is_zero() && !sounds_flat(&grade.label) => Some(Direction::Negative),
        _ => Some(Direction::Neutral),
    }
}

/// Whether the word itself says neither: asked only where the band leaves both open.
fn sounds_flat(label: &str) -> bool {
    ["hold", "neutral", "perform", "weight", "中性", "中立", "持有", "观望", "觀望"].iter().any(|word| fold_label(label).ends_with(word))
}

fn by_words(grade: &Grade) -> Option<Direction> {
    let text = grade.definition.as_deref()?.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if any(&["持平", "相当", "相若", "基本一致", "同步", "in line", "in-line", "inline"]) {
        return Some(Direction::Neutral);
    }
    if any(&[
        "弱于",
        "落后",
        "低于",
        "不及",
        "跑输",
        "看淡",
        "underperform",
        "negative etr",
        "least attractive",
        "below",
        "less than",
        "trail",
    ]) {
        return Some(Direction::Negative);
    }
    if any(&[
        "优于",
        "强于",
        "超越",
        "超过",
        "高于",
        "领先",
        "跑赢",
        "战胜",
        "好于",
        "看好",
        "outperform",
        "above",
        "greater than",
        "exceed",
    ]) {
        return Some(Direction::Positive);
    }
    None
}

/// 1 to 5: the i-th of p positive grades is 1 + 2(i-1)/p, neutral is 3, the j-th of q negative ones 3 + 2j/q.
fn score(directions: &[Option<Direction>], at: usize) -> Option<Amount> {
    let direction = directions.get(at).copied().flatten()?;
    let all = directions.iter().filter(|d| **d == Some(direction)).count();
    let before = directions.iter().take(at).filter(|d| **d == Some(direction)).count();
    let (all, before) = (Decimal::from(all), Decimal::from(before));
    let two = Decimal::TWO;
    let score = match direction {
        Direction::Neutral => Decimal::from(3),
        Direction::Positive => Decimal::ONE + before * two / all,
        Direction::Negative => Decimal::from(3) + (before + Decimal::ONE) * two / all,
    };
    Amount::parse(&score.round_dp(2).normalize().to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grade(label: &str, low: Option<&str>, high: Option<&str>) -> Grade {
        Grade {
            label: label.to_owned(),
            definition: None,
            low: low.map(|v| Amount::parse(v).unwrap()),
            high: high.map(|v| Amount::parse(v).unwrap()),
            status: crate::domain::rating::status_word(label).unwrap_or(RatingStatus::Rated),
            uncertain: false,
        }
    }

    fn scale(subject_type: SubjectType, grades: Vec<Grade>) -> RatingScale {
        RatingScale { subject_type, horizon_months: None, basis: Vec::new(), benchmark: None, grades }
    }

    #[test]
    fn the_same_label_stands_differently_on_two_scales() {
        let stock = scale(
            SubjectType::Stock,
            vec![
                grade("买入", Some("20"), None),
                grade("增持", Some("5"), Some("20")),
                grade("中性", Some("-5"), Some("5")),
                grade("减持", None, Some("-5")),
                grade("无评级", None, None),
            ],
        );
        let standing_of = |label| standing(&stock, label).unwrap();
        assert_eq!((standing_of("增持").rank, standing_of("增持").of), (2, 4));
        assert_eq!(standing_of("买入").score, Some(Amount::from_int(1)));
        assert_eq!(standing_of("增持").score, Some(Amount::from_int(2)));
        assert_eq!(standing_of("减持").score, Some(Amount::from_int(5)));
        let industry = scale(SubjectType::Industry, vec![grade("增持", None, None), grade("中性", None, None), grade("减持", None, None)]);
        let top = standing(&industry, "增持").unwrap();
        assert_eq!((top.rank, top.of, top.direction, top.score), (1, 3, Some(Direction::Positive), None));
    }

    #[test]
    fn a_bullish_word_below_zero_is_neutral_or_worse() {
        // 谨慎增持 from -10 to 5 and 观望 from -15 to -10: the words mislead, the bands do not.
        let stock = scale(
            SubjectType::Stock,
            vec![
                grade("买入", Some("15"), None),
                grade("增持", Some("5"), Some("15")),
                grade("谨慎增持", Some("-10"), Some("5")),
                grade("观望", Some("-15"), Some("-10")),
                grade("卖出", None, Some("-15")),
            ],
        );
        assert_eq!(standing(&stock, "谨慎增持").unwrap().direction, Some(Direction::Neutral));
        assert_eq!(standing(&stock, "观望").unwrap().direction, Some(Direction::Negative));
        assert_eq!(standing(&stock, "观望").unwrap().score, Some(Amount::from_int(4)));
    }

    #[test]
    fn a_misprinted_worst_grade_is_still_the_worst() {
        // 卖出: 涨幅不小于-20%.
        let stock = scale(
            SubjectType::Stock,
            vec![grade("买入", Some("20"), None), grade("持有", Some("-20"), Some("20")), grade("卖出", Some("-20"), None)],
        );
        assert_eq!(standing(&stock, "卖出").unwrap().direction, Some(Direction::Negative));
        assert_eq!(standing(&stock, "持有").unwrap().direction, Some(Direction::Neutral));
    }

    #[test]
    fn the_middle_of_three_is_neutral_where_only_the_best_has_a_band() {
        let industry = |low: &str| {
            scale(SubjectType::Industry, vec![grade("推荐", Some(low), None), grade("中性", None, None), grade("回避", None, None)])
        };
        let directions = |scale: &RatingScale| ["推荐", "中性", "回避"].map(|label| standing(scale, label).unwrap().direction);
        let expected = [Direction::Positive, Direction::Neutral, Direction::Negative].map(Some);
        assert_eq!(directions(&industry("5")), expected);
        // A middle that is known to be positive leaves nothing to say about the last grade.
        let mut tilted = industry("10");
        tilted.grades[1].low = Some(Amount::parse("5").unwrap());
        assert_eq!(directions(&tilted), [Some(Direction::Positive), Some(Direction::Positive), None]);
    }

    #[test]
    fn a_risk_suffix_is_not_part_of_the_grade() {
        let stock = scale(SubjectType::Stock, vec![grade("买入", Some("15"), None), grade("增持", Some("5"), Some("15"))]);
        assert_eq!(standing(&stock, "增持-A").unwrap().rank, 2);
        assert_eq!(standing(&stock, "推荐"), None);
    }
}
