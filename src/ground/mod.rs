//! Finds each value's words in the source, or says that they are not there.
//!
//! The model cites a segment; the words are looked for there and just behind it, else anywhere (with a lower
//! standing), else nowhere. Typed values (numbers, days, closed words) are checked against the words cited. What comes
//! out has the shape of the rules' own reading, so that one judge can compare them. Pure.

mod draft;
mod fuzzy;
mod index;
mod value;

use std::ops::Range;

use crate::document::Document;
use crate::domain::evidence::Located;
use crate::domain::{Alignment, Amount, By, Date, Evidence, Reading, Reason};
use crate::draft::Draft;
use crate::zones::{ZoneKind, Zones};

use index::{Found, Index};

/// Grounds a draft: every value with the place it stands in, or with the reason why it does not.
pub fn ground(document: &Document, zones: &Zones, draft: Draft) -> Reading {
    draft::reading(&Grounder { document, zones, index: Index::new(document.normalized.text()) }, draft)
}

/// How many segments a citation covers: a block of an author or a rating box runs over a few lines.
const BLOCK: u32 = 6;

/// Looks values up in one document.
struct Grounder<'a> {
    document: &'a Document,
    zones: &'a Zones,
    index: Index<'a>,
}

/// Where a value may be read: a rating word in a table of definitions is no rating.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zoning {
    Anywhere,
    ContentOnly,
}

impl Grounder<'_> {
    fn text(&self) -> &str {
        self.document.normalized.text()
    }

    /// The segment cited and those after it, nearest first; none for a number no segment has.
    fn cited(&self, at: Option<u32>) -> Vec<Range<usize>> {
        let Some(first) = at.filter(|at| self.zones.segment(*at).is_some()) else { return Vec::new() };
        let block = first..first.saturating_add(BLOCK);
        block.filter_map(|id| self.zones.segment(id)).map(|segment| segment.range.clone()).collect()
    }

    /// Words as printed: inside the cited segments, else anywhere.
    fn words(&self, value: Option<String>, at: Option<u32>, zoning: Zoning) -> Option<Located<String>> {
        let value = value.filter(|value| !value.trim().is_empty())?;
        let cited = self.cited(at);
        let allowed = |found: &Found| zoning == Zoning::Anywhere || self.zones.kind_at(found.range.start).is_content();
        let inside = cited.iter().filter_map(|range| self.index.find_in(&value, range.clone())).min_by_key(|found| found.alignment);
        if let Some(found) = inside.as_ref().filter(|found| allowed(found)) {
            return Some(self.located(found, Vec::new()));
        }
        // Neighbouring segments may part a title.
        let between = match cited.as_slice() {
            [first, .., last] if first.start < last.end && last.end - first.start < 2000 => first.start..last.end,
            _ => 0..0,
        };
        if let Some(found) = self.index.find_in(&value, between).filter(allowed) {
            return Some(self.located(&found, Vec::new()));
        }
        let why = if cited.is_empty() { Reason::NotCited } else { Reason::OutsideCitation };
        let elsewhere = self.elsewhere(&value, &cited, zoning);
        if let Some(found) = elsewhere {
            return Some(self.located(&found, vec![why]));
        }
        if let Some(found) = inside {
            return Some(self.located(&found, vec![Reason::WrongZone]));
        }
        let reason = if zoning == Zoning::ContentOnly && !self.index.find_all(&value).is_empty() {
            Reason::WrongZone
        } else {
            Reason::ValueNotInQuote
        };
        Some(Located::new(value.clone(), Evidence::missing(By::Model, value, vec![reason])))
    }

    /// The best place outside the cited segments: content zones first, then the nearest to what was cited.
    fn elsewhere(&self, value: &str, cited: &[Range<usize>], zoning: Zoning) -> Option<Found> {
        let anchor = cited.first().map_or(0, |range| range.start);
        let best = self
            .index
            .find_all(value)
            .into_iter()
            .filter(|found| zoning == Zoning::Anywhere || self.zones.kind_at(found.range.start).is_content())
            .min_by_key(|found| (found.alignment, !self.zones.kind_at(found.range.start).is_content(), found.range.start.abs_diff(anchor)));
        best.or_else(|| {
            self.index.find_near(value).filter(|found| zoning == Zoning::Anywhere || self.zones.kind_at(found.range.start).is_content())
        })
    }

    /// The source's own words of a place: the code copies, the model only points.
    fn located(&self, found: &Found, reasons: Vec<Reason>) -> Located<String> {
        let evidence = self.evidence(found, reasons);
        let words: String = self.text().get(found.range.clone()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let source = evidence.quote.trim();
        let plain = !source.contains(['\n', '\r', '\t', '<', '$', '*', '|', '\u{200b}']) && !source.contains("  ");
        let value = if plain { source.to_owned() } else { words };
        Located::new(value, evidence)
    }

    fn evidence(&self, found: &Found, reasons: Vec<Reason>) -> Evidence {
        match self.document.span(found.range.clone()) {
            Some(span) => Evidence {
                alignment: found.alignment,
                score: found.score,
                reasons,
                ..Evidence::exact(By::Model, self.document.source.slice(span), span)
            },
            None => Evidence::missing(By::Model, String::new(), reasons),
        }
    }

    /// A value checked by `carried` against the words of each cited segment.
    fn typed<T>(&self, value: T, shown: String, at: Option<u32>, carried: impl Fn(&str) -> value::Carried) -> Located<T> {
        let mut why: Option<Reason> = None;
        let mut nearest: Option<Range<usize>> = None;
        for range in self.cited(at) {
            match carried(self.text().get(range.clone()).unwrap_or_default()) {
                Ok(place) => {
                    let found =
                        Found { range: range.start + place.start..range.start + place.end, alignment: Alignment::Exact, score: None };
                    return Located::new(value, self.evidence(&found, Vec::new()));
                }
                Err(reason) => {
                    nearest.get_or_insert(range);
                    why = why.or(reason);
                }
            }
        }
        match nearest {
            Some(range) => {
                let found = Found { range, alignment: Alignment::Exact, score: None };
                Located::new(value, self.evidence(&found, vec![why.unwrap_or(Reason::ValueNotInQuote)]))
            }
            None => Located::new(value, Evidence::missing(By::Model, shown, vec![Reason::NotCited])),
        }
    }

    /// A number printed in a cited segment.
    fn amount(&self, value: Option<Amount>, at: Option<u32>) -> Option<Located<Amount>> {
        let value = value?;
        Some(self.typed(value, value.to_string(), at, |words| value::amount(words, value)))
    }

    /// A day: in a cited segment, else on the first page or in the body, never in a list of earlier reports.
    fn day(&self, value: Option<String>, at: Option<u32>) -> Option<Located<Date>> {
        let text = value.filter(|value| !value.trim().is_empty())?;
        let date = Date::parse(&text)?;
        let cited = self.typed(date, text.clone(), at, |words| value::date(words, date));
        if cited.is_sound() {
            return Some(cited);
        }
        let elsewhere = self.zones.zones().iter().filter(|zone| zone.kind != ZoneKind::Related).find_map(|zone| {
            let range = value::date(self.text().get(zone.range.clone())?, date).ok()?;
            Some(Found { range: zone.range.start + range.start..zone.range.start + range.end, alignment: Alignment::Exact, score: None })
        });
        match elsewhere {
            Some(found) => Some(Located::new(date, self.evidence(&found, vec![Reason::OutsideCitation]))),
            None => Some(cited),
        }
    }

    /// A judgement that no single word carries (kind of report, kind of subject): the first cited segment.
    fn judged<T>(&self, value: Option<T>, at: Option<u32>) -> Option<Located<T>> {
        let value = value?;
        let evidence = match self.cited(at).into_iter().next() {
            Some(range) => self.evidence(&Found { range, alignment: Alignment::Exact, score: None }, Vec::new()),
            None => Evidence::missing(By::Model, String::new(), vec![Reason::NotCited]),
        };
        Some(Located::new(value, evidence))
    }
}
