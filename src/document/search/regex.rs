//! Regular expressions that stay fast on long Chinese texts.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex_syntax::hir::{Hir, HirKind, Look};

use super::Haystack;
use super::alphabet::is_rich;
use super::found::{Captures, Match};
use super::need::{Needs, longest};
use super::plain::plain;
use super::searcher::{Engine, Found, Hit, Searcher};
use super::view::View;

/// A pattern shorter than this has few kinds of characters, in bytes.
const SHORT: usize = 400;

/// A regular expression for normalised text: `\b`, `\d` and `\s` know ASCII alone, and `*` and `+` behind blanks, marks,
/// ASCII classes and short words have an end (16, 16, 64 and 8 times).
///
/// It is compiled when it first has something to search: most reports need a third of the patterns.
#[derive(Debug)]
pub struct Regex {
    pattern: String,
    /// One, but for choices of very many words, which are searched piece by piece.
    pieces: Vec<Piece>,
}

/// A pattern, or some neighbouring choices of one.
#[derive(Debug)]
struct Piece {
    /// Which choices; all of the pattern where there is one piece.
    choices: Option<Range<usize>>,
    needs: Needs,
    /// Whether it matches at the start of a text alone.
    anchored: bool,
    /// Most characters of a match, where there is a bound.
    longest: Option<usize>,
    compiled: OnceLock<Option<Engine>>,
}

impl Piece {
    fn new(hir: &Hir, choices: Option<Range<usize>>) -> Self {
        let starts = hir.properties().look_set_prefix().contains(Look::Start);
        Self { choices, needs: Needs::of(hir), anchored: starts, longest: longest(hir), compiled: OnceLock::new() }
    }

    fn compiled(&self, pattern: &str) -> Option<&Engine> {
        let compile = || {
            let whole = parse(pattern).ok()?;
            Engine::new(match &self.choices {
                Some(choices) => part(&whole, choices.clone())?,
                None => whole,
            })
        };
        let compiled = self.compiled.get_or_init(compile);
        debug_assert!(compiled.is_some(), "too large: {pattern}");
        compiled.as_ref()
    }

    /// What searches a text; nothing where the text has none of the words a match needs. Then the pattern is not even
    /// compiled.
    fn searcher<'t>(&self, pattern: &str, haystack: impl Haystack<'t>, view: &View<'t>) -> Option<Searcher<'_>> {
        match haystack.indexed().and_then(|part| self.needs.best(part)) {
            Some((_, places)) if places.is_empty() => None,
            Some((need, places)) => Some(Searcher::around(self.compiled(pattern)?, need, places, view.count()?)),
            None => {
                let engine = self.compiled(pattern)?;
                Some(match (self.longest, view.count()) {
                    (Some(longest), _) if self.anchored => Searcher::through(engine, 0..longest),
                    (_, Some(count)) => Searcher::through(engine, 0..count),
                    (longest, None) => Searcher::anywhere(engine, longest),
                })
            }
        }
    }
}

impl Regex {
    /// Reads a pattern. For one that is anchored at the start of a text and has no end, all of a text without an index is
    /// read.
    ///
    /// # Errors
    /// When it is no regular expression.
    pub fn new(pattern: &str) -> Result<Self, regex::Error> {
        let pattern = plain(pattern)?;
        let hir = parse(&pattern)?;
        let pieces = match hir.kind() {
            HirKind::Alternation(choices) if pattern.len() > SHORT && hir.properties().explicit_captures_len() == 0 && is_rich(&hir) => {
                pieces(&hir, choices.len())
            }
            _ => vec![Piece::new(&hir, None)],
        };
        Ok(Self { pattern, pieces })
    }

    /// Reads and compiles a pattern that is not our own.
    ///
    /// # Errors
    /// When it is no regular expression, or too large a one.
    pub fn checked(pattern: &str) -> Result<Self, regex::Error> {
        let read = Self::new(pattern)?;
        // What is too large is told in the words of `regex`.
        regex::Regex::new(&read.pattern)?;
        Ok(read)
    }

    /// The pattern as it is compiled.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// Whether it matches anywhere.
    pub fn is_match<'t>(&self, haystack: impl Haystack<'t>) -> bool {
        self.search::<Hit>(haystack).next().is_some()
    }

    /// The first match.
    pub fn find<'t>(&self, haystack: impl Haystack<'t>) -> Option<Match<'t>> {
        self.find_iter(haystack).next()
    }

    /// The groups of the first match.
    pub fn captures<'t>(&self, haystack: impl Haystack<'t>) -> Option<Captures<'t>> {
        self.captures_iter(haystack).next()
    }

    /// Every match, in order and apart.
    pub fn find_iter<'t>(&self, haystack: impl Haystack<'t>) -> Matches<'_, 't, Match<'t>> {
        self.search(haystack)
    }

    /// The groups of every match, in order and apart.
    pub fn captures_iter<'t>(&self, haystack: impl Haystack<'t>) -> Matches<'_, 't, Captures<'t>> {
        self.search(haystack)
    }

    /// `text` with every match replaced by what `by` says.
    pub fn replace_all<'t>(&self, text: &'t str, by: impl Fn(&Captures<'_>) -> String) -> Cow<'t, str> {
        let mut out = String::new();
        let mut copied = 0;
        for found in self.captures_iter(text) {
            let place = found.get_match().range();
            out.push_str(text.get(copied..place.start).unwrap_or_default());
            out.push_str(&by(&found));
            copied = place.end;
        }
        if copied == 0 && out.is_empty() {
            return Cow::Borrowed(text);
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(out)
    }

    fn search<'t, M: Found<'t>>(&self, haystack: impl Haystack<'t>) -> Matches<'_, 't, M> {
        let view = View::new(haystack);
        let searchers = self.pieces.iter().filter_map(|piece| piece.searcher(&self.pattern, haystack, &view));
        let ways = searchers.map(|searcher| Way { searcher, ahead: None, ended: false }).collect();
        Matches { view, ways, from: 0, last: None }
    }
}

fn parse(pattern: &str) -> Result<Hir, regex::Error> {
    regex_syntax::parse(pattern).map_err(|error| regex::Error::Syntax(error.to_string()))
}

/// Some of the choices of a pattern.
fn part(pattern: &Hir, choices: Range<usize>) -> Option<Hir> {
    let HirKind::Alternation(all) = pattern.kind() else { return None };
    Some(Hir::alternation(all.get(choices)?.to_vec()))
}

/// Neighbouring choices that speak of few enough kinds of characters together.
fn pieces(pattern: &Hir, count: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut first = 0;
    let mut known = None;
    for end in 1..=count {
        let Some(wider) = part(pattern, first..end) else { continue };
        if let Some(narrower) = known.take_if(|_| is_rich(&wider)) {
            pieces.push(Piece::new(&narrower, Some(first..end - 1)));
            first = end - 1;
            known = part(pattern, first..end);
        } else {
            known = Some(wider);
        }
    }
    pieces.extend(known.map(|last| Piece::new(&last, Some(first..count))));
    pieces
}

/// A piece of the pattern and its next match.
#[derive(Debug)]
struct Way<'p, M> {
    searcher: Searcher<'p>,
    ahead: Option<(M, Range<usize>)>,
    ended: bool,
}

/// Matches in order.
#[derive(Debug)]
pub struct Matches<'p, 't, M> {
    view: View<'t>,
    ways: Vec<Way<'p, M>>,
    /// The character where the search goes on.
    from: usize,
    /// The character where the last match ended.
    last: Option<usize>,
}

impl<'t, M: Found<'t>> Iterator for Matches<'_, 't, M> {
    type Item = M;

    fn next(&mut self) -> Option<M> {
        loop {
            let from = self.from;
            let mut first: Option<&mut Way<'_, M>> = None;
            for way in &mut self.ways {
                if !way.ended && way.ahead.as_ref().is_none_or(|(_, range)| range.start < from) {
                    way.ahead = way.searcher.next(&self.view, from);
                    way.ended = way.ahead.is_none();
                }
                let start = |way: &Way<'_, M>| way.ahead.as_ref().map(|(_, range)| range.start);
                // Of two that begin together the earlier choice counts.
                if start(way).is_some_and(|start_here| first.as_ref().and_then(|first| start(first)).is_none_or(|known| start_here < known))
                {
                    first = Some(way);
                }
            }
            let (found, range) = first?.ahead.take()?;
            let empty = range.is_empty() && self.last == Some(range.end);
            self.from = range.end;
            if empty {
                // An empty match right behind another: a character further on.
                self.from += 1;
                continue;
            }
            self.last = Some(range.end);
            return Some(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

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

    /// A choice of more words than kinds of characters have bytes, which is searched piece by piece: words that begin
    /// together, overlap, and stand on both sides of a border.
    fn rich(last: &str) -> String {
        let words = ('\u{4e00}'..'\u{4f00}').collect::<Vec<_>>();
        let words = words.chunks(2).map(String::from_iter).collect::<Vec<_>>();
        format!("入评|买入|{}|买入评级|评级维|(?m:^买)|买|{last}", words.join("|"))
    }

    /// Each pattern as it is searched here and by `regex`.
    static BOTH: LazyLock<Vec<(Regex, regex::Regex)>> = LazyLock::new(|| {
        let many = ('\u{4e00}'..'\u{4f00}').map(String::from).collect::<Vec<_>>().join("|");
        let more = [format!("[^买]{{0,3}}(?:{many})?买"), format!("(?:{many})?"), rich("级维持"), rich("[^。]{0,3}。"), rich("x*")];
        let patterns = PATTERNS.iter().map(|pattern| (*pattern).to_owned()).chain(more).chain([r"\B".to_owned(), r"\S{2}|$".to_owned()]);
        let both = patterns.map(|pattern| {
            let ours = Regex::new(&pattern).unwrap();
            let plain = regex::Regex::new(ours.as_str()).unwrap();
            (ours, plain)
        });
        both.collect()
    });

    #[test]
    fn long_choices_are_searched_in_pieces() {
        assert!(BOTH.iter().any(|(ours, _)| ours.pieces.len() > 1));
    }

    #[test]
    fn a_foreign_part_holds_nothing() {
        let text = Text::from("买入");
        for pattern in [r"\B", "买?"] {
            let found = Regex::new(pattern).unwrap().find(text.part(1..3)).map(|found| found.range());
            assert!(found.is_none_or(|range| range == (0..0)), "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn finds_what_reading_everything_finds(text in "(?:买入|增持|评级|维持|买|入|。|\n|BUY|buying|K|ſ|7| |丁字|\u{20000}|字字字字字字字字|x{30}){0,40}", cut in 0_usize..8) {
            let indexed = Text::new(text.clone());
            let start = text.ceil_char_boundary(cut.min(text.len()));
            let part = indexed.part(start..text.floor_char_boundary(text.len().saturating_sub(cut)).max(start));
            for (ours, plain) in BOTH.iter() {
                let pattern = ours.as_str();
                let expected: Vec<Range<usize>> = plain.find_iter(&text).map(|found| found.range()).collect();
                prop_assert_eq!(ours.find_iter(&indexed).map(|found| found.range()).collect::<Vec<_>>(), expected.clone(), "{}", pattern);
                prop_assert_eq!(ours.find_iter(text.as_str()).map(|found| found.range()).collect::<Vec<_>>(), expected.clone(), "{}", pattern);
                prop_assert_eq!(ours.is_match(&indexed), !expected.is_empty(), "{}", pattern);
                let inside: Vec<Range<usize>> = plain.find_iter(part.as_str()).map(|found| found.range()).collect();
                prop_assert_eq!(ours.find_iter(part).map(|found| found.range()).collect::<Vec<_>>(), inside, "{}", pattern);
                let groups = |found: Captures<'_>| found.iter().map(|group| group.map(|group| group.range())).collect::<Vec<_>>();
                for (here, found) in [
                    (text.as_str(), ours.captures_iter(&indexed).map(groups).collect::<Vec<_>>()),
                    (text.as_str(), ours.captures_iter(text.as_str()).map(groups).collect()),
                    (part.as_str(), ours.captures_iter(part).map(groups).collect()),
                ] {
                    let groups = |found: regex::Captures<'_>| found.iter().map(|group| group.map(|group| group.range())).collect::<Vec<_>>();
                    prop_assert_eq!(found, plain.captures_iter(here).map(groups).collect::<Vec<_>>(), "{}", pattern);
                }
            }
        }
    }
}
