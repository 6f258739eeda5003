//! Where the words of a value that a person gave stand in the text.

use serde_json::Value;

use super::place::list_and_index;
use crate::document::Document;
use crate::domain::date::find_dates;
use crate::domain::{By, Date, Evidence, Span};
use crate::ground;

/// Leaves whose values are words of ours and not of the report.
const CLOSED: [&str; 15] = [
    "category",
    "language",
    "jurisdiction",
    "role",
    "license_type",
    "type",
    "subject_type",
    "action",
    "status",
    "direction",
    "mapping_source",
    "currency",
    "period",
    "mic",
    "symbol",
];

/// The member of a list's item whose words stand for the item.
const NAMES: [&str; 6] = ["name", "title", "sector", "text", "label", "market"];

/// Characters around a known place that are searched first: the same words may mean something else elsewhere.
const NEAR: usize = 400;

/// The place of a value a person gave: by words a reader quoted for the same value, else by its own; near what stood there
/// before, else anywhere. None where they stand nowhere, and for values that are words of ours.
pub(super) fn find(document: &Document, unit: &str, value: &Value, quotes: &[String], near: Option<usize>) -> Option<Evidence> {
    let found = quotes.iter().find_map(|quote| around(document, quote, near)).or_else(|| {
        let leaf = unit.rsplit('/').next().unwrap_or_default();
        match value {
            Value::String(day) if leaf.ends_with("date") || leaf.starts_with("period_") => date(document, day, near),
            Value::String(words) if list_and_index(unit).is_some() || !CLOSED.contains(&leaf) => around(document, words, near),
            Value::Number(number) => written(&number.to_string()).iter().find_map(|words| around(document, words, near)),
            Value::Object(members) => {
                let name = NAMES.iter().find_map(|name| members.get(*name).and_then(Value::as_str))?;
                around(document, name, near)
            }
            _ => None,
        }
    })?;
    Some(Evidence { page: found.start.and_then(|start| document.page(start)), ..found })
}

fn around(document: &Document, words: &str, near: Option<usize>) -> Option<Evidence> {
    let all = Span { start: 0, end: document.source.chars() };
    let close = near.map(|at| Span { start: at.saturating_sub(NEAR), end: at.saturating_add(NEAR).min(all.end) });
    close.into_iter().chain([all]).find_map(|within| ground::quoted(document, words, within, By::Human))
}

fn date(document: &Document, day: &str, near: Option<usize>) -> Option<Evidence> {
    let wanted = Date::parse(day)?;
    let days = find_dates(document.normalized.text()).into_iter().filter(|found| found.date == wanted);
    let spans = days.filter_map(|found| document.span(found.start..found.end));
    let span = spans.min_by_key(|span| near.map_or(span.start, |near| span.start.abs_diff(near)))?;
    Some(Evidence::exact(By::Human, document.source.slice(span), span))
}

/// A number as a report may print it.
fn written(number: &str) -> Vec<String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let padded = |digits: usize| format!("{whole}.{fraction:0<digits$}");
    let mut forms = vec![padded(2)];
    if fraction.len() < 2 {
        forms.push(padded(1));
    }
    forms.push(number.to_owned());
    let digits = whole.trim_start_matches('-');
    if let Some(at) = digits.len().checked_sub(3).filter(|at| *at > 0 && digits.len() <= 6) {
        let sign = if whole.starts_with('-') { "-" } else { "" };
        let (thousands, rest) = digits.split_at_checked(at).unwrap_or((digits, ""));
        let more = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
        forms.push(format!("{sign}{thousands},{rest}{more}"));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_are_found_near_what_stood_there() {
        let text =
            "望江证券 2025年03月04日\n评级说明：买入 增持 中性\n目标价：66.60元，收盘价1,234元\n2025年01月02日数据\n投资评级：买入\n";
        let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let quote = |unit: &str, value: Value, near| find(&document, unit, &value, &[], near).map(|found| (found.quote, found.start));
        assert_eq!(quote("/target_price/low", json!(66.6), None).unwrap().0, "66.60");
        assert_eq!(quote("/target_price/current_price", json!(1234), None).unwrap().0, "1,234");
        assert_eq!(quote("/product/publish_date", json!("2025-01-02"), None).unwrap().0, "2025年01月02日");
        assert_eq!(
            (quote("/product/publish_date", json!("2025-01-03"), None), quote("/ratings/0/label", json!("卖出"), None)),
            (None, None)
        );
        assert_eq!(quote("/ratings/0/action", json!("maintain"), None), None);
        let quoted = |quotes: &[&str]| {
            let quotes: Vec<String> = quotes.iter().map(|quote| (*quote).to_owned()).collect();
            find(&document, "/ratings/0/label", &json!("买入"), &quotes, None).unwrap().quote
        };
        assert_eq!((quoted(&["投资评级：买入"]), quoted(&["没有这句"])), ("投资评级：买入".to_owned(), "买入".to_owned()));
    }
}
