//! Known providers: what they do differently, as rows of `providers.toml`. The only file that knows that table.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use reqwest::Url;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::patch::names_model;
use crate::config::{MaxTokensField, ToolChoice};
use crate::domain::record::Grading;

/// The table as it stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    common: ReplyWords,
    provider: Vec<Preset>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(include_str!("providers.toml")).unwrap_or_default());

/// The words of all rows together: a gateway passes on what the provider behind it wrote, so replies are read by all.
static WORDS: LazyLock<ReplyWords> = LazyLock::new(|| {
    let mut all = TABLE.common.clone();
    TABLE.provider.iter().for_each(|preset| all.join(&preset.reply));
    all
});

/// A known provider, and what it does differently.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Preset {
    names: Vec<String>,
    title: String,
    hosts: Vec<String>,
    base_url: Option<String>,
    address: Option<String>,
    path: Option<String>,
    query: BTreeMap<String, String>,
    api_key_env: Option<String>,
    key_header: Option<String>,
    needs_key: bool,
    default: bool,
    context_tokens: Option<u32>,
    note: Option<String>,
    request: Vec<RequestRules>,
    reply: ReplyWords,
    source: Vec<Source>,
}

/// Where a row is known from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Source {
    /// What is known from it.
    pub says: String,
    /// Where it stands.
    pub from: String,
    /// Day it was looked at, `YYYY-MM-DD`.
    pub day: String,
    /// Whether it was read or measured; else it is recalled, and to be checked.
    pub read: bool,
}

/// What requests look like.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RequestRules {
    models: Vec<String>,
    pub(super) grades: Option<Vec<Grading>>,
    pub(super) tool_choice: Option<ToolChoice>,
    pub(super) max_tokens_field: Option<MaxTokensField>,
    /// Whether `temperature` may be sent.
    pub(super) temperature: Option<bool>,
    /// Whether the model may think where nobody says so.
    pub(super) thinking: Option<bool>,
    /// Members that switch thinking off.
    pub(super) thinking_off: Option<Map<String, Value>>,
    /// Keywords of JSON Schema that are left out.
    pub(super) schema_without: Option<Vec<String>>,
}

impl RequestRules {
    fn overlay(&mut self, later: &Self) {
        let later = later.clone();
        self.grades = later.grades.or(self.grades.take());
        self.tool_choice = later.tool_choice.or(self.tool_choice);
        self.max_tokens_field = later.max_tokens_field.or(self.max_tokens_field);
        self.temperature = later.temperature.or(self.temperature);
        self.thinking = later.thinking.or(self.thinking);
        self.thinking_off = later.thinking_off.or(self.thinking_off.take());
        self.schema_without = later.schema_without.or(self.schema_without.take());
    }
}

/// Words providers use in replies and errors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReplyWords {
    /// Where in `usage` tokens from the provider's cache are counted, as JSON Pointers.
    pub(super) cached_tokens: Vec<String>,
    /// Where in `usage` tokens of thoughts are counted, as JSON Pointers.
    pub(super) reasoning_tokens: Vec<String>,
    /// Members of a message that hold thoughts.
    pub(super) reasoning: Vec<String>,
    /// Finish reasons of a content filter.
    pub(super) filtered: Vec<String>,
    /// Finish reasons of a server that gave up.
    pub(super) interrupted: Vec<String>,
    /// Error codes and types that mean money or a used-up quota, in lower case: waiting does not help.
    pub(super) quota_codes: Vec<String>,
    /// The same in words of messages, in lower case.
    pub(super) quota_phrases: Vec<String>,
    /// The same in parts of `quotaId`.
    pub(super) quota_ids: Vec<String>,
    /// Phrases that stand in every refusal of a body, in lower case: a grade they seem to name is not meant.
    pub(super) formulas: Vec<String>,
    /// Error codes of a content filter.
    pub(super) filter_codes: Vec<String>,
    /// Starts of the names of headers about limits, in lower case.
    pub(super) rate_limit_headers: Vec<String>,
}

impl ReplyWords {
    fn join(&mut self, more: &Self) {
        let lists = [
            (&mut self.cached_tokens, &more.cached_tokens),
            (&mut self.reasoning_tokens, &more.reasoning_tokens),
            (&mut self.reasoning, &more.reasoning),
            (&mut self.filtered, &more.filtered),
            (&mut self.interrupted, &more.interrupted),
            (&mut self.quota_codes, &more.quota_codes),
            (&mut self.quota_phrases, &more.quota_phrases),
            (&mut self.quota_ids, &more.quota_ids),
            (&mut self.formulas, &more.formulas),
            (&mut self.filter_codes, &more.filter_codes),
            (&mut self.rate_limit_headers, &more.rate_limit_headers),
        ];
        for (all, more) in lists {
            for word in more {
                if !all.contains(word) {
                    all.push(word.clone());
                }
            }
        }
    }
}

/// The words of all known providers.
pub(super) fn words() -> &'static ReplyWords {
    &WORDS
}

impl Preset {
    /// All known providers, in the table's order.
    pub fn all() -> &'static [Self] {
        &TABLE.provider
    }

    /// The provider of a name; case does not matter.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|preset| preset.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// The provider whose host an address names.
    pub fn of_url(base_url: &str) -> Option<&'static Self> {
        Self::all().iter().find(|preset| preset.is_home(base_url))
    }

    /// The provider asked where none is named.
    pub fn default_choice() -> Option<&'static Self> {
        Self::all().iter().find(|preset| preset.default)
    }

    /// The name it is chosen by.
    pub fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// Other names it is chosen by.
    pub fn aliases(&self) -> &[String] {
        self.names.get(1..).unwrap_or_default()
    }

    /// Its name for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its address; `None` where every customer has one of their own.
    pub fn base_url(&self) -> Option<&str> {
        self.base_url.as_deref()
    }

    /// What a customer's own address looks like.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// The environment variable its key is read from, unless another is named.
    pub fn api_key_env(&self) -> Option<&str> {
        self.api_key_env.as_deref()
    }

    /// Whether it answers nobody without a key.
    pub fn needs_key(&self) -> bool {
        self.needs_key
    }

    /// Grades `auto` tries, in order, where nothing else is known of the model.
    pub fn grades(&self) -> Vec<Grading> {
        self.rules("").grades.unwrap_or_default()
    }

    /// What people should know before they use it.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Where all this is known from.
    pub fn sources(&self) -> &[Source] {
        &self.source
    }

    /// Whether an address is the provider's own, so that its key may be sent there: one of its hosts, encrypted.
    pub fn is_home(&self, base_url: &str) -> bool {
        let Ok(url) = Url::parse(base_url.trim()) else { return false };
        let Some(host) = url.host_str().filter(|_| url.scheme() == "https") else { return false };
        self.hosts.iter().any(|known| if known.starts_with('.') { host.ends_with(known) } else { host == known })
    }

    pub(super) fn key_header(&self) -> Option<&str> {
        self.key_header.as_deref()
    }

    pub(super) fn context_tokens(&self) -> Option<u32> {
        self.context_tokens
    }

    /// Path and query of an address that has no path of its own.
    pub(super) fn tail(&self) -> Option<(&str, &BTreeMap<String, String>)> {
        self.path.as_deref().map(|path| (path, &self.query))
    }

    /// What requests for a model look like.
    pub(super) fn rules(&self, model: &str) -> RequestRules {
        let mut rules = RequestRules::default();
        self.request.iter().filter(|row| names_model(&row.models, model)).for_each(|row| rules.overlay(row));
        rules
    }
}

#[cfg(test)]
mod tests;
