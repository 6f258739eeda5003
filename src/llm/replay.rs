//! Answers from a folder of recordings instead of a server: no network, no key, no settings.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Completion;
use super::drive::{Delivery, Plan, Transport, drive};
use super::error::LlmError;
use super::key::{FORMAT, request_keys};
use super::question::Question;
use super::recording::{Exchange, MANIFEST, Manifest, file_name};
use super::request::Request;
use super::retry::Pauses;
use super::said::Spoken;
use super::scrub::Scrubber;
use super::usage::Usage;
use crate::config::Asking;
use crate::domain::record::Grading;
use crate::prompt::{Dialogue, Prompt};

/// A folder of recorded answers.
#[derive(Debug)]
pub struct ReplayModel {
    directory: PathBuf,
    manifest: Manifest,
    /// By file name.
    files: Mutex<BTreeMap<String, Tape>>,
    scrubber: Scrubber,
}

/// Why a folder of recordings cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// A file or the folder cannot be read.
    #[error("could not read `{}`", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// The manifest is not one.
    #[error("`{}` is no manifest of recordings", .0.display())]
    Manifest(PathBuf, #[source] serde_json::Error),
    /// The folder is of another version.
    #[error("`{}` has format {found}, this version reads format {FORMAT}", .path.display())]
    Format {
        /// The manifest.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// A line is not an exchange.
    #[error("line {line} of `{}` is no recorded exchange", .path.display())]
    Exchange {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

impl ReplayError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        "name a folder made with `sellside extract --record DIR FILE` (for the examples: `make record`)"
    }
}

/// The exchanges of one report, and which of them have been replayed.
#[derive(Debug)]
struct Tape(Vec<(Exchange, bool)>);

impl Tape {
    /// The next exchange of a request, in the order of the recording.
    fn next(&mut self, key: &str) -> Option<&Exchange> {
        let (exchange, used) = self.0.iter_mut().find(|(exchange, used)| exchange.request_hash == key && !*used)?;
        *used = true;
        Some(exchange)
    }

    /// The key the recording went on with. When all its exchanges are used, the question is asked anew: they start over.
    fn start(&mut self, keys: &[(Grading, String)]) -> Option<Grading> {
        let grade = |exchange: &Exchange| keys.iter().find(|(_, key)| *key == exchange.request_hash).map(|(grade, _)| *grade);
        let unused = self.0.iter().filter(|(_, used)| !used).find_map(|(exchange, _)| grade(exchange));
        if unused.is_some() {
            return unused;
        }
        let mut ours = self.0.iter_mut().filter(|(exchange, _)| grade(exchange).is_some()).peekable();
        let first = ours.peek().and_then(|(exchange, _)| grade(exchange));
        ours.for_each(|(_, used)| *used = false);
        first
    }
}

impl ReplayModel {
    /// Opens a folder and reads all of it.
    ///
    /// # Errors
    /// When the folder has no manifest, is of another version, or a file in it is not a recording.
    pub fn open(directory: &Path) -> Result<Self, ReplayError> {
        let path = directory.join(MANIFEST);
        let manifest: Manifest = serde_json::from_str(&read(&path)?).map_err(|error| ReplayError::Manifest(path.clone(), error))?;
        if manifest.format != FORMAT {
            return Err(ReplayError::Format { path, found: manifest.format });
        }
        let unreadable = |error| ReplayError::Read(directory.to_owned(), error);
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(directory).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if path.extension().is_some_and(|ending| ending == "jsonl") {
                files.insert(name.to_owned(), read_tape(&path)?);
            }
        }
        Ok(Self { directory: directory.to_owned(), manifest, files: Mutex::new(files), scrubber: Scrubber::default() })
    }

    /// Answers as the server did then: failures, retries and steps down included, without their pauses.
    pub async fn complete(&self, report: &str, prompt: &Prompt) -> Completion {
        self.ask(report, prompt, &self.request_keys(prompt), &self.manifest.grades()).await
    }

    /// Answers the next turn of a conversation as the server did then.
    pub async fn speak(&self, report: &str, dialogue: &Dialogue) -> Completion<Spoken> {
        let keys = [(Grading::Tools, self.turn_key(dialogue))];
        self.ask(report, dialogue, &keys, &[Grading::Tools]).await
    }

    /// Whether the next turn of a conversation was recorded.
    pub fn holds(&self, report: &str, dialogue: &Dialogue) -> bool {
        let key = self.turn_key(dialogue);
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(&file_name(report)).is_some_and(|tape| tape.0.iter().any(|(exchange, _)| exchange.request_hash == key))
    }

    fn turn_key(&self, dialogue: &Dialogue) -> String {
        Request::turn(&self.manifest.model, &self.manifest.shape, dialogue).key
    }

    async fn ask<Q: Question>(&self, report: &str, question: &Q, keys: &[(Grading, String)], grades: &[Grading]) -> Completion<Q::Answer> {
        let name = file_name(report);
        let start = {
            let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
            files.get_mut(&name).map(|tape| tape.start(keys))
        };
        let Some(Some(start)) = start else {
            return Completion {
                outcome: Err(self.no_recording(report, &name, start.is_some())),
                grade: None,
                request_key: None,
                attempts: Vec::new(),
                usage: Usage::default(),
            };
        };
        let start = grades.iter().position(|grade| *grade == start).unwrap_or_default();
        let plan = Plan {
            endpoint: &self.manifest.server,
            model: &self.manifest.model,
            shape: &self.manifest.shape,
            grades: grades.get(start..).unwrap_or_default(),
            max_attempts: self.manifest.max_attempts.max(1),
            pauses: Pauses { base: Duration::ZERO, cap: Duration::ZERO },
            scrubber: &self.scrubber,
        };
        drive(&Tapes { model: self, report, name: &name }, &plan, question).await
    }

    /// Tokens the prompt had to fit into when it was recorded.
    pub fn context_tokens(&self) -> Option<u32> {
        self.manifest.context_tokens
    }

    /// How reports were put to the model when it was recorded.
    pub fn asking(&self) -> Asking {
        self.manifest.asking
    }

    /// All that decides what is asked.
    pub fn fingerprint(&self) -> String {
        format!("replay {:?}", self.manifest)
    }

    /// Model name as it was sent.
    pub fn model_name(&self) -> &str {
        &self.manifest.model
    }

    /// Base URL of the server that answered then.
    pub fn endpoint(&self) -> &str {
        &self.manifest.server
    }

    /// Day of the recording.
    pub fn date(&self) -> &str {
        &self.manifest.date
    }

    /// The keys this prompt can have been sent with, by grade, best first.
    pub fn request_keys(&self, prompt: &Prompt) -> Vec<(Grading, String)> {
        let Manifest { model, shape, .. } = &self.manifest;
        let grades = self.manifest.grades();
        let keys = request_keys(model, shape, prompt, &grades);
        grades.into_iter().zip(keys).collect()
    }

    fn no_recording(&self, report: &str, name: &str, exists: bool) -> LlmError {
        LlmError::NoRecording { report: report.to_owned(), file: self.directory.join(name), exists }
    }
}

/// The tape of one report as a transport.
struct Tapes<'a> {
    model: &'a ReplayModel,
    report: &'a str,
    name: &'a str,
}

impl Transport for Tapes<'_> {
    const LIVE: bool = false;

    async fn send(&self, request: &Request) -> Result<Delivery, LlmError> {
        let mut files = self.model.files.lock().unwrap_or_else(PoisonError::into_inner);
        match files.get_mut(self.name).and_then(|tape| tape.next(&request.key)) {
            Some(exchange) => Ok(Delivery::at_once(exchange.received(), false)),
            None => Err(self.model.no_recording(self.report, self.name, true)),
        }
    }
}

fn read(path: &Path) -> Result<String, ReplayError> {
    fs::read_to_string(path).map_err(|error| ReplayError::Read(path.to_owned(), error))
}

fn read_tape(path: &Path) -> Result<Tape, ReplayError> {
    let text = read(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let exchanges = lines.map(|(index, line)| match serde_json::from_str(line) {
        Ok(exchange) => Ok((exchange, false)),
        Err(source) => Err(ReplayError::Exchange { path: path.to_owned(), line: index + 1, source }),
    });
    exchanges.collect::<Result<_, _>>().map(Tape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::request::tests::prompt;
    use crate::llm::shape::Shape;
    use serde_json::json;

    fn folder(grade: &str, lines: &[(Grading, u16, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let manifest = json!({"format": 1, "server": "http://s/v1", "model": "m", "date": "2024-05-06", "grade": grade, "max_attempts": 2});
        fs::write(folder.path().join(MANIFEST), manifest.to_string()).unwrap();
        let mut text = String::new();
        for (grade, status, body) in lines {
            let request = Request::new("m", &Shape::default(), &prompt(), *grade);
            let line = json!({
                "request_hash": request.key, "grade": grade, "request": request.body,
                "status": status, "headers": {}, "body": body,
            });
            text.push_str(&format!("{line}\n"));
        }
        fs::write(folder.path().join("r.txt.jsonl"), text).unwrap();
        folder
    }

    fn answer(text: &str) -> String {
        json!({"choices": [{"message": {"content": text}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 5}}).to_string()
    }

    async fn ask(model: &ReplayModel) -> (Result<String, String>, Option<Grading>, usize) {
        let completion = model.complete("r.txt", &prompt()).await;
        let outcome = completion.outcome.map(|reply| reply.text).map_err(|error| error.code());
        (outcome, completion.grade, completion.attempts.len())
    }

    #[tokio::test]
    async fn steps_down_and_answers_in_the_order_of_the_recording() {
        let refusal = r#"{"error":"response_format is unavailable"}"#;
        let (one, two) = (answer("{\"a\":1}"), answer("{\"a\":2}"));
        let folder = folder(
            "auto",
            &[(Grading::JsonSchema, 400, refusal), (Grading::Tools, 500, ""), (Grading::Tools, 200, &one), (Grading::Tools, 200, &two)],
        );
        let model = ReplayModel::open(folder.path()).unwrap();
        assert_eq!((model.model_name(), model.endpoint(), model.date()), ("m", "http://s/v1", "2024-05-06"));
        for _ in 0..2 {
            assert_eq!(ask(&model).await, (Ok("{\"a\":1}".to_owned()), Some(Grading::Tools), 3));
            assert_eq!(ask(&model).await, (Ok("{\"a\":2}".to_owned()), Some(Grading::Tools), 1));
        }
    }

    #[tokio::test]
    async fn gives_up_where_the_recording_did() {
        let folder = folder("prompt", &[(Grading::Prompt, 503, ""), (Grading::Prompt, 503, "")]);
        let model = ReplayModel::open(folder.path()).unwrap();
        assert_eq!(ask(&model).await, (Err("http_503".to_owned()), Some(Grading::Prompt), 2));
    }

    #[tokio::test]
    async fn what_was_not_recorded_is_not_answered() {
        let folder = folder("prompt", &[(Grading::Prompt, 200, &answer("{}"))]);
        let model = ReplayModel::open(folder.path()).unwrap();
        let mut changed = prompt();
        changed.messages[1].content.push('!');
        let error = model.complete("r.txt", &changed).await.outcome.unwrap_err();
        assert!(matches!(error, LlmError::NoRecording { exists: true, .. }));
        let error = model.complete("other.txt", &prompt()).await.outcome.unwrap_err();
        assert!(matches!(error, LlmError::NoRecording { exists: false, .. }));
        assert!(error.to_string().contains("other.txt.jsonl"), "{error}");
        assert!(error.hint().contains("`other.txt` was never recorded here"), "{}", error.hint());
        assert!(error.is_fatal());
    }

    #[test]
    fn bad_folders_are_refused() {
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(ReplayModel::open(empty.path()), Err(ReplayError::Read(..))));
        let good = folder("auto", &[]);
        fs::write(good.path().join("x.jsonl"), "\n{}\n").unwrap();
        let error = ReplayModel::open(good.path()).unwrap_err();
        assert!(matches!(error, ReplayError::Exchange { line: 2, .. }), "{error}");
        let newer = r#"{"format":2,"server":"s","model":"m","date":"d","grade":"auto"}"#;
        fs::write(good.path().join(MANIFEST), newer).unwrap();
        assert!(matches!(ReplayModel::open(good.path()), Err(ReplayError::Format { found: 2, .. })));
        fs::write(good.path().join(MANIFEST), "{}").unwrap();
        assert!(matches!(ReplayModel::open(good.path()), Err(ReplayError::Manifest(..))));
    }
}
