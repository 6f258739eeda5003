//! Arguments of `sellside review`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(crate) struct ReviewArgs {
    /// Folder of a run
    pub(crate) run: PathBuf,

    /// Where to write the page [default: `review.html` in the run's folder]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Which reports the page has
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = Only::All)]
    pub(crate) only: Only,

    /// The language of the page's own words
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t = PageLanguage::Auto)]
    pub(crate) lang: PageLanguage,
}

/// Which reports a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Only {
    /// Those on which the readers differ
    Conflicts,
    /// Those with anything a person should look at
    Review,
    /// All
    All,
}

/// The language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageLanguage {
    /// Chinese
    Zh,
    /// English
    En,
    /// The browser's
    Auto,
}
