//! The columns of the table with one row a report: their names, types and order, the same in every form it is written in.

use super::table::{rating, signers, word};
use crate::domain::record::{ComplianceStatus, Rating, Subject, TargetPrice};
use crate::domain::{Amount, Date, Record};

/// One column of rows that are made of `T`.
#[derive(Debug)]
pub(super) struct Column<T> {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether every row has a value.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "CSV has no types"))]
    pub(super) required: bool,
    /// How a row's value is had.
    pub(super) read: Read<T>,
}

/// A type of values, and how one is had.
#[derive(Debug)]
pub(super) enum Read<T> {
    /// Words.
    Text(fn(&T) -> Option<String>),
    /// A day.
    Day(fn(&T) -> Option<Date>),
    /// A whole number.
    Count(fn(&T) -> Option<u64>),
    /// A decimal number as printed.
    Figure(fn(&T) -> Option<Amount>),
    /// Several words.
    Words(fn(&T) -> Vec<String>),
}

/// A column that may be without a value.
pub(super) const fn optional<T>(name: &'static str, read: Read<T>) -> Column<T> {
    Column { name, required: false, read }
}

/// A column that every row has a value in.
pub(super) const fn required<T>(name: &'static str, read: Read<T>) -> Column<T> {
    Column { name, required: true, read }
}

/// One row a report.
pub(super) const REPORTS: [Column<Record>; 36] = [
    required("name", Read::Text(|record| Some(record.source.name.clone()))),
    required("id", Read::Text(|record| Some(record.id.clone()))),
    optional("category", Read::Text(|record| some(word(record.product.category)))),
    optional("title", Read::Text(|record| record.product.title.clone())),
    optional("subtitle", Read::Text(|record| record.product.subtitle.clone())),
    optional("series", Read::Text(|record| record.product.series.clone())),
    optional("language", Read::Text(|record| record.product.language.clone())),
    optional("jurisdiction", Read::Text(|record| record.product.jurisdiction.clone())),
    optional("publish_date", Read::Day(|record| record.product.publish_date)),
    optional("publisher", Read::Text(|record| record.publisher.name.clone())),
    required("authors", Read::Words(|record| signers(record).into_iter().map(str::to_owned).collect())),
    required("license_nos", Read::Words(|record| record.authors.iter().filter_map(|author| author.license_no.clone()).collect())),
    optional("subject_type", Read::Text(|record| some(word(of_subject(record, |subject| subject.kind))))),
    optional("subject_name", Read::Text(|record| of_subject(record, |subject| subject.name.clone()))),
    optional("symbol", Read::Text(|record| of_subject(record, |subject| subject.symbol.clone()))),
    optional("code", Read::Text(|record| of_subject(record, |subject| subject.code.clone()))),
    optional("industry", Read::Text(|record| of_subject(record, |subject| subject.industry.clone()))),
    optional("rating", Read::Text(|record| of_rating(record, |rating| rating.label.clone()))),
    optional("rating_action", Read::Text(|record| some(word(of_rating(record, |rating| rating.action))))),
    optional("prior_rating", Read::Text(|record| of_rating(record, |rating| rating.prior_label.clone()))),
    optional("rating_rank", Read::Count(|record| of_rating(record, |rating| rating.rank.map(u64::from)))),
    optional("rating_of", Read::Count(|record| of_rating(record, |rating| rating.of.map(u64::from)))),
    optional("rating_direction", Read::Text(|record| some(word(of_rating(record, |rating| rating.direction))))),
    optional("rating_score", Read::Figure(|record| of_rating(record, |rating| rating.score))),
    optional("mapping_source", Read::Text(|record| some(word(of_rating(record, |rating| rating.mapping_source))))),
    optional("target_low", Read::Figure(|record| of_target(record, |target| target.low))),
    optional("target_high", Read::Figure(|record| of_target(record, |target| target.high))),
    optional("target_currency", Read::Text(|record| of_target(record, |target| target.currency.clone()))),
    optional("current_price", Read::Figure(|record| of_target(record, |target| target.current_price))),
    required("disclosures", Read::Words(disclosures)),
    required("not_found", Read::Words(not_found)),
    required("review", Read::Count(|record| Some(record.review.len() as u64))),
    required("review_codes", Read::Words(review_codes)),
    required("readers", Read::Text(|record| Some(word(Some(record.run.readers))))),
    optional("model", Read::Text(|record| record.run.model.clone())),
    required("issues", Read::Words(|record| record.run.issues.clone())),
];

fn of_subject<T>(record: &Record, read: impl FnOnce(&Subject) -> Option<T>) -> Option<T> {
    record.subject.as_ref().and_then(read)
}

fn of_rating<T>(record: &Record, read: impl FnOnce(&Rating) -> Option<T>) -> Option<T> {
    rating(record).and_then(read)
}

fn of_target<T>(record: &Record, read: impl FnOnce(&TargetPrice) -> Option<T>) -> Option<T> {
    record.target_price.as_ref().and_then(read)
}

fn disclosures(record: &Record) -> Vec<String> {
    record.disclosures.iter().filter(|disclosure| disclosure.present).map(|disclosure| word(Some(disclosure.id))).collect()
}

fn not_found(record: &Record) -> Vec<String> {
    record.compliance.iter().filter(|row| row.status == ComplianceStatus::NotFound).map(|row| row.id.clone()).collect()
}

fn review_codes(record: &Record) -> Vec<String> {
    let mut codes: Vec<String> = record.review.iter().map(|item| word(Some(item.code))).collect();
    codes.dedup();
    codes
}

/// An empty text is no value.
pub(super) fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
