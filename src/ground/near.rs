//! What stands beside a place: the words before and after it, and which cue is the nearest.

use std::ops::Range;

/// The last `chars` characters before a byte, in lower case as far as ASCII goes (so that offsets stay).
pub(super) fn before(text: &str, at: usize, chars: usize) -> String {
    let rest = text.get(..at).unwrap_or_default();
    let start = match chars.checked_sub(1).and_then(|last| rest.char_indices().rev().nth(last)) {
        Some((start, _)) => start,
        None => 0,
    };
    rest.get(start..).unwrap_or_default().to_ascii_lowercase()
}

/// The first `chars` characters from a byte on, in lower case as far as ASCII goes.
pub(super) fn after(text: &str, at: usize, chars: usize) -> String {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.char_indices().nth(chars).map_or(rest.len(), |(end, _)| end);
    rest.get(..end).unwrap_or_default().to_ascii_lowercase()
}

/// The last place of any of the words, the longest where several end alike: its bytes, and which word.
pub(super) fn last_of(words: &str, cues: &[&str]) -> Option<(Range<usize>, usize)> {
    let places = cues.iter().enumerate().filter_map(|(index, cue)| Some((last_whole(words, cue)?, index)));
    places.max_by_key(|(place, _)| (place.end, place.len()))
}

/// Whether any of the words stands there.
pub(super) fn has(words: &str, cues: &[&str]) -> bool {
    cues.iter().any(|cue| last_whole(words, cue).is_some())
}

/// The last place of a word; a Latin word of up to four letters must stand by itself (`tp` is not in `output`).
fn last_whole(words: &str, cue: &str) -> Option<Range<usize>> {
    let short = cue.len() <= 4 && cue.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut until = words.len();
    loop {
        let at = words.get(..until)?.rfind(cue)?;
        let end = at + cue.len();
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        let inside = letter(words.get(..at)?.chars().next_back()) || letter(words.get(end..)?.chars().next());
        if !(short && inside) {
            return Some(at..end);
        }
        until = end.checked_sub(1)?;
    }
}

/// An ideograph.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_cue_is_the_last_and_longest() {
        let cues = ["股价", "目标股价", "tp"];
        assert_eq!(last_of("现股价10元,目标股价", &cues).map(|(_, index)| index), Some(1));
        assert_eq!(last_of("output", &cues), None);
        assert_eq!(last_of("our tp of", &cues).map(|(place, _)| place), Some(4..6));
    }

    #[test]
    fn windows_keep_character_borders() {
        assert_eq!(before("目标价Ab", 11, 3), "价ab");
        assert_eq!(before("目", 3, 9), "目");
        assert_eq!(after("目标价", 3, 1), "标");
        assert_eq!(after("目标价", 1, 1), "");
    }
}
