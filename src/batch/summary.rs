//! `summary.md`: what a run came to, for people.

use std::fmt::Write as _;

use super::digest::FIELDS;
use super::report::{Decisions, Requests, RunReport};
use crate::domain::record::Readers;

/// Publishers that are listed.
const PUBLISHERS: usize = 30;

/// The summary as Markdown.
pub(super) fn markdown(report: &RunReport) -> String {
    let mut out = String::from("# Run\n\n");
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    let counts = &report.counts;
    let reader = match (report.readers, report.model.as_deref()) {
        (Readers::Both, Some(model)) => format!("`{}` and the rules", cell(model)),
        (Readers::Model, Some(model)) => format!("`{}` alone", cell(model)),
        (_, None) | (Readers::Rules, Some(_)) => "the rules alone".to_owned(),
    };
    line(format!("{} inputs, {} records, read by {reader}.", counts.inputs, counts.records));
    if let Some(stopped) = &report.stopped {
        line(format!("\n**Not finished:** {} inputs are left ({stopped}).", counts.not_done));
    }
    line("\n| | documents |\n|---|---:|".to_owned());
    for (name, count) in [
        ("nothing to look at", counts.agreed),
        ("something to look at", counts.review),
        ("model failed", counts.model_failed),
        ("read in part by the model", counts.read_in_part),
        ("unreadable", counts.unreadable),
        ("not done", counts.not_done),
    ] {
        line(format!("| {name} | {count} |"));
    }
    if counts.asked > 0 {
        line(format!(
            "\nThe model's first answer followed the schema in {} of documents, an answer in the end in {}.",
            percent(counts.valid_at_once, counts.asked),
            percent(counts.valid, counts.asked)
        ));
        line(format!("\nThis time: {}.", requests(&report.requests)));
        line(format!("\nIn all: {}.", requests(&report.requests_in_all)));
    }
    line("\n## Fields\n\n| field | filled | conflicts |\n|---|---:|---:|".to_owned());
    for field in FIELDS {
        let filled = report.fill.get(field).copied().unwrap_or_default() * 100.0;
        let of_field = |name: &str| name.split('.').any(|part| part.trim_end_matches('s') == field.trim_end_matches('s'));
        let conflicts: u64 = report.conflicts.iter().filter(|(name, _)| of_field(name)).map(|(_, count)| count).sum();
        line(format!("| {field} | {filled:.1}% | {conflicts} |"));
    }
    if !report.conflicts.is_empty() {
        line("\n## Conflicts\n\n| field | conflicts |\n|---|---:|".to_owned());
        let mut conflicts: Vec<_> = report.conflicts.iter().collect();
        conflicts.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
        for (field, count) in conflicts {
            line(format!("| {} | {count} |", cell(field)));
        }
    }
    line("\n## Publishers\n\n| publisher | documents | fields filled | conflicts | to look at |\n|---|---:|---:|---:|---:|".to_owned());
    let mut publishers: Vec<_> = report.publishers.iter().collect();
    publishers.sort_by(|a, b| (b.1.documents, a.0).cmp(&(a.1.documents, b.0)));
    for (name, publisher) in publishers.iter().take(PUBLISHERS) {
        let name = if name.is_empty() { "(not found)".to_owned() } else { cell(name) };
        let filled = percent(publisher.filled, publisher.documents.saturating_mul(FIELDS.len() as u64));
        line(format!("| {name} | {} | {filled} | {} | {} |", publisher.documents, publisher.conflicts, publisher.review));
    }
    if publishers.len() > PUBLISHERS {
        line(format!("\nAnd {} more, in `run.json`.", publishers.len() - PUBLISHERS));
    }
    decisions(&report.decisions, &mut line);
    if !report.read_in_part.is_empty() {
        line("\n## Read in part\n\nThe model read a part of these only; `run.issues` of their records says why.\n".to_owned());
        report.read_in_part.iter().for_each(|name| line(format!("- {}", cell(name))));
        let more = counts.read_in_part.saturating_sub(report.read_in_part.len() as u64);
        if more > 0 {
            line(format!("\nAnd {more} more."));
        }
    }
    if !report.worst.is_empty() {
        line("\n## Look at these first\n\n| document | to look at | conflicts |\n|---|---:|---:|".to_owned());
        for worst in &report.worst {
            line(format!("| {} | {} | {} |", cell(&worst.name), worst.review, worst.conflicts));
        }
    }
    out
}

/// What people decided, and above all what no longer fits.
fn decisions(decisions: &Decisions, line: &mut impl FnMut(String)) {
    if decisions.documents == 0 && decisions.without_input == 0 {
        return;
    }
    line(format!("\n## Decisions\n\n{} decisions of people are in the records of {} documents.", decisions.applied, decisions.documents));
    if decisions.without_input > 0 {
        line(format!("\n{} are about documents that are not among the inputs now; they are kept.", decisions.without_input));
    }
    if decisions.stale == 0 {
        return;
    }
    line(format!("\n**{} no longer fit** and are not in the records; they are kept, and applied again when they fit.", decisions.stale));
    line("\n| document | place | decided about | stands there now | decided | why | by |\n|---|---|---|---|---|---|---|".to_owned());
    for stale in &decisions.first_stale {
        let [was, present, value] = [&stale.was, &stale.present, &stale.value].map(|value| cell(&short(value)));
        let (document, pointer, by) = (cell(&stale.document), cell(&stale.pointer), cell(&stale.by));
        line(format!("| {document} | {pointer} | {was} | {present} | {value} | {} | {by} |", cell(&stale.why)));
    }
    let more = decisions.stale.saturating_sub(decisions.first_stale.len() as u64);
    if more > 0 {
        line(format!("\nAnd {more} more."));
    }
}

/// A value in a few words.
fn short(value: &serde_json::Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut characters = text.chars();
    let head: String = characters.by_ref().take(60).collect();
    if characters.next().is_some() { format!("{head}…") } else { head }
}

fn requests(requests: &Requests) -> String {
    let mut text = format!(
        "{} requests ({} failed), {} prompt tokens ({} cached), {} answer tokens",
        requests.sent, requests.failed, requests.usage.prompt_tokens, requests.usage.cached_tokens, requests.usage.completion_tokens
    );
    match &requests.cost {
        Some(cost) => {
            let least = if cost.uncounted > 0 { "at least " } else { "" };
            let currency = cost.currency.as_deref().map(|currency| format!(" {currency}")).unwrap_or_default();
            let _ = write!(text, ", cost {least}{}{currency}", cost.amount);
        }
        None => text.push_str(", cost unknown"),
    }
    if let Some(latency) = &requests.latency {
        let seconds = |milliseconds: u64| f64::from(u32::try_from(milliseconds).unwrap_or(u32::MAX)) / 1000.0;
        let _ = write!(text, ", latency {:.2} s (half), {:.2} s (95 of 100)", seconds(latency.p50), seconds(latency.p95));
    }
    text
}

fn percent(part: u64, whole: u64) -> String {
    let tenths = part.saturating_mul(1000).checked_div(whole).unwrap_or_default();
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// Words of a report as words of a cell: nothing in them is markup.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' | '~' | '!' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_cells_are_plain() {
        assert_eq!((percent(2, 3), percent(1, 0), percent(5, 5)), ("66.6%".to_owned(), "0.0%".to_owned(), "100.0%".to_owned()));
        assert_eq!(cell("a|<b>\n*"), "a\\|&lt;b> \\*");
    }
}
