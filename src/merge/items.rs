//! People, ratings and scales: paired first, then settled field by field.

use std::collections::HashMap;

use crate::domain::Reading;
use crate::domain::evidence::Located;
use crate::domain::reading::{AuthorReading, RatingReading, ScaleReading};
use crate::domain::record::Grade;
use crate::reconcile::policy::{fold, same_code, same_name, same_text};

use super::settle::{How, field, settle};

/// Readings of one thing, each with the number of its reading.
type Group<R> = Vec<(usize, R)>;

/// People are the same by licence number or by name.
pub(super) fn authors(readings: &mut [(usize, Reading)], how: How) -> Vec<AuthorReading> {
    let mut groups: Vec<Group<AuthorReading>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (reading, author) in taken(readings, |reading| &mut reading.authors) {
        let keys: Vec<String> = [&author.license_no, &author.name].into_iter().flatten().map(|found| fold(&found.value)).collect();
        let group = keys.iter().find_map(|key| known.get(key).copied()).unwrap_or(groups.len());
        for key in keys {
            known.entry(key).or_insert(group);
        }
        put(&mut groups, group, (reading, author));
    }
    groups
        .into_iter()
        .map(|mut group| {
            let all = group.as_mut_slice();
            AuthorReading {
                name: field(all, how, |a| &mut a.name, same_text),
                role: field(all, how, |a| &mut a.role, PartialEq::eq),
                license_type: field(all, how, |a| &mut a.license_type, PartialEq::eq),
                license_no: field(all, how, |a| &mut a.license_no, same_code),
                email: field(all, how, |a| &mut a.email, same_text),
                phone: field(all, how, |a| &mut a.phone, same_code),
            }
        })
        .collect()
}

/// Ratings are the same by what they rate: a stock, an industry. A second one of a kind pairs with other seconds.
pub(super) fn ratings(readings: &mut [(usize, Reading)], how: How) -> Vec<RatingReading> {
    let mut groups: Vec<Group<RatingReading>> = Vec::new();
    for (reading, rating) in taken(readings, |reading| &mut reading.ratings) {
        let fits = |group: &Group<RatingReading>| {
            group.iter().all(|(other, known)| {
                *other != reading && (kind(known).is_none() || kind(&rating).is_none() || kind(known) == kind(&rating))
            })
        };
        let group = groups.iter().position(fits).unwrap_or(groups.len());
        put(&mut groups, group, (reading, rating));
    }
    groups.into_iter().map(|group| rating(group, how)).collect()
}

fn kind(rating: &RatingReading) -> Option<crate::domain::rating::SubjectType> {
    rating.subject_type.as_ref().map(|kind| kind.value)
}

fn rating(mut group: Group<RatingReading>, how: How) -> RatingReading {
    // A label as printed belongs to its label: it is not settled a second time.
    let mut printed: Vec<Located<String>> = group.iter_mut().filter_map(|(_, rating)| rating.label_raw.take()).collect();
    let all = group.as_mut_slice();
    let label = field(all, how, |r| &mut r.label, same_text);
    let at = label.as_ref().and_then(|label| printed.iter().position(|printed| same_text(&printed.value, &label.value)));
    RatingReading {
        subject_type: field(all, how, |r| &mut r.subject_type, PartialEq::eq),
        subject: field(all, how, |r| &mut r.subject, same_name),
        label_raw: at.map(|at| printed.swap_remove(at)).filter(|_| label.as_ref().is_some_and(Located::is_sound)),
        label,
        action: field(all, how, |r| &mut r.action, PartialEq::eq),
        prior_label: field(all, how, |r| &mut r.prior_label, same_text),
        status: field(all, how, |r| &mut r.status, PartialEq::eq),
        contradicted_by: all.iter_mut().flat_map(|(_, rating)| std::mem::take(&mut rating.contradicted_by)).collect(),
    }
}

/// Scales are the same by what they grade; their grades by label, in order of first appearance.
pub(super) fn scales(readings: &mut [(usize, Reading)], how: How) -> Vec<ScaleReading> {
    let mut groups: Vec<Group<ScaleReading>> = Vec::new();
    for (reading, scale) in taken(readings, |reading| &mut reading.rating_scales) {
        let same = |group: &Group<ScaleReading>| group.first().is_some_and(|(_, known)| known.subject_type == scale.subject_type);
        let group = groups.iter().position(same).unwrap_or(groups.len());
        put(&mut groups, group, (reading, scale));
    }
    groups.into_iter().filter_map(|group| scale(group, how)).collect()
}

fn scale(mut group: Group<ScaleReading>, how: How) -> Option<ScaleReading> {
    let all = group.as_mut_slice();
    let subject_type = all.first()?.1.subject_type;
    Some(ScaleReading {
        subject_type,
        horizon_months: field(all, how, |s| &mut s.horizon_months, PartialEq::eq),
        basis: all.iter_mut().map(|(_, scale)| std::mem::take(&mut scale.basis)).find(|basis| !basis.is_empty()).unwrap_or_default(),
        benchmark: field(all, how, |s| &mut s.benchmark, same_text),
        grades: grades(all, how),
    })
}

fn grades(scales: &mut [(usize, ScaleReading)], how: How) -> Vec<Located<Grade>> {
    let mut groups: Vec<Group<Located<Grade>>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (reading, scale) in scales {
        for grade in std::mem::take(&mut scale.grades) {
            let group = *known.entry(fold(&grade.value.label)).or_insert(groups.len());
            put(&mut groups, group, (*reading, grade));
        }
    }
    groups.into_iter().filter_map(|group| settle(group, how, same_band)).collect()
}

/// Fills an open band from the other; tells whether both are given and differ.
fn same_band(ours: &mut Grade, theirs: &Grade) -> bool {
    let given = |grade: &Grade| grade.low.is_some() || grade.high.is_some();
    if !given(ours) {
        (ours.low, ours.high) = (theirs.low, theirs.high);
    }
    given(theirs) && (ours.low, ours.high) != (theirs.low, theirs.high)
}

/// Takes a list out of every reading.
fn taken<T>(readings: &mut [(usize, Reading)], list: impl Fn(&mut Reading) -> &mut Vec<T>) -> Vec<(usize, T)> {
    let all = readings.iter_mut().flat_map(|(index, reading)| {
        let index = *index;
        std::mem::take(list(reading)).into_iter().map(move |item| (index, item))
    });
    all.collect()
}

/// Adds to a group, or as a new one behind the last.
fn put<R>(groups: &mut Vec<Group<R>>, group: usize, item: (usize, R)) {
    match groups.get_mut(group) {
        Some(group) => group.push(item),
        None => groups.push(vec![item]),
    }
}
