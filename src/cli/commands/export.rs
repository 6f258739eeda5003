//! `sellside export`.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use sellside::batch::{ExportError, RunRecords, export};
use sellside::sink::{self, Form, RecordFile, Records, SinkError, Written};
use sellside::store::{RunStore, StoreError};

use crate::cli::args::export::{ExportArgs, TableForm};
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::Printer;

pub(crate) fn run(args: &ExportArgs, printer: Printer) -> Result<Exit, CliError> {
    let form = form(args.to)?;
    if args.run.is_dir() {
        let store = RunStore::look(&args.run).map_err(store_error)?;
        write(&RunRecords(&store), args, form, printer)
    } else {
        write(&RecordFile(args.run.clone()), args, form, printer)
    }
}

fn write(records: &dyn Records, args: &ExportArgs, form: Form, printer: Printer) -> Result<Exit, CliError> {
    if args.output.as_deref() == Some(Path::new("-")) {
        if matches!(form, Form::Sqlite | Form::Parquet) {
            let what = if form == Form::Sqlite { "a database" } else { "Parquet" };
            let error = anyhow!("{what} cannot be written to standard output");
            return Err(CliError::could_not_run(error).hinted(Some("name a file with `--output`")));
        }
        let mut out = Vec::new();
        let written = sink::write(records, form, args.excel, &mut out).map_err(|error| export_error(error.into()))?;
        printer.data(&String::from_utf8_lossy(&out))?;
        tell(written, "standard output", printer);
        return Ok(Exit::Done);
    }
    let path = args.output.clone().unwrap_or_else(|| default_path(&args.run, form));
    let written = export(records, form, args.excel, &path).map_err(export_error)?;
    tell(written, &path.display().to_string(), printer);
    Ok(Exit::Done)
}

/// In the run's folder, or beside the file of records.
fn default_path(run: &Path, form: Form) -> PathBuf {
    let folder = if run.is_dir() { Some(run) } else { run.parent() };
    folder.map_or_else(|| PathBuf::from(form.file_name()), |folder| folder.join(form.file_name()))
}

/// Says what was written, and what had no place.
pub(crate) fn tell(written: Written, to: &str, printer: Printer) {
    let left_out = if written.left_out == 0 {
        String::new()
    } else {
        format!("; {} reports are about no listed stock and have no row", written.left_out)
    };
    printer.note(&format!("{} reports written to {to}{left_out}", written.records));
}

/// The library's name of a form; an error where this build cannot write it.
pub(crate) fn form(form: TableForm) -> Result<Form, CliError> {
    let form = match form {
        TableForm::Csv => Form::Csv,
        TableForm::Jsonl => Form::Jsonl,
        TableForm::Tushare => Form::Tushare,
        TableForm::Akshare => Form::Akshare,
        TableForm::Sqlite => Form::Sqlite,
        TableForm::Parquet => Form::Parquet,
    };
    if form.is_built() { Ok(form) } else { Err(export_error(SinkError::NotBuilt("parquet").into())) }
}

pub(crate) fn store_error(error: StoreError) -> CliError {
    let hint = error.hint();
    CliError::could_not_run(error).hinted(hint)
}

pub(crate) fn export_error(error: ExportError) -> CliError {
    match error {
        ExportError::Store(error) => store_error(error),
        ExportError::Sink(error @ SinkError::NotBuilt(_)) => {
            CliError::could_not_run(error).hinted(Some("install it with `cargo install --path . --features parquet`, or use `--to csv`"))
        }
        other => CliError::could_not_run(other),
    }
}
