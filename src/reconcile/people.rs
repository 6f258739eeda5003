//! Authors: paired by licence number, else by name; every field judged on its own.

use crate::domain::license::SacNumber;
use crate::domain::reading::AuthorReading;
use crate::domain::record::{Author, AuthorRole};

use super::judge::Judge;
use super::policy::{field, fold, same_code, same_text};

pub(super) fn authors(judge: &mut Judge, rules: Vec<AuthorReading>, model: Vec<AuthorReading>) -> Vec<Author> {
    let rules_read = !rules.is_empty();
    let mut left: Vec<Option<AuthorReading>> = model.into_iter().map(Some).collect();
    let mut pairs: Vec<(Option<AuthorReading>, Option<AuthorReading>)> = Vec::new();
    for author in rules {
        let twin = left.iter_mut().find(|slot| slot.as_ref().is_some_and(|other| same_person(&author, other))).and_then(Option::take);
        pairs.push((Some(author), twin));
    }
    for author in left.into_iter().flatten() {
        match &author.name {
            Some(name) if name.is_sound() => pairs.push((None, Some(author))),
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
