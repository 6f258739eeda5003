//! When two values are the same, field by field.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

/// Characters of a text that are compared; no title or risk is as long, and comparing is not linear.
const LONGEST: usize = 1000;

/// When two values of a field are the same. The first one is the expected one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Same {
    /// To the letter: days, ids.
    Exact,
    /// But for width, case, blanks and punctuation.
    Folded,
    /// Nearly the same words: a part that is long enough, or this share of characters in common.
    Similar(f64),
    /// The firm's name without what kind of firm it is, or a part of it.
    Firm,
    /// A security's code without its exchange.
    Code,
    /// The same number.
    Number,
    /// One of the words is a part of one of the other's, parted by `|`.
    Word,
}

impl Same {
    /// Whether `given` is `expected`.
    pub(super) fn holds(self, expected: &str, given: &str) -> bool {
        match self {
            Self::Exact => expected == given,
            Self::Folded => fold(expected) == fold(given),
            Self::Similar(cut) => is_similar(expected, given, cut),
            Self::Firm => is_same_firm(expected, given),
            Self::Code => code(expected) == code(given),
            Self::Number => is_same_number(expected, given),
            Self::Word => has_word(expected, given),
        }
    }
}

/// Letters and digits of a text in one width and case.
pub(super) fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

fn is_similar(a: &str, b: &str, cut: f64) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (fold(a).chars().take(LONGEST).collect(), fold(b).chars().take(LONGEST).collect());
    if a.is_empty() || b.is_empty() {
        return a == b;
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if long.windows(short.len()).any(|part| part == short) {
        // Half a title is the title; one word of it is not.
        return short.len() * 5 > long.len() * 2;
    }
    // Lists can be long and most pairs have little in common: what the runs have at most is counted first.
    share(most_in_common(&a, &b), &a, &b) >= cut && share_in_common(&a, &b) >= cut
}

/// Characters two texts have in common, wherever they stand: no runs of them can have more.
fn most_in_common(a: &[char], b: &[char]) -> u32 {
    let sorted = |text: &[char]| {
        let mut text = text.to_vec();
        text.sort_unstable();
        text
    };
    let (a, b) = (sorted(a), sorted(b));
    let (mut a, mut b, mut common) = (a.iter().peekable(), b.iter().peekable(), 0);
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            Ordering::Less => drop(a.next()),
            Ordering::Greater => drop(b.next()),
            Ordering::Equal => {
                common += 1;
                a.next();
                b.next();
            }
        }
    }
    common
}

/// Twice the characters in common over all of both.
fn share(common: u32, a: &[char], b: &[char]) -> f64 {
    let all = u32::try_from(a.len() + b.len()).unwrap_or(u32::MAX);
    if all == 0 { 1.0 } else { 2.0 * f64::from(common) / f64::from(all) }
}

/// Ratcliff and Obershelp's share of characters in common, 0 to 1: twice the longest common run and, left and right of it, the
/// longest common runs again, over both lengths. Python's `difflib` computes it so, without its shortcut for popular characters.
fn share_in_common(a: &[char], b: &[char]) -> f64 {
    let (mut common, mut open) = (0u32, vec![(a, b)]);
    while let Some((a, b)) = open.pop() {
        let (from, other, length) = longest_run(a, b);
        if length > 0 {
            common += u32::try_from(length).unwrap_or(u32::MAX);
            open.push((a.get(..from).unwrap_or_default(), b.get(..other).unwrap_or_default()));
            open.push((a.get(from + length..).unwrap_or_default(), b.get(other + length..).unwrap_or_default()));
        }
    }
    share(common, a, b)
}

/// The longest run of characters both have: where it begins in each, and its length. Of several, the first in `a`, and there the
/// first in `b`.
fn longest_run(a: &[char], b: &[char]) -> (usize, usize, usize) {
    let mut best = (0, 0, 0);
    // Length of the run that ends before each place of `b`, for the character of `a` before.
    let mut before = vec![0usize; b.len() + 1];
    for (at, x) in a.iter().enumerate() {
        let mut now = vec![0usize; b.len() + 1];
        for ((place, y), (slot, run)) in b.iter().enumerate().zip(now.iter_mut().skip(1).zip(&before)) {
            if x == y {
                *slot = run + 1;
                if *slot > best.2 {
                    best = (at + 1 - *slot, place + 1 - *slot, *slot);
                }
            }
        }
        before = now;
    }
    best
}

fn is_same_firm(a: &str, b: &str) -> bool {
    static KIND: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("股份有限公司|有限责任公司|有限公司|证券研究所|研究所|证券|securities|research").ok());
    let bare = |name: &str| {
        let lower: String = name.nfkc().flat_map(char::to_lowercase).collect();
        fold(&KIND.as_ref().map_or_else(|| lower.clone(), |kind| kind.replace_all(&lower, "").into_owned()))
    };
    let (x, y) = (bare(a), bare(b));
    (!x.is_empty() && !y.is_empty() && (x.contains(&y) || y.contains(&x))) || fold(a) == fold(b)
}

/// Digits and letters of a code without exchange and leading zeros, six at most.
fn code(text: &str) -> String {
    static REST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("[^0-9a-z]|(?:sh|sz|bj|hk|ch|ss)$").ok());
    let lower = text.to_lowercase();
    let bare = REST.as_ref().map_or_else(|| lower.clone(), |rest| rest.replace_all(&lower, "").into_owned());
    bare.trim_start_matches('0').chars().take(6).collect()
}

/// Equal to a millionth of the expected one.
fn is_same_number(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() < 1e-6 * a.abs().max(1.0),
        _ => a == b,
    }
}

fn has_word(expected: &str, given: &str) -> bool {
    let words = |text: &str| text.split('|').map(fold).filter(|word| !word.is_empty()).collect::<Vec<_>>();
    let given = words(given);
    words(expected).iter().any(|a| given.iter().any(|b| a.contains(b.as_str()) || b.contains(a.as_str())))
}

/// The percentages a grade's definition names, without sign and zero, in order: the ends of its band.
pub(super) fn percentages(definition: &str) -> Vec<Decimal> {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(\d+(?:\.\d+)?)\s*").ok());
    // The first number of a range shares the percent sign of the second.
    static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[-~—–至到]\s*[-+]?\d+(?:\.\d+)?\s*(?:%|\\%)").ok());
    let (Some(number), Some(range)) = (NUMBER.as_ref(), RANGE.as_ref()) else { return Vec::new() };
    let text: String = definition.nfkc().collect();
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some((all, digits)) = number.captures_at(&text, from).and_then(|hit| Some((hit.get(0)?, hit.get(1)?))) {
        let rest = text.get(all.end()..).unwrap_or_default();
        let is_percent = rest.starts_with('%') || rest.starts_with("\\%") || range.is_match(rest);
        if is_percent {
            found.extend(digits.as_str().parse::<Decimal>().ok());
            from = all.end();
        } else {
            // A digit further on may begin a number that is one.
            from = all.start() + digits.as_str().chars().next().map_or(1, char::len_utf8);
        }
    }
    found.retain(|value| !value.is_zero());
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(a: &str, b: &str) -> f64 {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let found = share_in_common(&a, &b);
        assert!(share(most_in_common(&a, &b), &a, &b) >= found, "{a:?} {b:?}");
        found
    }

    #[test]
    fn characters_in_common_are_counted_as_ratcliff_and_obershelp_do() {
        // By hand: the run `bcd` (3 of 4 + 4), then nothing left and right.
        assert!((common("abcd", "bcde") - 0.75).abs() < 1e-9);
        // The first longest run is taken, `ab` in both, and nothing of `cd` stands on the same side twice: not the
        // longest common subsequence.
        assert!((common("abxcd", "cdab") - 4.0 / 9.0).abs() < 1e-9);
        assert!((common("wikimedia", "wikimania") - 14.0 / 18.0).abs() < 1e-9);
        assert!((common("", "") - 1.0).abs() < 1e-9 && common("a", "").abs() < 1e-9);
        // The order matters, as it does there: `tide` and `diet` have 0.25 or 0.5 in common.
        assert!((common("tide", "diet") - 0.25).abs() < 1e-9 && (common("diet", "tide") - 0.5).abs() < 1e-9);
    }

    #[test]
    fn names_and_words_are_the_same_by_their_field() {
        for (same, a, b, expected) in [
            (Same::Folded, "增持（维持）", "增持(维持)", true),
            (Same::Folded, "买入-A", "买入Ａ", true),
            (Same::Exact, "2025-01-02", "2025-1-2", false),
            (Same::Similar(0.8), "泵阀需求回升，海外订单饱满", "泵阀需求回升:海外订单饱满!", true),
            (Same::Similar(0.8), "泵阀需求回升，海外订单饱满", "泵阀需求", false),
            (Same::Similar(0.8), "泵阀需求回升", "泵阀需求", true),
            (Same::Similar(0.8), "", "泵阀", false),
            (Same::Firm, "澜沧证券", "澜沧证券股份有限公司", true),
            (Same::Firm, "Harrow & Quill Securities", "Harrow & Quill", true),
            (Same::Firm, "澜沧证券", "栖梧证券", false),
            (Same::Firm, "证券", "栖梧证券", false),
            (Same::Code, "688991.SH", "688991", true),
            (Same::Code, "07991.HK", "7991 HK", true),
            (Same::Code, "688991", "688992", false),
            (Same::Number, "66.60", "66.6", true),
            (Same::Number, "66.6", "66.7", false),
            (Same::Word, "重点推荐", "推荐|", true),
            (Same::Word, "推荐", "|", false),
            (Same::Word, "关注", "推荐|增持", false),
        ] {
            assert_eq!(same.holds(a, b), expected, "{same:?} {a} {b}");
        }
    }

    #[test]
    fn bands_are_the_percentages_a_definition_names() {
        let numbers = |text| percentages(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(numbers("相对沪深300指数涨幅在5%～20%之间"), "5 20");
        assert_eq!(numbers("相对表现－10～＋10％"), "10");
        assert_eq!(numbers("未来6个月涨幅15\\%以上"), "15");
        assert_eq!(numbers("0%至5.5%"), "5.5");
        assert_eq!(numbers("优于基准指数"), "");
    }

    /// The same as Python's own, where there is a Python.
    #[test]
    fn shares_in_common_are_those_of_difflib() {
        let script = "import difflib, sys\n\
            for line in sys.stdin.read().split('\\n')[:-1]:\n\
            \x20   a, b = line.split('\\t')\n\
            \x20   print(repr(difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()))";
        let mut random = fastrand::Rng::with_seed(7);
        let mut word =
            || (0..random.usize(0..40)).map(|_| random.choice(['需', '求', '回', '升', '海', '外', 'a', 'b']).unwrap()).collect::<String>();
        let pairs: Vec<(String, String)> = (0..500).map(|_| (word(), word())).collect();
        let Some(said) = python(script, &pairs.iter().map(|(a, b)| format!("{a}\t{b}\n")).collect::<String>()) else { return };
        assert_eq!(said.lines().count(), pairs.len());
        for ((a, b), line) in pairs.iter().zip(said.lines()) {
            assert!((common(a, b) - line.parse::<f64>().unwrap()).abs() < 1e-12, "{a} {b}: {} and {line}", common(a, b));
        }
    }

    /// What a script says to an input; `None`, said on the way, where there is no Python.
    fn python(script: &str, input: &str) -> Option<String> {
        use std::io::Write as _;
        use std::process::{Command, Stdio};
        let started = Command::new("python3")
            .args(["-c", script])
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = started else {
            println!("skipped: no `python3` to compare with");
            return None;
        };
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        Some(String::from_utf8(output.stdout).unwrap())
    }
}
