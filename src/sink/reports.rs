//! One row a report, with our names.

use std::io::Write;

use super::table::{Table, analysts, number, rating, text, word};
use super::{Records, SinkError, Written};
use crate::domain::Record;

const HEAD: [&str; 36] = [
    "name",
    "id",
    "category",
    "title",
    "subtitle",
    "series",
    "language",
    "jurisdiction",
    "publish_date",
    "publisher",
    "authors",
    "license_nos",
    "subject_type",
    "subject_name",
    "symbol",
    "code",
    "industry",
    "rating",
    "rating_action",
    "prior_rating",
    "rating_rank",
    "rating_of",
    "rating_direction",
    "rating_score",
    "mapping_source",
    "target_low",
    "target_high",
    "target_currency",
    "current_price",
    "disclosures",
    "not_found",
    "review",
    "review_codes",
    "readers",
    "model",
    "issues",
];

pub(super) fn write(records: &dyn Records, out: &mut dyn Write) -> Result<Written, SinkError> {
    let mut table = Table::new(out, &HEAD)?;
    let mut written = Written::default();
    records.each(&mut |record| {
        written.records += 1;
        table.row(&row(&record))
    })?;
    table.finish()?;
    Ok(written)
}

fn row(record: &Record) -> [String; 36] {
    let Record { product, publisher, subject, target_price, .. } = record;
    let (subject, target, rating) = (subject.as_ref(), target_price.as_ref(), rating(record));
    let licenses: Vec<&str> = record.authors.iter().filter_map(|author| author.license_no.as_deref()).collect();
    let present: Vec<String> =
        record.disclosures.iter().filter(|disclosure| disclosure.present).map(|disclosure| word(Some(disclosure.id))).collect();
    let not_found: Vec<&str> = record
        .compliance
        .iter()
        .filter(|row| row.status == crate::domain::record::ComplianceStatus::NotFound)
        .map(|row| row.id.as_str())
        .collect();
    let mut codes: Vec<String> = record.review.iter().map(|item| word(Some(item.code))).collect();
    codes.dedup();
    [
        record.source.name.clone(),
        record.id.clone(),
        word(product.category),
        text(product.title.as_deref()),
        text(product.subtitle.as_deref()),
        text(product.series.as_deref()),
        text(product.language.as_deref()),
        text(product.jurisdiction.as_deref()),
        product.publish_date.map(|day| day.to_string()).unwrap_or_default(),
        text(publisher.name.as_deref()),
        analysts(record, ";"),
        licenses.join(";"),
        word(subject.and_then(|subject| subject.kind)),
        text(subject.and_then(|subject| subject.name.as_deref())),
        text(subject.and_then(|subject| subject.symbol.as_deref())),
        text(subject.and_then(|subject| subject.code.as_deref())),
        text(subject.and_then(|subject| subject.industry.as_deref())),
        text(rating.and_then(|rating| rating.label.as_deref())),
        word(rating.and_then(|rating| rating.action)),
        text(rating.and_then(|rating| rating.prior_label.as_deref())),
        word(rating.and_then(|rating| rating.rank)),
        word(rating.and_then(|rating| rating.of)),
        word(rating.and_then(|rating| rating.direction)),
        number(rating.and_then(|rating| rating.score)),
        word(rating.and_then(|rating| rating.mapping_source)),
        number(target.and_then(|target| target.low)),
        number(target.and_then(|target| target.high)),
        text(target.and_then(|target| target.currency.as_deref())),
        number(target.and_then(|target| target.current_price)),
        present.join(";"),
        not_found.join(";"),
        record.review.len().to_string(),
        codes.join(";"),
        word(Some(record.run.readers)),
        text(record.run.model.as_deref()),
        record.run.issues.join(";"),
    ]
}
