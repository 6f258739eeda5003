//! Benchmark indices by market: `A股市场以沪深300指数为基准;港股市场以恒生指数为基准`.
//!
//! Some reports name alternatives (标普500或纳斯达克综合指数); all are kept (`domain.md` §8).

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;

use super::Context;
use crate::domain::Located;
use crate::domain::record::Benchmark;

/// More markets than any report names.
const MOST: usize = 40;

static CHINESE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<market>A\s?股(?:主板)?|沪深|港股|香港|美国|美股|新三板|北交所|中小盘|中小板|创业板|科创板|台股|台湾|日本|欧洲|新加坡|内地|中国)(?P<of>市场)?(?:\([^()\n]{2,10}\))?(?:以|的?(?:市场)?基准(?:指数)?[为是:]|采用|参照标的为)(?P<indices>(?:[^;。,()\n]|\([^()\n]{0,30}\)){2,120}?)(?:作?为(?:市场|比较|业绩)?基准?(?:指数)?|[;。,)\n]|$)").ok()
});
/// `A股市场:沪深300指数(000300.SH);香港市场:恒生指数(HSI.HI)`, below a sentence that speaks of benchmarks.
static LISTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const INDEX: &str = r"(?:沪深|中证|上证|深证|三板|北证|恒生|标普|标准普尔|道琼斯|纳斯达克|富时|日经|MSCI)[\p{Han}A-Z\d ]{0,10}?(?:指数|[成综]指|\d00)(?:指数)?\s?(?:\([^()\n]{2,30}\)){0,2}";
    Regex::new(&format!(r"(?P<market>A\s?股|港股|香港|美国|美股|新三板|北交所|创业板|科创板|台股|台湾)(?:市场)?:\s?(?P<indices>{INDEX}(?:\s?(?:或|和|、)\s?{INDEX}){{0,2}})\s?(?:[;。,\n]|$)")).ok()
});
/// How far the sentence that says what a list is for may stand above it, in characters.
const ABOVE: usize = 260;
static ENGLISH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<market>[A-Z][A-Za-z()/ \n-]{3,40}): (?P<indices>(?:S&P|MSCI|Dow Jones|STOXX|TOPIX|Nikkei|Russell|FTSE|Hang Seng|CSI|Nifty|Sensex|BSE|NSE)[A-Za-z0-9&/ \n()-]{0,50}?)\s*(?:[;.,]|$)").ok()
});

/// Where the next market of a list begins inside the indices of one: 沪深300指数、港股基准指数为恒生指数.
static NEXT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[、及和与](?P<next>[^、及和与]{2,8}?(?:市场)?(?:的)?基准(?:指数)?[为是])").ok());

/// Reads the benchmarks in order of place, one a market.
pub(super) fn read(context: &Context<'_>) -> Vec<Located<Benchmark>> {
    let mut found: Vec<Located<Benchmark>> = Vec::new();
    let patterns = [(CHINESE.as_ref(), false), (LISTED.as_ref(), true), (ENGLISH.as_ref(), false)];
    for (pattern, listed) in patterns.into_iter().filter_map(|(pattern, listed)| Some((pattern?, listed))) {
        for captures in pattern.captures_iter(context.text()) {
            let (Some(market), Some(indices)) = (captures.name("market"), captures.name("indices")) else {
                continue;
            };
            // 港股:恒生指数 heads a paragraph on the day's market as well.
            if listed && !context.before(market.start(), ABOVE).contains("基准") {
                continue;
            }
            let mut place = Some((market.range(), indices.range()));
            while let Some((market, indices)) = place.take() {
                let Some((rest, at)) = next(context, &indices) else {
                    add(context, &mut found, market, indices);
                    break;
                };
                add(context, &mut found, market, indices.start..at);
                place = pattern.captures(context.slice(rest.clone())).and_then(|captures| {
                    let moved = |name| captures.name(name).map(|words| rest.start + words.start()..rest.start + words.end());
                    Some((moved("market")?, moved("indices")?))
                });
            }
        }
    }
    found
}

/// What follows the first market of a list inside what was taken for its indices, and where those end.
fn next(context: &Context<'_>, indices: &Range<usize>) -> Option<(Range<usize>, usize)> {
    let words = NEXT.as_ref()?.captures(context.slice(indices.clone()))?;
    let (whole, next) = (words.get(0)?, words.name("next")?);
    Some((indices.start + next.start()..indices.end, indices.start + whole.start()))
}

fn add(context: &Context<'_>, found: &mut Vec<Located<Benchmark>>, market: Range<usize>, indices: Range<usize>) {
    let names = alternatives(&context.words(indices.clone()));
    let words = context.words(market.clone()).replace(' ', if context.chinese { "" } else { " " });
    if !names.is_empty() && found.len() < MOST && found.iter().all(|known| known.value.market != words) {
        found.extend(context.located(Benchmark { market: words, indices: names }, market.start..indices.end));
    }
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

/// 沪深300指数(000300.SH) without its code; (针对协议转让标的) is a part of the name.
fn without_code(words: &str) -> &str {
    static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\s?[(（][A-Z\d]{2,8}\.\s?[A-Z]{2,4}[)）]").ok());
    CODE.as_ref().and_then(|code| code.find(words)).and_then(|code| words.get(..code.start())).unwrap_or(words)
}

/// `标普500或纳斯达克综合指数` to its names. What names no index is left out.
fn alternatives(words: &str) -> Vec<String> {
    let index = |name: &str| name.contains('指') || name.contains(|c: char| c.is_ascii_digit()) || name.is_ascii();
    // Words of the table beside the list are no part of an index.
    let other = |name: &str| ["预期", "预计", "涨幅", "跌幅", "评级"].iter().any(|word| name.contains(word));
    words
        .replace("或者", "或")
        .replace('/', if words.contains("指") { "或" } else { "/" })
        .split(['或', '、', '及'])
        .flat_map(|part| part.split("和"))
        .map(|part| self::name(without_code(part)))
        .filter(|name| name.chars().count() >= 3 && index(name) && !other(name))
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
            benchmarks("A 股市场以沪深 300 指数作为基准；美股市场以标普 500 指数或纳斯达克综合指数为基准。"),
            [pair("A股", &["沪深300"]), pair("美股", &["标普500", "纳斯达克综合指数"])]
        );
    }

    #[test]
    fn a_list_of_indices_with_their_codes() {
        assert_eq!(
            benchmarks(
                "相对同期代表性指数的涨跌幅作为基准。其中：A 股市场：沪深 300 指数（000300.SH）；香港市场：恒生指数（HSI.HI）；美国市场：标普 500 指数（SPX.GI）或纳斯达克指数（IXIC.GI）。"
            ),
            [pair("A股", &["沪深300"]), pair("香港", &["恒生指数"]), pair("美国", &["标普500", "纳斯达克指数"])]
        );
        assert!(benchmarks("周度回顾。A股市场：沪深300指数，上涨1.2%；香港市场：恒生指数，下跌0.8%。").is_empty());
    }

    #[test]
    fn a_list_parted_by_commas_of_enumeration() {
        assert_eq!(
            benchmarks("其中A股基准指数为沪深300指数、港股基准指数为恒生指数、美股基准指数为标普500/纳斯达克综合指数。"),
            [pair("A股", &["沪深300"]), pair("港股", &["恒生指数"]), pair("美股", &["标普500", "纳斯达克综合指数"])]
        );
        assert_eq!(
            benchmarks("A股市场(北交所除外)基准为沪深300指数,北交所市场基准为北证50指数或者三板成指。"),
            [pair("A股", &["沪深300"]), pair("北交所", &["北证50", "三板成指"])]
        );
    }

    #[test]
    fn a_cell_that_was_cut_names_the_index_alone() {
        assert_eq!(benchmarks("市场基准：\tA股市场以沪深300指数为市场基\n准；"), [pair("A股", &["沪深300"])]);
    }

    #[test]
    fn prose_names_no_benchmark() {
        assert!(benchmarks("香港市场以散户为主，美国市场采用做市商制度，A股市场以震荡上行为主。").is_empty());
    }
}
