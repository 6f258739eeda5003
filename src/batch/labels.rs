//! Records that people decided about, as gold labels: so that corrections become the next evaluation set.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::views::run_names;
use crate::decide::Decision;
use crate::domain::Record;
use crate::gold::{Gold, stem};
use crate::store::{RunStore, StoreError, write_atomic};

/// What was written, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelsWritten {
    /// Files that were written.
    pub written: Vec<PathBuf>,
    /// Files that said the same already.
    pub unchanged: Vec<PathBuf>,
    /// Files that say something else and were left as they are.
    pub differing: Vec<PathBuf>,
    /// Reports left out because decisions about them no longer fit.
    pub stale: Vec<String>,
}

/// Writes `STEM.gold.json` for each report of a run that was decided about, or for all of them. A file that says something
/// else is left as it is unless `overwrite` is set.
///
/// # Errors
/// When the run cannot be read or the folder cannot be written.
pub fn write_labels(run: &RunStore, folder: &Path, all: bool, overwrite: bool) -> Result<LabelsWritten, StoreError> {
    let names = run_names(run)?;
    let decided: BTreeSet<String> = run.decided_documents()?.into_iter().collect();
    let files = files(&names);
    let mut done = LabelsWritten::default();
    for name in names.iter().filter(|name| all || decided.contains(*name)) {
        let Some(stored) = run.document(name)? else { continue };
        let note = stored.entry.decided.as_deref().and_then(|note| serde_json::from_str::<super::DocumentDecisions>(note).ok());
        if note.is_some_and(|note| !note.stale.is_empty()) {
            done.stale.push(name.clone());
            continue;
        }
        let Some(file) = files.get(name.as_str()) else { continue };
        let text = labels(run, name, &stored.record)?;
        let path = folder.join(file);
        match std::fs::read(&path) {
            Ok(there) if there == text.as_bytes() => done.unchanged.push(path),
            Ok(_) if !overwrite => done.differing.push(path),
            _ => {
                let parent = path.parent().unwrap_or(folder);
                std::fs::create_dir_all(parent).map_err(|error| StoreError::io("create", parent, error))?;
                write_atomic(&path, text.as_bytes())?;
                done.written.push(path);
            }
        }
    }
    Ok(done)
}

fn labels(run: &RunStore, name: &str, record: &Record) -> Result<String, StoreError> {
    let damaged = |_| run.damaged("decision");
    let by: BTreeSet<String> = run
        .decisions(name)?
        .iter()
        .map(|kept| serde_json::from_str::<Decision>(&kept.line).map(|decision| decision.by).map_err(damaged))
        .collect::<Result<_, _>>()?;
    let by: Vec<String> = by.into_iter().collect();
    let notes = if by.is_empty() {
        "what the readers read; nobody decided about it".to_owned()
    } else {
        format!("what the readers read, with decisions of {}", by.join(", "))
    };
    let gold = Gold { notes: Some(notes), ..Gold::from_record(record) };
    serde_json::to_string_pretty(&gold).map(|text| format!("{text}\n")).map_err(damaged)
}

/// The file of each report: its stem, where two share one with the folders of its name.
fn files(names: &[String]) -> BTreeMap<&str, PathBuf> {
    let mut count: BTreeMap<&str, u32> = BTreeMap::new();
    for name in names {
        *count.entry(stem(name)).or_default() += 1;
    }
    let file = |name: &str| {
        let leaf = format!("{}.gold.json", stem(name));
        if count.get(stem(name)) == Some(&1) {
            return PathBuf::from(leaf);
        }
        // Only what leads down: a report's name never leads out of the folder.
        let folders = Path::new(name).parent().into_iter().flat_map(Path::components);
        let below: PathBuf = folders.filter(|part| matches!(part, Component::Normal(_))).collect();
        below.join(leaf)
    };
    let mut taken = BTreeSet::new();
    let mut files = BTreeMap::new();
    for name in names {
        let mut path = file(name);
        // `a.txt` and `a.pdf` in one folder: the second keeps its ending.
        if !taken.insert(path.clone()) {
            path.set_file_name(format!("{}.gold.json", name.rsplit('/').next().unwrap_or(name)));
            taken.insert(path.clone());
        }
        files.insert(name.as_str(), path);
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_their_reports_and_stay_in_the_folder() {
        let names = ["1.txt", "a/2.txt", "../b/2.txt", "c/3.txt", "c/3.pdf"].map(str::to_owned);
        let files = files(&names);
        let of = |name: &str| files[name].to_string_lossy().into_owned();
        assert_eq!((of("1.txt"), of("a/2.txt"), of("../b/2.txt")), ("1.gold.json".into(), "a/2.gold.json".into(), "b/2.gold.json".into()));
        assert_eq!((of("c/3.txt"), of("c/3.pdf")), ("c/3.gold.json".to_owned(), "c/3.pdf.gold.json".to_owned()));
    }
}
