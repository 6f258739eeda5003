//! Letters of one word that stand apart: letter-spaced headings, torn numbers and addresses.

use super::{Token, is_han};

/// `证 券 研 究 报 告`: three or more Chinese characters with one blank between each two. Beside such a stretch, two
/// are spaced like it: `买 入 : 预 计 涨 幅 …`; alone they may be anything.
pub(super) fn letter_spaced(tokens: &[Token], keep: &mut [bool]) {
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

/// `分析师: 张 超 执业证书`: behind a role and a colon two characters with a blank between them are a name.
pub(super) fn signatures(tokens: &[Token], keep: &mut [bool]) {
    const ROLES: [[char; 2]; 5] = [['析', '师'], ['究', '员'], ['系', '人'], ['助', '理'], ['作', '者']];
    let at = |at: usize| tokens.get(at).map(|token| token.c);
    for (colon, _) in tokens.iter().enumerate().filter(|(_, token)| token.c == ':') {
        // The role's own blanks are taken out in the same reading.
        let mut before = tokens.get(..colon).unwrap_or_default().iter().rev().map(|token| token.c).filter(|c| *c != ' ');
        if !before.next().zip(before.next()).is_some_and(|(last, first)| ROLES.contains(&[first, last])) {
            continue;
        }
        let name = colon + 1 + tokens.iter().skip(colon + 1).take_while(|token| token.c == ' ').count();
        let alone = !at(name + 3).is_some_and(is_han);
        if at(name).is_some_and(is_han) && at(name + 1) == Some(' ') && at(name + 2).is_some_and(is_han) && alone {
            keep.get_mut(name + 1).into_iter().for_each(|keep| *keep = false);
        }
    }
}

/// `评 级:买 入`: the words every report has are too short to be told as letter-spaced, and have no blank of their own.
pub(super) fn field_words(tokens: &[Token], keep: &mut [bool]) {
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

/// Digits of a licence number of the Securities Association of China, behind its letter (domain.md §3).
const LICENCE: usize = 13;

/// `S08505110 10035`, `fengjr @example.com`: licence numbers and addresses a converter tore.
pub(super) fn torn(tokens: &[Token], keep: &mut [bool]) {
    let at = |at: usize| tokens.get(at).map(|token| token.c);
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mut close = |blank: usize| keep.get_mut(blank).into_iter().for_each(|keep| *keep = false);
    for (blank, _) in tokens.iter().enumerate().filter(|(_, token)| token.c == ' ') {
        if at(blank + 1) == Some('@') && blank.checked_sub(1).is_some_and(|before| is_word(at(before))) && is_word(at(blank + 2)) {
            close(blank);
        }
        let digits = |mut range: Box<dyn Iterator<Item = usize>>| {
            range.by_ref().take(LICENCE + 1).take_while(|place| at(*place).is_some_and(|c| c.is_ascii_digit())).count()
        };
        let before = digits(Box::new((0..blank).rev()));
        let letter = (before > 0).then(|| blank.checked_sub(before + 1)).flatten();
        let alone = |letter: usize| letter.checked_sub(1).is_none_or(|before| !is_word(at(before)));
        if letter.is_some_and(|letter| matches!(at(letter), Some('S' | 'A')) && alone(letter))
            && before + digits(Box::new(blank + 1..tokens.len())) == LICENCE
        {
            close(blank);
        }
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
