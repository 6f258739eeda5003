//! ZIP archives, bounded: entries, sizes, how much may come out of how little. Nothing is written to disk.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{MAX_FILE_BYTES, Unreadable};

/// Entries an archive may have.
const ENTRIES: usize = 2000;
/// How many bytes may come out of one that is stored, beyond the first ones.
const RATIO: u64 = 200;
const FREE: u64 = 1024 * 1024;
/// What begins an entry of the directory.
const ENTRY: &[u8] = b"PK\x01\x02";

/// An open archive.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Archive<'a> {
    /// Reads the directory of an archive.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        // Counted before the directory is read into memory.
        let entries = bytes.windows(ENTRY.len()).filter(|window| *window == ENTRY).take(ENTRIES + 1).count();
        if entries > ENTRIES {
            return Err(Unreadable::Bomb { detail: format!("over {ENTRIES} entries") });
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        Ok(Self { zip })
    }

    /// The names of the entries that are files, as far as they can be told.
    pub(super) fn names(&self) -> Vec<String> {
        self.zip.file_names().filter_map(|name| name.ok().map(Cow::into_owned)).collect()
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.zip.len()
    }

    /// Reads an entry by its name.
    pub(super) fn read_named(&mut self, name: &str) -> Result<Vec<u8>, Unreadable> {
        let at = self
            .zip
            .index_for_name(name)
            .ok_or_else(|| Unreadable::Damaged { format: "ZIP archive", detail: format!("it has no `{name}`") })?;
        Ok(self.read(at, MAX_FILE_BYTES)?.map(|(_, bytes)| bytes).unwrap_or_default())
    }

    /// Reads an entry of at most `most` bytes with its name; `None` for folders and links.
    pub(super) fn read(&mut self, at: usize, most: u64) -> Result<Option<(String, Vec<u8>)>, Unreadable> {
        let file = self.zip.by_index(at).map_err(damaged)?;
        if file.is_dir() || file.is_symlink() {
            return Ok(None);
        }
        let name = entry_name(file.name_raw());
        let allowed = most.min(FREE.max(file.compressed_size().saturating_mul(RATIO)));
        let mut bytes = Vec::new();
        file.take(allowed + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Unreadable::Damaged { format: "ZIP archive", detail: error.to_string() })?;
        if bytes.len() as u64 > allowed {
            let detail = if allowed < most {
                format!("an entry of over {RATIO} times its stored size")
            } else {
                format!("over {most} bytes in all")
            };
            return Err(Unreadable::Bomb { detail });
        }
        Ok(Some((name, bytes)))
    }
}

/// Names are UTF-8, or what the machine that packed them used: GBK in China, whatever the archive says.
fn entry_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

fn damaged(error: ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Unreadable::Encrypted { format: "ZIP archive", given: false },
        other => Unreadable::Damaged { format: "ZIP archive", detail: other.to_string() },
    }
}
