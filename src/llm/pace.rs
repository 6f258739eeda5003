//! How fast one server is asked: requests at once, requests and tokens a minute, and a rest when it asks for one.
//!
//! The rules are pure: time comes in as an argument. Only [`enter`] waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::error::Failure;
use super::http::{Lost, Received};
use super::server_error::ServerError;
use super::usage::Usage;

/// What an overloaded server is left of the requests it had at once.
const SHRINK: f64 = 0.7;

/// How fast a server may be asked. The default knows no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// Most requests at once. Fewer after an answer that says the server has too many; more again with every success.
    pub at_once: Option<u32>,
    /// Most requests a minute.
    pub requests_per_minute: Option<u32>,
    /// Most tokens a minute, prompts and answers together.
    pub tokens_per_minute: Option<u32>,
}

/// Lets requests through to one server.
#[derive(Debug)]
pub(super) struct Gate {
    rules: Mutex<Rules>,
    /// Told whenever somebody who waits may get in; shared by the gates of a pool.
    changed: Arc<Notify>,
}

/// Leave to send one request. Dropped, it makes room for the next.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    reserved: u64,
    entered: Instant,
    settled: bool,
}

/// Waits until a request that may take so many tokens gets in at one of several gates, the first of them that lets it. The
/// order is asked for at each try: who waits is bound to no server, and a rest of one sends it to another.
pub(super) async fn enter<'a, T>(changed: &Notify, tokens: u64, in_order: impl Fn(Instant) -> Vec<(&'a Gate, T)>) -> (Pass<'a>, T) {
    loop {
        let change = changed.notified();
        tokio::pin!(change);
        // Before the look, so that nothing is missed between it and the wait.
        change.as_mut().enable();
        let now = Instant::now();
        let mut soonest: Option<Duration> = None;
        for (gate, of_gate) in in_order(now) {
            let entry = gate.rules().enter(now, tokens);
            match entry {
                Entry::Now => return (Pass { gate, reserved: tokens, entered: now, settled: false }, of_gate),
                Entry::Full => {}
                Entry::Later(pause) => soonest = Some(soonest.map_or(pause, |before| before.min(pause))),
            }
        }
        match soonest {
            None => change.await,
            // A refund or somebody who leaves may come first.
            Some(pause) => {
                let _ = tokio::time::timeout(pause, change).await;
            }
        }
    }
}

impl Gate {
    pub(super) fn new(pace: Pace, now: Instant, changed: Arc<Notify>) -> Self {
        Self { rules: Mutex::new(Rules::new(pace, now)), changed }
    }

    /// How busy the server is, and until when it rests.
    pub(super) fn load(&self) -> (u32, Option<Instant>) {
        let rules = self.rules();
        (rules.under_way, rules.rests_until)
    }

    /// Leaves the server alone for a while.
    pub(super) fn rest(&self, until: Instant) {
        self.rules().rest(until);
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// Learns from what came: what was reserved and not used is given back, too much is taken slower, success faster.
    /// A rest that is asked for holds for everybody, `longest` at most.
    pub(super) fn leave(mut self, outcome: &Result<Received, Lost>, longest: Duration) {
        self.settled = true;
        let now = Instant::now();
        let used = match outcome {
            Ok(received) => Usage::of(received).map(|usage| usage.prompt_tokens.saturating_add(usage.completion_tokens)),
            Err(_) => None,
        };
        let mut rules = self.gate.rules();
        let is_success = outcome.as_ref().is_ok_and(|received| (200..300).contains(&received.status));
        // A refusal is counted as a request, not as tokens.
        rules.leave(now, self.reserved, used.unwrap_or(if is_success { self.reserved } else { 0 }));
        match judge(outcome) {
            Load::Light => rules.faster(),
            Load::Heavy { rest } => {
                rules.slower(self.entered, now);
                if let Some(rest) = rest {
                    rules.rest(now + rest.min(longest));
                }
            }
            Load::Unknown => {}
        }
        drop(rules);
        self.gate.changed.notify_waiters();
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.gate.rules().leave(Instant::now(), self.reserved, self.reserved);
            self.gate.changed.notify_waiters();
        }
    }
}

/// What an outcome says of a server's load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Load {
    Light,
    Heavy { rest: Option<Duration> },
    Unknown,
}

fn judge(outcome: &Result<Received, Lost>) -> Load {
    match outcome {
        Ok(received) => match received.status {
            200..=299 => Load::Light,
            429 | 503 | 529 => Load::Heavy { rest: ServerError::read(received.status, &received.headers, &received.body).retry_after },
            _ => Load::Unknown,
        },
        Err(lost) if lost.failure == Failure::Timeout => Load::Heavy { rest: None },
        Err(_) => Load::Unknown,
    }
}

/// Whether a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Entry {
    Now,
    /// As many are under way as may be.
    Full,
    /// Not before this long.
    Later(Duration),
}

/// The state of a gate.
#[derive(Debug)]
struct Rules {
    under_way: u32,
    most: f64,
    /// How many may be under way now.
    allowed: f64,
    /// When that was last lowered: requests sent before say nothing new.
    lowered: Instant,
    rests_until: Option<Instant>,
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
}

impl Rules {
    fn new(pace: Pace, now: Instant) -> Self {
        let most = pace.at_once.map_or(f64::from(u32::MAX), |most| f64::from(most.max(1)));
        Self {
            under_way: 0,
            most,
            allowed: most,
            lowered: now,
            rests_until: None,
            requests: pace.requests_per_minute.map(|rate| Bucket::new(rate, now)),
            tokens: pace.tokens_per_minute.map(|rate| Bucket::new(rate, now)),
        }
    }

    fn enter(&mut self, now: Instant, tokens: u64) -> Entry {
        if f64::from(self.under_way) >= self.allowed.floor() {
            return Entry::Full;
        }
        let rest = self.rests_until.map(|until| until.saturating_duration_since(now)).unwrap_or_default();
        let of_requests = self.requests.as_mut().map(|bucket| bucket.wait(now, 1)).unwrap_or_default();
        let of_tokens = self.tokens.as_mut().map(|bucket| bucket.wait(now, tokens)).unwrap_or_default();
        let pause = rest.max(of_requests).max(of_tokens);
        if !pause.is_zero() {
            return Entry::Later(pause);
        }
        self.rests_until = None;
        self.under_way = self.under_way.saturating_add(1);
        if let Some(bucket) = &mut self.requests {
            bucket.take(1);
        }
        if let Some(bucket) = &mut self.tokens {
            bucket.take(tokens);
        }
        Entry::Now
    }

    fn leave(&mut self, now: Instant, reserved: u64, used: u64) {
        self.under_way = self.under_way.saturating_sub(1);
        if let Some(bucket) = &mut self.tokens {
            bucket.settle(now, reserved, used);
        }
    }

    /// One more at once for each round of successes.
    fn faster(&mut self) {
        self.allowed = (self.allowed + 1.0 / self.allowed.max(1.0)).min(self.most);
    }

    /// Fewer at once, once for all requests that were under way together.
    fn slower(&mut self, sent: Instant, now: Instant) {
        if sent < self.lowered {
            return;
        }
        self.lowered = now;
        // What was under way is what was too much, however much was allowed.
        let tried = f64::from(self.under_way.saturating_add(1)).min(self.allowed);
        self.allowed = (tried * SHRINK).max(1.0);
    }

    fn rest(&mut self, until: Instant) {
        self.rests_until = Some(self.rests_until.map_or(until, |before| before.max(until)));
    }
}

/// Fills evenly, is taken from before and settled after. What is larger than all of it waits until it is full and leaves a
/// debt.
#[derive(Debug)]
struct Bucket {
    level: f64,
    capacity: f64,
    per_second: f64,
    filled: Instant,
}

impl Bucket {
    /// A full bucket for so many a minute; it holds five seconds' worth, since providers count in shorter spans than minutes.
    fn new(per_minute: u32, now: Instant) -> Self {
        let capacity = (f64::from(per_minute) / 12.0).max(1.0);
        Self { level: capacity, capacity, per_second: f64::from(per_minute) / 60.0, filled: now }
    }

    /// How long until so much may be taken.
    fn wait(&mut self, now: Instant, amount: u64) -> Duration {
        self.fill(now);
        let missing = as_float(amount).min(self.capacity) - self.level;
        // A millionth is rounding.
        if missing <= 1e-6 { Duration::ZERO } else { Duration::try_from_secs_f64(missing / self.per_second).unwrap_or(Duration::MAX) }
    }

    fn take(&mut self, amount: u64) {
        self.level -= as_float(amount);
    }

    fn settle(&mut self, now: Instant, reserved: u64, used: u64) {
        self.fill(now);
        self.level = (self.level + as_float(reserved) - as_float(used)).min(self.capacity);
    }

    fn fill(&mut self, now: Instant) {
        let seconds = now.saturating_duration_since(self.filled).as_secs_f64();
        self.filled = now.max(self.filled);
        self.level = (self.level + seconds * self.per_second).min(self.capacity);
    }
}

#[expect(clippy::cast_precision_loss, reason = "tokens of one request are far below 2^52")]
fn as_float(amount: u64) -> f64 {
    amount as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn rules(at_once: Option<u32>, rpm: Option<u32>, tpm: Option<u32>) -> (Rules, Instant) {
        let now = Instant::now();
        (Rules::new(Pace { at_once, requests_per_minute: rpm, tokens_per_minute: tpm }, now), now)
    }

    /// Sends `count` requests of `tokens` as early as they may go, and tells when each went, in milliseconds.
    fn times(rules: &mut Rules, start: Instant, count: usize, tokens: u64, used: u64) -> Vec<u128> {
        let mut now = start;
        let mut sent = Vec::new();
        while sent.len() < count {
            match rules.enter(now, tokens) {
                Entry::Now => {
                    sent.push((now - start).as_millis());
                    rules.leave(now, tokens, used);
                }
                Entry::Later(pause) => now += pause,
                Entry::Full => panic!("nothing is under way"),
            }
        }
        sent
    }

    #[test]
    fn requests_keep_to_their_rate() {
        let (mut rules, now) = rules(None, Some(60), None);
        assert_eq!(times(&mut rules, now, 8, 0, 0), [0, 0, 0, 0, 0, 1000, 2000, 3000]);
    }

    #[test]
    fn tokens_are_reserved_and_given_back() {
        let (mut dear, now) = rules(None, None, Some(60_000));
        assert_eq!(times(&mut dear, now, 7, 1000, 1000), [0, 0, 0, 0, 0, 1000, 2000]);
        let (mut cheap, now) = rules(None, None, Some(60_000));
        assert_eq!(times(&mut cheap, now, 7, 1000, 100).last(), Some(&0), "what was not used is there for the next");
        // Larger than the bucket: it waits until that is full, and the next waits for the debt.
        let (mut large, now) = rules(None, None, Some(60_000));
        assert_eq!(times(&mut large, now, 3, 20_000, 20_000), [0, 20_000, 40_000]);
    }

    #[test]
    fn an_overloaded_server_is_asked_less_and_then_more_again() {
        let (mut rules, now) = rules(Some(10), None, None);
        for _ in 0..10 {
            assert_eq!(rules.enter(now, 0), Entry::Now);
        }
        assert_eq!(rules.enter(now, 0), Entry::Full);
        let later = now + Duration::from_millis(5);
        rules.leave(later, 0, 0);
        rules.slower(now, later);
        // Others of the same round say the same and change nothing.
        (0..9).for_each(|_| rules.leave(later, 0, 0));
        rules.slower(now, later);
        assert!((rules.allowed - 7.0).abs() < 1e-9);
        (0..200).for_each(|_| rules.faster());
        assert!((rules.allowed - 10.0).abs() < 1e-9, "never more than was asked for");
        (1..40).for_each(|step| rules.slower(later, later + Duration::from_millis(step)));
        assert_eq!(rules.enter(later, 0), Entry::Now, "one is always let through");
    }

    #[test]
    fn a_rest_holds_for_everybody_and_is_never_cut_short() {
        let (mut rules, now) = rules(None, None, None);
        rules.rest(now + Duration::from_secs(7));
        rules.rest(now + Duration::from_secs(3));
        assert_eq!(rules.enter(now, 0), Entry::Later(Duration::from_secs(7)));
        assert_eq!(rules.enter(now + Duration::from_secs(7), 0), Entry::Now);
    }

    #[test]
    fn outcomes_say_what_the_server_bears() {
        let received = |status, headers: &[(&str, &str)]| {
            let headers: BTreeMap<String, String> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Ok(Received { status, headers, body: String::new(), json: None })
        };
        let lost = |failure| Err(Lost { failure, status: None });
        let seven = Some(Duration::from_secs(7));
        assert_eq!(judge(&received(200, &[])), Load::Light);
        assert_eq!(judge(&received(429, &[("retry-after", "7")])), Load::Heavy { rest: seven });
        assert_eq!(judge(&received(503, &[])), Load::Heavy { rest: None });
        assert_eq!(judge(&received(400, &[])), Load::Unknown);
        assert_eq!(judge(&lost(Failure::Timeout)), Load::Heavy { rest: None });
        assert_eq!(judge(&lost(Failure::Connect { reason: String::new() })), Load::Unknown);
    }

    #[tokio::test]
    async fn who_waits_gets_in_when_somebody_leaves() {
        let changed = Arc::new(Notify::new());
        let gate = Gate::new(Pace { at_once: Some(1), ..Pace::default() }, Instant::now(), Arc::clone(&changed));
        let order = |_| vec![(&gate, ())];
        let (first, ()) = enter(&changed, 0, order).await;
        let ((second, ()), ()) = tokio::join!(enter(&changed, 0, order), async {
            tokio::task::yield_now().await;
            drop(first);
        });
        assert_eq!(gate.load().0, 1);
        drop(second);
        assert_eq!(gate.load().0, 0);
    }

    #[tokio::test]
    async fn who_waits_at_one_server_goes_to_another() {
        let changed = Arc::new(Notify::new());
        let now = Instant::now();
        let gates = [0, 1].map(|_| Gate::new(Pace { at_once: Some(1), ..Pace::default() }, now, Arc::clone(&changed)));
        gates[0].rest(now + Duration::from_hours(1));
        let order = |_| gates.iter().zip(["resting", "awake"]).collect();
        let (first, of_first) = enter(&changed, 0, order).await;
        let ((_second, of_second), ()) = tokio::join!(enter(&changed, 0, order), async {
            tokio::task::yield_now().await;
            drop(first);
        });
        assert_eq!((of_first, of_second), ("awake", "awake"));
    }
}
