//! Is this a company's name? Told by the name's own form and by how the same report prints it elsewhere.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::document::{Haystack, Regex};

use super::words::{CODE, DESCRIBES, NAME_ENDS, PHRASE, SECTOR_STEMS, SECTORS};

/// How sure we are that an item of a list is a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// A phrase, a sector, or too long.
    No,
    /// Two characters: one only between names of more.
    Short,
    /// Could be one, if its neighbours are.
    Possible,
    /// By its ending, or because the report prints it with a code.
    Certain,
}

static SHAPE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:\*?ST)?(?:[A-Z]{2,4} ?)?\p{Han}{1,8}(?:[ABHS]|-[UWB]{1,2})?$").ok());
/// A foreign company among Chinese names: words with one capital each, so that products and abbreviations are none.
static LATIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[A-Z][a-z]{2,14}(?: (?:[A-Z][a-z]{1,14}|&|[A-Z]{2,4})){0,3}\.?$").ok());
/// Words such a name ends with.
const LATIN_ENDS: &[&str] = &[
    "Corp",
    "Inc",
    "Ltd",
    "Limited",
    "Group",
    "Holdings",
    "Technologies",
    "Technology",
    "Motors",
    "Motor",
    "Bank",
    "Energy",
    "Pharma",
    "Electric",
    "Electronics",
    "Semiconductor",
    "Systems",
    "Networks",
    "Materials",
    "Industries",
    "Therapeutics",
    "Biotech",
    "Company",
    "Co",
];
static BESIDE_CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"((?:\*?ST|[A-Z]{{2,4}})?\p{{Han}}{{2,12}}[AB]?)[\t ]?\({CODE}|\d{{6}}\.(?:SH|SZ|BJ)[\t ]?((?:[A-Z]{{2,4}})?\p{{Han}}{{2,5}}A?)"
    ))
    .ok()
});

/// Names the report prints beside a code.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeSet<String>);

impl Known {
    /// Collects them.
    pub(super) fn of<'t>(text: impl Haystack<'t>) -> Self {
        let mut names = BTreeSet::new();
        // A report names a few hundred securities; more is no report.
        for found in BESIDE_CODE.iter().flat_map(|pattern| pattern.captures_iter(text)).take(2000) {
            let Some(run) = found.get(1).or_else(|| found.get(2)) else { continue };
            let name = describe_cut(run.as_str());
            if SHAPE.as_ref().is_some_and(|shape| shape.is_match(name)) && han(name) <= 6 && !phrase(name) {
                names.insert(name.to_owned());
            }
        }
        Self(names)
    }

    /// Adds names told by other means.
    pub(super) fn extend<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        self.0.extend(names.map(str::to_owned));
    }

    /// Whether the report prints this name, or a longer form of it, with a code.
    fn has(&self, name: &str) -> bool {
        let short =
            || han(name) >= 2 && !SECTOR_STEMS.contains(&name) && !sector(name) && self.0.iter().any(|known| known.starts_with(name));
        self.0.contains(name) || short()
    }

    /// Judges an item that was already cut to a name.
    pub(super) fn judge(&self, name: &str) -> Certainty {
        if LATIN.as_ref().is_some_and(|latin| latin.is_match(name)) {
            let last = name.rsplit([' ', '.']).find(|word| !word.is_empty()).unwrap_or_default();
            let legal = name.contains(' ') && LATIN_ENDS.contains(&last);
            return if legal { Certainty::Certain } else { Certainty::Possible };
        }
        if !SHAPE.as_ref().is_some_and(|shape| shape.is_match(name)) || phrase(name) {
            return Certainty::No;
        }
        if self.has(name) {
            return Certainty::Certain;
        }
        let length = han(name);
        if length > 6 || sector(name) {
            return Certainty::No;
        }
        if ended(name) {
            return Certainty::Certain;
        }
        if name.ends_with([
            '型', '化', '性', '下', '类', '端', '院', '等', '率', '期', '量', '额', '表', '序', '度', '差', '段', '速', '况', '侧',
        ]) {
            return Certainty::No;
        }
        let latin = name.starts_with(|c: char| c.is_ascii_uppercase());
        if (3..=5).contains(&length) || (latin && length >= 2) {
            Certainty::Possible
        } else if length == 2 && han(name) == name.chars().count() && !SECTOR_STEMS.contains(&name) && !NAME_ENDS.contains(&name) {
            Certainty::Short
        } else {
            Certainty::No
        }
    }
}

/// Number of Chinese characters.
pub(super) fn han(name: &str) -> usize {
    name.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count()
}

/// The head of an enumerated clause: 一是教育投入, 其二, 二则.
static ENUMERATED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^(?:第?[一二三四五六][是则来]|其[一二三四五六])").ok());

/// Whether an item holds words no short name holds.
pub(super) fn phrase(name: &str) -> bool {
    ENUMERATED.as_ref().is_some_and(|pattern| pattern.is_match(name))
        || PHRASE.iter().any(|word| name.contains(word))
        || name.starts_with(['其', '该', '各', '且', '但', '而', '并', '被', '随', '等'])
}

/// Whether an item is a sector: one by itself, or a sector word with a general stem.
pub(super) fn sector(name: &str) -> bool {
    SECTORS.contains(&name)
        || NAME_ENDS.iter().chain(SECTORS.iter()).any(|end| name.strip_suffix(end).is_some_and(|stem| SECTOR_STEMS.contains(&stem)))
        || ["设备", "器械", "服务", "制造", "用品", "零部件", "元件", "器件", "药店", "渠道", "安全", "诊疗", "经济", "基建"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether a name ends as company names do, after a stem of its own.
fn ended(name: &str) -> bool {
    let bare = name.trim_end_matches(['A', 'B', 'U', 'W', '-']);
    NAME_ENDS.iter().any(|end| {
        bare.strip_suffix(end).is_some_and(|stem| {
            let stem_length = stem.chars().count();
            (1..=4).contains(&stem_length) && (han(bare) >= 3 || stem.is_ascii()) && !SECTOR_STEMS.contains(&stem)
        })
    })
}

/// The part of an item after the words that describe the company.
pub(super) fn describe_cut(item: &str) -> &str {
    let cut = DESCRIBES
        .iter()
        .flat_map(|word| item.match_indices(word).map(|(at, word)| at + word.len()))
        .filter(|&at| item.get(at..).is_some_and(|rest| rest.chars().count() >= 2))
        .max()
        .unwrap_or(0);
    item.get(cut..).unwrap_or(item).trim_start_matches(['如', ':', ' ', '为', '-', '–', '—'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sectors_and_phrases() {
        let known = Known::of("我们推荐海川谷(300999)以及300888.SZ青禾堂12.5");
        for name in ["望江股份", "海川谷", "青禾堂", "云岭生物", "XYZ科技", "XYZ 科技", "星河A", "海川"] {
            let expected = if name == "星河A" { Certainty::No } else { Certainty::Certain };
            assert_eq!(known.judge(name), expected, "{name}");
        }
        for name in ["消费电子", "智慧医疗", "光伏设备", "银行", "分级诊疗", "浆量持续提升", "优质龙头", "高端医疗设备", "食品饮料"]
        {
            assert_eq!(known.judge(name), Certainty::No, "{name}");
        }
        assert_eq!(known.judge("白鹭洲"), Certainty::Possible);
    }

    #[test]
    fn clauses_and_products_are_no_names() {
        let known = Known::default();
        for name in ["一是教育", "二是传媒", "优先次序", "财政节奏", "ChatGPT", "MiniLED", "CXO", "AI"] {
            assert_eq!(known.judge(name), Certainty::No, "{name}");
        }
        assert_eq!(known.judge("Harbour Corp"), Certainty::Certain);
        assert_eq!(known.judge("Northlake"), Certainty::Possible);
    }

    #[test]
    fn descriptions_fall_off() {
        for (item, name) in [
            ("半导体设计公司望江股份", "望江股份"),
            ("充分受益的海川谷", "海川谷"),
            ("中江公司", "中江公司"),
            ("如云岭生物", "云岭生物"),
            ("服务龙头企业-海川医疗", "海川医疗"),
        ] {
            assert_eq!(describe_cut(item), name);
        }
    }
}
