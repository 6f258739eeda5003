//! Risks in English: a sentence (`Key downside risks include a, b, and c`), a numbered list, bullets.

use std::ops::Range;

use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, group, has, trim};

static ENGLISH: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:key |main |potential )?(?:downside )?risks?(?: to (?:our|the)[^.:;\n]{0,60}| that (?:could|may|might)[^.:;]{0,110}?)?\s*(?:include|are|:)\s*:?\s*(?P<body>[^\n])",
    )
});
static ENGLISH_ITEM: Pattern = Pattern::new(|| compile(r"(?:^|[\s;,.])(?:\(?(?:\d{1,2}|i{1,3}|iv|vi{0,3}|ix|x|[a-h])\)\s*)"));
static BULLET: Pattern = Pattern::new(|| compile(r"\n\s*[•▪■●*-]\s+"));

/// Where no section and no list says more, a sentence of the first page may name one: `the key risk is a price war`.
static NAMED: Pattern = Pattern::new(|| {
    compile(r"(?i)\b(?:the |our )?(?:key|main|biggest|principal) (?:downside )?risk (?:is|remains|would be) (?P<body>[^\n])")
});
/// The first page, in characters.
const FRONT: usize = 3000;
/// A section, in characters.
const LONGEST: usize = 1400;

/// The items of the first sentence or list that names the risks to rating and target: to the downside, and where a report
/// that `sells` names none of those, to the upside.
pub(super) fn sections(context: &Context<'_>, sells: bool) -> Vec<Range<usize>> {
    let mut items = listed(context, false);
    if items.is_empty()
        && let Some(body) = captures(&NAMED, context.front(FRONT)).find_map(|found| group(&found, "body"))
    {
        items.extend(english_items(context, body.start, context.after(body.start, LONGEST)));
    }
    if items.is_empty() && sells { listed(context, true) } else { items }
}

/// The items of the first sentence or list of risks to the one side or the other.
fn listed(context: &Context<'_>, upside: bool) -> Vec<Range<usize>> {
    let text = context.text();
    let mut items = Vec::new();
    for found in captures(&ENGLISH, text) {
        let (Some(whole), Some(body)) = (found.get(0), group(&found, "body")) else {
            continue;
        };
        // Other companies' risks are not the section.
        let words = whole.as_str().to_lowercase();
        let before = context.before(whole.start(), 60);
        if before.to_lowercase().trim_end().ends_with("upside") != upside
            || !(words.contains("downside")
                || words.contains("key risk")
                || words.contains("risks to our")
                || words.contains("target price")
                || words.contains("price target")
                || heading_above(before))
        {
            continue;
        }
        let after = context.after(body.start, LONGEST);
        if after.starts_with(['•', '\n']) && !has(&BULLET, after) {
            continue;
        }
        items.extend(english_items(context, body.start, after));
        if !items.is_empty() {
            break;
        }
    }
    items
}

fn heading_above(before: &str) -> bool {
    before.trim_end_matches(' ').ends_with('\n') && before.to_lowercase().contains("risk")
}

fn english_items(context: &Context<'_>, start: usize, after: &str) -> Vec<Range<usize>> {
    // The sentence: to the first full stop before a capital, or to a blank line.
    let numbered = ENGLISH_ITEM.as_ref().and_then(|item| item.find(after)).is_some_and(|found| found.start() == 0);
    let stop = after
        .match_indices('.')
        .map(|(at, _)| at)
        .find(|&at| {
            let rest = after.get(at + 1..).unwrap_or_default();
            let word = after.get(..at).and_then(|before| before.rsplit([' ', '\n']).next()).unwrap_or_default();
            !matches!(word, "Co" | "Inc" | "Ltd" | "vs" | "e.g" | "i.e" | "U.S" | "Corp")
                && (rest.trim_start().starts_with(char::is_uppercase) && rest.starts_with([' ', '\n'])
                    // What follows at the end of a line may be a table: only a small letter goes on with the sentence.
                    || rest.starts_with('\n') && !rest.trim_start().starts_with(char::is_lowercase)
                    || rest.trim().is_empty()
                    || rest.starts_with("\n\n"))
        })
        .unwrap_or(after.len());
    let blank = after.find("\n\n").unwrap_or(after.len());
    let upside = after.to_lowercase().find("upside risk").unwrap_or(after.len());
    // A numbered list may hold sentences: it runs to the blank line.
    let end = if numbered { blank.min(upside) } else { stop.min(blank).min(upside) };
    let sentence = after.get(..end).unwrap_or_default();
    let marks: Vec<Range<usize>> =
        ENGLISH_ITEM.as_ref().into_iter().flat_map(|item| item.find_iter(sentence)).map(|found| found.range()).collect();
    // Where the numbers begin anew, another list does: what a page break parted the two by may be gone.
    let number = |mark: &Range<usize>| sentence.get(mark.clone()).map(|mark| mark.trim_matches(|c: char| !c.is_alphanumeric()).to_owned());
    let first = marks.first().and_then(number);
    let lists = marks.iter().skip(1).position(|mark| number(mark) == first).map_or(marks.len(), |again| again + 1);
    let (marks, rest) = marks.split_at(lists);
    let sentence = rest.first().and_then(|next| sentence.get(..next.start)).unwrap_or(sentence);
    let mut pieces: Vec<Range<usize>> = Vec::new();
    if marks.len() > 1 {
        for (at, mark) in marks.iter().enumerate() {
            pieces.push(mark.end..marks.get(at + 1).map_or(sentence.len(), |next| next.start));
        }
    } else {
        let separator = if sentence.contains(';') { ';' } else { ',' };
        let mut at = 0;
        for (cut, _) in sentence.match_indices(separator).chain([(sentence.len(), "")]) {
            pieces.push(at..cut);
            at = cut + 1;
        }
        if let Some(last) = pieces.pop() {
            // `a and b` at the end of a list without a comma before the and.
            let words = sentence.get(last.clone()).unwrap_or_default();
            match words.split_once(" and ").filter(|_| pieces.len() == 1 && !words.trim_start().starts_with("and")) {
                Some((first, _)) => {
                    pieces.push(last.start..last.start + first.len());
                    pieces.push(last.start + first.len() + 5..last.end);
                }
                None => pieces.push(last),
            }
        }
    }
    pieces
        .into_iter()
        .filter_map(|piece| {
            let range = trim(context.text(), start + piece.start..start + piece.end);
            let words = context.slice(range.clone());
            let lead = ["and ", "or "].iter().find(|word| words.starts_with(**word)).map_or(0, |word| word.len());
            let body = words.get(lead..).unwrap_or_default();
            let body = body.find(". ").or_else(|| body.find(".\n")).map_or(body, |stop| body.get(..stop).unwrap_or(body));
            let tail = body.trim_end_matches([',', ';', '.', ' ', '\n']);
            let tail = tail.strip_suffix("and").filter(|tail| tail.ends_with(char::is_whitespace)).unwrap_or(tail);
            let tail = tail.trim_end_matches([',', ';', ' ', '\n']);
            // Bullets whose words stand elsewhere.
            let parted = tail.contains("•\n•");
            (!parted && (8..=400).contains(&tail.len()) && tail.chars().filter(|c| c.is_alphabetic()).count() > 5)
                .then_some(range.start + lead..range.start + lead + tail.len())
        })
        .collect()
}
