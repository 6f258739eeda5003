//! What is compared: the folder of a run, or records in files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use sellside::batch::{run_names, stored_views};
use sellside::compare::{Comparison, ReadBy};
use sellside::domain::Record;
use sellside::store::{RunStore, StoreError};
use serde::Deserialize;

use crate::cli::args::compare::Reader;
use crate::cli::commands::export::store_error;
use crate::cli::error::CliError;

/// Longest record of a file, in bytes.
const RECORD: u64 = 256 * 1024 * 1024;

/// What is compared.
pub(super) enum Input {
    /// A run: what each reader read is kept.
    Run(PathBuf, Box<RunStore>),
    /// Records alone.
    Records(PathBuf, Records),
}

/// Where each record stands, so that none need be held.
pub(super) struct Records {
    /// Names in the order of the files.
    names: Vec<String>,
    places: BTreeMap<String, Place>,
}

#[derive(Clone)]
struct Place {
    file: PathBuf,
    start: u64,
    length: u64,
}

/// As much of a record as tells its name.
#[derive(Deserialize)]
struct Named {
    source: Source,
}

#[derive(Deserialize)]
struct Source {
    name: String,
}

impl Input {
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        if !path.is_dir() {
            return Ok(Self::Records(path.to_owned(), Records::of([path.to_owned()])?));
        }
        match RunStore::look(path) {
            Ok(run) => Ok(Self::Run(path.to_owned(), Box::new(run))),
            Err(StoreError::NoRun(_)) => {
                let files = json_files(path).map_err(CliError::could_not_run)?;
                if files.is_empty() {
                    let error = anyhow!("`{}` holds neither a run nor records", path.display());
                    let hint = "name a folder that `sellside batch --out DIR` wrote, or records that `sellside extract` printed";
                    return Err(CliError::could_not_run(error).hinted(Some(hint)));
                }
                Ok(Self::Records(path.to_owned(), Records::of(files)?))
            }
            Err(error) => Err(store_error(error)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        let (Self::Run(path, _) | Self::Records(path, _)) = self;
        path
    }

    /// Whether what each reader read is known.
    pub(super) fn has_views(&self) -> bool {
        matches!(self, Self::Run(..))
    }

    pub(super) fn names(&self) -> Result<Vec<String>, CliError> {
        match self {
            Self::Run(_, run) => run_names(run).map_err(store_error),
            Self::Records(_, records) => Ok(records.names.clone()),
        }
    }

    /// Adds one report with what each reader read of it, where that is kept.
    pub(super) fn add(&self, name: &str, comparison: &mut Comparison) -> Result<(), CliError> {
        match self {
            Self::Run(_, run) => {
                if let Some(stored) = stored_views(run, name).map_err(store_error)? {
                    let views = &stored.views;
                    let read = ReadBy { rules: views.rules.as_ref(), model: views.model.as_ref(), reconciled: &views.reconciled };
                    comparison.add_views(name, read);
                }
            }
            Self::Records(..) => {
                if let Some(record) = self.record(name, Reader::Reconciled)? {
                    comparison.add_record(name, &record);
                }
            }
        }
        Ok(())
    }

    /// One reader's record of a report, where there is one.
    pub(super) fn record(&self, name: &str, reader: Reader) -> Result<Option<Record>, CliError> {
        match self {
            Self::Run(_, run) => Ok(stored_views(run, name).map_err(store_error)?.and_then(|stored| match reader {
                Reader::Rules => stored.views.rules,
                Reader::Model => stored.views.model,
                Reader::Reconciled => Some(stored.views.reconciled),
            })),
            Self::Records(_, records) => records.places.get(name).map(Place::read).transpose().map_err(CliError::failed),
        }
    }
}

impl Records {
    fn of(files: impl IntoIterator<Item = PathBuf>) -> Result<Self, CliError> {
        let mut records = Self { names: Vec::new(), places: BTreeMap::new() };
        for file in files {
            for (name, place) in places(&file)? {
                if let Some(other) = records.places.insert(name.clone(), place) {
                    let error = anyhow!("`{name}` has two records, in `{}` and `{}`", other.file.display(), file.display());
                    return Err(CliError::failed(error).hinted(Some("name records of one reading of each report")));
                }
                records.names.push(name);
            }
        }
        Ok(records)
    }
}

impl Place {
    fn read(&self) -> anyhow::Result<Record> {
        let mut bytes = Vec::new();
        let mut file = File::open(&self.file).with_context(|| format!("could not read `{}`", self.file.display()))?;
        file.seek(SeekFrom::Start(self.start))?;
        file.take(self.length).read_to_end(&mut bytes).with_context(|| format!("could not read `{}`", self.file.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("`{}` holds what is no record", self.file.display()))
    }
}

/// One record a line, or the file as one record.
fn places(path: &Path) -> Result<Vec<(String, Place)>, CliError> {
    let could_not_read = || format!("could not read `{}`", path.display());
    let mut file = BufReader::new(File::open(path).with_context(could_not_read).map_err(CliError::could_not_run)?);
    let (mut line, mut start, mut found) = (Vec::new(), 0, Vec::new());
    for number in 1.. {
        line.clear();
        let length =
            (&mut file).take(RECORD).read_until(b'\n', &mut line).with_context(could_not_read).map_err(CliError::could_not_run)? as u64;
        if length == 0 {
            break;
        }
        if !line.trim_ascii().is_empty() {
            match serde_json::from_slice::<Named>(&line) {
                Ok(named) => found.push((named.source.name, Place { file: path.to_owned(), start, length })),
                // What is no record a line may be one record on many.
                Err(_) if number == 1 => return whole(path).map(|one| vec![one]),
                Err(error) => {
                    let error = anyhow::Error::new(error).context(format!("line {number} of `{}` is no record", path.display()));
                    return Err(CliError::failed(error));
                }
            }
        }
        start += length;
    }
    if found.is_empty() {
        return Err(CliError::failed(anyhow!("`{}` holds no record", path.display())));
    }
    Ok(found)
}

fn whole(path: &Path) -> Result<(String, Place), CliError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(RECORD).read_to_end(&mut bytes));
    let length = read.with_context(|| format!("could not read `{}`", path.display())).map_err(CliError::could_not_run)? as u64;
    let named: Named =
        serde_json::from_slice(&bytes).with_context(|| format!("`{}` holds no record", path.display())).map_err(CliError::failed)?;
    Ok((named.source.name, Place { file: path.to_owned(), start: 0, length }))
}

/// The JSON files of a folder in order, labels left out.
fn json_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let could_not_read = || format!("could not read `{}`", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(could_not_read)? {
        let path = entry.with_context(could_not_read)?.path();
        let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let is_label = path.file_stem().is_some_and(|stem| Path::new(stem).extension().is_some_and(|ending| ending == "gold"));
        if is_json && !is_label && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
