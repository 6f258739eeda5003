//! Better no text than wrong text: refuses what is decoded but unreadable.

use std::ops::Range;
use std::sync::LazyLock;

use super::unreadable::{UTF8_AS_GBK, WRONG_ENCODING};
use super::{Regex, Text, Unreadable};

/// Letters from which it is told in which script, and whether in the right encoding, a text is.
const LETTERS: usize = 40;

/// Refuses text of which more than a tenth are control, private-use or replacement characters, and text that is mostly
/// letters of scripts no report is written in, as fonts with a wrong Unicode map and wrong encodings give.
pub(super) fn check(text: &str) -> Result<(), Unreadable> {
    let (mut chars, mut noise, mut letters, mut foreign, mut accented, mut ideographs, mut broken) = (0usize, 0, 0, 0, 0, 0, 0);
    for c in text.chars() {
        chars += 1;
        noise += usize::from(is_noise(c));
        if c.is_ascii() || !c.is_alphabetic() {
            letters += usize::from(c.is_ascii_alphabetic());
            continue;
        }
        letters += 1;
        match c {
            '\u{c0}'..='\u{ff}' => accented += 1,
            '\u{3400}'..='\u{9fff}' => {
                ideographs += 1;
                broken += usize::from(BROKEN.contains(c));
            }
            // Latin, Greek, Cyrillic; kana; Hangul; compatibility forms, full width; rare ideographs.
            '\u{aa}'..='\u{52f}'
            | '\u{1e00}'..='\u{1fff}'
            | '\u{2100}'..='\u{214f}'
            | '\u{3005}'..='\u{31ff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff00}'..='\u{ffef}'
            | '\u{20000}'..='\u{3ffff}' => {}
            _ => foreign += 1,
        }
    }
    let told = [
        (foreign * 10 > letters * 3 && letters > LETTERS, foreign, "letters of scripts no report is written in"),
        (accented * 10 > letters * 3 && letters > LETTERS, accented, WRONG_ENCODING),
        (broken * 25 > ideographs && ideographs > LETTERS, broken, UTF8_AS_GBK),
    ];
    if let Some((_, count, what)) = told.into_iter().find(|(told, ..)| *told) {
        return Err(Unreadable::Noise { share: count * 100 / letters.max(1), what });
    }
    if noise * 10 > chars {
        return Err(Unreadable::Noise { share: noise * 100 / chars.max(1), what: "control, private-use or replacement characters" });
    }
    Ok(())
}

/// What the commonest Chinese characters and marks (，。的公一) become when UTF-8 is read as GBK; hardly ever seen otherwise.
const BROKEN: &str = "锛銆鐨鍏鎶鏄浠鑲";

/// A character that says nothing.
pub(super) fn is_noise(c: char) -> bool {
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
        assert!(matches!(check("\u{e001}\u{e002}\u{e003}买入"), Err(Unreadable::Noise { share: 60, .. })));
        assert!(check("").is_ok());
    }

    #[test]
    fn letters_of_a_wrong_map_or_encoding_are_refused() {
        let text = "望江证券研究报告：公司评级买入（首次），目标价十二元，市场有风险，投资需谨慎，本报告的观点仅供客户参考。";
        assert!(check(text).is_ok());
        assert!(check("Société Générale a relevé l'objectif de cours à 12,50 € après des résultats élevés").is_ok());
        let as_gbk = encoding_rs::GBK.decode_without_bom_handling(text.as_bytes()).0.into_owned();
        let as_latin: String = encoding_rs::GBK.encode(text).0.iter().map(|&byte| char::from(byte)).collect();
        let as_thai: String = text.chars().map(|c| char::from_u32(0xe01 + u32::from(c) % 40).unwrap()).collect();
        for broken in [as_gbk, as_latin, as_thai] {
            assert!(matches!(check(&broken), Err(Unreadable::Noise { .. })), "{broken}");
        }
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
