//! How far a run is, for whoever watches it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::llm::{Attempt, Cost, Pricing, Usage};

/// How far a run is. Written by the run, read by anybody at any time.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    pricing: Pricing,
    now: Mutex<Snapshot>,
}

/// How far a run is at one moment. Counts documents unless a name says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Documents of the run.
    pub inputs: u64,
    /// Finished by an earlier process and still right.
    pub found: u64,
    /// Read by this process, failed ones too.
    pub read: u64,
    /// Of these, those nobody needs to look at.
    pub agreed: u64,
    /// Of these, those with something for a person to look at.
    pub review: u64,
    /// Of these, those that could not be read or whose model failed.
    pub failed: u64,
    /// Of these, those whose every answer was kept from before.
    pub kept: u64,
    /// Requests that were sent.
    pub requests: u64,
    /// Tokens of all requests.
    pub usage: Usage,
    /// What they cost; `None` where nobody can say.
    pub cost: Option<Cost>,
    /// What a batch of the provider's is waited for; `None` while documents are read.
    pub at_provider: Option<AtProvider>,
    /// Since the beginning of this process.
    pub elapsed: Duration,
}

/// Questions that are with the provider's batches at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtProvider {
    /// How manyth time this process waits for batches, from 1.
    pub round: u32,
    /// Questions in the batches that are waited for.
    pub questions: u64,
    /// Of these, those with an answer.
    pub answered: u64,
}

impl Snapshot {
    /// Documents that are done with, whoever did them.
    pub fn done(&self) -> u64 {
        self.found.saturating_add(self.read)
    }

    /// Documents this process reads in a minute.
    pub fn per_minute(&self) -> f64 {
        let minutes = self.elapsed.as_secs_f64() / 60.0;
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let read = self.read as f64;
        if minutes > 0.0 { read / minutes } else { 0.0 }
    }

    /// How long the rest takes at this rate.
    pub fn remaining(&self) -> Option<Duration> {
        let left = self.inputs.saturating_sub(self.done());
        #[expect(clippy::cast_precision_loss, reason = "an estimate for people")]
        let minutes = left as f64 / self.per_minute();
        if self.read == 0 { None } else { Duration::try_from_secs_f64(minutes * 60.0).ok() }
    }
}

impl Progress {
    /// A run that has not begun.
    pub fn new(pricing: Pricing) -> Self {
        let cost = pricing.cost(&[]);
        let now = Snapshot { cost: (cost != Cost::Unknown).then_some(cost), ..Snapshot::default() };
        Self { started: Instant::now(), pricing, now: Mutex::new(now) }
    }

    /// How far it is.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { elapsed: self.started.elapsed(), ..self.now.lock().unwrap_or_else(PoisonError::into_inner).clone() }
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        change(&mut self.now.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Counts the requests of one document.
    pub(super) fn spent(&self, attempts: &[Attempt]) {
        let sent = attempts.iter().filter(|attempt| !attempt.kept).count();
        let cost = self.pricing.cost(attempts);
        self.change(|now| {
            now.requests = now.requests.saturating_add(sent as u64);
            attempts.iter().filter_map(|attempt| attempt.usage).for_each(|usage| now.usage += usage);
            now.cost = now.cost.take().and_then(|before| before.plus(cost));
        });
    }
}
