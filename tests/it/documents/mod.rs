//! Reports in every form users hold them in.

mod damaged;
pub(crate) mod forms;
mod pdf;

use std::path::PathBuf;

use sellside::Document;
use sellside::document::Reader;

use crate::support::workspace::repository;

/// A document of the fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    repository("tests/fixtures/documents").join(name)
}

/// A reader that reads PDFs with the program under test.
fn reader() -> Reader {
    Reader::new().pdf_worker(assert_cmd::cargo::cargo_bin("sellside"))
}

fn read(reader: &Reader, name: &str) -> Document {
    reader.read(&fixture(name), name).unwrap_or_else(|error| panic!("{name}: {error}: {:?}", std::error::Error::source(&error)))
}

/// Whether a program is installed; says so when it is not.
fn installed(program: &str) -> bool {
    let found = std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()));
    if !found {
        crate::support::workspace::skipped(&format!("`{program}` is not installed"));
    }
    found
}
