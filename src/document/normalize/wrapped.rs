//! Lines a PDF engine cut at the margin: `仅供我公司⏎客户使用` is one sentence.
//!
//! Joined is what can be nothing else: a long line that ends inside a sentence, and a line that goes on with it. A short
//! line may be a heading, and one that begins with a label may be a field, a grade of a table or an item of a list.

use super::{Token, is_han};

/// A line shorter than this many characters was not cut at a margin.
pub(super) const MARGIN: usize = 20;
/// The same for English lines.
const ENGLISH_MARGIN: usize = 40;
/// On the cover of an English report lines are headings and fields; how long they are tells which. In characters.
const COVER: usize = 4000;
/// Where the label of a field or an item ends at the latest, in characters.
const LABEL: usize = 10;

/// What a line of a figure's source or an item of a list ends or begins with, where nothing follows.
const CLOSED: &[&str] = &["风险", "预期", "整理", "有限公司", "研究所", "证券", "等", "评级", "以上", "以下", "之间"];
/// What begins a line that says where a figure is from.
const SOURCES: &[&str] = &["资料来源", "数据来源", "来源:", "注:", "图", "表"];

/// Line breaks inside sentences: numbers of tokens.
pub(super) struct Joints {
    /// To be taken out.
    pub(super) chinese: Vec<usize>,
    /// To become blanks.
    pub(super) english: Vec<usize>,
}

/// Finds the line breaks inside sentences among the tokens that are kept. `marked` tells those that stand for a
/// template's mark.
pub(super) fn joints(tokens: &[Token], keep: &[bool], marked: impl Fn(usize) -> bool) -> Joints {
    let seen: Vec<usize> = (0..tokens.len()).filter(|at| keep.get(*at) == Some(&true)).collect();
    let char_at = |at: &usize| tokens.get(*at).map_or('\n', |token| token.c);
    let mut joints = Joints { chinese: Vec::new(), english: Vec::new() };
    let mut lines = seen.split(|at| char_at(at) == '\n').peekable();
    let mut before = 0;
    while let Some(line) = lines.next() {
        before += line.len();
        let Some(next) = lines.peek() else { break };
        let Some(&joint) = seen.get(before) else { break };
        if !marked(joint) && is_printed(tokens, joint) {
            if quotes_on(line, next, char_at) || ends_inside(line, char_at) && goes_on(next, char_at) {
                joints.chinese.push(joint);
            } else if before > COVER && english(line, next, char_at) {
                joints.english.push(joint);
            }
        }
        before += 1;
    }
    joints
}

/// A line break of the source, not of a tag such as `</td></tr>`.
fn is_printed(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.end == token.start + 1)
}

/// Whether a line was cut inside a sentence.
fn ends_inside(line: &[usize], char_at: impl Fn(&usize) -> char) -> bool {
    let Some(last) = line.last().map(&char_at) else { return false };
    if line.len() < MARGIN || !(is_han(last) || matches!(last, ',' | '、')) || line.iter().any(|at| char_at(at) == '\t') {
        return false;
    }
    let head: String = line.iter().take(4).map(&char_at).collect();
    let tail: String = line.iter().skip(line.len() - 4).map(&char_at).collect();
    !SOURCES.iter().any(|source| head.starts_with(source)) && !CLOSED.iter().any(|closed| tail.ends_with(closed))
}

/// Longest part of a quotation that is looked for at either side of a line break, in characters.
const QUOTED: usize = 8;

/// `维持“买⏎入”评级`: whether a short quotation begins in one line and ends in the next.
fn quotes_on(line: &[usize], next: &[usize], char_at: impl Fn(&usize) -> char) -> bool {
    let opened = line.iter().rev().take(QUOTED).position(|at| matches!(char_at(at), '“' | '”'));
    let closed = next.iter().take(QUOTED).position(|at| matches!(char_at(at), '“' | '”'));
    let mark = |line: &[usize], at: Option<usize>| at.and_then(|at| line.get(at)).map(&char_at);
    let (begins, ends) = (opened.map(|back| line.len() - 1 - back), closed);
    mark(line, begins) == Some('“') && mark(next, ends) == Some('”') && begins.is_some_and(|at| at + 1 < line.len())
}

/// Whether an English sentence was cut between two words.
fn english(line: &[usize], next: &[usize], char_at: impl Fn(&usize) -> char) -> bool {
    let small = |c: char| c.is_ascii_lowercase();
    let cut = line.len() >= ENGLISH_MARGIN && line.last().map(&char_at).is_some_and(|c| small(c) || matches!(c, ','));
    let rest = next.iter().take(3).map(&char_at).collect::<String>();
    let on = rest.starts_with(small) && rest.chars().all(|c| small(c) || matches!(c, ' ' | ',' | '-')) && next.len() > 3;
    cut && on && !line.iter().chain(next).any(|at| char_at(at) == '\t')
}

/// Whether a line can be nothing but the rest of a sentence.
fn goes_on(line: &[usize], char_at: impl Fn(&usize) -> char) -> bool {
    let begins = line.first().map(&char_at).is_some_and(is_han);
    let label = line.iter().take(LABEL).any(|at| matches!(char_at(at), ':' | ' '));
    let counted = line.get(1).map(&char_at) == Some('、');
    let said = line.len() >= MARGIN || line.iter().any(|at| matches!(char_at(at), ',' | '。' | ';' | '、'));
    begins && said && !label && !counted && !line.iter().any(|at| char_at(at) == '\t')
}

#[cfg(test)]
mod tests {
    use super::super::Normalized;

    fn text(source: &str) -> String {
        Normalized::new(source).text().to_owned()
    }

    #[test]
    fn sentences_cut_at_the_margin_are_whole() {
        let cut = "本报告版权归望江证券股份有限公司所有，仅供我公司\n客户使用。未经许可不得转载、复制，亦不得引用。";
        assert_eq!(text(cut), cut.replace('\n', "").replace('，', ","));
        let thrice = "公司三季度实现营业收入十二亿元，同比增长百分之\n八，其中阀门销量回升带动的部分约占三分之二，其余\n来自价格。";
        assert_eq!(text(thrice), thrice.replace('\n', "").replace('，', ","));
    }

    #[test]
    fn a_quotation_cut_at_the_margin_is_whole() {
        assert_eq!(text("对应市盈率34倍,维持“买\n入”评级。"), "对应市盈率34倍,维持“买入”评级。");
        for source in ["维持“买入”\n“增持”下调", "维持“\n入”", "维持“买入\n评级不变,目标价不变,仍看好”"]
        {
            assert_eq!(text(source), source);
        }
    }

    #[test]
    fn english_sentences_cut_at_the_margin_are_whole() {
        let cover = "Harbour Cove\n".repeat(400);
        let text = |source: &str| text(&format!("{cover}{source}")).split_off(cover.len());
        let cut = "Order intake in the quarter was well above the one\nrecorded a year ago, and cancellations, which were\nrare, came from one client.";
        assert_eq!(text(cut), cut.replace('\n', " "));
        assert_eq!(super::super::Normalized::new(cut).text(), cut);
        for source in [
            "Order intake in the quarter was well above the last.\nrecorded a year ago",
            "Robot systems\ngrowth and margins",
            "Order intake in the quarter was well above the one\nHarbour Cove",
            "Order intake in the quarter\t1\twas well above the one\nrecorded",
        ] {
            assert_eq!(text(source), source);
        }
    }

    #[test]
    fn other_lines_stay_apart() {
        for source in [
            "望江证券研究报告\n公司三季度实现营业收入十二亿元。",
            "宏观经济增速放缓导致公司下游需求持续低于预期\n原材料价格上涨导致毛利率下降,现金流承压。",
            "预计未来六个月内行业指数表现优于市场指数百分之十\n中性",
            "公司三季度实现营业收入十二亿元同比增长百分之八\n风险提示:需求回落。",
            "公司三季度实现营业收入十二亿元同比增长百分之八\n一、本周行情回顾,板块上涨。",
            "资料来源:望江证券研究所根据公司公告和调研纪要汇总\n从图中可以看到,公司收入上升。",
            "阀门\t公司三季度实现营业收入十二亿元同比增长百分\n之八,其余来自价格。",
            "公司三季度实现营业收入十二亿元同比增长百分之八。\n其中阀门销量回升,价格持平。",
        ] {
            assert_eq!(text(source), source);
        }
    }
}
