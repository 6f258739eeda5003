//! Blanks, table rows and template bookmarks, and the order in which a text is tidied.

use std::sync::LazyLock;

use regex::Regex;

use super::{Pass, Token, doubled, footer, interleaved, is_han, is_han_mark, letters, wrapped};

/// A template field mark that stood before token number `token`.
pub(super) struct Mark {
    pub(super) name: String,
    pub(super) token: usize,
}

static BOOKMARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)#([a-z][a-z0-9_]{2,40})#|(?:\[table[_ ]|table_)([a-z]+)([0-9]*)\]?|(?m:^)\[?(?:ta)?b?le_([a-z]+)\]?").ok()
});

/// Tidies tokens; `breaks` are the starts of line breaks that stand for marks an earlier reading took out.
pub(super) fn tidy(tokens: Vec<Token>, breaks: &[u32]) -> Pass {
    let lexed = tokens.len();
    let (tokens, footers) = footer::take_out(interleaved::unpick(rows(tokens)));
    let (mut tokens, marks) = bookmarks(gaps(tokens));
    let mut again = tokens.len() < lexed;
    let mut keep = visible(&tokens, &mut again);
    let own: Vec<usize> = marks.iter().filter_map(|mark| mark.token.checked_sub(1)).collect();
    let marked =
        |at: usize| own.binary_search(&at).is_ok() || tokens.get(at).is_some_and(|token| breaks.binary_search(&token.start).is_ok());
    let joints = wrapped::joints(&tokens, &keep, marked);
    for at in joints.chinese {
        if let Some(keep) = keep.get_mut(at) {
            *keep = false;
        }
    }
    for at in joints.english {
        if let Some(token) = tokens.get_mut(at) {
            token.c = ' ';
        }
    }
    let mut kept = Vec::with_capacity(tokens.len());
    // How many tokens are kept before each, so that marks move along.
    let mut before = Vec::with_capacity(tokens.len() + 1);
    for (token, keep) in tokens.into_iter().zip(keep) {
        before.push(kept.len());
        if keep {
            kept.push(token);
        }
    }
    before.push(kept.len());
    let marks = marks.into_iter().filter_map(|mark| Some(Mark { token: *before.get(mark.token)?, name: mark.name })).collect();
    Pass { tokens: kept, marks, footers, again }
}

/// Pipe-table rows become TAB rows; the rule under a header goes.
fn rows(tokens: Vec<Token>) -> Vec<Token> {
    if !tokens.iter().any(|token| token.c == '|') {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    for line in tokens.split_inclusive(|token| token.c == '\n') {
        let filled = || line.iter().filter(|token| !token.c.is_whitespace());
        let pipes = filled().next().is_some_and(|t| t.c == '|') && filled().next_back().is_some_and(|t| t.c == '|') && filled().count() > 2;
        if !pipes {
            out.extend_from_slice(line);
        } else if filled().any(|token| !matches!(token.c, '|' | '-' | ':')) {
            let first = line.iter().position(|token| token.c == '|').unwrap_or(0);
            let last = line.iter().rposition(|token| token.c == '|').unwrap_or(0);
            out.extend(
                line.iter()
                    .enumerate()
                    .filter(|(at, _)| *at != first && *at != last)
                    .map(|(_, token)| if token.c == '|' { Token { c: '\t', ..*token } } else { *token }),
            );
        }
    }
    out
}

/// Blanks in a line from which what stands behind them is a cell of its own.
const GAP: usize = 8;

/// Wide gaps inside lines become TABs, but for those before numbers: figures stand apart by any number of blanks.
fn gaps(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut blanks = 0;
    for token in tokens {
        if blanks >= GAP && !matches!(token.c, ' ' | '\n' | '\t' | ':' | '+' | '-' | '(' | '0'..='9') {
            let first = out.len() - blanks;
            if first.checked_sub(1).and_then(|before| out.get(before)).is_some_and(|before| !matches!(before.c, '\n' | '\t'))
                && let Some(gap) = out.get_mut(first)
            {
                gap.c = '\t';
                out.truncate(first + 1);
            }
        }
        blanks = if token.c == ' ' { blanks + 1 } else { 0 };
        out.push(token);
    }
    out
}

/// Bookmarks become line breaks (nothing inside brackets), and are remembered by name.
fn bookmarks(tokens: Vec<Token>) -> (Vec<Token>, Vec<Mark>) {
    let Some(pattern) = BOOKMARK.as_ref().filter(|_| may_have_bookmarks(&tokens)) else {
        return (tokens, Vec::new());
    };
    let text: String = tokens.iter().map(|token| token.c).collect();
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut marks = Vec::new();
    let mut next = 0;
    let mut seen_bytes = 0;
    for captures in pattern.captures_iter(&text) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        let name = captures.iter().skip(1).flatten().next().map(|name| name.as_str().to_lowercase()).unwrap_or_default();
        let from = next + text.get(seen_bytes..whole.start()).map_or(0, |between| between.chars().count());
        // A number of more than two digits is no part of the mark but the words behind it: `Table_Title2020年…`.
        let digits = captures.get(3).filter(|digits| digits.len() > 2);
        let to_byte = digits.map_or(whole.end(), |digits| digits.start());
        let to = from + text.get(whole.start()..to_byte).map_or(0, |words| words.chars().count());
        out.extend_from_slice(tokens.get(next..from).unwrap_or_default());
        let inside = out.last().is_some_and(|token| token.c == '(');
        if let Some(first) = tokens.get(from).filter(|_| !inside) {
            out.push(Token { c: '\n', start: first.start, end: first.end });
        }
        marks.push(Mark { name, token: out.len() });
        next = to;
        seen_bytes = to_byte;
    }
    out.extend_from_slice(tokens.get(next..).unwrap_or_default());
    (out, marks)
}

/// Whether there is a `#` or, in any case of letters, `le_` or `le `: one of them stands in every bookmark.
fn may_have_bookmarks(tokens: &[Token]) -> bool {
    let mut last = ['\n'; 2];
    tokens.iter().any(|&Token { c, .. }| {
        let found = c == '#' || (matches!(c, '_' | ' ') && matches!(last, ['l' | 'L', 'e' | 'E']));
        last = [last[1], c];
        found
    })
}

/// Which tokens stay.
fn visible(tokens: &[Token], again: &mut bool) -> Vec<bool> {
    let mut keep = vec![true; tokens.len()];
    *again |= blanks(tokens, &mut keep);
    letters::letter_spaced(tokens, &mut keep);
    letters::field_words(tokens, &mut keep);
    letters::signatures(tokens, &mut keep);
    letters::torn(tokens, &mut keep);
    *again |= doubled::undo(tokens, &mut keep);
    keep
}

/// Drops blanks at line and cell edges, beside Chinese punctuation and inside brackets, between Chinese and digits, and after the first
/// of a run; drops TABs at line ends and the third and later of several line breaks.
///
/// Returns whether single letters stood apart by more than one blank, which next time are letter-spaced by one.
fn blanks(tokens: &[Token], keep: &mut [bool]) -> bool {
    let mut gaps = false;
    let mut before: Option<char> = None;
    let mut before_that: Option<char> = None;
    let mut breaks = 2;
    let mut at = 0;
    // Whether a line goes on behind the empty cells that end here: looked up once for all of them.
    let mut cells = (0, false);
    while let Some(token) = tokens.get(at) {
        let c = token.c;
        if c == ' ' {
            let run = tokens.iter().skip(at).take_while(|token| token.c == ' ').count();
            let after = tokens.get(at + run).map(|token| token.c);
            let first = usize::from(blank_stays(before_that, before, after));
            let alone = !before_that.is_some_and(is_han) || !tokens.get(at + run + 1).is_some_and(|token| is_han(token.c));
            gaps |= run > 1 && alone && before.is_some_and(is_han) && after.is_some_and(is_han);
            keep.iter_mut().skip(at + first).take(run - first).for_each(|keep| *keep = false);
            if first == 1 {
                (before_that, before) = (before, Some(' '));
            }
            at += run;
            continue;
        }
        let stays = match c {
            '\n' => breaks < 2,
            '\t' => {
                if at >= cells.0 {
                    let run = tokens.iter().skip(at).take_while(|token| matches!(token.c, ' ' | '\t')).count();
                    cells = (at + run, tokens.get(at + run).is_some_and(|token| token.c != '\n'));
                }
                cells.1
            }
            _ => true,
        };
        if c == '\n' {
            breaks += 1;
        } else if c != '\t' {
            breaks = 0;
        }
        if stays {
            (before_that, before) = (before, Some(c));
        } else if let Some(keep) = keep.get_mut(at) {
            *keep = false;
        }
        at += 1;
    }
    gaps
}

fn blank_stays(before_that: Option<char>, before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    if matches!(before, '\n' | '\t') || matches!(after, '\n' | '\t') || is_han_mark(before) || is_han_mark(after) {
        return false;
    }
    // No mark stands apart from the Chinese words before it, no bracket from those inside it.
    let closes = |c: char| matches!(c, ',' | ';' | ':' | '!' | '?' | ')');
    let opens = |c: char| matches!(c, ',' | ';' | '!' | '?' | '(');
    if (is_han(before) && closes(after)) || (opens(before) && is_han(after)) {
        return false;
    }
    let number = |c: char| c.is_ascii_digit() || matches!(c, '%' | '±' | '+');
    if (is_han(before) && (number(after) || after == '-')) || (number(before) && is_han(after)) {
        return false;
    }
    // A sign parted from its number: `介于- 5%`.
    !(before == '-' && after.is_ascii_digit() && before_that.is_some_and(is_han))
}
