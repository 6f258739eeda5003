//! Replies that were paid for, shared between runs.

use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension as _, Row, params};

use super::error::StoreError;
use super::pack::{pack, unpack};
use super::worker::{Layout, Worker};

/// Version of the file; one of another version is left alone, since its name holds the version.
const FORMAT: i64 = 1;

const LAYOUT: Layout = Layout {
    format: FORMAT,
    tables: &["
        CREATE TABLE replies (
            key    TEXT NOT NULL,     -- of the request
            sample INTEGER NOT NULL,  -- from 0: the how manyth answer to the same question
            model  TEXT NOT NULL,
            day    TEXT NOT NULL,     -- it was kept
            body   BLOB NOT NULL,     -- as it came, packed
            PRIMARY KEY (key, sample)
        ) STRICT, WITHOUT ROWID;
    "],
};

/// Raw replies by the key of their request, in one file that any number of processes may share.
#[derive(Debug)]
pub struct ReplyCache {
    worker: Worker,
}

/// What a cache holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Replies.
    pub replies: u64,
    /// Size of all of them in the file, in bytes.
    pub bytes: u64,
    /// Replies by model, most first.
    pub models: Vec<(String, u64)>,
    /// Days of the oldest and the newest reply.
    pub days: Option<(String, String)>,
}

impl ReplyCache {
    /// The file in a folder for what is kept between runs.
    pub fn file(folder: &Path) -> PathBuf {
        folder.join(format!("replies-v{FORMAT}.sqlite"))
    }

    /// Opens the cache in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// When folder or file cannot be made or used.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::io("create", folder, error))?;
        Ok(Self { worker: Worker::open(&Self::file(folder), &LAYOUT)? })
    }

    /// The first kept reply among several keys, with the place of its key.
    pub(super) async fn find(&self, keys: &[String], sample: u32) -> Result<Option<(usize, String)>, StoreError> {
        let keys = keys.to_vec();
        let found = self.worker.call(move |connection| {
            let mut statement = connection.prepare_cached("SELECT body FROM replies WHERE key = ?1 AND sample = ?2")?;
            for (at, key) in keys.iter().enumerate() {
                let body: Option<Vec<u8>> = statement.query_row(params![key, sample], |row| row.get(0)).optional()?;
                // What cannot be unpacked counts as not there.
                if let Some(body) = body.and_then(|body| unpack(&body)) {
                    return Ok(Some((at, body)));
                }
            }
            Ok(None)
        });
        found.await
    }

    /// Keeps a reply in place of an older one.
    pub(super) async fn put(&self, key: String, sample: u32, model: String, body: &str) -> Result<(), StoreError> {
        let (body, day) = (pack(body.as_bytes()), today());
        let done = self.worker.call(move |connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO replies (key, sample, model, day, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![key, sample, model, day, body])
                .map(|_| ())
        });
        done.await
    }

    /// What it holds.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn stats(&self) -> Result<CacheStats, StoreError> {
        self.worker.call_blocking(|connection| {
            let (replies, bytes) = connection.query_row("SELECT COUNT(*), COALESCE(SUM(LENGTH(body)), 0) FROM replies", [], |row| {
                Ok((count(row, 0)?, count(row, 1)?))
            })?;
            let days = connection.query_row("SELECT MIN(day), MAX(day) FROM replies", [], |row| {
                Ok(row.get::<_, Option<String>>(0)?.zip(row.get::<_, Option<String>>(1)?))
            })?;
            let mut statement = connection.prepare("SELECT model, COUNT(*) AS n FROM replies GROUP BY model ORDER BY n DESC, model")?;
            let models = statement.query_map([], |row| Ok((row.get(0)?, count(row, 1)?)))?.collect::<rusqlite::Result<_>>()?;
            Ok(CacheStats { replies, bytes, models, days })
        })
    }

    /// Forgets everything, and says how many replies that were. The file shrinks.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn clear(self) -> Result<u64, StoreError> {
        let path = self.worker.path().to_owned();
        let count = self.worker.call_blocking(|connection| connection.execute("DELETE FROM replies", []))?;
        // A file cannot be shrunk inside a transaction.
        drop(self);
        let failed = |error| StoreError::database(&path, error);
        let connection = rusqlite::Connection::open(&path).map_err(failed)?;
        connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);").map_err(failed)?;
        Ok(count as u64)
    }
}

fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(|count| count.try_into().unwrap_or_default())
}

/// Today by UTC.
fn today() -> String {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn replies_are_found_by_their_keys_and_samples() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ReplyCache::open(&folder.path().join("deep/down")).unwrap();
        cache.put("k1".to_owned(), 0, "m".to_owned(), "one").await.unwrap();
        cache.put("k1".to_owned(), 1, "m".to_owned(), "another").await.unwrap();
        cache.put("k2".to_owned(), 0, "n".to_owned(), "two").await.unwrap();
        let keys = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(cache.find(&keys(&["k0", "k2", "k1"]), 0).await.unwrap(), Some((1, "two".to_owned())));
        assert_eq!(cache.find(&keys(&["k1"]), 1).await.unwrap(), Some((0, "another".to_owned())));
        assert_eq!(cache.find(&keys(&["k1"]), 2).await.unwrap(), None);
        let (stats, cache) = tokio::task::spawn_blocking(move || (cache.stats().unwrap(), cache)).await.unwrap();
        assert_eq!((stats.replies, stats.models), (3, vec![("m".to_owned(), 2), ("n".to_owned(), 1)]));
        let cleared = tokio::task::spawn_blocking(move || cache.clear().unwrap()).await.unwrap();
        assert_eq!(cleared, 3);
        let again = ReplyCache::open(&folder.path().join("deep/down")).unwrap();
        assert_eq!(again.find(&keys(&["k1"]), 0).await.unwrap(), None);
    }

    #[test]
    fn a_file_of_another_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(ReplyCache::open(folder.path()).unwrap());
        let connection = rusqlite::Connection::open(ReplyCache::file(folder.path())).unwrap();
        connection.pragma_update(None, "user_version", 9).unwrap();
        drop(connection);
        let error = ReplyCache::open(folder.path()).unwrap_err();
        assert!(error.to_string().ends_with("has format 9, this version reads format 1"), "{error}");
    }
}
