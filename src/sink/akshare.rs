//! akshare's `stock_research_report_em`: one row a report; the years of the forecasts stand in the names of the columns.

use std::collections::BTreeSet;
use std::io::Write;

use super::table::{Table, number, rating, stock, text};
use super::tushare::{is_forecast, year};
use super::{Records, SinkError, Written};
use crate::domain::record::Metric;
use crate::domain::{Amount, Record};

/// Most years that get columns, the latest first: one far year of one report must not make a table of columns.
const YEARS: usize = 6;

pub(super) fn write(records: &dyn Records, out: &mut dyn Write) -> Result<Written, SinkError> {
    // The years are those the reports forecast, never this year's: a fixed set shows wrong figures a year later.
    let mut years: BTreeSet<String> = BTreeSet::new();
    records.each(&mut |record| {
        if stock(&record).is_some() {
            let of_record = record.estimates.iter().filter(|figure| is_forecast(figure));
            let shown = of_record.filter(|figure| matches!(figure.metric, Some(Metric::Eps | Metric::Pe)));
            years.extend(shown.filter_map(year).map(str::to_owned));
        }
        Ok(())
    })?;
    let years: Vec<String> = years.iter().skip(years.len().saturating_sub(YEARS)).cloned().collect();
    let mut head: Vec<String> =
        ["序号", "股票代码", "股票简称", "报告名称", "东财评级", "机构", "近一月个股研报数"].map(str::to_owned).into();
    head.extend(years.iter().flat_map(|year| [format!("{year}-盈利预测-收益"), format!("{year}-盈利预测-市盈率")]));
    head.extend(["行业", "日期", "报告PDF链接"].map(str::to_owned));
    let mut table = Table::new(out, &head)?;
    let mut written = Written::default();
    records.each(&mut |record| {
        let Some((symbol, name)) = stock(&record) else {
            written.left_out += 1;
            return Ok(());
        };
        written.records += 1;
        table.row(&row(&record, symbol, name, written.records, &years))
    })?;
    table.finish()?;
    Ok(written)
}

fn row(record: &Record, symbol: &str, name: &str, place: u64, years: &[String]) -> Vec<String> {
    let figure = |metric: Metric, of: &str| {
        let mut fitting = record.estimates.iter().filter(|figure| is_forecast(figure) && figure.metric == Some(metric));
        number(fitting.find(|figure| year(figure) == Some(of)).and_then(|figure| figure.value))
    };
    let mut row = vec![
        place.to_string(),
        symbol.split('.').next().unwrap_or_default().to_owned(),
        name.to_owned(),
        text(record.product.title.as_deref()),
        choice(rating(record).and_then(|rating| rating.score)).to_owned(),
        text(record.publisher.name.as_deref()),
        String::new(),
    ];
    row.extend(years.iter().flat_map(|year| [figure(Metric::Eps, year), figure(Metric::Pe, year)]));
    row.extend([
        text(record.subject.as_ref().and_then(|subject| subject.industry.as_deref())),
        record.product.publish_date.map(|day| day.to_string()).unwrap_or_default(),
        String::new(),
    ]);
    row
}

/// The five words of 东方财富 Choice for a score of 1 best to 5 worst.
fn choice(score: Option<Amount>) -> &'static str {
    const WORDS: [&str; 5] = ["买入", "增持", "中性", "减持", "卖出"];
    let whole = score.and_then(|score| score.to_string().parse::<usize>().ok());
    whole.and_then(|score| WORDS.get(score.checked_sub(1)?)).copied().unwrap_or_default()
}
