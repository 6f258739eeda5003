//! The registry of known brokers, and where a name stands in a text.
//!
//! A row gives one name to what the text prints and weighs between names that stand there; it is no evidence.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::document::Part;
use crate::rules::find::{Pattern, compile, has};

/// Places of one name that are looked at.
const MOST: usize = 200;

/// One known broker.
#[derive(Debug, Deserialize)]
pub(in crate::rules) struct Broker {
    /// Short name as the firm prints it.
    pub(in crate::rules) name: String,
    /// Other names in use.
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    /// Registered name.
    #[serde(default)]
    pub(super) legal_name: String,
    /// Firm part of SAC numbers.
    #[serde(default)]
    pub(super) sac_prefix: String,
    /// Domains of mail addresses.
    #[serde(default)]
    pub(super) domains: Vec<String>,
    /// What it prints on every page besides its name.
    #[serde(default)]
    pub(super) slogan: String,
}

#[derive(Debug, Deserialize)]
struct Registry {
    broker: Vec<Broker>,
}

pub(super) static REGISTRY: LazyLock<Vec<Broker>> = LazyLock::new(|| {
    let mut brokers = toml::from_str::<Registry>(include_str!("../brokers.toml")).map(|registry| registry.broker).unwrap_or_default();
    for broker in &mut brokers {
        // A masthead is printed in capitals: `PHILLIP SECURITIES RESEARCH`.
        let capitals = broker.name.to_ascii_uppercase();
        if broker.name.is_ascii() && broker.name.len() > SHORT && capitals != broker.name && !broker.aliases.contains(&capitals) {
            broker.aliases.push(capitals);
        }
    }
    brokers
});

/// In capitals a name no longer than this may be any abbreviation.
const SHORT: usize = 7;

/// The broker a SAC prefix belongs to, where the registry knows it.
pub(in crate::rules) fn by_sac_prefix(prefix: &str) -> Vec<&'static Broker> {
    REGISTRY.iter().filter(|broker| broker.sac_prefix == prefix).collect()
}

/// What brokers print on every page: no title begins or ends with it.
pub(in crate::rules) fn slogans() -> impl Iterator<Item = String> {
    REGISTRY.iter().map(|broker| broker.slogan.clone()).filter(|slogan| !slogan.is_empty())
}

/// Research units as known brokers name them on a cover: the short name with 研究 behind it.
pub(in crate::rules) fn units() -> impl Iterator<Item = String> {
    REGISTRY
        .iter()
        .filter_map(|broker| broker.name.strip_suffix("证券"))
        .filter(|name| name.chars().count() > 1)
        .map(|name| format!("{name}研究"))
}

/// The known SAC prefix of a broker by its short name.
pub(in crate::rules) fn sac_prefix(name: &str) -> Option<&'static str> {
    REGISTRY.iter().find(|broker| broker.name == name && !broker.sac_prefix.is_empty()).map(|broker| broker.sac_prefix.as_str())
}

/// The registry's name for a printed one, else the printed one.
pub(super) fn known(printed: &str) -> String {
    REGISTRY
        .iter()
        .find(|broker| broker.name == printed || broker.aliases.iter().any(|alias| alias == printed))
        .map_or_else(|| printed.to_owned(), |broker| broker.name.clone())
}

/// Whether a name stands in the text as a word of its own.
pub(super) fn stands(text: Part<'_>, name: &str) -> bool {
    find_name(text, name).is_some()
}

/// Behind the name of a broker that is a listed company the report speaks of, not its publisher: `望江国际 (00999 HK)`.
static CODED: Pattern = Pattern::new(|| compile(r"^\s?\((?:\d{4,5}\s?\.?\s?HK|\d{6}(?:\s?\.?\s?(?:SH|SZ|CH))?|HK\s?\d{4,5})\)"));

/// Behind the name of a house that an index is called after.
static INDEXED: Pattern = Pattern::new(|| {
    compile(
        r"^(?:(?: [A-Za-z]{2,16}){0,3} (?:PMI\b|[Pp]urchasing [Mm]anagers)|(?:\d{1,2}月|中国|全球|美国|欧元区|日本|印度|香港|新加坡|制造业|服务业|非制造业|综合){0,3}(?:PMI|采购经理人?指数)[^点研专报])",
    )
});

fn find_name(text: Part<'_>, name: &str) -> Option<usize> {
    let places = || {
        text.places(name).take(MOST).filter(|at| {
            let behind = text.get(at + name.len()..).unwrap_or_default();
            !has(&CODED, behind) && !has(&INDEXED, behind)
        })
    };
    if !name.is_ascii() {
        return places().next();
    }
    let word = |c: char| c.is_ascii_alphanumeric() || c == '@';
    let begins = |at: usize| !text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(word);
    let rest = |at: usize| text.get(at + name.len()..).unwrap_or_default();
    let alone = |at: &usize| begins(*at) && !rest(*at).starts_with(|c| word(c) || c == '.');
    // At the end of a sentence, where no domain goes on.
    let last = |at: &usize| begins(*at) && (rest(*at).starts_with(". ") || rest(*at).starts_with(".\n"));
    places().find(alone).or_else(|| places().find(last))
}

/// Where the name, or else one of its aliases, stands first.
pub(super) fn place(text: Part<'_>, name: &str) -> Option<Range<usize>> {
    let range = |name: &str| find_name(text, name).map(|at| at..at + name.len());
    range(name).or_else(|| REGISTRY.iter().find(|broker| broker.name == name)?.aliases.iter().find_map(|alias| range(alias)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_capitals_is_the_name() {
        let broker = REGISTRY.iter().find(|broker| broker.name.contains("Securities") && broker.name.is_ascii()).unwrap();
        assert!(broker.aliases.contains(&broker.name.to_ascii_uppercase()));
    }

    #[test]
    fn the_registry_parses() {
        assert!(REGISTRY.len() > 50);
        assert_eq!(sac_prefix("上海证券"), Some("S087"));
        assert_eq!(by_sac_prefix("S087").first().map(|broker| broker.name.as_str()), Some("上海证券"));
    }
}
