//! `sellside extract`.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use sellside::domain::Record;
use sellside::domain::record::{ComplianceStatus, ReviewCode, Severity};
use sellside::llm::{Keeper, Way};
use sellside::pipeline::Outcome;
use sellside::store::{ReplyCache, RunKeeper};

use crate::cli::args::extract::{ExtractArgs, FailOn, Format};
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, exit_if, visible};
use crate::cli::reader::{Purse, Setup, asking, extract_error, extractor, settings_error};
use crate::cli::settings::Settings;
use crate::cli::{env, preview, source, table};

/// What to do where an answer, or the answer to a part, is missing or cut off.
pub(crate) const READ_IN_PART: &str = "ask again, or raise `--context-tokens` or `--max-output-tokens` to what the model really holds";

pub(crate) fn run(args: &ExtractArgs, config: Option<&Path>, printer: Printer) -> Result<Exit, CliError> {
    let document = source::read(&source::reader(&args.source)?, &args.file)?;
    if let Some(path) = &args.save_text {
        source::save_text(&document, path, &args.file)?;
    }
    // Rules and recordings need nothing configured, so a bad setting must not stop them.
    let reading = &args.reading;
    let alone = reading.rules_only || reading.replay.is_some();
    let mut settings = if alone { Settings::default() } else { Settings::resolve(&args.model, config)? };
    settings.ask(asking(reading, settings.asking, printer)?);
    let purse = Purse::of(reading, &settings, Way::Alone);
    let setup = Setup { args: reading, settings: &settings, purse: &purse, dry_run: args.dry_run, posts: false };
    let mut extractor = extractor(&setup, printer)?;
    if args.dry_run {
        let preview = extractor.preview(&document).map_err(extract_error)?;
        let target = settings.model.as_ref().map(|model| (model.base_url.as_str(), model.model.as_str()));
        printer.data(&visible(&preview::text(&document, &preview, target)))?;
        return Ok(Exit::Done);
    }
    if let Some(keeper) = keeper(args) {
        extractor = extractor.keeping(keeper, None).map_err(settings_error)?;
    }
    let started = Instant::now();
    let Some(outcome) = block_on(extractor.extract(&document))? else {
        return Ok(Exit::Interrupted);
    };
    let outcome = outcome.map_err(extract_error)?;
    let seconds = started.elapsed().as_secs_f64();
    // A model that failed alone has read nothing: there is no record to print.
    let empty = reading.model_only && outcome.model_failure.is_some();
    if !empty {
        printer.data(&render(&outcome.record, args.format)?)?;
    }
    if args.stats {
        stats(printer, &outcome, &purse, seconds);
    }
    if outcome.record.run.replayed {
        printer.note("note: the model's part was answered from a recording, not by a live model");
    }
    if let Some(failure) = outcome.model_failure {
        let hint = failure.hint();
        if empty {
            return Err(CliError::failed(failure).hinted(Some(hint)));
        }
        let error = anyhow::Error::new(failure);
        let mut chain = error.chain().map(ToString::to_string);
        let first = chain.next().unwrap_or_default();
        printer.warning(&format!("{first}; the record holds what the rules read"), chain, Some(&hint));
        return Ok(Exit::Failed);
    }
    for issue in outcome.record.run.issues.iter().filter(|issue| issue.starts_with("agent_given_up:")) {
        printer.note(&format!("note: the report was read in one go, not by an agent ({issue})"));
    }
    let lost = outcome.record.run.read_in_part();
    if !lost.is_empty() {
        let warning = format!("the model read a part of the report only ({})", lost.join(", "));
        printer.warning(&warning, std::iter::empty(), Some(hint_of(&lost)));
        return Ok(Exit::Failed);
    }
    Ok(exit_if(args.fail_on.iter().any(|what| fails(&outcome.record, *what))))
}

/// The replies that are kept between runs; none where a recording is made or read, which is to hold what the server says.
fn keeper(args: &ExtractArgs) -> Option<Arc<dyn Keeper>> {
    let reading = &args.reading;
    if args.model.no_cache || reading.rules_only || reading.record.is_some() || reading.replay.is_some() {
        return None;
    }
    // A cache saves money where it can; a folder that cannot be written is no reason not to read a report.
    let cache = ReplyCache::open(&env::cache_folder()?).ok()?;
    Some(Arc::new(RunKeeper::new(None, Some(Arc::new(cache)))))
}

/// What to do about a model that read a part of a report only.
fn hint_of(lost: &[&str]) -> &'static str {
    let says = |start: &str| lost.iter().any(|issue| issue.starts_with(start));
    if says("agent_limit:") && !says("part_failed:") && !says("parts_not_asked:") {
        return "raise the limit (`docs/agent.md`), or use `--mode one-shot`";
    }
    READ_IN_PART
}

/// Runs to the end, or to the first Ctrl-C (`None`): one document is either done or not.
fn block_on<T>(future: impl Future<Output = T>) -> Result<Option<T>, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("could not start the runtime")
        .map_err(CliError::could_not_run)?;
    Ok(runtime.block_on(async {
        tokio::select! {
            done = future => Some(done),
            _ = tokio::signal::ctrl_c() => None,
        }
    }))
}

fn render(record: &Record, format: Format) -> Result<String, CliError> {
    match format {
        Format::Json => serde_json::to_string_pretty(record).map_err(CliError::could_not_run),
        Format::Yaml => serde_saphyr::to_string(record).map_err(CliError::could_not_run),
        Format::Table => Ok(table::record(record)),
    }
}

fn stats(printer: Printer, outcome: &Outcome, purse: &Purse, seconds: f64) {
    let usage = outcome.usage;
    printer.note(&format!(
        "stats: {seconds:.2}s, {} requests, {} prompt tokens ({} cached), {} answer tokens ({} of thought)",
        outcome.attempts.iter().filter(|attempt| !attempt.kept).count(),
        usage.prompt_tokens,
        usage.cached_tokens,
        usage.completion_tokens,
        usage.reasoning_tokens
    ));
    if outcome.record.run.replayed {
        printer.note("stats: cost: nothing, answered from a recording");
    } else if outcome.record.run.model.is_some() {
        printer.note(&format!("stats: cost: {}", purse.cost(outcome)));
    }
    if let Some(budget) = &purse.budget {
        printer.note(&format!("stats: budget: {} of {} spent", budget.spent(), budget.limit()));
    }
    for step in &outcome.steps {
        printer.note(&format!("stats: step {}: {step}", step.number));
    }
    for (at, attempt) in outcome.attempts.iter().enumerate() {
        let grade = sellside::llm::grade::name(attempt.grade);
        let status = attempt.status.map_or_else(|| "no answer".to_owned(), |status| format!("HTTP {status}"));
        if attempt.kept {
            printer.note(&format!("stats: request {} ({grade}): not sent, its answer was kept", at + 1));
            continue;
        }
        let error = attempt.error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
        printer.note(&format!("stats: request {} ({grade}): {status} in {:.2}s{error}", at + 1, attempt.elapsed.as_secs_f64()));
    }
}

/// Whether a record has what makes a run fail.
pub(crate) fn fails(record: &Record, what: FailOn) -> bool {
    let has = |code: ReviewCode| record.review.iter().any(|item| item.code == code);
    let row = |status: ComplianceStatus| record.compliance.iter().any(|row| row.status == status);
    match what {
        FailOn::Conflict => has(ReviewCode::Conflict),
        FailOn::Review => !record.review.is_empty(),
        // The absence of what is merely usual is normal, and would make every run fail.
        FailOn::NotFound => record.compliance.iter().any(|row| row.status == ComplianceStatus::NotFound && row.severity != Severity::Usual),
        FailOn::Contradicted => has(ReviewCode::Contradicted) || row(ComplianceStatus::Contradicted),
        FailOn::Violation => row(ComplianceStatus::Violation),
    }
}
