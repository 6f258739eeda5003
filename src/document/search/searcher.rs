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
        let end = regex.search_half(input)?.offset();
        Some((Self, end..end))
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

/// Goes through the windows of a text in which a pattern can match.
#[derive(Debug)]
pub(super) struct Searcher<'p> {
    engine: &'p Engine,
    windows: std::vec::IntoIter<Range<usize>>,
    window: Option<Range<usize>>,
    /// Whether a match begins where its window does; windows overlap then.
    begins: bool,
    /// The kinds of the window's characters, and of one on each side.
    read: Vec<u8>,
}

impl<'p> Searcher<'p> {
    /// Looks at one stretch of characters.
    pub(super) fn through(engine: &'p Engine, stretch: Range<usize>) -> Self {
        Self { engine, windows: vec![stretch].into_iter(), window: None, begins: false, read: Vec::new() }
    }

    /// Looks where one of `places` is in the match, in order; `len` is that of the text.
    pub(super) fn around(engine: &'p Engine, need: &Need, places: Vec<usize>, len: usize) -> Self {
        let (windows, begins) = match need {
            Need { before: Some(0), after: Some(after), .. } => {
                (places.into_iter().map(|place| place..place.saturating_add(*after).min(len)).collect(), true)
            }
            _ => (windows(len, need, &places), false),
        };
        Self { engine, windows: windows.into_iter(), window: None, begins, read: Vec::new() }
    }

    /// The first match that begins at character `from` or behind it, and its characters. `from` never falls.
    pub(super) fn next<'t, M: Found<'t>>(&mut self, view: &View<'t>, from: usize) -> Option<(M, Range<usize>)> {
        loop {
            let window = match self.window.take() {
                Some(window) => window,
                None => self.enter(view, from)?,
            };
            let at = window.start.max(from);
            if at > window.end {
                continue;
            }
            let Some(found) = self.search(view, at, &window) else { continue };
            self.window = Some(window).filter(|_| !self.begins);
            return Some(found);
        }
    }

    /// Goes to the next window that is not behind.
    fn enter(&mut self, view: &View<'_>, from: usize) -> Option<Range<usize>> {
        let begins = self.begins;
        let mut window = self.windows.find(|window| if begins { window.start >= from } else { window.end >= from })?;
        if let Some(alphabet) = &self.engine.alphabet {
            let first = window.start.saturating_sub(1);
            view.read(first..window.end.saturating_add(1), alphabet, &mut self.read);
            window.end = window.end.min(first + self.read.len());
        }
        Some(window)
    }

    fn search<'t, M: Found<'t>>(&self, view: &View<'t>, at: usize, window: &Range<usize>) -> Option<(M, Range<usize>)> {
        let anchored = if self.begins { Anchored::Yes } else { Anchored::No };
        let text = view.text;
        if self.engine.alphabet.is_none() {
            let input = Input::new(text).range(view.byte(at)..view.byte(window.end)).anchored(anchored);
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
