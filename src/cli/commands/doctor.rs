//! `sellside doctor`.

use std::fmt::Write as _;
use std::path::Path;

use secrecy::ExposeSecret as _;
use sellside::llm::{OpenAiModel, ProbeOutcome, grade};

use crate::cli::args::DoctorArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, exit_if, visible};
use crate::cli::settings::Settings;

pub(crate) fn run(args: &DoctorArgs, config: Option<&Path>, printer: Printer) -> Result<Exit, CliError> {
    let settings = Settings::resolve(&args.model, config)?;
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<12}{value}");
    };
    line("version", sellside::pipeline::VERSION);
    line(
        "settings",
        &settings.file.as_deref().map_or_else(|| "none (no `sellside.toml` here)".to_owned(), |path| format!("`{}`", path.display())),
    );
    line("provider", settings.provider.as_deref().unwrap_or("none"));
    let Some(model_settings) = &settings.model else {
        line("model", "none: rules read alone");
        printer.data(&visible(&out))?;
        if let Some(note) = &settings.note {
            printer.note(note);
        }
        printer.note("hint: name a model with `--model`, and a server with `--base-url` or in `sellside.toml`");
        return Ok(Exit::Done);
    };
    let model = OpenAiModel::new(model_settings).map_err(|error| {
        let hint = error.hint();
        CliError::could_not_run(error).hinted(hint)
    })?;
    line("server", model.endpoint());
    line("model", model.model_name());
    let has_key = model_settings.api_key.as_ref().is_some_and(|key| !key.expose_secret().is_empty());
    line("key", &format!("`{}` is {}", settings.api_key_env, if has_key { "set" } else { "not set" }));
    line("grade", &model_settings.grade.to_string());
    if let Some(tokens) = model_settings.context_tokens {
        line("context", &format!("{tokens} tokens"));
    }
    printer.data(&visible(&out))?;
    if args.no_probe {
        return Ok(Exit::Done);
    }
    settings.model_to_ask()?;
    probe(&model, printer)
}

/// One tiny real request a grade.
fn probe(model: &OpenAiModel, printer: Printer) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::could_not_run)?;
    let mut best = None;
    for grade in grade::ALL {
        let probe = runtime.block_on(model.probe(grade));
        let (word, detail) = match &probe.outcome {
            ProbeOutcome::Supported => {
                best = best.or(Some(grade));
                ("yes", String::new())
            }
            // `auto` steps down on a refusal only, so it stays with what is accepted; replies are checked in any case.
            ProbeOutcome::Ignored => {
                best = best.or(Some(grade));
                ("ignored", "the server accepts it and does not obey it".to_owned())
            }
            ProbeOutcome::Refused(said) => ("refused", said.chars().take(120).collect()),
            ProbeOutcome::Failed(error) => ("failed", error.to_string()),
        };
        let cost = format!("{:.1}s, {} tokens", probe.elapsed.as_secs_f64(), probe.usage.total_tokens);
        printer.data(&visible(format!("  {:<12}{word:<9}{cost:<22}{detail}", grade::name(grade)).trim_end()))?;
        // A server that does not answer one tiny question will not answer three more.
        if let ProbeOutcome::Failed(error) = &probe.outcome {
            printer.note(&format!("hint: {}", error.hint()));
            return Ok(Exit::Failed);
        }
    }
    match best {
        Some(grade) => printer.data(&format!("`auto` will use {}", grade::name(grade)))?,
        None => printer.warning(
            "no grade works: this model's reading will fail",
            std::iter::empty(),
            Some("check the model name and the server's log"),
        ),
    }
    Ok(exit_if(best.is_none()))
}
