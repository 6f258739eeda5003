//! Tables of picks: a strategy report's 金股 of the month stand in a table without a grade, whose heading recommends them.

use std::ops::Range;
use std::sync::LazyLock;

use super::name::{han, sector};
use super::table::{Row, heading};
use super::words::CODE;
use crate::document::Regex;
use crate::domain::security::symbol;
use crate::rules::unwrap::Unwrapped;

/// The heading of a table of picks, on a line of its own.
static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^(?P<line>(?:[^\n。,]{0,24}?[^\n。,黄现基资])??(?P<cue>(?:十大|月度|本月|当月|\d{1,2}月)?金股(?:组合)?|推荐组合)(?:[^\n。,利息票份东权][^\n。,]{0,15})?)$").ok()
});
/// Headings of tables that look back, or that count what others recommend.
static NO_PICKS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"调出|剔除|移出|回顾|表现|跑[输赢]|上月|上期|往期|历史|各家|券商|收益|业绩|统计|次数|涨[跌幅]|净值").ok());
static WHOLE_CODE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"^\(?(?:{CODE})\)?$")).ok());
/// The first row is no further below the heading, in lines: the heads of the columns stand between.
const HEADS: usize = 8;
/// Fewer rows are no list of picks.
const FEWEST: usize = 3;

/// Names of tables of picks.
pub(super) fn picks(text: &Unwrapped<'_>) -> Vec<Row> {
    let words = text.text();
    let heads = HEAD.iter().flat_map(|head| head.captures_iter(words)).take(20);
    heads
        .filter_map(|found| {
            let (line, cue) = (found.name("line")?, found.name("cue")?);
            let looks_back = NO_PICKS.as_ref().is_some_and(|other| other.is_match(line.as_str()));
            (!looks_back).then(|| table(words, line.end(), cue.as_str()))
        })
        .filter(|rows| rows.len() >= FEWEST)
        .flatten()
        .collect()
}

/// The rows of the table that begins within a few lines behind a byte.
fn table(words: &str, from: usize, cue: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    // Whether names stand right behind their codes, or right before them.
    let mut behind: Option<bool> = None;
    let mut at = from;
    for (number, line) in words.get(from..).unwrap_or_default().split_inclusive('\n').enumerate() {
        let cells = cells(line, at);
        at += line.len();
        if cells.is_empty() {
            continue;
        }
        let code = cells
            .iter()
            .position(|cell| WHOLE_CODE.as_ref().is_some_and(|code| code.is_match(words.get(cell.clone()).unwrap_or_default())));
        let Some(code) = code else {
            if !rows.is_empty() || number > HEADS {
                break;
            }
            behind = order(words, &cells).or(behind);
            continue;
        };
        // Without heads the first row tells: a code in front, or behind the number of the row.
        let numbered = || {
            words
                .get(cells.first().cloned().unwrap_or_default())
                .is_some_and(|first| first.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        };
        let names_behind = *behind.get_or_insert_with(|| code == 0 || code == 1 && numbered());
        let name = if names_behind { cells.get(code + 1) } else { code.checked_sub(1).and_then(|name| cells.get(name)) };
        let (Some(name), Some(code)) = (name.cloned(), cells.get(code).cloned()) else { continue };
        let printed = |range: &Range<usize>| words.get(range.clone()).unwrap_or_default().trim_matches(['(', ')']).to_owned();
        let range = code.start.min(name.start)..code.end.max(name.end);
        let (name, code) = (printed(&name), printed(&code));
        if symbol(&code).is_none() || !(2..=8).contains(&han(&name)) || sector(&name) || heading(&name) {
            continue;
        }
        rows.push(Row { name, code: Some(code), grade: None, cue: Some(cue.to_owned()), action: None, target: None, range });
    }
    rows
}

/// The cells of a line, as ranges of the text it begins at `at`: what strokes, TABs and blanks part.
fn cells(line: &str, at: usize) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = 0;
    for (end, mark) in line.match_indices(['|', '\t', ' ', '\n']).chain([(line.len(), "")]) {
        if end > start {
            cells.push(at + start..at + end);
        }
        start = end + mark.len();
    }
    cells
}

/// Whether the heads of columns print names behind codes.
fn order(words: &str, heads: &[Range<usize>]) -> Option<bool> {
    let position = |names: &[&str]| {
        heads.iter().position(|head| words.get(head.clone()).is_some_and(|head| names.iter().any(|name| head.ends_with(name))))
    };
    let (code, name) = (position(&["代码"])?, position(&["简称", "名称", "公司", "标的", "个股"])?);
    Some(code < name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Text;

    fn names(text: &str) -> Vec<String> {
        let text = Text::from(text);
        let text = Unwrapped::new(&text);
        picks(&text)
            .into_iter()
            .map(|row| format!("{} {} {}", row.name, row.code.unwrap_or_default(), row.cue.unwrap_or_default()))
            .collect()
    }

    const ROWS: &str =
        "000998.SZ 望江矿业 农化制品 78.83 1236.76 5.51\n600998.SH 云岭电力 电力 5.23 932.80\n3999.HK 海川租赁 多元金融 2.32 143.64\n";

    #[test]
    fn a_table_below_a_heading_of_picks() {
        let found = ["望江矿业 000998.SZ 月度金股", "云岭电力 600998.SH 月度金股", "海川租赁 3999.HK 月度金股"];
        assert_eq!(names(&format!("望江·月度金股9月:\n收盘价(元) 流通市值 EPS(元) PE\n代码 简称 行业\n{ROWS}来源:Wind。\n")), found);
        let turned = "名称\t代码\t行业\n望江矿业\t000998.SZ\t化工\n云岭电力\t600998.SH\t电力\n海川租赁\t3999.HK\t金融\n";
        assert_eq!(names(&format!("十大金股组合\n{turned}"))[0], "望江矿业 000998.SZ 十大金股组合");
        // The last row ends with the text or at a heading.
        let bare = "代码\t简称\n000998.SZ\t望江矿业\n600998.SH\t云岭电力\n3999.HK\t海川租赁";
        for end in ["", "\n\n# 风险提示\n"] {
            assert_eq!(names(&format!("本月金股\n{bare}{end}")).len(), 3, "{end}");
        }
    }

    #[test]
    fn sectors_beside_codes_are_no_picks() {
        for sector in ["铜箔加工", "化工"] {
            let table = format!(
                "5月金股\n| 行业 | 代码 | 简称 | 涨跌幅 |\n| {sector} | 000998.SZ | 望江矿业 | 12.3 |\n| 绿电运营 | 600998.SH | 云岭电力 | 1.2 |\n| 创新药链 | 603998.SH | 湖城医药 | 3.4 |\n"
            );
            assert_eq!(names(&table), ["望江矿业 000998.SZ 5月金股", "云岭电力 600998.SH 5月金股", "湖城医药 603998.SH 5月金股"]);
        }
    }

    #[test]
    fn tables_that_recommend_nothing() {
        for head in [
            "可比公司估值",
            "5月金股调出名单",
            "上月金股表现回顾",
            "各家券商5月金股被推荐次数",
            "A股主要黄金股一览",
            "公司现金股息率排名",
            "社保基金股票持仓",
            "5月金股涨幅前三",
            "我们的推荐组合上周跑输基准,其中",
        ] {
            assert!(names(&format!("{head}\n{ROWS}")).is_empty(), "{head}");
        }
        // Nor does the table behind one of picks, and two rows are no list.
        let two = names(&format!("5月金股\n{ROWS}\n本周跌幅居前个股\n代码 简称\n300998.SZ 岩屿化学 1.0\n"));
        assert_eq!(two.len(), 3);
        assert!(names("本月金股\n000998.SZ 望江矿业 农化 78.83\n600998.SH 云岭电力 电力 5.23\n").is_empty());
    }
}
