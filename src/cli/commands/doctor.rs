//! `sellside doctor`.

use std::fmt::Write as _;
use std::path::Path;

use secrecy::ExposeSecret as _;
use sellside::llm::{ModelSettings, OpenAiModel, Preset, Probe, ProbeOutcome, Remembered, Usage, best_grade, grade};

use crate::cli::args::DoctorArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, visible};
use crate::cli::settings::{Settings, today};
use crate::cli::table;

/// Characters of a server's refusal in the table.
const SAID: usize = 160;

pub(crate) fn run(args: &DoctorArgs, config: Option<&Path>, printer: Printer) -> Result<Exit, CliError> {
    let mut settings = Settings::resolve(&args.model, config)?;
    // What was found out before is shown, and found out anew.
    if let Some(model) = &mut settings.model {
        model.begin_with = None;
    }
    let Some(model_settings) = &settings.model else {
        let mut lines = general(&settings);
        lines.add("model", "none: rules read alone");
        printer.data(&visible(&lines.0))?;
        if let Some(note) = &settings.note {
            printer.note(note);
        }
        printer.note("hint: name a model with `--model`, and a provider with `--provider` or a server with `--base-url`");
        return Ok(Exit::Done);
    };
    let model = OpenAiModel::new(model_settings).map_err(|error| {
        let hint = error.hint();
        CliError::could_not_run(error).hinted(hint)
    })?;
    printer.data(&visible(&configured(&settings, model_settings, &model).0))?;
    for note in model.notes() {
        printer.note(&format!("note: {note}"));
    }
    if let Some(note) = model_settings.known_provider().and_then(Preset::note).filter(|_| model_settings.context_tokens.is_none()) {
        printer.note(&format!("hint: {note}"));
    }
    if args.no_probe {
        return Ok(Exit::Done);
    }
    settings.model_to_ask()?;
    probe(&settings, &model, printer)
}

/// Names and values, one a line.
struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, value: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{name:<12}{value}");
    }
}

fn general(settings: &Settings) -> Lines {
    let mut lines = Lines(String::new());
    lines.add("version", sellside::pipeline::VERSION);
    let file = settings.file.as_deref().map(|path| format!("`{}`", path.display()));
    lines.add("settings", file.as_deref().unwrap_or("none (no `sellside.toml` here)"));
    lines.add("provider", settings.provider.as_deref().unwrap_or("none named"));
    lines
}

fn configured(settings: &Settings, asked: &ModelSettings, model: &OpenAiModel) -> Lines {
    let mut lines = general(settings);
    lines.add("asked as", asked.known_provider().map_or("any server", Preset::title));
    lines.add("server", model.endpoint());
    lines.add("model", model.model_name());
    let has_key = asked.api_key.as_ref().is_some_and(|key| !key.expose_secret().is_empty());
    let key = settings.api_key_env.as_ref().map(|variable| format!("`{variable}` is {}", if has_key { "set" } else { "not set" }));
    lines.add("key", key.as_deref().unwrap_or("none is sent"));
    let order: Vec<&str> = model.grades().iter().map(|tried| grade::name(*tried)).collect();
    lines.add("grade", &format!("{} ({})", asked.grade, order.join(", then ")));
    if let Some(Remembered { grade, day }) = settings.remembered {
        lines.add("", &format!("begins with {}, found out on {day}", grade::name(grade)));
    }
    if let Some(tokens) = model.context_tokens() {
        let assumed = if asked.context_tokens.is_none() { " (assumed: nobody set it)" } else { "" };
        lines.add("context", &format!("{tokens} tokens{assumed}"));
    }
    let parameters = model.parameters();
    if parameters.as_object().is_some_and(|members| !members.is_empty()) {
        lines.add("sends", &parameters.to_string());
    }
    lines
}

/// One tiny real request a grade.
fn probe(settings: &Settings, model: &OpenAiModel, printer: Printer) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::could_not_run)?;
    let mut probes = runtime.block_on(model.probe_all(|grade| printer.note(&format!("asking in the grade {} …", grade::name(grade)))));
    printer.data("")?;
    printer.data(&table::plain(&["grade", "works", "tokens", "seconds", "what the server does"], probes.iter().map(row)))?;
    if let Some(Probe { outcome: ProbeOutcome::Failed(_), .. }) = probes.last().filter(|probe| probe.is_hopeless())
        && let Some(Probe { outcome: ProbeOutcome::Failed(error), .. }) = probes.pop()
    {
        let hint = Some(error.hint()).filter(|hint| !hint.contains("sellside doctor"));
        let hint = hint.unwrap_or_else(|| "nothing simpler can be asked: check the key, `--model` and the server's log".to_owned());
        return Err(CliError::failed(error).hinted(Some(hint)));
    }
    let mut spent = Usage::default();
    for probe in &probes {
        spent += probe.usage;
    }
    printer.data(&format!("{} requests took {} tokens", probes.len(), spent.total_tokens))?;
    let Some(best) = best_grade(&probes) else {
        let error = anyhow::anyhow!("no grade works: this model's reading will fail");
        return Err(CliError::failed(error).hinted(Some("check the model's name and the server's log")));
    };
    match &settings.cache {
        Some(cache) => {
            let remembered = Remembered { grade: best, day: today() };
            match cache.put(model.endpoint(), model.model_name(), remembered) {
                Ok(()) => printer.data(&format!("`auto` begins with {} (kept for 30 days; `--no-cache` ignores it)", grade::name(best)))?,
                Err(error) => {
                    let why = std::iter::once(error.to_string());
                    let hint = "set `SELLSIDE_CACHE_DIR` to a folder that can be written to, or use `--no-cache`";
                    printer.warning(&format!("could not keep the answer in `{}`", cache.path().display()), why, Some(hint));
                    tried_anew(&probes, printer)?;
                }
            }
        }
        None => tried_anew(&probes, printer)?,
    }
    Ok(Exit::Done)
}

/// What `auto` comes to where nothing is kept: it steps down on refusals alone, in the provider's order.
fn tried_anew(probes: &[Probe], printer: Printer) -> Result<(), CliError> {
    let accepted = probes.iter().find(|probe| matches!(probe.outcome, ProbeOutcome::Supported | ProbeOutcome::Ignored));
    match accepted {
        Some(probe) => printer.data(&format!("`auto` comes to {} each time anew", grade::name(probe.grade))),
        None => Ok(()),
    }
}

fn row(probe: &Probe) -> Vec<String> {
    let (works, detail) = match &probe.outcome {
        ProbeOutcome::Supported => ("yes", String::new()),
        ProbeOutcome::Ignored => ("ignored", "accepts it and does not obey it".to_owned()),
        ProbeOutcome::Refused(said) => ("refused", table::head(said, SAID)),
        ProbeOutcome::Failed(error) => {
            // How often and how long says nothing of one question.
            let said = std::error::Error::source(error).map_or_else(|| error.to_string(), |said| format!("{}: {said}", error.code()));
            ("failed", table::head(&said, SAID))
        }
    };
    vec![
        grade::name(probe.grade).to_owned(),
        works.to_owned(),
        format!("{} + {}", probe.usage.prompt_tokens, probe.usage.completion_tokens),
        format!("{:.1}", probe.elapsed.as_secs_f64()),
        detail,
    ]
}
