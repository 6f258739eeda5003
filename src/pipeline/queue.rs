//! The parts of a report that are still to be asked about, and what is kept of answers that were cut off.

use std::collections::VecDeque;

/// How often a part is parted further because its answer was too long.
const MOST_PARTINGS: u32 = 4;
/// How many parts more than there are may be parted: a model that never ends an answer is not paid without end.
const PARTINGS_SPARE: usize = 4;

/// The parts of a report that are still to be asked about, in order; parts are of type `P`, readings of them of type `R`.
pub(super) struct Queue<P, R> {
    waiting: VecDeque<Waiting<P>>,
    /// Those that were parted.
    parted: Vec<Parted<R>>,
    /// How many parts may still be parted.
    partings_left: usize,
    /// Whether the report is asked about in more than one request.
    split: bool,
}

/// A part that is to be asked about.
pub(super) struct Waiting<P> {
    pub(super) part: P,
    /// How often what it was a part of was parted.
    partings: u32,
    /// The part it is a smaller part of.
    of: Option<usize>,
}

/// A part whose answer was too long.
struct Parted<R> {
    /// What was complete of that answer, for when asking again in smaller requests fails.
    half: Option<R>,
    /// Whether one of the smaller requests gave nothing.
    failed: bool,
    /// The part it is a smaller part of itself.
    of: Option<usize>,
}

impl<P, R> Queue<P, R> {
    /// All parts of a plan.
    pub(super) fn new(parts: Vec<P>) -> Self {
        Self {
            partings_left: parts.len() + PARTINGS_SPARE,
            split: parts.len() > 1,
            waiting: parts.into_iter().map(|part| Waiting { part, partings: 0, of: None }).collect(),
            parted: Vec::new(),
        }
    }

    /// The next one, which is taken out.
    pub(super) fn next(&mut self) -> Option<Waiting<P>> {
        self.waiting.pop_front()
    }

    /// Whether a part may be parted further.
    pub(super) fn may_part(&self, waiting: &Waiting<P>) -> bool {
        waiting.partings < MOST_PARTINGS && self.partings_left > 0
    }

    /// Puts smaller parts in the place of one that was taken out, with what its answer said before it was cut off.
    pub(super) fn part(&mut self, waiting: &Waiting<P>, smaller: Vec<P>, half: Option<R>) {
        self.split = true;
        self.partings_left = self.partings_left.saturating_sub(1);
        let (of, partings) = (Some(self.parted.len()), waiting.partings + 1);
        self.parted.push(Parted { half, failed: false, of: waiting.of });
        smaller.into_iter().rev().for_each(|part| self.waiting.push_front(Waiting { part, partings, of }));
    }

    /// A part that was taken out gave nothing: what it is a part of is not read whole.
    pub(super) fn failed(&mut self, waiting: &Waiting<P>) {
        let mut next = waiting.of;
        while let Some(parted) = next.and_then(|at| self.parted.get_mut(at)) {
            parted.failed = true;
            next = parted.of;
        }
    }

    /// Nobody is asked any more; how many parts are left that nobody was asked about.
    pub(super) fn give_up(&mut self) -> usize {
        let left = std::mem::take(&mut self.waiting);
        for waiting in &left {
            self.failed(waiting);
        }
        left.len()
    }

    /// Whether the report is asked about in more than one request.
    pub(super) fn is_split(&self) -> bool {
        self.split
    }

    /// What was complete of the answers to parts of which smaller requests failed.
    pub(super) fn halves(self) -> impl Iterator<Item = R> {
        self.parted.into_iter().filter(|parted| parted.failed).filter_map(|parted| parted.half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_answer_counts_where_its_own_smaller_requests_failed() {
        let halves = |fail: &[&str]| {
            let mut queue = Queue::new(vec!["a", "b", "c"]);
            let mut order = Vec::new();
            while let Some(waiting) = queue.next() {
                order.push(waiting.part);
                match waiting.part {
                    part if fail.contains(&part) => queue.failed(&waiting),
                    "a" => queue.part(&waiting, vec!["a1", "a2"], Some("half of a")),
                    "a2" => queue.part(&waiting, vec!["a21", "a22"], Some("half of a2")),
                    "b" => queue.part(&waiting, vec!["b1", "b2"], None),
                    "c" => queue.part(&waiting, vec!["c1", "c2"], Some("half of c")),
                    _ => {}
                }
            }
            assert!(queue.is_split());
            (order.len(), queue.halves().collect::<Vec<_>>())
        };
        assert_eq!(halves(&[]), (11, vec![]));
        assert_eq!(halves(&["b1"]), (11, vec![]), "nothing is missing of the others");
        assert_eq!(halves(&["c2"]), (11, vec!["half of c"]));
        assert_eq!(halves(&["a1"]), (11, vec!["half of a"]), "what was read of its neighbour is whole");
        assert_eq!(halves(&["a22"]), (11, vec!["half of a", "half of a2"]));
        assert_eq!(halves(&["c"]), (9, vec![]), "it has no half");
    }

    #[test]
    fn what_nobody_was_asked_about_has_failed_too() {
        let mut queue = Queue::new(vec!["a", "b"]);
        let first = queue.next().unwrap();
        queue.part(&first, vec!["a1", "a2"], Some("half of a"));
        let smaller = queue.next().unwrap();
        assert_eq!((smaller.part, queue.give_up()), ("a1", 2));
        assert_eq!(queue.halves().collect::<Vec<_>>(), ["half of a"]);
    }

    #[test]
    fn an_answer_that_never_ends_is_not_paid_without_end() {
        let mut queue: Queue<u32, ()> = Queue::new(vec![0]);
        let mut asked = 0;
        while let Some(waiting) = queue.next() {
            asked += 1;
            if queue.may_part(&waiting) {
                queue.part(&waiting, vec![0, 0], None);
            }
        }
        assert_eq!(asked, 1 + 2 * (1 + PARTINGS_SPARE));
    }
}
