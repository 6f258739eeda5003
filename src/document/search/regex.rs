//! Regular expressions that stay fast on long Chinese texts.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex::{Captures, Match, Replacer};
use regex_syntax::hir::Look;

use super::Haystack;
use super::need::{Need, Needs};
use super::plain::plain;

/// Bytes two windows may be apart and still be read as one: the next character must be seen at the end of each.
const APART: usize = 16;

/// A regular expression for normalised text: `\b`, `\d` and `\s` know ASCII alone, and `*` and `+` behind blanks, marks,
/// ASCII classes and short words have an end (16, 16, 64 and 8 times).
///
/// It is compiled when it first has something to search: most reports need a third of the patterns.
#[derive(Debug)]
pub struct Regex {
    pattern: String,
    needs: Needs,
    /// Most bytes from the start of a text that a pattern anchored there looks at.
    anchored: Option<usize>,
    compiled: OnceLock<Option<regex::Regex>>,
}

impl Regex {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is no regular expression.
    pub fn new(pattern: &str) -> Result<Self, regex::Error> {
        let pattern = plain(pattern)?;
        let hir = regex_syntax::parse(&pattern).map_err(|error| regex::Error::Syntax(error.to_string()))?;
        let starts = hir.properties().look_set_prefix().contains(Look::Start);
        let anchored = hir.properties().maximum_len().filter(|_| starts);
        Ok(Self { needs: Needs::of(&hir), anchored, pattern, compiled: OnceLock::new() })
    }

    /// Reads and compiles a pattern that is not our own.
    ///
    /// # Errors
    /// When it is no regular expression, or too large a one.
    pub fn checked(pattern: &str) -> Result<Self, regex::Error> {
        let read = Self::new(pattern)?;
        let compiled = regex::Regex::new(&read.pattern)?;
        Ok(Self { compiled: OnceLock::from(Some(compiled)), ..read })
    }

    /// The pattern as it is compiled.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    fn compiled(&self) -> Option<&regex::Regex> {
        let compiled = self.compiled.get_or_init(|| regex::Regex::new(&self.pattern).ok());
        debug_assert!(compiled.is_some(), "too large: {}", self.pattern);
        compiled.as_ref()
    }

    /// Whether it matches anywhere.
    pub fn is_match<'t>(&self, haystack: impl Haystack<'t>) -> bool {
        match haystack.indexed() {
            Some(part) => self.find(part).is_some(),
            None => self.compiled().is_some_and(|regex| regex.is_match(self.head(haystack.text()))),
        }
    }

    /// The first match.
    pub fn find<'t>(&self, haystack: impl Haystack<'t>) -> Option<Match<'t>> {
        match haystack.indexed() {
            Some(part) => self.find_iter(part).next(),
            None => self.compiled()?.find(self.head(haystack.text())),
        }
    }

    /// The first match at `start` or behind it; what stands before counts for `^` and `\b`.
    pub fn find_at<'t>(&self, text: &'t str, start: usize) -> Option<Match<'t>> {
        if start > text.len() { None } else { self.compiled()?.find_at(text, start) }
    }

    /// The groups of the first match.
    pub fn captures<'t>(&self, haystack: impl Haystack<'t>) -> Option<Captures<'t>> {
        match haystack.indexed() {
            Some(part) => self.captures_iter(part).next(),
            None => self.compiled()?.captures(self.head(haystack.text())),
        }
    }

    /// `text` with every match replaced.
    pub fn replace_all<'t>(&self, text: &'t str, by: impl Replacer) -> Cow<'t, str> {
        self.compiled().map_or(Cow::Borrowed(text), |regex| regex.replace_all(text, by))
    }

    /// Every match, in order and apart.
    pub fn find_iter<'t>(&self, haystack: impl Haystack<'t>) -> Matches<'_, 't, Match<'t>> {
        self.search(haystack, regex::Regex::find_at, regex::Match::end)
    }

    /// The groups of every match, in order and apart.
    pub fn captures_iter<'t>(&self, haystack: impl Haystack<'t>) -> Matches<'_, 't, Captures<'t>> {
        self.search(haystack, regex::Regex::captures_at, |found| found.get_match().end())
    }

    /// As much of `text` as a pattern that is anchored at its start can see, and a character more: the slower engines
    /// prepare for all they are given.
    fn head<'t>(&self, text: &'t str) -> &'t str {
        let longest = self.anchored.and_then(|longest| text.get(..text.ceil_char_boundary(longest.saturating_add(1))));
        longest.unwrap_or(text)
    }

    fn search<'t, M>(
        &self,
        haystack: impl Haystack<'t>,
        next: fn(&regex::Regex, &'t str, usize) -> Option<M>,
        end: fn(&M) -> usize,
    ) -> Matches<'_, 't, M> {
        let text = haystack.text();
        let windows = match haystack.indexed().and_then(|part| self.needs.best(part)) {
            Some((need, places)) => windows(text, need, &places),
            None => std::iter::once(0..text.len()).collect(),
        };
        // A pattern that has nothing to search is not even compiled.
        let regex = if windows.is_empty() { None } else { self.compiled() };
        Matches { regex, text, windows: windows.into_iter(), window: None, at: 0, last: None, next, end }
    }
}

/// Stretches that hold every match of a pattern: a match has one of `places` in it, and its ends are no farther from there
/// than the pattern allows. They are apart by more than a character, so that no match of one can reach into the next.
fn windows(text: &str, need: &Need, places: &[usize]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for place in places {
        let start = need.before.map_or(0, |before| text.floor_char_boundary(place.saturating_sub(before)));
        let end = need.after.map_or(text.len(), |after| text.ceil_char_boundary(place.saturating_add(after)));
        match windows.last_mut() {
            Some(last) if start <= last.end.saturating_add(APART) => last.end = end,
            _ => windows.push(start..end),
        }
    }
    windows
}

/// Matches in order.
#[derive(Debug)]
pub struct Matches<'p, 't, M> {
    regex: Option<&'p regex::Regex>,
    text: &'t str,
    windows: std::vec::IntoIter<Range<usize>>,
    window: Option<Range<usize>>,
    /// Where the search goes on.
    at: usize,
    /// Where the last match ended.
    last: Option<usize>,
    next: fn(&regex::Regex, &'t str, usize) -> Option<M>,
    end: fn(&M) -> usize,
}

impl<M> Iterator for Matches<'_, '_, M> {
    type Item = M;

    fn next(&mut self) -> Option<M> {
        let regex = self.regex?;
        loop {
            let window = if let Some(window) = self.window.take() {
                window
            } else {
                let window = self.windows.next()?;
                self.at = window.start;
                window
            };
            // One character more than the window has: what ends a match must be the text's own end, or a real character.
            let text = self.text.get(..self.text.ceil_char_boundary(window.end.saturating_add(1))).unwrap_or(self.text);
            if self.at > text.len() {
                continue;
            }
            let Some(found) = (self.next)(regex, text, self.at) else { continue };
            let end = (self.end)(&found);
            let empty = self.last == Some(end) && self.at == end;
            self.at = end;
            self.window = Some(window);
            if empty {
                // An empty match right behind another: a character further on.
                self.at = text.get(end..).and_then(|rest| rest.chars().next()).map_or(usize::MAX, |c| end + c.len_utf8());
                continue;
            }
            self.last = Some(end);
            return Some(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Text;
    use super::*;

    #[test]
    fn a_latin_word_ends_at_an_ideograph() {
        let pattern = Regex::new(r"\bBUY\b").unwrap();
        assert!(pattern.is_match("给予BUY评级") && !pattern.is_match("BUYER"));
    }

    #[test]
    fn what_is_no_pattern_is_an_error() {
        assert!(Regex::new("买入(").is_err());
        assert!(Regex::checked("买入(").is_err());
        assert!(Regex::checked(r"\w{5000}").is_err(), "too large");
    }

    const PATTERNS: [&str; 15] = [
        "买入",
        "(?i)buy(?:ing)?",
        "(?:维持)?[^。]{0,4}(?:买入|增持)评级",
        "买入$",
        "(?m)^买入|入$",
        r"\bBUY\b",
        "买入.*评级",
        "买入.{0,3}?评?级?",
        "买?入?",
        "(?:买入|买入评级)[^买]{0,2}",
        "[买卖][入出]",
        r"\d+|买入",
        "(?m)^[。 ]*(?P<label>买入|增持)[。 ]*$",
        "[^。]{0,9}评级(?:维持|.{0,3}入)+",
        "(?:维持.{0,4}|。)买入.*增持",
    ];

    proptest! {
        #[test]
        fn finds_what_reading_everything_finds(text in "(?:买入|增持|评级|维持|买|入|。|\n|BUY|buying|K|ſ|7| |字字字字字字字字|x{30}){0,40}") {
            let indexed = Text::new(text.clone());
            for pattern in PATTERNS {
                let ours = Regex::new(pattern).unwrap();
                let plain = regex::Regex::new(ours.as_str()).unwrap();
                let expected: Vec<Range<usize>> = plain.find_iter(&text).map(|found| found.range()).collect();
                prop_assert_eq!(ours.find_iter(&indexed).map(|found| found.range()).collect::<Vec<_>>(), expected.clone(), "{}", pattern);
                prop_assert_eq!(ours.find_iter(text.as_str()).map(|found| found.range()).collect::<Vec<_>>(), expected.clone(), "{}", pattern);
                let groups = ours.captures_iter(&indexed).map(|found| found.get_match().range()).collect::<Vec<_>>();
                prop_assert_eq!(groups, expected, "{}", pattern);
            }
        }
    }
}
