//! Arguments of `sellside export`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

/// Forms records can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum TableForm {
    /// One row a report, with our names
    Csv,
    /// The records themselves, one a line
    Jsonl,
    /// The columns and units of tushare's `report_rc`: one row a report and forecast year
    Tushare,
    /// The columns of akshare's `stock_research_report_em`
    Akshare,
    /// One database with a table each for records, ratings, authors, estimates, disclosures and evidence
    Sqlite,
    /// One row a report with typed columns, ratings, figures and evidence as lists; where it was built with `--features parquet`
    Parquet,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExportArgs {
    /// Folder of a run, or a file of records as JSON Lines
    pub(crate) run: PathBuf,

    /// In which form
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) to: TableForm,

    /// Where to write; `-` is standard output, except for databases [default: in the run's folder, beside a file]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Begin tables with a byte order mark, so that Excel reads them as UTF-8
    #[arg(long)]
    pub(crate) excel: bool,
}
