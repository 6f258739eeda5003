//! Words with few edits: 4-gram votes find the window, Sellers' algorithm the best place in it.

use std::collections::HashMap;

/// The least similarity of a match: 1 - edits / length.
const LEAST: f64 = 0.85;
/// Length of the pieces that vote for a window.
const GRAM: usize = 4;
/// How many windows are looked at.
const WINDOWS: usize = 4;

/// A place like the words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hit {
    /// First character.
    pub(super) start: usize,
    /// Length in characters.
    pub(super) len: usize,
    /// Similarity, 0 to 1.
    pub(super) score: f64,
}

/// The place in `hay` most like `needle`, if it is like enough and its digits are the same: one digit is one edit, and
/// the digit is the fact.
pub(super) fn find(hay: &[char], needle: &[char]) -> Option<Hit> {
    let slack = needle.len() / 4 + 2;
    let windows: Vec<(usize, usize)> = if hay.len() <= 4 * needle.len() + 400 {
        vec![(0, hay.len())]
    } else {
        starts(hay, needle).into_iter().map(|start| (start.saturating_sub(slack), (start + needle.len() + slack).min(hay.len()))).collect()
    };
    let best =
        windows.into_iter().filter_map(|(from, to)| sellers(hay.get(from..to)?, needle).map(|hit| Hit { start: hit.start + from, ..hit }));
    let best = best.max_by(|a, b| a.score.total_cmp(&b.score))?;
    let digits = |chars: &[char]| chars.iter().filter(|c| c.is_ascii_digit()).copied().collect::<Vec<char>>();
    let found = hay.get(best.start..best.start + best.len)?;
    (best.score >= LEAST && digits(found) == digits(needle)).then_some(best)
}

/// Where the words would start, by how many of their 4-grams say so.
fn starts(hay: &[char], needle: &[char]) -> Vec<usize> {
    let mut grams: HashMap<&[char], Vec<usize>> = HashMap::new();
    for (at, gram) in needle.windows(GRAM).enumerate() {
        grams.entry(gram).or_default().push(at);
    }
    let mut votes: HashMap<usize, u32> = HashMap::new();
    let bucket = (needle.len() / 4).max(4);
    for (at, gram) in hay.windows(GRAM).enumerate() {
        if let Some(offsets) = grams.get(gram) {
            for offset in offsets {
                *votes.entry(at.saturating_sub(*offset) / bucket).or_default() += 1;
            }
        }
    }
    let mut ranked: Vec<(usize, u32)> = votes.into_iter().collect();
    ranked.sort_by_key(|(start, votes)| (std::cmp::Reverse(*votes), *start));
    ranked.into_iter().take(WINDOWS).map(|(start, _)| start * bucket).collect()
}

/// Best approximate occurrence: edit distance of the needle to every substring, with its start carried along.
fn sellers(hay: &[char], needle: &[char]) -> Option<Hit> {
    // Column of (distance, start) for each prefix of the needle.
    let mut column: Vec<(usize, usize)> = (0..=needle.len()).map(|distance| (distance, 0)).collect();
    let mut best: Option<(usize, usize, usize)> = None;
    for (at, c) in hay.iter().enumerate() {
        let mut diagonal = (0, at);
        if let Some(first) = column.first_mut() {
            *first = (0, at + 1);
        }
        for (row, wanted) in needle.iter().enumerate() {
            let above = column.get(row).copied()?;
            let left = column.get(row + 1).copied()?;
            let substituted = (diagonal.0 + usize::from(c != wanted), diagonal.1);
            let value = [substituted, (above.0 + 1, above.1), (left.0 + 1, left.1)].into_iter().min_by_key(|(distance, _)| *distance)?;
            diagonal = left;
            if let Some(cell) = column.get_mut(row + 1) {
                *cell = value;
            }
        }
        let (distance, start) = *column.last()?;
        if start <= at && best.is_none_or(|(least, ..)| distance < least) {
            best = Some((distance, start, at + 1));
        }
    }
    let (distance, start, end) = best?;
    #[expect(clippy::cast_precision_loss, reason = "a needle is a value of a draft")]
    let score = 1.0 - distance as f64 / needle.len() as f64;
    Some(Hit { start, len: end - start, score })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn finds_the_planted_place_in_a_long_text() {
        let filler = "公司营业收入稳步增长费用率有所下降毛利率基本持平".repeat(200);
        let hay = chars(&format!("{filler}渠道库存回补节奏慢于预期导致出货承压{filler}"));
        let hit = find(&hay, &chars("渠道库存回补节奏慢于我们预期导致出货承压")).unwrap();
        let found: String = hay[hit.start..hit.start + hit.len].iter().collect();
        assert_eq!(found, "渠道库存回补节奏慢于预期导致出货承压");
        assert!((hit.score - 0.9).abs() < 1e-9);
    }

    #[test]
    fn another_digit_is_another_fact() {
        let hay = chars("预计二零二五年归母净利润为1234百万元同比增长");
        assert_eq!(find(&hay, &chars("预计二零二五年归母净利润为1235百万元同比增长")), None);
    }

    #[test]
    fn what_stands_nowhere_is_not_found() {
        assert_eq!(find(&chars("全文没有这样的话只有别的内容在这里"), &chars("公司计划于明年赴港上市融资")), None);
    }
}
