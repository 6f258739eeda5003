//! The numbers of a row: cells apart, or glued and cut only where there is one way to cut them.

use std::ops::Range;

use crate::domain::Amount;

/// Longest row of numbers looked at, in bytes.
const LONGEST: usize = 160;
/// Cells tried before a row is given up.
const MOST_STEPS: usize = 20_000;

/// A cell of a row: a figure, or nothing (`-`, `n.a.`).
pub(super) type Cell = Option<Figure>;

/// A figure where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// As printed.
    pub(super) value: Amount,
    /// Place in the text.
    pub(super) range: Range<usize>,
    /// Whether a percent sign follows.
    pub(super) percent: bool,
}

/// How numbers of a table are printed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Style {
    /// Somewhere in the table a number has thousands separators: one without has at most three whole digits.
    pub(super) grouped: bool,
    /// The years stand without blanks between them: figures do so too, and only then are they cut.
    pub(super) glued: bool,
}

/// Every way to read `count` cells from `at` on; one way only where the row is certain.
pub(super) fn ways(text: &str, at: usize, count: usize, style: Style) -> Vec<Vec<Cell>> {
    let Some(run) = run(text, at) else {
        return Vec::new();
    };
    let line = run.find('\n').map_or(run, |end| run.get(..end).unwrap_or_default());
    if !line.trim().is_empty() {
        if line.contains('\t') {
            return tabbed(line, at, count).into_iter().collect();
        }
        let found = row(line, at, count, style);
        if !found.is_empty() {
            return found;
        }
    }
    row(run, at, count, style)
}

/// How long the numbers from `at` on are, in bytes.
pub(super) fn length(text: &str, at: usize) -> usize {
    run(text, at).map_or(0, str::len)
}

/// The characters of numbers from `at` on.
fn run(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let fits = match c {
            '0'..='9' | '.' | ',' | '%' | ' ' | '\t' | '\n' | '|' | ')' | '倍' | '-' | '−' | '–' | '—' => true,
            // `(12)` is a negative number, `(+/-%)` the next label.
            '(' => next.is_some_and(|c| c.is_ascii_digit()),
            'x' | 'X' => !next.is_some_and(|c| c.is_ascii_alphabetic()),
            'n' | 'N' => rest.get(place..).is_some_and(|rest| not_available(rest) > 0),
            _ => false,
        };
        if !fits || place > LONGEST {
            break;
        }
        end = place + c.len_utf8();
        if matches!(c, 'n' | 'N') {
            let length = rest.get(place..).map_or(0, not_available);
            end = place + length;
            while chars.peek().is_some_and(|(at, _)| *at < end) {
                chars.next();
            }
        }
    }
    rest.get(..end)
}

/// Length of `n.a.`, `NA`, `N/M` at the beginning of `rest`.
fn not_available(rest: &str) -> usize {
    for mark in ["n.a.", "n.m.", "n/a", "n/m", "na", "nm"] {
        if rest.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark))
            && !rest.get(mark.len()..).is_some_and(|after| after.starts_with(|c: char| c.is_ascii_alphanumeric()))
        {
            return mark.len();
        }
    }
    0
}

/// Cells between TABs, empty ones kept.
fn tabbed(line: &str, at: usize, count: usize) -> Option<Vec<Cell>> {
    let mut cells = Vec::with_capacity(count);
    let mut place = at;
    let mut parts = line.split('\t');
    let lead = parts.next()?;
    // The label's own cell ends at the first TAB; a figure before it belongs to no column.
    if !lead.trim().is_empty() {
        return None;
    }
    place += lead.len() + 1;
    for part in parts.take(count) {
        cells.push(cell(part, place)?);
        place += part.len() + 1;
    }
    (cells.len() == count && cells.iter().any(Option::is_some)).then_some(cells)
}

/// A cell on its own: a number, or nothing.
fn cell(part: &str, at: usize) -> Option<Cell> {
    let lead = part.len() - part.trim_start().len();
    let words = part.trim();
    if words.is_empty() || blank(words) {
        return Some(None);
    }
    let number = words.trim_end_matches(['%', 'x', 'X', '倍']).trim_end();
    let value = Amount::parse(number).ok()?;
    Some(Some(Figure { value, range: at + lead..at + lead + words.len(), percent: words.ends_with('%') }))
}

fn blank(words: &str) -> bool {
    matches!(words, "-" | "--" | "—" | "–" | "−" | "——") || not_available(words) == words.len()
}

/// The cells of a row whose cells blanks part, or which has no blanks.
fn row(run: &str, at: usize, count: usize, style: Style) -> Vec<Vec<Cell>> {
    let mut pieces: Vec<(usize, &str)> = Vec::new();
    let mut start = None;
    for (place, c) in run.char_indices().chain([(run.len(), ' ')]) {
        if c.is_whitespace() || c == '|' {
            if let Some(from) = start.take() {
                pieces.push((at + from, run.get(from..place).unwrap_or_default()));
            }
        } else if start.is_none() {
            start = Some(place);
        }
    }
    if pieces.len() == count {
        let cells: Option<Vec<Cell>> = pieces.iter().map(|(place, piece)| cell(piece, *place)).collect();
        return cells.filter(|cells| cells.iter().any(Option::is_some)).into_iter().collect();
    }
    // Some cells apart and some glued: no telling what the blanks mean.
    let [(place, piece)] = pieces.as_slice() else {
        return Vec::new();
    };
    if !style.glued {
        return Vec::new();
    }
    glued(piece, *place, count, style)
}

/// All ways to cut `piece` into `count` cells of one shape: the same number of decimals, thousands separators or not.
fn glued(piece: &str, at: usize, count: usize, style: Style) -> Vec<Vec<Cell>> {
    if !piece.is_ascii() {
        return Vec::new();
    }
    let bytes = piece.as_bytes();
    let commas = bytes.contains(&b',');
    let points = bytes.iter().filter(|b| **b == b'.').count();
    let percents = bytes.iter().filter(|b| matches!(**b, b'%' | b'x' | b'X')).count();
    let tail = piece.trim_end_matches(['-', ')']);
    let decimals = match (points, percents) {
        (_, 1..) => None,
        (0, 0) => Some(0),
        _ => Some(tail.rfind('.').map_or(0, |point| tail.len() - point - 1)),
    };
    if decimals.is_some_and(|decimals| decimals > 4 || (decimals == 0 && points > 0)) {
        return Vec::new();
    }
    let shape = Shape { grouped: commas || style.grouped, decimals };
    let mut cutter = Cutter { bytes, shape, steps: MOST_STEPS, path: Vec::new(), found: Vec::new() };
    cutter.cut(0, count);
    if cutter.steps == 0 {
        return Vec::new();
    }
    cutter
        .found
        .into_iter()
        .filter_map(|ends| {
            let mut from = 0;
            let mut cells = Vec::with_capacity(count);
            for end in ends {
                cells.push(cell(piece.get(from..end)?, at + from)?);
                from = end;
            }
            cells.iter().any(Option::is_some).then_some(cells)
        })
        .collect()
}

#[derive(Clone, Copy)]
struct Shape {
    grouped: bool,
    /// None: a sign (`%`, `x`) ends each number.
    decimals: Option<usize>,
}

/// Follows the ways to cut a row, not for ever.
struct Cutter<'t> {
    bytes: &'t [u8],
    shape: Shape,
    steps: usize,
    path: Vec<usize>,
    found: Vec<Vec<usize>>,
}

impl Cutter<'_> {
    fn cut(&mut self, at: usize, left: usize) {
        if left == 0 {
            if at == self.bytes.len() {
                self.found.push(self.path.clone());
            }
            return;
        }
        for end in ends(self.bytes, at, self.shape) {
            self.steps = self.steps.saturating_sub(1);
            if self.steps == 0 {
                return;
            }
            // Each cell left takes a byte at least.
            if end + left - 1 <= self.bytes.len() {
                self.path.push(end);
                self.cut(end, left - 1);
                self.path.pop();
            }
        }
    }
}

/// Where a cell that begins at `at` may end.
fn ends(bytes: &[u8], at: usize, shape: Shape) -> Vec<usize> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
    let mut out = Vec::new();
    if byte(at) == b'-' && byte(at + 1) != b'.' {
        out.push(at + 1);
    }
    let open = byte(at) == b'(';
    let first = if open || byte(at) == b'-' { at + 1 } else { at };
    let digits = (first..bytes.len()).take_while(|at| byte(*at).is_ascii_digit()).count();
    for whole in 1..=digits.min(if shape.grouped { 3 } else { 8 }) {
        if whole > 1 && byte(first) == b'0' {
            break;
        }
        let mut end = first + whole;
        let mut sound = true;
        while byte(end) == b',' {
            sound &= shape.grouped && (1..=3).all(|step| byte(end + step).is_ascii_digit());
            end += 4;
        }
        match shape.decimals {
            Some(0) => sound &= byte(end) != b'.',
            Some(decimals) => {
                sound &= byte(end) == b'.' && (1..=decimals).all(|step| byte(end + step).is_ascii_digit());
                end += decimals + 1;
            }
            None => {
                if byte(end) == b'.' {
                    end += 1;
                    while byte(end).is_ascii_digit() {
                        end += 1;
                    }
                }
            }
        }
        if open {
            sound &= byte(end) == b')';
            end += 1;
        }
        if shape.decimals.is_none() {
            sound &= matches!(byte(end), b'%' | b'x' | b'X');
            end += 1;
        }
        if sound && end <= bytes.len() {
            out.push(end);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, count: usize, grouped: bool) -> Vec<String> {
        let found = ways(text, 0, count, Style { grouped, glued: true });
        found
            .iter()
            .map(|cells| {
                let words: Vec<String> =
                    cells.iter().map(|cell| cell.as_ref().map_or("-".to_owned(), |figure| figure.value.to_string())).collect();
                words.join(" ")
            })
            .collect()
    }

    #[test]
    fn cells_apart() {
        assert_eq!(read(" 1,204.5 998 (35)净利润", 3, false), ["1204.5 998 -35"]);
        assert_eq!(read("\t1,204\t\t1,300\t项目\t3", 3, false), ["1204 - 1300"]);
        assert_eq!(read("\n12.5%\nn.a.\n14.0%\nEPS", 3, false), ["12.5 - 14"]);
        assert_eq!(read(" 1 2 3\n4 5 6", 3, false), ["1 2 3"]);
        assert!(read("\n1\n2\n3\n4\nEPS", 3, false).is_empty());
    }

    #[test]
    fn glued_rows_with_one_way_to_cut_them() {
        for (text, count, expected) in [
            ("557.7719.91,128.01,568.0(+/-%)73.7%", 4, "557.7 719.9 1128 1568"),
            ("1.022.543.454.856.68每股净资产", 5, "1.02 2.54 3.45 4.85 6.68"),
            ("2.9%-19.7%31.5%29.6%归母", 4, "2.9 -19.7 31.5 29.6"),
            ("1,6041,2891,6952,196同比", 4, "1604 1289 1695 2196"),
            ("5.61.1---PE", 5, "5.6 1.1 - - -"),
            ("12.3x10.1x9x净", 3, "12.3 10.1 9"),
        ] {
            assert_eq!(read(text, count, false), [expected], "{text}");
        }
        assert_eq!(read("371230426559同比", 4, true), ["371 230 426 559"]);
        assert_eq!(read("(51)(17)(32)", 3, false), ["-51 -17 -32"]);
    }

    #[test]
    fn a_row_with_two_ways_to_cut_it_stays_open() {
        assert!(read("371230426559同比", 4, false).len() > 1);
        assert!(read("5654,2494,6005,134", 4, true).len() > 1);
        assert!(read("12.3419.5", 3, false).is_empty());
        assert!(read("", 3, false).is_empty());
    }

    #[test]
    fn hostile_rows_are_bounded() {
        for text in ["1".repeat(5000), "-".repeat(5000), "1".repeat(60)] {
            assert!(read(&text, 8, false).is_empty());
        }
    }
}
