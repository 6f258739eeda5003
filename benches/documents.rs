//! How fast PDFs become records, against `pdftotext` alone on the same files in the same run.
//!
//! `cargo bench --bench documents`; `cargo bench --bench documents -- FILE…` reads other PDFs. Every reading is a process of
//! its own, as in use, and so is `pdftotext`. The engine alone reads within this process, and no further than to lines: the
//! share over it is what the second process, normalising and the rules cost.
#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sellside::document::{PdfEngine, Reader};
use sellside::pipeline::extract_by_rules;
use unpdf::parser::LayoutAnalyzer;
use unpdf::parser::backend::{PdfBackend as _, RawBackend};

/// Rounds of which the fastest counts.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let named: Vec<PathBuf> = std::env::args_os().skip(1).filter(|argument| argument != "--bench").map(PathBuf::from).collect();
    let paths = if named.is_empty() { fixtures() } else { named };
    let reader = Reader::new().pdf_worker(env!("CARGO_BIN_EXE_sellside")).pdf_engine(PdfEngine::Unpdf);
    let mut bytes = 0u64;
    let mut pages = 0u32;
    for path in &paths {
        let document = reader.read(path, "report.pdf")?;
        bytes += document.bytes;
        pages += document.origin.pages.unwrap_or(1);
    }
    println!("{} PDFs, {pages} pages, {:.3} MB, fastest of {ROUNDS} rounds", paths.len(), megabytes(bytes));
    let engine = fastest(|| paths.iter().try_for_each(|path| engine(path)))?;
    row("engine alone", engine, pages, bytes);
    let read = fastest(|| paths.iter().try_for_each(|path| reader.read(path, "report.pdf").map(drop).map_err(Into::into)))?;
    row("PDF to text, in a process", read, pages, bytes);
    let whole = fastest(|| {
        paths.iter().try_for_each(|path| {
            let document = reader.read(path, "report.pdf")?;
            std::hint::black_box(extract_by_rules(&document));
            Ok(())
        })
    })?;
    row("PDF to record", whole, pages, bytes);
    println!("over the engine           {:8.1} %", (whole.as_secs_f64() / engine.as_secs_f64() - 1.0) * 100.0);
    match fastest(|| paths.iter().try_for_each(|path| pdftotext(path))) {
        Ok(time) => {
            row("pdftotext alone", time, pages, bytes);
            println!("PDF to record : pdftotext {:8.2} times the time", whole.as_secs_f64() / time.as_secs_f64());
        }
        Err(error) => println!("pdftotext alone: not measured: {error}"),
    }
    Ok(())
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documents");
    ["cid-unigb.pdf", "cid-gbk.pdf", "subset.pdf", "by-rows.pdf"].iter().map(|name| folder.join(name)).collect()
}

/// What the engine itself has to do: the lines of every page.
fn engine(path: &Path) -> Result<(), Box<dyn Error>> {
    let backend = RawBackend::load_bytes_with_password(&std::fs::read(path)?, None)?;
    for &page in backend.pages().keys() {
        let analyzer = LayoutAnalyzer::new(&backend);
        std::hint::black_box(analyzer.group_spans_into_lines_pub(analyzer.extract_page_spans(page)?));
    }
    Ok(())
}

fn pdftotext(path: &Path) -> Result<(), Box<dyn Error>> {
    let status = Command::new("pdftotext").arg(path).arg("-").stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err("it failed".into()) }
}

fn fastest(mut work: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        work()?;
        best = best.min(started.elapsed());
    }
    Ok(best)
}

fn row(what: &str, time: Duration, pages: u32, bytes: u64) {
    let seconds = time.as_secs_f64();
    println!("{what:<25} {:8.1} pages/s {:8.2} MB/s", f64::from(pages) / seconds, megabytes(bytes) / seconds);
}

#[allow(clippy::cast_precision_loss, reason = "sizes of files")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
