//! Why there is no reply.

use std::path::PathBuf;
use std::time::Duration;

use super::budget::Exhausted;
use super::grade;
use super::keep::KeepError;
use super::recording::RecordError;
use super::retry;
use super::server_error::ServerError;
use crate::domain::record::Grading;

/// Why one attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// No connection was made.
    Connect {
        /// What the system said.
        reason: String,
    },
    /// The server took too long.
    Timeout,
    /// The connection broke before the reply was whole.
    Cut {
        /// What the system said.
        reason: String,
    },
    /// The reply is larger than any answer may be.
    TooLarge,
    /// The reply is not JSON.
    NotJson {
        /// Whether it is an HTML page.
        page: bool,
    },
    /// The reply is JSON of another kind.
    Malformed {
        /// What is missing.
        reason: &'static str,
    },
    /// The server says that it broke off on its own account.
    Interrupted {
        /// Its finish reason.
        reason: String,
    },
    /// The provider's batch ended without an answer.
    Unanswered {
        /// What it said about it.
        reason: String,
    },
    /// The model answered nothing.
    Empty,
    /// The server refused or failed.
    Http(Box<ServerError>),
}

impl Failure {
    /// What happened, with the endpoint's name in its place.
    pub(super) fn phrase(&self, endpoint: &str) -> String {
        match self {
            Self::Connect { .. } => format!("could not connect to `{endpoint}`"),
            Self::Timeout => format!("no reply in time from `{endpoint}`"),
            Self::Cut { .. } => format!("a reply cut off from `{endpoint}`"),
            Self::TooLarge => format!("a reply too large to read from `{endpoint}`"),
            Self::NotJson { page: true } => format!("a web page instead of a reply from `{endpoint}`"),
            Self::NotJson { page: false } => format!("a reply that is not JSON from `{endpoint}`"),
            Self::Malformed { .. } => format!("a reply that is no chat completion from `{endpoint}`"),
            Self::Interrupted { .. } => format!("an answer broken off by `{endpoint}`"),
            Self::Unanswered { .. } => format!("no answer in a batch of `{endpoint}`"),
            Self::Empty => format!("an empty answer from `{endpoint}`"),
            Self::Http(error) => format!("HTTP {} from `{endpoint}`", error.status),
        }
    }

    /// What the server or the system said about it.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Connect { reason } | Self::Cut { reason } | Self::Interrupted { reason } | Self::Unanswered { reason } => {
                Some(reason.clone())
            }
            Self::Malformed { reason } => Some((*reason).to_owned()),
            Self::Timeout | Self::TooLarge | Self::NotJson { .. } | Self::Empty => None,
            Self::Http(error) => {
                let message = error.message.as_deref()?;
                let id = error.request_id.as_deref().map(|id| format!(" (request id `{id}`)"));
                Some(format!("{message}{}", id.unwrap_or_default()))
            }
        }
    }
}

/// What the server or the system said: the source of an [`LlmError`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Said(String);

/// Why a request has no reply. Never holds the key or the report's text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LlmError {
    /// The request failed, finally.
    #[error("request failed after {} in {:.1}s: {}", count(*.attempts), .elapsed.as_secs_f64(), .failure.phrase(.endpoint))]
    Request {
        /// How often it was sent, over all grades.
        attempts: usize,
        /// How long that took.
        elapsed: Duration,
        /// The server.
        endpoint: String,
        /// Why the last attempt failed.
        failure: Failure,
        /// What the server said about it.
        #[source]
        said: Option<Said>,
    },
    /// The server refuses the one grade that was asked for.
    #[error("`{endpoint}` refuses `--grade {}`", grade::name(*.grade))]
    GradeRefused {
        /// The grade.
        grade: Grading,
        /// The server.
        endpoint: String,
        /// What the server said about it.
        #[source]
        said: Option<Said>,
    },
    /// The replay folder has no answer to this request.
    #[error("no recorded answer to this request for `{report}` in `{}`", .file.display())]
    NoRecording {
        /// The report.
        report: String,
        /// The file looked into, or where it would stand.
        file: PathBuf,
        /// Whether the file is there.
        exists: bool,
    },
    /// The exchange could not be recorded.
    #[error("the answer came but could not be recorded")]
    Record(#[from] RecordError),
    /// The account of requests could not be read or written.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// The request would have passed the budget and was not sent.
    #[error(transparent)]
    Budget(#[from] Exhausted),
    /// The question waits for the provider's next batch, or its answer.
    #[error("the question goes with a batch of the provider's and has no answer yet")]
    Posted,
}

impl LlmError {
    pub(super) fn request(attempts: usize, elapsed: Duration, endpoint: &str, failure: Failure) -> Self {
        let said = failure.reason().map(Said);
        Self::Request { attempts, elapsed, endpoint: endpoint.to_owned(), failure, said }
    }

    pub(super) fn grade_refused(grade: Grading, endpoint: &str, said: Option<String>) -> Self {
        Self::GradeRefused { grade, endpoint: endpoint.to_owned(), said: said.map(Said) }
    }

    /// A stable code, for `model_failed:CODE` in a record: `timeout`, `http_429`, `quota`, …
    pub fn code(&self) -> String {
        let fixed = match self {
            Self::GradeRefused { .. } => "grade_refused",
            Self::NoRecording { .. } => "no_recording",
            Self::Record(_) => "record",
            Self::Budget(_) => "budget",
            Self::Keep(_) => "state",
            Self::Posted => "posted",
            Self::Request { failure, .. } => match failure {
                Failure::Connect { .. } => "connect",
                Failure::Timeout => "timeout",
                Failure::Cut { .. } => "cut_off",
                Failure::TooLarge => "too_large",
                Failure::NotJson { .. } => "not_json",
                Failure::Malformed { .. } => "malformed",
                Failure::Interrupted { .. } => "interrupted",
                Failure::Unanswered { .. } => "unanswered",
                Failure::Empty => "empty",
                Failure::Http(error) if error.quota => "quota",
                Failure::Http(error) if error.is_content_filter() => "content_filter",
                Failure::Http(error) if error.is_context_overflow() => "context_overflow",
                Failure::Http(error) => return format!("http_{}", error.status),
            },
        };
        fixed.to_owned()
    }

    /// Whether every further report would fail the same way, so that a run should stop: a wrong key, model or
    /// address, no money, a refused grade, a folder without the recording.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::GradeRefused { .. } | Self::NoRecording { .. } | Self::Record(_) | Self::Budget(_) | Self::Keep(_) => true,
            Self::Posted => false,
            Self::Request { failure, .. } => match failure {
                Failure::Http(error) => error.quota || matches!(error.status, 300..=399 | 401..=407),
                Failure::NotJson { page } => *page,
                Failure::Malformed { .. } => true,
                Failure::Connect { .. }
                | Failure::Timeout
                | Failure::Cut { .. }
                | Failure::TooLarge
                | Failure::Interrupted { .. }
                | Failure::Unanswered { .. }
                | Failure::Empty => false,
            },
        }
    }

    /// Whether the same request may succeed a little later.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Request { failure, .. } if retry::classify(failure) != retry::Retry::Never)
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::GradeRefused { said: Some(Said(said)), .. } if said.to_lowercase().contains("tool_choice") => {
                "set `tool_choice = \"auto\"` in the provider's table, or use `--grade auto`"
            }
            Self::GradeRefused { .. } => "use `--grade auto`",
            Self::NoRecording { report, exists: false, .. } => {
                return format!("`{report}` was never recorded here: record it with `sellside extract --record DIR` and a model");
            }
            Self::NoRecording { report, .. } => {
                return format!(
                    "the prompt, the schema or the report changed since the recording: record again with \
                     `sellside extract --record DIR {report}`, or `make record` for the examples"
                );
            }
            Self::Budget(_) => "raise `--budget`, set `max_output_tokens` lower, or use a cheaper model",
            Self::Keep(_) => "free some space, or check that the folder can be written; what was kept so far is safe",
            Self::Record(_) => "check the folder given with `--record`, or leave it out",
            Self::Posted => "run the same command again: it collects the batch",
            Self::Request { failure, .. } => match failure {
                Failure::Unanswered { .. } => "run the same command again: what has no answer is sent again",
                Failure::Connect { .. } => "is the server running? check `--base-url`",
                Failure::Timeout => "raise `timeout_seconds`, or use a faster model",
                Failure::Cut { .. } | Failure::NotJson { page: false } => "try again; a proxy in between may cut replies",
                Failure::TooLarge => "check `--base-url`: this is no chat completion",
                Failure::NotJson { page: true } | Failure::Malformed { .. } => "check `--base-url`: most addresses end in `/v1`",
                Failure::Interrupted { .. } => "try again later, or use another provider",
                Failure::Empty => "use `--grade prompt`, or raise `max_output_tokens`",
                Failure::Http(error) => http_hint(error),
            },
        };
        hint.to_owned()
    }
}

fn http_hint(error: &ServerError) -> &'static str {
    if error.quota {
        return "the account's credit or quota is used up: top it up, or use another provider";
    }
    if error.is_content_filter() {
        return "the provider's content filter refused the report: use another provider, or `--rules-only`";
    }
    if error.is_context_overflow() {
        return "the report is too long for the model: set `context_tokens` to what the model holds";
    }
    let words = error.words();
    match error.status {
        401 | 403 => "check the key: `--api-key-env` names the variable that holds it",
        402 => "the account has no credit: top it up, or use another provider",
        404 | 405 => "check `--model` and `--base-url`: most addresses end in `/v1`",
        300..=399 => "set `--base-url` to the address the server redirects to",
        429 => "the provider limits how often it may be asked: wait a little and try again",
        400 | 422 if words.contains("max_tokens") || words.contains("max_completion_tokens") => {
            "set `max_tokens_field` in `sellside.toml` to the other name"
        }
        400 | 422 if words.contains("temperature") => "leave `temperature` unset for this model",
        400 | 422 if ["model name", "model_not_found", "unknown model", "no such model"].iter().any(|phrase| words.contains(phrase)) => {
            "check `--model`: the server does not know it"
        }
        400 | 422 if names_a_member(&words) => "take the member it names out with `remove` in a `[[provider.NAME.patch]]`",
        500.. => "the server has a problem: try again later",
        0..=299 | 400 | 406..=428 | 430..=499 => "run `sellside doctor` to see what the server accepts",
    }
}

/// Whether a server complains of a member of the body it does not know, in the words of OpenAI, Google and FastAPI.
fn names_a_member(words: &str) -> bool {
    let phrases =
        ["unknown name", "unknown parameter", "unrecognized", "unsupported parameter", "extra inputs", "extra fields", "unknown field"];
    phrases.iter().any(|phrase| words.contains(phrase))
}

fn count(attempts: usize) -> String {
    if attempts == 1 { "1 attempt".to_owned() } else { format!("{attempts} attempts") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::error::Error;

    use super::*;

    fn http(status: u16, message: &str) -> LlmError {
        let error = ServerError::read(status, &BTreeMap::new(), message);
        LlmError::request(4, Duration::from_millis(31_234), "http://127.0.0.1:1/v1", Failure::Http(Box::new(error)))
    }

    #[test]
    fn messages_say_how_often_and_how_long() {
        let error = http(429, "slow down");
        assert_eq!(error.to_string(), "request failed after 4 attempts in 31.2s: HTTP 429 from `http://127.0.0.1:1/v1`");
        assert_eq!(error.source().unwrap().to_string(), "slow down");
        assert!(error.hint().contains("wait a little"));
        let once = LlmError::request(1, Duration::ZERO, "http://x", Failure::Timeout);
        assert_eq!(once.to_string(), "request failed after 1 attempt in 0.0s: no reply in time from `http://x`");
        assert!(once.source().is_none());
    }

    #[test]
    fn codes_and_hints_fit_the_failure() {
        let cases = [
            (http(401, "no"), "http_401", "check the key", true),
            (http(404, "no"), "http_404", "check `--model`", true),
            (http(503, "no"), "http_503", "the server has a problem", false),
            (http(429, r#"{"error":{"code":"insufficient_quota"}}"#), "quota", "the account's credit", true),
            (http(400, r#"{"error":{"code":"content_filter"}}"#), "content_filter", "the provider's content", false),
            (http(400, "maximum context length is 8192"), "context_overflow", "the report is too long", false),
            (http(400, "Unsupported parameter: 'max_tokens'"), "http_400", "set `max_tokens_field`", false),
            (http(400, "'temperature' is fixed"), "http_400", "leave `temperature` unset", false),
            (http(400, "Invalid model name passed in model=m"), "http_400", "check `--model`", false),
            (http(400, "Unknown name \"seed\": Cannot find field."), "http_400", "take the member it names out", false),
            (
                http(422, r#"{"detail":[{"loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}"#),
                "http_422",
                "take the member",
                false,
            ),
            (http(308, ""), "http_308", "set `--base-url`", true),
            (LlmError::grade_refused(Grading::Tools, "http://x", None), "grade_refused", "use `--grade auto`", true),
        ];
        for (error, code, hint, fatal) in cases {
            assert_eq!(error.code(), code);
            assert!(error.hint().starts_with(hint), "{}", error.hint());
            assert_eq!(error.is_fatal(), fatal, "{code}");
        }
    }

    #[test]
    fn a_refused_grade_names_the_flag() {
        let error = LlmError::grade_refused(Grading::JsonSchema, "http://x", Some("unavailable".to_owned()));
        assert_eq!(error.to_string(), "`http://x` refuses `--grade json_schema`");
        assert_eq!(error.source().unwrap().to_string(), "unavailable");
        let forced = LlmError::grade_refused(Grading::Tools, "http://x", Some("tool_choice must be auto".to_owned()));
        assert!(forced.hint().starts_with("set `tool_choice = \"auto\"`"), "{}", forced.hint());
    }
}
