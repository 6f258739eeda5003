//! One compiled pattern on its way through a text.

use std::ops::Range;

use regex_automata::{Anchored, Input, meta};
use regex_syntax::hir::Hir;

use super::alphabet::Alphabet;
use super::found::{Captures, Match};
use super::need::Need;
use super::view::View;

/// Characters two windows may be apart and still be read as one: the next character must be seen at the end of each.
const APART: usize = 6;
/// Characters of a text without an index that are read at a time.
const STRETCH: usize = 512;
/// Most bytes of a compiled pattern, as `regex` has it.
const MOST: usize = 10 << 20;

/// A compiled pattern: over kinds of characters, or over UTF-8 where it has too many of them.
#[derive(Debug)]
pub(super) struct Engine {
    regex: meta::Regex,
    alphabet: Option<Alphabet>,
}

impl Engine {
    /// Compiles a pattern; nothing where it is too large.
    pub(super) fn new(pattern: Hir) -> Option<Self> {
        let (alphabet, pattern) = match Alphabet::of(&pattern) {
            Some((alphabet, translated)) => (Some(alphabet), translated),
            None => (None, pattern),
        };
        let config = meta::Config::new().utf8_empty(alphabet.is_none()).nfa_size_limit(Some(MOST));
        let regex = meta::Builder::new().configure(config).build_from_hir(&pattern).ok()?;
        Some(Self { regex, alphabet })
    }
}

/// What a search is for: whether there is a match, where it is, or its groups.
pub trait Found<'t>: Sized {
    /// The next match of `input`, and where it is there; `place` makes that a byte of `text`.
    fn find(regex: &meta::Regex, input: &Input<'_>, text: &'t str, place: &dyn Fn(usize) -> usize) -> Option<(Self, Range<usize>)>;
}

/// There is a match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit;

impl<'t> Found<'t> for Hit {
    fn find(regex: &meta::Regex, input: &Input<'_>, _: &'t str, _: &dyn Fn(usize) -> usize) -> Option<(Self, Range<usize>)> {
        // Whether it could be longer does not matter.
        regex.search_half(input).map(|_| (Self, input.start()..input.start()))
    }
}

impl<'t> Found<'t> for Match<'t> {
    fn find(regex: &meta::Regex, input: &Input<'_>, text: &'t str, place: &dyn Fn(usize) -> usize) -> Option<(Self, Range<usize>)> {
        let range = regex.search(input)?.range();
        Some((Self::new(text, place(range.start)..place(range.end)), range))
    }
}

impl<'t> Found<'t> for Captures<'t> {
    fn find(regex: &meta::Regex, input: &Input<'_>, text: &'t str, place: &dyn Fn(usize) -> usize) -> Option<(Self, Range<usize>)> {
        let mut groups = regex.create_captures();
        regex.search_captures(input, &mut groups);
        let range = groups.get_match()?.range();
        Some((Self::new(text, &groups, place), range))
    }
}

/// Where a pattern can match.
#[derive(Debug)]
enum Windows {
    /// In these stretches of characters.
    Known(std::vec::IntoIter<Range<usize>>),
    /// Only at the start of these, which overlap.
    Starts(std::vec::IntoIter<Range<usize>>),
    /// Anywhere in a text that is not indexed: it is read as far as it is asked for, a stretch at a time, each with what a
    /// match that begins in it may have behind it.
    Anywhere { next: usize, reach: usize },
}

/// Goes through the windows of a text in which a pattern can match.
#[derive(Debug)]
pub(super) struct Searcher<'p> {
    engine: &'p Engine,
    windows: Windows,
    window: Option<Window>,
    /// The kinds of the window's characters, and of one on each side.
    read: Vec<u8>,
}

/// A stretch of characters that is searched.
#[derive(Clone, Debug)]
struct Window {
    chars: Range<usize>,
    /// A match that begins here or behind may have more of it in the next window.
    sure: usize,
}

impl<'p> Searcher<'p> {
    fn new(engine: &'p Engine, windows: Windows) -> Self {
        Self { engine, windows, window: None, read: Vec::new() }
    }

    /// Looks at one stretch of characters.
    pub(super) fn through(engine: &'p Engine, stretch: Range<usize>) -> Self {
        Self::new(engine, Windows::Known(vec![stretch].into_iter()))
    }

    /// Looks everywhere in a text that is not indexed; `longest` is that of a match, where there is a bound.
    pub(super) fn anywhere(engine: &'p Engine, longest: Option<usize>) -> Self {
        match longest {
            Some(longest) => Self::new(engine, Windows::Anywhere { next: 0, reach: longest }),
            None => Self::through(engine, 0..usize::MAX),
        }
    }

    /// Looks where one of `places` is in the match, in order; `len` is that of the text.
    pub(super) fn around(engine: &'p Engine, need: &Need, places: Vec<usize>, len: usize) -> Self {
        let windows = match need {
            // Where they stand close together it is cheaper to read all between them once.
            Need { before: Some(0), after: Some(after), .. } if places.len().saturating_mul(*after) <= len => {
                let starts: Vec<_> = places.into_iter().map(|place| place..place.saturating_add(*after).min(len)).collect();
                Windows::Starts(starts.into_iter())
            }
            _ => Windows::Known(windows(len, need, &places).into_iter()),
        };
        Self::new(engine, windows)
    }

    /// The first match that begins at character `from` or behind it, and its characters. `from` never falls.
    pub(super) fn next<'t, M: Found<'t>>(&mut self, view: &View<'t>, from: usize) -> Option<(M, Range<usize>)> {
        loop {
            let window = match self.window.take() {
                Some(window) => window,
                None => self.enter(view, from)?,
            };
            let at = window.chars.start.max(from);
            if at > window.chars.end {
                continue;
            }
            let found = self.search(view, at, &window.chars).filter(|(_, range)| range.start >= at && range.start <= window.sure);
            let Some(found) = found else { continue };
            self.window = Some(window).filter(|_| !matches!(self.windows, Windows::Starts(_)));
            return Some(found);
        }
    }

    /// Goes to the next window that is not behind.
    fn enter(&mut self, view: &View<'_>, from: usize) -> Option<Window> {
        let mut window = match &mut self.windows {
            Windows::Known(windows) => Window { chars: windows.find(|window| window.end >= from)?, sure: usize::MAX },
            Windows::Starts(windows) => Window { chars: windows.find(|window| window.start >= from)?, sure: usize::MAX },
            Windows::Anywhere { next, reach } => {
                let start = (*next).max(from);
                // The end is a place as well: of an empty match.
                if start > 0 && view.byte(start - 1) >= view.text.len() {
                    return None;
                }
                let sure = start + STRETCH;
                *next = sure;
                Window { chars: start..sure.saturating_add(*reach), sure: sure - 1 }
            }
        };
        if let Some(alphabet) = &self.engine.alphabet {
            let first = window.chars.start.saturating_sub(1);
            view.read(first..window.chars.end.saturating_add(1), alphabet, &mut self.read);
            window.chars.end = window.chars.end.min(first + self.read.len());
        }
        Some(window)
    }

    fn search<'t, M: Found<'t>>(&self, view: &View<'t>, at: usize, window: &Range<usize>) -> Option<(M, Range<usize>)> {
        let anchored = if matches!(self.windows, Windows::Starts(_)) { Anchored::Yes } else { Anchored::No };
        let text = view.text;
        if self.engine.alphabet.is_none() {
            let end = if window.end == usize::MAX { text.len() } else { view.byte(window.end) };
            let input = Input::new(text).range(view.byte(at)..end).anchored(anchored);
            let (found, range) = M::find(&self.engine.regex, &input, text, &|byte| byte)?;
            return Some((found, view.char_at(range.start)..view.char_at(range.end)));
        }
        let first = window.start.saturating_sub(1);
        let input = Input::new(&self.read).range(at - first..window.end - first).anchored(anchored);
        let (found, range) = M::find(&self.engine.regex, &input, text, &|at| view.byte(first + at))?;
        Some((found, first + range.start..first + range.end))
    }
}

/// Stretches of characters that hold every match of a pattern: a match has one of `places` in it, and its ends are no farther
/// from there than the pattern allows. They are apart by more than a character, so that no match of one can reach into the
/// next.
fn windows(len: usize, need: &Need, places: &[usize]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for place in places {
        let start = need.before.map_or(0, |before| place.saturating_sub(before));
        let end = need.after.map_or(len, |after| place.saturating_add(after).min(len));
        match windows.last_mut() {
            Some(last) if start <= last.end.saturating_add(APART) => last.end = end,
            _ => windows.push(start..end),
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_an_index_is_read_as_far_as_is_asked_for() {
        let engine = Engine::new(regex_syntax::parse("买[^。]{0,9}|入").unwrap()).unwrap();
        let text = format!("买入{}买", "字".repeat(100 * STRETCH));
        let view = View::new(text.as_str());
        let mut searcher = Searcher::anywhere(&engine, Some(10));
        let mut find = |from| searcher.next::<Match<'_>>(&view, from).map(|(_, range)| (range, searcher.read.len()));
        let (range, read) = find(0).unwrap();
        assert_eq!(range, 0..10);
        assert!(read < 2 * STRETCH, "{read}");
        let (range, read) = find(10).unwrap();
        assert_eq!(range.start, 2 + 100 * STRETCH);
        assert!(read < 2 * STRETCH, "{read}");
    }
}
