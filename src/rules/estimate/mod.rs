//! Forecast tables and forecast sentences about the report's own subject (trap T18): a row of fiscal years, rows of
//! figures under it. The values stay as printed, in the printed unit.
//!
//! Growth rates are not read: [`Estimate`] cannot say whose growth one is.

mod cells;
mod header;
mod metric;
mod sentence;
mod table;

use std::collections::BTreeSet;
use std::ops::Range;

use super::Context;
use crate::domain::Located;
use crate::domain::rating::SubjectType;
use crate::domain::reading::Reading;
use crate::domain::record::{Category, Estimate, Metric};
use cells::Figure;
use header::Column;
use metric::Scale;

/// Estimates kept; twelve metrics over eight years are fewer.
const MOST: usize = 96;

/// A figure for a year, with the place of its label.
struct Row {
    metric: Metric,
    scale: Scale,
    label: Range<usize>,
    figures: Vec<(Column, Figure)>,
}

/// Reads the estimates of a report about one company: in others the tables are those of many.
///
/// `reading` gives what is known of the report by now: subject, category, day.
pub(super) fn read(context: &Context<'_>, reading: &Reading) -> Vec<Located<Estimate>> {
    let many = matches!(
        reading.product.category.as_ref().map(|category| category.value),
        Some(Category::Industry | Category::Strategy | Category::Macro | Category::MorningNote)
    );
    let stock = reading.subject.kind.as_ref().is_some_and(|kind| kind.value == SubjectType::Stock);
    if many || !stock {
        return Vec::new();
    }
    let published = reading.product.publish_date.as_ref().map(|date| i32::from(date.value.year()));
    let foreign = context.foreign();
    let mut rows = table::rows(context, published, foreign);
    rows.extend(sentence::rows(context, published, foreign));
    let mut found: Vec<Located<Estimate>> = Vec::new();
    let mut read = BTreeSet::new();
    for row in rows {
        // One metric comes from one table: another may count another profit (before minorities, adjusted).
        if !read.insert(row.metric) {
            continue;
        }
        for (column, figure) in row.figures.iter().take(MOST.saturating_sub(found.len())) {
            let period = format!("FY{}", column.year);
            let estimate = estimate(&row, *column, figure, &period);
            found.extend(context.located(estimate, row.label.start..figure.range.end));
        }
    }
    found
}

fn estimate(row: &Row, column: Column, figure: &Figure, period: &str) -> Estimate {
    Estimate {
        subject: None,
        metric: Some(row.metric),
        period: Some(period.to_owned()),
        kind: column.kind,
        value: Some(figure.value),
        unit: row.scale.unit,
        currency: row.scale.currency.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests;
