//! Codes against the names printed beside them: one code stands beside one name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::document::{Haystack, Regex, Text};
use crate::domain::record::{Record, ReviewCode, ReviewItem};

use super::policy::{fold, same_name};

/// `临河科技(688999.SH)`, `澄明机械 600888`, `Tencent (700 HK)`: a name and, right behind it, a code.
static PAIR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?P<name>[\p{Han}A-Z][\p{Han}A-Za-z*·\-]{1,11}|[A-Z][A-Za-z&.\-]+(?: [A-Z][A-Za-z&.\-]+){0,3})(?P<gap> ?\(| |[:\t|])(?P<code>\d{4,6}(?:[. ](?:SH|SZ|BJ|SS|HK|CH|TT|TW))?)\b",
    )
    .ok()
});
/// Pairs that are looked at.
const MOST: usize = 5000;
/// Places of one code that are compared.
const SAME: usize = 100;

/// Securities whose code the text prints beside other names only.
pub(super) fn check(text: &Text, record: &Record) -> Vec<ReviewItem> {
    let subject = record.subject.as_ref();
    let own = subject.and_then(|subject| Some(("/subject/code".to_owned(), subject.name.clone()?, subject.code.clone()?)));
    let mentions = record.mentions.iter().enumerate();
    let mentions =
        mentions.filter_map(|(index, mention)| Some((format!("/mentions/{index}"), mention.name.clone(), mention.code.clone()?)));
    let all: Vec<(String, String, String)> = own.into_iter().chain(mentions).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let mut printed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, code) in pairs(text) {
        printed.entry(code).or_default().push(name);
    }
    let mut items = Vec::new();
    for (pointer, name, code) in all {
        let beside = printed.get(&digits(&code)).map_or(&[][..], Vec::as_slice);
        let Some(first) = beside.first() else { continue };
        // A name in another language or another short form cannot be compared.
        let comparable = is_han(first) == is_han(&name);
        if comparable && !beside.iter().take(SAME).any(|other| alike(other, &name)) {
            let detail = format!("the text prints `{code}` beside `{first}`, not beside `{name}`");
            items.push(ReviewItem { pointer, code: ReviewCode::Inconsistent, detail });
        }
    }
    items
}

/// Names with the digits of the codes right behind them.
fn pairs<'t>(text: impl Haystack<'t>) -> Vec<(String, String)> {
    let Some(pattern) = PAIR.as_ref() else { return Vec::new() };
    let found = pattern.captures_iter(text).take(MOST);
    found.filter_map(|found| Some((found.name("name")?.as_str().to_owned(), digits(found.name("code")?.as_str())))).collect()
}

fn digits(code: &str) -> String {
    code.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0').to_owned()
}

fn is_han(name: &str) -> bool {
    name.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
}

/// Whether two names may be one: the same, a part, or with two letters in common in the same order (`爱美客` in
/// `推荐爱美客`; `上海机场` and `上海机场集团`).
fn alike(a: &String, b: &String) -> bool {
    if same_name(a, b) {
        return true;
    }
    let (a, b) = (fold(a), fold(b));
    let letters: Vec<char> = a.chars().collect();
    letters.windows(2).any(|pair| b.contains(&pair.iter().collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_a_name_and_the_code_behind_it() {
        let found = pairs("推荐临河科技(688999.SH)、澄明机械 600888,Tencent (700 HK);营业收入 1234 百万元");
        let codes: Vec<&str> = found.iter().map(|(_, code)| code.as_str()).collect();
        assert!(codes.starts_with(&["688999", "600888",]), "{found:?}");
        assert!(alike(&"推荐临河科技".to_owned(), &"临河科技".to_owned()));
        assert!(!alike(&"澄明机械".to_owned(), &"临河科技".to_owned()));
    }
}
