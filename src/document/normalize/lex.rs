//! Source characters to tokens: tags, entities, LaTeX, width, zero-width characters, line ends.

use super::Token;
use super::latex;

const COMMENT_END: [char; 3] = ['-', '-', '>'];
/// The longest tag or entity that is looked for, in characters.
const MAX_TAG: usize = 400;

/// Elements converters print. Anything else between angle brackets is text, such as Bloomberg's `<GO>`.
const ELEMENTS: &[&str] = &[
    "a", "b", "big", "body", "br", "center", "code", "col", "colgroup", "dd", "details", "div", "dl", "dt", "em", "font", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "hr", "html", "i", "iframe", "img", "label", "li", "meta", "ol", "p", "pre", "s", "script", "small", "span",
    "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "u", "ul",
];

/// The tokens, and whether markup was among them.
pub(super) fn lex(chars: &[char]) -> (Vec<Token>, bool) {
    let mut markup = false;
    let mut tokens = Vec::with_capacity(chars.len());
    // Comments that are never closed would each be searched to the end.
    let last_close = chars.windows(3).rposition(|window| window == COMMENT_END).unwrap_or(0);
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let rest = || chars.get(at..).unwrap_or_default();
        let (width, out) = match c {
            '<' => tag(rest(), last_close > at).unwrap_or((1, Some('<'))),
            '&' => entity(rest()).map_or((1, Some('&')), |(width, c)| (width, Some(c))),
            '$' => {
                if let Some(width) = latex::width(rest()) {
                    latex::push(rest().get(..width).unwrap_or_default(), at, &mut tokens);
                    at += width;
                    markup = true;
                    continue;
                }
                (1, Some('$'))
            }
            '*' if chars.get(at + 1) == Some(&'*') => (2, None),
            // Markdown writes marks that mean nothing with a backslash: `15\%`, `\[1\]`.
            '\\' if chars.get(at + 1).is_some_and(char::is_ascii_punctuation) => (2, chars.get(at + 1).copied()),
            '\r' if chars.get(at + 1) == Some(&'\n') => (1, None),
            _ => (1, fold(c)),
        };
        if let Some(c) = out {
            tokens.push(Token { c, start: offset(at), end: offset(at + width) });
        }
        markup |= (width > 1 || out.is_none()) && c != '\r';
        at += width;
    }
    (tokens, markup)
}

/// A character that may begin markup.
pub(super) fn opens_markup(c: char) -> bool {
    matches!(c, '<' | '&' | '$' | '*' | '\\')
}

pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Folds one character; `None` where it is not to be seen.
pub(super) fn fold(c: char) -> Option<char> {
    Some(match c {
        // Nearly all characters of a report, told first.
        ' '..='~' | '\u{4e00}'..='\u{9fff}' => c,
        c if is_invisible(c) => return None,
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{a0}' | '\u{3000}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => ' ',
        // Full-width ASCII: digits, letters, brackets, percent, colon …
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '−' | '﹣' => '-',
        '〜' | '∼' => '~',
        '﹪' => '%',
        other if other.is_control() && !matches!(other, '\n' | '\t') => return None,
        other => other,
    })
}

/// A character that prints nothing: zero-width, direction marks, fillers, variation selectors, tags. Models read them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A comment or a known element: its width, and the cell or line break it stands for.
fn tag(rest: &[char], closes: bool) -> Option<(usize, Option<char>)> {
    if rest.starts_with(&['<', '!', '-', '-']) {
        let close = rest.windows(3).skip(4).take_while(|_| closes).position(|window| window == COMMENT_END)?;
        return Some((close + 7, None));
    }
    let close = rest.iter().take(MAX_TAG).position(|&c| c == '>')?;
    let inner: String = rest.get(1..close)?.iter().collect();
    let (closing, body) = match inner.strip_prefix('/') {
        Some(body) => (true, body),
        None => (false, inner.as_str()),
    };
    let name: String = body.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let after = body.chars().nth(name.len());
    if !ELEMENTS.contains(&name.as_str()) || !matches!(after, None | Some(' ' | '\t' | '\n' | '\r' | '/')) {
        return None;
    }
    let out = match (name.as_str(), closing) {
        ("td" | "th", true) => Some('\t'),
        ("tr" | "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "title" | "dt" | "dd", true)
        | ("br" | "hr", _) => Some('\n'),
        _ => None,
    };
    Some((close + 1, out))
}

fn entity(rest: &[char]) -> Option<(usize, char)> {
    let close = rest.iter().take(12).position(|&c| c == ';')?;
    let name: String = rest.get(1..close)?.iter().collect();
    let c = match name.as_str() {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "emsp" | "ensp" => ' ',
        "ldquo" => '“',
        "rdquo" => '”',
        "mdash" => '—',
        "ndash" => '–',
        "middot" => '·',
        "plusmn" => '±',
        "le" => '≤',
        "ge" => '≥',
        _ => {
            let code = name.strip_prefix('#')?;
            let code = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => code.parse().ok()?,
            };
            fold(char::from_u32(code)?)?
        }
    };
    Some((close + 1, c))
}
