//! What a run took, for the page of a comparison: requests, tokens, cost, time.

use sellside::batch::RunReport;
use sellside::chart::{BarRow, Bars, Format, Head, Measure, Series, Tone};
use sellside::compare::{Part, Section};

use super::input::Input;

/// Cost and latency of the runs among the inputs; nothing of those that asked no model or say nothing of it.
pub(super) fn parts(inputs: &[Input]) -> Vec<Part> {
    let of = |input: &Input| {
        let text = std::fs::read_to_string(input.path().join("run.json")).ok()?;
        let report: RunReport = serde_json::from_str(&text).ok()?;
        Some((input.path().display().to_string(), report))
    };
    let runs: Vec<(String, RunReport)> = inputs.iter().filter(|input| input.has_views()).filter_map(of).collect();
    let rows: Vec<Vec<String>> = runs.iter().filter(|(_, run)| run.model.is_some()).map(|(name, run)| row(name, run)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let columns =
        ["run", "model", "#requests", "#failed", "#prompt tokens", "#answer tokens", "#cost", "#half within", "#95% within", "#slowest"];
    let section = Section::table("cost", "Cost and latency", &columns, rows);
    vec![Part { section, charts: latency(&runs).into_iter().collect(), folded: false }]
}

fn row(name: &str, run: &RunReport) -> Vec<String> {
    let requests = &run.requests_in_all;
    let cost = requests.cost.as_ref().map_or_else(
        || "unknown".to_owned(),
        |cost| format!("{} {}", cost.amount, cost.currency.as_deref().unwrap_or_default()).trim_end().to_owned(),
    );
    let seconds = |pick: fn(&sellside::batch::Latency) -> u64| {
        requests.latency.as_ref().map_or_else(|| "–".to_owned(), |latency| format!("{} ms", pick(latency)))
    };
    vec![
        name.to_owned(),
        run.model.clone().unwrap_or_default(),
        requests.sent.to_string(),
        requests.failed.to_string(),
        requests.usage.prompt_tokens.to_string(),
        requests.usage.completion_tokens.to_string(),
        cost,
        seconds(|latency| latency.p50),
        seconds(|latency| latency.p95),
        seconds(|latency| latency.most),
    ]
}

fn latency(runs: &[(String, RunReport)]) -> Option<String> {
    let timed: Vec<_> = runs.iter().filter_map(|(name, run)| Some((name, run.requests_in_all.latency.as_ref()?))).collect();
    if timed.is_empty() {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of one request")]
    let seconds = |milliseconds: u64| Some(Measure::new(milliseconds as f64 / 1000.0));
    let rows = timed
        .iter()
        .flat_map(|(name, latency)| {
            [("half within", latency.p50), ("95% within", latency.p95), ("slowest", latency.most)]
                .map(|(what, time)| BarRow { label: format!("{name}, {what}"), values: vec![seconds(time)] })
        })
        .collect();
    let head = Head::new("Seconds a request takes", "Half, nineteen of twenty, and the slowest of the requests that were answered.");
    Some(Bars { head, series: vec![Series::new("seconds", Tone::Plain)], rows, most: None, format: Format::Decimal(2) }.svg())
}
