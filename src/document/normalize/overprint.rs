//! Bold type that was set by printing it twice: in the text each run of it stands two times, side by side.
//!
//! `目标价目标价 12.95 元`, `林乔林乔 非银金融分析师`: runs of any length are doubled, so one alone proves nothing (`讨论讨论`).
//! Several long ones do, and then the short ones are undone as well.

use std::ops::Range;

use super::{Token, is_han};

/// So many long runs make the text one that was printed twice.
pub(super) const PROOF: usize = 4;
/// The longest run that is looked for.
const LONGEST: usize = 48;

/// Drops the second of two neighbouring runs, in a text that has [`PROOF`].
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
    while at < chars.len() {
        match twice(chars, at) {
            Some(length) => {
                found.push(at + length..at + 2 * length);
                at += 2 * length;
            }
            None => at += 1,
        }
    }
    found
}

/// The length of the longest run at a place that stands there two times: two Chinese characters or more, on one line.
fn twice(chars: &[char], at: usize) -> Option<usize> {
    let first = chars.get(at)?;
    if !first.is_alphanumeric() {
        return None;
    }
    let most = LONGEST.min((chars.len() - at) / 2);
    let line = chars.get(at..at + most)?.iter().position(|c| *c == '\n').unwrap_or(most);
    (2..=line).rev().find(|length| {
        let (one, other) = (chars.get(at..at + length), chars.get(at + length..at + 2 * length));
        // Nearly every length is told by the first character alone.
        other.and_then(<[char]>::first) == Some(first)
            && one == other
            && one.is_some_and(|run| run.iter().filter(|c| is_han(**c)).count() >= 2)
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
    }
}
