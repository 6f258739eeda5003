//! Files that are either whole or not there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::StoreError;

/// A file under another name until it is whole. Dropped before [`AtomicFile::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl AtomicFile {
    /// Begins a file that will stand at `path`.
    ///
    /// # Errors
    /// When the folder is not there or cannot be written to.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let file = NamedTempFile::new_in(folder(path)).map_err(|error| StoreError::io("write", path, error))?;
        Ok(Self { path: path.to_owned(), file: BufWriter::with_capacity(1 << 16, file) })
    }

    /// Where it stands until it is whole, for what writes by a path.
    pub fn temporary_path(&self) -> &Path {
        self.file.get_ref().path()
    }

    /// Puts the file in its place, in place of an older one.
    ///
    /// # Errors
    /// When the last of it cannot be written.
    pub fn finish(self) -> Result<(), StoreError> {
        let failed = |error| StoreError::io("write", &self.path, error);
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        readable_by_all(file.as_file()).map_err(failed)?;
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        // The new name itself must outlive a loss of power; not every file system can be asked for that.
        if let Ok(folder) = File::open(folder(&self.path)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }

    /// An error of writing to it, with its name.
    pub fn error(&self, error: io::Error) -> StoreError {
        StoreError::io("write", &self.path, error)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a whole file, or leaves what was there.
///
/// # Errors
/// When it cannot be written.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(|error| file.error(error))?;
    file.finish()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Temporary files are their owner's alone; what is written for people has the usual rights.
#[cfg(unix)]
fn readable_by_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.jsonl");
        let mut half = AtomicFile::create(&path).unwrap();
        half.write_all(b"half").unwrap();
        drop(half);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        write_atomic(&path, b"one\n").unwrap();
        write_atomic(&path, b"two\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let nowhere = folder.path().join("gone").join("x");
        let error = write_atomic(&nowhere, b"").unwrap_err();
        assert!(error.to_string().starts_with("could not write `") && error.hint().is_some(), "{error}");
    }
}
