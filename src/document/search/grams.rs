//! Where each pair of neighbouring characters stands in a text, and each mark.

use std::ops::Range;

/// Most buckets a table has; a longer text shares them.
const MOST_BUCKETS: usize = 1 << 18;
/// Fewest buckets a table has.
const FEWEST_BUCKETS: usize = 1 << 8;

/// The places of every pair of neighbouring characters, and of marks alone (a pair with NUL), by a hash of the pair.
/// Case of letters is folded.
#[derive(Clone, Debug, Default)]
pub(super) struct Grams {
    /// Where each bucket begins in [`Self::places`], and the end of the last.
    starts: Vec<u32>,
    /// Characters at which pairs begin; in order within a bucket.
    places: Vec<u32>,
    /// 64 less the number of bits that choose a bucket.
    shift: u32,
}

impl Grams {
    /// Indexes a text.
    pub(super) fn new(text: &[char]) -> Self {
        let buckets = text.len().next_power_of_two().clamp(FEWEST_BUCKETS, MOST_BUCKETS);
        let shift = 64 - buckets.trailing_zeros();
        let mut pairs = Vec::with_capacity(text.len() + text.len() / 8);
        let mut before = None;
        for (at, c) in text.iter().enumerate() {
            let c = fold(*c);
            // Input is bounded far below what 32 bits hold.
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            if let Some((start, first)) = before {
                pairs.push((bucket(first, c, shift), start));
            }
            if is_mark(c) {
                pairs.push((bucket(c, '\0', shift), at));
            }
            before = Some((at, c));
        }
        // A counting sort: places stay in order within their bucket.
        let mut starts = vec![0_u32; buckets + 1];
        for (bucket, _) in &pairs {
            if let Some(count) = starts.get_mut(*bucket as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut places = vec![0_u32; pairs.len()];
        for (bucket, at) in pairs {
            if let Some(next) = next.get_mut(bucket as usize) {
                if let Some(place) = places.get_mut(*next as usize) {
                    *place = at;
                }
                *next += 1;
            }
        }
        Self { starts, places, shift }
    }

    /// Where `first` and `second` may stand side by side: every such place, and a few others.
    pub(super) fn places(&self, first: char, second: char) -> &[u32] {
        let bucket = bucket(first, second, self.shift) as usize;
        let range = match (self.starts.get(bucket), self.starts.get(bucket + 1)) {
            (Some(&start), Some(&end)) => Range { start: start as usize, end: end as usize },
            _ => 0..0,
        };
        self.places.get(range).unwrap_or_default()
    }
}

/// The bucket of a pair. Multiplicative hashing: the high bits of the product depend on all of the pair.
fn bucket(first: char, second: char, shift: u32) -> u32 {
    let pair = (u64::from(u32::from(first)) << 21) ^ u64::from(u32::from(second));
    u32::try_from(pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift.clamp(32, 63)).unwrap_or_default()
}

/// A character that is rare enough to be looked up alone: brackets and signs, none that parts sentences or figures.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '《' | '“' | '[' | '【' | '「' | '『' | '(' | '<' | '{' | '@' | '#' | '$' | '¥' | '€' | '£' | '©' | '→' | '®' | '=' | '>')
}

/// One form for the letters a pattern may match without regard to case: small Latin ones, and the two signs outside
/// ASCII that such patterns take for `k` and `s`.
pub(super) fn fold(c: char) -> char {
    match c {
        '\u{212a}' => 'k',
        '\u{17f}' => 's',
        other => other.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_in_order() {
        let text = "买入Buy，买入bu，增持";
        let text: Vec<char> = text.chars().collect();
        let grams = Grams::new(&text);
        let places = |first, second| {
            let found = grams.places(first, second).iter().map(|at| *at as usize);
            found.filter(|at| text[*at..].iter().copied().map(fold).take(2).eq([first, second])).collect::<Vec<_>>()
        };
        assert_eq!(places('买', '入'), [0, 6]);
        assert_eq!(places('b', 'u'), [2, 8]);
        assert_eq!(places('卖', '出'), [] as [usize; 0]);
    }

    #[test]
    fn short_texts_have_no_pairs() {
        for text in ["", "买"] {
            assert!(Grams::new(&text.chars().collect::<Vec<_>>()).places('买', '入').is_empty());
        }
        assert!(Grams::default().places('买', '入').is_empty());
    }
}
