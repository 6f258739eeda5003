//! Benchmark indices by market: `A股市场以沪深300指数为基准;港股市场以恒生指数为基准`.
//!
//! Some reports name alternatives (标普500或纳斯达克综合指数); all are kept (`domain.md` §8).

use std::sync::LazyLock;

use crate::document::Regex;

use super::Context;
use crate::domain::Located;
use crate::domain::record::Benchmark;

/// More markets than any report names.
const MOST: usize = 40;

static CHINESE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<market>A\s?股(?:主板)?|沪深|港股|香港|美国|美股|新三板|北交所|中小盘|中小板|创业板|科创板|台股|台湾|日本|欧洲|新加坡|内地|中国)(?P<of>市场)?(?:以|的?(?:市场)?基准(?:指数)?[为是:]|采用|参照标的为)(?P<indices>(?:[^;。,()\n]|\([^()\n]{0,30}\)){2,60}?)(?:为(?:市场|比较|业绩)?基准(?:指数)?|[;。,)\n]|$)").ok()
});
static ENGLISH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<market>[A-Z][A-Za-z()/ \n-]{3,40}): (?P<indices>(?:S&P|MSCI|Dow Jones|STOXX|TOPIX|Nikkei|Russell|FTSE|Hang Seng|CSI|Nifty|Sensex|BSE|NSE)[A-Za-z0-9&/ \n()-]{0,50}?)\s*(?:[;.,]|$)").ok()
});

/// Reads the benchmarks in order of place, one a market.
pub(super) fn read(context: &Context<'_>) -> Vec<Located<Benchmark>> {
    let mut found: Vec<Located<Benchmark>> = Vec::new();
    for pattern in [CHINESE.as_ref(), ENGLISH.as_ref()].into_iter().flatten() {
        for captures in pattern.captures_iter(context.text()) {
            let (Some(market), Some(indices)) = (captures.name("market"), captures.name("indices")) else {
                continue;
            };
            let names = alternatives(&context.words(indices.range()));
            let market_words = context.words(market.range()).replace(' ', if context.chinese { "" } else { " " });
            if names.is_empty() || found.len() >= MOST || found.iter().any(|known| known.value.market == market_words) {
                continue;
            }
            found.extend(context.located(Benchmark { market: market_words, indices: names }, market.start()..indices.end()));
        }
    }
    found
}

/// The name of an index as one writes it: 沪深 300 指数 is 沪深300; 恒生指数 stays, since 恒生 alone is no index.
pub(super) fn name(words: &str) -> String {
    static BLANK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(\p{Han})\s+(\d)").ok());
    let words = words.trim();
    let words = BLANK
        .as_ref()
        .map_or(words.into(), |p| p.replace_all(words, |found| found.iter().skip(1).flatten().map(|group| group.as_str()).collect()));
    match words.strip_suffix("指数").map(str::trim_end) {
        Some(bare) if bare.ends_with(|c: char| c.is_ascii_digit()) => bare.to_owned(),
        _ => words.into_owned(),
    }
}

/// `标普500或纳斯达克综合指数` to its names. What names no index is left out.
fn alternatives(words: &str) -> Vec<String> {
    let index = |name: &str| name.contains('指') || name.contains(|c: char| c.is_ascii_digit()) || name.is_ascii();
    words
        .split(['或', '、', '及'])
        .flat_map(|part| part.split("和"))
        .map(self::name)
        .filter(|name| name.chars().count() >= 3 && index(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn benchmarks(text: &str) -> Vec<(String, Vec<String>)> {
        let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        read(&Context::new(&document, &zones)).into_iter().map(|found| (found.value.market, found.value.indices)).collect()
    }

    fn pair(market: &str, indices: &[&str]) -> (String, Vec<String>) {
        (market.to_owned(), indices.iter().map(|&index| index.to_owned()).collect())
    }

    #[test]
    fn markets_and_alternatives() {
        assert_eq!(
            benchmarks("其中：A股市场以沪深300指数为基准；港股市场以恒生指数为基准；美国市场以标普500或纳斯达克综合指数为基准。"),
            [pair("A股", &["沪深300"]), pair("港股", &["恒生指数"]), pair("美国", &["标普500", "纳斯达克综合指数"])]
        );
        assert_eq!(
            benchmarks(
                "(A股市场基准为沪深300指数,香港市场基准为恒生指数,新三板基准指数为三板成指(针对协议转让标的)或三板做市指数(针对做市转让标的)),具体如下"
            ),
            [
                pair("A股", &["沪深300"]),
                pair("香港", &["恒生指数"]),
                pair("新三板", &["三板成指(针对协议转让标的)", "三板做市指数(针对做市转让标的)"])
            ]
        );
        assert_eq!(
            benchmarks("Benchmarks are as follows: United States: S&P 500; Europe: Dow Jones STOXX 600."),
            [pair("United States", &["S&P 500"]), pair("Europe", &["Dow Jones STOXX 600"])]
        );
    }

    #[test]
    fn names_are_as_one_writes_them() {
        assert_eq!(
            benchmarks("A 股市场以沪深 300 指数为基准；美股市场以标普 500 指数或纳斯达克综合指数为基准。"),
            [pair("A股", &["沪深300"]), pair("美股", &["标普500", "纳斯达克综合指数"])]
        );
    }

    #[test]
    fn prose_names_no_benchmark() {
        assert!(benchmarks("香港市场以散户为主，美国市场采用做市商制度，A股市场以震荡上行为主。").is_empty());
    }
}
