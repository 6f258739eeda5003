//! One question from first try to last: attempts, pauses, steps down. The same for servers and for recordings.

use std::future::Future;
use std::time::{Duration, Instant};

use super::error::{Failure, LlmError};
use super::grade;
use super::http::{Lost, Received};
use super::question::Question;
use super::request::Request;
use super::retry::{self, Pauses, Retry};
use super::scrub::Scrubber;
use super::server_error::{ServerError, without_echo};
use super::shape::Shape;
use super::usage::Usage;
use super::{Attempt, Completion};
use crate::domain::record::Grading;

/// Carries one request to whoever answers it.
pub(super) trait Transport: Sync {
    /// Whether time passes: recordings neither wait nor measure.
    const LIVE: bool;

    /// Sends a request once. An error means that nothing more can be tried.
    fn send(&self, request: &Request) -> impl Future<Output = Result<Delivery, LlmError>> + Send;

    /// Whether another server could be asked at once.
    fn has_another(&self) -> bool {
        false
    }

    /// Is told what became of it, where somebody keeps account.
    fn keep(&self, _delivery: &Delivery, _attempt: &Attempt, _complete: bool) -> impl Future<Output = Result<(), LlmError>> + Send {
        async { Ok(()) }
    }
}

/// What one request brought back.
#[derive(Debug)]
pub(super) struct Delivery {
    /// What came, or why nothing whole did.
    pub(super) received: Result<Received, Lost>,
    /// How long the server took; zero where none was asked.
    pub(super) elapsed: Duration,
    /// Whether it was kept from an earlier request.
    pub(super) kept: bool,
    /// The request's number where somebody keeps account.
    pub(super) number: Option<i64>,
    /// Which server was asked.
    pub(super) endpoint: Option<String>,
    /// The answer's number where a batch brought it, and it has not been counted yet.
    pub(super) collected: Option<i64>,
}

impl Delivery {
    /// One that took no time and was asked of nobody.
    pub(super) fn at_once(received: Result<Received, Lost>, kept: bool) -> Self {
        Self { received, elapsed: Duration::ZERO, kept, number: None, endpoint: None, collected: None }
    }
}

/// What to ask and how often.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) endpoint: &'a str,
    pub(super) model: &'a str,
    pub(super) shape: &'a Shape,
    /// Grades to try, in order.
    pub(super) grades: &'a [Grading],
    pub(super) max_attempts: u32,
    pub(super) pauses: Pauses,
    pub(super) scrubber: &'a Scrubber,
}

impl Plan<'_> {
    /// The grade to begin with. A plan has one; without, the plainest is asked for.
    fn first(&self) -> Grading {
        self.grades.first().copied().unwrap_or(Grading::Prompt)
    }

    /// The grade to step down to.
    fn below(&self, grade: Grading) -> Option<Grading> {
        let at = self.grades.iter().position(|tried| *tried == grade)?;
        self.grades.get(at + 1).copied()
    }
}

/// What happens after an attempt.
enum Next<A> {
    Done(Result<A, LlmError>),
    StepDown(Grading),
    Again(retry::Pause),
}

/// Asks until there is an answer or no hope of one.
pub(super) async fn drive<T: Transport, Q: Question>(transport: &T, plan: &Plan<'_>, question: &Q) -> Completion<Q::Answer> {
    let started = Instant::now();
    let elapsed = |since: Instant| if T::LIVE { since.elapsed() } else { Duration::ZERO };
    let mut grade = plan.first();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut tries = Tries::default();
    loop {
        let request = question.request(plan.model, plan.shape, grade);
        let delivery = match transport.send(&request).await {
            Ok(delivery) => delivery,
            Err(error) => return completion(Err(error), grade, request.key, attempts),
        };
        let (status, usage, outcome) = match &delivery.received {
            Ok(received) => (Some(received.status), Usage::of(received), interpret(received, question, grade)),
            Err(lost) => (lost.status, None, Err(lost.failure.clone())),
        };
        let outcome = outcome.map_err(|failure| clean(failure, plan.scrubber, &question.words()));
        // What was paid for before is not paid for again.
        let usage = usage.filter(|_| !delivery.kept);
        let mut attempt = Attempt { kept: delivery.kept, ..Attempt::new(grade, status, usage, delivery.elapsed) };
        attempt.describe(&outcome, delivery.endpoint.as_deref().unwrap_or(plan.endpoint));
        let ignored = outcome.as_ref().is_ok_and(|answer| question.is_ignored(answer, grade));
        let complete = outcome.as_ref().is_ok_and(|answer| question.is_complete(answer)) && !ignored;
        if let Err(error) = transport.keep(&delivery, &attempt, complete).await {
            attempts.push(attempt);
            return completion(Err(error), grade, request.key, attempts);
        }
        tries.count(&outcome);
        let next = decide(plan, grade, outcome, ignored, &tries, transport.has_another(), |failure| {
            LlmError::request(attempts.len() + 1, elapsed(started), plan.endpoint, failure)
        });
        if T::LIVE
            && let Next::Again(pause) = next
        {
            attempt.waited = Some(pause.length);
            attempt.capped = pause.capped;
        }
        attempts.push(attempt);
        match next {
            Next::Done(outcome) => return completion(outcome, grade, request.key, attempts),
            Next::StepDown(below) => {
                tracing::debug!(from = grade::name(grade), to = grade::name(below), "grade refused");
                grade = below;
                tries = Tries::default();
            }
            Next::Again(pause) => {
                if T::LIVE && pause.capped {
                    tracing::warn!(wait = ?pause.length, "the server asks for a longer pause than is made");
                }
                tracing::debug!(status, wait = ?pause.length, "attempt failed");
                if T::LIVE && !pause.length.is_zero() {
                    tokio::time::sleep(pause.length).await;
                }
            }
        }
    }
}

/// Failures of one grade so far.
#[derive(Debug, Default)]
struct Tries {
    all: u32,
    empty: u32,
}

impl Tries {
    fn count<A>(&mut self, outcome: &Result<A, Failure>) {
        self.all = self.all.saturating_add(1);
        if outcome.as_ref().is_err_and(|failure| *failure == Failure::Empty) {
            self.empty = self.empty.saturating_add(1);
        }
    }
}

fn decide<A>(
    plan: &Plan<'_>,
    grade: Grading,
    outcome: Result<A, Failure>,
    ignored: bool,
    tries: &Tries,
    has_another: bool,
    error: impl FnOnce(Failure) -> LlmError,
) -> Next<A> {
    let refused = |said: Option<String>| match plan.below(grade) {
        Some(below) => Next::StepDown(below),
        None => Next::Done(Err(LlmError::grade_refused(grade, plan.endpoint, said))),
    };
    let failure = match outcome {
        Ok(_) if ignored => {
            return refused(Some("the model answered in words instead of calling the function".to_owned()));
        }
        Ok(answer) => return Next::Done(Ok(answer)),
        Err(failure) => failure,
    };
    if grade::is_refusal(&failure, grade) {
        return refused(failure.reason());
    }
    // An empty answer costs tokens each time and seldom changes: it is asked for once more only.
    let spent = tries.all >= plan.max_attempts || tries.empty > 1;
    let retry = match retry::classify(&failure) {
        _ if spent => Retry::Never,
        // A server's quota and its rest are its own: another one is asked at once.
        Retry::Never if has_another && is_quota(&failure) => Retry::After(Duration::ZERO),
        Retry::Backoff | Retry::After(_) if has_another => Retry::After(Duration::ZERO),
        retry => retry,
    };
    match plan.pauses.before_next(retry, tries.all, fastrand::f64()) {
        Some(pause) => Next::Again(pause),
        None => Next::Done(Err(error(failure))),
    }
}

fn is_quota(failure: &Failure) -> bool {
    matches!(failure, Failure::Http(error) if error.quota)
}

fn interpret<Q: Question>(received: &Received, question: &Q, grade: Grading) -> Result<Q::Answer, Failure> {
    if !(200..300).contains(&received.status) {
        return Err(Failure::Http(Box::new(ServerError::read(received.status, &received.headers, &received.body))));
    }
    match &received.json {
        Some(json) => question.read(json, grade),
        None => Err(Failure::NotJson { page: received.body.trim_start().starts_with('<') }),
    }
}

/// The failure without keys, and without what the server repeats of what was sent.
pub(super) fn clean(failure: Failure, scrubber: &Scrubber, sent: &[&str]) -> Failure {
    match failure {
        Failure::Http(error) => Failure::Http(Box::new(error.cleaned(scrubber, sent))),
        Failure::Connect { reason } => Failure::Connect { reason: scrubber.text(&reason).into_owned() },
        Failure::Cut { reason } => Failure::Cut { reason: scrubber.text(&reason).into_owned() },
        Failure::Unanswered { reason } => Failure::Unanswered { reason: without_echo(&scrubber.text(&reason), sent) },
        Failure::Interrupted { .. }
        | Failure::Timeout
        | Failure::TooLarge
        | Failure::NotJson { .. }
        | Failure::Malformed { .. }
        | Failure::Empty => failure,
    }
}

/// Sums up; a grade and a key are given only when something was sent with them.
fn completion<A>(outcome: Result<A, LlmError>, grade: Grading, key: String, attempts: Vec<Attempt>) -> Completion<A> {
    let mut usage = Usage::default();
    attempts.iter().filter_map(|attempt| attempt.usage).for_each(|spent| usage += spent);
    let asked = !attempts.is_empty();
    Completion { outcome, grade: asked.then_some(grade), request_key: asked.then_some(key), attempts, usage }
}
