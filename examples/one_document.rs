//! Reads one report by the rules alone and prints its rating and where it stands.
//!
//! ```sh
//! cargo run --example one_document -- examples/reports/01-media-weekly.md
//! ```
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::path::PathBuf;

use sellside::{Extractor, document};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = PathBuf::from(std::env::args().nth(1).ok_or("name a report")?);
    let report = document::read(&path, &path.to_string_lossy())?;
    let record = Extractor::rules()?.extract(&report).await?.record;
    for (index, rating) in record.ratings.iter().enumerate() {
        println!("{}", rating.label_raw.as_deref().unwrap_or("not rated"));
        let provenance = record.provenance.get(&format!("/ratings/{index}/label"));
        for evidence in provenance.iter().flat_map(|provenance| &provenance.evidence) {
            println!("  “{}” at character {}", evidence.quote, evidence.start.unwrap_or_default());
        }
    }
    Ok(())
}
