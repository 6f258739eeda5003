//! How many tokens a text costs, and which segments fit.

use crate::zones::{Segment, ZoneKind, Zones};

/// Estimates the tokens of a text: three for four Chinese characters, two for seven others.
///
/// Measured on Qwen2.5: 0.59 tokens a character of a Chinese report; other tokenizers go up to about 1.
pub fn estimate_tokens(text: &str) -> usize {
    let (mut han, mut other) = (0usize, 0usize);
    for c in text.chars() {
        if u32::from(c) >= 0x2e80 { han += 1 } else { other += 1 }
    }
    (han * 3).div_ceil(4) + (other * 2).div_ceil(7)
}

/// The segments sent, and the kinds of zone that lost some.
pub(super) struct Fit<'a> {
    pub(super) segments: Vec<&'a Segment>,
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

/// Takes segments in order of their zones' priority until `tokens` are used up; all of them without a limit.
pub(super) fn fit<'a>(zones: &'a Zones, text: &str, tokens: Option<usize>) -> Fit<'a> {
    let Some(tokens) = tokens else {
        return Fit { segments: zones.segments().iter().collect(), left_out: Vec::new() };
    };
    let mut order: Vec<(u8, &Segment, ZoneKind)> = zones
        .segments()
        .iter()
        .map(|segment| (zones.kind_at(segment.range.start), segment))
        .map(|(kind, segment)| (priority(kind), segment, kind))
        .collect();
    order.sort_by_key(|(priority, segment, _)| (*priority, segment.id));
    let mut left = tokens;
    let mut segments = Vec::new();
    let mut left_out: Vec<ZoneKind> = Vec::new();
    for (_, segment, kind) in order {
        // The number, its brackets and the line end cost about four tokens.
        let cost = text.get(segment.range.clone()).map_or(0, estimate_tokens) + 4;
        match left.checked_sub(cost) {
            Some(rest) if !left_out.contains(&kind) => {
                left = rest;
                segments.push(segment);
            }
            _ if left_out.contains(&kind) => {}
            _ => left_out.push(kind),
        }
    }
    segments.sort_by_key(|segment| segment.id);
    left_out.sort();
    Fit { segments, left_out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_costs_more_a_character() {
        assert_eq!(estimate_tokens("买入增持"), 3);
        assert_eq!(estimate_tokens("ratings"), 2);
    }
}
