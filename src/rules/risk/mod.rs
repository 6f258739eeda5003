//! Items of the report's own risk section.
//!
//! 风险提示 names three things: the report's risks, a line in a table of contents, and legal text about using the
//! report (`domain.md` T13). Only the first is read: what follows must be a list of risks, not legal wording.

mod english;

use std::ops::Range;

use crate::document::Match;
use crate::domain::Located;
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, first, group, has, is_han, trim};

/// A section is no longer than this, in characters.
const LONGEST: usize = 900;
/// No report names more.
const MOST: usize = 60;
/// The name of a risk is no longer than this, in characters.
const NAME: usize = 20;
/// A clause longer than this explains a risk, in characters.
const EXPLANATION: usize = 36;
/// An item is no longer than this, in characters.
const ITEM: usize = 160;

static HEADING: Pattern = Pattern::new(|| {
    compile(
        r"(?:投资|主要|核心)?风险(?:提示|因素|分析|揭示|警示)(?:\s?\([^()\n]{2,24}\)\s?[:：]|\s?[:：。])?\s*|风险及不确定性?因素(?:提示)?\s?[:：]?\s*|[\p{Han}]{0,4}主要风险(?:\s?[:：]\s*|\s?\n\s*)|核心假设风险\s?[:：]?\s*|(?m:^)(?:主要)?(?:下行)?风险\s?(?:[:：]|\n)\s*|。风险[:：]\s*|(?:主要|下行){1,2}风险(?:包括|在于|有)\s?[:：]\s*",
    )
});
/// What stands before 风险提示 when it is not the report's own section.
static NOT_BEFORE: Pattern =
    Pattern::new(|| compile(r"(?:法律声明及|声明及|声明与|使用本(?:研究)?报告的|报告的|免责|阅读|详见|参见|参阅|以及|的相关)$"));
/// Legal wording, contents, prose that is no list of risks.
static NOT_AFTER: Pattern = Pattern::new(|| {
    compile(
        r"^(?:及|与|和|的|部分|页|章)|^[^。;,\n]{0,24}(?:本(?:证券)?(?:研究)?报告|报告所载|本公司|我公司|我们在此|证券市场是|版权|投资者(?:应|在|据)|提醒您|据此入市|投资需谨慎|股市有风险|法律声明|免责)|^\s?[.…·]{2,}|^\s?\d{0,3}\s*(?:\n|$|[.…]{2,})",
    )
});
/// The end of a section: the next field, heading, sentence of another kind.
static END: Pattern = Pattern::new(|| {
    compile(
        r"\n\s*#|\n\s*\n|[■❑⚫◆●◼◾➢\x{e000}-\x{f8ff}]|(?:盈利预测|财务(?:预测|摘要|数据|报表)|投资建议|附表|附录|图表?\s?\d|表\s?[\d:]|[.…·]{4,}|资料来源|数据来源|相关(?:研究|报告)|分析师|研究员|联系人|作者|重点(?:公司|标的|推荐)|证券研究报告|请务必|敬请|请阅读|目录|正文目录|摘要\(|摘要\s?\(|股价走势|市场数据|基础数据|评级(?:增持|买入|$)|单季度|当前价|目标价|免责声明|特别声明|主要财务|\d{4}A\d{4}|20\d\d[AE]\b|P/E|EPS|SAC|KEY\s?POINTS|(?:百万|亿|万)?元(?:[,,]|\))|\(百万|https?://|www\.|[^\p{Han}]YOY|行业(?:深度|专题|研究|点评|跟踪|周)(?:报告|周报|报)|专题报告|深度报告|财务摘要|估值指标|目录|(?:公司|行业|投资|前次|上次|最新)评级|等因素|等风险(?:建议|重点|投资|\d)|评级变动|股票代码|买入\(|增持\(|推荐\(|(?:强于大市|优于大市|看好|超配|同步大市)\(|风险提示\d|-?\d{1,3}%-?\d{1,3}%|行业报告\||目录\d|\p{Han}{2,4}证券(?:研究所|证券研究报告|股份有限公司)?(?:$|\n|证券|研究)|报告[A-Z]\d{4}|\t)",
    )
});
static ENUMERATOR: Pattern = Pattern::new(|| {
    compile(
        r"(?:^|[\s。;,、:])(?:\(?\d{1,2}\)|\d{1,2}[、.)]\s?|[①②③④⑤⑥⑦⑧⑨⑩]|\([一二三四五六七八九十]\)|[一二三四五六七八九十]、|(?:第)?[一二三四五六](?:是|,))",
    )
});
static TAIL: Pattern = Pattern::new(|| compile(r"(?:等(?:风险|因素|方面)?|等等)?[。;,.、\s]*$"));

/// Risks of every section, none twice.
pub(super) fn read(context: &Context<'_>) -> Vec<Located<String>> {
    let mut items: Vec<Located<String>> = Vec::new();
    let sections = if context.chinese { chinese(context) } else { english::sections(context) };
    for range in sections {
        let Some(item) = context.located_words(range) else {
            continue;
        };
        if items.len() == MOST {
            break;
        }
        let same = |other: &Located<String>| alike(&other.value, &item.value);
        if !items.iter().any(same) {
            items.push(item);
        }
    }
    items
}

/// The same risk, or one that only says more.
fn alike(one: &str, other: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let (one, other) = (bare(one), bare(other));
    one == other || one.starts_with(&other) || other.starts_with(&one)
}

fn chinese(context: &Context<'_>) -> Vec<Range<usize>> {
    let text = context.text();
    let mut items = Vec::new();
    for found in captures(&HEADING, text) {
        let Some(heading) = found.get(0) else {
            continue;
        };
        let start = heading.end() + below_number(context.after(heading.end(), LONGEST));
        let after = context.after(start, LONGEST);
        if has(&NOT_BEFORE, context.before(heading.start(), 10)) || has(&NOT_AFTER, context.after(start, 90)) {
            continue;
        }
        // Without a colon or a break the words may stand in a sentence: `做好风险提示工作`.
        let parted = heading.as_str().contains([':', '：', '\n']) || heading.as_str().ends_with(' ');
        let starts = text.get(..heading.start()).is_none_or(|before| {
            before
                .trim_end_matches(' ')
                .ends_with(['\n', '。', '.', '■', '、', '◼', '⚫', '▌', '➢', '►', '✓', '$', '\u{f06c}', '\u{f06e}', '\u{f076}', '》', '”', ')'])
                // The source of a table, glued before the heading.
                || (["研究所", "研究院", "整理"].iter().any(|source| before.ends_with(source)) && risky(after.split(',').nth(1).unwrap_or(after)))
                || before.is_empty()
        });
        let numbered = text.get(..heading.start()).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
        if !(parted || starts || numbered) {
            continue;
        }
        // A field mark of the template begins another field.
        let mark = context.document.normalized.bookmarks().iter().map(|mark| mark.at).find(|&at| at > start + 6);
        let after = mark.and_then(|at| after.get(..at.saturating_sub(start))).unwrap_or(after);
        let below = heading.as_str().contains('\n');
        items.extend(split(context, section(start, after, below)));
    }
    if items.is_empty() {
        items.extend(captures(&GLUED, text).filter_map(|found| group(&found, "risks")).flat_map(|risks| split(context, risks)));
    }
    items
}

/// How much of the words below a heading is the section's number on a line of its own, where a sentence of risks follows:
/// a channel prints its headings so, and a list of contents a page.
fn below_number(after: &str) -> usize {
    static NUMBERED: Pattern = Pattern::new(|| compile(r"^\s*\d{1,2}\s*\n\s*(?P<text>[^\n]{16,}。)"));
    let text = first(&NUMBERED, after).and_then(|found| group(&found, "text"));
    text.filter(|text| after.get(text.clone()).is_some_and(|text| has(&RISKY, text))).map_or(0, |text| text.start)
}

/// In run-on text the heading 风险 and the sentence below it.
static GLUED: Pattern = Pattern::new(|| {
    compile(
        r"[。%]风险(?P<risks>(?:[^提因偏资溢暴敞收评管控警揭分可较已在是包主与和也仍将释出点来有平指模等特\P{Han}]|公司)[^。\n]{4,120}(?:不及预期|[低弱]于预期|超预期|加剧|下滑|恶化|下降|放缓|受阻|延后|趋严|反复))。",
    )
});

/// The words of a section that begins at `start`; `below`: its heading has a line of its own.
fn section(start: usize, after: &str, below: bool) -> Range<usize> {
    let lines = numbered_lines(after);
    let mut end = END
        .as_ref()
        .and_then(|end| {
            let found = |found: &Match<'_>| {
                let blank = found.as_str().trim().is_empty();
                let next = after.get(found.end()..).unwrap_or_default();
                found.start() > 0 && found.start() >= lines && !(blank && below && lines == 0 && named(after) && named(next))
            };
            end.find_iter(after).find(found).map(|found| found.start())
        })
        .unwrap_or(after.len());
    // A numbered list that ends with a sentence's end is the whole section.
    let list = after.get(..lines).unwrap_or_default().trim_end();
    if list.ends_with(['。', ';', '.']) || list.contains('\n') {
        end = lines;
    }
    // Behind the heading on its line: the paragraph is the section.
    if lines == 0 && !(below && listed(after)) {
        end = end.min(paragraph(after));
    }
    // A heading of its own line: the list below may have a line each, to a blank line; paragraphs each name a risk first.
    if lines == 0 {
        let words = after.get(..end).unwrap_or_default();
        // The first full stop after which the text turns to something else.
        let paragraphs = below && named(after);
        let stop = words.char_indices().filter(|(_, c)| *c == '。').map(|(at, c)| at + c.len_utf8()).find(|&at| {
            let rest = words.get(at..).unwrap_or_default();
            // A paragraph explains its risk to its end.
            if paragraphs && !rest.trim_start_matches(' ').starts_with('\n') && !rest.trim().is_empty() {
                return false;
            }
            let rest = rest.trim_start();
            rest.is_empty()
                || rest.starts_with("注:")
                || rest.starts_with("注(")
                || !(numbered(rest) && !anew(rest) || risky(rest) || paragraphs && named(rest))
        });
        end = stop.unwrap_or(end);
    }
    start..start + end
}

/// A paragraph that names a risk and then explains it: behind a colon, or in sentences of their own.
static NAMES: Pattern = Pattern::new(|| compile(r"^\s*(?:\(?\d{1,2}[.、)]\s?)?(?P<name>[^\n:,。;]{3,26})(?::\s?[^\n]{8,}|。[^\n]{8,})"));

/// Whether a paragraph names a risk before it explains it.
fn named(paragraph: &str) -> bool {
    first(&NAMES, paragraph)
        .and_then(|found| group(&found, "name"))
        .is_some_and(|name| paragraph.get(name).is_some_and(|name| has(&RISKY_END, name)))
}

/// Whether the paragraphs below a heading name a risk each, or are a risk a line.
fn listed(after: &str) -> bool {
    let mut lines = after.lines().map(str::trim).filter(|line| !line.is_empty()).take(2);
    let risk = |line: &str| {
        named(line)
            || line.chars().count() < ITEM / 2 && line.matches('。').count() < 2 && has(&RISKY_END, line.trim_end_matches(['。', ';']))
    };
    lines.next().is_some_and(risk) && lines.next().is_some_and(risk)
}

/// The end of the first paragraph: a line break behind a sentence's end.
fn paragraph(after: &str) -> usize {
    after
        .match_indices('\n')
        .map(|(at, _)| at)
        .find(|&at| after.get(..at).is_some_and(|line| line.trim_end().ends_with(['。', '.', '期', '险', '等'])))
        .unwrap_or(after.len())
}

/// Whether the text goes on with a numbered sentence.
fn numbered(text: &str) -> bool {
    let head = |chars: usize| text.char_indices().nth(chars).map_or(text, |(at, _)| text.get(..at).unwrap_or_default());
    has(&ENUMERATOR, head(6)) && head(14).chars().filter(|c| is_han(*c)).count() > 5
}

/// Whether the first heading of the body follows, glued to the section: `1、研究回顾`.
fn anew(rest: &str) -> bool {
    ["1、", "1.", "一、"].iter().any(|mark| rest.starts_with(mark)) && !has(&RISKY, &rest.chars().take(ITEM / 2).collect::<String>())
}

/// Where a list of numbered lines ends; 0 where there is none.
fn numbered_lines(after: &str) -> usize {
    let mut at = 0;
    let mut end = 0;
    for line in after.split_inclusive('\n') {
        let words = line.trim();
        if words.is_empty() && end == at {
            at += line.len();
            end = if end == 0 { 0 } else { at };
            continue;
        }
        // A run-on text is one line, whatever it starts with.
        if words.chars().count() < ITEM
            && words.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '①'..='⑩'))
            && first(&ENUMERATOR, words).and_then(|found| found.get(0)).is_some_and(|found| found.start() == 0)
        {
            at += line.len();
            end = at;
        } else {
            break;
        }
    }
    end
}

/// Words by which a clause is a risk.
static RISKY: Pattern = Pattern::new(|| {
    compile(
        r"风险|下行|问题|事件|事故|减值|违约|流失|积压|缺失|过高|高企|走弱|走高|收缩|亏损|不足|疲弱|低迷|失控|处罚|不及|低于|超预期|不达|加剧|下滑|下降|恶化|波动|不确定|放缓|趋严|趋缓|反复|减弱|爆发|收紧|扰动|变化|上升|变动|失败|延期|滞后|偏慢|偏弱|疲软|受阻|流失|上涨|蔓延|冲击|摩擦|降价|衰退|紧缩|升级|回落|压力|制裁|竞争|下行|弱于|慢于|小于|转弱|过剩|紧缺|短缺|紧张|缺货",
    )
});

fn risky(text: &str) -> bool {
    let head: String = text.chars().take_while(|c| !matches!(c, '。' | ';' | '\n')).take(60).collect();
    has(&RISKY, &head) && head.chars().count() < 50
}

/// A paragraph that names a risk and then explains it.
static NAMED: Pattern = Pattern::new(|| compile(r"(?m)^\s*(?:\d[.、)]\s?)?[^\n:,。]{4,24}:[^\n]{12,}"));

/// The numbers of an enumeration; `、1.6T` is a quantity.
fn numbers(words: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let found = ENUMERATOR.as_ref().into_iter().flat_map(move |enumerator| enumerator.find_iter(words));
    let glued = captures(&GLUED_NUMBER, words).filter_map(|found| group(&found, "number").map(|number| (number.start, number.end)));
    found.filter(move |found| !quantity(words, found)).map(|found| (found.start(), found.end())).chain(glued)
}

/// A number glued behind the item before it: `贸易摩擦加剧2.地缘冲突`.
static GLUED_NUMBER: Pattern = Pattern::new(|| {
    compile(r"(?:预期|加剧|风险|波动|下滑|下降|恶化|上升|上涨|爆发|放缓|冲击|不足|变化|减弱|收紧)(?P<number>[1-9][.、])\p{Han}")
});

/// Whether the point behind a number is a decimal one.
fn quantity(words: &str, found: &Match<'_>) -> bool {
    let rest = words.get(found.end()..).unwrap_or_default();
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    found.as_str().ends_with('.') && unit.len() < rest.len() && !unit.starts_with(is_han)
}

/// Cuts a section into its items.
fn split(context: &Context<'_>, section: Range<usize>) -> Vec<Range<usize>> {
    let words = context.slice(section.clone());
    let named = first(&NAMED, words).is_some();
    let strong = named
        || words.contains([';', '；'])
        || words.trim().contains('\n')
        || numbers(words).count() > 1
        || words.trim().trim_end_matches('。').contains('。');
    let mut cuts: Vec<(usize, usize)> = words
        .char_indices()
        .filter(|(at, c)| match c {
            ';' | '。' | '\n' => true,
            ',' | '、' => !strong && clause_ends(words, *at),
            _ => false,
        })
        .map(|(at, c)| (at, at + c.len_utf8()))
        .collect();
    cuts.extend(numbers(words));
    cuts.sort_unstable();
    let mut items = Vec::new();
    let mut at = 0;
    for (start, end) in cuts.into_iter().chain([(words.len(), words.len())]) {
        if start >= at {
            items.push(at..start);
        }
        at = at.max(end);
    }
    let found: Vec<Range<usize>> = items
        .into_iter()
        .filter_map(|item| {
            let range = trim(context.text(), section.start + item.start..section.start + item.end);
            let words = context.slice(range.clone());
            let lead = words.len()
                - words.trim_start_matches(['-', '•', '*', ' ', ':', '、', ',', '(', ')', '\u{f06c}', '\u{f06e}', '\u{f0d8}']).len();
            let body = words.get(lead..).unwrap_or_default();
            // `通胀超预期:海内外通胀演绎…`: the name of the risk stands before the colon.
            let body = body.split_once(':').map_or(body, |(name, _)| if (4..=24).contains(&name.chars().count()) { name } else { body });
            let number =
                first(&NUMBER, body).and_then(|found| found.get(0)).filter(|found| !quantity(body, found)).map_or(0, |found| found.end());
            let (lead, body) = (lead + number, body.get(number..).unwrap_or_default());
            let body = first(&GLUED_NAME, body).and_then(|found| group(&found, "name")).map_or(body, |name| body.get(name).unwrap_or(body));
            let tail = first(&TAIL, body).and_then(|found| found.get(0)).map_or(body.len(), |found| found.start());
            // The page's number, or the figures of the table below, glued to the last words.
            let kept = body.get(..tail).unwrap_or_default();
            let tail = first(&FIGURES, kept)
                .and_then(|found| found.get(0))
                .map_or(tail, |found| found.start() + found.as_str().find(|c: char| !is_han(c)).unwrap_or(0));
            let count = body.get(..tail).map_or(0, |body| body.chars().count());
            let bad = has(&RISKY, body) || (count < 20 && !body.contains(|c: char| c.is_ascii_digit()));
            ((3..=ITEM / 2).contains(&count) && bad && !has(&LEGAL, body)).then_some(range.start + lead..range.start + lead + tail)
        })
        .collect();
    // Among named risks a long sentence explains the one before it.
    let count = |range: &Range<usize>| context.slice(range.clone()).chars().count();
    let short = found.iter().filter(|range| count(range) <= NAME).count();
    let paragraphs = words.lines().filter(|line| self::named(line)).take(2).count() > 1;
    let explains = |range: &Range<usize>| {
        let words = context.slice(range.clone());
        // Paragraphs that name a risk each explain it to their end.
        let line = range.start - context.slice(section.start..range.start).rsplit('\n').next().map_or(0, str::len);
        let behind = paragraphs && context.slice(line..range.start).contains(['。', ':']);
        behind || short > 1 && words.contains(',') && (count(range) > EXPLANATION || count(range) > NAME && has(&SUPPOSES, words))
    };
    found.iter().filter(|range| !explains(range)).cloned().collect()
}

/// `市场波动风险` glued to the sentence that explains it.
static GLUED_NAME: Pattern = Pattern::new(|| compile(r"^(?P<name>[\p{Han}]{2,9}风险)[^的、及和,;。\p{P}][^,;]{8,}"));

/// A risk's last word with digits behind it.
static FIGURES: Pattern = Pattern::new(|| compile(r"(?:风险|预期|加剧|下滑|下降|波动|不及|事件|问题|下行)[\d(%-].*$"));

/// Words a sentence begins with that explains the risk before it.
static SUPPOSES: Pattern = Pattern::new(|| compile(r"^(?:若|如果|如|一旦|假如|目前|当前|由于|随着|受)"));

static NUMBER: Pattern = Pattern::new(|| compile(r"^(?:\d{1,2}[.、)]\s?)+"));

/// What an item never holds.
static LEGAL: Pattern = Pattern::new(|| {
    compile(
        r"^来源|^数据来源|^资料来源|本报告|本公司|投资者|投资建议|^(?:等核心内容|若缺少)|无法提交|评级|板块$|http|财务摘要|目录|版权|免责|声明|\[|#|请务必|基准|行业研究p|几个方面|主要(?:有|包括)|20\d\d年\d|^[^\p{Han}]{0,6}$|^(?:因此|此外|从而|进而|影响我们)",
    )
});

/// A comma parts two risks when what stands before it already says what is bad.
fn clause_ends(words: &str, at: usize) -> bool {
    let before = words.get(..at).unwrap_or_default();
    let clause: String =
        before.chars().rev().take_while(|c| !matches!(c, ',' | '、' | ';' | '。' | '\n')).collect::<Vec<_>>().into_iter().rev().collect();
    // 随着市场变化,模型可能失效: the first clause is no risk of its own.
    if ["随着", "如果", "若", "倘若", "由于", "假如", "当"].iter().any(|word| clause.trim_start().starts_with(word)) {
        return false;
    }
    has(&RISKY_END, &clause)
        || words.matches(['、', ',']).count() > 0 && !words.get(at..).is_some_and(|rest| rest.starts_with('、')) && has(&RISKY, &clause)
}

/// Endings of a whole risk.
static RISKY_END: Pattern = Pattern::new(|| {
    compile(
        r"(?:风险|预期|下行|问题|事件|事故|减值|违约|积压|缺失|高企|走弱|走高|收缩|亏损|疲弱|低迷|失控|处罚|不达|压力|竞争|趋缓|衰退|回升|加快|延后|推迟|受限|收窄|退坡|减少|加剧|下滑|下降|恶化|波动|确定性|放缓|趋严|反复|减弱|爆发|收紧|扰动|变化|上升|变动|失败|延期|滞后|偏慢|偏弱|疲软|受阻|流失|上涨|蔓延|冲击|摩擦|降价|衰退|偏好|升级|回落|不足|过快|过高|紧缺|短缺|紧张|缺货|过剩)$",
    )
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn list(text: &str) -> Vec<String> {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        read(&Context::new(&document, &zones)).into_iter().map(|item| item.value).collect()
    }

    #[test]
    fn notes_and_explanations_are_no_items() {
        assert_eq!(
            list("正文。风险提示:血浆供应不及预期、行业监管风险、政策风险。注:(1)为方便对比,本文统计已进行标化处理。"),
            ["血浆供应不及预期", "行业监管风险", "政策风险"]
        );
        assert_eq!(
            list(
                "正文。\n风险提示:需求持续疲软;贸易摩擦反复;如果移动终端、功率器件和新能源汽车的推出不达预期,将可能影响相应行业景气度和电子产品需求。\n\n## 分析师声明"
            ),
            ["需求持续疲软", "贸易摩擦反复"]
        );
    }

    #[test]
    fn one_risk_in_a_sentence_where_no_list_says_more() {
        let text = "Cold Chains\n\nReiterate Buy on Harbour; key risk is a release of capacity with a bigger wave ahead\n\nRates rose.\n";
        assert_eq!(list(text), ["a release of capacity with a bigger wave ahead"]);
        let text =
            "Cold Chains\nThe key risk is a price war.\nKey downside risks include weaker demand, higher costs, and slower growth.\n";
        assert_eq!(list(text), ["weaker demand", "higher costs", "slower growth"]);
    }

    #[test]
    fn english_lists_end_where_another_list_or_a_table_begins() {
        assert_eq!(
            list(
                "Risks\nDownside risks to our rating include: i) weak orders for pumps; ii) rising steel costs; and iii) a change in rules.\nAppendix\nThe analysts of this note are either (i) named in the author block or (ii) listed in bold beside what they wrote."
            ),
            ["weak orders for pumps", "rising steel costs", "a change in rules"]
        );
        assert_eq!(
            list(
                "Risks\nKey downside risks include loss of share at clients, slower growth, and higher interest expense.\n1,049 2,186,523\nGross profit\n84,091 133,983"
            ),
            ["loss of share at clients", "slower growth", "higher interest expense"]
        );
        assert!(list("Risks\nDownside risks to our rating include:\n•\n•\n•\nHarrow Quill Research\n19 March 2026\n").is_empty());
    }

    #[test]
    fn lists_in_every_dress() {
        for (text, expected) in [
            (
                "正文。风险提示：政策优化不及预期、推进进度不及预期、内容监管趋严。\n\n## 分析师声明",
                vec!["政策优化不及预期", "推进进度不及预期", "内容监管趋严"],
            ),
            (
                "正文。\n风险提示：落地节奏不及预期、1.6T 模块物料紧缺、行业竞争加剧。\n\n财务数据\n",
                vec!["落地节奏不及预期", "1.6T 模块物料紧缺", "行业竞争加剧"],
            ),
            ("正文。\n\n### 风险提示\n\n1. 贸易战加剧  \n2. 地缘风险加剧  \n\n### 目录\n", vec!["贸易战加剧", "地缘风险加剧"]),
            ("看好龙头。风险提示：1、行业景气度下滑。2、制造成本上升。2021年03月28日请务必阅读", vec!["行业景气度下滑", "制造成本上升"]),
            (
                "维持评级。风险提示：新品推广低于预期；研发进展不及预期；疫情蔓延等。[Table_PicQuote]股价走势",
                vec!["新品推广低于预期", "研发进展不及预期", "疫情蔓延"],
            ),
            (
                "风险提示：产业政策低于预期，市场风格偏好，技术、竞争和政策路线风险。\n\n正文目录",
                vec!["产业政策低于预期", "市场风格偏好", "技术、竞争和政策路线风险"],
            ),
            (
                "风险提示：海外超预期衰退，影响国内复苏；政策超预期变化；海外波动加剧。\n\n## 目录",
                vec!["海外超预期衰退，影响国内复苏", "政策超预期变化", "海外波动加剧"],
            ),
        ] {
            assert_eq!(list(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_glued_behind_is_no_item() {
        for (text, expected) in [
            ("看好龙头。风险提示：海外扰动风险，宏观下行风险。(3)14314865Mar-20Jul-20(%)电子沪深300", vec!["海外扰动风险", "宏观下行风险"]),
            (
                "看好龙头。风险提示：新品种研发进展低于预期；企业经营质量管理风险2行业高壁垒，需求大有可为。",
                vec!["新品种研发进展低于预期", "企业经营质量管理风险"],
            ),
            ("评级。■风险提示：新品研发不及预期(百万元)201820192020E主营收入1,558.5", vec!["新品研发不及预期"]),
            ("评级。风险提示：1、行业监管风险；2、竞争加剧风险17862553YOY(%)", vec!["行业监管风险", "竞争加剧风险"]),
            ("评级。风险提示：需求波动，审批延后，竞争加剧\n[Table_Title]谈判符合预期\n", vec!["需求波动", "审批延后", "竞争加剧"]),
            ("评级。风险提示：需求波动，竞争加剧\n公司评级 买入\n前次评级 买入\n", vec!["需求波动", "竞争加剧"]),
        ] {
            assert_eq!(list(text), expected, "{text}");
        }
    }

    #[test]
    fn paragraphs_name_a_risk_and_explain_it() {
        for text in [
            "正文。\n\n## 风险分析\n\n数据泄露风险：随着模型扩大，训练数据可能外流。\n\n监管合规风险：规则尚不完善，可能有监管风险。缺乏框架可能导致合规问题。\n\n人才流失风险：行业需要专业人才，如果流失，可能影响长期发展。\n\n## 分析师介绍\n",
            "正文。\n\n风险提示\n\n数据泄露风险。目前训练数据可能外流，后续仍不确定。若外流加剧，则落地或有所延后。\n\n监管合规风险。规则尚不完善，可能有监管风险。\n\n人才流失风险。行业需要专业人才，如果流失，可能影响长期发展。\n\n[1]来源\n",
            "正文。\n风险提示：\n数据泄露风险。\n监管合规风险。\n人才流失风险。\n\n财务数据\n",
        ] {
            assert_eq!(list(text), ["数据泄露风险", "监管合规风险", "人才流失风险"], "{text}");
        }
    }

    #[test]
    fn headings_of_other_houses() {
        for text in [
            "正文。\n核心假设风险：食品安全事件、宏观经济下行。\n",
            "正文。\n评级面临的主要风险\n食品安全事件；宏观经济下行。\n望江证券\n",
            "正文。\n风险\n食品安全事件，宏观经济下行。\n",
            "正文。\n风险提示。食品安全事件，宏观经济下行。\n",
        ] {
            assert_eq!(list(text), ["食品安全事件", "宏观经济下行"], "{text}");
        }
    }

    #[test]
    fn summary_and_section_are_one_list() {
        assert_eq!(
            list(
                "风险提示：通胀超预期，流动性收紧超预期。\n\n正文。\n\n#### 5.风险提示\n\n通胀超预期：海内外通胀演绎超预期，影响判断。\n\n## 声明"
            ),
            ["通胀超预期", "流动性收紧超预期"]
        );
    }

    #[test]
    fn legal_text_and_contents_are_no_risks() {
        assert!(list("风险提示\n本报告版权归望江证券所有，仅供客户使用。").is_empty());
        assert!(list("4、风险提示...........................-8-\n图1、本周电子").is_empty());
        assert!(list("法律声明及风险提示本报告由望江证券股份有限公司制作。").is_empty());
        assert!(list("风险提示我们在此提醒您，不同机构采用不同的评级术语。").is_empty());
    }

    #[test]
    fn english_lists() {
        assert_eq!(
            list(
                "Risks to Rating and Price Target\nKey downside risks include share loss at the anchor customer, slower-than-\nexpected margin improvement, and higher interest expense.\nNorthlake"
            ),
            ["share loss at the anchor customer", "slower-than- expected margin improvement", "higher interest expense"]
        );
        assert_eq!(
            list(
                "Upside risks: 1) a faster market.\nDownside risks are: 1) weaker demand, which leads to lower margin, 2) more competition from peers,\n3) slower upgrade. Next part."
            ),
            ["weaker demand, which leads to lower margin", "more competition from peers", "slower upgrade"]
        );
    }

    #[test]
    fn a_heading_may_end_in_brackets() {
        assert_eq!(
            list("下调评级。风险提示（与观点相反的风险）：政策力度超预期；铜价大幅下行，公司让利小于成本降幅。\n盈利预测"),
            ["政策力度超预期", "铜价大幅下行，公司让利小于成本降幅"]
        );
        assert_eq!(
            list("目标价为人民币120元。\n\n主要下行风险包括：1) 新品上量速度慢于预期；2) 铜价上涨；3) 需求弱于预期。\n\n盈利预测"),
            ["新品上量速度慢于预期", "铜价上涨", "需求弱于预期"]
        );
    }

    #[test]
    fn a_condition_is_no_risk_of_its_own() {
        assert_eq!(list("正文。\n风险提示：随着市场环境变化，模型存在失效风险。\n\n附录"), ["随着市场环境变化，模型存在失效风险"]);
        assert_eq!(
            list("正文。\n风险提示：若需求恢复不及预期，业绩可能下滑；原料涨价。\n\n附录"),
            ["若需求恢复不及预期，业绩可能下滑", "原料涨价"]
        );
    }

    #[test]
    fn a_number_between_heading_and_sentence_is_the_sections() {
        let text =
            "正文。\n\n**风险提示**\n\n5\n\n文中结论来自历史数据，模型存在失效风险。如果流动性紧张引发波动，模型可能产生较大亏损。\n";
        assert_eq!(list(text).len(), 2);
        assert!(list("目录\n风险提示\n5\n图表目录\n图1：产量 6\n").is_empty());
    }
}
