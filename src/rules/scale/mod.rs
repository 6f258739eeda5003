//! The report's own rating scales, from its tables and sentences of definitions (`domain.md` §2.4, mapping rule
//! `own_table/1`).
//!
//! A definition is a grade word followed by how it is measured. Such pairs are looked for in the whole text, because
//! headings are often lost; a pair counts only in the company of another one nearby.

mod band;
mod chinese;
mod english;
mod facts;
mod heading;

use std::ops::Range;

use super::Context;
use super::labels::{self, Tone};
use crate::domain::rating::{RatingStatus, SubjectType, status_word};
use crate::domain::reading::ScaleReading;
use crate::domain::record::Grade;
use crate::domain::{Amount, Located};
use crate::zones::ZoneKind;

/// Furthest a definition may stand from the end of the one before, in bytes.
const NEAR: usize = 700;

/// A first definition this far from the second, in bytes, is no row of the same table.
const ALONE: usize = 240;

/// More grades than any broker has; the rest of a hostile text is not read.
const MOST_GRADES: usize = 16;

/// A grade and its definition where they stand.
#[derive(Clone, Debug)]
struct Found {
    label: Range<usize>,
    definition: Range<usize>,
    /// What it grades, by its own words or the heading above.
    subject: SubjectType,
    /// Whether words or a heading said so; else it is a guess that its neighbours may correct.
    sure: bool,
    /// Whether the heading says stocks and industries alike: 行业及公司评级.
    shared: bool,
    /// Whether only a heading above it, or none, says what it grades.
    headed: bool,
    /// Whether the word is outside the vocabulary: damaged, or a broker's own.
    odd: bool,
    /// Whether the label shares its cell with the next grade's: which band is whose is lost (`domain.md` §5).
    merged: bool,
}

impl Found {
    fn start(&self) -> usize {
        self.label.start.min(self.definition.start)
    }

    fn end(&self) -> usize {
        self.label.end.max(self.definition.end)
    }

    fn grades(&self, subject: SubjectType) -> bool {
        self.subject == subject || (self.shared && subject == SubjectType::Industry)
    }
}

/// Reads every scale, one a subject type, stocks first, and says where definitions stand: words there are no ratings of
/// the report.
pub(super) fn read(context: &Context<'_>) -> (Vec<ScaleReading>, Vec<Range<usize>>) {
    let foreign = context.foreign();
    let mut found = definitions(context);
    let places = found.iter().map(|found| found.start()..found.end()).collect();
    found.retain(|found| !foreign.holds(found.label.start));
    let mut found = clusters(context, found);
    headed_wrong(context, &mut found);
    let mut subjects: Vec<SubjectType> = found.iter().map(|found| found.subject).collect();
    subjects.extend(found.iter().any(|found| found.shared).then_some(SubjectType::Industry));
    subjects.sort_unstable();
    subjects.dedup();
    (subjects.into_iter().filter_map(|subject| scale(context, &found, subject)).collect(), places)
}

/// 公司评级体系 over 领先大市, 同步大市, 落后大市 in a report about a sector: the template's heading stayed, the words are
/// those of sectors.
fn headed_wrong(context: &Context<'_>, found: &mut [Found]) {
    let label = |found: &Found| context.slice(found.label.clone());
    let of_sectors = |found: &Found| labels::sounds_like_a_sector(label(found)) || labels::tone(label(found)) == Some(Tone::Flat);
    let one = found.iter().all(|found| found.subject == SubjectType::Stock && !found.shared);
    let words = found.iter().any(|found| labels::sounds_like_a_sector(label(found))) && found.iter().all(of_sectors);
    let of_companies = found.iter().any(|found| heading::names_a_company(context.slice(found.definition.clone())));
    if one && words && !of_companies && context.kind() == SubjectType::Industry {
        for found in found {
            found.subject = SubjectType::Industry;
        }
    }
}

fn definitions(context: &Context<'_>) -> Vec<Found> {
    let mut found = chinese::find(context);
    let mut english = english::find(context);
    if context.chinese {
        // `Buy / 买入 / relative performance > 15%` is one row, and the grade the report gives is the Chinese one.
        let mut known: Vec<usize> = found.iter().map(|found| found.label.start).collect();
        known.sort_unstable();
        let line = |row: &Found| row.start() + context.slice(row.start()..row.end()).find('\n').unwrap_or(row.end() - row.start());
        english.retain(|row| known.get(known.partition_point(|at| *at < row.start())).is_none_or(|at| *at >= line(row)));
    }
    found.extend(english);
    found.sort_by_key(Found::start);
    clusters(context, found)
}

/// Keeps definitions that stand together with one of another grade.
fn clusters(context: &Context<'_>, found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    let mut group: Vec<Found> = Vec::new();
    let mut flush = |group: &mut Vec<Found>| {
        // 中性 on the front page of a short note, with a percentage behind it: no row of the table that follows.
        // Where the next ones are as far apart, their rows are long.
        if let [first, second, third, ..] = group.as_slice()
            && context.chinese
            && second.start() > first.end() + ALONE
            && third.start() <= second.end() + ALONE
        {
            group.remove(0);
        }
        let mut words: Vec<&str> = group.iter().filter(|found| !found.odd).map(|found| context.slice(found.label.clone())).collect();
        words.sort_unstable();
        words.dedup();
        let banded = group.iter().any(|found| band::band(context.slice(found.definition.clone())).is_some());
        if words.len() >= 3 || (words.len() == 2 && banded) {
            agree(context, group);
            kept.append(group);
        } else {
            group.clear();
        }
    };
    for next in found {
        if group.last().is_some_and(|last| next.start() > last.end() + NEAR) {
            flush(&mut group);
        }
        group.push(next);
    }
    flush(&mut group);
    kept
}

/// 1 where the byte before `start` is the minus sign of the number there, taken for a dash: `HOLD: -5% to 5%`.
fn sign(text: &str, start: usize) -> usize {
    let number = text.get(start..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    usize::from(number && text.get(..start).is_some_and(|before| before.ends_with('-')))
}

/// The cell that names a table stands beside its middle row as often as above its first: after the worst grade of one
/// table, grades that begin again with the best are of the table whose name comes among them.
fn begin_again(context: &Context<'_>, group: &mut [Found]) {
    let tones: Vec<Option<Tone>> = group.iter().map(|found| labels::tone(context.slice(found.label.clone()))).collect();
    let tone = |at: usize| tones.get(at).copied().flatten();
    for first in (1..group.len()).filter(|&at| tone(at) == Some(Tone::Good) && tone(at - 1) == Some(Tone::Bad)) {
        let Some(subject) = group.get(first).filter(|found| found.headed).map(|found| found.subject) else { continue };
        let falls = |at: &usize| tone(*at).is_some() && tone(*at) <= tone(*at - 1);
        let named = (first + 1..group.len()).take_while(falls).find(|&at| group.get(at).is_some_and(|found| found.subject != subject));
        let Some((named, other)) = named.and_then(|at| Some((at, group.get(at).filter(|found| found.headed)?.subject))) else { continue };
        for found in group.get_mut(first..named).into_iter().flatten() {
            found.subject = other;
        }
    }
}

/// Gives grades without a noun or heading the subject of the grade before (else after) them that has one; where none
/// has, one word like 强于大市 makes them all sector grades.
fn agree(context: &Context<'_>, group: &mut [Found]) {
    begin_again(context, group);
    let sector = group.iter().any(|found| labels::sounds_like_a_sector(context.slice(found.label.clone())));
    let guess = if sector { SubjectType::Industry } else { SubjectType::Stock };
    let mut known = group.iter().find(|found| found.sure).map_or(guess, |found| found.subject);
    // A table of its own for industries, or words for sectors alone: the heading only announced both.
    let apart = sector || group.iter().any(|found| found.sure && found.subject == SubjectType::Industry);
    for found in group {
        found.shared &= !apart;
        if found.sure {
            known = found.subject;
        } else {
            found.subject = known;
        }
    }
}

fn scale(context: &Context<'_>, found: &[Found], subject: SubjectType) -> Option<ScaleReading> {
    let mut own: Vec<&Found> = Vec::new();
    for next in undisputed(context, found.iter().filter(|found| found.grades(subject)).collect()) {
        let word = label_of(context, next).to_lowercase();
        if own.len() < MOST_GRADES && own.iter().all(|known| label_of(context, known).to_lowercase() != word) {
            own.push(next);
        }
    }
    let mut grades: Vec<Located<Grade>> = own.iter().filter_map(|found| grade(context, found)).collect();
    if grades.iter().filter(|grade| grade.value.status == RatingStatus::Rated).count() < 2 {
        return None;
    }
    best_first(&mut grades);
    mark_gaps(&mut grades);
    let facts = facts::Facts::of(context, &own, found);
    Some(ScaleReading { subject_type: subject, horizon_months: facts.horizon, basis: facts.basis, benchmark: facts.benchmark, grades })
}

/// Of two tables that define the same words differently, the one among the legal text at the end is the report's own:
/// the other was cited. Its grades would mix into the own scale.
fn undisputed<'f>(context: &Context<'_>, found: Vec<&'f Found>) -> Vec<&'f Found> {
    let mut tables: Vec<Vec<&Found>> = Vec::new();
    for next in found {
        match tables.last_mut() {
            Some(table) if table.last().is_some_and(|last| next.start() <= last.end() + NEAR) => table.push(next),
            _ => tables.push(vec![next]),
        }
    }
    let late = |table: &[&Found]| table.first().is_some_and(|first| first.start() * 10 > context.text().len() * 6);
    let differs = |one: &Found, other: &Found| {
        let bands = [one, other].map(|found| band::band(context.slice(found.definition.clone())));
        label_of(context, one) == label_of(context, other) && bands.first() != bands.last()
    };
    let last = tables.iter().rposition(|table| late(table) && table.len() > 1);
    let keep: Vec<bool> = tables
        .iter()
        .enumerate()
        .map(|(at, table)| {
            let own = last.filter(|last| *last != at).and_then(|last| tables.get(last));
            let disputed = own.is_some_and(|own| table.iter().any(|one| own.iter().any(|other| differs(one, other))));
            !(disputed && cited(context, table))
        })
        .collect();
    tables.into_iter().zip(keep).filter(|(_, keep)| *keep).flat_map(|(table, _)| table).collect()
}

/// Whether a table stands among the text, before the legal part.
fn cited(context: &Context<'_>, table: &[&Found]) -> bool {
    let legal = context.zones.zones().iter().find(|zone| {
        matches!(zone.kind, ZoneKind::AnalystStatement | ZoneKind::Disclaimer) && zone.range.start * 10 > context.text().len() * 4
    });
    table.first().is_some_and(|first| legal.is_some_and(|legal| first.start() < legal.range.start))
}

fn label_of(context: &Context<'_>, found: &Found) -> String {
    context.words(found.label.clone())
}

fn grade(context: &Context<'_>, found: &Found) -> Option<Located<Grade>> {
    let label = label_of(context, found);
    let definition = context.words(found.definition.clone());
    let none = (label == chinese::NONE).then_some(RatingStatus::NotRated);
    let status = status_word(&label).or(none).unwrap_or(RatingStatus::Rated);
    let (low, high) = match status {
        RatingStatus::Rated if found.merged => (None, None),
        RatingStatus::Rated => band::band(context.slice(found.definition.clone())).unwrap_or_default(),
        RatingStatus::NotRated | RatingStatus::Suspended => (None, None),
    };
    let definition = Some(definition).filter(|words| !words.is_empty() && !found.merged);
    let lost = band::is_lost(context.slice(found.definition.clone()));
    let uncertain = ((found.odd || lost) && status == RatingStatus::Rated) || found.merged;
    context.located(Grade { label, definition, low, high, status, uncertain }, found.start()..found.end())
}

/// Grades stand best first in nearly every report. A table of the other order is turned round where its bands say so;
/// without bands, words like 卖出 go after words like 买入. Statuses go last.
fn best_first(grades: &mut [Located<Grade>]) {
    grades.sort_by_key(|grade| grade.value.status != RatingStatus::Rated);
    let rated = grades.iter().take_while(|grade| grade.value.status == RatingStatus::Rated).count();
    let Some(rated) = grades.get_mut(..rated) else {
        return;
    };
    // Open below counts as far below.
    let open = Amount::from_int(-1000);
    let banded = rated.iter().filter(|grade| grade.value.low.is_some() || grade.value.high.is_some());
    let lows: Vec<Amount> = banded.map(|grade| grade.value.low.unwrap_or(open)).collect();
    let rising = lows.len() >= 2 && lows.windows(2).all(|pair| pair.first() < pair.last());
    if rising {
        rated.reverse();
        return;
    }
    // Every band is known and the words agree with them: `BUY`, `SELL`, `NEUTRAL` is printed in no order.
    let falling = lows.windows(2).all(|pair| pair.first() > pair.last());
    if lows.len() == rated.len() && !falling {
        let mut sorted = rated.to_vec();
        sorted.sort_by_key(|grade| std::cmp::Reverse(grade.value.low.unwrap_or(open)));
        let tones: Vec<Option<Tone>> = sorted.iter().map(|grade| labels::tone(&grade.value.label)).collect();
        if tones.windows(2).all(|pair| pair.first() >= pair.last()) {
            rated.clone_from_slice(&sorted);
            return;
        }
    }
    // Without bands the words tell: the middle grade may be defined last, by exclusion of the others.
    let tones: Option<Vec<Tone>> = rated.iter().map(|grade| labels::tone(&grade.value.label)).collect();
    if lows.len() < 2 && tones.is_some_and(|tones| tones.windows(2).any(|pair| pair.first() < pair.last())) {
        rated.sort_by_key(|grade| std::cmp::Reverse(labels::tone(&grade.value.label)));
    }
}

/// Neighbours whose bands leave a gap: a row between them lost its label (trap T24).
fn mark_gaps(grades: &mut [Located<Grade>]) {
    let gaps: Vec<usize> = (1..grades.len())
        .filter(|&at| {
            let bound = |at: usize| grades.get(at).map(|grade| (grade.value.low, grade.value.high));
            match (bound(at - 1), bound(at)) {
                (Some((Some(low), _)), Some((_, Some(high)))) => low > high,
                _ => false,
            }
        })
        .collect();
    // The worst grade cannot be open above: 卖出 涨幅不小于-20%.
    if let Some(grade) =
        grades.iter_mut().skip(1).find(|grade| grade.value.high.is_none() && grade.value.low.is_some_and(Amount::is_negative))
    {
        grade.value.uncertain = true;
    }
    for at in gaps {
        for at in [at - 1, at] {
            if let Some(grade) = grades.get_mut(at) {
                grade.value.uncertain = true;
            }
        }
    }
}

#[cfg(test)]
mod tests;
