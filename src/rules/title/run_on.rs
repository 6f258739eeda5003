//! Titles of run-on text: the piece between two header fields that is most like a title.

use std::ops::Range;

use super::chinese::{NUMBER, legal, score};
use super::field::{Lead, Piece, pieces};
use super::headline::headline;
use super::line::{house, numbered_series};
use crate::rules::Context;
use crate::rules::find::{Pattern, compile, has, is_han};
use crate::rules::subject::Stock;

/// The first page, in bytes.
const PAGE: usize = 3000;

/// In run-on text: the best piece of the header between two fields.
pub(super) fn glued(context: &Context<'_>, stock: Option<&Stock>, front: usize) -> Option<Range<usize>> {
    let text = context.text();
    let front = 0..context.front(front).len();
    let lines = context.slice(front.clone()).lines().filter(|line| !line.trim().is_empty()).count();
    let mut windows = vec![front.clone()];
    for found in text.match_indices("证券研究报告").filter(|found| found.0 >= front.end && !legal(context, found.0)).take(1) {
        windows.push(found.0..found.0 + context.after(found.0, 160).len());
    }
    let run_on = lines <= RUN_ON;
    let mut best: Option<(i32, Range<usize>)> = None;
    for window in windows {
        for Piece { range, lead, headed, below } in pieces(context, window, stock) {
            if legal(context, range.start) || run_on && listed(context, &range) {
                continue;
            }
            let whole = range.clone();
            let range = if lead == Lead::Body { range } else { opening(context, range, stock) };
            if !run_on && (range.end < whole.end && paragraph(context, &whole) || goes_on(context, &range)) {
                continue;
            }
            let mut score = score(context, &range, false);
            // Cut off the prose behind it: it may be prose itself.
            score -= if range.end < whole.end { 2 } else { 0 };
            score += if range.start < 900 { 2 } else { 0 };
            score += match lead {
                Lead::Opening if range.start < PAGE => 2,
                Lead::Opening => 0,
                Lead::Field => 0,
                Lead::Body => -4,
            };
            score -= if listed(context, &range) { 4 } else { 0 };
            score += if run_on && !below && lead != Lead::Body && range.start < HEADER { 2 } else { 0 };
            if score < 6 {
                continue;
            }
            // Without lines the order of the page must tell: behind the last field of the header, before the body.
            score += if run_on && headed && !below && range.end == whole.end { HEADED } else { 0 };
            score -= if run_on && below { BELOW } else { 0 };
            if best.as_ref().is_none_or(|(top, _)| score > *top) {
                best = Some((score, range));
            }
        }
    }
    best.map(|(_, range)| range)
}

/// Where the header of a run-on page ends that has no cue, in bytes.
const HEADER: usize = 240;
/// What it counts that the body begins right behind a piece.
const HEADED: i32 = 3;
/// What it counts that the body began before a piece.
const BELOW: i32 = 2;

/// A header with fewer lines has no line breaks of its own: titles and prose share a line.
const RUN_ON: usize = 6;

/// Lines of prose: they begin and end with a line, and hold a sentence. A clause cut out of them is no title.
fn paragraph(context: &Context<'_>, range: &Range<usize>) -> bool {
    let begins = matches!(context.before(range.start, 1), "" | "\n");
    begins && context.slice(range.clone()).contains('。') && matches!(context.after(range.end, 1), "" | "\n")
}

/// Whether a line goes on with the prose of the line above, which is as long and ends open.
fn goes_on(context: &Context<'_>, range: &Range<usize>) -> bool {
    let Some(before) = context.before(range.start, PROSE_LINE * 4).strip_suffix('\n') else {
        return false;
    };
    let above = before.rsplit('\n').next().unwrap_or_default();
    above.chars().count() >= PROSE_LINE
        && above.ends_with(|c: char| is_han(c) || c.is_ascii_alphanumeric() || matches!(c, ',' | '、' | '%'))
        && above.contains([',', '。', '、', '%'])
}

/// A line of prose is no shorter, in characters.
const PROSE_LINE: usize = 20;

/// A title that prose follows at once: up to where prose begins.
pub(super) fn opening(context: &Context<'_>, range: Range<usize>, stock: Option<&Stock>) -> Range<usize> {
    let words = context.slice(range.clone());
    // What a house says of itself stands before the title and ends with a full stop.
    let motto = words.split_once('。').filter(|(motto, rest)| {
        motto.chars().count() < MOTTO
            && !rest.contains('。')
            && (SHORT..=LONG).contains(&rest.chars().count())
            && !motto.contains(|c: char| c.is_ascii_digit())
    });
    let (range, words) = motto.map_or((range.clone(), words), |(_, rest)| (range.end - rest.len()..range.end, rest));
    // The number of the first page, glued before its title.
    let page = words.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = page.starts_with(is_han) && words.len() - page.len() < 3 && !has(&NUMBER, words);
    let (range, words) = if numbered { (range.end - page.len()..range.end, page) } else { (range, words) };
    // The house, and the series with its number, before a title of its own.
    let lead = [house(words), numbered_series(words)]
        .into_iter()
        .find(|&lead| lead > 0 && words.get(lead..).is_some_and(|rest| rest.chars().count() >= SHORT));
    let (range, words) = lead.map_or((range.clone(), words), |lead| (range.start + lead..range.end, words.get(lead..).unwrap_or_default()));
    let title = headline(words, stock.map_or("", |stock| context.slice(stock.name.clone())));
    range.start + title.start..range.start + title.end
}

/// A house's motto is no longer, in characters.
const MOTTO: usize = 26;
/// Lengths of a title behind a motto, in characters.
const SHORT: usize = 8;
const LONG: usize = 60;

/// The title of an earlier report in a list without brackets: a day follows it, and one stands before it.
fn listed(context: &Context<'_>, range: &Range<usize>) -> bool {
    has(&DAY_FIRST, context.after(range.end, 12)) && has(&DAY_LAST, context.before(range.start, 14))
}

static DAY_FIRST: Pattern = Pattern::new(|| compile(r"^[\s(]?20\d\d[-./]\d{1,2}[-./]\d{1,2}"));
static DAY_LAST: Pattern = Pattern::new(|| compile(r"(?:\d[-./]\d{1,2}\)?|相关(?:研究)?(?:报告)?)\s?\d?[、.]?\s?$"));
