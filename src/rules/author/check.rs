//! Licence numbers against their own structure, the role, the report's day, the firm, and each other: what does not
//! fit is for a person to see.
//!
//! Structure and meaning of the digits: `domain.md` §1.1. Nothing is corrected here: the number stays as printed. A
//! mismatch may be a misprint, an analyst who moved, a joint report or a wrong pairing; only a person can tell.

use crate::domain::Date;
use crate::domain::license::{LicenseType, SacNumber};
use crate::domain::reading::AuthorReading;
use crate::domain::record::{AuthorRole, ReviewCode, ReviewItem};
use crate::rules::publisher;

/// Digits behind `INH` in a number of the Indian register.
const SEBI_DIGITS: usize = 9;

/// Review items for numbers that do not fit; `firm` is the publisher's name, `day` the report's.
pub(in crate::rules) fn licenses(authors: &[AuthorReading], firm: Option<&str>, day: Option<Date>) -> Vec<ReviewItem> {
    let expected = firm.and_then(publisher::sac_prefix);
    let first = authors.iter().find_map(|author| sac(author)?.1.ok()).map(|number| number.firm_prefix);
    let mut items = Vec::new();
    for (at, author) in authors.iter().enumerate() {
        let mut details = Vec::new();
        if let Some((printed, number)) = sac(author) {
            match number {
                Err(fault) => details.push(format!("`{printed}` {fault}")),
                Ok(number) => {
                    let role = author.role.as_ref().map(|role| role.value);
                    details.extend(kind(&number, role).map(|words| format!("`{printed}` {words}")));
                    details.extend(time(&number, day).map(|words| format!("`{printed}` {words}")));
                    details.extend(home(&number, first.as_deref(), expected).map(|words| format!("`{printed}` {words}")));
                }
            }
        }
        if let Some(number) = author.license_no.as_ref().filter(|_| kind_of(author) == Some(LicenseType::Sebi))
            && number.value.trim_start_matches("INH").len() != SEBI_DIGITS
        {
            details.push(format!("`{}` is not `INH` and {SEBI_DIGITS} digits", number.value));
        }
        details.extend(shared(authors, at));
        let pointer = format!("/authors/{at}/license_no");
        items.extend(details.into_iter().map(|detail| ReviewItem { pointer: pointer.clone(), code: ReviewCode::LicenseMismatch, detail }));
    }
    items
}

fn kind_of(author: &AuthorReading) -> Option<LicenseType> {
    author.license_type.as_ref().map(|kind| kind.value)
}

/// The SAC number of an author as printed, taken apart.
fn sac(author: &AuthorReading) -> Option<(&str, Result<SacNumber, crate::domain::license::SacFault>)> {
    let number = author.license_no.as_ref().filter(|_| kind_of(author) == Some(LicenseType::Sac))?;
    Some((number.value.as_str(), SacNumber::read(&number.value)))
}

/// The type digit against the role. A contact may be either: firms list junior analysts as contacts.
fn kind(number: &SacNumber, role: Option<AuthorRole>) -> Option<String> {
    match (number.kind, role) {
        (5 | 1, None | Some(AuthorRole::Contact)) | (5, Some(AuthorRole::Analyst)) | (1, Some(AuthorRole::Assistant)) => None,
        (5, Some(AuthorRole::Assistant)) => Some("is registered as type 5, an analyst, under the name of an assistant".to_owned()),
        (1, Some(AuthorRole::Analyst)) => Some("is registered as type 1, a general registration, not as an analyst (5)".to_owned()),
        (other, _) => Some(format!("is registered as type {other}; analysts are 5, general registrations 1")),
    }
}

/// Nobody signs a report before being registered.
fn time(number: &SacNumber, day: Option<Date>) -> Option<String> {
    let day = day?;
    let registered = (2000 + i16::from(number.year), number.month);
    let later = (registered.0, i16::from(registered.1)) > (day.year(), i16::from(day.month()));
    later.then(|| format!("was given in {}-{:02}, after the report of {day}", registered.0, registered.1))
}

/// The firm's digits against those of the first author and those known of the publisher.
fn home(number: &SacNumber, first: Option<&str>, expected: Option<&str>) -> Option<String> {
    let prefix = number.firm_prefix.as_str();
    if let Some(first) = first.filter(|first| *first != prefix && expected != Some(prefix)) {
        return Some(format!("is of another firm than `{first}` of the first author; {}", whose(prefix)));
    }
    expected
        .filter(|expected| *expected != prefix)
        .map(|expected| format!("does not start with `{expected}` of the publisher; {}", whose(prefix)))
}

fn whose(prefix: &str) -> String {
    let names: Vec<&str> = publisher::by_sac_prefix(prefix).iter().map(|broker| broker.name.as_str()).collect();
    if names.is_empty() { format!("the firm of `{prefix}` is unknown") } else { format!("`{prefix}` is known for {}", names.join(", ")) }
}

/// One number under two names, told at the later one.
fn shared(authors: &[AuthorReading], at: usize) -> Option<String> {
    let number = authors.get(at)?.license_no.as_ref()?;
    let other = authors.iter().take(at).find(|other| other.license_no.as_ref().is_some_and(|known| known.value == number.value))?;
    let name = other.name.as_ref().map_or("another author", |name| name.value.as_str());
    Some(format!("`{}` is also the number of {name}", number.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{By, Evidence, Located};

    fn at<T>(value: T) -> Located<T> {
        let evidence = Evidence::exact(By::Rules, "x", crate::domain::evidence::Span { start: 0, end: 1 });
        Located::new(value, evidence)
    }

    fn author(name: &str, role: AuthorRole, number: &str) -> AuthorReading {
        let register = if number.starts_with("INH") { LicenseType::Sebi } else { LicenseType::Sac };
        AuthorReading {
            name: Some(at(name.to_owned())),
            role: Some(at(role)),
            license_type: Some(at(register)),
            license_no: Some(at(number.to_owned())),
            ..AuthorReading::default()
        }
    }

    fn details(authors: &[AuthorReading], firm: Option<&str>) -> Vec<String> {
        licenses(authors, firm, Date::new(2023, 6, 1)).into_iter().map(|item| item.detail).collect()
    }

    #[test]
    fn numbers_that_fit_are_silent() {
        let authors = [
            author("林乔", AuthorRole::Analyst, "S0990520010001"),
            author("田某", AuthorRole::Assistant, "S0990122030021"),
            author("段某", AuthorRole::Contact, "S0990521030002"),
            author("Asha Rao", AuthorRole::Analyst, "INH000009999"),
        ];
        assert!(details(&authors, Some("望江证券")).is_empty());
    }

    #[test]
    fn each_part_of_a_number_is_checked() {
        for (role, number, words) in [
            (AuthorRole::Analyst, "S099052001001", "12 digits"),
            (AuthorRole::Analyst, "S09905200100011", "14 digits"),
            (AuthorRole::Analyst, "S0990520150001", "15 where the month"),
            (AuthorRole::Analyst, "S0999520010001", "9 behind the firm"),
            (AuthorRole::Analyst, "S0990120010001", "type 1, a general"),
            (AuthorRole::Assistant, "S0990520010001", "type 5, an analyst"),
            (AuthorRole::Contact, "S0990720010001", "type 7"),
            (AuthorRole::Analyst, "S0990523070001", "2023-07, after the report"),
            (AuthorRole::Analyst, "INH00000999", "not `INH` and 9 digits"),
        ] {
            let found = details(&[author("林乔", role, number)], None);
            assert!(found.len() == 1 && found[0].contains(words), "{number}: {found:?}");
        }
    }

    #[test]
    fn the_firm_is_compared_with_the_publisher_and_the_first_author() {
        let authors = [author("林乔", AuthorRole::Analyst, "S0870520010001"), author("王川", AuthorRole::Analyst, "S0990520010002")];
        let found = details(&authors, Some("上海证券"));
        assert!(found.len() == 1 && found[0].contains("S0990520010002") && found[0].contains("`S087` of the first author"), "{found:?}");
        let found = details(&authors[1..], Some("上海证券"));
        assert!(found[0].contains("`S087` of the publisher"), "{found:?}");
        // A publisher nobody knows: the first author is all there is to compare with.
        assert!(details(&authors[1..], Some("望江证券")).is_empty());
    }

    #[test]
    fn one_number_under_two_names_is_told() {
        let authors = [author("林乔", AuthorRole::Analyst, "S0990520010001"), author("王川", AuthorRole::Analyst, "S0990520010001")];
        let found = details(&authors, None);
        assert!(found.len() == 1 && found[0].contains("林乔"), "{found:?}");
    }
}
