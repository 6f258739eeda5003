//! Who wrote the report: names, roles, licence numbers, addresses.

mod beside;
mod biography;
mod check;
mod chinese;
mod english;
mod name;
mod pair;
mod slide;
mod stranger;
mod token;

use std::ops::Range;

use super::Context;
use crate::domain::license::LicenseType;
use crate::domain::reading::AuthorReading;
use crate::domain::record::{AuthorRole, ReviewItem};

pub(super) use check::licenses;

/// A person in one place; ranges are bytes of the text.
#[derive(Clone, Debug, Default)]
struct Person {
    name: Range<usize>,
    role: Option<(AuthorRole, Range<usize>)>,
    sac: Option<Range<usize>>,
    sfc: Option<Range<usize>>,
    /// The number of the Indian register.
    sebi: Option<Range<usize>>,
    mail: Option<Range<usize>>,
    phone: Option<Range<usize>>,
    /// Sales and other staff.
    outsider: bool,
}

/// People of the report in order of place, and what to look at in people who are named but are none of them.
pub(super) fn read(context: &Context<'_>) -> (Vec<AuthorReading>, Vec<ReviewItem>) {
    let mut people = if context.chinese { chinese::people(context) } else { english::people(context) };
    if context.chinese {
        let front = beside::Front::of(context);
        front.pair(&mut people);
        people.extend(biography::people(context, &people));
        biography::leave_out(context, &mut people);
        front.last_of_both(&mut people);
        if people.is_empty() {
            people = slide::people(context);
        }
    }
    let (own, strangers) = stranger::part(context, merge(context, people));
    let items = strangers.iter().filter_map(|person| stranger::item(context, person)).collect();
    (own.iter().map(|person| reading(context, person)).collect(), items)
}

/// One person a name: what one place lacks, another gives. A place with a licence number decides the role.
fn merge(context: &Context<'_>, people: Vec<Person>) -> Vec<Person> {
    let mut merged: Vec<Person> = Vec::new();
    for person in people {
        let name = context.words(person.name.clone());
        let number = |person: &Person| person.sac.clone().map(|range| context.slice(range).to_owned());
        let same = merged.iter_mut().find(|other| {
            let known = context.words(other.name.clone());
            // A number under two names is for a person to see where each has an address of its own; else it is one
            // person, and words were taken for the second name.
            let another = person.mail.is_some() && other.mail.is_some() && !known.ends_with(&name) && !name.ends_with(&known);
            known == name || !another && number(other).is_some() && number(other) == number(&person)
        });
        let Some(known) = same else {
            merged.push(person);
            continue;
        };
        if known.sac.is_none() && person.sac.is_some() {
            known.role = person.role.or(known.role.take());
        }
        known.sac = known.sac.take().or(person.sac);
        known.sfc = known.sfc.take().or(person.sfc);
        known.sebi = known.sebi.take().or(person.sebi);
        known.mail = known.mail.take().or(person.mail);
        known.phone = known.phone.take().or(person.phone);
    }
    merged
}

fn reading(context: &Context<'_>, person: &Person) -> AuthorReading {
    let registers = [(LicenseType::Sac, &person.sac), (LicenseType::Sfc, &person.sfc), (LicenseType::Sebi, &person.sebi)];
    let (license_type, number) = registers.into_iter().find_map(|(kind, range)| range.clone().map(|range| (kind, range))).unzip();
    // Who edits a morning note signs it where a number of his own stands with the name.
    let edits = |word: &Range<usize>| person.sac.is_some() && context.slice(word.clone()).ends_with("编辑");
    let mut role = person.role.clone().unwrap_or((AuthorRole::Analyst, person.name.clone()));
    if edits(&role.1) {
        role.0 = AuthorRole::Analyst;
    }
    AuthorReading {
        name: context.located_words(person.name.clone()),
        role: context.located(role.0, role.1),
        license_type: license_type.zip(number.clone()).and_then(|(kind, range)| context.located(kind, range)),
        license_no: number.and_then(|range| context.located_words(range)),
        email: person.mail.clone().and_then(|range| context.located_words(range)),
        phone: person.phone.clone().and_then(|range| context.located_words(range)),
    }
}

#[cfg(test)]
mod tests;
