//! What a pattern found.

use std::ops::Range;

use regex_automata::util::captures;
use regex_automata::util::primitives::PatternID;

/// A match: its place in the searched text, in bytes, and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Match<'t> {
    pub(super) fn new(text: &'t str, range: Range<usize>) -> Self {
        Self { text, start: range.start, end: range.end }
    }

    /// First byte.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Byte behind the last.
    pub fn end(&self) -> usize {
        self.end
    }

    /// First byte and the byte behind the last.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The words.
    pub fn as_str(&self) -> &'t str {
        self.text.get(self.range()).unwrap_or_default()
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it holds no character.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// A match and its groups.
#[derive(Clone, Debug)]
pub struct Captures<'t> {
    text: &'t str,
    /// The whole match, and each group in order of its bracket.
    groups: Vec<Option<Range<usize>>>,
    names: captures::GroupInfo,
}

impl<'t> Captures<'t> {
    /// `found` in a text, each of its places made a byte of the text by `byte`.
    pub(super) fn new(text: &'t str, found: &captures::Captures, byte: impl Fn(usize) -> usize) -> Self {
        let groups = found.iter().map(|group| group.map(|span| byte(span.start)..byte(span.end))).collect();
        Self { text, groups, names: found.group_info().clone() }
    }

    /// The group of a number; the whole match is 0.
    pub fn get(&self, group: usize) -> Option<Match<'t>> {
        self.groups.get(group)?.clone().map(|range| Match::new(self.text, range))
    }

    /// The group of a name.
    pub fn name(&self, name: &str) -> Option<Match<'t>> {
        self.get(self.names.to_index(PatternID::ZERO, name)?)
    }

    /// The whole match.
    pub fn get_match(&self) -> Match<'t> {
        self.get(0).unwrap_or(Match { text: self.text, start: 0, end: 0 })
    }

    /// The whole match and every group, in order of their brackets.
    pub fn iter(&self) -> impl Iterator<Item = Option<Match<'t>>> + '_ {
        self.groups.iter().map(|group| group.clone().map(|range| Match::new(self.text, range)))
    }
}
