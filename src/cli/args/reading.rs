//! Who reads and how, for one report and for many.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use sellside::config::{Mode, Scope};
use sellside::document::PdfEngine;
use sellside::llm::Limit;

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
