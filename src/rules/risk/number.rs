//! The numbers of a list of risks.

use super::ITEM;
use super::words::RISKY;
use crate::document::Match;
use crate::rules::find::{Pattern, captures, compile, first, has, is_han};

static ENUMERATOR: Pattern = Pattern::new(|| {
    compile(
        r"(?:^|[\s。;,、:])(?:\(?\d{1,2}\)|\d{1,2}[、.)]\s?|[①②③④⑤⑥⑦⑧⑨⑩]|\([一二三四五六七八九十]\)|[一二三四五六七八九十]、|(?:第)?[一二三四五六](?:是|,))",
    )
});

/// Whether the text goes on with a numbered sentence.
pub(super) fn numbered(text: &str) -> bool {
    let head = |chars: usize| text.char_indices().nth(chars).map_or(text, |(at, _)| text.get(..at).unwrap_or_default());
    has(&ENUMERATOR, head(6)) && head(14).chars().filter(|c| is_han(*c)).count() > 5
}

/// Where a list of numbered lines ends; 0 where there is none.
pub(super) fn numbered_lines(after: &str) -> usize {
    let mut at = 0;
    let mut end = 0;
    for line in after.split_inclusive('\n') {
        let words = line.trim();
        if words.is_empty() && end == at {
            at += line.len();
            end = if end == 0 { 0 } else { at };
            continue;
        }
        // A run-on text is one line, whatever it starts with.
        if words.chars().count() < ITEM
            && words.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '①'..='⑩'))
            && first(&ENUMERATOR, words).and_then(|found| found.get(0)).is_some_and(|found| found.start() == 0)
        {
            at += line.len();
            end = at;
        } else {
            break;
        }
    }
    end
}

/// A numbered name on a line of its own.
static NAME: Pattern = Pattern::new(|| compile(r"^\(?(?P<value>\d{1,2})[、.)]\s?\p{Han}[^。;:]{3,27}$"));

/// Where the last of several numbered risks ends that are named on lines of their own above sentences that explain them;
/// 0 where there are fewer than two.
pub(super) fn numbered_names(after: &str) -> usize {
    let (mut at, mut end, mut next) = (0, 0, 1);
    // Whether a sentence goes on from the line before, and whether any explains a name.
    let (mut open, mut explained) = (false, false);
    for line in after.split_inclusive('\n') {
        at += line.len();
        let words = line.trim();
        if words.is_empty() {
            continue;
        }
        let value = first(&NAME, words).and_then(|found| found.name("value")?.as_str().parse::<usize>().ok());
        if value == Some(next) && has(&RISKY, words) {
            (end, next, open) = (at, next + 1, false);
        } else if next > 1 && value.is_none() && !words.starts_with('#') && !words.contains(';') && (open || words.contains([',', '。'])) {
            (open, explained) = (!words.ends_with('。'), true);
        } else {
            break;
        }
    }
    if next > 2 && explained { end } else { 0 }
}

/// The numbers of an enumeration; `、1.6T` is a quantity.
pub(super) fn numbers(words: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let found = ENUMERATOR.as_ref().into_iter().flat_map(move |enumerator| enumerator.find_iter(words));
    found.filter(move |found| !quantity(words, found)).map(|found| (found.start(), found.end())).chain(glued(words))
}

/// A number whatever stands before it.
static ANYWHERE: Pattern = Pattern::new(|| compile(r"\(?(?P<value>\d{1,2})[、.)]"));

/// The numbers in a run-on text that nothing parts from the item before: `…不及预期2.…`. Each is the next of its row.
fn glued(words: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut next = 1;
    for number in captures(&ANYWHERE, words) {
        let (Some(whole), Some(value)) = (number.get(0), number.name("value")) else { continue };
        let opens = |c: char| is_han(c) || c.is_ascii_alphabetic() || matches!(c, '“' | '"' | '「');
        let named =
            words.get(whole.end()..).is_some_and(|rest| rest.trim_start_matches(' ').starts_with(opens)) || whole.as_str().starts_with('(');
        if value.as_str().parse() != Ok(next) || !named {
            continue;
        }
        next += 1;
        let before = words.get(..whole.start()).unwrap_or_default();
        if before.ends_with(|c: char| is_han(c) || matches!(c, ')' | '”' | '"')) {
            found.push((whole.start(), whole.end()));
        }
    }
    found
}

/// Whether the point behind a number is a decimal one.
pub(super) fn quantity(words: &str, found: &Match<'_>) -> bool {
    let rest = words.get(found.end()..).unwrap_or_default();
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    found.as_str().ends_with('.') && unit.len() < rest.len() && !unit.starts_with(is_han)
}
