//! What a scale says of itself: horizon, basis, benchmark.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Captures, Regex};

use super::Found;
use crate::domain::rating::Basis;
use crate::domain::{Located, Slot};
use crate::rules::{Context, benchmark};

/// How far above its first grade a scale's own sentence may begin, in characters.
const ABOVE: usize = 420;

/// How far below its last grade the line on its benchmark may stand, in characters.
const BELOW: usize = 160;

static MONTHS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:(?P<a>\d{1,2})\s*(?:[个個]月)?\s*(?:[-~—–至到]|to)\s*)?(?P<b>\d{1,2}|twelve|eighteen|six|十八|十二|六|三)[\s-]*(?:[个個]月|月内|months?\b)|(?P<half>半年)|(?P<year>未[来來]一年|一年[内內]|next year|one[- ]year)").ok()
});
static RELATIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)相对|优于|强于|超越|领先|跑赢|基准|相對|優於|強於|領先|跑贏|基準|(?:高于|低于)市场|outperform|in[- ]line with|benchmark|relative|less attractive|most attractive").ok()
});
static ABSOLUTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)绝对|距离现价|上涨幅度|expected total return|total return of|expected return|potential return|absolute|\betr\b").ok()
});
static FUNDAMENTALS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)基本面|fundamentals of the (?:sector|industry)").ok());
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"沪深\s?300(?:指数)?|上证综?(?:合)?指数?|深证成指|中证全指|中证\d{3,4}(?:指数)?|恒生(?:国企|中国企业|國企)?指[数數]|标普\s?500(?:指数)?|三板成指|北证50(?:指数)?|S&P\s?500|MSCI [A-Z][A-Za-z -]{2,30}|CSI ?300|Nifty ?\d*").ok()
});
/// A line of its own that names the index of all grades, above or below them: 基准指数:沪深300指数.
static DECLARED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:^|[^股板])(?:市场|比较)?基准(?:指数)?\s*:\s*").ok());
/// Words of a sentence that says how a scale is measured.
static OF_A_SCALE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"评级|评等|A\s?股(?:市场)?\s?[:以]|基准|标准|[个個]?月[内內]|报告(?:发布)?(?:日|之日)|相对|相對|涨跌幅|表现|rating|benchmark",
    )
    .ok()
});
static GENERIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"同期(?:相关)?(?:证券)?市场(?:基准|代表性)?指数|(?:市场)?基准指数|(?:行业)?市场指数|市场整体水平|大盘|(?i:average total return of [^,;.()]{10,120}coverage universe|relevant broad market benchmark|the benchmark)").ok()
});

/// What the sentences around a scale say.
pub(super) struct Facts {
    pub(super) horizon: Slot<u32>,
    pub(super) basis: Vec<Basis>,
    pub(super) benchmark: Slot<String>,
}

impl Facts {
    pub(super) fn of(context: &Context<'_>, own: &[&Found], all: &[Found]) -> Self {
        let wide = above(context, own);
        // What stands behind another scale's last definition is said of this scale; what stands above both may be.
        let from = all.iter().map(Found::end).filter(|end| *end <= wide.end).max().unwrap_or(0).max(wide.start);
        let tight = from..wide.end;
        let definitions: Vec<Range<usize>> = own.iter().map(|found| found.definition.clone()).collect();
        let graded = definitions.iter().filter(|range| super::band::band(context.slice((*range).clone())).is_some()).count();
        let says_basis = [&RELATIVE, &ABSOLUTE].into_iter().filter_map(|p| p.as_ref()).any(|p| p.is_match(context.slice(tight.clone())));
        let basis_text = if says_basis { &tight } else { &wide };
        let any = |pattern: &LazyLock<Option<Regex>>| {
            let says = |range: &Range<usize>| pattern.as_ref().is_some_and(|p| p.is_match(context.slice(range.clone())));
            definitions.iter().any(says) || says(basis_text)
        };
        let mut basis = Vec::new();
        let absolute = any(&ABSOLUTE);
        if any(&FUNDAMENTALS) && graded < definitions.len() {
            basis.push(Basis::Fundamentals);
        }
        if absolute {
            basis.push(Basis::Absolute);
        }
        if any(&RELATIVE) {
            basis.push(Basis::Relative);
        }
        Self {
            horizon: horizon(context, &definitions, &tight)
                .or_else(|| horizon(context, &definitions, &wide))
                // A column beside the table, read row by row.
                .or_else(|| horizon(context, &[], &among(own)))
                .or_else(|| noted(context, all)),
            basis,
            benchmark: benchmark(context, &definitions, &tight, &wide),
        }
    }
}

/// The text above the first grade, down to it.
fn above(context: &Context<'_>, own: &[&Found]) -> Range<usize> {
    let Some(start) = own.iter().map(|found| found.start()).min() else {
        return 0..0;
    };
    start - context.before(start, ABOVE).len()..start
}

/// From the first grade to the last.
fn among(own: &[&Found]) -> Range<usize> {
    let (start, end) = (own.iter().map(|found| found.start()).min(), own.iter().map(|found| found.end()).max());
    start.unwrap_or(0)..end.unwrap_or(0)
}

/// The definitions name the horizon themselves, or the nearest sentence above does.
fn horizon(context: &Context<'_>, definitions: &[Range<usize>], above: &Range<usize>) -> Slot<u32> {
    let pattern = MONTHS.as_ref()?;
    // A grade of its own may look less far ahead than the others: `SELL (… over the next 3 months)`.
    let named: Vec<(usize, Captures<'_>)> =
        definitions.iter().filter_map(|range| Some((range.start, pattern.captures(context.slice(range.clone()))?))).collect();
    let words = |found: &Captures<'_>| found.name("b").map(|months| months.as_str().to_lowercase());
    let often = |found: &Captures<'_>| named.iter().filter(|(_, other)| words(other) == words(found)).count();
    let most = named.iter().map(|(_, found)| often(found)).max();
    let found = named.iter().position(|(_, found)| Some(often(found)) == most).and_then(|at| named.into_iter().nth(at));
    let (base, found) = found.or_else(|| Some((above.start, pattern.captures_iter(context.slice(above.clone())).last()?)))?;
    let months = match found.name("b").map(|months| months.as_str().to_lowercase()) {
        Some(word) => match word.as_str() {
            "twelve" | "十二" => 12,
            "eighteen" | "十八" => 18,
            "six" | "六" => 6,
            "三" => 3,
            number => number.parse().ok()?,
        },
        None if found.name("half").is_some() => 6,
        None => 12,
    };
    let whole = found.get(0)?;
    if months == 0 || months > 60 {
        return None;
    }
    context.located(months, base + whole.start()..base + whole.end())
}

/// A note below the last table: 备注:评级标准为报告日后的6至12个月内….
fn noted(context: &Context<'_>, all: &[Found]) -> Slot<u32> {
    static NOTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:(?:备注|注|说明|评级标准)[:为]?[^。;\n]{0,24}?|(?m:^)以本?)报告(?:发布)?(?:日|之日)?[^。;\n]{0,12}月").ok()
    });
    let end = all.iter().map(Found::end).max()?;
    let found = NOTE.as_ref()?.find(context.after(end, BELOW))?;
    let note = end + found.start()..end + found.end();
    horizon(context, &[], &note)
}

/// A named index above or in the definitions, else the words they compare with.
fn benchmark(context: &Context<'_>, definitions: &[Range<usize>], tight: &Range<usize>, wide: &Range<usize>) -> Slot<String> {
    let look = |pattern: &LazyLock<Option<Regex>>, range: &Range<usize>| -> Option<Located<String>> {
        let found = pattern.as_ref()?.find(context.slice(range.clone()))?;
        let range = range.start + found.start()..range.start + found.end();
        context.located(benchmark::name(&context.words(range.clone())), range)
    };
    // Above the grades stands other text as well, where headings were lost: an index counts in a sentence on the scale.
    let said = |range: &Range<usize>| -> Option<Located<String>> {
        let words = context.slice(range.clone());
        NAMED.as_ref()?.find_iter(words).find_map(|found| {
            let ends = ['。', ';', '\n'];
            let before = words.get(..found.start())?.rsplit(ends).next()?;
            let after = words.get(found.end()..)?.split(ends).next()?;
            let near = |words: &str| !context.chinese || OF_A_SCALE.as_ref().is_some_and(|p| p.is_match(words));
            if !near(before) && !near(after) {
                return None;
            }
            let range = range.start + found.start()..range.start + found.end();
            context.located(benchmark::name(&context.words(range.clone())), range)
        })
    };
    let declared = || {
        let below = definitions.iter().map(|range| range.end).max()?;
        let below = below..below + context.after(below, BELOW).len();
        [tight, &below].into_iter().find_map(|range| {
            let words = context.slice(range.clone());
            let mut ends = DECLARED.as_ref()?.find_iter(words).map(|found| found.end());
            ends.find_map(|end| {
                let start = range.start + end;
                let name = NAMED.as_ref()?.find(context.after(start, 20)).filter(|name| name.start() == 0)?;
                let range = start..start + name.end();
                context.located(benchmark::name(&context.words(range.clone())), range)
            })
        })
    };
    definitions
        .iter()
        .find_map(|range| look(&NAMED, range))
        .or_else(|| said(tight))
        .or_else(declared)
        .or_else(|| look(&GENERIC, tight))
        .or_else(|| said(wide))
        .or_else(|| definitions.iter().chain([wide]).find_map(|range| look(&GENERIC, range)))
}
