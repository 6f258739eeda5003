//! Searching long texts for hundreds of patterns.
//!
//! A pattern that reads the whole text pays for every byte of it, and the rules have hundreds. So a text is indexed
//! once by its pairs of characters ([`Grams`]), each pattern knows words one of which stands in every match
//! ([`need::Needs`]), and only the surroundings of such words are read. What is found is what reading everything would find.

mod grams;
mod need;
mod plain;
mod regex;

use std::ops::{Deref, Range};

use grams::Grams;

pub use self::regex::Regex;

/// A text that is indexed for patterns.
#[derive(Clone, Debug, Default)]
pub struct Text {
    text: String,
    grams: Grams,
}

impl Text {
    /// Indexes a text. Texts over 4 GiB cannot occur: input is bounded by [`super::MAX_BYTES`].
    pub fn new(text: String) -> Self {
        let grams = Grams::new(&text);
        Self { text, grams }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A part of the text that is searched by the same index; empty for a foreign range.
    pub fn part(&self, range: Range<usize>) -> Part<'_> {
        Part { whole: self, start: range.start, text: self.text.get(range).unwrap_or_default() }
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
        &self.text
    }
}

/// A part of a [`Text`]: a `str` of its own, in which the pattern's `^` and `$` are the part's ends.
#[derive(Clone, Copy, Debug)]
pub struct Part<'t> {
    whole: &'t Text,
    start: usize,
    text: &'t str,
}

impl<'t> Part<'t> {
    /// The characters.
    pub fn as_str(self) -> &'t str {
        self.text
    }

    /// Bytes where a word begins, in order.
    pub fn places(self, word: &'t str) -> Box<dyn Iterator<Item = usize> + 't> {
        let mut chars = word.chars().map(grams::fold);
        let (Some(first), Some(second)) = (chars.next(), chars.next()) else {
            return Box::new(self.text.match_indices(word).map(|(at, _)| at));
        };
        let known = self.whole.grams.places(first, second).iter().map(|at| *at as usize);
        let here = known.skip_while(move |at| *at < self.start).take_while(move |at| *at < self.start + self.text.len());
        Box::new(here.map(move |at| at - self.start).filter(move |at| self.text.get(*at..).is_some_and(|rest| rest.starts_with(word))))
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
        &self.text
    }

    fn indexed(self) -> Option<Part<'t>> {
        Some(self.part(0..self.text.len()))
    }
}
