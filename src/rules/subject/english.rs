//! The company of an English cover: a line of its name and code, a line of codes, a row of the box of data, a ticker
//! with its exchange, or a name right above the line of the rating.
//!
//! The order is that of what each proves: a name and its code on one line are a pair by print (`coded`, `tickered`);
//! a code alone proves that the cover is a company's, and the name is the nearest heading (`below_codes`); the box of
//! data and its rows name a code, which a table of peers does as well (`in_box`, `of_a_row`); a name without a code is
//! taken only from right above a rating (`rated`), and the label of a page without line breaks comes last, as it may
//! hold more than the name (`RUN_ON_LABEL`).

use std::ops::Range;

use super::Stock;
use crate::rules::Context;
use crate::rules::cover::{Line, SUFFIX};
use crate::rules::find::{Pattern, captures, compile, first, group, has, trim};

/// So many lines of the cover are looked at.
const TOP: usize = 70;
/// A sentence behind name and code is the title only in the first lines.
const HEAD: usize = 6;
/// The box of data may stand behind the first paragraphs, in characters.
const DATA: usize = 9000;
/// Between a name and the line of its rating, or the codes below it, stand no more lines than this.
const NEAR: usize = 6;
/// A line this long holds a page; the name stands in its first bytes.
const RUN_ON: usize = 400;
/// A label of the company stands in the first words, in characters.
const LABEL: usize = 1500;
/// A name has no more words.
const WORDS: usize = 6;

/// Behind so many lines of running text a name and its code are a box's only where nothing follows on the line.
const PARAGRAPHS: usize = 4;

/// A full stop before a capital, or a verb in the first person: no name.
static SENTENCE: Pattern = Pattern::new(|| compile(r"[a-z]{4,}\. [A-Z]|\b(?:[Ww]e|our|prefer|over|than|that|which|is|are|has)\b"));

/// Exchanges as they are printed beside a ticker.
const EXCHANGES: &str =
    "NYSE(?: American| Arca)?|NASDAQ(?:GS|GM|CM)?|Nasdaq|AMEX|TSX(?:V|-V)?|LSE|AIM|ASX|SEHK|HKEX|SGX|NSE|BSE|OTCQ[BX]|OTC";

static LINE_CODE: Pattern = Pattern::new(|| {
    compile(&format!(
        r"^(?P<name>[A-Z][A-Za-z0-9 .,&'’/-]{{1,50}}?)\s*\(\s?(?:[A-Z]{{1,6}}[ ,:/|]{{1,2}})??(?P<code>\d{{3,6}}(?:[. ](?:{SUFFIX}))?|[A-Z]{{1,6}}[. ](?:{SUFFIX}))(?:[,/ ][^)]{{0,20}})?\s?\)(?P<rest>\s{{0,2}}[:–—-]?)"
    ))
});
/// `Northlake Inc. (NASDAQ: NLK)`, `Northlake (NLK-NYSE)`, `Northlake Corp. (NLK)`.
static LINE_TICKER: Pattern = Pattern::new(|| {
    compile(&format!(
        r"^(?:(?P<name>[A-Z][A-Za-z0-9 .,&'’/-]{{1,50}}?),?\s*\(\s?(?:(?:{EXCHANGES})\s?[:–-]\s?(?P<code>[A-Z][A-Z.]{{0,5}})|(?P<before>[A-Z][A-Z.]{{0,5}})\s?[:–-]\s?(?:{EXCHANGES}))\s?(?:[,;/|][^)]{{0,24}})?\)|(?P<named>[A-Z][A-Za-z0-9 .,&'’-]{{1,46}}?\b(?:Inc|Corp|Corporation|Co|Company|Ltd|Limited|PLC|plc|Holdings?|Group|NV|SA|AG|SE)\.?)\s\((?P<ticker>[A-Z]{{1,5}})\)(?:$|\s?[|:,–—-]))"
    ))
});
static RUN_ON_TICKER: Pattern = Pattern::new(|| {
    compile(
        r"(?P<name>(?:[A-Z][A-Za-z&’'-]* ){1,5}?(?:Inc|Corp|Corporation|Co|Company|Ltd|Limited|PLC|plc|Holdings?|Group|Berhad|Bhd)\b\.?(?: (?:Ltd|Limited|Bhd|Berhad))?) \((?P<code>[A-Z]{2,5})\)",
    )
});
/// What a page without line breaks is about, behind the kind of report: `Company Report: Northlake (00999 HK)`.
static RUN_ON_LABEL: Pattern = Pattern::new(|| {
    compile(&format!(
        r"\b(?:Company|Stock|Equity|Results?|Initiation) (?:Report|Research|Update|Note|Flash|Focus|Review|Visit)\s?[:|–—-]\s?(?P<name>[A-Z][A-Za-z0-9 .,&'’-]{{1,50}}?)\s?\((?P<code>\d{{3,6}}[. ](?:{SUFFIX}))\)"
    ))
});
static BARE_CODE: Pattern =
    Pattern::new(|| compile(&format!(r"^\(?(?:[A-Z]{{1,6}}, )?(?P<code>(?:\d{{3,6}}|[A-Z]{{1,6}})[. ](?:{SUFFIX}))\b")));
static NAME_THEN_CODES: Pattern = Pattern::new(|| {
    compile(&format!(r"^(?P<name>[A-Z][A-Za-z0-9 .,&'’-]{{1,40}}?)\s{{1,6}}(?P<code>\d{{3,6}}[. ](?:{SUFFIX}))(?:\s|$|,)"))
});
static TICKER_ROW: Pattern = Pattern::new(|| {
    compile(
        r"(?im)(?:^(?:bloomberg(?: ?/ ?reuters)?|reuters(?: ?/ ?bloomberg)?|(?:bloomberg|reuters|bbg|ticker)(?: code| ticker)?|ric)\s*[:]?\s+|\b(?:bloomberg|reuters|bbg|ric)(?: code| ticker)?\s?:\s?)(?P<code>(?-i:[A-Z0-9]{1,6}[. ][A-Z]{1,3}))\b",
    )
});
/// A ticker and its exchange, not in the words of a sentence: `NLK - NASDAQ`, `NYSE: NLK`.
static TICKER: Pattern = Pattern::new(|| {
    compile(&format!(
        r"(?m)(?:^|[(|\t]|\s)(?:(?P<code>[A-Z]{{1,5}})\s?[–-]\s?(?:{EXCHANGES})|(?:{EXCHANGES})\s?:\s?(?P<after>[A-Z]{{1,5}}))(?:\s*$|[)|\t,;])"
    ))
});
static LEGAL_FORM: Pattern =
    Pattern::new(|| compile(r"^(?:Co\b|Corp|Ltd|Limited|Inc\b|Holdings?|Group|Company|PLC|plc|AG\b|SE\b|NV\b)[A-Za-z., -]{0,20}$"));
/// A name that ends with its legal form.
static ENDS_LEGAL: Pattern = Pattern::new(|| {
    compile(
        r"^[A-Z0-9].*\b(?:Inc|Corp|Corporation|Co|Company|Ltd|Limited|PLC|plc|Berhad|Bhd|Holdings?|Group|N\.?V|S\.?A|AG|SE|AB|ASA|Oyj|Tbk|PCL|Pte)\.?$",
    )
});
/// Words of the box that a converter put on the line of the name.
static PRICE_LABEL: Pattern = Pattern::new(|| compile(r"\s(?:Share|Current|Closing|Last) Price\s*:?$"));
/// A grade in capitals at the end of the line of the name: `Northlake Rental BUY`.
static GRADED: Pattern =
    Pattern::new(|| compile(r"\s(?:BUY|ADD|ACCUMULATE|OUTPERFORM|OVERWEIGHT|HOLD|NEUTRAL|UNDERPERFORM|UNDERWEIGHT|REDUCE|SELL)$"));
static VERB: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^(?:maintain|reiterate|retain|keep|stay|remain|upgrade|downgrade|initiate|resume|still|our|strong|top|rating|recommendation)\b",
    )
});
/// The line of a stock's rating on a cover.
static RATED: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^(?:(?:reiterate|maintain(?:ed)?|initiate|upgrade|downgrade)\s+)?(?:stock )?rating(?: change)?\s?:\s?[a-z]|^initiating coverage\b",
    )
});
/// The line of a stock's recommendation, and the price or target beside it.
static RECOMMENDED: Pattern = Pattern::new(|| {
    compile(r"(?i)^(?:(?:stock |investment |our |current )?(?:recommendation|recomm?\.?|reco\.?|rating|call|view))\s?:\s?[a-z]")
});
static PRICED: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^(?:(?:12-?m(?:onth)?s? )?(?:price target|target price|target|fair value)|tp|pt|cmp|(?:current |share |last )?(?:market )?price)\b",
    )
});

/// The company, if the cover is one's.
pub(super) fn stock(context: &Context<'_>) -> Option<Stock> {
    let lines = context.cover();
    coded(context, lines)
        .or_else(|| tickered(context, lines))
        .or_else(|| below_codes(context, lines))
        .or_else(|| in_box(context, lines))
        .or_else(|| of_a_row(context, lines))
        .or_else(|| rated(context, lines))
        .or_else(|| {
            let found = first(&RUN_ON_LABEL, context.front(LABEL))?;
            let (name, code) = (group(&found, "name")?, group(&found, "code")?);
            Some(Stock { name: trim(context.text(), name), code, weight: 4.0 })
        })
}

/// The words of a line without the marks of a heading, and where they begin.
fn bare_line<'t>(context: &Context<'t>, range: &Range<usize>) -> (usize, &'t str) {
    let words = context.slice(range.clone());
    let own = words.trim_start_matches(['#', '*', ' ']);
    (range.end - own.len(), own)
}

/// A line of a name and its code.
fn coded(context: &Context<'_>, lines: &[(Line, Range<usize>)]) -> Option<Stock> {
    let (mut written, mut prose) = (0, 0);
    for (kind, range) in lines.iter().take(TOP) {
        written += usize::from(*kind != Line::Blank);
        prose += usize::from(*kind == Line::Prose);
        let (start, words) = bare_line(context, range);
        let found = match kind {
            Line::Heading | Line::Masthead => first(&LINE_CODE, words).or_else(|| first(&NAME_THEN_CODES, words)),
            // A title long enough for a sentence.
            Line::Prose if written <= HEAD => {
                first(&LINE_CODE, words).filter(|found| found.name("rest").is_some_and(|rest| !rest.as_str().trim().is_empty()))
            }
            _ => None,
        };
        if let Some(found) = found
            && let (Some(name), Some(code)) = (group(&found, "name"), group(&found, "code"))
            // A sentence of the body that was broken at the margin, or goes on behind the code.
            && !words.get(name.clone()).is_some_and(|name| has(&SENTENCE, name))
            && (prose < PARAGRAPHS || found.get(0).is_some_and(|whole| whole.end() == words.trim_end().len()))
        {
            let mut code = start + code.start..start + code.end;
            if context.slice(code.clone()).bytes().all(|b| b.is_ascii_digit()) {
                // The full code stands beside it, or alone below.
                let behind = start + found.get(0).map_or(0, |whole| whole.end());
                let beside = bare(context, &trim(context.text(), behind..range.end.max(behind)));
                let below = lines.iter().filter(|(kind, _)| *kind == Line::Codes).find_map(|(_, line)| bare(context, line));
                code = beside
                    .into_iter()
                    .chain(below)
                    .find(|full| context.slice(full.clone()).contains(context.slice(code.clone()).trim_start_matches('0')))
                    .unwrap_or(code);
            }
            return Some(Stock { name: trim(context.text(), start + name.start..start + name.end), code, weight: 5.0 });
        }
    }
    None
}

/// A heading with a name and its ticker, or a run-on page that begins so.
fn tickered(context: &Context<'_>, lines: &[(Line, Range<usize>)]) -> Option<Stock> {
    lines
        .iter()
        .take(TOP)
        .filter(|(kind, _)| *kind == Line::Heading)
        .find_map(|(_, range)| {
            let (start, words) = bare_line(context, range);
            let found = first(&LINE_TICKER, words)?;
            let name = group(&found, "name").or_else(|| group(&found, "named"))?;
            let code = ["code", "before", "ticker"].into_iter().find_map(|code| group(&found, code))?;
            Some(Stock {
                name: trim(context.text(), start + name.start..start + name.end),
                code: start + code.start..start + code.end,
                weight: 5.0,
            })
        })
        .or_else(|| run_on(context, lines))
}

/// The name and ticker of a page without line breaks. What stands before the name is glued to it: it begins with the
/// letter the ticker begins with.
fn run_on(context: &Context<'_>, lines: &[(Line, Range<usize>)]) -> Option<Stock> {
    let (_, range) = lines.iter().find(|(kind, _)| *kind != Line::Blank).filter(|(_, range)| range.len() > RUN_ON)?;
    let head = context.slice(range.clone());
    let found = first(&RUN_ON_TICKER, head.get(..head.floor_char_boundary(RUN_ON))?)?;
    let (name, code) = (group(&found, "name")?, group(&found, "code")?);
    let (words, letter) = (head.get(name.clone())?, head.get(code.clone())?.chars().next()?);
    let mut starts = words.match_indices(' ').map(|(at, _)| at + 1).collect::<Vec<usize>>();
    starts.insert(0, 0);
    let own = starts.into_iter().rev().find(|at| words.get(*at..).is_some_and(|rest| rest.starts_with(letter) && rest.contains(' ')));
    let place = |part: Range<usize>| range.start + part.start..range.start + part.end;
    Some(Stock { name: place(name.start + own.unwrap_or(0)..name.end), code: place(code), weight: 4.0 })
}

/// A line of codes below the name.
fn below_codes(context: &Context<'_>, lines: &[(Line, Range<usize>)]) -> Option<Stock> {
    let at = lines.iter().take(TOP).position(|(kind, range)| *kind == Line::Codes && bare(context, range).is_some())?;
    let code = lines.get(at).and_then(|(_, range)| bare(context, range))?;
    let name = right_above(context, lines, at).or_else(|| name_line(context, lines))?;
    Some(Stock { name, code, weight: 5.0 })
}

/// The heading right above a line, with nothing but blanks between, where it can be a name.
fn right_above(context: &Context<'_>, lines: &[(Line, Range<usize>)], at: usize) -> Option<Range<usize>> {
    let (_, range) =
        lines.get(..at)?.iter().rev().take(NEAR).find(|(kind, _)| *kind != Line::Blank).filter(|(kind, _)| *kind == Line::Heading)?;
    let (start, words) = bare_line(context, range);
    is_name(words).then_some(start..range.end)
}

/// Few words, each with a capital.
fn is_name(words: &str) -> bool {
    let mut parts = words.split_whitespace();
    words.split_whitespace().count() <= WORDS
        && !words.contains(':')
        && parts.all(|word| {
            word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '&' | '('))
                || matches!(word, "of" | "and" | "de" | "plc")
        })
}

/// The box of stock data.
fn in_box(context: &Context<'_>, lines: &[(Line, Range<usize>)]) -> Option<Stock> {
    let name = name_line(context, lines)?;
    let front = context.front(DATA);
    let code = first(&TICKER_ROW, front).and_then(|found| group(&found, "code"))?;
    Some(Stock { name, code, weight: 4.0 })
}

/// A ticker with its exchange in the box, and a heading that ends with a legal form; or the row of a table that begins
/// with a name and its code, the only one of the cover.
fn of_a_row(context: &Context<'_>, lines: &[(Line, Range<usize>)]) -> Option<Stock> {
    let end = lines.last().map_or(0, |(_, range)| range.end);
    let ticker = captures(&TICKER, context.text().part(0..end)).find_map(|found| group(&found, "code").or_else(|| group(&found, "after")));
    if let Some(code) = ticker {
        let legal = |(kind, range): &&(Line, Range<usize>)| {
            let (_, words) = bare_line(context, range);
            *kind == Line::Heading && has(&ENDS_LEGAL, words) && words.split_whitespace().count() <= WORDS
        };
        if let Some((_, range)) = lines.iter().find(legal) {
            return Some(Stock { name: bare_line(context, range).0..range.end, code, weight: 4.0 });
        }
    }
    let mut rows = lines.iter().take(TOP).filter_map(|(_, range)| {
        let row = context.slice(range.clone());
        let (cell, _) = row.split_once('\t')?;
        let found = first(&LINE_CODE, cell)?;
        (found.get(0)?.end() == cell.trim_end().len()).then_some(())?;
        let (name, code) = (group(&found, "name")?, group(&found, "code")?);
        let place = |part: Range<usize>| range.start + part.start..range.start + part.end;
        Some((trim(context.text(), place(name)), place(code)))
    });
    let (name, code) = rows.next()?;
    let other = rows.any(|(_, next)| context.slice(next) != context.slice(code.clone()));
    (!other).then_some(Stock { name, code, weight: 4.0 })
}

/// A name with the line of its rating below it, the code on a page that is missing.
fn rated(context: &Context<'_>, lines: &[(Line, Range<usize>)]) -> Option<Stock> {
    let without_code = |name: Range<usize>| Stock { code: name.end..name.end, name, weight: 4.0 };
    if let Some(heading) = name_line(context, lines)
        && let Some(at) = lines.iter().position(|(_, range)| (range.start..range.end).contains(&heading.start))
        && lines.get(at + 1).is_some_and(|(kind, title)| *kind == Line::Heading && !title.is_empty())
        && lines.iter().skip(at + 2).take(4).any(|(_, range)| has(&RATED, context.slice(range.clone())))
        && context.slice(heading.clone()).split_whitespace().count() <= WORDS
    {
        return Some(without_code(heading));
    }
    // `Northlake Systems / Recommendation: Buy / Price target: Rs552`: name, recommendation and price, line by line.
    let at = lines.iter().take(TOP).position(|(_, range)| has(&RECOMMENDED, bare_line(context, range).1))?;
    let near = |(_, range): &(Line, Range<usize>)| has(&PRICED, bare_line(context, range).1);
    let priced = lines.iter().skip(at + 1).take(NEAR).any(near) || lines.iter().take(at).rev().take(NEAR).any(near);
    let (_, range) = lines.get(..at)?.iter().rev().take(NEAR).find(|(kind, range)| {
        let words = bare_line(context, range).1;
        *kind == Line::Heading && is_name(words) && !words.contains(':')
    })?;
    priced.then(|| without_code(bare_line(context, range).0..range.end))
}

/// The first heading, with the line its legal form broke off to (`Co. Ltd - A`).
fn name_line(context: &Context<'_>, lines: &[(Line, Range<usize>)]) -> Option<Range<usize>> {
    let at = lines.iter().position(|(kind, _)| *kind == Line::Heading)?;
    // The label of the box or the grade on its line says that a heading is the name.
    let labelled = lines.iter().take(TOP).filter(|(kind, _)| *kind == Line::Heading).find_map(|(_, range)| {
        let words = context.slice(range.clone());
        let end = PRICE_LABEL.as_ref()?.find(words).or_else(|| GRADED.as_ref()?.find(words))?.start();
        (is_name(words.get(..end)?) && !has(&VERB, words)).then_some(range.start..range.start + end)
    });
    if labelled.is_some() {
        return labelled;
    }
    let range = lines.get(at).map(|(_, range)| bare_line(context, range).0..range.end)?;
    let next = lines.get(at + 1).filter(|(kind, next)| *kind == Line::Heading && has(&LEGAL_FORM, context.slice(next.clone())));
    Some(range.start..next.map_or(range.end, |(_, next)| next.end))
}

fn bare(context: &Context<'_>, range: &Range<usize>) -> Option<Range<usize>> {
    let found = first(&BARE_CODE, context.slice(range.clone()))?;
    group(&found, "code").map(|code| range.start + code.start..range.start + code.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn of(text: &str) -> Option<(String, String)> {
        let document = Document::from_bytes("x.md", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let context = Context::new(&document, &zones);
        stock(&context).map(|stock| (context.words(stock.name), context.words(stock.code)))
    }

    fn check(text: &str, name: &str, code: &str) {
        assert_eq!(of(text), Some((name.to_owned(), code.to_owned())), "{text}");
    }

    #[test]
    fn a_long_title_behind_name_and_code() {
        let text = "# Northlake Intelligent Pumps (002999.SZ): orders look stable in the second quarter with cooling and storage as drivers\n\nWe met the secretary of the board.\n";
        check(text, "Northlake Intelligent Pumps", "002999.SZ");
        // Of a sentence of the body it is anybody's.
        assert_eq!(
            of(
                "Cold chains\n\nDemand grew.\n\nNorthlake Pumps (002999.SZ) said that it would build two plants in the north of the country next year, and that it has money.\n"
            ),
            None
        );
    }

    #[test]
    fn a_sentence_broken_at_the_margin_names_nobody() {
        let body = "The price of cloth went up in July, and more than we had expected for the half-year.\n".repeat(5);
        let text = format!(
            "Harbour Group\nThe largest rise of prices this year\n{body}fabric. We prefer Harbour (1999.HK) over Quay (0199.HK) as Harbour should\nQuay Holdings (0199.HK) – Implication of the sale of shares\n"
        );
        assert_eq!(of(&text), None);
        let boxed = format!("Harbour Group\nThe largest rise of prices this year\n{body}\nQuay Holdings (0199.HK)\n");
        check(&boxed, "Quay Holdings", "0199.HK");
    }

    #[test]
    fn tickers_with_their_exchange() {
        check("Harbour Research\nNorthlake Foods, Inc. (NASDAQ: NLKF)\nMargins hold\n", "Northlake Foods, Inc.", "NLKF");
        check("Northlake Foods (NLKF-NYSE)\nMargins hold\n", "Northlake Foods", "NLKF");
        check("Northlake Corp. (NLK)\nMargins hold\n", "Northlake Corp.", "NLK");
        check(
            "Stock Rating:\n\nOUTPERFORM\n\n12-18 mo. Price Target NLKF - NASDAQ\n\n$47.00 $29.12\n\nNorthlake Foods, Inc.\n\nMargins hold in the third quarter\n",
            "Northlake Foods, Inc.",
            "NLKF",
        );
    }

    #[test]
    fn the_name_right_above_its_codes() {
        let text = "Technology - Others Singapore\n\nJanuary 21, 2015\n\nNOT RATED\n\nNorthlake Securex Holdings\n\nNLKX SP / NLKX.SI\n\nCurrent\n";
        check(text, "Northlake Securex Holdings", "NLKX SP");
        check("Northlake (0999)\n\nOverweight\n0999.HK, 999 HK\n\nStill in the race\n", "Northlake", "0999.HK");
        // The column beside the name has the full code.
        check(
            "Asia Research\n19 March 2026\n\nOverweight\nNorthlake (0999)                    0999.HK, 999 HK\nStill in the race\n",
            "Northlake",
            "0999.HK",
        );
        check(
            "Accessible version\n\nNorthlake Holdings\n4Q25 Review: patience is\na virtue\nReiterate Rating: BUY | PO: 780.00 HKD\nMargins hold\n",
            "Northlake Holdings",
            "",
        );
    }

    #[test]
    fn a_row_of_changes_names_the_company() {
        let text = "# Growth weakens\n\n<table><tr><td colspan=\"3\">WHAT'S CHANGED</td></tr><tr><td>Northlake Holdings plc (NLK.O)</td><td>From</td><td>To</td></tr><tr><td>Price Target</td><td>US$202.00</td><td>US$212.00</td></tr></table>\n\nA first quarter ahead of guidance.\n";
        check(text, "Northlake Holdings plc", "NLK.O");
        let peers = "# Growth weakens\n\n<table><tr><td>Northlake Holdings plc (NLK.O)</td><td>Buy</td></tr><tr><td>Harbour plc (HBR.O)</td><td>Sell</td></tr></table>\n";
        assert_eq!(of(peers), None);
    }

    #[test]
    fn a_code_behind_bloomberg_in_a_caption() {
        let text = "23 August 2010\nNorthlake Banking Share Price\nFair Value\nTable 1 : Investment Statistics (NLBANK; Code: 9155) Bloomberg: NLB MK\n";
        check(text, "Northlake Banking", "NLB MK");
    }

    #[test]
    fn a_name_above_its_recommendation_and_price() {
        let text = "Harbour Investor's Eye\n\nSTOCK IDEA\nNorthlake Systems\nCluster: Rising Star\nRecommendation: Buy\nPrice target: Rs552\nCurrent market price: Rs414\nInnovating again\n";
        check(text, "Northlake Systems", "");
        // A sector has a recommendation too, but no price.
        assert_eq!(of("Harbour Investor's Eye\n\nCold Chains\nRecommendation: Overweight\nDemand grew.\n"), None);
    }

    #[test]
    fn a_label_on_a_page_without_line_breaks() {
        let text = "See the last page Page 1 of 9 Equity Research Company Report Banks Sector Northlake Int'l (00999 HK) Company Report: Northlake Int'l (00999 HK) 8 September 2021 Earnings to Stay Good The Company's profit rose in the first half and costs fell. ".to_owned() + &"Margins held. ".repeat(30);
        check(&text, "Northlake Int'l", "00999 HK");
    }
}
