//! `sellside check --matrix`: the checklists of many reports as one table.

use std::path::Path;

use anyhow::anyhow;
use sellside::batch::{RunRecords, run_names};
use sellside::check::Checklist;
use sellside::domain::Record;
use sellside::matrix::{LEGEND, List, Matrix, NOT_VIOLATED, State};
use sellside::pipeline::check_by_rules;
use sellside::sink::{Records as _, SinkError};
use sellside::store::RunStore;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{Chosen, checklist, is_run, put, worse};
use crate::cli::args::check::{CheckArgs, CheckFormat};
use crate::cli::commands::export::{export_error, store_error};
use crate::cli::commands::extract::fails;
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, exit_if, visible};
use crate::cli::{source, table};

/// Columns of a name in a terminal.
const NAME: usize = 36;

pub(super) fn run(args: &CheckArgs, printer: Printer) -> Result<Exit, CliError> {
    let own = args.checklist.as_deref().map(checklist).transpose()?;
    let list = own.as_ref().map(Chosen::list);
    let reader = source::reader(&args.source)?;
    let mut matrix = Matrix::default();
    let mut exit = Exit::Done;
    let mut add = |record: &Record, exit: &mut Exit| {
        *exit = worse(*exit, exit_if(args.fail_on.iter().any(|what| fails(record, *what))));
        matrix.add(record);
    };
    for path in &args.files {
        if is_run(path) {
            of_run(path, list, &mut |record| add(record, &mut exit))?;
            continue;
        }
        match source::read(&reader, path) {
            Ok(document) => {
                let (mut record, _) = check_by_rules(&document, list);
                record.source.name = path.display().to_string();
                add(&record, &mut exit);
            }
            // One bad report does not keep the others from being checked.
            Err(error) => {
                printer.error(&error);
                exit = worse(exit, error.exit());
            }
        }
    }
    if matrix.reports() == 0 && args.format != CheckFormat::Json {
        return if exit == Exit::Done { Err(CliError::could_not_run(anyhow!("no report was held against a checklist"))) } else { Ok(exit) };
    }
    put(args, &written(args, &matrix)?, printer)?;
    Ok(exit)
}

/// The records of a run as they are kept, or the texts of the run held against another list.
fn of_run(path: &Path, list: Option<&Checklist>, add: &mut dyn FnMut(&Record)) -> Result<(), CliError> {
    let store = RunStore::look(path).map_err(store_error)?;
    let Some(list) = list else {
        let each = RunRecords(&store).each(&mut |record| {
            add(&record);
            Ok(())
        });
        return each.map_err(|error| export_error(error.into()));
    };
    for name in run_names(&store).map_err(store_error)? {
        if let Some(stored) = store.document(&name).map_err(store_error)? {
            add(&check_by_rules(&stored.document, Some(list)).0);
        }
    }
    Ok(())
}

fn written(args: &CheckArgs, matrix: &Matrix) -> Result<Vec<u8>, CliError> {
    let failed = |error: SinkError| export_error(error.into());
    let mut out = Vec::new();
    if args.excel && matches!(args.format, CheckFormat::Csv | CheckFormat::CsvWords) {
        out.extend("\u{feff}".as_bytes());
    }
    match args.format {
        CheckFormat::Table => out.extend(terminal(matrix).as_bytes()),
        CheckFormat::Markdown => out.extend(matrix.markdown().as_bytes()),
        CheckFormat::Json => {
            serde_json::to_writer_pretty(&mut out, matrix).map_err(CliError::could_not_run)?;
            out.push(b'\n');
        }
        CheckFormat::Csv => matrix.csv(&mut out).map_err(failed)?,
        CheckFormat::CsvWords => matrix.csv_words(&mut out).map_err(failed)?,
        CheckFormat::Html => matrix.html(&mut out).map_err(CliError::could_not_run)?,
    }
    Ok(out)
}

/// Signs under numbers, with what both stand for below.
fn terminal(matrix: &Matrix) -> String {
    let mut out = String::new();
    for list in &matrix.lists {
        out.push_str(&format!("{}: {} reports\n", list.jurisdiction, list.reports.len()));
        out.push_str(&signs(list));
        let clauses = list.clauses.iter().enumerate().map(|(column, clause)| {
            let open = [State::Violation, State::Contradicted, State::NotFound, State::LookAtOriginal];
            let open: usize = open.iter().map(|state| list.count(column, *state)).sum();
            vec![(column + 1).to_string(), clause.id.clone(), open.to_string(), clause.clause.clone()]
        });
        out.push('\n');
        out.push_str(&table::plain(&["", "clause", "open", "what it asks for"], clauses));
        out.push('\n');
    }
    let legend: Vec<String> = LEGEND.iter().map(|state| format!("{} {}", state.sign(), state.words())).collect();
    out.push_str(&format!("{}\n`open`: not found, contradicted or violated. {NOT_VIOLATED}\n", legend.join("  ")));
    if !matrix.without_list.is_empty() {
        out.push_str(&format!("{} reports have no checklist\n", matrix.without_list.len()));
    }
    out
}

/// Two columns a sign: wide enough for the numbers, narrow enough for a list beside a name.
fn signs(list: &List) -> String {
    let names: Vec<String> = list.reports.iter().map(|row| visible(&tail(&row.name, NAME))).collect();
    let wide = names.iter().map(|name| name.width()).max().unwrap_or(0);
    let line = |name: &str, cells: &mut dyn Iterator<Item = String>| {
        let cells: String = cells.map(|cell| format!("{cell:>3}")).collect();
        format!(" {name}{}{cells}\n", " ".repeat(wide.saturating_sub(name.width())))
    };
    let mut out = line("", &mut (1..=list.clauses.len()).map(|number| number.to_string()));
    for (name, row) in names.iter().zip(&list.reports) {
        let mut signs = (0..list.clauses.len()).map(|column| row.state(column).map(State::sign).unwrap_or_default().to_owned());
        out.push_str(&line(name, &mut signs));
    }
    out
}

/// The end of a name, which tells reports apart where a path does not.
fn tail(name: &str, columns: usize) -> String {
    let mut wide = 1;
    let kept = name.char_indices().rev().find(|(_, c)| {
        wide += c.width().unwrap_or(0);
        wide > columns
    });
    match kept {
        Some((at, c)) => format!("…{}", name.get(at + c.len_utf8()..).unwrap_or_default()),
        None => name.to_owned(),
    }
}
