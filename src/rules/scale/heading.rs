//! What a Chinese grade grades: the nouns of its definition, else the heading above it.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Regex, Text};

use super::chinese::LABEL;
use crate::domain::rating::SubjectType;
use crate::rules::labels;

static HEADING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // 分为股票评⏎级和行业评级: the first half is in another cell.
    Regex::new(r"(?P<both>(?:行业|板块)(?:及|和|与|、|/)(?:公司|股票|个股)(?:投资)?评级|(?:公司|股票|个股)(?:及|和|与|、|/)(?:行业|板块)(?:投资)?评级|级(?:及|和|与|、)(?:行业|板块)(?:投资)?评级)|(?P<industry>行业(?:的)?(?:投资)?(?:评级|建议))|(?P<stock>(?:股票|公司|个股|证券)(?:的)?\s?(?:投资)?\s?(?:评级|建议))|(?P<bond>(?:可?转债|债券|信用债)(?:的)?(?:投资)?(?:评级|建议))|(?P<fund>基金(?:的)?(?:投资)?(?:评级|建议))|(?i:(?P<sectors>(?:sector|industry)\s+ratings?\s+definition)|(?P<companies>(?:company|stock)\s+ratings?\s+definition))")
        .ok()
});
/// A definition with one of these is of companies, whatever stands above it.
static OF_A_COMPANY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"个股|公司|该股|标的|目标价|證券|证券的|個股|該股|目標價").ok());
static INDUSTRY_WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"行业|板块|行業|板塊").ok());
static BOND_WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"可?转债|信用债|债券").ok());
static PLAIN_STOCK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"股票").ok());
static STOCK_WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"股价|个股|公司|该股|标的|目标价|证券的|股價|個股|該股|目標價").ok());

/// A definition in which the index itself moves, and nothing moves beside it: `未来6个月内上证综指上升幅度达到20%`.
static MARKET_MOVES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:指数|综指|成指|沪深300|大盘)(?:将|的)?(?:绝对)?(?:上升|上涨|下跌|下降|波动|震荡|涨幅|跌幅)").ok());
static RELATIVE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"相对|相比|相较|同期|基准|超越|超过(?:同期|市场|大盘|指数)|强于|弱于|优于|跑赢|跑输|领先|落后").ok());

/// Whether a definition speaks of a company or its shares.
pub(super) fn names_a_company(definition: &str) -> bool {
    STOCK_WORD.as_ref().is_some_and(|p| p.is_match(definition))
}

/// A heading above definitions.
pub(super) struct Heading {
    start: usize,
    subject: SubjectType,
    /// Whether it is about industries as well: 行业及公司评级.
    shared: bool,
    /// Whether grades stand between it and the headings of another kind around it: two without any between them head
    /// the columns of one table.
    alone: bool,
}

/// Two headings further apart than this, in bytes, do not head one table.
const BESIDE: usize = 400;

pub(super) fn headings(text: &Text) -> Vec<Heading> {
    let Some(pattern) = HEADING.as_ref() else {
        return Vec::new();
    };
    let places: Vec<(Range<usize>, SubjectType, bool)> = pattern
        .captures_iter(text)
        .filter_map(|found| {
            let kind = [
                ("both", SubjectType::Stock),
                ("stock", SubjectType::Stock),
                ("industry", SubjectType::Industry),
                ("bond", SubjectType::Bond),
                ("fund", SubjectType::Fund),
                ("sectors", SubjectType::Industry),
                ("companies", SubjectType::Stock),
            ]
            .into_iter()
            .find_map(|(name, kind)| found.name(name).map(|_| kind))?;
            Some((found.get(0)?.range(), kind, found.name("both").is_some()))
        })
        .collect();
    let graded = |between: Range<usize>| {
        let words = text.get(between).unwrap_or_default();
        words.len() > BESIDE || LABEL.as_ref().is_some_and(|p| p.is_match(words))
    };
    let apart = |own: &Range<usize>, subject: SubjectType, other: Option<&(Range<usize>, SubjectType, bool)>| {
        other.is_none_or(|(range, kind, _)| *kind == subject || graded(own.end.min(range.end)..own.start.max(range.start)))
    };
    places
        .iter()
        .enumerate()
        .map(|(at, (range, subject, shared))| {
            let before = at.checked_sub(1).and_then(|at| places.get(at));
            let alone = apart(range, *subject, before) && apart(range, *subject, places.get(at + 1));
            Heading { start: range.start, subject: *subject, shared: *shared, alone: alone && !shared }
        })
        .collect()
}

/// What a grade grades, and how that is known.
pub(super) struct About {
    pub(super) subject: SubjectType,
    pub(super) sure: bool,
    pub(super) shared: bool,
    /// Whether a heading above said so, and not the grade's own words.
    pub(super) headed: bool,
}

/// The first noun of a grade's own definition, else the heading above.
pub(super) fn subject(body: &str, at: usize, headings: &[Heading], label: &str) -> About {
    let first = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().and_then(|p| p.find(body)).map(|found| found.start());
    let said = |subject| About { subject, sure: true, shared: false, headed: false };
    if first(&BOND_WORD).is_some() && first(&STOCK_WORD).is_none() && first(&INDUSTRY_WORD).is_none() {
        return said(SubjectType::Bond);
    }
    let names_none = first(&STOCK_WORD).is_none() && first(&INDUSTRY_WORD).is_none();
    if names_none && first(&MARKET_MOVES).is_some() && first(&RELATIVE).is_none() {
        return said(SubjectType::Market);
    }
    let above = headings.partition_point(|heading| heading.start <= at);
    let heading = above
        .checked_sub(1)
        .and_then(|last| headings.get(last))
        .filter(|heading| at - heading.start < if labels::sounds_like_a_sector(label) { 500 } else { 3000 });
    // 无评级 is explained by what may befall a company, and is there for both all the same.
    let status = crate::domain::rating::status_word(label).is_some();
    // 行业投资评级说明 买入:股价表现强于大盘: a sector has a price as well, where the heading is of sectors alone.
    let price_of_a_sector = heading.is_some_and(|heading| heading.alone && heading.subject == SubjectType::Industry)
        && !OF_A_COMPANY.as_ref().is_some_and(|p| p.is_match(body));
    let heading_decides = price_of_a_sector || (status && heading.is_some_and(|heading| heading.shared || heading.alone));
    if !heading_decides {
        match (first(&STOCK_WORD), first(&INDUSTRY_WORD)) {
            (Some(stock), Some(industry)) if stock < industry => return said(SubjectType::Stock),
            (_, Some(_)) => return said(SubjectType::Industry),
            (Some(_), None) => return said(SubjectType::Stock),
            (None, None) if first(&PLAIN_STOCK).is_some() => return said(SubjectType::Stock),
            (None, None) => {}
        }
    }
    match heading {
        Some(heading) => About { subject: heading.subject, sure: true, shared: heading.shared, headed: true },
        None => About { subject: SubjectType::Stock, sure: false, shared: false, headed: true },
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::domain::rating::SubjectType;
    use crate::rules::{Context, read};
    use crate::zones::Zones;

    fn scales(text: &str) -> Vec<(SubjectType, Vec<String>)> {
        let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let reading = read(&Context::new(&document, &zones));
        let labels = |scale: crate::domain::reading::ScaleReading| scale.grades.into_iter().map(|grade| grade.value.label).collect();
        reading.rating_scales.into_iter().map(|scale| (scale.subject_type, labels(scale))).collect()
    }

    fn expected(subject: SubjectType, labels: &[&str]) -> (SubjectType, Vec<String>) {
        (subject, labels.iter().map(|&label| label.to_owned()).collect())
    }

    #[test]
    fn a_sentence_about_both_that_is_cut_between_two_cells() {
        let text = "正文平稳。\n望江证券投资评级\n报告中投资建议所涉及的评级(如有)分为股票评                   优于大市   股价表现优于市场代表性指数 10%以上\n级和行业评级（另有说明的除外）。评级标准为报\n告发布日后 6 到 12 个月内的相对市场表现，也即        股票     中性    股价表现介于市场代表性指数±10%之间\n公司股价（或行业指数）的涨跌幅为准。            投资评级   弱于大市   股价表现弱于市场代表性指数 10%以上\n市场有风险，入市需谨慎。             优于大市   行业指数表现优于市场代表性指数 10%以上\n以上为准。         行业      中性    行业指数表现介于市场代表性指数±10%之间\n说明见后。         投资评级  弱于大市   行业指数表现弱于市场代表性指数 10%以上\n";
        let grades = ["优于大市", "中性", "弱于大市"];
        assert_eq!(scales(text), [expected(SubjectType::Stock, &grades), expected(SubjectType::Industry, &grades)]);
    }

    #[test]
    fn rows_of_band_grade_and_number() {
        let text = "A stock for the patient. Margins held and costs fell.\nHARBOUR RESEARCH STOCK SELECTION SYSTEMS\n Total Return             Recommendation                 Rating                       Remarks\n    >+20%                      Buy                         1                               >20% upside from the current price\n +5% to +20%                Accumulate                     2                           +5% to +20%upside from the current price\n  -5% to +5%                  Neutral                      3                            Trade within ± 5% from the current price\n -5% to -20%                  Reduce                       4                          -5% to -20% downside from the current price\n    <-20%                       Sell                       5                              >20%downside from the current price\n";
        assert_eq!(scales(text), [expected(SubjectType::Stock, &["Buy", "Accumulate", "Neutral", "Reduce", "Sell"])]);
    }
}
