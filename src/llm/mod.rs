//! Asks a language model: a prompt goes in, the words of the answer come out, from a server or from a recording.
//!
//! Any server that speaks OpenAI's chat completions will do; what they do differently is dealt with here, by a table
//! (`providers.toml`). Knows nothing of what the answer means. Only this module touches async-openai.
//!
//! # Logs
//! This module logs neither bodies nor keys. async-openai logs bodies it cannot parse under its own target; the
//! service in `http` keeps such bodies from it, and a program should set `async_openai=off` all the same.

mod address;
mod budget;
mod client;
mod drive;
pub mod error;
pub mod grade;
mod http;
mod keep;
mod key;
mod meter;
mod money;
mod outbox;
mod pace;
mod patch;
mod pool;
mod preset;
mod price;
mod probe;
mod probe_cache;
mod provider_batch;
mod question;
pub mod recording;
mod replay;
mod reply;
mod request;
pub mod retry;
mod said;
mod scrub;
mod server_error;
mod settings;
mod shape;
mod usage;
mod way;

use std::time::Duration;

use crate::config::Asking;
use crate::domain::record::Grading;
use crate::prompt::{Dialogue, Prompt};

pub use budget::{Budget, BudgetError, Exhausted, Limit, LimitError};
pub use client::OpenAiModel;
pub use error::{Failure, LlmError};
pub use grade::GradeChoice;
pub use keep::{Answered, KeepError, Keeper, Keeping};
pub use money::{Currency, Money};
pub use outbox::{Collected, Outbox};
pub use pace::Pace;
pub use patch::Patch;
pub use preset::{Preset, Source};
pub use price::{Cost, Price, PriceList, Pricing, STALE_AFTER_DAYS};
pub use probe::{Probe, ProbeOutcome, best_grade};
pub use probe_cache::{ProbeCache, Remembered};
pub use provider_batch::{BatchLine, BatchLines, MOST_BYTES, MOST_QUESTIONS, ProviderBatch, ProviderBatches};
pub use recording::RecordError;
pub use replay::{ReplayError, ReplayModel};
pub use reply::{Finish, Reply};
pub use said::Spoken;
pub use server_error::ServerError;
pub use settings::{ModelSettings, PoolServer, SettingsError};
pub use usage::Usage;
pub use way::{Prices, Way};

/// Who answers.
#[derive(Debug)]
pub enum Model {
    /// A server.
    OpenAi(OpenAiModel),
    /// A folder of recorded answers.
    Replay(ReplayModel),
}

impl Model {
    /// Asks once, with as many attempts as that takes. `report` names the report in recordings.
    pub async fn complete(&self, report: &str, prompt: &Prompt) -> Completion {
        match self {
            Self::OpenAi(model) => model.complete(report, prompt).await,
            Self::Replay(model) => model.complete(report, prompt).await,
        }
    }

    /// Asks for the next turn of a conversation, with as many attempts as that takes. A server that takes no functions is
    /// an error; one that ignores them answers in words.
    pub async fn speak(&self, report: &str, dialogue: &Dialogue) -> Completion<Spoken> {
        match self {
            Self::OpenAi(model) => model.speak(report, dialogue).await,
            Self::Replay(model) => model.speak(report, dialogue).await,
        }
    }

    /// Whether the next turn may be asked for and one more after it, whose prompt is longer by `more` tokens: whether a
    /// budget has room for both. A recording ends where its budget did.
    pub fn affords(&self, report: &str, dialogue: &Dialogue, more: usize) -> bool {
        match self {
            Self::OpenAi(model) => model.affords(dialogue, more),
            Self::Replay(model) => model.holds(report, dialogue),
        }
    }

    /// The keys a reply to this prompt may be cached under, by grade, best first: the first is the request that would
    /// be sent now, the others are those it may step down to.
    pub fn request_keys(&self, prompt: &Prompt) -> Vec<(Grading, String)> {
        match self {
            Self::OpenAi(model) => model.request_keys(prompt),
            Self::Replay(model) => model.request_keys(prompt),
        }
    }

    /// Tokens the model's context holds, where that is known; of a recording, what the prompt had to fit into then.
    pub fn context_tokens(&self) -> Option<u32> {
        match self {
            Self::OpenAi(model) => model.context_tokens(),
            Self::Replay(model) => model.context_tokens(),
        }
    }

    /// How a report is put to the model; of a recording, how it was then.
    pub fn asking(&self) -> Asking {
        match self {
            Self::OpenAi(model) => model.asking(),
            Self::Replay(model) => model.asking(),
        }
    }

    /// Model name as sent.
    pub fn model_name(&self) -> &str {
        match self {
            Self::OpenAi(model) => model.model_name(),
            Self::Replay(model) => model.model_name(),
        }
    }

    /// The server's base URL without credentials and query; of a recording, the one it was made with.
    pub fn endpoint(&self) -> &str {
        match self {
            Self::OpenAi(model) => model.endpoint(),
            Self::Replay(model) => model.endpoint(),
        }
    }

    /// All that decides what is asked: model, server, grades and the shape of requests; nothing that looks like a key.
    pub fn fingerprint(&self) -> String {
        match self {
            Self::OpenAi(model) => model.fingerprint(),
            Self::Replay(model) => model.fingerprint(),
        }
    }

    /// Whether answers come from a recording.
    pub fn is_replay(&self) -> bool {
        match self {
            Self::OpenAi(_) => false,
            Self::Replay(_) => true,
        }
    }
}

/// What became of one question.
#[derive(Debug)]
pub struct Completion<A = Reply> {
    /// The answer, or why there is none. A truncated, filtered or refused answer is an answer: see [`Reply::finish`].
    pub outcome: Result<A, LlmError>,
    /// Grade of the last attempt; `None` when there was none.
    pub grade: Option<Grading>,
    /// Key of the last request, for caches; `None` when none was made.
    pub request_key: Option<String>,
    /// Every attempt in order.
    pub attempts: Vec<Attempt>,
    /// Tokens of all attempts together, failed ones too.
    pub usage: Usage,
}

impl<A> Completion<A> {
    /// Nothing was sent.
    fn failed(error: LlmError) -> Self {
        Self { outcome: Err(error), grade: None, request_key: None, attempts: Vec::new(), usage: Usage::default() }
    }
}

/// One request on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Grade it was sent with.
    pub grade: Grading,
    /// HTTP status, where one came.
    pub status: Option<u16>,
    /// What went wrong, in short.
    pub error: Option<String>,
    /// Tokens counted by the server.
    pub usage: Option<Usage>,
    /// How long the server took; zero in replays.
    pub elapsed: Duration,
    /// Whether the answer was kept from an earlier request: nothing was sent, and no tokens were spent.
    pub kept: bool,
    /// Pause the server asked for.
    pub retry_after: Option<Duration>,
    /// Pause made before the next attempt; none in replays.
    pub waited: Option<Duration>,
    /// Whether the server asked for a longer pause than the settings allow.
    pub capped: bool,
}

impl Attempt {
    /// An attempt of which only its status and tokens are known, for counting what it cost.
    pub fn counted(status: Option<u16>, usage: Option<Usage>) -> Self {
        Self::new(Grading::Prompt, status, usage, Duration::ZERO)
    }

    fn new(grade: Grading, status: Option<u16>, usage: Option<Usage>, elapsed: Duration) -> Self {
        Self { grade, status, error: None, usage, elapsed, kept: false, retry_after: None, waited: None, capped: false }
    }

    fn describe<A>(&mut self, outcome: &Result<A, Failure>, endpoint: &str) {
        let Err(failure) = outcome else { return };
        let said = failure.reason().map(|said| format!(": {said}")).unwrap_or_default();
        self.error = Some(format!("{}{said}", failure.phrase(endpoint)));
        if let Failure::Http(error) = failure {
            self.retry_after = error.retry_after;
        }
    }
}
