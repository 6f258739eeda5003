//! Reads one report by rules and model, and prints what a person should look at.
//!
//! The model is a folder of recorded replies, or a server with an OpenAI-compatible API:
//!
//! ```sh
//! cargo run --example with_model -- examples/reports/01-media-weekly.md examples/replies
//! cargo run --example with_model -- examples/reports/01-media-weekly.md http://127.0.0.1:8080/v1 MODEL
//! cargo run --example with_model -- examples/reports/01-media-weekly.md deepseek deepseek-chat
//! ```
//!
//! The key of a known provider is read from its own variable; no other server is sent one.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sellside::llm::{Model, ModelSettings, OpenAiModel, Preset, ReplayModel};
use sellside::{Extractor, document};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = PathBuf::from(args.next().ok_or("name a report")?);
    let model = model(&args.next().ok_or("name a replay folder, or a server and a model")?, args.next())?;
    // Recordings know a report by its file name.
    let name = path.file_name().ok_or("name a file")?.to_string_lossy().into_owned();
    let outcome = Extractor::both(model)?.extract(&document::read(&path, &name)?).await?;

    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    for provenance in outcome.record.provenance.values() {
        *verdicts.entry(format!("{:?}", provenance.verdict)).or_default() += 1;
    }
    println!("{verdicts:?}");
    for item in &outcome.record.review {
        println!("{:?} {}: {}", item.code, item.pointer, item.detail);
    }
    // A model that failed is no error: the record holds what the rules read.
    if let Some(failure) = outcome.model_failure {
        println!("the model failed: {failure} ({})", failure.hint());
    }
    println!("{} requests, {} tokens", outcome.attempts.len(), outcome.usage.total_tokens);
    Ok(())
}

fn model(server: &str, name: Option<String>) -> Result<Model, Box<dyn std::error::Error>> {
    let Some(name) = name else {
        return Ok(Model::Replay(ReplayModel::open(Path::new(server))?));
    };
    let preset = Preset::named(server).or_else(|| Preset::of_url(server));
    let address = Preset::named(server).and_then(Preset::base_url).unwrap_or(server);
    let mut settings = ModelSettings::new(address, name);
    settings.preset = preset;
    settings.api_key = preset.and_then(Preset::api_key_env).and_then(|variable| std::env::var(variable).ok()).map(Into::into);
    Ok(Model::OpenAi(OpenAiModel::new(&settings)?))
}
