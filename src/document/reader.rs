//! Reads a report from a path, from standard input or from bytes, in whatever form it comes.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::archive::Archive;
use super::format::Format;
use super::pdf::{self, PdfSettings};
use super::{Document, MAX_FILE_BYTES, Origin, PdfEngine, ReportPart, Unreadable, container, decode, docx, html};

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
        source: Unreadable,
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

    /// Whether the file was opened and its content refused, rather than the path being wrong or a program missing.
    pub fn is_content(&self) -> bool {
        matches!(self, Self::Content { source, .. } if source.is_content())
    }
}

/// Makes documents of files.
///
/// PDFs are read by another process, which the reader starts: see [`Reader::pdf_worker`]. Everything else is read here.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    pdf: PdfSettings,
}

impl Reader {
    /// Reads PDFs with the program `sellside` of the PATH, which has to be of this version.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the program that reads PDFs: a `sellside` of this version, or one that calls
    /// [`pdf_worker`](super::pdf_worker) when its only argument is [`PDF_WORKER`](super::PDF_WORKER).
    #[must_use]
    pub fn pdf_worker(mut self, program: impl Into<PathBuf>) -> Self {
        self.pdf.worker = Some(program.into());
        self
    }

    /// Chooses what reads PDFs.
    #[must_use]
    pub fn pdf_engine(mut self, engine: PdfEngine) -> Self {
        self.pdf.engine = engine;
        self
    }

    /// A password to open encrypted PDFs with. Only the built-in engine takes one.
    #[must_use]
    pub fn password(mut self, password: SecretString) -> Self {
        self.pdf.password = Some(password);
        self
    }

    /// Recognises characters on pages that hold no text, with an installed `tesseract`.
    #[must_use]
    pub fn recognise(mut self, whether: bool) -> Self {
        self.pdf.recognise = whether;
        self
    }

    /// What decides the text of a file beside its bytes: a text made under another one is made anew. Holds no password.
    pub fn fingerprint(&self) -> String {
        format!("{:?} {} {}", self.pdf.engine, self.pdf.recognise, self.pdf.password.is_some())
    }

    /// Reads the report at `path`, whose name in the record is `name`.
    ///
    /// # Errors
    /// When the path cannot be read or its content is no text.
    pub fn read(&self, path: &Path, name: &str) -> Result<Document, ReadError> {
        self.content(name, &file(path)?)
    }

    /// Reads one of the reports in a mail or an archive, by its name inside.
    ///
    /// # Errors
    /// When the path cannot be read, there is no report of this name in it, or its content is no text.
    pub fn read_part(&self, path: &Path, name: &str, wanted: &str) -> Result<Document, ReadError> {
        let bytes = file(path)?;
        let refused = |source| ReadError::Content { name: name.to_owned(), source };
        let mut parts = self.parts(name, &bytes).map_err(refused)?;
        if let Some(at) = parts.iter().position(|part| part.name != name && inner(&part.name) == wanted) {
            let part = parts.swap_remove(at);
            return self.content(&part.name, &part.bytes);
        }
        let names = parts.iter().filter(|part| part.name != name).map(|part| inner(&part.name).to_owned()).collect();
        Err(refused(Unreadable::NoPart { wanted: wanted.to_owned(), names }))
    }

    /// The bytes of the file at `path`; of one that is too large, as many as show that it is.
    ///
    /// # Errors
    /// When the path cannot be read.
    pub fn bytes(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        file(path)
    }

    /// Reads a report from standard input; its name is `-`.
    ///
    /// # Errors
    /// When standard input cannot be read or is no text.
    pub fn read_stdin(&self) -> Result<Document, ReadError> {
        let bytes = bounded(io::stdin().lock()).map_err(|source| ReadError::Io { path: PathBuf::from("-"), source })?;
        self.content("-", &bytes)
    }

    fn content(&self, name: &str, bytes: &[u8]) -> Result<Document, ReadError> {
        self.document(name, bytes).map_err(|source| ReadError::Content { name: name.to_owned(), source })
    }

    /// Makes a document of bytes, whose name in the record is `name`. Of a mail or an archive that holds one report it is
    /// that one.
    ///
    /// # Errors
    /// When the bytes give no text, or hold several reports.
    pub fn document(&self, name: &str, bytes: &[u8]) -> Result<Document, Unreadable> {
        let format = Format::of(name, bytes);
        if format != Format::Text && bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(Unreadable::FileTooLarge);
        }
        let made = |media_type| Origin { media_type, ..Origin::default() };
        match format {
            Format::Text => {
                let decoded = decode(bytes)?;
                let media_type = if is_markdown(name) { "text/markdown" } else { "text/plain" };
                Document::new(name, bytes, decoded.text, Origin { encoding: Some(decoded.encoding), ..made(media_type) })
            }
            Format::Html => {
                let page = html::decode_page(bytes)?;
                let origin = Origin { encoding: Some(page.encoding), engine: Some(html::ENGINE.to_owned()), ..made("text/html") };
                Document::new(name, bytes, html::text(&page.text), origin)
            }
            Format::Docx => {
                let text = docx::text(&mut Archive::open(bytes)?)?;
                Document::new(name, bytes, text, Origin { engine: Some(docx::ENGINE.to_owned()), ..made(DOCX) })
            }
            Format::Pdf => {
                let read = pdf::read(bytes, &self.pdf)?;
                let origin = Origin {
                    engine: Some(read.engine),
                    pages: Some(read.pages),
                    recognised: read.recognised,
                    losses: read.losses,
                    ..made("application/pdf")
                };
                Document::new(name, bytes, read.text, origin)
            }
            Format::Zip | Format::Mail => {
                let part = the_one(container::parts(name, bytes)?)?;
                self.document(&part.name, &part.bytes)
            }
            Format::Other(format) => Err(Unreadable::Format { format }),
        }
    }

    /// The reports in a file: those of a mail or an archive, also of archives in it, else the file itself. None of them is
    /// a mail or an archive, so that [`Reader::document`] makes a document of each.
    ///
    /// # Errors
    /// When a mail or an archive is damaged or larger inside than is opened. Every bound is for the file as a whole.
    pub fn parts(&self, name: &str, bytes: &[u8]) -> Result<Vec<ReportPart>, Unreadable> {
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(Unreadable::FileTooLarge);
        }
        container::parts(name, bytes)
    }
}

/// The media type of a Word file.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Every media type a document can have.
pub(super) const MEDIA_TYPES: [&str; 5] = ["text/plain", "text/markdown", "text/html", DOCX, "application/pdf"];

/// The name of a part without that of its file.
fn inner(name: &str) -> &str {
    name.split_once('#').map_or(name, |(_, inner)| inner)
}

fn the_one(mut parts: Vec<ReportPart>) -> Result<ReportPart, Unreadable> {
    match (parts.pop(), parts.is_empty()) {
        (Some(part), true) => Ok(part),
        (Some(last), false) => {
            parts.push(last);
            Err(Unreadable::Several { names: parts.iter().map(|part| inner(&part.name).to_owned()).collect() })
        }
        (None, _) => Err(Unreadable::NoReport),
    }
}

fn is_markdown(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("md" | "markdown"))
}

/// Reads the report at `path` as [`Reader::new`] does.
///
/// # Errors
/// When the path cannot be read or its content is no text.
pub fn read(path: &Path, name: &str) -> Result<Document, ReadError> {
    Reader::new().read(path, name)
}

/// `b3:` and the BLAKE3 hash of some bytes: the id a document made of them has.
pub fn content_id(bytes: &[u8]) -> String {
    format!("b3:{}", blake3::hash(bytes).to_hex())
}

/// The content of a file.
fn file(path: &Path) -> Result<Vec<u8>, ReadError> {
    let io = |source| ReadError::Io { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(io)?.is_dir() {
        return Err(ReadError::Directory { path: path.to_owned() });
    }
    bounded(std::fs::File::open(path).map_err(io)?).map_err(io)
}

/// Reads one byte more than is allowed, so that it is seen to be too much.
fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
