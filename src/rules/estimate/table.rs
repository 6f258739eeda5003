//! Tables under a header of years.

use std::ops::Range;

use rust_decimal::Decimal;

use super::Row;
use super::cells::{self, Cell, Style};
use super::header::{self, Header};
use super::metric::{self, Label, Scale};
use crate::domain::record::{Metric, Unit};
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, first, has};
use crate::rules::foreign::Foreign;
use crate::zones::ZoneKind;

/// How far a table reaches below its header, in bytes.
const LONGEST: usize = 6000;
/// Rows read of one table.
const MOST_ROWS: usize = 60;
/// How far above a header its caption stands, in characters.
const CAPTION: usize = 70;

/// Tables that are not the company's forecast.
static OTHER: Pattern = Pattern::new(|| {
    compile(
        r"(?i)可比|同业|同行|一致预期|分业务|分产品|分部|拆分|业务预测|调整前后|新旧|敏感性|季度|单季|peers?\b|comparable|consensus|segment|old estimates|previous|quarter|sensitivity",
    )
});
static SOURCE: Pattern = Pattern::new(|| compile(r"(?:资料|数据|信息)来源|(?i:\bsource\s?:)"));
static UNIT: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:人民币|港元|港币|美元|RMB|CNY|US\$|USD|HK\$|HKD|NT\$|Rs\.?|INR)?[ :,]{0,2}(?:in )?(?:十亿元?|百万元?|万元|亿元|千元|millions?\b|mn\b|bn\b|m\b)(?:人民币|港元|港币|美元)?|\b(?:INR|Rs\.?|KRW|RM|S\$|HK\$|US\$|NT\$) ?(?:b|t|tn|k|cr|crores?|lakhs?)\b|[¥€£₹₩$] ?(?:b|bn|t|tn|k)\b|\(%\)|单位:元",
    )
});
/// A row of growth rates below a row of figures.
static GROWTH: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^[\s|]*(?:\([+/-]{2,3}\)?%?\)?|[+/-]{3}%?|[^\d\n()%-]{0,12}(?:同比|增长率|增速|增长|YoY|growth))[^\d\n()-]{0,6}(?:\((?:\+/-)?%?\))?[\s|]*",
    )
});

/// Rows of the tables, the first table first.
pub(super) fn rows(context: &Context<'_>, published: Option<i32>, foreign: &Foreign) -> Vec<Row> {
    let text = context.text();
    let headers = header::find(text, published);
    let mut rows = Vec::new();
    for (index, header) in headers.iter().enumerate() {
        let at = header.range.start;
        let caption = context.before(at, CAPTION);
        let caption = caption.rfind('。').map_or(caption, |stop| caption.get(stop..).unwrap_or_default());
        let legal = matches!(context.kind_at(at), ZoneKind::Definitions | ZoneKind::Distribution | ZoneKind::Contacts);
        if legal || foreign.holds(at) || has(&OTHER, caption) {
            continue;
        }
        let next = headers.get(index + 1).map_or(text.len(), |next| next.range.start);
        let range = extent(text, header.range.end, next);
        let table = table(context, header, range, unit(caption));
        // One row alone under years may be anything, sales and their margin a line of business.
        let mut metrics: Vec<Metric> = table.iter().map(|row| row.metric).collect();
        metrics.sort_unstable();
        metrics.dedup();
        let company = metrics.iter().any(|metric| !matches!(metric, Metric::Revenue | Metric::OperatingProfit | Metric::Margin));
        if metrics.len() >= 2 && company {
            rows.extend(table);
        }
    }
    rows
}

fn extent(text: &str, start: usize, next: usize) -> Range<usize> {
    let mut end = next.min(start + LONGEST).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let part = text.get(start..end).unwrap_or_default();
    start..first(&SOURCE, part).and_then(|found| Some(start + found.get(0)?.start())).unwrap_or(end)
}

fn unit(caption: &str) -> Scale {
    captures(&UNIT, caption).last().and_then(|found| Some(Scale::of(found.get(0)?.as_str()))).unwrap_or_default()
}

fn table(context: &Context<'_>, header: &Header, range: Range<usize>, caption: Scale) -> Vec<Row> {
    let text = context.text();
    let part = text.get(range.clone()).unwrap_or_default();
    let statement = metric::in_cash_flow(context.before(header.range.start, CAPTION));
    let style = Style { grouped: thousands(part), glued: header.glued };
    let mut rows: Vec<Row> = Vec::new();
    let mut open: Option<(Label, Vec<Vec<Cell>>)> = None;
    let mut inexact: Vec<Row> = Vec::new();
    for label in metric::labels(text, range.clone()).into_iter().take(MOST_ROWS) {
        if rows.iter().any(|row| row.metric == label.metric) {
            continue;
        }
        let mut ways = cells::ways(text, label.end, header.columns.len(), style);
        if ways.len() > 1 {
            fit_growth(text, label.end, &mut ways, style);
        }
        let [cells] = ways.as_slice() else {
            if label.metric == Metric::Pe && !ways.is_empty() && open.is_none() {
                open = Some((label, ways));
            }
            continue;
        };
        let heading = text.get(range.start..label.range.start).unwrap_or_default();
        if !label.exact && (metric::in_cash_flow(heading) || statement) {
            continue;
        }
        let Some(row) = row(header, &label, cells, caption, heading) else {
            continue;
        };
        if label.exact {
            rows.push(row);
        } else if inexact.is_empty() {
            inexact.push(row);
        }
    }
    if !rows.iter().any(|row| row.metric == Metric::NetProfit) {
        rows.append(&mut inexact);
    }
    if let Some((label, ways)) = open.filter(|_| !rows.iter().any(|row| row.metric == Metric::Pe)) {
        let fitting: Vec<Vec<Cell>> = ways.into_iter().filter(|cells| fits_eps(cells, header, &rows)).collect();
        if let [cells] = fitting.as_slice() {
            rows.extend(row(header, &label, cells, caption, ""));
        }
    }
    rows
}

fn thousands(part: &str) -> bool {
    static GROUPED: Pattern = Pattern::new(|| compile(r"\d,\d{3}"));
    has(&GROUPED, part)
}

fn row(header: &Header, label: &Label, cells: &[Cell], caption: Scale, heading: &str) -> Option<Row> {
    let percent = cells.iter().flatten().any(|figure| figure.percent);
    let scale = match label.metric {
        Metric::Revenue | Metric::OperatingProfit | Metric::PretaxProfit | Metric::NetProfit => {
            let scale = label.unit.or(caption);
            // 营业收入 12.5% stands for its growth or its share.
            if percent || scale.unit == Some(Unit::Percent) || metric::in_growth_block(heading) {
                return None;
            }
            Scale { unit: scale.unit.filter(|unit| matches!(unit, Unit::Yuan | Unit::Wan | Unit::Million | Unit::Yi)), ..scale }
        }
        Metric::Eps => {
            if percent || label.unit.unit == Some(Unit::Percent) || metric::in_growth_block(heading) {
                return None;
            }
            Scale { unit: Some(Unit::PerShare), currency: label.unit.currency.or(caption.currency) }
        }
        Metric::Pe | Metric::Pb | Metric::EvEbitda => {
            if percent {
                return None;
            }
            Scale { unit: Some(Unit::Times), currency: None }
        }
        _ => {
            // 0.12 may be a fraction, 12.1 cannot.
            let large = cells.iter().flatten().any(|figure| figure.value.abs().as_decimal() > Decimal::new(15, 1));
            let marked = percent || label.unit.unit == Some(Unit::Percent) || large;
            Scale { unit: marked.then_some(Unit::Percent), currency: None }
        }
    };
    let figures = header.columns.iter().zip(cells).filter_map(|(column, cell)| Some((*column, cell.clone()?))).collect();
    Some(Row { metric: label.metric, scale, label: label.range.clone(), figures })
}

/// Keeps the ways to cut a row that agree with the growth rates printed below it.
fn fit_growth(text: &str, at: usize, ways: &mut Vec<Vec<Cell>>, style: Style) {
    let count = ways.first().map_or(0, Vec::len);
    let end = at + cells::length(text, at);
    let Some(found) = text.get(end..).and_then(|rest| first(&GROWTH, rest)).and_then(|found| Some(found.get(0)?.end())) else {
        return;
    };
    let rates = cells::ways(text, end + found, count, style);
    let [rates] = rates.as_slice() else {
        return;
    };
    ways.retain(|cells| grows(cells, rates));
}

fn grows(cells: &[Cell], rates: &[Cell]) -> bool {
    let mut seen = 0;
    for (pair, rate) in cells.windows(2).zip(rates.iter().skip(1)) {
        let ([Some(old), Some(new)], Some(rate)) = (pair, rate) else {
            continue;
        };
        let (old, new, rate) = (old.value.as_decimal(), new.value.as_decimal(), rate.value.as_decimal());
        if old <= Decimal::ZERO || new <= Decimal::ZERO {
            return false;
        }
        let Some(grown) = (Decimal::ONE_HUNDRED * (new - old)).checked_div(old) else {
            return false;
        };
        // Both figures are rounded to a whole unit.
        let slack = Decimal::ONE + (Decimal::ONE_HUNDRED + grown.abs()).checked_div(old).unwrap_or_default();
        if (grown - rate).abs() > slack {
            return false;
        }
        seen += 1;
    }
    seen >= 2
}

/// Whether EPS times P/E is one price over the years, as it is in every such table.
fn fits_eps(cells: &[Cell], header: &Header, rows: &[Row]) -> bool {
    let Some(eps) = rows.iter().find(|row| row.metric == Metric::Eps) else {
        return false;
    };
    let prices: Vec<(Decimal, Decimal)> = header
        .columns
        .iter()
        .zip(cells)
        .filter_map(|(column, cell)| {
            let pe = cell.as_ref()?.value.as_decimal();
            let eps = eps.figures.iter().find(|(other, _)| other.year == column.year)?.1.value.as_decimal();
            (eps > Decimal::ZERO && pe > Decimal::ZERO).then(|| (pe * eps, (eps / Decimal::TWO).max(pe / Decimal::ONE_HUNDRED)))
        })
        .collect();
    let low = prices.iter().map(|(price, slack)| *price - *slack).max();
    let high = prices.iter().map(|(price, slack)| *price + *slack).min();
    prices.len() >= 3 && low.zip(high).is_some_and(|(low, high)| low <= high * Decimal::new(105, 2))
}
