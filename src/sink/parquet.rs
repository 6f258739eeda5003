//! One row a report as Parquet: the columns of the CSV with their types, and ratings, figures and evidence as lists of objects
//! with the columns of the SQLite tables.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int32Array, ListArray, RecordBatch, StringArray, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::columns::{Column, REPORTS, Read, optional, required, some};
use super::table::{number, real, word};
use super::{Records, SinkError, Written};
use crate::domain::record::{Estimate, Rating};
use crate::domain::{Amount, Date, Evidence, Record, Verdict};

/// Name and version of the columns, in the file's metadata. A column that is added leaves it, any other change does not.
const COLUMNS: &str = "sellside.reports/1";

/// Records that are in memory at once.
const TOGETHER: usize = 256;

/// Bytes of a row group: what the writer holds in memory.
const ROW_GROUP: usize = 32 * 1024 * 1024;

/// One place of one value.
struct Place<'a> {
    pointer: &'a str,
    verdict: Verdict,
    evidence: &'a Evidence,
}

const RATINGS: [Column<Rating>; 14] = [
    optional("subject_type", Read::Text(|rating| some(word(rating.subject_type)))),
    optional("subject", Read::Text(|rating| rating.subject.clone())),
    optional("label", Read::Text(|rating| rating.label.clone())),
    optional("label_raw", Read::Text(|rating| rating.label_raw.clone())),
    optional("action", Read::Text(|rating| some(word(rating.action)))),
    optional("prior_label", Read::Text(|rating| rating.prior_label.clone())),
    optional("status", Read::Text(|rating| some(word(rating.status)))),
    optional("rank", Read::Count(|rating| rating.rank.map(u64::from))),
    optional("grades", Read::Count(|rating| rating.of.map(u64::from))),
    optional("direction", Read::Text(|rating| some(word(rating.direction)))),
    optional("score", Read::Figure(|rating| rating.score)),
    optional("horizon_months", Read::Count(|rating| rating.horizon_months.map(u64::from))),
    optional("benchmark", Read::Text(|rating| rating.benchmark.clone())),
    optional("mapping_source", Read::Text(|rating| some(word(rating.mapping_source)))),
];

const ESTIMATES: [Column<Estimate>; 8] = [
    optional("subject", Read::Text(|figure| figure.subject.clone())),
    optional("metric", Read::Text(|figure| some(word(figure.metric)))),
    optional("period", Read::Text(|figure| figure.period.clone())),
    optional("kind", Read::Text(|figure| some(word(figure.kind)))),
    optional("value", Read::Figure(|figure| figure.value)),
    optional("printed", Read::Text(|figure| some(number(figure.value)))),
    optional("unit", Read::Text(|figure| some(word(figure.unit)))),
    optional("currency", Read::Text(|figure| figure.currency.clone())),
];

fn evidence<'a>() -> [Column<Place<'a>>; 10] {
    [
        required("pointer", Read::Text(|place| Some(place.pointer.to_owned()))),
        required("verdict", Read::Text(|place| Some(word(Some(place.verdict))))),
        required("read_by", Read::Text(|place| Some(word(Some(place.evidence.by))))),
        required("quote", Read::Text(|place| Some(place.evidence.quote.clone()))),
        optional("first", Read::Count(|place| place.evidence.start.map(|at| at as u64))),
        optional("past", Read::Count(|place| place.evidence.end.map(|at| at as u64))),
        optional("page", Read::Count(|place| place.evidence.page.map(u64::from))),
        required("alignment", Read::Text(|place| Some(word(Some(place.evidence.alignment))))),
        optional("score", Read::Figure(|place| place.evidence.score.and_then(|score| score.to_string().parse::<Amount>().ok()))),
        required("reasons", Read::Words(|place| place.evidence.reasons.iter().map(|reason| word(Some(*reason))).collect())),
    ]
}

pub(super) fn write(records: &dyn Records, out: &mut (dyn Write + Send)) -> Result<Written, SinkError> {
    let schema = schema();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("sellside {}", env!("CARGO_PKG_VERSION")))
        .set_max_row_group_bytes(Some(ROW_GROUP))
        .build();
    let mut file = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties)).map_err(failed)?;
    let mut written = Written::default();
    let mut waiting = Vec::with_capacity(TOGETHER);
    records.each(&mut |record| {
        written.records += 1;
        waiting.push(record);
        if waiting.len() == TOGETHER {
            file.write(&batch(&schema, &waiting)?).map_err(failed)?;
            waiting.clear();
        }
        Ok(())
    })?;
    if !waiting.is_empty() {
        file.write(&batch(&schema, &waiting)?).map_err(failed)?;
    }
    file.close().map_err(failed)?;
    Ok(written)
}

fn schema() -> SchemaRef {
    let mut fields = fields(&REPORTS);
    fields.extend([
        objects("ratings", Fields::from(self::fields(&RATINGS))),
        objects("estimates", Fields::from(self::fields(&ESTIMATES))),
        objects("evidence", Fields::from(self::fields(&evidence()))),
    ]);
    let metadata = [("sellside.columns".to_owned(), COLUMNS.to_owned())];
    Arc::new(Schema::new_with_metadata(fields, metadata))
}

fn fields<T>(columns: &[Column<T>]) -> Vec<Field> {
    columns.iter().map(|column| Field::new(column.name, of(&column.read), !column.required)).collect()
}

fn of<T>(read: &Read<T>) -> DataType {
    match read {
        Read::Text(_) => DataType::Utf8,
        Read::Day(_) => DataType::Date32,
        Read::Count(_) => DataType::Int32,
        Read::Figure(_) => DataType::Float64,
        Read::Words(_) => DataType::List(Arc::new(element(DataType::Utf8))),
    }
}

fn objects(name: &str, of: Fields) -> Field {
    Field::new(name, DataType::List(Arc::new(element(DataType::Struct(of)))), false)
}

/// What lists are made of, by the name Parquet has for it.
fn element(of: DataType) -> Field {
    Field::new("element", of, false)
}

fn batch(schema: &SchemaRef, records: &[Record]) -> Result<RecordBatch, SinkError> {
    let rows: Vec<&Record> = records.iter().collect();
    let mut columns = arrays(&REPORTS, &rows).map_err(refused)?;
    columns.extend([
        lists(&RATINGS, &rows, |record| record.ratings.iter().collect()).map_err(refused)?,
        lists(&ESTIMATES, &rows, |record| record.estimates.iter().collect()).map_err(refused)?,
    ]);
    let places: Vec<Vec<Place<'_>>> = records.iter().map(places).collect();
    columns.push(lists(&evidence(), &places.iter().collect::<Vec<_>>(), |places| places.iter().collect()).map_err(refused)?);
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(refused)
}

fn places(record: &Record) -> Vec<Place<'_>> {
    let all = record.provenance.iter().flat_map(|(pointer, provenance)| {
        provenance.evidence.iter().map(move |evidence| Place { pointer, verdict: provenance.verdict, evidence })
    });
    all.collect()
}

/// The columns of several rows.
fn arrays<T>(columns: &[Column<T>], rows: &[&T]) -> Result<Vec<ArrayRef>, ArrowError> {
    columns.iter().map(|column| array(&column.read, rows)).collect()
}

fn array<T>(read: &Read<T>, rows: &[&T]) -> Result<ArrayRef, ArrowError> {
    Ok(match read {
        Read::Text(read) => Arc::new(rows.iter().map(|row| read(row)).collect::<StringArray>()),
        Read::Day(read) => Arc::new(rows.iter().map(|row| read(row).and_then(days)).collect::<Date32Array>()),
        Read::Count(read) => {
            Arc::new(rows.iter().map(|row| read(row).map(|count| i32::try_from(count).unwrap_or(i32::MAX))).collect::<Int32Array>())
        }
        Read::Figure(read) => Arc::new(rows.iter().map(|row| real(read(row))).collect::<Float64Array>()),
        Read::Words(read) => {
            let words: Vec<Vec<String>> = rows.iter().map(|row| read(row)).collect();
            let all = StringArray::from_iter_values(words.iter().flatten());
            list(element(DataType::Utf8), words.iter().map(Vec::len), Arc::new(all))?
        }
    })
}

/// A column of lists of objects.
fn lists<T, U>(columns: &[Column<U>], rows: &[&T], items: impl Fn(&T) -> Vec<&U>) -> Result<ArrayRef, ArrowError> {
    let items: Vec<Vec<&U>> = rows.iter().map(|row| items(row)).collect();
    let all: Vec<&U> = items.iter().flatten().copied().collect();
    let of = Fields::from(fields(columns));
    let objects = StructArray::try_new_with_length(of.clone(), arrays(columns, &all)?, None, all.len())?;
    list(element(DataType::Struct(of)), items.iter().map(Vec::len), Arc::new(objects))
}

fn list(element: Field, lengths: impl IntoIterator<Item = usize>, all: ArrayRef) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(ListArray::try_new(Arc::new(element), OffsetBuffer::from_lengths(lengths), all, None)?))
}

/// Days since 1970, as Arrow counts them; ours begin in 1990, 7305 days later.
fn days(day: Date) -> Option<i32> {
    Date::new(1990, 1, 1).map(|first| 7305 + first.days_to(day))
}

fn refused(error: ArrowError) -> SinkError {
    SinkError::Write(io::Error::other(error))
}

fn failed(error: ParquetError) -> SinkError {
    match error {
        // A full disk is told as one.
        ParquetError::External(error) => SinkError::Write(error.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error)),
        other => SinkError::Write(io::Error::other(other)),
    }
}
