//! Files to text, with a map back to the source.
//!
//! A [`Reader`] makes a [`Document`] of a file: tells its form, decodes, refuses what is no text, and normalises;
//! [`Document::from_bytes`] and [`read`] are shortcuts. Knows nothing of what the text means.

mod archive;
mod container;
mod decode;
mod docx;
mod flow;
mod format;
mod html;
mod kept;
mod normalize;
mod pdf;
mod quality;
mod reader;
mod search;
mod unreadable;

use std::borrow::Cow;

use crate::domain::Span;

pub use container::Part as ReportPart;
pub use decode::decode;
pub use kept::Kept;
pub use normalize::{Bookmark, Footer, Normalized};
pub use pdf::{PDF_WORKER, PdfEngine, UnknownEngine, pdf_worker};
pub use reader::{ReadError, Reader, content_id, read};
pub use search::{Captures, Haystack, Match, Part, Regex, Text};
pub use unreadable::Unreadable;

/// The largest text that is read, in bytes. A long research report is 1 MB of text.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// The largest PDF, Word file, mail or archive that is read, in bytes: pictures make them larger than their text.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// One report as text.
#[derive(Clone, Debug)]
pub struct Document {
    /// Path as given, relative to the run's root; `-` for standard input.
    pub name: String,
    /// Size of the source in bytes.
    pub bytes: u64,
    /// `b3:` and the BLAKE3 hash of the source bytes.
    pub id: String,
    /// `b3:` and the BLAKE3 hash of the normalised text without blanks.
    pub text_id: String,
    /// How the text was made.
    pub origin: Origin,
    /// The extracted text; offsets in records refer to it.
    pub source: SourceText,
    /// The text rules and model read.
    pub normalized: Normalized,
    /// Where the text itself says that part of it was left out, in bytes of the normalised text.
    pub cuts: Vec<std::ops::Range<usize>>,
}

/// How the text of a document was made.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// `text/plain`, `text/markdown`, `application/pdf` …
    pub media_type: &'static str,
    /// WHATWG name of the encoding, where the file is text.
    pub encoding: Option<&'static str>,
    /// Engine and version that made text of the file; `None` for text files.
    pub engine: Option<String>,
    /// Pages, where the format has them.
    pub pages: Option<u32>,
    /// Whether characters were recognised in pictures.
    pub recognised: bool,
    /// What of the file is not in the text, for people: pages without text, characters without a meaning.
    pub losses: Vec<String>,
}

/// Text that can be cut at characters, and knows its pages: form feeds part them.
#[derive(Clone, Debug)]
pub struct SourceText {
    text: String,
    /// Byte offset of each character, and the length at the end.
    offsets: Vec<u32>,
    /// First character of each page but the first.
    breaks: Vec<usize>,
}

impl SourceText {
    /// Wraps text. Texts over 4 GiB cannot occur: input is bounded by [`MAX_BYTES`].
    pub fn new(text: String) -> Self {
        let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        // A form feed with nothing behind it ends the last page.
        let end = text.trim_end().chars().count();
        let breaks = text.chars().enumerate().filter(|(at, c)| *c == '\u{c}' && *at < end).map(|(at, _)| at + 1).collect();
        Self { text, offsets, breaks }
    }

    /// How many pages the text has; 1 where it has no form feeds.
    pub fn pages(&self) -> usize {
        self.breaks.len() + 1
    }

    /// The page of a character, from 1.
    pub fn page(&self, at: usize) -> usize {
        self.breaks.partition_point(|&start| start <= at) + 1
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Length in characters.
    pub fn chars(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The characters of `span`; empty when it lies outside the text.
    pub fn slice(&self, span: Span) -> &str {
        let at = |position: usize| self.offsets.get(position).map(|&offset| offset as usize);
        match (at(span.start), at(span.end)) {
            (Some(start), Some(end)) => self.text.get(start..end).unwrap_or_default(),
            _ => "",
        }
    }
}

impl Document {
    /// Makes a document of bytes as [`Reader::new`] does.
    ///
    /// # Errors
    /// When the bytes give no text.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, Unreadable> {
        Reader::new().document(name, bytes)
    }

    /// Makes a document of extracted text.
    fn new(name: &str, bytes: &[u8], text: String, origin: Origin) -> Result<Self, Unreadable> {
        Self::of_text(name, text, origin, bytes.len() as u64, content_id(bytes))
    }

    /// Makes a document of extracted text and what is known of its source.
    fn of_text(name: &str, text: String, mut origin: Origin, bytes: u64, id: String) -> Result<Self, Unreadable> {
        if text.len() as u64 > MAX_BYTES {
            return Err(Unreadable::TooLarge { bytes: text.len() as u64 });
        }
        quality::check(&text)?;
        let source = SourceText::new(text);
        let normalized = Normalized::new(source.as_str());
        if normalized.text().trim().is_empty() {
            return Err(Unreadable::Empty);
        }
        if origin.pages.is_none() && source.pages() > 1 {
            origin.pages = u32::try_from(source.pages()).ok();
        }
        let bare: String = normalized.text().chars().filter(|c| !c.is_whitespace()).collect();
        Ok(Self {
            name: name.to_owned(),
            bytes,
            id,
            text_id: content_id(bare.as_bytes()),
            origin,
            cuts: quality::cuts(normalized.indexed()),
            source,
            normalized,
        })
    }

    /// The page on which a character of the source stands, from 1; `None` where the format has no pages.
    pub fn page(&self, at: usize) -> Option<u32> {
        self.origin.pages.and_then(|_| u32::try_from(self.source.page(at)).ok())
    }

    /// Whether something of the file is known not to be in the text.
    pub fn is_incomplete(&self) -> bool {
        self.is_truncated() || !self.origin.losses.is_empty()
    }

    /// Whether the text itself says that part of it was left out.
    pub fn is_truncated(&self) -> bool {
        !self.cuts.is_empty()
    }

    /// The source characters behind a byte range of the normalised text.
    pub fn span(&self, range: std::ops::Range<usize>) -> Option<Span> {
        self.normalized.span(range)
    }

    /// The source words behind a byte range of the normalised text, without the page footers and the words of another
    /// column among them.
    pub fn words(&self, range: std::ops::Range<usize>) -> Cow<'_, str> {
        let mut spans = self.normalized.spans(range);
        let Some(span) = spans.next() else { return Cow::Borrowed("") };
        let words = self.without_footers(span);
        spans.fold(words, |words, span| words + self.without_footers(span))
    }

    /// The words of the source without the page footers among them.
    fn without_footers(&self, span: Span) -> Cow<'_, str> {
        let footers = self.normalized.footers();
        let from = footers.partition_point(|footer| footer.span.end <= span.start);
        let mut footers = footers.iter().skip(from).take_while(|footer| footer.span.start < span.end).peekable();
        if footers.peek().is_none() {
            return Cow::Borrowed(self.source.slice(span));
        }
        let mut words = String::new();
        let mut start = span.start;
        for footer in footers {
            words.push_str(self.source.slice(Span { start, end: footer.span.start }));
            start = footer.span.end;
        }
        words.push_str(self.source.slice(Span { start, end: span.end }));
        Cow::Owned(words)
    }
}
