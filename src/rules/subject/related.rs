//! The company of a page whose header names none: that of every related report, where the text speaks of it.

use super::{ON_COMPANY, Place, Stock};
use crate::rules::Context;
use crate::rules::find::has;

/// Where a report says that it is on a company, in characters.
const HEADER: usize = 300;
/// So often the text names the company besides its related reports.
const NAMED: usize = 2;
/// What a related company's place is worth: enough, and no more.
const WEIGHT: f64 = super::ENOUGH;

/// The company of `quoted`, the codes inside the titles of related reports.
pub(super) fn company(context: &Context<'_>, quoted: &[Place]) -> Option<Stock> {
    let (name, code) = quoted.first()?.clone();
    let words = context.slice(name.clone());
    let digits = |place: &Place| context.slice(place.1.clone()).chars().filter(char::is_ascii_digit).collect::<String>();
    let own = digits(quoted.first()?);
    let alone = quoted.iter().all(|place| digits(place) == own);
    let named = context.text().match_indices(words).take(quoted.len() + NAMED).count() >= quoted.len() + NAMED;
    let short = (2..=8).contains(&words.chars().count());
    (alone && short && named && has(&ON_COMPANY, context.front(HEADER))).then_some(Stock { name, code, weight: WEIGHT })
}
