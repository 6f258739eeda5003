//! `sellside validate`.

use std::path::Path;

use anyhow::Context as _;
use sellside::validate::RecordValidator;
use serde_json::Value;

use crate::cli::args::ValidateArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, exit_if};

pub(crate) fn run(args: &ValidateArgs, printer: Printer) -> Result<Exit, CliError> {
    let validator = RecordValidator::new().map_err(CliError::could_not_run)?;
    let (mut records, mut invalid) = (0usize, 0usize);
    let mut out = String::new();
    for path in &args.files {
        let text = read(path)?;
        for (place, value) in values(path, &text)? {
            records += 1;
            let issues: Vec<String> = validator.issues(&value).iter().map(|issue| format!("{place}: {issue}")).collect();
            if !issues.is_empty() {
                invalid += 1;
                out.push_str(&issues.join("\n"));
                out.push('\n');
            }
        }
    }
    if !out.is_empty() {
        printer.data(&crate::cli::printer::visible(&out))?;
    }
    let noun = if records == 1 { "record" } else { "records" };
    printer.note(&format!("{records} {noun}: {} valid, {invalid} invalid", records - invalid));
    Ok(exit_if(invalid > 0))
}

fn read(path: &Path) -> Result<String, CliError> {
    let text = if path == Path::new("-") { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(path) };
    text.with_context(|| format!("could not read `{}`", path.display())).map_err(CliError::could_not_run)
}

/// One record, or one a line, each with its place for messages.
fn values(path: &Path, text: &str) -> Result<Vec<(String, Value)>, CliError> {
    let name = path.display();
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return Ok(vec![(name.to_string(), value)]);
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let values: Vec<(String, Value)> = lines
        .map(|(at, line)| {
            let value = serde_json::from_str(line).with_context(|| format!("`{name}` holds no JSON record: line {} is no JSON", at + 1))?;
            Ok((format!("{name}:{}", at + 1), value))
        })
        .collect::<anyhow::Result<_>>()
        .map_err(CliError::failed)?;
    if values.is_empty() {
        return Err(CliError::failed(anyhow::anyhow!("`{name}` holds no record")));
    }
    Ok(values)
}
