//! Authors whose fields stand between lines of prose: a page in two columns that was read line by line.
//!
//! `分析师:林乔` on one line, a line of the body below it, then `执业证号:S…`: no stretch of author fields is left, so a
//! number is given to the last name above it that is told by its place: behind a role, or alone in its line or cell.

use std::ops::Range;

use super::token::{Kind, SAC_LENGTH, Token, tokens};
use super::{Person, name};
use crate::domain::record::AuthorRole;
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, group, has, line_at};

/// The first page, in characters.
const FRONT: usize = 6000;
/// So many lines may stand between a name and its number.
const LINES: usize = 7;
/// The lines between are no longer together, in bytes.
const NEAR: usize = 2000;
/// An address is no farther behind its number, in characters.
const BELOW: usize = 400;
/// No report has more authors on its first page.
const MOST: usize = 12;
/// A line of prose is no shorter, in characters.
const PROSE: usize = 24;

/// A role and the name behind it, at the end of their line or cell.
static SIGNED: Pattern = Pattern::new(|| {
    compile(
        r"(?m)(?P<role>研究助理|助理研究员|联系人|分析师|研究员|分析员)[ \t]*(?::|[ \t])[ \t]*(?P<name>\p{Han}{2,4})(?:[ \t(]|$)|^(?:[^\n\t]*\t)?(?P<alone>\p{Han}{2,4})(?:[ \t][^\n]*)?$",
    )
});
/// A role on the page above a name that stands alone.
static ROLE: Pattern = Pattern::new(|| compile(r"分析师|研究员|分析员|作者"));

/// The first page, cut into numbers, addresses and the rest once.
pub(super) struct Front<'c, 'd> {
    context: &'c Context<'d>,
    words: &'d str,
    /// Whole licence numbers, in order.
    numbers: Vec<Range<usize>>,
    /// Addresses, in order; those of the copy's reader are none.
    mails: Vec<Range<usize>>,
}

/// A name above a number.
struct Sign {
    name: Range<usize>,
    role: Option<(AuthorRole, Range<usize>)>,
}

impl<'c, 'd> Front<'c, 'd> {
    /// Cuts the first page.
    pub(super) fn of(context: &'c Context<'d>) -> Self {
        let words = context.front(FRONT).as_str();
        let window = 0..words.len() + context.after(words.len(), BELOW).len();
        let (mut numbers, mut mails) = (Vec::new(), Vec::new());
        for Token { kind, range } in tokens(context.text(), window) {
            match kind {
                Kind::Sac if range.len() >= SAC_LENGTH && range.end <= words.len() && numbers.len() < MOST => numbers.push(range),
                Kind::Mail => mails.push(range),
                _ => {}
            }
        }
        Self { context, words, numbers, mails }
    }

    /// Gives numbers whose people are missing, or were taken for words of the body, to the names above them.
    pub(super) fn pair(&self, people: &mut Vec<Person>) {
        self.rows(people);
        let mut floor = 0;
        for number in &self.numbers {
            let holder = people.iter().position(|person| self.holds(person, number));
            let known = holder.and_then(|at| people.get(at)).is_some_and(|person| self.near(person, number));
            if !known && let Some(sign) = self.above(floor, number, people) {
                if let Some(at) = holder {
                    people.remove(at);
                }
                let mail = self.own_mail(&sign.name, number);
                match people.iter_mut().find(|person| person.name == sign.name) {
                    Some(person) => {
                        person.sac = Some(number.clone());
                        person.mail = person.mail.take().or(mail);
                    }
                    None => people.push(Person { name: sign.name, role: sign.role, sac: Some(number.clone()), mail, ..Person::default() }),
                }
            }
            // The address may stand behind lines of the body as well.
            if let Some(person) = people.iter_mut().find(|person| person.sac.as_ref() == Some(number) && person.mail.is_none()) {
                person.mail = self.own_mail(&person.name, number);
            }
            floor = number.end;
        }
        let masked = self.masked(people);
        people.extend(masked);
        people.sort_by_key(|person| person.name.start);
    }

    /// A column that was read in another order: the one number nobody has is that of the one analyst who has none.
    pub(super) fn last_of_both(&self, people: &mut [Person]) {
        let mut open = self.numbers.iter().filter(|number| {
            // The sixth character tells analysts (5) from those who only passed the examination (1).
            let analyst = self.context.slice((*number).clone()).as_bytes().get(5) == Some(&b'5');
            analyst && !people.iter().any(|person| self.holds(person, number))
        });
        let (Some(number), None) = (open.next(), open.next()) else { return };
        let name = |person: &Person| self.context.slice(person.name.clone());
        let without: Vec<usize> = (0..people.len())
            .filter(|at| {
                people.get(*at).is_some_and(|person| {
                    person.role.as_ref().is_some_and(|(role, _)| *role == AuthorRole::Analyst)
                        && person.name.start < self.words.len()
                        && !people.iter().any(|other| other.sac.is_some() && name(other) == name(person))
                })
            })
            .collect();
        let Some(one) = without.first().and_then(|at| people.get(*at)).map(name) else { return };
        if without.iter().all(|at| people.get(*at).is_some_and(|person| name(person) == one))
            && let Some(person) = without.first().and_then(|at| people.get_mut(*at))
        {
            person.sac = Some(number.clone());
        }
    }

    /// Whether a person has a number, here or in another place.
    fn holds(&self, person: &Person, number: &Range<usize>) -> bool {
        person.sac.clone().is_some_and(|own| self.context.slice(own) == self.context.slice(number.clone()))
    }

    /// A name on the line above the label of a number that a site has made unreadable: `执业证书编号:S1 ***`.
    fn masked(&self, people: &[Person]) -> Vec<Person> {
        static MASKED: Pattern = Pattern::new(|| {
            compile(
                r"(?m)^(?P<name>\p{Han}{2,3})\s{1,3}(?:SAC\s?)?(?:执业|执证)(?:资格)?(?:证书)?编[号码]\s?:?\s?[SA]?\d{0,4}(?:\s{0,3}\*|[ \t]*$)",
            )
        });
        captures(&MASKED, self.context.part(0..self.words.len()))
            .filter_map(|found| group(&found, "name"))
            .filter(|name| name::is_chinese(self.context.slice(name.clone())) && people.iter().all(|person| person.name != *name))
            .map(|name| Person { role: Some((AuthorRole::Analyst, name.clone())), name, ..Person::default() })
            .collect()
    }

    /// Numbers side by side on a line are those of as many names side by side on a line above.
    fn rows(&self, people: &mut Vec<Person>) {
        let context = self.context;
        for row in self.numbers.chunk_by(|one, next| !context.slice(one.end..next.start).contains('\n')).filter(|row| row.len() > 1) {
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
    fn near(&self, person: &Person, number: &Range<usize>) -> bool {
        let line = line_at(self.context.text(), person.name.start);
        line.contains(&number.start) || !prose(self.context.slice(line))
    }

    /// The last name above a number that has none.
    fn above(&self, floor: usize, number: &Range<usize>, people: &[Person]) -> Option<Sign> {
        let context = self.context;
        let from = lines_above(context.slice(floor..number.start)) + floor;
        if number.start - from > NEAR {
            return None;
        }
        let mail = self.mail_below(number);
        captures(&SIGNED, context.slice(from..number.start))
            .filter_map(|found| {
                let range = group(&found, "name").or_else(|| group(&found, "alone"))?;
                let name = from + range.start..from + range.end;
                let printed = context.slice(name.clone());
                let role = group(&found, "role").map(|role| from + role.start..from + role.end);
                let spelt = mail.is_some_and(|mail| self.spells(&name, mail));
                let told = match &role {
                    Some(_) => name::is_announced(printed) || name::is_unknown(printed),
                    // Alone on its line a name needs an address that spells it, or nothing else on the line.
                    None => name::is_chinese(printed) && (spelt || self.alone(&name)) && has(&ROLE, context.before(name.start, 400)),
                };
                let free = people.iter().all(|person| person.name != name || person.sac.is_none());
                (told && free).then(|| Sign { name, role: role.map(|role| (kind(context.slice(role.clone())), role)) })
            })
            .last()
    }

    fn alone(&self, name: &Range<usize>) -> bool {
        let line = line_at(self.context.text(), name.start);
        self.context.slice(line).trim() == self.context.slice(name.clone())
    }

    /// The address of a name: below its number, or between the two.
    fn own_mail(&self, name: &Range<usize>, number: &Range<usize>) -> Option<Range<usize>> {
        let between = || self.mails.iter().filter(|mail| mail.start >= name.end && mail.end <= number.start);
        let below = self.mail_below(number).filter(|mail| self.spells(name, mail));
        below.or_else(|| between().find(|mail| self.spells(name, mail))).cloned()
    }

    /// The first address below a number, before the next number.
    fn mail_below(&self, number: &Range<usize>) -> Option<&Range<usize>> {
        let after = self.context.after(number.end, BELOW);
        let lines = after.match_indices('\n').nth(LINES).map_or(after.len(), |(at, _)| at);
        let next = self.numbers.iter().find(|next| next.start >= number.end).map_or(usize::MAX, |next| next.start);
        let end = next.min(number.end + lines);
        self.mails.iter().find(|mail| mail.start >= number.end).filter(|mail| mail.end <= end)
    }

    fn spells(&self, name: &Range<usize>, mail: &Range<usize>) -> bool {
        name::fits_mail(self.context.slice(name.clone()), self.context.slice(mail.clone()))
    }
}

fn prose(line: &str) -> bool {
    line.chars().count() >= PROSE && line.contains([',', '。', '、', ';'])
}

/// Where the lines begin that may hold a number's name.
fn lines_above(words: &str) -> usize {
    words.rmatch_indices('\n').nth(LINES).map_or(0, |(at, _)| at + 1)
}

fn kind(role: &str) -> AuthorRole {
    match role {
        "联系人" => AuthorRole::Contact,
        "研究助理" | "助理研究员" => AuthorRole::Assistant,
        _ => AuthorRole::Analyst,
    }
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
