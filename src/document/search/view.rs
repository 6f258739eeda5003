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

    /// How many characters it has, where that is known.
    pub(super) fn count(&self) -> Option<usize> {
        self.known.map(|(chars, _)| chars.len())
    }

    /// Writes the kinds of a range of characters, as far as there are any.
    pub(super) fn read(&self, range: Range<usize>, alphabet: &Alphabet, kinds: &mut Vec<u8>) {
        kinds.clear();
        if let Some((chars, _)) = self.known {
            let chars = chars.get(range.start..range.end.min(chars.len())).unwrap_or_default();
            kinds.extend(chars.iter().map(|c| alphabet.kind(*c)));
        } else {
            let rest = self.text.get(self.byte(range.start)..).unwrap_or_default();
            kinds.reserve(rest.len().min(range.len()));
            kinds.extend(rest.chars().take(range.len()).map(|c| alphabet.kind(c)));
        }
    }

    /// The byte where a character begins.
    pub(super) fn byte(&self, at: usize) -> usize {
        if let Some((_, starts)) = self.known {
            let byte = starts.get(at).map_or(self.text.len(), |start| (*start as usize).saturating_sub(self.base));
            return byte.min(self.text.len());
        }
        // The next place that is asked for is near the last.
        let (from, byte) = self.passed.get();
        let (before, behind) = self.text.split_at_checked(byte).unwrap_or(("", self.text));
        let back = from.checked_sub(at).and_then(|back| back.checked_sub(1));
        let found = match back {
            Some(back) => before.char_indices().rev().nth(back).map(|(byte, _)| byte),
            None => behind.char_indices().nth(at.saturating_sub(from)).map(|(more, _)| byte + more),
        };
        // Behind the last character the place is not remembered: how many there are is not known.
        found.map_or(self.text.len(), |byte| {
            self.passed.set((at, byte));
            byte
        })
    }

    /// The first character at a byte or behind it.
    pub(super) fn char_at(&self, byte: usize) -> usize {
        if let Some((_, starts)) = self.known {
            return starts.partition_point(|start| (*start as usize) < byte + self.base);
        }
        let (from, start) = self.passed.get();
        let count = |range: Range<usize>| self.text.get(range).unwrap_or_default().chars().count();
        let at = if byte >= start { from + count(start..byte) } else { from.saturating_sub(count(byte..start)) };
        self.passed.set((at, byte));
        at
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
