//! Better no text than wrong text: refuses what is decoded but unreadable.

use super::DecodeError;

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

/// Whether the text says of itself that part of it was left out.
pub(super) fn says_truncated(normalized: &str) -> bool {
    const MARKS: &[&str] = &["因长度限制已省略", "内容过长已截断", "以下内容省略", "[truncated]", "[content truncated", "[中间内容"];
    MARKS.iter().any(|mark| normalized.contains(mark))
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
        assert!(says_truncated("…[中间内容因长度限制已省略]…"));
        assert!(!says_truncated("图表已省略坐标"));
    }
}
