//! English boxes beside the rating's own: the view of the sector and codes instead of words.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::english::pattern;
use super::{Hit, Strength};
use crate::domain::rating::SubjectType;

/// `Industry View: Attractive`, `Sector: Overweight`; the words of a view are wider than those of a rating.
static VIEW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?m)^[^\n:]{0,40}?\b(?P<cue>(?:Sector|Industry|Coverage|SECTOR|INDUSTRY)(?:\s(?i:view|stance|outlook|rating|recommendation|weighting)\s*[:|\n]\s*|\s?:[ \t]*))(?P<label>{L}|(?i:positive|negative|favou?rable|unfavou?rable|constructive)\b)",
    )
});
/// `Investment Opinion: B-1-7` (volatility, rating, income: `domain.md` §2.2), `Rating: 1M`, `Rating: N`.
static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)\b(?P<cue>(?i:(?:investment\s+)?opinion|(?:stock\s+|our\s+)?rating))\s*[:|\n]\s*(?P<label>[A-C]-[1-36]-[7-9]|[1-3][LMHS]|[BHNSU])(?:\s*$|[|,;\t ])")
        .ok()
});

/// Views of the sector.
pub(super) fn views(front: &str) -> Vec<Hit> {
    let Some(pattern) = VIEW.as_ref() else {
        return Vec::new();
    };
    pattern
        .captures_iter(front)
        .filter_map(|found| {
            let label = found.name("label").filter(|label| label.as_str().starts_with(|c: char| c.is_ascii_uppercase()))?;
            Some(hit(found.name("cue")?.start(), label.range(), Some(SubjectType::Industry)))
        })
        .collect()
}

/// The code of the rating box, where no word stands there.
pub(super) fn code(front: &str) -> Option<Hit> {
    let found = CODE.as_ref()?.captures(front)?;
    Some(hit(found.name("cue")?.start(), found.name("label")?.range(), None))
}

fn hit(from: usize, label: Range<usize>, subject: Option<SubjectType>) -> Hit {
    Hit { strength: Strength::Box, from, raw: from..label.end, label, action: None, prior: None, subject, name: None }
}
