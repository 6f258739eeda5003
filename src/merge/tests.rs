use super::*;
use crate::domain::evidence::{Located, Slot};
use crate::domain::rating::SubjectType;
use crate::domain::reading::{AuthorReading, RatingReading, ScaleReading};
use crate::domain::record::{Disclosure, Grade, Mention, Polarity, Rejected, Stance};
use crate::domain::{Amount, By, DisclosureId, Evidence, Reason, Span};
use serde_json::json;

fn at<T>(value: T, words: &str, start: usize) -> Located<T> {
    let end = start + words.chars().count();
    Located::new(value, Evidence::exact(By::Model, words, Span { start, end }))
}

fn title(words: &str, start: usize) -> Reading {
    let mut reading = Reading::default();
    reading.product.title = Some(at(words.to_owned(), words, start));
    reading
}

fn missing(words: &str) -> Reading {
    let mut reading = Reading::default();
    let nowhere = Evidence::missing(By::Model, words, vec![Reason::ValueNotInQuote]);
    reading.product.title = Some(Located::new(words.to_owned(), nowhere));
    reading
}

fn shown(slot: &Slot<String>) -> Option<(&str, usize, Option<u32>)> {
    slot.as_ref().map(|located| (located.value.as_str(), located.evidence.len(), located.votes))
}

fn reasons(rivals: &[Rejected]) -> Vec<(serde_json::Value, Vec<Reason>)> {
    rivals.iter().map(|rival| (rival.value.clone(), rival.reasons.clone())).collect()
}

#[test]
fn the_same_value_of_two_parts_keeps_both_places_once() {
    let merged = parts(vec![title("阀门周报", 0), title("阀门周报", 90), title("阀门周报", 0)]);
    assert_eq!(shown(&merged.product.title), Some(("阀门周报", 2, None)));
    assert!(merged.product.title.unwrap().rivals.is_empty());
}

#[test]
fn parts_that_differ_keep_the_first_and_show_the_other() {
    let merged = parts(vec![Reading::default(), title("阀门周报", 0), title("泵业周报", 90)]);
    let title = merged.product.title.unwrap();
    assert_eq!(title.value, "阀门周报");
    assert_eq!(reasons(&title.rivals), [(json!("泵业周报"), vec![Reason::PartDisagrees])]);
    assert_eq!(title.rivals[0].quote.as_deref(), Some("泵业周报"));
}

#[test]
fn a_value_without_words_loses_to_one_that_has_them_and_agrees_with_itself() {
    let merged = parts(vec![missing("泵业周报"), title("阀门周报", 0), missing("阀门周报")]);
    let title = merged.product.title.unwrap();
    assert_eq!((title.value.as_str(), title.is_sound()), ("阀门周报", true));
    assert_eq!(reasons(&title.rivals), [(json!("泵业周报"), vec![Reason::ValueNotInQuote])]);
}

#[test]
fn one_part_is_itself() {
    let mut one = title("阀门周报", 0);
    // Even what a draft says twice is left to the judge.
    one.risks = vec![at("需求回落".to_owned(), "需求回落", 9), at("需求回落".to_owned(), "需求回落", 9)];
    assert_eq!(parts(vec![one.clone()]), one);
    assert_eq!(parts(Vec::new()), Reading::default());
}

#[test]
fn the_majority_of_drafts_has_a_field() {
    let merged = votes(vec![title("泵业周报", 90), title("阀门周报", 0), title("阀门周报", 0)]);
    assert_eq!(shown(&merged.product.title), Some(("阀门周报", 1, Some(2))));
    assert_eq!(reasons(&merged.product.title.unwrap().rivals), [(json!("泵业周报"), vec![Reason::Outvoted])]);
}

#[test]
fn a_tie_is_said() {
    let merged = votes(vec![title("泵业周报", 90), title("阀门周报", 0)]);
    assert_eq!(shown(&merged.product.title), Some(("泵业周报", 1, Some(1))));
    assert_eq!(reasons(&merged.product.title.unwrap().rivals), [(json!("阀门周报"), vec![Reason::VotesTied])]);
    let merged = votes(vec![title("泵业周报", 90), Reading::default()]);
    assert_eq!(reasons(&merged.product.title.unwrap().rivals), [(json!(null), vec![Reason::VotesTied])]);
}

#[test]
fn nothing_is_a_vote_too() {
    let merged = votes(vec![title("泵业周报", 90), Reading::default(), missing("泵业周报")]);
    let title = merged.product.title.unwrap();
    assert!(!title.is_sound(), "it is rejected, not lost");
    assert_eq!(title.evidence[0].reasons, [Reason::Outvoted]);
}

fn mention(name: &str, stance: Stance, start: usize) -> Located<Mention> {
    let value = Mention {
        name: name.to_owned(),
        code: None,
        symbol: None,
        theme: None,
        stance: Some(stance),
        stance_raw: None,
        rating_raw: None,
        action: None,
        target_low: None,
        target_high: None,
        currency: None,
        current_price: None,
    };
    at(value, name, start)
}

#[test]
fn items_of_all_parts_are_kept_once_and_in_order() {
    let part = |mentions, risks: &[&str]| Reading {
        mentions,
        risks: risks.iter().map(|risk| at((*risk).to_owned(), risk, 0)).collect(),
        ..Reading::default()
    };
    let merged = parts(vec![
        part(vec![mention("澄江机电", Stance::Watch, 5), mention("砺溪泵业", Stance::Watch, 9)], &["下游需求不及预期"]),
        part(vec![mention("澄江机电", Stance::Watch, 50), mention("砺溪泵业", Stance::Recommend, 70)], &["需求不及预期", "价格下跌"]),
    ]);
    let names: Vec<(&str, usize)> = merged.mentions.iter().map(|item| (item.value.name.as_str(), item.evidence.len())).collect();
    assert_eq!(names, [("澄江机电", 2), ("砺溪泵业", 1)]);
    assert_eq!(merged.mentions[1].rivals[0].reasons, [Reason::PartDisagrees]);
    assert_eq!(merged.risks.iter().map(|risk| risk.value.as_str()).collect::<Vec<_>>(), ["下游需求不及预期", "价格下跌"]);
}

#[test]
fn an_item_of_a_minority_is_outvoted() {
    let draft = |mentions| Reading { mentions, ..Reading::default() };
    let merged = votes(vec![
        draft(vec![mention("澄江机电", Stance::Watch, 5), mention("砺溪泵业", Stance::Watch, 9)]),
        draft(vec![mention("澄江机电", Stance::Watch, 5)]),
        draft(vec![mention("澄江机电", Stance::Recommend, 5)]),
    ]);
    let first = &merged.mentions[0];
    assert_eq!((first.value.stance, first.votes), (Some(Stance::Watch), Some(2)));
    assert_eq!(first.rivals[0].reasons, [Reason::Outvoted]);
    assert!(!merged.mentions[1].is_sound());
}

#[test]
fn people_are_joined_by_number_or_name_and_ratings_by_what_they_rate() {
    let author = |name: Option<&str>, number: Option<&str>| AuthorReading {
        name: name.map(|name| at(name.to_owned(), name, 0)),
        license_no: number.map(|number| at(number.to_owned(), number, 9)),
        ..AuthorReading::default()
    };
    let rating = |kind, label: &str| RatingReading {
        subject_type: Some(at(kind, "", 0)),
        label: Some(at(label.to_owned(), label, 0)),
        label_raw: Some(at(label.to_owned(), label, 0)),
        ..RatingReading::default()
    };
    let merged = parts(vec![
        Reading {
            authors: vec![author(Some("方某某"), Some("S9710520030001"))],
            ratings: vec![rating(SubjectType::Stock, "增持"), rating(SubjectType::Industry, "中性")],
            ..Reading::default()
        },
        Reading {
            authors: vec![author(None, Some("S9710520030001")), author(Some("吴某"), None)],
            ratings: vec![rating(SubjectType::Industry, "看好")],
            ..Reading::default()
        },
    ]);
    let names: Vec<&str> = merged.authors.iter().filter_map(|author| Some(author.name.as_ref()?.value.as_str())).collect();
    assert_eq!(names, ["方某某", "吴某"]);
    let labels: Vec<&str> = merged.ratings.iter().filter_map(|rating| Some(rating.label.as_ref()?.value.as_str())).collect();
    assert_eq!(labels, ["增持", "中性"]);
    assert_eq!(merged.ratings[1].label.as_ref().unwrap().rivals[0].value, json!("看好"));
    assert!(merged.ratings[1].label_raw.as_ref().unwrap().rivals.is_empty(), "a conflict is said once");
}

#[test]
fn a_scale_over_two_parts_is_one() {
    let grade = |label: &str, low: Option<i64>| {
        let value = Grade {
            label: label.to_owned(),
            definition: None,
            low: low.map(Amount::from_int),
            high: None,
            status: crate::domain::rating::RatingStatus::Rated,
            uncertain: false,
        };
        at(value, label, 0)
    };
    let part = |grades| Reading {
        rating_scales: vec![ScaleReading {
            subject_type: SubjectType::Stock,
            horizon_months: None,
            basis: Vec::new(),
            benchmark: None,
            grades,
        }],
        ..Reading::default()
    };
    let merged =
        parts(vec![part(vec![grade("买入", None), grade("增持", Some(5))]), part(vec![grade("买入", Some(20)), grade("减持", None)])]);
    let grades: Vec<(&str, Option<Amount>)> =
        merged.rating_scales[0].grades.iter().map(|grade| (grade.value.label.as_str(), grade.value.low)).collect();
    assert_eq!(grades, [("买入", Some(Amount::from_int(20))), ("增持", Some(Amount::from_int(5))), ("减持", None)]);
}

#[test]
fn a_disclosure_is_the_same_by_its_id() {
    let part = |polarity| Reading {
        disclosures: vec![at(Disclosure { id: DisclosureId::Copyright, present: true, polarity, specific: None }, "版权", 0)],
        ..Reading::default()
    };
    let merged = parts(vec![part(None), part(Some(Polarity::Affirmed)), part(Some(Polarity::Negated))]);
    assert_eq!(merged.disclosures.len(), 1);
    assert_eq!(merged.disclosures[0].value.polarity, Some(Polarity::Affirmed));
    assert_eq!(merged.disclosures[0].rivals[0].reasons, [Reason::PartDisagrees]);
}

#[test]
fn a_thousand_different_items_are_merged_at_once() {
    let texts: Vec<String> = (0..1000).map(|number: u32| format!("{:?}", blake3::hash(&number.to_le_bytes()))).collect();
    let part = |texts: &[String]| Reading { risks: texts.iter().map(|text| at(text.clone(), text, 0)).collect(), ..Reading::default() };
    let started = std::time::Instant::now();
    let merged = parts(texts.chunks(20).map(part).collect());
    assert_eq!(merged.risks.len(), 1000);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
