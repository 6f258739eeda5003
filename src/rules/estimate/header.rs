//! Header rows of fiscal years: `2022A 2023A 2024E`, `FY24E FY25E`, `12/24E`, `Dec-24E`, glued or a cell a line.

use crate::document::Text;
use std::ops::Range;

use crate::domain::record::EstimateKind;
use crate::rules::find::{Pattern, captures, compile};

/// Headers looked at in one document; hostile text may hold any number.
const MOST_HEADERS: usize = 60;
/// Columns of one table.
const MOST_YEARS: usize = 8;

/// A run of year cells. Years of two digits need a mark (`24E`, `FY24`): bare two digits are anything.
static RUN: Pattern = Pattern::new(|| {
    compile(
        r"(?:(?:FY|(?:03|06|09|12)/|(?:Mar|Jun|Sep|Dec)-)?(?:(?:19|20)\d{2}(?:年|[AEFaef](?-u:\b)|[AEF])?|\d{2}[AEF])[\s|]{0,6}|(?:FY|(?:03|06|09|12)/|(?:Mar|Jun|Sep|Dec)-)\d{2}(?:[AEF]|[aef](?-u:\b))?[\s|]{1,6}){2,24}",
    )
});
static YEAR: Pattern =
    Pattern::new(|| compile(r"(?:FY|(?:03|06|09|12)/|[A-Z][a-z]{2}-)?(?P<year>(?:19|20)\d{2}|\d{2})年?(?P<mark>[AEFaef])?[\s|]*"));

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Fiscal year.
    pub(super) year: i32,
    /// Reported or forecast; unknown where nothing marks it.
    pub(super) kind: Option<EstimateKind>,
}

/// The years over a table.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Where the run of years stands.
    pub(super) range: Range<usize>,
    /// Columns of one block.
    pub(super) columns: Vec<Column>,
    /// Whether no blank parts the years.
    pub(super) glued: bool,
}

/// Finds the headers that reach into the future of `published`, in order of place.
pub(super) fn find(text: &Text, published: Option<i32>) -> Vec<Header> {
    captures(&RUN, text)
        .filter_map(|found| header(found.get(0)?.range(), found.get(0)?.as_str(), published))
        .filter(|header| {
            // `2024E` goes on, or the run is the head of a longer number or of a date.
            !text.get(header.range.end..).is_some_and(|after| after.starts_with(['-', '/', '.', ':', 'Q', 'H', 'q', '年', '月']))
        })
        .take(MOST_HEADERS)
        .collect()
}

fn header(range: Range<usize>, run: &str, published: Option<i32>) -> Option<Header> {
    let cells: Vec<(i32, Option<char>)> = captures(&YEAR, run)
        .filter_map(|cell| {
            let year: i32 = cell.name("year")?.as_str().parse().ok()?;
            let mark = cell.name("mark").and_then(|mark| mark.as_str().to_ascii_uppercase().chars().next());
            Some((if year < 100 { year + 2000 } else { year }, mark))
        })
        .collect();
    let first = cells.first()?.0;
    let length = (0i32..).zip(&cells).take_while(|(step, (year, _))| *year == first + step).count();
    if !(2..=MOST_YEARS).contains(&length) {
        return None;
    }
    let block = cells.get(..length)?;
    // The same years again belong to a table beside this one; other years are no header.
    if !cells.chunks(length).all(|other| same_years(block, other)) {
        return None;
    }
    let marked = block.iter().any(|(_, mark)| matches!(mark, Some('E' | 'F')));
    let last = block.last()?.0;
    let columns = block
        .iter()
        .map(|(year, mark)| {
            let kind = match mark {
                Some('A') => Some(EstimateKind::Actual),
                Some(_) => Some(EstimateKind::Estimate),
                // Beside marked forecasts an unmarked year is a reported one.
                None if marked => Some(EstimateKind::Actual),
                None => match published {
                    Some(published) if *year >= published => Some(EstimateKind::Estimate),
                    Some(published) if *year < published - 1 => Some(EstimateKind::Actual),
                    _ => None,
                },
            };
            Column { year: *year, kind }
        })
        .collect();
    // A table of past years only is no forecast table.
    let forecasts = marked || (length >= 3 && published.is_some_and(|published| last >= published && last <= published + 6));
    forecasts.then_some(Header { range, columns, glued: !run.trim().contains([' ', '\t', '\n', '|']) })
}

fn same_years(a: &[(i32, Option<char>)], b: &[(i32, Option<char>)]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years(text: &str) -> Vec<(i32, Option<EstimateKind>)> {
        find(&Text::from(text), Some(2024))
            .first()
            .map(|header| header.columns.iter().map(|column| (column.year, column.kind)).collect())
            .unwrap_or_default()
    }

    #[test]
    fn years_as_printed() {
        let (a, e) = (Some(EstimateKind::Actual), Some(EstimateKind::Estimate));
        for text in [
            "会计年度2022A2023A2024E营业收入",
            "百万元\t2022\t2023\t2024E\n",
            "FY22A\nFY23A\nFY24E\n",
            "12/22A 12/23A 12/24E x",
            "22A23A24E营",
        ] {
            assert_eq!(years(text), [(2022, a), (2023, a), (2024, e)], "{text}");
        }
        assert_eq!(years("会计年度20222023202420252026营业收入").len(), 5);
        assert_eq!(years("会计年度2022202320242025营业收入").first(), Some(&(2022, a)));
        assert_eq!(years("会计年度2022202320242025营业收入").get(1), Some(&(2023, None)));
    }

    #[test]
    fn two_tables_side_by_side() {
        assert_eq!(years("2023A2024E2025E2023A2024E2025E营业收入").len(), 3);
        assert!(years("2023A2024E2025E2023A2024E营业收入").is_empty());
    }

    #[test]
    fn what_is_no_header() {
        for text in
            ["2019-2020-2021", "20192020年报", "2017 2018 2019 营业收入", "1Q24 2Q24 3Q24 4Q24", "2024Q12024Q22024Q3", "电话20222022"]
        {
            assert!(years(text).is_empty(), "{text}");
        }
    }
}
