//! Runs of rating definitions, found by what they say where their heading is lost or unusual.
//!
//! `买入:预期…20%以上;增持:预期…` is a table of definitions under any heading. Three definitions in a row make one.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Regex, Text};

/// Furthest the next definition may begin behind the end of the one before, in bytes.
const NEAR: usize = 360;

/// A grade and how it is measured; or the measure and its grade.
static DEFINITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const GRADE: &str = "强烈推荐|[谨审]慎推荐|推荐|强推|[谨审]慎增持|[谨审]慎买入|买入|買入|增持|优于大[市势]|强于大[市盘]|领先大[市势]|跑赢(?:行业|大市|大盘)|看好|超配|标配|中性|中立|持有|观望|(?:同步|跟随|落后|弱于)大[市势盘]|跑输(?:行业|大市|大盘)|看淡|低配|回避|规避|减持|卖出|賣出";
    Regex::new(&format!(
        r"(?:{GRADE})(?:评级)?[”\x22)]?(?:\([A-Za-z ]{{2,24}}\))?[\s:\-—–|]{{0,5}}(?:指|表示)?(?:我们)?(?:预期|预计|未来|相对|股价|行业|个股|公司|分析|报告|目标价|\d)[^。;\n]{{0,70}}?(?:\d\s?%|指数|基准|大盘|大市|市场|持平)(?:[^。;\n]{{0,16}}?(?:以上|以下|之间|持平))?|[-+]?\d{{1,3}}%?(?:以上|以下|[-~至][-+]?\d{{1,3}}%)(?:之间)?为[“\x22]?(?:{GRADE})[”\x22]?评级"
    ))
    .ok()
});
/// The same in English: a grade at the head of a line or sentence, measured by return or benchmark.
static ENGLISH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const GRADE: &str = "Strong Buy|Buy|BUY|Accumulate|ACCUMULATE|Add|ADD|Outperform|OUTPERFORM|Overweight|OVERWEIGHT|Neutral|NEUTRAL|Hold|HOLD|Equal[- ]?[Ww]eight|Market[- ]Perform|MARKET[- ]PERFORM|Reduce|REDUCE|Underperform|UNDERPERFORM|Underweight|UNDERWEIGHT|Sell|SELL|Bullish|Bearish|NOT RATED|Not [Rr]ated";
    Regex::new(&format!(
        r"(?:(?m:^)|[;(.:]\s|\d - |and |rating of |\ba )['‘“]?(?:{GRADE})['’”]?,?\s?(?:\(\w{{1,3}}\))?(?: stance,?| rating)?[\s:=–-]{{0,4}}(?:\(|stocks? |Stock |Industry |indicates |is |Expected |expected |ETR |for |the |total |Total )[^;]{{0,160}}?(?:return|outperform|underperform|in[- ]line|benchmark|Benchmark|negative ETR|rated by)"
    ))
    .ok()
});

/// The stretches of `text` that hold at least three definitions close together.
pub(super) fn runs(text: &Text) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> =
        [DEFINITION.as_ref(), ENGLISH.as_ref()].into_iter().flatten().flat_map(|p| p.find_iter(text)).map(|found| found.range()).collect();
    found.sort_by_key(|range| range.start);
    let mut runs: Vec<(Range<usize>, usize)> = Vec::new();
    for range in found {
        match runs.last_mut() {
            Some((run, count)) if range.start <= run.end + NEAR => {
                run.end = run.end.max(range.end);
                *count += 1;
            }
            _ => runs.push((range, 1)),
        }
    }
    runs.into_iter().filter(|(_, count)| *count >= 3).map(|(run, _)| line_end(text, run)).collect()
}

/// A run goes on to the end of its last sentence or line, where that is near.
fn line_end(text: &str, run: Range<usize>) -> Range<usize> {
    let rest = text.get(run.end..).unwrap_or_default();
    let end = rest.char_indices().take(40).find(|(_, c)| matches!(c, '。' | ';' | '\n')).map_or(0, |(at, c)| at + c.len_utf8());
    run.start..run.end + end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_found_without_their_heading() {
        for text in [
            "正文。买入:未来6个月公司相对大盘涨幅15%以上;增持:未来6个月公司相对大盘涨幅5%至15%;卖出:未来6个月公司相对大盘跌幅5%以上。基准",
            "正文。30%以上为买入评级;15%-30%为增持评级;-15%以下为减持评级。",
            "Text.\nBUY\n: Stock with potential return of over 15%\nHOLD\n: Stock with potential return of +15% to -10%\nSELL\n: Stock with potential loss or return below\n",
        ] {
            assert_eq!(runs(&Text::from(text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn prose_is_no_run() {
        assert!(runs(&Text::from("推荐公司甲,相对大盘表现较好。看好行业指数。维持买入评级,预计公司股价跑赢大盘。")).is_empty());
    }
}
