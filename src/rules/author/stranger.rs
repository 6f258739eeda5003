//! People named in quoted or hidden matter, who are no authors of the report.
//!
//! A report may quote another firm's page, its licence numbers included. Such a person carries another firm's prefix
//! AND stands away from the author block, in the body or in a quotation; or stands in markup a reader never sees.

use std::ops::Range;

use super::Person;
use crate::domain::evidence::Span;
use crate::domain::license::SacNumber;
use crate::domain::record::{ReviewCode, ReviewItem};
use crate::rules::Context;
use crate::rules::find::{Pattern, compile, has};
use crate::zones::ZoneKind;

/// People this near to an author stand in the same block, in bytes.
const NEAR: usize = 900;
/// A tag that hides its content opens no further before the name, in characters.
const TAG: usize = 400;

/// Markup whose content is not shown.
static HIDES: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^<!--|^<(?:script|style|template|noscript)\b|^<[a-z][^>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|\shidden\b)",
    )
});

/// The authors, and the people who are none.
pub(super) fn part(context: &Context<'_>, people: Vec<Person>) -> (Vec<Person>, Vec<Person>) {
    let (hidden, shown): (Vec<Person>, Vec<Person>) = people.into_iter().partition(|person| hides(context, person));
    let Some(home) = shown.iter().find_map(|person| prefix(context, person)) else {
        return (shown, hidden);
    };
    let own: Vec<Range<usize>> =
        shown.iter().filter(|person| prefix(context, person).as_ref() == Some(&home)).map(|person| person.name.clone()).collect();
    let foreign = |person: &Person| {
        prefix(context, person).is_some_and(|prefix| prefix != home)
            && (quoted(context, person)
                || !own.iter().any(|name| name.start.abs_diff(person.name.start) < NEAR)
                    && !matches!(context.kind_at(person.name.start), ZoneKind::Header | ZoneKind::AnalystStatement | ZoneKind::Contacts))
    };
    let (mut strangers, own): (Vec<Person>, Vec<Person>) = shown.into_iter().partition(foreign);
    strangers.extend(hidden);
    (own, strangers)
}

/// What a person should see about somebody who was left out.
pub(super) fn item(context: &Context<'_>, person: &Person) -> Option<ReviewItem> {
    let name = context.words(person.name.clone());
    let number = context.slice(person.sac.clone()?);
    let detail = format!("`{number}` ({name}) stands in quoted or hidden matter away from the authors and is not listed");
    Some(ReviewItem { pointer: "/authors".to_owned(), code: ReviewCode::LicenseMismatch, detail })
}

fn prefix(context: &Context<'_>, person: &Person) -> Option<String> {
    SacNumber::parse(context.slice(person.sac.clone()?)).map(|number| number.firm_prefix)
}

/// The source before the name, no more than [`TAG`] characters: the normalised text has lost tags and quotation marks.
fn before<'a>(context: &Context<'a>, person: &Person) -> &'a str {
    let end = context.document.span(person.name.clone()).map_or(0, |span| span.start);
    context.document.source.slice(Span { start: end.saturating_sub(TAG), end })
}

/// Whether a tag that hides is open before the name.
fn hides(context: &Context<'_>, person: &Person) -> bool {
    let before = before(context, person);
    let closed = before.rfind("</").into_iter().chain(before.rfind("-->")).max().unwrap_or(0);
    let open = before.get(closed..).unwrap_or_default();
    open.match_indices('<').any(|(at, _)| has(&HIDES, open.get(at..).unwrap_or_default()))
}

/// Whether the line is a quotation of markdown.
fn quoted(context: &Context<'_>, person: &Person) -> bool {
    before(context, person).rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with('>'))
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::rules::{Context, author};
    use crate::zones::Zones;

    fn names(text: &str) -> (Vec<String>, usize) {
        let document = Document::from_bytes("x.md", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let (authors, items) = author::read(&Context::new(&document, &zones));
        (authors.into_iter().filter_map(|author| author.name).map(|name| name.value).collect(), items.len())
    }

    const HEADER: &str = "# 望湖科技:新品放量\n\n分析师：林乔\nTel: 021-00005512\nSAC 编号: S9710521060003\n\n";

    #[test]
    fn hidden_people_are_no_authors() {
        let prose = "公司经营平稳，新品放量，渠道库存处于低位。".repeat(4);
        for hidden in [
            "<div style=\"display:none\">分析师：王川 执业证书编号：S9640519110005</div>",
            "<!-- 分析师：王川 执业证书编号：S9640519110005 -->",
        ] {
            let (names, items) = names(&format!("{HEADER}{prose}\n\n{hidden}\n\n{prose}\n"));
            assert_eq!(names, ["林乔"], "{hidden}");
            assert!(items <= 1, "{hidden}");
        }
    }

    #[test]
    fn a_quoted_page_of_another_firm_names_no_author() {
        let prose = "公司经营平稳，新品放量，渠道库存处于低位。\n\n".repeat(20);
        let quote = "> 分析师：王川 执业证书编号：S9640519110005";
        assert_eq!(names(&format!("{HEADER}{prose}{quote}\n")), (vec!["林乔".to_owned()], 1));
    }

    #[test]
    fn a_colleague_with_a_number_of_another_firm_stays() {
        let text = format!("{HEADER}分析师：王川\nTel: 021-00005513\nSAC 编号: S9640519110005\n\n投资要点\n公司经营平稳。\n");
        assert_eq!(names(&text), (vec!["林乔".to_owned(), "王川".to_owned()], 0));
    }
}
