//! `sellside check`.

mod matrix;

use std::path::Path;

use anyhow::{Context as _, anyhow};
use sellside::check::Checklist;
use sellside::pipeline::check_by_rules;
use sellside::store::write_atomic;

use crate::cli::args::check::{CheckArgs, CheckFormat};
use crate::cli::commands::export::store_error;
use crate::cli::commands::extract::fails;
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, exit_if};
use crate::cli::report::{self, Checked};
use crate::cli::source;

pub(crate) fn run(args: &CheckArgs, printer: Printer) -> Result<Exit, CliError> {
    if args.matrix {
        return matrix::run(args, printer);
    }
    if let Some(run) = args.files.iter().find(|path| is_run(path)) {
        let error = anyhow!("`{}` is the folder of a run", run.display());
        return Err(CliError::could_not_run(error).hinted(Some("add `--matrix`")));
    }
    if matches!(args.format, CheckFormat::Csv | CheckFormat::CsvWords | CheckFormat::Html) {
        let error = anyhow!("this format is one of a table of all reports");
        return Err(CliError::could_not_run(error).hinted(Some("add `--matrix`")));
    }
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
        let text = match args.format {
            CheckFormat::Markdown => report::markdown(&reports),
            CheckFormat::Json => report::json(&reports).map_err(CliError::could_not_run)?,
            _ => report::table(&reports),
        };
        put(args, text.as_bytes(), printer)?;
    }
    Ok(exit)
}

/// Whether a path is the folder of a run.
fn is_run(path: &Path) -> bool {
    path.join("run.sqlite").is_file()
}

/// To the file that is named, else to standard output.
fn put(args: &CheckArgs, bytes: &[u8], printer: Printer) -> Result<(), CliError> {
    match &args.output {
        Some(path) => {
            write_atomic(path, bytes).map_err(store_error)?;
            printer.note(&format!("written to `{}`", path.display()));
            Ok(())
        }
        None => printer.data(&String::from_utf8_lossy(bytes)),
    }
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
