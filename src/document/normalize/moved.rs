//! A text whose characters were put into another order, with the place each has in the source.

use super::{Token, lex};

/// Characters in reading order.
#[derive(Debug, Default)]
pub(super) struct Moved {
    pub(super) chars: Vec<char>,
    /// Where each of them stands in what was read.
    places: Vec<u32>,
}

impl Moved {
    pub(super) fn push(&mut self, c: char, at: usize) {
        self.chars.push(c);
        self.places.push(lex::offset(at));
    }

    /// The same with places in what `before` was made from.
    pub(super) fn after(mut self, before: Option<&Self>) -> Self {
        if let Some(before) = before {
            self.places.iter_mut().for_each(|at| *at = before.place(*at));
        }
        self
    }

    fn place(&self, at: u32) -> u32 {
        self.places.get(at as usize).copied().unwrap_or_default()
    }

    /// Tokens before which the source goes on elsewhere, by their numbers.
    pub(super) fn jumps(&self, tokens: &[Token]) -> Vec<usize> {
        // How far each character stands from where it would if nothing had moved.
        let moved = |at: u32| i64::from(self.place(at)) - i64::from(at);
        let jumps = tokens.windows(2).enumerate().filter_map(|(before, pair)| match pair {
            [a, b] if moved(a.end.saturating_sub(1)) != moved(b.start) => Some(before + 1),
            _ => None,
        });
        jumps.collect()
    }

    /// Where the characters from `start` to `end` stand in the source; what stood apart there has all between it.
    pub(super) fn source(&self, start: u32, end: u32) -> (u32, u32) {
        let (first, last) = (self.place(start), self.place(end.saturating_sub(1)));
        (first.min(last), first.max(last) + 1)
    }
}
