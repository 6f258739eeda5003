//! The other end: a process of its own that reads one PDF within limits.

use std::io::{self, BufRead, BufReader, Read};

use super::transcript::{Answer, Refusal, Request, Task, Transcript};
use super::{MAX_FILE_BYTES, VERSION, programs};

/// What this process may take, and each program it starts: memory, processor time.
const MEMORY: u64 = 2 * 1024 * 1024 * 1024;
const SECONDS: u64 = 30;

/// Limits the process it is called in, reads a request and a PDF, and returns what to print.
///
/// For a program that is started to do this and nothing else: the limits stay, no file can be written from then on, and a
/// hostile PDF may end the process. `sellside` does it when [`Reader`](crate::document::Reader) starts it.
///
/// # Errors
/// When the limits cannot be set, or what is read is no request.
pub fn pdf_worker(input: impl Read) -> io::Result<String> {
    confine()?;
    let mut input = BufReader::new(input.take(MAX_FILE_BYTES + 64 * 1024));
    let mut line = Vec::new();
    input.by_ref().take(64 * 1024).read_until(b'\n', &mut line)?;
    let request: Request = serde_json::from_slice(&line)?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let result = if request.version == VERSION { perform(&request, &bytes) } else { Err(Refusal::NoEngine) };
    Ok(serde_json::to_string(&Answer { version: VERSION.to_owned(), result })?)
}

fn perform(request: &Request, bytes: &[u8]) -> Result<Transcript, Refusal> {
    match &request.task {
        #[cfg(feature = "pdf")]
        Task::Unpdf => super::engine::read(bytes, request.password.as_deref()),
        #[cfg(not(feature = "pdf"))]
        Task::Unpdf => Err(Refusal::NoEngine),
        // Programs take a password as an argument only, which every user of the machine can read.
        Task::Pdftotext | Task::Recognise(_) if request.password.is_some() => Err(Refusal::Encrypted),
        Task::Pdftotext => programs::pdftotext(bytes),
        Task::Recognise(pages) => programs::recognise(bytes, pages),
    }
}

#[cfg(unix)]
fn confine() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limits = [(Resource::As, MEMORY), (Resource::Cpu, SECONDS), (Resource::Fsize, 0), (Resource::Core, 0)];
    for (resource, most) in limits {
        // A hard limit can be lowered and never raised.
        let most = getrlimit(resource).maximum.map_or(most, |hard| hard.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    // Who waits for the answer may be ended without a chance to end this.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    Ok(())
}

/// Elsewhere only time and output are bounded, by the process that waits.
#[cfg(not(unix))]
fn confine() -> io::Result<()> {
    Ok(())
}
