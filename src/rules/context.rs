//! What every rule is given: the document, its zones, and the way from found words to a located value.

use std::ops::Range;
use std::sync::OnceLock;

use super::cover::{self, Line};
use super::foreign::Foreign;
use super::rating;
use super::suspicious::{self, Finding};
use super::unwrap::Unwrapped;
use crate::document::{Document, Part, Text};
use crate::domain::rating::SubjectType;
use crate::domain::{By, Evidence, Located};
use crate::zones::{ZoneKind, Zones};

/// The first pages, which tell in which language a report is written, in characters.
const FRONT: usize = 6000;

/// One document as the rules see it.
///
/// Rules search [`Context::text`], the normalised text, by byte ranges, and hand ranges back: the evidence is cut from
/// the source by code, so it is always words of the source.
pub struct Context<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its zones.
    pub zones: &'a Zones,
    /// Whether the first pages are mostly Chinese.
    pub chinese: bool,
    /// Whether most of a Chinese report is in English all the same: Hong Kong's firms print their legal notes so.
    pub english_notes: bool,
    /// Several rules ask for it, and it takes a look through the whole text.
    foreign: OnceLock<Foreign>,
    cover: OnceLock<Vec<(Line, Range<usize>)>>,
    suspicious: OnceLock<Vec<Finding>>,
    kind: OnceLock<SubjectType>,
    unwrapped: Unwrapped<'a>,
}

impl<'a> Context<'a> {
    /// Prepares a document for reading.
    pub fn new(document: &'a Document, zones: &'a Zones) -> Self {
        let text = document.normalized.indexed();
        // A Chinese character says about as much as three letters.
        let is_chinese = |(han, latin): (usize, usize)| han * 3 > latin;
        let (mut han, mut latin) = (0usize, 0usize);
        let mut front = None;
        for (at, c) in text.chars().enumerate() {
            if at == FRONT {
                front = Some((han, latin));
            }
            if ('\u{4e00}'..='\u{9fff}').contains(&c) {
                han += 1;
            } else if c.is_ascii_alphabetic() {
                latin += 1;
            }
        }
        let whole = is_chinese((han, latin));
        // An English notice may stand before a Chinese report as well.
        let chinese = whole || front.is_some_and(is_chinese);
        Self {
            document,
            zones,
            chinese,
            english_notes: chinese && !whole,
            foreign: OnceLock::new(),
            cover: OnceLock::new(),
            suspicious: OnceLock::new(),
            kind: OnceLock::new(),
            unwrapped: Unwrapped::new(text),
        }
    }

    /// Stretches that are not the report's own voice.
    pub(super) fn foreign(&self) -> &Foreign {
        self.foreign.get_or_init(|| Foreign::of(self))
    }

    /// The lines of an English cover and what each is.
    pub(super) fn cover(&self) -> &[(Line, Range<usize>)] {
        self.cover.get_or_init(|| cover::lines(self))
    }

    /// What the report is about, as far as its front page says.
    pub(super) fn kind(&self) -> SubjectType {
        *self.kind.get_or_init(|| rating::kind(self))
    }

    /// The normalised text without the breaks inside sentences.
    pub(super) fn unwrapped(&self) -> &Unwrapped<'a> {
        &self.unwrapped
    }

    /// What is meant for a reading model.
    pub(super) fn suspicious(&self) -> &[Finding] {
        self.suspicious.get_or_init(|| suspicious::findings(self))
    }

    /// Whether these words are meant for a reading model.
    pub(super) fn is_suspicious(&self, evidence: &Evidence) -> bool {
        evidence.span().is_some_and(|span| self.foreign().is_suspicious(self.document.normalized.range(span).start))
    }

    /// The normalised text.
    pub fn text(&self) -> &'a Text {
        self.document.normalized.indexed()
    }

    /// A part of the normalised text; empty for a foreign range.
    pub fn slice(&self, range: Range<usize>) -> &'a str {
        self.text().get(range).unwrap_or_default()
    }

    /// The words of a range for people: those of the source where it has no markup there, else the normalised ones;
    /// blanks and line breaks folded (none between Chinese characters at a line break).
    pub fn words(&self, range: Range<usize>) -> String {
        let source = self.document.words(range.clone());
        let words = self.slice(range);
        let markup = source.contains(['<', '$', '*', '|', '\u{200b}', '&', '＃']) || source.contains("Table");
        // What was printed twice was taken out, and so was what a page break put between.
        let visible = |words: &str| words.chars().filter(|c| !c.is_whitespace()).count();
        fold(if markup || visible(&source) > visible(words) { words } else { &source })
    }

    /// A value read from a range.
    pub fn located<T>(&self, value: T, range: Range<usize>) -> Option<Located<T>> {
        Some(Located::new(value, self.evidence(range)?))
    }

    /// The words of a range as a located value.
    pub fn located_words(&self, range: Range<usize>) -> Option<Located<String>> {
        let words = self.words(range.clone());
        if words.is_empty() { None } else { self.located(words, range) }
    }

    /// Evidence for a range.
    pub fn evidence(&self, range: Range<usize>) -> Option<Evidence> {
        let span = self.document.span(range)?;
        Some(Evidence::exact(By::Rules, self.document.source.slice(span), span))
    }

    /// What stands at a byte of the normalised text.
    pub fn kind_at(&self, at: usize) -> ZoneKind {
        self.zones.kind_at(at)
    }

    /// The first `chars` characters, which are searched by the index of the whole text.
    pub fn front(&self, chars: usize) -> Part<'a> {
        self.text().first(chars)
    }

    /// A part of the normalised text that is searched by the index of the whole; for a short part [`Self::slice`] is cheaper.
    pub fn part(&self, range: Range<usize>) -> Part<'a> {
        self.text().part(range)
    }

    /// The first `chars` characters from `at` on.
    pub fn after(&self, at: usize, chars: usize) -> &'a str {
        self.slice(at..self.text().beyond(at, isize::try_from(chars).unwrap_or(isize::MAX)))
    }

    /// The last `chars` characters before `at`.
    pub fn before(&self, at: usize, chars: usize) -> &'a str {
        self.slice(self.text().beyond(at, isize::try_from(chars).map_or(isize::MIN, isize::wrapping_neg))..at)
    }
}

fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.trim().chars().map(narrow) {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            let wide = |c: char| ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c);
            // Quotation marks are wide beside Chinese, and narrow beside English words.
            let quoted = |c: char| wide(c) || matches!(c, '“' | '”' | '‘' | '’' | '—' | '…');
            let last = out.chars().next_back().unwrap_or(' ');
            if !((wide(c) && quoted(last)) || (quoted(c) && wide(last))) {
                out.push(' ');
            }
        }
        gap = false;
        out.push(c);
    }
    out
}

/// `２０` to `20`: a number is a value, and its width is typesetting. Full-width marks are the title's own.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => u8::try_from(u32::from(c) - 0xff10).map_or(c, |digit| char::from(b'0' + digit)),
        other => other,
    }
}
