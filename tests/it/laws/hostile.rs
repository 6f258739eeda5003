//! No input panics, and normalising twice is normalising once: on random bytes and on damaged example reports.

use proptest::prelude::*;
use proptest::sample::Index;
use sellside::document::{Document, Normalized};
use sellside::pipeline::extract_by_rules;

use super::harmless::{EXAMPLES, bounded};
use crate::support::workspace::example_reports;

/// Parts of two examples joined, with some characters replaced.
fn damaged() -> impl Strategy<Value = String> {
    let part = || (0..6usize, any::<Index>(), 200..3000usize);
    let hits = prop::collection::vec((any::<Index>(), prop::sample::select(MARKUP.to_vec())), 0..60);
    (part(), part(), hits).prop_map(|(one, other, hits)| {
        let mut chars: Vec<char> = Vec::new();
        for (example, from, length) in [one, other] {
            let source = &EXAMPLES[example].1;
            let from = from.index(source.len());
            chars.extend(&source[from..source.len().min(from + length)]);
        }
        for (at, c) in hits {
            let at = at.index(chars.len());
            chars[at] = c;
        }
        chars.into_iter().collect()
    })
}

/// Characters that mean something to the normaliser or to a rule.
const MARKUP: [char; 24] = [
    '\n', '\t', '|', '<', '>', '&', ';', '$', '\\', '%', '＃', '[', ']', '（', '）', '：', '。', '0', '９', ' ', '　', '\u{200b}', '𠮷',
    '年',
];

proptest! {
    #![proptest_config(bounded(24))]

    #[test]
    fn damaged_examples_never_panic(text in damaged()) {
        if let Ok(document) = Document::from_bytes("part.md", text.as_bytes()) {
            extract_by_rules(&document);
        }
    }

    #[test]
    fn damaged_bytes_never_panic(example in 0..6usize, from in any::<Index>(), hits in prop::collection::vec((any::<Index>(), any::<u8>()), 0..80)) {
        let mut bytes = std::fs::read(&example_reports()[example]).unwrap();
        let from = from.index(bytes.len());
        for (at, byte) in hits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(document) = Document::from_bytes("part.txt", &bytes[from..]) {
            extract_by_rules(&document);
        }
    }
}

proptest! {
    #![proptest_config(bounded(200))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(document) = Document::from_bytes("noise.txt", &bytes) {
            extract_by_rules(&document);
        }
    }

    /// With markup that comes together when other markup is taken out, and with gaps between letter-spaced words. What
    /// is left of a template's mark (`＃title＃`) is a line break that only the mark told from one inside a sentence: the
    /// examples have none.
    #[test]
    fn normalising_damaged_text_is_idempotent(text in damaged()) {
        let once = Normalized::new(&text);
        let twice = Normalized::new(once.text());
        prop_assert_eq!(twice.text(), once.text());
    }
}

#[test]
fn normalising_examples_is_idempotent() {
    for (name, chars, _) in EXAMPLES.iter() {
        let once = Normalized::new(&chars.iter().collect::<String>());
        assert_eq!(Normalized::new(once.text()).text(), once.text(), "{name}");
    }
}
