//! What a client needs to know of its server, resolved and checked before anything is sent.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::grade::GradeChoice;
use super::scrub::Scrubber;
use crate::config::{Asking, MaxTokensField, Provider};

/// Members of the request body that belong to the client.
const RESERVED: [&str; 8] = ["messages", "model", "n", "response_format", "stream", "stream_options", "tool_choice", "tools"];

/// A server, a model, and how to ask it: flags, environment and `sellside.toml` resolved.
///
/// Start from [`ModelSettings::new`] and set what differs. `Debug` shows neither the key nor headers.
#[derive(Clone, Debug)]
pub struct ModelSettings {
    /// Address up to, not including, `/chat/completions`. A query part (`?api-version=…`) is sent with each request.
    pub base_url: String,
    /// Model name as the server knows it.
    pub model: String,
    /// Key sent as `Authorization: Bearer`; without one the header is left out.
    pub api_key: Option<SecretString>,
    /// How the server is made to answer in JSON.
    pub grade: GradeChoice,
    /// Sampling temperature; not sent unless set.
    pub temperature: Option<f64>,
    /// Most tokens an answer may have; not sent unless set.
    pub max_output_tokens: Option<u32>,
    /// Name the server knows that limit by; `None` chooses by host.
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
    /// Further headers, such as `api-key` for Azure; they replace our own of the same name.
    pub headers: BTreeMap<String, SecretString>,
    /// Members merged into the request body.
    pub extra_body: Map<String, Value>,
    /// Tokens the model's context holds, prompt and answer together. Not sent: what does not fit is asked about in parts.
    pub context_tokens: Option<u32>,
    /// How a report is put to the model. Not sent; recordings keep it.
    pub asking: Asking,
    /// Refuses any host that is not on loopback.
    pub offline: bool,
}

impl ModelSettings {
    /// The defaults for a model on a server.
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            api_key: None,
            grade: GradeChoice::Auto,
            temperature: None,
            max_output_tokens: None,
            max_tokens_field: None,
            timeout: Duration::from_mins(5),
            connect_timeout: Duration::from_secs(10),
            max_attempts: 4,
            retry_base: Duration::from_millis(500),
            retry_after_cap: Duration::from_mins(1),
            headers: BTreeMap::new(),
            extra_body: Map::new(),
            context_tokens: None,
            asking: Asking::default(),
            offline: false,
        }
    }

    /// Takes over what a `[provider.NAME]` table sets, except `base_url`, `model` and `api_key_env`: those are
    /// resolved with flags and environment by the caller.
    #[must_use]
    pub fn with_provider(mut self, provider: &Provider) -> Self {
        self.grade = provider.grade.map_or(self.grade, GradeChoice::from);
        self.temperature = provider.temperature.or(self.temperature);
        self.max_output_tokens = provider.max_output_tokens.or(self.max_output_tokens);
        self.context_tokens = provider.context_tokens.or(self.context_tokens);
        self.max_tokens_field = provider.max_tokens_field.or(self.max_tokens_field);
        self.timeout = provider.timeout_seconds.map_or(self.timeout, Duration::from_secs);
        self.connect_timeout = provider.connect_timeout_seconds.map_or(self.connect_timeout, Duration::from_secs);
        self.max_attempts = provider.max_attempts.unwrap_or(self.max_attempts);
        let headers = provider.headers.iter();
        self.headers.extend(headers.map(|(name, value)| (name.clone(), SecretString::from(value.expose()))));
        self.extra_body.extend(provider.extra_body.clone());
        self
    }

    /// Request parameters beside model, messages and grade.
    pub(super) fn parameters(&self, host: &str) -> Map<String, Value> {
        let mut parameters = Map::new();
        if let Some(temperature) = self.temperature {
            parameters.insert("temperature".to_owned(), Value::from(temperature));
        }
        if let Some(limit) = self.max_output_tokens {
            let field = self.max_tokens_field.unwrap_or_else(|| max_tokens_field(host));
            parameters.insert(field.as_str().to_owned(), Value::from(limit));
        }
        parameters.extend(self.extra_body.clone());
        parameters
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
    /// `extra_body` sets what the client itself must set.
    #[error("`extra_body` may not set `{key}`")]
    ReservedBodyKey {
        /// The member.
        key: String,
    },
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
            Self::ReservedBodyKey { .. } => Some("use `--grade`, `--model` or the prompt instead"),
            Self::HttpClient { .. } => Some("install the system's CA certificates"),
        }
    }
}

/// A server's address, checked and taken apart.
#[derive(Clone, Debug)]
pub(super) struct Address {
    /// Base without trailing slash and query, with credentials.
    pub(super) base: String,
    /// Query parameters sent with each request.
    pub(super) query: Vec<(String, String)>,
    /// Base for people and records: no credentials, no query.
    pub(super) label: String,
    /// The host.
    pub(super) host: String,
    /// Whether the host is this machine.
    pub(super) loopback: bool,
    /// Whether the connection is encrypted.
    pub(super) https: bool,
}

impl Address {
    /// Reads a base URL.
    pub(super) fn parse(text: &str) -> Result<Self, SettingsError> {
        let text = text.trim();
        let fail = |url: String, reason: &str| SettingsError::BaseUrl { url, reason: reason.to_owned() };
        // What cannot be parsed is cut before `@` and `?`: that is where secrets stand.
        let shown = text.rsplit('@').next().and_then(|rest| rest.split('?').next()).unwrap_or_default();
        let mut url = Url::parse(text).map_err(|error| fail(shown.to_owned(), &error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(fail(shown.to_owned(), "it must start with `http://` or `https://`"));
        }
        let Some(host) = url.host_str().map(|host| host.trim_matches(['[', ']']).to_owned()) else {
            return Err(fail(shown.to_owned(), "it names no host"));
        };
        let query = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        url.set_query(None);
        url.set_fragment(None);
        // async-openai joins by plain concatenation.
        let trimmed = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        let base = trimmed(&url);
        // Both fail only for URLs without a host, which were refused above.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let label = trimmed(&url);
        Ok(Self { base, query, label, loopback: is_loopback(&host), host, https: url.scheme() == "https" })
    }
}

/// Whether a host is this machine, judged by its name alone: nothing is looked up.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn max_tokens_field(host: &str) -> MaxTokensField {
    let openai = host == "api.openai.com" || host.ends_with(".openai.azure.com");
    if openai { MaxTokensField::MaxCompletionTokens } else { MaxTokensField::MaxTokens }
}

/// The headers of every request, and what must never be shown of them.
pub(super) fn headers(settings: &ModelSettings) -> Result<(HeaderMap, Scrubber), SettingsError> {
    let mut headers = HeaderMap::new();
    let mut secrets = Vec::new();
    let key = settings.api_key.as_ref().map(|key| key.expose_secret().trim()).filter(|key| !key.is_empty());
    if let Some(key) = key {
        // A control character would panic inside async-openai; its own configuration type is not used either.
        if key.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(SettingsError::ApiKey);
        }
        let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| SettingsError::ApiKey)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        secrets.push(key.to_owned());
    }
    for (name, value) in &settings.headers {
        let fail = |reason| SettingsError::Header { name: name.clone(), reason };
        let value = value.expose_secret().trim();
        let parsed = name.parse::<HeaderName>().map_err(|_| fail("not a header name"))?;
        let mut header = HeaderValue::from_str(value).map_err(|_| fail("its value holds a control character"))?;
        header.set_sensitive(true);
        if is_secret_name(parsed.as_str()) {
            secrets.push(value.to_owned());
        }
        headers.insert(parsed, header);
    }
    Ok((headers, Scrubber::new(secrets)))
}

fn is_secret_name(name: &str) -> bool {
    ["auth", "key", "token", "secret", "cookie"].iter().any(|part| name.contains(part))
}

/// Checks what the types do not.
pub(super) fn check(settings: &ModelSettings) -> Result<Address, SettingsError> {
    if settings.model.trim().is_empty() {
        return Err(SettingsError::NoModel);
    }
    if let Some(key) = settings.extra_body.keys().find(|key| RESERVED.contains(&key.as_str())) {
        return Err(SettingsError::ReservedBodyKey { key: key.clone() });
    }
    let address = Address::parse(&settings.base_url)?;
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
    fn addresses_are_taken_apart() {
        let address = Address::parse(" https://me:pw@api.example.com/v1//?api-version=2024#x ").unwrap();
        assert_eq!(address.base, "https://me:pw@api.example.com/v1");
        assert_eq!(address.label, "https://api.example.com/v1");
        assert_eq!(address.query, [("api-version".to_owned(), "2024".to_owned())]);
        assert!(address.https && !address.loopback);
    }

    #[test]
    fn loopback_is_judged_by_name() {
        let cases = [
            ("http://localhost:1/v1", true),
            ("http://LOCALHOST", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:8080/v1", true),
            ("http://127.0.0.1.example.com", false),
            ("http://localhost.example.com", false),
            ("http://10.0.0.1", false),
            ("http://0.0.0.0", false),
            ("https://api.openai.com/v1", false),
        ];
        for (url, loopback) in cases {
            assert_eq!(Address::parse(url).unwrap().loopback, loopback, "{url}");
        }
    }

    #[test]
    fn bad_addresses_are_refused_without_their_secrets() {
        for url in ["", "api.example.com/v1", "ftp://u:secret@x/", "u:secret@host?key=secret", "https://u:secret@"] {
            let error = Address::parse(url).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn offline_refuses_other_machines() {
        let settings = ModelSettings { offline: true, ..ModelSettings::new("https://api.openai.com/v1", "m") };
        assert_eq!(check(&settings).unwrap_err(), SettingsError::Offline { host: "api.openai.com".to_owned() });
        assert!(check(&ModelSettings { base_url: "http://[::1]/v1".to_owned(), ..settings }).is_ok());
    }

    #[test]
    fn keys_are_trimmed_and_checked() {
        let with_key = |key: &str| ModelSettings { api_key: Some(key.into()), ..ModelSettings::new("http://x", "m") };
        let (map, _) = headers(&with_key(" sk-abc\n")).unwrap();
        assert_eq!(map[AUTHORIZATION], "Bearer sk-abc");
        assert!(map[AUTHORIZATION].is_sensitive());
        assert_eq!(headers(&with_key("sk-a\nbc")).unwrap_err(), SettingsError::ApiKey);
        assert!(headers(&with_key(" ")).unwrap().0.is_empty());
        assert!(!format!("{:?}", with_key("sk-abc")).contains("sk-abc"));
    }

    #[test]
    fn only_what_is_set_is_sent() {
        let mut settings = ModelSettings::new("http://x", "m");
        assert!(settings.parameters("x").is_empty());
        settings.temperature = Some(0.0);
        settings.max_output_tokens = Some(800);
        settings.extra_body.insert("seed".to_owned(), json!(1));
        assert_eq!(Value::from(settings.parameters("x")), json!({"temperature": 0.0, "max_tokens": 800, "seed": 1}));
        assert_eq!(settings.parameters("api.openai.com")["max_completion_tokens"], 800);
    }

    #[test]
    fn the_body_has_members_that_are_ours() {
        let mut settings = ModelSettings::new("http://x", "m");
        settings.extra_body.insert("stream".to_owned(), json!(true));
        assert_eq!(check(&settings).unwrap_err(), SettingsError::ReservedBodyKey { key: "stream".to_owned() });
    }
}
