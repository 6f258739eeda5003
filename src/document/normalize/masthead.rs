//! What a cover prints from top to bottom, a character a line: `证⏎券⏎研   2025年01月10日⏎究⏎报   标题⏎告`.
//!
//! The characters are put together again where the first of them stands; what stood beside them keeps its lines.

use super::is_han;
use super::moved::Moved;

/// What mastheads say.
const WORDS: &[&str] = &[
    "证券研究报告",
    "證券研究報告",
    "研究报告",
    "公司研究",
    "行业研究",
    "宏观研究",
    "策略研究",
    "固定收益研究",
    "金融工程研究",
    "基金研究",
    "债券研究",
    "公司点评",
    "行业点评",
    "公司深度",
    "行业深度",
    "深度研究",
    "动态研究",
    "点评报告",
    "深度报告",
    "专题报告",
    "晨会纪要",
];
/// Most lines between two characters of a masthead.
const APART: usize = 8;
/// Blanks between a character of it and what stands beside.
const GAP: usize = 2;

/// Puts mastheads together; nothing where there is none.
pub(super) fn gather(chars: &[char]) -> Option<Moved> {
    // The character that begins each line by itself, and the number of its line.
    let mut alone: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    for (number, line) in chars.split(|c| *c == '\n').enumerate() {
        let first = line.iter().position(|c| !c.is_whitespace());
        if let Some(first) = first.filter(|first| line.get(*first).copied().is_some_and(is_han))
            && line.iter().skip(first + 1).take(GAP).all(|c| c.is_whitespace())
        {
            alone.push((number, start + first));
        }
        start += line.len() + 1;
    }
    let mut words: Vec<&[(usize, usize)]> = Vec::new();
    for run in alone.chunk_by(|a, b| b.0 - a.0 <= APART) {
        let mut rest = run;
        while !rest.is_empty() {
            let found = WORDS.iter().map(|word| word.chars().count()).filter_map(|count| rest.get(..count)).find(|letters| {
                let word: String = letters.iter().filter_map(|(_, at)| chars.get(*at)).collect();
                WORDS.contains(&word.as_str())
            });
            words.extend(found);
            rest = rest.get(found.map_or(1, <[_]>::len)..).unwrap_or_default();
        }
    }
    if words.is_empty() {
        return None;
    }
    let mut moved = Moved::default();
    let mut begins = words.iter().peekable();
    let mut letters: Vec<usize> = words.iter().flat_map(|word| word.iter().map(|(_, at)| *at)).collect();
    letters.sort_unstable();
    let mut letters = letters.into_iter().peekable();
    for (at, c) in chars.iter().enumerate() {
        if begins.peek().and_then(|word| word.first()).is_some_and(|(_, first)| *first == at)
            && let Some(word) = begins.next()
        {
            for (_, letter) in *word {
                moved.push(chars.get(*letter).copied().unwrap_or(' '), *letter);
            }
            let stands_alone = chars.get(at + 1).is_none_or(|c| *c == '\n');
            if !stands_alone {
                moved.push('\n', at + 1);
            }
        }
        if letters.next_if_eq(&at).is_none() {
            moved.push(*c, at);
        }
    }
    Some(moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(source: &str) -> Option<String> {
        gather(&source.chars().collect::<Vec<_>>()).map(|moved| moved.chars.into_iter().collect())
    }

    #[test]
    fn a_masthead_printed_downwards_is_one_line() {
        let source = "证\n券\n研   2025 年 01 月 10 日\n究\n报   阀门行业点评\n告\n    推荐(维持)\n";
        let text = gathered(source).unwrap();
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["证券研究报告", "2025 年 01 月 10 日", "阀门行业点评", "推荐(维持)"]);
    }

    #[test]
    fn what_spells_nothing_stays() {
        for source in ["甲\n乙\n丙\n丁\n", "证券研究报告\n", "证 券 研 究 报 告\n", "公\n\n\n\n\n\n\n\n\n\n\n司\n研\n究\n"]
        {
            assert_eq!(gathered(source), None, "{source}");
        }
    }
}
