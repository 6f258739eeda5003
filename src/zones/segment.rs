//! Text to numbered pieces a model can cite: lines, sentences of long lines, table rows.
//!
//! Also where the source has no line break at all: a long line is cut after sentence ends, else after commas, else by
//! length. Nothing but blanks is left out.

use std::ops::Range;

/// Lines up to this many characters stay whole.
const WHOLE: usize = 160;
/// Pieces of long lines grow to at least this many characters.
const SHORT: usize = 40;
/// No piece is longer, in characters.
const LONG: usize = 320;

/// How a segment was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// A whole line.
    Line,
    /// A piece of a long line.
    Sentence,
    /// A line with cells parted by TAB.
    TableRow,
}

/// A numbered piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Number, from 1.
    pub id: u32,
    /// Bytes of the normalised text.
    pub range: Range<usize>,
    /// How it was cut.
    pub kind: SegmentKind,
}

pub(super) fn segments(text: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut push = |range: Range<usize>, kind| {
        if text.get(range.clone()).is_some_and(|words| !words.trim().is_empty()) {
            let id = u32::try_from(segments.len() + 1).unwrap_or(u32::MAX);
            segments.push(Segment { id, range, kind });
        }
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end_matches('\n').len();
        start += line.len();
        let words = text.get(range.clone()).unwrap_or_default();
        if words.contains('\t') {
            push(range, SegmentKind::TableRow);
        } else if words.chars().count() <= WHOLE {
            push(range, SegmentKind::Line);
        } else {
            for piece in pieces(words) {
                push(range.start + piece.start..range.start + piece.end, SegmentKind::Sentence);
            }
        }
    }
    segments
}

/// Cuts a long line after sentence ends.
fn pieces(line: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut length = 0;
    let mut last_comma: Option<usize> = None;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        length += 1;
        let end = at + c.len_utf8();
        let next = chars.peek().map(|(_, next)| *next);
        if matches!(c, ',' | '，' | '、' | ' ') {
            last_comma = Some(end);
        }
        let sentence = match c {
            '。' | '!' | '?' | ';' | '！' | '？' | '；' => !matches!(next, Some('”' | '」' | '』' | ')' | '"')),
            '”' | '」' | '』' => line.get(..at).is_some_and(|before| before.ends_with(['。', '!', '?'])),
            '.' => next == Some(' ') && line.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_lowercase() || c == ')')),
            _ => false,
        };
        if (sentence && length >= SHORT) || length >= LONG {
            let cut = if sentence { end } else { last_comma.filter(|&comma| comma > start).unwrap_or(end) };
            pieces.push(start..cut);
            length = line.get(cut..end).map_or(0, |rest| rest.chars().count());
            start = cut;
            last_comma = None;
        }
    }
    if start < line.len() {
        pieces.push(start..line.len());
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        segments(text).into_iter().map(|segment| &text[segment.range]).collect()
    }

    #[test]
    fn lines_and_rows_stay_whole() {
        assert_eq!(words("标题\n\n买入\t20%以上\n正文。短句。"), ["标题", "买入\t20%以上", "正文。短句。"]);
    }

    #[test]
    fn a_text_without_breaks_is_cut_at_sentences() {
        let sentence = "公司前三季度实现营业收入十二亿元，同比增长百分之八，毛利率与去年同期基本持平，费用率有所下降。";
        let text = sentence.repeat(20);
        let segments = segments(&text);
        assert_eq!(segments.len(), 20);
        assert!(segments.iter().all(|segment| segment.kind == SegmentKind::Sentence));
    }

    proptest! {
        #[test]
        fn nothing_but_blanks_is_lost(text in "[a-z一-三。，. \\n\\t]{0,900}") {
            let segments = segments(&text);
            let joined: String = segments.iter().map(|segment| &text[segment.range.clone()]).collect();
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&joined), bare(&text));
            for segment in &segments {
                prop_assert!(segment.kind == SegmentKind::TableRow || text[segment.range.clone()].chars().count() <= LONG);
            }
        }
    }
}
