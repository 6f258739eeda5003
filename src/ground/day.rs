//! Days: the day itself, in any printed form, and what the words call it.

use std::ops::Range;

use crate::domain::date::find_dates;
use crate::domain::{Date, Reason};
use crate::zones::{ZoneKind, Zones};

use super::Carried;
use super::near::{after, before, has};

/// What a day is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// The report's own.
    Published,
    /// An end of the period it covers.
    Period,
    /// That of an earlier report.
    Related,
}

/// Words that call a day something else than the report's own.
const OTHERS: &[&str] = &[
    "截至",
    "截止",
    "收盘",
    "股价",
    "市价",
    "行情",
    "上市",
    "成立",
    "基准日",
    "报告期",
    "公告",
    "自",
    "起",
    "as of",
    "priced",
    "close",
    "closing",
    "price",
    "data",
    "since",
    "previous",
    "prior",
];
/// Words that call it just that.
const OWN: &[&str] = &["日期", "发布", "報告日", "报告日", "date", "published", "dated", "issued", "撰写", "完成"];

/// Looks for a day in a part of the text.
pub(super) fn date(text: &str, zones: &Zones, within: Range<usize>, value: Date, day: Day) -> Carried {
    let Some(words) = text.get(within.clone()) else { return Err(None) };
    let found = find_dates(words);
    let mut why = (!found.is_empty()).then_some(Reason::DateMismatch);
    for found in found.iter().filter(|found| found.date == value) {
        let place = within.start + found.start..within.start + found.end;
        match called(text, zones, &place, day) {
            Ok(()) => return Ok(place),
            Err(reason) => why = Some(reason),
        }
    }
    Err(why)
}

fn called(text: &str, zones: &Zones, place: &Range<usize>, day: Day) -> Result<(), Reason> {
    let kind = zones.kind_at(place.start);
    match day {
        Day::Related => return Ok(()),
        Day::Period => return if kind == ZoneKind::Related { Err(Reason::WrongZone) } else { Ok(()) },
        Day::Published => {}
    }
    if kind == ZoneKind::Related {
        return Err(Reason::WrongZone);
    }
    let lead = before(text, place.start, 14);
    let lead = lead.rsplit(['\n', ';', '。']).next().unwrap_or_default();
    let rest = after(text, place.end, 14);
    if has(lead, OWN) && !has(lead, &["数据日期", "价格日期", "price date", "data date"]) {
        return Ok(());
    }
    if has(lead, OTHERS) || joins_another(lead, &rest) {
        return Err(Reason::OtherMeaning);
    }
    let line = rest.split('\n').next().unwrap_or_default();
    let alone = lead.trim().chars().count() + line.trim().chars().count() <= 14;
    if kind == ZoneKind::Header || alone { Ok(()) } else { Err(Reason::Unnamed) }
}

/// Whether a day is an end of a period: `2024.04.08-2024.04.14`.
fn joins_another(lead: &str, rest: &str) -> bool {
    let (lead, rest) = (lead.trim_end(), rest.trim_start());
    let digit = |c: char| c.is_ascii_digit() || c == '日';
    let before =
        ["-", "~", "至", "—", "–", "到"].iter().any(|join| lead.strip_suffix(join).is_some_and(|lead| lead.trim_end().ends_with(digit)));
    let behind = ["-", "~", "至", "—", "–", "到"]
        .iter()
        .any(|join| rest.strip_prefix(join).is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit())));
    before || behind
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn the_report_s_own_day_is_told_from_others() {
        let text =
            "望江证券\n日期：2024年04月17日\n（2024.04.08-2024.04.14）\n收盘价（截至2024年4月16日）12元\n相关报告\n《周报》 2024-04-10\n";
        let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let text = document.normalized.text();
        let check = |day: &str, meant| date(text, &zones, 0..text.len(), Date::parse(day).unwrap(), meant);
        assert!(check("2024-04-17", Day::Published).is_ok());
        assert_eq!(check("2024-04-16", Day::Published), Err(Some(Reason::OtherMeaning)));
        assert_eq!(check("2024-04-14", Day::Published), Err(Some(Reason::OtherMeaning)));
        assert!(check("2024-04-14", Day::Period).is_ok());
        assert!(check("2024-04-10", Day::Published).is_err());
        assert!(check("2024-04-10", Day::Related).is_ok());
        assert_eq!(check("2024-05-01", Day::Published), Err(Some(Reason::DateMismatch)));
    }
}
