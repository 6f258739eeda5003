//! Arguments of `sellside extract`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::model::ModelArgs;
use super::reading::{ReadingArgs, SourceArgs};

#[derive(Debug, ClapArgs)]
pub(crate) struct ExtractArgs {
    /// The report: PDF, DOCX, HTML, text or markdown; a mail or ZIP archive with one (of several: `FILE#NAME`); `-` for standard input
    pub(crate) file: PathBuf,

    /// How to print the record
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub(crate) format: Format,

    /// Show zones, the messages and their estimated tokens; send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Write the extracted text, which the record's offsets refer to, to a file
    #[arg(long, value_name = "FILE")]
    pub(crate) save_text: Option<PathBuf>,

    /// Print time, requests, tokens and cost to stderr
    #[arg(long)]
    pub(crate) stats: bool,

    /// Exit with 1 when the record has any of these
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

/// How to print a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Pretty JSON
    Json,
    /// YAML
    Yaml,
    /// A table for people
    Table,
}

/// What makes a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum FailOn {
    /// Rules and model read different values
    Conflict,
    /// Anything stands in `review`
    Review,
    /// A mandatory or conditional row of the checklist was not found
    NotFound,
    /// The report says two things
    Contradicted,
    /// A checklist row is violated
    Violation,
}
