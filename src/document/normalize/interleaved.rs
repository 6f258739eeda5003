//! A hidden bookmark printed over the words it marks: `[林Ta文ble强_I：nt望ro江du证cti券on]` (domain.md §5).
//!
//! Two layers of a PDF at one place come out character by character in turn. The mark is the Latin half.

use super::{Token, is_han};

/// The longest such stretch that is looked for, in characters.
const MAX_WIDTH: usize = 90;

/// Takes the Latin half and the brackets out.
pub(super) fn unpick(tokens: Vec<Token>) -> Vec<Token> {
    if !tokens.iter().any(|token| token.c == '[') {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = tokens.get(at..).unwrap_or_default();
        let Some(inner) = (token.c == '[').then(|| bookmark(rest)).flatten() else {
            out.push(*token);
            at += 1;
            continue;
        };
        out.extend(inner.iter().filter(|token| !is_mark(token.c)));
        at += inner.len() + 2;
        // `…券on通] 信行业`: the blank stood behind the mark, not behind the word.
        if tokens.get(at).is_some_and(|token| token.c == ' ') && tokens.get(at + 1).is_some_and(|token| is_han(token.c)) {
            at += 1;
        }
    }
    out
}

/// What stands between the brackets `rest` begins with, when it is a bookmark with Chinese between its letters.
fn bookmark(rest: &[Token]) -> Option<&[Token]> {
    let close = rest.iter().take(MAX_WIDTH).skip(1).position(|token| matches!(token.c, '[' | ']' | '\n'))? + 1;
    if rest.get(close)?.c != ']' {
        return None;
    }
    let inner = rest.get(1..close)?;
    let latin: String = inner.iter().map(|token| token.c).filter(|c| is_mark(*c)).collect::<String>().to_ascii_lowercase();
    let whole: String = inner.iter().map(|token| token.c.to_ascii_lowercase()).collect();
    (latin.starts_with("table_") && !whole.contains("table")).then_some(inner)
}

fn is_mark(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
