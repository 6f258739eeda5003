//! Arguments of `sellside compare`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(crate) struct CompareArgs {
    /// Folder of a run: rules against model; or records, as JSON, JSON Lines or a folder of JSON files: their verdicts. Two
    /// of either: the second against the first
    #[arg(required = true, num_args = 1..=2, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// Folder of labels made by people, `REPORT.gold.json`: how much of what each reader gave is right (docs/evaluation.md)
    #[arg(long, value_name = "DIR")]
    pub(crate) gold: Option<PathBuf>,

    /// How to print the comparison
    #[arg(long, value_enum, default_value_t = CompareFormat::Table)]
    pub(crate) format: CompareFormat,

    /// Where to write it [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Exit with 1 when a measure is lower: `core`, `score` or a field's F1, with labels; `agreement`, `agreement:FIELD`,
    /// `kappa:FIELD`
    #[arg(long, value_name = "MEASURE=NUMBER", value_delimiter = ',')]
    pub(crate) fail_below: Vec<String>,

    /// Show these fields only
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,

    /// Show groups by broker only, or by type only [default: both]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Option<By>,

    /// Whose values: of one run the reader `--fail-below` and the matrices of labels are about, of two runs the reader that is
    /// held against itself
    #[arg(long, value_enum, value_name = "READER", default_value_t = Reader::Reconciled)]
    pub(crate) view: Reader,

    /// List at most N conflicts of each field, and as many values only one side has
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) conflicts: usize,
}

/// How to print a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// Tables for a terminal
    Table,
    /// Pretty JSON, with all there is
    Json,
    /// Markdown, for a pull request or a working paper
    Markdown,
    /// One page with charts that opens from disk
    Html,
}

/// What reports are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Who published them
    Broker,
    /// What kind of report they are
    Type,
}

/// Whose values are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reader {
    /// The rules alone
    Rules,
    /// The model alone
    Model,
    /// What the judge made of both
    Reconciled,
}
