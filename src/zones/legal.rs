//! Legal text that stands before the report: a notice on page one, a disclaimer placed first.
//!
//! Nothing closes it but the report itself, which has no fixed heading. So it ends at words that only a report has
//! (投资要点, a rating box), or where sentence after sentence says nothing a lawyer would.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;

/// Chinese characters without a legal word that are a report and no lawyer's aside.
const ASIDE: usize = 100;
/// Characters behind a cut that are looked at.
const SAMPLE: usize = 200;

/// What legal sentences say, and reports seldom.
static LEGAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"本(?:研究)?报告|本公司|我公司|本人|作者|投资者|免责|声明|承诺|责任|授权|许可|版权|资格|执业|合规|第三方|授意|薪酬|报酬|补偿|适当性|仅供|尾页|正文之后|最后一页|务必|法律|法规|证监会|证券业协会|保证|转载|复制|翻版|接收人|视其为|利益冲突|披露|审慎|损失|有风险|特此|公开资料|信息来源|经营范围|财务顾问",
    )
    .ok()
});
/// What begins a report's own text wherever it stands.
static CONTENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:投资|报告|内容)(?:要点|摘要|提要)|(?:主要|核心)观点|本(?:周|月|期)(?:要点|观点)|(?:投资|公司|行业|股票)?评级[:(\t ]{1,2}(?:\S{2,4}\()?(?:强烈推荐|推荐|买入|增持|中性|持有|看好|优于大[市势]|强于大市|领先大市|跑赢行业|超配|减持|卖出)|目标价(?:格)?[:\t ]|收盘价[:(\t ]",
    )
    .ok()
});

/// Where the report begins in `range`, which a legal heading opened; `None` when it is legal text to its end.
pub(super) fn content(text: &str, range: Range<usize>) -> Option<usize> {
    let stretch = text.get(range.clone())?;
    let cue = CONTENT.as_ref().and_then(|pattern| pattern.find(stretch)).map(|found| range.start + found.start());
    let cue = cue.filter(|cue| *cue > range.start);
    let stretch = text.get(range.start..cue.unwrap_or(range.end))?;
    let (mut at, mut begin, mut aside) = (range.start, None, 0);
    for (index, sentence) in stretch.split_inclusive(['。', ';', '!', '?', '\n', '\t']).enumerate() {
        if index == 0 || is_legal(sentence) {
            (begin, aside) = (None, 0);
        } else if begin.is_some() || !sentence.trim().is_empty() {
            let begin = *begin.get_or_insert(at);
            aside += sentence.chars().filter(|c| is_han(*c)).count();
            if aside >= ASIDE {
                return Some(begin);
            }
        }
        at += sentence.len();
    }
    // What stands between the last legal sentence and the words of a report belongs to the report.
    cue.map(|cue| begin.unwrap_or(cue))
}

/// Whether `text` goes on as legal text would: most of its first characters are in legal sentences. A footer alone
/// does not make it so.
pub(super) fn goes_on(text: &str) -> bool {
    let sample = text.char_indices().nth(SAMPLE).map_or(text, |(at, _)| text.get(..at).unwrap_or_default());
    let letters = |sentence: &str| sentence.chars().filter(|c| is_han(*c)).count();
    let legal: usize = sample.split(['。', '\n']).filter(|sentence| is_legal(sentence)).map(letters).sum();
    legal * 2 > letters(sample)
}

/// Whether a heading is Chinese: only its text is judged here by its words.
pub(super) fn is_chinese(words: &str) -> bool {
    words.chars().any(is_han)
}

fn is_legal(sentence: &str) -> bool {
    LEGAL.as_ref().is_some_and(|pattern| pattern.is_match(sentence))
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "公司三季度实现营业收入十二亿元,同比增长百分之八。分产品看,阀门销量回升,毛利率环比改善两个百分点。费用方面,运费下降带动销售费用率走低。需求端,海外订单自七月起恢复,客户补库意愿增强。产能端,二期厂房已经封顶,预计明年上半年投产,届时年产能将达到四十万套。";

    fn begins(text: &str) -> Option<&str> {
        content(text, 0..text.len()).map(|at| &text[at..])
    }

    #[test]
    fn a_notice_ends_where_the_report_begins() {
        let notice = "独立性声明:作者保证数据均来自合规渠道,结论不受任何第三方的授意、影响,特此声明。";
        let text = format!("{notice}{STORY}");
        assert_eq!(begins(&text), Some(STORY));
        let text = format!("{notice}\n望江阀门\n投资评级:买入(维持)\n");
        assert_eq!(begins(&text), Some("望江阀门\n投资评级:买入(维持)\n"));
        let text = format!("{notice}投资要点{STORY}");
        assert_eq!(begins(&text), Some(&text[notice.len()..]));
    }

    #[test]
    fn legal_text_runs_to_its_end() {
        let text = "免责声明\n本报告仅供望江证券客户使用。市场有风险,入市需谨慎。过往表现不代表未来。本公司经营范围:证券经纪;证券承销与保荐;证券自营。未经授权不得转载。";
        assert_eq!(begins(text), None);
    }

    #[test]
    fn a_tail_goes_on_as_legal_text() {
        assert!(goes_on("的信息来源于公开资料,本公司对其准确性不作任何保证。投资者据此操作,风险自担。"));
        assert!(!goes_on(STORY));
    }
}
