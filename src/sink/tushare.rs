//! tushare's `report_rc`: one row a report and forecast year, amounts in 万元, years as `2024Q4`.

use std::collections::BTreeSet;
use std::io::Write;

use rust_decimal::Decimal;

use super::table::{Table, number, rating, signers, stock, text};
use super::{Records, SinkError, Written};
use crate::domain::Record;
use crate::domain::record::{Estimate, EstimateKind, Metric, Unit};

/// The columns, in tushare's order (<https://tushare.pro/document/2?doc_id=292>).
const HEAD: [&str; 23] = [
    "ts_code",
    "name",
    "report_date",
    "report_title",
    "report_type",
    "classify",
    "org_name",
    "author_name",
    "quarter",
    "op_rt",
    "op_pr",
    "tp",
    "np",
    "eps",
    "pe",
    "rd",
    "roe",
    "ev_ebitda",
    "rating",
    "max_price",
    "min_price",
    "imp_dg",
    "create_time",
];

pub(super) fn write(records: &dyn Records, out: &mut dyn Write) -> Result<Written, SinkError> {
    let mut table = Table::new(out, &HEAD)?;
    let mut written = Written::default();
    records.each(&mut |record| {
        let Some((symbol, name)) = stock(&record) else {
            written.left_out += 1;
            return Ok(());
        };
        written.records += 1;
        let years: BTreeSet<&str> = record.estimates.iter().filter(|figure| is_forecast(figure)).filter_map(year).collect();
        // A report without forecasts has a row for its rating and target.
        let years: Vec<Option<&str>> = if years.is_empty() { vec![None] } else { years.into_iter().map(Some).collect() };
        years.into_iter().try_for_each(|year| table.row(&row(&record, symbol, name, year)))
    })?;
    table.finish()?;
    Ok(written)
}

fn row(record: &Record, symbol: &str, name: &str, of: Option<&str>) -> [String; 23] {
    let figure = |metric: Metric| {
        let fits = |figure: &&Estimate| is_forecast(figure) && figure.metric == Some(metric) && of.is_some() && year(figure) == of;
        record.estimates.iter().find(fits)
    };
    let amount = |metric: Metric| figure(metric).and_then(|figure| in_wan(record, figure)).map(plain).unwrap_or_default();
    let ratio = |metric: Metric| number(figure(metric).and_then(|figure| figure.value));
    let target = record.target_price.as_ref();
    let date = record.product.publish_date.map(|day| day.to_string().replace('-', "")).unwrap_or_default();
    [
        symbol.to_owned(),
        name.to_owned(),
        date,
        text(record.product.title.as_deref()),
        text(record.product.series.as_deref()),
        String::new(),
        text(record.publisher.name.as_deref()),
        signers(record).join(","),
        of.map(|year| format!("{year}Q4")).unwrap_or_default(),
        amount(Metric::Revenue),
        amount(Metric::OperatingProfit),
        amount(Metric::PretaxProfit),
        amount(Metric::NetProfit),
        ratio(Metric::Eps),
        ratio(Metric::Pe),
        ratio(Metric::DividendYield),
        ratio(Metric::Roe),
        ratio(Metric::EvEbitda),
        text(rating(record).and_then(|rating| rating.label.as_deref())),
        number(target.and_then(|target| target.high)),
        number(target.and_then(|target| target.low)),
        String::new(),
        String::new(),
    ]
}

/// Whether a figure is a forecast for the report's own stock.
pub(super) fn is_forecast(figure: &Estimate) -> bool {
    figure.subject.is_none() && figure.kind != Some(EstimateKind::Actual)
}

/// The year of `FY2024`; other periods have no row.
pub(super) fn year(figure: &Estimate) -> Option<&str> {
    figure.period.as_deref()?.strip_prefix("FY").filter(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An amount in 万元; `None` where its unit does not say how much it is, or it is in another currency.
fn in_wan(record: &Record, figure: &Estimate) -> Option<Decimal> {
    let at_home = record.product.jurisdiction.as_deref().is_none_or(|jurisdiction| jurisdiction == "CN");
    if figure.currency.as_deref().map_or(!at_home, |currency| currency != "CNY") {
        return None;
    }
    let value = figure.value?.as_decimal();
    match figure.unit? {
        Unit::Yuan => value.checked_div(Decimal::from(10_000)),
        Unit::Wan => Some(value),
        Unit::Million => value.checked_mul(Decimal::from(100)),
        Unit::Yi => value.checked_mul(Decimal::from(10_000)),
        Unit::Percent | Unit::Times | Unit::PerShare => None,
    }
}

fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}
