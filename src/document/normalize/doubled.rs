//! What a converter printed twice: units (`2019年年02月月`), words (`证券研究报告证券研究报告`), every character
//! (`证证券券研研究究`), and bold type that was set by printing it twice.
//!
//! Of bold type each run stands two times, side by side: `目标价目标价 12.95 元`, `林乔林乔 非银金融分析师`. Runs are of any length
//! (2 to 48 characters are looked for, two of them Chinese), so one short run proves nothing (`讨论讨论`). Several long ones
//! do, and then the short ones are undone as well.

use std::ops::{Range, RangeInclusive};

use super::{Token, is_han};

/// Shortest and longest run of characters that is told as printed twice by itself.
const TWIN: RangeInclusive<usize> = 5..=12;
/// So many of those make the text one that was printed twice,
const PROOF: usize = 4;
/// if there is one in so many characters.
const SHARE: usize = 1500;
/// The longest run that is looked for then.
const LONGEST: usize = 48;

/// Drops what stands the second time; says whether there was any.
pub(super) fn undo(tokens: &[Token], keep: &mut [bool]) -> bool {
    let (places, chars) = seen(tokens, keep);
    let (found, twins) = doubled(&chars);
    drop(&places, keep, &found);
    if twins >= PROOF && twins.saturating_mul(SHARE) >= tokens.len() {
        let (places, chars) = seen(tokens, keep);
        drop(&places, keep, &runs(&chars));
    }
    !found.is_empty()
}

/// The tokens that are kept, and their characters.
fn seen(tokens: &[Token], keep: &[bool]) -> (Vec<usize>, Vec<char>) {
    tokens.iter().zip(keep).enumerate().filter(|(_, (_, keep))| **keep).map(|(at, (token, _))| (at, token.c)).unzip()
}

/// Drops ranges of the tokens that were kept.
fn drop(places: &[usize], keep: &mut [bool], ranges: &[Range<usize>]) {
    for at in ranges.iter().cloned().flatten() {
        if let Some(keep) = places.get(at).and_then(|at| keep.get_mut(*at)) {
            *keep = false;
        }
    }
}

/// Whether behind a doubled 年, 月 or 日 stands what makes the second a word's: 2024年年报, 1月月报, 2025年年中. Characters that
/// begin other words count only where they do not: 2024年年中国….
fn names_a_part(next: Option<char>, behind: Option<char>) -> bool {
    let begins = |words: &[char]| behind.is_some_and(|behind| words.contains(&behind));
    match next {
        Some('度' | '初' | '底' | '末') => true,
        Some('报' | '報') => !begins(&['告', '价', '道']),
        Some('中') => !begins(&['国', '央', '证', '信', '美', '东', '部', '药']),
        Some('会') => !begins(&['计', '议', '员']),
        _ => false,
    }
}

/// What stands the second time without any proof, and how many runs of it are as long as [`TWIN`].
fn doubled(chars: &[char]) -> (Vec<Range<usize>>, usize) {
    let char_at = |at: usize| chars.get(at).copied();
    let mut drop: Vec<Range<usize>> = Vec::new();
    let (mut at, mut twins) = (0, 0);
    while let Some(c) = char_at(at) {
        if !is_han(c) {
            at += 1;
            continue;
        }
        if char_at(at + 1) == Some(c) {
            let unit = matches!(c, '年' | '月' | '日') && !names_a_part(char_at(at + 2), char_at(at + 3));
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
                twins += 1;
                at += 2 * n;
            }
            None => at += 1,
        }
    }
    (drop, twins)
}

/// The second of each two neighbouring runs that are the same, the longest first.
fn runs(chars: &[char]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    // The end of the run before.
    let mut end = None;
    while at < chars.len() {
        let run = twice(chars, at).filter(|length| {
            let is_word = |at: usize| chars.get(at).copied().is_some_and(is_han);
            let behind = at + 2 * length;
            let words = chars.get(at..at + length).unwrap_or_default();
            // `研究研究员`, `10亿元10亿元`: a short run may be a word that begins another, or a figure that comes back.
            words.iter().filter(|c| is_han(**c)).count() >= *TWIN.start()
                || !words.iter().any(char::is_ascii_digit)
                    && (end == Some(at) || !at.checked_sub(1).is_some_and(is_word))
                    && (!is_word(behind) || twice(chars, behind).is_some())
        });
        match run {
            Some(length) => {
                found.push(at + length..at + 2 * length);
                at += 2 * length;
                end = Some(at);
            }
            None => at += 1,
        }
    }
    found
}

/// The length of the longest run at a place that stands there two times, on one line and in one cell.
fn twice(chars: &[char], at: usize) -> Option<usize> {
    let first = chars.get(at)?;
    if !first.is_alphanumeric() {
        return None;
    }
    let most = LONGEST.min((chars.len() - at) / 2);
    let window = chars.get(at..at + most)?;
    let line = window.iter().position(|c| matches!(c, '\n' | '\t')).unwrap_or(most);
    // The shortest run ends with the second Chinese character.
    let least = window.iter().take(line).enumerate().filter(|(_, c)| is_han(**c)).nth(1)?.0 + 1;
    (least..=line).rev().find(|length| {
        // Nearly every length is told by the first character alone.
        chars.get(at + length) == Some(first)
            && chars.get(at + length - 1).is_some_and(|last| last.is_alphanumeric())
            && chars.get(at..at + length) == chars.get(at + length..at + 2 * length)
    })
}

#[cfg(test)]
mod tests {
    use crate::document::normalize::Normalized;

    fn text(source: &str) -> String {
        Normalized::new(source).text().to_owned()
    }

    #[test]
    fn what_was_printed_twice_is_read_once() {
        let source = "请务必阅读正文之后请务必阅读正文之后 阀门销量回升,价格阀门销量回升,价格企稳企稳 望湖证券研究部望湖证券研究部 林乔林乔 机械行业首席分析师 推荐推荐 维持维持评级评级 产能利用率回升产能利用率回升 维持盈利预测维持盈利预测";
        assert_eq!(
            text(source),
            "请务必阅读正文之后 阀门销量回升,价格企稳 望湖证券研究部 林乔 机械行业首席分析师 推荐 维持评级 产能利用率回升 维持盈利预测"
        );
    }

    #[test]
    fn words_said_twice_stay() {
        let source = "各地讨论讨论,研究研究,再看看。增持增持中性\n一季度一季度同比";
        assert_eq!(text(source), source);
        // Nor do cells of a table and words that begin another go in a text that was printed twice.
        let proof = "盈利预测与估值盈利预测与估值\n阀门销量回升阀门销量回升\n产能利用率回升产能利用率回升\n费用率下降明显费用率下降明显\n";
        let rest = "望湖科技\t买入\t买入\t12.5\n10亿元 10亿元 9亿元\n研究研究员与公司公司债、上海上海银行";
        let undone = "盈利预测与估值\n阀门销量回升\n产能利用率回升\n费用率下降明显\n";
        assert_eq!(text(&format!("{proof}{rest}")), text(&format!("{undone}{rest}")));
    }
}
