//! `sellside review --apply`, `--undo` and `--to-gold`: what people decided, kept with a run and written out as labels.

use std::fs::File;
use std::io::{BufReader, stdin};
use std::path::Path;

use anyhow::{Context as _, anyhow};
use sellside::batch::{DecisionVerdict, HandedIn, hand_in, take_back, write_labels};
use sellside::decide::{Decision, DecisionError};
use sellside::store::RunStore;
use serde_json::Value;

use super::export::store_error;
use crate::cli::args::review::ReviewArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, exit_if, visible};

pub(crate) fn run(args: &ReviewArgs, store: &RunStore, printer: Printer) -> Result<Exit, CliError> {
    let mut left_out = false;
    if args.undo {
        let names = take_back(store).map_err(store_error)?;
        if names.is_empty() {
            return Err(CliError::could_not_run(anyhow!("nothing was decided about this run")));
        }
        printer.note(&format!(
            "took back the last decisions, about {} reports; `records.jsonl` and `summary.md` are written anew",
            names.len()
        ));
    }
    if let Some(path) = &args.apply {
        let decisions = read(path)?;
        let handed_in = hand_in(store, decisions, args.dry_run).map_err(store_error)?;
        if args.dry_run {
            printer.data(&listed(&handed_in))?;
        }
        left_out = tell(&handed_in, args, printer);
    }
    if let Some(folder) = args.to_gold.as_deref().filter(|_| !args.dry_run) {
        left_out |= labels(args, store, folder, printer)?;
    }
    Ok(exit_if(left_out))
}

fn read(path: &Path) -> Result<Vec<Decision>, CliError> {
    let wrong = |error: DecisionError| {
        let hint = error.hint();
        let context = format!("could not use the decisions `{}`", path.display());
        CliError::could_not_run(anyhow::Error::new(error).context(context)).hinted(Some(hint))
    };
    let decisions = if path == Path::new("-") {
        Decision::read_lines(stdin().lock())
    } else {
        let file = File::open(path).with_context(|| format!("could not read `{}`", path.display()));
        Decision::read_lines(BufReader::new(
            file.map_err(|error| CliError::could_not_run(error).hinted(Some("name the file the review page exported")))?,
        ))
    };
    decisions.map_err(wrong)
}

/// What would change, a line a decision.
fn listed(handed_in: &HandedIn) -> String {
    let line = |(decision, verdict): &(Decision, DecisionVerdict)| {
        let Decision { document, pointer, was, value, by, at, .. } = decision;
        let cells = [
            name(verdict).to_owned(),
            document.clone(),
            pointer.clone(),
            format!("{} → {}", shown(was), shown(value)),
            format!("{by}, {at}"),
        ];
        // Tabs part the cells and nothing else.
        format!("{}\n", cells.map(|cell| visible(&cell.replace('\n', " "))).join("\t"))
    };
    handed_in.decisions.iter().map(line).collect()
}

/// Says what became of the decisions; whether any is not in a record.
fn tell(handed_in: &HandedIn, args: &ReviewArgs, printer: Printer) -> bool {
    for (decision, verdict) in &handed_in.decisions {
        let place = format!("`{}` of `{}`", decision.pointer, decision.document);
        match verdict {
            DecisionVerdict::Stale { why, present } => {
                let values = format!(
                    "decided about {}, stands there now {}, decided {}",
                    shown(&decision.was),
                    shown(present),
                    shown(&decision.value)
                );
                printer.warning(&format!("{place} was passed over: {}", why.words()), std::iter::once(values), None);
            }
            DecisionVerdict::Refused(message) => {
                let value = format!("{} cannot stand there: {message}", shown(&decision.value));
                printer.warning(&format!("{place} was passed over"), std::iter::once(value), None);
            }
            DecisionVerdict::NoRecord => {
                printer.warning(&format!("{place} was passed over: the run has no record of that report"), std::iter::empty(), None);
            }
            DecisionVerdict::Superseded => printer.note(&format!("note: {place}: a later decision is about the same place")),
            DecisionVerdict::Applied | DecisionVerdict::Known => {}
        }
    }
    let count = |wanted: fn(&DecisionVerdict) -> bool| handed_in.decisions.iter().filter(|(_, verdict)| wanted(verdict)).count();
    let left_out = count(DecisionVerdict::is_left_out);
    let (would, done) = if args.dry_run { ("would be ", "; nothing was written") } else { ("", "") };
    printer.note(&format!(
        "{} decisions: {} {would}applied to {} reports, {} were applied before, {} are superseded by later ones, {left_out} passed over{done}",
        handed_in.decisions.len(),
        count(|verdict| *verdict == DecisionVerdict::Applied),
        handed_in.changed.len(),
        count(|verdict| *verdict == DecisionVerdict::Known),
        count(|verdict| *verdict == DecisionVerdict::Superseded),
    ));
    if !args.dry_run && !handed_in.changed.is_empty() {
        printer.note("`records.jsonl`, `run.json` and `summary.md` are written anew");
        printer.note(&format!("next: `sellside export {} --to csv`, or `--undo` to take them back", args.run.display()));
    }
    left_out > 0
}

/// Writes labels; whether any was not written.
fn labels(args: &ReviewArgs, store: &RunStore, folder: &Path, printer: Printer) -> Result<bool, CliError> {
    let done = write_labels(store, folder, args.all, args.force).map_err(store_error)?;
    for path in &done.written {
        printer.note(&format!("wrote `{}`", path.display()));
    }
    for path in &done.differing {
        let hint = Some("`--force` writes over it");
        printer.warning(&format!("`{}` says something else and was left as it is", path.display()), std::iter::empty(), hint);
    }
    for name in &done.stale {
        printer.warning(&format!("no labels of `{name}`: decisions about it no longer fit"), std::iter::empty(), None);
    }
    printer.note(&format!(
        "{} files of labels written to `{}`, {} said the same already",
        done.written.len(),
        folder.display(),
        done.unchanged.len()
    ));
    Ok(!done.differing.is_empty() || !done.stale.is_empty())
}

fn name(verdict: &DecisionVerdict) -> &'static str {
    match verdict {
        DecisionVerdict::Applied => "apply",
        DecisionVerdict::Known => "known",
        DecisionVerdict::Superseded => "superseded",
        DecisionVerdict::NoRecord => "no record",
        DecisionVerdict::Stale { .. } => "stale",
        DecisionVerdict::Refused(_) => "refused",
    }
}

/// A value in a few words.
fn shown(value: &Value) -> String {
    let text = if value.is_null() {
        "nothing".to_owned()
    } else {
        format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let mut characters = text.chars();
    let head: String = characters.by_ref().take(120).collect();
    if characters.next().is_some() { format!("{head}…`") } else { head }
}
