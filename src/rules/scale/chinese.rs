//! Chinese definitions: `买入:预期股价相对收益20%以上`, run-on sentences, rows, and `30%以上为买入评级`.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Regex, Text};

use super::heading::{About, Heading, headings, subject};
use super::{Found, sign};
use crate::domain::rating::SubjectType;
use crate::rules::find::is_han;
use crate::rules::{Context, labels};

/// How some tables name the row of what is not rated: 无:由于无法获取必要的资料,….
pub(super) const NONE: &str = "无";
/// Longest definition, in characters.
const LONGEST: usize = 160;

pub(super) static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&labels::chinese_words()).ok());
/// A row or column head, which names what is graded or how: `行业\t强于大市\t…`.
static HEAD_WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"行业|公司|股票|个股|证券|板块|市场|基金|债券|转债|评级|评等|类别|类型|级别|等级|说明|定义|标准|基准|指数|含义|描述|备注|投资|建议|名称|表现|涨幅|跌幅|收益|报告|声明|其中|期限|时间").ok()
});
/// What may stand between a grade and its definition. No comma: 行业基本面看好,相对表现… is inside a definition.
static GAP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[”」』\x22*)]{0,3}(?:\s?\([A-Za-z ,/-]{2,24}\))?(?:评级)?[\s:\-—–~|=·]{0,6}(?:是指|指|代表|表示)?").ok()
});
/// Where a definition ends at the latest.
static END: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[。;\t]|\d、|\(\d\)|[■◼●◆•]|(?:行业|公司|股票|个股|证券|收益|风险)(?:的)?(?:投资)?评级|(?:投资)?评级(?:说明|体系|标准|定义|声明)|(?:市场)?基准指数(?:说明|[:为])|分析师(?:[^预認认估给對对(团所给]|\([^或]|$)|免责|(?:重要|法律|一般|特别)声明|我们在此|销售经理|机构销售|证券研究所|证券研究报告|研究所地址")
        .ok()
});
/// The next field of a rating box: a grade before it is given and not defined.
static NEXT_FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\(?(?:首次|维持|上调|下调|调高|调低|恢复|重申)|^(?:原|上次|前次|上期)(?:投资)?评级|^(?:市场价格|当前价|收盘价|目标价(?:格)?[:(]|(?:股价|市场|行业|个股)(?:表现|走势)(?:\(|[\n\t]|今年|投资要点|基本)|行情走势|市场数据|(?:股票|公司|个股)(?:代码|数据|信息)|总股本|分析师[:\s])").ok()
});
static COMPARES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"指数|大盘|大市|基准|收益|涨幅|跌幅|涨跌|变动|幅度|[涨跌]空间|现价|股价|回报|波动|表现|相对|市场|指數|大盤|基準|漲幅|漲跌|現價|股價|回報|報酬|波動|表現|相對|市場|(?i:relative performance|total return|expected return|price performance|benchmark)").ok()
});
static MEASURES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\d\s*%|优于|强于|弱于|劣于|低于|高于|超越|超过|不及|落后|领先|跑赢|跑输|持平|一致|同步|相当|相若|吸引力|战胜|胜过|好于|偏离|跟随|介于|看好|看淡|稳定|盘整|優於|強於|弱於|低於|高於|超過|落後|領先|跑贏|跑輸|相當|介於").ok()
});
static NO_GRADE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[^。;\n]{0,60}(?:无法|无明确|并无|并未|未能|不在|未纳入|未列入|暂不|已?暂停|遵守|不做|不作|未覆盖|没有|不予|未给予|限制|合规|监管|利益冲突|重大不确定性)").ok()
});
/// The end of a percent band; what follows it in a run-on text is something else.
static BAND_END: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"[-+]?\d{1,3}(?:\.\d+)?\s*%?\s*(?:(?:[-~—–至到与和]|to)\s*-?\s*[-+一]?\d{1,3}(?:\.\d+)?\s*%|%)(?:及)?(?:以上|以下|以内|之间)?(?:波动)?",
    )
    .ok()
});
/// A definition that is nothing but its band: `增持:5%~15%`.
static BARE_BAND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:[<>≥≤]=?\s*[-+]?\d{1,3}(?:\.\d+)?\s*%|±\s*\d{1,3}%|[-+]?\d{1,3}(?:\.\d+)?\s*%?\s*[-~—–至到]\s*[-+]?\d{1,3}(?:\.\d+)?\s*%|[-+]?\d{1,3}%(?:及)?(?:以上|以下))").ok()
});
static WORD_END: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:优于|强于|弱于|劣于|超越|跑赢|跑输|落后|领先)[^,;。\n]{0,24}(?:指数|基准|大盘|大市|市场)(?:的?(?:平均)?(?:表现|水平))?|持平|一致").ok()
});
/// Two or three grades in one cell, or in one line before its definition.
static MERGED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?m)(?:^|\t)({}{{2,3}})(?:[:\t]|$)", labels::chinese_grades())).ok());
static BEFORE_LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?P<band>[-+]?\d{{1,3}}(?:\.\d+)?\s*%?(?:\s*[-~—–至到]\s*[-+]?\d{{1,3}}(?:\.\d+)?\s*%|%)(?:及)?(?:以上|以下|之间)?)\s*[,]?为[“\x22「]?(?P<label>{})[”\x22」]?(?:评级)?",
        labels::chinese_grades()
    ))
    .ok()
});

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let text = context.text();
    if !text.contains('%') && !text.contains("评级") {
        return Vec::new();
    }
    let headings = headings(text);
    let mut found = label_first(text, &headings);
    found.extend(value_first(text, &headings));
    let merged = merged(text, &headings, &found);
    found.retain(|found| {
        // Cells are in order and apart: the first that ends behind the label decides.
        let next = merged.partition_point(|cell| cell.definition.end <= found.label.start);
        merged.get(next).is_none_or(|cell| found.label.end <= cell.definition.start)
    });
    found.extend(merged);
    found
}

/// Cells that hold the words of two or three grades, 买入增持, beside definitions of others: rows a converter ran
/// together. The words and their order are known, whose the bands are is not. The definition is the cell itself.
fn merged(text: &Text, headings: &[Heading], found: &[Found]) -> Vec<Found> {
    let (Some(cell), Some(label)) = (MERGED.as_ref(), LABEL.as_ref()) else {
        return Vec::new();
    };
    let mut starts: Vec<usize> = found.iter().filter(|found| !found.odd).map(Found::start).collect();
    starts.sort_unstable();
    let near = |at: usize| {
        let from = starts.partition_point(|start| start + 400 <= at);
        starts.get(from).is_some_and(|start| start.abs_diff(at) < 400)
    };
    cell.captures_iter(text)
        .filter_map(|found| found.get(1))
        // 谨慎增持 is one grade, though each half is a word as well.
        .filter(|cell| label.find_iter(cell.as_str()).count() > 1 && near(cell.start()))
        .flat_map(|cell| {
            let about = row_head(text, cell.start()).map_or_else(
                || subject("", cell.start(), headings, ""),
                |subject| About { subject, sure: true, shared: false, headed: false },
            );
            label.find_iter(cell.as_str()).map(move |word| Found {
                label: cell.start() + word.start()..cell.start() + word.end(),
                definition: cell.range(),
                subject: about.subject,
                sure: about.sure,
                shared: about.shared,
                headed: about.headed,
                odd: false,
                merged: true,
            })
        })
        .collect()
}

fn label_first(text: &Text, headings: &[Heading]) -> Vec<Found> {
    let Some(label) = LABEL.as_ref() else {
        return Vec::new();
    };
    let mut starts: Vec<(Range<usize>, bool)> = label.find_iter(text).map(|found| (found.range(), false)).collect();
    let known = starts.clone();
    let words = odd_words(text).filter(|word| {
        let word = text.get(word.clone()).unwrap_or_default();
        !HEAD_WORD.as_ref().is_some_and(|p| p.is_match(word))
    });
    starts.extend(words.map(|range| (range, true)).filter(|(range, _)| {
        // Known words are in order and apart: the first that ends behind the start decides.
        let next = known.partition_point(|(other, _)| other.end <= range.start);
        known.get(next).is_none_or(|(other, _)| range.end <= other.start)
    }));
    starts.sort_by_key(|(range, _)| range.start);
    // A label is a grade when a definition follows; a definition ends where the next such label begins.
    let opened: Vec<(Range<usize>, bool, usize)> =
        starts.into_iter().filter_map(|(range, odd)| Some((range.clone(), odd, body_start(text, &range, odd)?))).collect();
    // 减持 (Underperform):弱于市场表现5%以下: the definition begins with a word that is a grade elsewhere.
    let bodies: BTreeSet<usize> = opened.iter().map(|(.., start)| *start).collect();
    let opened: Vec<_> = opened.into_iter().filter(|(label, ..)| !bodies.contains(&label.start)).collect();
    let mut found: Vec<Found> = Vec::new();
    for (at, (label, odd, start)) in opened.iter().enumerate() {
        // A word inside the definition before it: 行业基本面看好 would need a comma to go on, and has been left out.
        let next = opened.iter().skip(at + 1).map(|(next, ..)| next.start).find(|next| next > start).unwrap_or(text.len());
        let end = body_end(text, *start, next);
        let body = text.get(*start..end).unwrap_or_default();
        if !BARE_BAND.as_ref().is_some_and(|p| p.is_match(body)) && !is_definition(text.get(label.clone()).unwrap_or_default(), body) {
            continue;
        }
        let About { subject, sure, shared, headed } = row_head(text, label.start).map_or_else(
            || subject(body, label.start, headings, text.get(label.clone()).unwrap_or_default()),
            |subject| About { subject, sure: true, shared: false, headed: false },
        );
        found.push(Found { label: label.clone(), definition: *start..end, subject, sure, shared, headed, odd: *odd, merged: false });
    }
    // Words outside the vocabulary count only beside grades of it.
    let known: Vec<usize> = found.iter().filter(|found| !found.odd).map(Found::start).collect();
    found.retain(|candidate| {
        let at = candidate.start();
        let next = known.partition_point(|start| *start < at);
        let beside = [next.checked_sub(1), Some(next)].into_iter().flatten().filter_map(|place| known.get(place));
        !candidate.odd || beside.into_iter().any(|start| start.abs_diff(at) < 400)
    });
    found
}

/// Where the definition after a label begins, if its first words are those of one.
fn body_start(text: &str, label: &Range<usize>, odd: bool) -> Option<usize> {
    if compares(text, label) || is_rated(text, label.start) {
        return None;
    }
    let rest = text.get(label.end..)?;
    let gap = GAP.as_ref()?.find(rest)?;
    let start = label.end + gap.end();
    let start = start - sign(text, start);
    let next = head(text.get(start..)?, 12);
    // 强烈推荐、推荐、中性、回避⏎强烈推荐:…: the last of a list of grades is not defined by the next line.
    if LABEL.as_ref()?.find(next).is_some_and(|word| word.start() == 0 && next.get(word.end()..).is_some_and(|rest| rest.starts_with(':')))
    {
        return None;
    }
    if NEXT_FIELD.as_ref().is_some_and(|p| p.is_match(next)) {
        return None;
    }
    let window = head(text.get(start..)?, 90);
    let words = text.get(label.clone())?;
    let band = BARE_BAND.as_ref().and_then(|p| p.find(window));
    let bare = band.is_some_and(|band| {
        gap.as_str().contains([':', '\t', '\n']) || is_numbered(text, label.start) || is_a_row(text, label.start, start + band.end())
    });
    (bare || is_definition(words, window)).then_some(())?;
    if odd && !gap.as_str().contains([':', '\t']) {
        return None;
    }
    Some(start)
}

/// Words a definition may follow that the vocabulary does not hold: `特有:股价相对基准波动…` (damaged 持有).
fn odd_words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices([':', '\t']).filter_map(|(end, _)| {
        let before = text.get(..end)?;
        let start = before.char_indices().rev().take(5).take_while(|(_, c)| is_han(*c)).last()?.0;
        let word = before.get(start..)?;
        let opens = start == 0 || before.get(..start)?.ends_with(['\n', '\t', ';', '。', '、']);
        (opens && ((2..=4).contains(&word.chars().count()) || word == NONE)).then_some(start..end)
    })
}

/// `1 买入 > 20%`: a line that holds a grade, its band and at most its number.
fn is_a_row(text: &str, from: usize, to: usize) -> bool {
    let before = text.get(..from).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    let after = text.get(to..).unwrap_or_default().split('\n').next().unwrap_or_default();
    after.trim().is_empty() && before.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '\t' | '.' | '、'))
}

/// 相对强于大盘5%以上, 表现优于市场指数: a comparison inside a definition that looks like a grade.
fn compares(text: &str, label: &Range<usize>) -> bool {
    let words = text.get(label.clone()).unwrap_or_default();
    let before = text.get(..label.start).unwrap_or_default();
    let after = text.get(label.end..).unwrap_or_default();
    words.contains(['于', '赢', '输', '领', '落', '越'])
        && ([
            "表现",
            "相对",
            "将",
            "收益率",
            "指数",
            "股价",
            "预期",
            "明显",
            "显著",
            "会",
            "可能",
            "能够",
            "月内",
            "年内",
            "期内",
            "幅度",
            "涨幅",
            "涨跌幅",
            "回报",
        ]
        .iter()
        .any(|word| before.ends_with(word))
            || after.starts_with("指数")
            || after.starts_with("平均"))
}

/// 上次评级:增持 in a rating box, whatever is said next.
fn is_rated(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([':', ' ', '\t', '\n']);
    ["原评级", "上次评级", "前次评级", "上期评级", "维持评级", "下调评级", "上调评级"].iter().any(|cue| before.ends_with(cue))
}

/// `1买入>20%2增持10%—20%`: a row's number right before its grade, where a table lost its lines.
fn is_numbered(text: &str, at: usize) -> bool {
    let mut before = text.get(..at).unwrap_or_default().chars().rev();
    before.next().is_some_and(|c| matches!(c, '1'..='9'))
        && before.next().is_none_or(|c| c == '%' || !c.is_ascii_punctuation() && !c.is_ascii_digit())
}

fn body_end(text: &str, start: usize, next: usize) -> usize {
    let limit = start + head(text.get(start..).unwrap_or_default(), LONGEST).len();
    let limit = limit.min(next);
    let body = text.get(start..limit).unwrap_or_default();
    let mut end = END.as_ref().and_then(|end| end.find(body)).map_or(body.len(), |found| found.start());
    // A line break ends it once the words are complete; before that, or inside a band, the line was only wrapped.
    let open = |words: &str| words.trim_end().ends_with(['~', '-', '—', '–', '至', '到', '与', '和', '在', '于']);
    let complete = |words: &str| {
        !open(words) && BAND_END.as_ref().is_some_and(|p| p.is_match(words))
            || !open(words) && WORD_END.as_ref().is_some_and(|p| p.is_match(words))
            || words.chars().count() > 40
    };
    if let Some(line) =
        body.get(..end).into_iter().flat_map(|body| body.match_indices('\n')).find(|(at, _)| body.get(..*at).is_some_and(complete))
    {
        end = line.0;
    }
    let words = body.get(..end).unwrap_or_default();
    // The last definition of a run-on text has nothing after it that would end it.
    let tail = [BAND_END.as_ref(), WORD_END.as_ref()].into_iter().flatten().find_map(|p| p.find(words)).map(|found| found.end());
    if let Some(tail) =
        tail.filter(|tail| words.get(*tail..).is_some_and(|rest| !rest.starts_with([',', '(', '≤', '<', '之', '的', '或', '且'])))
    {
        end = tail;
    }
    start + text.get(start..start + end).map_or(end, |words| words.trim_end().len())
}

fn is_definition(label: &str, body: &str) -> bool {
    let body = head(body, 90);
    // 已暂停评级、目标价及预测: the word stands inside a definition.
    if body.starts_with([',', '、', '。', ';']) {
        return false;
    }
    let status = crate::domain::rating::status_word(label).is_some() || label.ends_with("评级") || label == NONE;
    if status {
        return NO_GRADE.as_ref().is_some_and(|p| p.is_match(body));
    }
    // The measure comes at once; a sentence about the company gets there later or never.
    let first = head(body, 45);
    COMPARES.as_ref().is_some_and(|p| p.is_match(head(first, 24))) && MEASURES.as_ref().is_some_and(|p| p.is_match(first))
}

/// The first cell of the row a grade stands in: `公司\t买入\t…`.
fn row_head(text: &str, at: usize) -> Option<SubjectType> {
    let before = tail(text.get(..at)?).strip_suffix('\t')?;
    let cell = before.rsplit(['\n', '\t']).next()?.trim();
    match cell.strip_suffix("投资评级").or_else(|| cell.strip_suffix("评级")).unwrap_or(cell) {
        "公司" | "股票" | "个股" | "证券" => Some(SubjectType::Stock),
        "行业" | "板块" => Some(SubjectType::Industry),
        _ => None,
    }
}

/// The last characters of a text.
fn tail(text: &str) -> &str {
    text.char_indices().rev().nth(11).map_or(text, |(at, _)| text.get(at..).unwrap_or_default())
}

fn value_first(text: &Text, headings: &[Heading]) -> Vec<Found> {
    let Some(pattern) = BEFORE_LABEL.as_ref() else {
        return Vec::new();
    };
    pattern
        .captures_iter(text)
        .filter_map(|found| {
            let (band, label) = (found.name("band")?, found.name("label")?);
            let About { subject, sure, shared, headed } = subject("", label.start(), headings, label.as_str());
            Some(Found { label: label.range(), definition: band.range(), subject, sure, shared, headed, odd: false, merged: false })
        })
        .collect()
}

fn head(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(at, _)| text.get(..at).unwrap_or_default())
}
