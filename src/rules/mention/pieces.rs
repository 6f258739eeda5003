//! A list to its pieces.

use std::ops::Range;

/// One piece of a list.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) range: Range<usize>,
    /// The separator before it.
    pub(super) after: char,
}

/// Words after which 和 or 与 begins a name rather than joining two.
const BEGINS_A_NAME: &[&str] = &["龙头", "企业", "厂商", "领跑者", "领导者", "标的", "的", "推荐", "关注"];

/// Cuts at separators outside brackets, then at 和, 及, 与 unless the piece is short enough to be one name (广和通).
pub(super) fn items(rest: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut depth = 0usize;
    let (mut start, mut after) = (0, ' ');
    for (at, c) in rest.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(c, '、' | ',' | ';' | '/' | '】') {
            joined(rest, start..at, after, &mut items);
            start = at + c.len_utf8();
            after = if matches!(c, '】' | '/') { '、' } else { c };
        }
    }
    joined(rest, start..rest.len(), after, &mut items);
    items
}

fn joined(rest: &str, range: Range<usize>, mut after: char, items: &mut Vec<Item>) {
    let words = rest.get(range.clone()).unwrap_or_default();
    let mut push = |range: Range<usize>, after: char| {
        if rest.get(range.clone()).is_some_and(|words| !words.trim().is_empty()) {
            items.push(Item { range, after });
        }
    };
    let mut start = range.start;
    if words.trim().chars().count() > 4 {
        let mut depth = 0usize;
        // `医院及诊断服务:望湖眼科(300999)`: a label is not parted. Names before a colon are, 甲和乙:两者受益.
        let label = words
            .split_once(':')
            .filter(|(label, rest)| !label.contains('(') && names_a_security(rest))
            .map_or(0, |(label, _)| label.len());
        for (at, c) in words.char_indices() {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > 0 || at < label || !matches!(c, '和' | '及' | '与') {
                continue;
            }
            // 龙头〔和而泰〕: a name may begin with the word.
            let before = rest.get(start..range.start + at).unwrap_or_default().trim();
            if before.is_empty() || BEGINS_A_NAME.iter().any(|word| before.ends_with(word)) {
                continue;
            }
            push(start..range.start + at, after);
            start = range.start + at + c.len_utf8();
            after = '、';
        }
    }
    push(start..range.end, after);
}

/// Whether words begin with a name and its code.
fn names_a_security(words: &str) -> bool {
    words.split_once('(').is_some_and(|(name, code)| {
        let digits = code.bytes().take_while(u8::is_ascii_digit).count();
        let ends = code.get(digits..).is_some_and(|rest| rest.starts_with([')', '.', ' ']));
        name.chars().count() <= 12 && (4..=6).contains(&digits) && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_joining_words_stay_whole() {
        let rest = "望江电子、云和通,龙头和而谷;海川微(甲、乙)和青禾科技【星河】";
        let found: Vec<&str> = items(rest).into_iter().map(|item| &rest[item.range]).collect();
        assert_eq!(found, ["望江电子", "云和通", "龙头和而谷", "海川微(甲、乙)", "青禾科技【星河"]);
        for behind in ["两者均受益", "估值低位(20倍)", "业绩高增(2025年)"] {
            let rest = format!("云岭医疗和星河医械:{behind}");
            let found: Vec<&str> = items(&rest).into_iter().map(|item| &rest[item.range]).collect();
            assert_eq!(found, ["云岭医疗", &format!("星河医械:{behind}")]);
        }
        let rest = "医院及诊断服务:望湖眼科(300999)和云岭医疗";
        let found: Vec<&str> = items(rest).into_iter().map(|item| &rest[item.range]).collect();
        assert_eq!(found, ["医院及诊断服务:望湖眼科(300999)", "云岭医疗"]);
    }
}
