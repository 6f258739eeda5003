//! Settings as data: what `sellside.toml` may say. Pure; the command line finds and reads the file.

mod asking;
mod price;
mod provider;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub use provider::{GradeSetting, Hidden, MaxTokensField, Patch, PoolMember, Provider, ToolChoice};

pub use asking::{Asking, AskingError, Mode, Scope};

pub use price::{BatchPrice, PriceRow};

/// What `sellside.toml` may say. Flags and environment variables win over it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Provider used when `--provider` names none: a `[provider.NAME]` table, or a known provider.
    pub default_provider: Option<String>,
    /// Servers with an OpenAI-compatible API, by the name of a known provider or one of your own.
    pub provider: BTreeMap<String, Provider>,
    /// How a report is put to a model.
    pub asking: Asking,
    /// Prices of your own, asked before the built-in table.
    pub price: Vec<PriceRow>,
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

    /// The provider `name` asks for, else the default one, with its table where it has one; a single table needs no
    /// naming. Whether a name without a table is a known provider is for the caller to tell.
    pub fn provider<'a>(&'a self, name: Option<&'a str>) -> Option<(&'a str, Option<&'a Provider>)> {
        let Some(name) = name.or(self.default_provider.as_deref()) else {
            let mut tables = self.provider.iter();
            return match (tables.next(), tables.next()) {
                (Some((name, provider)), None) => Some((name, Some(provider))),
                (None | Some(_), _) => None,
            };
        };
        Some((name, self.provider.get(name)))
    }

    fn check(&self) -> Result<(), ConfigError> {
        if let Some((field, expected)) = self.asking.fault() {
            return Err(ConfigError::Value { key: format!("asking.{field}"), expected });
        }
        for (at, row) in self.price.iter().enumerate() {
            if let Some((field, expected)) = row.fault() {
                return Err(ConfigError::Value { key: format!("price.{at}.{field}"), expected });
            }
        }
        self.provider.iter().try_for_each(|(name, provider)| provider.check(name))
    }
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
            tool_choice = "auto"
            [[provider.local.patch]]
            models = ["qwen3*"]
            body = { enable_thinking = false, nested = { seed = 7 } }
            remove = ["temperature"]
            headers = { api-key = "sk-secret-value" }
            "#,
        )
        .unwrap();
        let (name, provider) = config.provider(None).unwrap();
        let provider = provider.unwrap();
        assert_eq!(name, "local");
        assert_eq!(provider.grade, Some(GradeSetting::JsonObject));
        assert_eq!(provider.temperature, Some(0.0));
        assert_eq!(provider.tool_choice, Some(ToolChoice::Auto));
        let [patch] = &provider.patch[..] else { panic!("not one patch") };
        assert_eq!(patch.models, ["qwen3*"]);
        assert_eq!(
            (&patch.body["nested"]["seed"], patch.remove.as_slice()),
            (&serde_json::json!(7), ["temperature".to_owned()].as_slice())
        );
        assert_eq!(patch.headers["api-key"].expose(), "sk-secret-value");
        assert!(!format!("{config:?}").contains("secret-value"), "headers may hold keys");
    }

    #[test]
    fn an_empty_file_is_fine() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
        assert_eq!(Config::default().provider(None), None);
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
        let message = Config::parse("[[provider.x.patch]]\nheaders = 'sk-abc-123'").unwrap_err().to_string();
        assert!(!message.contains("sk-abc"), "{message}");
        assert!(message.contains("invalid type: string, expected a map"), "{message}");
    }

    #[test]
    fn one_table_needs_no_name_and_two_do() {
        let named = |config: &Config, name: Option<&str>| {
            let found = config.provider(name);
            found.map(|(name, table)| (name.to_owned(), table.is_some()))
        };
        let one = Config::parse("[provider.x]").unwrap();
        assert_eq!(named(&one, None), Some(("x".to_owned(), true)));
        let two = Config::parse("[provider.x]\n[provider.y]").unwrap();
        assert_eq!(named(&two, None), None);
        assert_eq!(named(&two, Some("y")), Some(("y".to_owned(), true)));
        assert_eq!(named(&two, Some("z")), Some(("z".to_owned(), false)));
        let by_default = Config::parse("default_provider = 'z'\n[provider.x]").unwrap();
        assert_eq!(named(&by_default, None), Some(("z".to_owned(), false)));
    }

    #[test]
    fn every_setting_is_described_in_the_schema() {
        let schema = schemars::schema_for!(Config).to_value();
        for (table, count) in [("Provider", 21), ("Patch", 5)] {
            let fields = schema["$defs"][table]["properties"].as_object().unwrap();
            assert_eq!(fields.len(), count, "{table}");
            for (name, field) in fields {
                assert!(field["description"].is_string(), "{name} has no description");
            }
        }
    }
}
