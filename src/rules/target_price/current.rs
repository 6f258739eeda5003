//! The price when the report was written, and its day.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;

use super::money;
use crate::domain::reading::TargetReading;
use crate::domain::{Date, Located, Slot};
use crate::rules::Context;

/// The front page, in characters.
const FRONT: usize = 6000;

static CUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:当前价(?:格)?|市场价格?|市价|收市价|收市價|收盤價|現價|當前價|当前股价|现价|昨?收盘价?|最新(?:收盘)?价|股价|(?m:^|[\s|])(?:Closing [Pp]rice|Current [Pp]rice|Current [Mm]arket [Pp]rice|Share [Pp]rice|Last [Pp]rice|Price,? close|Price|CMP|Last [Tt]raded [Pp]rice))(?:/目标价)?\s*(?:\((?P<note>[^()\n]{1,28})\))?[:\s]{0,3}").ok()
});
static OF_TARGET: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:target|objective|issue|offer|exercise|conversion)\s*$").ok());
static SHORT_DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?P<day>\d{1,2})[\s-](?P<month>[A-Z][a-z]{2})[a-z]*[\s-](?P<year>\d{2})\b").ok());

/// Reads the first price of the front page that a cue names.
pub(super) fn read(context: &Context<'_>) -> TargetReading {
    let mut reading = TargetReading::default();
    let front = context.front(FRONT);
    let Some(cue) = CUE.as_ref() else {
        return reading;
    };
    for found in cue.captures_iter(front) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        // `Target Price`: the last word of the other cue.
        if OF_TARGET.as_ref().is_some_and(|target| target.is_match(context.before(whole.start() + 1, 12))) {
            continue;
        }
        // A price needs a mark of being one: a bracket with its day, a colon, a currency.
        let note = found.name("note");
        let Some(price) = money::read(context.text(), whole.end()) else {
            continue;
        };
        if note.is_none() && price.currency.is_none() && !whole.as_str().contains([':', '\t']) {
            continue;
        }
        reading.current_price = context.located(price.low.0, price.low.1.clone());
        reading.price_date = note.and_then(|note| dated(context, note.range())).or_else(|| behind(context, price.end));
        break;
    }
    reading
}

fn dated(context: &Context<'_>, range: Range<usize>) -> Slot<Date> {
    let date: Option<Located<Date>> = context.located(day(context.slice(range.clone()))?, range);
    date
}

/// `52.40元(2025年08月25日收盘价)`, `10.26股价日期2025-10-30`: the day behind the price.
fn behind(context: &Context<'_>, end: usize) -> Slot<Date> {
    static BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[元\s|]{0,4}(?:\((?:截至)?(?P<close>[\d年月日./ -]{8,16})(?:收盘价?|收市价?)?\)|(?:股价|价格|收盘|收盘价|行情)(?:截止)?日期?[:\s|]{0,3}(?P<day>\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?))").ok()
    });
    let found = BEHIND.as_ref()?.captures(context.text().get(end..)?)?;
    let day = found.name("close").or_else(|| found.name("day"))?;
    dated(context, end + day.start()..end + day.end())
}

/// A full date, or one with a year of two digits: `18 Mar 26`.
fn day(words: &str) -> Option<Date> {
    if let [found] = crate::domain::date::find_dates(words).as_slice() {
        return Some(found.date);
    }
    let found = SHORT_DATE.as_ref()?.captures(words)?;
    Date::parse(&format!("{} {} 20{}", found.name("day")?.as_str(), found.name("month")?.as_str(), found.name("year")?.as_str()))
}
