//! Which statements the report carries: wording from `checklists/disclosures.toml`, and where it has to stand.
//!
//! A statement counts only in the report's own voice: another firm's words in quotation marks are not this report's
//! (domain.md T22), and legal wording in the running text of the first pages is as a rule talk about somebody else.

mod statements;
mod wording;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;

use self::wording::WORDINGS;
use super::Context;
use super::find::is_han;
use crate::domain::record::{Disclosure, Polarity};
use crate::domain::{By, Date, DisclosureId, Evidence, Located, Slot};
use crate::zones::ZoneKind;

pub use self::statements::{Found, Statements, Voice};

/// Characters of a heading shown as evidence.
const HEADING: usize = 60;
/// How far above the first definition its heading may stand, in characters.
const ABOVE: usize = 300;
/// Places kept for one disclosure.
const PLACES: usize = 2;

/// The month of publication where no day is printed: 2024年4月 after a label or the mark of the document, or on a line of
/// its own.
static MONTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)(?:(?:报告|发布|出版|完成)?日期|(?:报告|发布|出版)时间)[:\s]{0,3}20\d\d(?:年(?:0?[1-9]|1[0-2])月(?:[^\d日号]|$)|[-./](?:0[1-9]|1[0-2])(?:[^\d\-./月日]|$))|证券研究报告\s?20\d\d年(?:0?[1-9]|1[0-2])月(?:[^\d日号]|$)|^[#\s]*20\d\d年(?:0?[1-9]|1[0-2])月\s*$|(?i)^[#\s]*(?:January|February|March|April|May|June|July|August|September|October|November|December) 20\d\d\s*$").ok()
});
/// A figure's own source line.
static FIGURE_SOURCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:资料|数据)来源:\s*[^\s。,]{2,20}").ok());

/// Reads the disclosures. `published` is the day of publication, where the rules found one.
pub(super) fn read(context: &Context<'_>, published: &Slot<Date>) -> Vec<Located<Disclosure>> {
    let mut found: BTreeMap<DisclosureId, Located<Disclosure>> = BTreeMap::new();
    let statements = Statements::new(context);
    for wording in WORDINGS
        .iter()
        .filter(|wording| wording.chinese.is_none_or(|chinese| chinese == context.chinese || !chinese && context.english_notes))
    {
        let said = statements.find(&wording.pattern, wording.voice);
        for statement in said.filter(|statement| wording.means(statements.sentence(statement))).take(PLACES) {
            let Some(evidence) = statements.evidence(&statement) else { continue };
            let value = Disclosure { id: wording.id, present: true, polarity: Some(wording.polarity), specific: Some(wording.specific) };
            let entry = found.entry(wording.id).or_insert_with(|| Located::read(value, Vec::new()));
            // Wording is listed strongest first; a later, weaker one only adds its place.
            if entry.evidence.len() < PLACES {
                entry.evidence.push(evidence);
            }
        }
    }
    footers(context, &mut found);
    sourced_figures(context, &mut found);
    definitions(context, &mut found);
    publication(context, published, &mut found);
    found.into_values().collect()
}

/// The footers were taken out of the text, and are what sends the reader to the notices; some mark the document too.
fn footers(context: &Context<'_>, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    for id in [DisclosureId::ReadDisclaimerFooter, DisclosureId::ResearchReportMarking] {
        footer(context, id, found);
    }
}

fn footer(context: &Context<'_>, id: DisclosureId, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    let marks = id == DisclosureId::ResearchReportMarking;
    // A mark is no word of the footer's sentence: `请务必阅读本证券研究报告的免责声明`.
    let alone = |words: &str, place: Range<usize>| {
        let before = words.get(..place.start).unwrap_or_default().trim_end();
        let ends = ["声明", "申明", "条款", "部分", "说明", "披露"].iter().any(|end| before.ends_with(end));
        (ends || !before.ends_with(is_han)) && !words.get(place.end..).is_some_and(|after| after.starts_with(is_han))
    };
    let says = |words: &str| {
        WORDINGS
            .iter()
            .filter(|wording| wording.id == id)
            .any(|wording| wording.pattern.find(words).is_some_and(|found| !marks || context.chinese && alone(words, found.range())))
    };
    let Some(footer) = context.document.normalized.footers().iter().find(|footer| says(&footer.words)) else { return };
    let evidence = Evidence::exact(By::Rules, context.document.source.slice(footer.span), footer.span);
    let value = Disclosure { id, present: true, polarity: Some(Polarity::Affirmed), specific: Some(false) };
    let entry = found.entry(id).or_insert_with(|| Located::read(value, Vec::new()));
    if entry.evidence.len() < PLACES {
        entry.evidence.push(evidence);
    }
}

/// Sources named under the figures make the general statement of sources specific (CSRC Art. 8(6)).
fn sourced_figures(context: &Context<'_>, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    let Some(statement) = found.get_mut(&DisclosureId::SourceStatement) else { return };
    let Some(figure) = FIGURE_SOURCE.as_ref().and_then(|pattern| pattern.find(context.text())) else { return };
    statement.value.specific = Some(true);
    statement.evidence.extend(context.evidence(figure.range()));
}

/// A zone of definitions is the statement that ratings are defined (SAC 执业规范; FINRA 2241(c)(2)).
fn definitions(context: &Context<'_>, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    let Some(zone) = context.zones.of_kind(ZoneKind::Definitions).next() else { return };
    let words = context.slice(zone.clone());
    let lead = words.len() - words.trim_start().len();
    let start = zone.start + lead;
    let heading = context.after(start, HEADING).split(['\n', '。']).next().unwrap_or_default();
    let range = heading_above(context, start).unwrap_or(start..(start + heading.len()).min(zone.end));
    let value = Disclosure { id: DisclosureId::RatingDefinitions, present: true, polarity: Some(Polarity::Affirmed), specific: Some(true) };
    if let Some(located) = context.located(value, range) {
        found.insert(DisclosureId::RatingDefinitions, located);
    }
}

/// The heading a run of definitions stands under, where the zone begins with the definitions themselves.
fn heading_above(context: &Context<'_>, start: usize) -> Option<Range<usize>> {
    static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:投资)?评级(?:的)?(?:体系|定义|说明|标准|准则)(?:[与和及、](?:投资)?评级(?:的)?(?:体系|定义|说明|标准))?").ok()
    });
    let names = NAMES.as_ref()?;
    // What begins with its own heading needs none above it.
    if names.find(context.after(start, HEADING)).is_some_and(|own| own.start() < HEADING / 2) {
        return None;
    }
    let before = context.before(start, ABOVE);
    let base = start - before.len();
    let found = names.find(before)?;
    Some(base + found.start()..base + found.end())
}

/// A day of publication, or a month alone, shows the time of publication (CSRC Art. 8(5)).
fn publication(context: &Context<'_>, published: &Slot<Date>, found: &mut BTreeMap<DisclosureId, Located<Disclosure>>) {
    let disclosure = |specific| Disclosure {
        id: DisclosureId::PublicationDate,
        present: true,
        polarity: Some(Polarity::Affirmed),
        specific: Some(specific),
    };
    if let Some(published) = published {
        found.insert(DisclosureId::PublicationDate, published.with(disclosure(true)));
        return;
    }
    let month = MONTH.as_ref().and_then(|pattern| {
        pattern.find_iter(context.text()).map(|found| found.range()).find(|range| context.kind_at(range.start) == ZoneKind::Header)
    });
    if let Some(located) = month.and_then(|range| context.located(disclosure(false), range)) {
        found.insert(DisclosureId::PublicationDate, located);
    }
}

#[cfg(test)]
mod tests;
