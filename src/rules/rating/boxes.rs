//! Boxes with English words beside the plain one: the view of the sector, codes and statuses instead of grades,
//! English grades in a Chinese report.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Part, Regex};

use super::chinese;
use super::english::{self, pattern};
use super::{Hit, Strength};
use crate::domain::rating::SubjectType;
use crate::rules::labels;

/// `Industry View: Attractive`, `Sector: Overweight`; the words of a view are wider than those of a rating.
static VIEW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?m)^[^\n:]{0,40}?\b(?P<cue>(?:Sector|Industry|Coverage|SECTOR|INDUSTRY)(?:\s(?i:view|stance|outlook|rating|recommendation|weighting)(?:\s*[:|\n\t]\s*|\s)|\s?:[ \t]*))(?P<label>{L}|(?i:positive|negative|favou?rable|unfavou?rable|constructive)\b)|^(?P<field>(?:Sector|Industry)\s?:) [A-Z][^\n():]{2,40} \((?P<inner>{L})\)|\b(?P<within>(?:Sector|Industry) (?:view|View|rating|stance)) (?P<said>{L}|Positive|Negative) [A-Z]",
    )
});
/// `Investment Opinion: B-1-7` (volatility, rating, income: `domain.md` §2.2), `Rating: 1M`, `Rating: N`.
static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)\b(?P<cue>(?i:(?:investment\s+)?opinion|(?:stock\s+|our\s+)?rating))\s*[:|\n]\s*(?P<label>[A-C]-[1-36]-[7-9]|[1-3][LMHS]|[BHNSU])(?:\s*$|[|,;\t ])")
        .ok()
});

/// `Rating: Withdrawn`, `Rating: Restricted`.
static STATUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?P<cue>\b(?i:rating|recommendation|coverage))\s*[:|\n]\s*(?P<label>(?i:restricted|withdrawn|terminated|discontinued|dropped))\b",
    )
    .ok()
});
/// `评级:BUY(维持)`.
static MIXED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let text = r"(?P<cue>(?P<sector>行业|行業)?(?:投资|投資)?(?:评级|評級)\s?[:|\s]\s?)(?P<label>{L})(?:\s?[(|/]?\s?(?P<act>{A}))?";
    Regex::new(&text.replace("{L}", &labels::english_words()).replace("{A}", chinese::ACTION)).ok()
});

/// `投資評等/目標價` over `買進 35`: two fields of a box in one line, and both values below it.
static WITH_TARGET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    chinese::pattern(
        r"(?P<cue>(?:投资|投資)(?:评级|評級|評等|建议|建議)\s?[/、及與与]\s?(?:目标价|目標價)格?)[^\n\d]{0,12}\n\s{0,4}(?P<label>{L})\s{0,3}(?:[A-Z]{0,3}\$\s?)?\d[\d.,]*(?:[^\n]{0,40}\n\s{0,4}[【\[(]?前次(?:投資|投资)?(?:建議|建议|評等|评等|評級|评级)[】\])]?\s?:?\s?(?P<prior>{L}))?",
    )
});

/// English grades behind a Chinese cue, and grades below the head of a box.
pub(super) fn mixed(front: Part<'_>) -> Vec<Hit> {
    let below = WITH_TARGET.as_ref().and_then(|p| p.captures(front)).and_then(|found| {
        let label = found.name("label")?.range();
        let prior = found.name("prior").map(|prior| prior.range());
        Some(Hit { prior, ..hit(found.name("cue")?.start(), label, None) })
    });
    let found = MIXED.as_ref().into_iter().flat_map(|p| p.captures_iter(front));
    found
        .filter_map(|found| {
            let cue = found.name("cue")?.start();
            let label = found.name("label").filter(|label| label.as_str().starts_with(|c: char| c.is_ascii_uppercase()))?.range();
            if chinese::PRIOR_BEFORE.as_ref()?.is_match(front.get(..label.start)?) {
                return None;
            }
            let action = chinese::acted(found.name("act"));
            let subject = found.name("sector").map(|_| SubjectType::Industry);
            let end = action.as_ref().map_or(label.end, |(_, range)| range.end);
            let start = label.start;
            Some(Hit { raw: start..end, action, ..hit(cue, label, subject) })
        })
        .chain(below)
        .collect()
}

/// Views of the sector.
pub(super) fn views(front: Part<'_>) -> Vec<Hit> {
    let Some(pattern) = VIEW.as_ref() else {
        return Vec::new();
    };
    pattern
        .captures_iter(front)
        .filter_map(|found| {
            let label = ["label", "inner", "said"].into_iter().find_map(|name| found.name(name));
            let label = label.filter(|label| label.as_str().starts_with(|c: char| c.is_ascii_uppercase()))?;
            let cue = ["cue", "field", "within"].into_iter().find_map(|name| found.name(name))?;
            Some(hit(cue.start(), label.range(), Some(SubjectType::Industry)))
        })
        .collect()
}

/// The code or status of the rating box, where no grade stands there.
pub(super) fn code(front: Part<'_>) -> Option<Hit> {
    [&CODE, &STATUS].into_iter().find_map(|pattern| {
        let found = pattern.as_ref()?.captures(front)?;
        let cue = found.name("cue")?.start();
        let label = found.name("label")?.range();
        let prior = english::prior(&front, label.end);
        (!english::is_other(&front, cue)).then(|| Hit { prior, ..hit(cue, label, None) })
    })
}

fn hit(from: usize, label: Range<usize>, subject: Option<SubjectType>) -> Hit {
    Hit { strength: Strength::Box, from, raw: from..label.end, label, action: None, prior: None, subject, name: None }
}
