//! Authors whose number ends a biography: `林乔:某大学硕士,曾任…。SAC执业证书编号:S…`.
//!
//! The name then stands hundreds of characters before the number, at the start of its paragraph.

use super::{Person, name};
use crate::domain::record::AuthorRole;
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, group, has};

/// A biography is no longer, in characters.
const LONGEST: usize = 420;
/// No report has more biographies.
const MOST: usize = 40;

static NUMBER: Pattern = Pattern::new(|| compile(r"(?P<sac>[SA]\d{13})"));
/// A paragraph that begins with a name; in run-on text a full stop or a page number stands before it.
static START: Pattern =
    Pattern::new(|| compile(r"(?:^|[。;\n\d])[#*\s]*(?P<name>\p{Han}{2,4})(?:[:,]|\s?\((?:分析师|首席|博士|硕士)[^)\n]{0,12}\)[:,]?)"));
/// Words of a life at work.
static LIFE: Pattern = Pattern::new(|| compile(r"毕业|大学|硕士|博士|学士|学历|从业|曾任|曾就职|曾供职|加入|加盟|任职|新财富"));

/// People of biographies whose numbers nobody has yet.
pub(super) fn people(context: &Context<'_>, known: &[Person]) -> Vec<Person> {
    let text = context.text();
    let mut floor = 0;
    let mut people: Vec<Person> = Vec::new();
    for sac in captures(&NUMBER, text).take(MOST * 4).filter_map(|found| group(&found, "sac")) {
        let start = floor.max(sac.start - context.before(sac.start, LONGEST).len());
        floor = sac.end;
        let taken =
            known.iter().chain(&people).filter_map(|person| person.sac.clone()).any(|other| text.get(other) == text.get(sac.clone()));
        if taken || people.len() == MOST {
            continue;
        }
        let words = context.slice(start..sac.start);
        let person = captures(&START, words).filter_map(|found| group(&found, "name")).filter(|name| {
            name::is_chinese(words.get(name.clone()).unwrap_or_default()) && has(&LIFE, words.get(name.end..).unwrap_or_default())
        });
        if let Some(found) = person.last() {
            let name = start + found.start..start + found.end;
            people.push(Person { role: Some((AuthorRole::Analyst, name.clone())), name, sac: Some(sac), ..Person::default() });
        }
    }
    people
}

/// A biography begins no further behind its name, in characters.
const BEGINS: usize = 24;

/// Leaves out people of whom a text only tells the life, where others sign with a number: a team introduces all its
/// members, and not all of them wrote the report.
pub(super) fn leave_out(context: &Context<'_>, people: &mut Vec<Person>) {
    if people.iter().all(|person| person.sac.is_none()) {
        return;
    }
    people.retain(|person| {
        let stated = person.sac.is_some() || person.sfc.is_some() || person.mail.is_some() || person.phone.is_some();
        stated || !has(&LIFE, context.after(person.name.end, BEGINS))
    });
}
