//! How many tokens a text costs, what fits, and where what does not fit is parted.

use std::ops::Range;

use super::fields::Fields;
use super::scope::Chosen;
use crate::zones::ZoneKind;

/// The number of a segment, its brackets and the line end.
const NUMBER: usize = 4;
/// The part of a request that may show again what the report is about.
const ESSENTIALS_SHARE: usize = 4;
/// Most tokens for that.
const ESSENTIALS: usize = 200;

/// Estimates the tokens of a text: three for four Chinese characters, two for seven others.
///
/// Measured on Qwen2.5: 0.59 tokens a character of a Chinese report; other tokenizers go up to about 1.
pub fn estimate_tokens(text: &str) -> usize {
    let mut tally = Tally::default();
    text.chars().for_each(|c| tally.add(c));
    tally.tokens()
}

#[derive(Clone, Copy, Default)]
struct Tally {
    han: usize,
    other: usize,
}

impl Tally {
    fn add(&mut self, c: char) {
        if u32::from(c) >= 0x2e80 { self.han += 1 } else { self.other += 1 }
    }

    fn tokens(self) -> usize {
        (self.han * 3).div_ceil(4) + (self.other * 2).div_ceil(7)
    }
}

/// A segment to be shown, or a stretch of one too long for any request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The segment's number.
    pub(super) id: u32,
    /// Index of its zone.
    pub(super) zone: usize,
    /// Bytes of the normalised text.
    pub(super) range: Range<usize>,
    /// Tokens it costs as a line of a prompt.
    pub(super) cost: usize,
    /// What it may answer.
    pub(super) fields: Fields,
}

impl Piece {
    pub(super) fn of(chosen: &Chosen, text: &str) -> Self {
        let range = chosen.segment.range.clone();
        let cost = text.get(range.clone()).map_or(0, estimate_tokens) + NUMBER;
        Self { id: chosen.segment.id, zone: chosen.zone, range, cost, fields: chosen.fields }
    }
}

/// Tokens of all pieces together.
pub(super) fn cost(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.cost).sum()
}

/// What is sent, and the kinds of zone that lost segments.
pub(super) struct Fit {
    pub(super) pieces: Vec<Piece>,
    pub(super) left_out: Vec<ZoneKind>,
}

/// What is kept first when not everything fits.
fn priority(kind: ZoneKind) -> u8 {
    match kind {
        ZoneKind::Header => 0,
        ZoneKind::Definitions | ZoneKind::Advice | ZoneKind::Risks => 1,
        ZoneKind::Related => 2,
        ZoneKind::Body => 3,
        ZoneKind::AnalystStatement => 4,
        ZoneKind::Disclaimer => 5,
        ZoneKind::Distribution => 6,
        ZoneKind::Contacts => 7,
    }
}

/// Takes segments in order of their zones' priority until `room` is used up.
pub(super) fn fit(chosen: &[Chosen], text: &str, room: usize) -> Fit {
    let mut order: Vec<&Chosen> = chosen.iter().collect();
    order.sort_by_key(|chosen| (priority(chosen.kind), chosen.segment.id));
    let mut left = room;
    let mut pieces = Vec::new();
    let mut left_out: Vec<ZoneKind> = Vec::new();
    for chosen in order {
        let piece = Piece::of(chosen, text);
        match left.checked_sub(piece.cost) {
            Some(rest) if !left_out.contains(&chosen.kind) => {
                left = rest;
                pieces.push(piece);
            }
            _ if left_out.contains(&chosen.kind) => {}
            _ => left_out.push(chosen.kind),
        }
    }
    pieces.sort_by_key(|piece| piece.id);
    left_out.sort();
    Fit { pieces, left_out }
}

/// Of the first lines of a report those that every request of `room` tokens has room for.
pub(super) fn essentials(front: &[Piece], room: usize) -> &[Piece] {
    let mut left = (room / ESSENTIALS_SHARE).min(ESSENTIALS);
    let fitting = front.iter().take_while(|piece| left.checked_sub(piece.cost).map(|rest| left = rest).is_some()).count();
    front.get(..fitting).unwrap_or_default()
}

/// Parts the pieces into requests of at most `room` tokens: at borders of zones, inside a zone only where it is too
/// large for one request, inside a segment only where that alone is.
pub(super) fn pack(pieces: &[Piece], text: &str, room: usize) -> Vec<Vec<Piece>> {
    let mut parts: Vec<Vec<Piece>> = Vec::new();
    let mut part: Vec<Piece> = Vec::new();
    let mut left = room;
    for zone in pieces.chunk_by(|a, b| a.zone == b.zone) {
        let whole = cost(zone);
        if whole > left && whole <= room {
            parts.push(std::mem::take(&mut part));
            left = room;
        }
        for piece in zone.iter().flat_map(|piece| cut(piece, text, room)) {
            if piece.cost > left {
                parts.push(std::mem::take(&mut part));
                left = room;
            }
            left = left.saturating_sub(piece.cost);
            part.push(piece);
        }
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

/// The pieces in two halves of about the same cost; `None` when there is but one.
pub(super) fn halve(pieces: &[Piece]) -> Option<(&[Piece], &[Piece])> {
    let half = cost(pieces) / 2;
    let mut passed = 0;
    let before = pieces.iter().take_while(|piece| {
        passed += piece.cost;
        passed <= half
    });
    let at = before.count().max(1);
    (at < pieces.len()).then(|| pieces.split_at(at))
}

/// A piece that no request holds, in stretches that one does: after a sentence or a cell where there is one, under the
/// same number.
fn cut(piece: &Piece, text: &str, room: usize) -> Vec<Piece> {
    if piece.cost <= room {
        return vec![piece.clone()];
    }
    let most = room.saturating_sub(NUMBER).max(1);
    let words = text.get(piece.range.clone()).unwrap_or_default();
    let stretch = |range: Range<usize>| {
        let cost = words.get(range.clone()).map_or(0, estimate_tokens) + NUMBER;
        Piece { range: piece.range.start + range.start..piece.range.start + range.end, cost, ..piece.clone() }
    };
    let mut stretches = Vec::new();
    let (mut start, mut tally) = (0, Tally::default());
    // The last border, and what was counted up to it.
    let mut border: Option<(usize, Tally)> = None;
    for (at, c) in words.char_indices() {
        let mut next = tally;
        next.add(c);
        if next.tokens() > most && at > start {
            // A border in the first half would leave many small stretches.
            let (end, counted) = border.filter(|(end, _)| (end - start) * 2 > at - start).unwrap_or((at, tally));
            stretches.push(stretch(start..end));
            start = end;
            next = Tally { han: next.han - counted.han, other: next.other - counted.other };
            border = None;
        }
        tally = next;
        if matches!(c, '。' | ';' | '；' | '!' | '?' | '\t' | '|') {
            border = Some((at + c.len_utf8(), tally));
        }
    }
    stretches.push(stretch(start..words.len()));
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pieces over a text, one a line, with the zone given for each.
    fn pieces(text: &str, zones: &[usize]) -> Vec<Piece> {
        let mut at = 0;
        text.split_inclusive('\n')
            .zip(1..)
            .map(|(line, id)| {
                let range = at..at + line.trim_end().len();
                at += line.len();
                let zone = zones.get(id as usize - 1).copied().unwrap_or_default();
                Piece { id, zone, cost: estimate_tokens(&text[range.clone()]) + NUMBER, range, fields: Fields::all() }
            })
            .collect()
    }

    fn ids(parts: &[Vec<Piece>]) -> Vec<Vec<u32>> {
        parts.iter().map(|part| part.iter().map(|piece| piece.id).collect()).collect()
    }

    #[test]
    fn chinese_costs_more_a_character() {
        assert_eq!(estimate_tokens("买入增持"), 3);
        assert_eq!(estimate_tokens("ratings"), 2);
    }

    #[test]
    fn parts_end_at_borders_of_zones() {
        let text = "一二三四五六七八\n".repeat(6);
        let pieces = pieces(&text, &[0, 0, 1, 1, 1, 2]);
        // A line costs ten tokens: two zones of two and three lines do not fit into forty.
        assert_eq!(ids(&pack(&pieces, &text, 40)), [vec![1, 2], vec![3, 4, 5, 6]]);
        // A zone larger than any part is parted between its segments.
        assert_eq!(ids(&pack(&pieces, &text, 20)), [vec![1, 2], vec![3, 4], vec![5, 6]]);
    }

    #[test]
    fn halves_cost_about_the_same_and_one_piece_has_none() {
        let text = "一二三四五六七八\n".repeat(5);
        let pieces = pieces(&text, &[0; 5]);
        let (first, second) = halve(&pieces).unwrap();
        assert_eq!((first.len(), second.len()), (2, 3));
        assert_eq!(halve(&pieces[..1]), None);
    }

    #[test]
    fn what_every_request_shows_again_takes_a_quarter_of_it_at_most() {
        let text = "一二三四五六七八\n".repeat(30);
        let pieces = pieces(&text, &[0; 30]);
        assert_eq!(essentials(&pieces, 100).len(), 2);
        assert_eq!(essentials(&pieces, 10_000).len(), 20);
    }

    #[test]
    fn a_segment_too_long_is_cut_after_a_sentence_and_keeps_its_number() {
        let text = "甲公司收入增长。乙公司利润下降。丙公司毛利持平。";
        let parts = pack(&pieces(text, &[]), text, 20);
        let words: Vec<&str> = parts.iter().flatten().map(|piece| &text[piece.range.clone()]).collect();
        assert_eq!(words, ["甲公司收入增长。乙公司利润下降。", "丙公司毛利持平。"]);
        assert_eq!(ids(&parts), [vec![1], vec![1]]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_large(text in "([a-z一-三。|]{1,120}\\n){1,20}", room in 12usize..90, zones in prop::collection::vec(0usize..3, 20)) {
            let mut zones = zones;
            zones.sort_unstable();
            let pieces = pieces(&text, &zones);
            let parts = pack(&pieces, &text, room);
            let mut shown = String::new();
            let mut reached = 0;
            for part in &parts {
                prop_assert!(cost(part) <= room, "{} > {room}", cost(part));
                for piece in part {
                    if piece.range.start >= reached {
                        shown.push_str(&text[piece.range.clone()]);
                        reached = piece.range.end;
                    }
                }
            }
            prop_assert_eq!(shown, text.replace('\n', ""));
        }
    }
}
