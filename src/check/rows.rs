//! How each row of a checklist is answered from a reading.

use super::Row;
use crate::domain::rating::{RatingStatus, SubjectType};
use crate::domain::reading::{AuthorReading, RatingReading, Reading, ScaleReading};
use crate::domain::record::{AuthorRole, ComplianceStatus as Status, Disclosure, Polarity};
use crate::domain::{DisclosureId, Located};

/// What the text shows of a row, and what that rests on.
pub(super) fn status(row: &Row, reading: &Reading) -> (Status, Vec<String>) {
    match row.id.as_str() {
        "CN-8-2" => firm_name(reading),
        "CN-8-4" => licence_codes(reading),
        "CN-8-5" => publication(row, reading),
        // General wording is the usual form of these two; for sources the clause asks for more (domain.md §8).
        "CN-8-6" => graded(row, reading, Status::PassGeneric),
        "CN-8-7" => graded(row, reading, Status::Pass),
        "CN-12-1" if !values_a_stock(reading) => (Status::NotApplicable, Vec::new()),
        "CN-16-1" => graded(row, reading, Status::ByReference),
        "CN-R1" => definitions(row, reading),
        _ => graded(row, reading, Status::Pass),
    }
}

/// Whether a row is still open, so that lost text may have answered it.
pub(super) fn open(status: Status) -> bool {
    status == Status::NotFound
}

/// The disclosure with this id, where it is present.
pub(super) fn disclosure(reading: &Reading, id: DisclosureId) -> Option<&Located<Disclosure>> {
    reading.disclosures.iter().find(|found| found.value.id == id && found.value.present)
}

/// Answers a row by its disclosures; `general` is the status of wording that is not specific.
fn graded(row: &Row, reading: &Reading, general: Status) -> (Status, Vec<String>) {
    let found: Vec<&Disclosure> =
        reading.disclosures.iter().map(|found| &found.value).filter(|found| found.present && row.rests.contains(&found.id)).collect();
    let from: Vec<String> = row.rests.iter().filter(|id| found.iter().any(|found| found.id == **id)).copied().filter_map(id_name).collect();
    let says = |polarity| found.iter().any(|found| found.polarity == Some(polarity));
    let status = if found.is_empty() {
        Status::NotFound
    } else if says(Polarity::Affirmed) && says(Polarity::Negated) {
        Status::Contradicted
    } else if found.iter().any(|found| found.specific == Some(true)) {
        Status::Pass
    } else {
        general
    };
    (status, from)
}

fn id_name(id: DisclosureId) -> Option<String> {
    serde_json::to_value(id).ok()?.as_str().map(str::to_owned)
}

fn firm_name(reading: &Reading) -> (Status, Vec<String>) {
    let publisher = &reading.publisher;
    match (&publisher.name, &publisher.legal_name) {
        (Some(_), _) => (Status::Pass, vec!["/publisher/name".to_owned()]),
        (None, Some(_)) => (Status::Pass, vec!["/publisher/legal_name".to_owned()]),
        (None, None) => (Status::NotFound, Vec::new()),
    }
}

/// Assistants and contacts do not sign (domain.md CN-5-1).
fn signs(author: &AuthorReading) -> bool {
    author.role.as_ref().is_none_or(|role| role.value == AuthorRole::Analyst)
}

fn licence_codes(reading: &Reading) -> (Status, Vec<String>) {
    let mut from = Vec::new();
    for (index, author) in reading.authors.iter().enumerate().filter(|(_, author)| signs(author)) {
        if author.license_no.is_none() {
            return (Status::NotFound, from);
        }
        from.push(format!("/authors/{index}/license_no"));
    }
    (if from.is_empty() { Status::NotFound } else { Status::Pass }, from)
}

fn publication(row: &Row, reading: &Reading) -> (Status, Vec<String>) {
    if reading.product.publish_date.is_some() {
        return (Status::Pass, vec!["/product/publish_date".to_owned()]);
    }
    graded(row, reading, Status::PassGeneric)
}

fn rated(rating: &RatingReading) -> bool {
    rating.label.is_some() && rating.status.as_ref().is_none_or(|status| status.value == RatingStatus::Rated)
}

/// The trigger of Art. 12: a rating of a stock, or a valuation.
fn values_a_stock(reading: &Reading) -> bool {
    let stock = |rating: &&RatingReading| rating.subject_type.as_ref().is_some_and(|kind| kind.value == SubjectType::Stock);
    reading.ratings.iter().filter(stock).any(rated) || reading.target_price.low.is_some() || reading.target_price.high.is_some()
}

/// Ratings are explained where the report defines its scale, and contradicted where that scale lacks the grade given
/// (domain.md §2.4).
fn definitions(row: &Row, reading: &Reading) -> (Status, Vec<String>) {
    if !reading.ratings.iter().any(rated) {
        return (Status::NotApplicable, Vec::new());
    }
    let (status, mut from) = graded(row, reading, Status::Pass);
    if reading.rating_scales.is_empty() {
        return (status, from);
    }
    from.extend((0..reading.rating_scales.len()).map(|index| format!("/rating_scales/{index}")));
    let stray = reading.ratings.iter().filter(|rating| rated(rating)).any(|rating| !defined(rating, &reading.rating_scales));
    let whole = reading.rating_scales.iter().all(readable);
    (if stray && whole { Status::Contradicted } else { Status::Pass }, from)
}

/// Whether a scale was read whole: a damaged table proves nothing about a missing grade.
fn readable(scale: &ScaleReading) -> bool {
    scale.grades.len() >= 3 && scale.grades.iter().all(|grade| !grade.value.uncertain)
}

fn defined(rating: &RatingReading, scales: &[ScaleReading]) -> bool {
    let Some(label) = &rating.label else { return true };
    // 增持-A carries a risk class behind the grade.
    let bare = label.value.trim_end_matches(['A', 'B', 'C']).trim_end_matches('-');
    scales.iter().flat_map(|scale| &scale.grades).any(|grade| {
        let grade = grade.value.label.trim();
        grade.eq_ignore_ascii_case(label.value.trim()) || grade.eq_ignore_ascii_case(bare)
    })
}
