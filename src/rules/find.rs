//! Small helpers the identity rules share: compiled patterns and the search of the first page.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Captures, Haystack, Regex};

/// A pattern that is compiled once; one that does not compile finds nothing.
pub(super) type Pattern = LazyLock<Option<Regex>>;

/// Compiles a pattern.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// A list of patterns, one a line, as the choices of one; lines that begin with `//` say what the next ones are.
pub(super) fn choices(list: &str) -> String {
    let patterns = list.lines().filter(|line| !line.is_empty() && !line.starts_with("//"));
    patterns.collect::<Vec<_>>().join("|")
}

/// Every match in `text`, in order of place.
pub(super) fn captures<'t>(pattern: &'t Pattern, text: impl Haystack<'t> + 't) -> impl Iterator<Item = Captures<'t>> + 't {
    pattern.as_ref().into_iter().flat_map(move |pattern| pattern.captures_iter(text))
}

/// The first match in `text`.
pub(super) fn first<'t>(pattern: &Pattern, text: impl Haystack<'t>) -> Option<Captures<'t>> {
    pattern.as_ref()?.captures(text)
}

/// Whether the pattern stands in `text`.
pub(super) fn has<'t>(pattern: &Pattern, text: impl Haystack<'t>) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// The byte range of a named group.
pub(super) fn group(captures: &Captures<'_>, name: &str) -> Option<Range<usize>> {
    captures.name(name).map(|found| found.range())
}

/// How far [`line_at`] looks each way, in bytes: some texts are one line of megabytes, and it is asked thousands of times.
const LINE_REACH: usize = 16 * 1024;

/// The line around a byte of `text`, without its line break; of a longer one what is near.
pub(super) fn line_at(text: &str, at: usize) -> Range<usize> {
    let first = text.floor_char_boundary(at.saturating_sub(LINE_REACH));
    let last = text.ceil_char_boundary(at.saturating_add(LINE_REACH));
    let start = text.get(first..at).and_then(|before| before.rfind('\n')).map_or(first, |found| first + found + 1);
    let end = text.get(at..last).and_then(|after| after.find('\n')).map_or(last, |found| at + found);
    start..end
}

/// `range` without the blanks at its ends.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let words = text.get(range.clone()).unwrap_or_default();
    let start = range.start + words.len() - words.trim_start().len();
    start..(start + words.trim().len())
}

/// An ideograph.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}
