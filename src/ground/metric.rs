//! Figures of forecast tables: what their row is called, in which unit, and under which year they stand.

use std::ops::Range;

use crate::domain::Reason;
use crate::domain::record::{EstimateKind, Metric, Unit};

use super::near::{before, last_of};
use super::unit::Printed;

/// What rows are called. A row of growth rates is named after the figure that grows, and its last word counts.
const NAMES: &[(Metric, &[&str])] = &[
    (Metric::Revenue, &["营业收入", "营业总收入", "主营收入", "营收", "收入", "revenue", "sales", "turnover"]),
    (Metric::OperatingProfit, &["营业利润", "经营利润", "operating profit", "ebit", "operating income"]),
    (Metric::PretaxProfit, &["利润总额", "税前利润", "pre-tax profit", "pretax profit", "pbt"]),
    (Metric::NetProfit, &["净利润", "归母净利", "归母", "股东净利", "盈利", "net profit", "net income", "earnings"]),
    (Metric::Eps, &["每股收益", "每股盈利", "eps", "earnings per share"]),
    (Metric::Pe, &["市盈率", "pe", "p/e", "per"]),
    (Metric::Pb, &["市净率", "pb", "p/b"]),
    (Metric::Roe, &["净资产收益率", "roe", "股东回报率", "return on equity"]),
    (Metric::DividendYield, &["股息率", "股息收益率", "dividend yield"]),
    (Metric::EvEbitda, &["ev/ebitda"]),
    (Metric::Growth, &["增长率", "增速", "增长", "同比", "yoy", "growth", "chg"]),
    (Metric::Margin, &["毛利率", "净利率", "利润率", "margin"]),
];

/// How far before a figure its row's name may stand.
const REACH: usize = 240;

/// Whether the row a figure stands in is called what it should be.
pub(super) fn called(text: &str, place: &Range<usize>, metric: Option<Metric>) -> Result<(), Option<Reason>> {
    let Some(metric) = metric else { return Ok(()) };
    let lead = before(text, place.start, REACH);
    let found = NAMES.iter().filter_map(|(metric, names)| Some((*metric, last_of(&lead, names)?.0)));
    match found.max_by_key(|(_, place)| (place.end, place.len())) {
        Some((found, _)) if found == metric => Ok(()),
        Some(_) => Err(Some(Reason::OtherMeaning)),
        None => Err(Some(Reason::Unnamed)),
    }
}

/// Whether the text marks a year the other way: `2024E` where a reported figure is meant, and nowhere `2024A`.
pub(super) fn kind_fits(text: &str, period: &str, kind: EstimateKind) -> bool {
    let digits: String = period.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let Some(short) = digits.get(2..).filter(|_| digits.len() == 4) else { return true };
    let marked = |mark: char| {
        [digits.as_str(), short].iter().any(|year| {
            text.match_indices(&format!("{year}{mark}")).take(20).any(|(at, _)| {
                let joined = text.get(..at).is_some_and(|lead| lead.ends_with(|c: char| c.is_ascii_digit() && *year == short));
                let goes_on = text.get(at + year.len() + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
                !joined && !goes_on
            })
        })
    };
    match kind {
        EstimateKind::Actual => !marked('E') || marked('A'),
        EstimateKind::Estimate => !marked('A') || marked('E'),
    }
}

/// Whether the unit printed behind a figure, else in its row's name, is the one meant, and one its metric can have.
pub(super) fn unit_fits(text: &str, place: &Range<usize>, printed: Option<Printed>, metric: Option<Metric>, unit: Option<Unit>) -> bool {
    let Some(unit) = unit else { return printed != Some(Printed::Other) };
    if !metric.is_none_or(|metric| can_have(metric, unit)) {
        return false;
    }
    match printed.or_else(|| in_name(text, place)) {
        None => true,
        Some(Printed::Percent) => unit == Unit::Percent,
        Some(Printed::Times) => unit == Unit::Times,
        Some(Printed::Money) => matches!(unit, Unit::Yuan | Unit::PerShare),
        Some(Printed::Scaled(scale)) => unit == scale,
        Some(Printed::Months | Printed::Other) => false,
    }
}

fn can_have(metric: Metric, unit: Unit) -> bool {
    match metric {
        Metric::Revenue | Metric::OperatingProfit | Metric::PretaxProfit | Metric::NetProfit => {
            matches!(unit, Unit::Yuan | Unit::Wan | Unit::Million | Unit::Yi)
        }
        Metric::Eps => matches!(unit, Unit::PerShare | Unit::Yuan),
        Metric::Pe | Metric::Pb | Metric::EvEbitda => unit == Unit::Times,
        Metric::Roe | Metric::DividendYield | Metric::Growth | Metric::Margin => unit == Unit::Percent,
    }
}

/// The unit in brackets behind a row's name: `营业收入(百万元)`.
fn in_name(text: &str, place: &Range<usize>) -> Option<Printed> {
    const UNITS: &[(&str, Printed)] = &[
        ("(百万元)", Printed::Scaled(Unit::Million)),
        ("(人民币百万元)", Printed::Scaled(Unit::Million)),
        ("(rmb mn)", Printed::Scaled(Unit::Million)),
        ("(亿元)", Printed::Scaled(Unit::Yi)),
        ("(万元)", Printed::Scaled(Unit::Wan)),
        ("(元)", Printed::Money),
        ("(元/股)", Printed::Money),
        ("(%)", Printed::Percent),
        ("(倍)", Printed::Times),
        ("(x)", Printed::Times),
    ];
    let lead = before(text, place.start, REACH);
    let names: Vec<&str> = UNITS.iter().map(|(name, _)| *name).collect();
    let (unit, index) = last_of(&lead, &names)?;
    // Only of the row's own name: with another name behind it, it is of another row.
    let behind = lead.get(unit.end..)?;
    let another = NAMES.iter().any(|(_, names)| last_of(behind, names).is_some());
    UNITS.get(index).filter(|_| !another).map(|(_, printed)| *printed)
}

#[cfg(test)]
mod tests {
    use super::super::number::{Quantity, amount};
    use super::*;
    use crate::domain::Amount;

    fn check(text: &str, value: &str, metric: Metric, unit: Unit) -> Result<(), Option<Reason>> {
        amount(text, 0..text.len(), Amount::parse(value).unwrap(), Quantity::Figure(Some(metric), Some(unit))).map(|_| ())
    }

    #[test]
    fn a_figure_is_of_the_row_it_stands_in() {
        let table = "营业收入(百万元)\t1,234\t1,500\n净利润(百万元)\t120\t150\n每股收益(元)\t0.60\t0.75\n市盈率\t20.0\t16.0";
        assert_eq!(check(table, "1500", Metric::Revenue, Unit::Million), Ok(()));
        assert_eq!(check(table, "1500", Metric::NetProfit, Unit::Million), Err(Some(Reason::OtherMeaning)));
        assert_eq!(check(table, "150", Metric::NetProfit, Unit::Yi), Err(Some(Reason::UnitMismatch)));
        assert_eq!(check(table, "0.75", Metric::Eps, Unit::PerShare), Ok(()));
        assert_eq!(check(table, "16", Metric::Pe, Unit::Times), Ok(()));
        assert_eq!(check(table, "16", Metric::Pe, Unit::Percent), Err(Some(Reason::UnitMismatch)));
    }

    #[test]
    fn a_year_is_reported_or_forecast_as_it_is_marked() {
        let text = "2023A 2024E 2025E; FY26E; 营业收入 12024E款";
        assert!(kind_fits(text, "FY2023", EstimateKind::Actual) && kind_fits(text, "FY2024", EstimateKind::Estimate));
        assert!(!kind_fits(text, "FY2023", EstimateKind::Estimate) && !kind_fits(text, "FY2024", EstimateKind::Actual));
        assert!(!kind_fits(text, "FY2026", EstimateKind::Actual) && kind_fits(text, "FY2022", EstimateKind::Actual));
    }

    #[test]
    fn a_sentence_has_its_unit_behind_the_number() {
        let words = "预计2025年净利润为3.20亿元,同比增长25%";
        assert_eq!(check(words, "3.2", Metric::NetProfit, Unit::Yi), Ok(()));
        assert_eq!(check(words, "3.2", Metric::NetProfit, Unit::Million), Err(Some(Reason::UnitMismatch)));
        assert_eq!(check(words, "25", Metric::NetProfit, Unit::Percent), Err(Some(Reason::UnitMismatch)));
        assert_eq!(check("公司亏损3.20亿元,净利润亏损3.20亿元", "3.2", Metric::NetProfit, Unit::Yi), Err(Some(Reason::SignMismatch)));
    }
}
