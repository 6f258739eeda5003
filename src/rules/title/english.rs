//! Titles of English covers: the heading under the company's name, or the first heading where no company is named.

use std::ops::Range;

use super::Title;
use crate::rules::Context;
use crate::rules::cover::Line;
use crate::rules::find::{Pattern, captures, compile, first, group, has};
use crate::rules::subject::{self, Stock};
use crate::zones::ZoneKind;

/// The line of the rating stands in the first characters.
const FRONT: usize = 2000;
/// Behind so many lines of running text a name is one of the body.
const PARAGRAPHS: usize = 4;
/// A title runs over no more lines than this.
const LINES: usize = 4;
/// The marks of a heading and the blank behind them, in characters.
const RANK: usize = 7;

static CODE_IN_LINE: Pattern = Pattern::new(|| compile(r"\(\s?[A-Z0-9]{1,8}(?:[. ][A-Z]{1,3})?\s?\)\s*$|\s\d{3,6}[. ][A-Z]{2}\b"));
static FOOT: Pattern =
    Pattern::new(|| compile(r"(?m)^See page \d+ for analyst certification[^\n]*\n(?P<title>(?:[^\n.]{4,90}\n){1,3}?)\s*\d{1,2}\s*\n"));
static NAME_PREFIX: Pattern = Pattern::new(|| compile(r"^[^-–|]{3,60}\([^)]{2,16}\)\s+[-–]\s+"));

/// A heading below so many addresses of authors is a part of the body, unless it stands right below the last.
const AUTHORS: usize = 3;
/// A sector and its branch, and nothing else.
static SECTOR: Pattern = Pattern::new(|| {
    compile(
        r"^(?:[A-Z][\w/ –-]{3,60} Sector|(?:Technology|Financials|Consumer|Healthcare|Industrials|Materials|Energy|Utilities)\s?[-–]\s?[A-Z][A-Za-z/ ]{2,40})$",
    )
});
/// On a cover that names no company: labels, single words and legal entities.
static NO_TITLE: Pattern = Pattern::new(|| {
    compile(
        r"^\S+$|^[a-z]|^(?:Figure|Table|Exhibit) \d|^\d{1,2}/\d{1,2}\b|:$|^\[|^(?:We thank|Source|Sources|Note|Notes|Current level|As of|All prices)\b|^(?:SAC|SFC) |\b(?:Limited|LLC|plc|PLC|Ltd\.?|Private|N\.A\.|Branch)$|\bN\.A\.,",
    )
});

pub(super) fn find(context: &Context<'_>, stock: Option<&Stock>) -> Option<Title> {
    if let Some(main) = on_the_rating_line(context) {
        return Some(Title { main, subtitle: None });
    }
    let lines = context.cover();
    let name = stock.map(|stock| stock.name.clone());
    let of_name = name.as_ref().and_then(|name| lines.iter().rposition(|(_, range)| range.start <= name.start && name.start < range.end));
    // The line of the name and its code may stand in a box below the title, and the name alone above it.
    let above = name.as_ref().and_then(|name| {
        let words = context.slice(name.clone());
        lines.iter().position(|(kind, range)| *kind == Line::Heading && names(context.slice(range.clone()), words))
    });
    if let (Some(at), Some(name)) = (of_name, name.as_ref())
        && let Some(title) = behind_code(context, lines, at, name)
    {
        return Some(Title { main: title, subtitle: None });
    }
    let of_name = of_name.map(|at| {
        lines.iter().rposition(|(_, range)| name.as_ref().is_some_and(|name| range.start < name.end)).map_or(at, |end| end.max(at))
    });
    let after_name = above.filter(|above| of_name.is_some_and(|at| *above < at)).or(of_name);
    // From the company's line on: past codes, ratings and blanks to the first heading.
    // In a row, a box or behind the first paragraphs the name says nothing about the place of the title above it.
    let after_name = after_name.filter(|at| {
        let above = lines.iter().take(*at);
        let told = above.clone().filter(|(kind, _)| *kind == Line::Heading).count() > 1;
        let boxed = lines.get(*at).is_some_and(|(kind, _)| *kind == Line::Box);
        let late = above.clone().filter(|(kind, _)| *kind == Line::Prose).count() >= PARAGRAPHS;
        !(boxed && above.clone().any(|(kind, _)| *kind == Line::Heading) || late && told)
    });
    let start = match after_name {
        Some(at) => at + 1,
        None => {
            // Sector and department stand above the title; a lone heading before a blank is one of them.
            lines.iter().position(|(kind, _)| *kind == Line::Heading)?
        }
    };
    let titular = |range: &Range<usize>| {
        let zone = context.kind_at(range.start);
        let legal = matches!(zone, ZoneKind::Definitions | ZoneKind::Distribution | ZoneKind::Disclaimer);
        stock.is_some() || !legal && !has(&NO_TITLE, context.slice(range.clone()))
    };
    let heads = |at: &usize| lines.get(*at).is_some_and(|(kind, range)| *kind == Line::Heading && titular(range));
    let at = (start..lines.len()).find(heads)?;
    // Where the company's name is marked as a heading, the title is one of the same rank, and words between are fields.
    let rank =
        |at: usize| lines.get(at).map_or(0, |(_, range)| context.before(range.start, RANK).trim_end_matches(' ').matches('#').count());
    let named = after_name.map_or(0, rank);
    let at = if named > 0 && rank(at) == 0 { (at..lines.len()).filter(heads).find(|at| rank(*at) == named).unwrap_or(at) } else { at };
    let block = block(context, lines, at);
    let prose_next =
        |end: usize| lines.iter().filter(|(_, range)| range.start >= end).find(|(kind, _)| *kind != Line::Blank).map(|(kind, _)| *kind);
    // Title under a line for sector or company.
    let block = if after_name.is_none() && stock.is_none() { below_sector(context, lines, at, block) } else { block };
    if stock.is_none()
        && prose_next(block.end).is_some_and(|kind| kind == Line::Box)
        && let Some(foot) = foot(context)
    {
        return Some(foot);
    }
    let text = context.slice(block.clone());
    // A sector with nothing but authors and prose below it: the report prints no title.
    if stock.is_none() && (subject::is_sector(text) || has(&SECTOR, text)) {
        return None;
    }
    // Nor do words of the body below the people who wrote it, but for those right below the last of them.
    let fields = |kind: Line| matches!(kind, Line::Blank | Line::Masthead | Line::Box);
    let mut above = lines.iter().take(at).rev().take_while(|(kind, _)| fields(*kind));
    let right_below = above.any(|(_, range)| context.slice(range.clone()).contains('@'));
    if stock.is_none() && !right_below && context.slice(0..block.start).matches('@').count() >= AUTHORS {
        return None;
    }
    let skip = NAME_PREFIX.as_ref().filter(|_| stock.is_none()).and_then(|p| p.find(text)).map_or(0, |found| found.end());
    let title = block.start + skip..block.end;
    let next = lines.iter().position(|(_, range)| range.start >= title.end);
    let subtitle = next.and_then(|next| subtitle(context, lines, next, at));
    Some(Title { main: title, subtitle })
}

/// `BUY S$6.32 FSSTI : 3,033.05 Time to come back`: the title behind grade, price and index.
fn on_the_rating_line(context: &Context<'_>) -> Option<Range<usize>> {
    static LINE: Pattern = Pattern::new(|| {
        compile(
            r"(?m)^(?:BUY|HOLD|SELL|ADD|REDUCE|NEUTRAL|FULLY VALUED|STRONG BUY|OUTPERFORM|UNDERPERFORM) [A-Z]{0,3}\$?\s?[\d.,]+ [A-Z]{2,6}\s?: ?[\d.,]+ (?P<title>[A-Z][a-z]+ [^\n]{4,70})$",
        )
    });
    first(&LINE, context.front(FRONT)).and_then(|found| group(&found, "title"))
}

/// Whether a line is a company's name, with its region or nothing behind it.
fn names(line: &str, name: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.trim().is_empty() || rest.trim_start().starts_with('|'))
}

/// The title on the line of the name and the code: `Northlake (0999.HK): margins beat`.
fn behind_code(context: &Context<'_>, lines: &[(Line, Range<usize>)], at: usize, name: &Range<usize>) -> Option<Range<usize>> {
    let (_, line) = lines.get(at)?;
    let rest = context.slice(name.end..line.end);
    let close = rest.find(')')?;
    let title = rest.get(close + 1..)?.trim_start().strip_prefix([':', '–', '-'])?.trim_start();
    let start = line.end - title.len();
    let range = block(context, lines, at);
    (title.split_whitespace().count() > 2 && title.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()))
        .then_some(start..range.end.max(line.end))
}

/// Headings that stand together: the lines of one title.
fn block(context: &Context<'_>, lines: &[(Line, Range<usize>)], at: usize) -> Range<usize> {
    let Some((_, first)) = lines.get(at) else {
        return 0..0;
    };
    let mut range = first.clone();
    let dashed = |line: &Range<usize>| context.slice(line.clone()).starts_with(['–', '—']);
    let mut rest = lines.iter().skip(at + 1).take(LINES - 1).peekable();
    while let Some((kind, line)) = rest.next() {
        // What goes on behind a dash may stand below a blank line.
        if *kind == Line::Blank && rest.peek().is_some_and(|(_, next)| dashed(next)) {
            continue;
        }
        let open = context.slice(range.clone());
        let next = context.slice(line.clone());
        // A line that breaks within a sentence goes on: it is long, ends open, or the next starts small.
        let last_line = open.rsplit('\n').next().unwrap_or_default();
        let unfinished = open.ends_with([',', ';', ':', '-', '–', '/', '&'])
            || next.starts_with(char::is_lowercase)
            || dashed(line)
            || ends_open(open)
            || (last_line.chars().count() > 40 && next.chars().count() < last_line.chars().count());
        // `…stay OW with PT of NT` + `$5300`.
        let amount =
            ["NT", "HK", "US", "A", "C", "S"].iter().any(|currency| open.ends_with(&format!(" {currency}"))) && next.starts_with('$');
        // `…lifting estimates and` + `price target`, which alone would be a field of the box.
        let small = *kind == Line::Box && next.starts_with(char::is_lowercase) && !next.contains(|c: char| c == ':' || c.is_ascii_digit());
        // `… – Initiate at` + `Buy`.
        let rated =
            *kind == Line::Box && ["at", "to", "from"].iter().any(|word| open.ends_with(&format!(" {word}"))) && has(&GRADE_LINE, next);
        let small = small || rated;
        if (*kind != Line::Heading && !amount && !small) || has(&CODE_IN_LINE, open) || !(unfinished || amount) {
            break;
        }
        range.end = line.end;
    }
    range
}

/// A grade alone.
static GRADE_LINE: Pattern = Pattern::new(|| {
    compile(r"^(?i:buy|hold|sell|neutral|outperform|underperform|overweight|underweight|equal-?weight|add|reduce)\b.{0,24}$")
});

/// The line ends with a word that needs another.
fn ends_open(line: &str) -> bool {
    let last = line.trim_end().rsplit(' ').next().unwrap_or_default();
    matches!(
        last,
        "a" | "an"
            | "the"
            | "of"
            | "in"
            | "on"
            | "to"
            | "and"
            | "or"
            | "for"
            | "with"
            | "from"
            | "is"
            | "as"
            | "at"
            | "by"
            | "vs"
            | "our"
            | "its"
            | "up"
            | "up,"
            | "set"
            | "into"
            | "over"
            | "amid"
            | "after"
            | "than"
            | "but"
            | "not"
            | "more"
            | "key"
            | "no"
    )
}

/// A short first heading is the sector; the next heading is the title.
fn below_sector(context: &Context<'_>, lines: &[(Line, Range<usize>)], at: usize, block: Range<usize>) -> Range<usize> {
    let words = context.slice(block.clone());
    let next =
        lines.iter().skip(at + 1).position(|(kind, range)| *kind == Line::Heading && range.start > block.end).map(|more| at + 1 + more);
    let near = next.filter(|next| {
        *next <= at + 4 && lines.iter().take(*next).skip(at + 1).all(|(kind, _)| matches!(kind, Line::Blank | Line::Masthead))
    });
    match near {
        Some(next)
            if words.split_whitespace().count() <= 4
                && !sentence(context, lines, next)
                && (!words.contains([':', ';', ',']) || words.ends_with("Inc") || words.ends_with("Inc."))
                && !has(&BRIEF, words) =>
        {
            self::block(context, lines, next)
        }
        _ => block,
    }
}

/// Whether the heading at `next` is the first line of a sentence that ends on the lines below it.
fn sentence(context: &Context<'_>, lines: &[(Line, Range<usize>)], next: usize) -> bool {
    let end = block(context, lines, next).end;
    lines
        .iter()
        .find(|(_, range)| range.end >= end && range.start < end)
        .is_some_and(|(_, line)| context.slice(line.clone()).ends_with('.'))
        || lines.iter().find(|(_, range)| range.start >= end).is_some_and(|(kind, range)| {
            *kind == Line::Prose && context.slice(range.clone()).starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit())
        })
}

static BRIEF: Pattern = Pattern::new(|| compile(r"(?i)brief|daily|weekly|morning|note|monthly|digest"));

/// Where the top of the page holds no title, the last lines before the page number may.
fn foot(context: &Context<'_>) -> Option<Title> {
    let front = context.front(9000);
    let found = captures(&FOOT, front).next()?;
    let range = group(&found, "title")?;
    let words = context.slice(range.clone());
    let end = range.start + words.trim_end().len();
    Some(Title { main: range.start..end, subtitle: None })
}

/// A second heading right below, when prose follows it.
fn subtitle(context: &Context<'_>, lines: &[(Line, Range<usize>)], next: usize, at: usize) -> Option<Range<usize>> {
    let (kind, _) = lines.get(next)?;
    if *kind != Line::Heading || next > at + LINES {
        return None;
    }
    let range = block(context, lines, next);
    (range.len() > 20).then_some(range)
}
