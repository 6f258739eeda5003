//! Ratings beside names: tables of covered companies, with cells or run together, and 甲股份(推荐).

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Captures, Regex};

use super::name::{Certainty, Known, describe_cut, han};
use super::words::{CODE, CUE, GRADE, SECTORS};
use crate::domain::Amount;
use crate::domain::rating::Action;
use crate::domain::security::symbol;
use crate::rules::target_price::currency_of;
use crate::rules::unwrap::Unwrapped;

/// A name with a grade or a stance in the same row; the range is of the unwrapped text.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) code: Option<String>,
    pub(super) grade: Option<String>,
    pub(super) cue: Option<String>,
    pub(super) action: Option<Action>,
    pub(super) target: Option<Target>,
    pub(super) range: Range<usize>,
}

/// A target price in a row.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) low: Amount,
    pub(super) high: Amount,
    pub(super) currency: Option<&'static str>,
}

/// How far below the head of its column a target may stand, in bytes.
const COLUMN: usize = 4000;

const NAME: &str = r"(?:\*?ST)?(?:[A-Z]{2,4})?\p{Han}{2,10}(?:-[UWB]{1,2}|[ABHS])?";
/// The same up to the first grade behind it.
const SHORTEST: &str = r"(?:\*?ST)?(?:[A-Z]{2,4})?\p{Han}{2,10}?(?:-[UWB]{1,2}|[ABHS])?";
/// Figures of a row: at least one has a decimal point, dates and amounts of a sentence have not.
const FIGURES: &str = r"(?:[-–]?\d[\d,.]*(?:\([AE]\)|[%xXE倍元])?[\t /]*){1,40}";

/// Code, name, figures and grade in the orders tables have.
static ROWS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:(?P<before>{CODE})[\t ]?)?(?P<name>{NAME})[\t ]?(?:\(?(?P<after>{CODE})\)?[\t ]?)?(?:(?P<figures>{FIGURES})(?P<late>{GRADE})|(?P<early>{GRADE})[\t ]?(?P<price>\d+\.\d+))"
    ))
    .ok()
});
/// The heads of a column of targets beside that of grades.
static HEADS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"评级[\t\n ]?目标价(?:格)?(?P<behind>(?:\([^()\n]{1,8}\))?)|目标价(?:格)?(?P<before>(?:\([^()\n]{1,8}\))?)[\t\n ]?(?:投资)?评级",
    )
    .ok()
});
/// Figures of two decimals: only those can be cut from what is glued behind them.
static BEHIND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[\t ]?(?P<low>\d[\d,]{0,7}\.\d\d)(?:\s?[~～–-]\s?(?P<high>\d[\d,]{0,7}\.\d\d))?").ok());
/// A box of covered companies without figures: 重点公司评级甲股份买入乙科技审慎增持.
static BOXED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:重点|推荐|覆盖|主要)(?:公司|标的|股票|个股)(?:名称)?(?:及|和)?[\t\n ]?(?:投资)?评级[:\s]{{0,3}}(?P<run>(?:{SHORTEST}[\t\n ]?{GRADE}[\t\n ]{{0,3}}){{2,20}})"
    ))
    .ok()
});
static IN_BOX: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?P<name>{SHORTEST})[\t\n ]?(?P<grade>{GRADE})[\t\n ]{{0,3}}")).ok());
/// 甲股份(推荐), 甲股份(600000.SH,买入).
static BESIDE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"(?m)(?:^|[、,:;。\s“【/])(?P<name>{NAME})】?(?:\((?P<code>{CODE})\))?\((?:(?P<inner>{CODE})[,、;/: ]\s?)?[“”]?(?:(?P<grade>{GRADE})|(?P<cue>{CUE}))[“”]?(?:评级)?(?:[,、;/][^()]{{0,30}})?\)")).ok()
});
/// 维持望江股份“买入”评级.
static GIVEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"(?P<action>给予|维持|首次覆盖|重申|上调|下调|首次给予)(?:对)?(?P<name>{NAME})(?:\((?P<code>{CODE})\))?(?:的)?[“”]?(?P<grade>{GRADE})[“”]?(?:的)?(?:投资)?评级")).ok()
});

/// Rows of rating tables.
pub(super) fn rows(text: &Unwrapped<'_>, known: &Known) -> Vec<Row> {
    let words = text.text();
    let heads: Vec<Captures<'_>> = HEADS.iter().flat_map(|pattern| pattern.captures_iter(words)).take(40).collect();
    let mut rows = Vec::new();
    for found in ROWS.iter().flat_map(|pattern| pattern.captures_iter(words)) {
        let (Some(name), Some(grade)) = (found.name("name"), found.name("late").or_else(|| found.name("early"))) else { continue };
        let decimal = found.name("price").is_some() || found.name("figures").is_some_and(|figures| figures.as_str().contains('.'));
        let code = found.name("before").or_else(|| found.name("after")).filter(|code| symbol(code.as_str()).is_some());
        let cell = cell(name.as_str());
        // The heads are glued before the first name.
        let own = name.start() + name.as_str().find(cell).unwrap_or(0);
        if !decimal || !likely(cell, code.is_some(), known) {
            continue;
        }
        rows.push(Row {
            name: cell.to_owned(),
            code: code.map(|code| code.as_str().to_owned()),
            grade: Some(grade.as_str().to_owned()),
            cue: None,
            action: None,
            target: target(
                words,
                &heads,
                found.name("figures").map(|figures| figures.as_str()),
                code.map_or(own, |code| code.start()),
                grade.end(),
            ),
            range: code.map_or(name.start(), |code| code.start().min(name.start()))..grade.end(),
        });
    }
    rows
}

/// Names with a grade or stance in brackets or in a sentence.
pub(super) fn beside(text: &Unwrapped<'_>, known: &Known) -> Vec<Row> {
    let words = text.text();
    let mut rows = Vec::new();
    for found in BESIDE.iter().chain(GIVEN.iter()).flat_map(|pattern| pattern.captures_iter(words)) {
        let (Some(whole), Some(name)) = (found.get(0), found.name("name")) else { continue };
        let cut = describe_cut(name.as_str());
        let code = found.name("code").or_else(|| found.name("inner")).filter(|code| symbol(code.as_str()).is_some());
        let Some(stated) = found.name("grade").or_else(|| found.name("cue")) else { continue };
        if !likely(cut, code.is_some(), known) || (han(cut) < 3 && code.is_none() && known.judge(cut) != Certainty::Certain) {
            continue;
        }
        rows.push(Row {
            name: cut.to_owned(),
            code: code.map(|code| code.as_str().to_owned()),
            grade: found.name("grade").map(|grade| grade.as_str().to_owned()),
            cue: found.name("cue").map(|cue| cue.as_str().to_owned()),
            action: found.name("action").and_then(|action| Action::parse(action.as_str())),
            target: None,
            range: name.end() - cut.len()..whole.end().max(stated.end()),
        });
    }
    rows
}

/// Names in a box of grades without figures.
pub(super) fn listed(text: &Unwrapped<'_>, known: &Known) -> Vec<Row> {
    let words = text.text();
    let mut rows = Vec::new();
    for run in BOXED.iter().flat_map(|pattern| pattern.captures_iter(words)).filter_map(|found| found.name("run")) {
        for found in IN_BOX.iter().flat_map(|pattern| pattern.captures_iter(run.as_str())) {
            let (Some(name), Some(grade)) = (found.name("name"), found.name("grade")) else { continue };
            if !likely(name.as_str(), false, known) {
                continue;
            }
            rows.push(Row {
                name: name.as_str().to_owned(),
                code: None,
                grade: Some(grade.as_str().to_owned()),
                cue: None,
                action: None,
                target: None,
                range: run.start() + name.start()..run.start() + grade.end(),
            });
        }
    }
    rows
}

/// The target of a row, where the heads above say in which column it stands: behind the grade, or alone before it.
fn target(words: &str, heads: &[Captures<'_>], figures: Option<&str>, start: usize, end: usize) -> Option<Target> {
    let head = heads.iter().rev().find(|head| head.get(0).is_some_and(|head| head.end() <= start && start - head.end() < COLUMN))?;
    let behind = head.name("behind");
    let unit = behind.or_else(|| head.name("before")).map_or("", |unit| unit.as_str());
    let (low, high) = if behind.is_some() {
        let found = BEHIND.as_ref()?.captures(words.get(end..)?)?;
        (found.name("low")?.as_str(), found.name("high").map(|high| high.as_str()))
    } else {
        (figures?.trim(), None)
    };
    // More than one figure before the grade parses as none.
    let low = Amount::parse(low).ok()?;
    Some(Target { low, high: high.and_then(|high| Amount::parse(high).ok()).unwrap_or(low), currency: currency_of(unit) })
}

/// The name in a cell: without the heading glued before it and the sector glued behind it.
fn cell(name: &str) -> &str {
    let cut = ["评级", "名称", "简称", "代码", "公司"]
        .iter()
        .filter_map(|word| name.find(word).map(|at| at + word.len()))
        .filter(|&at| at < name.len())
        .max();
    let name = cut.and_then(|at| name.get(at..)).unwrap_or(name);
    let behind = SECTORS.iter().filter(|sector| han(sector) >= 4).find_map(|sector| name.strip_suffix(sector));
    behind.filter(|rest| han(rest) >= 2).unwrap_or(name)
}

/// A table prints names of any form, but not headings and phrases.
fn likely(name: &str, coded: bool, known: &Known) -> bool {
    match known.judge(name) {
        Certainty::Certain | Certainty::Possible => true,
        Certainty::No | Certainty::Short => coded && (2..=6).contains(&han(name)) && !super::name::sector(name) && !heading(name),
    }
}

/// Whether a cell is the head of a column.
pub(super) fn heading(name: &str) -> bool {
    ["评级", "代码", "名称", "价", "公司", "市值", "行业", "指数", "投资", "公告", "报告"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Text;

    fn rows_of(text: &str) -> Vec<(String, Option<String>, String)> {
        let text = Text::from(text);
        let text = Unwrapped::new(&text);
        let known = Known::of(text.text());
        rows(&text, &known)
            .into_iter()
            .chain(beside(&text, &known))
            .map(|row| (row.name, row.code, row.grade.or(row.cue).unwrap_or_default()))
            .collect()
    }

    fn row(name: &str, code: Option<&str>, grade: &str) -> (String, Option<String>, String) {
        (name.to_owned(), code.map(str::to_owned), grade.to_owned())
    }

    #[test]
    fn run_together() {
        assert_eq!(
            rows_of("重点公司EPS评级20E/A21E望江智造1.281.76审慎增持海川谷3.174.11买入XYZ科技0.310.69审慎增持"),
            [row("望江智造", None, "审慎增持"), row("海川谷", None, "买入"), row("XYZ科技", None, "审慎增持")]
        );
        assert_eq!(
            rows_of("投资评级14A15E16E望江万象60099923.220.110.16谨慎增持云岭仪器30099916.460.06谨慎增持资料来源"),
            [row("望江万象", Some("600999"), "谨慎增持"), row("云岭仪器", Some("300999"), "谨慎增持")]
        );
        assert_eq!(
            rows_of("名称评级20/10/27300896望江客买入490.082.54688999云岭生物增持133.131.22688998海川生科暂无108.50"),
            [row("望江客", Some("300896"), "买入"), row("云岭生物", Some("688999"), "增持"), row("海川生科", Some("688998"), "暂无")]
        );
        assert_eq!(rows_of("代码名称300999.SZ海川医疗34.02持有0.821.03"), [row("海川医疗", Some("300999.SZ"), "持有")]);
    }

    #[test]
    fn the_sector_beside_a_name_falls_off() {
        assert_eq!(
            rows_of("2463审慎增持600998望江通医药商业17.111.27审慎增持603939海川药房零售药店93.11.2买入"),
            [row("望江通", Some("600998"), "审慎增持"), row("海川药房", Some("603939"), "买入")]
        );
    }

    fn targets_of(text: &str) -> Vec<(String, Option<String>)> {
        let text = Text::from(text);
        let text = Unwrapped::new(&text);
        let figures = |target: Target| format!("{} {} {}", target.low, target.high, target.currency.unwrap_or("-"));
        rows(&text, &Known::of(text.text())).into_iter().map(|row| (row.name, row.target.map(figures))).collect()
    }

    #[test]
    fn a_column_of_targets() {
        assert_eq!(
            targets_of("收盘价(元)投资评级目标价(元)2023E2024E000999CH望江电A6.17买入7.860.060.15300999CH海川光学29.64买入30.10~31.020.29"),
            [("望江电A".to_owned(), Some("7.86 7.86 CNY".to_owned())), ("海川光学".to_owned(), Some("30.1 31.02 CNY".to_owned()))]
        );
        assert_eq!(targets_of("重点公司目标价评级海川药业12.8买入"), [("海川药业".to_owned(), Some("12.8 12.8 -".to_owned()))]);
        assert_eq!(targets_of("重点公司收盘价评级海川药业12.8买入"), [("海川药业".to_owned(), None)]);
    }

    #[test]
    fn a_box_of_grades() {
        let text = Text::from("手机链重点公司评级望江集团买入云岭光学科技审慎增持星河电子未评级#相关报告");
        let text = Unwrapped::new(&text);
        let found: Vec<(String, Option<String>)> =
            listed(&text, &Known::of(text.text())).into_iter().map(|row| (row.name, row.grade)).collect();
        let row = |name: &str, grade: &str| (name.to_owned(), Some(grade.to_owned()));
        assert_eq!(found, [row("望江集团", "买入"), row("云岭光学科技", "审慎增持"), row("星河电子", "未评级")]);
    }

    #[test]
    fn cells() {
        assert_eq!(rows_of("名称\t代码\t目标价\t评级\n望江电子\t002999 CH\t42.66\t买入"), [row("望江电子", Some("002999 CH"), "买入")]);
    }

    #[test]
    fn in_brackets_and_sentences() {
        assert_eq!(
            rows_of("标的:望江科技(推荐),海川微(建议关注),云岭半导(600999.SH,买入)"),
            [row("望江科技", None, "推荐"), row("海川微", None, "建议关注"), row("云岭半导", Some("600999.SH"), "买入")]
        );
        assert_eq!(rows_of("我们维持望江股份“买入”评级。"), [row("望江股份", None, "买入")]);
    }

    #[test]
    fn no_rows_in_sentences_and_definitions() {
        for text in [
            "预计涨幅15%以上增持",
            "2020年10月27日买入",
            "维持医疗器械行业“增持”评级",
            "维持公司“买入”评级",
            "传媒行业(增持)",
            "股价12.5买入",
            "增持(维持)",
        ] {
            assert!(rows_of(text).is_empty(), "{text}: {:?}", rows_of(text));
        }
    }
}
