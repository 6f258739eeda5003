//! Bytes to text, with a map back to the source.
//!
//! [`Document::from_bytes`] decodes, refuses what is no text, and normalises; [`read`] does the same for a path. Knows
//! nothing of what the text means.

mod decode;
mod kept;
mod normalize;
mod quality;
mod read;
mod search;

use std::borrow::Cow;

use crate::domain::Span;

pub use decode::{DecodeError, decode};
pub use kept::Kept;
pub use normalize::{Bookmark, Footer, Normalized};
pub use read::{ReadError, content_id, read, read_stdin};
pub use search::{Haystack, Part, Regex, Text};

/// The largest input that is read, in bytes. A long research report is 1 MB of text.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// One report as text.
#[derive(Clone, Debug)]
pub struct Document {
    /// Path as given, relative to the run's root; `-` for standard input.
    pub name: String,
    /// `text/plain` or `text/markdown`.
    pub media_type: &'static str,
    /// Size of the source in bytes.
    pub bytes: u64,
    /// `b3:` and the BLAKE3 hash of the source bytes.
    pub id: String,
    /// `b3:` and the BLAKE3 hash of the normalised text without blanks.
    pub text_id: String,
    /// WHATWG name of the encoding.
    pub encoding: &'static str,
    /// The decoded text; offsets in records refer to it.
    pub source: SourceText,
    /// The text rules and model read.
    pub normalized: Normalized,
    /// Where the text itself says that part of it was left out, in bytes of the normalised text.
    pub cuts: Vec<std::ops::Range<usize>>,
}

/// Decoded text that can be cut at characters.
#[derive(Clone, Debug)]
pub struct SourceText {
    text: String,
    /// Byte offset of each character, and the length at the end.
    offsets: Vec<u32>,
}

impl SourceText {
    /// Wraps decoded text. Texts over 4 GiB cannot occur: input is bounded by [`MAX_BYTES`].
    pub fn new(text: String) -> Self {
        let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        Self { text, offsets }
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
    /// Decodes and normalises `bytes`.
    ///
    /// # Errors
    /// When the bytes are empty, too many, binary, or in no encoding that can be told.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, DecodeError> {
        let decoded = decode(bytes)?;
        Self::of_text(name, decoded.text, decoded.encoding, bytes.len() as u64, hash(bytes))
    }

    /// Normalises decoded text.
    fn of_text(name: &str, text: String, encoding: &'static str, bytes: u64, id: String) -> Result<Self, DecodeError> {
        quality::check(&text)?;
        let source = SourceText::new(text);
        let normalized = Normalized::new(source.as_str());
        if normalized.text().trim().is_empty() {
            return Err(DecodeError::Empty);
        }
        let bare: String = normalized.text().chars().filter(|c| !c.is_whitespace()).collect();
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        Ok(Self {
            name: name.to_owned(),
            media_type: if matches!(extension.as_deref(), Some("md" | "markdown")) { "text/markdown" } else { "text/plain" },
            bytes,
            id,
            text_id: hash(bare.as_bytes()),
            encoding,
            cuts: quality::cuts(normalized.indexed()),
            source,
            normalized,
        })
    }

    /// Whether the text itself says that part of it was left out.
    pub fn is_truncated(&self) -> bool {
        !self.cuts.is_empty()
    }

    /// The source characters behind a byte range of the normalised text.
    pub fn span(&self, range: std::ops::Range<usize>) -> Option<Span> {
        self.normalized.span(range)
    }

    /// The source words behind a byte range of the normalised text, without the page footers among them.
    pub fn words(&self, range: std::ops::Range<usize>) -> Cow<'_, str> {
        let Some(span) = self.span(range) else { return Cow::Borrowed("") };
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

fn hash(bytes: &[u8]) -> String {
    format!("b3:{}", blake3::hash(bytes).to_hex())
}
