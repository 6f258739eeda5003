//! The judge: what rules and model read, made into one record with a verdict a value.
//!
//! Pure. A model's value whose words stand nowhere, or do not carry it, never enters the record: it stands in `rejected`
//! and in `review`. Where both readers are sound and differ, `policy` says who is kept, and a person is asked to look.

mod again;
mod appeal;
mod astray;
mod consistent;
pub(crate) mod judge;
pub(crate) mod list;
mod names;
mod people;
pub(crate) mod policy;
mod ratings;
mod scales;
mod suspicion;

use std::collections::BTreeMap;

use crate::document::Document;
use crate::domain::evidence::Located;
use crate::domain::reading::{ProductReading, PublisherReading, Reading, SubjectReading, TargetReading};
use crate::domain::record::{
    Benchmark, Compliance, ComplianceStatus, Disclosure, Mention, Product, Publisher, RECORD_SCHEMA, Record, ReviewCode, ReviewItem, Run,
    Source, Stance, Subject, TargetPrice,
};
use crate::domain::security::symbol;
use crate::domain::{Date, DisclosureId, Evidence, Verdict};
use crate::rules::Suspicious;

pub use again::reading_of;
pub use appeal::{Answer, Answers, Choice, Conflict, Side};
use judge::{Judge, poll, reject, split_sound};
use policy::{field, same_code, same_name, same_text};

/// What goes into a record besides the two readings.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The document.
    pub document: &'a Document,
    /// ISO 639-1 language of the text.
    pub language: Option<&'a str>,
    /// Whose rules the report follows.
    pub jurisdiction: Option<&'a str>,
    /// Rows of the checklist, answered.
    pub compliance: Vec<CheckedRow>,
    /// Whether headers or the tail were visibly lost.
    pub needs_source_check: bool,
    /// What the document holds for a reading model and not for people.
    pub suspicious: Suspicious,
    /// How the record is made.
    pub run: Run,
}

/// A row of the checklist with what it rests on.
#[derive(Clone, Debug)]
pub struct CheckedRow {
    /// The row.
    pub row: Compliance,
    /// The words that answer it.
    pub evidence: Vec<Evidence>,
    /// Disclosure ids, or pointers into the record.
    pub from: Vec<String>,
}

/// Makes the record. A reader that did not run is `None`.
pub fn reconcile(case: Case<'_>, rules: Option<Reading>, model: Option<Reading>) -> Record {
    adjudicate(case, rules, model, Answers::new()).0
}

/// Makes the record with an adjudicator's answers, and lists the conflicts there are to ask about: those that decide
/// something first, then in the order of the record. Answers change no pointer.
pub fn adjudicate(case: Case<'_>, rules: Option<Reading>, model: Option<Reading>, answers: Answers) -> (Record, Vec<Conflict>) {
    let judge = &mut Judge::new(rules.is_some(), answers);
    let record = record(judge, case, rules, model);
    let mut conflicts = std::mem::take(&mut judge.conflicts);
    conflicts.sort_by_key(|conflict| !conflict.key);
    (record, conflicts)
}

fn record(judge: &mut Judge, case: Case<'_>, rules: Option<Reading>, model: Option<Reading>) -> Record {
    let rules_ran = judge.rules_ran();
    let rules = rules.unwrap_or_default();
    let model = model.unwrap_or_default();
    judge.review.extend(rules.review);
    let product = product(judge, &case, rules.product, model.product);
    let authors = people::authors(judge, rules.authors, model.authors);
    let publisher = publisher(judge, rules.publisher, model.publisher, &authors);
    let of_subject = astray::subject(product.category, &rules.subject, model.subject);
    let subject = subject(judge, rules.subject, of_subject);
    let rating_scales = scales::scales(judge, rules.rating_scales, model.rating_scales);
    let benchmarks = benchmarks(judge, rules.benchmarks);
    let mapping = ratings::Mapping {
        subject: subject.as_ref(),
        scales: &rating_scales,
        benchmarks: &benchmarks,
        jurisdiction: case.jurisdiction,
        publisher: &publisher,
        publish_date: product.publish_date,
    };
    let ratings = ratings::ratings(judge, rules.ratings, model.ratings, &mapping);
    let of_target = astray::target(&rules.target_price, model.target_price);
    let target_price = target_price(judge, rules.target_price, of_target);
    let others = astray::mentions(model.mentions, subject.as_ref(), &publisher);
    let mut mentions = list::merge(judge, "/mentions", rules.mentions, others);
    for mention in &mut mentions {
        mention.symbol = mention.code.as_deref().and_then(symbol).map(|symbol| symbol.symbol);
    }
    if rules_ran {
        lone_recommendations(judge, &mentions);
    }
    let disclosures = disclosures(judge, case.jurisdiction, rules.disclosures, model.disclosures, rules_ran);
    let compliance = compliance(judge, case.compliance, &disclosures);
    let mut record = Record {
        schema: RECORD_SCHEMA.to_owned(),
        id: case.document.id.clone(),
        text_id: case.document.text_id.clone(),
        source: source(case.document, case.needs_source_check),
        product,
        publisher,
        authors,
        subject,
        ratings,
        target_price,
        estimates: list::merge(judge, "/estimates", rules.estimates, model.estimates),
        rating_scales,
        benchmarks,
        mentions,
        sector_calls: list::merge(judge, "/sector_calls", rules.sector_calls, model.sector_calls),
        key_points: list::merge(judge, "/key_points", rules.key_points, model.key_points),
        risks: list::merge(judge, "/risks", rules.risks, model.risks),
        related_reports: list::merge(judge, "/related_reports", rules.related_reports, model.related_reports),
        disclosures,
        compliance,
        provenance: BTreeMap::new(),
        review: Vec::new(),
        run: case.run,
    };
    judge.finish();
    suspicion::report(judge, &case.suspicious);
    record.provenance = std::mem::take(&mut judge.provenance);
    record.review = std::mem::take(&mut judge.review);
    let more = consistent::check(case.document.normalized.indexed(), &record);
    record.review.extend(more);
    put_on_pages(&mut record, case.document);
    source_checks(&mut record, case.document);
    drop_twins(&mut record.review);
    record.review.sort_by(|a, b| (a.code, &a.pointer, &a.detail).cmp(&(b.code, &b.pointer, &b.detail)));
    record.review.dedup();
    record
}

/// Says on which page each evidence stands.
fn put_on_pages(record: &mut Record, document: &Document) {
    for evidence in record.provenance.values_mut().flat_map(|entry| &mut entry.evidence) {
        evidence.page = evidence.start.and_then(|start| document.page(start));
    }
}

/// What of the source should be looked at.
fn source_checks(record: &mut Record, document: &Document) {
    if !record.source.needs_source_check {
        return;
    }
    let item = |detail: String| ReviewItem { pointer: "/source".to_owned(), code: ReviewCode::NeedsSourceCheck, detail };
    record.review.extend(document.origin.losses.iter().cloned().map(item));
    if document.origin.losses.is_empty() {
        record.review.push(item("the text visibly lost headers or its tail; what was not found may stand in the original".to_owned()));
    }
}

/// The ends of a target that are one number are one thing to look at.
fn drop_twins(review: &mut Vec<ReviewItem>) {
    const TWINS: &[(&str, &str)] = &[("/target_price/low", "/target_price/high"), ("/target_price/prior_low", "/target_price/prior_high")];
    let known = review.clone();
    review.retain(|item| {
        let twin = TWINS.iter().find(|(_, high)| item.pointer == *high).map(|(low, _)| *low);
        !known.iter().any(|other| Some(other.pointer.as_str()) == twin && (other.code, &other.detail) == (item.code, &item.detail))
    });
}

fn source(document: &Document, needs_source_check: bool) -> Source {
    Source {
        name: document.name.clone(),
        media_type: document.origin.media_type.to_owned(),
        bytes: document.bytes,
        chars: document.source.chars() as u64,
        pages: document.origin.pages,
        encoding: document.origin.encoding.map(str::to_owned),
        text_engine: document.origin.engine.clone(),
        ocr: document.origin.recognised,
        truncated: document.is_truncated(),
        needs_source_check: needs_source_check || document.is_incomplete(),
    }
}

fn product(judge: &mut Judge, case: &Case<'_>, rules: ProductReading, model: ProductReading) -> Product {
    let day = |a: &Date, b: &Date| a == b;
    let product = Product {
        category: judge.scalar("/product/category", rules.category, model.category, field::CATEGORY, PartialEq::eq),
        title: judge.scalar("/product/title", rules.title, model.title, field::TITLE, same_text),
        subtitle: judge.scalar("/product/subtitle", rules.subtitle, model.subtitle, field::SUBTITLE, same_text),
        series: judge.scalar("/product/series", rules.series, model.series, field::SUBTITLE, same_text),
        language: case.language.map(str::to_owned),
        jurisdiction: case.jurisdiction.map(str::to_owned),
        publish_date: judge.scalar("/product/publish_date", rules.publish_date, model.publish_date, field::PUBLISHED, day),
        publish_time: judge.scalar("/product/publish_time", rules.publish_time, model.publish_time, field::DATE, same_text),
        period_start: judge.scalar("/product/period_start", rules.period_start, model.period_start, field::DATE, day),
        period_end: judge.scalar("/product/period_end", rules.period_end, model.period_end, field::DATE, day),
    };
    if product.language.is_some() {
        judge.derived("/product/language", Vec::new());
    }
    if product.jurisdiction.is_some() {
        judge.derived("/product/jurisdiction", Vec::new());
    }
    product
}

fn publisher(judge: &mut Judge, rules: PublisherReading, model: PublisherReading, authors: &[crate::domain::record::Author]) -> Publisher {
    let license_prefix = people::license_prefix(authors).map(|(prefix, from)| {
        judge.derived("/publisher/license_prefix", vec![from]);
        prefix
    });
    Publisher {
        name: judge.scalar("/publisher/name", rules.name, model.name, field::PUBLISHER, same_name),
        legal_name: judge.scalar("/publisher/legal_name", rules.legal_name, model.legal_name, field::PUBLISHER, same_name),
        license_prefix,
    }
}

fn subject(judge: &mut Judge, rules: SubjectReading, model: SubjectReading) -> Option<Subject> {
    let policy = field::SUBJECT;
    let mut subject = Subject {
        kind: judge.scalar("/subject/type", rules.kind, model.kind, policy, PartialEq::eq),
        name: judge.scalar("/subject/name", rules.name, model.name, policy, same_name),
        code: judge.scalar("/subject/code", rules.code, model.code, field::CODE, same_code),
        symbol: None,
        mic: None,
        industry: judge.scalar("/subject/industry", rules.industry, model.industry, policy, same_name),
    };
    if let Some(symbol) = subject.code.as_deref().and_then(symbol) {
        subject.symbol = Some(symbol.symbol);
        subject.mic = Some(symbol.mic.to_owned());
        judge.derived("/subject/symbol", vec!["/subject/code".to_owned()]);
        judge.derived("/subject/mic", vec!["/subject/code".to_owned()]);
    }
    let empty = subject.kind.is_none() && subject.name.is_none() && subject.code.is_none() && subject.industry.is_none();
    if empty {
        judge.fold("/subject");
        return None;
    }
    Some(subject)
}

fn target_price(judge: &mut Judge, rules: TargetReading, model: TargetReading) -> Option<TargetPrice> {
    let policy = field::PRICE;
    let at = |leaf: &str| format!("/target_price/{leaf}");
    let target = TargetPrice {
        low: judge.scalar(&at("low"), rules.low, model.low, field::TARGET, PartialEq::eq),
        high: judge.scalar(&at("high"), rules.high, model.high, field::TARGET, PartialEq::eq),
        currency: judge.scalar(&at("currency"), rules.currency, model.currency, policy, same_text),
        prior_low: judge.scalar(&at("prior_low"), rules.prior_low, model.prior_low, policy, PartialEq::eq),
        prior_high: judge.scalar(&at("prior_high"), rules.prior_high, model.prior_high, policy, PartialEq::eq),
        horizon_months: judge.scalar(&at("horizon_months"), rules.horizon_months, model.horizon_months, policy, PartialEq::eq),
        current_price: judge.scalar(&at("current_price"), rules.current_price, model.current_price, policy, PartialEq::eq),
        price_date: judge.scalar(&at("price_date"), rules.price_date, model.price_date, policy, PartialEq::eq),
        method: judge.scalar(&at("method"), rules.method, model.method, field::METHOD, same_text),
    };
    if target == TargetPrice::default() {
        judge.fold("/target_price");
        return None;
    }
    Some(target)
}

/// A recommendation that the model alone saw is what text written for the model would plant.
fn lone_recommendations(judge: &mut Judge, mentions: &[Mention]) {
    for (index, mention) in
        mentions.iter().enumerate().filter(|(_, mention)| matches!(mention.stance, Some(Stance::Recommend | Stance::Rated)))
    {
        let pointer = format!("/mentions/{index}");
        if judge.provenance.get(&pointer).is_some_and(|entry| entry.verdict == Verdict::ModelOnly) {
            judge.review(&pointer, ReviewCode::ModelOnly, format!("only the model read a recommendation of `{}`", mention.name));
        }
    }
}

fn benchmarks(judge: &mut Judge, rules: Vec<Located<Benchmark>>) -> Vec<Benchmark> {
    rules
        .into_iter()
        .enumerate()
        .map(|(index, benchmark)| {
            judge.item(&format!("/benchmarks/{index}"), Verdict::RulesOnly, benchmark.evidence, Vec::new());
            benchmark.value
        })
        .collect()
}

/// Every id of the jurisdiction, present or not. Where the rules ran, a disclosure only the model saw stays absent and
/// is put before a person: a wrong "present" is what a compliance desk can bear least.
fn disclosures(
    judge: &mut Judge,
    jurisdiction: Option<&str>,
    rules: Vec<Located<Disclosure>>,
    model: Vec<Located<Disclosure>>,
    rules_ran: bool,
) -> Vec<Disclosure> {
    let of =
        |list: &[Located<Disclosure>], id: DisclosureId| list.iter().find(|found| found.value.id == id && found.value.present).cloned();
    let mut all = Vec::new();
    for (index, id) in DisclosureId::of_jurisdiction(jurisdiction).into_iter().enumerate() {
        let pointer = format!("/disclosures/{index}");
        let theirs = of(&model, id);
        let (ours, poll, (theirs, unsound)) = (of(&rules, id), poll(theirs.as_ref()), split_sound(theirs));
        let mut rejected: Vec<_> = unsound.iter().map(reject).collect();
        let absent = Disclosure { id, present: false, polarity: None, specific: None };
        let value = match (ours, theirs) {
            (Some(ours), theirs) => {
                let mut evidence = ours.evidence;
                let verdict = match theirs {
                    Some(theirs) => {
                        evidence.extend(theirs.evidence);
                        Verdict::Agreed
                    }
                    None => Verdict::RulesOnly,
                };
                judge.item(&pointer, verdict, evidence, rejected);
                ours.value
            }
            (None, Some(theirs)) if rules_ran => {
                let name = serde_json::to_value(id).ok().and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default();
                let quote: String = theirs.evidence.first().map(|evidence| evidence.quote.chars().take(60).collect()).unwrap_or_default();
                judge.review(
                    &pointer,
                    ReviewCode::Conflict,
                    format!("the model sees `{name}` in “{quote}”, the rules do not; kept the rules'"),
                );
                rejected.push(reject(&theirs));
                judge.item(&pointer, Verdict::Conflict, Vec::new(), rejected);
                absent
            }
            (None, Some(theirs)) => {
                judge.item(&pointer, Verdict::ModelOnly, theirs.evidence, rejected);
                theirs.value
            }
            (None, None) => {
                if !rejected.is_empty() {
                    judge.item(&pointer, Verdict::ModelOnly, Vec::new(), rejected);
                }
                absent
            }
        };
        judge.note(&pointer, poll);
        all.push(value);
    }
    all
}

fn compliance(judge: &mut Judge, rows: Vec<CheckedRow>, disclosures: &[Disclosure]) -> Vec<Compliance> {
    let mut all = Vec::new();
    for CheckedRow { row, evidence, from } in rows {
        let pointer = format!("/compliance/{}", all.len());
        let code = match row.status {
            ComplianceStatus::Violation => Some(ReviewCode::Violation),
            ComplianceStatus::Contradicted => Some(ReviewCode::Contradicted),
            _ => None,
        };
        if let Some(code) = code {
            let words: String = evidence.first().map(|evidence| evidence.quote.chars().take(60).collect()).unwrap_or_default();
            judge.review(&pointer, code, format!("{}: {}: “{words}”", row.id, row.clause));
        }
        judge.derived(&pointer, from.into_iter().filter_map(|from| disclosure_pointer(from, disclosures)).collect());
        if let Some(entry) = judge.provenance.get_mut(&pointer) {
            entry.evidence = evidence;
        }
        all.push(row);
    }
    all
}

/// A disclosure's id as its pointer in the record, where the record lists it; pointers stay as they are.
fn disclosure_pointer(from: String, disclosures: &[Disclosure]) -> Option<String> {
    if from.starts_with('/') {
        return Some(from);
    }
    let at = disclosures.iter().position(|disclosure| serde_json::to_value(disclosure.id).is_ok_and(|id| id == from.as_str()))?;
    Some(format!("/disclosures/{at}"))
}

#[cfg(test)]
mod tests;
