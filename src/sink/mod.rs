//! Records as the tables people already use.
//!
//! What a form cannot hold is left out, never guessed: a column without a value of the report stays empty. Cells of tables that
//! a spreadsheet would take for a formula begin with an apostrophe, since their words come from reports.

mod akshare;
mod columns;
mod database;
#[cfg(feature = "parquet")]
mod parquet;
mod reports;
mod table;
mod tushare;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use crate::domain::Record;
pub(crate) use table::Table;

/// Longest line of a file of records, in bytes.
const LINE: u64 = 256 * 1024 * 1024;

/// A form records can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// One row a report, with our names.
    Csv,
    /// The records themselves, one a line.
    Jsonl,
    /// The columns and units of tushare's `report_rc`: one row a report and forecast year, stocks only.
    Tushare,
    /// The columns of akshare's `stock_research_report_em`, stocks only.
    Akshare,
    /// One SQLite database with a table each for records, ratings, authors, estimates, disclosures and evidence.
    Sqlite,
    /// One row a report with typed columns, and ratings, figures and evidence as lists; with the feature `parquet` alone.
    Parquet,
}

impl Form {
    /// What a file in this form is called by default.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "reports.csv",
            Self::Jsonl => "reports.jsonl",
            Self::Tushare => "tushare.csv",
            Self::Akshare => "akshare.csv",
            Self::Sqlite => "records.sqlite",
            Self::Parquet => "reports.parquet",
        }
    }

    /// Whether this build can write it.
    pub fn is_built(self) -> bool {
        self != Self::Parquet || cfg!(feature = "parquet")
    }
}

/// Why records could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// The records cannot be read.
    #[error("could not read the records in `{}`", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// A line is no record.
    #[error("line {line} of `{}` is no record", .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The records come from somewhere that failed.
    #[error("could not read the records")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// This build has no part that writes the form.
    #[error("this `sellside` was built without `{0}`")]
    NotBuilt(&'static str),
    /// The table cannot be written.
    #[error("could not write the table")]
    Write(#[from] io::Error),
    /// The table cannot be written as CSV.
    #[error("could not write the table")]
    Csv(#[from] csv::Error),
    /// A record cannot be written as JSON.
    #[error("could not write a record as JSON")]
    Json(#[from] serde_json::Error),
    /// The database cannot be written.
    #[error("could not write the database")]
    Database(#[from] rusqlite::Error),
}

/// Records that can be gone through, more than once, one at a time.
pub trait Records {
    /// Hands over each record in order.
    ///
    /// # Errors
    /// When the records cannot be read, or `visit` fails.
    fn each(&self, visit: &mut dyn FnMut(Record) -> Result<(), SinkError>) -> Result<(), SinkError>;
}

/// A file of records, one a line.
#[derive(Clone, Debug)]
pub struct RecordFile(pub PathBuf);

impl Records for RecordFile {
    fn each(&self, visit: &mut dyn FnMut(Record) -> Result<(), SinkError>) -> Result<(), SinkError> {
        let read = |error| SinkError::Read(self.0.clone(), error);
        let mut file = BufReader::new(File::open(&self.0).map_err(read)?);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if io::Read::take(&mut file, LINE).read_until(b'\n', &mut line).map_err(read)? == 0 {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let record = serde_json::from_slice(&line);
            visit(record.map_err(|source| SinkError::Line { path: self.0.clone(), line: number, source })?)?;
        }
        Ok(())
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Records with a row.
    pub records: u64,
    /// Records the form has no place for: those about no stock, for the vendors' tables.
    pub left_out: u64,
}

/// Writes records in a form that is a stream of bytes; `excel` begins it with a byte order mark.
///
/// # Errors
/// When records cannot be read, the table cannot be written or this build cannot write it; [`Form::Sqlite`] is no stream and
/// writes nothing.
pub fn write(records: &dyn Records, form: Form, excel: bool, out: &mut (dyn Write + Send)) -> Result<Written, SinkError> {
    if excel && matches!(form, Form::Csv | Form::Tushare | Form::Akshare) {
        out.write_all("\u{feff}".as_bytes())?;
    }
    match form {
        Form::Csv => reports::write(records, out),
        Form::Tushare => tushare::write(records, out),
        Form::Akshare => akshare::write(records, out),
        Form::Jsonl => {
            let mut written = Written::default();
            records.each(&mut |record| {
                serde_json::to_writer(&mut *out, &record)?;
                out.write_all(b"\n")?;
                written.records += 1;
                Ok(())
            })?;
            Ok(written)
        }
        Form::Sqlite => Ok(Written::default()),
        #[cfg(feature = "parquet")]
        Form::Parquet => parquet::write(records, out),
        #[cfg(not(feature = "parquet"))]
        Form::Parquet => Err(SinkError::NotBuilt("parquet")),
    }
}

/// Writes records as a SQLite database at a path where nothing stands yet.
///
/// # Errors
/// When records cannot be read or the database cannot be written.
pub fn write_database(records: &dyn Records, path: &Path) -> Result<Written, SinkError> {
    database::write(records, path)
}

#[cfg(test)]
mod tests;
