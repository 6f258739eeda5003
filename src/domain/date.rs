//! Calendar days and the ways reports print them.

use std::{borrow::Cow, collections::BTreeMap, fmt, sync::LazyLock};

use regex::Regex;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A calendar day, `YYYY-MM-DD` in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// A date found in a text and where it stands, in bytes of that text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundDate {
    /// The day.
    pub date: Date,
    /// Where its words start, in bytes.
    pub start: usize,
    /// Where its words end (exclusive), in bytes.
    pub end: usize,
}

impl Date {
    /// The day, when year, month and day name one between 1990 and 2099.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if !(1990..=2099).contains(&year) {
            return None;
        }
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// Days from this day to another; negative where that one is earlier.
    pub fn days_to(self, other: Self) -> i32 {
        (other.0 - self.0).get_days()
    }

    /// Reads a text that holds exactly one date, in any of the forms [`find_dates`] knows.
    pub fn parse(text: &str) -> Option<Self> {
        match find_dates(text).as_slice() {
            [only] => Some(only.date),
            _ => None,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is not a date, YYYY-MM-DD")))
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

const MONTHS: &str =
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";

/// What stands in every date of a form.
#[derive(Clone, Copy)]
enum Holds {
    /// 年.
    Word,
    /// The first two digits of a year.
    Year,
    /// They and a month's name.
    Month,
}

static MONTH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?i){MONTHS}")).ok());

static FORMS: LazyLock<Vec<(Holds, Regex)>> = LazyLock::new(|| {
    [
        (Holds::Word, r"(?P<y>(?:19|20)[0-9]{2})\s*年\s*(?P<m>[0-9]{1,2})\s*月\s*(?P<d>[0-9]{1,2})\s*日".to_owned()),
        (
            Holds::Word,
            r"(?P<y>[〇○零一二三四五六七八九]{4})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日".to_owned(),
        ),
        // Digits whose words a converter put on a line of their own: `2024 04 17` + `年 月 日`.
        (Holds::Word, r"(?-u:\b)(?P<y>20[0-9]{2})[ \t]{1,3}(?P<m>[0-9]{2})[ \t]{1,3}(?P<d>[0-9]{2})\s{0,3}年\s{0,3}月\s{0,3}日".to_owned()),
        // Also glued behind a price or another day: `52.102024.04.17`.
        (
            Holds::Year,
            r"(?:(?-u:\b)|[-/.][0-9]{2})(?P<y>(?:19|20)[0-9]{2})\s?[-/.]\s?(?P<m>[0-9]{1,2})\s?[-/.]\s?(?P<d>[0-9]{1,2})(?-u:\b)"
                .to_owned(),
        ),
        (Holds::Year, r"(?-u:\b)(?P<y>20[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])(?-u:\b)".to_owned()),
        (
            Holds::Month,
            format!(r"(?i)(?-u:\b)(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?[\s-]+(?P<m>{MONTHS})\.?,?[\s-]+(?P<y>(?:19|20)[0-9]{{2}})(?-u:\b)"),
        ),
        (
            Holds::Month,
            format!(r"(?i)(?-u:\b)(?P<m>{MONTHS})\.?\s+(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)[0-9]{{2}})(?-u:\b)"),
        ),
    ]
    .into_iter()
    .filter_map(|(holds, pattern)| Some((holds, Regex::new(&pattern).ok()?)))
    .collect()
});

/// Every full date in `text` (year, month and day all printed), in order of place.
///
/// Known forms: `2024年04月17日`, `二〇二四年四月十七日`, `2024-04-17`, `2024/4/17`, `2024.4.17`, `20240417`,
/// `17 Apr 2024`, `April 17, 2024`. A form with an impossible month or day is not a date.
pub fn find_dates(text: &str) -> Vec<FoundDate> {
    let mut found: BTreeMap<usize, FoundDate> = BTreeMap::new();
    let word = text.contains('年');
    let year = text.contains("20") || text.contains("19");
    let month = year && MONTH.as_ref().is_some_and(|month| month.is_match(text));
    let may_hold = |holds: &Holds| match holds {
        Holds::Word => word,
        Holds::Year => year,
        Holds::Month => month,
    };
    for (_, form) in FORMS.iter().filter(|(holds, _)| may_hold(holds)) {
        for captures in form.captures_iter(text) {
            let (Some(y), Some(m), Some(d)) = (captures.name("y"), captures.name("m"), captures.name("d")) else {
                continue;
            };
            let (Some(year), Some(month), Some(day)) = (number(y.as_str()), self::month(m.as_str()), number(d.as_str())) else {
                continue;
            };
            let (Ok(year), Ok(day)) = (i16::try_from(year), i8::try_from(day)) else {
                continue;
            };
            let Some(date) = Date::new(year, month, day) else {
                continue;
            };
            let start = y.start().min(m.start()).min(d.start());
            let mut end = y.end().max(m.end()).max(d.end());
            if text.get(end..).is_some_and(|rest| rest.trim_start_matches(' ').starts_with('日')) {
                end += text.get(end..).and_then(|rest| rest.find('日')).unwrap_or(0) + '日'.len_utf8();
            }
            // Those found are apart, so that only the last one before this end can overlap.
            if found.range(..end).next_back().is_none_or(|(_, other)| other.end <= start) {
                found.insert(start, FoundDate { date, start, end });
            }
        }
    }
    found.into_values().collect()
}

fn number(text: &str) -> Option<i32> {
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    if text.chars().count() == 4 && !text.contains('十') {
        return text.chars().try_fold(0, |sum, c| Some(sum * 10 + chinese_digit(c)?));
    }
    let (tens, ones) = match text.split_once('十') {
        Some((before, after)) => {
            let tens = if before.is_empty() { 1 } else { chinese_digit(before.chars().next()?)? };
            (tens, after.chars().next().map_or(Some(0), chinese_digit)?)
        }
        None => (0, chinese_digit(text.chars().next()?)?),
    };
    Some(tens * 10 + ones)
}

fn chinese_digit(c: char) -> Option<i32> {
    Some(match c {
        '〇' | '○' | '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

fn month(text: &str) -> Option<i8> {
    if let Some(value) = number(text) {
        return i8::try_from(value).ok();
    }
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_lowercase();
    let at = NAMES.iter().position(|name| lower.starts_with(name))?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_printed_forms() {
        for text in [
            "2024年04月17日",
            "2024 年 4 月 17 日",
            "2024-04-17",
            "2024/4/17",
            "2024.04.17",
            "20240417",
            "17 Apr 2024",
            "April 17, 2024",
            "17-Apr-2024",
            "二〇二四年四月十七日",
        ] {
            assert_eq!(Date::parse(text).map(|d| d.to_string()).as_deref(), Some("2024-04-17"), "{text}");
        }
    }

    #[test]
    fn a_date_that_cannot_be_is_none() {
        for text in ["2024年13月01日", "2024-02-30", "1024-01-01", "S0870522020001", "2024年4月"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn places_are_bytes_of_the_whole_date() {
        let text = "（20240408-20240414）日期：2024年04月17日止";
        let found = find_dates(text);
        let words: Vec<&str> = found.iter().map(|f| &text[f.start..f.end]).collect();
        assert_eq!(words, ["20240408", "20240414", "2024年04月17日"]);
    }
}
