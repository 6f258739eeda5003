//! Arguments of `sellside batch`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::export::TableForm;
use super::extract::FailOn;
use super::model::ModelArgs;
use super::provider_batch::ProviderBatchArgs;
use super::reading::{ReadingArgs, SourceArgs};

#[derive(Debug, ClapArgs)]
pub(crate) struct BatchArgs {
    /// Reports, folders of reports, or patterns like `reports/**/*.md`
    #[arg(required_unless_present = "from", conflicts_with = "from", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Take the reports from a list: a path a line, or `{"path": …, "name": …, "rules_only": …}`; `-` for standard input
    #[arg(long, value_name = "LIST")]
    pub(crate) from: Option<PathBuf>,

    /// Folder of the run; one that is there is gone on with
    #[arg(long, value_name = "DIR", default_value = "sellside-run")]
    pub(crate) out: PathBuf,

    /// Start anew: forget what the folder holds and take no replies from the cache
    #[arg(long)]
    pub(crate) force: bool,

    /// End the run when N documents have failed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_failures: Option<u64>,

    /// Exit with 1 when a record of the run has any of these
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,

    /// How to show how far the run is [default: a bar on a terminal, else lines]
    #[arg(long, value_enum, value_name = "HOW")]
    pub(crate) progress: Option<ProgressStyle>,

    /// Also write the records in these forms, into the run's folder
    #[arg(long, value_enum, value_name = "FORM", value_delimiter = ',')]
    pub(crate) to: Vec<TableForm>,

    /// Begin tables with a byte order mark, so that Excel reads them as UTF-8
    #[arg(long, requires = "to")]
    pub(crate) excel: bool,

    #[command(flatten)]
    pub(crate) pace: PaceArgs,

    #[command(flatten)]
    pub(crate) by_batch: ProviderBatchArgs,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

/// How fast the model is asked
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Pace")]
pub(crate) struct PaceArgs {
    /// Most requests at once; fewer while the server is overloaded [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) concurrency: Option<u32>,

    /// Most requests a minute
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rpm: Option<u32>,

    /// Most tokens a minute, prompts and answers together
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) tpm: Option<u32>,
}

/// How to show how far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressStyle {
    /// A bar that is drawn over and over
    Bar,
    /// A line every few seconds
    Lines,
    /// A JSON object a line, for programs
    Json,
}
