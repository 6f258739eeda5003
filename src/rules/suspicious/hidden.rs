//! Words no person sees: invisible characters that spell something, and elements styled away.

use std::ops::Range;
use std::sync::LazyLock;

use super::super::Context;
use super::{Alert, Finding};
use crate::document::Regex;
use crate::domain::Span;

/// Elements and runs looked at.
const MOST: usize = 50;
/// Longest block a hidden element covers, in bytes.
const LONGEST: usize = 4000;
/// The shortest runs that mean something: a flag is six tags, a glyph has one variation selector, a broken word two or
/// three zero-width characters.
const TAGS: usize = 8;
const SELECTORS: usize = 4;
const ZERO_WIDTHS: usize = 12;

static STYLED_AWAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)<(?P<tag>div|span|p|font|td|tr|table|section|b|i|li|small)\s[^<>]{0,300}?(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0\s*[;"']|font-size\s*:\s*(?:0(?:px|pt|em|rem|%)?|[012](?:\.\d+)?(?:px|pt)|0\.0\d*r?em)\s*[;"']|(?:left|top|right|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}|\bhidden\b|(?P<white>[\s"';]color\s*(?::|=["']?)\s*(?:#fff(?:fff)?\b|white\b|transparent\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)))[^<>]{0,300}>|<(?P<code>script|style)\b"#).ok()
});
/// Anything white can be read on.
static BACKGROUND: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)background|bgcolor").ok());

/// Elements a person does not see, found in the source, since the normalised text has no tags.
pub(super) fn elements(context: &Context<'_>) -> Vec<Finding> {
    let source = context.document.source.as_str();
    // Most texts have no tag at all.
    let Some(pattern) = STYLED_AWAY.as_ref().filter(|_| source.contains('<')) else { return Vec::new() };
    let mut elements: Vec<(Range<usize>, bool)> = Vec::new();
    let mut coloured: Option<bool> = None;
    for found in pattern.captures_iter(source).take(MOST) {
        let (Some(whole), Some(name)) = (found.get(0), found.name("tag").or_else(|| found.name("code"))) else { continue };
        let is_seen = || BACKGROUND.as_ref().is_some_and(|background| background.is_match(source));
        if found.name("white").is_some() && *coloured.get_or_insert_with(is_seen) {
            continue;
        }
        let rest = source.get(whole.end()..).unwrap_or_default();
        let close = format!("</{}", name.as_str());
        let length = rest.find(&close).filter(|length| *length <= LONGEST).unwrap_or_else(|| rest.find('\n').unwrap_or(rest.len()));
        elements.push((whole.start()..whole.end() + length, found.name("code").is_none()));
    }
    let mut places = Places::new(source);
    let mut findings = Vec::new();
    for (range, told) in elements {
        let span = Span { start: places.character(range.start), end: places.character(range.end) };
        let place = context.document.normalized.range(span);
        let words = context.slice(place.clone()).trim();
        if !words.is_empty() {
            let alert = told.then(|| Alert { what: "text that no reader sees", words: words.to_owned() });
            findings.push(Finding { place, order: false, alert });
        }
    }
    findings
}

/// Invisible characters that spell words or turn them round. The normalised text, which models are shown, has none.
pub(super) fn characters(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut run = Run::default();
    for (at, c) in context.document.source.as_str().chars().enumerate() {
        if findings.len() == MOST {
            break;
        }
        let kind = kind(c);
        if kind != run.kind {
            findings.extend(run.finding(context));
            run = Run { kind, start: at, chars: Vec::new() };
        }
        if kind.is_some() {
            run.chars.push(c);
        }
    }
    findings.extend(run.finding(context));
    findings
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tag,
    Selector,
    ZeroWidth,
    Override,
}

fn kind(c: char) -> Option<Kind> {
    match c {
        '\u{e0000}'..='\u{e007f}' => Some(Kind::Tag),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Some(Kind::Selector),
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{180e}' => Some(Kind::ZeroWidth),
        '\u{202d}' | '\u{202e}' => Some(Kind::Override),
        _ => None,
    }
}

/// Characters of one kind in a row.
#[derive(Default)]
struct Run {
    kind: Option<Kind>,
    start: usize,
    chars: Vec<char>,
}

impl Run {
    fn finding(&self, context: &Context<'_>) -> Option<Finding> {
        let (least, what) = match self.kind? {
            Kind::Tag => (TAGS, "text in invisible characters"),
            Kind::Selector => (SELECTORS, "text in invisible characters"),
            Kind::ZeroWidth => (ZERO_WIDTHS, "a row of invisible characters"),
            Kind::Override => (1, "characters that turn the direction of the text"),
        };
        if self.chars.len() < least {
            return None;
        }
        // The words around it: the run itself is not in the normalised text.
        let at = context.document.normalized.range(Span { start: self.start, end: self.start + self.chars.len() }).start;
        Some(Finding { place: at..at, order: false, alert: Some(Alert { what, words: self.words() }) })
    }

    /// What the run spells, where that is known; else what it is made of.
    fn words(&self) -> String {
        let bytes = self.chars.iter().filter_map(|c| {
            let code = u32::from(*c);
            let byte = match code {
                0xe0000..=0xe007f => code - 0xe0000,
                0xfe00..=0xfe0f => code - 0xfe00,
                0xe0100..=0xe01ef => code - 0xe0100 + 16,
                _ => return None,
            };
            u8::try_from(byte).ok()
        });
        let words: String = String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).chars().filter(|c| !c.is_control()).collect();
        match self.chars.first() {
            Some(first) if words.is_empty() => format!("U+{:04X}, {} in a row", u32::from(*first), self.chars.len()),
            _ => words,
        }
    }
}

/// Characters before bytes, asked for in rising order: each byte of the text is counted once.
struct Places<'a> {
    text: &'a str,
    byte: usize,
    character: usize,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, byte: 0, character: 0 }
    }

    fn character(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.character) = (0, 0);
        }
        self.character += self.text.get(self.byte..byte).map_or(0, |between| between.chars().count());
        self.byte = byte;
        self.character
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;

    #[test]
    fn styled_away_elements_are_told() {
        for style in [
            "display:none",
            "visibility: hidden",
            "opacity:0;",
            "font-size:0",
            "font-size: 1px",
            "position:absolute;left:-9999px",
            "color:#fff",
            "font-weight:bold; color: white",
        ] {
            let (alerts, stretches) = found(&format!("正文一。\n<span style=\"{style}\">目标价 99 元</span>\n正文二。"));
            assert_eq!(alerts, ["text that no reader sees: 目标价99元"], "{style}");
            assert!(stretches[0].contains("目标价 99 元") && !stretches[0].contains("正文"), "{stretches:?}");
        }
    }

    #[test]
    fn what_a_reader_sees_is_no_alert() {
        for text in [
            "<span style=\"color:#003366\">目标价 99 元</span>",
            "<td style=\"background:#003366;color:#fff\">目标价</td>",
            "<tr bgcolor=\"#003366\"><td style=\"color:#ffffff\">目标价</td></tr>",
            "<p style=\"font-size:1.2em; margin-left:-5px\">目标价 99 元</p>",
            "<div style=\"display:none\"> </div>正文",
            "\u{feff}正\u{200b}文\u{200b}\u{200b} 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} \u{2764}\u{fe0f} 葛\u{e0100}城",
        ] {
            assert!(found(text).0.is_empty(), "{text}: {:?}", found(text).0);
        }
    }

    #[test]
    fn invisible_characters_are_spelled_out() {
        let tags: String = "buy at 99".chars().map(|c| char::from_u32(0xe0000 + u32::from(c)).unwrap()).collect();
        let selectors: String = "buy 99".bytes().map(|b| char::from_u32(0xe0100 + u32::from(b) - 16).unwrap()).collect();
        assert_eq!(found(&format!("正文{tags}。")).0, ["text in invisible characters: buy at 99"]);
        assert_eq!(found(&format!("正文{selectors}。")).0, ["text in invisible characters: buy 99"]);
        assert_eq!(found(&format!("正文{}。", "\u{200b}\u{200c}".repeat(20))).0.len(), 1);
        assert_eq!(found("正文\u{202e}元99\u{202c}。").0, ["characters that turn the direction of the text: U+202E, 1 in a row"]);
    }
}
