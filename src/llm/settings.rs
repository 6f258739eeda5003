//! What a client needs to know of its server, resolved and checked before anything is sent.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::address::Address;
use super::grade::GradeChoice;
use super::pace::Pace;
use super::patch::Patch;
use super::preset::Preset;
use super::scrub::Scrubber;
use crate::config::{Asking, MaxTokensField, Provider, ToolChoice};
use crate::domain::record::Grading;

/// Members of the request body that belong to the client.
const RESERVED: [&str; 5] = ["messages", "model", "n", "stream", "stream_options"];

/// A server, a model, and how to ask it: flags, environment and `sellside.toml` resolved.
///
/// Start from [`ModelSettings::new`] and set what differs. `Debug` shows neither the key nor headers.
#[derive(Clone, Debug)]
pub struct ModelSettings {
    /// Address up to, not including, `/chat/completions`. A query part (`?api-version=…`) is sent with each request;
    /// `{model}` in the path stands for the model.
    pub base_url: String,
    /// Model name as the server knows it.
    pub model: String,
    /// Known provider whose ways are expected; `None` looks for one by the address's host.
    pub preset: Option<&'static Preset>,
    /// Key; without one no header for it is sent.
    pub api_key: Option<SecretString>,
    /// Header the key stands in as it is; `None`: the provider's, else `Authorization: Bearer`.
    pub key_header: Option<String>,
    /// How the server is made to answer in JSON.
    pub grade: GradeChoice,
    /// Grade `auto` begins with, where it is known to work; `None` begins with the best.
    pub begin_with: Option<Grading>,
    /// How the function is asked for in the grade `tools`; `None`: as the provider takes it.
    pub tool_choice: Option<ToolChoice>,
    /// Whether the model may think first; `None`: as the provider does, or off where its JSON needs that.
    pub thinking: Option<bool>,
    /// Sampling temperature; not sent unless set, nor to models known to refuse it.
    pub temperature: Option<f64>,
    /// Most tokens an answer may have; not sent unless set.
    pub max_output_tokens: Option<u32>,
    /// Name the server knows that limit by; `None`: the provider's, else `max_tokens`.
    pub max_tokens_field: Option<MaxTokensField>,
    /// Longest one request may take, connection and body together.
    pub timeout: Duration,
    /// Longest the connection may take to open.
    pub connect_timeout: Duration,
    /// Most times one request is sent; 0 counts as 1.
    pub max_attempts: u32,
    /// Mean first pause before a request is sent again; doubles each time. Zero in tests.
    pub retry_base: Duration,
    /// Longest pause, whatever the server asks for.
    pub retry_after_cap: Duration,
    /// Changes to the request by the model's name, made last and in order.
    pub patches: Vec<Patch>,
    /// Tokens the model's context holds, prompt and answer together. Not sent: what does not fit is asked about in parts.
    pub context_tokens: Option<u32>,
    /// How a report is put to the model. Not sent; recordings keep it.
    pub asking: Asking,
    /// How fast the server is asked. Not sent.
    pub pace: Pace,
    /// Further servers with the same model, which share its requests.
    pub pool: Vec<PoolServer>,
    /// How much of them this server takes beside the pool's.
    pub weight: u32,
    /// Refuses any host that is not on loopback.
    pub offline: bool,
}

/// A further server, or the same one with another key, with the same model.
#[derive(Clone, Debug)]
pub struct PoolServer {
    /// Address up to, not including, `/chat/completions`.
    pub base_url: String,
    /// Its key.
    pub api_key: Option<SecretString>,
    /// How much it takes beside the others; 0 counts as 1.
    pub weight: u32,
}

impl ModelSettings {
    /// The defaults for a model on a server.
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            preset: None,
            api_key: None,
            key_header: None,
            grade: GradeChoice::Auto,
            begin_with: None,
            tool_choice: None,
            thinking: None,
            temperature: None,
            max_output_tokens: None,
            max_tokens_field: None,
            timeout: Duration::from_mins(5),
            connect_timeout: Duration::from_secs(10),
            max_attempts: 4,
            retry_base: Duration::from_millis(500),
            retry_after_cap: Duration::from_mins(1),
            patches: Vec::new(),
            context_tokens: None,
            asking: Asking::default(),
            pace: Pace::default(),
            pool: Vec::new(),
            weight: 1,
            offline: false,
        }
    }

    /// Takes over what a `[provider.NAME]` table sets, except `preset`, `base_url`, `model` and `api_key_env`: those are
    /// resolved with flags and environment by the caller.
    #[must_use]
    pub fn with_provider(mut self, provider: &Provider) -> Self {
        self.key_header = provider.key_header.clone().or(self.key_header);
        self.grade = provider.grade.map_or(self.grade, GradeChoice::from);
        self.tool_choice = provider.tool_choice.or(self.tool_choice);
        self.thinking = provider.thinking.or(self.thinking);
        self.temperature = provider.temperature.or(self.temperature);
        self.max_output_tokens = provider.max_output_tokens.or(self.max_output_tokens);
        self.context_tokens = provider.context_tokens.or(self.context_tokens);
        self.max_tokens_field = provider.max_tokens_field.or(self.max_tokens_field);
        self.timeout = provider.timeout_seconds.map_or(self.timeout, Duration::from_secs);
        self.connect_timeout = provider.connect_timeout_seconds.map_or(self.connect_timeout, Duration::from_secs);
        self.max_attempts = provider.max_attempts.unwrap_or(self.max_attempts);
        self.pace.at_once = provider.concurrency.or(self.pace.at_once);
        self.pace.requests_per_minute = provider.rpm.or(self.pace.requests_per_minute);
        self.pace.tokens_per_minute = provider.tpm.or(self.pace.tokens_per_minute);
        self.weight = provider.weight.unwrap_or(self.weight);
        self.patches.extend(provider.patch.iter().map(Patch::from));
        self
    }

    /// The known provider these settings are for.
    pub fn known_provider(&self) -> Option<&'static Preset> {
        self.preset.or_else(|| Preset::of_url(&self.base_url))
    }

    /// The address for people, records and caches: no credentials, no query.
    ///
    /// # Errors
    /// When it is no address.
    pub fn endpoint(&self) -> Result<String, SettingsError> {
        Ok(Address::parse(&self.base_url, self.model.trim(), self.known_provider())?.label)
    }
}

/// Settings no request can be sent with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// No model is named.
    #[error("no model is named")]
    NoModel,
    /// The base URL cannot be used.
    #[error("`{url}` is not a base URL: {reason}")]
    BaseUrl {
        /// The URL, without credentials and query.
        url: String,
        /// Why not.
        reason: String,
    },
    /// `--offline` was asked for and the host is another machine.
    #[error("`{host}` is not on this machine, and offline was asked for")]
    Offline {
        /// The host.
        host: String,
    },
    /// The API key cannot stand in an HTTP header.
    #[error("the API key holds a character no HTTP header may hold")]
    ApiKey,
    /// A header cannot be sent.
    #[error("header `{name}` cannot be sent: {reason}")]
    Header {
        /// Its name.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// A patch sets what the client itself must set.
    #[error("a patch may not set `{key}`")]
    ReservedBodyKey {
        /// The member.
        key: String,
    },
    /// Questions that wait for a batch are written down, and these hold what looks like a key.
    #[error("a patch puts what looks like a key into the body of requests, which wait for the provider's batch on disk")]
    KeyInBody,
    /// The HTTP client could not be built.
    #[error("could not set up HTTPS: {reason}")]
    HttpClient {
        /// Why not.
        reason: String,
    },
}

impl SettingsError {
    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoModel => Some("name it with `--model` or `model` in `sellside.toml`"),
            Self::BaseUrl { .. } => Some("give `--base-url` like `http://127.0.0.1:8080/v1`"),
            Self::Offline { .. } => Some("use a server on this machine, or leave out `--offline`"),
            Self::ApiKey => Some("set the variable again: a line break or a blank may have been copied with the key"),
            Self::Header { .. } => None,
            Self::ReservedBodyKey { .. } => Some("use `--model` or the prompt instead; answers are read whole and one at a time"),
            Self::KeyInBody => Some("take it out of `[[provider.NAME.patch]]`, or leave out `--provider-batch`"),
            Self::HttpClient { .. } => Some("install the system's CA certificates"),
        }
    }
}

/// The headers of every request, and what must never be shown of them.
pub(super) fn headers(settings: &ModelSettings, preset: Option<&Preset>) -> Result<(HeaderMap, Scrubber), SettingsError> {
    let mut headers = HeaderMap::new();
    let mut secrets = Vec::new();
    let key = settings.api_key.as_ref().map(|key| key.expose_secret().trim()).filter(|key| !key.is_empty());
    if let Some(key) = key {
        // A control character would panic inside async-openai; its own configuration type is not used either.
        if key.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(SettingsError::ApiKey);
        }
        let (name, text) = match settings.key_header.as_deref().or_else(|| preset.and_then(Preset::key_header)) {
            Some(name) => (header_name(name)?, key.to_owned()),
            None => (AUTHORIZATION, format!("Bearer {key}")),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| SettingsError::ApiKey)?;
        value.set_sensitive(true);
        headers.insert(name, value);
        secrets.push(key.to_owned());
    }
    let patches = settings.patches.iter().filter(|patch| patch.is_for(settings.model.trim()));
    for (name, value) in patches.flat_map(|patch| &patch.headers) {
        let value = value.expose_secret().trim();
        let parsed = header_name(name)?;
        if value.is_empty() {
            headers.remove(&parsed);
            continue;
        }
        let reason = "its value holds a control character";
        let mut header = HeaderValue::from_str(value).map_err(|_| SettingsError::Header { name: name.clone(), reason })?;
        header.set_sensitive(true);
        if is_secret_name(parsed.as_str()) {
            secrets.push(value.to_owned());
        }
        headers.insert(parsed, header);
    }
    Ok((headers, Scrubber::new(secrets)))
}

fn header_name(name: &str) -> Result<HeaderName, SettingsError> {
    name.parse().map_err(|_| SettingsError::Header { name: name.to_owned(), reason: "not a header name" })
}

fn is_secret_name(name: &str) -> bool {
    ["auth", "key", "token", "secret", "cookie"].iter().any(|part| name.contains(part))
}

/// Address, headers and weight of every server, its own first, and what must never be shown of them.
pub(super) type Servers = (Vec<(Address, HeaderMap, u32)>, Scrubber);

/// All servers of a model, checked.
pub(super) fn servers(settings: &ModelSettings, preset: Option<&Preset>) -> Result<Servers, SettingsError> {
    let (own, mut scrubber) = headers(settings, preset)?;
    let mut all = vec![(check(settings, preset)?, own, settings.weight)];
    for server in &settings.pool {
        let PoolServer { base_url, api_key, weight } = server.clone();
        let of_server = ModelSettings { base_url, api_key, pool: Vec::new(), ..settings.clone() };
        let (headers, secrets) = headers(&of_server, preset)?;
        scrubber = scrubber.and(secrets);
        all.push((check(&of_server, preset)?, headers, weight));
    }
    Ok((all, scrubber))
}

/// Checks what the types do not.
pub(super) fn check(settings: &ModelSettings, preset: Option<&Preset>) -> Result<Address, SettingsError> {
    let model = settings.model.trim();
    if model.is_empty() {
        return Err(SettingsError::NoModel);
    }
    let mut changed = settings.patches.iter().flat_map(|patch| patch.body.keys());
    if let Some(key) = changed.find(|key| RESERVED.contains(&key.as_str())) {
        return Err(SettingsError::ReservedBodyKey { key: key.clone() });
    }
    let address = Address::parse(&settings.base_url, model, preset)?;
    if settings.offline && !address.loopback {
        return Err(SettingsError::Offline { host: address.host });
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn offline_refuses_other_machines() {
        let settings = ModelSettings { offline: true, ..ModelSettings::new("https://api.openai.com/v1", "m") };
        assert_eq!(check(&settings, None).unwrap_err(), SettingsError::Offline { host: "api.openai.com".to_owned() });
        assert!(check(&ModelSettings { base_url: "http://[::1]/v1".to_owned(), ..settings }, None).is_ok());
    }

    #[test]
    fn keys_are_trimmed_and_checked() {
        let with_key = |key: &str| ModelSettings { api_key: Some(key.into()), ..ModelSettings::new("http://x", "m") };
        let (map, _) = headers(&with_key(" sk-abc\n"), None).unwrap();
        assert_eq!(map[AUTHORIZATION], "Bearer sk-abc");
        assert!(map[AUTHORIZATION].is_sensitive());
        assert_eq!(headers(&with_key("sk-a\nbc"), None).unwrap_err(), SettingsError::ApiKey);
        assert!(headers(&with_key(" "), None).unwrap().0.is_empty());
        assert!(!format!("{:?}", with_key("sk-abc")).contains("sk-abc"));
    }

    #[test]
    fn the_body_has_members_that_are_ours() {
        let mut settings = ModelSettings::new("http://x", "m");
        settings.patches = vec![Patch { body: serde_json::from_value(json!({"stream": true})).unwrap(), ..Patch::default() }];
        assert_eq!(check(&settings, None).unwrap_err(), SettingsError::ReservedBodyKey { key: "stream".to_owned() });
    }

    #[test]
    fn the_key_stands_where_the_provider_wants_it() {
        let mut settings = ModelSettings { api_key: Some("sk-abc".into()), ..ModelSettings::new("http://x", "m") };
        let (map, _) = headers(&settings, Preset::named("azure")).unwrap();
        assert_eq!((map["api-key"].to_str().unwrap(), map.contains_key(AUTHORIZATION)), ("sk-abc", false));
        settings.key_header = Some("X-Gateway-Key".to_owned());
        let (map, _) = headers(&settings, Preset::named("azure")).unwrap();
        assert_eq!((map["x-gateway-key"].to_str().unwrap(), map.len()), ("sk-abc", 1));
        settings.key_header = Some("no header".to_owned());
        assert!(matches!(headers(&settings, None), Err(SettingsError::Header { .. })));
    }

    #[test]
    fn patched_headers_are_by_model_and_an_empty_one_takes_ours_out() {
        let patch = |models: &[&str], name: &str, value: &str| Patch {
            models: models.iter().map(|model| (*model).to_owned()).collect(),
            headers: [(name.to_owned(), SecretString::from(value))].into(),
            ..Patch::default()
        };
        let mut settings = ModelSettings { api_key: Some("sk-abc".into()), ..ModelSettings::new("http://x", "m") };
        settings.patches = vec![patch(&[], "X-Team", "research"), patch(&["other"], "X-Other", "1"), patch(&["m"], "authorization", "")];
        let (map, _) = headers(&settings, None).unwrap();
        assert_eq!((map.len(), map["x-team"].to_str().unwrap()), (1, "research"));
    }
}
