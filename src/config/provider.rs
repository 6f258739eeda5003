//! `[provider.NAME]`: one server, and how to ask it.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ConfigError;

/// One server with an OpenAI-compatible API, and how to ask it. What is left out is taken from the provider of the same
/// name, where it is a known one (`docs/providers.md`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Provider {
    /// Known provider whose ways are taken over, where the table has a name of your own: `deepseek`, `ollama`, …
    pub preset: Option<String>,
    /// Address up to, not including, `/chat/completions`; most end in `/v1`. `{model}` in its path stands for the model.
    pub base_url: Option<String>,
    /// Name of the environment variable that holds the API key; never the key itself.
    pub api_key_env: Option<String>,
    /// Header the key is sent in, as it stands. Default: `Authorization: Bearer KEY`, for Azure `api-key`.
    pub key_header: Option<String>,
    /// Model name as the server knows it.
    pub model: Option<String>,
    /// How the server is made to answer in JSON. Default: `auto`, the best it accepts.
    pub grade: Option<GradeSetting>,
    /// Sampling temperature, 0 to 2. Not sent unless set, nor to models known to refuse it.
    #[schemars(range(min = 0.0, max = 2.0))]
    pub temperature: Option<f64>,
    /// Whether the model may think before it answers. Default: as the provider does, or off where its JSON needs that.
    pub thinking: Option<bool>,
    /// Most tokens an answer may have. Not sent unless set.
    #[schemars(range(min = 1))]
    pub max_output_tokens: Option<u32>,
    /// Name the server knows `max_output_tokens` by. Default: the provider's, else `max_tokens`.
    pub max_tokens_field: Option<MaxTokensField>,
    /// How the function is asked for in the grade `tools`. Default: the provider's, else `named`.
    pub tool_choice: Option<ToolChoice>,
    /// Seconds one request may take in all. Default: 300.
    #[schemars(range(min = 1))]
    pub timeout_seconds: Option<u64>,
    /// Seconds the connection may take to open. Default: 10.
    #[schemars(range(min = 1))]
    pub connect_timeout_seconds: Option<u64>,
    /// Most times one request is sent when it fails in a way that may pass. Default: 4.
    #[schemars(range(min = 1))]
    pub max_attempts: Option<u32>,
    /// Most requests at once; fewer while the server is overloaded. Default: 8 in `batch`.
    #[schemars(range(min = 1))]
    pub concurrency: Option<u32>,
    /// Most requests a minute, of each server of a pool.
    #[schemars(range(min = 1))]
    pub rpm: Option<u32>,
    /// Most tokens a minute, prompts and answers together, of each server of a pool.
    #[schemars(range(min = 1))]
    pub tpm: Option<u32>,
    /// How much of the requests this server takes beside those of `pool`. Default: 1.
    #[schemars(range(min = 1))]
    pub weight: Option<u32>,
    /// Further servers with the same model, or the same server with further keys. They share the requests by weight, and
    /// stand in for one another.
    pub pool: Vec<PoolMember>,
    /// Tokens the model's context holds, prompt and answer together. Longer reports are cut to fit.
    #[schemars(range(min = 1))]
    pub context_tokens: Option<u32>,
    /// Changes to the request, made last and in order: the way out where a server wants what no setting covers.
    pub patch: Vec<Patch>,
}

/// A further server with the same model.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PoolMember {
    /// Address, as in the provider's table. Default: the same server.
    pub base_url: Option<String>,
    /// Name of the environment variable that holds its API key; never the key itself. Default: the same key at the same
    /// server, none at another.
    pub api_key_env: Option<String>,
    /// How much of the requests it takes beside the others. Default: 1.
    #[schemars(range(min = 1))]
    pub weight: Option<u32>,
}

/// A change to the requests of some models.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Patch {
    /// Models it is for: `*` stands for any characters, `?` for one, case does not matter. Default: all.
    pub models: Vec<String>,
    /// Grades it is for; needed where it changes what belongs to one, such as `response_format`. Default: all.
    pub grades: Vec<GradeSetting>,
    /// Members merged into the request body, objects member by member (RFC 7396).
    pub body: Map<String, Value>,
    /// Members of the body to leave out: what `null` is in RFC 7396, and TOML has no null.
    pub remove: Vec<String>,
    /// HTTP headers; they replace ours of the same name, and an empty one leaves ours out.
    pub headers: BTreeMap<String, Hidden>,
}

/// Text that may be a secret: it is never shown by `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[hidden]")
    }
}

/// How the server is made to answer in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GradeSetting {
    /// The best one the server accepts, found by trying.
    Auto,
    /// `response_format: json_schema`, strict.
    JsonSchema,
    /// One function call.
    Tools,
    /// `response_format: json_object`; the schema stands in the prompt alone.
    JsonObject,
    /// The prompt alone.
    Prompt,
}

/// Name the server knows the limit on answer tokens by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaxTokensField {
    /// The older name, known nearly everywhere.
    MaxTokens,
    /// OpenAI's newer name; its reasoning models refuse the older.
    MaxCompletionTokens,
}

impl MaxTokensField {
    /// The name in the request body.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

/// How the function is asked for in the grade `tools`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToolChoice {
    /// By its name: the model must call it.
    #[default]
    Named,
    /// Some function must be called, and there is but one.
    Required,
    /// The model decides: for servers that refuse to be told. A model that talks instead is taken for a refusal.
    Auto,
}

impl Provider {
    /// Refuses values outside their range. `name` is the table's.
    pub(super) fn check(&self, name: &str) -> Result<(), ConfigError> {
        let fail = |field: &str, expected| Err(ConfigError::Value { key: format!("provider.{name}.{field}"), expected });
        if self.temperature.is_some_and(|value| !(0.0..=2.0).contains(&value)) {
            return fail("temperature", "a number from 0 to 2");
        }
        let counts = [
            ("max_output_tokens", self.max_output_tokens.map(u64::from)),
            ("timeout_seconds", self.timeout_seconds),
            ("connect_timeout_seconds", self.connect_timeout_seconds),
            ("max_attempts", self.max_attempts.map(u64::from)),
            ("context_tokens", self.context_tokens.map(u64::from)),
            ("concurrency", self.concurrency.map(u64::from)),
            ("rpm", self.rpm.map(u64::from)),
            ("tpm", self.tpm.map(u64::from)),
            ("weight", self.weight.map(u64::from)),
            ("pool.weight", self.pool.iter().filter_map(|member| member.weight).min().map(u64::from)),
        ];
        for (field, value) in counts {
            if value == Some(0) {
                return fail(field, "at least 1");
            }
        }
        // A key pasted here would be committed with the file; it is caught before it is used as a name and shown.
        let mut variables = self.pool.iter().map(|member| &member.api_key_env).chain([&self.api_key_env]).flatten();
        if variables.any(|value| !is_variable_name(value)) {
            return fail("api_key_env", "the name of an environment variable, not the key itself");
        }
        Ok(())
    }
}

fn is_variable_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_ascii_digit())
}
