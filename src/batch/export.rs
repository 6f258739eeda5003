//! A run's records as a source of tables.

use std::io::{self, Write as _};
use std::path::Path;

use crate::domain::Record;
use crate::sink::{Form, Records, SinkError, Written, write, write_database};
use crate::store::{AtomicFile, RunStore, StoreError};

/// Records that are in memory at once.
const TOGETHER: u32 = 64;

/// The records of a run's current inputs, in order.
#[derive(Clone, Copy, Debug)]
pub struct RunRecords<'a>(pub &'a RunStore);

impl Records for RunRecords<'_> {
    fn each(&self, visit: &mut dyn FnMut(Record) -> Result<(), SinkError>) -> Result<(), SinkError> {
        let mut after = -1;
        loop {
            let lines = self.0.record_lines(after, TOGETHER).map_err(|error| SinkError::Source(error.into()))?;
            let Some((last, _)) = lines.last() else { return Ok(()) };
            after = *last;
            for (_, line) in &lines {
                visit(serde_json::from_str(line)?)?;
            }
        }
    }
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The records or the table.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ExportError {
    /// An error of the table's file with its name, so that it is told and mended like any other file's.
    fn of(error: SinkError, path: &Path) -> Self {
        match error {
            SinkError::Write(error) => StoreError::io("write", path, error).into(),
            SinkError::Csv(error) => match error.kind() {
                csv::ErrorKind::Io(said) => StoreError::io("write", path, io::Error::new(said.kind(), said.to_string())).into(),
                _ => Self::Sink(SinkError::Csv(error)),
            },
            SinkError::Json(error) if error.is_io() => StoreError::io("write", path, error.into()).into(),
            SinkError::Database(error) => StoreError::database(path, error).into(),
            other => Self::Sink(other),
        }
    }
}

/// Writes records into a file that is whole or not there.
///
/// # Errors
/// When records cannot be read or the file cannot be written.
pub fn export(records: &dyn Records, form: Form, excel: bool, path: &Path) -> Result<Written, ExportError> {
    let mut file = AtomicFile::create(path)?;
    let written = if form == Form::Sqlite {
        // SQLite opens the file by its name and writes it itself.
        write_database(records, file.temporary_path())
    } else {
        write(records, form, excel, &mut file)
    };
    let written = written.map_err(|error| ExportError::of(error, path))?;
    file.flush().map_err(|error| file.error(error))?;
    file.finish()?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_system_said_is_an_error_of_the_file() {
        let path = Path::new("run/reports.csv");
        let full = csv::Error::from(io::Error::from(io::ErrorKind::StorageFull));
        let error = ExportError::of(full.into(), path);
        assert!(matches!(&error, ExportError::Store(error) if error.hint().is_some_and(|hint| hint.starts_with("free some space"))));
        assert_eq!(error.to_string(), "could not write `run/reports.csv`");
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["a", "b"]).unwrap();
        let uneven = table.write_record(["a"]).unwrap_err();
        assert!(matches!(ExportError::of(uneven.into(), path), ExportError::Sink(SinkError::Csv(_))));
    }
}
