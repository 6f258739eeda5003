//! Whether and when a failed request is sent again. Pure: time and chance come in as arguments.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::error::Failure;

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Sending it again would not help.
    Never,
    /// Send it again after a pause of our choice.
    Backoff,
    /// Send it again after the pause the server asks for.
    After(Duration),
}

/// Longest pause of our own choice.
const BACKOFF_CAP: Duration = Duration::from_secs(20);

/// Decides whether a failure may pass.
pub fn classify(failure: &Failure) -> Retry {
    match failure {
        Failure::Connect { .. } | Failure::Timeout | Failure::Cut { .. } | Failure::Interrupted { .. } => Retry::Backoff,
        Failure::Unanswered { .. } => Retry::Backoff,
        Failure::Empty => Retry::Backoff,
        // A page instead of JSON comes from a wrong address or a login form; half-written JSON from a broken gateway.
        Failure::NotJson { page } => {
            if *page {
                Retry::Never
            } else {
                Retry::Backoff
            }
        }
        Failure::TooLarge | Failure::Malformed { .. } => Retry::Never,
        Failure::Http(error) if error.quota => Retry::Never,
        Failure::Http(error) => match error.status {
            408 | 409 | 425 | 429 | 500 | 502.. => error.retry_after.map_or(Retry::Backoff, Retry::After),
            // What is not implemented now (501) is not implemented in a second.
            0..=407 | 410..=424 | 426..=428 | 430..=499 | 501 => Retry::Never,
        },
    }
}

/// A pause before the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    /// How long.
    pub(super) length: Duration,
    /// Whether the server asked for longer.
    pub(super) capped: bool,
}

/// Settings of pauses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pauses {
    /// Upper end of the first pause of our own; doubles each time.
    pub(super) base: Duration,
    /// Longest pause a server may ask for.
    pub(super) cap: Duration,
}

impl Pauses {
    /// None at all: for questions that go with the next batch.
    pub(super) const NONE: Self = Self { base: Duration::ZERO, cap: Duration::ZERO };

    /// The pause before the attempt after the `failed`th; `None` to give up. `chance` is from 0 to 1.
    pub(super) fn before_next(self, retry: Retry, failed: u32, chance: f64) -> Option<Pause> {
        match retry {
            Retry::Never => None,
            // Full jitter: many clients that failed together must not come back together.
            Retry::Backoff => {
                let longest = self.base.saturating_mul(2_u32.saturating_pow(failed.saturating_sub(1)));
                Some(Pause { length: longest.min(BACKOFF_CAP).mul_f64(chance), capped: false })
            }
            // Never sooner than asked, for the same reason a little later.
            Retry::After(asked) if asked <= self.cap => {
                Some(Pause { length: asked.saturating_add(self.base.mul_f64(chance)), capped: false })
            }
            Retry::After(_) => Some(Pause { length: self.cap, capped: true }),
        }
    }
}

/// The pause a server's headers ask for: milliseconds, seconds or an HTTP date, which is read by the server's clock.
pub(super) fn requested(headers: &BTreeMap<String, String>, now: Timestamp) -> Option<Duration> {
    let milliseconds = headers.get("retry-after-ms").and_then(|text| seconds(text)).map(|time| time / 1000);
    let after = || {
        let text = headers.get("retry-after")?;
        let now = headers.get("date").and_then(|text| http_date(text)).unwrap_or(now);
        seconds(text).or_else(|| Some(Duration::try_from(http_date(text)?.duration_since(now)).unwrap_or_default()))
    };
    milliseconds.or_else(after)
}

/// Seconds as servers write them: `30`, `0.5`, `45.8s`.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let number: f64 = text.trim().trim_end_matches('s').parse().ok()?;
    Duration::try_from_secs_f64(number.max(0.0)).ok()
}

fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::server_error::ServerError;

    fn http(status: u16) -> Failure {
        Failure::Http(Box::new(ServerError { status, ..ServerError::default() }))
    }

    #[test]
    fn failures_are_classified() {
        let quota = ServerError { status: 429, quota: true, retry_after: Some(Duration::from_secs(1)), ..Default::default() };
        let asked = ServerError { status: 429, retry_after: Some(Duration::from_secs(7)), ..Default::default() };
        let refused_with_wait = ServerError { status: 400, retry_after: Some(Duration::from_secs(7)), ..Default::default() };
        let reason = || "x".to_owned();
        let mut cases = vec![
            (Failure::Connect { reason: reason() }, Retry::Backoff),
            (Failure::Timeout, Retry::Backoff),
            (Failure::Cut { reason: reason() }, Retry::Backoff),
            (Failure::Interrupted { reason: reason() }, Retry::Backoff),
            (Failure::Unanswered { reason: reason() }, Retry::Backoff),
            (Failure::Empty, Retry::Backoff),
            (Failure::NotJson { page: false }, Retry::Backoff),
            (Failure::NotJson { page: true }, Retry::Never),
            (Failure::TooLarge, Retry::Never),
            (Failure::Malformed { reason: "x" }, Retry::Never),
            (Failure::Http(quota.into()), Retry::Never),
            (Failure::Http(asked.into()), Retry::After(Duration::from_secs(7))),
            (Failure::Http(refused_with_wait.into()), Retry::Never),
        ];
        for status in [408, 409, 425, 429, 500, 502, 503, 504, 520, 529] {
            cases.push((http(status), Retry::Backoff));
        }
        for status in [300, 307, 400, 401, 402, 403, 404, 405, 413, 415, 422, 451, 501] {
            cases.push((http(status), Retry::Never));
        }
        for (failure, expected) in cases {
            assert_eq!(classify(&failure), expected, "{failure:?}");
        }
    }

    #[test]
    fn pauses_double_and_end() {
        let pauses = Pauses { base: Duration::from_millis(500), cap: Duration::from_mins(1) };
        let longest = |failed| pauses.before_next(Retry::Backoff, failed, 1.0).unwrap().length;
        let lengths: Vec<_> = [1, 2, 3, 9, 60].map(longest).into_iter().map(|length| length.as_millis()).collect();
        assert_eq!(lengths, [500, 1000, 2000, 20_000, 20_000]);
        assert_eq!(pauses.before_next(Retry::Backoff, 3, 0.0).unwrap().length, Duration::ZERO);
        assert_eq!(pauses.before_next(Retry::Never, 1, 1.0), None);
    }

    #[test]
    fn what_the_server_asks_for_is_capped() {
        let pauses = Pauses { base: Duration::ZERO, cap: Duration::from_mins(1) };
        let pause = |seconds| pauses.before_next(Retry::After(Duration::from_secs(seconds)), 1, 0.5).unwrap();
        assert_eq!(pause(30), Pause { length: Duration::from_secs(30), capped: false });
        assert_eq!(pause(3600), Pause { length: Duration::from_mins(1), capped: true });
    }

    #[test]
    fn all_forms_of_the_header_are_read() {
        let now: Timestamp = "2015-10-21T07:28:00Z".parse().unwrap();
        type Headers = &'static [(&'static str, &'static str)];
        let cases: [(Headers, Option<u64>); 9] = [
            (&[], None),
            (&[("retry-after", "3")], Some(3000)),
            (&[("retry-after", " 0.5 ")], Some(500)),
            (&[("retry-after", "Wed, 21 Oct 2015 07:28:09 GMT")], Some(9000)),
            (&[("retry-after", "Wed, 21 Oct 2015 07:27:00 GMT")], Some(0)),
            (&[("retry-after", "Wed, 21 Oct 2015 07:28:09 GMT"), ("date", "Wed, 21 Oct 2015 07:28:05 GMT")], Some(4000)),
            (&[("retry-after", "3"), ("retry-after-ms", "120")], Some(120)),
            (&[("retry-after", "-5")], Some(0)),
            (&[("retry-after", "soon")], None),
        ];
        for (headers, expected) in cases {
            let map = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(requested(&map, now), expected.map(Duration::from_millis), "{headers:?}");
        }
        assert_eq!(seconds("1e300"), None);
        assert_eq!(seconds("NaN"), Some(Duration::ZERO));
    }
}
