//! Reads a report from a path or from standard input.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{DecodeError, Document, MAX_BYTES};

/// Why a report could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The path cannot be opened or read.
    #[error("could not read `{}`", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The path is a folder.
    #[error("`{}` is a directory, not a report", path.display())]
    Directory {
        /// The path.
        path: PathBuf,
    },
    /// The content is no text.
    #[error("could not make text of `{name}`")]
    Content {
        /// The path as given.
        name: String,
        /// Why.
        #[source]
        source: DecodeError,
    },
}

impl ReadError {
    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Content { source, .. } => source.hint(),
            Self::Directory { .. } => Some("name one file"),
            Self::Io { .. } => None,
        }
    }

    /// A stable code, as it stands in lists of failures.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => "not_found",
                io::ErrorKind::PermissionDenied => "permission",
                _ => "io",
            },
            Self::Directory { .. } => "directory",
            Self::Content { source, .. } => source.code(),
        }
    }

    /// Whether the file was opened and its content refused, rather than the path being wrong.
    pub fn is_content(&self) -> bool {
        matches!(self, Self::Content { .. })
    }
}

/// Reads the report at `path`, whose name in the record is `name`.
///
/// # Errors
/// When the path cannot be read or its content is no text.
pub fn read(path: &Path, name: &str) -> Result<Document, ReadError> {
    let io = |source| ReadError::Io { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(io)?.is_dir() {
        return Err(ReadError::Directory { path: path.to_owned() });
    }
    let file = std::fs::File::open(path).map_err(io)?;
    let bytes = bounded(file).map_err(io)?;
    document(name, &bytes)
}

/// The id a report at `path` would have: `b3:` and the BLAKE3 hash of its bytes, without reading what they say.
///
/// # Errors
/// When the file cannot be read.
pub fn content_id(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    // More than is read of any report: what is longer is refused by its size.
    hasher.update_reader(std::fs::File::open(path)?.take(MAX_BYTES.saturating_mul(16)))?;
    Ok(format!("b3:{}", hasher.finalize().to_hex()))
}

/// Reads a report from standard input; its name is `-`.
///
/// # Errors
/// When standard input cannot be read or is no text.
pub fn read_stdin() -> Result<Document, ReadError> {
    let bytes = bounded(io::stdin().lock()).map_err(|source| ReadError::Io { path: PathBuf::from("-"), source })?;
    document("-", &bytes)
}

/// Reads one byte more than is allowed, so that the decoder sees that it is too much.
fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn document(name: &str, bytes: &[u8]) -> Result<Document, ReadError> {
    Document::from_bytes(name, bytes).map_err(|source| ReadError::Content { name: name.to_owned(), source })
}
