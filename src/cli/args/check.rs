//! Arguments of `sellside check`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::extract::FailOn;
use super::reading::SourceArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct CheckArgs {
    /// Reports: PDF, DOCX, HTML, text or markdown; mails and ZIP archives (`FILE#NAME`); `-` for standard input; with
    /// `--matrix` also folders of runs, whose records are shown as they are kept
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// `cn`, `hk`, `us`, `eu`, `in`, or a TOML file of your own [default: the report's jurisdiction]
    #[arg(long, value_name = "LIST")]
    pub(crate) checklist: Option<String>,

    /// One table for all reports: a row a report, a column a clause
    #[arg(long)]
    pub(crate) matrix: bool,

    /// How to print the rows
    #[arg(long, value_enum, default_value_t = CheckFormat::Table)]
    pub(crate) format: CheckFormat,

    /// Write to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Begin CSV with a byte order mark, so that Excel shows Chinese
    #[arg(long)]
    pub(crate) excel: bool,

    /// Exit with 1 when a report has any of these
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,

    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

/// How to print a checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// A table for people
    Table,
    /// Pretty JSON, one array for all reports
    Json,
    /// Markdown, for a working paper
    Markdown,
    /// With `--matrix`: a row a report, a column a clause
    Csv,
    /// With `--matrix`: a line for each of the words behind a cell, with its place
    CsvWords,
    /// With `--matrix`: one page with filters and the words behind each cell
    Html,
}
