//! Every environment variable the program reads.

use std::ffi::OsStr;

/// API key, where no `--api-key-env` or `api_key_env` names another variable.
pub(crate) const OPENAI_API_KEY: &str = "OPENAI_API_KEY";
/// Address of the server, up to `/chat/completions`.
pub(crate) const OPENAI_BASE_URL: &str = "OPENAI_BASE_URL";
/// Model name.
pub(crate) const SELLSIDE_MODEL: &str = "SELLSIDE_MODEL";
/// Settings file, instead of `sellside.toml` in the current folder.
pub(crate) const SELLSIDE_CONFIG: &str = "SELLSIDE_CONFIG";

/// The text of a variable; `None` where it is unset, empty or not text.
pub(crate) fn text(name: impl AsRef<OsStr>) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}
