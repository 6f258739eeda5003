//! Blanks, table rows, template bookmarks and doubled glyphs.

use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use regex::Regex;

use super::{Pass, Token, footer, interleaved, is_han, is_han_mark, wrapped};

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
    let (mut tokens, marks) = bookmarks(tokens);
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
    letter_spaced(tokens, &mut keep);
    field_words(tokens, &mut keep);
    *again |= doubled(tokens, &mut keep);
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

/// `证 券 研 究 报 告`: three or more Chinese characters with one blank between each two. Beside such a stretch, two
/// are spaced like it: `买 入 : 预 计 涨 幅 …`; alone they may be anything.
fn letter_spaced(tokens: &[Token], keep: &mut [bool]) {
    /// Fewest characters that are told as letter-spaced by themselves.
    const SPACED: usize = 3;
    // Farthest a short stretch may stand from a long one.
    const NEAR: usize = 24;
    let stretches = spaced(tokens);
    let mut close = |&(at, letters): &(usize, usize)| {
        for blank in (1..letters).map(|letter| at + 2 * letter - 1) {
            if let Some(keep) = keep.get_mut(blank) {
                *keep = false;
            }
        }
    };
    // Ends of the last and begins of the next letter-spaced stretch, as it is seen from either side.
    let mut end = None;
    for stretch in &stretches {
        if stretch.1 >= SPACED || end.is_some_and(|end: usize| stretch.0 <= end + NEAR) {
            close(stretch);
            end = Some(stretch.0 + 2 * stretch.1);
        }
    }
    let mut begin = None;
    for stretch in stretches.iter().rev() {
        if stretch.1 >= SPACED || begin.is_some_and(|begin: usize| begin <= stretch.0 + 2 * stretch.1 + NEAR) {
            close(stretch);
            begin = Some(stretch.0);
        }
    }
}

/// `评 级:买 入`: the words every report has are too short to be told as letter-spaced, and have no blank of their own.
fn field_words(tokens: &[Token], keep: &mut [bool]) {
    const WORDS: &[&str] = &[
        "评级",
        "买入",
        "增持",
        "减持",
        "卖出",
        "中性",
        "推荐",
        "持有",
        "看好",
        "看淡",
        "回避",
        "维持",
        "首次",
        "上调",
        "下调",
        "覆盖",
        "目标价",
        "收盘价",
        "分析师",
        "研究员",
        "联系人",
        "研究助理",
        "执业证书",
        "研究报告",
        "风险提示",
        "免责声明",
        "重要声明",
        "投资建议",
        "投资要点",
        "核心观点",
        "主要观点",
        "相关报告",
        "日期",
        "电话",
        "邮箱",
    ];
    // A word with a blank in it has one behind its first, second or third character.
    let mut next = 0;
    for (blank, _) in tokens.iter().enumerate().filter(|(_, token)| token.c == ' ') {
        for at in blank.saturating_sub(3).max(next)..blank {
            let Some(first) = tokens.get(at).map(|token| token.c).filter(|c| is_han(*c)) else { continue };
            let found = WORDS.iter().filter(|word| word.starts_with(first)).find_map(|word| blanks_of(tokens, at, word));
            for blank in found.iter().flatten() {
                if let Some(keep) = keep.get_mut(*blank) {
                    *keep = false;
                }
            }
        }
        next = blank;
    }
}

/// The blanks inside `word` where it stands at `at` with at most one between two of its characters.
fn blanks_of(tokens: &[Token], at: usize, word: &str) -> Option<Vec<usize>> {
    let mut blanks = Vec::new();
    let mut next = at;
    for (index, c) in word.chars().enumerate() {
        if index > 0 && tokens.get(next).is_some_and(|token| token.c == ' ') {
            blanks.push(next);
            next += 1;
        }
        if tokens.get(next).is_none_or(|token| token.c != c) {
            return None;
        }
        next += 1;
    }
    Some(blanks)
}

/// Where two or more Chinese characters stand with one blank between each two, and how many do; none of them touches
/// another Chinese character.
fn spaced(tokens: &[Token]) -> Vec<(usize, usize)> {
    let han = |at: usize| tokens.get(at).is_some_and(|token| is_han(token.c));
    let mut stretches = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut letters = usize::from(han(at));
        while letters > 0 && tokens.get(at + 2 * letters - 1).is_some_and(|token| token.c == ' ') && han(at + 2 * letters) {
            letters += 1;
        }
        let touches = letters < 4 && ((at > 0 && han(at - 1)) || (letters > 0 && han(at + 2 * letters - 1)));
        if letters >= 2 && !touches {
            stretches.push((at, letters));
        }
        at += (2 * letters).saturating_sub(1).max(1);
    }
    stretches
}

/// Shortest and longest run of characters that is told as printed twice.
const TWIN: RangeInclusive<usize> = 5..=12;

/// `2019年年02月月`, `证券研究报告证券研究报告`, `证证券券研研究究`: what a converter printed twice.
///
/// Returns whether there was any.
fn doubled(tokens: &[Token], keep: &mut [bool]) -> bool {
    let seen: Vec<usize> = keep.iter().enumerate().filter(|(_, keep)| **keep).map(|(at, _)| at).collect();
    let chars: Vec<char> = seen.iter().filter_map(|at| tokens.get(*at)).map(|token| token.c).collect();
    let char_at = |at: usize| chars.get(at).copied();
    let mut drop: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(c) = char_at(at) {
        if !is_han(c) {
            at += 1;
            continue;
        }
        if char_at(at + 1) == Some(c) {
            let unit = matches!(c, '年' | '月' | '日');
            if unit && at.checked_sub(1).and_then(char_at).is_some_and(|before| before.is_ascii_digit()) {
                drop.push(at + 1..at + 2);
                at += 2;
                continue;
            }
            let same = |k: &usize| char_at(at + 2 * k).is_some_and(|c| is_han(c) && char_at(at + 2 * k + 1) == Some(c));
            let pairs = (0..64).take_while(same).count();
            // Four words said twice over, 高高兴兴, do not follow one another.
            if pairs >= 4 && char_at(at + 2) != Some(c) {
                drop.extend((0..pairs).map(|k| at + 2 * k + 1).map(|second| second..second + 1));
                at += 2 * pairs;
                continue;
            }
        }
        // Nearly every character is told by this alone: it does not stand again so near.
        let near = chars.get((at + TWIN.start()).min(chars.len())..(at + TWIN.end() + 1).min(chars.len())).unwrap_or_default();
        if !near.contains(&c) {
            at += 1;
            continue;
        }
        let again = |n: &usize| char_at(at + n) == Some(c);
        let same = |n: &usize| (1..*n).all(|k| char_at(at + k).is_some_and(|c| is_han(c) && char_at(at + n + k) == Some(c)));
        match TWIN.rev().filter(again).find(same) {
            Some(n) => {
                drop.push(at + n..at + 2 * n);
                at += 2 * n;
            }
            None => at += 1,
        }
    }
    let any = !drop.is_empty();
    for at in drop.into_iter().flatten() {
        if let Some(keep) = seen.get(at).and_then(|at| keep.get_mut(*at)) {
            *keep = false;
        }
    }
    any
}
