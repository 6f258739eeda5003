//! The characters a pattern tells apart, a byte for each kind.
//!
//! A pattern knows few kinds of characters: those it names, digits, ideographs, all others. Read by kinds, a text is a
//! third as long as in UTF-8, and an automaton over kinds has a small part of the states that one over UTF-8 has: a gap
//! of sixty characters is sixty states and not a thousand. Hundreds of patterns then fit the processor's caches.

use std::collections::HashMap;

use regex_syntax::hir::{self, Class, ClassBytes, ClassBytesRange, Hir, HirKind, Look};

/// Characters in a page.
const PAGE: usize = 256;
/// Blocks of a page's size in the first plane, which holds nearly every character.
const BLOCKS: usize = 256;
/// Sets of characters whose kinds nearly always have a byte each, ASCII words and line breaks among them.
const RICH: usize = 120;
/// First character behind the first plane.
const SECOND_PLANE: u32 = 0x1_0000;
/// First number that is no character.
const END: u32 = 0x11_0000;

/// Which byte stands for a character.
#[derive(Debug)]
pub(super) struct Alphabet {
    /// Which of [`Self::pages`] each block of the first plane has; blocks of one kind throughout share a page.
    blocks: Box<[u16; BLOCKS]>,
    pages: Vec<[u8; PAGE]>,
    /// The kinds of the planes above, by their first characters.
    beyond: Vec<(u32, u8)>,
}

impl Alphabet {
    /// The kinds of characters a pattern tells apart, and the pattern over their bytes; nothing where it has too many, or
    /// speaks of bytes itself.
    pub(super) fn of(pattern: &Hir) -> Option<(Self, Hir)> {
        let kinds = Kinds::of(pattern)?;
        let translated = kinds.translate(pattern)?;
        Some((kinds.alphabet()?, translated))
    }

    /// The byte of a character's kind.
    pub(super) fn kind(&self, c: char) -> u8 {
        let c = u32::from(c);
        if c < SECOND_PLANE {
            let page = self.blocks.get((c >> 8) as usize).copied().unwrap_or_default();
            self.pages.get(page as usize).and_then(|page| page.get((c & 0xff) as usize)).copied().unwrap_or_default()
        } else {
            let next = self.beyond.partition_point(|(start, _)| *start <= c);
            next.checked_sub(1).and_then(|at| self.beyond.get(at)).map(|(_, byte)| *byte).unwrap_or_default()
        }
    }
}

/// Stretches of characters no part of a pattern tells apart.
#[derive(Debug)]
struct Kinds {
    /// First characters of the stretches, in order; the first is 0.
    starts: Vec<u32>,
    /// The byte of each.
    bytes: Vec<u8>,
}

impl Kinds {
    fn of(pattern: &Hir) -> Option<Self> {
        let mut sets = Sets::default();
        sets.collect(pattern)?;
        let mut starts: Vec<u32> = std::iter::once(0).chain(sets.ranges().flat_map(|(first, last)| [first, last + 1])).collect();
        starts.retain(|start| *start < END);
        starts.sort_unstable();
        starts.dedup();
        // The sets each stretch belongs to.
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); starts.len()];
        for (set, ranges) in sets.sets.iter().enumerate() {
            for (first, last) in ranges {
                let from = starts.partition_point(|start| start < first);
                let to = starts.partition_point(|start| start <= last);
                members.get_mut(from..to)?.iter_mut().for_each(|member| member.push(set));
            }
        }
        let mut words = (0..=u8::MAX).filter(|byte| is_word(*byte));
        let mut others = (0..=u8::MAX).filter(|byte| !is_word(*byte) && *byte != b'\n');
        let mut known: HashMap<Vec<usize>, u8> = HashMap::new();
        let mut bytes = Vec::with_capacity(starts.len());
        for member in members {
            let byte = match known.get(&member) {
                Some(byte) => *byte,
                None if member.contains(&Sets::BREAK) => b'\n',
                None if member.contains(&Sets::WORD) => words.next()?,
                None => others.next()?,
            };
            known.insert(member, byte);
            bytes.push(byte);
        }
        Some(Self { starts, bytes })
    }

    /// The bytes of the characters from `first` to `last`.
    fn range(&self, first: u32, last: u32) -> &[u8] {
        let from = self.starts.partition_point(|start| *start <= first).saturating_sub(1);
        let to = self.starts.partition_point(|start| *start <= last);
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// The same pattern over bytes.
    fn translate(&self, pattern: &Hir) -> Option<Hir> {
        let all = |parts: &[Hir]| parts.iter().map(|part| self.translate(part)).collect::<Option<Vec<_>>>();
        Some(match pattern.kind() {
            HirKind::Empty => Hir::empty(),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                Hir::literal(text.chars().map(u32::from).flat_map(|c| self.range(c, c)).copied().collect::<Vec<u8>>())
            }
            HirKind::Class(Class::Unicode(class)) => {
                let ranges = class.iter().flat_map(|range| self.range(u32::from(range.start()), u32::from(range.end())));
                Hir::class(Class::Bytes(ClassBytes::new(ranges.map(|byte| ClassBytesRange::new(*byte, *byte)))))
            }
            HirKind::Class(Class::Bytes(_)) => return None,
            HirKind::Look(look) => Hir::look(*look),
            HirKind::Repetition(repetition) => {
                Hir::repetition(hir::Repetition { sub: Box::new(self.translate(&repetition.sub)?), ..repetition.clone() })
            }
            HirKind::Capture(capture) => Hir::capture(hir::Capture { sub: Box::new(self.translate(&capture.sub)?), ..capture.clone() }),
            HirKind::Concat(parts) => Hir::concat(all(parts)?),
            HirKind::Alternation(parts) => Hir::alternation(all(parts)?),
        })
    }

    /// The table of the first plane, and the stretches above it.
    fn alphabet(&self) -> Option<Alphabet> {
        let mut known: HashMap<u8, u16> = HashMap::new();
        let (mut blocks, mut pages) = (Box::new([0; BLOCKS]), Vec::new());
        let mut stretches = self.starts.iter().skip(1).copied().zip(self.bytes.iter().skip(1).copied()).peekable();
        let mut byte = *self.bytes.first()?;
        for (block, first) in blocks.iter_mut().zip((0..).step_by(PAGE)) {
            if let Some((_, next)) = stretches.next_if(|(start, _)| *start == first) {
                byte = next;
            }
            let mixed = stretches.peek().is_some_and(|(start, _)| start >> 8 == first >> 8);
            // Most blocks are of one kind throughout.
            if let (false, Some(page)) = (mixed, known.get(&byte)) {
                *block = *page;
                continue;
            }
            *block = u16::try_from(pages.len()).ok()?;
            if !mixed {
                known.insert(byte, *block);
            }
            let mut page = [byte; PAGE];
            for (kind, c) in page.iter_mut().zip(first..) {
                if let Some((_, next)) = stretches.next_if(|(start, _)| *start == c) {
                    byte = next;
                }
                *kind = byte;
            }
            pages.push(page);
        }
        let beyond = std::iter::once((SECOND_PLANE, byte)).chain(stretches).collect();
        Some(Alphabet { blocks, pages, beyond })
    }
}

/// Whether a pattern speaks of so many sets of characters that its kinds may not have a byte each.
pub(super) fn is_rich(pattern: &Hir) -> bool {
    let mut sets = Sets::default();
    sets.collect(pattern).is_none() || sets.sets.len() > RICH
}

/// The sets of characters a pattern speaks of, as ranges with both ends.
#[derive(Debug)]
struct Sets {
    sets: Vec<Vec<(u32, u32)>>,
}

impl Default for Sets {
    fn default() -> Self {
        Self { sets: vec![Vec::new(), Vec::new()] }
    }
}

impl Sets {
    /// The set of the line break, where the pattern asks for ends of lines.
    const BREAK: usize = 0;
    /// The set of ASCII letters, digits and `_`, where it asks for ends of words.
    const WORD: usize = 1;

    fn ranges(&self) -> impl Iterator<Item = (u32, u32)> {
        self.sets.iter().flatten().copied()
    }

    fn collect(&mut self, pattern: &Hir) -> Option<()> {
        match pattern.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                for c in std::str::from_utf8(&literal.0).ok()?.chars() {
                    self.add(vec![(u32::from(c), u32::from(c))]);
                }
            }
            HirKind::Class(Class::Unicode(class)) => {
                self.add(class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect());
            }
            HirKind::Class(Class::Bytes(_)) => return None,
            HirKind::Look(look) => self.look(*look)?,
            HirKind::Repetition(repetition) => self.collect(&repetition.sub)?,
            HirKind::Capture(capture) => self.collect(&capture.sub)?,
            HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().try_for_each(|part| self.collect(part))?,
        }
        Some(())
    }

    fn look(&mut self, look: Look) -> Option<()> {
        let line_break = u32::from('\n');
        match look {
            Look::Start | Look::End => {}
            Look::StartLF | Look::EndLF => self.set(Self::BREAK, vec![(line_break, line_break)]),
            Look::WordAscii
            | Look::WordAsciiNegate
            | Look::WordStartAscii
            | Look::WordEndAscii
            | Look::WordStartHalfAscii
            | Look::WordEndHalfAscii => {
                let words = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
                self.set(Self::WORD, words.map(|(first, last)| (u32::from(first), u32::from(last))).to_vec());
            }
            // Unicode's words have no byte of their own, and a carriage return none.
            _ => return None,
        }
        Some(())
    }

    fn set(&mut self, at: usize, ranges: Vec<(u32, u32)>) {
        if let Some(set) = self.sets.get_mut(at) {
            *set = ranges;
        }
    }

    fn add(&mut self, ranges: Vec<(u32, u32)>) {
        if !self.sets.contains(&ranges) {
            self.sets.push(ranges);
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alphabet(pattern: &str) -> Option<Alphabet> {
        Alphabet::of(&regex_syntax::parse(pattern).unwrap()).map(|(alphabet, _)| alphabet)
    }

    #[test]
    fn characters_a_pattern_does_not_tell_apart_share_a_byte() {
        let alphabet = alphabet("买入[^。]{0,60}评[级級]").unwrap();
        let kinds = |chars: &str| chars.chars().map(|c| alphabet.kind(c)).collect::<Vec<_>>();
        assert_eq!(kinds("字a𠀀\n"), [alphabet.kind('字'); 4]);
        assert_eq!(alphabet.kind('级'), alphabet.kind('級'));
        let mut all = kinds("字买入评级。");
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 6);
    }

    #[test]
    fn ends_of_lines_and_words_keep_their_kinds() {
        let alphabet = alphabet(r"(?m)^[\n]?(?-u:\b)[a买]+").unwrap();
        assert_eq!(alphabet.kind('\n'), b'\n');
        assert!(is_word(alphabet.kind('a')) && is_word(alphabet.kind('z')) && is_word(alphabet.kind('_')));
        assert!(!is_word(alphabet.kind('买')) && !is_word(alphabet.kind('.')));
    }

    #[test]
    fn planes_above_the_first_have_kinds() {
        let alphabet = alphabet("[\u{20000}-\u{2ffff}]|😀").unwrap();
        assert_eq!(alphabet.kind('\u{20001}'), alphabet.kind('\u{2fffd}'));
        assert_ne!(alphabet.kind('\u{20001}'), alphabet.kind('\u{30000}'));
        assert_ne!(alphabet.kind('😀'), alphabet.kind('😁'));
        assert_eq!(alphabet.kind('😁'), alphabet.kind('a'));
    }

    #[test]
    fn too_many_kinds_are_refused() {
        let many: String = ('\u{4e00}'..'\u{4f00}').collect();
        assert!(alphabet(&many).is_none());
        assert!(alphabet(r"\bBUY").is_none(), "Unicode's words");
    }
}
