//! Whether the figures, codes and kinds of a record fit each other and the text (`domain.md` T18), whoever read them:
//! price ÷ EPS is the printed P/E, the printed upside is target ÷ price − 1, forecast years follow one another and the
//! reported ones, a code stands beside its own name and on its own exchange. What does not fit is for a person to look
//! at; nothing is corrected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rust_decimal::Decimal;

use crate::document::{Regex, Text};
use crate::domain::Amount;
use crate::domain::date::find_dates;
use crate::domain::rating::SubjectType;
use crate::domain::record::{Category, Estimate, EstimateKind, Metric, Record, ReviewCode, ReviewItem};
use crate::domain::security::{exchange_differs, symbol};

use super::names;

/// How far two figures may differ, in percent, beyond their rounding.
const TOLERANCE: i64 = 5;

fn item(pointer: impl Into<String>, detail: String) -> ReviewItem {
    ReviewItem { pointer: pointer.into(), code: ReviewCode::Inconsistent, detail }
}

/// Everything that does not fit; `text` is the normalised text.
pub(super) fn check(text: &Text, record: &Record) -> Vec<ReviewItem> {
    let mut items = price_to_earnings(record);
    items.extend(upside(text, record));
    items.extend(years(record));
    items.extend(exchanges(record));
    items.extend(names::check(text, record));
    items.extend(kinds(record));
    items.extend(one_price(record));
    items.extend(later_day(text, record));
    items
}

/// The kind of report, of its subject and of its ratings: a report about one company is about a stock, a rated stock is
/// no sector.
fn kinds(record: &Record) -> Vec<ReviewItem> {
    fn word(value: impl serde::Serialize) -> String {
        serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }
    let mut items = Vec::new();
    let kind = record.subject.as_ref().and_then(|subject| subject.kind).unwrap_or(SubjectType::None);
    let fits = match record.product.category {
        Some(Category::Company) => kind == SubjectType::Stock,
        Some(Category::Industry) => kind != SubjectType::Stock,
        Some(Category::Strategy | Category::Macro) => !matches!(kind, SubjectType::Stock | SubjectType::Industry),
        Some(Category::MorningNote | Category::Other) | None => true,
    };
    if let Some(category) = record.product.category.filter(|_| !fits) {
        let detail = format!("a `{}` report whose subject is of type `{}`", word(category), word(kind));
        items.push(item("/product/category", detail.clone()));
        items.extend(record.subject.is_some().then(|| item("/subject", detail)));
    }
    // A company's report may rate its sector as well, never its sector alone; a sector's report rates no stock.
    if let [only] = record.ratings.as_slice()
        && let Some(rated) = only.subject_type.filter(|rated| *rated != kind && matches!(kind, SubjectType::Stock | SubjectType::Industry))
    {
        let detail = format!("the only rating is of type `{}`, the report is about a `{}`", word(rated), word(kind));
        items.push(item("/ratings/0/subject_type", detail));
    }
    items
}

/// A target that is the price of the day is mostly that price, misread.
fn one_price(record: &Record) -> Option<ReviewItem> {
    let goal = record.target_price.as_ref()?;
    let price = goal.current_price?;
    let same = [goal.low, goal.high].into_iter().flatten().any(|target| target == price);
    same.then(|| item("/target_price/low", format!("the target price and the price of the day are both {price}")))
}

/// A report is not older than the days its first page prints: of prices, of earlier reports, of data.
fn later_day(text: &Text, record: &Record) -> Option<ReviewItem> {
    /// Characters of the first page.
    const FIRST_PAGE: usize = 2500;
    /// Days ahead that are events to come rather than days past.
    const SOON: i32 = 45;
    let published = record.product.publish_date?;
    let days = find_dates(&text.first(FIRST_PAGE)).into_iter().map(|found| found.date);
    let later = days.filter(|day| (1..=SOON).contains(&published.days_to(*day))).max()?;
    Some(item("/product/publish_date", format!("the first page prints a later day, {later}")))
}

/// Years of one metric follow one another, and what is reported comes before what is forecast.
fn years(record: &Record) -> Vec<ReviewItem> {
    let mut rows: BTreeMap<Metric, Vec<(i32, Option<EstimateKind>, usize)>> = BTreeMap::new();
    for (index, found) in record.estimates.iter().enumerate().filter(|(_, found)| found.subject.is_none()) {
        if let (Some(metric), Some(year)) = (found.metric, found.period.as_deref().and_then(fiscal_year)) {
            rows.entry(metric).or_default().push((year, found.kind, index));
        }
    }
    let mut items = Vec::new();
    let mut told = BTreeSet::new();
    for (metric, mut row) in rows {
        row.sort();
        for pair in row.windows(2) {
            let [(first, before, _), (second, after, index)] = pair else { continue };
            let why = if second - first > 1 {
                format!("no FY{} between FY{first} and FY{second}", first + 1)
            } else if *before == Some(EstimateKind::Estimate) && *after == Some(EstimateKind::Actual) {
                format!("FY{first} is a forecast and FY{second} is reported")
            } else {
                continue;
            };
            // The same gap in every row is one gap of the table.
            if told.insert(why.clone()) {
                let name = serde_json::to_value(metric).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
                items.push(item(format!("/estimates/{index}"), format!("{name}: {why}")));
            }
        }
    }
    items
}

/// `FY2024`, also `2024`, `2024E`.
fn fiscal_year(period: &str) -> Option<i32> {
    let digits: String = period.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|year| (1990..2100).contains(year))
}

/// A mainland code printed with another exchange's suffix.
fn exchanges(record: &Record) -> Vec<ReviewItem> {
    let subject = record.subject.as_ref().and_then(|subject| Some(("/subject/code".to_owned(), subject.code.as_deref()?)));
    let mentions =
        record.mentions.iter().enumerate().filter_map(|(index, mention)| Some((format!("/mentions/{index}"), mention.code.as_deref()?)));
    let all = subject.into_iter().chain(mentions);
    all.filter(|(_, code)| exchange_differs(code))
        .map(|(pointer, code)| item(pointer, format!("`{code}`: its first digits are another exchange's")))
        .collect()
}

/// Price ÷ EPS against the printed P/E, year by year.
fn price_to_earnings(record: &Record) -> Vec<ReviewItem> {
    let Some(price) = record.target_price.as_ref().and_then(|target| target.current_price) else {
        return Vec::new();
    };
    if !one_currency(record) {
        return Vec::new();
    }
    let mut fitting = 0;
    let mut items = Vec::new();
    for (index, found) in record.estimates.iter().enumerate() {
        let (Some(Metric::Pe), Some(pe), Some(period)) = (found.metric, found.value, found.period.as_deref()) else {
            continue;
        };
        // The P/E of a past year is often that of its own last day.
        if found.kind != Some(EstimateKind::Estimate) {
            continue;
        }
        let Some(eps) = eps(&record.estimates, period) else {
            continue;
        };
        match ratio(price, eps, pe) {
            Some(ratio) if fits(ratio, eps, pe) => fitting += 1,
            Some(ratio) => {
                let computed = (ratio * pe.as_decimal()).round_dp(2).normalize();
                let detail = format!("{period}: price {price} / EPS {eps} is {computed}, the printed P/E is {pe}");
                items.push(item(format!("/estimates/{index}"), detail));
            }
            None => {}
        }
    }
    // Where no year fits, it is the price that differs from the table's: of another day, or misread.
    match items.as_slice() {
        [first, ..] if fitting == 0 && items.len() > 1 => {
            vec![item("/target_price/current_price", format!("the price fits no printed P/E; {}", first.detail))]
        }
        _ => items,
    }
}

/// Whether price and EPS are surely in one currency: a mainland share, or the same currency printed at both.
fn one_currency(record: &Record) -> bool {
    let printed = record.estimates.iter().filter(|found| found.metric == Some(Metric::Eps)).find_map(|found| found.currency.as_deref());
    let price = record.target_price.as_ref().and_then(|target| target.currency.as_deref());
    let code = record.subject.as_ref().and_then(|subject| subject.code.as_deref());
    let mainland = code.and_then(symbol).is_some_and(|symbol| matches!(symbol.mic, "XSHG" | "XSHE" | "BJSE"));
    match (printed, price) {
        (Some(printed), Some(price)) => printed == price,
        (Some(printed), None) => mainland && printed == "CNY",
        (None, Some(price)) => mainland && price == "CNY",
        (None, None) => mainland,
    }
}

fn eps(estimates: &[Estimate], period: &str) -> Option<Amount> {
    estimates.iter().find(|found| found.metric == Some(Metric::Eps) && found.period.as_deref() == Some(period))?.value
}

/// Price ÷ EPS ÷ P/E; none for a loss.
fn ratio(price: Amount, eps: Amount, pe: Amount) -> Option<Decimal> {
    let (eps, pe) = (eps.as_decimal(), pe.as_decimal());
    if eps <= Decimal::ZERO || pe <= Decimal::ZERO {
        return None;
    }
    price.as_decimal().checked_div(eps)?.checked_div(pe)
}

fn fits(ratio: Decimal, eps: Amount, pe: Amount) -> bool {
    let rounding =
        |amount: Amount| Decimal::new(5, amount.as_decimal().scale() + 1).checked_div(amount.as_decimal()).unwrap_or(Decimal::ONE);
    (ratio - Decimal::ONE).abs() <= Decimal::new(TOLERANCE, 2) + rounding(eps) + rounding(pe)
}

/// 上涨空间25%, `Upside: 25%` beside the target of the front page.
static UPSIDE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:(?:上涨|上升|潜在涨幅|涨幅)空间|潜在(?:涨|升)幅|(?i:\b(?:potential )?upside(?: potential| to (?:target|TP|PT|PO))?))\s?(?:\(%\))?[:\s|]{0,3}(?:约为?|为|有|达)?\s?(?P<percent>[+-]?\d{1,3}(?:\.\d{1,2})?)\s?%",
    )
    .ok()
});
/// The front page, in characters.
const FRONT: usize = 4000;

/// The printed upside against target ÷ price − 1.
fn upside(text: &Text, record: &Record) -> Option<ReviewItem> {
    let goal = record.target_price.as_ref()?;
    let (target, price) = (goal.low?, goal.current_price?);
    // With a range either end may be meant.
    if goal.high.is_some_and(|high| high != target) || price <= Amount::from_int(0) {
        return None;
    }
    let computed = (target.as_decimal().checked_div(price.as_decimal())? - Decimal::ONE) * Decimal::ONE_HUNDRED;
    let found = UPSIDE.as_ref()?.captures_iter(text.first(FRONT));
    let printed: Vec<Amount> = found.filter_map(|found| Amount::parse(found.name("percent")?.as_str()).ok()).collect();
    let near = |printed: &&Amount| (printed.as_decimal() - computed).abs() <= Decimal::from(TOLERANCE);
    let first = printed.first()?;
    if printed.iter().any(|printed| near(&printed)) {
        return None;
    }
    let computed = computed.round_dp(1).normalize();
    Some(item("/target_price/low", format!("target {target} / price {price} is an upside of {computed}%, the printed one is {first}%")))
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::domain::record::ReviewCode;
    use crate::zones::Zones;

    fn items(text: &str) -> Vec<String> {
        let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let reading = crate::rules::read(&crate::rules::Context::new(&document, &zones));
        let record = super::super::tests::by_rules(&document, reading);
        record
            .review
            .into_iter()
            .filter(|item| item.code == ReviewCode::Inconsistent)
            .map(|item| format!("{} {}", item.pointer, item.detail))
            .collect()
    }

    fn report(price: &str, pe: &str, more: &str) -> String {
        format!(
            "望江证券公司点评报告2024年04月20日爱农科技（600000.SH）买入（维持）收盘价：{price}元{more}公司一季度收入增长。盈利预测2023A2024E2025E每股收益(元)2.503.004.00市盈率{pe}资料来源：望江证券"
        )
    }

    #[test]
    fn price_and_earnings_fit() {
        assert!(items(&report("60.00", "24.020.015.0", "")).is_empty());
        let found = items(&report("60.00", "24.020.025.0", ""));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found.iter().all(|item| item.contains("FY2025: price 60 / EPS 4 is 15, the printed P/E is 25")), "{found:?}");
        let found = items(&report("90.00", "24.020.015.0", ""));
        assert!(matches!(found.as_slice(), [item] if item.starts_with("/target_price/current_price")), "{found:?}");
    }

    #[test]
    fn upside_fits_target_and_price() {
        assert!(items(&report("60.00", "24.020.015.0", "目标价：75.00元上涨空间：25%")).is_empty());
        let found = items(&report("60.00", "24.020.015.0", "目标价：75.00元上涨空间：45%"));
        assert!(matches!(found.as_slice(), [item] if item.starts_with("/target_price/low")), "{found:?}");
    }

    #[test]
    fn another_currency_is_not_compared() {
        let text = report("90.00", "24.020.015.0", "").replace("600000.SH", "00999.HK");
        assert!(items(&text).is_empty(), "{:?}", items(&text));
    }
}
