//! Where things stand: numbered segments, and zones over them.
//!
//! Segments are what the model cites. Zones tell rules where a word means what it says: 增持 in a table of definitions
//! is no rating, and a promise in a disclaimer is no forecast. Both are byte ranges of the normalised text.

mod definitions;
mod legal;
mod mark;
mod segment;

use std::ops::Range;

use crate::document::Document;

pub use segment::{Segment, SegmentKind};

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZoneKind {
    /// The first page: title, rating box, authors, basic data.
    Header,
    /// Everything that is nothing else.
    Body,
    /// 投资建议, 投资要点: what to do about it.
    Advice,
    /// The report's own risks.
    Risks,
    /// Earlier reports it lists.
    Related,
    /// Tables of rating definitions.
    Definitions,
    /// How many ratings of each grade the firm has given.
    Distribution,
    /// What the analysts certify.
    AnalystStatement,
    /// Legal text.
    Disclaimer,
    /// Sales staff and addresses.
    Contacts,
}

impl ZoneKind {
    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Body => "body",
            Self::Advice => "advice",
            Self::Risks => "risks",
            Self::Related => "related",
            Self::Definitions => "definitions",
            Self::Distribution => "distribution",
            Self::AnalystStatement => "analyst_statement",
            Self::Disclaimer => "disclaimer",
            Self::Contacts => "contacts",
        }
    }

    /// Whether the report speaks here in its own voice about its subject.
    pub fn is_content(self) -> bool {
        matches!(self, Self::Header | Self::Body | Self::Advice | Self::Risks)
    }
}

/// One stretch of text and why it is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// What it is.
    pub kind: ZoneKind,
    /// Bytes of the normalised text.
    pub range: Range<usize>,
    /// The words that say so, or the rule.
    pub reason: String,
}

/// Segments and zones of one document. Zones cover the text without gap or overlap.
#[derive(Clone, Debug)]
pub struct Zones {
    segments: Vec<Segment>,
    zones: Vec<Zone>,
}

impl Zones {
    /// Cuts a document.
    pub fn of(document: &Document) -> Self {
        let text = document.normalized.indexed();
        Self { segments: segment::segments(text), zones: mark::zones(text, &document.cuts) }
    }

    /// Numbered segments in order; segment `n` is at index `n - 1`.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Zones in order.
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// The segment with this number.
    pub fn segment(&self, id: u32) -> Option<&Segment> {
        self.segments.get(usize::try_from(id).ok()?.checked_sub(1)?)
    }

    /// What stands at a byte of the normalised text.
    pub fn kind_at(&self, at: usize) -> ZoneKind {
        let next = self.zones.partition_point(|zone| zone.range.start <= at);
        next.checked_sub(1).and_then(|zone| self.zones.get(zone)).map_or(ZoneKind::Body, |zone| zone.kind)
    }

    /// The ranges of one kind, in order.
    pub fn of_kind(&self, kind: ZoneKind) -> impl Iterator<Item = Range<usize>> {
        self.zones.iter().filter(move |zone| zone.kind == kind).map(|zone| zone.range.clone())
    }
}

#[cfg(test)]
mod tests;
