//! `sellside check`.

use std::path::Path;

use anyhow::Context as _;
use sellside::check::Checklist;
use sellside::pipeline::check_by_rules;

use crate::cli::args::{CheckArgs, CheckFormat};
use crate::cli::commands::extract::fails;
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, exit_if};
use crate::cli::report::{self, Checked};
use crate::cli::source;

pub(crate) fn run(args: &CheckArgs, printer: Printer) -> Result<Exit, CliError> {
    let own = args.checklist.as_deref().map(checklist).transpose()?;
    let list = own.as_ref().map(Chosen::list);
    let reader = source::reader(&args.source)?;
    let mut exit = Exit::Done;
    let mut reports = Vec::new();
    for path in &args.files {
        // One bad report does not keep the others from being checked.
        let document = match source::read(&reader, path) {
            Ok(document) => document,
            Err(error) => {
                printer.error(&error);
                exit = worse(exit, error.exit());
                continue;
            }
        };
        let (record, answers) = check_by_rules(&document, list);
        exit = worse(exit, exit_if(args.fail_on.iter().any(|what| fails(&record, *what))));
        reports.push(Checked { name: path.display().to_string(), document, record, answers });
    }
    // Somebody who reads JSON gets a list, also an empty one.
    if !reports.is_empty() || args.format == CheckFormat::Json {
        printer.data(&match args.format {
            CheckFormat::Table => report::table(&reports),
            CheckFormat::Markdown => report::markdown(&reports),
            CheckFormat::Json => report::json(&reports).map_err(CliError::could_not_run)?,
        })?;
    }
    Ok(exit)
}

/// What `--checklist` names.
enum Chosen {
    Ours(&'static Checklist),
    Own(Checklist),
}

impl Chosen {
    fn list(&self) -> &Checklist {
        match self {
            Self::Ours(list) => list,
            Self::Own(list) => list,
        }
    }
}

/// A list of ours by its name, else a file.
fn checklist(name: &str) -> Result<Chosen, CliError> {
    if let Some(list) = Checklist::of(&name.to_ascii_uppercase()) {
        return Ok(Chosen::Ours(list));
    }
    let text = std::fs::read_to_string(Path::new(name)).with_context(|| format!("could not read the checklist `{name}`"));
    let text = text
        .map_err(|error| CliError::could_not_run(error).hinted(Some("name `cn`, `hk`, `us`, `eu` or `in`, or a TOML file of your own")))?;
    Checklist::parse(&text).map(Chosen::Own).map_err(|error| {
        let hint = error.hint();
        CliError::could_not_run(anyhow::Error::new(error).context(format!("could not use the checklist `{name}`"))).hinted(Some(hint))
    })
}

/// The exit code of several reports: that nothing could be read of one outweighs that another met a threshold.
fn worse(a: Exit, b: Exit) -> Exit {
    match (a, b) {
        (Exit::CouldNotRun, _) | (_, Exit::CouldNotRun) => Exit::CouldNotRun,
        (Exit::Failed, _) | (_, Exit::Failed) => Exit::Failed,
        _ => Exit::Done,
    }
}
