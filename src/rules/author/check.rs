//! Licence numbers against their own structure, the role, and the firm: what does not fit is for a person to see.
//!
//! Structure and meaning of the digits: `domain.md` §1.1. Nothing is corrected here.

use crate::domain::license::{LicenseType, SacNumber};
use crate::domain::reading::AuthorReading;
use crate::domain::record::{AuthorRole, ReviewCode, ReviewItem};
use crate::rules::Context;
use crate::rules::publisher;

/// Review items for numbers that do not fit.
pub(in crate::rules) fn review(_context: &Context<'_>, authors: &[AuthorReading], firm: Option<&str>) -> Vec<ReviewItem> {
    let mut items = Vec::new();
    let parsed: Vec<(usize, &str, Option<SacNumber>)> = authors
        .iter()
        .enumerate()
        .filter(|(_, author)| author.license_type.as_ref().is_some_and(|kind| kind.value == LicenseType::Sac))
        .filter_map(|(at, author)| author.license_no.as_ref().map(|number| (at, number.value.as_str(), SacNumber::parse(&number.value))))
        .collect();
    let expected = firm.and_then(publisher::sac_prefix);
    let first = parsed.iter().find_map(|(_, _, number)| number.as_ref().map(|number| number.firm_prefix.clone()));
    for (at, printed, number) in &parsed {
        let mut flag = |detail: String| {
            items.push(ReviewItem { pointer: format!("/authors/{at}/license_no"), code: ReviewCode::LicenseMismatch, detail });
        };
        let Some(number) = number else {
            flag(format!("`{printed}` is not a letter, 13 digits and a month"));
            continue;
        };
        let role = authors.get(*at).and_then(|author| author.role.as_ref()).map(|role| role.value);
        if role == Some(AuthorRole::Analyst) && !number.is_analyst() {
            flag(format!("`{printed}` is registered as type {}, not as an analyst (5)", number.kind));
        }
        if let Some(first) = first.as_ref().filter(|first| **first != number.firm_prefix) {
            flag(format!("`{printed}` is of another firm than `{first}` of the first author"));
        } else if let Some(expected) = expected.filter(|expected| *expected != number.firm_prefix) {
            let others: Vec<&str> = publisher::by_sac_prefix(&number.firm_prefix).iter().map(|broker| broker.name.as_str()).collect();
            flag(format!(
                "`{printed}` does not start with `{expected}` of the publisher; {}",
                if others.is_empty() { "the firm is unknown".to_owned() } else { format!("known for {}", others.join(", ")) }
            ));
        }
    }
    items
}
