//! English definitions: `BUY: Expected return >= 15%`, `Overweight (… we expect this stock will outperform …)`,
//! `A rating of 'Buy' indicates that …`.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Regex, Text};

use super::{Found, sign};
use crate::domain::rating::SubjectType;
use crate::rules::{Context, labels};

/// Longest definition, in characters.
const LONGEST: usize = 420;
/// How far behind a heading definitions are looked for, in bytes.
const REACH: usize = 6000;

static LABEL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"{}|(?m:^(?:Positive|Negative)\b)", labels::english_words())).ok());
static HEADING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:投资)?评级(?:说明|定义|标准|体系)|\bratings?\s+expected\b|total returns?\s+recommendation|explanation of [^\n]{0,60}rating|ratings?,? (?:and [a-z ]{0,20})?(?:definitions?|system|structure|guide|key|categor|designations)|recommendation (?:definitions?|framework|system|guide|structure)|definitions? of [^\n]{0,60}ratings?|ratings? (?:are|is)? ?defined|investment ratings?\b|(?:stock|equity|company|analyst|sector|industry) ratings?\b|(?m:^[^\n]{0,40}\bratings?\s*:?$)|rating of ['‘\x22“]|\bratings? reflects?")
        .ok()
});
/// What may stand before a grade.
static BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\n\t:;.(•●▪■*-]\s*|\d\s*[-–=.)]\s*|(?:rating|stance|view|recommendation) of\s*['‘\x22“]?|\ba\s+['‘\x22“]|(?:labelled|designated|rated) as\s*['‘\x22“]?|\band\s+(?:\d\s*[-–]\s*)?|['‘\x22“])$").ok()
});
/// What may stand between a grade and its definition.
static GAP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^['’\x22”]?\s?(?:\((?:\d|[a-z]{1,4}(?:-[a-z]{2})?|1[a-z])\)\.?)?\s?(?:rating|stance|rated)?(?:\s*\(|,?[\s:=\-–—*|•]*)(?:,?\s*(?:is|are|means?|indicates?|denotes?|for|that)\s+)*").ok()
});
static DEFINES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)expect|anticipated|\btsr\b|recommend (?:that )?investors|appreciation|exceeds?\b|attained|may (?:fall|rise)|outpace|trail|caution|refrain|rating assigned|may undergo|涨幅|跌幅|变动|相对|表现|回报|share-?holder return|absolute recommendation|fundamentals|neutral view|(?:negative|positive|minus|plus) \d|outperform|underperform|in[- ]line|total return|return of|absolute return|upside|downside|potential|negative etr|\betr\b|not (?:regularly |currently )?(?:rated|covered|in regular)|been (?:suspended|withdrawn)|not (?:part of|under|within) [a-z ]{0,30}coverage|least attractive|no longer|is not rated|benchmark|will appreciate|[<>≥≤]=?\s*-?\s?\d+\s?%|between [-+]?\d|[-+]?\d+% to [-+]?\d").ok()
});
static END: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\.(?:\s|$)|;|\n\n|\t").ok());
/// `Any covered stock not assigned a Buy or a Sell is a Neutral (2).`
static BY_EXCLUSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?P<body>(?:Any|All|Every)[^.;]{{5,120}}?) (?:is|are)(?: rated)?(?: an?)?\s(?P<label>{})",
        labels::english_grades()
    ))
    .ok()
});
static INDUSTRY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\bsectors?\b|\bindustry\b").ok());
static STOCK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\bstocks?\b|\bstock[’']s|\bsecurit|\bcompan|\bshares?\b|\betr\b|\bprice target").ok());
static OF_A_SECTOR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:stocks|companies) (?:in|of|within) (?:the|this|a) (?:sector|industry)").ok());
static AGAINST_SECTOR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:sector|industry|peer)(?:'s|’s)? (?:index|average|benchmark|peers|mean|median)").ok());
static SUBHEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)(?P<industry>^(?:SECTORS?|INDUSTRY|Sector [Rr]atings?|Industry [Rr]atings?|INDUSTRY RATINGS?|(?:Analyst )?Industry [Vv]iews?))|(?P<stock>^(?:STOCKS?|COMPAN|Stock [Rr]atings?|Company [Rr]atings?))").ok()
});

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let text = context.text();
    let (Some(label), Some(heading)) = (LABEL.as_ref(), HEADING.as_ref()) else {
        return Vec::new();
    };
    let headings: Vec<usize> = heading.find_iter(text).map(|found| found.start()).collect();
    let under_heading = |at: usize| {
        let above = headings.partition_point(|start| *start <= at);
        above.checked_sub(1).and_then(|last| headings.get(last)).is_some_and(|start| at - start < REACH)
    };
    let opened: Vec<(Range<usize>, usize)> = label
        .find_iter(text)
        .filter(|found| {
            under_heading(found.start()) && found.as_str().starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == 'N')
        })
        .filter_map(|found| Some((found.range(), body_start(context, &found.range())?)))
        .collect();
    let opened = own_labels(opened);
    let mut all: Vec<Found> = Vec::new();
    for (at, (label, start)) in opened.iter().enumerate() {
        let next = opened.get(at + 1).map_or(text.len(), |(next, _)| next.start);
        if all.last().is_some_and(|last| last.definition.end > label.start) {
            continue;
        }
        let end = body_end(text, *start, next);
        let body = text.get(*start..end).unwrap_or_default();
        if DEFINES.as_ref().is_some_and(|p| p.is_match(head(body, 200))) {
            all.push(Found {
                label: label.clone(),
                definition: *start..end,
                subject: subject(text, body, label.start),
                sure: true,
                shared: false,
                headed: false,
                odd: false,
                merged: false,
            });
        }
    }
    if let Some(exclusion) = BY_EXCLUSION.as_ref() {
        all.extend(exclusion.captures_iter(text).filter_map(|found| {
            let (body, label) = (found.name("body")?, found.name("label")?);
            under_heading(label.start()).then_some(())?;
            Some(Found {
                label: label.range(),
                definition: body.range(),
                subject: subject(text, body.as_str(), label.start()),
                sure: true,
                shared: false,
                headed: false,
                odd: false,
                merged: false,
            })
        }));
    }
    value_first(text, &under_heading, &mut all);
    all
}

/// `+5% to +20% | Accumulate | 2`: rows that give the band before the grade.
fn value_first(text: &Text, under_heading: &impl Fn(usize) -> bool, all: &mut Vec<Found>) {
    static ROW: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(
            r"(?m)^[ |]{{0,3}}(?P<band>[<>≥≤]?=?\s?[-+]?\d{{1,3}}(?:\.\d+)?\s?%(?:\s?(?:to|-|–|~)\s?[-+]?\d{{1,3}}(?:\.\d+)?\s?%)?)\s?[\t|]\s?(?P<label>{})\s?(?:[\t|\n]|\d\s|$)",
            labels::english_grades()
        ))
        .ok()
    });
    let rows: Vec<Found> = ROW
        .iter()
        .flat_map(|row| row.captures_iter(text))
        .filter_map(|found| {
            let (band, label) = (found.name("band")?, found.name("label")?);
            // 60%, Buy, 1: what share of a list has the grade.
            let share = band.as_str().bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'%' | b' '));
            let numbered = found.get_match().as_str().ends_with(|c: char| c.is_whitespace());
            (under_heading(label.start()) && !(share && numbered)).then(|| Found {
                label: label.range(),
                definition: band.range(),
                subject: subject(text, "", label.start()),
                sure: true,
                shared: false,
                headed: false,
                odd: false,
                merged: false,
            })
        })
        .collect();
    if let (true, Some(first), Some(last)) = (rows.len() >= 3, rows.first(), rows.last()) {
        let table = first.definition.start..last.label.end;
        all.retain(|found| !table.contains(&found.label.start));
        all.extend(rows);
    }
}

/// Without the codes that stand between a grade and its definition: `Outperform (O-PF): …` is one grade.
fn own_labels(opened: Vec<(Range<usize>, usize)>) -> Vec<(Range<usize>, usize)> {
    let mut own: Vec<(Range<usize>, usize)> = Vec::new();
    for (label, start) in opened {
        if own.last().is_none_or(|(_, before)| *before <= label.start) {
            own.push((label, start));
        }
    }
    own
}

fn body_start(context: &Context<'_>, label: &Range<usize>) -> Option<usize> {
    let before = context.before(label.start, 28);
    // "labelled as 'Not rated' or shown as 'No rating'": one grade, two spellings.
    let again = before.trim_end_matches(['\'', '‘', '“', '"']).ends_with("shown as ");
    (!again && BEFORE.as_ref()?.is_match(before)).then_some(())?;
    let rest = context.text().get(label.end..)?;
    let gap = GAP.as_ref()?.find(head(rest, 60))?;
    let mut start = label.end + gap.end();
    // `BUY. We expect …` at the head of a line; `Buy, Neutral and Sell. Our ratings …` is the end of a sentence.
    let at_line = before.is_empty() || before.trim_end_matches(' ').ends_with('\n');
    if at_line && context.text().get(start..)?.starts_with(". ") {
        start += 2;
    }
    start -= sign(context.text(), start);
    let window = head(context.text().get(start..)?, 200);
    DEFINES.as_ref()?.is_match(window).then_some(start)
}

fn body_end(text: &str, start: usize, next: usize) -> usize {
    let limit = (start + head(text.get(start..).unwrap_or_default(), LONGEST).len()).min(next.max(start));
    let body = text.get(start..limit).unwrap_or_default();
    let end = END.as_ref().and_then(|p| p.find(body)).map_or(body.len(), |found| found.start());
    let mut words = body.get(..end).unwrap_or_default();
    // The bracket that opened before the definition.
    let mut depth = 0i32;
    for (at, c) in words.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth < 0 {
            words = words.get(..at).unwrap_or_default();
            break;
        }
    }
    let words = words.trim_end();
    let words = words.strip_suffix(" and").or_else(|| words.strip_suffix("; and")).unwrap_or(words);
    start + words.trim_end_matches(['-', '–', '•', '\n', ' ', '‘', '\'', '“', '3', '2']).len().max(words.trim_end().len().min(1))
}

fn subject(text: &str, body: &str, at: usize) -> SubjectType {
    // A sector is rated by the stocks in it.
    if OF_A_SECTOR.as_ref().is_some_and(|p| p.is_match(body)) {
        return SubjectType::Industry;
    }
    // A stock is held against its sector as well.
    let body = AGAINST_SECTOR.as_ref().map_or(body.into(), |p| p.replace_all(body, |_| "benchmark".to_owned()));
    let first = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().and_then(|p| p.find(body.as_ref())).map(|found| found.start());
    match (first(&STOCK), first(&INDUSTRY)) {
        (Some(stock), Some(industry)) => return if stock < industry { SubjectType::Stock } else { SubjectType::Industry },
        (Some(_), None) => return SubjectType::Stock,
        (None, Some(_)) => return SubjectType::Industry,
        (None, None) => {}
    }
    let from = at.saturating_sub(2500);
    let from = (from..=at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
    let above = text.get(from..at).unwrap_or_default();
    let last = SUBHEAD.as_ref().and_then(|p| p.captures_iter(above).last());
    if last.is_some_and(|found| found.name("industry").is_some()) { SubjectType::Industry } else { SubjectType::Stock }
}

fn head(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(at, _)| text.get(..at).unwrap_or_default())
}
