//! A folder of labels, and which of them belong to a report.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::labels::{Gold, GoldIssue};

/// What a file of labels ends with.
const ENDING: &str = ".gold.json";

/// Endings of reports, which are no part of a report's name.
const REPORTS: [&str; 13] = ["txt", "text", "md", "markdown", "pdf", "html", "htm", "docx", "doc", "rtf", "eml", "zip", "json"];

/// Most bytes of one file of labels: the longest known has 20 thousand.
const MAX_BYTES: u64 = 4 << 20;

/// How deep folders are searched.
const MAX_DEPTH: usize = 16;

/// The labels of a folder and of the folders in it.
#[derive(Clone, Debug, Default)]
pub struct GoldSet {
    /// By path below the folder, without the ending.
    labels: BTreeMap<String, Gold>,
}

/// Why labels cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GoldError {
    /// A file or folder cannot be read.
    #[error("could not read `{}`", .path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file is no file of labels.
    #[error("`{}`: {issue}", .path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Where in it, and what.
        issue: GoldIssue,
    },
    /// The folder holds no labels.
    #[error("`{}` holds no `*.gold.json`", .0.display())]
    Empty(PathBuf),
}

impl GoldError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "check the path and its permissions",
            Self::Content { .. } => "correct the file; `docs/evaluation.md` says what may stand in it",
            Self::Empty(_) => "labels of `report.pdf` stand in `report.gold.json`; `sellside review --apply … --to-gold DIR` writes them",
        }
    }
}

/// The name of a report without folders and ending, by which its labels are found.
pub fn stem(name: &str) -> &str {
    without_ending(name.rsplit('/').next().unwrap_or(name))
}

fn without_ending(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && REPORTS.iter().any(|known| ending.eq_ignore_ascii_case(known)) => stem,
        _ => name,
    }
}

impl GoldSet {
    /// Reads all labels of a folder and of the folders in it.
    ///
    /// # Errors
    /// At the first file that cannot be read or is no file of labels, and when there is none.
    pub fn read(folder: &Path) -> Result<Self, GoldError> {
        let mut files = Vec::new();
        walk(folder, String::new(), 0, &mut files)?;
        let mut labels = BTreeMap::new();
        for (key, path) in files {
            labels.insert(key, read(&path)?);
        }
        if labels.is_empty() {
            return Err(GoldError::Empty(folder.to_owned()));
        }
        Ok(Self { labels })
    }

    /// The labels of a report, by its name in a run: those with the same path, else the only ones with the same [`stem`].
    pub fn find(&self, name: &str) -> Option<&Gold> {
        self.key(name).and_then(|key| self.labels.get(key))
    }

    /// The name under which [`GoldSet::iter`] gives the labels of a report.
    pub fn key(&self, name: &str) -> Option<&str> {
        let whole = without_ending(name);
        if let Some((key, _)) = self.labels.get_key_value(whole) {
            return Some(key);
        }
        let wanted = stem(name);
        let mut alike = self.labels.keys().filter(|key| key.rsplit('/').next() == Some(wanted));
        match (alike.next(), alike.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// All labels by path below the folder, without the ending, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Gold)> {
        self.labels.iter().map(|(key, gold)| (key.as_str(), gold))
    }

    /// How many reports have labels.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

impl FromIterator<(String, Gold)> for GoldSet {
    fn from_iter<I: IntoIterator<Item = (String, Gold)>>(labels: I) -> Self {
        Self { labels: labels.into_iter().collect() }
    }
}

fn walk(folder: &Path, prefix: String, depth: usize, files: &mut Vec<(String, PathBuf)>) -> Result<(), GoldError> {
    let failed = |source| GoldError::Read { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A linked folder may lead back to this one; a linked file is only read.
        if entry.file_type().map_err(failed)?.is_dir() {
            if depth < MAX_DEPTH && !name.starts_with('.') {
                walk(&entry.path(), format!("{prefix}{name}/"), depth + 1, files)?;
            }
        } else if let Some(stem) = name.strip_suffix(ENDING).filter(|stem| !stem.is_empty()) {
            files.push((format!("{prefix}{stem}"), entry.path()));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Gold, GoldError> {
    let failed = |source| GoldError::Read { path: path.to_owned(), source };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(failed)?;
    Gold::parse(&text).map_err(|issue| GoldError::Content { path: path.to_owned(), issue })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_by_the_name_of_their_report() {
        for (name, expected) in [
            ("007-x.txt", "007-x"),
            ("in/2025/007-x.PDF", "007-x"),
            ("mail.eml#007-x.docx", "mail.eml#007-x"),
            ("v1.2 weekly", "v1.2 weekly"),
            (".md", ".md"),
        ] {
            assert_eq!(stem(name), expected);
        }
        let labelled = |id: &str| Gold { id: Some(id.to_owned()), ..Gold::default() };
        let set: GoldSet = ["a/1", "b/1", "b/2", "3"].map(|key| (key.to_owned(), labelled(key))).into_iter().collect();
        let id = |name: &str| set.find(name).and_then(|gold| gold.id.as_deref());
        assert_eq!((id("a/1.txt"), id("b/1.md"), id("1.txt")), (Some("a/1"), Some("b/1"), None));
        assert_eq!((id("elsewhere/2.pdf"), id("deep/down/3.html"), id("4.txt")), (Some("b/2"), Some("3"), None));
    }

    #[test]
    fn a_folder_is_read_whole_or_says_which_file_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(GoldSet::read(folder.path()), Err(GoldError::Empty(_))));
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        std::fs::write(folder.path().join("1.gold.json"), "{}").unwrap();
        std::fs::write(folder.path().join("1.txt"), "报告").unwrap();
        std::fs::write(folder.path().join("deep/2.gold.json"), "\u{feff}{\"id\":\"2\"}").unwrap();
        let set = GoldSet::read(folder.path()).unwrap();
        assert_eq!(set.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["1", "deep/2"]);
        std::fs::write(folder.path().join("3.gold.json"), r#"{"published":"March"}"#).unwrap();
        let error = GoldSet::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("3.gold.json`: /published: `March` is not a date"), "{error}");
        assert!(matches!(GoldSet::read(&folder.path().join("none")), Err(GoldError::Read { .. })));
    }
}
