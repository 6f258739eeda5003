//! The report's own ratings, and what they mean on its own scale, else on the one the registry knows of its publisher.

use crate::domain::evidence::Located;
use crate::domain::rating::{MappingSource, RatingStatus, SubjectType};
use crate::domain::reading::RatingReading;
use crate::domain::record::{Benchmark, Publisher, Rating, RatingScale, Rejected, ReviewCode, Subject};
use crate::domain::scale::{Standing, fold_label, standing};
use crate::domain::{By, Date, Evidence, Span};
use crate::rules::registry::{self, Confidence};

use super::judge::Judge;
use super::policy::{field, same_text};
use super::scales::{benchmark_for, index_of_market};

/// What ratings are mapped by.
pub(super) struct Mapping<'a> {
    /// What the report is about.
    pub(super) subject: Option<&'a Subject>,
    pub(super) scales: &'a [RatingScale],
    pub(super) benchmarks: &'a [Benchmark],
    pub(super) jurisdiction: Option<&'a str>,
    /// Whose scale it is, and on which day, where the report prints none.
    pub(super) publisher: &'a Publisher,
    pub(super) publish_date: Option<Date>,
}

impl Mapping<'_> {
    fn mic(&self) -> Option<&str> {
        self.subject.and_then(|subject| subject.mic.as_deref())
    }
}

/// Pairs the two readers' ratings.
pub(super) fn ratings(judge: &mut Judge, rules: Vec<RatingReading>, model: Vec<RatingReading>, mapping: &Mapping<'_>) -> Vec<Rating> {
    let rules_read = !rules.is_empty();
    let mut left: Vec<Option<RatingReading>> = once(model).into_iter().map(Some).collect();
    let mut pairs: Vec<(RatingReading, Option<RatingReading>)> = Vec::new();
    for rating in rules {
        let kind = rating.subject_type.as_ref().map(|kind| kind.value);
        let twin = left
            .iter_mut()
            .find(|slot| slot.as_ref().is_some_and(|other| other.subject_type.as_ref().is_none_or(|other| Some(other.value) == kind)))
            .and_then(Option::take);
        pairs.push((rating, twin));
    }
    // The same words read as another kind's rating are one rating, and its kind is in conflict.
    for slot in &mut left {
        let Some(rating) = slot else { continue };
        if let Some((_, twin)) = pairs.iter_mut().find(|(rules, twin)| twin.is_none() && same_words(rules, rating)) {
            *twin = slot.take();
        }
    }
    for rating in left.into_iter().flatten() {
        match &rating.label {
            Some(label) if label.is_sound() => pairs.push((RatingReading::default(), Some(rating))),
            Some(label) => judge.turn_down("/ratings", label, rules_read),
            None => {}
        }
    }
    pairs.sort_by_key(|(rules, model)| {
        let kind = rules.subject_type.as_ref().or_else(|| model.as_ref().and_then(|model| model.subject_type.as_ref()));
        match kind.map(|kind| kind.value) {
            Some(SubjectType::Stock) => 0,
            Some(SubjectType::Industry) => 1,
            Some(SubjectType::Market) => 2,
            _ => 3,
        }
    });
    pairs.into_iter().enumerate().map(|(index, (rules, model))| one(judge, index, rules, model.unwrap_or_default(), mapping)).collect()
}

/// The ratings without repetitions: small models write the same one until the list is full.
fn once(ratings: Vec<RatingReading>) -> Vec<RatingReading> {
    let kind = |rating: &RatingReading| rating.subject_type.as_ref().map(|kind| kind.value);
    let mut kept: Vec<RatingReading> = Vec::new();
    for rating in ratings {
        if !kept.iter().any(|known| same_words(known, &rating) && (kind(known) == kind(&rating) || same_place(known, &rating))) {
            kept.push(rating);
        }
    }
    kept
}

/// Whether two ratings are read from the same words, or are the same word.
fn same_words(a: &RatingReading, b: &RatingReading) -> bool {
    if let (Some(a), Some(b)) = (&a.label, &b.label)
        && fold_label(&a.value) == fold_label(&b.value)
    {
        return true;
    }
    same_place(a, b)
}

fn same_place(a: &RatingReading, b: &RatingReading) -> bool {
    let spans = |rating: &RatingReading| -> Vec<Span> {
        let places = rating.label.as_ref().or(rating.label_raw.as_ref()).map_or(&[][..], |label| &label.evidence);
        places.iter().filter_map(Evidence::span).collect()
    };
    let ours = spans(a);
    spans(b).iter().any(|span| ours.iter().any(|own| own.overlaps(*span)))
}

fn one(judge: &mut Judge, index: usize, rules: RatingReading, model: RatingReading, mapping: &Mapping<'_>) -> Rating {
    let at = |leaf: &str| format!("/ratings/{index}/{leaf}");
    let policy = field::ACTION;
    let contradicted = rules.contradicted_by;
    let mut rating = Rating {
        subject_type: judge.scalar(&at("subject_type"), rules.subject_type, model.subject_type, field::SUBJECT, PartialEq::eq),
        subject: judge.scalar(&at("subject"), rules.subject, model.subject, field::SUBJECT, super::policy::same_name),
        label: judge.scalar(&at("label"), rules.label, model.label, field::LABEL, same_text),
        label_raw: judge.scalar(&at("label_raw"), rules.label_raw, model.label_raw, field::LABEL_RAW, |_, _| true),
        action: judge.scalar(&at("action"), rules.action, model.action, policy, PartialEq::eq),
        prior_label: judge.scalar(&at("prior_label"), rules.prior_label, model.prior_label, policy, same_text),
        status: judge.scalar(&at("status"), rules.status, model.status, field::LABEL_RAW, PartialEq::eq),
        scale: None,
        rank: None,
        of: None,
        direction: None,
        score: None,
        horizon_months: None,
        benchmark: None,
        mapping_source: None,
    };
    contradictions(judge, &at("label"), rating.label.as_deref(), &contradicted);
    name(judge, index, &mut rating, mapping);
    map(judge, index, &mut rating, mapping);
    rating
}

/// The report says another label elsewhere: both are kept, a person decides.
fn contradictions(judge: &mut Judge, pointer: &str, label: Option<&str>, others: &[Located<String>]) {
    for other in others {
        let quote = other.evidence.first().map(|evidence| evidence.quote.clone());
        judge.review(
            pointer,
            ReviewCode::Contradicted,
            format!("the report's first page says `{}`, elsewhere it says `{}`", label.unwrap_or_default(), other.value),
        );
        if let Some(entry) = judge.provenance.get_mut(pointer) {
            entry.rejected.push(Rejected { by: By::Rules, value: other.value.clone().into(), quote, reasons: Vec::new() });
        }
    }
}

/// A rating without a name of its own beside it is one of what the report is about.
fn name(judge: &mut Judge, index: usize, rating: &mut Rating, mapping: &Mapping<'_>) {
    let Some(subject) = mapping.subject.filter(|_| rating.subject.is_none()) else { return };
    let (name, from) = match rating.subject_type {
        Some(SubjectType::Industry) if subject.kind != Some(SubjectType::Industry) => (&subject.industry, "/subject/industry"),
        kind if kind == subject.kind => (&subject.name, "/subject/name"),
        _ => return,
    };
    if let Some(name) = name {
        rating.subject = Some(name.clone());
        judge.derived(&format!("/ratings/{index}/subject"), vec![from.to_owned()]);
    }
}

/// Rank, direction, score, horizon and benchmark follow from the report's own scale, else from the registry.
fn map(judge: &mut Judge, index: usize, rating: &mut Rating, mapping: &Mapping<'_>) {
    let at = |leaf: &str| format!("/ratings/{index}/{leaf}");
    let Some(label) = rating.label.clone() else { return };
    if rating.status.is_some_and(|status| status != RatingStatus::Rated) {
        return;
    }
    let own = mapping.scales.iter().position(|scale| Some(scale.subject_type) == rating.subject_type);
    let found = own.and_then(|own| Some((own, mapping.scales.get(own)?)));
    let Some((own, scale)) = found else {
        if !by_registry(judge, index, rating, &label, mapping) {
            rating.mapping_source = Some(MappingSource::Unmapped);
            judge.derived(&at("mapping_source"), vec![at("label")]);
            judge.review(
                &at("label"),
                ReviewCode::Unmapped,
                format!("the report defines no scale for `{label}`; its rank and direction stay open"),
            );
        }
        return;
    };
    let Some(standing) = standing(scale, &label) else {
        rating.mapping_source = Some(MappingSource::Unmapped);
        judge.derived(&at("mapping_source"), vec![at("label"), format!("/rating_scales/{own}")]);
        let damaged = scale.grades.iter().any(|grade| grade.uncertain);
        let code = if damaged { ReviewCode::UncertainScale } else { ReviewCode::Contradicted };
        judge.review(&at("label"), code, format!("`{label}` is no grade of the report's own scale"));
        return;
    };
    rating.scale = u32::try_from(own).ok();
    rating.mapping_source = Some(MappingSource::OwnTable);
    let from = vec![at("label"), format!("/rating_scales/{own}")];
    judge.derived(&at("scale"), from.clone());
    place(judge, index, rating, &standing, &from);
    rating.horizon_months = scale.horizon_months;
    if rating.horizon_months.is_some() {
        judge.derived(&at("horizon_months"), vec![format!("/rating_scales/{own}/horizon_months")]);
    }
    if !printed_benchmark(judge, index, rating, mapping)
        && let Some(benchmark) = &scale.benchmark
    {
        rating.benchmark = Some(benchmark.clone());
        judge.derived(&at("benchmark"), vec![format!("/rating_scales/{own}/benchmark")]);
    }
}

/// Rank, direction and score, all from the same values.
fn place(judge: &mut Judge, index: usize, rating: &mut Rating, standing: &Standing, from: &[String]) {
    rating.rank = Some(standing.rank);
    rating.of = Some(standing.of);
    rating.direction = standing.direction;
    rating.score = standing.score;
    let leaves = [
        ("rank", true),
        ("of", true),
        ("direction", rating.direction.is_some()),
        ("score", rating.score.is_some()),
        ("mapping_source", true),
    ];
    for (leaf, _) in leaves.into_iter().filter(|(_, known)| *known) {
        judge.derived(&format!("/ratings/{index}/{leaf}"), from.to_vec());
    }
}

/// The report's own line on benchmarks.
fn printed_benchmark(judge: &mut Judge, index: usize, rating: &mut Rating, mapping: &Mapping<'_>) -> bool {
    let Some((benchmark, name)) = benchmark_for(mapping.benchmarks, mapping.mic(), mapping.jurisdiction) else {
        return false;
    };
    rating.benchmark = Some(name);
    judge.derived(&format!("/ratings/{index}/benchmark"), vec![format!("/benchmarks/{benchmark}")]);
    true
}

/// The scale the registry knows of the publisher on the day of publication (`domain.md` §2.4, step 5). A row without
/// the label is one of another vintage: the label stays unmapped.
fn by_registry(judge: &mut Judge, index: usize, rating: &mut Rating, label: &str, mapping: &Mapping<'_>) -> bool {
    let at = |leaf: &str| format!("/ratings/{index}/{leaf}");
    let publisher = mapping.publisher;
    let named = [("/publisher/name", &publisher.name), ("/publisher/legal_name", &publisher.legal_name)];
    let names: Vec<&str> = named.iter().filter_map(|(_, name)| name.as_deref()).collect();
    let entry = rating.subject_type.and_then(|subject| registry::scale(&names, subject, mapping.publish_date));
    let Some((entry, standing)) = entry.and_then(|entry| Some((entry, standing(&entry.scale, label)?))) else {
        return false;
    };
    // No quotation: the row is not in the text. What chose it is.
    let mut from = vec![at("label")];
    from.extend(named.iter().filter(|(_, name)| name.is_some()).map(|(pointer, _)| (*pointer).to_owned()));
    from.extend(mapping.publish_date.map(|_| "/product/publish_date".to_owned()));
    rating.mapping_source = Some(MappingSource::Registry);
    place(judge, index, rating, &standing, &from);
    rating.horizon_months = entry.scale.horizon_months;
    if rating.horizon_months.is_some() {
        judge.derived(&at("horizon_months"), from.clone());
    }
    if !printed_benchmark(judge, index, rating, mapping)
        && let Some((_, name)) = index_of_market(&entry.benchmarks, mapping.mic(), mapping.jurisdiction)
    {
        rating.benchmark = Some(name);
        judge.derived(&at("benchmark"), from);
    }
    let known = match entry.confidence {
        Confidence::Read => return true,
        Confidence::Partial => "read in part, the rest recalled",
        Confidence::Recalled => "recalled, not read",
    };
    let detail = format!(
        "the report defines no scale for `{label}`; its place is that in the registry's row `{}` ({}), which is {known}",
        entry.broker,
        entry.vintage()
    );
    judge.review(&at("label"), ReviewCode::RegistryRecalled, detail);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Amount;
    use crate::domain::rating::Direction;

    fn mapped(publisher: &str, label: &str, scales: &[RatingScale]) -> (Judge, Rating) {
        let mut judge = Judge::default();
        let publisher = Publisher { name: Some(publisher.to_owned()), legal_name: None, license_prefix: None };
        let mapping = Mapping {
            subject: None,
            scales,
            benchmarks: &[],
            jurisdiction: Some("CN"),
            publisher: &publisher,
            publish_date: Date::new(2021, 5, 6),
        };
        let label = Located::read(label.to_owned(), Vec::new());
        let kind = Located::read(SubjectType::Stock, Vec::new());
        let rules = RatingReading { label: Some(label), subject_type: Some(kind), ..RatingReading::default() };
        let rating = one(&mut judge, 0, rules, RatingReading::default(), &mapping);
        (judge, rating)
    }

    #[test]
    fn a_recalled_row_maps_without_words_and_is_put_before_a_person() {
        let (judge, rating) = mapped("浙商证券", "减持", &[]);
        assert_eq!((rating.mapping_source, rating.scale, rating.rank, rating.of), (Some(MappingSource::Registry), None, Some(4), Some(4)));
        assert_eq!((rating.direction, rating.score), (Some(Direction::Negative), Some(Amount::from_int(5))));
        assert_eq!(rating.benchmark.as_deref(), Some("沪深300"));
        assert!(judge.provenance.get("/ratings/0/rank").is_some_and(|entry| entry.evidence.is_empty() && entry.from.len() == 3));
        let item = judge.review.iter().find(|item| item.code == ReviewCode::RegistryRecalled).unwrap();
        assert!(item.detail.contains("`浙商证券` (undated)") && item.detail.contains("recalled"), "{}", item.detail);
    }

    #[test]
    fn a_row_that_was_read_needs_no_person_and_an_unknown_label_or_firm_stays_open() {
        let (judge, rating) = mapped("国泰君安", "增持-A", &[]);
        assert_eq!((rating.mapping_source, rating.rank), (Some(MappingSource::Registry), Some(1)));
        assert!(judge.review.is_empty());
        for (firm, label) in [("国泰君安", "推荐"), ("望江证券", "增持")] {
            let (judge, rating) = mapped(firm, label, &[]);
            assert_eq!((rating.mapping_source, rating.rank), (Some(MappingSource::Unmapped), None), "{firm}");
            assert!(judge.review.iter().any(|item| item.code == ReviewCode::Unmapped));
        }
    }

    #[test]
    fn the_report_s_own_table_is_asked_first_and_alone() {
        let grade = |label: &str| crate::domain::record::Grade {
            label: label.to_owned(),
            definition: None,
            low: None,
            high: None,
            status: RatingStatus::Rated,
            uncertain: false,
        };
        let grades = ["推荐", "中性", "回避"].map(grade).to_vec();
        let own = RatingScale { subject_type: SubjectType::Stock, horizon_months: None, basis: Vec::new(), benchmark: None, grades };
        let (judge, rating) = mapped("国泰君安", "增持", &[own]);
        assert_eq!((rating.mapping_source, rating.rank), (Some(MappingSource::Unmapped), None));
        assert!(judge.review.iter().any(|item| item.code == ReviewCode::Contradicted));
    }
}
