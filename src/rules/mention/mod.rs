//! Other securities the report speaks of with a stance or a rating (domain.md T1, T8).

mod english;
mod list;
mod name;
mod picks;
mod pieces;
mod table;
mod words;

use std::ops::Range;

use super::Context;
use crate::domain::Located;
use crate::domain::rating::{Action, status_word};
use crate::domain::reading::SubjectReading;
use crate::domain::record::{Mention, Stance};
use crate::domain::security::symbol;
use crate::zones::ZoneKind;

pub(super) use list::{Cue, cues};
pub(super) use words::stance;

/// Mentions kept of one report: coverage lists of hundreds say nothing about this report.
const MOST: usize = 400;

/// Whether a word has the form of a company's name.
pub(super) fn company(word: &str) -> bool {
    name::Known::default().judge(word) == name::Certainty::Certain
}

/// Whether a word is a sector with a company's name glued behind it: 血制品〔某某生物〕.
pub(super) fn ends_with_a_company(word: &str) -> bool {
    words::SECTORS.iter().any(|sector| word.strip_prefix(sector).is_some_and(company))
}

/// Reads the mentions; the subject of the report is none.
pub(super) fn read(context: &Context<'_>, subject: &SubjectReading) -> Vec<Located<Mention>> {
    let mut found = Mentions { context, subject, list: Vec::new() };
    if context.chinese {
        chinese(context, &mut found);
    } else {
        for named in english::named(context.text()) {
            let stance = if named.grade.is_some() { Stance::Rated } else { Stance::Recommend };
            let (target, currency) = named.target.map_or((None, None), |(target, currency)| (Some(target), currency));
            let mention = Mention {
                rating_raw: named.grade,
                target_low: target,
                target_high: target,
                currency,
                ..mention(named.name, named.code, stance, named.cue)
            };
            found.add(mention, named.range);
        }
    }
    found.list
}

fn chinese(context: &Context<'_>, found: &mut Mentions<'_>) {
    let text = context.unwrapped();
    let mut known = name::Known::of(text.text());
    let rows = table::rows(text, &known);
    // A coverage table says which words are names; the advice above it prints them bare.
    known.extend(rows.iter().filter(|row| row.code.is_some()).map(|row| row.name.as_str()));
    for cue in cues(text) {
        if !speaks(context, text.original(cue.at.clone()).start) {
            continue;
        }
        for listed in list::names(text, &cue, &known) {
            let stance = words::stance(&listed.cue);
            let mention = Mention { theme: listed.theme, ..mention(listed.name, listed.code, stance, Some(listed.cue)) };
            found.add(mention, text.original(listed.range));
        }
    }
    for row in rows.into_iter().chain(table::beside(text, &known)).chain(table::listed(text, &known)).chain(picks::picks(text)) {
        let range = text.original(row.range);
        if !speaks(context, range.start) {
            continue;
        }
        let graded = row.grade.as_deref().is_some_and(|grade| status_word(grade).is_none());
        let stance = match &row.cue {
            Some(cue) => words::stance(cue),
            None if graded => Stance::Rated,
            None => Stance::Neutral,
        };
        let mention = mention(row.name, row.code, stance, row.cue);
        let (target, currency) = row.target.map_or((None, None), |target| (Some((target.low, target.high)), target.currency));
        let exchange = mention.symbol.as_ref().and_then(|code| code.rsplit_once('.'));
        let yuan = exchange.is_some_and(|(_, exchange)| matches!(exchange, "SH" | "SZ"));
        let mention = Mention {
            rating_raw: row.grade,
            action: row.action,
            target_low: target.map(|(low, _)| low),
            target_high: target.map(|(_, high)| high),
            // 元 is the yuan beside a mainland code only.
            currency: currency.filter(|code| *code != "CNY" || yuan).map(str::to_owned),
            ..mention
        };
        found.add(mention, range);
    }
}

/// Whether the report speaks of securities here: not in definitions. (Statements of analysts are told
/// sentence by sentence: their heading often stands on the first page, before the text.)
fn speaks(context: &Context<'_>, at: usize) -> bool {
    !matches!(context.kind_at(at), ZoneKind::Definitions | ZoneKind::Distribution)
}

/// -U, -W: marks of the listing (STAR Market, Hong Kong), no part of the name.
fn unmarked(mut name: String) -> String {
    if let Some(at) =
        name.rfind('-').filter(|&at| name.get(at + 1..).is_some_and(|mark| mark.chars().all(|c| matches!(c, 'U' | 'W' | 'B'))))
    {
        name.truncate(at);
    }
    name
}

fn mention(name: String, code: Option<String>, stance: Stance, stance_raw: Option<String>) -> Mention {
    Mention {
        symbol: code.as_deref().and_then(symbol).map(|symbol| symbol.symbol),
        name: unmarked(name),
        code,
        theme: None,
        stance: Some(stance),
        stance_raw,
        rating_raw: None,
        action: None::<Action>,
        target_low: None,
        target_high: None,
        currency: None,
        current_price: None,
    }
}

struct Mentions<'a> {
    context: &'a Context<'a>,
    subject: &'a SubjectReading,
    list: Vec<Located<Mention>>,
}

impl Mentions<'_> {
    /// Adds a mention, or completes the one of the same name: a report lists a security in its table and in its advice.
    fn add(&mut self, mention: Mention, range: Range<usize>) {
        if self.list.len() >= MOST || self.is_subject(&mention) {
            return;
        }
        let Some(evidence) = self.context.evidence(range) else { return };
        let Some(known) = self.list.iter_mut().find(|known| known.value.name == mention.name) else {
            self.list.push(Located::new(mention, evidence));
            return;
        };
        let adds = (known.value.rating_raw.is_none() && mention.rating_raw.is_some())
            || (known.value.stance_raw.is_none() && mention.stance_raw.is_some())
            || (known.value.code.is_none() && mention.code.is_some());
        if !adds {
            return;
        }
        known.evidence.push(evidence);
        let value = &mut known.value;
        if value.stance_raw.is_none() && mention.stance_raw.is_some() {
            value.stance = mention.stance;
        }
        value.stance_raw = value.stance_raw.take().or(mention.stance_raw);
        value.rating_raw = value.rating_raw.take().or(mention.rating_raw);
        value.action = value.action.or(mention.action);
        value.theme = value.theme.take().or(mention.theme);
        value.symbol = value.symbol.take().or(mention.symbol);
        value.code = value.code.take().or(mention.code);
        if value.target_high.is_none() {
            (value.target_low, value.target_high, value.currency) = (mention.target_low, mention.target_high, mention.currency);
        }
    }

    fn is_subject(&self, mention: &Mention) -> bool {
        let same_code = |code: &String| {
            let digits = |code: &str| code.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
            mention
                .code
                .as_deref()
                .is_some_and(|other| symbol(other).is_some() && symbol(other) == symbol(code) || digits(other) == digits(code))
        };
        let same_name = |name: &String| {
            let (name, other) = (name.trim(), mention.name.as_str());
            !name.is_empty() && (name == other || (name.chars().count() >= 3 && (other.starts_with(name) || name.starts_with(other))))
        };
        self.subject.code.as_ref().is_some_and(|code| same_code(&code.value))
            || self.subject.name.as_ref().is_some_and(|name| same_name(&name.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::domain::{By, Evidence, Span};
    use crate::zones::Zones;

    fn reading(text: &str, subject: &SubjectReading) -> Vec<Located<Mention>> {
        let document = Document::from_bytes("t.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        read(&Context::new(&document, &zones), subject)
    }

    #[test]
    fn table_and_advice_make_one_mention() {
        let text = "投资建议 建议关注望江万象、云岭仪器等。重点公司 投资评级15E16E望江万象60099923.220.110.16谨慎增持云岭仪器30099916.460.06谨慎增持资料来源:望江证券";
        let found = reading(text, &SubjectReading::default());
        assert_eq!(found.len(), 2);
        let first = &found[0].value;
        assert_eq!((first.name.as_str(), first.code.as_deref(), first.symbol.as_deref()), ("望江万象", Some("600999"), Some("600999.SH")));
        assert_eq!(
            (first.stance, first.stance_raw.as_deref(), first.rating_raw.as_deref()),
            (Some(Stance::Watch), Some("建议关注"), Some("谨慎增持"))
        );
    }

    #[test]
    fn the_table_tells_what_a_name_is() {
        let text = "建议关注星河德等。重点公司 投资评级14A15E16E星河德60099923.220.110.16增持资料来源:望江证券";
        let found = reading(text, &SubjectReading::default());
        assert_eq!(found.iter().map(|found| found.value.stance_raw.as_deref()).collect::<Vec<_>>(), [Some("建议关注")]);
    }

    #[test]
    fn the_subject_is_no_mention() {
        let located = |value: &str| Some(Located::new(value.to_owned(), Evidence::exact(By::Rules, value, Span { start: 0, end: 1 })));
        let subject = SubjectReading { name: located("望江客"), code: located("300896.SZ"), ..SubjectReading::default() };
        let found = reading("可比公司评级300896望江客买入490.082.54688999云岭生物增持133.131.22。推荐望江客股份。", &subject);
        assert_eq!(found.iter().map(|found| found.value.name.as_str()).collect::<Vec<_>>(), ["云岭生物"]);
    }

    #[test]
    fn no_grade_is_no_rating() {
        let found = reading("可比公司表格如下所示评级688998海川生科暂无108.502.09", &SubjectReading::default());
        assert_eq!((found[0].value.stance, found[0].value.rating_raw.as_deref()), (Some(Stance::Neutral), Some("暂无")));
    }

    #[test]
    fn evidence_is_the_words() {
        let found = reading("投资建议:推荐【白鹭洲】,关注【星河】。市场平稳。", &SubjectReading::default());
        assert_eq!(found.iter().map(|found| found.evidence[0].quote.as_str()).collect::<Vec<_>>(), ["推荐【白鹭洲", "关注【星河"]);
    }
}
