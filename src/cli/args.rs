//! Exactly what was typed.

pub(crate) mod batch;
pub(crate) mod compare;
pub(crate) mod provider_batch;
pub(crate) mod review;

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use sellside::config::{Mode, Scope};
use sellside::document::PdfEngine;
use sellside::llm::{GradeChoice, Limit};

use batch::BatchArgs;
use compare::CompareArgs;

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

/// Who reads, and how
#[derive(Debug, ClapArgs)]
pub(crate) struct ReadingArgs {
    /// Use the rules alone
    #[arg(long, conflicts_with_all = ["model_only", "model", "base_url", "provider", "grade", "api_key_env"])]
    pub(crate) rules_only: bool,

    /// Use the model alone
    #[arg(long)]
    pub(crate) model_only: bool,

    /// Answer from recorded exchanges instead of a server
    #[arg(long, value_name = "DIR", conflicts_with_all = ["record", "rules_only", "model", "base_url", "provider", "grade"])]
    pub(crate) replay: Option<PathBuf>,

    /// Record every exchange with the server
    #[arg(long, value_name = "DIR", conflicts_with = "rules_only")]
    pub(crate) record: Option<PathBuf>,

    /// Ask the model about what the two readers differ on, one short question each; at most N a report [default: 5]
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "5", conflicts_with_all = ["rules_only", "model_only"])]
    pub(crate) adjudicate: Option<NonZeroU32>,

    /// Take prompt templates from a folder (`system.md`, `user.md`, `reask.md` …)
    #[arg(long, value_name = "DIR")]
    pub(crate) prompts: Option<PathBuf>,

    /// How much of the report the model is shown: `zones`, what it is asked about; `full` [default: zones]
    #[arg(long, value_name = "SCOPE", conflicts_with_all = ["replay", "rules_only"])]
    pub(crate) scope: Option<Scope>,

    /// Leave out what does not fit the model's context, legal text first, instead of asking in several requests
    #[arg(long, conflicts_with_all = ["replay", "rules_only"])]
    pub(crate) no_split: bool,

    /// Ask for N independent drafts; each field goes to the majority [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=99), conflicts_with_all = ["replay", "rules_only"])]
    pub(crate) votes: Option<u32>,

    /// `one-shot`: the model is shown the report; `agent`: it calls functions to see what it wants of it [default: one-shot]
    #[arg(long, value_name = "MODE", conflicts_with_all = ["replay", "rules_only"])]
    pub(crate) mode: Option<Mode>,

    /// Most requests of an agent before it is asked for its draft [default: 24]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=999), conflicts_with_all = ["replay", "rules_only"])]
    pub(crate) max_steps: Option<u32>,

    /// Stop before the request that would pass this much money (`0.50`, `0.50USD`) or this many tokens (`20000tokens`)
    #[arg(long, value_name = "AMOUNT", conflicts_with_all = ["rules_only", "replay"])]
    pub(crate) budget: Option<Limit>,
}

/// How files are read
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Files")]
pub(crate) struct SourceArgs {
    /// What reads PDFs: `auto`, the built-in engine and then `pdftotext` where it is installed; `unpdf`; `pdftotext` [default: auto]
    #[arg(long, value_name = "ENGINE")]
    pub(crate) pdf_engine: Option<PdfEngine>,

    /// Environment variable that holds the password of an encrypted PDF
    #[arg(long, value_name = "NAME")]
    pub(crate) password_env: Option<String>,

    /// Recognise characters on pages without text, with an installed `tesseract`
    #[arg(long)]
    pub(crate) ocr: bool,
}

/// Which model, where
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Model")]
pub(crate) struct ModelArgs {
    /// Model name as the server knows it
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,

    /// Server address, up to `/chat/completions` [default: the provider's, else OpenAI's]
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// Environment variable that holds the API key [default: the provider's, sent to its own hosts only]
    #[arg(long, value_name = "NAME")]
    pub(crate) api_key_env: Option<String>,

    /// A known provider (`openai`, `deepseek`, `ollama`, …), or `[provider.NAME]` of the settings file
    #[arg(long, value_name = "NAME")]
    pub(crate) provider: Option<String>,

    /// How to ask for JSON: `auto`, `json_schema`, `tools`, `json_object`, `prompt`
    #[arg(long, value_name = "GRADE")]
    pub(crate) grade: Option<GradeChoice>,

    /// Whether the model may think before it answers, in the provider's own words [default: the provider's]
    #[arg(long, value_enum, value_name = "WHETHER")]
    pub(crate) thinking: Option<Switch>,

    /// Tokens the model's context holds; longer reports are asked about in several requests
    #[arg(long, value_name = "N")]
    pub(crate) context_tokens: Option<u32>,

    /// Most tokens an answer may have
    #[arg(long, value_name = "N")]
    pub(crate) max_output_tokens: Option<u32>,

    /// Seconds one request may take [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: Option<u64>,

    /// Refuse any server that is not on this machine
    #[arg(long)]
    pub(crate) offline: bool,

    /// Neither use nor keep replies, nor what `sellside doctor` finds out about servers
    #[arg(long)]
    pub(crate) no_cache: bool,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// It may
    On,
    /// It may not: cheaper and faster, where the provider lets it be switched off
    Off,
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

/// Forms records can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum TableForm {
    /// One row a report, with our names
    Csv,
    /// The records themselves, one a line
    Jsonl,
    /// The columns and units of tushare's `report_rc`: one row a report and forecast year
    Tushare,
    /// The columns of akshare's `stock_research_report_em`
    Akshare,
    /// One database with a table each for records, ratings, authors, estimates, disclosures and evidence
    Sqlite,
    /// One row a report with typed columns, ratings, figures and evidence as lists; where it was built with `--features parquet`
    Parquet,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExportArgs {
    /// Folder of a run, or a file of records as JSON Lines
    pub(crate) run: PathBuf,

    /// In which form
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) to: TableForm,

    /// Where to write; `-` is standard output, except for databases [default: in the run's folder, beside a file]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Begin tables with a byte order mark, so that Excel reads them as UTF-8
    #[arg(long)]
    pub(crate) excel: bool,
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
