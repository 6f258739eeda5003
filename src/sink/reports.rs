//! One row a report as CSV.

use std::io::Write;

use super::columns::{REPORTS, Read};
use super::table::{Table, number};
use super::{Records, SinkError, Written};
use crate::domain::Record;

pub(super) fn write(records: &dyn Records, out: &mut dyn Write) -> Result<Written, SinkError> {
    let mut table = Table::new(out, &REPORTS.map(|column| column.name))?;
    let mut written = Written::default();
    records.each(&mut |record| {
        written.records += 1;
        table.row(&REPORTS.map(|column| cell(column.read, &record)))
    })?;
    table.finish()?;
    Ok(written)
}

fn cell(read: Read<Record>, record: &Record) -> String {
    match read {
        Read::Text(read) => read(record).unwrap_or_default(),
        Read::Day(read) => read(record).map(|day| day.to_string()).unwrap_or_default(),
        Read::Count(read) => read(record).map(|count| count.to_string()).unwrap_or_default(),
        Read::Figure(read) => number(read(record)),
        Read::Words(read) => read(record).join(";"),
    }
}
