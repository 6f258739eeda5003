//! Why a page could not be written.

use std::io;

/// Why a page could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// The page cannot be written to where it goes.
    #[error("could not write the page")]
    Write(#[from] io::Error),
    /// A report cannot be written as JSON.
    #[error("could not write a report as JSON")]
    Json(#[from] serde_json::Error),
}

impl ReviewError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Write(_) => Some("see that there is room on the disk, or name another file with `--output`".to_owned()),
            Self::Json(_) => None,
        }
    }
}
