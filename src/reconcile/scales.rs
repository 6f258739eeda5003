//! Rating scales: paired by subject type, their grades by label.

use crate::domain::Verdict;
use crate::domain::evidence::{Evidence, Located, Span};
use crate::domain::reading::ScaleReading;
use crate::domain::record::{Benchmark, Grade, RatingScale, ReviewCode};

use super::judge::{Judge, poll, reject, split_sound};
use super::policy::{field, fold, same_text};

pub(super) fn scales(judge: &mut Judge, rules: Vec<ScaleReading>, model: Vec<ScaleReading>) -> Vec<RatingScale> {
    let rules_read = !rules.is_empty();
    let mut left: Vec<Option<ScaleReading>> = model.into_iter().map(Some).collect();
    let mut merged = Vec::new();
    let read: Vec<Span> = rules.iter().flat_map(|scale| &scale.grades).flat_map(places).collect();
    for scale in rules {
        let twin =
            left.iter_mut().find(|slot| slot.as_ref().is_some_and(|other| other.subject_type == scale.subject_type)).and_then(Option::take);
        merged.push(one(judge, merged.len(), scale, twin));
    }
    for scale in left.into_iter().flatten() {
        // What the rules read as the grades of one subject are not those of another as well.
        let is_fresh = |grade: &Located<Grade>| places(grade).any(|place| !read.iter().any(|other| is_inside(place, *other)));
        let sound = scale.grades.iter().filter(|grade| grade.is_sound() && is_fresh(grade)).count();
        if sound < 2 {
            // One word is no scale.
            scale.grades.iter().for_each(|grade| judge.turn_down("/rating_scales", grade, rules_read));
        } else {
            let empty = ScaleReading { grades: Vec::new(), horizon_months: None, basis: Vec::new(), benchmark: None, ..scale.clone() };
            merged.push(one(judge, merged.len(), empty, Some(scale)));
        }
    }
    merged
}

/// Where the words of a grade stand that carry it.
fn places(grade: &Located<Grade>) -> impl Iterator<Item = Span> {
    grade.evidence.iter().filter(|evidence| evidence.is_sound()).filter_map(Evidence::span)
}

fn is_inside(place: Span, other: Span) -> bool {
    other.start <= place.start && place.end <= other.end
}

fn one(judge: &mut Judge, index: usize, rules: ScaleReading, model: Option<ScaleReading>) -> RatingScale {
    let at = |leaf: &str| format!("/rating_scales/{index}/{leaf}");
    let (model_horizon, model_benchmark, model_basis, model_grades) = match model {
        Some(model) => (model.horizon_months, model.benchmark, model.basis, model.grades),
        None => (None, None, Vec::new(), Vec::new()),
    };
    let horizon_months = judge.scalar(&at("horizon_months"), rules.horizon_months, model_horizon, field::SCALE, PartialEq::eq);
    let benchmark = judge.scalar(&at("benchmark"), rules.benchmark, model_benchmark, field::SCALE, same_text);
    let basis = if rules.basis.is_empty() { model_basis } else { rules.basis };
    let grades = grades(judge, index, rules.grades, model_grades);
    RatingScale { subject_type: rules.subject_type, horizon_months, basis, benchmark, grades }
}

fn grades(judge: &mut Judge, scale: usize, rules: Vec<Located<Grade>>, model: Vec<Located<Grade>>) -> Vec<Grade> {
    let list = format!("/rating_scales/{scale}/grades");
    let from_model_alone = rules.is_empty();
    let mut left: Vec<Option<Located<Grade>>> = model.into_iter().map(Some).collect();
    let mut merged: Vec<Grade> = Vec::new();
    for grade in rules {
        let pointer = format!("{list}/{}", merged.len());
        let twin = left.iter_mut().find(|slot| slot.as_ref().is_some_and(|other| fold(&other.value.label) == fold(&grade.value.label)));
        let twin = twin.and_then(Option::take);
        let poll = poll(twin.as_ref());
        let (twin, unsound) = split_sound(twin);
        let mut rejected: Vec<_> = unsound.iter().map(reject).collect();
        let Located { value, mut evidence, .. } = grade;
        if value.uncertain {
            judge.review(&pointer, ReviewCode::UncertainScale, format!("the definition of `{}` is damaged in the source", value.label));
        }
        let verdict = match twin {
            None => Verdict::RulesOnly,
            Some(twin) if (twin.value.low, twin.value.high) == (value.low, value.high) => {
                evidence.extend(twin.evidence);
                Verdict::Agreed
            }
            Some(twin) => {
                let band = |grade: &Grade| format!("{} to {}", bound(grade.low), bound(grade.high));
                let detail =
                    format!("`{}`: rules read {}, the model read {}; kept the rules'", value.label, band(&value), band(&twin.value));
                judge.review(&pointer, ReviewCode::Conflict, detail);
                rejected.push(reject(&twin));
                Verdict::Conflict
            }
        };
        judge.item(&pointer, verdict, evidence, rejected);
        judge.note(&pointer, poll);
        merged.push(value);
    }
    for grade in left.into_iter().flatten() {
        let (sound, unsound) = split_sound(Some(grade));
        if let Some(unsound) = unsound {
            judge.turn_down(&list, &unsound, !from_model_alone);
        }
        if let Some(grade) = sound {
            // A grade the rules did not see has no known place among theirs, so it cannot join their order.
            if from_model_alone {
                let (pointer, poll) = (format!("{list}/{}", merged.len()), poll(Some(&grade)));
                judge.item(&pointer, Verdict::ModelOnly, grade.evidence, Vec::new());
                judge.note(&pointer, poll);
                merged.push(grade.value);
            } else {
                judge.turn_down(&list, &grade, !from_model_alone);
            }
        }
    }
    merged
}

fn bound(value: Option<crate::domain::Amount>) -> String {
    value.map_or_else(|| "open".to_owned(), |value| format!("{value}%"))
}

/// The index a subject of this market is measured against: the report's own line on benchmarks.
pub(super) fn benchmark_for(benchmarks: &[Benchmark], mic: Option<&str>, jurisdiction: Option<&str>) -> Option<(usize, String)> {
    // One benchmark for everything needs no market.
    let only = (benchmarks.len() == 1).then(|| Some((0, benchmarks.first()?.indices.first()?.clone()))).flatten();
    index_of_market(benchmarks, mic, jurisdiction).or(only)
}

/// The index said for the subject's market, else for any market.
pub(super) fn index_of_market(benchmarks: &[Benchmark], mic: Option<&str>, jurisdiction: Option<&str>) -> Option<(usize, String)> {
    let names: &[&str] = match (mic, jurisdiction) {
        (Some("XSHG" | "XSHE" | "BJSE"), _) | (None, Some("CN")) => &["a股", "沪深", "境内", "内地", "中国", "a-share", "主板"],
        (Some("XHKG"), _) | (None, Some("HK")) => &["港股", "香港", "hong kong", "h股"],
        (Some("XNYS" | "XNAS"), _) | (None, Some("US")) => &["美股", "美国", "us"],
        _ => &[],
    };
    let at = benchmarks.iter().position(|benchmark| {
        let market = fold(&benchmark.market);
        names.iter().any(|name| market.contains(name))
    });
    let at = at.or_else(|| benchmarks.iter().position(|benchmark| benchmark.market.is_empty()))?;
    Some((at, benchmarks.get(at)?.indices.first()?.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::By;
    use crate::domain::rating::{RatingStatus, SubjectType};

    fn scale(subject_type: SubjectType, by: By, grades: &[(&str, usize, usize)]) -> ScaleReading {
        let grade = |(label, start, end): &(&str, usize, usize)| {
            let value = Grade {
                label: (*label).to_owned(),
                definition: None,
                low: None,
                high: None,
                status: RatingStatus::Rated,
                uncertain: false,
            };
            Located::new(value, Evidence::exact(by, *label, Span { start: *start, end: *end }))
        };
        let grades = grades.iter().map(grade).collect();
        ScaleReading { subject_type, horizon_months: None, basis: Vec::new(), benchmark: None, grades }
    }

    #[test]
    fn one_table_is_not_the_scale_of_two_subjects() {
        let rules = || vec![scale(SubjectType::Stock, By::Rules, &[("买入", 10, 30), ("增持", 31, 50), ("中性", 51, 70)])];
        let read = |model: ScaleReading| scales(&mut Judge::default(), rules(), vec![model]).len();
        assert_eq!(read(scale(SubjectType::Market, By::Model, &[("买入", 10, 12), ("中性", 51, 53)])), 1);
        assert_eq!(read(scale(SubjectType::Market, By::Model, &[("买入", 10, 12), ("看好", 90, 92)])), 1, "one word is no scale");
        assert_eq!(read(scale(SubjectType::Industry, By::Model, &[("看好", 90, 92), ("看淡", 99, 101)])), 2);
    }
}
