//! `sellside review`.

use std::fs::canonicalize;
use std::path::Path;

use sellside::batch::run_names;
use sellside::document::content_id;
use sellside::pipeline::Readings;
use sellside::review::{Language, Page, Report, ReviewError, Settings};
use sellside::store::{AtomicFile, RunStore};

use super::export::store_error;
use crate::cli::args::review::{Only, PageLanguage, ReviewArgs};
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::Printer;

/// Name under which a run remembers what its decisions are kept by.
const IDENTITY: &str = "identity";
/// Reports by which a run is told from others where it can remember nothing.
const NAMED_BY: u32 = 64;

pub(crate) fn run(args: &ReviewArgs, printer: Printer) -> Result<Exit, CliError> {
    if args.uses_decisions() {
        let store = if args.changes_run() { RunStore::open(&args.run) } else { RunStore::look(&args.run) }.map_err(store_error)?;
        return super::apply::run(args, &store, printer);
    }
    // The first page makes the run's name; where that cannot be kept, the page comes all the same.
    let store = RunStore::open_or_look(&args.run).map_err(store_error)?;
    let path = args.output.clone().unwrap_or_else(|| args.run.join("review.html"));
    let settings = Settings { run: identity(&store, &args.run)?, language: language(args.lang) };
    let file = AtomicFile::create(&path).map_err(store_error)?;
    let mut page = Page::begin(file, settings).map_err(review_error)?;
    let mut without_record = 0u64;
    for name in run_names(&store).map_err(store_error)? {
        let Some(stored) = store.document(&name).map_err(store_error)? else {
            without_record += 1;
            continue;
        };
        let damaged = |_| store_error(store.damaged(&format!("readings of {name}")));
        let readings: Readings = serde_json::from_str(&stored.readings).map_err(damaged)?;
        let report =
            Report { document: &stored.document, record: &stored.record, rules: readings.rules.as_ref(), model: readings.model.as_ref() };
        if wanted(&report, args.only) {
            page.add(&report).map_err(review_error)?;
        }
    }
    let (file, written) = page.finish().map_err(review_error)?;
    file.finish().map_err(store_error)?;
    let left_out = if without_record == 0 { String::new() } else { format!("; {without_record} have no record and are not in it") };
    let (path, reports, open) = (path.display(), written.reports, written.open);
    printer.note(&format!("{reports} reports written to `{path}`, {open} with something to decide{left_out}"));
    printer.note(&format!(
        "next: open it in a browser, decide, export, then `sellside review {} --apply decisions.jsonl`",
        args.run.display()
    ));
    Ok(Exit::Done)
}

fn wanted(report: &Report<'_>, only: Only) -> bool {
    match only {
        Only::Conflicts => report.has_conflict(),
        Only::Review => report.has_review(),
        Only::All => true,
    }
}

fn language(lang: PageLanguage) -> Language {
    match lang {
        PageLanguage::Zh => Language::Zh,
        PageLanguage::En => Language::En,
        PageLanguage::Auto => Language::Auto,
    }
}

/// What tells this run from others, from its first page on: decisions outlive a page that is written anew, a folder that is
/// moved, and a run that is gone on with. Begun anew with `--force`, it is another run.
fn identity(store: &RunStore, folder: &Path) -> Result<String, CliError> {
    if let Some(known) = store.get(IDENTITY).map_err(store_error)? {
        return Ok(known);
    }
    let place = canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    if store.is_read_only() {
        // It cannot be remembered: the same folder with the same reports gives the same name.
        let mut made = place.display().to_string();
        for (_, name, entry) in store.entries(-1, NAMED_BY).map_err(store_error)? {
            let content = entry.and_then(|entry| entry.content).unwrap_or_default();
            made.push_str(&format!("\n{name}\n{content}"));
        }
        return Ok(content_id(made.as_bytes()));
    }
    let made = format!("{}\n{}", place.display(), jiff::Timestamp::now());
    let identity = content_id(made.as_bytes());
    store.set(IDENTITY, identity.clone()).map_err(store_error)?;
    Ok(identity)
}

fn review_error(error: ReviewError) -> CliError {
    let hint = error.hint();
    CliError::could_not_run(error).hinted(hint)
}
