//! Records made of readings, without a model or a file.

use super::*;
use crate::domain::rating::SubjectType;
use crate::domain::reading::RatingReading;
use crate::domain::record::{Category, Estimate, EstimateKind, Grading, Metric, Readers, Strategy};
use crate::domain::{Amount, By, Reason, Span};

/// How a test's record is made.
fn run() -> Run {
    Run {
        sellside: "0".to_owned(),
        readers: Readers::Both,
        model: Some("m".to_owned()),
        endpoint: None,
        grade: Some(Grading::Prompt),
        strategy: Some(Strategy::OneShot),
        prompt: None,
        replayed: false,
        issues: Vec::new(),
    }
}

/// A case without a checklist.
pub(super) fn case(document: &Document) -> Case<'_> {
    Case {
        document,
        language: Some("zh"),
        jurisdiction: Some("CN"),
        compliance: Vec::new(),
        needs_source_check: false,
        suspicious: Suspicious::default(),
        run: run(),
    }
}

/// The record of one reading.
pub(super) fn by_rules(document: &Document, reading: Reading) -> Record {
    reconcile(case(document), Some(reading), None)
}

/// A value the model read at the first place of its words.
fn read<T>(document: &Document, value: T, words: &str) -> Located<T> {
    let text = document.source.as_str();
    let start = text.find(words).map(|at| text[..at].chars().count()).unwrap();
    let span = Span { start, end: start + words.chars().count() };
    Located::new(value, Evidence::exact(By::Model, words, span))
}

fn document(text: &str) -> Document {
    Document::from_bytes("a.txt", text.as_bytes()).unwrap()
}

fn reviews(record: &Record) -> Vec<(ReviewCode, &str)> {
    record.review.iter().map(|item| (item.code, item.pointer.as_str())).collect()
}

#[test]
fn what_only_the_model_read_and_much_hangs_on_is_put_before_a_person() {
    let document = document("望江证券\n目标价：15.00元\n临河科技\n");
    let mut model = Reading::default();
    model.target_price.low = Some(read(&document, Amount::from_int(15), "15.00"));
    model.target_price.high.clone_from(&model.target_price.low);
    model.subject.name = Some(read(&document, "临河科技".to_owned(), "临河科技"));
    let record = reconcile(case(&document), Some(Reading::default()), Some(model.clone()));
    // One number, one thing to look at; a name is not worth a look.
    assert_eq!(reviews(&record), [(ReviewCode::ModelOnly, "/target_price/low")]);
    let alone = reconcile(case(&document), None, Some(model));
    assert!(alone.review.is_empty(), "{:?}", alone.review);
}

#[test]
fn an_answer_against_its_own_reasoning_is_flagged_where_nobody_else_read_it() {
    let document = document("望江证券\n投资评级：增持（维持）\n");
    let mut doubted = read(&document, "增持".to_owned(), "增持");
    doubted.evidence[0].reasons.push(Reason::ReasoningDiffers);
    let rating = RatingReading { label: Some(doubted), ..RatingReading::default() };
    let model = Reading { ratings: vec![rating.clone()], ..Reading::default() };
    let record = reconcile(case(&document), None, Some(model.clone()));
    assert!(reviews(&record).contains(&(ReviewCode::ReasoningMismatch, "/ratings/0/label")), "{:?}", record.review);
    assert_eq!(record.ratings[0].label.as_deref(), Some("增持"));
    let mut sure = rating;
    sure.label.as_mut().unwrap().evidence[0].reasons.clear();
    let record = reconcile(case(&document), Some(Reading { ratings: vec![sure], ..Reading::default() }), Some(model));
    assert!(!reviews(&record).iter().any(|(code, _)| *code == ReviewCode::ReasoningMismatch), "{:?}", record.review);
}

#[test]
fn a_rating_written_three_times_is_one_and_its_kind_is_judged() {
    let document = document("望江证券\n投资评级：增持（维持）\n");
    let rating = |kind| RatingReading {
        subject_type: Some(read(&document, kind, "投资评级")),
        label: Some(read(&document, "增持".to_owned(), "增持")),
        ..RatingReading::default()
    };
    let rules = Reading { ratings: vec![rating(SubjectType::Stock)], ..Reading::default() };
    let model = Reading { ratings: vec![rating(SubjectType::Industry); 3], ..Reading::default() };
    let record = reconcile(case(&document), Some(rules), Some(model));
    assert_eq!((record.ratings.len(), record.ratings[0].subject_type), (1, Some(SubjectType::Stock)));
    assert!(reviews(&record).contains(&(ReviewCode::Conflict, "/ratings/0/subject_type")), "{:?}", record.review);
}

#[test]
fn what_is_dropped_from_a_list_is_one_thing_to_look_at() {
    let document = document("望江证券\n风险提示\n");
    let missing = |text: &str| Located::new(text.to_owned(), Evidence::missing(By::Model, text, vec![Reason::ValueNotInQuote]));
    let model =
        Reading { risks: ["需求下滑", "价格上涨", "汇率波动", "政策变化"].map(missing).to_vec(), ..Reading::default() };
    let record = reconcile(case(&document), Some(Reading::default()), Some(model.clone()));
    assert_eq!(reviews(&record), [(ReviewCode::NotInText, "/risks")]);
    assert!(record.review[0].detail.starts_with("the model read 4 ") && record.review[0].detail.ends_with(", …"), "{:?}", record.review);
    assert_eq!(record.provenance["/risks"].rejected.len(), 4);
    let rules = Reading { risks: vec![read(&document, "风险提示".to_owned(), "风险提示")], ..Reading::default() };
    assert!(reconcile(case(&document), Some(rules), Some(model)).review.is_empty());
}

/// The pointers of what does not fit.
fn inconsistent(document: &Document, reading: Reading) -> Vec<String> {
    let record = reconcile(case(document), None, Some(reading));
    let items = record.review.into_iter().filter(|item| item.code == ReviewCode::Inconsistent);
    items.map(|item| item.pointer).collect()
}

#[test]
fn a_code_stands_beside_its_own_name_and_on_its_own_exchange() {
    let document = document("临河科技(688999.SH)深度报告\n建议关注澄明机械(600888.SH)\n");
    let subject = |name: &str, code: &str| SubjectReading {
        name: Some(read(&document, name.to_owned(), name)),
        code: Some(read(&document, code.to_owned(), code)),
        ..SubjectReading::default()
    };
    let reading = |name, code| Reading { subject: subject(name, code), ..Reading::default() };
    assert!(inconsistent(&document, reading("临河科技", "688999.SH")).is_empty());
    assert_eq!(inconsistent(&document, reading("临河科技", "600888.SH")), ["/subject/code"]);
    let mut other = reading("临河科技", "688999.SH");
    other.subject.code.as_mut().unwrap().value = "688999.SZ".to_owned();
    assert_eq!(inconsistent(&document, other), ["/subject/code"]);
}

#[test]
fn years_follow_one_another_and_reported_ones_come_first() {
    let document = document("每股收益 0.50 0.60 0.70\n");
    let figure = |period: &str, kind| {
        let value = Estimate {
            subject: None,
            metric: Some(Metric::Eps),
            period: Some(period.to_owned()),
            kind: Some(kind),
            value: None,
            unit: None,
            currency: None,
        };
        read(&document, value, "0.50")
    };
    let (actual, estimate) = (EstimateKind::Actual, EstimateKind::Estimate);
    for (row, expected) in [
        (vec![("FY2023", actual), ("FY2024", estimate), ("FY2025", estimate)], 0),
        (vec![("FY2023", actual), ("FY2025", estimate)], 1),
        (vec![("FY2023", estimate), ("FY2024", actual)], 1),
    ] {
        let estimates = row.iter().map(|(period, kind)| figure(period, *kind)).collect();
        let found = inconsistent(&document, Reading { estimates, ..Reading::default() });
        assert_eq!(found.len(), expected, "{row:?}: {found:?}");
    }
}

#[test]
fn kinds_prices_and_days_fit() {
    let document = document("望江证券\n2025年03月04日\n截至2025年03月10日收盘价12.50元\n目标价12.50元\n临河科技公司点评\n");
    let mut reading = Reading::default();
    reading.product.category = Some(read(&document, Category::Company, "公司点评"));
    reading.subject.kind = Some(read(&document, SubjectType::Industry, "临河科技"));
    assert_eq!(inconsistent(&document, reading.clone()), ["/product/category", "/subject"]);
    reading.subject.kind = Some(read(&document, SubjectType::Stock, "临河科技"));
    assert!(inconsistent(&document, reading.clone()).is_empty());
    reading.product.publish_date = Some(read(&document, Date::parse("2025-03-04").unwrap(), "2025年03月04日"));
    assert_eq!(inconsistent(&document, reading.clone()), ["/product/publish_date"]);
    reading.product.publish_date = None;
    let price = Amount::parse("12.5").unwrap();
    reading.target_price.low = Some(read(&document, price, "12.50"));
    reading.target_price.current_price = Some(read(&document, price, "12.50"));
    assert_eq!(inconsistent(&document, reading), ["/target_price/low"]);
}
