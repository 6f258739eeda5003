//! Programs that are used where they are installed: `pdftotext`, and `pdftoppm` with `tesseract`.

use std::io;
use std::process::Command;
use std::time::Duration;

use super::process::{self, Bounds, Ended, Said, fate};
use super::transcript::{PageText, Program, Refusal, Transcript};

/// What one call may take.
const WALL: Duration = Duration::from_mins(1);
/// What one call may say: text, or a picture of a page.
const MOST_TEXT: u64 = 32 * 1024 * 1024;
const MOST_PICTURE: u64 = 128 * 1024 * 1024;
/// Pages that are recognised of one PDF.
const MOST_PAGES: usize = 100;
/// Dots per inch of a picture of a page; characters of 8 points need about this.
const DOTS: &str = "300";
/// Most pixels of a side: pages of any size are scaled to it.
const PIXELS: &str = "5000";

/// Reads the text layer with `pdftotext`, in reading order: `-layout` would interleave columns.
pub(super) fn pdftotext(bytes: &[u8]) -> Result<Transcript, Refusal> {
    let version = version(Program::Pdftotext, "-v")?;
    let said = call(Program::Pdftotext, &["-enc", "UTF-8", "-", "-"], bytes, MOST_TEXT)?;
    let text = String::from_utf8_lossy(&said.output).into_owned();
    let empty = text.trim().is_empty();
    if empty && said.complaints.contains("language pack") {
        return Err(Refusal::NoEncodingData);
    }
    if !said.status.success() && empty {
        if said.complaints.contains("Incorrect password") {
            return Err(Refusal::Encrypted);
        }
        return Err(match first_line(&said.complaints) {
            Some(line) => Refusal::Damaged(line),
            None => Refusal::Stopped(fate(said.status)),
        });
    }
    let mut pages: Vec<PageText> = text.split('\u{c}').map(|text| PageText { text: text.to_owned(), gaps: false, painted: true }).collect();
    // Each page ends with a form feed; what stands behind the last is no page.
    if pages.last().is_some_and(|page| page.text.trim().is_empty()) {
        pages.pop();
    }
    let gaps = said.complaints.contains("language pack");
    for page in &mut pages {
        page.gaps = gaps;
    }
    Ok(Transcript { engine: format!("pdftotext {version}"), pages, incomplete: !said.status.success() })
}

/// Recognises the characters on the pages named; the others stay empty.
pub(super) fn recognise(bytes: &[u8], wanted: &[u32]) -> Result<Transcript, Refusal> {
    version(Program::Pdftoppm, "-v")?;
    let version = version(Program::Tesseract, "--version")?;
    let mut pages = Vec::new();
    for &page in wanted.iter().take(MOST_PAGES) {
        let number = page.to_string();
        let picture = call(
            Program::Pdftoppm,
            &["-r", DOTS, "-scale-to", PIXELS, "-gray", "-singlefile", "-f", &number, "-l", &number, "-"],
            bytes,
            MOST_PICTURE,
        )?;
        let mut text = String::new();
        if !picture.output.is_empty() {
            let said = call(Program::Tesseract, &["stdin", "stdout", "-l", "chi_sim+eng", "--psm", "3"], &picture.output, MOST_TEXT)?;
            if !said.status.success() {
                return Err(Refusal::Stopped(first_line(&said.complaints).unwrap_or_else(|| fate(said.status))));
            }
            text = String::from_utf8_lossy(&said.output).replace('\u{c}', "\n");
        }
        pages.push(PageText { text, gaps: false, painted: true });
    }
    Ok(Transcript { engine: format!("tesseract {version}"), pages, incomplete: wanted.len() > MOST_PAGES })
}

/// The version a program tells, on its first line.
fn version(program: Program, flag: &str) -> Result<String, Refusal> {
    let said = call(program, &[flag], b"", MOST_TEXT)?;
    let told = format!("{}{}", String::from_utf8_lossy(&said.output), said.complaints);
    let word = told.lines().next().and_then(|line| line.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit())));
    Ok(word.unwrap_or("of unknown version").to_owned())
}

fn call(program: Program, arguments: &[&str], input: &[u8], most: u64) -> Result<Said, Refusal> {
    let mut command = Command::new(program.name());
    // One thread: a page is the unit of work, and the limit on processor time counts threads together.
    command.args(arguments).env("OMP_THREAD_LIMIT", "1");
    // In the group of this process, so that it ends with it.
    match process::run(command, input, Bounds { wall: WALL, most, group: false }) {
        Ok(Ended::Done(said)) => Ok(said),
        Ok(Ended::TooLong) => Err(Refusal::Stopped(format!("waited for `{}` for over {} seconds", program.name(), WALL.as_secs()))),
        Ok(Ended::TooMuch) => Err(Refusal::Stopped(format!("ended `{}`, which wrote over {most} bytes", program.name()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Refusal::NoProgram(program)),
        Err(error) => Err(Refusal::Stopped(format!("could not run `{}`: {error}", program.name()))),
    }
}

/// What a program complains about first. Words of the file may stand in it, so only its beginning is shown.
fn first_line(complaints: &str) -> Option<String> {
    let line = complaints.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().filter(|c| !c.is_control()).take(120).collect())
}
