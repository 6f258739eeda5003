//! A provider's Files and Batches: questions by the thousand in one file, answers within a day.
//!
//! The members are those of OpenAI's API (<https://platform.openai.com/docs/api-reference/batch>, as OpenAI, Alibaba's
//! Model Studio, Groq, Together and others serve it), read as tolerantly as chat completions are.

use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::client::OpenAiModel;
use super::drive::clean;
use super::error::{Failure, LlmError};
use super::http::{HttpClient, Received};
use super::retry;
use super::server_error::ServerError;

/// Most questions in one batch at OpenAI: <https://platform.openai.com/docs/guides/batch>.
pub const MOST_QUESTIONS: u32 = 50_000;
/// Most bytes of one batch's file at OpenAI, by the same page.
pub const MOST_BYTES: u64 = 200_000_000;

/// The slowest line a file is sent and fetched over, in bytes a second.
const SLOWEST: u64 = 64 * 1024;
/// Batches looked through for one that may have been created, by pages of a hundred: the newest come first.
const PAGES: usize = 20;
/// Longest line of answers that is read.
const MOST_LINE: usize = 16 * 1024 * 1024;
/// Longest part of what a server said that is kept, in characters.
const MOST_SAID: usize = 300;

/// The Files and Batches of a model's server; of several servers, the first.
#[derive(Clone, Copy, Debug)]
pub struct ProviderBatches<'a> {
    model: &'a OpenAiModel,
}

/// A batch as its provider tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderBatch {
    /// The provider's name for it.
    pub id: String,
    /// `validating`, `in_progress`, `finalizing`, `completed`, `failed`, `expired`, `cancelling`, `cancelled`, or a word of the
    /// provider's own, which counts as under way.
    pub state: String,
    /// Files with answers: those that succeeded, then those that failed.
    pub files: Vec<String>,
    /// Questions with an answer so far, failed ones too.
    pub answered: u64,
    /// Why it failed, where it did.
    pub said: Option<String>,
    /// The file of its questions.
    input: String,
}

impl ProviderBatch {
    /// Whether nothing more will come of it.
    pub fn has_ended(&self) -> bool {
        matches!(self.state.as_str(), "completed" | "failed" | "expired" | "cancelled")
    }

    fn read(json: &Value) -> Option<Self> {
        let text = |name: &str| json.get(name).and_then(Value::as_str);
        let count = |name: &str| json.pointer(&format!("/request_counts/{name}")).and_then(Value::as_u64).unwrap_or_default();
        let errors = json.pointer("/errors/data").and_then(Value::as_array).into_iter().flatten();
        let said: Vec<&str> = errors.filter_map(|error| error.get("message").and_then(Value::as_str)).take(3).collect();
        Some(Self {
            id: safe(text("id")?)?,
            state: clip(text("status")?),
            files: ["output_file_id", "error_file_id"].into_iter().filter_map(|name| safe(text(name)?)).collect(),
            answered: count("completed").saturating_add(count("failed")),
            said: (!said.is_empty()).then(|| clip(&said.join("; "))),
            input: text("input_file_id").unwrap_or_default().to_owned(),
        })
    }
}

/// One line of a file of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchLine {
    /// The name the question was sent under.
    pub custom_id: String,
    /// HTTP status and body, or why there is none.
    pub answer: Result<(u16, String), String>,
}

impl BatchLine {
    fn read(line: &[u8]) -> Option<Self> {
        let json: Value = serde_json::from_slice(line).ok()?;
        let custom_id = json.get("custom_id")?.as_str()?.to_owned();
        let body = json.pointer("/response/body").filter(|body| !body.is_null());
        let status = json.pointer("/response/status_code").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let text = |body: &Value| body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        let answer = match (body, status) {
            (Some(body), status) => Ok((status.unwrap_or(200), text(body))),
            (None, Some(status)) if !(200..300).contains(&status) => Ok((status, json.get("error").map(text).unwrap_or_default())),
            (None, _) => {
                let said = |name: &str| json.pointer(&format!("/error/{name}")).and_then(Value::as_str);
                let said: Vec<&str> = [said("code"), said("message")].into_iter().flatten().collect();
                Err(if said.is_empty() { "its line holds no answer".to_owned() } else { clip(&said.join(": ")) })
            }
        };
        Some(Self { custom_id, answer })
    }
}

/// An id that can stand in a path as it is.
fn safe(id: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (id.len() <= 256 && id.chars().all(fits) && id.chars().any(|c| c != '.')).then(|| id.to_owned())
}

fn clip(text: &str) -> String {
    text.chars().take(MOST_SAID).collect()
}

impl OpenAiModel {
    /// The Files and Batches of this model's server.
    pub fn provider_batches(&self) -> ProviderBatches<'_> {
        ProviderBatches { model: self }
    }
}

impl ProviderBatches<'_> {
    /// What a line of questions names as its address: `/v1/chat/completions`, with the version the base URL ends in.
    pub fn path(&self) -> String {
        let last = self.model.endpoint().rsplit('/').next().unwrap_or_default();
        let is_version =
            last.strip_prefix('v').is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
        format!("/{}/chat/completions", if is_version { last } else { "v1" })
    }

    /// Sends a file of questions; the provider's name for it.
    ///
    /// # Errors
    /// When the server does not take it, after as many attempts as the settings allow.
    pub async fn upload(&self, name: &str, lines: &[u8]) -> Result<String, LlmError> {
        let build = |http: &HttpClient| {
            let part = Part::bytes(lines.to_vec()).file_name(name.to_owned());
            let form = Form::new().text("purpose", "batch").part("file", part);
            http.request(Method::POST, "/files", &[]).timeout(http.patience(lines.len() as u64 / SLOWEST)).multipart(form)
        };
        let json = self.ask(build).await?;
        json.get("id").and_then(Value::as_str).and_then(safe).ok_or_else(|| self.malformed("no id of a file"))
    }

    /// Makes a batch of a file of questions. With `tried`, one may have been made already: it is looked for first.
    ///
    /// # Errors
    /// When the server makes none, after as many attempts as the settings allow.
    pub async fn create(&self, file: &str, mut tried: bool) -> Result<ProviderBatch, LlmError> {
        let body = json!({ "input_file_id": file, "endpoint": self.path(), "completion_window": "24h" });
        let mut asking = Attempts::default();
        loop {
            if tried && let Some(found) = self.find(file).await? {
                return Ok(found);
            }
            let build = |http: &HttpClient| {
                http.request(Method::POST, "/batches", &[]).header("content-type", "application/json").body(body.to_string())
            };
            match self.once(build).await {
                Ok(json) => return ProviderBatch::read(&json).ok_or_else(|| self.malformed("no id or status of a batch")),
                Err(failure) => asking.pause(self, failure).await?,
            }
            // What the server did before it failed is not known.
            tried = true;
        }
    }

    /// The batch that was made of a file of questions.
    async fn find(&self, file: &str) -> Result<Option<ProviderBatch>, LlmError> {
        let mut after: Option<String> = None;
        for _ in 0..PAGES {
            let build = |http: &HttpClient| {
                let mut query = vec![("limit", "100")];
                query.extend(after.as_deref().map(|after| ("after", after)));
                http.request(Method::GET, "/batches", &query)
            };
            let page = match self.ask(build).await {
                Ok(page) => page,
                // A server that keeps no list cannot be asked what it has.
                Err(LlmError::Request { failure: Failure::Http(said), .. }) if matches!(said.status, 404 | 405 | 501) => break,
                Err(error) => return Err(error),
            };
            let batches: Vec<ProviderBatch> =
                page.get("data").and_then(Value::as_array).into_iter().flatten().filter_map(ProviderBatch::read).collect();
            let more = page.get("has_more").and_then(Value::as_bool).unwrap_or_default();
            after = batches.last().map(|last| last.id.clone());
            if let Some(found) = batches.into_iter().find(|batch| batch.input == file) {
                return Ok(Some(found));
            }
            if !more || after.is_none() {
                break;
            }
        }
        Ok(None)
    }

    /// How far a batch is.
    ///
    /// # Errors
    /// When the server does not say, after as many attempts as the settings allow.
    pub async fn get(&self, id: &str) -> Result<ProviderBatch, LlmError> {
        let json = self.ask(|http| http.request(Method::GET, &format!("/batches/{id}"), &[])).await?;
        ProviderBatch::read(&json).ok_or_else(|| self.malformed("no id or status of a batch"))
    }

    /// A file of answers, at most `most` of them. `sent` bytes of questions say how much patience it takes.
    ///
    /// # Errors
    /// When the server does not give it, after as many attempts as the settings allow.
    pub async fn answers(&self, file: &str, most: u64, sent: u64) -> Result<BatchLines<'_>, LlmError> {
        let mut asking = Attempts::default();
        loop {
            let http = &self.model.server().http;
            let request = http.request(Method::GET, &format!("/files/{file}/content"), &[]).timeout(http.patience(sent / SLOWEST));
            let failure = match http.open(request).await {
                Ok(Ok(response)) => return Ok(BatchLines { batches: *self, response, buffer: Vec::new(), is_long: false, left: most }),
                Ok(Err(received)) => refused(&received),
                Err(lost) => lost.failure,
            };
            asking.pause(self, failure).await?;
        }
    }

    /// Asks until there is an answer or no hope of one.
    async fn ask(&self, build: impl Fn(&HttpClient) -> RequestBuilder) -> Result<Value, LlmError> {
        let mut asking = Attempts::default();
        loop {
            match self.once(&build).await {
                Ok(json) => return Ok(json),
                Err(failure) => asking.pause(self, failure).await?,
            }
        }
    }

    async fn once(&self, build: impl Fn(&HttpClient) -> RequestBuilder) -> Result<Value, Failure> {
        let http = &self.model.server().http;
        match http.receive(build(http)).await {
            Ok(Received { json: Some(json), .. }) => Ok(json),
            Ok(received) => Err(refused(&received)),
            Err(lost) => Err(lost.failure),
        }
    }

    fn malformed(self, reason: &'static str) -> LlmError {
        LlmError::request(1, Duration::ZERO, self.model.endpoint(), Failure::Malformed { reason })
    }
}

fn refused(received: &Received) -> Failure {
    if (200..300).contains(&received.status) {
        return Failure::NotJson { page: received.body.trim_start().starts_with('<') };
    }
    Failure::Http(Box::new(ServerError::read(received.status, &received.headers, &received.body)))
}

/// How often something was tried, and since when.
struct Attempts {
    count: u32,
    since: Instant,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { count: 0, since: Instant::now() }
    }
}

impl Attempts {
    /// Waits before the next attempt, or says that there is none.
    async fn pause(&mut self, batches: &ProviderBatches<'_>, failure: Failure) -> Result<(), LlmError> {
        self.count = self.count.saturating_add(1);
        let model = batches.model;
        let (pauses, most, scrubber) = model.patience();
        let retry = if self.count >= most { retry::Retry::Never } else { retry::classify(&failure) };
        let Some(pause) = pauses.before_next(retry, self.count, fastrand::f64()) else {
            let attempts = self.count as usize;
            return Err(LlmError::request(attempts, self.since.elapsed(), model.endpoint(), clean(failure, scrubber, &[])));
        };
        tokio::time::sleep(pause.length).await;
        Ok(())
    }
}

/// A file of answers, read line by line as it comes.
#[derive(Debug)]
pub struct BatchLines<'a> {
    batches: ProviderBatches<'a>,
    response: Response,
    buffer: Vec<u8>,
    /// Whether the line that is being read is too long, and passed over.
    is_long: bool,
    left: u64,
}

impl BatchLines<'_> {
    /// The next line that can be read, without what looks like a key; `None` at the end.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn next(&mut self) -> Result<Option<BatchLine>, LlmError> {
        while self.left > 0 {
            let Some(line) = self.line().await? else { return Ok(None) };
            if let Some(line) = BatchLine::read(&line) {
                self.left -= 1;
                let (.., scrubber) = self.batches.model.patience();
                let clean = |text: String| scrubber.text(&text).into_owned();
                let answer = line.answer.map(|(status, body)| (status, clean(body))).map_err(clean);
                return Ok(Some(BatchLine { answer, ..line }));
            }
        }
        Ok(None)
    }

    async fn line(&mut self) -> Result<Option<Vec<u8>>, LlmError> {
        let mut looked_at = 0;
        loop {
            let rest = self.buffer.get(looked_at..).unwrap_or_default();
            if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let after = self.buffer.split_off(looked_at + end + 1);
                let line = std::mem::replace(&mut self.buffer, after);
                looked_at = 0;
                if !std::mem::take(&mut self.is_long) {
                    return Ok(Some(line));
                }
                continue;
            }
            if self.buffer.len() > MOST_LINE {
                self.is_long = true;
                self.buffer.clear();
            }
            looked_at = self.buffer.len();
            match HttpClient::chunk(&mut self.response).await {
                Ok(Some(chunk)) => self.buffer.extend_from_slice(chunk.as_ref()),
                Ok(None) if self.buffer.is_empty() || self.is_long => return Ok(None),
                Ok(None) => return Ok(Some(std::mem::take(&mut self.buffer))),
                Err(failure) => {
                    let (.., scrubber) = self.batches.model.patience();
                    let failure = clean(failure, scrubber, &[]);
                    return Err(LlmError::request(1, Duration::ZERO, self.batches.model.endpoint(), failure));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_in_every_shape() {
        let read = |line: &str| BatchLine::read(line.as_bytes()).map(|line| line.answer);
        let answer = |status: u16, body: &str| Some(Ok((status, body.to_owned())));
        let none = |why: &str| Some(Err(why.to_owned()));
        let cases = [
            (r#"{"custom_id":"q1","response":{"status_code":200,"body":{"a":"增持"}},"error":null}"#, answer(200, r#"{"a":"增持"}"#)),
            (r#"{"custom_id":"q1","response":{"body":"{}"}}"#, answer(200, "{}")),
            (r#"{"custom_id":"q1","response":{"status_code":500,"body":null},"error":{"message":"m"}}"#, answer(500, r#"{"message":"m"}"#)),
            (r#"{"custom_id":"q1","response":null,"error":{"code":"batch_expired","message":"late"}}"#, none("batch_expired: late")),
            (r#"{"custom_id":"q1","response":null}"#, none("its line holds no answer")),
            (r#"{"response":{"status_code":200,"body":{}}}"#, None),
            ("", None),
            ("{\"custom_id\": \"q1\", ", None),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line), expected, "{line}");
        }
    }

    #[test]
    fn batches_are_read_and_odd_names_are_not() {
        let batch = |id: &str, status: &str| {
            ProviderBatch::read(&json!({
                "id": id, "status": status, "input_file_id": "f", "output_file_id": "o", "error_file_id": null,
                "request_counts": { "total": 9, "completed": 3, "failed": 2 }, "errors": { "data": [{ "message": "too many" }] },
            }))
        };
        let read = batch("batch_1", "completed").unwrap();
        assert_eq!((read.files.as_slice(), read.answered, read.said.as_deref()), (&["o".to_owned()][..], 5, Some("too many")));
        for (state, ended) in
            [("completed", true), ("failed", true), ("expired", true), ("cancelled", true), ("in_progress", false), ("x", false)]
        {
            assert_eq!(batch("b", state).unwrap().has_ended(), ended, "{state}");
        }
        for id in ["..", "", "a/b", "a?b", "增"] {
            assert_eq!(batch(id, "completed"), None, "{id}");
        }
    }
}
