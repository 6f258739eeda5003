//! The files of a run for people and programs, written from its state in the order of the inputs.

use std::io::Write as _;
use std::path::Path;

use super::progress::Progress;
use super::report::{Latency, Money, Requests, RunReport, SCHEMA, Tally};
use super::summary;
use crate::domain::record::Readers;
use crate::domain::schema::record_schema;
use crate::draft::draft_schema;
use crate::llm::{Attempt, Cost, Model, Prices, Usage, Way};
use crate::pipeline::{Extractor, VERSION};
use crate::store::{AtomicFile, RunStore, Spent, StoreError, write_atomic};

/// Records that are in memory at once.
const TOGETHER: u32 = 64;

/// What of a run's setting stands in its report.
#[derive(Debug)]
pub(super) struct Setting {
    readers: Readers,
    model: Option<String>,
    endpoint: Option<String>,
    replayed: bool,
    prompts: String,
    prices: Prices,
    /// By which way questions go.
    way: Way,
    started: String,
}

impl Setting {
    pub(super) fn of(extractor: &Extractor, prices: Prices, way: Way) -> Self {
        let model = extractor.model_in_use();
        Self {
            readers: extractor.readers(),
            model: model.map(|model| model.model_name().to_owned()),
            endpoint: model.map(|model| model.endpoint().to_owned()),
            replayed: model.is_some_and(Model::is_replay),
            prompts: extractor.prompts_hash(),
            prices,
            way,
            started: now(),
        }
    }
}

/// Writes all files and tells what the run came to.
pub(super) fn all(
    store: &RunStore,
    setting: &Setting,
    made_by: &str,
    progress: &Progress,
    stopped: Option<&str>,
) -> Result<RunReport, StoreError> {
    let folder = store.folder();
    records(store, &folder.join("records.jsonl"))?;
    let tally = failures(store, &folder.join("failures.jsonl"))?;
    let now_at = progress.snapshot();
    let mut report = RunReport {
        schema: SCHEMA.to_owned(),
        sellside: VERSION.to_owned(),
        made_by: made_by.to_owned(),
        record_schema: hash(&record_schema().to_string()),
        draft_schema: hash(&draft_schema().to_string()),
        prompts: setting.prompts.clone(),
        readers: setting.readers,
        model: setting.model.clone(),
        endpoint: setting.endpoint.clone(),
        replayed: setting.replayed,
        started: setting.started.clone(),
        ended: now(),
        seconds: (now_at.elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
        stopped: stopped.map(str::to_owned),
        requests: requests(&store.spent(false)?, &setting.prices, setting.way),
        requests_in_all: requests(&store.spent(true)?, &setting.prices, setting.way),
        counts: super::Counts { found: now_at.found, read: now_at.read, ..super::Counts::default() },
        fill: std::collections::BTreeMap::new(),
        conflicts: std::collections::BTreeMap::new(),
        publishers: std::collections::BTreeMap::new(),
        worst: Vec::new(),
        read_in_part: Vec::new(),
        decisions: super::Decisions { without_input: store.decisions_without_input()?, ..super::Decisions::default() },
    };
    tally.into_report(&mut report);
    report_files(store, &report)?;
    Ok(report)
}

/// Writes the files anew after people have decided; what the run took stays as it was reported.
pub(super) fn again(store: &RunStore) -> Result<(), StoreError> {
    let folder = store.folder();
    records(store, &folder.join("records.jsonl"))?;
    let tally = failures(store, &folder.join("failures.jsonl"))?;
    // A run that was killed has no report yet: going on with it writes one.
    let Some(mut report) = std::fs::read(folder.join("run.json")).ok().and_then(|text| serde_json::from_slice::<RunReport>(&text).ok())
    else {
        return Ok(());
    };
    report.decisions.without_input = store.decisions_without_input()?;
    tally.into_report(&mut report);
    report_files(store, &report)
}

fn report_files(store: &RunStore, report: &RunReport) -> Result<(), StoreError> {
    let folder = store.folder();
    let json = serde_json::to_string_pretty(report).map_err(|_| store.damaged("run report"))?;
    write_atomic(&folder.join("run.json"), format!("{json}\n").as_bytes())?;
    write_atomic(&folder.join("summary.md"), summary::markdown(report).as_bytes())
}

/// `records.jsonl`: the record of each input that has one.
fn records(store: &RunStore, path: &Path) -> Result<(), StoreError> {
    let mut file = AtomicFile::create(path)?;
    let mut after = -1;
    loop {
        let lines = store.record_lines(after, TOGETHER)?;
        let Some((last, _)) = lines.last() else { return file.finish() };
        after = *last;
        for (_, line) in &lines {
            file.write_all(line.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(|error| file.error(error))?;
        }
    }
}

/// `failures.jsonl`: the inputs that failed; counts all of them on the way.
fn failures(store: &RunStore, path: &Path) -> Result<Tally, StoreError> {
    let mut file = AtomicFile::create(path)?;
    let mut tally = Tally::default();
    let mut after = -1;
    loop {
        let rows = store.entries(after, TOGETHER * 8)?;
        let Some((last, ..)) = rows.last() else { break };
        after = *last;
        for (_, name, entry) in &rows {
            tally.count(name, entry.as_ref());
            if let Some(failure) = entry.as_ref().and_then(|entry| entry.failure.as_ref()) {
                let line = serde_json::to_string(failure).map_err(|_| store.damaged("failure"))?;
                writeln!(file, "{line}").map_err(|error| file.error(error))?;
            }
        }
    }
    file.finish()?;
    Ok(tally)
}

/// What requests came to; `now` is the way the next one would go.
fn requests(spent: &[Spent], prices: &Prices, now: Way) -> Requests {
    let mut usage = Usage::default();
    // A price of a way nobody went is not asked for.
    let nothing = if spent.is_empty() { prices.by(now).cost(&[]) } else { Cost::Free };
    let mut cost = Some(nothing).filter(|cost| *cost != Cost::Unknown);
    let is_success = |spent: &Spent| spent.status.is_some_and(|status| (200..300).contains(&status));
    for request in spent {
        if let Some(tokens) = request.usage {
            usage += tokens;
        }
        let attempt = Attempt::counted(request.status, request.usage);
        cost = cost.and_then(|before| before.plus(prices.by(request.way).cost(&[attempt])));
    }
    let times = spent.iter().filter(|spent| is_success(spent)).map(|spent| spent.elapsed.as_millis().try_into().unwrap_or(u64::MAX));
    Requests {
        sent: spent.len() as u64,
        failed: spent.iter().filter(|spent| !is_success(spent)).count() as u64,
        usage,
        cost: cost.and_then(Money::of),
        latency: Latency::of(times.collect()),
    }
}

fn hash(text: &str) -> String {
    format!("b3:{}", blake3::hash(text.as_bytes()).to_hex())
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::Config;
    use crate::domain::Date;
    use crate::llm::PriceList;

    #[test]
    fn each_request_costs_what_its_way_costs() {
        let row = "[[price]]\nmodel = 'm'\ncurrency = 'USD'\ninput = 100\noutput = 200\n";
        let cost = |row: &str, now: Way, ways: &[Way]| {
            let list = PriceList::new(&Config::parse(row).unwrap().price);
            let prices = Prices::of(&list, "https://s.example/v1", "m", Date::parse("2026-11-30").unwrap());
            let usage = Usage { prompt_tokens: 10, completion_tokens: 5, ..Usage::default() };
            let spent = |way: &Way| Spent { way: *way, status: Some(200), usage: Some(usage), elapsed: Duration::ZERO };
            requests(&ways.iter().map(spent).collect::<Vec<_>>(), &prices, now).cost.map(|money| money.amount)
        };
        let both = format!("{row}batch = {{ input = 50, output = 80 }}\n");
        for now in [Way::Alone, Way::WithBatch] {
            assert_eq!(cost(&both, now, &[Way::WithBatch, Way::Alone, Way::WithBatch]).as_deref(), Some("0.0038"));
            assert_eq!(cost(row, now, &[Way::Alone]).as_deref(), Some("0.002"), "that of batches is not asked for");
            assert_eq!(cost(row, now, &[Way::Alone, Way::WithBatch]), None, "a discount is never guessed");
        }
        assert_eq!((cost(row, Way::Alone, &[]).as_deref(), cost(row, Way::WithBatch, &[])), (Some("0"), None));
    }
}
