//! What an agent's calls show it of one document: the outline, segments by place, segments by their words.
//!
//! Everything is bounded in tokens and framed like the report of a one-shot prompt: one line a segment, between two lines
//! that hold a word made of the text's own hash, so that report text can close neither its line nor the frame.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::find::{Folded, window};
use super::tools::Place;
use crate::config::Scope;
use crate::document::Document;
use crate::prompt::budget::estimate_tokens;
use crate::prompt::fields::{FieldGroup, Fields};
use crate::prompt::render::{boundary, line};
use crate::prompt::scope::choose;
use crate::zones::{Segment, ZoneKind, Zones};

/// The most and the fewest rows of an outline.
const ROWS: (usize, usize) = (10, 80);
/// Tokens of a row of it.
const ROW: usize = 48;
/// A stretch of a large zone has a row of its own, of at least this many tokens.
const STRETCH: usize = 1200;
/// First words of a row, in characters.
const FIRST_WORDS: usize = 40;
/// The most segments shown of those found.
const MOST_FOUND: usize = 15;
/// A segment found is shown whole up to this many characters.
const WHOLE: usize = 340;
/// Tokens of the frame and what stands around it.
const FRAME: usize = 60;
/// The number of a segment, its brackets and the line end.
const NUMBER: usize = 4;

/// What one call showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The words, for the model.
    pub words: String,
    /// What stands in their place once they are taken out of the conversation.
    pub digest: String,
    /// Segments shown.
    pub segments: BTreeSet<u32>,
}

/// Answers the calls of an agent about one document.
#[derive(Debug)]
pub struct Toolbox<'a> {
    text: &'a str,
    segments: &'a [Segment],
    boundary: String,
    /// By segment: whether it may be shown, and the index of its zone.
    places: Vec<(bool, usize)>,
    /// Zones with segments, in order.
    zones: Vec<Row>,
    /// By segment: what it may answer.
    fields: Vec<Fields>,
    folded: OnceCell<Vec<Folded>>,
}

/// A zone or a stretch of one.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// Number of the zone among those with segments, from 1.
    zone: u32,
    /// Its index among all.
    index: usize,
    kind: ZoneKind,
    first: u32,
    last: u32,
    tokens: usize,
    fields: Fields,
}

impl<'a> Toolbox<'a> {
    /// A toolbox over one document. The scope says what may be shown: with `zones` no legal text but the lines in which a
    /// field asked for can stand, with `full` everything.
    pub fn new(document: &'a Document, zones: &'a Zones, scope: Scope) -> Self {
        let text = document.normalized.text();
        let segments = zones.segments();
        let mut fields = vec![Fields::default(); segments.len()];
        for chosen in choose(zones, text, Scope::Zones) {
            if let Some(fields) = index(chosen.segment.id).and_then(|at| fields.get_mut(at)) {
                *fields = chosen.fields;
            }
        }
        let mut places = Vec::with_capacity(segments.len());
        for (segment, fields) in segments.iter().zip(&mut fields) {
            let next = zones.zones().partition_point(|zone| zone.range.start <= segment.range.start);
            let zone = next.saturating_sub(1);
            let legal = zones.zones().get(zone).is_some_and(|zone| is_legal(zone.kind));
            if legal && scope == Scope::Full {
                *fields = fields.and(FieldGroup::Disclosures);
            }
            places.push((!legal || scope == Scope::Full || !fields.is_empty(), zone));
        }
        let mut toolbox = Self { text, segments, boundary: boundary(document), places, zones: Vec::new(), fields, folded: OnceCell::new() };
        let rows = zones.zones().iter().enumerate().filter_map(|(at, zone)| toolbox.row(at, zone.kind));
        toolbox.zones = rows.zip(1..).map(|(row, zone)| Row { zone, ..row }).collect();
        toolbox
    }

    /// How many segments and zones there are, and the tokens of what may be shown.
    pub fn size(&self) -> (usize, usize, usize) {
        let shown = self.segments.iter().zip(&self.places).filter(|(_, (open, _))| *open);
        (self.segments.len(), self.zones.len(), shown.map(|(segment, _)| self.cost(segment)).sum())
    }

    /// The zones from a number on: kind, segments, length, what they may hold, first words. A large one is shown in
    /// stretches. As many rows as take about `room` tokens.
    ///
    /// # Errors
    /// When there is no such zone; in words for the model.
    pub fn outline(&self, from: u32, room: usize) -> Result<Excerpt, String> {
        let most = (room / ROW).clamp(ROWS.0, ROWS.1);
        let total: usize = self.zones.iter().map(|row| row.tokens).sum();
        // Half of the rows are for the borders of zones.
        let stretch = STRETCH.max(total * 2 / most);
        let mut rows = self.zones.iter().filter(|row| row.zone >= from).flat_map(|row| self.stretches(row, stretch));
        let mut lines = String::new();
        for row in rows.by_ref().take(most) {
            let holds: Vec<&str> = row.fields.groups().map(FieldGroup::name).collect();
            let holds = if holds.is_empty() { "nothing asked for".to_owned() } else { format!("may hold {}", holds.join(", ")) };
            let Row { zone, kind, first, last, tokens, .. } = row;
            let words = self.first_words(&row);
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "zone {zone} {}, segments {first} to {last}, about {tokens} tokens, {holds}: {words}", kind.name());
        }
        if lines.is_empty() {
            return Err(self.no_zone(from));
        }
        let more = rows.next().map(|row| format!("\nMore zones: call `outline` with `from` {}.", row.zone.max(from.saturating_add(1))));
        let head = format!("{} segments in {} zones.", self.segments.len(), self.zones.len());
        Ok(Excerpt {
            words: format!("{}{}", self.framed(&head, &lines), more.unwrap_or_default()),
            digest: "(The outline stood here and was taken out for length; call `outline` to see it again.)".to_owned(),
            segments: BTreeSet::new(),
        })
    }

    /// Segments of a place, as many as fit into `room` tokens, but at least the first.
    ///
    /// # Errors
    /// When there is no such place, or nothing of it may be shown; in words for the model.
    pub fn read(&self, place: &Place, room: usize) -> Result<Excerpt, String> {
        let end = u32::try_from(self.segments.len()).unwrap_or(u32::MAX);
        let (first, last) = match place {
            Place::Zone(number) => {
                let row = self.zones.iter().find(|row| row.zone == *number).ok_or_else(|| self.no_zone(*number))?;
                (row.first, row.last)
            }
            Place::Segments(first, last) => (*first, last.unwrap_or(end).min(end)),
        };
        if first == 0 || first > last {
            return Err(format!("there are no segments {first} to {last}: they are numbered 1 to {end}"));
        }
        let from = index(first).unwrap_or_default();
        let wanted = self.segments.iter().zip(&self.places).skip(from).take_while(|(segment, _)| segment.id <= last);
        let mut page = Page::new(room);
        let mut withheld = 0usize;
        let mut stopped = None;
        for (segment, (open, zone)) in wanted {
            if !open {
                withheld += 1;
            } else if !page.add(self.zone_line(*zone), segment.id, &line(self.words(segment))) {
                stopped = Some(segment.id);
                break;
            }
        }
        if page.segments.is_empty() {
            return Err(format!("segments {first} to {last} are legal text, which is not shown and not needed"));
        }
        let mut words = self.framed(&format!("Segments {first} to {}.", page.last()), &page.lines);
        if let Some(next) = stopped {
            let _ = write!(words, "\nStopped for length before segment {next}: call `read` with `first` {next} for more.");
        }
        if page.clipped {
            words.push_str("\nA segment too long to be shown ends with …; `find` shows the words around what you look for.");
        }
        if withheld > 0 {
            let _ = write!(words, "\n{withheld} segments of legal text are not shown.");
        }
        Ok(page.shown(words))
    }

    /// Segments from a number on that hold all the words, as many as fit into `room` tokens.
    ///
    /// # Errors
    /// When the words hold nothing to look for; in words for the model.
    pub fn find(&self, words: &str, from: u32, room: usize) -> Result<Excerpt, String> {
        let wanted = super::find::wanted(words);
        if wanted.is_empty() {
            return Err("`text` holds nothing to look for".to_owned());
        }
        let open = self.segments.iter().zip(&self.places).zip(self.folded()).filter(|((_, (open, _)), _)| *open);
        let mut page = Page::new(room);
        let (mut found, mut each, mut next) = (0usize, vec![0usize; wanted.len()], None);
        for ((segment, (_, zone)), folded) in open.skip_while(|((segment, _), _)| segment.id < from) {
            let has: Vec<bool> = wanted.iter().map(|word| folded.contains(word)).collect();
            each.iter_mut().zip(&has).filter(|(_, has)| **has).for_each(|(count, _)| *count += 1);
            if has.contains(&false) {
                continue;
            }
            found += 1;
            if next.is_some() {
                continue;
            }
            let words = line(self.words(segment));
            let words = window(&words, wanted.first().map_or("", String::as_str), WHOLE);
            if page.segments.len() >= MOST_FOUND || !page.add(self.zone_line(*zone), segment.id, &words) {
                next = Some(segment.id);
            }
        }
        if found == 0 {
            let counts: Vec<String> = each.iter().enumerate().map(|(at, count)| format!("word {}: {count}", at + 1)).collect();
            let alone = if wanted.len() > 1 { format!(" Segments with each word alone: {}.", counts.join(", ")) } else { String::new() };
            let words = format!("No segment holds that.{alone}");
            return Ok(Excerpt { digest: words.clone(), words, segments: BTreeSet::new() });
        }
        let shown = page.segments.len();
        let mut words = self.framed(&format!("Segments that hold that: {found}, shown: {shown}."), &page.lines);
        if let Some(next) = next {
            let _ = write!(words, "\nFor more of them call `find` with `from` {next}.");
        }
        Ok(page.shown(words))
    }

    /// Why a zone cannot be shown.
    fn no_zone(&self, number: u32) -> String {
        let last = self.zones.last().map_or(0, |row| row.zone);
        format!("there is no zone {number}: they are numbered 1 to {last}")
    }

    fn folded(&self) -> &[Folded] {
        self.folded.get_or_init(|| self.segments.iter().map(|segment| Folded::new(self.words(segment))).collect())
    }

    fn words(&self, segment: &Segment) -> &'a str {
        self.text.get(segment.range.clone()).unwrap_or_default()
    }

    fn cost(&self, segment: &Segment) -> usize {
        estimate_tokens(self.words(segment)) + NUMBER
    }

    /// What an agent is told where the segments of a zone begin.
    fn zone_line(&self, zone: usize) -> Option<(u32, ZoneKind)> {
        let at = self.zones.binary_search_by_key(&zone, |row| row.index).ok()?;
        self.zones.get(at).map(|row| (row.zone, row.kind))
    }

    /// The row of the zone at an index; `None` where no segment begins in it.
    fn row(&self, zone: usize, kind: ZoneKind) -> Option<Row> {
        let from = self.places.partition_point(|(_, place)| *place < zone);
        let to = self.places.partition_point(|(_, place)| *place <= zone);
        self.sum(from..to, Row { zone: 0, index: zone, kind, first: 0, last: 0, tokens: 0, fields: Fields::default() })
    }

    /// The same row over other segments, by index.
    fn sum(&self, range: std::ops::Range<usize>, row: Row) -> Option<Row> {
        let segments = self.segments.get(range.clone())?;
        let (first, last) = (segments.first()?.id, segments.last()?.id);
        let fields = self.fields.get(range)?.iter().fold(Fields::default(), |all, fields| all.with(*fields));
        let tokens = segments.iter().map(|segment| self.cost(segment)).sum();
        Some(Row { first, last, tokens, fields, ..row })
    }

    /// A zone in stretches of about so many tokens.
    fn stretches(&self, row: &Row, stretch: usize) -> Vec<Row> {
        let closed = is_legal(row.kind) && row.fields.is_empty();
        if closed || row.tokens <= stretch + stretch / 2 {
            return vec![*row];
        }
        let (Some(first), Some(end)) = (index(row.first), index(row.last).map(|last| last + 1)) else { return vec![*row] };
        let mut rows = Vec::new();
        let (mut start, mut tokens) = (first, 0);
        for at in first..end {
            tokens += self.segments.get(at).map_or(0, |segment| self.cost(segment));
            if tokens >= stretch || at + 1 == end {
                rows.extend(self.sum(start..at + 1, *row));
                (start, tokens) = (at + 1, 0);
            }
        }
        rows
    }

    fn first_words(&self, row: &Row) -> String {
        let first = index(row.first).and_then(|at| Some((self.segments.get(at)?, self.places.get(at)?)));
        match first {
            Some((segment, (true, _))) => {
                let words = line(self.words(segment));
                let head: String = words.chars().take(FIRST_WORDS).collect();
                if head.len() < words.len() { format!("{head}…") } else { head }
            }
            Some((_, (false, _))) | None => "(not shown)".to_owned(),
        }
    }

    fn framed(&self, head: &str, lines: &str) -> String {
        let boundary = &self.boundary;
        format!("{head}\n======== {boundary} ========\n{lines}======== {boundary} ========")
    }
}

/// Whether a zone is legal text, which the scope `zones` does not send.
fn is_legal(kind: ZoneKind) -> bool {
    match kind {
        ZoneKind::Header | ZoneKind::Body | ZoneKind::Advice | ZoneKind::Risks | ZoneKind::Related | ZoneKind::Definitions => false,
        ZoneKind::Distribution | ZoneKind::AnalystStatement | ZoneKind::Disclaimer | ZoneKind::Contacts => true,
    }
}

/// The index of a segment.
fn index(id: u32) -> Option<usize> {
    usize::try_from(id).ok()?.checked_sub(1)
}

/// Lines of segments, up to a number of tokens.
struct Page {
    lines: String,
    left: usize,
    zone: Option<u32>,
    segments: BTreeSet<u32>,
    clipped: bool,
}

impl Page {
    fn new(room: usize) -> Self {
        Self { lines: String::new(), left: room.saturating_sub(FRAME), zone: None, segments: BTreeSet::new(), clipped: false }
    }

    /// Adds a segment where it fits; the first one is clipped where it does not. Whether it was added.
    fn add(&mut self, zone: Option<(u32, ZoneKind)>, id: u32, words: &str) -> bool {
        let heading = zone.filter(|(number, _)| self.zone != Some(*number));
        let around = NUMBER + if heading.is_some() { 2 * NUMBER } else { 0 };
        let cost = estimate_tokens(words) + around;
        let mut words = words;
        if cost > self.left {
            if !self.segments.is_empty() {
                return false;
            }
            words = clip(words, self.left.saturating_sub(around));
            self.clipped = true;
        }
        self.left = self.left.saturating_sub(cost);
        if let Some((number, kind)) = heading {
            let _ = writeln!(self.lines, "-- zone {number} {}", kind.name());
            self.zone = Some(number);
        }
        let _ = writeln!(self.lines, "[{id}] {words}{}", if self.clipped && self.segments.is_empty() { "…" } else { "" });
        self.segments.insert(id);
        true
    }

    fn last(&self) -> u32 {
        self.segments.last().copied().unwrap_or_default()
    }

    fn shown(self, words: String) -> Excerpt {
        let numbers: Vec<String> =
            runs(&self.segments).into_iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a} to {b}") }).collect();
        let digest = format!("(Segments {} were shown here and taken out for length; call again to see them.)", numbers.join(", "));
        Excerpt { words, digest, segments: self.segments }
    }
}

/// The start of a text that takes at most so many tokens; never nothing of something.
fn clip(words: &str, tokens: usize) -> &str {
    // The dearest character costs three quarters of a token.
    let chars = (tokens * 4 / 3).max(20);
    words.char_indices().nth(chars).map_or(words, |(at, _)| words.get(..at).unwrap_or_default())
}

/// Numbers as runs of neighbours.
fn runs(numbers: &BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    runs
}

#[cfg(test)]
mod tests;
