//! Text of PDF engines without the breaks inside sentences, with the way back.
//!
//! A Chinese line that was cut at the margin goes on without a blank: 仅供我公司⏎客户使用. Patterns that stop at a line
//! break would miss it, and patterns that ignore breaks would run through tables.

use crate::document::Text;
use std::borrow::Cow;
use std::ops::Range;

/// A line shorter than this many characters was not cut at a margin.
const MARGIN: usize = 20;

/// Normalised text, unwrapped where it was wrapped.
pub(super) struct Unwrapped<'a> {
    text: Cow<'a, Text>,
    /// Positions in [`Self::text`] where a line break (one byte) was taken out, in order.
    joints: Vec<usize>,
}

impl<'a> Unwrapped<'a> {
    /// Joins lines that end and go on with Chinese inside a sentence.
    pub(super) fn new(text: &'a Text) -> Self {
        let mut joined = String::new();
        let mut joints = Vec::new();
        let mut lines = text.split('\n').peekable();
        while let Some(line) = lines.next() {
            joined.push_str(line);
            let Some(next) = lines.peek() else { break };
            let cut = line.chars().next_back().is_some_and(|c| han(c) || matches!(c, ',' | '、'))
                && next.chars().next().is_some_and(han)
                && !line.contains('\t')
                && line.chars().nth(MARGIN).is_some();
            if cut {
                joints.push(joined.len());
            } else {
                joined.push('\n');
            }
        }
        if joints.is_empty() {
            return Self { text: Cow::Borrowed(text), joints };
        }
        Self { text: Cow::Owned(Text::new(joined)), joints }
    }

    /// The text.
    pub(super) fn text(&self) -> &Text {
        &self.text
    }

    /// The range of the normalised text behind a range of this one.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = range.start + self.joints.partition_point(|&joint| joint <= range.start);
        let end = range.end + self.joints.partition_point(|&joint| joint < range.end);
        start..end.max(start)
    }

    /// The last `chars` characters before `at`.
    pub(super) fn before(&self, at: usize, chars: usize) -> &str {
        let rest = self.text.get(..at).unwrap_or_default();
        let start = chars.checked_sub(1).and_then(|last| rest.char_indices().rev().nth(last)).map_or(0, |(start, _)| start);
        rest.get(start..).unwrap_or_default()
    }

    /// The first `chars` characters from `at` on.
    pub(super) fn after(&self, at: usize, chars: usize) -> &str {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.char_indices().nth(chars).map_or(rest, |(end, _)| rest.get(..end).unwrap_or_default())
    }

    /// The range around `place` up to the nearest of `ends`, at most `reach` characters on each side.
    pub(super) fn around(&self, place: &Range<usize>, reach: usize, ends: &[char]) -> Range<usize> {
        let before = self.before(place.start, reach);
        let after = self.after(place.end, reach);
        let lead = before.char_indices().rev().find(|(_, c)| ends.contains(c)).map_or(0, |(at, c)| at + c.len_utf8());
        let tail = after.find(ends).unwrap_or(after.len());
        place.start - (before.len() - lead)..place.end + tail
    }
}

/// A line of English shorter than this many characters was not cut at a margin.
const ENGLISH_MARGIN: usize = 40;
/// Words of running text begin small; this many of them make a line a sentence's.
const SMALL_WORDS: usize = 4;

/// English text with a blank for each line break inside a sentence, where the next line begins with a name. Bytes stay
/// where they are.
pub(super) fn names_whole(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let words = line.trim_end_matches('\n');
        let open = words.trim_end().ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '&' | ',' | ')' | '.'));
        let small = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
        let told = words.len() >= ENGLISH_MARGIN && !words.contains('\t') && words.split(' ').filter(small).count() >= SMALL_WORDS;
        if told && open && words.len() < line.len() {
            out.push_str(words);
            out.push(' ');
        } else {
            out.push_str(line);
        }
    }
    out
}

fn han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_sentences_and_leads_back() {
        let text = "本报告版权归望江证券股份有限公司所有,仅供我公司\n客户使用。未经许可\n不得转载。\n买入\t20%以上的涨幅相对于沪深三百指数而言的股票\n增持";
        let text = Text::from(text);
        let unwrapped = Unwrapped::new(&text);
        let at = unwrapped.text().find("仅供我公司客户使用").unwrap();
        let back = unwrapped.original(at..at + "仅供我公司客户使用".len());
        assert_eq!(text.get(back), Some("仅供我公司\n客户使用"));
        assert!(unwrapped.text().contains("许可\n不得") && unwrapped.text().contains("股票\n增持"));
        let end = unwrapped.text().len();
        assert_eq!(text.get(unwrapped.original(end - 6..end)), Some("增持"));
    }

    #[test]
    fn leaves_unwrapped_text_alone() {
        let text = "一行\n又一行。";
        assert!(matches!(Unwrapped::new(&Text::from(text)).text, Cow::Borrowed(_)));
    }

    #[test]
    fn names_across_lines_are_whole() {
        let text = "This report was prepared and is issued by Harrow &\nQuill Securities Limited.\nHarrow & Quill\nQuill Limited";
        let whole = names_whole(text);
        assert!(whole.contains("Harrow & Quill Securities Limited") && whole.contains("Harrow & Quill\nQuill"));
        assert_eq!(whole.len(), text.len());
    }

    #[test]
    fn finds_the_sentence() {
        let text = Text::from("甲。乙丙丁。戊");
        let unwrapped = Unwrapped::new(&text);
        let at = unwrapped.text().find('丙').unwrap();
        assert_eq!(unwrapped.text().get(unwrapped.around(&(at..at + 3), 9, &['。'])), Some("乙丙丁"));
    }
}
