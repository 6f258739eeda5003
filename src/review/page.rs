//! The page as it is written: head, panes, one block a report, the list, the script.

use std::io::Write;

use serde::Serialize;
use serde_json::Value;

use super::Report;
use super::assets::{BODY, SCRIPT, STYLE};
use super::block::Block;
use super::encode::{json, packed};
use super::error::ReviewError;
use super::index::Entry;
use crate::domain::record::DECISION_SCHEMA;
use crate::domain::schema::record_schema;
use crate::markup::policy_hash;

/// The language of the page's own words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// The browser's.
    #[default]
    Auto,
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// What a page is told about itself.
#[derive(Clone, Debug, Serialize)]
pub struct Settings {
    /// What tells the run from others. Decisions are kept in the browser under it, so it must stay the same when the page is
    /// written anew.
    pub run: String,
    /// The language it opens in.
    pub language: Language,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Reports in the page.
    pub reports: u64,
    /// Those with something for a person to decide.
    pub open: u64,
}

/// A page that is being written.
#[derive(Debug)]
pub struct Page<W> {
    out: W,
    settings: Settings,
    /// A few hundred bytes a report; everything else is written at once.
    index: Vec<Entry>,
    written: Written,
}

#[derive(Serialize)]
struct Told<'a> {
    run: &'a str,
    language: Language,
    decision: &'static str,
    sellside: &'static str,
}

impl<W: Write> Page<W> {
    /// Begins a page.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(mut out: W, settings: Settings) -> Result<Self, ReviewError> {
        // Nothing is fetched, sent, framed or embedded, and no script or style but these two runs.
        let policy = format!(
            "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
            policy_hash(SCRIPT),
            policy_hash(STYLE)
        );
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>sellside review</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n{BODY}"
        )?;
        Ok(Self { out, settings, index: Vec::new(), written: Written::default() })
    }

    /// Writes one report.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, report: &Report<'_>) -> Result<(), ReviewError> {
        let number = self.index.len();
        writeln!(self.out, "<script type=\"text/plain\" id=\"report-{number}\">{}</script>", packed(&Block::new(report)?)?)?;
        self.index.push(Entry::of(report.record)?);
        self.written.reports += 1;
        self.written.open += u64::from(report.has_review());
        Ok(())
    }

    /// Writes the end of the page.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(W, Written), ReviewError> {
        let told = Told {
            run: &self.settings.run,
            language: self.settings.language,
            decision: DECISION_SCHEMA,
            sellside: env!("CARGO_PKG_VERSION"),
        };
        let mut schema = record_schema();
        without_descriptions(&mut schema);
        for (id, data) in [("told", json(&told)?), ("schema", json(&schema)?), ("index", json(&self.index)?)] {
            writeln!(self.out, "<script type=\"application/json\" id=\"{id}\">{data}</script>")?;
        }
        write!(self.out, "<script>{SCRIPT}</script>\n</body>\n</html>\n")?;
        self.out.flush()?;
        Ok((self.out, self.written))
    }
}

/// A schema without what is written for people, and without the address of its own dialect: the page has its own words, in two
/// languages.
fn without_descriptions(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            // A field may be called so, and is then no text.
            if members.get("description").is_some_and(Value::is_string) {
                members.shift_remove("description");
            }
            members.shift_remove("$schema");
            members.values_mut().for_each(without_descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(without_descriptions),
        _ => {}
    }
}
