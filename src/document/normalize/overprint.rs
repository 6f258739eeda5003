//! Bold type that was set by printing it twice: in the text each run of it stands two times, side by side.
//!
//! `目标价目标价 12.95 元`, `林乔林乔 非银金融分析师`: runs of 2 to 48 characters with two Chinese ones or more are doubled, so
//! one alone proves nothing (`讨论讨论`). Several long ones do, and then the short ones are undone as well.

use std::ops::Range;

use super::{Token, is_han};

/// So many long runs make the text one that was printed twice,
const PROOF: usize = 4;
/// if there is one in so many characters.
const SHARE: usize = 1500;
/// The longest run that is looked for.
const LONGEST: usize = 48;
/// A run with so many Chinese characters is not said twice in a row by chance.
const LONG: usize = 5;

/// Whether `long` runs in a text of `characters` prove it.
pub(super) fn is_proven(long: usize, characters: usize) -> bool {
    long >= PROOF && long.saturating_mul(SHARE) >= characters
}

/// Drops the second of two neighbouring runs, in a text that [is proven](is_proven).
pub(super) fn undo(tokens: &[Token], keep: &mut [bool]) {
    let seen: Vec<usize> = keep.iter().enumerate().filter(|(_, keep)| **keep).map(|(at, _)| at).collect();
    let chars: Vec<char> = seen.iter().filter_map(|at| tokens.get(*at)).map(|token| token.c).collect();
    for at in runs(&chars).into_iter().flatten() {
        if let Some(keep) = seen.get(at).and_then(|at| keep.get_mut(*at)) {
            *keep = false;
        }
    }
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
            words.iter().filter(|c| is_han(**c)).count() >= LONG
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
