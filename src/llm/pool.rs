//! The servers of one model: which one is asked next.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use tokio::sync::Notify;

use super::address::Address;
use super::error::Failure;
use super::http::{HttpClient, Lost, Received};
use super::pace::{Gate, Pace, Pass, enter};
use super::server_error::ServerError;
use super::settings::{ModelSettings, SettingsError};

/// How long a server that failed is left alone while there are others.
const ASIDE: Duration = Duration::from_secs(5);
/// How long one whose quota is used up is.
const SPENT: Duration = Duration::from_mins(10);

/// One server of a pool.
pub(super) struct Server {
    pub(super) http: HttpClient,
    pub(super) gate: Gate,
    /// Base URL for people: no credentials, no query.
    pub(super) endpoint: String,
    weight: u32,
}

/// The servers of one model; never empty.
pub(super) struct Pool {
    first: Server,
    others: Vec<Server>,
    /// Told when any of them may take another request.
    changed: Arc<Notify>,
    /// Longest rest a server may ask for.
    longest: Duration,
}

impl Pool {
    /// A pool of the settings' own server and the others they name. Requests at once are shared out by weight; requests and
    /// tokens a minute are each server's own.
    pub(super) fn new(settings: &ModelSettings, servers: Vec<(Address, HeaderMap, u32)>) -> Result<Self, SettingsError> {
        let all: u32 = servers.iter().fold(0, |sum, (_, _, weight)| sum.saturating_add((*weight).max(1)));
        let changed = Arc::new(Notify::new());
        let mut built = Vec::new();
        for (address, headers, weight) in servers {
            let weight = weight.max(1);
            let share = |most: u32| u64::from(most).saturating_mul(u64::from(weight)).div_ceil(u64::from(all.max(1)));
            let at_once = settings.pace.at_once.map(|most| u32::try_from(share(most)).unwrap_or(most).max(1));
            built.push(Server {
                http: HttpClient::new(settings, &address, headers)?,
                gate: Gate::new(Pace { at_once, ..settings.pace }, Instant::now(), Arc::clone(&changed)),
                endpoint: address.label,
                weight,
            });
        }
        let mut built = built.into_iter();
        let first = built.next().ok_or(SettingsError::NoModel)?;
        Ok(Self { first, others: built.collect(), changed, longest: settings.retry_after_cap })
    }

    /// The settings' own server.
    pub(super) fn first(&self) -> &Server {
        &self.first
    }

    /// Waits for leave to send a request that may take so many tokens. Servers that do not rest come first, of these the one
    /// with the most room for its weight.
    pub(super) async fn enter(&self, tokens: u64) -> (Pass<'_>, &Server) {
        let in_order = |now: Instant| {
            let mut servers: Vec<(Standing, &Server)> = self.servers().map(|server| (standing(server, now), server)).collect();
            servers.sort_by(|(one, _), (other, _)| one.partial_cmp(other).unwrap_or(Ordering::Equal));
            servers.into_iter().map(|(_, server)| (&server.gate, server)).collect()
        };
        enter(&self.changed, tokens, in_order).await
    }

    /// Learns from what a server answered, where there are others to turn to.
    pub(super) fn learn(&self, server: &Server, outcome: &Result<Received, Lost>) {
        if self.others.is_empty() {
            return;
        }
        let aside = match outcome {
            Ok(received) if received.status < 400 => None,
            Ok(received) => {
                let said = ServerError::read(received.status, &received.headers, &received.body);
                match received.status {
                    _ if said.quota => Some(SPENT),
                    408 | 429 | 500.. => Some(said.retry_after.unwrap_or(ASIDE)),
                    _ => None,
                }
            }
            Err(lost) => match lost.failure {
                Failure::Connect { .. } | Failure::Timeout | Failure::Cut { .. } => Some(ASIDE),
                _ => None,
            },
        };
        if let Some(aside) = aside {
            server.gate.rest(Instant::now() + aside);
        }
    }

    /// Whether a server could be asked at once: one that does not rest.
    pub(super) fn has_another(&self) -> bool {
        let now = Instant::now();
        !self.others.is_empty() && self.servers().any(|server| standing(server, now).rest.is_zero())
    }

    /// Longest rest a server may ask for.
    pub(super) fn longest(&self) -> Duration {
        self.longest
    }

    fn servers(&self) -> impl Iterator<Item = &Server> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

/// How soon a server can be asked: less is sooner.
#[derive(Debug, PartialEq, PartialOrd)]
struct Standing {
    rest: Duration,
    /// Requests under way for each unit of its weight, with the one to come.
    load: f64,
}

fn standing(server: &Server, now: Instant) -> Standing {
    let (under_way, rests_until) = server.gate.load();
    let rest = rests_until.map(|until| until.saturating_duration_since(now)).unwrap_or_default();
    Standing { rest, load: (f64::from(under_way) + 1.0) / f64::from(server.weight) }
}
