//! People: arguments, settings, printing, exit codes. Uses the library's public API only.

mod args;
mod commands;
mod env;
mod error;
mod preview;
mod printer;
mod progress;
mod reader;
mod report;
mod settings;
mod source;
mod table;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tracing_subscriber::EnvFilter;

use args::{Args, Command};
use error::{CliError, Exit};
use printer::Printer;

/// Parses, runs, reports, and tells the exit code.
pub(crate) fn main() -> ExitCode {
    let args = Args::parse();
    let printer = Printer::new(args.quiet);
    log(args.verbose);
    match run(args, printer) {
        Ok(exit) => exit.into(),
        Err(error) => {
            printer.error(&error);
            error.exit().into()
        }
    }
}

fn run(args: Args, printer: Printer) -> Result<Exit, CliError> {
    match args.command {
        Command::Extract(extract) => commands::extract::run(&extract, args.config.as_deref(), printer),
        Command::Batch(batch) => commands::batch::run(&batch, args.config.as_deref(), printer),
        Command::Export(export) => commands::export::run(&export, printer),
        Command::Compare(compare) => commands::compare::run(&compare, printer),
        Command::Review(review) => commands::review::run(&review, printer),
        Command::Cache(cache) => commands::cache::run(&cache, printer),
        Command::Check(check) => commands::check::run(&check, printer),
        Command::Validate(validate) => commands::validate::run(&validate, printer),
        Command::Schema(schema) => commands::schema::run(&schema, printer),
        Command::Doctor(doctor) => commands::doctor::run(&doctor, args.config.as_deref(), printer),
        Command::PdfWorker => commands::pdf_worker::run(printer),
        Command::Completions(completions) => commands::completions::run(&completions, &mut Args::command(), printer),
    }
}

/// Logs go to stderr, and only when asked for. async-openai would log whole bodies, report text and all, so it is never
/// heard.
fn log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => "sellside=info",
        2 => "sellside=debug",
        _ => "debug",
    };
    let filter = EnvFilter::new(format!("{level},async_openai=off"));
    // A second subscriber in one process cannot be; nothing is lost if there is one.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
