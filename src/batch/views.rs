//! What a run's folder holds of each document, readers apart and together: all that comparing and reviewing need.

use crate::document::Document;
use crate::pipeline::{Readings, Views, views};
use crate::store::{RunStore, StoreError, StoredDocument};

/// Inputs asked for at once.
const TOGETHER: u32 = 500;

/// One document of a run as each reader has it, with its text.
#[derive(Clone, Debug)]
pub struct StoredViews {
    /// The document, its text mapped to the source.
    pub document: Document,
    /// What each reader read, every value with its place.
    pub readings: Readings,
    /// The records of the rules alone, the model alone, and both.
    pub views: Views,
}

/// The names of a run's current inputs, in order.
///
/// # Errors
/// When the run cannot be read.
pub fn run_names(run: &RunStore) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    let mut after = -1;
    loop {
        let rows = run.entries(after, TOGETHER)?;
        let Some((last, ..)) = rows.last() else { return Ok(names) };
        after = *last;
        names.extend(rows.into_iter().map(|(_, name, _)| name));
    }
}

/// One document of a run from its folder alone: neither sources nor model are needed. `None` for a document that has no
/// record: one that could not be read, or is not finished.
///
/// # Errors
/// When the run cannot be read, or what it holds of the document is damaged.
pub fn stored_views(run: &RunStore, name: &str) -> Result<Option<StoredViews>, StoreError> {
    let Some(StoredDocument { document, record, readings, .. }) = run.document(name)? else { return Ok(None) };
    let readings: Readings = serde_json::from_str(&readings).map_err(|_| run.damaged(&format!("readings of {name}")))?;
    let views = views(&document, &readings, record);
    Ok(Some(StoredViews { document, readings, views }))
}
