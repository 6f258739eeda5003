//! `sellside pdf-worker`: reads one PDF from standard input within limits. For `sellside` itself, not for people.

use anyhow::Context as _;
use sellside::document;

use crate::cli::error::{CliError, Exit};
use crate::cli::printer::Printer;

pub(crate) fn run(printer: Printer) -> Result<Exit, CliError> {
    let answer = document::pdf_worker(std::io::stdin().lock()).context("could not read a PDF").map_err(CliError::could_not_run)?;
    printer.data(&answer)?;
    Ok(Exit::Done)
}
