//! The company of a page that prints no code: the one its title begins with, `望湖白药:工业收入占比提升`.

use super::{ENOUGH, Stock, may_be_a_company};
use crate::rules::Context;
use crate::rules::find::{Pattern, compile, has, is_han, trim};

/// Where such a title stands: in so many headings,
const HEADINGS: usize = 6;
/// and where the page prints the company's figures, in characters.
const FRONT: usize = 1500;
/// The figures of the one company a page is about, at the head of their line.
static FIGURES: Pattern = Pattern::new(|| compile(r"(?m)^[-#|*\s]{0,6}(?:总股本|流通股本|总市值|流通市值)[^\n\d]{0,24}[:\s|)]\s?\d"));
/// Lines that say that a page is about something else.
static ELSEWHERE: Pattern = Pattern::new(|| {
    compile(r"(?m)^[#\s]{0,4}(?:[^\n,。:公个证相]{0,12}(?:研究|点评|深度|专题|策略|[周月日]报|跟踪|晨会)(?:报告)?\s*$|行业评级\s?:)")
});
/// Roles, and what is no share.
const NO_COMPANY: [&str; 5] = ["证券", "转债", "分析师", "研究员", "联系人"];
/// So often the text names a company it is about.
const NAMED: usize = 4;
/// What follows the company is no shorter, in characters: a field of the header is.
const SHORTEST: usize = 6;

/// The company before the colon of a heading at the top, where the whole text speaks of it.
pub(super) fn company(context: &Context<'_>) -> Option<Stock> {
    let text = context.text();
    let front = context.front(FRONT);
    let mut at = 0;
    let lines = front.split_inclusive('\n').map(|line| {
        let line = at..at + line.len();
        at = line.end;
        trim(text, line)
    });
    let names = lines.filter(|line| context.slice(line.clone()).starts_with('#')).take(HEADINGS).filter_map(|line| {
        let words = context.slice(line.clone()).trim_start_matches(['#', ' ']);
        let (name, rest) = words.split_once(':')?;
        let short = (3..=6).contains(&name.chars().count()) && name.chars().all(is_han);
        let start = line.end - words.len();
        (short && rest.trim().chars().count() >= SHORTEST).then_some(start..start + name.len())
    });
    let name = names.into_iter().find(|name| {
        let name = context.slice(name.clone());
        may_be_a_company(name) && !NO_COMPANY.iter().any(|end| name.ends_with(end)) && text.match_indices(name).take(NAMED).count() == NAMED
    })?;
    (has(&FIGURES, front) && !has(&ELSEWHERE, front)).then_some(Stock { code: name.start..name.start, name, weight: ENOUGH })
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::rules::{Context, read};
    use crate::zones::Zones;

    fn subject(text: &str) -> Option<String> {
        let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        read(&Context::new(&document, &zones)).subject.name.map(|name| name.value)
    }

    #[test]
    fn the_company_before_the_colon_of_the_title() {
        let body = "总股本/流通(亿股) 17.84/17.73\n\n事件:望湖白药发布半年度报告。\n望湖白药工业收入占比提升。预计望湖白药全年平稳,维持“买入”评级。\n";
        assert_eq!(subject(&format!("医药\n\n# 望湖白药:工业收入占比提升,管线临床顺利\n\n{body}")).as_deref(), Some("望湖白药"));
        // A heading, and words the text does not come back to, are none.
        assert_eq!(subject(&format!("医药\n\n# 投资要点:工业收入占比提升,管线临床顺利\n\n{body}")), None);
        assert_eq!(subject(&format!("医药\n\n# 乘风破浪:工业收入占比提升,管线临床顺利\n\n{body}")), None);
        // Nor is the theme of a report on a sector, though it prints companies.
        let sector = body.replace("望湖白药", "先进封装");
        for kind in ["行业研究", "行业评级:看好(维持)", "固收点评"] {
            let name = subject(&format!("{kind}\n\n# 先进封装:产能持续紧缺,国产替代提速\n\n{sector}"));
            assert_ne!(name.as_deref(), Some("先进封装"), "{kind}");
        }
    }
}
