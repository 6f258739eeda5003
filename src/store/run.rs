//! The state of one run: its file, its lock, what it was asked to read.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::StoreError;
use super::posted;
use super::worker::{Layout, Worker};

/// Name of the database in a run's folder.
const DATABASE: &str = "run.sqlite";
/// Name of the file that is locked while a process has the run open.
const LOCK: &str = "run.lock";

const LAYOUT: Layout = Layout {
    format: 4,
    tables: &[
        "
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
            readings BLOB,            -- JSON, packed: what each reader read
            -- What people's decisions made of it; null where there are none.
            decided          TEXT,    -- JSON: what became of the decisions
            corrected        BLOB,    -- JSON, packed: the record
            corrected_digest TEXT     -- JSON
        ) STRICT;

        -- What people decided, in the order it was applied. Never changed by reading anew.
        CREATE TABLE decisions (
            number   INTEGER PRIMARY KEY,
            sitting  INTEGER NOT NULL,  -- what was applied together, from 1
            document TEXT NOT NULL,
            base     INTEGER NOT NULL,  -- earlier sittings of this document that the record looked at had in it
            line     TEXT NOT NULL,     -- JSON: the decision
            item     TEXT               -- JSON: the item of a list it was made about
        ) STRICT;
        CREATE INDEX decisions_by_document ON decisions (document, number);

        -- The decoded text of a content, once.
        CREATE TABLE texts (content TEXT PRIMARY KEY, kept BLOB NOT NULL) STRICT;

        CREATE TABLE attempts (
            number            INTEGER PRIMARY KEY,
            document          TEXT NOT NULL,
            key               TEXT NOT NULL,   -- of the request
            grade             TEXT,
            started           TEXT NOT NULL,   -- UTC
            copied            INTEGER NOT NULL DEFAULT 0,  -- from the cache: nothing was sent
            with_batch        INTEGER NOT NULL DEFAULT 0,  -- it went with a batch of the provider's, else alone
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
        posted::TABLES,
    ],
};

/// The state of one run in its folder. One process has it open at a time, or several that only look at it.
#[derive(Debug)]
pub struct RunStore {
    folder: PathBuf,
    pub(super) worker: Worker,
    /// Locked as long as it is open; the system lets go of it however the process ends. `None` where a run is only looked at
    /// and nobody has ever locked it or can.
    lock: Option<File>,
    /// Whether it is only looked at.
    read_only: bool,
    /// Requests under way when the last process ended.
    interrupted: u64,
    /// Number of the last attempt before this process.
    pub(super) before: i64,
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

    /// Opens the run in a folder to look at it, by as many processes as like; goes where nothing may be written, too.
    ///
    /// # Errors
    /// When there is none, a process works on it, or it cannot be read.
    pub fn look(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(DATABASE);
        if !path.is_file() {
            return Err(StoreError::NoRun(folder.to_owned()));
        }
        let lock = match lock_file(folder) {
            // Who may not write here can still see whether somebody does.
            Err(error) if error.is_forbidden() => match File::open(folder.join(LOCK)) {
                Ok(lock) => Some(lock),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => return Err(StoreError::io("open", &folder.join(LOCK), error)),
            },
            lock => Some(lock?),
        };
        if let Some(lock) = &lock {
            locked(lock.try_lock_shared(), folder)?;
        }
        let worker = Worker::look(&path, &LAYOUT)?;
        Ok(Self { folder: folder.to_owned(), worker, lock, read_only: true, interrupted: 0, before: 0 })
    }

    /// Opens the run in a folder, or only looks at it where it may not be written to.
    ///
    /// # Errors
    /// When there is none, it is in use by another process, or cannot be read.
    pub fn open_or_look(folder: &Path) -> Result<Self, StoreError> {
        match Self::open(folder) {
            Err(error) if error.is_forbidden() => Self::look(folder),
            opened => opened,
        }
    }

    fn lock_and_open(folder: &Path) -> Result<Self, StoreError> {
        let lock = lock_file(folder)?;
        locked(lock.try_lock(), folder)?;
        let worker = Worker::open(&folder.join(DATABASE), &LAYOUT)?;
        let mut run = Self { folder: folder.to_owned(), worker, lock: Some(lock), read_only: false, interrupted: 0, before: 0 };
        (run.interrupted, run.before) = run.wait(|connection| {
            let interrupted =
                connection.execute("UPDATE attempts SET ended = 1, error = 'the process ended before the answer' WHERE ended = 0", [])?;
            let before = connection.query_row("SELECT COALESCE(MAX(number), 0) FROM attempts", [], |row| row.get(0))?;
            Ok((interrupted as u64, before))
        })?;
        Ok(run)
    }

    /// Whether it is only looked at: what would change it is refused.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The run's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Requests that were under way when the last process ended; their servers may have been paid.
    pub fn interrupted(&self) -> u64 {
        self.interrupted
    }

    /// Whether the run's files are still where they were: a folder that was taken away is otherwise written to unseen. One
    /// that another process has put in its place is not ours.
    pub fn is_there(&self) -> bool {
        self.worker.path().is_file() && self.lock.as_ref().is_none_or(|lock| is_same(lock, &self.folder.join(LOCK)))
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

    /// Forgets all documents and requests; the cache is another file and stays, and so does what people decided.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn clear(&self) -> Result<(), StoreError> {
        self.wait(|connection| {
            connection.execute_batch("DELETE FROM documents; DELETE FROM texts; DELETE FROM attempts; DELETE FROM settings; DELETE FROM posted; DELETE FROM batches;")
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
}

fn lock_file(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| StoreError::io("open", &path, error))
}

fn locked(tried: Result<(), TryLockError>, folder: &Path) -> Result<(), StoreError> {
    match tried {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(StoreError::io("lock", &folder.join(LOCK), error)),
    }
}

/// Whether the open file is the one that stands at `path`.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let there = std::fs::metadata(path).ok().map(|there| (there.dev(), there.ino()));
    there.is_some() && there == file.metadata().ok().map(|open| (open.dev(), open.ino()))
}

#[cfg(not(unix))]
fn is_same(_: &File, path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Grading;
    use crate::llm::Way;

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
        run.sending("a".to_owned(), "k".to_owned(), Grading::Prompt, Way::Alone).await.unwrap();
        drop(run);
        let run = open(path.clone()).await;
        assert_eq!((run.interrupted(), run.is_there()), (1, true));
        assert_eq!(run.reply(&["k".to_owned()], 0).await.unwrap(), None);
        drop(run);
        assert_eq!(open(path).await.interrupted(), 0);
    }

    #[test]
    fn what_is_only_looked_at_is_not_changed_and_keeps_writers_out() {
        let folder = tempfile::tempdir().unwrap();
        // A name that means something else in a URI.
        let path = folder.path().join("run ?mode=rw#1%20 报告");
        assert!(matches!(RunStore::look(&path), Err(StoreError::NoRun(_))));
        let run = RunStore::create(&path).unwrap();
        run.set("a", "1".to_owned()).unwrap();
        assert!(matches!(RunStore::look(&path), Err(StoreError::Locked(_))), "while a process works on it");
        drop(run);
        let names = || {
            let mut names: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            (names, std::fs::read(path.join(DATABASE)).unwrap())
        };
        let before = names();
        let (one, other) = (RunStore::look(&path).unwrap(), RunStore::look(&path).unwrap());
        assert!(one.is_read_only() && one.is_there());
        assert_eq!((one.get("a").unwrap(), other.get("a").unwrap()), (Some("1".to_owned()), Some("1".to_owned())));
        assert!(one.set("a", "2".to_owned()).unwrap_err().is_forbidden());
        assert!(matches!(RunStore::create(&path), Err(StoreError::Locked(_))), "while somebody looks at it");
        drop((one, other));
        assert_eq!(names(), before);
        RunStore::create(&path).unwrap();
    }

    #[test]
    fn commits_that_are_still_in_the_log_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("run"), folder.path().join("copy"));
        let run = RunStore::create(&path).unwrap();
        run.set("a", "1".to_owned()).unwrap();
        // As a process leaves it that is killed now.
        std::fs::create_dir(&copy).unwrap();
        for name in [DATABASE, "run.sqlite-wal"] {
            std::fs::copy(path.join(name), copy.join(name)).unwrap();
        }
        assert!(std::fs::metadata(copy.join("run.sqlite-wal")).unwrap().len() > 0);
        assert_eq!(RunStore::look(&copy).unwrap().get("a").unwrap().as_deref(), Some("1"));
        // And where there never was a run, none is made.
        std::fs::write(copy.join(DATABASE), "").unwrap();
        std::fs::remove_file(copy.join("run.sqlite-wal")).unwrap();
        assert!(matches!(RunStore::look(&copy), Err(StoreError::Format { found: 0, .. })));
    }
}
