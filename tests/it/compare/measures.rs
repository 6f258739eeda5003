//! The measures on small cases worked by hand: what the fields take from records and labels, and what became of wrong values.

use sellside::compare::{Comparison, FieldScore, Kind, ReadBy, Report, View};
use sellside::document::Document;
use sellside::domain::rating::{RatingStatus, SubjectType};
use sellside::domain::record::{
    Author, Disclosure, Grade, Mention, Product, Publisher, Rating, RatingScale, Readers, Record, ReviewCode, ReviewItem, Stance, Subject,
    TargetPrice,
};
use sellside::domain::{Amount, DisclosureId};
use sellside::gold::{Gold, GoldSet};

/// A record that says nothing.
fn blank() -> Record {
    let mut record = sellside::pipeline::extract_by_rules(&Document::from_bytes("a.txt", "这里什么也没有说明。".as_bytes()).unwrap());
    record.product = Product::default();
    record.publisher = Publisher::default();
    record.subject = None;
    record.review.clear();
    record.provenance.clear();
    record.disclosures.iter_mut().for_each(|disclosure| disclosure.present = false);
    record
}

fn rating(label: &str) -> Rating {
    Rating {
        subject_type: None,
        subject: None,
        label: Some(label.to_owned()),
        label_raw: None,
        action: None,
        prior_label: None,
        status: Some(RatingStatus::Rated),
        scale: None,
        rank: None,
        of: None,
        direction: None,
        score: None,
        horizon_months: None,
        benchmark: None,
        mapping_source: None,
    }
}

fn author(name: &str, number: &str) -> Author {
    Author { name: Some(name.to_owned()), license_no: Some(number.to_owned()), ..Author::default() }
}

fn mention(name: &str, stance: Stance, stance_raw: Option<&str>, rating_raw: Option<&str>) -> Mention {
    Mention {
        name: name.to_owned(),
        code: None,
        symbol: None,
        theme: None,
        stance: Some(stance),
        stance_raw: stance_raw.map(str::to_owned),
        rating_raw: rating_raw.map(str::to_owned),
        action: None,
        target_low: None,
        target_high: None,
        currency: None,
        current_price: None,
    }
}

fn labels(text: &str) -> Gold {
    Gold::parse(text).unwrap()
}

fn set(golds: &[(&str, &Gold)]) -> GoldSet {
    golds.iter().map(|(name, gold)| ((*name).to_owned(), (*gold).clone())).collect()
}

/// Counts of a field against labels: right, wrong, missed, empty.
fn counts(record: &Record, gold: &Gold, field: &str) -> Option<[u64; 4]> {
    let mut comparison = Comparison::of_readers("records", set(&[("a", gold)]), View::Reconciled, 9);
    comparison.add_record("a.txt", record);
    let report = comparison.finish();
    found(&report, field).map(|found| [found.counts.right, found.counts.wrong, found.counts.missed, found.counts.empty])
}

fn found<'a>(report: &'a Report, field: &str) -> Option<&'a FieldScore> {
    report.primary().unwrap().fields.iter().find(|of| of.field == field)
}

#[test]
fn values_are_held_against_labels_field_by_field() {
    let mut record = blank();
    record.product.title = Some("泵阀需求回升".to_owned());
    record.product.subtitle = Some("海外订单饱满".to_owned());
    record.publisher.legal_name = Some("望江证券股份有限公司".to_owned());
    record.subject = Some(Subject {
        kind: Some(SubjectType::Stock),
        name: Some("临河科技".to_owned()),
        code: Some("688999.SH".to_owned()),
        symbol: None,
        mic: None,
        industry: Some("机械设备".to_owned()),
    });
    record.target_price = Some(TargetPrice { low: Some(Amount::from_int(8)), high: Some(Amount::from_int(10)), ..TargetPrice::default() });
    record.risks = vec!["需求不及预期的风险".to_owned(), "汇率波动".to_owned()];
    let gold = |text: &str| labels(text);
    for (text, field, expected) in [
        (r#"{"title":"泵阀需求回升"}"#, "title", [1, 0, 0, 0]),
        (r#"{"title":"泵阀需求回升：海外订单饱满"}"#, "title", [1, 0, 0, 0]),
        (r#"{"title":"另一份报告的题目"}"#, "title", [0, 1, 1, 0]),
        (r#"{"broker":"望江证券"}"#, "broker", [1, 0, 0, 0]),
        ("{}", "broker", [0, 1, 0, 0]),
        (r#"{"published":"2025-03-04"}"#, "published", [0, 0, 1, 0]),
        ("{}", "published", [0, 0, 0, 1]),
        (r#"{"security_code":"688999"}"#, "security_code", [1, 0, 0, 0]),
        (r#"{"target_price":{"value":10}}"#, "target_price", [1, 0, 0, 0]),
        (r#"{"target_price":{"value":8}}"#, "target_price", [1, 0, 0, 0]),
        (r#"{"target_price":{"value":9}}"#, "target_price", [0, 1, 1, 0]),
        // The sector is scored where the report rates one.
        (r#"{"industry":"电子"}"#, "industry", [0, 0, 0, 1]),
        (r#"{"industry":"机械设备","rating_subject":"industry","rating_raw":"增持"}"#, "industry", [1, 0, 0, 0]),
        (r#"{"risk_warnings":["汇率波动","需求不及预期"]}"#, "risks", [2, 0, 0, 0]),
        (r#"{"risk_warnings":["政策变化"]}"#, "risks", [0, 2, 1, 0]),
    ] {
        assert_eq!(counts(&record, &gold(text), field), Some(expected), "{field} of {text}");
    }
}

#[test]
fn a_label_is_right_as_printed_and_ranks_by_the_reports_own_table() {
    let table = r#""rating_definitions":[{"subject":"stock","label":"买入"},{"subject":"stock","label":"增持"},{"subject":"stock","label":"未评级"},
        {"subject":"industry","label":"增持"}]"#;
    let gold = labels(&format!(r#"{{"rating_raw":"增持-A","rating_subject":"stock",{table}}}"#));
    let mut record = blank();
    record.ratings = vec![Rating { label_raw: Some("增持-A".to_owned()), rank: Some(2), of: Some(2), ..rating("增持") }];
    assert_eq!(counts(&record, &gold, "rating_label"), Some([1, 0, 0, 0]));
    assert_eq!(counts(&record, &gold, "rating_rank"), Some([1, 0, 0, 0]), "未评级 is no grade, and the other table is another one");
    record.ratings[0].of = Some(3);
    assert_eq!(counts(&record, &gold, "rating_rank"), Some([0, 1, 1, 0]));
    // Without a printed table there is no place to compare; a report without a rating has none either.
    assert_eq!(counts(&record, &labels(r#"{"rating_raw":"增持","rating_subject":"stock"}"#), "rating_rank"), None);
    assert_eq!(counts(&record, &labels("{}"), "rating_rank"), Some([0, 1, 0, 0]));
    // What is no grade is no rating.
    record.ratings[0].status = Some(RatingStatus::NotRated);
    assert_eq!(counts(&record, &gold, "rating_label"), Some([0, 0, 1, 0]));
}

#[test]
fn bands_are_compared_grade_by_grade() {
    let grade = |label: &str, low: Option<i64>, high: Option<i64>| Grade {
        label: label.to_owned(),
        definition: None,
        low: low.map(Amount::from_int),
        high: high.map(Amount::from_int),
        status: RatingStatus::Rated,
        uncertain: false,
    };
    let mut record = blank();
    record.rating_scales = vec![RatingScale {
        subject_type: SubjectType::Stock,
        horizon_months: None,
        basis: Vec::new(),
        benchmark: None,
        grades: vec![grade("买入", Some(20), None), grade("增持", Some(5), Some(15)), grade("减持", None, None)],
    }];
    let gold = labels(
        r#"{"rating_definitions":[{"subject":"stock","label":"买入","definition":"涨幅20%以上"},
        {"subject":"stock","label":"增持","definition":"涨幅5%～20%"},{"subject":"stock","label":"减持","definition":"跌幅5％以上"},
        {"subject":"industry","label":"看好","definition":"优于基准"}]}"#,
    );
    assert_eq!(counts(&record, &gold, "scale_thresholds"), Some([1, 1, 2, 0]));
    assert_eq!(counts(&record, &gold, "rating_scale_labels"), Some([3, 0, 1, 0]));
}

#[test]
fn other_securities_count_with_a_stance_and_lists_that_were_cut_only_for_recall() {
    let mut record = blank();
    record.mentions = vec![
        mention("甲股份", Stance::Recommend, Some("重点推荐"), Some("买入")),
        mention("乙股份", Stance::Watch, Some("关注"), None),
        mention("丙股份", Stance::Related, None, None),
    ];
    let covered =
        r#""covered_securities":[{"name":"甲股份","stance":"推荐"},{"name":"甲股份","stance":"买入"},{"name":"丁股份","stance":"增持"}]"#;
    let chinese = labels(&format!(r#"{{"language":"zh",{covered}}}"#));
    assert_eq!(counts(&record, &chinese, "mentions"), Some([1, 1, 1, 0]), "丙股份 has no stance");
    assert_eq!(counts(&record, &chinese, "mention_stance"), Some([2, 0, 1, 0]), "a stance and a rating are both right");
    let english = labels(&format!(r#"{{"language":"en",{covered}}}"#));
    assert_eq!(counts(&record, &english, "mentions"), Some([1, 0, 1, 0]));
}

#[test]
fn disclosures_are_scored_where_somebody_looked() {
    let mut record = blank();
    let firm = record.disclosures.iter().position(|disclosure| disclosure.id == DisclosureId::FirmQualification).unwrap();
    record.disclosures[firm] = Disclosure { id: DisclosureId::FirmQualification, present: true, polarity: None, specific: None };
    let gold = labels(
        r#"{"disclosures_present":{"business_qualification":true,"copyright_restriction":true,"firm_name":false,"sources_statement":false}}"#,
    );
    assert_eq!(counts(&record, &gold, "disclosures"), Some([1, 0, 1, 2]));
    assert_eq!(counts(&record, &gold, "disclosures_absent"), Some([2, 1, 0, 1]));
    assert_eq!(counts(&record, &labels("{}"), "disclosures"), None);
}

/// Rules, model and judge of one report: the model has four values wrong.
fn wrong_model() -> (Gold, [Record; 3]) {
    let gold = labels(
        r#"{"published":"2025-03-04","rating_raw":"增持","analysts":[{"name":"林乔","license_no":"S1"},{"name":"方某","license_no":"S2"}]}"#,
    );
    let (mut rules, mut model, mut record) = (blank(), blank(), blank());
    let day = |text: &str| Some(serde_json::from_value(text.into()).unwrap());
    rules.product.publish_date = day("2025-03-04");
    rules.ratings = vec![rating("增持")];
    rules.authors = vec![author("林乔", "S1")];
    model.product.publish_date = day("2025-03-05");
    model.ratings = vec![rating("买入")];
    model.authors = vec![author("林乔", "S1"), author("吴某", "S3")];
    record.product.publish_date = day("2025-03-04");
    record.ratings.clone_from(&model.ratings);
    record.authors.clone_from(&model.authors);
    record.run.readers = Readers::Both;
    let item = |pointer: &str| ReviewItem { pointer: pointer.to_owned(), code: ReviewCode::Conflict, detail: String::new() };
    // One on the value, one on what it is a part of, one on the whole report, which is none of the value.
    record.review = vec![item("/ratings/0"), item("/authors/1/license_no"), item("")];
    (gold, [rules, model, record])
}

#[test]
fn a_wrong_value_is_stopped_flagged_or_escapes() {
    let (gold, [rules, model, record]) = wrong_model();
    let mut comparison = Comparison::of_readers("run", set(&[("a", &gold)]), View::Reconciled, 9);
    comparison.add_views("a.txt", ReadBy { rules: Some(&rules), model: Some(&model), reconciled: &record });
    let report = comparison.finish();
    let escape = report.scores.as_ref().unwrap().escape.as_ref().unwrap();
    // Day stopped; label and number flagged; name escaped.
    assert_eq!((escape.model.wrong, escape.model.stopped, escape.model.flagged, escape.model.escaped), (4, 1, 2, 1));
    assert_eq!((escape.rate, escape.record_wrong, escape.record_unflagged), (Some(0.25), 3, 1));
    // Day, label, status, two names, two numbers; the label, the status beside it and a number are to be looked at.
    let load = escape.load.load;
    assert_eq!((load.values, load.values_flagged, load.documents, load.documents_flagged), (7, 3, 1, 1));
    // Rules: 1 of 1, 1 of 1, 1 of 2, 1 of 2. Model: 0, 0, 1 right, 1 wrong, 1 missed.
    let f1 = |reader: &str, field: &str| {
        let scores = report.scores.as_ref().unwrap();
        let of = scores.readers.iter().find(|of| of.reader == reader).unwrap();
        of.fields.iter().find(|of| of.field == field).unwrap().f1.value.unwrap()
    };
    for (reader, field, expected) in [
        ("rules", "published", 1.0),
        ("rules", "analyst_names", 2.0 / 3.0),
        ("model", "published", 0.0),
        ("model", "analyst_licenses", 0.5),
        ("reconciled", "published", 1.0),
        ("reconciled", "rating_label", 0.0),
    ] {
        assert!((f1(reader, field) - expected).abs() < 1e-9, "{reader} {field}: {}", f1(reader, field));
    }
    // The readers of one report: day and label in conflict, 林乔 the same, 吴某 the model's alone.
    let agreement = report.agreement.as_ref().unwrap();
    let tally = |field: &str| {
        let of = agreement.fields.iter().find(|of| of.field == field).unwrap().met.tally;
        [of.same, of.conflict, of.only_first, of.only_second, of.neither]
    };
    assert_eq!((tally("published"), tally("rating_label")), ([0, 1, 0, 0, 0], [0, 1, 0, 0, 0]));
    assert_eq!((tally("analyst_names"), tally("broker")), ([1, 0, 0, 1, 0], [0, 0, 0, 0, 1]));
    let alone: Vec<&str> = agreement
        .differences
        .iter()
        .filter(|one| one.kind == Kind::OnlySecond)
        .map(|one| one.second.as_ref().unwrap().value.as_str())
        .collect();
    assert_eq!(alone, ["吴某", "吴某: S3"]);
}

#[test]
fn a_reader_that_failed_and_a_report_that_is_missing_gave_nothing() {
    let (gold, [rules, model, record]) = wrong_model();
    let golds = set(&[("a", &gold), ("b", &gold), ("c", &gold)]);
    let mut comparison = Comparison::of_readers("run", golds, View::Model, 9);
    comparison.add_views("a.txt", ReadBy { rules: Some(&rules), model: Some(&model), reconciled: &record });
    comparison.add_views("in/b.pdf", ReadBy { rules: Some(&rules), model: None, reconciled: &rules });
    comparison.add_views("d.pdf", ReadBy { rules: Some(&rules), model: None, reconciled: &rules });
    let report = comparison.finish();
    let scores = report.scores.as_ref().unwrap();
    assert_eq!((scores.documents, scores.unlabelled, scores.missing.as_slice()), (3, 1, &["c".to_owned()][..]));
    assert_eq!(report.agreement.as_ref().unwrap().documents, 1);
    let names = found(&report, "analyst_names").unwrap().counts;
    assert_eq!((scores.primary.as_str(), names.right, names.wrong, names.missed), ("model", 1, 1, 5));
    // Only one reader at all: nothing to hold against each other, and no column of the other.
    let mut alone = Comparison::of_readers("run", set(&[("a", &gold)]), View::Reconciled, 9);
    alone.add_views("a.txt", ReadBy { rules: Some(&rules), model: None, reconciled: &rules });
    let report = alone.finish();
    assert!(report.agreement.is_none());
    let readers: Vec<&str> = report.scores.as_ref().unwrap().readers.iter().map(|of| of.reader.as_str()).collect();
    assert_eq!(readers, ["rules", "reconciled"]);
}
