//! The run itself: as many documents at once as are allowed, until there are none left or something ends it.

use std::error::Error;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::input::Input;
use super::progress::Progress;
use super::provider::{self, Posting};
use super::report::RunReport;
use super::threads::Threads;
use super::work::{Desk, Fate, Files, Reader, Texts};
use super::write::{self, Setting};
use crate::document;
use crate::llm::{Failure, KeepError, LlmError, Prices, Way};
use crate::pipeline::{ExtractError, Extractor};
use crate::store::{RunKeeper, RunStore, StoreError};

/// How often the run looks whether its folder is still there.
pub(super) const LOOK: Duration = Duration::from_secs(1);

/// A run that is ready to begin.
#[derive(Debug)]
pub struct Run {
    /// Where its state stands.
    pub store: Arc<RunStore>,
    /// What keeps the model's replies, where there is a model; the same one the model was given.
    pub keeper: Option<Arc<RunKeeper>>,
    /// Makes documents of files.
    pub reader: document::Reader,
    /// Who reads.
    pub extractor: Extractor,
    /// What is read, in the order of the records.
    pub inputs: Vec<Input>,
    /// How much at once, and until when.
    pub limits: Limits,
    /// What the model costs.
    pub prices: Prices,
    /// How questions go with batches of the provider's; `None` where each is sent at once.
    pub posting: Option<Posting>,
    /// How far the run is.
    pub progress: Arc<Progress>,
}

/// How much at once, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Documents that are worked on at once.
    pub documents: NonZeroUsize,
    /// Failed documents after which the run ends.
    pub failures: Option<u64>,
}

/// Ends a run well when it becomes true: what is under way is finished and kept, nothing new begins.
pub type Stop = watch::Receiver<bool>;

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// What ended it before its last document; `None` when all are done.
    pub halt: Option<Halt>,
    /// What it came to.
    pub report: RunReport,
}

/// What ends a run before its last document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Halt {
    /// Somebody asked for it.
    #[error("the run was interrupted")]
    Interrupted,
    /// As many documents have failed as may.
    #[error("{0} documents have failed")]
    Failures(u64),
    /// The budget is used up.
    #[error("the budget is used up")]
    Budget(#[source] LlmError),
    /// Every further document would fail the same way.
    #[error("every further report would fail the same way")]
    Model(#[source] LlmError),
    /// The provider takes no batches, or does not tell what became of them.
    #[error("the provider's batches could not be used")]
    Batches(#[source] LlmError),
    /// Reports cannot be read with these settings.
    #[error(transparent)]
    Settings(ExtractError),
    /// The run's state cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The run's folder is gone.
    #[error("the folder `{0}` was taken away while the run was writing to it")]
    FolderGone(String),
    /// A record is no JSON.
    #[error("could not write a record as JSON")]
    Json(#[from] serde_json::Error),
}

impl From<LlmError> for Halt {
    fn from(error: LlmError) -> Self {
        match error {
            LlmError::Budget(_) => Self::Budget(error),
            // The run's own state, not the model, is what failed.
            LlmError::Keep(error) => match error.into_cause().downcast() {
                Ok(error) => Self::Store(*error),
                Err(cause) => Self::Model(LlmError::Keep(KeepError::new(cause))),
            },
            other => Self::Model(other),
        }
    }
}

impl From<ExtractError> for Halt {
    fn from(error: ExtractError) -> Self {
        match error {
            ExtractError::Replay(error) => Self::Model(error),
            other => Self::Settings(other),
        }
    }
}

impl Halt {
    /// A stable code, as it stands in `run.json`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::Failures(_) => "max_failures",
            Self::Budget(_) => "budget",
            Self::Model(_) => "model",
            Self::Batches(_) => "provider_batch",
            Self::Settings(_) => "settings",
            Self::Store(_) | Self::FolderGone(_) | Self::Json(_) => "state",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Interrupted => Some("run the same command again to go on".to_owned()),
            Self::Failures(_) => {
                Some("look at `failures.jsonl`, then run the same command again with a higher `--max-failures`".to_owned())
            }
            Self::Budget(error) | Self::Model(error) => Some(error.hint()),
            Self::Batches(LlmError::Request { failure: Failure::Http(said), .. }) if matches!(said.status, 404 | 405 | 501) => {
                Some("leave out `--provider-batch` if the server has no Batch API; `--force` forgets batches it no longer knows".to_owned())
            }
            Self::Batches(error) => Some(error.hint()),
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::FolderGone(_) => Some(
                "if it was moved, go on there with `--out`; else run the same command again: replies that were paid for are in the \
                 cache, unless `--no-cache` was given"
                    .to_owned(),
            ),
            Self::Settings(_) | Self::Json(_) => None,
        }
    }
}

/// A run that could not begin, or whose files could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The rules cannot be set up.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The state cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something ended the run, and its files could not be written either.
    #[error(transparent)]
    Halted(Halt),
    /// A task of the runtime was lost.
    #[error("could not finish the run's files")]
    Lost(#[source] Box<dyn Error + Send + Sync>),
}

impl Run {
    /// Reads everything there is to read, then writes the files for people. Must be called inside a tokio runtime; documents
    /// are read on a few of its blocking threads, since most of a document is computation.
    ///
    /// # Errors
    /// When the run cannot begin or its files cannot be written. Everything that was kept stays kept.
    pub async fn run(self, mut stop: Stop) -> Result<Ended, BatchError> {
        let Self { store, keeper, reader, extractor, inputs, limits, prices, posting, progress } = self;
        let setting = Setting::of(&extractor, prices, if posting.is_some() { Way::WithBatch } else { Way::Alone });
        let files = Files::new(reader);
        let (reader, rules) = (Reader::new(extractor, &files), Reader::new(Extractor::rules()?, &files));
        let names = inputs.iter().map(|input| input.name.clone()).collect();
        progress.change(|now| now.inputs = inputs.len() as u64);
        let desk = Arc::new(Desk {
            store: Arc::clone(&store),
            keeper,
            files,
            reader,
            rules,
            progress: Arc::clone(&progress),
            texts: Texts::default(),
            outbox: posting.as_ref().map(|posting| Arc::clone(&posting.outbox)),
        });
        blocking(move || store.set_inputs(names)).await??;
        let halt = match &posting {
            Some(posting) => provider::rounds(&desk, posting, inputs, limits, &mut stop).await,
            None => read_all(&desk, inputs, limits, &mut stop).await.0,
        };
        // What stands there now may be another run's.
        if let Some(gone) = folder_gone(&desk.store) {
            return Err(BatchError::Halted(gone));
        }
        let code = halt.as_ref().map(Halt::code);
        let of_files = Arc::clone(&desk);
        let written = blocking(move || write::all(&of_files.store, &setting, &of_files.reader.fingerprint, &of_files.progress, code));
        match (written.await?, halt) {
            (Ok(report), halt) => Ok(Ended { halt, report }),
            (Err(error), None | Some(Halt::Interrupted | Halt::Failures(_) | Halt::Budget(_))) => {
                Err(folder_gone(&desk.store).map_or_else(|| error.into(), BatchError::Halted))
            }
            // What ended the run is why its files cannot be written, or matters more.
            (Err(_), Some(halt)) => Err(BatchError::Halted(halt)),
        }
    }
}

/// What ends a run whose folder was taken away.
pub(super) fn folder_gone(store: &RunStore) -> Option<Halt> {
    (!store.is_there()).then(|| Halt::FolderGone(store.folder().display().to_string()))
}

async fn blocking<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> Result<T, BatchError> {
    tokio::task::spawn_blocking(act).await.map_err(|error| BatchError::Lost(error.into()))
}

/// A window that slides over the documents: one that is done makes room for the next. Gives what ended it before the last, and
/// the documents that wait for a batch of the provider's.
pub(super) async fn read_all(desk: &Arc<Desk>, inputs: Vec<Input>, limits: Limits, stop: &mut Stop) -> (Option<Halt>, Vec<Input>) {
    let mut waiting = inputs.into_iter();
    let mut threads = Threads::start(desk, limits.documents);
    let (mut halt, mut posted) = (None, Vec::new());
    let mut look = tokio::time::interval(LOOK);
    let mut may_stop = true;
    loop {
        if *stop.borrow() && halt.is_none() {
            halt = Some(Halt::Interrupted);
        }
        while halt.is_none()
            && threads.busy() < limits.documents.get()
            && let Some(input) = waiting.next()
        {
            if let Err(input) = threads.give(input)
                && let Err(ended) = broken(desk, input).await
            {
                halt = Some(ended);
            }
        }
        let (input, outcome) = tokio::select! {
            done = threads.done() => match done {
                Some(done) => done,
                None => return (halt, posted),
            },
            changed = stop.changed(), if may_stop => {
                may_stop = changed.is_ok();
                continue;
            }
            _ = look.tick() => {
                halt = halt.or_else(|| folder_gone(&desk.store));
                continue;
            }
        };
        let outcome = match outcome {
            Some(outcome) => outcome.map(|fate| posted.extend((fate == Fate::Posted).then_some(input))),
            None => broken(desk, input).await,
        };
        if let Err(ended) = outcome {
            halt.get_or_insert(ended);
        }
        let failed = desk.progress.snapshot().failed;
        if halt.is_none() && limits.failures.is_some_and(|most| failed >= most.max(1)) {
            halt = Some(Halt::Failures(failed));
        }
    }
}

/// Keeps that a document broke the program.
async fn broken(desk: &Arc<Desk>, input: Input) -> Result<(), Halt> {
    let desk = Arc::clone(desk);
    match tokio::task::spawn_blocking(move || desk.broken(&input)).await {
        Ok(kept) => kept,
        Err(_) => Ok(()),
    }
}
