//! One SQLite database, a table for each thing people join on.

use std::path::Path;

use rusqlite::{Connection, Transaction, params};

use super::columns::some;
use super::table::{number, real, word};
use super::{Records, SinkError, Written};
use crate::domain::Record;

/// Amounts are text with all their digits and a number for sums; JSON stands where a value has parts of its own.
const TABLES: &str = "
    CREATE TABLE records (
        record INTEGER PRIMARY KEY, name TEXT NOT NULL, id TEXT NOT NULL, text_id TEXT NOT NULL, category TEXT, title TEXT,
        subtitle TEXT, series TEXT, language TEXT, jurisdiction TEXT, publish_date TEXT, publisher TEXT, legal_name TEXT,
        license_prefix TEXT, subject_type TEXT, subject_name TEXT, code TEXT, symbol TEXT, mic TEXT, industry TEXT,
        target_low REAL, target_high REAL, target_currency TEXT, prior_low REAL, prior_high REAL, current_price REAL,
        price_date TEXT, horizon_months INTEGER, valuation_method TEXT, review INTEGER NOT NULL, readers TEXT NOT NULL,
        model TEXT, json TEXT NOT NULL
    ) STRICT;
    CREATE TABLE ratings (
        record INTEGER NOT NULL REFERENCES records, position INTEGER NOT NULL, subject_type TEXT, subject TEXT, label TEXT,
        label_raw TEXT, action TEXT, prior_label TEXT, status TEXT, rank INTEGER, grades INTEGER, direction TEXT, score REAL,
        horizon_months INTEGER, benchmark TEXT, mapping_source TEXT, PRIMARY KEY (record, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE authors (
        record INTEGER NOT NULL REFERENCES records, position INTEGER NOT NULL, name TEXT, role TEXT, license_type TEXT,
        license_no TEXT, email TEXT, phone TEXT, PRIMARY KEY (record, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE estimates (
        record INTEGER NOT NULL REFERENCES records, position INTEGER NOT NULL, subject TEXT, metric TEXT, period TEXT, kind TEXT,
        value REAL, printed TEXT, unit TEXT, currency TEXT, PRIMARY KEY (record, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE disclosures (
        record INTEGER NOT NULL REFERENCES records, disclosure TEXT NOT NULL, present INTEGER NOT NULL, polarity TEXT,
        specific INTEGER, PRIMARY KEY (record, disclosure)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE evidence (
        record INTEGER NOT NULL REFERENCES records, pointer TEXT NOT NULL, verdict TEXT NOT NULL, read_by TEXT NOT NULL,
        quote TEXT NOT NULL, first INTEGER, past INTEGER, page INTEGER, alignment TEXT NOT NULL, score REAL, reasons TEXT NOT NULL
    ) STRICT;
    CREATE INDEX evidence_of ON evidence (record, pointer);
";

pub(super) fn write(records: &dyn Records, path: &Path) -> Result<Written, SinkError> {
    let mut connection = Connection::open(path)?;
    // The file is put in its place when it is whole; until then nobody needs a journal of it.
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    let mut written = Written::default();
    records.each(&mut |record| {
        written.records += 1;
        insert(&transaction, i64::try_from(written.records).unwrap_or(i64::MAX), &record)
    })?;
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(written)
}

fn insert(to: &Transaction<'_>, number_of: i64, record: &Record) -> Result<(), SinkError> {
    let Record { product, publisher, subject, target_price: target, .. } = record;
    let (subject, target) = (subject.as_ref(), target.as_ref());
    let day = |day: Option<crate::domain::Date>| day.map(|day| day.to_string());
    to.prepare_cached(
        "INSERT INTO records VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
         ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33)",
    )?
    .execute(params![
        number_of,
        record.source.name,
        record.id,
        record.text_id,
        some(word(product.category)),
        product.title,
        product.subtitle,
        product.series,
        product.language,
        product.jurisdiction,
        day(product.publish_date),
        publisher.name,
        publisher.legal_name,
        publisher.license_prefix,
        some(word(subject.and_then(|subject| subject.kind))),
        subject.and_then(|subject| subject.name.as_deref()),
        subject.and_then(|subject| subject.code.as_deref()),
        subject.and_then(|subject| subject.symbol.as_deref()),
        subject.and_then(|subject| subject.mic.as_deref()),
        subject.and_then(|subject| subject.industry.as_deref()),
        real(target.and_then(|target| target.low)),
        real(target.and_then(|target| target.high)),
        target.and_then(|target| target.currency.as_deref()),
        real(target.and_then(|target| target.prior_low)),
        real(target.and_then(|target| target.prior_high)),
        real(target.and_then(|target| target.current_price)),
        day(target.and_then(|target| target.price_date)),
        target.and_then(|target| target.horizon_months),
        target.and_then(|target| target.method.as_deref()),
        i64::try_from(record.review.len()).unwrap_or(i64::MAX),
        word(Some(record.run.readers)),
        record.run.model,
        serde_json::to_string(record)?,
    ])?;
    lists(to, number_of, record)?;
    let mut evidence = to.prepare_cached("INSERT INTO evidence VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?;
    for (pointer, provenance) in &record.provenance {
        for place in &provenance.evidence {
            let at = |position: Option<usize>| position.map(|position| i64::try_from(position).unwrap_or(i64::MAX));
            evidence.execute(params![
                number_of,
                pointer,
                word(Some(provenance.verdict)),
                word(Some(place.by)),
                place.quote,
                at(place.start),
                at(place.end),
                place.page,
                word(Some(place.alignment)),
                place.score,
                serde_json::to_string(&place.reasons)?,
            ])?;
        }
    }
    Ok(())
}

fn lists(to: &Transaction<'_>, number_of: i64, record: &Record) -> Result<(), SinkError> {
    let mut ratings =
        to.prepare_cached("INSERT INTO ratings VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)")?;
    for (position, rating) in (0i64..).zip(&record.ratings) {
        ratings.execute(params![
            number_of,
            position,
            some(word(rating.subject_type)),
            rating.subject,
            rating.label,
            rating.label_raw,
            some(word(rating.action)),
            rating.prior_label,
            some(word(rating.status)),
            rating.rank,
            rating.of,
            some(word(rating.direction)),
            real(rating.score),
            rating.horizon_months,
            rating.benchmark,
            some(word(rating.mapping_source)),
        ])?;
    }
    let mut authors = to.prepare_cached("INSERT INTO authors VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    for (position, author) in (0i64..).zip(&record.authors) {
        let (role, register) = (some(word(author.role)), some(word(author.license_type)));
        authors.execute(params![number_of, position, author.name, role, register, author.license_no, author.email, author.phone])?;
    }
    let mut estimates = to.prepare_cached("INSERT INTO estimates VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    for (position, figure) in (0i64..).zip(&record.estimates) {
        estimates.execute(params![
            number_of,
            position,
            figure.subject,
            some(word(figure.metric)),
            figure.period,
            some(word(figure.kind)),
            real(figure.value),
            some(number(figure.value)),
            some(word(figure.unit)),
            figure.currency,
        ])?;
    }
    let mut disclosures = to.prepare_cached("INSERT OR IGNORE INTO disclosures VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for disclosure in &record.disclosures {
        let polarity = some(word(disclosure.polarity));
        disclosures.execute(params![number_of, word(Some(disclosure.id)), disclosure.present, polarity, disclosure.specific])?;
    }
    Ok(())
}
