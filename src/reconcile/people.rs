//! Authors: paired by licence number, else by name; every field judged on its own.

use serde::Serialize;

use crate::domain::evidence::Reason;
use crate::domain::license::SacNumber;
use crate::domain::reading::AuthorReading;
use crate::domain::record::{Author, AuthorRole};
use crate::domain::{Located, Slot};

use super::judge::{Judge, reject};
use super::policy::{field, fold, same_code, same_text};

pub(super) fn authors(judge: &mut Judge, rules: Vec<AuthorReading>, model: Vec<AuthorReading>) -> Vec<Author> {
    let rules_read = !rules.is_empty();
    let mut left: Vec<Option<AuthorReading>> = once(model).into_iter().map(Some).collect();
    let mut pairs: Vec<(Option<AuthorReading>, Option<AuthorReading>)> = Vec::new();
    for author in rules {
        let twin = left.iter_mut().find(|slot| slot.as_ref().is_some_and(|other| same_person(&author, other))).and_then(Option::take);
        pairs.push((Some(author), twin));
    }
    for author in left.into_iter().flatten() {
        match &author.name {
            // Reports list their sales staff as well: where the rules know the authors, a name alone makes no other one.
            Some(name) if name.is_sound() && (!rules_read || signs(&author)) => pairs.push((None, Some(author))),
            Some(name) => judge.turn_down("/authors", name, rules_read),
            None => {
                if let Some(license) = &author.license_no {
                    judge.turn_down("/authors", license, rules_read);
                }
            }
        }
    }
    pairs
        .into_iter()
        .enumerate()
        .map(|(index, (rules, model))| author(judge, index, rules.unwrap_or_default(), model.unwrap_or_default()))
        .collect()
}

/// Whether a role or a licence number stands with the name: the role is of the words the model cites, so the name has to
/// stand there too.
fn signs(author: &AuthorReading) -> bool {
    let cited = author.name.as_ref().is_some_and(|name| {
        name.evidence.iter().any(|evidence| evidence.is_sound() && !evidence.reasons.contains(&Reason::OutsideCitation))
    });
    cited && author.role.as_ref().is_some_and(Located::is_sound) || author.license_no.as_ref().is_some_and(Located::is_sound)
}

/// Everybody once: a model may name a person again for each place where the name stands. Namesakes have numbers of their own.
fn once(people: Vec<AuthorReading>) -> Vec<AuthorReading> {
    let mut all: Vec<AuthorReading> = Vec::with_capacity(people.len());
    for person in people {
        match all.iter_mut().find(|known| is_again(known, &person)) {
            Some(known) => {
                join(&mut known.role, person.role, PartialEq::eq);
                join(&mut known.license_type, person.license_type, PartialEq::eq);
                join(&mut known.license_no, person.license_no, same_code);
                join(&mut known.email, person.email, same_text);
                join(&mut known.phone, person.phone, same_code);
            }
            None => all.push(person),
        }
    }
    all
}

fn is_again(known: &AuthorReading, person: &AuthorReading) -> bool {
    let sound = |slot: &Slot<String>| slot.as_ref().filter(|located| located.is_sound()).map(|located| located.value.clone());
    let named = matches!((sound(&known.name), sound(&person.name)), (Some(a), Some(b)) if fold(&a) == fold(&b));
    let apart = matches!((sound(&known.license_no), sound(&person.license_no)), (Some(a), Some(b)) if !same_code(&a, &b));
    named && !apart
}

/// Takes what stands in the text; the first of two that do, the other beside it.
fn join<T: Serialize>(slot: &mut Slot<T>, more: Slot<T>, same: fn(&T, &T) -> bool) {
    let Some(more) = more else { return };
    match slot {
        Some(known) if known.is_sound() || !more.is_sound() => {
            if !same(&known.value, &more.value) {
                known.rivals.push(reject(&more));
            }
        }
        Some(known) => {
            let lesser = std::mem::replace(known, more);
            known.rivals.push(reject(&lesser));
        }
        None => *slot = Some(more),
    }
}

fn same_person(a: &AuthorReading, b: &AuthorReading) -> bool {
    let equal = |a: Option<&String>, b: Option<&String>| matches!((a, b), (Some(a), Some(b)) if fold(a) == fold(b));
    let value = |slot: &'_ crate::domain::Slot<String>| slot.as_ref().map(|located| located.value.clone());
    equal(value(&a.license_no).as_ref(), value(&b.license_no).as_ref()) || equal(value(&a.name).as_ref(), value(&b.name).as_ref())
}

fn author(judge: &mut Judge, index: usize, rules: AuthorReading, model: AuthorReading) -> Author {
    let at = |leaf: &str| format!("/authors/{index}/{leaf}");
    let policy = field::PERSON;
    Author {
        name: judge.scalar(&at("name"), rules.name, model.name, policy, same_text),
        role: judge.scalar(&at("role"), rules.role, model.role, field::ROLE, PartialEq::eq),
        license_type: judge.scalar(&at("license_type"), rules.license_type, model.license_type, field::CONTACT, PartialEq::eq),
        license_no: judge.scalar(&at("license_no"), rules.license_no, model.license_no, policy, same_code),
        email: judge.scalar(&at("email"), rules.email, model.email, field::CONTACT, same_text),
        phone: judge.scalar(&at("phone"), rules.phone, model.phone, field::CONTACT, same_code),
    }
}

/// The firm's part of the first analyst's SAC number, and where that number stands in the record.
pub(super) fn license_prefix(authors: &[Author]) -> Option<(String, String)> {
    authors.iter().enumerate().filter(|(_, author)| author.role != Some(AuthorRole::Contact)).find_map(|(index, author)| {
        let number = SacNumber::parse(author.license_no.as_deref()?)?;
        Some((number.firm_prefix, format!("/authors/{index}/license_no")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{By, Evidence, Span};

    fn located(value: &str, start: usize) -> Located<String> {
        let span = Span { start, end: start + value.chars().count() };
        Located::new(value.to_owned(), Evidence::exact(By::Model, value, span))
    }

    fn person(name: &str, number: Option<&str>, email: Option<&str>) -> AuthorReading {
        let slot = |value: Option<&str>| value.map(|value| located(value, 9));
        AuthorReading { name: Some(located(name, 0)), license_no: slot(number), email: slot(email), ..AuthorReading::default() }
    }

    #[test]
    fn a_person_named_again_is_one_person() {
        let first = person("苗景行", None, Some("miao@boyun.example"));
        let again = person("苗 景行", Some("S9760521040012"), Some("jing@boyun.example"));
        let people = once(vec![first, person("祁映", None, None), again]);
        assert_eq!(people.len(), 2);
        assert_eq!(people[0].license_no.as_ref().unwrap().value, "S9760521040012");
        let email = people[0].email.as_ref().unwrap();
        assert_eq!((email.value.as_str(), email.rivals.len()), ("miao@boyun.example", 1));
    }

    #[test]
    fn namesakes_have_numbers_of_their_own() {
        let people = once(vec![person("林乔", Some("S9760521040012"), None), person("林乔", Some("S9760520110009"), None)]);
        assert_eq!(people.len(), 2);
    }
}
