//! When a row applies.

use super::checklist::Trigger;
use crate::domain::Reading;
use crate::domain::rating::{Action, RatingStatus, SubjectType};
use crate::domain::reading::RatingReading;

/// Whether the report does what the row is about.
pub(super) fn applies(trigger: Trigger, reading: &Reading) -> bool {
    let ratings = || reading.ratings.iter().filter(|rating| rated(rating));
    let stock = |rating: &RatingReading| rating.subject_type.as_ref().is_some_and(|kind| kind.value == SubjectType::Stock);
    let changed =
        |rating: &RatingReading| rating.action.as_ref().is_some_and(|action| matches!(action.value, Action::Upgrade | Action::Downgrade));
    let priced = reading.target_price.low.is_some() || reading.target_price.high.is_some();
    match trigger {
        Trigger::Always => true,
        Trigger::AnyRating => ratings().next().is_some(),
        Trigger::RatingChange => ratings().any(changed),
        Trigger::StockRating => ratings().any(stock),
        Trigger::TargetPrice => priced,
        Trigger::Valuation => priced || ratings().any(stock),
    }
}

/// Whether a rating gives a grade: 无评级 does not.
pub(super) fn rated(rating: &RatingReading) -> bool {
    rating.label.is_some() && rating.status.as_ref().is_none_or(|status| status.value == RatingStatus::Rated)
}
