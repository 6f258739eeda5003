//! Opens a database to look at, where nothing may or shall be written.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::worker::BUSY;

/// Opens the database of a run that no process works on. Writes nothing, not even beside it, so that it goes for a file
/// system that is read-only and for another's folder.
///
/// SQLite wants to write beside a database with a write-ahead log even where it only reads, unless it is told that the file
/// does not change. That is true of one whose log is empty, as every process that came to its end leaves it. One that was
/// killed leaves commits in the log; these are read by way of the index it leaves too, or of a new one where there is none.
pub(super) fn open(path: &Path, format: i64) -> Result<Connection, StoreError> {
    let log = beside(path, "-wal");
    let is_whole = std::fs::metadata(&log).map_or(true, |log| log.len() == 0);
    let failed = |error: rusqlite::Error| {
        let refused = StoreError::database(path, error);
        if !is_whole && refused.is_forbidden() { StoreError::LeftOver(log.clone()) } else { refused }
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(path, is_whole)?, flags).map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
    if found != format {
        return Err(StoreError::Format { path: path.to_owned(), found, expected: format });
    }
    // The version stands in the header; only this reads the log.
    connection.query_row("SELECT COUNT(*) FROM settings", [], |_| Ok(())).map_err(failed)?;
    Ok(connection)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The path as a URI, by which alone SQLite can be told that a file does not change.
fn uri(path: &Path, immutable: bool) -> Result<String, StoreError> {
    use std::fmt::Write as _;
    let path = std::path::absolute(path).map_err(|error| StoreError::io("open", path, error))?;
    let mut uri = "file://".to_owned();
    if !path.as_os_str().as_encoded_bytes().starts_with(b"/") {
        uri.push('/');
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b':' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri.push_str(if immutable { "?immutable=1" } else { "?mode=ro" });
    Ok(uri)
}
