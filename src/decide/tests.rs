//! Decisions about records that the rules read in invented reports.

use serde_json::{Value, json};

use super::{Decided, Decision, DecisionAction, Fate, Sitting, Stale, decide};
use crate::document::Document;
use crate::domain::rating::{Direction, MappingSource};
use crate::domain::record::{ComplianceStatus, Record, ReviewCode};
use crate::domain::{By, DisclosureId, Verdict};
use crate::pipeline::{extract_by_rules, rejudge};
use crate::validate::RecordValidator;

const REPORT: &str = "望江证券
证券研究报告
公司点评报告
爱农科技（600000.SH）2024年一季报点评：需求回暖
增持（维持）
日期：2024年04月20日
目标价：75.00元 收盘价：60.00元
分析师：方某某
执业证书编号：S9710520030001
分析师：林某某
执业证书编号：S9710520030002
公司一季度收入增长，需求回暖。
建议关注：澄明机械、远山电子、长河材料。
风险提示：原料涨价；需求不及预期；汇率波动。
投资评级说明
买入：相对沪深300指数涨幅20%以上
增持：相对沪深300指数涨幅5%～20%
中性：相对沪深300指数涨幅-5%～5%
卖出：相对沪深300指数跌幅5%以上
免责声明
本报告仅供本公司客户参考，不构成任何投资建议。本公司不保证信息的准确性和完整性。版权归望江证券所有，未经许可不得转载。
";

fn read() -> (Document, Record) {
    let document = Document::from_bytes("a.txt", REPORT.as_bytes()).unwrap();
    let record = extract_by_rules(&document);
    (document, record)
}

fn decision(record: &Record, pointer: &str, value: Value) -> Decision {
    let was = serde_json::to_value(record).unwrap().pointer(pointer).cloned().unwrap_or_default();
    Decision {
        schema: super::DECISION_SCHEMA.to_owned(),
        document: "a.txt".to_owned(),
        text_id: record.text_id.clone(),
        pointer: pointer.to_owned(),
        action: if value.is_null() { DecisionAction::Missing } else { DecisionAction::Edit },
        value,
        was,
        by: "A. Reviewer".to_owned(),
        at: "2026-11-30T08:00:00Z".to_owned(),
        note: None,
    }
}

fn sit(decided: &mut Decided, document: &Document, decisions: Vec<Decision>) -> Sitting {
    let sitting = decided.sitting(decisions);
    decided.sit(document, &sitting);
    assert_lawful(&decided.record);
    sitting
}

fn decided(document: &Document, record: &Record, decisions: Vec<Decision>) -> Decided {
    let mut decided = decide(document, record.clone(), &[]);
    sit(&mut decided, document, decisions);
    decided
}

/// Valid, and every place that is named is there.
fn assert_lawful(record: &Record) {
    let value = serde_json::to_value(record).unwrap();
    let issues = RecordValidator::new().unwrap().issues(&value);
    assert!(issues.is_empty(), "{issues:?}");
    for (pointer, entry) in &record.provenance {
        assert!(value.pointer(pointer).is_some(), "provenance of `{pointer}`");
        entry.from.iter().for_each(|from| assert!(value.pointer(from).is_some(), "`{pointer}` from `{from}`"));
    }
    record.review.iter().for_each(|item| assert!(item.pointer.is_empty() || value.pointer(&item.pointer).is_some(), "{item:?}"));
    assert!(record.review.is_sorted_by_key(|item| item.code));
}

#[test]
fn nothing_decided_changes_nothing() {
    let (document, record) = read();
    assert_eq!(rejudge(&document, &record), record, "what follows from a record's values is what is in it");
    let decided = decided(&document, &record, Vec::new());
    assert_eq!(decided.record, record);
}

#[test]
fn a_corrected_label_is_human_and_its_place_on_the_scale_follows() {
    let (document, record) = read();
    assert_eq!((record.ratings[0].label.as_deref(), record.ratings[0].rank), (Some("增持"), Some(2)));
    let decided = decided(&document, &record, vec![decision(&record, "/ratings/0/label", json!("卖出"))]);
    assert_eq!(decided.fates, [[Fate::Applied]]);
    let rating = &decided.record.ratings[0];
    assert_eq!((rating.label.as_deref(), rating.rank, rating.direction), (Some("卖出"), Some(4), Some(Direction::Negative)));
    let entry = &decided.record.provenance["/ratings/0/label"];
    assert_eq!((entry.verdict, entry.decided.as_deref()), (Verdict::Human, Some("A. Reviewer, 2026-11-30T08:00:00Z")));
    assert_eq!((entry.rejected[0].by, &entry.rejected[0].value), (By::Rules, &json!("增持")));
    let place = &entry.evidence[0];
    assert_eq!((place.by, place.quote.as_str()), (By::Human, "卖出"));
    assert_eq!(decided.record.provenance["/ratings/0/rank"].verdict, Verdict::Derived);
}

#[test]
fn what_a_person_says_follows_is_not_computed_again() {
    let (document, record) = read();
    let decisions = vec![decision(&record, "/ratings/0/direction", json!("neutral")), decision(&record, "/ratings/0/label", json!("买入"))];
    let rating = decided(&document, &record, decisions).record.ratings.remove(0);
    assert_eq!((rating.rank, rating.direction, rating.mapping_source), (Some(1), Some(Direction::Neutral), Some(MappingSource::OwnTable)));
}

#[test]
fn review_items_of_a_decided_place_are_settled_and_others_stay() {
    let (document, mut record) = read();
    let item = |pointer: &str| crate::domain::record::ReviewItem {
        pointer: pointer.to_owned(),
        code: ReviewCode::Conflict,
        detail: "invented".to_owned(),
    };
    record.review = vec![item("/product/title"), item("/ratings/0/label")];
    let keep = Decision { action: DecisionAction::Keep, ..decision(&record, "/ratings/0/label", json!("增持")) };
    let decided = decided(&document, &record, vec![keep]);
    assert_eq!(decided.record.review, [item("/product/title")]);
    let entry = &decided.record.provenance["/ratings/0/label"];
    assert_eq!((entry.verdict, entry.evidence[0].by, entry.rejected.len()), (Verdict::Human, By::Rules, 0));
}

#[test]
fn new_contradictions_are_seen_and_old_ones_go() {
    let (document, record) = read();
    let inconsistent = |record: &Record| record.review.iter().filter(|item| item.code == ReviewCode::Inconsistent).count();
    assert_eq!(inconsistent(&record), 0, "{:?}", record.review);
    let wrong = decided(&document, &record, vec![decision(&record, "/product/category", json!("macro"))]);
    assert!(wrong.record.review.iter().any(|item| item.pointer == "/subject"), "{:?}", wrong.record.review);
    let mut again = decide(&document, wrong.record.clone(), &[]);
    sit(&mut again, &document, vec![decision(&wrong.record, "/product/category", json!("company"))]);
    assert_eq!(inconsistent(&again.record), 0, "{:?}", again.record.review);
}

#[test]
fn removing_and_adding_items_keeps_every_place_right() {
    let (document, record) = read();
    let names = |record: &Record| record.mentions.iter().map(|mention| mention.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&record), ["澄明机械", "远山电子", "长河材料"]);
    let mut new = serde_json::to_value(&record.mentions[0]).unwrap();
    new["name"] = json!("需求回暖");
    let decisions = vec![
        decision(&record, "/mentions/0", Value::Null),
        Decision { was: Value::Null, ..decision(&record, "/mentions/-", new.clone()) },
        // Means the third as it was, whatever goes before it.
        decision(&record, "/mentions/2/stance", json!("recommend")),
        decision(&record, "/risks/1", Value::Null),
        decision(&record, "/authors/0", Value::Null),
        decision(&record, "/authors/1/email", json!("lin@wangjiang.example")),
    ];
    let mut decided = decided(&document, &record, decisions.clone());
    assert!(decided.fates[0].iter().all(|fate| *fate == Fate::Applied), "{:?}", decided.fates);
    let now = decided.record.clone();
    assert_eq!(names(&now), ["远山电子", "长河材料", "需求回暖"]);
    assert_eq!(serde_json::to_value(now.mentions[1].stance).unwrap(), json!("recommend"));
    assert!(now.provenance["/mentions/0"].evidence[0].quote.ends_with("远山电子"));
    assert_eq!((now.provenance["/mentions/1"].verdict, now.provenance["/mentions/2"].verdict), (Verdict::Human, Verdict::Human));
    assert_eq!(now.provenance["/mentions"].rejected[0].value["name"], json!("澄明机械"));
    assert_eq!(now.provenance["/mentions/2"].evidence[0].quote, "需求回暖");
    assert_eq!(now.risks, ["原料涨价", "汇率波动"]);
    assert_eq!((now.authors.len(), now.authors[0].name.as_deref()), (1, Some("林某某")));
    assert_eq!(now.authors[0].email.as_deref(), Some("lin@wangjiang.example"));
    assert_eq!(now.provenance["/authors/0/name"].evidence[0].quote, "林某某");
    // A second sitting upon the record as it is now: the same pointers mean other items.
    let next = vec![decision(&now, "/mentions/0", Value::Null), decision(&now, "/authors/0/role", json!("contact"))];
    let second = sit(&mut decided, &document, next);
    assert_eq!((second.base, names(&decided.record)), (1, vec!["长河材料".to_owned(), "需求回暖".to_owned()]));
    // And one upon the first record, of somebody who had not seen any of it.
    let old =
        sit(&mut decided, &document, vec![decision(&record, "/mentions/2", Value::Null), decision(&record, "/risks/2", json!("汇率"))]);
    assert_eq!(old.base, 0);
    assert_eq!(
        (names(&decided.record), decided.record.risks.clone()),
        (vec!["需求回暖".to_owned()], vec!["原料涨价".to_owned(), "汇率".to_owned()])
    );
    // All of it again, from the start, is the same record.
    let first = decide(&document, record.clone(), &[]).sitting(decisions);
    let again = decide(&document, record, &[first, second, old]);
    assert_eq!(again.record, decided.record);
}

#[test]
fn whole_lists_and_objects_are_decided_at_once() {
    let (document, record) = read();
    let scales = serde_json::to_value(&record.rating_scales).unwrap();
    let decisions = vec![
        decision(&record, "/risks", json!(["原料涨价"])),
        decision(&record, "/mentions", json!([])),
        decision(&record, "/target_price", Value::Null),
        decision(&record, "/rating_scales/0/grades/3", Value::Null),
        decision(&record, "/rating_scales/0", Value::Null),
        Decision { action: DecisionAction::Keep, ..decision(&record, "/authors", serde_json::to_value(&record.authors).unwrap()) },
    ];
    let decided = decided(&document, &record, decisions);
    assert!(decided.fates[0].iter().all(|fate| *fate == Fate::Applied), "{:?}", decided.fates);
    let now = decided.record;
    assert_eq!((now.risks.len(), now.mentions.len(), &now.target_price), (1, 0, &None));
    let rejected = |place: &str| now.provenance[place].rejected.iter().map(|other| other.value.clone()).collect::<Vec<_>>();
    assert_eq!(rejected("/risks"), [json!("需求不及预期"), json!("汇率波动")]);
    assert_eq!(rejected("/mentions").iter().map(|item| item["name"].clone()).collect::<Vec<_>>(), ["澄明机械", "远山电子", "长河材料"]);
    assert!(rejected("/target_price").contains(&json!(75)), "{:?}", rejected("/target_price"));
    assert_eq!(rejected("/rating_scales")[0]["subject_type"], scales[0]["subject_type"]);
    assert_eq!(now.rating_scales.len() + 1, record.rating_scales.len());
    assert_eq!((now.provenance["/authors"].verdict, now.provenance["/authors/1/name"].verdict), (Verdict::Human, Verdict::Human));
    assert_eq!(now.provenance["/authors/1/name"].evidence[0].by, By::Rules);
    // Without its table the rating has no place on it.
    assert_eq!((now.ratings[0].rank, now.ratings[0].mapping_source), (None, Some(MappingSource::Unmapped)));
}

#[test]
fn an_object_comes_and_goes_whole() {
    let (document, record) = read();
    assert!(record.target_price.is_some());
    let gone = decided(
        &document,
        &record,
        vec![
            decision(&record, "/target_price/low", Value::Null),
            decision(&record, "/target_price/high", Value::Null),
            decision(&record, "/target_price/currency", Value::Null),
            decision(&record, "/target_price/current_price", Value::Null),
            decision(&record, "/target_price/horizon_months", Value::Null),
            decision(&record, "/target_price/price_date", Value::Null),
        ],
    );
    assert_eq!(gone.record.target_price, None);
    assert_eq!(gone.record.provenance["/target_price"].verdict, Verdict::Human);
    let mut back = decide(&document, gone.record.clone(), &[]);
    sit(&mut back, &document, vec![decision(&gone.record, "/target_price/low", json!(75))]);
    assert_eq!(back.fates, [[Fate::Applied]]);
    let low = back.record.target_price.and_then(|target| target.low).map(|low| low.to_string());
    assert_eq!((low.as_deref(), back.record.provenance["/target_price/low"].evidence[0].quote.as_str()), (Some("75"), "75.00"));
}

#[test]
fn a_symbol_and_a_checklist_follow_too() {
    let (document, record) = read();
    let row = |record: &Record, id: &str| record.compliance.iter().find(|row| row.id == id).map(|row| row.status);
    let marking = record.disclosures.iter().position(|found| found.id == DisclosureId::ResearchReportMarking).unwrap();
    let absent = json!({ "id": "research_report_marking", "present": false, "polarity": null, "specific": null });
    let decided = decided(
        &document,
        &record,
        vec![decision(&record, "/subject/code", json!("000999.SZ")), decision(&record, &format!("/disclosures/{marking}"), absent)],
    );
    let subject = decided.record.subject.as_ref().unwrap();
    assert_eq!((subject.symbol.as_deref(), subject.mic.as_deref()), (Some("000999.SZ"), Some("XSHE")));
    let rows = [&record, &decided.record].map(|record| row(record, "CN-8-1"));
    assert_eq!(rows, [Some(ComplianceStatus::Pass), Some(ComplianceStatus::NotFound)]);
    assert_eq!((record.source.needs_source_check, decided.record.source.needs_source_check), (false, true), "its header was lost");
    // Rows that do not rest on it are those of the record as it was read.
    assert_eq!(row(&record, "CN-8-5"), row(&decided.record, "CN-8-5"));
}

#[test]
fn what_was_decided_about_something_else_is_stale() {
    let (document, record) = read();
    let label = decision(&record, "/ratings/0/label", json!("买入"));
    let fate = |decision: Decision| decided(&document, &record, vec![decision]).fates.remove(0).remove(0);
    assert_eq!(fate(Decision { was: json!("中性"), ..label.clone() }), Fate::Stale { why: Stale::Value, present: json!("增持") });
    assert!(matches!(fate(Decision { text_id: "b3:0".to_owned(), ..label.clone() }), Fate::Stale { why: Stale::Text, .. }));
    assert!(matches!(fate(Decision { pointer: "/ratings/7/label".to_owned(), ..label.clone() }), Fate::Stale { why: Stale::Place, .. }));
    // What already is as it was decided fits, whatever was seen.
    assert_eq!(fate(Decision { was: json!("中性"), value: json!("增持"), ..label.clone() }), Fate::Applied);
    assert!(matches!(fate(decision(&record, "/product/publish_date", json!("soon"))), Fate::Refused(_)));
    assert!(matches!(fate(decision(&record, "/authors/0/role", json!("boss"))), Fate::Refused(_)));
    for pointer in ["/run/model", "/id", "/provenance", "/source/name"] {
        assert!(matches!(fate(decision(&record, pointer, json!("x"))), Fate::Refused(_)), "{pointer}");
    }
    let two = vec![Decision { at: "2026-11-30T09:00:00Z".to_owned(), ..label.clone() }, Decision { value: json!("卖出"), ..label.clone() }];
    let decided = decided(&document, &record, two);
    assert_eq!(decided.fates[0], [Fate::Applied, Fate::Superseded]);
    assert_eq!(decided.record.ratings[0].label.as_deref(), Some("买入"));
}

#[test]
fn a_later_decision_of_somebody_who_had_not_seen_the_first_wins() {
    let (document, record) = read();
    let mut decided = decide(&document, record.clone(), &[]);
    sit(&mut decided, &document, vec![decision(&record, "/ratings/0/label", json!("买入"))]);
    let later = Decision { by: "B. Reviewer".to_owned(), ..decision(&record, "/ratings/0/label", json!("卖出")) };
    sit(&mut decided, &document, vec![later]);
    assert_eq!(decided.fates[1], [Fate::Applied]);
    let entry = &decided.record.provenance["/ratings/0/label"];
    let rejected: Vec<(By, &Value)> = entry.rejected.iter().map(|other| (other.by, &other.value)).collect();
    assert_eq!(rejected, [(By::Human, &json!("买入")), (By::Rules, &json!("增持"))]);
    assert!(entry.decided.as_deref().is_some_and(|decided| decided.starts_with("B. Reviewer")));
}

#[test]
fn an_item_is_known_again_where_its_list_is_another_one() {
    let (document, record) = read();
    let sitting = decide(&document, record.clone(), &[]).sitting(vec![
        decision(&record, "/mentions/1/stance", json!("recommend")),
        decision(&record, "/mentions/2", Value::Null),
        decision(&record, "/mentions/0/stance", json!("negative")),
    ]);
    // Read anew, the first is not seen and the last two have changed places.
    let mut other = record.clone();
    other.mentions.remove(0);
    other.mentions.swap(0, 1);
    for index in 0..3 {
        other.provenance.remove(&format!("/mentions/{index}"));
    }
    let decided = decide(&document, other, &[sitting]);
    assert_lawful(&decided.record);
    assert!(
        matches!(decided.fates[0].as_slice(), [Fate::Applied, Fate::Applied, Fate::Stale { why: Stale::Place, .. }]),
        "{:?}",
        decided.fates
    );
    let names: Vec<&str> = decided.record.mentions.iter().map(|mention| mention.name.as_str()).collect();
    assert_eq!(names, ["远山电子"]);
}

#[test]
fn the_model_s_value_is_taken_with_the_words_it_quoted() {
    let (document, mut record) = read();
    let name = record.provenance.get_mut("/publisher/name").unwrap();
    name.rejected.push(crate::domain::record::Rejected {
        by: By::Model,
        value: json!("望江"),
        quote: Some("望江证券".to_owned()),
        reasons: Vec::new(),
    });
    let decided = decided(
        &document,
        &record,
        vec![Decision { action: DecisionAction::Model, ..decision(&record, "/publisher/name", json!("望江")) }],
    );
    let entry = &decided.record.provenance["/publisher/name"];
    assert_eq!((entry.evidence[0].quote.as_str(), entry.evidence[0].by), ("望江证券", By::Human));
    assert_eq!(entry.rejected.iter().map(|other| other.by).collect::<Vec<_>>(), [By::Rules]);
}
