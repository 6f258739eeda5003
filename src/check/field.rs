//! Rows that a part of the record answers.

use super::checklist::Field;
use super::trigger::rated;
use crate::domain::evidence::Slot;
use crate::domain::license::SacNumber;
use crate::domain::reading::{AuthorReading, RatingReading, Reading, ScaleReading};
use crate::domain::record::AuthorRole;
use crate::domain::{DisclosureId, Evidence};

/// What a part of the record says of a row: pointers, and the words behind them.
pub(super) enum FieldAnswer {
    Missing,
    Met(Vec<String>, Vec<Evidence>),
    Against(Vec<String>, Vec<Evidence>),
}

/// Answers by one part of the record.
pub(super) fn answer(field: Field, reading: &Reading) -> FieldAnswer {
    match field {
        Field::Publisher => match slot("/publisher/name", &reading.publisher.name) {
            FieldAnswer::Missing => slot("/publisher/legal_name", &reading.publisher.legal_name),
            found => found,
        },
        Field::Authors => each(reading.authors.iter().map(|author| &author.name), "name"),
        Field::SignerLicenses => signer_licenses(reading),
        Field::SignersRegistered => signers_registered(reading),
        Field::PublishDate => slot("/product/publish_date", &reading.product.publish_date),
        Field::PublishTime => slot("/product/publish_time", &reading.product.publish_time),
        Field::RatingScales => definitions(reading),
        Field::ValuationMethod => slot("/target_price/method", &reading.target_price.method),
        Field::Risks => match reading.risks.first() {
            Some(risk) => FieldAnswer::Met(vec!["/risks/0".to_owned()], risk.evidence.clone()),
            None => FieldAnswer::Missing,
        },
        Field::PriceDate => slot("/target_price/price_date", &reading.target_price.price_date),
        Field::PriorRating => match reading.ratings.iter().position(|rating| rating.prior_label.is_some()) {
            Some(at) => slot(&format!("/ratings/{at}/prior_label"), reading.ratings.get(at).map_or(&None, |rating| &rating.prior_label)),
            None => FieldAnswer::Missing,
        },
    }
}

fn slot<T>(pointer: &str, slot: &Slot<T>) -> FieldAnswer {
    match slot {
        Some(found) => FieldAnswer::Met(vec![pointer.to_owned()], sound(&found.evidence)),
        None => FieldAnswer::Missing,
    }
}

fn sound(evidence: &[Evidence]) -> Vec<Evidence> {
    evidence.iter().filter(|evidence| evidence.is_sound()).take(1).cloned().collect()
}

/// Met by those of the authors that have the field.
fn each<'a>(slots: impl Iterator<Item = &'a Slot<String>>, leaf: &str) -> FieldAnswer {
    let (mut from, mut evidence) = (Vec::new(), Vec::new());
    for (at, slot) in slots.enumerate() {
        if let Some(found) = slot {
            from.push(format!("/authors/{at}/{leaf}"));
            evidence.extend(sound(&found.evidence));
        }
    }
    if from.is_empty() { FieldAnswer::Missing } else { FieldAnswer::Met(from, evidence) }
}

/// Assistants and contacts do not sign (domain.md CN-5-1).
fn signers(reading: &Reading) -> impl Iterator<Item = (usize, &AuthorReading)> {
    let signs = |author: &AuthorReading| author.role.as_ref().is_none_or(|role| role.value == AuthorRole::Analyst);
    reading.authors.iter().enumerate().filter(move |(_, author)| signs(author))
}

fn signer_licenses(reading: &Reading) -> FieldAnswer {
    let (mut from, mut evidence) = (Vec::new(), Vec::new());
    for (at, author) in signers(reading) {
        let Some(number) = &author.license_no else { return FieldAnswer::Missing };
        from.push(format!("/authors/{at}/license_no"));
        evidence.extend(sound(&number.evidence));
    }
    if from.is_empty() { FieldAnswer::Missing } else { FieldAnswer::Met(from, evidence) }
}

/// `S` + firm(3) + 0 + type(1) + …: type 5 is an analyst, 1 a general registration (domain.md §1.1).
fn signers_registered(reading: &Reading) -> FieldAnswer {
    let (mut from, mut evidence) = (Vec::new(), Vec::new());
    let mut others = (Vec::new(), Vec::new());
    for (at, author) in signers(reading) {
        let Some(number) = &author.license_no else { return FieldAnswer::Missing };
        // Another register's number, or a damaged one, says nothing of the type.
        let Some(sac) = SacNumber::parse(&number.value) else { continue };
        let (pointers, words) = if sac.is_analyst() { (&mut from, &mut evidence) } else { (&mut others.0, &mut others.1) };
        pointers.push(format!("/authors/{at}/license_no"));
        words.extend(sound(&number.evidence));
    }
    match (from.is_empty(), others.0.is_empty()) {
        (_, false) => FieldAnswer::Against(others.0, others.1),
        (false, true) => FieldAnswer::Met(from, evidence),
        (true, true) => FieldAnswer::Missing,
    }
}

/// Ratings are explained where the report defines its scale, and contradicted where that scale lacks the grade given
/// (domain.md §2.4).
fn definitions(reading: &Reading) -> FieldAnswer {
    let scales = &reading.rating_scales;
    if scales.is_empty() {
        return FieldAnswer::Missing;
    }
    let from = (0..scales.len()).map(|index| format!("/rating_scales/{index}")).collect();
    let stray = reading.ratings.iter().find(|rating| rated(rating) && !defined(rating, scales));
    match stray {
        Some(rating) if scales.iter().all(readable) => {
            FieldAnswer::Against(from, rating.label.as_ref().map(|label| sound(&label.evidence)).unwrap_or_default())
        }
        _ => {
            // The heading shows a reader the whole table; a grade alone stands for one without.
            let heading = reading.disclosures.iter().filter(|found| found.value.id == DisclosureId::RatingDefinitions);
            let words: Vec<Evidence> = heading.flat_map(|found| sound(&found.evidence)).collect();
            let grades = scales.iter().filter_map(|scale| scale.grades.first()).flat_map(|grade| sound(&grade.evidence));
            FieldAnswer::Met(from, if words.is_empty() { grades.collect() } else { words })
        }
    }
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
