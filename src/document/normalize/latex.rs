//! Inline LaTeX that PDF-to-markdown converters make of numbers: `$5 \%$`, `$- 1 0 \%$`, `$5 \% \sim 1 5 \%$`.

use super::Token;
use super::lex::{fold, offset};

/// The longest inline formula that is looked for, in characters.
const MAX_FORMULA: usize = 160;

/// Width of the formula that `rest` (starting with `$`) begins with, dollars included.
///
/// Two amounts in dollars on one line must not read as a formula: it needs a backslash, a sub- or superscript, or
/// nothing but a number between its dollars.
pub(super) fn width(rest: &[char]) -> Option<usize> {
    let close = rest.iter().skip(1).take(MAX_FORMULA).position(|&c| c == '$' || c == '\n')? + 1;
    if rest.get(close) != Some(&'$') {
        return None;
    }
    let inner = rest.get(1..close)?;
    let ends_tight = inner.last().is_some_and(|c| c.is_ascii_digit() || matches!(c, '%' | '}'));
    let number = ends_tight && inner.iter().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '.' | '+' | '-' | '%' | '~'));
    let formula = inner.contains(&'\\') || (inner.first() == Some(&'^') || inner.first() == Some(&'_'));
    (formula || number).then_some(close + 1)
}

/// Pushes what the formula says, without blanks, braces and commands.
pub(super) fn push(formula: &[char], from: usize, tokens: &mut Vec<Token>) {
    let mut at = 0;
    let mut first = true;
    while let Some(&c) = formula.get(at) {
        let (width, out) = match c {
            '\\' => command(formula.get(at + 1..).unwrap_or_default()),
            '$' | ' ' | '{' | '}' | '^' | '_' => (1, None),
            // `$. 1 5 \%$`: a dot no number starts with.
            '.' if first => (1, None),
            other => (1, fold(other)),
        };
        if let Some(c) = out {
            tokens.push(Token { c, start: offset(from + at), end: offset(from + at + width) });
            first = false;
        }
        at += width;
    }
}

/// Width of a command with its backslash, and the character it stands for.
fn command(after: &[char]) -> (usize, Option<char>) {
    let name: String = after.iter().take_while(|c| c.is_ascii_alphabetic()).collect();
    let out = match name.as_str() {
        "" => {
            return (2, after.first().copied().filter(|c| matches!(c, '%' | '$' | '&' | '#')));
        }
        "sim" => Some('~'),
        "pm" => Some('±'),
        "times" => Some('×'),
        "leq" | "le" => Some('≤'),
        "geq" | "ge" => Some('≥'),
        "cdot" => Some('·'),
        _ => None,
    };
    (name.len() + 1, out)
}
