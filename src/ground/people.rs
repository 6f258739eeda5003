//! People: a name must stand as a whole name, and names and numbers in the same order.

use std::ops::Range;

use crate::document::Document;
use crate::domain::Reason;
use crate::domain::reading::AuthorReading;

use super::near::{after, before, is_han};

/// Words that may follow a name without being a part of it.
const AFTER: &[&str] = &[
    "执业", "证书", "证券", "分析", "研究", "联系", "电话", "首席", "资格", "登记", "行业", "博士", "硕士", "所", "承诺", "具有", "和",
    "与", "先生", "女士", "本人", "编号", "邮箱", "手机", "团队", "高级", "资深", "助理", "在", "是", "为", "曾", "于", "现", "毕业",
    "负责", "从", "等", "及", "的", "师", "年", "拥有", "加入",
];
/// Words a name may follow.
const BEFORE: &[&str] =
    &["师", "人", "员", "理", "者", "席", "和", "与", "及", "由", "组", "队", "名", "所", "券", "报告", "作", "系", "总监", "经理"];

/// Whether a name stands somewhere as a whole name: `张三` not in 张三丰 alone, `John` not in John Smith alone.
pub(super) fn is_whole(text: &str, name: &str) -> bool {
    let name = name.trim();
    let places: Vec<Range<usize>> = text.match_indices(name).take(50).map(|(at, _)| at..at + name.len()).collect();
    // Where it is printed with blanks or in another width, the search that found it decides.
    if places.is_empty() {
        return true;
    }
    let places: Vec<Range<usize>> = places.into_iter().filter(|place| !begins_inside_title(text, place.start)).collect();
    if places.is_empty() {
        return false;
    }
    if !name.chars().all(is_han) {
        // A given name stands alone somewhere, in a greeting or an address; that makes it no whole name.
        return places.iter().all(|place| is_whole_latin(text, place));
    }
    // In texts without blanks one place may show where it begins and another where it ends.
    let ends = places.iter().any(|place| ends_at(text, place.end));
    let begins = places.iter().any(|place| begins_at(text, place.start));
    // Names of three run into the next name, not into a single letter before a blank.
    let long = name.chars().count() >= 3;
    (ends && (begins || long)) || (begins && long && !places.iter().any(|place| one_more(text, place.end)))
}

fn ends_at(text: &str, end: usize) -> bool {
    let rest = after(text, end, 4);
    !rest.starts_with(is_han) || AFTER.iter().any(|word| rest.starts_with(word))
}

fn begins_at(text: &str, start: usize) -> bool {
    let lead = before(text, start, 4);
    !lead.ends_with(is_han) || BEFORE.iter().any(|word| lead.ends_with(word))
}

/// Whether a name stands nowhere but behind the word for sales staff (`华东销售张三`).
pub(super) fn sells(text: &str, name: &str) -> bool {
    let mut places = text.match_indices(name.trim()).take(50).peekable();
    places.peek().is_some() && places.all(|(at, _)| before(text, at, 5).contains("销售"))
}

/// What stands before names, of which a cut one may have the end: 理温叙 in 研究助理温叙.
const TITLES: &[&str] = &["分析师", "分析员", "研究员", "助理", "联系人", "首席", "总监", "经理", "作者", "组长"];

fn begins_inside_title(text: &str, start: usize) -> bool {
    let (lead, rest) = (before(text, start, 3), after(text, start, 3));
    TITLES.iter().any(|title| {
        title.char_indices().skip(1).any(|(cut, _)| {
            let (head, tail) = title.split_at(cut);
            lead.ends_with(head) && rest.starts_with(tail)
        })
    })
}

/// Whether exactly one ideograph follows: the last of a name that was cut.
fn one_more(text: &str, end: usize) -> bool {
    let rest = after(text, end, 2);
    let mut rest = rest.chars();
    rest.next().is_some_and(is_han) && !rest.next().is_some_and(is_han)
}

fn is_whole_latin(text: &str, place: &Range<usize>) -> bool {
    let words = text.get(place.clone()).unwrap_or_default();
    let capital = |at: usize, behind: bool| {
        let text = if behind { text.get(at..).unwrap_or_default() } else { text.get(..at).unwrap_or_default() };
        if behind {
            text.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        } else {
            text.strip_suffix(' ').is_some_and(|lead| {
                let word = lead.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
                word.starts_with(|c: char| c.is_ascii_uppercase()) && word.len() > 1
            })
        }
    };
    // Two words are a name; one beside another capitalised word is a part of one.
    words.contains(' ') || !(capital(place.end, true) || capital(place.start, false))
}

/// Flags numbers, addresses and telephones that stand in another order than the names they are given to: in blocks and
/// in columns alike, the first number is the first person's.
pub(super) fn uncross(document: &Document, authors: &mut [AuthorReading]) {
    for part in [Part::License, Part::Email, Part::Phone] {
        let places: Vec<Option<(usize, usize)>> = authors.iter().map(|author| places(document, author, part)).collect();
        let crossed = |a: usize, b: usize| matches!((places.get(a), places.get(b)), (Some(Some(a)), Some(Some(b))) if a.0 != b.0 && a.1 != b.1 && (a.0 < b.0) != (a.1 < b.1));
        let bad: Vec<usize> = (0..authors.len()).filter(|&a| (0..authors.len()).any(|b| b != a && crossed(a, b))).collect();
        for index in bad {
            if let Some(author) = authors.get_mut(index) {
                part.flag(author);
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Part {
    License,
    Email,
    Phone,
}

impl Part {
    fn of(self, author: &AuthorReading) -> Option<&crate::domain::Located<String>> {
        match self {
            Self::License => author.license_no.as_ref(),
            Self::Email => author.email.as_ref(),
            Self::Phone => author.phone.as_ref(),
        }
    }

    fn flag(self, author: &mut AuthorReading) {
        let flag = |evidence: &mut Vec<crate::domain::Evidence>| {
            for evidence in evidence {
                evidence.reasons.push(Reason::OtherMeaning);
            }
        };
        match self {
            Self::License => {
                author.license_no.iter_mut().for_each(|part| flag(&mut part.evidence));
                author.license_type.iter_mut().for_each(|part| flag(&mut part.evidence));
            }
            Self::Email => author.email.iter_mut().for_each(|part| flag(&mut part.evidence)),
            Self::Phone => author.phone.iter_mut().for_each(|part| flag(&mut part.evidence)),
        }
    }
}

/// Where a part stands, and the name it is given to: the place of the name nearest to it.
fn places(document: &Document, author: &AuthorReading, part: Part) -> Option<(usize, usize)> {
    let name = author.name.as_ref().filter(|name| name.is_sound())?;
    let span = part.of(author).filter(|part| part.is_sound())?.evidence.first()?.span()?;
    let part = document.normalized.range(span).start;
    let text = document.normalized.text();
    let nearest = text.match_indices(name.value.as_str()).take(50).map(|(byte, _)| byte).min_by_key(|byte| byte.abs_diff(part))?;
    // A name far away says nothing of the order here.
    (nearest.abs_diff(part) < 1500).then_some((nearest, part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{By, Evidence, Located, Span};

    #[test]
    fn a_name_is_whole() {
        for (text, name, whole) in [
            ("分析师:张三丰 执业证书", "张三丰", true),
            ("分析师:张三丰 执业证书", "张三", false),
            ("分析师张三执业证书编号", "张三", true),
            ("联系人:欧阳明", "阳明", false),
            ("Analyst: John Smith", "John", false),
            ("Analyst: John Smith", "John Smith", true),
            ("张 三", "张三", true),
            ("研究助理温叙S9920124060032", "理温叙", false),
            ("研究助理温叙S9920124060032", "温叙", true),
            ("证券分析师褚望S9920520080005", "师褚望", false),
            ("联系人:人杰 电话", "人杰", true),
        ] {
            assert_eq!(is_whole(text, name), whole, "{name} in {text}");
        }
    }

    #[test]
    fn sales_staff_is_told_by_its_heading() {
        let text = "分析师:林乔 S0990520010001 销售团队 华东销售王川 021-55550000 华南销售总监 周明 分析师:周明";
        for (name, sales) in [("林乔", false), ("王川", true), ("周明", false), ("不在", false)] {
            assert_eq!(sells(text, name), sales, "{name}");
        }
    }

    fn author(text: &str, name: &str, number: &str) -> AuthorReading {
        let at = |words: &str| {
            let start = text[..text.find(words).unwrap()].chars().count();
            Located::new(words.to_owned(), Evidence::exact(By::Model, words, Span { start, end: start + words.chars().count() }))
        };
        AuthorReading { name: Some(at(name)), license_no: Some(at(number)), ..AuthorReading::default() }
    }

    #[test]
    fn numbers_given_to_the_wrong_names_are_seen_in_blocks_and_in_columns() {
        for text in [
            "分析师:林乔\n证书:S0990520010001\n分析师:王川\n证书:S0990520010002\n",
            "分析师:林乔 王川\n证书:S0990520010001 S0990520010002\n",
        ] {
            let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
            let sound = |authors: &[AuthorReading]| authors.iter().all(|author| author.license_no.as_ref().unwrap().is_sound());
            let mut right = [author(text, "林乔", "S0990520010001"), author(text, "王川", "S0990520010002")];
            uncross(&document, &mut right);
            assert!(sound(&right), "{text}");
            let mut wrong = [author(text, "林乔", "S0990520010002"), author(text, "王川", "S0990520010001")];
            uncross(&document, &mut wrong);
            assert!(!sound(&wrong), "{text}");
        }
    }
}
