//! Words of which one stands in every match of a pattern, and how far from its ends.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::Part;
use super::grams::{fold, is_mark};

/// Most strings that are kept for a part of a pattern.
const MOST: usize = 64;
/// Most strings of a choice: long lists of words are common.
const MOST_OF_CHOICE: usize = 600;
/// Most characters of a class that are spelled out.
const CLASS: u32 = 12;
/// Characters after which a string is specific enough.
const LONG: usize = 8;
/// Needs of one pattern that are kept.
const CHOICES: usize = 3;
/// What beginning a search costs, in characters read.
const SEARCH: usize = 60;

type Strings = Vec<Vec<char>>;

/// Strings of which one stands in every match, folded: each of two characters or more, or a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    strings: Strings,
    /// Most characters of a match before the string, and from its begin on, where there is a bound.
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
}

impl Need {
    /// How many characters would have to be read around the places of its strings, an upper bound; counted no further
    /// than `most`.
    fn cost(&self, part: Part<'_>, most: usize) -> usize {
        let reach = sum(self.before, self.after).unwrap_or(part.chars.1 - part.chars.0).saturating_add(SEARCH);
        let mut cost = 0_usize;
        for string in &self.strings {
            cost = cost.saturating_add(candidates(part, string).0.len().saturating_mul(reach));
            if cost >= most {
                break;
            }
        }
        cost
    }

    /// Characters of a part of a text at which one of the strings begins, in order; also where one begins there and ends
    /// behind its end.
    fn places(&self, part: Part<'_>) -> Vec<usize> {
        let mut found: Vec<usize> = self.strings.iter().flat_map(|string| places(part, string)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What is needed in every match of a pattern: several things, of which a text may have few or many.
#[derive(Debug)]
pub(super) struct Needs(Vec<Need>);

impl Needs {
    /// What every match of a pattern has; nothing where nothing can be said.
    pub(super) fn of(hir: &Hir) -> Self {
        let mut all = Known::of(hir).all();
        all.sort_by_key(|need| std::cmp::Reverse(worth(need)));
        all.truncate(CHOICES);
        Self(all.into_iter().map(|need| Need { strings: heads(need.strings), ..need }).collect())
    }

    /// What costs least in this part of a text, and where it stands there.
    pub(super) fn best(&self, part: Part<'_>) -> Option<(&Need, Vec<usize>)> {
        let need = match self.0.as_slice() {
            [only] => only,
            needs => {
                let mut best: Option<(&Need, usize)> = None;
                for need in needs {
                    let cost = need.cost(part, best.map_or(usize::MAX, |(_, least)| least));
                    if best.is_none_or(|(_, least)| cost < least) {
                        best = Some((need, cost));
                    }
                    // Where one of them is missing the others need not be looked for.
                    if cost == 0 {
                        break;
                    }
                }
                best?.0
            }
        };
        Some((need, need.places(part)))
    }
}

/// The strings without those another one begins: where the longer stands, the shorter does, as near to the ends.
fn heads(mut strings: Strings) -> Strings {
    strings.sort_by_key(Vec::len);
    let mut short: Strings = Vec::with_capacity(strings.len());
    for string in strings {
        if !short.iter().any(|head| string.starts_with(head)) {
            short.push(string);
        }
    }
    short
}

/// Places where a string may begin `skipped` characters before: those of its rarest pair.
fn candidates<'p>(part: Part<'p>, string: &[char]) -> (&'p [u32], usize) {
    let look = |first, second| within(part.whole.grams.places(first, second), part.chars);
    if let [mark] = string {
        return (look(*mark, '\0'), 0);
    }
    let mut rarest: Option<(&[u32], usize)> = None;
    for (skipped, pair) in string.windows(2).enumerate() {
        let [first, second] = pair else { continue };
        let places = look(*first, *second);
        if rarest.is_none_or(|(fewest, _)| places.len() < fewest.len()) {
            rarest = Some((places, skipped));
        }
        // Most words stand nowhere in a text.
        if places.is_empty() {
            break;
        }
    }
    rarest.unwrap_or_default()
}

/// Where a folded string begins in a part of a text.
fn places<'p>(part: Part<'p>, string: &'p [char]) -> impl Iterator<Item = usize> + 'p {
    let (places, skipped) = candidates(part, string);
    let (from, to) = part.chars;
    let begins = places.iter().filter_map(move |at| (*at as usize).checked_sub(skipped));
    begins.filter(move |at| (from..to).contains(at) && stands(&part.whole.chars, *at, string)).map(move |at| at - from)
}

/// Those of the places, which are in order, that lie from one character to another.
fn within(places: &[u32], (from, to): (usize, usize)) -> &[u32] {
    if places.is_empty() {
        return places;
    }
    // Nearly always the part is the whole text.
    let inside = |at: Option<&u32>| at.is_some_and(|at| (from..to).contains(&(*at as usize)));
    if inside(places.first()) && inside(places.last()) {
        return places;
    }
    let before = |end: usize| places.partition_point(|at| (*at as usize) < end);
    places.get(before(from)..before(to)).unwrap_or_default()
}

fn stands(text: &[char], at: usize, string: &[char]) -> bool {
    let words = text.get(at..).unwrap_or_default();
    words.len() >= string.len() && words.iter().zip(string).all(|(c, expected)| fold(*c) == *expected)
}

/// Most characters a pattern matches, where there is a bound.
pub(super) fn longest(pattern: &Hir) -> Option<usize> {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(|text| text.chars().count()),
        HirKind::Class(_) => Some(1),
        HirKind::Repetition(repetition) => {
            let times = repetition.max? as usize;
            longest(&repetition.sub)?.checked_mul(times)
        }
        HirKind::Capture(capture) => longest(&capture.sub),
        HirKind::Concat(parts) => parts.iter().try_fold(0, |sum: usize, part| sum.checked_add(longest(part)?)),
        HirKind::Alternation(parts) => parts.iter().map(longest).try_fold(0, |most, longest| longest.map(|longest| most.max(longest))),
    }
}

/// What is known of a part of a pattern.
#[derive(Clone, Debug)]
struct Known {
    /// Everything it can match, where that is a short list.
    exact: Option<Strings>,
    /// Strings of which one stands in whatever it matches; several such sets.
    needs: Vec<Need>,
    /// Most characters it matches.
    longest: Option<usize>,
}

impl Known {
    fn of(hir: &Hir) -> Self {
        let longest = longest(hir);
        let nothing = Self { exact: None, needs: Vec::new(), longest };
        let exact = |strings: Strings| Self { exact: Some(strings), needs: Vec::new(), longest };
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => exact(vec![Vec::new()]),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => exact(vec![text.chars().map(fold).collect()]),
                Err(_) => nothing,
            },
            HirKind::Class(class) => characters(class).map_or(nothing, exact),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) => {
                let sub = Self::of(&repetition.sub);
                match (repetition.min, repetition.max) {
                    (1, Some(1)) => sub,
                    (0, Some(1)) => match sub.exact {
                        Some(mut strings) if strings.len() < MOST => {
                            strings.push(Vec::new());
                            exact(strings)
                        }
                        Some(_) | None => nothing,
                    },
                    (0, _) => nothing,
                    // The string of the first time round.
                    (_, max) => {
                        let again = sub.longest.zip(max).map(|(longest, max)| longest.saturating_mul(max.saturating_sub(1) as usize));
                        let needs = sub.all().into_iter().map(|need| Need { after: sum(need.after, again), ..need }).collect();
                        Self { needs, ..nothing }
                    }
                }
            }
            HirKind::Concat(parts) => Self::sequence(parts, longest),
            HirKind::Alternation(parts) => Self::choice(parts, longest),
        }
    }

    fn sequence(parts: &[Hir], longest: Option<usize>) -> Self {
        let parts: Vec<Self> = parts.iter().map(Self::of).collect();
        // Most characters before each part.
        let mut before = Some(0);
        let mut befores = Vec::with_capacity(parts.len());
        for part in &parts {
            befores.push(before);
            before = sum(before, part.longest);
        }
        // Most characters from each part on.
        let mut after = Some(0);
        let mut afters: Vec<Option<usize>> = parts
            .iter()
            .rev()
            .map(|part| {
                after = sum(after, part.longest);
                after
            })
            .collect();
        afters.reverse();
        afters.push(Some(0));
        let ends = |at: usize| (befores.get(at).copied().flatten(), afters.get(at).copied().flatten());

        let mut candidates = Vec::new();
        let (mut run, mut from): (Strings, usize) = (vec![Vec::new()], 0);
        let mut whole = true;
        for (at, part) in parts.iter().enumerate() {
            let fits = part.exact.as_ref().filter(|strings| run.len() * strings.len() <= MOST && run.iter().all(|head| head.len() <= LONG));
            if let Some(strings) = fits {
                run = run.iter().flat_map(|head| strings.iter().map(|tail| [head.as_slice(), tail].concat())).collect();
                continue;
            }
            whole = false;
            let (before, after) = ends(from);
            candidates.push(Need { strings: std::mem::replace(&mut run, vec![Vec::new()]), before, after });
            from = at + 1;
            if let Some(strings) = &part.exact {
                (run, from) = (strings.clone(), at);
            }
            let (before, behind) = (ends(at).0, ends(at + 1).1);
            candidates.extend(part.needs.iter().map(|need| Need {
                strings: need.strings.clone(),
                before: sum(before, need.before),
                after: sum(need.after, behind),
            }));
        }
        if whole {
            return Self { exact: Some(run), needs: Vec::new(), longest };
        }
        let (before, after) = ends(from);
        candidates.push(Need { strings: run, before, after });
        candidates.retain(|need| usable(&need.strings));
        Self { exact: None, needs: candidates, longest }
    }

    fn choice(parts: &[Hir], longest: Option<usize>) -> Self {
        let parts: Vec<Self> = parts.iter().map(Self::of).collect();
        let exact: Option<Strings> = parts.iter().map(|part| part.exact.clone()).collect::<Option<Vec<_>>>().map(|all| all.concat());
        if let Some(exact) = exact.filter(|strings| strings.len() <= MOST) {
            return Self { exact: Some(exact), needs: Vec::new(), longest };
        }
        let needs: Option<Vec<Need>> = parts.into_iter().map(|part| part.all().into_iter().max_by_key(worth)).collect();
        let need = needs.and_then(|needs| {
            needs.into_iter().reduce(|one, other| Need {
                strings: [one.strings, other.strings].concat(),
                before: one.before.zip(other.before).map(|(one, other)| one.max(other)),
                after: one.after.zip(other.after).map(|(one, other)| one.max(other)),
            })
        });
        Self { exact: None, needs: need.filter(|need| need.strings.len() <= MOST_OF_CHOICE).into_iter().collect(), longest }
    }

    /// Every set the index knows.
    fn all(self) -> Vec<Need> {
        let exact = self.exact.map(|strings| Need { strings, before: Some(0), after: self.longest });
        exact.into_iter().chain(self.needs).filter(|need| usable(&need.strings)).collect()
    }
}

fn sum(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one.zip(other).map(|(one, other)| one.saturating_add(other))
}

/// The characters of a class, folded, where they are few.
fn characters(class: &Class) -> Option<Strings> {
    let Class::Unicode(class) = class else { return None };
    let ranges = || class.iter().map(|range| range.start()..=range.end());
    let size: u32 = ranges().map(|range| u32::from(*range.end()) - u32::from(*range.start()) + 1).sum();
    if size > CLASS {
        return None;
    }
    let mut folded: Strings = ranges().flatten().map(|c| vec![fold(c)]).collect();
    folded.sort();
    folded.dedup();
    Some(folded)
}

/// Whether the index knows every string.
fn usable(strings: &Strings) -> bool {
    let known = |string: &Vec<char>| match string.as_slice() {
        [] => false,
        [c] => is_mark(*c),
        _ => true,
    };
    !strings.is_empty() && strings.iter().all(known)
}

/// How well strings tell matches from the rest of a text: by whether the match ends near, then by the poorest of them,
/// then by their number.
fn worth(need: &Need) -> (bool, usize, std::cmp::Reverse<usize>) {
    let weight = |string: &Vec<char>| string.iter().map(|c| if c.is_alphabetic() { c.len_utf8().min(2) * 2 } else { 1 }).sum::<usize>();
    let bounded = need.before.is_some() && need.after.is_some();
    (bounded, need.strings.iter().map(weight).min().unwrap_or(0).min(2 * LONG), std::cmp::Reverse(need.strings.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(pattern: &str) -> Option<(Vec<String>, Option<usize>, Option<usize>)> {
        let need = Needs::of(&regex_syntax::parse(pattern).unwrap()).0.into_iter().next()?;
        Some((need.strings.into_iter().map(String::from_iter).collect(), need.before, need.after))
    }

    #[test]
    fn says_what_every_match_has() {
        for (pattern, strings, before, after) in [
            ("买入", vec!["买入"], Some(0), Some(2)),
            ("(?i)buy", vec!["buy"], Some(0), Some(3)),
            ("买入|增持", vec!["买入", "增持"], Some(0), Some(2)),
            (r"(?:维持)?[^。]{0,8}(?:买入|增持)评级", vec!["买入评级", "增持评级"], Some(10), Some(4)),
            (r"目标价[:：]?[0-9]{1,3}元", vec!["目标价"], Some(0), Some(8)),
            (r"优于大[市势]", vec!["优于大势", "优于大市"], Some(0), Some(4)),
            (r"(?:请)?阅读", vec!["阅读", "请阅读"], Some(0), Some(3)),
            (r"风险(?:提示)?", vec!["风险"], Some(0), Some(4)),
            (r"(?:报告){1,3}", vec!["报告"], Some(0), Some(6)),
            (r"(?:报告)+", vec!["报告"], Some(0), None),
            (r".*[^。]报告", vec!["报告"], None, Some(2)),
            (r"《[^》]{1,9}》", vec!["《"], Some(0), Some(11)),
        ] {
            let strings = strings.into_iter().map(str::to_owned).collect();
            assert_eq!(need(pattern), Some((strings, before, after)), "{pattern}");
        }
        for pattern in [r"\d{4}年\d{1,2}月", r"买入|\d+", "(?:报告)*", "", "[^a]", "a"] {
            assert_eq!(need(pattern), None, "{pattern}");
        }
    }
}
