//! Settings as data: what `sellside.toml` may say. Pure; the command line finds and reads the file.

mod asking;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

pub use asking::{Asking, Scope};

/// What `sellside.toml` may say. Flags and environment variables win over it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Name of the `[provider.NAME]` table used when `--provider` names none.
    pub default_provider: Option<String>,
    /// Servers with an OpenAI-compatible API, by a name of your choice.
    pub provider: BTreeMap<String, Provider>,
    /// How a report is put to a model.
    pub asking: Asking,
}

/// One server with an OpenAI-compatible API, and how to ask it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Provider {
    /// Address up to, not including, `/chat/completions`; most end in `/v1`.
    pub base_url: Option<String>,
    /// Name of the environment variable that holds the API key; never the key itself.
    pub api_key_env: Option<String>,
    /// Model name as the server knows it.
    pub model: Option<String>,
    /// How the server is made to answer in JSON. Default: `auto`, the best it accepts.
    pub grade: Option<GradeSetting>,
    /// Sampling temperature, 0 to 2. Not sent unless set: some models refuse any value but their own.
    #[schemars(range(min = 0.0, max = 2.0))]
    pub temperature: Option<f64>,
    /// Most tokens an answer may have. Not sent unless set.
    #[schemars(range(min = 1))]
    pub max_output_tokens: Option<u32>,
    /// Name the server knows `max_output_tokens` by. Default: `max_completion_tokens` for OpenAI and Azure, else
    /// `max_tokens`.
    pub max_tokens_field: Option<MaxTokensField>,
    /// Seconds one request may take in all. Default: 300.
    #[schemars(range(min = 1))]
    pub timeout_seconds: Option<u64>,
    /// Seconds the connection may take to open. Default: 10.
    #[schemars(range(min = 1))]
    pub connect_timeout_seconds: Option<u64>,
    /// Most times one request is sent when it fails in a way that may pass. Default: 4.
    #[schemars(range(min = 1))]
    pub max_attempts: Option<u32>,
    /// Tokens the model's context holds, prompt and answer together. Longer reports are asked about in parts.
    #[schemars(range(min = 1))]
    pub context_tokens: Option<u32>,
    /// Further HTTP headers sent with each request, such as `api-key` for Azure.
    pub headers: BTreeMap<String, Hidden>,
    /// Members merged into the request body, such as `enable_thinking = false`.
    pub extra_body: Map<String, Value>,
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
    /// One forced function call.
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

/// Settings that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The text is not TOML, or has a key or value that is not known.
    #[error("could not read {} at line {line}, column {column}: {message}", place(.key.as_deref()))]
    Syntax {
        /// Dotted name of the key, where there is one.
        key: Option<String>,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A value is outside its range.
    #[error("`{key}` must be {expected}")]
    Value {
        /// Dotted name of the key.
        key: String,
        /// What it must be.
        expected: &'static str,
    },
    /// The default provider has no table.
    #[error("there is no `[provider.{name}]` table")]
    NoSuchProvider {
        /// The name given.
        name: String,
    },
}

fn place(key: Option<&str>) -> String {
    key.map_or_else(|| "settings".to_owned(), |key| format!("`{key}`"))
}

impl Config {
    /// Reads settings from TOML text.
    ///
    /// # Errors
    /// When the text is not TOML, has an unknown key, or a value that cannot be used. The line itself is never shown:
    /// it may hold a secret.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| syntax_error(text, &error))?;
        config.check()?;
        Ok(config)
    }

    /// The provider `name` asks for, else the default one; a single table needs no naming.
    ///
    /// # Errors
    /// When there is no table of that name.
    pub fn provider(&self, name: Option<&str>) -> Result<Option<(&str, &Provider)>, ConfigError> {
        let Some(name) = name.or(self.default_provider.as_deref()) else {
            let mut tables = self.provider.iter();
            return Ok(match (tables.next(), tables.next()) {
                (Some((name, provider)), None) => Some((name, provider)),
                (None | Some(_), _) => None,
            });
        };
        match self.provider.get_key_value(name) {
            Some((name, provider)) => Ok(Some((name, provider))),
            None => Err(ConfigError::NoSuchProvider { name: name.to_owned() }),
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.provider(None)?;
        if let Some((field, expected)) = self.asking.fault() {
            return Err(ConfigError::Value { key: format!("asking.{field}"), expected });
        }
        self.provider.iter().try_for_each(|(name, provider)| provider.check(name))
    }
}

impl Provider {
    fn check(&self, name: &str) -> Result<(), ConfigError> {
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
        ];
        for (field, value) in counts {
            if value == Some(0) {
                return fail(field, "at least 1");
            }
        }
        // A key pasted here would be committed with the file; it is caught before it is used as a name and shown.
        if self.api_key_env.as_deref().is_some_and(|value| !is_variable_name(value)) {
            return fail("api_key_env", "the name of an environment variable, not the key itself");
        }
        Ok(())
    }
}

fn is_variable_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_ascii_digit())
}

fn syntax_error(text: &str, error: &toml::de::Error) -> ConfigError {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    ConfigError::Syntax {
        key: key_at(before, line),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        message: first_line(error.message()),
    }
}

/// The dotted key of a line: the last table opened above it and what stands left of `=`.
fn key_at(before: &str, line: &str) -> Option<String> {
    let table = |line: &str| Some(line.trim().strip_prefix('[')?.split(']').next()?.trim_matches('[').trim().to_owned());
    let Some((key, _)) = line.split_once('=') else { return table(line) };
    let key = key.trim();
    Some(match before.lines().rev().find_map(table) {
        Some(table) => format!("{table}.{key}"),
        None => key.to_owned(),
    })
}

/// The first line of a message, in our style and without the value: it may be a key in the wrong place.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim_end_matches('.');
    match (line.find('"'), line.rfind('"')) {
        (Some(start), Some(end)) if start < end => {
            let (before, after) = (line.get(..start), line.get(end + 1..));
            format!("{}{}", before.unwrap_or_default().trim_end(), after.unwrap_or_default())
        }
        (Some(_) | None, _) => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_full_table() {
        let config = Config::parse(
            r#"
            default_provider = "local"
            [provider.local]
            base_url = "http://127.0.0.1:8080/v1"
            model = "qwen"
            grade = "json_object"
            temperature = 0
            max_tokens_field = "max_tokens"
            headers = { api-key = "sk-secret-value" }
            extra_body = { enable_thinking = false, nested = { seed = 7 } }
            "#,
        )
        .unwrap();
        let (name, provider) = config.provider(None).unwrap().unwrap();
        assert_eq!(name, "local");
        assert_eq!(provider.grade, Some(GradeSetting::JsonObject));
        assert_eq!(provider.temperature, Some(0.0));
        assert_eq!(provider.extra_body["nested"]["seed"], 7);
        assert_eq!(provider.headers["api-key"].expose(), "sk-secret-value");
        assert!(!format!("{config:?}").contains("secret-value"), "headers may hold keys");
    }

    #[test]
    fn an_empty_file_is_fine() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
        assert_eq!(Config::default().provider(None).unwrap(), None);
    }

    #[test]
    fn errors_say_which_key_and_where() {
        let cases = [
            ("[provider.x]\nmodle = 'a'\n", "could not read `provider.x.modle` at line 2, column 1: unknown field `modle`"),
            ("[provider.x]\n\ntimeout_seconds = 'a'\n", "could not read `provider.x.timeout_seconds` at line 3, column 19: invalid type"),
            ("defaul_provider = 'a'", "could not read `defaul_provider` at line 1, column 1: unknown field"),
            ("[provider.x]\nmodel = \n", "could not read `provider.x.model` at line 2"),
            ("[provider.x]\ntemperature = 3", "`provider.x.temperature` must be a number from 0 to 2"),
            ("[provider.x]\nmax_attempts = 0", "`provider.x.max_attempts` must be at least 1"),
            ("default_provider = 'y'\n[provider.x]\n", "there is no `[provider.y]` table"),
        ];
        for (text, expected) in cases {
            let message = Config::parse(text).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}\n  expected {expected}");
        }
    }

    #[test]
    fn a_key_in_place_of_its_variable_is_caught_and_not_shown() {
        let message = Config::parse("[provider.x]\napi_key_env = 'sk-abc-123'").unwrap_err().to_string();
        assert_eq!(message, "`provider.x.api_key_env` must be the name of an environment variable, not the key itself");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_not_shown() {
        let message = Config::parse("[provider.x]\nheaders = 'sk-abc-123'").unwrap_err().to_string();
        assert!(!message.contains("sk-abc"), "{message}");
        assert!(message.contains("invalid type: string, expected a map"), "{message}");
    }

    #[test]
    fn one_table_needs_no_name_and_two_do() {
        let one = Config::parse("[provider.x]").unwrap();
        assert_eq!(one.provider(None).unwrap().map(|(name, _)| name), Some("x"));
        let two = Config::parse("[provider.x]\n[provider.y]").unwrap();
        assert_eq!(two.provider(None).unwrap(), None);
        assert_eq!(two.provider(Some("y")).unwrap().map(|(name, _)| name), Some("y"));
        assert!(two.provider(Some("z")).is_err());
    }

    #[test]
    fn every_setting_is_described_in_the_schema() {
        let schema = schemars::schema_for!(Config).to_value();
        let fields = schema["$defs"]["Provider"]["properties"].as_object().unwrap();
        assert_eq!(fields.len(), 13);
        for (name, field) in fields {
            assert!(field["description"].is_string(), "{name} has no description");
        }
    }
}
