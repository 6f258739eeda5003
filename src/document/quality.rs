//! Better no text than wrong text: refuses what is decoded but unreadable.

use std::ops::Range;
use std::sync::LazyLock;

use super::{DecodeError, Regex, Text};

/// Refuses text of which more than a tenth are control, private-use or replacement characters.
pub(super) fn check(text: &str) -> Result<(), DecodeError> {
    let mut chars = 0usize;
    let mut noise = 0usize;
    for c in text.chars() {
        chars += 1;
        if is_noise(c) {
            noise += 1;
        }
    }
    if noise * 10 > chars {
        return Err(DecodeError::Noise { share: noise * 100 / chars.max(1) });
    }
    Ok(())
}

fn is_noise(c: char) -> bool {
    c == '\u{fffd}' || ('\u{e000}'..='\u{f8ff}').contains(&c) || (c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

/// Words that stand for a part that was left out: `[中间内容因长度限制已省略]`, `(truncated)`, 以下内容省略.
static CUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)[\[(【<{][^\[\]()【】<>{}\n。]{0,24}(?:省略|截断|略去|truncated|omitted|elided)[^\[\]()【】<>{}\n。]{0,24}[\])】>}]|(?:因|由于)(?:长度|篇幅|字数)限制[^。\n]{0,10}(?:省略|截断)|内容过长[^。\n]{0,6}截断|以下内容(?:已)?(?:省略|截断)",
    )
    .ok()
});

/// Where the text says of itself that part of it was left out, in bytes.
pub(super) fn cuts(normalized: &Text) -> Vec<Range<usize>> {
    CUT.as_ref().map_or_else(Vec::new, |pattern| pattern.find_iter(normalized).map(|found| found.range()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_refused_and_words_are_not() {
        assert!(check("买入（首次）\n\t12.50 元").is_ok());
        assert!(matches!(check("\u{e001}\u{e002}\u{e003}买入"), Err(DecodeError::Noise { share: 60 })));
        assert!(check("").is_ok());
    }

    #[test]
    fn a_cut_text_says_so() {
        for text in
            ["…[中间内容因长度限制已省略]…", "正文【内容已截断】", "text <truncated 812 chars>", "以下内容省略", "…(此处省略三百字)…"]
        {
            assert_eq!(cuts(&Text::from(text)).len(), 1, "{text}");
        }
        for text in ["图表已省略坐标", "部分工序可以省略(见图3)", "The right tail was truncated at 5%."] {
            assert!(cuts(&Text::from(text)).is_empty(), "{text}");
        }
    }
}
