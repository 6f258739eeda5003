//! Where replies are kept between requests, so that none is paid for twice. Who keeps them, and where, is the caller's.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::usage::Usage;
use super::way::Way;
use crate::domain::record::Grading;

/// What a keeper's work gives, once it is on disk.
pub type Keeping<'a, T> = Pin<Box<dyn Future<Output = Result<T, KeepError>> + Send + 'a>>;

/// Keeps raw replies by the key of their request, and an account of every request.
///
/// Keys leave out the address, so that a pool of servers shares what it keeps. Only complete replies are ever handed
/// out again: errors, truncated, filtered and refused ones are told to [`Keeper::received`] for the account alone.
pub trait Keeper: fmt::Debug + Send + Sync {
    /// A question is about to be asked for `report` under one of these keys, best grade first: the kept reply to it, with
    /// the place of its key. The same question asked again for the same report wants the next of its replies, so that
    /// several drafts stay several.
    fn find<'a>(&'a self, report: &'a str, keys: &'a [String]) -> Keeping<'a, Option<(usize, String)>>;

    /// A request goes out now, or a batch has brought the answer to it. The number returned names it in [`Keeper::received`].
    fn sending<'a>(&'a self, report: &'a str, key: &'a str, grade: Grading, way: Way) -> Keeping<'a, i64>;

    /// What became of a request.
    fn received(&self, request: i64, answer: Answered) -> Keeping<'_, ()>;
}

/// What became of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Name of the model that was asked.
    pub model: String,
    /// Server that was asked, without credentials and query.
    pub endpoint: String,
    /// HTTP status, where one came.
    pub status: Option<u16>,
    /// What went wrong, in short.
    pub error: Option<String>,
    /// The body as it came, without what looks like a key.
    pub body: Option<String>,
    /// Whether the model said all it had to say: only then may the body be handed out again.
    pub complete: bool,
    /// Tokens counted by the server.
    pub usage: Option<Usage>,
    /// From sending to the last byte.
    pub elapsed: Duration,
}

/// A reply could not be looked up or kept.
#[derive(Debug, thiserror::Error)]
#[error("could not keep account of a request")]
pub struct KeepError(#[source] Box<dyn Error + Send + Sync>);

impl KeepError {
    /// An error with its cause.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }

    /// What the keeper said.
    pub fn into_cause(self) -> Box<dyn Error + Send + Sync> {
        self.0
    }
}
