//! The parts of a report that are still to be asked about.

use std::collections::VecDeque;

use crate::domain::Reading;
use crate::prompt::Part;

/// How often a part is parted further because its answer was too long.
const MOST_PARTINGS: u32 = 4;
/// How many parts more than there are may be parted: a model that never ends an answer is not paid without end.
const PARTINGS_SPARE: usize = 4;

/// The parts of a report that are still to be asked about, in order.
pub(super) struct Queue {
    waiting: VecDeque<Waiting>,
    /// How many parts may still be parted.
    partings_left: usize,
    /// Whether the report is asked about in more than one request.
    split: bool,
    /// What was complete of answers that were cut off, for when asking again in smaller requests fails.
    cut: Vec<Reading>,
}

/// A part that is to be asked about.
pub(super) struct Waiting {
    pub(super) part: Part,
    /// How often what it was a part of was parted.
    partings: u32,
}

impl Queue {
    /// All parts of a plan.
    pub(super) fn new(parts: Vec<Part>) -> Self {
        Self {
            partings_left: parts.len() + PARTINGS_SPARE,
            split: parts.len() > 1,
            waiting: parts.into_iter().map(|part| Waiting { part, partings: 0 }).collect(),
            cut: Vec::new(),
        }
    }

    /// The next one, which is taken out.
    pub(super) fn next(&mut self) -> Option<Waiting> {
        self.waiting.pop_front()
    }

    /// Whether a part may be parted further.
    pub(super) fn may_part(&self, waiting: &Waiting) -> bool {
        waiting.partings < MOST_PARTINGS && self.partings_left > 0
    }

    /// Puts smaller parts in the place of one that was taken out, with what its answer said before it was cut off.
    pub(super) fn part(&mut self, waiting: &Waiting, smaller: Vec<Part>, half: Option<Reading>) {
        self.split = true;
        self.partings_left = self.partings_left.saturating_sub(1);
        self.cut.extend(half);
        let partings = waiting.partings + 1;
        smaller.into_iter().rev().for_each(|part| self.waiting.push_front(Waiting { part, partings }));
    }

    /// Whether the report is asked about in more than one request.
    pub(super) fn is_split(&self) -> bool {
        self.split
    }

    /// How many parts nobody was asked about yet.
    pub(super) fn left(&self) -> usize {
        self.waiting.len()
    }

    /// What was complete of answers that were cut off.
    pub(super) fn cut(self) -> Vec<Reading> {
        self.cut
    }
}
