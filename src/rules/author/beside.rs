//! Authors whose fields stand between lines of prose: a page in two columns that was read line by line.
//!
//! `分析师:林乔` on one line, a line of the body below it, then `执业证号:S…`: no stretch of author fields is left, so a
//! number is given to the last name above it that is told by its place: behind a role, or alone in its line or cell.

use std::ops::Range;

use super::{Person, name};
use crate::domain::record::AuthorRole;
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, first, group, has, line_at};

/// The first page, in characters.
const FRONT: usize = 6000;
/// So many lines may stand between a name and its number.
const LINES: usize = 7;
/// The lines between are no longer together, in bytes.
const NEAR: usize = 2000;
/// No report has more authors on its first page.
const MOST: usize = 12;
/// A line of prose is no shorter, in characters.
const PROSE: usize = 24;

static NUMBER: Pattern = Pattern::new(|| compile(r"(?P<sac>[SA]\d{13})"));
/// A role and the name behind it, at the end of their line or cell.
static SIGNED: Pattern = Pattern::new(|| {
    compile(
        r"(?m)(?P<role>研究助理|助理研究员|联系人|分析师|研究员|分析员)[ \t]*(?::|[ \t])[ \t]*(?P<name>\p{Han}{2,4})(?:[ \t(]|$)|^(?:[^\n\t]*\t)?(?P<alone>\p{Han}{2,4})(?:[ \t][^\n]*)?$",
    )
});
/// A role on the page above a name that stands alone.
static ROLE: Pattern = Pattern::new(|| compile(r"分析师|研究员|分析员|作者"));
static MAIL: Pattern = Pattern::new(|| compile(r"(?P<mail>[A-Za-z0-9._+-]{2,40}@[A-Za-z0-9-]+(?:\.[a-z]{2,}){1,3})"));

/// A name above a number.
struct Sign {
    name: Range<usize>,
    role: Option<(AuthorRole, Range<usize>)>,
}

/// Gives numbers whose people are missing, or were taken for words of the body, to the names above them.
pub(super) fn pair(context: &Context<'_>, people: &mut Vec<Person>) {
    let front = context.after(0, FRONT);
    let numbers: Vec<Range<usize>> = captures(&NUMBER, front).take(MOST).filter_map(|found| group(&found, "sac")).collect();
    rows(context, &numbers, people);
    let mut floor = 0;
    for number in numbers {
        let printed = context.slice(number.clone());
        let holder = people.iter().position(|person| person.sac.clone().is_some_and(|other| context.slice(other) == printed));
        let known = holder.and_then(|at| people.get(at)).is_some_and(|person| near(context, person, &number));
        if !known && let Some(sign) = above(context, floor, &number, people) {
            if let Some(at) = holder {
                people.remove(at);
            }
            let mail = own_mail(context, &sign.name, &number);
            match people.iter_mut().find(|person| person.name == sign.name) {
                Some(person) => {
                    person.sac = Some(number.clone());
                    person.mail = person.mail.take().or(mail);
                }
                None => people.push(Person { name: sign.name, role: sign.role, sac: Some(number.clone()), mail, ..Person::default() }),
            }
        }
        // The address may stand behind lines of the body as well.
        if let Some(person) = people.iter_mut().find(|person| person.sac.as_ref() == Some(&number) && person.mail.is_none()) {
            person.mail = own_mail(context, &person.name, &number);
        }
        floor = number.end;
    }
    people.sort_by_key(|person| person.name.start);
}

/// Numbers side by side on a line are those of as many names side by side on a line above.
fn rows(context: &Context<'_>, numbers: &[Range<usize>], people: &mut Vec<Person>) {
    for row in numbers.chunk_by(|one, next| !context.slice(one.end..next.start).contains('\n')).filter(|row| row.len() > 1) {
        let Some(first) = row.first() else { continue };
        let from = lines_above(context.slice(0..first.start));
        let mut at = from;
        let mut names: Vec<Range<usize>> = Vec::new();
        if first.start - from > NEAR {
            continue;
        }
        for line in context.slice(from..first.start).split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let line = at..at + line.len();
            at = line.end;
            let signs = |person: &&Person| line.contains(&person.name.start) && person.role.is_some();
            let mut signed: Vec<Range<usize>> = people.iter().filter(signs).map(|person| person.name.clone()).collect();
            let open = people.iter().filter(signs).any(|person| person.sac.is_none());
            if open && signed.len() == row.len() {
                signed.sort_by_key(|name| name.start);
                names = signed;
            }
        }
        for (name, number) in names.into_iter().zip(row) {
            for person in people.iter_mut().filter(|person| person.sac.as_ref() == Some(number) && person.name != name) {
                person.sac = None;
            }
            // Words of the body had nothing but the number.
            people.retain(|person| person.sac.is_some() || person.role.is_some() || person.mail.is_some());
            if let Some(person) = people.iter_mut().find(|person| person.name == name) {
                person.sac = Some(number.clone());
            }
        }
    }
}

/// Whether a person's name stands in no line of prose, or at least in the number's own.
fn near(context: &Context<'_>, person: &Person, number: &Range<usize>) -> bool {
    let line = line_at(context.text(), person.name.start);
    line.contains(&number.start) || !prose(context.slice(line))
}

fn prose(line: &str) -> bool {
    line.chars().count() >= PROSE && line.contains([',', '。', '、', ';'])
}

/// The last name above a number that has none.
fn above(context: &Context<'_>, floor: usize, number: &Range<usize>, people: &[Person]) -> Option<Sign> {
    let text = context.text();
    let from = lines_above(context.slice(floor..number.start)) + floor;
    if number.start - from > NEAR {
        return None;
    }
    let words = context.slice(from..number.start);
    let mail = mail(context, number);
    captures(&SIGNED, words)
        .filter_map(|found| {
            let range = group(&found, "name").or_else(|| group(&found, "alone"))?;
            let name = from + range.start..from + range.end;
            let printed = text.get(name.clone())?;
            let role = group(&found, "role").map(|role| from + role.start..from + role.end);
            let spelt = mail.as_ref().is_some_and(|mail| spells(context, &name, mail));
            let told = match &role {
                Some(_) => name::is_announced(printed) || name::is_unknown(printed),
                // Alone on its line a name needs an address that spells it, or nothing else on the line.
                None => name::is_chinese(printed) && (spelt || alone(context, &name)) && has(&ROLE, context.before(name.start, 400)),
            };
            let free = people.iter().all(|person| person.name != name || person.sac.is_none());
            (told && free).then(|| Sign { name, role: role.map(|role| (kind(text.get(role.clone()).unwrap_or_default()), role)) })
        })
        .last()
}

/// Where the lines begin that may hold a number's name.
fn lines_above(words: &str) -> usize {
    words.rmatch_indices('\n').nth(LINES).map_or(0, |(at, _)| at + 1)
}

fn alone(context: &Context<'_>, name: &Range<usize>) -> bool {
    let line = line_at(context.text(), name.start);
    context.slice(line).trim() == context.slice(name.clone())
}

fn kind(role: &str) -> AuthorRole {
    match role {
        "联系人" => AuthorRole::Contact,
        "研究助理" | "助理研究员" => AuthorRole::Assistant,
        _ => AuthorRole::Analyst,
    }
}

/// The address of a name: below its number, or between the two.
fn own_mail(context: &Context<'_>, name: &Range<usize>, number: &Range<usize>) -> Option<Range<usize>> {
    let fits = |mail: &Range<usize>| spells(context, name, mail);
    let between = || {
        let words = context.text().get(name.end..number.start)?;
        let mails = captures(&MAIL, words).filter_map(|found| group(&found, "mail"));
        mails.map(|mail| name.end + mail.start..name.end + mail.end).find(fits)
    };
    mail(context, number).filter(fits).or_else(between)
}

/// The first address below a number, before the next number.
fn mail(context: &Context<'_>, number: &Range<usize>) -> Option<Range<usize>> {
    let after = context.after(number.end, 400);
    let end = after.match_indices('\n').nth(LINES).map_or(after.len(), |(at, _)| at);
    let after = after.get(..end)?;
    let next = first(&NUMBER, after).and_then(|found| found.get(0)).map_or(after.len(), |found| found.start());
    let mail = first(&MAIL, after.get(..next)?).and_then(|found| group(&found, "mail"))?;
    Some(number.end + mail.start..number.end + mail.end)
}

fn spells(context: &Context<'_>, name: &Range<usize>, mail: &Range<usize>) -> bool {
    name::fits_mail(context.slice(name.clone()), context.slice(mail.clone()))
}
