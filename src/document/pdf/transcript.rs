//! What is asked of the process that reads PDFs, and what it answers.

use serde::{Deserialize, Serialize};

use super::super::quality::is_noise;

/// Visible characters under which a page counts as one without text.
pub(super) const FEW: usize = 20;

/// One such character for this many others is more than bullets.
const NOISE: usize = 3;

/// What is asked; one line of JSON before the bytes of the PDF.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// Has to be the same at both ends.
    pub(super) version: String,
    pub(super) task: Task,
    pub(super) password: Option<String>,
}

/// What to do with the PDF.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Task {
    /// Read its text with the built-in engine.
    Unpdf,
    /// Read its text with `pdftotext`.
    Pdftotext,
    /// Recognise the characters on these pages, counted from 1.
    Recognise(Vec<u32>),
}

/// What is answered; one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) version: String,
    pub(super) result: Result<Transcript, Refusal>,
}

/// The text of a PDF.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Transcript {
    /// Name and version.
    pub(super) engine: String,
    pub(super) pages: Vec<PageText>,
    /// Whether pages are known to be missing.
    pub(super) incomplete: bool,
}

/// The text of a page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct PageText {
    pub(super) text: String,
    /// Whether some of it could not be decoded and is left out.
    pub(super) gaps: bool,
    /// Whether the page shows anything at all.
    pub(super) painted: bool,
}

impl PageText {
    /// Whether the page has next to no text, or mostly characters that say nothing.
    pub(super) fn is_bare(&self) -> bool {
        let (mut words, mut noise) = (0usize, 0usize);
        for c in self.text.chars().filter(|c| !c.is_whitespace()) {
            if is_noise(c) { noise += 1 } else { words += 1 }
        }
        words < FEW || noise * NOISE > words
    }
}

/// Why there is no transcript.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Refusal {
    /// Encrypted, and the password does not open it.
    Encrypted,
    /// Damaged, in the engine's words.
    Damaged(String),
    /// The engine is not built in.
    NoEngine,
    /// A program is not installed.
    NoProgram(Program),
    /// The program lacks the tables of Chinese encodings.
    NoEncodingData,
    /// The program did not end well, or within its bounds.
    Stopped(String),
}

/// Programs that may be installed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Program {
    Pdftotext,
    Pdftoppm,
    Tesseract,
}

impl Program {
    /// Its name on the PATH.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pdftotext => "pdftotext",
            Self::Pdftoppm => "pdftoppm",
            Self::Tesseract => "tesseract",
        }
    }
}
