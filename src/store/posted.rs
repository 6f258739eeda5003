//! Questions that go with a batch of the provider's, and the answers batches brought.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::StoreError;
use super::pack::{pack, unpack};
use super::run::RunStore;
use crate::llm::{BatchLine, Collected};

/// Tables of questions and batches.
pub(super) const TABLES: &str = "
    -- Questions that go with a batch of the provider's. A number is never given twice: the provider knows a question by it.
    CREATE TABLE posted (
        number   INTEGER PRIMARY KEY AUTOINCREMENT,
        key      TEXT NOT NULL,     -- of the request
        nth      INTEGER NOT NULL,  -- how often it was posted before
        document TEXT NOT NULL,
        bytes    INTEGER NOT NULL,  -- of its line in a file
        body     BLOB,              -- JSON, packed; null once it is answered
        batch    INTEGER,           -- null while it waits
        answered INTEGER NOT NULL DEFAULT 0,
        status   INTEGER,           -- HTTP status; null where the batch has no answer
        answer   BLOB,              -- packed: the body, or why there is none
        counted  INTEGER NOT NULL DEFAULT 0,  -- among the attempts
        UNIQUE (key, nth)
    ) STRICT;
    CREATE INDEX posted_by_batch ON posted (batch, number);

    CREATE TABLE batches (
        number    INTEGER PRIMARY KEY AUTOINCREMENT,
        questions INTEGER NOT NULL,
        bytes     INTEGER NOT NULL,
        created   TEXT NOT NULL,               -- UTC
        file      TEXT,                        -- the provider's name for the questions; null until they are sent
        tried     INTEGER NOT NULL DEFAULT 0,  -- it was asked to make a batch of them
        id        TEXT,                        -- the provider's name for the batch; null until it is known
        collected INTEGER NOT NULL DEFAULT 0   -- nothing more will come of it
    ) STRICT;
";

/// Bytes of a line beside the body, at most.
const AROUND: u64 = 128;
/// What a question's number stands behind in the name the provider knows it by.
const NAME: &str = "question-";

/// How much goes into one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSize {
    /// Most questions.
    pub questions: u32,
    /// Most bytes of the file they stand in.
    pub bytes: u64,
}

/// A batch whose answers are not all here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenBatch {
    /// Its number in the run.
    pub number: i64,
    /// Its questions.
    pub questions: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// The provider's name for the file of questions, once it has it.
    pub file: Option<String>,
    /// Whether the provider was asked to make a batch of the file.
    pub tried: bool,
    /// The provider's name for the batch, once it is known.
    pub id: Option<String>,
}

impl RunStore {
    /// Forgets questions that no provider has: those that are still wanted are posted again.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn forget_unsent(&self) -> Result<(), StoreError> {
        let done = self.worker.call(|connection| {
            connection.execute_batch(
                "DELETE FROM posted WHERE batch IS NULL OR batch IN (SELECT number FROM batches WHERE file IS NULL);
                 DELETE FROM batches WHERE file IS NULL;",
            )
        });
        done.await
    }

    /// Forgets all questions and batches: nobody waits for an answer.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn forget_posted(&self) -> Result<(), StoreError> {
        self.worker.call(|connection| connection.execute_batch("DELETE FROM posted; DELETE FROM batches;")).await
    }

    /// Puts the questions that wait, as many as one batch holds, into a new one; false where none wait.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn make_batch(&self, most: BatchSize) -> Result<bool, StoreError> {
        let created = jiff::Timestamp::now().to_string();
        let done = self.worker.call(move |connection| {
            let (mut questions, mut bytes, mut last) = (0u32, 0u64, None);
            let mut statement = connection.prepare_cached("SELECT number, bytes FROM posted WHERE batch IS NULL ORDER BY number")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let size = size(row.get(1)?);
                // One alone goes, however long: it is for the provider to refuse it.
                if questions > 0 && (questions >= most.questions || bytes.saturating_add(size) > most.bytes) {
                    break;
                }
                questions = questions.saturating_add(1);
                bytes = bytes.saturating_add(size);
                last = Some(row.get::<_, i64>(0)?);
            }
            let Some(last) = last else { return Ok(false) };
            let batch = connection
                .prepare_cached("INSERT INTO batches (questions, bytes, created) VALUES (?1, ?2, ?3)")?
                .insert(params![questions, i64::try_from(bytes).unwrap_or(i64::MAX), created])?;
            connection
                .prepare_cached("UPDATE posted SET batch = ?1 WHERE batch IS NULL AND number <= ?2")?
                .execute(params![batch, last])?;
            Ok(true)
        });
        done.await
    }

    /// Batches whose answers are not all here, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open_batches(&self) -> Result<Vec<OpenBatch>, StoreError> {
        let found = self.worker.call(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT number, questions, bytes, file, tried, id FROM batches WHERE collected = 0 ORDER BY number")?;
            let batches = statement.query_map([], |row| {
                Ok(OpenBatch {
                    number: row.get(0)?,
                    questions: size(row.get(1)?),
                    bytes: size(row.get(2)?),
                    file: row.get(3)?,
                    tried: row.get(4)?,
                    id: row.get(5)?,
                })
            })?;
            batches.collect()
        });
        found.await
    }

    /// Batches that go on at the provider whether this program runs or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn batches_under_way(&self) -> Result<u64, StoreError> {
        self.wait(|connection| {
            connection.query_row("SELECT COUNT(*) FROM batches WHERE collected = 0 AND (tried OR id IS NOT NULL)", [], |row| {
                Ok(size(row.get(0)?))
            })
        })
    }

    /// The file of a batch: a JSON object a line, each addressed to `path`.
    ///
    /// # Errors
    /// When the database cannot be read or a question in it is damaged.
    pub async fn batch_lines(&self, batch: i64, path: String) -> Result<Vec<u8>, StoreError> {
        let lines = self.worker.call(move |connection| {
            let mut lines = Some(Vec::new());
            let mut statement = connection.prepare_cached("SELECT number, body FROM posted WHERE batch = ?1 ORDER BY number")?;
            let mut rows = statement.query([batch])?;
            while let Some(row) = rows.next()? {
                let (number, body): (i64, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?);
                lines = lines.zip(body.and_then(|body| unpack(&body))).map(|(mut lines, body)| {
                    let path = serde_json::Value::from(path.as_str());
                    let head = format!("{{\"custom_id\":\"{NAME}{number}\",\"method\":\"POST\",\"url\":{path},\"body\":");
                    lines.extend_from_slice([head.as_str(), &body, "}\n"].concat().as_bytes());
                    lines
                });
            }
            Ok(lines)
        });
        lines.await?.ok_or_else(|| self.damaged("question"))
    }

    /// The provider has a batch's questions.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn batch_sent(&self, batch: i64, file: String) -> Result<(), StoreError> {
        self.change("UPDATE batches SET file = ?2 WHERE number = ?1", batch, Some(file)).await
    }

    /// The provider is about to be asked to make a batch of the file.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn batch_tried(&self, batch: i64) -> Result<(), StoreError> {
        self.change("UPDATE batches SET tried = 1 WHERE number = ?1", batch, None).await
    }

    /// The provider has made it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn batch_made(&self, batch: i64, id: String) -> Result<(), StoreError> {
        self.change("UPDATE batches SET id = ?2 WHERE number = ?1", batch, Some(id)).await
    }

    /// Nothing more comes of a batch: what has no answer has this one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn batch_ended(&self, batch: i64, why: &str) -> Result<(), StoreError> {
        let why = pack(why.as_bytes());
        let done = self.worker.call(move |connection| {
            connection
                .prepare_cached("UPDATE posted SET answered = 1, answer = ?2, body = NULL WHERE batch = ?1 AND answered = 0")?
                .execute(params![batch, why])?;
            connection.prepare_cached("UPDATE batches SET collected = 1 WHERE number = ?1")?.execute([batch]).map(|_| ())
        });
        done.await
    }

    /// Keeps answers of a batch, by the names their questions were sent under: the first to each. Names that are not the
    /// batch's are passed over.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn answered(&self, batch: i64, answers: Vec<BatchLine>) -> Result<(), StoreError> {
        let rows: Vec<(i64, Option<u16>, Vec<u8>)> = answers
            .into_iter()
            .filter_map(|BatchLine { custom_id, answer }| {
                let number = custom_id.strip_prefix(NAME)?.parse().ok()?;
                let (status, text) = answer.map_or_else(|why| (None, why), |(status, body)| (Some(status), body));
                Some((number, status, pack(text.as_bytes())))
            })
            .collect();
        let done = self.worker.call(move |connection| {
            let mut update = connection.prepare_cached(
                "UPDATE posted SET answered = 1, status = ?3, answer = ?4, body = NULL WHERE number = ?1 AND batch = ?2 AND answered = 0",
            )?;
            rows.iter().try_for_each(|(number, status, text)| update.execute(params![number, batch, status, text]).map(|_| ()))
        });
        done.await
    }

    /// The place of the first of these keys a question was posted under.
    pub(super) async fn posted_under(&self, keys: &[String]) -> Result<Option<usize>, StoreError> {
        let keys = keys.to_vec();
        let found = self.worker.call(move |connection| {
            let mut statement = connection.prepare_cached("SELECT 1 FROM posted WHERE key = ?1")?;
            for (at, key) in keys.iter().enumerate() {
                if statement.exists([key])? {
                    return Ok(Some(at));
                }
            }
            Ok(None)
        });
        found.await
    }

    /// The answer to a question that was posted `nth` times before.
    pub(super) async fn collected(&self, key: String, nth: u32) -> Result<Option<Collected>, StoreError> {
        type Row = (i64, bool, Option<u16>, Option<Vec<u8>>);
        let found: Option<Row> = self
            .worker
            .call(move |connection: &Connection| {
                connection
                    .prepare_cached("SELECT number, counted, status, answer FROM posted WHERE key = ?1 AND nth = ?2 AND answered = 1")?
                    .query_row(params![key, nth], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
                    .optional()
            })
            .await?;
        let Some((number, counted, status, answer)) = found else { return Ok(None) };
        let text = answer.and_then(|answer| unpack(&answer)).ok_or_else(|| self.damaged("answer"))?;
        let answer = match status {
            Some(status) => Ok((status, text)),
            None => Err(text),
        };
        Ok(Some(Collected { number, counted, answer }))
    }

    /// Puts a question where the next batch takes it from, unless it is there.
    pub(super) async fn post(&self, document: String, key: String, nth: u32, body: String) -> Result<(), StoreError> {
        let bytes = i64::try_from((body.len() as u64).saturating_add(AROUND)).unwrap_or(i64::MAX);
        let body = pack(body.as_bytes());
        let done = self.worker.call(move |connection| {
            connection
                .prepare_cached("INSERT OR IGNORE INTO posted (document, key, nth, bytes, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![document, key, nth, bytes, body])
                .map(|_| ())
        });
        done.await
    }

    /// An answer stands among the attempts.
    pub(super) async fn counted(&self, number: i64) -> Result<(), StoreError> {
        self.change("UPDATE posted SET counted = 1 WHERE number = ?1", number, None).await
    }

    async fn change(&self, statement: &'static str, number: i64, value: Option<String>) -> Result<(), StoreError> {
        let done = self.worker.call(move |connection| {
            let mut update = connection.prepare_cached(statement)?;
            match value {
                Some(value) => update.execute(params![number, value]),
                None => update.execute([number]),
            }
            .map(|_| ())
        });
        done.await
    }
}

fn size(count: i64) -> u64 {
    count.try_into().unwrap_or_default()
}
