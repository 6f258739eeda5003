//! The values of a record, field by field, as they are compared.

use rust_decimal::Decimal;
use serde::Serialize;

use super::item::Item;
use super::likeness::fold;
use crate::domain::rating::{RatingStatus, SubjectType};
use crate::domain::record::{Author, AuthorRole, Grade, Mention, Rating, RatingScale, Record, Stance, Subject, TargetPrice};

/// The name a closed value has in JSON.
pub(super) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A value that may be missing; empty text is missing.
fn one(value: Option<impl ToString>, pointer: &str) -> Vec<Item> {
    value.map(|value| Item::of(value, pointer)).filter(|item| !item.value.is_empty()).into_iter().collect()
}

fn closed(value: Option<&impl Serialize>, pointer: &str) -> Vec<Item> {
    one(value.map(word), pointer)
}

pub(super) fn broker(record: &Record) -> Vec<Item> {
    let publisher = &record.publisher;
    let name = one(publisher.name.as_ref(), "/publisher/name");
    if name.is_empty() { legal_name(record) } else { name }
}

pub(super) fn legal_name(record: &Record) -> Vec<Item> {
    one(record.publisher.legal_name.as_ref(), "/publisher/legal_name")
}

/// Both title lines; the first one alone is as right.
pub(super) fn title(record: &Record) -> Vec<Item> {
    let product = &record.product;
    let title = product.title.clone().unwrap_or_default();
    let whole = format!("{title}{}", product.subtitle.as_deref().unwrap_or_default());
    let mut items = one(Some(whole), "/product/title");
    for item in &mut items {
        item.also.push(title.clone());
        item.pointers.push("/product/subtitle".to_owned());
    }
    items
}

pub(super) fn report_type(record: &Record) -> Vec<Item> {
    closed(record.product.category.as_ref(), "/product/category")
}

pub(super) fn published(record: &Record) -> Vec<Item> {
    one(record.product.publish_date, "/product/publish_date")
}

pub(super) fn period_start(record: &Record) -> Vec<Item> {
    one(record.product.period_start, "/product/period_start")
}

pub(super) fn period_end(record: &Record) -> Vec<Item> {
    one(record.product.period_end, "/product/period_end")
}

/// The report's first rating, where it is a grade.
fn rated(record: &Record) -> Option<&Rating> {
    record.ratings.first().filter(|rating| matches!(rating.status, Some(RatingStatus::Rated) | None))
}

pub(super) fn rating_label(record: &Record) -> Vec<Item> {
    let Some(rating) = rated(record) else { return Vec::new() };
    let mut items = one(rating.label.as_ref(), "/ratings/0/label");
    if items.is_empty() {
        return one(rating.label_raw.as_ref(), "/ratings/0/label_raw");
    }
    for item in &mut items {
        item.also.extend(rating.label_raw.clone());
        item.pointers.push("/ratings/0/label_raw".to_owned());
    }
    items
}

pub(super) fn rating_subject(record: &Record) -> Vec<Item> {
    closed(rated(record).and_then(|rating| rating.subject_type.as_ref()), "/ratings/0/subject_type")
}

pub(super) fn rating_action(record: &Record) -> Vec<Item> {
    closed(rated(record).and_then(|rating| rating.action.as_ref()), "/ratings/0/action")
}

pub(super) fn rating_direction(record: &Record) -> Vec<Item> {
    closed(rated(record).and_then(|rating| rating.direction.as_ref()), "/ratings/0/direction")
}

pub(super) fn rating_rank(record: &Record) -> Vec<Item> {
    let of = |rating: &Rating| rating.of.map_or_else(|| "?".to_owned(), |of| of.to_string());
    one(rated(record).and_then(|rating| Some(format!("{}/{}", rating.rank?, of(rating)))), "/ratings/0/rank")
}

pub(super) fn rating_status(record: &Record) -> Vec<Item> {
    closed(record.ratings.first().and_then(|rating| rating.status.as_ref()), "/ratings/0/status")
}

pub(super) fn rating_prior(record: &Record) -> Vec<Item> {
    one(rated(record).and_then(|rating| rating.prior_label.as_ref()), "/ratings/0/prior_label")
}

/// Ratings beside the first, by what they rate.
pub(super) fn other_ratings(record: &Record) -> Vec<Item> {
    let rest = record.ratings.iter().enumerate().skip(1);
    rest.filter_map(|(at, rating)| {
        let label = rating.label.clone().or_else(|| rating.label_raw.clone())?;
        Some(Item::keyed(rating.subject_type.as_ref().map(word).unwrap_or_default(), label, format!("/ratings/{at}/label")))
    })
    .collect()
}

fn subject(record: &Record, kind: SubjectType) -> Option<&Subject> {
    record.subject.as_ref().filter(|subject| subject.kind == Some(kind))
}

pub(super) fn subject_type(record: &Record) -> Vec<Item> {
    closed(record.subject.as_ref().and_then(|subject| subject.kind.as_ref()), "/subject/type")
}

pub(super) fn security_name(record: &Record) -> Vec<Item> {
    one(subject(record, SubjectType::Stock).and_then(|subject| subject.name.as_ref()), "/subject/name")
}

pub(super) fn security_code(record: &Record) -> Vec<Item> {
    one(subject(record, SubjectType::Stock).and_then(|subject| subject.code.as_ref()), "/subject/code")
}

/// The sector as printed, else the name of what the report is about.
pub(super) fn sector_or_name(record: &Record) -> Vec<Item> {
    let Some(subject) = &record.subject else { return Vec::new() };
    let sector = one(subject.industry.as_ref(), "/subject/industry");
    if sector.is_empty() { one(subject.name.as_ref(), "/subject/name") } else { sector }
}

/// The sector as printed, else the name of a sector the report is about.
pub(super) fn industry(record: &Record) -> Vec<Item> {
    let sector = one(record.subject.as_ref().and_then(|subject| subject.industry.as_ref()), "/subject/industry");
    if sector.is_empty() {
        one(subject(record, SubjectType::Industry).and_then(|subject| subject.name.as_ref()), "/subject/name")
    } else {
        sector
    }
}

/// Whether a person signs the report, as far as is known.
fn signs(author: &Author) -> bool {
    matches!(author.role, Some(AuthorRole::Analyst) | None)
}

fn people(record: &Record, which: impl Fn(&Author) -> bool) -> Vec<Item> {
    let people = record.authors.iter().enumerate().filter(|(_, author)| which(author));
    people.flat_map(|(at, author)| one(author.name.as_ref(), &format!("/authors/{at}/name"))).collect()
}

pub(super) fn analyst_names(record: &Record) -> Vec<Item> {
    people(record, signs)
}

pub(super) fn contact_names(record: &Record) -> Vec<Item> {
    people(record, |author| !signs(author))
}

pub(super) fn analyst_licenses(record: &Record) -> Vec<Item> {
    let signers = record.authors.iter().enumerate().filter(|(_, author)| signs(author));
    signers
        .filter_map(|(at, author)| {
            let number = author.license_no.as_ref().filter(|number| !number.is_empty())?;
            Some(Item::keyed(author.name.clone().unwrap_or_default(), number, format!("/authors/{at}/license_no")))
        })
        .collect()
}

/// The upper end, or the target itself; the lower end is as right.
pub(super) fn target_price(record: &Record) -> Vec<Item> {
    let Some(TargetPrice { low, high, .. }) = &record.target_price else { return Vec::new() };
    let mut items = one(*high, "/target_price/high");
    if items.is_empty() {
        return one(*low, "/target_price/low");
    }
    for item in &mut items {
        item.also.extend(low.map(|low| low.to_string()));
        item.pointers.push("/target_price/low".to_owned());
    }
    items
}

pub(super) fn target_low(record: &Record) -> Vec<Item> {
    one(record.target_price.as_ref().and_then(|target| target.low), "/target_price/low")
}

pub(super) fn target_currency(record: &Record) -> Vec<Item> {
    one(record.target_price.as_ref().and_then(|target| target.currency.as_ref()), "/target_price/currency")
}

pub(super) fn target_prior(record: &Record) -> Vec<Item> {
    one(record.target_price.as_ref().and_then(|target| target.prior_high), "/target_price/prior_high")
}

pub(super) fn target_months(record: &Record) -> Vec<Item> {
    one(record.target_price.as_ref().and_then(|target| target.horizon_months), "/target_price/horizon_months")
}

pub(super) fn target_method(record: &Record) -> Vec<Item> {
    one(record.target_price.as_ref().and_then(|target| target.method.as_ref()), "/target_price/method")
}

pub(super) fn current_price(record: &Record) -> Vec<Item> {
    one(record.target_price.as_ref().and_then(|target| target.current_price), "/target_price/current_price")
}

pub(super) fn price_date(record: &Record) -> Vec<Item> {
    one(record.target_price.as_ref().and_then(|target| target.price_date), "/target_price/price_date")
}

pub(super) fn estimates(record: &Record) -> Vec<Item> {
    let estimates = record.estimates.iter().enumerate();
    estimates
        .filter_map(|(at, estimate)| {
            let whose = estimate.subject.as_ref().map(|name| format!("{name} ")).unwrap_or_default();
            let metric = estimate.metric.as_ref().map(word).unwrap_or_default();
            let key = format!("{whose}{metric} {}", estimate.period.as_deref().unwrap_or_default());
            let unit = estimate.unit.as_ref().map(|unit| format!(" {}", word(unit))).unwrap_or_default();
            Some(Item::keyed(key.trim(), format!("{}{unit}", estimate.value?), format!("/estimates/{at}")))
        })
        .collect()
}

fn grades(record: &Record) -> impl Iterator<Item = (&RatingScale, &Grade, String)> {
    let scales = record.rating_scales.iter().enumerate();
    scales.flat_map(|(scale, of)| {
        of.grades.iter().enumerate().map(move |(grade, one)| (of, one, format!("/rating_scales/{scale}/grades/{grade}")))
    })
}

pub(super) fn scale_labels(record: &Record) -> Vec<Item> {
    grades(record).map(|(scale, grade, pointer)| Item::keyed(word(&scale.subject_type), &grade.label, pointer)).collect()
}

/// The ends of each grade's band, in percent and without sign; grades without a band left out.
pub(super) fn thresholds(record: &Record) -> Vec<Item> {
    bands(record).into_iter().filter(|item| !item.value.is_empty()).collect()
}

/// The ends of every grade's band.
pub(super) fn bands(record: &Record) -> Vec<Item> {
    let bands = grades(record).map(|(scale, grade, pointer)| {
        let mut ends: Vec<Decimal> = [grade.low, grade.high].into_iter().flatten().map(|end| end.abs().as_decimal()).collect();
        Item::keyed(band_key(scale.subject_type, &grade.label), band(&mut ends), pointer)
    });
    bands.collect()
}

/// What a band belongs to.
pub(super) fn band_key(subject: SubjectType, label: &str) -> String {
    format!("{} {}", word(&subject), fold(label))
}

/// The ends of a band as text, each once and in order.
pub(super) fn band(ends: &mut Vec<Decimal>) -> String {
    ends.sort_unstable();
    ends.dedup();
    ends.iter().map(|end| end.normalize().to_string()).collect::<Vec<_>>().join(" ")
}

pub(super) fn benchmarks(record: &Record) -> Vec<Item> {
    let all = record.benchmarks.iter().enumerate();
    all.map(|(at, benchmark)| Item::keyed(&benchmark.market, benchmark.indices.join(" "), format!("/benchmarks/{at}"))).collect()
}

/// Securities with a stance or a rating, not those that are only named.
fn calls(record: &Record) -> impl Iterator<Item = (usize, &Mention)> {
    let all = record.mentions.iter().enumerate();
    all.filter(|(_, mention)| !mention.name.is_empty() && !matches!(mention.stance, Some(Stance::Related) | None))
}

pub(super) fn mentions(record: &Record) -> Vec<Item> {
    calls(record).map(|(at, mention)| Item::of(&mention.name, format!("/mentions/{at}"))).collect()
}

/// Each security's printed stance and rating, parted by `|`.
pub(super) fn mention_stances(record: &Record) -> Vec<Item> {
    let text = |word: &Option<String>| fold(word.as_deref().unwrap_or_default());
    calls(record)
        .map(|(at, mention)| {
            let words = format!("{}|{}", text(&mention.stance_raw), text(&mention.rating_raw));
            Item::keyed(&mention.name, words, format!("/mentions/{at}"))
        })
        .collect()
}

pub(super) fn sector_calls(record: &Record) -> Vec<Item> {
    let all = record.sector_calls.iter().enumerate();
    all.map(|(at, call)| Item::keyed(&call.sector, call.stance.as_ref().map(word).unwrap_or_default(), format!("/sector_calls/{at}")))
        .collect()
}

pub(super) fn risks(record: &Record) -> Vec<Item> {
    record.risks.iter().enumerate().map(|(at, risk)| Item::of(risk, format!("/risks/{at}"))).collect()
}

pub(super) fn related_reports(record: &Record) -> Vec<Item> {
    let all = record.related_reports.iter().enumerate();
    all.map(|(at, report)| Item::of(&report.title, format!("/related_reports/{at}"))).collect()
}

/// The disclosures that are present, by id.
pub(super) fn disclosures(record: &Record) -> Vec<Item> {
    let all = record.disclosures.iter().enumerate().filter(|(_, disclosure)| disclosure.present);
    all.map(|(at, disclosure)| Item::of(word(&disclosure.id), format!("/disclosures/{at}"))).collect()
}
