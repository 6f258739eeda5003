//! Patterns made plain: what they say of characters normalised text does not have costs much and finds nothing.

use std::ops::Range;

use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Most blanks or marks in a row that `*` and `+` stand for.
const BLANKS: u8 = 16;
/// Most ASCII characters in a row, or of few characters,
const ASCII: u8 = 64;
/// which are this many.
const FEW: u32 = 64;
/// Most short words in a row, and what a short word is, in bytes.
const WORDS: u8 = 8;
const SHORT: usize = 24;

/// The pattern as it is compiled.
///
/// - `\b` knows ASCII words alone. The fast engines of `regex` give up at the first ideograph after a Unicode word
///   boundary and leave the whole text to one that is a hundred times slower; and Latin words glued to Chinese ones
///   (`给予BUY评级`) are words here.
/// - `\d` and `\s` know the digits and blanks that are left in normalised text: `0` to `9`; blank, TAB, line break.
/// - `\p{Han}` is the ideographs in few ranges: strokes and radicals alone stand in no text.
/// - `*` and `+` have an end where what they repeat is short: 16 blanks or marks (`\s*`, `[#\s]+`), 64 ASCII characters
///   (`[a-z]+`) or of few characters (`[一二三、]*`), 8 words (`(?:建议|重点)*`). A pattern without an end has to read the whole text.
///
/// # Errors
/// When it is no regular expression.
pub(super) fn plain(pattern: &str) -> Result<String, regex::Error> {
    let ast = ast::parse::Parser::new().parse(pattern).map_err(|error| regex::Error::Syntax(error.to_string()))?;
    let mut edits = ast::visit(&ast, Edits { pattern, found: Vec::new() }).unwrap_or_default();
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(pattern.len());
    let mut copied = 0;
    for (range, words) in edits {
        out.push_str(pattern.get(copied..range.start).unwrap_or_default());
        out.push_str(&words);
        copied = range.end;
    }
    out.push_str(pattern.get(copied..).unwrap_or_default());
    Ok(out)
}

/// What stands in place of parts of a pattern.
struct Edits<'p> {
    pattern: &'p str,
    found: Vec<(Range<usize>, String)>,
}

impl Edits<'_> {
    fn edit(&mut self, span: &ast::Span, words: impl Into<String>) {
        self.found.push((span.start.offset..span.end.offset, words.into()));
    }

    /// `\d` or `\s`; `inside` brackets or alone.
    fn class(&mut self, class: &ast::ClassPerl, inside: bool) {
        let characters = match class.kind {
            ast::ClassPerlKind::Digit => "0-9",
            ast::ClassPerlKind::Space => r"\t\n\r\x20",
            ast::ClassPerlKind::Word => return,
        };
        match (class.negated, inside) {
            (false, true) => self.edit(&class.span, characters),
            (false, false) => self.edit(&class.span, format!("[{characters}]")),
            (true, _) => self.edit(&class.span, format!("[^{characters}]")),
        }
    }

    /// `\p{Han}`; `inside` brackets or alone.
    fn script(&mut self, class: &ast::ClassUnicode, inside: bool) {
        const HAN: &str = r"々〇\u{3400}-\u{9fff}\u{f900}-\u{faff}\u{20000}-\u{323af}";
        let han = matches!(&class.kind, ast::ClassUnicodeKind::Named(name) if name == "Han");
        match (han, class.is_negated(), inside) {
            (false, ..) => {}
            (true, false, true) => self.edit(&class.span, HAN),
            (true, false, false) => self.edit(&class.span, format!("[{HAN}]")),
            (true, true, _) => self.edit(&class.span, format!("[^{HAN}]")),
        }
    }

    /// Most times something is repeated by `*` or `+`; `None` where nothing bounds it.
    fn limit(&self, what: &Ast) -> Option<u8> {
        let span = what.span();
        let words = self.pattern.get(span.start.offset..span.end.offset)?;
        // Inside brackets, digits and blanks are judged as they will stand in the pattern.
        let brackets = matches!(what, Ast::ClassBracketed(_)).then(|| words.replace(r"\d", "0-9").replace(r"\s", r"\t\n\r\x20"));
        let hir = regex_syntax::parse(brackets.as_deref().unwrap_or(words)).ok()?;
        match what {
            Ast::Group(_) => hir.properties().maximum_len().filter(|longest| *longest <= SHORT).map(|_| WORDS),
            Ast::ClassPerl(class) => match (&class.kind, class.negated) {
                (ast::ClassPerlKind::Digit, false) => Some(ASCII),
                (ast::ClassPerlKind::Space, false) => Some(BLANKS),
                _ => None,
            },
            Ast::ClassBracketed(_) if is_blank(&hir) => Some(BLANKS),
            Ast::ClassBracketed(_) => (hir.properties().maximum_len() == Some(1) || is_few(&hir)).then_some(ASCII),
            _ => None,
        }
    }
}

impl ast::Visitor for Edits<'_> {
    type Output = Vec<(Range<usize>, String)>;
    type Err = ();

    fn finish(self) -> Result<Self::Output, ()> {
        Ok(self.found)
    }

    fn visit_post(&mut self, ast: &Ast) -> Result<(), ()> {
        match ast {
            Ast::Assertion(assertion) if assertion.kind == ast::AssertionKind::WordBoundary => self.edit(&assertion.span, r"(?-u:\b)"),
            Ast::ClassPerl(class) => self.class(class, false),
            Ast::ClassUnicode(class) => self.script(class, false),
            Ast::Repetition(run) => {
                let least = match run.op.kind {
                    ast::RepetitionKind::ZeroOrMore => 0,
                    ast::RepetitionKind::OneOrMore => 1,
                    _ => return Ok(()),
                };
                if let Some(most) = self.limit(&run.ast) {
                    let lazy = if run.greedy { "" } else { "?" };
                    self.edit(&run.op.span, format!("{{{least},{most}}}{lazy}"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ast::ClassSetItem) -> Result<(), ()> {
        match item {
            ast::ClassSetItem::Perl(class) => self.class(class, true),
            ast::ClassSetItem::Unicode(class) => self.script(class, true),
            _ => {}
        }
        Ok(())
    }
}

/// Whether a pattern matches one of few characters: numbers of sections, and what stands around them.
fn is_few(hir: &Hir) -> bool {
    let HirKind::Class(Class::Unicode(class)) = hir.kind() else { return false };
    class.iter().map(|range| u32::from(range.end()) - u32::from(range.start()) + 1).sum::<u32>() <= FEW
}

/// Whether a pattern matches one blank or mark and nothing else.
fn is_blank(hir: &Hir) -> bool {
    let HirKind::Class(Class::Unicode(class)) = hir.kind() else { return false };
    class.iter().all(|range| {
        u32::from(range.end()) - u32::from(range.start()) <= 64 && (range.start()..=range.end()).all(|c| !c.is_alphanumeric() && c != '\0')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_costs_much_is_made_plain() {
        for (pattern, expected) in [
            (r"评级\s*[:：]\s+?买", r"评级[\t\n\r\x20]{0,16}[:：][\t\n\r\x20]{1,16}?买"),
            (r"(?m)^[#*\s]*(?:a\s?)+", r"(?m)^[#*\t\n\r\x20]{0,16}(?:a[\t\n\r\x20]?){1,8}"),
            (r"[^\n]*\w*[^\d]\D[^a]+.*", r"[^\n]*\w*[^0-9][^0-9][^a]+.*"),
            (r"^[#\s一二三、]*风险", r"^[#\t\n\r\x20一二三、]{0,64}风险"),
            (r"\d+[\da-z]+\d{2}", r"[0-9]{1,64}[0-9a-z]{1,64}[0-9]{2}"),
            (r"(?:建议|重点)*关注(?:[^。]{0,40})*", r"(?:建议|重点){0,8}关注(?:[^。]{0,40})*"),
            (r"\bBUY\b|\\b[\s*]\*+", r"(?-u:\b)BUY(?-u:\b)|\\b[\t\n\r\x20*]\*+"),
            (
                r"\p{Han}{2,4}[^\p{Han}]\P{Han}",
                r"[々〇\u{3400}-\u{9fff}\u{f900}-\u{faff}\u{20000}-\u{323af}]{2,4}[^々〇\u{3400}-\u{9fff}\u{f900}-\u{faff}\u{20000}-\u{323af}][^々〇\u{3400}-\u{9fff}\u{f900}-\u{faff}\u{20000}-\u{323af}]",
            ),
            (r"(?x) a \  [\s]  # words", r"(?x) a \  [\t\n\r\x20]  # words"),
        ] {
            assert_eq!(plain(pattern).unwrap(), expected);
            regex_syntax::parse(expected).unwrap();
        }
        assert!(plain("a(").is_err());
    }
}
