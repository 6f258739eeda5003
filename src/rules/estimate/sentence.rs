//! Forecasts in words: 预计公司2024-2026年归母净利润分别为1.2/1.5/1.8亿元,EPS分别为0.5/0.6/0.7元,对应PE分别为20/17/15倍.

use std::ops::Range;

use super::Row;
use super::cells::Figure;
use super::header::Column;
use super::metric::{self, Scale};
use crate::document::{Captures, Text};
use crate::domain::Amount;
use crate::domain::record::{EstimateKind, Metric, Unit};
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, first, has};
use crate::rules::foreign::Foreign;
use crate::zones::ZoneKind;

/// Sentences looked at in one document.
const MOST: usize = 40;
/// How far a sentence is followed, in characters.
const SENTENCE: usize = 260;

/// The years, as a list or as first and last.
static YEARS: Pattern =
    Pattern::new(|| compile(r"(?P<first>(?:20)?\d{2})(?:年|E)?(?P<rest>(?:[-—~–至到/、和及,](?:20)?\d{2}(?:年|E)?){1,5})(?:年|E)?"));
static YEAR: Pattern = Pattern::new(|| compile(r"(?P<join>[-—~–至到/、和及,])(?P<year>(?:20)?\d{2})"));
/// The report's own forecast, not a promise, a plan or somebody else's.
static FORECAST: Pattern = Pattern::new(|| compile(r"预计|预测|预期|上调|下调|维持|对应"));
static OTHER: Pattern = Pattern::new(|| compile(r"一致预期|可比|同业|行业平均|业绩承诺|对赌|激励|考核|解锁|行权|承诺|规划|目标为"));
/// From a label to its figures; 由1.0/1.3上调至 gives the old ones first.
static GAP: Pattern = Pattern::new(|| compile(r"^(?P<words>[^\d。;\n()-]{0,16})(?:\([^()\d\n]{0,12}\))?"));
static LIST: Pattern = Pattern::new(|| {
    compile(
        r"^(?:-?\d[\d,]*(?:\.\d+)?(?:亿元|百万元|万元|亿|元/股|元|倍|[xX])?(?:[/、和及;,]|\s)?){2,8}(?P<unit>亿元|百万元|万元|亿|元/股|元|港元|美元|倍|[xX])?",
    )
});
static NUMBER: Pattern = Pattern::new(|| compile(r"(?P<number>-?\d+(?:,\d{3})*(?:\.\d+)?)(?P<unit>亿元|百万元|万元|亿|元/股|元|倍|[xX])?"));

/// Rows of the forecast sentences, in order of place.
pub(super) fn rows(context: &Context<'_>, published: Option<i32>, foreign: &Foreign) -> Vec<Row> {
    let text = context.text();
    let mut rows = Vec::new();
    let mut done = 0;
    for found in captures(&YEARS, text).filter(|found| found.name("rest").is_some()).take(MOST * 10) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        let Some(years) = years(&found, published) else {
            continue;
        };
        if whole.start() < done
            || text.get(..whole.start()).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit() || c == '.'))
        {
            continue;
        }
        let kind = context.kind_at(whole.start());
        if foreign.holds(whole.start()) || matches!(kind, ZoneKind::Definitions | ZoneKind::Distribution | ZoneKind::Contacts) {
            continue;
        }
        let before = context.before(whole.start(), 40);
        let lead = before.rfind(['。', ';', '\n']).map_or(before, |stop| before.get(stop..).unwrap_or_default());
        let rest = context.after(whole.end(), SENTENCE);
        let rest = rest.find(['。', '\n']).map_or(rest, |stop| rest.get(..stop).unwrap_or_default());
        if !(has(&FORECAST, lead) || has(&FORECAST, rest)) || has(&OTHER, lead) || has(&OTHER, rest) {
            continue;
        }
        let range = whole.end()..whole.end() + rest.len();
        let some: Vec<Row> = metrics(text, range.clone(), &years);
        if !some.is_empty() {
            done = range.end;
            rows.extend(some);
        }
        if rows.len() >= MOST {
            break;
        }
    }
    rows
}

fn years(found: &Captures<'_>, published: Option<i32>) -> Option<Vec<i32>> {
    let year = |words: &str| words.parse::<i32>().ok().map(|year| if year < 100 { year + 2000 } else { year });
    let mut years = vec![year(found.name("first")?.as_str())?];
    for next in captures(&YEAR, found.name("rest")?.as_str()) {
        let last = *years.last()?;
        let to = year(next.name("year")?.as_str())?;
        let through = matches!(next.name("join")?.as_str(), "-" | "—" | "~" | "–" | "至" | "到");
        if to <= last || to > last + 5 || (!through && to != last + 1) {
            return None;
        }
        years.extend(last + 1..=to);
    }
    // Forecasts begin with the year that is running or has just ended.
    let begin = *years.first()?;
    let near = published.map_or((2000..2100).contains(&begin), |published| (published - 1..=published + 2).contains(&begin));
    near.then_some(years)
}

fn metrics(text: &Text, range: Range<usize>, years: &[i32]) -> Vec<Row> {
    let labels = metric::labels(text, range.clone());
    labels
        .iter()
        .filter_map(|label| {
            let rest = text.get(label.range.end..range.end)?;
            let gap = first(&GAP, rest)?;
            let words = gap.name("words").map_or("", |words| words.as_str());
            if words.contains(['由', '从', '增', '率', '速', '比']) {
                return None;
            }
            let at = label.range.end + gap.get(0)?.end();
            row(text, at, range.end, label, years)
        })
        .collect()
}

fn row(text: &str, at: usize, end: usize, label: &metric::Label, years: &[i32]) -> Option<Row> {
    let rest = text.get(at..end)?;
    let list = first(&LIST, rest)?;
    let words = list.get(0)?.as_str();
    // A percentage is growth; a list that goes on has more figures than years.
    if rest.get(words.len()..).is_some_and(|after| after.trim_start().starts_with(['%', '.'])) {
        return None;
    }
    let mut unit = None;
    let mut figures = Vec::new();
    for found in captures(&NUMBER, words).take(years.len() + 1) {
        let number = found.name("number")?;
        unit = found.name("unit").map(|unit| unit.as_str()).or(unit);
        let value = Amount::parse(number.as_str()).ok()?;
        figures.push(Figure { value, range: at + number.start()..at + number.end(), percent: false });
    }
    if figures.len() != years.len() {
        return None;
    }
    let scale = scale(label.metric, Scale::of(unit.unwrap_or_default()))?;
    let columns = years.iter().map(|year| Column { year: *year, kind: Some(EstimateKind::Estimate) });
    Some(Row { metric: label.metric, scale, label: label.range.clone(), figures: columns.zip(figures).collect() })
}

/// The unit of the metric; none where the printed one belongs to another.
fn scale(metric: Metric, printed: Scale) -> Option<Scale> {
    let unit = match metric {
        Metric::Revenue | Metric::OperatingProfit | Metric::PretaxProfit | Metric::NetProfit => {
            Some(printed.unit.filter(|unit| matches!(unit, Unit::Wan | Unit::Million | Unit::Yi))?)
        }
        Metric::Eps => matches!(printed.unit, None | Some(Unit::Yuan)).then_some(Unit::PerShare),
        Metric::Pe | Metric::Pb | Metric::EvEbitda => matches!(printed.unit, None | Some(Unit::Times)).then_some(Unit::Times),
        _ => None,
    };
    Some(Scale { unit: Some(unit?), currency: printed.currency })
}
