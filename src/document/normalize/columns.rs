//! Two columns printed side by side, as `pdftotext -layout` has them: a line of a sidebar and a line of the text stand in
//! one line, apart by blanks. Each column is read by itself, from top to bottom, the running text before what stands at its side.
//!
//! Only what cannot be a table is parted: one of the two sides has to be running text.

use std::ops::Range;

use super::is_han;
use super::moved::Moved;

/// Blanks that part two columns.
const GAP: usize = 2;
/// How far a column's lines may begin from one another: converters round.
const SWAY: usize = 2;
/// How many times that the heading of a column may hang over its left edge.
const HANG: usize = 4;
/// Lines that are looked at together where no form feed parts pages.
const PAGE: usize = 120;
/// Left borders of a right column that are tried on a page.
const TRIED: usize = 5;
/// Fewest lines in which both columns, or each of them, must have words.
const LINES: usize = 5;
/// Words apart in one line of running text that make it a row of a table instead.
const ROW: usize = 3;
/// Lines that define grades, from which a stretch is their table.
const DEFINITIONS: usize = 3;
/// The width of a line of running text, in columns of a terminal.
const PROSE: usize = 30;

/// One line of a page.
struct Line {
    /// Its characters, without the line break.
    chars: Range<usize>,
    /// Words that no gap parts, as columns of the line.
    cells: Vec<Range<usize>>,
    /// Whether it is the notice at the foot of a page: columns end there, with or without a form feed.
    ends_page: bool,
    /// Whether it defines a grade: a table of those has running text beside its labels.
    is_definition: bool,
}

/// Neighbouring lines with two columns.
struct Block {
    lines: Range<usize>,
    /// Where the right column begins.
    border: usize,
    /// Which of them is running text: the left one is 0.
    text: usize,
}

impl Line {
    fn words<'c>(&self, chars: &'c [char], cell: &Range<usize>) -> &'c [char] {
        chars.get(self.chars.start + cell.start..self.chars.start + cell.end).unwrap_or_default()
    }

    /// The words left and right of a border that none of them crosses.
    fn sides(&self, border: usize) -> [&[Range<usize>]; 2] {
        let at = self.cells.iter().take_while(|cell| cell.end <= border).count();
        let (left, right) = self.cells.split_at_checked(at).unwrap_or_default();
        [left, right]
    }
}

/// Parts the columns of a text; nothing where it has none.
pub(super) fn unfold(chars: &[char]) -> Option<Moved> {
    // Most texts are told by this alone.
    let gaps = chars.windows(GAP + 1).filter(|window| matches!(window, [' ', ' ', c] if *c != ' ')).take(LINES).count();
    if gaps < LINES {
        return None;
    }
    let lines = lines(chars);
    if lines.iter().filter(|line| line.cells.len() > 1).count() < LINES {
        return None;
    }
    let mut moved = Moved::default();
    let mut any = false;
    let begins_page = |line: &Line| chars.get(line.chars.clone()).is_some_and(|line| line.contains(&'\u{c}'));
    for page in lines.chunk_by(|_, next| !begins_page(next)).flat_map(|page| page.chunks(PAGE)) {
        let blocks = blocks(chars, page);
        any |= !blocks.is_empty();
        let mut next = 0;
        for block in blocks {
            moved.copy(chars, page.get(next..block.lines.start).unwrap_or_default());
            let lines = page.get(block.lines.clone()).unwrap_or_default();
            for side in [block.text, 1 - block.text] {
                moved.side(chars, lines, block.border, side);
            }
            next = block.lines.end;
        }
        moved.copy(chars, page.get(next..).unwrap_or_default());
    }
    any.then_some(moved)
}

impl Moved {
    /// Lines as they stand, with their line breaks.
    fn copy(&mut self, chars: &[char], lines: &[Line]) {
        for line in lines {
            for at in line.chars.start..=line.chars.end {
                if let Some(c) = chars.get(at) {
                    self.push(*c, at);
                }
            }
        }
    }

    /// One side of lines. A left half ends at the first blank behind it.
    fn side(&mut self, chars: &[char], lines: &[Line], border: usize, side: usize) {
        for line in lines {
            let [left, right] = line.sides(border);
            let (from, to) = match (side, left.last(), right.first()) {
                (0, Some(left), Some(_)) => (line.chars.start, line.chars.start + left.end),
                (0, _, None) => (line.chars.start, line.chars.end),
                (1, _, Some(right)) => (line.chars.start + right.start, line.chars.end),
                _ => continue,
            };
            for at in from..to {
                if let Some(c) = chars.get(at) {
                    self.push(*c, at);
                }
            }
            if to < chars.len() {
                self.push('\n', to);
            }
        }
    }
}

/// The lines of a text with their cells.
fn lines(chars: &[char]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in chars.split(|c| *c == '\n') {
        let words: String = line.iter().collect();
        lines.push(Line {
            chars: start..start + line.len(),
            cells: cells(line),
            ends_page: ends_page(&words),
            is_definition: is_definition(&words),
        });
        start += line.len() + 1;
    }
    lines
}

/// Words that stand apart by [`GAP`] blanks or more. A line with a TAB is a row of a table: one cell.
fn cells(line: &[char]) -> Vec<Range<usize>> {
    let mut cells: Vec<Range<usize>> = Vec::new();
    if line.contains(&'\t') {
        return std::iter::once(0..line.len()).collect();
    }
    for (at, _) in line.iter().enumerate().filter(|(_, c)| !c.is_whitespace()) {
        // The bullet of a paragraph is part of it.
        let bullet = |cell: &Range<usize>| cell.len() == 1 && line.get(cell.start).is_some_and(|c| !c.is_alphanumeric());
        match cells.last_mut() {
            Some(last) if at < last.end + GAP || bullet(last) => last.end = at + 1,
            _ => cells.push(at..at + 1),
        }
    }
    cells
}

/// Where on a page two columns stand.
fn blocks(chars: &[char], page: &[Line]) -> Vec<Block> {
    let mut begins: Vec<usize> = page
        .iter()
        .flat_map(|line| line.cells.iter().enumerate().filter(|(at, cell)| *at > 0 || cell.start > PROSE / 2).map(|(_, cell)| cell.start))
        .collect();
    begins.sort_unstable();
    let mut borders: Vec<(usize, usize)> = begins.chunk_by(|a, b| a == b).filter_map(|same| Some((same.len(), *same.first()?))).collect();
    borders.sort_unstable_by_key(|(count, border)| (std::cmp::Reverse(*count), *border));
    let begins = borders.into_iter().take(TRIED).filter(|(count, _)| *count >= 2).map(|(_, begin)| begin);
    // Headings of a column hang over its left edge.
    let tried = begins.flat_map(|begin| (1..=HANG).map(move |steps| (begin, begin.saturating_sub(steps * SWAY))));
    let found = tried.flat_map(|(begin, border)| [0, 1].map(|text| (begin, border, text))).map(|(begin, border, text)| {
        let stretches = stretches(chars, page, &(border..begin + SWAY), text);
        stretches.into_iter().map(|lines| Block { lines, border, text }).collect::<Vec<_>>()
    });
    let size = |blocks: &Vec<Block>| blocks.iter().map(|block| block.lines.len()).sum::<usize>();
    found.max_by_key(size).unwrap_or_default()
}

/// Neighbouring lines none of which crosses a border, with two columns beside it; side number `text` is running text. The
/// lines of the right column begin in `edge`, whose start is the border.
fn stretches(chars: &[char], page: &[Line], edge: &Range<usize>, text: usize) -> Vec<Range<usize>> {
    let border = edge.start;
    let crosses = |line: &Line| {
        let is_row = line.sides(border).get(text).is_some_and(|cells| match cells {
            [] => false,
            [only] => line.cells.len() > ROW && width(chars, line, only) < PROSE && !has_han(chars, line, only),
            cells => cells.len() >= ROW || line.cells.len() > ROW,
        });
        is_row || line.ends_page || line.cells.iter().any(|cell| cell.start < border && cell.end > border)
    };
    let mut stretches = Vec::new();
    let mut start = 0;
    for lines in page.split(crosses) {
        // What stands above the running text, or below it, is at no side of it.
        let filled = |line: &Line| line.sides(border).get(text).is_some_and(|cells| !cells.is_empty());
        if let (Some(first), Some(last)) = (lines.iter().position(filled), lines.iter().rposition(filled))
            && let Some(stretch) = lines.get(first..=last)
            && has_columns(chars, stretch, edge, text)
        {
            stretches.push(start + first..start + last + 1);
        }
        start += lines.len() + 1;
    }
    stretches
}

/// Whether lines have words on both sides of a border, and running text on the one.
fn has_columns(chars: &[char], lines: &[Line], edge: &Range<usize>, text: usize) -> bool {
    let border = edge.start;
    let filled = |side: usize| lines.iter().filter(|line| line.sides(border).get(side).is_some_and(|cells| !cells.is_empty())).count();
    let both = lines.iter().filter(|line| line.sides(border).iter().all(|cells| !cells.is_empty())).count();
    let begins = |line: &&Line| line.cells.iter().any(|cell| (edge.start..=edge.end).contains(&cell.start));
    let prose = |line: &&Line| matches!(line.sides(border).get(text), Some([only]) if width(chars, line, only) >= PROSE);
    let prose = lines.iter().filter(prose).count();
    both >= LINES.div_ceil(2)
        && lines.iter().filter(begins).count() >= LINES
        && filled(0).min(filled(1)) >= LINES
        && prose >= LINES
        && prose * 2 >= filled(text)
        && lines.iter().filter(|line| line.is_definition).count() < DEFINITIONS
}

fn ends_page(line: &str) -> bool {
    let words: String = line.chars().filter(|c| is_han(*c)).take(12).collect();
    ["请务必阅读", "敬请参阅", "请参阅", "请阅读", "请仔细阅读", "請務必閱讀", "請參閱"].iter().any(|notice| words.contains(notice))
}

fn is_definition(line: &str) -> bool {
    const MOVES: [&str; 10] = ["涨幅", "跌幅", "漲幅", "收益", "表现", "表現", " return", "perform", "Performance", "upside"];
    const HELD: [&str; 17] = [
        "预期",
        "预计",
        "預期",
        "预测",
        "相对",
        "相對",
        "强于",
        "优于",
        "弱于",
        "以上",
        "之间",
        "Relative",
        "expected",
        "over next",
        "next 12",
        "benchmark",
        "average",
    ];
    // `未来6个月内行业指数相对强于…`: the time and what is compared say it as well.
    const COMPARED: [&str; 6] = ["指数", "指數", "基准", "基準", "股价", "大盘"];
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    has(&MOVES) && has(&HELD) || ["个月", "個月"].iter().any(|time| line.contains(time)) && has(&COMPARED)
}

fn has_han(chars: &[char], line: &Line, cell: &Range<usize>) -> bool {
    line.words(chars, cell).iter().any(|c| is_han(*c))
}

/// How wide a cell is: an ideograph takes two columns.
fn width(chars: &[char], line: &Line, cell: &Range<usize>) -> usize {
    line.words(chars, cell).iter().map(|c| if is_han(*c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Two columns side by side, the right one at column `at`.
    fn page(rows: &[(&str, &str)], at: usize) -> String {
        rows.iter().map(|(left, right)| format!("{left}{}{right}\n", " ".repeat(at.saturating_sub(left.chars().count())))).collect()
    }

    fn moved(source: &str) -> Option<String> {
        unfold(&source.chars().collect::<Vec<_>>()).map(|moved| moved.chars.into_iter().collect())
    }

    const TEXT: [&str; 6] = [
        "三季度公司实现收入十二亿元，同比增长百分之八，",
        "其中阀门销量回升带动的部分约占三分之二，其余来",
        "自价格。我们认为明年行业需求有望延续今年的势头",
        "，公司的新产线届时投产，单位成本还会再下降一成",
        "左右，毛利率因此有望回到两年前的水平，利润弹性",
        "大于收入弹性，维持此前对全年业绩增速的判断不变",
    ];
    const SIDE: [&str; 6] = ["分析师：方某某", "电话：021-0000", "收盘价(元)   7.6", "总股本      9.15", "", "相关报告"];

    #[test]
    fn the_text_comes_before_what_stands_at_its_side() {
        let expected = TEXT.iter().chain(SIDE.iter().filter(|side| !side.is_empty())).map(|line| format!("{line}\n")).collect::<String>();
        let trimmed =
            |source: &str| moved(source).map(|text| text.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>());
        let left: Vec<(&str, &str)> = SIDE.into_iter().zip(TEXT).collect();
        assert_eq!(trimmed(&page(&left, 40)), Some(expected.clone()));
        let right: Vec<(&str, &str)> = TEXT.into_iter().zip(SIDE).collect();
        assert_eq!(trimmed(&page(&right, 60)), Some(expected));
    }

    #[test]
    fn what_stands_above_and_below_stays_there() {
        let rows: Vec<(&str, &str)> = SIDE.into_iter().zip(TEXT).collect();
        let headline = "临河科技（000000）三季报点评：阀门销量回升，新产线年底投产，维持买入评级";
        let source = format!("{headline}\n\n{}\n{headline}\n", page(&rows, 40));
        let text = moved(&source).unwrap();
        assert!(text.starts_with(&format!("{headline}\n\n{}", TEXT[0])) && text.ends_with(&format!("相关报告\n\n{headline}\n")), "{text}");
    }

    #[test]
    fn a_column_ends_with_its_page() {
        let page = page(&SIDE.into_iter().zip(TEXT).collect::<Vec<_>>(), 40);
        let source = format!("{page}      敬请参阅末页重要声明及评级说明\n{page}");
        let text = moved(&source).unwrap();
        let (first, second) = text.split_once("      敬请参阅末页重要声明及评级说明\n").unwrap();
        assert_eq!(first, second);
        assert!(first.starts_with(TEXT[0]) && first.ends_with("相关报告\n"), "{first}");
    }

    #[test]
    fn tables_stay_whole() {
        let grades: Vec<(&str, &str)> = ["买入", "增持", "中性", "减持", "卖出", "无评级"]
            .into_iter()
            .zip(std::iter::repeat("预期未来六个月内公司股价相对同期基准指数的涨幅在百分之十以上"))
            .collect();
        assert_eq!(moved(&page(&grades, 30)), None);
        let weights: Vec<(&str, &str)> = ["超配", "", "标配", "", "低配", "", "买入", "", "增持", "", "减持"]
            .into_iter()
            .zip(["未来 6 个月内行业指数相对强于基准达到或超过10%，以报告日为准", ""].into_iter().cycle())
            .collect();
        assert_eq!(moved(&page(&weights, 30)), None);
        let figures = "营业收入（百万元）        97,867        102,762        112,939        124,193\n".repeat(8);
        assert_eq!(moved(&figures), None);
        let rows: Vec<(&str, &str)> = SIDE.into_iter().zip(TEXT).collect();
        let table =
            "预测指标          2024A    2025E     2026E        2027E\n主营收入（百万元）        97,867   102,762   112,939      124,193\n";
        let text = moved(&format!("{}{table}", page(&rows, 40))).unwrap();
        assert!(text.ends_with(table), "{text}");
    }

    proptest! {
        #[test]
        fn every_word_is_kept_once(lines in prop::collection::vec(("[甲乙a-c\u{c}]{0,12}", 0_usize..40, "[丙丁◼ ,]{0,40}"), 0..40)) {
            let source: String = lines.iter().map(|(left, gap, right)| format!("{left}{}{right}\n", " ".repeat(*gap))).collect();
            if let Some(text) = moved(&source) {
                let sorted = |text: &str| {
                    let mut chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
                    chars.sort_unstable();
                    chars
                };
                prop_assert_eq!(sorted(&text), sorted(&source));
            }
        }
    }
}
