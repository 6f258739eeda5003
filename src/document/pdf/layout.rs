//! In which order the lines of a page are read, and where a line is a row of a table.
//!
//! A page says two things about its order: where its pieces of text stand, and when they are painted. Programs paint as
//! authors wrote, so that is the order, and neighbours on a line that were painted apart are of different columns. Some
//! paint line by line across columns: then the engine's reading of columns is the order.

use std::collections::HashMap;

use unpdf::parser::{TextLine, TextSpan};

/// Room between two pieces of a line, in widths of an ideograph, from which they are two cells: justified lines have
/// narrower blanks.
const CELL: f32 = 0.8;
/// The same between two figures.
const FIGURES: f32 = 0.45;
/// Room between two words.
const WORD: f32 = 0.12;
/// How far baselines of one line may differ, in the same unit.
const BASELINE: f32 = 0.3;
/// One line of prose in this many that goes back to another column makes the order of painting useless.
const BACK: usize = 4;
/// Width from which a piece is prose rather than a cell; an ideograph is two letters wide.
const PROSE: usize = 24;
/// The longest number of a table, in characters.
const FIGURE: usize = 14;

/// The pieces of a page in the order they are painted.
#[derive(Debug)]
pub(super) struct Painted {
    /// Baseline of each piece.
    bases: Vec<f32>,
    /// Which is the first that begins at a corner.
    at: HashMap<(u32, u32), usize>,
}

impl Painted {
    pub(super) fn of(spans: &[TextSpan]) -> Self {
        let mut at = HashMap::with_capacity(spans.len());
        for (number, span) in spans.iter().enumerate() {
            at.entry(corner(span)).or_insert(number);
        }
        Self { bases: spans.iter().map(|span| span.y).collect(), at }
    }

    fn at(&self, span: &TextSpan) -> Option<usize> {
        self.at.get(&corner(span)).copied()
    }

    /// Whether nothing was painted between two pieces but what stands on the line of the first.
    fn in_one_go(&self, first: &TextSpan, second: &TextSpan) -> bool {
        let (Some(from), Some(to)) = (self.at(first), self.at(second)) else { return true };
        let near = BASELINE * first.font_size.max(1.0);
        from < to && self.bases.get(from..to).is_some_and(|bases| bases.iter().all(|base| (base - first.y).abs() <= near))
    }
}

fn corner(span: &TextSpan) -> (u32, u32) {
    (span.x.to_bits(), span.y.to_bits())
}

/// Words that stand together.
struct Piece {
    words: String,
    /// When they are painted, and where the engine reads them.
    painted: usize,
    read: usize,
    left: f32,
    base: f32,
    size: f32,
}

/// The text of a page whose lines the engine grouped, column by column.
pub(super) fn text(lines: &[TextLine], painted: &Painted) -> String {
    let mut said: Vec<Piece> = Vec::with_capacity(lines.len());
    for (read, line) in lines.iter().enumerate() {
        for spans in pieces(line, painted) {
            let words = words(spans);
            if words.chars().any(|c| !c.is_whitespace()) {
                let painted = spans.iter().filter_map(|span| painted.at(span)).min().unwrap_or(read);
                let left = spans.first().map_or(line.x, |span| span.x);
                said.push(Piece { words, painted, read, left, base: line.y, size: line.font_size.max(1.0) });
            }
        }
    }
    said.sort_by_key(|piece| (piece.painted, piece.read));
    let prose: Vec<usize> = said.iter().filter(|piece| is_prose(&piece.words)).map(|piece| piece.read).collect();
    let back = prose.windows(2).filter(|pair| matches!(pair, [a, b] if b < a)).count();
    let by_columns = back * BACK > prose.len();
    if by_columns {
        said.sort_by_key(|piece| piece.read);
    }
    let mut text = String::new();
    let mut before: Option<&Piece> = None;
    for piece in &said {
        let row = |before: &Piece| !by_columns && (before.base - piece.base).abs() <= BASELINE * piece.size && before.left < piece.left;
        match before {
            None => {}
            Some(before) if row(before) => text.push('\t'),
            Some(_) => text.push('\n'),
        }
        // A form feed parts pages, and nothing else may.
        text.extend(piece.words.chars().map(|c| if matches!(c, '\u{c}' | '\n' | '\r') { ' ' } else { c }));
        before = Some(piece);
    }
    text.push('\n');
    text
}

fn is_prose(words: &str) -> bool {
    words.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() >= PROSE
}

/// A line cut where it runs from one column into another.
fn pieces<'a>(line: &'a TextLine, painted: &Painted) -> Vec<&'a [TextSpan]> {
    line.spans.chunk_by(|a, b| !is_cell(a, b) || is_figure(&b.text) || painted.in_one_go(a, b)).collect()
}

/// Whether two neighbours stand so far apart that they are two cells.
fn is_cell(before: &TextSpan, span: &TextSpan) -> bool {
    let room = if is_figure(&before.text) && is_figure(&span.text) { FIGURES } else { CELL };
    gap(before, span) > room * span.font_size.min(before.font_size).max(1.0)
}

fn gap(before: &TextSpan, span: &TextSpan) -> f32 {
    span.x - (before.x + before.width)
}

/// A number with its unit or mark: `3.03A`, `22.8%`, `(1,204)`. A number of a telephone is longer.
fn is_figure(text: &str) -> bool {
    let text = text.trim();
    let count = |what: fn(char) -> bool| text.chars().filter(|c| what(*c)).count();
    text.len() <= FIGURE && count(|c| c.is_ascii_digit()) > 0 && count(char::is_alphabetic) <= 1
}

fn words(spans: &[TextSpan]) -> String {
    let mut text = String::new();
    let mut before: Option<&TextSpan> = None;
    for span in spans {
        if let Some(before) = before {
            if is_cell(before, span) {
                text.truncate(text.trim_end().len());
                text.push('\t');
            } else if needs_blank(before, span) {
                text.push(' ');
            }
        }
        text.push_str(if text.ends_with('\t') { span.text.trim_start() } else { &span.text });
        before = Some(span);
    }
    text.truncate(text.trim_end().len());
    text
}

/// Whether two neighbours are two words. Chinese has no blanks between words.
fn needs_blank(before: &TextSpan, span: &TextSpan) -> bool {
    let ideograph =
        |c: Option<char>| c.is_some_and(|c| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}'));
    let parted = before.text.ends_with(char::is_whitespace) || span.text.starts_with(char::is_whitespace);
    let chinese = ideograph(before.text.chars().next_back()) && ideograph(span.text.chars().next());
    gap(before, span) > WORD * span.font_size.max(1.0) && !parted && !chinese
}
