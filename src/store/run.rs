//! The state of one run: what was asked, what came, what became of each document.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::pack::{pack, unpack};
use super::worker::{Layout, Worker};
use crate::document::{Document, Kept};
use crate::domain::Record;

/// Name of the database in a run's folder.
const DATABASE: &str = "run.sqlite";
/// Name of the file that is locked while a process has the run open.
const LOCK: &str = "run.lock";

const LAYOUT: Layout = Layout {
    format: 1,
    tables: "
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        -- What the run was last asked to read, in order.
        CREATE TABLE inputs (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

        CREATE TABLE documents (
            name     TEXT PRIMARY KEY,
            content  TEXT,            -- hash of the source bytes
            made_by  TEXT NOT NULL,   -- hash of all that decides the record beside the content
            state    TEXT NOT NULL CHECK (state IN ('done', 'retry', 'unreadable')),
            failure  TEXT,            -- JSON
            digest   TEXT,            -- JSON: what summaries count
            record   BLOB,            -- JSON, packed
            readings BLOB             -- JSON, packed: what each reader read
        ) STRICT;

        -- The decoded text of a content, once.
        CREATE TABLE texts (content TEXT PRIMARY KEY, kept BLOB NOT NULL) STRICT;

        CREATE TABLE attempts (
            number            INTEGER PRIMARY KEY,
            document          TEXT NOT NULL,
            key               TEXT NOT NULL,   -- of the request
            grade             TEXT,
            started           TEXT NOT NULL,   -- UTC
            copied            INTEGER NOT NULL DEFAULT 0,  -- from the cache: nothing was sent
            ended             INTEGER NOT NULL DEFAULT 0,
            model             TEXT,
            endpoint          TEXT,
            status            INTEGER,
            error             TEXT,
            complete          INTEGER NOT NULL DEFAULT 0,  -- the model said all it had to say
            prompt_tokens     INTEGER,
            cached_tokens     INTEGER,
            completion_tokens INTEGER,
            reasoning_tokens  INTEGER,
            milliseconds      INTEGER,
            body              BLOB             -- as it came, packed
        ) STRICT;
        CREATE INDEX replies ON attempts (key, number) WHERE complete = 1;
        CREATE INDEX open_attempts ON attempts (number) WHERE ended = 0;
    ",
};

/// The state of one run in its folder. One process has it open at a time.
#[derive(Debug)]
pub struct RunStore {
    folder: PathBuf,
    pub(super) worker: Worker,
    /// Locked as long as it is open; the system lets go of it however the process ends.
    _lock: File,
    /// Requests under way when the last process ended.
    interrupted: u64,
    /// Number of the last attempt before this process.
    pub(super) before: i64,
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has its record.
    Done,
    /// It has a record, and the model failed in a way that may pass: the next run asks again.
    Retry,
    /// It could not be read and has no record.
    Unreadable,
}

/// At which step a document failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Its bytes could not be made text.
    Read,
    /// The model gave no reading.
    Model,
}

/// Why a document failed, as it stands in `failures.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The document.
    pub name: String,
    /// At which step.
    pub stage: Stage,
    /// A stable code.
    pub code: String,
    /// What went wrong, then why.
    pub error: Vec<String>,
    /// What to do next.
    pub hint: Option<String>,
}

/// What is known of a document without its record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name, unique in the run.
    pub name: String,
    /// Hash of its bytes; `None` where they could not be read.
    pub content: Option<String>,
    /// Hash of all that decides its record beside the bytes.
    pub made_by: String,
    /// What became of it.
    pub state: State,
    /// Why it failed, where it did.
    pub failure: Option<Failure>,
    /// What summaries count, as JSON of the caller's own.
    pub digest: Option<String>,
}

/// A document with all that was kept of it.
#[derive(Clone, Debug)]
pub struct StoredDocument {
    /// What is known of it.
    pub entry: Entry,
    /// Its text with the map to the source.
    pub document: Document,
    /// Its record.
    pub record: Record,
    /// What each reader read, as JSON of the caller's own.
    pub readings: String,
}

impl RunStore {
    /// Opens the run in a folder, or begins one in a new or empty folder.
    ///
    /// # Errors
    /// When the folder holds something else, is in use by another process, or cannot be written.
    pub fn create(folder: &Path) -> Result<Self, StoreError> {
        let io = |act, error| StoreError::io(act, folder, error);
        std::fs::create_dir_all(folder).map_err(|error| io("create", error))?;
        if !folder.join(DATABASE).exists() {
            let mut names = std::fs::read_dir(folder).map_err(|error| io("read", error))?;
            if names.any(|entry| entry.is_ok_and(|entry| entry.file_name() != LOCK)) {
                return Err(StoreError::NotEmpty(folder.to_owned()));
            }
        }
        Self::lock_and_open(folder)
    }

    /// Opens the run in a folder.
    ///
    /// # Errors
    /// When there is none, it is in use by another process, or cannot be read.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        if !folder.join(DATABASE).is_file() {
            return Err(StoreError::NoRun(folder.to_owned()));
        }
        Self::lock_and_open(folder)
    }

    fn lock_and_open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(LOCK);
        let lock =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| StoreError::io("open", &path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", &path, error)),
        }
        let worker = Worker::open(&folder.join(DATABASE), &LAYOUT)?;
        let mut run = Self { folder: folder.to_owned(), worker, _lock: lock, interrupted: 0, before: 0 };
        (run.interrupted, run.before) = run.wait(|connection| {
            let interrupted =
                connection.execute("UPDATE attempts SET ended = 1, error = 'the process ended before the answer' WHERE ended = 0", [])?;
            let before = connection.query_row("SELECT COALESCE(MAX(number), 0) FROM attempts", [], |row| row.get(0))?;
            Ok((interrupted as u64, before))
        })?;
        Ok(run)
    }

    /// The run's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Requests that were under way when the last process ended; their servers may have been paid.
    pub fn interrupted(&self) -> u64 {
        self.interrupted
    }

    /// Whether the run's files are still where they were: a folder that was taken away is otherwise written to unseen.
    pub fn is_there(&self) -> bool {
        self.worker.path().is_file()
    }

    /// An error that says that something in the run is damaged.
    pub fn damaged(&self, what: &str) -> StoreError {
        StoreError::damaged(self.worker.path(), what)
    }

    pub(super) fn wait<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.worker.call_blocking(act)
    }

    /// Forgets all documents and requests; the cache is another file and stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn clear(&self) -> Result<(), StoreError> {
        self.wait(|connection| {
            connection.execute_batch("DELETE FROM documents; DELETE FROM texts; DELETE FROM attempts; DELETE FROM settings;")
        })
    }

    /// Says what the run is to read, in order. Names must be unique.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_inputs(&self, names: Vec<String>) -> Result<(), StoreError> {
        self.wait(move |connection| {
            connection.execute("DELETE FROM inputs", [])?;
            let mut insert = connection.prepare("INSERT INTO inputs (position, name) VALUES (?1, ?2)")?;
            (0i64..).zip(&names).try_for_each(|(position, name)| insert.execute(params![position, name]).map(|_| ()))
        })
    }

    /// Something to remember by a name.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set(&self, name: &'static str, value: String) -> Result<(), StoreError> {
        self.wait(move |connection| {
            connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", params![name, value]).map(|_| ())
        })
    }

    /// What was remembered by a name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn get(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        self.wait(move |connection| connection.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0)).optional())
    }

    /// What is known of a document.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn entry(&self, name: &str) -> Result<Option<Entry>, StoreError> {
        let name = name.to_owned();
        let found = self.wait(move |connection| {
            connection
                .prepare_cached(&format!("SELECT {ENTRY} FROM documents WHERE name = ?1"))?
                .query_row([name], RawEntry::read)
                .optional()
        })?;
        found.map(|raw| raw.entry(self.worker.path())).transpose()
    }

    /// Keeps what became of a document, in one commit. `kept`, record and readings are `None` for one that has none.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn finish(&self, entry: &Entry, kept: Option<&Kept>, record: Option<&str>, readings: Option<&str>) -> Result<(), StoreError> {
        let Entry { name, content, made_by, state, failure, digest } = entry.clone();
        let failure = failure.as_ref().map(json).transpose().map_err(|_| StoreError::damaged(self.worker.path(), "failure"))?;
        let text = kept.map(json).transpose().map_err(|_| StoreError::damaged(self.worker.path(), "text"))?;
        let [text, record, readings] = [text.as_deref(), record, readings].map(|text| text.map(|text| pack(text.as_bytes())));
        self.wait(move |connection| {
            if let (Some(content), Some(text)) = (&content, text) {
                connection
                    .prepare_cached("INSERT OR IGNORE INTO texts (content, kept) VALUES (?1, ?2)")?
                    .execute(params![content, text])?;
            }
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO documents (name, content, made_by, state, failure, digest, record, readings)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![name, content, made_by, state.name(), failure, digest, record, readings])?;
            Ok(())
        })
    }

    /// What is known of each current input after `position`, in order, at most `most` of them; `None` for one that is not
    /// finished. Begin with −1.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn entries(&self, after: i64, most: u32) -> Result<Vec<(i64, String, Option<Entry>)>, StoreError> {
        let rows = self.wait(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {ENTRY}, inputs.position, inputs.name FROM inputs LEFT JOIN documents USING (name)
                 WHERE inputs.position > ?1 ORDER BY inputs.position LIMIT ?2"
            ))?;
            let rows = statement.query_map(params![after, most], |row| {
                let position: i64 = row.get("position")?;
                let name: String = row.get(7)?;
                let state: Option<String> = row.get("state")?;
                Ok((position, name, state.map(|_| RawEntry::read(row)).transpose()?))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let path = self.worker.path();
        rows.into_iter().map(|(position, name, raw)| Ok((position, name, raw.map(|raw| raw.entry(path)).transpose()?))).collect()
    }

    /// The records of current inputs after `position` as lines of JSON, in order, with their positions. Begin with −1.
    ///
    /// # Errors
    /// When the database cannot be read or a record in it is damaged.
    pub fn record_lines(&self, after: i64, most: u32) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = self.wait(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT inputs.position, documents.record FROM inputs JOIN documents USING (name)
                 WHERE inputs.position > ?1 AND documents.record IS NOT NULL ORDER BY inputs.position LIMIT ?2",
            )?;
            let rows = statement.query_map(params![after, most], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<(i64, Vec<u8>)>>>()
        })?;
        let damaged = || StoreError::damaged(self.worker.path(), "record");
        rows.into_iter().map(|(position, record)| Ok((position, unpack(&record).ok_or_else(damaged)?))).collect()
    }

    /// A document with all that was kept of it; `None` where it has no record.
    ///
    /// # Errors
    /// When the database cannot be read or what it holds is damaged.
    pub fn document(&self, name: &str) -> Result<Option<StoredDocument>, StoreError> {
        let wanted = name.to_owned();
        let found = self.wait(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {ENTRY}, record, readings, kept FROM documents JOIN texts USING (content)
                 WHERE name = ?1 AND record IS NOT NULL AND readings IS NOT NULL"
            ))?;
            let read = |row: &Row<'_>| {
                let [record, readings, kept] = ["record", "readings", "kept"].map(|column| row.get(column));
                Ok(Packed { entry: RawEntry::read(row)?, record: record?, readings: readings?, kept: kept? })
            };
            statement.query_row([wanted], read).optional()
        })?;
        let Some(Packed { entry, record, readings, kept }) = found else { return Ok(None) };
        let path = self.worker.path();
        let damaged = |what: &str| StoreError::damaged(path, format!("{what} of {name}"));
        let text = |packed: &[u8], what: &str| unpack(packed).ok_or_else(|| damaged(what));
        let record = serde_json::from_str(&text(&record, "record")?).map_err(|_| damaged("record"))?;
        let kept: Kept = serde_json::from_str(&text(&kept, "text")?).map_err(|_| damaged("text"))?;
        let document = Document::restore(name, kept).map_err(|_| damaged("text"))?;
        Ok(Some(StoredDocument { entry: entry.entry(path)?, document, record, readings: text(&readings, "readings")? }))
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retry => "retry",
            Self::Unreadable => "unreadable",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Done, Self::Retry, Self::Unreadable].into_iter().find(|state| state.name() == name)
    }
}

/// Columns of a document in the order [`RawEntry::read`] takes them.
const ENTRY: &str = "documents.name, content, made_by, state, failure, digest";

/// A document with all that was kept of it, as it stands in the database.
struct Packed {
    entry: RawEntry,
    record: Vec<u8>,
    readings: Vec<u8>,
    kept: Vec<u8>,
}

/// An entry as it stands in the database.
struct RawEntry {
    name: String,
    content: Option<String>,
    made_by: String,
    state: String,
    failure: Option<String>,
    digest: Option<String>,
}

impl RawEntry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            name: row.get(0)?,
            content: row.get(1)?,
            made_by: row.get(2)?,
            state: row.get(3)?,
            failure: row.get(4)?,
            digest: row.get(5)?,
        })
    }

    fn entry(self, path: &Path) -> Result<Entry, StoreError> {
        let Self { name, content, made_by, state, failure, digest } = self;
        let damaged = |what: &str| StoreError::damaged(path, format!("{what} of {name}"));
        let state = State::named(&state).ok_or_else(|| damaged("state"))?;
        let failure = failure.map(|failure| serde_json::from_str(&failure).map_err(|_| damaged("failure"))).transpose()?;
        Ok(Entry { name, content, made_by, state, failure, digest })
    }
}

fn json<T: Serialize>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Grading;

    fn entry(name: &str, state: State) -> Entry {
        Entry { name: name.to_owned(), content: Some("b3:00".to_owned()), made_by: "b3:11".to_owned(), state, failure: None, digest: None }
    }

    #[test]
    fn a_run_is_found_as_it_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let failed = Failure {
            name: "b".to_owned(),
            stage: Stage::Read,
            code: "empty".to_owned(),
            error: vec!["could not".to_owned(), "the file holds no text".to_owned()],
            hint: None,
        };
        let unreadable = Entry { content: None, failure: Some(failed), ..entry("b", State::Unreadable) };
        {
            let run = RunStore::create(&path).unwrap();
            run.set_inputs(["c", "b", "a", "d"].map(str::to_owned).to_vec()).unwrap();
            run.finish(&entry("a", State::Done), None, Some("{\"a\":1}"), Some("{}")).unwrap();
            run.finish(&unreadable, None, None, None).unwrap();
            run.finish(&entry("c", State::Retry), None, Some("{\"c\":1}"), Some("{}")).unwrap();
            run.finish(&entry("gone", State::Done), None, Some("{}"), None).unwrap();
            run.set("made_by", "x".to_owned()).unwrap();
        }
        let run = RunStore::open(&path).unwrap();
        assert_eq!(run.get("made_by").unwrap().as_deref(), Some("x"));
        let states: Vec<_> =
            run.entries(-1, 9).unwrap().into_iter().map(|(_, name, entry)| (name, entry.map(|entry| entry.state))).collect();
        let expected = [("c", Some(State::Retry)), ("b", Some(State::Unreadable)), ("a", Some(State::Done)), ("d", None)];
        assert_eq!(states, expected.map(|(name, state)| (name.to_owned(), state)));
        assert_eq!(run.entry("b").unwrap(), Some(unreadable));
        let lines = |after, most| run.record_lines(after, most).unwrap();
        assert_eq!(lines(-1, 9), [(0, "{\"c\":1}".to_owned()), (2, "{\"a\":1}".to_owned())]);
        assert_eq!((lines(-1, 1).len(), lines(0, 9).len(), lines(2, 9).len()), (1, 1, 0));
        run.clear().unwrap();
        assert_eq!(run.entry("a").unwrap(), None);
    }

    #[test]
    fn a_second_process_is_refused_and_a_strange_folder_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        assert!(matches!(RunStore::open(&path), Err(StoreError::NoRun(_))));
        let first = RunStore::create(&path).unwrap();
        let error = RunStore::create(&path).unwrap_err();
        assert!(error.to_string().ends_with("is in use by another process") && error.hint().is_some(), "{error}");
        drop(first);
        RunStore::create(&path).unwrap();
        std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        assert!(matches!(RunStore::create(folder.path()), Err(StoreError::NotEmpty(_))));
    }

    #[tokio::test]
    async fn requests_under_way_are_told_after_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let open = |path: PathBuf| async { tokio::task::spawn_blocking(move || RunStore::create(&path).unwrap()).await.unwrap() };
        let run = open(path.clone()).await;
        run.sending("a".to_owned(), "k".to_owned(), Grading::Prompt).await.unwrap();
        drop(run);
        let run = open(path.clone()).await;
        assert_eq!((run.interrupted(), run.is_there()), (1, true));
        assert_eq!(run.reply(&["k".to_owned()], 0).await.unwrap(), None);
        drop(run);
        assert_eq!(open(path).await.interrupted(), 0);
    }
}
