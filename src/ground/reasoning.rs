//! A model that says one thing while it thinks and another in its answer: the values where the two part are marked, so
//! that a person sees them.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::date::find_dates;
use crate::domain::evidence::Slot;
use crate::domain::reading::Reading;
use crate::domain::scale::fold_label;
use crate::domain::{Amount, Date, Reason};

/// The end of a model's reasoning is read, where it comes to its conclusions, in bytes.
const READ: usize = 64 * 1024;

static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:评级|rating|label)(?:应该|应当|应|就)?\s*(?:是|为|：|:|=|is|should be|would be)\s*["'“”「『《`*]{0,3}(?P<value>强烈推荐|谨慎推荐|谨慎增持|审慎增持|优于大市|强于大市|跑赢大市|跑赢行业|同步大市|弱于大市|跑输大市|跑输行业|买入|增持|推荐|中性|持有|减持|卖出|回避|看好|看淡|outperform|overweight|equal-weight|in-line|neutral|hold|underweight|underperform|reduce|sell|strong buy|buy|accumulate|add)"#,
    )
    .ok()
});
static TARGET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:目标价格?|target price|price target)\s*(?:应该|应当|应)?(?:是|为|：|:|=|is|of|should be)\s*[^\d\n]{0,6}(?P<value>\d[\d,]*(?:\.\d+)?)").ok()
});
static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:代码|code|ticker)\s*(?:是|为|：|:|=|is)\s*["'`*(]{0,3}(?P<value>\d{4,6}(?:[. ][A-Z]{1,2})?)"#).ok()
});
static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:发布日期|报告日期|publish_date|publish(?:ed|ing)? date|publication date|日期)\s*(?:是|为|：|:|=|is|should be)\s*["'`*]{0,3}(?P<value>[^\n。;；]{6,24})"#)
        .ok()
});

/// Marks the values of a reading that the model's own reasoning contradicts: where the last conclusion it comes to about
/// the rating, the target price, the code or the day is another than the one it answered. The mark disqualifies nothing.
pub fn doubt(reading: &mut Reading, reasoning: &str) {
    let start = reasoning.ceil_char_boundary(reasoning.len().saturating_sub(READ));
    let reasoning = reasoning.get(start..).unwrap_or_default();
    // With several ratings a bare "the rating is …" is about one of them.
    if let Some(label) = last(&LABEL, reasoning) {
        let said = fold_label(&label);
        let any = reading.ratings.iter().filter_map(|rating| rating.label.as_ref()).any(|label| fold_label(&label.value) == said);
        if !any {
            reading.ratings.iter_mut().for_each(|rating| mark(&mut rating.label, |_| true));
        }
    }
    if let Some(target) = last(&TARGET, reasoning).and_then(|value| Amount::parse(&value).ok()) {
        let goal = &mut reading.target_price;
        let known = [&goal.low, &goal.high].into_iter().flatten().any(|found| found.value == target);
        if !known {
            mark(&mut goal.low, |_| true);
            mark(&mut goal.high, |_| true);
        }
    }
    if let Some(code) = last(&CODE, reasoning) {
        mark(&mut reading.subject.code, |found| digits(found) != digits(&code));
    }
    if let Some(day) = last(&DATE, reasoning).and_then(|value| first_day(&value)) {
        mark(&mut reading.product.publish_date, |found| *found != day);
    }
}

fn last(pattern: &LazyLock<Option<Regex>>, text: &str) -> Option<String> {
    let found = pattern.as_ref()?.captures_iter(text).last()?;
    Some(found.name("value")?.as_str().to_owned())
}

fn first_day(text: &str) -> Option<Date> {
    find_dates(text).first().map(|found| found.date)
}

fn digits(code: &str) -> String {
    code.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0').to_owned()
}

fn mark<T>(slot: &mut Slot<T>, differs: impl Fn(&T) -> bool) {
    if let Some(found) = slot.as_mut().filter(|found| differs(&found.value)) {
        found.spoil(Reason::ReasoningDiffers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reading::RatingReading;
    use crate::domain::{By, Evidence, Located, Span};

    fn at<T>(value: T) -> Located<T> {
        Located::new(value, Evidence::exact(By::Model, "x", Span { start: 0, end: 1 }))
    }

    fn reading() -> Reading {
        let rating = RatingReading { label: Some(at("增持".to_owned())), ..RatingReading::default() };
        let mut reading = Reading { ratings: vec![rating], ..Reading::default() };
        reading.target_price.low = Some(at(Amount::from_int(15)));
        reading.subject.code = Some(at("688999.SH".to_owned()));
        reading.product.publish_date = Some(at(Date::parse("2025-03-04").unwrap()));
        reading
    }

    fn marks(reasoning: &str) -> Vec<&'static str> {
        let mut reading = reading();
        doubt(&mut reading, reasoning);
        fn marked<T>(slot: &Slot<T>) -> bool {
            slot.as_ref().is_some_and(|found| found.is_sound() && found.evidence[0].reasons == [Reason::ReasoningDiffers])
        }
        [
            ("label", marked(&reading.ratings[0].label)),
            ("target", marked(&reading.target_price.low)),
            ("code", marked(&reading.subject.code)),
            ("date", marked(&reading.product.publish_date)),
        ]
        .into_iter()
        .filter_map(|(name, marked)| marked.then_some(name))
        .collect()
    }

    #[test]
    fn another_conclusion_is_marked() {
        assert_eq!(marks("首页写着买入，所以评级是“买入”。"), ["label"]);
        assert_eq!(marks("The target price is HK$18.5, and the code is 600888.SH."), ["target", "code"]);
        assert_eq!(marks("报告日期：2025年3月1日。"), ["date"]);
    }

    #[test]
    fn the_same_conclusion_and_second_thoughts_are_not() {
        assert_eq!(
            marks("评级是买入？不对，那是评级定义。评级为增持。目标价为15元，代码：688999，发布日期: 2025-03-04"),
            Vec::<&str>::new()
        );
        assert_eq!(marks("定义表里有买入、中性、减持。"), Vec::<&str>::new());
        assert_eq!(marks(""), Vec::<&str>::new());
    }
}
