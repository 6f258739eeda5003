//! What became of each document of a run.

use std::path::Path;

use rusqlite::{OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::pack::{pack, unpack};
use super::run::RunStore;
use crate::document::{Document, Kept};
use crate::domain::Record;

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
    /// What summaries count, as JSON of the caller's own; of the corrected record where there is one.
    pub digest: Option<String>,
    /// What became of people's decisions about it, as JSON of the caller's own.
    pub decided: Option<String>,
}

/// What people's decisions made of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The record, as JSON.
    pub record: String,
    /// What summaries count of it, as JSON of the caller's own.
    pub digest: String,
}

/// A document with all that was kept of it.
#[derive(Clone, Debug)]
pub struct StoredDocument {
    /// What is known of it.
    pub entry: Entry,
    /// Its text with the map to the source.
    pub document: Document,
    /// Its record, with what people decided.
    pub record: Record,
    /// What each reader read, as JSON of the caller's own.
    pub readings: String,
}

impl RunStore {
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

    /// Keeps what became of a document, in one commit. `kept`, record and readings are `None` for one that has none, and the
    /// correction for one nobody decided about.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn finish(
        &self,
        entry: &Entry,
        kept: Option<&Kept>,
        record: Option<&str>,
        readings: Option<&str>,
        correction: Option<&Correction>,
    ) -> Result<(), StoreError> {
        let Entry { name, content, made_by, state, failure, digest, decided } = entry.clone();
        let failure = failure.as_ref().map(json).transpose().map_err(|_| StoreError::damaged(self.worker.path(), "failure"))?;
        let text = kept.map(json).transpose().map_err(|_| StoreError::damaged(self.worker.path(), "text"))?;
        let corrected = correction.map(|correction| correction.record.as_str());
        let corrected_digest = correction.map(|correction| correction.digest.clone());
        let [text, record, readings, corrected] =
            [text.as_deref(), record, readings, corrected].map(|text| text.map(|text| pack(text.as_bytes())));
        self.wait(move |connection| {
            if let (Some(content), Some(text)) = (&content, text) {
                connection
                    .prepare_cached("INSERT OR IGNORE INTO texts (content, kept) VALUES (?1, ?2)")?
                    .execute(params![content, text])?;
            }
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO documents
                     (name, content, made_by, state, failure, digest, record, readings, decided, corrected, corrected_digest)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                )?
                .execute(params![
                    name,
                    content,
                    made_by,
                    state.name(),
                    failure,
                    digest,
                    record,
                    readings,
                    decided,
                    corrected,
                    corrected_digest
                ])?;
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
                let name: String = row.get(8)?;
                let state: Option<String> = row.get("state")?;
                Ok((position, name, state.map(|_| RawEntry::read(row)).transpose()?))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let path = self.worker.path();
        rows.into_iter().map(|(position, name, raw)| Ok((position, name, raw.map(|raw| raw.entry(path)).transpose()?))).collect()
    }

    /// The records of current inputs, with what people decided, after `position` as lines of JSON, in order, with their positions. Begin with −1.
    ///
    /// # Errors
    /// When the database cannot be read or a record in it is damaged.
    pub fn record_lines(&self, after: i64, most: u32) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = self.wait(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT inputs.position, COALESCE(documents.corrected, documents.record) FROM inputs JOIN documents USING (name)
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
        self.fetch(name, "COALESCE(corrected, record)")
    }

    /// The same with the record as it was read, before anybody decided.
    ///
    /// # Errors
    /// When the database cannot be read or what it holds is damaged.
    pub fn document_as_read(&self, name: &str) -> Result<Option<StoredDocument>, StoreError> {
        self.fetch(name, "record")
    }

    fn fetch(&self, name: &str, record: &'static str) -> Result<Option<StoredDocument>, StoreError> {
        let wanted = name.to_owned();
        let found = self.wait(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {ENTRY}, {record} AS shown, readings, kept FROM documents JOIN texts USING (content)
                 WHERE name = ?1 AND record IS NOT NULL AND readings IS NOT NULL"
            ))?;
            let read = |row: &Row<'_>| {
                let [record, readings, kept] = ["shown", "readings", "kept"].map(|column| row.get(column));
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
const ENTRY: &str = "documents.name, content, made_by, state, failure, COALESCE(corrected_digest, digest), decided";

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
    decided: Option<String>,
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
            decided: row.get(6)?,
        })
    }

    fn entry(self, path: &Path) -> Result<Entry, StoreError> {
        let Self { name, content, made_by, state, failure, digest, decided } = self;
        let damaged = |what: &str| StoreError::damaged(path, format!("{what} of {name}"));
        let state = State::named(&state).ok_or_else(|| damaged("state"))?;
        let failure = failure.map(|failure| serde_json::from_str(&failure).map_err(|_| damaged("failure"))).transpose()?;
        Ok(Entry { name, content, made_by, state, failure, digest, decided })
    }
}

fn json<T: Serialize>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, state: State) -> Entry {
        Entry {
            name: name.to_owned(),
            content: Some("b3:00".to_owned()),
            made_by: "b3:11".to_owned(),
            state,
            failure: None,
            digest: None,
            decided: None,
        }
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
            run.finish(&entry("a", State::Done), None, Some("{\"a\":1}"), Some("{}"), None).unwrap();
            run.finish(&unreadable, None, None, None, None).unwrap();
            run.finish(&entry("c", State::Retry), None, Some("{\"c\":1}"), Some("{}"), None).unwrap();
            run.finish(&entry("gone", State::Done), None, Some("{}"), None, None).unwrap();
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
    fn a_corrected_record_is_shown_and_the_read_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunStore::create(&folder.path().join("run")).unwrap();
        run.set_inputs(vec!["a".to_owned()]).unwrap();
        let read = Entry { digest: Some("read".to_owned()), decided: Some("1".to_owned()), ..entry("a", State::Done) };
        let correction = Correction { record: "{\"a\":2}".to_owned(), digest: "decided".to_owned() };
        run.finish(&read, None, Some("{\"a\":1}"), None, Some(&correction)).unwrap();
        assert_eq!(run.record_lines(-1, 9).unwrap(), [(0, "{\"a\":2}".to_owned())]);
        let shown = run.entry("a").unwrap().unwrap();
        assert_eq!((shown.digest.as_deref(), shown.decided.as_deref()), (Some("decided"), Some("1")));
        run.finish(&entry("a", State::Done), None, Some("{\"a\":1}"), None, None).unwrap();
        assert_eq!(run.record_lines(-1, 9).unwrap(), [(0, "{\"a\":1}".to_owned())]);
    }
}
