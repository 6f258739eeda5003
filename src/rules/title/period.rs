//! The days a weekly or monthly report covers.
//!
//! Printed behind the name of the series (`行业周报(20240408-20240414)`) or where the market's week is told
//! (`本周(4月8日-4月14日)`); a range without a year is of the year of publication (`domain.md` T19). A range elsewhere
//! is of data, an event or an earlier report.

use std::ops::Range;

use crate::domain::Date;
use crate::domain::reading::ProductReading;
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, group, has};

/// The header and the first words, in characters.
const FRONT: usize = 2500;
/// A weekly comes out no later than this after its week, in days.
const LATEST: i32 = 10;
/// A monthly comes out no later than this after its month, in days.
const LATEST_MONTHLY: i32 = 45;
/// A period is no longer than a quarter, in days.
const LONGEST: i32 = 93;

/// Two days with a range mark between them; the second may leave out its year and month.
static RANGES: Pattern = Pattern::new(|| {
    compile(concat!(
        r"(?P<y>20\d\d)\s?[年./-]\s?(?P<m>\d{1,2})\s?[月./-]\s?(?P<d>\d{1,2})日?\s?(?:[-—–~至到]{1,2})\s?(?:(?P<y2>20\d\d)\s?[年./-]\s?)?(?:(?P<m2>\d{1,2})\s?[月./-]\s?)?(?P<d2>\d{1,2})日?",
        r"|(?P<cy>20\d\d)(?P<cm>[01]\d)(?P<cd>[0-3]\d)\s?(?:[-—–~至到]{1,2})\s?(?P<cy2>20\d\d)?(?P<cm2>[01]\d)(?P<cd2>[0-3]\d)",
        r"|(?P<sm>\d{1,2})月(?P<sd>\d{1,2})日?\s?(?:[-—–~至到]{1,2})\s?(?:(?P<sm2>\d{1,2})月)?(?P<sd2>\d{1,2})日",
        r"|(?P<bm>\d{1,2})[./](?P<bd>\d{1,2})\s?(?:[-—–~至])\s?(?P<bm2>\d{1,2})[./](?P<bd2>\d{1,2})",
    ))
});
/// A report that comes out again and again.
static PERIODICAL: Pattern = Pattern::new(|| compile(r"周报|月报|日报|周观点|周度|月度|周刊|一周|每周|(?i:weekly|monthly)"));
/// What stands before the range of this report's period.
static BEFORE: Pattern = Pattern::new(|| {
    compile(
        r"(?:(?:周报|月报|周观点|周刊|跟踪|系列|报告|周度[^()\n]{0,6}|(?i:weekly|monthly)[^()\n]{0,20})\s?\(|(?:本周|上周|本期|本月|上月|过去一周|最近一周|上一?交易周|报告期|回顾|期间)(?:[^\d。;\n]{0,3}))\s?$",
    )
});

/// Fills in the period the report states.
pub(super) fn fill(context: &Context<'_>, lines: &[Range<usize>], product: &mut ProductReading) {
    let published = product.publish_date.as_ref().map(|date| date.value);
    let front = context.front(FRONT);
    let periodical = lines.iter().any(|line| has(&PERIODICAL, context.slice(line.clone()))) || has(&PERIODICAL, context.front(FRONT / 2));
    let in_lines = lines.iter().flat_map(|line| ranges(context, line.clone(), published));
    let in_front = ranges(context, 0..front.len(), published)
        .into_iter()
        .filter(|found| periodical && has(&BEFORE, context.before(found.place.start, 24)) && !titled(context, found.place.start));
    let found = in_lines.chain(in_front).find(|found| fits(found, published));
    if let Some(found) = found {
        product.period_start = context.located(found.from, found.place.clone());
        product.period_end = context.located(found.to, found.place);
    }
}

/// A range of days and where it stands.
struct Period {
    from: Date,
    to: Date,
    place: Range<usize>,
    /// Its year is printed.
    dated: bool,
}

/// Ranges of days in a part of the text; those without a year take the one of publication.
fn ranges(context: &Context<'_>, part: Range<usize>, published: Option<Date>) -> Vec<Period> {
    let words = context.part(part.clone());
    captures(&RANGES, words)
        .filter_map(|found| {
            let number = |name: &str| group(&found, name).and_then(|range| words.get(range)?.parse::<i16>().ok());
            let any = |names: [&str; 4]| names.into_iter().find_map(number);
            let year = any(["y", "cy", "", ""]);
            let from_year = year.or_else(|| published.map(Date::year))?;
            let (month, day) = (any(["m", "cm", "sm", "bm"])?, any(["d", "cd", "sd", "bd"])?);
            let to_month = any(["m2", "cm2", "sm2", "bm2"]).unwrap_or(month);
            let to_day = any(["d2", "cd2", "sd2", "bd2"])?;
            // 12月28日-1月3日: the year turns within the week.
            let turns = to_month < month;
            let to_year = any(["y2", "cy2", "", ""]).unwrap_or(if turns && year.is_some() { from_year + 1 } else { from_year });
            let from_year = if turns && year.is_none() { from_year - 1 } else { from_year };
            let date = |year: i16, month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            let (from, to) = (date(from_year, month, day)?, date(to_year, to_month, to_day)?);
            let place = found.get(0)?.range();
            Some(Period { from, to, place: part.start + place.start..part.start + place.end, dated: year.is_some() })
        })
        .collect()
}

/// Whether the report can be on this period: it ends before the report comes out, and not long before.
fn fits(period: &Period, published: Option<Date>) -> bool {
    let length = period.from.days_to(period.to);
    let after = published.map(|date| period.to.days_to(date));
    let latest = if length > 20 { LATEST_MONTHLY } else { LATEST };
    (1..=LONGEST).contains(&length) && after.map_or(period.dated, |after| (-3..=latest).contains(&after))
}

/// Whether a place is inside the title of another report.
fn titled(context: &Context<'_>, at: usize) -> bool {
    let before = context.before(at, 60);
    before.rfind('《').is_some_and(|open| before.get(open..).is_some_and(|rest| !rest.contains(['》', '\n'])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::domain::Slot;
    use crate::zones::Zones;

    fn period(text: &str, published: Option<&str>) -> Option<(String, String)> {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let context = Context::new(&document, &zones);
        let publish_date = published.and_then(|day| context.located(Date::parse(day).unwrap(), 0..3));
        let mut product = ProductReading { publish_date, ..ProductReading::default() };
        let title = 0..text.lines().next().map_or(0, str::len);
        fill(&context, std::slice::from_ref(&title), &mut product);
        let word = |slot: Slot<Date>| slot.map(|found| found.value.to_string());
        Some((word(product.period_start)?, word(product.period_end)?))
    }

    fn days_of(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn ranges_as_weeklies_print_them() {
        for (text, expected) in [
            ("传媒行业周报(20240408-20240414)\n正文。", Some(days_of("2024-04-08", "2024-04-14"))),
            ("传媒行业周报(2024.04.08-04.14)\n正文。", Some(days_of("2024-04-08", "2024-04-14"))),
            ("传媒行业周报\n回顾:上周(4月8日-4月14日)板块上涨。", Some(days_of("2024-04-08", "2024-04-14"))),
            ("传媒行业周报\n行情回顾:本周(2024年4月8日-4月14日)板块上涨。", Some(days_of("2024-04-08", "2024-04-14"))),
            ("传媒行业周报\n板块周报(2024/4/8-2024/4/14)板块上涨。", Some(days_of("2024-04-08", "2024-04-14"))),
        ] {
            assert_eq!(period(text, Some("2024-04-17")), expected, "{text}");
        }
        assert_eq!(period("银行周报\n上周(12月28日-1月3日)板块上涨。", Some("2024-01-05")), Some(days_of("2023-12-28", "2024-01-03")));
    }

    #[test]
    fn other_ranges_are_no_period() {
        for text in [
            "传媒行业深度报告\n公司4月8日-4月14日举办展会。",
            "传媒行业周报\n会议于4月8日-4月14日举行。",
            "传媒行业周报\n相关报告《传媒行业周报(20240101-20240107)》",
            "传媒行业周报(20200408-20200414)\n正文。",
        ] {
            assert_eq!(period(text, Some("2024-04-17")), None, "{text}");
        }
        assert_eq!(period("传媒行业周报\n上周(4月8日-4月14日)板块上涨。", None), None);
    }
}
