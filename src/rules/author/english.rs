//! Authors of English reports: a mail address, the name above or before it, the number beside it.
//!
//! A page in two columns leaves an address far from its name, so each address is asked for its person from the surest
//! place to the least: before it on its line (`inline`), on a line right above (`above`), anywhere above where the
//! address spells the name (`spelt`), in a list of names over a list of addresses (`listed_above`). A way that finds
//! words which do not fit the address finds nothing, and the next is tried. Only a report without any address is read
//! by its statements (`signers`: who certifies has signed), and only one without those by what else reaches a person
//! (`reachable`: a telephone, a number of a register), since a telephone stands beside sales staff and firms as well.

use std::ops::Range;

use super::token::watermark;
use super::{Person, name};
use crate::domain::record::AuthorRole;
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, first, group, has, line_at, trim};
use crate::zones::ZoneKind;

/// Author blocks stand on the first page or in the list of contents, in characters.
const FRONT: usize = 9000;
/// A name stands at most this many lines above its mail address.
const ABOVE: usize = 5;
/// Nor more than this, in bytes.
const REACH: usize = 600;
/// Lines of a block are no longer than this, in characters.
const SHORT: usize = 70;

/// A top-level domain may be long (`.finance`, `.securities`).
static MAIL: Pattern = Pattern::new(|| compile(r"(?P<mail>[A-Za-z0-9._+'-]{2,50}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,18})"));
static PHONE: Pattern = Pattern::new(|| {
    compile(r"(?P<phone>(?:\(\+?\d{1,3}[- ]?\d{0,3}\)|\+\d{1,3}|\b\d{2,3}-\d{1,4})[- ]?\(?\d{1,5}\)?[- ]?\d{2,5}(?:[- ]?\d{2,5})?)")
});
static SAC: Pattern = Pattern::new(|| compile(r"(?P<sac>[SA]\d{13})"));
static SFC: Pattern = Pattern::new(|| compile(r"(?:SFC|CE)[^\n]{0,14}?(?P<sfc>[A-Z]{3}\d{3})\b"));
/// Of the person, not of the firm, whose number stands in its legal notes.
static SEBI: Pattern = Pattern::new(|| compile(r"\b(?P<sebi>INH\d{6,12})\b"));
static ASSISTANT: Pattern = Pattern::new(|| compile(r"(?i)research associate|associate analyst|research assistant|\bassociate\b"));
/// A line of its own over the people it names.
static ASSISTANT_HEADING: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^\W*(?:(?:junior |equity )?research associates?|associate analysts?|research assistants?|associates?|contributors?)\b[^@\d]{0,50}$",
    )
});
static SALES: Pattern =
    Pattern::new(|| compile(r"(?i)\bsales\b|compliance|grievance|investor relations|dealing|\btrader|trading desk|specialist sales"));

/// A number stands this near behind the name of a signer, in characters.
const NEAR: usize = 70;
/// A name alone on a line of a list has no more words.
const LISTED: usize = 3;
/// No report has more statements of signers.
const MOST: usize = 20;
static SIGNER: Pattern = Pattern::new(|| {
    compile(
        r"(?:\b(?:I|We),\s+(?P<names>[A-Z][\p{L}.'’-]*(?:[ ,]{1,2}(?:and |& )?[A-Z][\p{L}.'’-]*){1,12}),?\s+(?:do )?(?:hereby )?(?:certify|confirm|declare)|(?m:^)[#* ]{0,6}(?:(?P<assistant>Research Associate|Associate Analyst|Research Assistant)|(?:Lead |Senior |Research |Equity |Covering )*Analysts?|Prepared by|Written by|Authors?)\s?(?:\(s\))?\s?:[* ]{0,4}(?P<listed>[A-Z][\p{L}.'’-]*(?:[ ,]{1,2}(?:and |& )?[A-Z][\p{L}.'’-]*){1,12}))",
    )
});

/// Every person of the front page whose mail address is given.
pub(super) fn people(context: &Context<'_>) -> Vec<Person> {
    let text = context.text();
    let front = context.front(FRONT);
    let mut people: Vec<Person> = Vec::new();
    let mut floor = 0;
    for found in captures(&MAIL, front) {
        let Some(mail) = group(&found, "mail") else {
            continue;
        };
        let hidden = context.kind_at(mail.start) == ZoneKind::Disclaimer && mail.start > 2500;
        if hidden || watermark(&front, &mail) {
            continue;
        }
        let line = line_at(text, mail.start);
        let person = inline(context, &line, &mail)
            .or_else(|| above(context, &line, &mail, floor))
            .or_else(|| spelt(context, &mail))
            .or_else(|| listed_above(context, &mail, &people))
            .filter(|person| people.iter().all(|known| known.name.start != person.name.start));
        floor = mail.end;
        let Some(mut person) = person else {
            continue;
        };
        let window = person.name.start..end_of_block(text, mail.end);
        let words = context.slice(window.clone());
        let place = |range: Range<usize>| window.start + range.start..window.start + range.end;
        let around = context.slice(line_at(text, person.name.start).start..mail.start);
        if has(&SALES, around) {
            continue;
        }
        person.phone = first(&PHONE, words).and_then(|c| group(&c, "phone")).map(place);
        person.sac = first(&SAC, words).and_then(|c| group(&c, "sac")).map(place);
        person.sfc = first(&SFC, words).and_then(|c| group(&c, "sfc")).map(place);
        person.sebi = first(&SEBI, words).and_then(|c| group(&c, "sebi")).map(place);
        let heading = line_above(text, line_at(text, person.name.start).start);
        let role = if has(&ASSISTANT, around) || has(&ASSISTANT_HEADING, context.slice(heading)) {
            AuthorRole::Assistant
        } else {
            AuthorRole::Analyst
        };
        person.role = Some((role, person.name.clone()));
        people.push(person);
    }
    if people.is_empty() {
        people.extend(signers(context));
    }
    if people.is_empty() {
        people.extend(reachable(context));
    }
    people
}

/// The person an address is spelt after, where a converter put several people on a line: `ann.field@x.com` is Ann
/// Field's, and what of her name stands behind it on the line.
fn spelt(context: &Context<'_>, mail: &Range<usize>) -> Option<Person> {
    let local = context.slice(mail.clone()).split('@').next()?;
    let parts: Vec<&str> = local.split(['.', '_']).filter(|part| part.len() > 1 && part.bytes().all(|b| b.is_ascii_alphabetic())).collect();
    let [first, last] = parts.as_slice() else { return None };
    let start = context.text().floor_char_boundary(mail.start.saturating_sub(REACH));
    let before = context.slice(start..mail.start);
    let at = before.to_ascii_lowercase().rfind(&format!("{} {}", first.to_ascii_lowercase(), last.to_ascii_lowercase()))?;
    let own = before.get(at..)?.split('\n').next()?;
    // `Ann Field Tan` is the longer name only where nothing comes behind it.
    let whole = name::latin(own).filter(|name| *name == own.trim_end());
    let length = whole.map_or(first.len() + 1 + last.len(), str::len);
    let name = before.get(at..at + length)?;
    (name::latin(name) == Some(name)).then(|| Person {
        name: start + at..start + at + length,
        mail: Some(mail.clone()),
        ..Person::default()
    })
}

/// Names stand one below the other, and their addresses below them: the nearest that fits and has none yet.
fn listed_above(context: &Context<'_>, mail: &Range<usize>, people: &[Person]) -> Option<Person> {
    let text = context.text();
    let (mut end, first) = (line_at(text, mail.start).start, mail.start.saturating_sub(REACH));
    while end > first {
        let line = line_at(text, end - 1);
        let words = context.slice(line.clone());
        end = line.start;
        let Some(name) = name::latin(words).filter(|name| *name == words.trim()) else { continue };
        let range = trim(text, line);
        if name::latin_fits_mail(name, context.slice(mail.clone())) && people.iter().all(|known| known.name.start != range.start) {
            return Some(Person { name: range, mail: Some(mail.clone()), ..Person::default() });
        }
    }
    None
}

/// A telephone, or an address a web page hides, on the line below a name; a number of the register right behind it.
fn reachable(context: &Context<'_>) -> Vec<Person> {
    static BELOW: Pattern = Pattern::new(|| {
        compile(
            r"(?m)^[#* ]{0,6}(?P<name>[A-Z][^\n@\d:]{3,40})\n{1,2}(?:[A-Z][^\n\d@]{3,50}\n{1,2})?(?:(?:Tel|Phone|T)\s?[:.]?\s?)?(?P<line>\(?\+\(?\d[\d ()-]{6,}|\(\d{2,3}\) ?\d[\d -]{6,}|\[email.protected\])",
        )
    });
    static REGISTERED: Pattern = Pattern::new(|| {
        compile(
            r"(?P<name>[A-Z][a-z’'-]+(?: [A-Z][A-Za-z’'-]+){1,2}?),?\s?\(?(?:SFC\s)?CE\s(?:No|Ref|Number)\b[^\n]{0,4}?\s?(?P<sfc>[A-Z]{3}\d{3})?",
        )
    });
    // Name, role and telephone on one line: `Ann Field Research Analyst +1-000-000-0000`.
    static ROLE_BETWEEN: Pattern = Pattern::new(|| {
        compile(
            r"(?m)^[#* ]{0,6}(?P<name>[A-Z][A-Za-z’'.-]*(?: [A-Z][A-Za-z’'.-]*){1,3}?),? (?:(?:Senior|Lead|Research|Equity|Associate) )*(?:Analyst|Associate|Strategist|Economist)\b[^\n\d+(]{0,20}(?P<line>\(?\+\(?\d[\d ()-]{6,})",
        )
    });
    // A name in both scripts, and the telephone: `Ann Field 方某 (86755) 0000 0000`.
    static BOTH: Pattern = Pattern::new(|| {
        compile(
            r"(?P<name>[A-Z][a-z’'-]+(?: [A-Z][A-Za-z’'-]+){1,2})[ ,(]{1,2}\p{Han}{2,4}[ ,):|]{1,3}(?P<line>\(?\+?\(?\d{2,6}\)?[ -]\d{3,4}[ -]?\d{4}\b)",
        )
    });
    let front = context.front(FRONT);
    let mut people: Vec<Person> = Vec::new();
    let ways = [&BELOW, &ROLE_BETWEEN, &REGISTERED, &BOTH];
    for found in ways.into_iter().flat_map(|way| captures(way, front)) {
        let Some(place) = group(&found, "name") else { continue };
        let words = context.slice(place.clone());
        let Some(name) = name::latin(words).filter(|name| *name == words.trim()) else { continue };
        let start = place.start + words.find(name).unwrap_or(0);
        if has(&SALES, context.slice(line_above(context.text(), line_at(context.text(), start).start))) {
            continue;
        }
        let range = start..start + name.len();
        let phone = group(&found, "line").filter(|line| !context.slice(line.clone()).starts_with('['));
        if people.iter().all(|known| known.name.start != range.start) {
            let whole = found.get(0).map_or("", |whole| whole.as_str());
            let role = if has(&ASSISTANT, whole) { AuthorRole::Assistant } else { AuthorRole::Analyst };
            people.push(Person {
                role: Some((role, range.clone())),
                name: range,
                phone: phone.map(|phone| trim(context.text(), phone)),
                sfc: group(&found, "sfc"),
                ..Person::default()
            });
        }
    }
    people.sort_by_key(|person| person.name.start);
    people
}

/// Who certifies the report, where no address is given: `I, Ann Field, hereby certify`, `Research Analyst: Ann Field`.
/// Regulation AC (17 CFR 242.501) asks for the statement of the analyst, wherever it stands.
fn signers(context: &Context<'_>) -> Vec<Person> {
    let text = context.text();
    let mut people = Vec::new();
    for found in captures(&SIGNER, text).take(MOST) {
        let Some(words) = group(&found, "names").or_else(|| group(&found, "listed")) else {
            continue;
        };
        let role = if found.name("assistant").is_some() { AuthorRole::Assistant } else { AuthorRole::Analyst };
        let mut at = words.start;
        for piece in context.slice(words.clone()).split([',', ';', '&']).flat_map(|piece| piece.split(" and ")) {
            let place = text.get(at..words.end).and_then(|rest| rest.find(piece)).map_or(at, |found| at + found);
            at = place + piece.len();
            if let Some(name) = name::latin(piece)
                && let Some(start) = piece.find(name).map(|found| place + found)
            {
                let range = start..start + name.len();
                let near = context.after(range.end, NEAR).split("\n\n").next().unwrap_or_default();
                let number = |pattern: &Pattern, of: &str| {
                    first(pattern, near).and_then(|c| group(&c, of)).map(|found| range.end + found.start..range.end + found.end)
                };
                people.push(Person {
                    role: Some((role, range.clone())),
                    sac: number(&SAC, "sac"),
                    sfc: number(&SFC, "sfc"),
                    sebi: number(&SEBI, "sebi"),
                    name: range,
                    ..Person::default()
                });
            }
        }
        // `Analysts: Ann Field`, and the next of them on lines of their own.
        if found.name("listed").is_some() {
            let mut start = line_at(text, words.end).end + 1;
            while let Some(name) = text.get(start..).and_then(|rest| rest.split('\n').next()).filter(|line| {
                let line = line.trim();
                name::latin(line) == Some(line) && line.split(' ').count() <= LISTED
            }) {
                let range = trim(text, start..start + name.len());
                start += name.len() + 1;
                people.push(Person { role: Some((role, range.clone())), name: range, ..Person::default() });
            }
        }
    }
    people
}

/// `(Ann Field, ann.field@x.com, Tel: …)`, `Ann Field | ann.field@x.com`.
fn inline(context: &Context<'_>, line: &Range<usize>, mail: &Range<usize>) -> Option<Person> {
    let before = context.slice(line.start..mail.start);
    let cut = before.rfind('(').map_or(0, |at| at + 1);
    // `Ann Field - Research Analyst (ann.field@x.com)`: the bracket holds the address alone.
    let last = before.get(cut..).filter(|last| !last.trim().is_empty()).or_else(|| before.get(..cut.saturating_sub(1)))?;
    // A telephone between the name and the address.
    let last =
        last.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' ')).trim_end_matches("Tel:");
    let first = last.trim_end_matches([' ', ',', '|', ':', ';', '/', '-', '(']).trim_end_matches("Email").trim_end_matches("E-mail");
    let name = name::latin(first.trim_end_matches([' ', ',', '|', ':', '(']))?;
    let at = before.rfind(name)?;
    let range = line.start + at..line.start + at + name.len();
    name::latin_fits_mail(name, context.slice(mail.clone())).then(|| Person { name: range, mail: Some(mail.clone()), ..Person::default() })
}

/// The nearest line above that is a person's name, with only short lines between.
fn above(context: &Context<'_>, line: &Range<usize>, mail: &Range<usize>, floor: usize) -> Option<Person> {
    let text = context.text();
    let address = context.slice(mail.clone());
    let mut start = line.start;
    let mut passed = 0;
    // Two names may stand over two addresses: the nearest is the person only where none fits better.
    let mut nearest = None;
    while passed < ABOVE {
        let Some(end) = start.checked_sub(1) else { break };
        let previous = line_at(text, end);
        // Blank lines are no part of the count: some converters put one between any two.
        if context.slice(previous.clone()).trim().is_empty() {
            if line.start - previous.start > REACH {
                break;
            }
            start = previous.start;
            continue;
        }
        passed += 1;
        if previous.start < floor {
            break;
        }
        let words = context.slice(previous.clone());
        if let Some(name) = name::latin(words) {
            let fits = name::latin_fits_mail(name, address);
            if fits || passed == 1 {
                let at = previous.start + words.find(name)?;
                let person = Person { name: trim(text, at..at + name.len()), mail: Some(mail.clone()), ..Person::default() };
                if fits {
                    return Some(person);
                }
                nearest = Some(person);
            }
        }
        // Titles, entities and numbers are short lines; a sentence ends the block.
        if words.chars().count() > SHORT || words.trim_end().ends_with('.') && !words.contains("Ltd") {
            break;
        }
        start = previous.start;
    }
    nearest
}

/// The line right above the one that begins at `start`; empty at the top.
fn line_above(text: &str, start: usize) -> Range<usize> {
    start.checked_sub(1).map_or(0..0, |end| line_at(text, end))
}

/// Where what follows a mail address ends: the next address or three lines.
fn end_of_block(text: &str, at: usize) -> usize {
    let mut end = at;
    for line in text.get(at..).unwrap_or_default().split_inclusive('\n').take(3) {
        let fresh = end > at && (name::latin(line).is_some() || line.contains('@'));
        if fresh {
            break;
        }
        end += line.len();
    }
    end
}
