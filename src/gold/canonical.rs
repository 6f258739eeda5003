//! A rating in five steps, by the report's own scale.

use serde::{Deserialize, Serialize};

use crate::domain::rating::{Direction, RatingStatus};
use crate::domain::record::{Grade, RatingScale};
use crate::domain::scale::{fold_label, standing};

/// A rating in five steps. The direction is safer to compare: others map 买入 straight to buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Canonical {
    /// The best of two or more positive grades.
    StrongBuy,
    /// The only positive grade, or one below the best.
    Buy,
    /// The grade whose band holds zero excess return.
    Hold,
    /// A negative grade, unless it is the lowest of several or says sell.
    Underperform,
    /// The lowest of several negative grades, or one that says sell.
    Sell,
}

impl Canonical {
    /// What a label means on the report's own scale; `None` where the scale does not say.
    pub fn of(scale: &RatingScale, label: &str) -> Option<Self> {
        let direction = standing(scale, label)?.direction?;
        let grades: Vec<&Grade> = scale.grades.iter().filter(|grade| grade.status == RatingStatus::Rated).collect();
        let alike: Vec<&Grade> = grades
            .into_iter()
            .filter(|grade| standing(scale, &grade.label).and_then(|standing| standing.direction) == Some(direction))
            .collect();
        let wanted = fold_label(label);
        let at = alike.iter().position(|grade| fold_label(&grade.label) == wanted)?;
        let several = alike.len() > 1;
        Some(match direction {
            Direction::Positive if several && at == 0 => Self::StrongBuy,
            Direction::Positive => Self::Buy,
            Direction::Neutral => Self::Hold,
            Direction::Negative if (several && at + 1 == alike.len()) || alike.get(at).is_some_and(|grade| says_sell(grade)) => Self::Sell,
            Direction::Negative => Self::Underperform,
        })
    }
}

fn says_sell(grade: &Grade) -> bool {
    let says = |text: &str| text.contains("卖出") || text.contains("賣出") || text.to_lowercase().contains("sell");
    says(&grade.label) || grade.definition.as_deref().is_some_and(says)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Amount;
    use crate::domain::rating::SubjectType;

    fn scale(grades: &[(&str, Option<i64>, Option<i64>)]) -> RatingScale {
        let grade = |(label, low, high): &(&str, Option<i64>, Option<i64>)| Grade {
            label: (*label).to_owned(),
            definition: None,
            low: low.map(Amount::from_int),
            high: high.map(Amount::from_int),
            status: crate::domain::rating::status_word(label).unwrap_or(RatingStatus::Rated),
            uncertain: false,
        };
        let grades = grades.iter().map(grade).collect();
        RatingScale { subject_type: SubjectType::Stock, horizon_months: None, basis: Vec::new(), benchmark: None, grades }
    }

    #[test]
    fn the_scale_decides_and_not_the_word() {
        let five = scale(&[
            ("买入", Some(20), None),
            ("增持", Some(5), Some(20)),
            ("中性", Some(-5), Some(5)),
            ("减持", Some(-20), Some(-5)),
            ("回避", None, Some(-20)),
            ("无评级", None, None),
        ]);
        let of = |label| Canonical::of(&five, label);
        assert_eq!(of("买入"), Some(Canonical::StrongBuy));
        assert_eq!(of("增持"), Some(Canonical::Buy));
        assert_eq!(of("中性"), Some(Canonical::Hold));
        assert_eq!(of("减持"), Some(Canonical::Underperform));
        assert_eq!(of("回避"), Some(Canonical::Sell));
        assert_eq!((of("无评级"), of("推荐")), (None, None));
        let three = scale(&[("增持", Some(5), None), ("中性", Some(-5), Some(5)), ("减持", None, Some(-5))]);
        assert_eq!(Canonical::of(&three, "增持"), Some(Canonical::Buy));
        assert_eq!(Canonical::of(&three, "减持"), Some(Canonical::Underperform));
        let sell = scale(&[("买入", Some(5), None), ("持有", Some(-5), Some(5)), ("卖出", None, Some(-5))]);
        assert_eq!(Canonical::of(&sell, "卖出"), Some(Canonical::Sell));
        assert_eq!(Canonical::of(&scale(&[("甲", None, None), ("乙", None, None)]), "甲"), None);
    }
}
