//! Names with a rating in English reports.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Regex, Text};

use super::words::GRADE_EN;
use crate::domain::Amount;
use crate::rules::target_price::currency_of;

/// A name with its grade or stance; the range is of the normalised text.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) code: Option<String>,
    pub(super) grade: Option<String>,
    pub(super) cue: Option<String>,
    /// Target price and the currency printed with it.
    pub(super) target: Option<(Amount, Option<String>)>,
    pub(super) range: Range<usize>,
}

/// `Name(2357.TW/NT$806.00/N)`: code, price and grade parted by slashes.
static SLASHED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"\((?P<code>[A-Z0-9][A-Z0-9.\- ]{{0,11}})/(?P<price>[^/()]{{1,30}})/\s*(?P<grade>{GRADE_EN})\)")).ok()
});
/// `Riverview [RVW US, Buy]`, `Northgate (999 HK, BUY, TP HK$70)`, `Quay Inc (QUAY: $20.81, BUY)`.
static BRACKETED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?P<name>\b[A-Z][\w&.’'-]*(?: (?:[A-Z&][\w&.’'-]*|of|and|de)){{0,5}})\s?[(\[](?:(?P<code>[A-Z0-9]{{1,7}}[ .][A-Z]{{1,3}})|(?P<priced>[A-Z0-9]{{1,7}}(?:[ .][A-Z]{{1,3}})?)\s?[:,]\s?(?:[A-Z]{{0,3}}[$¥€£₹]|[A-Z]{{3}}|Rmb|Rs\.?)\s?[\d,]+(?:\.\d+)?)\s?[,;|/:]\s?(?P<grade>{GRADE_EN})\b(?P<more>[^()\[\]]{{0,80}})[)\]]"
    ))
    .ok()
});
/// A section of a digest: `Name | headline`, its grade on a line of its own soon after.
static SECTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^(?P<name>[A-Z][\w&.’' -]{1,40}?) \| [^\n|]{8,120}$").ok());
static GRADE_LINE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"(?m)^(?P<grade>{GRADE_EN})$")).ok());
/// A row of covered companies: name, code, at most three cells more, the grade.
static ROW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?m)^(?P<name>[A-Z][\w&.,'’ -]{{1,40}}?)(?: \(|\t)(?P<code>[A-Z0-9]{{1,9}}[ .][A-Z]{{1,3}})\)?\t(?:[^\t\n]{{0,16}}\t){{0,3}}(?P<grade>{GRADE_EN})(?:\t|$)"
    ))
    .ok()
});
/// `Top picks: A, B and C.`
static PICKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i:(?P<cue>(?:our )?(?:top|key|preferred|best) (?:picks?|ideas?|buys?|preferences?))(?: (?:in the sector|remain|are|is|include))*\s?:?) (?P<list>[A-Z][^.;\n]{1,200})").ok()
});
/// `A (999 HK) and B remain our top picks`: the names before the words.
static PICKED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = r"[A-Z][\w&’'-]*(?: [A-Z&][\w&’'-]*){0,3}(?: ?\([A-Z0-9]{1,7}[ .][A-Z]{1,3}\b[^()\n]{0,20}\))?";
    Regex::new(&format!(
        r"(?:\b(?:While|But|And|Although|Overall|Hence|Among|Within|Also|So)\b,? )?(?P<list>{name}(?:(?:, and |, | and ){name}){{0,5}}) (?:is|are|remains?|stays?) (?:still )?(?P<cue>(?:our|the|one of our) (?:sector )?(?:top|key|preferred|best|favou?rite) (?:picks?|ideas?|buys?|preferences?|names?))\b"
    ))
    .ok()
});
static PICK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?P<name>[A-Z][\w&’'-]*(?:[ .][A-Z&][\w&’'-]*){0,4})(?: ?\((?P<code>[A-Z0-9]{1,7}[ .][A-Z]{1,3})\b[^()]*\))?$").ok()
});

/// Words a sentence begins with and no name does.
const LEADS: &[&str] = &[
    "In", "For", "At", "On", "With", "From", "It", "This", "That", "They", "These", "Those", "We", "Our", "Its", "The", "Here", "Which",
    "Company",
];

/// All of them.
pub(super) fn named(text: &Text) -> Vec<Named> {
    let mut named = slashed(text);
    for found in BRACKETED.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let code = found.name("code").or_else(|| found.name("priced"));
        let (Some(whole), Some(name), Some(code), Some(grade)) = (found.get(0), found.name("name"), code, found.name("grade")) else {
            continue;
        };
        named.push(Named {
            name: name.as_str().to_owned(),
            code: Some(code.as_str().to_owned()),
            grade: Some(grade.as_str().to_owned()),
            cue: None,
            target: found.name("more").and_then(|more| target(more.as_str())),
            range: whole.range(),
        });
    }
    named.extend(sections(text));
    named.extend(picks(text));
    named.extend(rows(text));
    named
}

/// Rows of a table of covered companies; one letter in a cell may be anything.
fn rows(text: &Text) -> Vec<Named> {
    let found = ROW.iter().flat_map(|pattern| pattern.captures_iter(text));
    found
        .filter_map(|found| {
            let (whole, name, code) = (found.get(0)?, found.name("name")?, found.name("code")?);
            let grade = found.name("grade").filter(|grade| grade.as_str().len() > 1)?;
            Some(Named {
                name: name.as_str().trim().to_owned(),
                code: Some(code.as_str().to_owned()),
                grade: Some(grade.as_str().to_owned()),
                cue: None,
                target: None,
                range: whole.start()..grade.end(),
            })
        })
        .collect()
}

/// A target price in the bracket: `TP HK$700`, `target price: US$95.50`.
fn target(words: &str) -> Option<(Amount, Option<String>)> {
    let found = TARGET.as_ref()?.captures(words)?;
    let amount = Amount::parse(found.name("amount")?.as_str()).ok()?;
    let currency = found
        .name("currency")
        // `$` and `¥` alone are of several countries.
        .filter(|mark| mark.as_str() != "$")
        .and_then(|mark| currency_of(mark.as_str()))
        .map(str::to_owned);
    Some((amount, currency))
}

/// A target price and its mark of currency.
static TARGET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?i:TP|PT|PO|target(?: price)?|price (?:target|objective))\b[ :=]{0,3}(?P<currency>[A-Z]{0,3}[$¥€£₹]|Rmb|[A-Z]{3})?\s?(?P<amount>\d[\d,]*(?:\.\d+)?)").ok()
});

fn slashed(text: &Text) -> Vec<Named> {
    let mut named = Vec::new();
    let mut last = 0;
    for found in SLASHED.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let (Some(whole), Some(code), Some(grade)) = (found.get(0), found.name("code"), found.name("grade")) else { continue };
        let lead = text.get(last..whole.start()).unwrap_or_default();
        last = whole.end();
        let Some(start) = name_start(lead) else { continue };
        let start = whole.start() - lead.len() + start;
        let name = text.get(start..whole.start()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        named.push(Named {
            name,
            code: Some(code.as_str().to_owned()),
            grade: Some(grade.as_str().to_owned()),
            cue: None,
            target: None,
            range: start..whole.end(),
        });
    }
    named
}

/// Where the name before a bracket begins: after the bracket before it, else on its own line; not over 60 characters.
fn name_start(lead: &str) -> Option<usize> {
    let boundary = match lead.rfind([')', ';', ':']) {
        Some(at) => at + 1,
        None if lead.trim_start().starts_with(',') => 0,
        None => lead.trim_end().rfind('\n').map_or(0, |at| at + 1),
    };
    let name = lead.get(boundary..)?;
    let start = boundary + (name.len() - name.trim_start_matches([',', ' ', '\n', '•']).len());
    let name = lead.get(start..)?.trim();
    (name.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()) && (2..=60).contains(&name.chars().count())).then_some(start)
}

fn sections(text: &Text) -> Vec<Named> {
    let mut named = Vec::new();
    for found in SECTION.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let (Some(whole), Some(name)) = (found.get(0), found.name("name")) else { continue };
        let after = text.get(whole.end()..).unwrap_or_default();
        // The grade stands in the box under the headline, before the text begins.
        let limit = after.match_indices('\n').nth(8).map_or(after.len(), |(at, _)| at);
        let boxed = after.get(..limit).unwrap_or_default();
        let Some(grade) = GRADE_LINE.as_ref().and_then(|pattern| pattern.find(boxed)) else { continue };
        named.push(Named {
            name: name.as_str().to_owned(),
            code: None,
            grade: Some(grade.as_str().to_owned()),
            cue: None,
            target: None,
            range: whole.start()..whole.end() + grade.end(),
        });
    }
    named
}

fn picks(text: &Text) -> Vec<Named> {
    let mut named = Vec::new();
    let found = PICKS.iter().chain(PICKED.iter()).flat_map(|pattern| pattern.captures_iter(text));
    for found in found {
        let (Some(cue), Some(list)) = (found.name("cue"), found.name("list")) else { continue };
        let mut at = list.start();
        for piece in list.as_str().split(',').flat_map(|piece| piece.split(" and ")) {
            let Some(offset) = text.get(at..).and_then(|rest| rest.find(piece)) else { break };
            let start = at + offset;
            at = start + piece.len();
            let Some(pick) = PICK.as_ref().and_then(|pattern| pattern.captures(piece.trim())) else { break };
            let Some(name) = pick.name("name").filter(|name| !["List", "Portfolio", "Report", "The"].contains(&name.as_str())) else {
                break;
            };
            // `In China, A and B remain our top picks`; `It is our top pick`.
            if name.as_str().split(' ').next().is_some_and(|word| LEADS.contains(&word)) {
                continue;
            }
            named.push(Named {
                name: name.as_str().to_owned(),
                code: pick.name("code").map(|code| code.as_str().to_owned()),
                grade: None,
                cue: Some(cue.as_str().to_owned()),
                target: None,
                range: cue.start().min(start)..at.max(cue.end()),
            });
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        named(&Text::from(text)).into_iter().map(|named| (named.name, named.grade.or(named.cue).unwrap_or_default())).collect()
    }

    fn pair(name: &str, grade: &str) -> (String, String) {
        (name.to_owned(), grade.to_owned())
    }

    #[test]
    fn companies_discussed() {
        let text = "Companies Discussed (all prices as of 04 August, unless otherwise indicated)\nRiverview Inc.(5999.TWO/NT$15,500.00/OW), Northgate Micro\nDevices(NGD/$518.58/N), Cloudridge Co., Ltd.(2999.TW/NT$1,620.00/\nOW)";
        assert_eq!(found(text), [pair("Riverview Inc.", "OW"), pair("Northgate Micro Devices", "N"), pair("Cloudridge Co., Ltd.", "OW")]);
    }

    #[test]
    fn bracketed_with_code() {
        assert_eq!(
            found("lags peers (Riverview [RVW US, Buy]) and Northgate (999 HK, HOLD, TP HK$70)"),
            [pair("Riverview", "Buy"), pair("Northgate", "HOLD")]
        );
        assert_eq!(
            found("• Riverview Eqp Inc China (300999 CH: CNY35.69, BUY)\n\n• Quay Corporation (QUAY: $20.81, HOLD)\n"),
            [pair("Riverview Eqp Inc China", "BUY"), pair("Quay Corporation", "HOLD")]
        );
        assert!(found("Riverview (RVW US, covered by A. Lee) gained; hold (N) is a rating").is_empty());
    }

    #[test]
    fn target_prices_in_brackets() {
        let targets: Vec<_> = named(&Text::from(
            "(Riverview [RVW US, Buy, TP US$95.50]) and Northgate (999 HK, HOLD, target price: HK$1,070), Quay (888 HK, BUY)",
        ))
        .into_iter()
        .map(|named| named.target.map(|(amount, currency)| (amount.to_string(), currency.unwrap_or_default())))
        .collect();
        let some = |amount: &str, currency: &str| Some((amount.to_owned(), currency.to_owned()));
        assert_eq!(targets, [some("95.5", "USD"), some("1070", "HKD"), None]);
    }

    #[test]
    fn sections_of_a_digest() {
        assert_eq!(
            found("Riverview Power | Journey of growth begins\nA. Lee\na.lee@example.com\nBUY\nRiverview said"),
            [pair("Riverview Power", "BUY")]
        );
        assert!(found("Riverview Power | Journey of growth begins\nA. Lee\n").is_empty());
    }

    #[test]
    fn picks_end_where_names_end() {
        assert_eq!(
            found("Top picks: Riverview (RVW US), Cloudridge and Northgate Bank. Risks"),
            [pair("Riverview", "Top picks"), pair("Cloudridge", "Top picks"), pair("Northgate Bank", "Top picks")]
        );
        assert!(found("Added to our Best Ideas List, 2026.").is_empty());
        assert!(found("Our top picks are companies with strong cash flow.").is_empty());
    }

    #[test]
    fn rows_of_covered_companies() {
        let table = "Stock\tTicker\tCcy\tRating\tTarget price\nRiverview\tRVWB DC\tDKK\tBuy\t19,000.00\nQuay-H\t999 HK\tHKD\tReduce\t17.20\nNorthgate (NGT US)\tHold\t130.00\nCloudridge\t888 HK\tHKD\tN\t1.00\n";
        assert_eq!(found(table), [pair("Riverview", "Buy"), pair("Quay-H", "Reduce"), pair("Northgate", "Hold")]);
    }

    #[test]
    fn picks_behind_their_names() {
        assert_eq!(
            found("In China, Northlake (999 HK) and Quay Foods remain our top picks. While Riverview is our top preference, costs rose."),
            [pair("Northlake", "our top picks"), pair("Quay Foods", "our top picks"), pair("Riverview", "our top preference")]
        );
        assert!(found("It is our top pick. The Company remains our top pick.").is_empty());
    }
}
