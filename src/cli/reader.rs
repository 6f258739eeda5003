//! Who reads: model, rules or both, set up from flags and settings. The same for one report and for many.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use sellside::config::{Asking, Mode};
use sellside::domain::Date;
use sellside::llm::{
    Budget, Cost, Model, ModelSettings, OpenAiModel, PriceList, Prices, Pricing, ReplayModel, STALE_AFTER_DAYS, SettingsError, Way,
};
use sellside::pipeline::{ExtractError, Extractor, Outcome};
use sellside::prompt::{PromptError, Templates};

use super::args::reading::ReadingArgs;
use super::error::CliError;
use super::printer::Printer;
use super::settings::{Settings, today};

/// Flags over the settings file.
pub(crate) fn asking(args: &ReadingArgs, asking: Asking, printer: Printer) -> Result<Asking, CliError> {
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

/// What a reader is set up from.
pub(crate) struct Setup<'a> {
    pub(crate) args: &'a ReadingArgs,
    pub(crate) settings: &'a Settings,
    pub(crate) purse: &'a Purse,
    /// Whether nothing is to be sent.
    pub(crate) dry_run: bool,
    /// Whether questions are to wait for batches of the provider's.
    pub(crate) posts: bool,
}

/// Who reads, as flags and settings say. What cannot be is refused here, before anything is written.
pub(crate) fn extractor(setup: &Setup<'_>, printer: Printer) -> Result<Extractor, CliError> {
    let Setup { args, settings, dry_run, .. } = *setup;
    let model = if args.rules_only { None } else { model(setup, printer)? };
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
            if !args.rules_only && !dry_run {
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

fn model(setup: &Setup<'_>, printer: Printer) -> Result<Option<Model>, CliError> {
    let Setup { args, settings, purse, dry_run, .. } = *setup;
    if let Some(directory) = &args.replay {
        let replay = ReplayModel::open(directory).map_err(|error| {
            let hint = error.hint();
            CliError::could_not_run(error).hinted(Some(hint))
        })?;
        return Ok(Some(Model::Replay(replay)));
    }
    let to_ask = if dry_run { settings.model.as_ref() } else { settings.model_to_ask()? };
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
    let mut client = OpenAiModel::new(model).map_err(settings_error)?;
    if let (Some(directory), false) = (&args.record, dry_run) {
        client = client.recording(directory, &today().to_string()).map_err(CliError::could_not_run)?;
    }
    if setup.posts {
        client.can_post().map_err(settings_error)?;
    }
    if let Some(budget) = &purse.budget {
        client = client.with_budget(Arc::clone(budget), purse.pricing.clone()).map_err(|error| {
            let hint = error.hint();
            CliError::could_not_run(error).hinted(Some(hint))
        })?;
    }
    Ok(Some(Model::OpenAi(client)))
}

pub(crate) fn settings_error(error: SettingsError) -> CliError {
    let hint = error.hint();
    CliError::could_not_run(error).hinted(hint)
}

/// What the model costs and how much of that may be spent.
pub(crate) struct Purse {
    pub(crate) prices: Prices,
    /// That of the way requests go now.
    pub(crate) pricing: Pricing,
    pub(crate) budget: Option<Arc<Budget>>,
}

impl Purse {
    /// `way` is the one requests go now.
    pub(crate) fn of(args: &ReadingArgs, settings: &Settings, way: Way) -> Self {
        let prices = settings.model.as_ref().zip(Date::parse(&today().to_string())).map_or(Prices::UNKNOWN, |(model, today)| {
            let ModelSettings { base_url, model, .. } = model;
            Prices::of(&PriceList::new(&settings.prices), base_url, model, today)
        });
        let pricing = prices.by(way).clone();
        let budget = args.budget.map(|limit| Arc::new(Budget::new(limit, &pricing)));
        Self { prices, pricing, budget }
    }

    /// What the requests of a document cost, for people.
    pub(crate) fn cost(&self, outcome: &Outcome) -> String {
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

pub(crate) fn extract_error(error: ExtractError) -> CliError {
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
