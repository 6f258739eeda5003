//! `sellside extract`.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use sellside::config::{Asking, Mode};
use sellside::domain::record::{ComplianceStatus, ReviewCode, Severity};
use sellside::domain::{Date, Record};
use sellside::llm::{Budget, Cost, Model, ModelSettings, OpenAiModel, PriceList, Pricing, ReplayModel, STALE_AFTER_DAYS};
use sellside::pipeline::{ExtractError, Extractor, Outcome};
use sellside::prompt::{PromptError, Templates};

use crate::cli::args::{ExtractArgs, FailOn, Format};
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, exit_if, visible};
use crate::cli::settings::Settings;
use crate::cli::{preview, source, table};

pub(crate) fn run(args: &ExtractArgs, config: Option<&Path>, printer: Printer) -> Result<Exit, CliError> {
    let document = source::read(&source::reader(&args.source)?, &args.file)?;
    if let Some(path) = &args.save_text {
        source::save_text(&document, path, &args.file)?;
    }
    // Rules and recordings need nothing configured, so a bad setting must not stop them.
    let alone = args.rules_only || args.replay.is_some();
    let mut settings = if alone { Settings::default() } else { Settings::resolve(&args.model, config)? };
    settings.ask(asking(args, settings.asking, printer)?);
    let purse = Purse::of(args, &settings);
    let extractor = extractor(args, &settings, &purse, printer)?;
    if args.dry_run {
        let preview = extractor.preview(&document).map_err(extract_error)?;
        let target = settings.model.as_ref().map(|model| (model.base_url.as_str(), model.model.as_str()));
        printer.data(&visible(&preview::text(&document, &preview, target)))?;
        return Ok(Exit::Done);
    }
    let started = Instant::now();
    let Some(outcome) = block_on(extractor.extract(&document))? else {
        return Ok(Exit::Interrupted);
    };
    let outcome = outcome.map_err(extract_error)?;
    let seconds = started.elapsed().as_secs_f64();
    // A model that failed alone has read nothing: there is no record to print.
    let empty = args.model_only && outcome.model_failure.is_some();
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
    if let Some((lost, hint)) = lost(&outcome.record) {
        printer.warning(&format!("the model read a part of the report only ({lost})"), std::iter::empty(), Some(hint));
        return Ok(Exit::Failed);
    }
    Ok(exit_if(args.fail_on.iter().any(|what| fails(&outcome.record, *what))))
}

/// Why the model did not read what it should have, where that is so, and what to do about it.
fn lost(record: &Record) -> Option<(String, &'static str)> {
    let named = |starts: &[&str]| {
        let issues = record.run.issues.iter().filter(|issue| starts.iter().any(|start| issue.starts_with(start)));
        let issues: Vec<&str> = issues.map(String::as_str).collect();
        (!issues.is_empty()).then(|| issues.join(", "))
    };
    let parts = || {
        let hint = "ask again, or raise `--context-tokens` or `--max-output-tokens` to what the model really holds";
        Some((named(&["part_failed:", "parts_not_asked:"])?, hint))
    };
    let agent = || Some((named(&["agent_limit:"])?, "raise the limit (`docs/agent.md`), or use `--mode one-shot`"));
    parts().or_else(agent)
}

/// Flags over the settings file.
fn asking(args: &ExtractArgs, asking: Asking, printer: Printer) -> Result<Asking, CliError> {
    let asking = Asking {
        scope: args.scope.unwrap_or(asking.scope),
        split: asking.split && !args.no_split,
        votes: args.votes.and_then(NonZeroU32::new).unwrap_or(asking.votes),
        mode: args.mode.unwrap_or(asking.mode),
        max_steps: args.max_steps.and_then(NonZeroU32::new).unwrap_or(asking.max_steps),
        ..asking
    };
    if args.max_steps.is_some() && asking.mode == Mode::OneShot {
        printer.note("note: `--max-steps` is for `--mode agent`");
    }
    asking.check().map_err(|error| CliError::could_not_run(error).hinted(Some(error.hint())))?;
    Ok(asking)
}

fn extractor(args: &ExtractArgs, settings: &Settings, purse: &Purse, printer: Printer) -> Result<Extractor, CliError> {
    let model = if args.rules_only { None } else { model(args, settings, purse, printer)? };
    if let Some(Model::OpenAi(client)) = &model {
        for note in client.notes() {
            printer.note(&format!("note: {note}"));
        }
    }
    let extractor = match model {
        Some(model) if args.model_only => Extractor::model(model),
        Some(model) => Extractor::both(model),
        None if args.model_only => {
            let error = anyhow::anyhow!("`--model-only` needs a model, and none is configured");
            return Err(CliError::could_not_run(error).hinted(Some("add `--model NAME` (and `--base-url URL`), or `--replay DIR`")));
        }
        None => {
            if !args.rules_only && !args.dry_run {
                printer.note(
                    settings.note.as_deref().unwrap_or("note: no model is configured, so the rules read alone (`--model NAME` adds one)"),
                );
            }
            Extractor::rules()
        }
    };
    let mut extractor = extractor.map_err(extract_error)?.with_asking(settings.asking);
    if let Some(questions) = args.adjudicate {
        extractor = extractor.with_adjudication(questions);
    }
    if let Some(directory) = &args.prompts {
        extractor = extractor.with_templates(templates(directory)?);
    }
    Ok(extractor)
}

fn model(args: &ExtractArgs, settings: &Settings, purse: &Purse, printer: Printer) -> Result<Option<Model>, CliError> {
    if let Some(directory) = &args.replay {
        let replay = ReplayModel::open(directory).map_err(|error| {
            let hint = error.hint();
            CliError::could_not_run(error).hinted(Some(hint))
        })?;
        return Ok(Some(Model::Replay(replay)));
    }
    let to_ask = if args.dry_run { settings.model.as_ref() } else { settings.model_to_ask()? };
    let Some(model) = to_ask else {
        return match &args.record {
            Some(_) => {
                let error = anyhow::anyhow!("`--record` needs a model, and none is configured");
                Err(CliError::could_not_run(error).hinted(Some("add `--model NAME` (and `--base-url URL`)")))
            }
            None => Ok(None),
        };
    };
    if model.asking.votes.get() > 1 && model.temperature == Some(0.0) {
        printer.note("note: at `temperature` 0 the drafts may all be the same, and votes decide nothing");
    }
    let mut client = OpenAiModel::new(model).map_err(|error| {
        let hint = error.hint();
        CliError::could_not_run(error).hinted(hint)
    })?;
    if let (Some(directory), false) = (&args.record, args.dry_run) {
        client = client.recording(directory, &today()).map_err(CliError::could_not_run)?;
    }
    if let Some(budget) = &purse.budget {
        client = client.with_budget(Arc::clone(budget), purse.pricing.clone()).map_err(|error| {
            let hint = error.hint();
            CliError::could_not_run(error).hinted(Some(hint))
        })?;
    }
    Ok(Some(Model::OpenAi(client)))
}

/// Today in UTC.
fn today() -> String {
    jiff::Timestamp::now().to_string().chars().take(10).collect()
}

/// What the model costs and how much of that may be spent.
struct Purse {
    pricing: Pricing,
    budget: Option<Arc<Budget>>,
}

impl Purse {
    fn of(args: &ExtractArgs, settings: &Settings) -> Self {
        let pricing = settings.model.as_ref().zip(Date::parse(&today())).map_or(Pricing::Unknown, |(model, today)| {
            let ModelSettings { base_url, model, .. } = model;
            PriceList::new(&settings.prices).pricing(base_url, model, today)
        });
        let budget = args.budget.map(|limit| Arc::new(Budget::new(limit, &pricing)));
        Self { pricing, budget }
    }

    /// What the requests of a document cost, for people.
    fn cost(&self, outcome: &Outcome) -> String {
        match self.pricing.cost(&outcome.attempts) {
            Cost::Free => "nothing, the server is on this machine".to_owned(),
            Cost::Known { money, uncounted } => {
                let origin = match &self.pricing {
                    Pricing::Known(price) => price.origin.as_str(),
                    Pricing::Free | Pricing::Stale(_) | Pricing::Unknown => "",
                };
                let more =
                    if uncounted == 0 { String::new() } else { format!(" at least; answers without a count of tokens: {uncounted}") };
                format!("{money}{more} (price: {origin})")
            }
            Cost::Unknown => match &self.pricing {
                Pricing::Stale(read) => {
                    format!("unknown: the price was read on {read}, over {STALE_AFTER_DAYS} days ago or past its last day")
                }
                Pricing::Known(_) => "unknown: a prompt is longer than the price holds for".to_owned(),
                Pricing::Free | Pricing::Unknown => "unknown: no price is known (`[[price]]` in `sellside.toml` adds one)".to_owned(),
            },
        }
    }
}

/// Templates of a folder over the embedded ones.
fn templates(directory: &Path) -> Result<Templates, CliError> {
    let mut templates = Templates::default();
    let mut found = false;
    for (name, template) in [
        ("system.md", &mut templates.system),
        ("user.md", &mut templates.user),
        ("reask.md", &mut templates.reask),
        ("adjudicate.md", &mut templates.adjudicate),
        ("adjudicate-question.md", &mut templates.question),
        ("agent.md", &mut templates.agent),
        ("agent-user.md", &mut templates.agent_user),
    ] {
        let path = directory.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                *template = text;
                found = true;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(CliError::could_not_run(
                    anyhow::Error::new(error).context(format!("could not read the prompt `{}`", path.display())),
                ));
            }
        }
    }
    if !found {
        let error = anyhow::anyhow!(
            "`{}` holds none of `system.md`, `user.md`, `reask.md`, `adjudicate.md`, `adjudicate-question.md`, `agent.md`, `agent-user.md`",
            directory.display()
        );
        return Err(CliError::could_not_run(error).hinted(Some("name a folder with at least one of them")));
    }
    Ok(templates)
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

fn extract_error(error: ExtractError) -> CliError {
    let hint = match &error {
        ExtractError::Replay(error) => Some(error.hint()),
        ExtractError::Prompt(PromptError::NoRoom { .. }) => {
            Some("raise `--context-tokens` (or `context_tokens`) to what the model really holds: 4096 is enough".to_owned())
        }
        ExtractError::Prompt(_) => Some("`prompts/README.md` lists the variables of each template".to_owned()),
        _ => None,
    };
    CliError::could_not_run(error).hinted(hint)
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
        outcome.attempts.len(),
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
