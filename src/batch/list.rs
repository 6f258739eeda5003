//! Lists of reports: a path a line, or a JSON object a line with options of its own.

use std::io::{self, BufRead};
use std::path::PathBuf;

use serde::Deserialize;

use super::input::Inputs;

/// Longest line of a list, in bytes.
const LINE: u64 = 64 * 1024;
/// Most lines of a list.
const LINES: usize = 10_000_000;

/// A list that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// It cannot be read.
    #[error("could not read the list of reports")]
    Read(#[source] io::Error),
    /// A line that begins like JSON is no item.
    #[error("line {line} of the list is no item")]
    Item {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// A line or the list is too long.
    #[error("line {line} of the list is longer than {LINE} bytes, or one too many")]
    TooLong {
        /// The line, from 1.
        line: usize,
    },
}

/// A report with options of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    /// Where it is.
    path: PathBuf,
    /// Its name in the run.
    #[serde(default)]
    name: Option<String>,
    /// Whether the rules alone shall read it.
    #[serde(default)]
    rules_only: bool,
}

/// Reads a list. Paths are relative to the current folder; empty lines are passed over.
///
/// # Errors
/// When it cannot be read, or a line of JSON is no item.
pub fn read_list(mut list: impl BufRead) -> Result<Inputs, ListError> {
    let mut items = Vec::new();
    for number in 1.. {
        let mut line = Vec::new();
        let length = io::Read::take(&mut list, LINE).read_until(b'\n', &mut line).map_err(ListError::Read)?;
        if length == 0 {
            break;
        }
        if (length as u64 == LINE && line.last() != Some(&b'\n')) || number > LINES {
            return Err(ListError::TooLong { line: number });
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.starts_with('{') {
            let Item { path, name, rules_only } = serde_json::from_str(text).map_err(|source| ListError::Item { line: number, source })?;
            items.push((path, name.filter(|name| !name.trim().is_empty()), rules_only));
        } else if !text.is_empty() {
            items.push((PathBuf::from(text), None, false));
        }
    }
    Ok(Inputs::of_list(items))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_json_may_stand_in_one_list() {
        let list = "a.txt\r\n\n{\"path\": \"b.md\", \"name\": \"the b\", \"rules_only\": true}\n报告 一.txt";
        let inputs = read_list(list.as_bytes()).unwrap();
        let seen: Vec<_> =
            inputs.reports.iter().map(|input| (input.name.as_str(), input.path.to_str().unwrap(), input.rules_only)).collect();
        assert_eq!(seen, [("a.txt", "a.txt", false), ("the b", "b.md", true), ("报告 一.txt", "报告 一.txt", false)]);
    }

    #[test]
    fn bad_lines_are_named() {
        let message = |list: &str| read_list(list.as_bytes()).unwrap_err().to_string();
        assert_eq!(message("a\n{\"file\": \"b\"}\n"), "line 2 of the list is no item");
        assert!(message(&"x".repeat(70_000)).starts_with("line 1 of the list is longer"));
    }
}
