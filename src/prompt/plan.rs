//! One request or several: what is asked about a report with which part of its text.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::budget::{self, Piece, cost, estimate_tokens, fit, pack};
use super::fields::Fields;
use super::render::{Frame, PromptError, Templates};
use super::scope::{Chosen, choose};
use super::{Prompt, Role};
use crate::config::Asking;
use crate::document::Document;
use crate::zones::{ZoneKind, Zones};

/// Less room than this for the report, in tokens, is none: a request would show a few lines.
const LEAST_ROOM: usize = 200;

/// The requests to be made about one report.
#[derive(Clone, Debug)]
pub struct Plan {
    /// One where everything fits.
    pub parts: Vec<Part>,
    /// Kinds of zone that lost segments to the context.
    pub left_out: Vec<ZoneKind>,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Part {
    /// The messages.
    pub prompt: Prompt,
    /// What is asked for.
    pub fields: Fields,
    /// Numbers of the segments shown.
    pub segments: Vec<u32>,
    /// First lines of the report, shown with every part of it.
    essentials: Vec<Piece>,
    /// What is asked about.
    pieces: Vec<Piece>,
}

impl Part {
    /// Tokens of prompt and answer together, estimated.
    pub fn context_tokens(&self) -> usize {
        self.prompt.estimated_tokens() + self.fields.answer_tokens()
    }

    /// Tokens of the part that is the same for every report.
    pub fn static_tokens(&self) -> usize {
        let messages = self.prompt.messages.iter().filter(|message| message.role == Role::System);
        messages.map(|message| estimate_tokens(&message.content)).sum()
    }
}

impl Templates {
    /// What is asked about one document.
    ///
    /// `context_tokens` bounds prompt and answer together. What does not fit one request is asked for in several, each
    /// with the first lines of the report; when the instructions alone would take half of every prompt, the fields are
    /// asked for in groups as well, each group about the text it can stand in. Without `asking.split` what does not fit
    /// is left out by zone, legal text first.
    ///
    /// # Errors
    /// When a template does not parse or uses an unknown variable, or nothing of the report fits.
    pub fn plan(&self, document: &Document, zones: &Zones, asking: Asking, context_tokens: Option<usize>) -> Result<Plan, PromptError> {
        let text = document.normalized.text();
        let asked = Fields::of(asking.scope);
        let hash = self.hash(asked);
        let chosen = choose(zones, text, asking.scope);
        let whole: Vec<Piece> = chosen.iter().map(|chosen| Piece::of(chosen, text)).collect();
        let frame = self.frame(asked, &hash)?;
        let room = |frame: &Frame, context: usize| context.saturating_sub(frame.fields.answer_tokens() + frame.tokens);
        let Some(context) = context_tokens.filter(|context| cost(&whole) > room(&frame, *context)) else {
            let part = self.part(document, &frame, &[], whole, &[])?;
            return Ok(Plan { parts: vec![part], left_out: Vec::new() });
        };
        let no_room = |frame: &Frame| PromptError::NoRoom {
            budget: context.saturating_sub(frame.fields.answer_tokens()),
            instructions: frame.tokens,
        };
        if !asking.split {
            let fit = fit(&chosen, text, room(&frame, context));
            if fit.pieces.is_empty() {
                return Err(no_room(&frame));
            }
            let part = self.part(document, &frame, &[], fit.pieces, &fit.left_out)?;
            return Ok(Plan { parts: vec![part], left_out: fit.left_out });
        }
        // Where the instructions alone would take half of every prompt, the fields are parted as well.
        let sets: Vec<Fields> =
            if room(&frame, context) >= frame.tokens { vec![asked] } else { asked.groups().map(Fields::from).collect() };
        let front = front(&chosen, text);
        let mut frames = Frames { templates: self, hash: &hash, known: BTreeMap::from([(asked, frame)]) };
        let mut parts = Vec::new();
        for fields in sets {
            let room = room(frames.of(fields)?, context);
            if room < LEAST_ROOM {
                return Err(no_room(frames.of(fields)?));
            }
            let essentials = budget::essentials(&front, room);
            let held: Vec<Piece> = whole.iter().filter(|piece| !piece.fields.common(fields).is_empty()).cloned().collect();
            for pieces in pack(&held, text, room - cost(essentials)) {
                // What a part cannot hold is not asked of it: a small model would find it all the same.
                let answers = pieces.iter().fold(Fields::default(), |all, piece| all.with(piece.fields.common(fields)));
                parts.push(self.part(document, frames.of(answers)?, essentials, pieces, &[])?);
            }
        }
        Ok(Plan { parts, left_out: Vec::new() })
    }

    /// The same asked in several requests, where an answer turned out too long for one: each group of fields by itself, and
    /// of one group half the text at a time. `None` when a part is one group about one piece.
    ///
    /// # Errors
    /// When a template does not parse or uses an unknown variable.
    pub fn parted(&self, document: &Document, part: &Part) -> Result<Option<Vec<Part>>, PromptError> {
        if part.fields.groups().count() > 1 {
            let essentials = match part.essentials.as_slice() {
                [] => budget::essentials(&part.pieces, usize::MAX),
                essentials => essentials,
            };
            let mut parts = Vec::new();
            for fields in part.fields.groups().map(Fields::from) {
                let pieces: Vec<Piece> = part.pieces.iter().filter(|piece| !piece.fields.common(fields).is_empty()).cloned().collect();
                if !pieces.is_empty() {
                    parts.push(self.part(document, &self.frame(fields, &part.prompt.hash)?, essentials, pieces, &[])?);
                }
            }
            return Ok(Some(parts));
        }
        let Some((first, second)) = budget::halve(&part.pieces) else { return Ok(None) };
        let frame = self.frame(part.fields, &part.prompt.hash)?;
        let half = |pieces: &[Piece]| self.part(document, &frame, &part.essentials, pieces.to_vec(), &[]);
        Ok(Some(vec![half(first)?, half(second)?]))
    }

    fn part(
        &self,
        document: &Document,
        frame: &Frame,
        essentials: &[Piece],
        pieces: Vec<Piece>,
        left_out: &[ZoneKind],
    ) -> Result<Part, PromptError> {
        let first = pieces.first().map_or(0, |piece| piece.id);
        let shown: Vec<Piece> = essentials.iter().filter(|piece| piece.id < first).chain(&pieces).cloned().collect();
        let prompt = self.prompt(document, frame, &shown, left_out)?;
        let mut segments: Vec<u32> = shown.iter().map(|piece| piece.id).collect();
        segments.dedup();
        Ok(Part { prompt, fields: frame.fields, segments, essentials: essentials.to_vec(), pieces })
    }
}

/// The instructions for each set of fields, made once.
struct Frames<'a> {
    templates: &'a Templates,
    hash: &'a str,
    known: BTreeMap<Fields, Frame>,
}

impl Frames<'_> {
    fn of(&mut self, fields: Fields) -> Result<&Frame, PromptError> {
        Ok(match self.known.entry(fields) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(self.templates.frame(fields, self.hash)?),
        })
    }
}

/// The first lines of the first page: title, publisher, subject.
fn front(chosen: &[Chosen], text: &str) -> Vec<Piece> {
    let front = chosen.iter().filter(|chosen| chosen.kind == ZoneKind::Header).take(16);
    front.map(|chosen| Piece::of(chosen, text)).collect()
}
