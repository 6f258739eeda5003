//! Which model, where.

use clap::{Args as ClapArgs, ValueEnum};
use sellside::llm::GradeChoice;

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
