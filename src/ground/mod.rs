//! Finds each value's words in the source, or says that they are not there.
//!
//! The model cites a segment; the words are looked for there and just behind it, else anywhere (with a lower
//! standing), else nowhere. Typed values (numbers, days, closed words) are checked against the words cited. What comes
//! out has the shape of the rules' own reading, so that one judge can compare them. Pure.

mod day;
mod draft;
mod form;
mod fuzzy;
mod index;
mod label;
mod lookup;
mod metric;
mod near;
mod number;
mod people;
mod price;
mod reasoning;
mod unit;
mod word;

use std::ops::Range;

use crate::document::Document;
use crate::domain::evidence::Located;
use crate::domain::{Alignment, Amount, By, Date, Evidence, Reading, Reason, Span};
use crate::draft::Draft;
use crate::zones::{ZoneKind, Zones};

use day::Day;
use index::{Found, Index};
use number::Quantity;
pub use reasoning::doubt;

/// What a stretch of text says of a value: the bytes that carry it, or why none do.
type Carried = Result<Range<usize>, Option<Reason>>;

/// Grounds a draft: every value with the place it stands in, or with the reason why it does not. What stands in
/// `suspicious` stretches, characters of the source, is written for the model that reads it and carries no value.
pub fn ground(document: &Document, zones: &Zones, suspicious: &[Span], draft: Draft) -> Reading {
    let grounder = Grounder { document, zones, suspicious, index: Index::new(document.normalized.text()) };
    let mut reading = draft::reading(&grounder, draft);
    people::uncross(document, &mut reading.authors);
    reading
}

/// Words a reader quotes, looked for within some characters of the source: where they stand there, exactly or but for
/// width, case, blanks and punctuation.
pub fn quoted(document: &Document, words: &str, within: Span, by: By) -> Option<Evidence> {
    let range = document.normalized.range(within);
    let slice = document.normalized.text().get(range.clone())?;
    let found = Index::new(slice).find_in(words, 0..slice.len()).filter(|found| found.alignment != Alignment::Fuzzy)?;
    let span = document.span(range.start + found.range.start..range.start + found.range.end)?;
    Some(Evidence { alignment: found.alignment, ..Evidence::exact(by, document.source.slice(span), span) })
}

/// How many segments a citation covers: a block of an author or a rating box runs over a few lines.
const BLOCK: u32 = 6;

/// How many segments are searched for a price that does not stand where it is cited; those of a hundred pages.
const SEARCHED: usize = 4000;

/// Looks values up in one document.
struct Grounder<'a> {
    document: &'a Document,
    zones: &'a Zones,
    suspicious: &'a [Span],
    index: Index<'a>,
}

/// Where a value may be read: a rating word in a table of definitions is no rating.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zoning {
    Anywhere,
    ContentOnly,
    /// The first page, or the first characters where no page is told.
    Front,
}

/// Characters of the front page, at least.
const FRONT: usize = 2500;

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

    /// Whether a value may be read at a byte.
    fn allows(&self, zoning: Zoning, at: usize) -> bool {
        let kind = self.zones.kind_at(at);
        match zoning {
            Zoning::Anywhere => true,
            Zoning::ContentOnly => kind.is_content(),
            Zoning::Front => kind == ZoneKind::Header || (at < FRONT && kind != ZoneKind::Related),
        }
    }

    /// Words as printed: inside the cited segments, else anywhere.
    fn words(&self, value: Option<String>, at: Option<u32>, zoning: Zoning) -> Option<Located<String>> {
        let value = value.filter(|value| !value.trim().is_empty())?;
        let cited = self.cited(at);
        let allowed = |found: &Found| self.allows(zoning, found.range.start);
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
        let reason =
            if zoning != Zoning::Anywhere && !self.index.find_all(&value).is_empty() { Reason::WrongZone } else { Reason::ValueNotInQuote };
        Some(Located::new(value.clone(), Evidence::missing(By::Model, value, vec![reason])))
    }

    /// The best place outside the cited segments: content zones first, then the nearest to what was cited.
    fn elsewhere(&self, value: &str, cited: &[Range<usize>], zoning: Zoning) -> Option<Found> {
        let anchor = cited.first().map_or(0, |range| range.start);
        let best =
            self.index.find_all(value).into_iter().filter(|found| self.allows(zoning, found.range.start)).min_by_key(|found| {
                (found.alignment, !self.zones.kind_at(found.range.start).is_content(), found.range.start.abs_diff(anchor))
            });
        best.or_else(|| self.index.find_near(value).filter(|found| self.allows(zoning, found.range.start)))
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

    fn evidence(&self, found: &Found, mut reasons: Vec<Reason>) -> Evidence {
        let span = self.document.span(found.range.clone());
        if span.is_some_and(|span| self.suspicious.iter().any(|stretch| stretch.overlaps(span))) {
            reasons.push(Reason::SuspiciousText);
        }
        match span {
            Some(span) => Evidence {
                alignment: found.alignment,
                score: found.score,
                reasons,
                ..Evidence::exact(By::Model, self.document.source.slice(span), span)
            },
            None => Evidence::missing(By::Model, String::new(), reasons),
        }
    }

    /// A value checked by `carried` against each cited segment.
    fn typed<T>(&self, value: T, shown: String, at: Option<u32>, carried: impl Fn(Range<usize>) -> Carried) -> Located<T> {
        let mut why: Option<Reason> = None;
        let mut nearest: Option<Range<usize>> = None;
        for range in self.cited(at) {
            match carried(range.clone()) {
                Ok(place) => return Located::new(value, self.evidence(&whole(place), Vec::new())),
                Err(reason) => {
                    nearest.get_or_insert(range);
                    why = why.or(reason);
                }
            }
        }
        match nearest {
            Some(range) => Located::new(value, self.evidence(&whole(range), vec![why.unwrap_or(Reason::ValueNotInQuote)])),
            None => Located::new(value, Evidence::missing(By::Model, shown, vec![Reason::NotCited])),
        }
    }

    /// A closed word checked against the words of each cited segment.
    fn worded<T>(&self, value: T, at: Option<u32>, carried: impl Fn(&str) -> Carried) -> Located<T> {
        self.typed(value, String::new(), at, |range| {
            let words = self.text().get(range.clone()).unwrap_or_default();
            carried(words).map(|place| range.start + place.start..range.start + place.end)
        })
    }

    /// A number printed in a cited segment, else, for what words call by its name, in any other.
    fn amount(&self, value: Option<Amount>, at: Option<u32>, quantity: Quantity) -> Option<Located<Amount>> {
        let value = value?;
        let cited = self.typed(value, value.to_string(), at, |range| number::amount(self.text(), range, value, quantity));
        let named = matches!(quantity, Quantity::Target | Quantity::PriorTarget | Quantity::Price);
        if cited.is_sound() || !named {
            return Some(cited);
        }
        let content = self.zones.segments().iter().take(SEARCHED).filter(|segment| self.zones.kind_at(segment.range.start).is_content());
        let mut elsewhere = content.filter_map(|segment| number::amount(self.text(), segment.range.clone(), value, quantity).ok());
        match elsewhere.next() {
            Some(place) => Some(Located::new(value, self.evidence(&whole(place), vec![self.uncited(at)]))),
            None => Some(cited),
        }
    }

    /// Why words found elsewhere are worth less.
    fn uncited(&self, at: Option<u32>) -> Reason {
        if self.cited(at).is_empty() { Reason::NotCited } else { Reason::OutsideCitation }
    }

    /// A day: in a cited segment, else anywhere, never in a list of earlier reports.
    fn day(&self, value: Option<String>, at: Option<u32>, day: Day) -> Option<Located<Date>> {
        let text = value.filter(|value| !value.trim().is_empty())?;
        let date = Date::parse(&text)?;
        let cited = self.typed(date, text.clone(), at, |range| day::date(self.text(), self.zones, range, date, day));
        if cited.is_sound() {
            return Some(cited);
        }
        let elsewhere = self.zones.zones().iter().filter(|zone| zone.kind != ZoneKind::Related || day == Day::Related);
        let mut elsewhere = elsewhere.filter_map(|zone| day::date(self.text(), self.zones, zone.range.clone(), date, day).ok());
        match elsewhere.next() {
            Some(place) => Some(Located::new(date, self.evidence(&whole(place), vec![self.uncited(at)]))),
            None => Some(cited),
        }
    }

    /// Words as printed that must also pass a check of their form or their place.
    fn words_if(
        &self,
        value: Option<String>,
        at: Option<u32>,
        zoning: Zoning,
        check: impl FnOnce(&str, &Range<usize>) -> Result<(), Reason>,
    ) -> Option<Located<String>> {
        let mut words = self.words(value, at, zoning)?;
        let place = self.place(&words).unwrap_or(0..0);
        if words.is_sound()
            && let Err(reason) = check(&words.value, &place)
        {
            words.spoil(reason);
        }
        Some(words)
    }

    /// Where a value's first words stand, in bytes of the normalised text.
    fn place<T>(&self, value: &Located<T>) -> Option<Range<usize>> {
        let span = value.evidence.first()?.span()?;
        Some(self.document.normalized.range(span))
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

fn whole(range: Range<usize>) -> Found {
    Found { range, alignment: Alignment::Exact, score: None }
}
