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

    /// Write no page: write what people decided into the run's records; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "only", "lang"])]
    pub(crate) apply: Option<PathBuf>,

    /// Take back what was applied last
    #[arg(long, conflicts_with_all = ["apply", "dry_run", "output", "only", "lang"])]
    pub(crate) undo: bool,

    /// Say what `--apply` would change, and write nothing
    #[arg(long, requires = "apply")]
    pub(crate) dry_run: bool,

    /// Write `REPORT.gold.json` for each report somebody decided about
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "only", "lang"])]
    pub(crate) to_gold: Option<PathBuf>,

    /// With `--to-gold`, for every report of the run
    #[arg(long, requires = "to_gold")]
    pub(crate) all: bool,

    /// With `--to-gold`, also over files that say something else
    #[arg(long, requires = "to_gold")]
    pub(crate) force: bool,
}

impl ReviewArgs {
    /// Whether decisions are to be used rather than asked for.
    pub(crate) fn uses_decisions(&self) -> bool {
        self.apply.is_some() || self.undo || self.to_gold.is_some()
    }

    /// Whether the run is another one afterwards.
    pub(crate) fn changes_run(&self) -> bool {
        self.undo || (self.apply.is_some() && !self.dry_run)
    }
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
