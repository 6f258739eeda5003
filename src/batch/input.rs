//! Which files are read, and what they are called in the run.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

use crate::document::Reader;

/// Endings of files that are read when a folder is named; a file named itself is read whatever it is called.
const ENDINGS: [&str; 12] = ["txt", "text", "md", "markdown", "pdf", "html", "htm", "docx", "doc", "rtf", "eml", "zip"];

/// Endings of files that may hold several reports.
const CONTAINERS: [&str; 2] = ["eml", "zip"];

/// A file that a folder may hold to leave others out, in the form of `.gitignore`.
const IGNORE_FILE: &str = ".sellsideignore";

/// One report to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name in the run: unique, and the same on every machine where it can be.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Which of the reports in a mail or an archive it is, from 0; `None` for a file that is one.
    pub part: Option<usize>,
    /// Whether the rules alone shall read it.
    pub rules_only: bool,
}

/// Reports to read, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// The reports.
    pub reports: Vec<Input>,
    /// Files of folders that are no reports by their endings.
    pub passed_over: usize,
    /// Files that were named more than once; they are read once.
    pub repeated: usize,
}

/// A path, folder or pattern that names nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The path is not there or cannot be read.
    #[error("could not read `{}`", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// A folder cannot be walked.
    #[error("could not walk `{}`", .0.display())]
    Walk(PathBuf, #[source] ignore::Error),
    /// The pattern is none.
    #[error("`{0}` is no pattern")]
    Pattern(String, #[source] globset::Error),
    /// Nothing fits.
    #[error("no report is named by `{0}`")]
    Nothing(String),
}

impl InputError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read(..) | Self::Walk(..) => "check the path",
            Self::Pattern(..) => "`*` stands for any characters of a name, `**` for any folders, `{a,b}` for a or b",
            Self::Nothing(_) => {
                "folders are searched for .txt, .md, .pdf, .html, Word, .eml and .zip files that no `.gitignore` or `.sellsideignore` leaves out"
            }
        }
    }
}

/// A file with the names it may have.
struct Found {
    path: PathBuf,
    /// Below the folder that was named.
    short: String,
    /// As it was named.
    long: String,
    rules_only: bool,
}

impl Inputs {
    /// Files, folders and patterns, in the order they are named; folders in the order of their paths.
    ///
    /// # Errors
    /// When one of them names nothing.
    pub fn of_paths(paths: &[PathBuf]) -> Result<Self, InputError> {
        let mut found = Vec::new();
        let mut passed_over = 0;
        for path in paths {
            let before = found.len();
            match std::fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => passed_over += walk(path, None, &mut found)?,
                Ok(_) => found.push(Found {
                    short: path.file_name().map_or_else(|| plain(path), |name| name.to_string_lossy().into_owned()),
                    long: plain(path),
                    path: path.clone(),
                    rules_only: false,
                }),
                Err(error) => match pattern(path) {
                    Some((root, text)) => {
                        let glob = GlobBuilder::new(&text).literal_separator(true).build();
                        let glob = glob.map_err(|error| InputError::Pattern(text.clone(), error))?.compile_matcher();
                        walk(&root, Some(&glob), &mut found)?;
                    }
                    None => return Err(InputError::Read(path.clone(), error)),
                },
            }
            if found.len() == before {
                return Err(InputError::Nothing(path.display().to_string()));
            }
        }
        Ok(Self { passed_over, ..named(found) })
    }

    /// Adds files of a list, with the names the list gives them, else their paths.
    pub fn of_list(items: Vec<(PathBuf, Option<String>, bool)>) -> Self {
        let found = items.into_iter().map(|(path, name, rules_only)| {
            let long = plain(&path);
            Found { short: name.unwrap_or_else(|| long.clone()), long, path, rules_only }
        });
        named(found.collect())
    }

    /// Puts the reports in each `.zip` and `.eml` file in its place, called `FILE#NAME`. One that cannot be opened stays as it
    /// is: reading it says why.
    #[must_use]
    pub fn opened(self, reader: &Reader) -> Self {
        let mut taken: BTreeSet<String> = self.reports.iter().map(|input| input.name.clone()).collect();
        let mut reports = Vec::with_capacity(self.reports.len());
        for input in self.reports {
            let parts = names_inside(reader, &input);
            if parts.is_empty() {
                reports.push(input);
                continue;
            }
            for (at, name) in parts.into_iter().enumerate() {
                let name = free(name, &taken);
                taken.insert(name.clone());
                reports.push(Input { name, part: Some(at), ..input.clone() });
            }
        }
        Self { reports, ..self }
    }
}

/// The names of the reports in a mail or an archive; none for another file, and for one that cannot be opened.
fn names_inside(reader: &Reader, input: &Input) -> Vec<String> {
    if !has_ending(&input.path, &CONTAINERS) {
        return Vec::new();
    }
    let parts = reader.bytes(&input.path).ok().and_then(|bytes| reader.parts(&input.name, &bytes).ok()).unwrap_or_default();
    // A file that only has the ending is its own and only part.
    parts.into_iter().map(|part| part.name).filter(|name| *name != input.name).collect()
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// A name that is not taken: the one that is wanted, else that with a number.
fn free(wanted: String, taken: &BTreeSet<String>) -> String {
    let numbered = (2u64..).map(|number| format!("{wanted}#{number}"));
    std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default()
}

/// Files below a folder, by ending or by pattern; how many were passed over for their ending.
fn walk(root: &Path, glob: Option<&GlobMatcher>, found: &mut Vec<Found>) -> Result<usize, InputError> {
    let mut passed_over = 0;
    let mut builder = WalkBuilder::new(root);
    // What lies above the folder, or in somebody's home, has no say in what is read here.
    builder.parents(false).git_global(false).git_exclude(false).require_git(false).add_custom_ignore_filename(IGNORE_FILE);
    builder.sort_by_file_path(Path::cmp);
    // The folder of a run holds no reports.
    builder.filter_entry(|entry| entry.depth() == 0 || !entry.path().join("run.sqlite").is_file());
    for entry in builder.build() {
        let entry = entry.map_err(|error| InputError::Walk(root.to_owned(), error))?;
        let path = entry.path();
        if !entry.file_type().is_some_and(|kind| kind.is_file() || (kind.is_symlink() && path.is_file())) {
            continue;
        }
        let fits = match glob {
            Some(glob) => glob.is_match(plain(path)),
            None => has_ending(path, &ENDINGS),
        };
        if fits {
            let short = path.strip_prefix(root).map_or_else(|_| plain(path), plain);
            found.push(Found { short, long: plain(path), path: path.to_owned(), rules_only: false });
        } else {
            passed_over += 1;
        }
    }
    Ok(passed_over)
}

/// The folder a pattern begins in, and the pattern as it meets the paths found there; `None` for what is no pattern.
fn pattern(path: &Path) -> Option<(PathBuf, String)> {
    let special = |component: Component<'_>| component.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']);
    let root: PathBuf = path.components().take_while(|component| !special(*component)).collect();
    path.components().any(special).then(|| {
        let text = plain(path);
        if root.as_os_str().is_empty() { (PathBuf::from("."), format!("./{text}")) } else { (root, text) }
    })
}

/// A path with slashes, whatever the system has.
fn plain(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// Gives each file a name of its own: the short one where it is the only one, else the long one, else the long one with a
/// number. A file named twice is one file.
fn named(found: Vec<Found>) -> Inputs {
    let all = found.len();
    let mut seen = BTreeSet::new();
    let found: Vec<Found> = found.into_iter().filter(|file| seen.insert((file.path.clone(), file.short.clone()))).collect();
    let repeated = all - found.len();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &found {
        *count.entry(&file.short).or_default() += 1;
    }
    let alone: Vec<bool> = found.iter().map(|file| count.get(file.short.as_str()) == Some(&1)).collect();
    let mut taken = BTreeSet::new();
    let mut reports = Vec::with_capacity(found.len());
    for (file, alone) in found.into_iter().zip(alone) {
        let wanted = if alone { file.short } else { file.long };
        let name = free(wanted, &taken);
        taken.insert(name.clone());
        reports.push(Input { name, path: file.path, part: None, rules_only: file.rules_only });
    }
    Inputs { reports, passed_over: 0, repeated }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "报告").unwrap();
        }
        folder
    }

    fn names(inputs: &Inputs) -> Vec<&str> {
        inputs.reports.iter().map(|input| input.name.as_str()).collect()
    }

    #[test]
    fn folders_are_walked_by_their_ignore_rules() {
        let folder =
            folder(&["b/2.md", "a/1.txt", "a/skip.txt", "a/chart.png", "draft/9.md", ".hidden/3.md", "out/run.sqlite", "out/4.md"]);
        std::fs::write(folder.path().join(".gitignore"), "skip.txt\n").unwrap();
        std::fs::write(folder.path().join(IGNORE_FILE), "draft/\n").unwrap();
        let inputs = Inputs::of_paths(&[folder.path().to_owned()]).unwrap();
        assert_eq!((names(&inputs), inputs.passed_over), (vec!["a/1.txt", "b/2.md"], 1));
    }

    #[test]
    fn names_are_short_where_they_can_be_and_always_unique() {
        let folder = folder(&["a/1.txt", "b/1.txt", "b/2.txt"]);
        let path = |name: &str| folder.path().join(name);
        let inputs = Inputs::of_paths(&[path("a"), path("b"), path("b/2.txt"), path("b/2.txt")]).unwrap();
        let long = |name: &str| plain(&path(name));
        assert_eq!(names(&inputs), [long("a/1.txt"), long("b/1.txt"), "2.txt".to_owned()]);
        assert_eq!(inputs.repeated, 2);
        let listed = |name: &str, called: Option<&str>| (PathBuf::from(name), called.map(str::to_owned), false);
        let inputs = Inputs::of_list(vec![listed("x/1", Some("same")), listed("y/1", Some("same")), listed("z", None)]);
        assert_eq!(names(&inputs), ["x/1", "y/1", "z"]);
        let clash = Inputs::of_list(vec![listed("a", None), listed("b", Some("a")), listed("c", Some("a"))]);
        assert_eq!(names(&clash), ["a", "b", "c"]);
    }

    #[test]
    fn patterns_find_files_and_nothing_is_an_error() {
        let folder = folder(&["a/1.txt", "a/2.md", "a/deep/3.txt"]);
        let found = |text: &str| Inputs::of_paths(&[folder.path().join(text)]).map(|inputs| inputs.reports.len());
        assert_eq!((found("a/*.txt").unwrap(), found("**/*.txt").unwrap(), found("a/{1,2}.*").unwrap()), (1, 2, 2));
        assert!(matches!(found("*.pdf"), Err(InputError::Nothing(_))));
        assert!(matches!(found("a/[1.txt"), Err(InputError::Pattern(..))));
        assert!(matches!(found("a/9.txt"), Err(InputError::Read(..))));
    }
}
