//! The dated registry of brokers' scales: what a label means where the report prints no scale of its own
//! (`domain.md` §2.1, §2.2 and §2.4).
//!
//! Brokers change their scales, so a row holds for publication days, and says how it is known. A row is never evidence:
//! what follows from it is marked `registry` in the record.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::amount::AmountError;
use crate::domain::rating::{Basis, RatingStatus, SubjectType, status_word};
use crate::domain::record::{Benchmark, Grade, RatingScale};
use crate::domain::{Amount, Date};

/// How a row is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in the broker's own table.
    Read,
    /// A part of it read, the rest recalled.
    Partial,
    /// Written from memory.
    Recalled,
}

/// One broker's scale for one kind of subject, and the days it holds for.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Short name of the broker.
    pub broker: String,
    /// The grades, best first, with horizon and basis; its own benchmark is empty, see [`Entry::benchmarks`].
    pub scale: RatingScale,
    /// Index by market; an empty market means any.
    pub benchmarks: Vec<Benchmark>,
    /// First publication day the row holds for; `None` where no earlier scale is known.
    pub valid_from: Option<Date>,
    /// Last publication day; `None` where no later scale is known.
    pub valid_to: Option<Date>,
    /// Where the row was read.
    pub source: String,
    /// How it is known.
    pub confidence: Confidence,
}

impl Entry {
    /// The days the row holds for, in words.
    pub fn vintage(&self) -> String {
        match (self.valid_from, self.valid_to) {
            (None, None) => "undated".to_owned(),
            (Some(from), None) => format!("from {from}"),
            (None, Some(to)) => format!("to {to}"),
            (Some(from), Some(to)) => format!("{from} to {to}"),
        }
    }

    /// Whether it holds on a day. Without a day only a scale that is not known to have changed does.
    fn holds(&self, day: Option<Date>) -> bool {
        match day {
            Some(day) => self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to),
            None => self.valid_from.is_none() && self.valid_to.is_none(),
        }
    }
}

/// A row as it stands in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    broker: String,
    subject: SubjectType,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
    grades: Vec<String>,
    basis: Vec<Basis>,
    horizon_months: Option<u32>,
    #[serde(default)]
    benchmarks: Vec<String>,
    source: String,
    confidence: Confidence,
}

/// The names of one broker; the other keys are `publisher`'s.
#[derive(Debug, Deserialize)]
struct Names {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    legal_name: String,
}

#[derive(Debug, Default, Deserialize)]
struct File {
    #[serde(default)]
    scale: Vec<Row>,
    #[serde(default)]
    broker: Vec<Names>,
}

struct Registry {
    entries: Vec<Entry>,
    names: Vec<Names>,
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::parse(include_str!("brokers.toml")));

/// The scale a publisher used on a day, by any of its names.
pub fn scale(names: &[&str], subject: SubjectType, day: Option<Date>) -> Option<&'static Entry> {
    REGISTRY.scale(names, subject, day)
}

impl Registry {
    fn parse(text: &str) -> Self {
        let file: File = toml::from_str(text).unwrap_or_default();
        Self { entries: file.scale.into_iter().filter_map(entry).collect(), names: file.broker }
    }

    fn scale(&self, names: &[&str], subject: SubjectType, day: Option<Date>) -> Option<&Entry> {
        let known = |broker: &str| {
            let row = self.names.iter().find(|row| row.name == broker);
            let aliases = row.into_iter().flat_map(|row| row.aliases.iter().chain([&row.legal_name])).map(String::as_str);
            let mut all = aliases.chain([broker]).filter(|name| !name.is_empty()).map(fold);
            all.any(|name| names.iter().any(|printed| fold(printed) == name))
        };
        self.entries.iter().find(|entry| entry.scale.subject_type == subject && entry.holds(day) && known(&entry.broker))
    }
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

fn entry(row: Row) -> Option<Entry> {
    let grades = row.grades.iter().map(|words| grade(words)).collect::<Option<Vec<Grade>>>()?;
    let scale = RatingScale { subject_type: row.subject, horizon_months: row.horizon_months, basis: row.basis, benchmark: None, grades };
    Some(Entry {
        broker: row.broker,
        scale,
        benchmarks: row.benchmarks.iter().map(|words| benchmark(words)).collect(),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        source: row.source,
        confidence: row.confidence,
    })
}

/// `增持 5..20`: a label, and its band where one is printed.
fn grade(words: &str) -> Option<Grade> {
    let (label, low, high) = match words.rsplit_once(' ').and_then(|(label, band)| Some((label, band.split_once("..")?))) {
        Some((label, (low, high))) => (label, bound(low).ok()?, bound(high).ok()?),
        None => (words, None, None),
    };
    let status = status_word(label).unwrap_or(RatingStatus::Rated);
    Some(Grade { label: label.to_owned(), definition: None, low, high, status, uncertain: false })
}

/// `None` where the bound is open; an error where it is no number.
fn bound(digits: &str) -> Result<Option<Amount>, AmountError> {
    if digits.is_empty() { Ok(None) } else { Amount::parse(digits).map(Some) }
}

/// `港股 恒生指数`: a market and its index. English words name what any market is measured against.
fn benchmark(words: &str) -> Benchmark {
    let (market, index) = words.split_once(' ').filter(|_| !words.is_ascii()).unwrap_or(("", words));
    Benchmark { market: market.to_owned(), indices: vec![index.to_owned()] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scale::standing;

    fn day(text: &str) -> Option<Date> {
        Date::parse(text)
    }

    #[test]
    fn every_row_is_understood_and_no_two_hold_on_one_day() {
        let file: File = toml::from_str(include_str!("brokers.toml")).unwrap();
        assert_eq!(REGISTRY.entries.len(), file.scale.len());
        assert!(REGISTRY.entries.len() > 80);
        for (at, one) in REGISTRY.entries.iter().enumerate() {
            assert!(one.scale.grades.len() > 1 && !one.source.is_empty(), "{}", one.broker);
            assert_eq!(one.confidence == Confidence::Recalled, one.source == "memory", "{}", one.broker);
            for other in REGISTRY.entries.iter().skip(at + 1) {
                let twin = one.broker == other.broker && one.scale.subject_type == other.scale.subject_type;
                let apart = |a: &Entry, b: &Entry| a.valid_to.zip(b.valid_from).is_some_and(|(to, from)| to < from);
                assert!(!twin || apart(one, other) || apart(other, one), "{} {:?}", one.broker, one.scale.subject_type);
            }
        }
    }

    const ROWS: &str = r#"
        [[scale]]
        broker = "望江证券"
        subject = "stock"
        valid_to = "2019-12-31"
        grades = ["买入 20..", "增持 5..20", "中性 -5..5", "卖出 ..-5"]
        basis = ["relative"]
        source = "memory"
        confidence = "recalled"

        [[scale]]
        broker = "望江证券"
        subject = "stock"
        valid_from = "2020-01-01"
        grades = ["增持 15..", "谨慎增持 5..15", "中性 -5..5", "减持 ..-5", "无评级"]
        basis = ["relative"]
        horizon_months = 12
        benchmarks = ["A股 沪深300", "港股 恒生指数"]
        source = "its rating table, read"
        confidence = "read"

        [[scale]]
        broker = "岩屿证券"
        subject = "industry"
        grades = ["看好", "中性", "看淡"]
        basis = ["relative"]
        source = "memory"
        confidence = "recalled"

        [[broker]]
        name = "望江证券"
        aliases = ["Wangjiang Securities"]
        legal_name = "望江证券股份有限公司"
    "#;

    #[test]
    fn the_publication_day_chooses_the_row() {
        let registry = Registry::parse(ROWS);
        let rank = |name: &str, day: Option<Date>| {
            let entry = registry.scale(&[name], SubjectType::Stock, day)?;
            Some((standing(&entry.scale, "增持")?.rank, entry.confidence))
        };
        assert_eq!(rank("望江证券", day("2019-12-31")), Some((2, Confidence::Recalled)));
        assert_eq!(rank("望江证券", day("2020-01-01")), Some((1, Confidence::Read)));
        assert_eq!(rank("望江证券", None), None, "a scale that changed needs a day");
        assert_eq!(rank("Wangjiang Securities", day("2021-05-06")), Some((1, Confidence::Read)));
        assert_eq!(rank("望江证券股份有限公司", day("2021-05-06")), Some((1, Confidence::Read)));
        assert_eq!(rank("望江", day("2021-05-06")), None);
        assert!(registry.scale(&["望江证券"], SubjectType::Industry, day("2021-05-06")).is_none());
        assert!(registry.scale(&["岩屿证券"], SubjectType::Industry, None).is_some());
    }

    #[test]
    fn a_row_says_bands_statuses_benchmarks_and_its_days() {
        let registry = Registry::parse(ROWS);
        let entry = registry.scale(&["望江证券"], SubjectType::Stock, day("2024-02-03")).unwrap();
        let worst = entry.scale.grades.iter().rev().find(|grade| grade.status == RatingStatus::Rated).unwrap();
        assert_eq!((worst.label.as_str(), worst.low, worst.high), ("减持", None, Some(Amount::from_int(-5))));
        assert_eq!(entry.scale.grades.last().unwrap().status, RatingStatus::NotRated);
        assert_eq!(entry.benchmarks.last().unwrap().market, "港股");
        assert_eq!(entry.vintage(), "from 2020-01-01");
        assert_eq!(grade("减持 ..x"), None, "a band that is no number is no open band");
    }
}
