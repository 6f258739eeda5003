//! Why a file gives no text.

use super::{MAX_BYTES, MAX_FILE_BYTES};

/// Why bytes are no text we can read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// Nothing in it.
    #[error("the file holds no text")]
    Empty,
    /// More text than [`MAX_BYTES`].
    #[error("the file has {bytes} bytes, more than the {MAX_BYTES} that are read")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// A PDF, Word file, mail or archive over [`MAX_FILE_BYTES`].
    #[error("the file has over {MAX_FILE_BYTES} bytes, more than are read")]
    FileTooLarge,
    /// A known format that is not text.
    #[error("this is {format}, not text")]
    Format {
        /// Its name with an article.
        format: &'static str,
    },
    /// Bytes that no text has.
    #[error("the file is binary: {detail}")]
    Binary {
        /// What gave it away.
        detail: String,
    },
    /// No encoding reads it without damage.
    #[error("cannot tell the encoding: as {encoding}, {damaged} of {chars} characters are unreadable")]
    Encoding {
        /// The best guess.
        encoding: &'static str,
        /// Replacement characters in it.
        damaged: usize,
        /// All characters.
        chars: usize,
    },
    /// Decoded, but mostly not words.
    #[error("the text is unreadable: {share}% of it are {what}")]
    Noise {
        /// Whole percent.
        share: usize,
        /// Which characters.
        what: &'static str,
    },
    /// The file is encrypted, and no password was given or the one given is wrong.
    #[error("the {format} is encrypted, and {}", if *.given { "the password does not open it" } else { "no password was given" })]
    Encrypted {
        /// `PDF`, `Word file`.
        format: &'static str,
        /// Whether there was a password.
        given: bool,
    },
    /// Pages without text, as scanners make them.
    #[error("the PDF holds no text: {pages} of its {all} pages are pictures or drawings")]
    Scanned {
        /// Pages without text.
        pages: usize,
        /// All pages.
        all: usize,
    },
    /// An archive that is larger inside than it may be.
    #[error("the archive is larger than is opened: {detail}")]
    Bomb {
        /// Which bound it passes.
        detail: String,
    },
    /// A mail or an archive without a report in it.
    #[error("there is no report in it: no PDF, DOCX, HTML, text or markdown")]
    NoReport,
    /// A mail or an archive with several reports, and none was chosen.
    #[error("there are {} reports in it: {}", .names.len(), shown(.names))]
    Several {
        /// Their names.
        names: Vec<String>,
    },
    /// A mail or an archive without the report that was chosen.
    #[error("there is no `{wanted}` in it: {}", shown(.names))]
    NoPart {
        /// What was chosen.
        wanted: String,
        /// What there is.
        names: Vec<String>,
    },
    /// An engine found nothing because it lacks the tables of Chinese encodings.
    #[error("`pdftotext` lacks the tables of this PDF's Chinese encoding and read nothing")]
    NoEncodingData,
    /// The file is damaged beyond reading.
    #[error("the {format} is damaged: {detail}")]
    Damaged {
        /// `PDF`, `Word file`, `ZIP archive`, `mail`.
        format: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// The process that reads the file was ended, or ended itself.
    #[error("the process that reads the PDF {detail}")]
    Stopped {
        /// How.
        detail: String,
    },
    /// The process that reads PDFs could not be started, or is no `sellside` of this version.
    #[error("could not read the PDF with `{program}`: {detail}")]
    NoWorker {
        /// What was started.
        program: String,
        /// Why it did not do.
        detail: String,
    },
    /// A program that is needed is not installed.
    #[error("`{program}` is needed for this and was not found")]
    NoProgram {
        /// `pdftotext`, `pdftoppm`, `tesseract`.
        program: &'static str,
    },
    /// The engine asked for is not built in.
    #[error("this build holds no PDF engine of its own")]
    NoEngine,
}

/// Letters such as `ÎÒÃÇ`.
pub(super) const WRONG_ENCODING: &str = "letters a wrong encoding gives";
/// Ideographs such as 鐨勫叕鍙.
pub(super) const UTF8_AS_GBK: &str = "characters that UTF-8 gives when it is read as GBK";

/// The first names, for people.
fn shown(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut list: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        list.push(format!("and {} more", names.len() - SHOWN));
    }
    list.join(", ")
}

impl Unreadable {
    /// A stable code, as it stands in lists of failures.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } | Self::FileTooLarge => "too_large",
            Self::Format { .. } => "format",
            Self::Binary { .. } => "binary",
            Self::Encoding { .. } => "encoding",
            Self::Noise { .. } => "noise",
            Self::Encrypted { .. } => "encrypted",
            Self::Scanned { .. } => "scanned",
            Self::Bomb { .. } => "bomb",
            Self::NoReport => "no_report",
            Self::Several { .. } => "several",
            Self::NoPart { .. } => "no_part",
            Self::Damaged { .. } => "damaged",
            Self::Stopped { .. } => "stopped",
            Self::NoWorker { .. } | Self::NoProgram { .. } | Self::NoEngine | Self::NoEncodingData => "missing_program",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Format { .. } => Some("convert it to PDF, DOCX, HTML or text first"),
            Self::Encoding { .. } | Self::Noise { what: WRONG_ENCODING | UTF8_AS_GBK, .. } => {
                Some("convert it to UTF-8 first, for example with `iconv -f GB18030 -t UTF-8`")
            }
            Self::TooLarge { .. } | Self::FileTooLarge => Some("split it: one file is one report"),
            Self::Noise { .. } => Some(
                "the fonts of the original may have no Unicode map: try `--pdf-engine pdftotext` with `poppler-data` installed, or `--ocr`",
            ),
            Self::Encrypted { format: "PDF", .. } => {
                Some("put the password into an environment variable and name it with `--password-env`")
            }
            Self::Encrypted { .. } => Some("save it without a password first"),
            Self::Scanned { .. } => {
                Some("`--ocr` reads pictures of pages with an installed `tesseract` (`tesseract-ocr-chi-sim`) and `poppler-utils`")
            }
            Self::Several { .. } | Self::NoPart { .. } => Some("choose one with `FILE#NAME`"),
            Self::NoEncodingData => Some("install `poppler-data`, or use `--pdf-engine auto`"),
            Self::Damaged { format: "PDF", .. } => Some("open it and print it to PDF again"),
            Self::Stopped { .. } => Some("the file may be damaged or hostile: open it in a viewer and print it to PDF again"),
            Self::NoWorker { .. } => Some("install the `sellside` program of this version, or name it to `Reader::pdf_worker`"),
            Self::NoProgram { program: "tesseract" } => Some("install `tesseract-ocr` and `tesseract-ocr-chi-sim`"),
            Self::NoProgram { .. } => Some("install `poppler-utils` and `poppler-data`"),
            Self::NoEngine => Some("build with the feature `pdf`, or use `--pdf-engine pdftotext`"),
            Self::Empty | Self::Binary { .. } | Self::Damaged { .. } | Self::Bomb { .. } | Self::NoReport => None,
        }
    }

    /// Whether the content is at fault, rather than what is installed or asked for.
    pub fn is_content(&self) -> bool {
        !matches!(
            self,
            Self::NoWorker { .. }
                | Self::NoProgram { .. }
                | Self::NoEngine
                | Self::NoEncodingData
                | Self::Several { .. }
                | Self::NoPart { .. }
        )
    }
}
