//! What people decided about the records of a run.

use rusqlite::params;

use super::documents::Correction;
use super::error::StoreError;
use super::pack::pack;
use super::run::RunStore;

/// A decision as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDecision {
    /// What was applied together has one number, from 1.
    pub sitting: i64,
    /// The report it is about.
    pub document: String,
    /// How many earlier sittings about this report the record that was looked at had in it.
    pub base: u32,
    /// The decision, as JSON.
    pub line: String,
    /// The item of a list it was made about, as JSON.
    pub item: Option<String>,
}

/// What is shown of a report from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The report.
    pub document: String,
    /// What became of the decisions about it, as JSON of the caller's own; `None` where there are none left.
    pub decided: Option<String>,
    /// The record they led to; `None` for the one that was read.
    pub correction: Option<Correction>,
}

impl RunStore {
    /// What was decided about a report, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn decisions(&self, document: &str) -> Result<Vec<StoredDecision>, StoreError> {
        let document = document.to_owned();
        self.wait(move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT sitting, base, line, item FROM decisions WHERE document = ?1 ORDER BY number")?;
            let found = statement.query_map([&document], |row| {
                Ok(StoredDecision {
                    sitting: row.get(0)?,
                    document: document.clone(),
                    base: row.get(1)?,
                    line: row.get(2)?,
                    item: row.get(3)?,
                })
            })?;
            found.collect()
        })
    }

    /// The reports that were decided about, in the order of their first decision, also those that are no input any more.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn decided_documents(&self) -> Result<Vec<String>, StoreError> {
        self.wait(|connection| {
            let mut statement = connection.prepare_cached("SELECT document FROM decisions GROUP BY document ORDER BY MIN(number)")?;
            let names = statement.query_map([], |row| row.get(0))?;
            names.collect()
        })
    }

    /// Decisions about reports that are no input of the run now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn decisions_without_input(&self) -> Result<u64, StoreError> {
        self.wait(|connection| {
            let count = "SELECT COUNT(*) FROM decisions WHERE document NOT IN (SELECT name FROM inputs)";
            connection.query_row(count, [], |row| row.get::<_, i64>(0)).map(|count| count.try_into().unwrap_or_default())
        })
    }

    /// Number of the last sitting, and the reports it was about; `None` where nothing was decided.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn last_sitting(&self) -> Result<Option<(i64, Vec<String>)>, StoreError> {
        self.wait(|connection| {
            let last: Option<i64> = connection.query_row("SELECT MAX(sitting) FROM decisions", [], |row| row.get(0))?;
            let Some(last) = last else { return Ok(None) };
            let mut statement =
                connection.prepare_cached("SELECT DISTINCT document FROM decisions WHERE sitting = ?1 ORDER BY document")?;
            let names = statement.query_map([last], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(Some((last, names)))
        })
    }

    /// Keeps new decisions and what is shown because of them, in one commit.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn keep_decisions(&self, decisions: Vec<StoredDecision>, shown: Vec<Shown>) -> Result<(), StoreError> {
        self.wait(move |connection| {
            let mut insert =
                connection.prepare_cached("INSERT INTO decisions (sitting, document, base, line, item) VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for StoredDecision { sitting, document, base, line, item } in &decisions {
                insert.execute(params![sitting, document, base, line, item])?;
            }
            shown.iter().try_for_each(|shown| show(connection, shown))
        })
    }

    /// Takes a sitting back, with what is shown from then on, in one commit.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn withdraw_sitting(&self, sitting: i64, shown: Vec<Shown>) -> Result<(), StoreError> {
        self.wait(move |connection| {
            connection.execute("DELETE FROM decisions WHERE sitting = ?1", [sitting])?;
            shown.iter().try_for_each(|shown| show(connection, shown))
        })
    }
}

fn show(connection: &rusqlite::Connection, shown: &Shown) -> rusqlite::Result<()> {
    let record = shown.correction.as_ref().map(|correction| pack(correction.record.as_bytes()));
    let digest = shown.correction.as_ref().map(|correction| correction.digest.as_str());
    connection
        .prepare_cached("UPDATE documents SET decided = ?2, corrected = ?3, corrected_digest = ?4 WHERE name = ?1")?
        .execute(params![shown.document, shown.decided, record, digest])
        .map(|_| ())
}
