//! A comparison printed, or written to a file.

use sellside::compare::{Detail, Report, markdown, page, parts, sections};
use sellside::store::write_atomic;

use super::figures;
use super::input::Input;
use crate::cli::args::compare::{CompareArgs, CompareFormat};
use crate::cli::commands::export::store_error;
use crate::cli::error::CliError;
use crate::cli::printer::{Printer, visible};
use crate::cli::table;

pub(super) fn write(report: &Report, inputs: &[Input], args: &CompareArgs, printer: Printer) -> Result<(), CliError> {
    let mut text = match args.format {
        CompareFormat::Table => tables(report),
        CompareFormat::Json => serde_json::to_string_pretty(report).map_err(CliError::could_not_run)?,
        CompareFormat::Markdown => markdown(report),
        CompareFormat::Html => {
            let mut all = parts(report);
            all.extend(figures::parts(inputs));
            page(&all).map_err(CliError::could_not_run)?
        }
    };
    let Some(path) = &args.output else { return printer.data(&text) };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    write_atomic(path, text.as_bytes()).map_err(store_error)?;
    printer.note(&format!("comparison of {} reports written to `{}`", report.documents, path.display()));
    Ok(())
}

/// Tables for a terminal.
fn tables(report: &Report) -> String {
    let mut out = String::new();
    for section in sections(report, Detail::Brief) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&visible(&section.title));
        out.push('\n');
        for note in &section.notes {
            out.push_str(&table::prose(&visible(note)));
        }
        if !section.rows.is_empty() {
            let columns: Vec<(&str, bool)> = section.columns.iter().map(|column| (column.name.as_str(), column.number)).collect();
            out.push_str(&table::aligned(&columns, section.rows.into_iter()));
        }
    }
    out
}
