//! PDF to text, in a child process with limits: engines may run away, use up memory or end the process on hostile input.
//!
//! The process is `sellside` itself, started to read one PDF ([`pdf_worker`]); it may use a built-in engine or programs
//! that are installed. Never a program the caller did not name and that is not called `sellside`.

#[cfg(feature = "pdf")]
mod engine;
#[cfg(feature = "pdf")]
mod layout;
mod process;
mod programs;
mod transcript;
#[cfg(feature = "pdf")]
mod turn;
mod worker;

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::str::FromStr;
use std::time::Duration;

use super::{MAX_FILE_BYTES, Unreadable};
use process::{Bounds, Ended, fate};
use transcript::{Answer, PageText, Refusal, Request, Task, Transcript};
pub use worker::pdf_worker;

/// Version of this program: both ends have to be the same.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What the process that reads a PDF may take, in time and in bytes of its answer.
const WALL: Duration = Duration::from_mins(1);
const WALL_OF_RECOGNITION: Duration = Duration::from_mins(30);
const MOST: u64 = 64 * 1024 * 1024;
/// The argument that makes `sellside` read one PDF.
pub const PDF_WORKER: &str = "pdf-worker";

/// What reads the text of a PDF.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PdfEngine {
    /// The built-in engine; `pdftotext`, where it is installed, when that one fails or leaves pages empty.
    #[default]
    Auto,
    /// The built-in engine alone.
    Unpdf,
    /// `pdftotext` alone.
    Pdftotext,
}

/// A name that is no engine's.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a PDF engine: `auto`, `unpdf` or `pdftotext`")]
pub struct UnknownEngine(String);

impl FromStr for PdfEngine {
    type Err = UnknownEngine;

    fn from_str(name: &str) -> Result<Self, UnknownEngine> {
        match name {
            "auto" => Ok(Self::Auto),
            "unpdf" => Ok(Self::Unpdf),
            "pdftotext" => Ok(Self::Pdftotext),
            other => Err(UnknownEngine(other.to_owned())),
        }
    }
}

/// How PDFs are read.
#[derive(Clone, Debug, Default)]
pub(super) struct PdfSettings {
    /// The program that reads; `sellside` on the PATH where there is none.
    pub(super) worker: Option<PathBuf>,
    pub(super) engine: PdfEngine,
    pub(super) password: Option<secrecy::SecretString>,
    pub(super) recognise: bool,
}

/// The text of a PDF.
#[derive(Debug)]
pub(super) struct PdfText {
    /// Pages parted by form feeds.
    pub(super) text: String,
    /// Engines with their versions.
    pub(super) engine: String,
    pub(super) pages: u32,
    /// Whether characters of it were recognised in pictures.
    pub(super) recognised: bool,
    /// What was lost, for people.
    pub(super) losses: Vec<String>,
}

/// Reads a PDF.
pub(super) fn read(bytes: &[u8], settings: &PdfSettings) -> Result<PdfText, Unreadable> {
    let worker = Worker { settings };
    let mut read = worker.transcript(bytes)?;
    let bare = bare_pages(&read);
    let mut recognised = false;
    if settings.recognise && !bare.is_empty() {
        let found = worker.ask(Task::Recognise(bare.clone()), bytes, WALL_OF_RECOGNITION)?;
        recognised = fill(&mut read, &bare, &found);
        read.incomplete |= found.incomplete;
    }
    let all = read.pages.len();
    let left: Vec<u32> = bare_pages(&read);
    let words: usize = read.pages.iter().map(|page| page.text.chars().filter(|c| !c.is_whitespace()).take(transcript::FEW).count()).sum();
    // Mostly pictures: what text there is are stamps and page numbers.
    if all == 0 || words < transcript::FEW || left.len() * 10 >= all * 9 {
        return Err(if left.is_empty() { Unreadable::Empty } else { Unreadable::Scanned { pages: left.len(), all } });
    }
    let mut losses = Vec::new();
    if !left.is_empty() {
        losses.push(format!("no text on {} of {all} pages ({}): pictures are not read", left.len(), listed(&left)));
    }
    let gaps: Vec<u32> = numbers(&read.pages, |page| page.gaps);
    if !gaps.is_empty() {
        losses.push(format!("characters without a Unicode map left out on {} of {all} pages ({})", gaps.len(), listed(&gaps)));
    }
    if read.incomplete {
        losses.push("the PDF is damaged, and pages of it are missing".to_owned());
    }
    let pages: Vec<&str> = read.pages.iter().map(|page| page.text.trim_end()).collect();
    let count = u32::try_from(all).unwrap_or(u32::MAX);
    Ok(PdfText { text: pages.join("\n\u{c}"), pages: count, engine: read.engine, recognised, losses })
}

/// Takes over the text of pages from another transcript of just these pages.
fn fill(read: &mut Transcript, wanted: &[u32], found: &Transcript) -> bool {
    let mut any = false;
    for (number, other) in wanted.iter().zip(&found.pages) {
        let page = (*number as usize).checked_sub(1).and_then(|at| read.pages.get_mut(at));
        if let Some(page) = page.filter(|page| other.text.trim().len() > page.text.trim().len()) {
            page.text.clone_from(&other.text);
            page.gaps = other.gaps;
            any = true;
        }
    }
    if any {
        read.engine = format!("{}, {}", read.engine, found.engine);
    }
    any
}

/// Pages that show something and hold next to no text.
fn bare_pages(read: &Transcript) -> Vec<u32> {
    numbers(&read.pages, |page| page.painted && page.is_bare())
}

fn numbers(pages: &[PageText], what: impl Fn(&PageText) -> bool) -> Vec<u32> {
    (1..).zip(pages).filter(|(_, page)| what(page)).map(|(number, _)| number).collect()
}

/// Page numbers for people: the first few.
fn listed(pages: &[u32]) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> = pages.iter().take(SHOWN).map(ToString::to_string).collect();
    if pages.len() > SHOWN {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

struct Worker<'a> {
    settings: &'a PdfSettings,
}

impl Worker<'_> {
    /// Reads the text layer with the engine chosen.
    fn transcript(&self, bytes: &[u8]) -> Result<Transcript, Unreadable> {
        match self.settings.engine {
            PdfEngine::Unpdf => self.ask(Task::Unpdf, bytes, WALL),
            PdfEngine::Pdftotext => self.ask(Task::Pdftotext, bytes, WALL),
            PdfEngine::Auto => match self.ask(Task::Unpdf, bytes, WALL) {
                Ok(mut read) => {
                    let bare = bare_pages(&read);
                    if !bare.is_empty() || read.pages.is_empty() || read.pages.iter().any(|page| page.gaps) {
                        self.second_opinion(&mut read, &bare, bytes);
                    }
                    Ok(read)
                }
                Err(error @ (Unreadable::Encrypted { .. } | Unreadable::NoWorker { .. })) => Err(error),
                Err(error) => self.ask(Task::Pdftotext, bytes, WALL).map_err(|_| error),
            },
        }
    }

    /// Has `pdftotext` read what the engine left out. That it cannot is no error: the engine's text stands.
    fn second_opinion(&self, read: &mut Transcript, bare: &[u32], bytes: &[u8]) {
        let Ok(found) = self.ask(Task::Pdftotext, bytes, WALL) else { return };
        if read.pages.is_empty() {
            *read = found;
            return;
        }
        let gaps = numbers(&read.pages, |page| page.gaps);
        let mut wanted: Vec<u32> = bare.iter().copied().chain(gaps).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let pages = wanted.iter().map(|&number| found.pages.get(number as usize - 1).cloned().unwrap_or_default()).collect();
        fill(read, &wanted, &Transcript { engine: found.engine, pages, incomplete: false });
    }

    /// Has the process perform one task.
    fn ask(&self, task: Task, bytes: &[u8], wall: Duration) -> Result<Transcript, Unreadable> {
        let password = self.settings.password.as_ref().map(|password| secrecy::ExposeSecret::expose_secret(password).to_owned());
        let given = password.is_some();
        let program = self.settings.worker.clone().unwrap_or_else(|| PathBuf::from("sellside"));
        let failed = |detail: String| Unreadable::NoWorker { program: program.display().to_string(), detail };
        let request = Request { version: VERSION.to_owned(), task, password };
        let mut input = serde_json::to_vec(&request).map_err(|error| failed(error.to_string()))?;
        input.push(b'\n');
        input.extend_from_slice(bytes);
        let mut command = Command::new(&program);
        command.arg(PDF_WORKER);
        let said = match process::run(command, &input, Bounds { wall, most: MOST, group: true }) {
            Ok(Ended::Done(said)) => said,
            Ok(Ended::TooLong) => return Err(Unreadable::Stopped { detail: format!("took longer than {} seconds", wall.as_secs()) }),
            Ok(Ended::TooMuch) => return Err(Unreadable::Stopped { detail: format!("gave more than {MOST} bytes") }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(failed("there is no such program".to_owned())),
            Err(error) => return Err(failed(error.to_string())),
        };
        if said.output.is_empty() && said.status.code() == Some(2) {
            return Err(failed("it does not know how to read PDFs".to_owned()));
        }
        let Ok(answer) = serde_json::from_slice::<Answer>(&said.output) else {
            return Err(Unreadable::Stopped { detail: fate(said.status) });
        };
        if answer.version != VERSION {
            return Err(failed(format!("it is version {}, not {VERSION}", answer.version)));
        }
        answer.result.map_err(|refusal| match refusal {
            Refusal::Encrypted => Unreadable::Encrypted { format: "PDF", given },
            Refusal::Damaged(detail) => Unreadable::Damaged { format: "PDF", detail },
            Refusal::NoEngine => Unreadable::NoEngine,
            Refusal::NoProgram(program) => Unreadable::NoProgram { program: program.name() },
            Refusal::NoEncodingData => Unreadable::NoEncodingData,
            Refusal::Stopped(detail) => Unreadable::Stopped { detail },
        })
    }
}
