//! `sellside completions`.

use clap::Command;

use crate::cli::args::CompletionsArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::Printer;

pub(crate) fn run(args: &CompletionsArgs, command: &mut Command, printer: Printer) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "sellside", &mut script);
    printer.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
