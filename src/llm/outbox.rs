//! Where questions wait for a batch of the provider's, and answers for whoever asked. Who keeps them, and where, is the caller's.

use std::fmt;

use super::keep::Keeping;

/// Takes questions that go with a batch instead of alone, and hands out what batches brought.
///
/// A report is asked about from its first question on in every round, until all of them have answers. So answers are not used
/// up: in each round they are handed out again, in the order the question was asked and asked again.
pub trait Outbox: fmt::Debug + Send + Sync {
    /// The place of the first of these keys a question was ever posted under.
    fn posted<'a>(&'a self, keys: &'a [String]) -> Keeping<'a, Option<usize>>;

    /// The next answer to a question about `report`; `None` where it has not come, or nothing was posted.
    fn next<'a>(&'a self, report: &'a str, key: &'a str) -> Keeping<'a, Option<Collected>>;

    /// Puts the question whose next answer was not there where the next batch takes it from; one that is there already stays
    /// as it is. The body is JSON.
    fn post<'a>(&'a self, report: &'a str, key: &'a str, body: String) -> Keeping<'a, ()>;

    /// What an answer took has been counted.
    fn counted(&self, number: i64) -> Keeping<'_, ()>;
}

/// An answer a batch brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    /// Names it in [`Outbox::counted`].
    pub number: i64,
    /// Whether what it took has been counted already.
    pub counted: bool,
    /// HTTP status and body, or why the batch has none.
    pub answer: Result<(u16, String), String>,
}
