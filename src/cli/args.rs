//! Exactly what was typed.

pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod model;
pub(crate) mod provider_batch;
pub(crate) mod reading;
pub(crate) mod review;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use batch::BatchArgs;
use check::CheckArgs;
use compare::CompareArgs;
use export::ExportArgs;
use extract::ExtractArgs;
use model::ModelArgs;

/// Reads brokerage research reports into records you can trust
///
/// A language model and a set of rules read the report independently; every value is looked up at its place in the
/// source, and the two are reconciled. Without a model the rules read alone: no key, no network.
#[derive(Debug, Parser)]
#[command(name = "sellside", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Settings file [default: `sellside.toml` in the current folder, if there is one]
    #[arg(long, global = true, value_name = "FILE", env = super::env::SELLSIDE_CONFIG)]
    pub(crate) config: Option<PathBuf>,

    /// Say nothing but data, warnings and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Log to stderr; repeat for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read one report and print its record
    Extract(Box<ExtractArgs>),
    /// Hold reports against a checklist of disclosures, by the rules alone
    Check(CheckArgs),
    /// Read many reports into the folder of a run, and go on where it was stopped
    Batch(Box<BatchArgs>),
    /// Write a run's records as the tables people already use
    Export(ExportArgs),
    /// Hold model and rules against each other, against labels, or one run against another
    Compare(CompareArgs),
    /// Write the page on which people decide what the readers could not
    Review(review::ReviewArgs),
    /// Show or clear the replies that are kept between runs
    Cache(CacheArgs),
    /// Check records against the record schema
    Validate(ValidateArgs),
    /// Print a JSON Schema, or how our names map to other vendors'
    Schema(SchemaArgs),
    /// Show what is configured and what the model server really supports
    Doctor(DoctorArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Read one PDF from standard input within limits
    #[command(hide = true)]
    PdfWorker,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CacheArgs {
    /// What to do
    #[command(subcommand)]
    pub(crate) act: CacheAct,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum CacheAct {
    /// Print how many replies are kept, of which models, since when
    Stats,
    /// Forget all replies
    Clear,
    /// Print where they are kept
    Path,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ValidateArgs {
    /// Records as JSON, or JSON Lines with one record a line; `-` for standard input
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SchemaArgs {
    /// Which one
    #[arg(value_enum, default_value_t = SchemaName::Record)]
    pub(crate) name: SchemaName,

    /// Print our field names beside tushare's, akshare's and RIXML's
    #[arg(long, conflicts_with = "name")]
    pub(crate) map: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// What a model must fill
    Draft,
    /// What users get
    Record,
    /// `sellside.toml`
    Config,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    /// Show settings only; send nothing
    #[arg(long)]
    pub(crate) no_probe: bool,

    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}
