//! What probes found out, kept between runs in one small file. It is read and written only where a caller says so.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::record::Grading;

/// Version of the file; one of another version counts as none.
const VERSION: u32 = 1;

/// Days an answer is believed: servers are updated.
const DAYS: i64 = 30;

/// Most servers and models that are kept, newest first.
const MOST: usize = 200;

/// Largest file that is read.
const MAX_BYTES: u64 = 1024 * 1024;

/// Which grade works, by server and model. Holds no key and no text of a report.
#[derive(Clone, Debug)]
pub struct ProbeCache {
    path: PathBuf,
}

/// One answer that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The best grade that works.
    pub grade: Grading,
    /// Day it was found out.
    pub day: Date,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    version: u32,
    /// Newest first.
    answers: Vec<Answer>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    server: String,
    model: String,
    grade: Grading,
    day: String,
}

impl ProbeCache {
    /// A cache in this file; nothing is read yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was found out about a model on a server, unless that is too long ago. A file that cannot be read, or is of
    /// another version, counts as none.
    pub fn get(&self, server: &str, model: &str, today: Date) -> Option<Remembered> {
        let kept = self.read();
        let answer = kept.answers.into_iter().find(|answer| answer.server == server && answer.model == model)?;
        let day: Date = answer.day.parse().ok()?;
        let age = today.duration_since(day).as_hours() / 24;
        // A day yet to come is a clock that was set back: nobody knows how old the answer is.
        (0..=DAYS).contains(&age).then_some(Remembered { grade: answer.grade, day })
    }

    /// Keeps an answer, in place of an older one. The file is written whole and then put in its place, so that nobody
    /// ever reads half of it.
    ///
    /// # Errors
    /// When the folder or the file cannot be written.
    pub fn put(&self, server: &str, model: &str, remembered: Remembered) -> io::Result<()> {
        let mut kept = self.read();
        kept.version = VERSION;
        kept.answers.retain(|answer| answer.server != server || answer.model != model);
        let Remembered { grade, day } = remembered;
        kept.answers.insert(0, Answer { server: server.to_owned(), model: model.to_owned(), grade, day: day.to_string() });
        kept.answers.truncate(MOST);
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, &kept)?;
        file.write_all(b"\n")?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn read(&self) -> Kept {
        let read = || {
            let mut text = String::new();
            File::open(&self.path).ok()?.take(MAX_BYTES).read_to_string(&mut text).ok()?;
            serde_json::from_str::<Kept>(&text).ok().filter(|kept| kept.version == VERSION)
        };
        read().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn answers_are_kept_by_server_and_model_until_they_are_old() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ProbeCache::new(folder.path().join("deep/er/probes.json"));
        let found = day("2026-11-24");
        assert_eq!(cache.get("http://s/v1", "m", found), None);
        let remembered = |grade| Remembered { grade, day: found };
        cache.put("http://s/v1", "m", remembered(Grading::Tools)).unwrap();
        cache.put("http://s/v1", "n", remembered(Grading::Prompt)).unwrap();
        cache.put("http://s/v1", "m", remembered(Grading::JsonObject)).unwrap();
        assert_eq!(cache.get("http://s/v1", "m", day("2026-12-24")), Some(remembered(Grading::JsonObject)));
        assert_eq!(cache.get("http://s/v1", "n", found), Some(remembered(Grading::Prompt)));
        for (server, model, today) in [
            ("http://t/v1", "m", "2026-11-24"),
            ("http://s/v1", "o", "2026-11-24"),
            ("http://s/v1", "m", "2026-12-25"),
            ("http://s/v1", "m", "2026-11-22"),
        ] {
            assert_eq!(cache.get(server, model, day(today)), None, "{server} {model} {today}");
        }
        assert_eq!(std::fs::read_dir(folder.path().join("deep/er")).unwrap().count(), 1, "a temporary file was left");
    }

    #[test]
    fn other_files_count_as_none_and_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("probes.json");
        let cache = ProbeCache::new(&path);
        let today = day("2026-11-24");
        let newer = r#"{"version":2,"answers":[{"server":"s","model":"m","grade":"tools","day":"2026-11-24"}]}"#;
        for text in
            ["", "not json", "[]", newer, r#"{"version":1,"answers":[{"server":"s","model":"m","grade":"best","day":"2026-11-24"}]}"#]
        {
            std::fs::write(&path, text).unwrap();
            assert_eq!(cache.get("s", "m", today), None, "{text}");
            cache.put("s", "m", Remembered { grade: Grading::Tools, day: today }).unwrap();
            assert!(cache.get("s", "m", today).is_some(), "{text}");
        }
        std::fs::write(&path, r#"{"version":1,"answers":[{"server":"s","model":"m","grade":"tools","day":"soon"}]}"#).unwrap();
        assert_eq!(cache.get("s", "m", today), None);
    }

    #[test]
    fn the_file_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ProbeCache::new(folder.path().join("probes.json"));
        let remembered = Remembered { grade: Grading::Tools, day: day("2026-11-24") };
        for model in 0..MOST + 5 {
            cache.put("s", &model.to_string(), remembered).unwrap();
        }
        assert_eq!(cache.read().answers.len(), MOST);
        assert_eq!(cache.get("s", "0", remembered.day), None);
        assert!(cache.get("s", &(MOST + 4).to_string(), remembered.day).is_some());
    }
}
