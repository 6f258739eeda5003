//! Every environment variable the program reads.

use std::ffi::OsStr;
use std::path::PathBuf;

/// API key, where no `--api-key-env` or `api_key_env` names another variable.
pub(crate) const OPENAI_API_KEY: &str = "OPENAI_API_KEY";
/// Address of the server, up to `/chat/completions`.
pub(crate) const OPENAI_BASE_URL: &str = "OPENAI_BASE_URL";
/// Model name.
pub(crate) const SELLSIDE_MODEL: &str = "SELLSIDE_MODEL";
/// Settings file, instead of `sellside.toml` in the current folder.
pub(crate) const SELLSIDE_CONFIG: &str = "SELLSIDE_CONFIG";

/// Folder for what is kept between runs, instead of the system's own.
pub(crate) const SELLSIDE_CACHE_DIR: &str = "SELLSIDE_CACHE_DIR";

/// The folder for what is kept between runs; `None` where the system names none.
pub(crate) fn cache_folder() -> Option<PathBuf> {
    // A relative path would mean another folder in every folder; the XDG specification has it ignored.
    let folder = |name: &str| text(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let of_system = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Caches"))
    } else {
        folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache")))
    };
    text(SELLSIDE_CACHE_DIR).map(PathBuf::from).or_else(|| of_system.map(|folder| folder.join("sellside")))
}

/// The text of a variable; `None` where it is unset, empty or not text.
pub(crate) fn text(name: impl AsRef<OsStr>) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}
