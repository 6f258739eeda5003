//! Tables of picks: a strategy report's 金股 of the month stand in a table without a grade, whose heading recommends them.

use std::sync::LazyLock;

use super::name::{han, sector};
use super::table::{Row, heading};
use super::words::CODE;
use crate::document::Regex;
use crate::domain::security::symbol;
use crate::rules::unwrap::Unwrapped;

/// The heading of a table of picks, on a line of its own.
static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^[^\n。]{0,24}?(?P<cue>(?:十大|月度|本月|当月|\d{1,2}月)?(?:金股(?:组合)?|(?:月度|本月|当月|推荐|重点)(?:投资|推荐)?组合))[^\n。]{0,16}$").ok()
});
/// A code and a name side by side, in either order.
static ROW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = r"(?:\*?ST)?(?:[A-Z]{2,4})?\p{Han}{2,8}(?:-[UWB]{1,2}|[ABHS])?";
    Regex::new(&format!(
        r"(?P<before>{CODE})[\t |]{{1,3}}(?P<coded>{name})[\t |\n]|(?P<named>{name})[\t |]{{1,3}}\(?(?P<behind>{CODE})\)?[\t |\n]"
    ))
    .ok()
});
/// Ends a table.
static END: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"来源|\n\s*#|风险提示|。\n").ok());
/// No such table is longer, in bytes.
const LONGEST: usize = 6000;
/// The first row is no further below the heading, in bytes: the heads of the columns stand between.
const HEADS: usize = 400;
/// Fewer rows are no list of picks.
const FEWEST: usize = 3;

/// Names of tables of picks.
pub(super) fn picks(text: &Unwrapped<'_>) -> Vec<Row> {
    let words = text.text();
    let mut rows = Vec::new();
    for (head, cue) in
        HEAD.iter().flat_map(|head| head.captures_iter(words)).take(20).filter_map(|found| Some((found.get(0)?, found.name("cue")?)))
    {
        let from = head.end();
        let below = words.get(from..words.floor_char_boundary((from + LONGEST).min(words.len()))).unwrap_or_default();
        let below = END.as_ref().and_then(|end| end.find(below)).and_then(|end| below.get(..end.start())).unwrap_or(below);
        let mut table = Vec::new();
        for found in ROW.iter().flat_map(|row| row.captures_iter(below)) {
            let (Some(code), Some(name)) =
                (found.name("before").or_else(|| found.name("behind")), found.name("coded").or_else(|| found.name("named")))
            else {
                continue;
            };
            if table.is_empty() && code.start().min(name.start()) > HEADS {
                break;
            }
            let told = symbol(code.as_str()).is_some()
                && (2..=8).contains(&han(name.as_str()))
                && !sector(name.as_str())
                && !heading(name.as_str());
            if !told {
                continue;
            }
            table.push(Row {
                name: name.as_str().to_owned(),
                code: Some(code.as_str().to_owned()),
                grade: None,
                cue: Some(cue.as_str().to_owned()),
                action: None,
                target: None,
                range: from + code.start().min(name.start())..from + code.end().max(name.end()),
            });
        }
        if table.len() >= FEWEST {
            rows.extend(table);
        }
    }
    rows
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

    #[test]
    fn a_table_below_a_heading_of_picks() {
        let rows =
            "000998.SZ 望江矿业 农化制品 78.83 1236.76 5.51\n600998.SH 云岭电力 电力 5.23 932.80\n3999.HK 海川租赁 多元金融 2.32 143.64\n";
        let found = ["望江矿业 000998.SZ 月度金股", "云岭电力 600998.SH 月度金股", "海川租赁 3999.HK 月度金股"];
        assert_eq!(names(&format!("望江·月度金股9月:\n收盘价(元) 流通市值 EPS(元) PE\n代码 简称 行业\n{rows}来源:Wind。\n")), found);
        let turned = "名称\t代码\t行业\n望江矿业\t000998.SZ\t化工\n云岭电力\t600998.SH\t电力\n海川租赁\t3999.HK\t金融\n";
        assert_eq!(names(&format!("十大金股组合\n{turned}"))[0], "望江矿业 000998.SZ 十大金股组合");
        // A table of peers has another heading, and two rows are no list.
        assert!(names(&format!("可比公司估值\n{rows}")).is_empty());
        assert!(names("本月金股\n000998.SZ 望江矿业 农化 78.83\n600998.SH 云岭电力 电力 5.23\n").is_empty());
    }
}
