//! The one thread that reads and writes a database.
//!
//! What comes while a commit is under way goes into the next one together: a commit waits for the disk, and waiting once
//! for many is what makes thousands of documents possible.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::error::{Refused, StoreError};
use super::look;

/// Most pieces of work in one commit.
const TOGETHER: usize = 512;

/// How long another process may hold a database before we give up.
pub(super) const BUSY: Duration = Duration::from_secs(30);

/// A database and its thread.
pub(super) struct Worker {
    path: PathBuf,
    work: Option<mpsc::Sender<Box<dyn Work>>>,
    thread: Option<JoinHandle<()>>,
    /// Why the first commit failed that did.
    refused: Arc<OnceLock<Refused>>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Worker").field("path", &self.path).finish_non_exhaustive()
    }
}

/// One piece of work, done inside a transaction with others.
trait Work: Send {
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()>;
    /// Tells whoever waits; the result counts only if the commit did.
    fn tell(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Task<T, F> {
    act: Option<F>,
    result: Option<T>,
    /// Hands the result to whoever waits for it.
    tell: Tell<T>,
}

type Tell<T> = Box<dyn FnOnce(Result<T, StoreError>) + Send>;

impl<T: Send, F: FnOnce(&Connection) -> rusqlite::Result<T> + Send> Work for Task<T, F> {
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(act) = self.act.take() {
            self.result = Some(act(connection)?);
        }
        Ok(())
    }

    fn tell(self: Box<Self>, committed: Result<(), StoreError>) {
        let told = match (committed, self.result) {
            (Ok(()), Some(result)) => Ok(result),
            (Err(error), _) => Err(error),
            (Ok(()), None) => return,
        };
        (self.tell)(told);
    }
}

/// What a database is made of.
pub(super) struct Layout {
    /// Version of the tables; another one is refused.
    pub(super) format: i64,
    /// What makes them.
    pub(super) tables: &'static [&'static str],
}

impl Worker {
    /// Opens or creates a database and starts its thread.
    pub(super) fn open(path: &Path, layout: &Layout) -> Result<Self, StoreError> {
        Self::serve(path, connect(path, layout)?)
    }

    /// Opens a database to look at and starts its thread.
    pub(super) fn look(path: &Path, layout: &Layout) -> Result<Self, StoreError> {
        Self::serve(path, look::open(path, layout.format)?)
    }

    fn serve(path: &Path, mut connection: Connection) -> Result<Self, StoreError> {
        let (work, tasks) = mpsc::channel::<Box<dyn Work>>();
        let refused = Arc::default();
        let (of_thread, reason) = (path.to_owned(), Arc::clone(&refused));
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || serve(&mut connection, &of_thread, &tasks, &reason))
            .map_err(|error| StoreError::io("open", path, error))?;
        Ok(Self { path: path.to_owned(), work: Some(work), thread: Some(thread), refused })
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// An error where a commit has failed before. What is small may still be written when what is large no longer can, so
    /// that what is to be paid for is better not begun.
    pub(super) fn sound(&self) -> Result<(), StoreError> {
        self.refused.get().map_or(Ok(()), |refused| Err(StoreError::database(&self.path, refused.clone())))
    }

    /// Does some work and waits until it is committed.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (waiting, result) = oneshot::channel();
        // A caller that went away is told nothing.
        self.send(act, Box::new(move |told| drop(waiting.send(told))))?;
        result.await.unwrap_or_else(|_| Err(StoreError::Closed(self.path.clone())))
    }

    /// The same from a thread that may wait.
    pub(super) fn call_blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        // Not the runtime's channel: documents are read inside `block_on`, where that one may not wait.
        let (waiting, result) = mpsc::sync_channel(1);
        self.send(act, Box::new(move |told| drop(waiting.send(told))))?;
        result.recv().unwrap_or_else(|_| Err(StoreError::Closed(self.path.clone())))
    }

    fn send<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        tell: Tell<T>,
    ) -> Result<(), StoreError> {
        let task = Box::new(Task { act: Some(act), result: None, tell });
        self.work.as_ref().and_then(|work| work.send(task).ok()).ok_or_else(|| StoreError::Closed(self.path.clone()))
    }
}

impl Drop for Worker {
    /// Waits for what was begun.
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn connect(path: &Path, layout: &Layout) -> Result<Connection, StoreError> {
    let failed = |error| StoreError::database(path, error);
    let mut connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;").map_err(failed)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
    if found == 0 {
        layout.tables.iter().try_for_each(|tables| transaction.execute_batch(tables)).map_err(failed)?;
        transaction.pragma_update(None, "user_version", layout.format).map_err(failed)?;
    } else if found != layout.format {
        return Err(StoreError::Format { path: path.to_owned(), found, expected: layout.format });
    }
    transaction.commit().map_err(failed)?;
    Ok(connection)
}

fn serve(connection: &mut Connection, path: &Path, tasks: &mpsc::Receiver<Box<dyn Work>>, reason: &OnceLock<Refused>) {
    while let Ok(first) = tasks.recv() {
        let mut together = vec![first];
        while together.len() < TOGETHER
            && let Ok(next) = tasks.try_recv()
        {
            together.push(next);
        }
        let refused = commit(connection, &mut together).err().map(Refused::from);
        if let Some(refused) = &refused {
            let _ = reason.set(refused.clone());
        }
        for work in together {
            let outcome = match &refused {
                None => Ok(()),
                Some(refused) => Err(StoreError::database(path, refused.clone())),
            };
            work.tell(outcome);
        }
    }
}

fn commit(connection: &mut Connection, together: &mut [Box<dyn Work>]) -> rusqlite::Result<()> {
    // Where nothing can be written, this only reads.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    together.iter_mut().try_for_each(|work| work.run(&transaction))?;
    transaction.commit()
}
