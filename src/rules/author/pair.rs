//! Numbers, addresses and telephones given to the people of one block.
//!
//! What follows a name is that person's. Layouts in columns print several names first, then as many addresses, then as
//! many numbers: those are paired in order. Registered numbers may also come in a run far behind (`domain.md` T14).

use std::ops::Range;

use super::token::{Kind, Token};
use super::{Person, name};
use crate::domain::record::AuthorRole;

type Slot = fn(&mut Person) -> &mut Option<Range<usize>>;

/// What stands since the last name.
#[derive(Debug, Default)]
pub(super) struct Pairing {
    /// First person of the block.
    from: usize,
    /// First person of the names that came without anything between them.
    group: usize,
    sac: Vec<Range<usize>>,
    sfc: Vec<Range<usize>>,
    phone: Vec<Range<usize>>,
    mail: Vec<Range<usize>>,
}

impl Pairing {
    /// Starts a block whose first person will be at `from`.
    pub(super) fn from(from: usize) -> Self {
        Self { from, group: from, ..Self::default() }
    }

    /// A number, an address or a telephone.
    pub(super) fn attribute(&mut self, token: &Token) {
        let list = match token.kind {
            Kind::Sac => &mut self.sac,
            Kind::Sfc => &mut self.sfc,
            Kind::Phone => &mut self.phone,
            Kind::Mail => &mut self.mail,
            _ => return,
        };
        list.push(token.range.clone());
    }

    /// A new name comes: what stood before it is given away.
    pub(super) fn name(&mut self, text: &str, people: &mut [Person]) {
        if self.sac.is_empty() && self.sfc.is_empty() && self.phone.is_empty() && self.mail.is_empty() {
            return;
        }
        self.settle(text, people);
        self.group = people.len();
    }

    /// Gives away what stands since the last name.
    pub(super) fn settle(&mut self, text: &str, people: &mut [Person]) {
        numbers(text, people, self.from, self.group, &std::mem::take(&mut self.sac));
        in_order(people, self.from, self.group, |person| &mut person.sfc, &std::mem::take(&mut self.sfc));
        in_order(people, self.from, self.group, |person| &mut person.phone, &std::mem::take(&mut self.phone));
        let mails = std::mem::take(&mut self.mail);
        if !columns(text, people, self.group, &mails) {
            for range in &mails {
                mail(text, people, self.from, range);
            }
        }
    }
}

/// As many pieces as names: in order. Else the first piece is the last person's.
fn in_order(people: &mut [Person], from: usize, group: usize, slot: Slot, pieces: &[Range<usize>]) {
    let Some(named) = people.get_mut(group..) else {
        return;
    };
    if pieces.len() > 1 && pieces.len() == named.len() {
        for (person, piece) in named.iter_mut().zip(pieces) {
            slot(person).get_or_insert_with(|| piece.clone());
        }
    } else if let (Some(person), Some(piece)) = (people.get_mut(from..).and_then(<[Person]>::last_mut), pieces.first()) {
        slot(person).get_or_insert_with(|| piece.clone());
    }
}

/// Addresses in the order of the names, where none of them spells another one's surname.
fn columns(text: &str, people: &mut [Person], group: usize, mails: &[Range<usize>]) -> bool {
    let Some(named) = people.get_mut(group..).filter(|named| mails.len() > 1 && named.len() == mails.len()) else {
        return false;
    };
    let spells = |person: &Person, mail: &Range<usize>| {
        name::fits_mail(text.get(person.name.clone()).unwrap_or_default(), text.get(mail.clone()).unwrap_or_default())
    };
    let spells_own = |at: usize, mail: &Range<usize>| named.get(at).is_some_and(|person| spells(person, mail));
    let crossed = mails
        .iter()
        .enumerate()
        .any(|(at, mail)| named.iter().enumerate().any(|(other, person)| other != at && spells(person, mail) && !spells_own(at, mail)));
    if crossed || named.iter().any(|person| person.mail.is_some()) {
        return false;
    }
    for (person, mail) in named.iter_mut().zip(mails) {
        person.mail = Some(mail.clone());
    }
    true
}

/// Gives a mail address to the person before it, or to the one whose surname it spells.
fn mail(text: &str, people: &mut [Person], from: usize, range: &Range<usize>) {
    let address = text.get(range.clone()).unwrap_or_default();
    let Some(block) = people.get_mut(from..) else {
        return;
    };
    let fits = |person: &Person| text.get(person.name.clone()).is_some_and(|name| name::fits_mail(name, address));
    let last = block.len().checked_sub(1);
    let spelt: Vec<usize> =
        block.iter().enumerate().filter(|(_, person)| person.mail.is_none() && fits(person)).map(|(at, _)| at).collect();
    let chosen = match (last, spelt.as_slice()) {
        (Some(last), list) if list.contains(&last) || list.is_empty() => Some(last),
        // Of several with that surname the nearest before it.
        (_, [.., nearest]) => Some(*nearest),
        (last, []) => last,
    };
    if let Some(person) = chosen.and_then(|at| block.get_mut(at)) {
        person.mail.get_or_insert_with(|| range.clone());
    }
}

/// Pairs the SAC numbers read since the last name.
fn numbers(text: &str, people: &mut [Person], from: usize, group: usize, numbers: &[Range<usize>]) {
    // In columns everybody has a number: analysts, assistants and contacts alike.
    if let Some(named) = people.get_mut(group..).filter(|named| numbers.len() > 1 && named.len() == numbers.len())
        && named.iter().all(|person| person.sac.is_none())
    {
        let numbers = by_role(text, named, numbers).unwrap_or_else(|| numbers.to_vec());
        for (person, number) in named.iter_mut().zip(numbers) {
            person.sac = Some(number);
        }
        return;
    }
    let Some(block) = people.get_mut(from..).filter(|_| !numbers.is_empty()) else {
        return;
    };
    let signs = |person: &Person| {
        person.sac.is_none() && !person.outsider && person.role.as_ref().is_none_or(|(role, _)| *role == AuthorRole::Analyst)
    };
    let open: Vec<usize> = block.iter().enumerate().filter(|(_, person)| signs(person)).map(|(at, _)| at).collect();
    match numbers {
        [only] => {
            let last = block.len().saturating_sub(1);
            let target = match block.last() {
                Some(person) if person.sac.is_none() => Some(last),
                _ => open.last().copied(),
            };
            if let Some(person) = target.and_then(|at| block.get_mut(at)) {
                person.sac = Some(only.clone());
            }
        }
        several => {
            // The people of the run right before: as many as there are numbers, in order.
            let skip = open.len().saturating_sub(several.len());
            for (at, number) in open.into_iter().skip(skip).zip(several) {
                if let Some(person) = block.get_mut(at) {
                    person.sac = Some(number.clone());
                }
            }
        }
    }
}

/// The numbers in the order of people whose columns hold them at different heights: those of analysts (their sixth
/// character is 5) to analysts, those of people who passed the examination only (1) to the others. Nothing where the
/// order of print says the same, or the counts differ.
fn by_role(text: &str, people: &[Person], numbers: &[Range<usize>]) -> Option<Vec<Range<usize>>> {
    let is_analyst = |person: &Person| person.role.as_ref().is_some_and(|(role, _)| *role == AuthorRole::Analyst);
    let is_registered = |number: &Range<usize>| text.as_bytes().get(number.start + 5) == Some(&b'5');
    let agrees = people.iter().zip(numbers).all(|(person, number)| is_analyst(person) == is_registered(number));
    let known = people.iter().all(|person| person.role.is_some());
    if agrees || !known || people.iter().filter(|person| is_analyst(person)).count() != numbers.iter().filter(|n| is_registered(n)).count()
    {
        return None;
    }
    let (mut analysts, mut others) = (numbers.iter().filter(|n| is_registered(n)), numbers.iter().filter(|n| !is_registered(n)));
    people.iter().map(|person| if is_analyst(person) { analysts.next().cloned() } else { others.next().cloned() }).collect()
}
