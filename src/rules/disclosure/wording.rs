//! The wording of disclosures, from `checklists/disclosures.toml`.

use std::sync::LazyLock;

use crate::document::Regex;
use serde::Deserialize;

use super::Voice;
use crate::domain::DisclosureId;
use crate::domain::record::Polarity;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: DisclosureId,
    pattern: String,
    lang: Option<String>,
    needs: Option<String>,
    unless: Option<String>,
    #[serde(default)]
    place: Voice,
    #[serde(default)]
    specific: bool,
    polarity: Option<Polarity>,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    wording: Vec<Entry>,
}

/// One wording, ready to match.
pub(super) struct Wording {
    pub(super) id: DisclosureId,
    pub(super) pattern: Regex,
    pub(super) chinese: Option<bool>,
    needs: Option<Regex>,
    unless: Option<Regex>,
    pub(super) voice: Voice,
    pub(super) specific: bool,
    pub(super) polarity: Polarity,
}

impl Wording {
    /// Whether a match in this sentence means what the wording is listed for.
    pub(super) fn means(&self, sentence: &str) -> bool {
        self.needs.as_ref().is_none_or(|needs| needs.is_match(sentence))
            && self.unless.as_ref().is_none_or(|unless| !unless.is_match(sentence))
    }
}

/// All wordings, strongest first per id.
pub(super) static WORDINGS: LazyLock<Vec<Wording>> = LazyLock::new(|| {
    let table: Option<Table> = toml::from_str(include_str!("../checklists/disclosures.toml")).ok();
    table.map(|table| table.wording.into_iter().filter_map(compile).collect()).unwrap_or_default()
});

fn compile(entry: Entry) -> Option<Wording> {
    let optional = |pattern: Option<String>| pattern.map(|pattern| Regex::new(&pattern)).transpose().ok();
    Some(Wording {
        id: entry.id,
        pattern: Regex::new(&entry.pattern).ok()?,
        chinese: entry.lang.map(|lang| lang == "zh"),
        needs: optional(entry.needs)?,
        unless: optional(entry.unless)?,
        voice: entry.place,
        specific: entry.specific,
        polarity: entry.polarity.unwrap_or(Polarity::Affirmed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_compiles() {
        let table: Table = toml::from_str(include_str!("../checklists/disclosures.toml")).unwrap();
        for entry in &table.wording {
            for pattern in [Some(&entry.pattern), entry.needs.as_ref(), entry.unless.as_ref()].into_iter().flatten() {
                Regex::new(pattern).unwrap();
            }
            assert!(entry.lang.as_deref().is_none_or(|lang| matches!(lang, "zh" | "en")));
        }
        assert!(table.wording.len() > 60 && WORDINGS.len() == table.wording.len());
    }
}
