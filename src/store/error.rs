//! Why something could not be kept or found again.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why something could not be kept or found again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has this run open.
    #[error("`{}` is in use by another process", .0.display())]
    Locked(PathBuf),
    /// There is no run in this folder.
    #[error("`{}` holds no run", .0.display())]
    NoRun(PathBuf),
    /// The folder holds files that no run wrote.
    #[error("`{}` is not empty and holds no run", .0.display())]
    NotEmpty(PathBuf),
    /// The file is of another version of this program.
    #[error("`{}` has format {found}, this version reads format {expected}", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        expected: i64,
    },
    /// A log that cannot be read without writing beside it.
    #[error("`{}` holds what a stopped process kept last, and cannot be read where nothing may be written", .0.display())]
    LeftOver(PathBuf),
    /// A file or folder cannot be used.
    #[error("could not {act} `{}`", .path.display())]
    Io {
        /// What was tried: `write`, `open` …
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The database refused.
    #[error("could not use `{}`", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: Refused,
    },
    /// What is kept cannot be read.
    #[error("`{what}` in `{}` is damaged", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What of it.
        what: String,
    },
    /// The thread that keeps the file has ended.
    #[error("`{}` was closed", .0.display())]
    Closed(PathBuf),
}

/// What SQLite said: once, where its own errors say it twice.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{said}")]
pub struct Refused {
    code: Option<ErrorCode>,
    said: String,
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self { code: error.sqlite_error_code(), said: error.to_string() }
    }
}

/// What stands in the way of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Obstacle {
    /// No space is left, or no more of it is allowed.
    Full,
    /// It may be read only, or not even that.
    Forbidden,
    /// The folder is gone.
    Gone,
    /// Something else has the name.
    Occupied,
    /// What is there is no database any more.
    Broken,
    /// Something that is not told apart.
    Other,
}

impl From<io::ErrorKind> for Obstacle {
    fn from(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Forbidden,
            io::ErrorKind::NotFound => Self::Gone,
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => Self::Occupied,
            _ => Self::Other,
        }
    }
}

impl From<Option<ErrorCode>> for Obstacle {
    fn from(code: Option<ErrorCode>) -> Self {
        match code {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::Forbidden,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Broken,
            Some(_) | None => Self::Other,
        }
    }
}

impl Obstacle {
    fn hint(self) -> &'static str {
        match self {
            Self::Full => "free some space, then run the same command again: what was kept is safe",
            Self::Forbidden => "make the folder writable, then run the same command again; or name another place",
            Self::Gone => "is the folder still there? name another place, or make the folder anew",
            Self::Occupied => "something else has this name: name another place, or move it away",
            Self::Broken => "name a new folder, or move the file away: replies that were paid for are in the cache, if it was used",
            Self::Other => "check the disk and the folder's permissions, then run the same command again: what was kept is safe",
        }
    }
}

impl StoreError {
    pub(crate) fn io(act: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { act, path: path.to_owned(), source }
    }

    pub(crate) fn database(path: &Path, source: impl Into<Refused>) -> Self {
        Self::Database { path: path.to_owned(), source: source.into() }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }

    /// Whether it is that something may not be written, or not even read.
    pub(super) fn is_forbidden(&self) -> bool {
        let obstacle: Obstacle = match self {
            Self::Io { source, .. } => source.kind().into(),
            Self::Database { source, .. } => source.code.into(),
            _ => return false,
        };
        obstacle == Obstacle::Forbidden
    }

    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Locked(_) => Some("wait until it is done, or give each run a folder of its own with `--out`"),
            Self::NoRun(_) => Some("name a folder that `sellside batch --out DIR` wrote"),
            Self::NotEmpty(_) => Some("name a new folder with `--out`, or one that holds a run"),
            Self::LeftOver(_) => Some("copy the run's folder to where you may write, or make it writable, and name it there"),
            Self::Format { .. } => Some("use the version of sellside that wrote it, or a new folder"),
            Self::Io { source, .. } => Some(Obstacle::from(source.kind()).hint()),
            Self::Database { source, .. } => Some(Obstacle::from(source.code).hint()),
            Self::Damaged { .. } => Some("start the run anew with `--force`"),
            Self::Closed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn what_to_do_depends_on_what_is_in_the_way() {
        let path = Path::new("run/run.sqlite");
        let io = |kind: io::ErrorKind| StoreError::io("write", path, kind.into()).hint().unwrap();
        let sqlite = |code: i32| StoreError::database(path, rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None));
        let full = io(io::ErrorKind::StorageFull);
        assert!(full.starts_with("free some space") && full.ends_with("what was kept is safe"), "{full}");
        assert_eq!(io(io::ErrorKind::QuotaExceeded), full);
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_FULL).hint(), Some(full));
        let forbidden = io(io::ErrorKind::ReadOnlyFilesystem);
        assert!(forbidden.starts_with("make the folder writable"), "{forbidden}");
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_READONLY).hint(), Some(forbidden));
        assert!(io(io::ErrorKind::NotADirectory).starts_with("something else has this name"));
        assert!(sqlite(rusqlite::ffi::SQLITE_NOTADB).hint().unwrap().starts_with("name a new folder"));
        assert!(sqlite(rusqlite::ffi::SQLITE_IOERR).hint().unwrap().starts_with("check the disk"));
    }

    #[test]
    fn what_sqlite_says_is_said_once() {
        let failure = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let error =
            StoreError::database(Path::new("x"), rusqlite::Error::SqliteFailure(failure, Some("database or disk is full".to_owned())));
        let said = error.source().unwrap();
        assert_eq!((said.to_string().as_str(), said.source().is_none()), ("database or disk is full", true));
    }
}
