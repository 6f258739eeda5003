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
        (ZoneKind::Header, [Start(400), No, Cue, Cue, No]),
        (ZoneKind::Advice, [Cue, No, Cue, Start(400), No]),
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
    let furniture = furniture(zones, text);
    let mut chosen = Vec::new();
    let mut zone = 0;
    // Tokens of this zone so far.
    let mut passed = 0;
    let mut firm_named = false;
    for segment in zones.segments() {
        while zones.zones().get(zone).is_some_and(|found| found.range.end <= segment.range.start) {
            zone += 1;
            passed = 0;
        }
        let kind = zones.kind_at(segment.range.start);
        let words = text.get(segment.range.clone()).unwrap_or_default();
        let mut fields: Fields = asked.groups().filter(|group| holds(*group, kind, words, passed)).collect();
        passed += estimate_tokens(words);
        match scope {
            Scope::Full if fields.is_empty() => {
                // Nothing is held back: what answers nothing may still be a main statement.
                fields = [if kind.is_content() { FieldGroup::Lists } else { FieldGroup::Disclosures }].into_iter().collect();
            }
            Scope::Full => {}
            Scope::Zones if fields.is_empty() || furniture.is_repeat(segment, words) => continue,
            // Legal text names the firm in every other sentence; once is enough.
            Scope::Zones if kind == ZoneKind::Disclaimer && std::mem::replace(&mut firm_named, true) => continue,
            Scope::Zones => {}
        }
        chosen.push(Chosen { segment: segment.clone(), zone, kind, fields });
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
    /// Whether the segment is a repetition of such a line.
    fn is_repeat(&self, segment: &Segment, words: &str) -> bool {
        let found = (segment.kind == SegmentKind::Line).then(|| self.0.get(&bare(words))).flatten();
        found.is_some_and(|(count, first)| *count >= FURNITURE && *first != segment.id)
    }
}

fn furniture(zones: &Zones, text: &str) -> Furniture {
    let mut lines: HashMap<String, (usize, u32)> = HashMap::new();
    for segment in zones.segments().iter().filter(|segment| segment.kind == SegmentKind::Line) {
        let words = bare(text.get(segment.range.clone()).unwrap_or_default());
        lines.entry(words).or_insert((0, segment.id)).0 += 1;
    }
    Furniture(lines)
}

/// Page numbers differ; nothing else does. A line of numbers alone is data.
fn bare(words: &str) -> String {
    let bare: String = words.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    if bare.chars().any(char::is_alphabetic) { bare } else { words.to_owned() }
}
