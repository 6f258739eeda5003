//! The text as it is searched: letters and digits in one width and case, with the way back to bytes.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::domain::Alignment;

use super::fuzzy;

/// The fewest letters of words that are looked for with edits: shorter ones are too like too much.
const SHORTEST_FUZZY: usize = 8;

/// A document's text, folded, and where each folded character came from.
#[derive(Debug)]
pub(super) struct Index<'a> {
    text: &'a str,
    folded: Vec<char>,
    /// Byte range in `text` of each folded character.
    places: Vec<(u32, u32)>,
}

/// Words found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    /// Bytes of the normalised text.
    pub(super) range: Range<usize>,
    pub(super) alignment: Alignment,
    pub(super) score: Option<f64>,
}

/// Letters, digits and the signs that change a number's meaning.
fn folds_to(c: char) -> impl Iterator<Item = char> {
    c.nfkc().filter(|c| c.is_alphanumeric() || matches!(c, '%' | '±')).flat_map(char::to_lowercase)
}

impl<'a> Index<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut index = Self { text, folded: Vec::with_capacity(text.len() / 2), places: Vec::with_capacity(text.len() / 2) };
        for (at, c) in text.char_indices() {
            let mut push = |folded: char| {
                index.folded.push(folded);
                index.places.push((offset(at), offset(at + c.len_utf8())));
            };
            match c {
                // Nearly all characters of a report, told first.
                '\u{4e00}'..='\u{9fff}' | 'a'..='z' | '0'..='9' | '%' => push(c),
                'A'..='Z' => push(c.to_ascii_lowercase()),
                '\0'..='\u{7f}' => {}
                other => folds_to(other).for_each(push),
            }
        }
        index
    }

    /// Finds words inside a byte range: exact, else but for width, case, blanks and punctuation, else with few edits.
    pub(super) fn find_in(&self, words: &str, within: Range<usize>) -> Option<Found> {
        let words = words.trim();
        let slice = self.text.get(within.clone())?;
        if words.is_empty() {
            return None;
        }
        if let Some(at) = find_whole(slice, words) {
            let start = within.start + at;
            return Some(Found { range: start..start + words.len(), alignment: Alignment::Exact, score: None });
        }
        let needle: Vec<char> = words.chars().flat_map(folds_to).collect();
        if needle.is_empty() {
            return None;
        }
        let (from, to) = (self.lower(within.start), self.lower(within.end));
        let hay = self.folded.get(from..to)?;
        if let Some(at) = find_chars(hay, &needle) {
            return Some(Found { range: self.range(from + at, needle.len())?, alignment: Alignment::Normalized, score: None });
        }
        if needle.len() < SHORTEST_FUZZY {
            return None;
        }
        let hit = fuzzy::find(hay, &needle)?;
        Some(Found { range: self.range(from + hit.start, hit.len)?, alignment: Alignment::Fuzzy, score: Some(hit.score) })
    }

    /// All exact places of words, else all places but for width, case, blanks and punctuation, in the whole text.
    pub(super) fn find_all(&self, words: &str) -> Vec<Found> {
        let words = words.trim();
        if words.is_empty() {
            return Vec::new();
        }
        let exact: Vec<Found> = self
            .text
            .match_indices(words)
            .filter(|(at, _)| is_whole(self.text, *at, words))
            .take(200)
            .map(|(at, _)| Found { range: at..at + words.len(), alignment: Alignment::Exact, score: None })
            .collect();
        if !exact.is_empty() {
            return exact;
        }
        let needle: Vec<char> = words.chars().flat_map(folds_to).collect();
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = self.folded.get(from..).filter(|_| !needle.is_empty()).and_then(|hay| find_chars(hay, &needle)) {
            if let Some(range) = self.range(from + at, needle.len()) {
                found.push(Found { range, alignment: Alignment::Normalized, score: None });
            }
            from += at + needle.len();
            if found.len() >= 200 {
                break;
            }
        }
        found
    }

    /// The best place of words with few edits, in the whole text.
    pub(super) fn find_near(&self, words: &str) -> Option<Found> {
        let needle: Vec<char> = words.chars().flat_map(folds_to).collect();
        if needle.len() < SHORTEST_FUZZY {
            return None;
        }
        let hit = fuzzy::find(&self.folded, &needle)?;
        Some(Found { range: self.range(hit.start, hit.len)?, alignment: Alignment::Fuzzy, score: Some(hit.score) })
    }

    /// The first folded character that starts at or after a byte.
    fn lower(&self, byte: usize) -> usize {
        self.places.partition_point(|(start, _)| (*start as usize) < byte)
    }

    fn range(&self, at: usize, len: usize) -> Option<Range<usize>> {
        let (start, _) = *self.places.get(at)?;
        let (_, end) = *self.places.get((at + len).checked_sub(1)?)?;
        Some(start as usize..end as usize)
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn find_whole(text: &str, words: &str) -> Option<usize> {
    text.match_indices(words).map(|(at, _)| at).find(|at| is_whole(text, *at, words))
}

/// Whether words that begin or end with a digit or a Latin letter are not cut out of a longer number or word there:
/// `5` does not stand in `15%`.
fn is_whole(text: &str, at: usize, words: &str) -> bool {
    let joins = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => {
            (a.is_ascii_digit() && (b.is_ascii_digit() || b == '.')) || (a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
        }
        _ => false,
    };
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let mut rest = text.get(at + words.len()..).unwrap_or_default().chars();
    let (after, then) = (rest.next(), rest.next());
    // A full stop after a number ends a sentence unless a digit follows.
    let after = if after == Some('.') && !then.is_some_and(|c| c.is_ascii_digit()) { None } else { after };
    !joins(words.chars().next(), before) && !joins(words.chars().next_back(), after)
}

fn find_chars(hay: &[char], needle: &[char]) -> Option<usize> {
    let first = needle.first()?;
    let joins = |a: Option<&char>, b: Option<&char>| matches!((a, b), (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit());
    (0..=hay.len().checked_sub(needle.len())?).find(|&at| {
        hay.get(at) == Some(first)
            && hay.get(at..at + needle.len()) == Some(needle)
            && !joins(needle.first(), at.checked_sub(1).and_then(|before| hay.get(before)))
            && !joins(needle.last(), hay.get(at + needle.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_words_three_ways() {
        let text = "周观点:国内首款 AI 音乐生成大模型启动内测,谷歌发布新模型";
        let index = Index::new(text);
        let all = 0..text.len();
        let exact = index.find_in("国内首款 AI", all.clone()).unwrap();
        assert_eq!((&text[exact.range], exact.alignment), ("国内首款 AI", Alignment::Exact));
        let normalized = index.find_in("周观点：国内首款AI音乐", all.clone()).unwrap();
        assert_eq!((&text[normalized.range], normalized.alignment), ("周观点:国内首款 AI 音乐", Alignment::Normalized));
        let fuzzy = index.find_in("国内首款AI音乐生成大模型启动测试", all).unwrap();
        assert_eq!(fuzzy.alignment, Alignment::Fuzzy);
        assert!(fuzzy.score.unwrap() >= 0.85 && text[fuzzy.range].starts_with("国内首款"));
    }

    #[test]
    fn a_number_is_not_found_inside_another() {
        let text = "涨幅15%以上,目标价12.50元,前值112.5。";
        let index = Index::new(text);
        assert_eq!(index.find_in("5", 0..text.len()), None);
        assert_eq!(index.find_in("12.5", 0..text.len()), None);
        assert!(index.find_in("12.50", 0..text.len()).is_some());
        assert!(index.find_in("112.5", 0..text.len()).is_some());
    }

    #[test]
    fn all_places_are_found() {
        assert_eq!(Index::new("增持。维持增持评级。增 持").find_all("增持").len(), 2);
    }
}
