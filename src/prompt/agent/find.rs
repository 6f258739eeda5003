//! Words as they are looked for: one width and case, without blanks.

use unicode_normalization::UnicodeNormalization;

/// The most words of one search.
const MOST_WORDS: usize = 8;
/// The longest word that is looked for, in characters.
const LONGEST_WORD: usize = 64;
/// Characters shown before a word found in a long segment.
const BEFORE: usize = 80;

/// A text as it is searched.
#[derive(Debug)]
pub(super) struct Folded(String);

impl Folded {
    pub(super) fn new(text: &str) -> Self {
        Self(text.chars().flat_map(folds_to).collect())
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

fn folds_to(c: char) -> impl Iterator<Item = char> {
    c.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase)
}

/// The words of a search, folded.
pub(super) fn wanted(text: &str) -> Vec<String> {
    let words = text.split_whitespace().map(|word| word.chars().take(LONGEST_WORD).flat_map(folds_to).collect::<String>());
    words.filter(|word| !word.is_empty()).take(MOST_WORDS).collect()
}

/// A long line from a little before a folded word on, at most so many characters.
pub(super) fn window(line: &str, word: &str, most: usize) -> String {
    if line.chars().count() <= most {
        return line.to_owned();
    }
    let mut folded = String::new();
    // The character of the line each byte of the folded text came from.
    let mut from = Vec::new();
    for (at, c) in line.chars().enumerate() {
        for c in folds_to(c) {
            folded.push(c);
            from.resize(folded.len(), at);
        }
    }
    let found = folded.find(word).and_then(|at| from.get(at)).copied().unwrap_or_default();
    let start = found.saturating_sub(BEFORE);
    let words: String = line.chars().skip(start).take(most).collect();
    let more = start + most < line.chars().count();
    format!("{}{words}{}", if start > 0 { "…" } else { "" }, if more { "…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_blanks_make_no_difference() {
        let text = Folded::new("目标价：ＨＫ$ 12.50 元 (Target Price)");
        for word in ["目 标 价", "hk$12.50", "target price", "TARGET", "：hk"] {
            let words = wanted(word);
            assert!(words.iter().all(|word| text.contains(word)), "{word}: {words:?}");
        }
        assert!(!text.contains("买入"));
    }

    #[test]
    fn a_search_is_bounded() {
        assert_eq!(wanted("  "), Vec::<String>::new());
        assert_eq!(wanted(&"a ".repeat(100)).len(), MOST_WORDS);
        assert_eq!(wanted(&"字".repeat(1000))[0].chars().count(), LONGEST_WORD);
    }

    #[test]
    fn a_long_line_is_shown_around_the_word() {
        let line = format!("{}Ｅ PS 1.25 元{}", "甲".repeat(500), "乙".repeat(500));
        let shown = window(&line, "eps1.25", 200);
        assert!(shown.starts_with("…甲") && shown.contains("Ｅ PS 1.25 元乙") && shown.ends_with("乙…"), "{shown}");
        assert_eq!(shown.chars().count(), 202);
        assert_eq!(window("短", "长", 200), "短");
        assert!(window(&line, "nowhere", 200).starts_with('甲'));
    }
}
