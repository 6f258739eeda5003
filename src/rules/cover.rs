//! The cover of an English report, line by line: what each line is, so that title and company can be told.

use std::ops::Range;

use super::Context;
use super::find::{Pattern, choices, compile, has};
use crate::domain::date::find_dates;

/// What a line of the cover is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Blank or a page number.
    Blank,
    /// Legal notes, web addresses, names of departments, dates, marks.
    Masthead,
    /// Codes alone: `0700.HK, 700 HK`.
    Codes,
    /// Rating, price, target, authors, figures: the box beside the text.
    Box,
    /// Short words without a sentence's end: a name or a title.
    Heading,
    /// Running text.
    Prose,
}

/// The cover, in lines.
const LINES: usize = 120;
/// No title is longer, in characters.
const LONG_HEADING: usize = 130;

static MASTHEAD: Pattern = Pattern::new(|| compile(&format!("(?i){}", choices(include_str!("cover/masthead.txt")))));
/// Regions research is parted by.
const REGIONS: &str = "Asia(?: Pacific| ex[- ]Japan)?|APAC|Asia-Pacific|Greater China|China|Hong Kong|Taiwan|Japan|Korea|South Korea|India|ASEAN|Singapore|Malaysia|Thailand|Indonesia|Philippines|Vietnam|Australia|Europe|EMEA|United Kingdom|UK|Germany|France|North America|Americas|US|United States|Latin America|Brazil|Global|Emerging Markets|Middle East";
/// A region alone, or before the name of a department: `Asia | Internet`, `Asia ex-Japan`.
static REGION: Pattern = Pattern::new(|| {
    compile(&format!(
        r"^(?:{REGIONS})(?: \([A-Z]{{2,4}}\))?(?:[ ,/]{{1,2}}(?:{REGIONS})){{0,2}}(?:\s?[|/•·]\s?[A-Z][A-Za-z &|/•·,-]{{2,60}})?$"
    ))
});
/// Kinds of notes, departments and asset classes on a line of their own.
static KIND: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^(?:(?:[a-z-]+ ){0,3}(?:company|results?|sector|industry|strategy|rating|estimate|earnings|event|initiation|quarterly|stock|corporate) (?:update|note|idea|highlights?|report|review|flash|focus|guide|preview|analysis|coverage|first look|commentary|change)|first (?:read|take|look)|quick (?:take|note|comment)|flash ?note|initiat(?:ion|ing)(?: of)?(?: coverage)?|(?:global|asia|equity|equities|macro|credit|fixed income|economics?|thematic)(?: (?:equity|macro|credit|economics?))?(?: research)?|equities|(?:[a-z-]+ ){0,3}(?:equity|investment|portfolio|macro|quantitative|fx|rates|credit|cross[- ]asset|derivatives) strategy|(?:[a-z-]+ ){1,3}(?:economics|macro research|equity research))(?: ?[|•·].*)?$|^\dQ(?:FY)?\d\d (?:results?|earnings) (?:update|review|preview|flash)\b|\| (?:sector|industry):|group research\b|^investors are advised\b",
    )
});
/// A rating before the colon of a title: `Buy: Channel reform pays off`.
static RATED_TITLE: Pattern = Pattern::new(|| {
    compile(
        r"^(?i:buy|hold|sell|reduce|add|neutral|outperform|underperform|overweight|underweight|accumulate|equal-?weight)(?: \([^()]{1,12}\))?: [A-Z][A-Za-z’']+ [A-Za-z][^:]{6,}$",
    )
});
/// Exchange suffixes of Bloomberg and Reuters behind a code; no other letters make one.
pub(super) const SUFFIX: &str = "HK|CH|US|JP|KS|KQ|TT|TWO|TW|IN|IB|LN|GR|GY|FP|SP|AU|SW|NA|IM|SM|MK|TB|IJ|PM|SS|SZ|T|NS|BO|L|DE|PA|AS|S|SI|AX|O|N|OQ|MI|MC|ST|HE|CO|OL|TO|BK|JK|KL|PS";
static CODES: Pattern =
    Pattern::new(|| compile(&format!(r"^\(?[A-Z0-9]{{1,10}}(?:(?:[ .](?:{SUFFIX}))?[,;/| ]+[A-Z0-9]{{1,10}})*[ .](?:{SUFFIX})\)?$")));
/// `Disc (6999)`: a name and its code, and the full one of a column beside it.
static NAME_CODE: Pattern = Pattern::new(|| {
    compile(&format!(
        r"^[A-Z][A-Za-z&.'’ -]{{1,40}}\((?:\d{{4}}|\d{{6}})(?:[. ](?:{SUFFIX}))?\)(?:\s+[A-Z0-9]{{1,10}}[. ](?:{SUFFIX})(?:, ?[A-Z0-9]{{1,10}}[. ](?:{SUFFIX}))*)?$"
    ))
});
static BOX: Pattern = Pattern::new(|| {
    let labels = choices(include_str!("cover/labels.txt"));
    compile(&format!(
        r"(?i)^[▲▼△▽●■•↑↓\s]*(?:{labels})|@|\b52[- ]?w(?:ee)?k\b|(?:\s[-(]?\d[\d.,]*[)%x]?){{3,}}$|^\(?\+?\(?\d[\d ()-]{{6,}}$|\bresearch analyst|\|\s?(?:[a-z]+ ){{0,3}}(?:analyst|associate|strategist|economist)$|rating change|\bAC$|\([^()]{{1,8}}\)\s*:?\s*-?[\d.,]+%?$|, CFA\b|^head of\b"
    ))
});

/// The lines of the cover with their byte ranges.
pub(super) fn lines(context: &Context<'_>) -> Vec<(Line, Range<usize>)> {
    let text = context.text();
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n').take(LINES) {
        // A heading without the mark of one.
        let words = line.trim_start_matches(['#', ' ', '\t']).trim();
        let words = if words.is_empty() { line.trim() } else { words };
        let start = at + line.find(words).unwrap_or(0);
        let kind = match kind(words) {
            // Marked as a heading it may be longer than a line.
            Line::Prose
                if line.trim_start_matches('#').starts_with(' ')
                    && line.starts_with('#')
                    && words.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
                    && !words.ends_with(['.', ':', ';'])
                    && words.chars().count() <= LONG_HEADING =>
            {
                Line::Heading
            }
            kind => kind,
        };
        lines.push((kind, start..start + words.len()));
        at += line.len();
    }
    prose(context, &mut lines);
    neighbours(context, &mut lines);
    for (kind, range) in &mut lines {
        if *kind == Line::Heading
            && let Some(field) = FIELD.as_ref().and_then(|field| field.find(context.slice(range.clone())))
        {
            range.end = range.start + field.start();
        }
    }
    lines
}

/// A field of the box that a converter put on the line of the title: `Margins hold Recom : Outperform`.
static FIELD: Pattern = Pattern::new(|| {
    compile(
        r"\s+(?:Recom\w*\.?|(?:Stock |Our )?Rating|(?:Share|Current|Closing|Last|Target) Price|Price Target|Fair Value|PX|CMP|TP|PT)\s*:[^:]{0,40}$|\s(?:Exhibit|Figure|Fig\.?|Table|Chart) \d{1,2}[.:].*$",
    )
});

/// A line above `Research` is a department; one above a telephone number is a person; one below `Head of … &` goes on.
fn neighbours(context: &Context<'_>, lines: &mut [(Line, Range<usize>)]) {
    for at in 0..lines.len() {
        let Some((kind, range)) = lines.get(at).cloned() else { continue };
        if kind != Line::Heading {
            continue;
        }
        let words = |at: Option<usize>| at.and_then(|at| lines.get(at)).map_or("", |(_, range)| context.slice(range.clone()));
        let (above, below) = (words(at.checked_sub(1)), words(Some(at + 1)));
        let office = above.starts_with("Head of ") && above.ends_with('&');
        // `Analysts: Ann Field` with the next of them on a line of its own.
        let listed = above.strip_prefix("Analyst").is_some_and(|rest| rest.contains(':'))
            && context.slice(range.clone()).split_whitespace().count() <= 3;
        // `A member of the` over the group's name.
        let group = above.ends_with(" the") && has(&MASTHEAD, above);
        // `Cluster: Rising Star` in a box of fields.
        let written = |line: &&(Line, Range<usize>)| line.0 != Line::Blank;
        let beside = [lines.iter().take(at).rev().find(written), lines.iter().skip(at + 1).find(written)]
            .map(|line| line.map_or("", |(_, range)| context.slice(range.clone())));
        let field =
            has(&FIELD_LINE, context.slice(range.clone())) && beside.iter().any(|line| self::kind(line) == Line::Box && line.contains(':'));
        let person =
            listed || field || beside.iter().skip(1).any(|line| has(&PHONE, *line)) && context.slice(range).split_whitespace().count() <= 4;
        let changed = if below == "Research" || group {
            Line::Masthead
        } else if office || person {
            Line::Box
        } else {
            continue;
        };
        if let Some(line) = lines.get_mut(at) {
            line.0 = changed;
        }
    }
}

/// One or two words, a colon, and no more than three.
static FIELD_LINE: Pattern = Pattern::new(|| compile(r"^[A-Z][a-z]+(?: [a-z]+)?: \S+(?: \S+){0,2}$"));

/// A telephone number or an e-mail address on a line of its own.
static PHONE: Pattern = Pattern::new(|| {
    compile(
        r"^(?:(?:(?:[Pp]hone|[Tt]el|T|Tel\.?)\s?[:.]?\s?)?\(?\+?\(?\d[\d ()-]{6,}(?:ext\.? ?\d+)?|(?:E-?mail\s?:\s?)?[\w.+-]+@[\w.-]+|\[email.protected\])$",
    )
});

/// Hard-wrapped running text looks like headings line by line; four full lines in a row are no heading.
fn prose(context: &Context<'_>, lines: &mut [(Line, Range<usize>)]) {
    let full = |(kind, range): &(Line, Range<usize>)| {
        *kind == Line::Prose || (*kind == Line::Heading && context.slice(range.clone()).chars().count() > 58)
    };
    let mut at = 0;
    while at < lines.len() {
        let run = lines.get(at..).unwrap_or_default().iter().take_while(|line| full(line)).count();
        if run >= 4 {
            // The line after the last full one ends the paragraph.
            lines.iter_mut().skip(at).take(run + 1).filter(|(kind, _)| *kind == Line::Heading).for_each(|(kind, _)| *kind = Line::Prose);
        }
        at += run.max(1);
    }
}

fn kind(words: &str) -> Line {
    let words = words.trim_start_matches(['#', ' ', '*']);
    if words.is_empty() || (words.len() < 4 && words.bytes().all(|b| b.is_ascii_digit() || b == b'-')) {
        Line::Blank
    } else if has(&NAME_CODE, words) {
        // Short as the name may be beside the digits of its code.
        Line::Heading
    } else if has(&CODES, words) {
        Line::Codes
    } else if has(&RATED_TITLE, words) {
        Line::Heading
    } else if has(&MASTHEAD, words)
        || spaced(words)
        || has(&REGION, words)
        || (words.chars().count() < 70 && has(&KIND, words))
        || (words.chars().count() < 60 && !find_dates(words).is_empty())
    {
        Line::Masthead
    } else if words.contains('\t')
        || has(&BOX, words)
        || words.chars().filter(|c| c.is_alphabetic()).count() * 2 < words.chars().filter(|c| !c.is_whitespace()).count()
    {
        Line::Box
    } else if words.chars().count() > 86
        || words.ends_with('.') && !words.ends_with("Inc.") && !words.ends_with("Ltd.")
        || words.starts_with(|c: char| c.is_lowercase()) && words.chars().count() > 60
    {
        Line::Prose
    } else {
        Line::Heading
    }
}

/// `R e su l ts / No t e`: letters a converter set apart.
fn spaced(words: &str) -> bool {
    let pieces = words.split(' ').filter(|piece| piece.chars().all(char::is_alphabetic));
    let (short, all) = pieces.fold((0, 0), |(short, all), piece| (short + usize::from(piece.chars().count() < 3), all + 1));
    all >= 6 && short * 3 > all * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_cover() {
        for (words, expected) in [
            ("Asia Pacific Equity Research", Line::Masthead),
            ("19 March 2026", Line::Masthead),
            ("Northlake Holdings", Line::Heading),
            ("0700.HK, 700 HK", Line::Codes),
            ("Price (18 Mar 26): HK$550.50", Line::Box),
            ("Ann Field, CFA AC", Line::Box),
            ("Still in the race; a year of", Line::Heading),
            ("The company raised its guidance for the year on the back of strong demand.", Line::Prose),
            ("Disc (6999)", Line::Heading),
            ("2", Line::Blank),
        ] {
            assert_eq!(kind(words), expected, "{words}");
        }
    }

    #[test]
    fn departments_and_people_are_told_by_their_neighbours() {
        let text = "Equity Strategy and Quantitative\nResearch\nAnn Field\n+852 2999 8877\nHead of APAC Utilities &\nRenewables | Investing\nHarbour Securities LLC\nA title stays a title\n";
        let document = crate::document::Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = crate::zones::Zones::of(&document);
        let found: Vec<Line> = lines(&Context::new(&document, &zones)).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(found, [Line::Masthead, Line::Masthead, Line::Box, Line::Box, Line::Box, Line::Box, Line::Masthead, Line::Heading]);
    }

    #[test]
    fn rows_of_data_are_no_headings() {
        for words in ["Shares in issue (m) 640", "Shares in issue (m)\t640", "Vendor-style code\t999 HK", "Backlog (US$m) 1,250.5"] {
            assert_eq!(kind(words), Line::Box, "{words}");
        }
        assert_eq!(kind("HARBOUR & COVE SECURITIES"), Line::Masthead);
        assert_eq!(kind("Lifting estimates (again) in 2026"), Line::Heading);
    }
}
