//! What of a report is sent: the segments in which a field asked for can stand.
//!
//! One table says which zones hold which fields; in running text a cue decides. `docs/long-reports.md` shows the table to
//! people.

use std::collections::HashMap;

use super::budget::estimate_tokens;
use super::cues::speaks_of;
use super::fields::{FieldGroup, Fields};
use crate::config::Scope;
use crate::zones::{Segment, SegmentKind, ZoneKind, Zones};

/// Where in a zone a group of fields can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// Nowhere.
    No,
    /// Where a cue stands.
    Cue,
    /// In its first tokens, and where a cue stands.
    Start(usize),
    /// Anywhere.
    Whole,
}

/// What each kind of zone can hold: identity, scales, estimates, lists, disclosures.
const TABLE: [(ZoneKind, [Held; 5]); 10] = {
    use Held::{Cue, No, Start, Whole};
    [
        (ZoneKind::Header, [Start(300), No, Cue, Cue, No]),
        (ZoneKind::Advice, [Cue, No, Cue, Start(250), No]),
        (ZoneKind::Body, [Cue, No, Cue, Cue, No]),
        (ZoneKind::Risks, [No, No, No, Whole, No]),
        (ZoneKind::Related, [No, No, No, Start(250), No]),
        (ZoneKind::Definitions, [No, Whole, No, No, No]),
        (ZoneKind::AnalystStatement, [Cue, No, No, No, Whole]),
        (ZoneKind::Disclaimer, [Cue, No, No, No, Whole]),
        (ZoneKind::Distribution, [No, No, No, No, Whole]),
        (ZoneKind::Contacts, [No, No, No, No, Whole]),
    ]
};

/// A line that stands this often among the pages of a report is page furniture.
const FURNITURE: usize = 3;

/// A segment to be sent, and what it may answer.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) segment: Segment,
    /// Index of its zone.
    pub(super) zone: usize,
    pub(super) kind: ZoneKind,
    pub(super) fields: Fields,
}

/// The segments of a report that are sent, in order.
pub(super) fn choose(zones: &Zones, text: &str, scope: Scope) -> Vec<Chosen> {
    let asked = Fields::of(scope);
    let furniture = Furniture::of(zones, text);
    let mut chosen = Vec::new();
    let mut first = 0;
    // The zone last looked into, and its tokens so far.
    let mut passed = (0, 0);
    let mut firm_named = false;
    for segment in zones.segments() {
        while zones.zones().get(first).is_some_and(|zone| zone.range.end <= segment.range.start) {
            first += 1;
        }
        let words = text.get(segment.range.clone()).unwrap_or_default();
        // In a text without line breaks a segment may begin in one zone and end in another.
        let mut fields = Fields::default();
        let over = zones.zones().iter().enumerate().skip(first).take_while(|(_, zone)| zone.range.start < segment.range.end);
        for (index, zone) in over {
            let range = zone.range.start.max(segment.range.start)..zone.range.end.min(segment.range.end);
            let words = text.get(range).unwrap_or_default();
            if passed.0 != index {
                passed = (index, 0);
            }
            let mut found: Fields = asked.groups().filter(|group| holds(*group, zone.kind, words, passed.1)).collect();
            passed.1 += estimate_tokens(words);
            // Legal text names the firm in every other sentence; once is enough.
            if scope == Scope::Zones && zone.kind == ZoneKind::Disclaimer && !found.is_empty() && std::mem::replace(&mut firm_named, true) {
                found = Fields::default();
            }
            fields = fields.with(found);
        }
        let kind = zones.kind_at(segment.range.start);
        if scope == Scope::Full && fields.is_empty() {
            // Nothing is held back: what answers nothing may still be a main statement.
            fields = [if kind.is_content() { FieldGroup::Lists } else { FieldGroup::Disclosures }].into_iter().collect();
        }
        if fields.is_empty() || scope == Scope::Zones && furniture.is_repeat(segment, words) {
            continue;
        }
        chosen.push(Chosen { segment: segment.clone(), zone: first, kind, fields });
    }
    chosen
}

fn holds(group: FieldGroup, kind: ZoneKind, words: &str, passed: usize) -> bool {
    let row = TABLE.iter().find(|(of, _)| *of == kind).map(|(_, row)| row);
    match row.and_then(|row| row.get(group as usize)) {
        None | Some(Held::No) => false,
        Some(Held::Whole) => true,
        Some(Held::Cue) => speaks_of(group, kind, words),
        Some(Held::Start(tokens)) => passed < *tokens || speaks_of(group, kind, words),
    }
}

/// Lines that stand on page after page.
struct Furniture(HashMap<String, (usize, u32)>);

impl Furniture {
    fn of(zones: &Zones, text: &str) -> Self {
        let mut lines: HashMap<String, (usize, u32)> = HashMap::new();
        for segment in zones.segments().iter().filter(|segment| segment.kind == SegmentKind::Line) {
            let words = bare(text.get(segment.range.clone()).unwrap_or_default());
            lines.entry(words).or_insert((0, segment.id)).0 += 1;
        }
        Self(lines)
    }

    /// Whether the segment is a repetition of such a line.
    fn is_repeat(&self, segment: &Segment, words: &str) -> bool {
        let found = (segment.kind == SegmentKind::Line).then(|| self.0.get(&bare(words))).flatten();
        found.is_some_and(|(count, first)| *count >= FURNITURE && *first != segment.id)
    }
}

/// Page numbers differ; nothing else does. A line of numbers alone is data.
fn bare(words: &str) -> String {
    let bare: String = words.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    if bare.chars().any(char::is_alphabetic) { bare } else { words.to_owned() }
}
