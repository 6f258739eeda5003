//! Why something could not be kept or found again.

use std::io;
use std::path::{Path, PathBuf};

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
        source: rusqlite::Error,
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

impl StoreError {
    pub(crate) fn io(act: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { act, path: path.to_owned(), source }
    }

    pub(super) fn database(path: &Path, source: rusqlite::Error) -> Self {
        Self::Database { path: path.to_owned(), source }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }

    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Locked(_) => Some("wait until it is done, or give each run a folder of its own with `--out`"),
            Self::NoRun(_) => Some("name a folder that `sellside batch --out DIR` wrote"),
            Self::NotEmpty(_) => Some("name a new folder with `--out`, or one that holds a run"),
            Self::Format { .. } => Some("use the version of sellside that wrote it, or a new folder"),
            Self::Io { .. } => {
                Some("free some space or check the folder's permissions, then run the same command again: what was kept is safe")
            }
            Self::Database { .. } => {
                Some("free some space or check the folder's permissions, then run the same command again: what was kept is safe")
            }
            Self::Damaged { .. } => Some("start the run anew with `--force`"),
            Self::Closed(_) => None,
        }
    }
}
