//! The requests of a run: what was asked, what came, what it took.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, params};

use super::error::StoreError;
use super::pack::{pack, unpack};
use super::run::RunStore;
use crate::domain::record::Grading;
use crate::llm::{Answered, Usage, Way, grade};

/// What one request took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// By which way it went: each has its prices.
    pub way: Way,
    /// HTTP status, where one came.
    pub status: Option<u16>,
    /// Tokens counted by the server.
    pub usage: Option<Usage>,
    /// From sending to the last byte.
    pub elapsed: Duration,
}

impl RunStore {
    /// What the requests took that were really sent: by this process alone, or by all of the run.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn spent(&self, by_all: bool) -> Result<Vec<Spent>, StoreError> {
        let after = if by_all { 0 } else { self.before };
        self.wait(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT status, prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens, milliseconds, with_batch
                 FROM attempts WHERE number > ?1 AND copied = 0 ORDER BY number",
            )?;
            let spent = statement.query_map([after], |row| {
                let count = |at: usize| row.get::<_, Option<i64>>(at).map(|count| count.map(|count| count.try_into().unwrap_or(0u64)));
                let usage = match (count(1)?, count(3)?) {
                    (Some(prompt_tokens), Some(completion_tokens)) => Some(Usage {
                        prompt_tokens,
                        completion_tokens,
                        total_tokens: prompt_tokens.saturating_add(completion_tokens),
                        cached_tokens: count(2)?.unwrap_or_default(),
                        reasoning_tokens: count(4)?.unwrap_or_default(),
                    }),
                    (None, _) | (_, None) => None,
                };
                let way = if row.get(6)? { Way::WithBatch } else { Way::Alone };
                Ok(Spent { way, status: row.get(0)?, usage, elapsed: Duration::from_millis(count(5)?.unwrap_or_default()) })
            })?;
            spent.collect()
        })
    }

    /// The reply to a question: its `sample`th, under the first of the keys that has any.
    pub(super) async fn reply(&self, keys: &[String], sample: u32) -> Result<Option<(usize, String)>, StoreError> {
        let keys = keys.to_vec();
        let found = self.worker.call(move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT body FROM attempts WHERE key = ?1 AND complete = 1 ORDER BY number LIMIT 1 OFFSET ?2")?;
            for (at, key) in keys.iter().enumerate() {
                let body: Option<Vec<u8>> = statement.query_row(params![key, sample], |row| row.get(0)).optional()?;
                if let Some(body) = body {
                    return Ok(Some((at, body)));
                }
            }
            Ok(None)
        });
        let damaged = || StoreError::damaged(self.worker.path(), "reply");
        found.await?.map(|(at, body)| Ok((at, unpack(&body).ok_or_else(damaged)?))).transpose()
    }

    /// Keeps a reply that came from the cache.
    pub(super) async fn copied(&self, document: String, key: String, body: &str) -> Result<(), StoreError> {
        let (body, started) = (pack(body.as_bytes()), now());
        let done = self.worker.call(move |connection| {
            let mut insert = connection.prepare_cached(
                "INSERT INTO attempts (document, key, started, copied, ended, complete, status, body) VALUES (?1, ?2, ?3, 1, 1, 1, 200, ?4)",
            )?;
            insert.execute(params![document, key, started, body]).map(|_| ())
        });
        done.await
    }

    /// A request goes out now; none does any more when the run could not be written to.
    pub(super) async fn sending(&self, document: String, key: String, grading: Grading, way: Way) -> Result<i64, StoreError> {
        self.worker.sound()?;
        let started = now();
        let number = self.worker.call(move |connection| {
            let mut insert = connection
                .prepare_cached("INSERT INTO attempts (document, key, grade, started, with_batch) VALUES (?1, ?2, ?3, ?4, ?5)")?;
            insert.insert(params![document, key, grade::name(grading), started, way == Way::WithBatch])
        });
        number.await
    }

    /// What became of a request.
    pub(super) async fn received(&self, number: i64, answer: Answered) -> Result<(), StoreError> {
        let body = answer.body.as_deref().map(|body| pack(body.as_bytes()));
        let count = |of: fn(&Usage) -> u64| answer.usage.as_ref().map(|usage| i64::try_from(of(usage)).unwrap_or(i64::MAX));
        let tokens = [
            count(|usage| usage.prompt_tokens),
            count(|usage| usage.cached_tokens),
            count(|usage| usage.completion_tokens),
            count(|usage| usage.reasoning_tokens),
        ];
        let milliseconds = i64::try_from(answer.elapsed.as_millis()).unwrap_or(i64::MAX);
        let done = self.worker.call(move |connection| {
            let [prompt, cached, completion, reasoning] = tokens;
            let mut update = connection.prepare_cached(
                "UPDATE attempts SET ended = 1, model = ?2, endpoint = ?3, status = ?4, error = ?5, complete = ?6, prompt_tokens = ?7,
                 cached_tokens = ?8, completion_tokens = ?9, reasoning_tokens = ?10, milliseconds = ?11, body = ?12 WHERE number = ?1",
            )?;
            let Answered { model, endpoint, status, error, complete, .. } = answer;
            update
                .execute(params![
                    number,
                    model,
                    endpoint,
                    status,
                    error,
                    complete,
                    prompt,
                    cached,
                    completion,
                    reasoning,
                    milliseconds,
                    body
                ])
                .map(|_| ())
        });
        done.await
    }
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}
