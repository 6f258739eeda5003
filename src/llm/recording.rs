//! Recordings: every exchange with a server, written down so that it can be replayed without one.
//!
//! A folder holds `manifest.json` and one `REPORT.jsonl` a report: one exchange a line, in order, with the body as it
//! came. Neither holds a key.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::Failure;
use super::grade::{self, GradeChoice};
use super::http::{Lost, Received};
use super::request::Request;
use super::scrub::Scrubber;
use super::shape::Shape;
use crate::config::{Asking, Scope};
use crate::domain::record::Grading;

/// Longest file name before the ending, in bytes; file systems take 255.
const MAX_NAME: usize = 180;

/// Name of the manifest.
pub(super) const MANIFEST: &str = "manifest.json";

/// What a folder of recordings was made with; stands in for the provider when it is replayed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Version of the folder.
    pub(super) format: u32,
    /// The server's base URL without credentials and query.
    pub(super) server: String,
    /// Model name as sent.
    pub(super) model: String,
    /// Day of the recording, for people.
    pub(super) date: String,
    /// Grade asked for.
    pub(super) grade: GradeChoice,
    /// Grades tried, in order.
    #[serde(default = "all_grades", skip_serializing_if = "is_all_grades")]
    pub(super) grades: Vec<Grading>,
    /// Most attempts of one request, so that a replay gives up where the recording did.
    #[serde(default = "one")]
    pub(super) max_attempts: u32,
    /// Tokens the prompt had to fit into, so that a replay renders the same one.
    #[serde(default)]
    pub(super) context_tokens: Option<u32>,
    /// How reports were put to the model, so that a replay asks the same questions.
    #[serde(default = "whole")]
    pub(super) asking: Asking,
    /// What requests look like, so that a replay sends the same ones.
    #[serde(flatten)]
    pub(super) shape: Shape,
}

fn all_grades() -> Vec<Grading> {
    grade::ALL.to_vec()
}

fn is_all_grades(grades: &[Grading]) -> bool {
    grades == grade::ALL
}

fn one() -> u32 {
    1
}

/// A recording that does not say so showed the model all of a report, as far as it fitted.
fn whole() -> Asking {
    Asking { scope: Scope::Full, split: false, ..Asking::default() }
}

impl Manifest {
    /// The grades a request can have been sent in, in order.
    pub(super) fn grades(&self) -> Vec<Grading> {
        match self.grade {
            GradeChoice::Auto => self.grades.clone(),
            GradeChoice::Only(grade) => vec![grade],
        }
    }
}

/// One exchange, one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Exchange {
    /// The request's key.
    pub(super) request_hash: String,
    /// Grade it was sent with.
    pub(super) grade: Grading,
    /// The body sent.
    pub(super) request: Value,
    /// HTTP status; null where none came.
    pub(super) status: Option<u16>,
    /// Headers worth keeping.
    pub(super) headers: BTreeMap<String, String>,
    /// The body received; where nothing whole came, what the system said.
    pub(super) body: String,
    /// How the exchange broke, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) failure: Option<Break>,
}

/// How an exchange broke before a reply was whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Break {
    Connect,
    Timeout,
    Cut,
    TooLarge,
}

impl Exchange {
    fn new(request: &Request, received: &Result<Received, Lost>, scrubber: &Scrubber) -> Self {
        let (status, headers, body, failure) = match received {
            Ok(received) => (Some(received.status), received.headers.clone(), received.body.clone(), None),
            Err(lost) => {
                let kind = match &lost.failure {
                    Failure::Connect { .. } => Break::Connect,
                    Failure::Timeout => Break::Timeout,
                    Failure::TooLarge => Break::TooLarge,
                    Failure::Cut { .. }
                    | Failure::NotJson { .. }
                    | Failure::Malformed { .. }
                    | Failure::Interrupted { .. }
                    | Failure::Unanswered { .. }
                    | Failure::Empty
                    | Failure::Http(_) => Break::Cut,
                };
                (lost.status, BTreeMap::new(), lost.failure.reason().unwrap_or_default(), Some(kind))
            }
        };
        let clean = |text: String| scrubber.text(&text).into_owned();
        Self {
            request_hash: request.key.clone(),
            grade: request.grade,
            request: scrubber.value(&request.body),
            status,
            headers: headers.into_iter().map(|(name, value)| (name, clean(value))).collect(),
            body: clean(body),
            failure,
        }
    }

    /// What came back then.
    pub(super) fn received(&self) -> Result<Received, Lost> {
        let failure = match (self.failure, self.status) {
            (None, Some(status)) => {
                let success = (200..300).contains(&status);
                let json = success.then(|| serde_json::from_str(&self.body).ok()).flatten();
                return Ok(Received { status, headers: self.headers.clone(), body: self.body.clone(), json });
            }
            (Some(Break::Connect), _) => Failure::Connect { reason: self.body.clone() },
            (Some(Break::Timeout), _) => Failure::Timeout,
            (Some(Break::TooLarge), _) => Failure::TooLarge,
            (Some(Break::Cut), _) | (None, None) => Failure::Cut { reason: self.body.clone() },
        };
        Err(Lost { failure, status: self.status })
    }
}

/// Why an exchange could not be written down.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The folder cannot be made.
    #[error("could not create folder `{}`", .0.display())]
    CreateFolder(PathBuf, #[source] io::Error),
    /// The manifest cannot be written.
    #[error("could not write `{}`", .0.display())]
    WriteManifest(PathBuf, #[source] io::Error),
    /// An exchange cannot be written.
    #[error("could not record in `{}`", .0.display())]
    WriteExchange(PathBuf, #[source] io::Error),
}

/// Writes exchanges into a folder.
#[derive(Debug)]
pub(super) struct Recorder {
    directory: PathBuf,
    scrubber: Scrubber,
    /// Reports this recorder has begun: the first exchange replaces an older file, the next ones follow it.
    begun: Mutex<BTreeSet<String>>,
}

impl Recorder {
    /// Makes the folder and its manifest.
    pub(super) fn create(directory: &Path, manifest: &Manifest, scrubber: Scrubber) -> Result<Self, RecordError> {
        fs::create_dir_all(directory).map_err(|error| RecordError::CreateFolder(directory.to_owned(), error))?;
        let mut manifest = manifest.clone();
        manifest.shape = manifest.shape.scrubbed(&scrubber);
        let path = directory.join(MANIFEST);
        write_manifest(directory, &path, &manifest).map_err(|error| RecordError::WriteManifest(path, error))?;
        Ok(Self { directory: directory.to_owned(), scrubber, begun: Mutex::default() })
    }

    /// Writes one exchange down.
    pub(super) fn record(&self, report: &str, request: &Request, received: &Result<Received, Lost>) -> Result<(), RecordError> {
        let exchange = Exchange::new(request, received, &self.scrubber);
        let path = self.directory.join(file_name(report));
        // Held while writing, so that lines of requests that run at once do not mix.
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        append(&path, &exchange, begun.insert(report.to_owned())).map_err(|error| RecordError::WriteExchange(path.clone(), error))
    }
}

fn write_manifest(directory: &Path, path: &Path, manifest: &Manifest) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    serde_json::to_writer_pretty(&mut file, manifest)?;
    file.write_all(b"\n")?;
    // Temporary files are for their owner only; a recording is meant to be shared like any other file.
    share(file.as_file())?;
    file.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn share(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_: &fs::File) -> io::Result<()> {
    Ok(())
}

fn append(path: &Path, exchange: &Exchange, first: bool) -> io::Result<()> {
    let mut line = serde_json::to_string(exchange)?;
    line.push('\n');
    let mut options = OpenOptions::new();
    if first {
        options.write(true).truncate(true)
    } else {
        options.append(true)
    };
    options.create(true).open(path)?.write_all(line.as_bytes())
}

/// The file a report's exchanges stand in: its name, with everything but letters, digits, blanks and `-_.` escaped.
pub fn file_name(report: &str) -> String {
    let mut name = String::new();
    for (index, c) in report.chars().enumerate() {
        let plain = c.is_alphanumeric() || matches!(c, '-' | '_' | ' ') || (c == '.' && index > 0);
        if plain {
            name.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(name, "%{byte:02X}");
            }
        }
    }
    if name.len() > MAX_NAME {
        let end = (0..=MAX_NAME).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
        name.truncate(end);
        let hash = blake3::hash(report.as_bytes()).to_hex();
        name.push('~');
        name.extend(hash.chars().take(16));
    }
    name.push_str(".jsonl");
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::request::tests::prompt;
    use serde_json::json;

    #[test]
    fn file_names_are_safe_and_tell_reports_apart() {
        let cases = [
            ("report.txt", "report.txt.jsonl"),
            ("上海证券 2024-05.txt", "上海证券 2024-05.txt.jsonl"),
            ("a/b.txt", "a%2Fb.txt.jsonl"),
            ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd.jsonl"),
            ("-", "-.jsonl"),
            ("a\0b%", "a%00b%25.jsonl"),
        ];
        for (report, expected) in cases {
            assert_eq!(file_name(report), expected);
        }
        let long = "长".repeat(100);
        assert!(file_name(&long).len() < 255);
        assert_ne!(file_name(&long), file_name(&format!("{long}二")));
    }

    #[test]
    fn exchanges_come_back_as_they_went() {
        let request = Request::new("m", &Shape::default(), &prompt(), Grading::Prompt);
        let headers = BTreeMap::from([("retry-after".to_owned(), "1".to_owned())]);
        let lost = |failure, status| Err(Lost { failure, status });
        let cases = [
            Ok(Received { status: 200, headers: headers.clone(), body: "{\"a\": 1}".into(), json: Some(json!({"a": 1})) }),
            Ok(Received { status: 200, headers: BTreeMap::new(), body: "<html>".into(), json: None }),
            Ok(Received { status: 429, headers, body: "[]".into(), json: None }),
            lost(Failure::Timeout, None),
            lost(Failure::Cut { reason: "early end".into() }, Some(200)),
            lost(Failure::Connect { reason: "refused".into() }, None),
            lost(Failure::TooLarge, Some(200)),
        ];
        for received in cases {
            let exchange = Exchange::new(&request, &received, &Scrubber::default());
            let line = serde_json::to_string(&exchange).unwrap();
            let read: Exchange = serde_json::from_str(&line).unwrap();
            assert_eq!(read, exchange);
            assert_eq!(read.received(), received);
        }
    }

    #[test]
    fn lines_have_the_documented_members() {
        let request = Request::new("m", &Shape::default(), &prompt(), Grading::Prompt);
        let received = Ok(Received { status: 200, headers: BTreeMap::new(), body: "{}".into(), json: Some(json!({})) });
        let line = serde_json::to_value(Exchange::new(&request, &received, &Scrubber::default())).unwrap();
        let members: Vec<_> = line.as_object().unwrap().keys().collect();
        assert_eq!(members, ["request_hash", "grade", "request", "status", "headers", "body"]);
    }
}
