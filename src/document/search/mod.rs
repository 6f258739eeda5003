//! Searching long texts for hundreds of patterns.
//!
//! A pattern that reads the whole text pays for every byte of it, and the rules have hundreds. So a text is indexed
//! once by its pairs of characters ([`Grams`]), each pattern knows words one of which stands in every match
//! ([`need::Needs`]), and only the surroundings of such words are read. What is found is what reading everything would find.

mod alphabet;
mod found;
mod grams;
mod need;
mod plain;
mod regex;
mod searcher;
mod view;

use std::ops::{Deref, Range};

use grams::Grams;

pub use self::found::{Captures, Match};
pub use self::regex::Regex;

/// A text that is indexed for patterns.
#[derive(Clone, Debug, Default)]
pub struct Text {
    string: String,
    chars: Vec<char>,
    /// Bytes where the characters begin, and the end of the last.
    starts: Vec<u32>,
    grams: Grams,
}

impl Text {
    /// Indexes a text. Texts over 4 GiB cannot occur: input is bounded by [`super::MAX_BYTES`].
    pub fn new(text: String) -> Self {
        let (chars, starts) = view::read(&text);
        let grams = Grams::new(&chars);
        Self { string: text, chars, starts, grams }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.string
    }

    /// The byte `chars` characters behind a byte, or before it where they are negative; the text's end or start where there
    /// are fewer.
    pub fn beyond(&self, at: usize, chars: isize) -> usize {
        let from = self.starts.partition_point(|start| (*start as usize) < at);
        let to = from.saturating_add_signed(chars);
        self.starts.get(to).map_or(self.string.len(), |start| *start as usize)
    }

    /// The first characters, as [`Self::part`] gives them.
    pub fn first(&self, chars: usize) -> Part<'_> {
        let chars = chars.min(self.chars.len());
        let end = self.starts.get(chars).map_or(self.string.len(), |end| *end as usize);
        Part { whole: self, start: 0, text: self.string.get(..end).unwrap_or_default(), chars: (0, chars) }
    }

    /// A part of the text that is searched by the same index; empty for a foreign range.
    pub fn part(&self, range: Range<usize>) -> Part<'_> {
        let text = self.string.get(range.clone()).unwrap_or_default();
        if text.len() == self.string.len() {
            return Part { whole: self, start: 0, text, chars: (0, self.chars.len()) };
        }
        let first = self.starts.partition_point(|start| (*start as usize) < range.start);
        let inside = self.starts.get(first..).unwrap_or_default();
        let len = inside.partition_point(|start| (*start as usize) < range.start.saturating_add(text.len()));
        Part { whole: self, start: range.start, text, chars: (first, first + len) }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text.to_owned())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.string
    }
}

/// A part of a [`Text`]: a `str` of its own, in which the pattern's `^` and `$` are the part's ends.
#[derive(Clone, Copy, Debug)]
pub struct Part<'t> {
    whole: &'t Text,
    /// The byte where it begins in the whole.
    start: usize,
    text: &'t str,
    /// Its first character in the whole, and the one behind its last.
    chars: (usize, usize),
}

impl<'t> Part<'t> {
    /// The characters.
    pub fn as_str(self) -> &'t str {
        self.text
    }

    /// Its characters, and the bytes of the whole where each begins and the last ends.
    fn characters(self) -> (&'t [char], &'t [u32]) {
        let (first, end) = self.chars;
        (self.whole.chars.get(first..end).unwrap_or_default(), self.whole.starts.get(first..=end).unwrap_or_default())
    }

    /// Bytes where a word begins, in order.
    pub fn places(self, word: &'t str) -> Box<dyn Iterator<Item = usize> + 't> {
        let mut chars = word.chars().map(grams::fold);
        let (Some(first), Some(second)) = (chars.next(), chars.next()) else {
            return Box::new(self.text.match_indices(word).map(|(at, _)| at));
        };
        let (from, to) = self.chars;
        let known = self.whole.grams.places(first, second).iter().map(|at| *at as usize);
        let here = known.skip_while(move |at| *at < from).take_while(move |at| *at < to);
        let bytes = here.filter_map(move |at| (*self.whole.starts.get(at)? as usize).checked_sub(self.start));
        Box::new(bytes.filter(move |at| self.text.get(*at..).is_some_and(|rest| rest.starts_with(word))))
    }
}

impl Deref for Part<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.text
    }
}

/// What can be searched: a [`Text`] and its parts by their index, a `str` from end to end.
pub trait Haystack<'t>: Copy {
    /// The characters.
    fn text(self) -> &'t str;

    /// The characters as a part of an indexed text, where they are one.
    fn indexed(self) -> Option<Part<'t>> {
        None
    }
}

impl<'t> Haystack<'t> for &'t str {
    fn text(self) -> &'t str {
        self
    }
}

impl<'t> Haystack<'t> for &'t String {
    fn text(self) -> &'t str {
        self
    }
}

impl<'t> Haystack<'t> for Part<'t> {
    fn text(self) -> &'t str {
        self.text
    }

    fn indexed(self) -> Option<Part<'t>> {
        Some(self)
    }
}

impl<'t> Haystack<'t> for &'t Text {
    fn text(self) -> &'t str {
        &self.string
    }

    fn indexed(self) -> Option<Part<'t>> {
        Some(self.part(0..self.string.len()))
    }
}
