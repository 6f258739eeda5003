//! The report's own ratings (`domain.md` §2.3, traps T1 to T9).
//!
//! Patterns find places where a grade of the vocabulary is given; each place has a strength: a rating box beats a
//! heading, a heading beats a sentence. The strongest place of each subject type is its rating, the others confirm
//! its action or contradict its label.

mod boxes;
mod chinese;
mod english;
mod kind;
mod names;
mod sentence;

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Context, labels};
use crate::domain::rating::{Action, RatingStatus, SubjectType, status_word};
use crate::domain::reading::{RatingReading, ScaleReading};
use crate::domain::scale::fold_label;
use crate::domain::{Located, Slot};
use crate::zones::ZoneKind;

/// The front page, in characters: some converters print the rating box after the first paragraphs.
const FRONT: usize = 3200;

/// How much a place says that the grade is the report's own; the least is the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// `投资评级:买入`, `Rating: BUY`.
    Box,
    /// `买入(维持)`, a grade on a line of its own above the text.
    Heading,
    /// 维持“买入”评级 in a sentence.
    Sentence,
}

/// A place where a grade is given.
#[derive(Clone, Debug)]
struct Hit {
    strength: Strength,
    /// Where the words of the place begin.
    from: usize,
    label: Range<usize>,
    /// Label, action and brackets as printed.
    raw: Range<usize>,
    action: Option<(Action, Range<usize>)>,
    prior: Option<Range<usize>>,
    /// What it is about, where the words around it say so.
    subject: Option<SubjectType>,
    /// The name in those words.
    name: Option<Range<usize>>,
}

/// Reads the report's ratings, company before industry; `definitions` are the places where grades are defined.
pub(super) fn read(context: &Context<'_>, scales: &[ScaleReading], definitions: &[Range<usize>]) -> Vec<RatingReading> {
    let mut hits = chinese::find(context);
    hits.extend(english::find(context));
    let foreign = context.foreign();
    hits.retain(|hit| !foreign.holds(hit.label.start) && is_own(context, hit, definitions));
    // 公司评级 买入 … in a table that could not be read looks like a rating box.
    let half = context.text().len() * 2 / 5;
    let defined = |hit: &Hit| hit.label.start > half && context.kind_at(hit.label.start) == ZoneKind::Definitions;
    if hits.iter().any(|hit| !defined(hit)) {
        hits.retain(|hit| !defined(hit));
    }
    let priors: BTreeSet<usize> = hits.iter().filter_map(|hit| hit.prior.as_ref()).map(|prior| prior.start).collect();
    hits.retain(|hit| !priors.contains(&hit.label.start));
    hits.sort_by_key(|hit| (hit.label.start, hit.strength, hit.action.is_none(), hit.prior.is_none()));
    hits.dedup_by(|next, kept| next.label.start < kept.label.end && next.strength >= kept.strength);
    let kind = context.kind();
    let mut placed: Vec<(SubjectType, &Hit)> = Vec::new();
    for hit in &hits {
        let said = hit.subject.or_else(|| by_scale(context, hit, scales));
        let subject = said.or_else(|| guess(context, hit, kind));
        // A sentence in a report about a sector speaks of one of its companies unless it says otherwise.
        let other = hit.strength == Strength::Sentence
            && context.chinese
            && (subject.is_some_and(|subject| subject != kind) || (kind == SubjectType::Industry && said.is_none()));
        if let Some(subject) = subject.filter(|_| !other) {
            placed.push((subject, hit));
        }
    }
    [SubjectType::Stock, SubjectType::Industry, SubjectType::Market, SubjectType::Bond, SubjectType::Fund]
        .into_iter()
        .flat_map(|subject| {
            let hits: Vec<&Hit> = placed.iter().filter(|(own, _)| *own == subject).map(|(_, hit)| *hit).collect();
            names::apart(context, subject, &hits)
                .into_iter()
                .filter_map(|(name, hits)| reading(context, subject, name, &hits, scales))
                .collect::<Vec<RatingReading>>()
        })
        .collect()
}

/// Tells what the report is about; [`Context::kind`] keeps it.
pub(super) fn kind(context: &Context<'_>) -> SubjectType {
    kind::of(context)
}

/// Whether the first lines name a security by its code.
pub(super) fn names_a_security(context: &Context<'_>) -> bool {
    kind::names_a_security(context)
}

/// What a rating is about where neither its words nor the scales say: what the report is about.
fn guess(context: &Context<'_>, hit: &Hit, kind: SubjectType) -> Option<SubjectType> {
    if kind::is_english_sector_report(context) {
        return Some(SubjectType::Industry);
    }
    match kind {
        SubjectType::Stock | SubjectType::Industry => Some(kind),
        _ if hit.strength == Strength::Sentence => (!context.chinese && kind != SubjectType::Market).then_some(SubjectType::Stock),
        // A strategy or morning note is rated only where a security or sector is named right there.
        SubjectType::Market => kind::near(context, hit.label.clone()).filter(|_| hit.strength == Strength::Box),
        _ => kind::near(context, hit.label.clone()).or((hit.strength == Strength::Box && !context.chinese).then_some(SubjectType::Stock)),
    }
}

/// Whether the place is the report's own voice: no definition, no legal text, no list of earlier reports.
fn is_own(context: &Context<'_>, hit: &Hit, definitions: &[Range<usize>]) -> bool {
    let at = hit.label.start;
    // Definitions are in order and apart.
    let next = definitions.partition_point(|range| range.end <= at);
    if definitions.get(next).is_some_and(|range| range.start <= at) {
        return false;
    }
    let late = at * 10 > context.text().len() * 6;
    match context.kind_at(at) {
        ZoneKind::Distribution => return false,
        ZoneKind::Disclaimer | ZoneKind::Contacts | ZoneKind::Definitions | ZoneKind::AnalystStatement
            if late && hit.strength != Strength::Box =>
        {
            return false;
        }
        ZoneKind::Definitions | ZoneKind::Disclaimer if late => return false,
        _ => {}
    }
    // A title of an earlier report: 《…维持“买入”评级》.
    let before = context.before(at, 60);
    let opened = before.rfind('《').is_some_and(|open| before.get(open..).is_some_and(|rest| !rest.contains('》')));
    !(opened && context.after(at, 60).contains('》'))
}

/// A label that stands on one scale only belongs to that scale.
fn by_scale(context: &Context<'_>, hit: &Hit, scales: &[ScaleReading]) -> Option<SubjectType> {
    let label = fold_label(context.slice(hit.label.clone()));
    let mut on = scales.iter().filter(|scale| scale.grades.iter().any(|grade| fold_label(&grade.value.label) == label));
    let only = on.next()?.subject_type;
    (on.next().is_none() && scales.len() > 1).then_some(only)
}

fn reading(
    context: &Context<'_>,
    subject: SubjectType,
    name: Option<Range<usize>>,
    hits: &[&Hit],
    scales: &[ScaleReading],
) -> Option<RatingReading> {
    // A rating near title, date and analyst beats one in the body, where other firms and companies are spoken of.
    let front = context.front(FRONT).len();
    let main = hits.iter().min_by_key(|hit| {
        let sentence = hit.strength == Strength::Sentence;
        (sentence, !sentence && hit.label.start >= front, hit.strength, sentence && hit.action.is_none(), hit.label.start)
    })?;
    let same = |hit: &&&Hit| label_key(context, &hit.label) == label_key(context, &main.label);
    let label = context.located_words(main.label.clone())?;
    let prior = main.prior.clone().or_else(|| hits.iter().filter(same).find_map(|hit| hit.prior.clone()));
    let prior_label = prior.and_then(|range| context.located_words(range));
    let status = status_word(&label.value).unwrap_or(RatingStatus::Rated);
    let action = action(context, subject, main, hits, prior_label.as_ref(), scales);
    let mut contradicted_by: Vec<Located<String>> = Vec::new();
    for other in hits.iter().filter(|hit| !same(hit)) {
        let Some(words) = context.located_words(other.label.clone()) else {
            continue;
        };
        let prior = prior_label.as_ref().is_some_and(|prior| key(&prior.value) == key(&words.value));
        if !prior && contradicted_by.iter().all(|known| key(&known.value) != key(&words.value)) {
            contradicted_by.push(words);
        }
    }
    // Sentences alone that disagree speak of several securities; in an English report that names no code they may
    // speak of anybody.
    let named = context.chinese || subject == SubjectType::Industry || kind::is_about_one_security(context);
    let unsure = !contradicted_by.is_empty() || !named;
    if main.strength == Strength::Sentence && unsure {
        return None;
    }
    Some(RatingReading {
        subject_type: context.located(subject, main.raw.clone()),
        subject: name
            .or_else(|| main.name.clone())
            .or_else(|| hits.iter().find_map(|hit| hit.name.clone()))
            .and_then(|range| context.located_words(range)),
        label_raw: context.located_words(main.raw.clone()),
        status: context.located(status, main.label.clone()),
        label: Some(label),
        action,
        prior_label,
        contradicted_by,
    })
}

/// The printed action; else what the printed prior label says; else what a sentence with the same label says.
fn action(
    context: &Context<'_>,
    subject: SubjectType,
    main: &Hit,
    hits: &[&Hit],
    prior: Option<&Located<String>>,
    scales: &[ScaleReading],
) -> Slot<Action> {
    if let Some((action, range)) = &main.action {
        return context.located(*action, range.clone());
    }
    let label = label_key(context, &main.label);
    let said = hits.iter().filter(|hit| label_key(context, &hit.label) == label).find_map(|hit| hit.action.clone());
    if let Some((action, range)) = said {
        return context.located(action, range);
    }
    // 终止评级 is its own action.
    if let Some(action) = Action::parse(context.slice(main.label.clone())) {
        return context.located(action, main.label.clone());
    }
    let range = main.prior.clone()?;
    let prior = key(&prior?.value);
    if prior == label {
        return context.located(Action::Maintain, range);
    }
    let Some(scale) = scales.iter().find(|scale| scale.subject_type == subject) else {
        return context.located(moved(&prior, &label)?, range);
    };
    let rank = |label: &str| scale.grades.iter().position(|grade| key(&grade.value.label) == label);
    let (Some(now), Some(then)) = (rank(&label), rank(&prior)) else {
        return context.located(moved(&prior, &label)?, range);
    };
    let action = match now.cmp(&then) {
        std::cmp::Ordering::Less => Action::Upgrade,
        std::cmp::Ordering::Equal => Action::Maintain,
        std::cmp::Ordering::Greater => Action::Downgrade,
    };
    context.located(action, range)
}

/// Where no table ranks them, only words of different tone tell up from down: from Hold to Buy, from 增持 to 中性.
fn moved(prior: &str, label: &str) -> Option<Action> {
    if status_word(label) == Some(RatingStatus::NotRated) && labels::tone(prior).is_some() {
        return Some(Action::Drop);
    }
    let (then, now) = (labels::tone(prior)?, labels::tone(label)?);
    match now.cmp(&then) {
        std::cmp::Ordering::Less => Some(Action::Downgrade),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(Action::Upgrade),
    }
}

fn label_key(context: &Context<'_>, range: &Range<usize>) -> String {
    key(context.slice(range.clone()))
}

/// A label without width, case, suffix and short form: OW is Overweight, 買入 is 买入.
fn key(label: &str) -> String {
    let folded = fold_label(label)
        .replace('買', "买")
        .replace('賣', "卖")
        .replace('減', "减")
        .replace('優', "优")
        .replace('於', "于")
        .replace(['-', ' '], "");
    match folded.as_str() {
        "ow" => "overweight".to_owned(),
        "uw" => "underweight".to_owned(),
        "ew" => "equalweight".to_owned(),
        "n" => "neutral".to_owned(),
        _ => folded,
    }
}

#[cfg(test)]
mod more_shapes;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod tests;
