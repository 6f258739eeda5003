//! A text as a sequence of characters, each with its place.

use std::cell::Cell;
use std::ops::Range;

use super::alphabet::Alphabet;
use super::{Haystack, Part};

/// What is searched, by its characters.
#[derive(Debug)]
pub(super) struct View<'t> {
    pub(super) text: &'t str,
    /// The characters of an indexed text, and the bytes where they begin and the last ends, `base` more than in `text`.
    known: Option<(&'t [char], &'t [u32])>,
    base: usize,
    /// A character of another text and the byte where it begins: the last that was asked for.
    passed: Cell<(usize, usize)>,
}

impl<'t> View<'t> {
    /// A part of an indexed text as it is kept there, or any other text.
    pub(super) fn new(haystack: impl Haystack<'t>) -> Self {
        let part = haystack.indexed();
        Self { text: haystack.text(), known: part.map(Part::characters), base: part.map_or(0, |part| part.start), passed: Cell::default() }
    }

    /// Most characters it has.
    pub(super) fn longest(&self) -> usize {
        self.known.map_or(self.text.len(), |(chars, _)| chars.len())
    }

    /// Writes the kinds of a range of characters, as far as there are any.
    pub(super) fn read(&self, range: Range<usize>, alphabet: &Alphabet, kinds: &mut Vec<u8>) {
        kinds.clear();
        if let Some((chars, _)) = self.known {
            let chars = chars.get(range.start..range.end.min(chars.len())).unwrap_or_default();
            kinds.extend(chars.iter().map(|c| alphabet.kind(*c)));
        } else {
            kinds.reserve(self.text.len().min(range.len()));
            kinds.extend(self.text.chars().skip(range.start).take(range.len()).map(|c| alphabet.kind(c)));
        }
    }

    /// The byte where a character begins.
    pub(super) fn byte(&self, at: usize) -> usize {
        match self.known {
            Some((_, starts)) => starts.get(at).map_or(self.text.len(), |start| (*start as usize).saturating_sub(self.base)),
            None => {
                // Places are mostly asked for in order.
                let (from, byte) = Some(self.passed.get()).filter(|(from, _)| *from <= at).unwrap_or_default();
                let rest = self.text.get(byte..).unwrap_or_default();
                let byte = rest.char_indices().nth(at - from).map_or(self.text.len(), |(more, _)| byte + more);
                self.passed.set((at, byte));
                byte
            }
        }
    }

    /// The first character at a byte or behind it.
    pub(super) fn char_at(&self, byte: usize) -> usize {
        match self.known {
            Some((_, starts)) => starts.partition_point(|start| (*start as usize) < byte + self.base),
            None => self.text.get(..byte).unwrap_or(self.text).chars().count(),
        }
    }
}

/// The characters of a text, and where each begins; the last place is their end. Texts over 4 GiB cannot occur: input is
/// bounded by [`crate::document::MAX_BYTES`].
pub(super) fn read(text: &str) -> (Vec<char>, Vec<u32>) {
    let (mut chars, mut starts) = (Vec::with_capacity(text.len() / 2), Vec::with_capacity(text.len() / 2 + 1));
    let mut end = 0;
    for c in text.chars() {
        chars.push(c);
        starts.push(end);
        end += u32::try_from(c.len_utf8()).unwrap_or_default();
    }
    starts.push(end);
    (chars, starts)
}
