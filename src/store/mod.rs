//! What outlives a process: the state of a run, replies that were paid for, and files that are either whole or not there.
//!
//! One SQLite file each, write-ahead logged and synchronised at every commit, with one thread that reads and writes it.
//! Knows nothing of how documents are read.

mod account;
mod cache;
mod decisions;
mod documents;
mod error;
mod file;
mod keeper;
mod look;
mod outbox;
mod pack;
mod posted;
mod run;
mod worker;

pub use account::Spent;
pub use cache::{CacheStats, ReplyCache};
pub use decisions::{Shown, StoredDecision};
pub use documents::{Correction, Entry, Failure, Stage, State, StoredDocument};
pub use error::{Refused, StoreError};
pub use file::{AtomicFile, write_atomic};
pub use keeper::RunKeeper;
pub use outbox::RunOutbox;
pub use posted::{BatchSize, OpenBatch};
pub use run::RunStore;
