//! One document of a run, from its path to what became of it.

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::decisions::{all_stale, correct};
use super::digest::Digest;
use super::engine::Halt;
use super::input::Input;
use super::progress::Progress;
use crate::document::{self, Document, ReadError, ReportPart, Unreadable, content_id};
use crate::pipeline::{Extractor, ModelFailure, Outcome};
use crate::store::{Entry, Failure, RunKeeper, RunOutbox, RunStore, Stage, State};

/// Who reads, and where that is kept: what all documents of a run share.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) store: Arc<RunStore>,
    pub(super) keeper: Option<Arc<RunKeeper>>,
    /// Makes documents of files.
    pub(super) files: Files,
    pub(super) reader: Reader,
    /// For documents that shall be read by the rules alone.
    pub(super) rules: Reader,
    pub(super) progress: Arc<Progress>,
    pub(super) texts: Texts,
    /// Where questions wait that go with batches of the provider's.
    pub(super) outbox: Option<Arc<RunOutbox>>,
}

/// Whether a document is done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is.
    Done,
    /// It waits for a batch of the provider's.
    Posted,
}

/// An extractor and the hash of what its records depend on.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) extractor: Extractor,
    pub(super) fingerprint: String,
}

impl Reader {
    pub(super) fn new(extractor: Extractor, files: &Files) -> Self {
        let made_by = format!("{} {}", extractor.fingerprint(), files.reader.fingerprint());
        Self { fingerprint: content_id(made_by.as_bytes()), extractor }
    }
}

impl Desk {
    /// Reads one document, unless what is kept of it is still right.
    pub(super) async fn read(&self, input: &Input) -> Result<Fate, Halt> {
        let reader = if input.rules_only { &self.rules } else { &self.reader };
        let bytes = self.files.bytes(input);
        let content = bytes.as_ref().ok().map(|bytes| content_id(bytes));
        if let Some(entry) = self.store.entry(&input.name)?
            && is_right(&entry, content.as_deref(), &reader.fingerprint)
        {
            self.progress.change(|now| now.found += 1);
            return Ok(Fate::Done);
        }
        match bytes.and_then(|bytes| self.files.document(input, &bytes)) {
            Ok(document) => self.extract(reader, &document, content).await,
            // What is not the content's fault may be mended without the file being another.
            Err(error) => self.unreadable(reader, &input.name, content.filter(|_| error.is_content()), &error).map(|()| Fate::Done),
        }
    }

    async fn extract(&self, reader: &Reader, document: &Document, content: Option<String>) -> Result<Fate, Halt> {
        let asks = reader.extractor.model_in_use().is_some();
        // Copies of a text ask the same questions: the second waits for the answers of the first.
        let copies = asks.then(|| self.texts.of(&document.text_id));
        let _alone = match &copies {
            Some(copies) => Some(copies.lock().await),
            None => None,
        };
        let outcome = reader.extractor.extract(document).await;
        if let Some(keeper) = &self.keeper {
            keeper.forget(&document.name);
        }
        if let Some(outbox) = &self.outbox {
            outbox.forget(&document.name);
        }
        let outcome = outcome.map_err(Halt::from)?;
        self.progress.spent(&outcome.attempts);
        let is_fatal = matches!(&outcome.model_failure, Some(ModelFailure::Request(error)) if error.is_fatal());
        if outcome.posted && !is_fatal {
            return Ok(Fate::Posted);
        }
        self.finish(reader, document, content, outcome).map(|()| Fate::Done)
    }

    /// Keeps a record with all it was made from.
    fn finish(&self, reader: &Reader, document: &Document, content: Option<String>, outcome: Outcome) -> Result<(), Halt> {
        let Outcome { record, model_failure, readings, attempts, .. } = outcome;
        let failure = match model_failure {
            Some(ModelFailure::Request(error)) if error.is_fatal() => return Err(Halt::from(error)),
            other => other,
        };
        let name = &document.name;
        let told = |failure: &ModelFailure| Failure {
            name: name.clone(),
            stage: Stage::Model,
            code: failure.code(),
            hint: Some(failure.hint()),
            error: chain(failure),
        };
        let passes = failure.as_ref().is_some_and(|failure| matches!(failure, ModelFailure::Request(_)));
        let state = if passes { State::Retry } else { State::Done };
        let failure = failure.as_ref().map(told);
        if let (Some(failure), None, None) = (&failure, &readings.rules, &readings.model) {
            // A model that failed alone has read nothing: there is no record to keep.
            return self.lost(reader, content, state, failure.clone());
        }
        let decisions = self.store.decisions(name)?;
        let correction = if decisions.is_empty() { None } else { Some(correct(&self.store, document, record.clone(), &decisions)?) };
        let (decided, correction) = correction.unzip();
        let digest = Digest::of(&record);
        let agreed = digest.is_agreed();
        let entry = Entry {
            name: name.clone(),
            content,
            made_by: reader.fingerprint.clone(),
            state,
            failure,
            digest: Some(serde_json::to_string(&digest)?),
            decided: decided.map(|decided| serde_json::to_string(&decided)).transpose()?,
        };
        let (record, readings) = (serde_json::to_string(&record)?, serde_json::to_string(&readings)?);
        self.store.finish(&entry, Some(&document.kept()), Some(&record), Some(&readings), correction.as_ref())?;
        let kept = !attempts.is_empty() && attempts.iter().all(|attempt| attempt.kept);
        self.progress.change(|now| {
            now.read += 1;
            now.failed += u64::from(entry.failure.is_some());
            now.agreed += u64::from(agreed);
            now.review += u64::from(digest.review > 0);
            now.kept += u64::from(kept);
        });
        Ok(())
    }

    /// Keeps that a document has no text.
    fn unreadable(&self, reader: &Reader, name: &str, content: Option<String>, error: &ReadError) -> Result<(), Halt> {
        let failure = Failure {
            name: name.to_owned(),
            stage: Stage::Read,
            code: error.code().to_owned(),
            hint: error.hint().map(str::to_owned),
            error: chain(error),
        };
        self.lost(reader, content, State::Unreadable, failure)
    }

    /// Keeps that reading a document broke the program: one document, never the run.
    pub(super) fn broken(&self, input: &Input) -> Result<(), Halt> {
        let failure = Failure {
            name: input.name.clone(),
            stage: Stage::Read,
            code: "defect".to_owned(),
            error: vec!["the program failed on this report".to_owned()],
            hint: Some("this is a defect of sellside: please report it".to_owned()),
        };
        self.lost(
            if input.rules_only { &self.rules } else { &self.reader },
            self.files.bytes(input).ok().map(|bytes| content_id(&bytes)),
            State::Unreadable,
            failure,
        )
    }

    /// Keeps that a document has no record.
    fn lost(&self, reader: &Reader, content: Option<String>, state: State, failure: Failure) -> Result<(), Halt> {
        let (name, made_by) = (failure.name.clone(), reader.fingerprint.clone());
        let decisions = self.store.decisions(&name)?;
        let decided = if decisions.is_empty() { None } else { Some(serde_json::to_string(&all_stale(&self.store, &decisions)?)?) };
        let entry = Entry { name, content, made_by, state, failure: Some(failure), digest: None, decided };
        self.store.finish(&entry, None, None, None, None)?;
        self.progress.change(|now| {
            now.read += 1;
            now.failed += 1;
        });
        Ok(())
    }
}

/// Makes documents of inputs.
#[derive(Debug)]
pub(super) struct Files {
    reader: document::Reader,
    /// The mail or archive that was opened last: its reports come one after the other, and opening it for each would take
    /// time without bound.
    opened: Mutex<Option<(PathBuf, Arc<[ReportPart]>)>>,
}

impl Files {
    pub(super) fn new(reader: document::Reader) -> Self {
        Self { reader, opened: Mutex::default() }
    }

    /// The bytes of a report.
    fn bytes(&self, input: &Input) -> Result<Vec<u8>, ReadError> {
        let Some(at) = input.part else { return self.reader.bytes(&input.path) };
        let parts = self.open(&input.path)?;
        // The file is another one than when the run began.
        let gone = || Unreadable::NoPart { wanted: input.name.clone(), names: parts.iter().map(|part| part.name.clone()).collect() };
        parts.get(at).map(|part| part.bytes.clone()).ok_or_else(|| ReadError::Content { name: input.name.clone(), source: gone() })
    }

    fn open(&self, path: &Path) -> Result<Arc<[ReportPart]>, ReadError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last, parts)) = opened.as_ref()
            && last == path
        {
            return Ok(Arc::clone(parts));
        }
        let name = path.to_string_lossy();
        let parts = self.reader.parts(&name, &self.reader.bytes(path)?);
        let parts: Arc<[ReportPart]> = parts.map_err(|source| ReadError::Content { name: name.into_owned(), source })?.into();
        *opened = Some((path.to_owned(), Arc::clone(&parts)));
        Ok(parts)
    }

    /// The document a report's bytes give, called as the run calls it.
    fn document(&self, input: &Input, bytes: &[u8]) -> Result<Document, ReadError> {
        let made = self.reader.document(&input.name, bytes);
        let document = made.map_err(|source| ReadError::Content { name: input.name.clone(), source })?;
        Ok(Document { name: input.name.clone(), ..document })
    }
}

/// Whether what is kept of a document is what reading it again would give. A path that could not be opened may be by now.
fn is_right(entry: &Entry, content: Option<&str>, fingerprint: &str) -> bool {
    let same = content.is_some() && entry.content.as_deref() == content && entry.made_by == fingerprint;
    same && matches!(entry.state, State::Done | State::Unreadable)
}

/// What went wrong, then why.
fn chain(error: &dyn Error) -> Vec<String> {
    let mut messages = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        messages.push(error.to_string());
        next = error.source();
    }
    messages
}

/// The texts that are being asked about.
#[derive(Debug, Default)]
pub(super) struct Texts(Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>);

impl Texts {
    /// What a text's copies wait for.
    fn of(&self, text_id: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = texts.get(text_id).and_then(Weak::upgrade) {
            return known;
        }
        texts.retain(|_, text| text.strong_count() > 0);
        let new = Arc::default();
        texts.insert(text_id.to_owned(), Arc::downgrade(&new));
        new
    }
}
