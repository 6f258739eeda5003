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
    people.extend(masked(context, front, people));
    people.sort_by_key(|person| person.name.start);
}

/// A column that was read in another order: the one number nobody has is that of the one analyst who has none.
pub(super) fn last_of_both(context: &Context<'_>, people: &mut [Person]) {
    let front = context.after(0, FRONT);
    let holds = |person: &Person, number: &str| person.sac.clone().is_some_and(|own| context.slice(own) == number);
    let mut open = captures(&NUMBER, front).take(MOST).filter_map(|found| group(&found, "sac")).filter(|number| {
        let number = context.slice(number.clone());
        // The sixth character tells analysts (5) from those who only passed the examination (1).
        number.as_bytes().get(5) == Some(&b'5') && !people.iter().any(|person| holds(person, number))
    });
    let (Some(number), None) = (open.next(), open.next()) else { return };
    let name = |person: &Person| context.slice(person.name.clone()).to_owned();
    let without: Vec<usize> = (0..people.len())
        .filter(|at| {
            people.get(*at).is_some_and(|person| {
                person.role.as_ref().is_some_and(|(role, _)| *role == AuthorRole::Analyst)
                    && person.name.start < front.len()
                    && !people.iter().any(|other| other.sac.is_some() && name(other) == name(person))
            })
        })
        .collect();
    let Some(one) = without.first().and_then(|at| people.get(*at)).map(name) else { return };
    if without.iter().all(|at| people.get(*at).is_some_and(|person| name(person) == one))
        && let Some(person) = without.first().and_then(|at| people.get_mut(*at))
    {
        person.sac = Some(number);
    }
}

/// A name on the line above the label of a number that a site has made unreadable: `执业证书编号:S1 ***`.
fn masked(context: &Context<'_>, front: &str, people: &[Person]) -> Vec<Person> {
    static MASKED: Pattern = Pattern::new(|| {
        compile(
            r"(?m)^(?P<name>\p{Han}{2,3})\s{1,3}(?:SAC\s?)?(?:执业|执证)(?:资格)?(?:证书)?编[号码]\s?:?\s?[SA]?\d{0,4}(?:\s{0,3}\*|[ \t]*$)",
        )
    });
    captures(&MASKED, front)
        .filter_map(|found| group(&found, "name"))
        .filter(|name| name::is_chinese(context.slice(name.clone())) && people.iter().all(|person| person.name != *name))
        .map(|name| Person { role: Some((AuthorRole::Analyst, name.clone())), name, ..Person::default() })
        .collect()
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

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::rules::{Context, author};
    use crate::zones::Zones;

    fn people(text: &str) -> Vec<String> {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let word = |slot: crate::domain::Slot<String>| slot.map_or("-".to_owned(), |found| found.value);
        let (authors, _) = author::read(&Context::new(&document, &zones));
        authors.into_iter().map(|author| format!("{}/{}", word(author.name), word(author.license_no))).collect()
    }

    #[test]
    fn the_number_nobody_has_is_the_one_analysts_who_has_none() {
        let side = "# 因子再挖掘\n\n分析师：林乔\n\n2024年4月17日\n\n证券分析师\n\n林乔\n\n021-00005512\n\nlinqiao@wj.cn\n\n研究助理\n\n田川\n\nSAC NO：S0990120070021\n\n相关研究报告\n\n《因子模型研究系列之七》\n20230419\n\n《因子模型研究系列之八》\n\n20230620\n\n";
        assert_eq!(people(&format!("{side}SAC NO：S0990517100002\n\n核心观点：\n")), ["林乔/S0990517100002", "田川/S0990120070021"]);
        // A number of somebody who only passed the examination is no analyst's.
        assert_eq!(people(&format!("{side}SAC NO：S0990117100002\n\n核心观点：\n"))[0], "林乔/-");
    }

    #[test]
    fn a_name_above_a_number_that_was_made_unreadable() {
        for number in ["S1 ***************", "S1\n\n***************", "S0990***"] {
            let text =
                format!("证券研究报告\n\n行业月报\n\n分析师\n\n29.56\n\n林乔\n\n执业证书编号:{number}\n\n相关报告\n\n1 《行业月报》\n");
            assert_eq!(people(&text), ["林乔/-"], "{number}");
        }
    }

    #[test]
    fn economists_editors_and_covers_in_traditional_characters() {
        let economist = "请务必阅读重要法律声明 林乔 首席经济学 家 SAC 执证编号:S0990520110004 电话:86-10-00002692 田川 研究助理";
        assert_eq!(people(economist)[0], "林乔/S0990520110004");
        let editor = "证券研究报告 2024年4月17日 晨会纪要 编辑:林乔 linq@wj.cn 投资要点 分析师:田川 S0990520050003 行业回升。";
        let found = people(editor);
        assert!(found.contains(&"田川/S0990520050003".to_owned()), "{found:?}");
        let hong_kong = "望湖證券研究報告\n江南控股 (999 HK)\n買入\n分析員：陳大文 SFC CE No. AAA123\n聯絡人：李小明 (852) 0000 1234\n公司收入按年上升。\n";
        assert_eq!(people(hong_kong), ["陳大文/AAA123", "李小明/-"]);
        let both = "Northlake Research Company Report: Harbour Int'l (00999 HK) Ann Field 方安 (86755) 0000 1234 8 September 2021 Earnings to stay good in the second half.";
        assert_eq!(people(both), ["Ann Field/-"]);
    }
}
