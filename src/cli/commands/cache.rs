//! `sellside cache`.

use sellside::store::{CacheStats, ReplyCache};

use crate::cli::args::{CacheAct, CacheArgs};
use crate::cli::env;
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::Printer;

pub(crate) fn run(args: &CacheArgs, printer: Printer) -> Result<Exit, CliError> {
    let Some(folder) = env::cache_folder() else {
        let error = anyhow::anyhow!("this system names no folder for caches");
        return Err(CliError::could_not_run(error).hinted(Some(format!("set `{}`", env::SELLSIDE_CACHE_DIR))));
    };
    let file = ReplyCache::file(&folder);
    if matches!(args.act, CacheAct::Path) {
        printer.data(&file.display().to_string())?;
        return Ok(Exit::Done);
    }
    let store_error = |error: sellside::store::StoreError| {
        let hint = error.hint();
        CliError::could_not_run(error).hinted(hint)
    };
    // Looking at a cache makes none.
    let cache = if file.exists() { Some(ReplyCache::open(&folder).map_err(store_error)?) } else { None };
    if matches!(args.act, CacheAct::Clear) {
        let count = cache.map(ReplyCache::clear).transpose().map_err(store_error)?.unwrap_or_default();
        printer.note(&format!("{count} replies forgotten"));
        return Ok(Exit::Done);
    }
    let stats = cache.map(|cache| cache.stats()).transpose().map_err(store_error)?.unwrap_or_default();
    printer.data(&text(&stats, &file.display().to_string()))?;
    Ok(Exit::Done)
}

fn text(stats: &CacheStats, file: &str) -> String {
    let mut out = format!("{} replies, {} bytes, in {file}\n", stats.replies, stats.bytes);
    if let Some((first, last)) = &stats.days {
        out.push_str(&format!("kept from {first} to {last}\n"));
    }
    for (model, count) in &stats.models {
        out.push_str(&format!("{count:>8} {model}\n"));
    }
    out
}
