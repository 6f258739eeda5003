//! Whether the figures of a report fit each other (`domain.md` T18): price ÷ EPS is the printed P/E, and the printed
//! upside is target ÷ price − 1. What does not fit is for a person to look at; nothing is corrected.

use rust_decimal::Decimal;

use crate::domain::reading::Reading;
use crate::domain::record::{Estimate, EstimateKind, Metric, ReviewCode, ReviewItem};
use crate::domain::security::symbol;
use crate::domain::{Amount, Located};
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile};

/// How far two figures may differ, in percent, beyond their rounding.
const TOLERANCE: i64 = 5;

/// Every figure that does not fit the others.
pub(in crate::rules) fn read(context: &Context<'_>, reading: &Reading) -> Vec<ReviewItem> {
    let mut items = price_to_earnings(reading);
    items.extend(upside(context, reading));
    items
}

/// Price ÷ EPS against the printed P/E, year by year.
fn price_to_earnings(reading: &Reading) -> Vec<ReviewItem> {
    let Some(price) = reading.target_price.current_price.as_ref().map(|price| price.value) else {
        return Vec::new();
    };
    if !one_currency(reading) {
        return Vec::new();
    }
    let mut fitting = 0;
    let mut items = Vec::new();
    for (index, found) in reading.estimates.iter().enumerate() {
        let (Some(Metric::Pe), Some(pe), Some(period)) = (found.value.metric, found.value.value, found.value.period.as_deref()) else {
            continue;
        };
        // The P/E of a past year is often that of its own last day.
        if found.value.kind != Some(EstimateKind::Estimate) {
            continue;
        }
        let Some(eps) = eps(&reading.estimates, period) else {
            continue;
        };
        match ratio(price, eps, pe) {
            Some(ratio) if fits(ratio, eps, pe) => fitting += 1,
            Some(ratio) => items.push(ReviewItem {
                pointer: format!("/estimates/{index}"),
                code: ReviewCode::Inconsistent,
                detail: format!(
                    "{period}: price {price} / EPS {eps} is {}, the printed P/E is {pe}",
                    (ratio * pe.as_decimal()).round_dp(2).normalize()
                ),
            }),
            None => {}
        }
    }
    // Where no year fits, it is the price that differs from the table's: of another day, or misread.
    match items.as_slice() {
        [first, ..] if fitting == 0 && items.len() > 1 => vec![ReviewItem {
            pointer: "/target_price/current_price".to_owned(),
            code: ReviewCode::Inconsistent,
            detail: format!("the price fits no printed P/E; {}", first.detail),
        }],
        _ => items,
    }
}

/// Whether price and EPS are surely in one currency: a mainland share, or the same currency printed at both.
fn one_currency(reading: &Reading) -> bool {
    let printed =
        reading.estimates.iter().filter(|found| found.value.metric == Some(Metric::Eps)).find_map(|found| found.value.currency.as_deref());
    let price = reading.target_price.currency.as_ref().map(|currency| currency.value.as_str());
    let mainland = reading
        .subject
        .code
        .as_ref()
        .and_then(|code| symbol(&code.value))
        .is_some_and(|symbol| matches!(symbol.mic, "XSHG" | "XSHE" | "BJSE"));
    match (printed, price) {
        (Some(printed), Some(price)) => printed == price,
        (Some(printed), None) => mainland && printed == "CNY",
        (None, Some(price)) => mainland && price == "CNY",
        (None, None) => mainland,
    }
}

fn eps(estimates: &[Located<Estimate>], period: &str) -> Option<Amount> {
    estimates.iter().find(|found| found.value.metric == Some(Metric::Eps) && found.value.period.as_deref() == Some(period))?.value.value
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
static UPSIDE: Pattern = Pattern::new(|| {
    compile(
        r"(?:(?:上涨|上升|潜在涨幅|涨幅)空间|潜在(?:涨|升)幅|(?i:\b(?:potential )?upside(?: potential| to (?:target|TP|PT|PO))?))\s?(?:\(%\))?[:\s|]{0,3}(?:约为?|为|有|达)?\s?(?P<percent>[+-]?\d{1,3}(?:\.\d{1,2})?)\s?%",
    )
});
/// The front page, in characters.
const FRONT: usize = 4000;

/// The printed upside against target ÷ price − 1.
fn upside(context: &Context<'_>, reading: &Reading) -> Option<ReviewItem> {
    let target = reading.target_price.low.as_ref()?.value;
    let price = reading.target_price.current_price.as_ref()?.value;
    // With a range either end may be meant.
    if reading.target_price.high.as_ref().is_some_and(|high| high.value != target) || price <= Amount::from_int(0) {
        return None;
    }
    let computed = (target.as_decimal().checked_div(price.as_decimal())? - Decimal::ONE) * Decimal::ONE_HUNDRED;
    let printed: Vec<Amount> =
        captures(&UPSIDE, context.after(0, FRONT)).filter_map(|found| Amount::parse(found.name("percent")?.as_str()).ok()).collect();
    let near = |printed: &&Amount| (printed.as_decimal() - computed).abs() <= Decimal::from(TOLERANCE);
    let first = printed.first()?;
    if printed.iter().any(|printed| near(&printed)) {
        return None;
    }
    Some(ReviewItem {
        pointer: "/target_price/low".to_owned(),
        code: ReviewCode::Inconsistent,
        detail: format!(
            "target {target} / price {price} is an upside of {}%, the printed one is {first}%",
            computed.round_dp(1).normalize()
        ),
    })
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
        reading
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
