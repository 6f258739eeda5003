//! The way to the server: async-openai over a service of our own that keeps what the crate drops.
//!
//! async-openai loses the status of failures it cannot parse, drops all headers, retries on its own, reads bodies of
//! any size, and logs bodies it cannot parse. So the service below reads the body, bounds it, checks that it is JSON,
//! and turns everything else into [`HttpFailure`] before the crate sees it. It retries nothing: [`super::drive`] does.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::Config;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response};
use secrecy::SecretString;
use serde_json::Value;

use super::address::Address;
use super::error::Failure;
use super::preset::words;
use super::settings::{ModelSettings, SettingsError};

/// Largest reply that is read.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Headers that are kept, and written into recordings.
const KEPT: [&str; 6] = ["content-type", "date", "request-id", "retry-after", "retry-after-ms", "x-request-id"];

/// What came back, whatever its status.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Received {
    /// HTTP status.
    pub(super) status: u16,
    /// Headers worth keeping, names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    /// The body as text.
    pub(super) body: String,
    /// The body of a successful reply, parsed; `None` when it is not JSON.
    pub(super) json: Option<Value>,
}

impl Received {
    /// A successful reply that came with an earlier request.
    pub(super) fn kept(body: String) -> Self {
        let json = serde_json::from_str(&body).ok();
        Self { status: 200, headers: BTreeMap::new(), body, json }
    }
}

/// Nothing whole came back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lost {
    /// Why.
    pub(super) failure: Failure,
    /// HTTP status, where it came before the break.
    pub(super) status: Option<u16>,
}

/// What the service hands through async-openai in place of a response.
#[derive(Debug)]
enum HttpFailure {
    /// A status that is no success, or a body that is not JSON.
    Received(Received),
    /// Nothing whole.
    Lost(Lost),
}

impl fmt::Display for HttpFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Received(received) => write!(formatter, "HTTP {}", received.status),
            Self::Lost(lost) => formatter.write_str(&lost.failure.phrase("server")),
        }
    }
}

impl Error for HttpFailure {}

impl From<HttpFailure> for OpenAIError {
    fn from(failure: HttpFailure) -> Self {
        Self::Boxed(Box::new(failure))
    }
}

/// async-openai's view of the server. Its own `OpenAIConfig` reads `OPENAI_*` variables and panics on odd keys.
#[derive(Clone)]
struct ServerConfig {
    base: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    no_key: SecretString,
}

impl Config for ServerConfig {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    fn api_base(&self) -> &str {
        &self.base
    }

    /// Never asked for: the key stands among the headers already.
    fn api_key(&self) -> &SecretString {
        &self.no_key
    }
}

/// Sends request bodies to one server.
#[derive(Clone)]
pub(super) struct HttpClient {
    http: reqwest::Client,
    config: ServerConfig,
    /// Longest a request may take.
    timeout: Duration,
}

impl HttpClient {
    /// Sets up connections; none is opened yet.
    pub(super) fn new(settings: &ModelSettings, address: &Address, headers: HeaderMap) -> Result<Self, SettingsError> {
        // Fails only when a provider is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .timeout(settings.timeout)
            .connect_timeout(settings.connect_timeout)
            // A redirect could carry the report to another host, past `offline`.
            .redirect(Policy::none());
        if address.loopback {
            builder = builder.no_proxy();
        }
        if !address.https {
            // Without encryption no certificates are needed, and a machine that has none can still use its own model.
            builder = builder.tls_certs_only([]);
        }
        let http = builder.build().map_err(|error| SettingsError::HttpClient { reason: root_cause(&error) })?;
        let config = ServerConfig { base: address.base.clone(), query: address.query.clone(), headers, no_key: SecretString::default() };
        Ok(Self { http, config, timeout: settings.timeout })
    }

    /// A request to another of the server's addresses than that of chat completions.
    pub(super) fn request(&self, method: Method, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        let request = self.http.request(method, self.config.url(path)).headers(self.config.headers());
        let query: Vec<(&str, &str)> = self.config.query().into_iter().chain(query.iter().copied()).collect();
        if query.is_empty() { request } else { request.query(&query) }
    }

    /// Longest a request may take whose body alone takes so many seconds.
    pub(super) fn patience(&self, seconds: u64) -> Duration {
        self.timeout.saturating_add(Duration::from_secs(seconds))
    }

    /// Sends such a request once and reads what comes, whatever its status.
    pub(super) async fn receive(&self, request: RequestBuilder) -> Result<Received, Lost> {
        let response = request.send().await.map_err(|error| Lost { failure: failure(error), status: None })?;
        let (status, headers, bytes) = receive(response).await?;
        let body = String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned();
        let json = (200..300).contains(&status).then(|| serde_json::from_str(&body).ok()).flatten();
        Ok(Received { status, headers, body, json })
    }

    /// Sends such a request once and leaves the body of a success to be read bit by bit with [`Self::chunk`].
    pub(super) async fn open(&self, request: RequestBuilder) -> Result<Result<Response, Received>, Lost> {
        let response = request.send().await.map_err(|error| Lost { failure: failure(error), status: None })?;
        if response.status().is_success() {
            return Ok(Ok(response));
        }
        let (status, headers, bytes) = receive(response).await?;
        Ok(Err(Received { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), json: None }))
    }

    /// The next bit of a body.
    pub(super) async fn chunk(response: &mut Response) -> Result<Option<impl AsRef<[u8]> + use<>>, Failure> {
        response.chunk().await.map_err(failure)
    }

    /// Sends one chat completion request, once.
    pub(super) async fn send(&self, body: &Value) -> Result<Received, Lost> {
        let service = Service { http: self.http.clone(), success: Arc::default() };
        let success = Arc::clone(&service.success);
        let client = Client::build(self.http.clone(), self.config.clone()).with_http_service(service);
        match client.chat().create_byot::<&Value, Value>(body).await {
            Ok(json) => match success.lock().unwrap_or_else(PoisonError::into_inner).take() {
                Some(received) => Ok(Received { json: Some(json), ..received }),
                None => Err(lost("the reply was not kept".to_owned())),
            },
            Err(OpenAIError::Boxed(error)) => match error.downcast::<HttpFailure>().map(|failure| *failure) {
                Ok(HttpFailure::Received(received)) => Ok(received),
                Ok(HttpFailure::Lost(lost)) => Err(lost),
                Err(error) => Err(lost(error.to_string())),
            },
            Err(OpenAIError::Reqwest(error)) => Err(Lost { failure: failure(error), status: None }),
            // What is left cannot come of a reply our service has let through; its text may hold the body.
            Err(_) => Err(lost("the reply could not be read".to_owned())),
        }
    }
}

fn lost(reason: String) -> Lost {
    Lost { failure: Failure::Cut { reason }, status: None }
}

/// The service async-openai sends through, made anew for each request.
#[derive(Clone)]
struct Service {
    http: reqwest::Client,
    /// What a success looked like on the wire; the crate returns only its parsed body.
    success: Arc<Mutex<Option<Received>>>,
}

impl tower::Service<HttpRequestFactory> for Service {
    type Response = reqwest::Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<reqwest::Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, factory: HttpRequestFactory) -> Self::Future {
        let Self { http, success } = self.clone();
        Box::pin(async move {
            let request = factory.build().await?;
            let response = http.execute(request).await.map_err(|error| Lost { failure: failure(error), status: None });
            let (status, headers, bytes) = receive(response.map_err(HttpFailure::Lost)?).await.map_err(HttpFailure::Lost)?;
            let body = String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned();
            let received = Received { status, headers, body, json: None };
            // Parsed here as well, because async-openai logs what it cannot parse.
            if !(200..300).contains(&status) || serde_json::from_str::<Value>(&received.body).is_err() {
                return Err(HttpFailure::Received(received).into());
            }
            let response = http::Response::new(received.body.clone());
            *success.lock().unwrap_or_else(PoisonError::into_inner) = Some(received);
            Ok(response.into())
        })
    }
}

/// Reads a response to its end, unless it is too long.
async fn receive(mut response: reqwest::Response) -> Result<(u16, BTreeMap<String, String>, Vec<u8>), Lost> {
    let status = response.status().as_u16();
    let headers = kept(response.headers());
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY => {
                return Err(Lost { failure: Failure::TooLarge, status: Some(status) });
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok((status, headers, body)),
            Err(error) => return Err(Lost { failure: failure(error), status: Some(status) }),
        }
    }
}

fn kept(headers: &HeaderMap) -> BTreeMap<String, String> {
    let keep = |name: &str| KEPT.contains(&name) || words().rate_limit_headers.iter().any(|start| name.starts_with(start));
    let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter(|(name, _)| keep(name.as_str())).filter_map(text).collect()
}

fn failure(error: reqwest::Error) -> Failure {
    // The URL may hold credentials.
    let error = error.without_url();
    match (error.is_connect(), error.is_timeout()) {
        (true, _) => Failure::Connect { reason: root_cause(&error) },
        (false, true) => Failure::Timeout,
        (false, false) => Failure::Cut { reason: root_cause(&error) },
    }
}

/// The innermost error: the outer ones only say that sending failed.
fn root_cause(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
