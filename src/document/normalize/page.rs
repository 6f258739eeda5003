//! Lines that pages repeat at their top and bottom, where form feeds part pages: page headers, footers, page numbers.
//!
//! The first of a kind stays, since it may be the only place that names the publisher or the date; a page's number never
//! does. Lines of a table (TAB) stay: a table that goes on has its header on each page.

use std::collections::HashMap;

use super::Footer;
use crate::domain::Span;

/// Lines at either edge of a page that are looked at.
const EDGE: usize = 3;
/// Pages on which a line has to stand, and one page in how many.
const PAGES: usize = 3;
const SHARE: usize = 3;
/// The longest such line, in visible characters.
const LONGEST: usize = 80;
/// Letters that have to be the same; fewer, and only a number is left.
const LETTERS: usize = 4;

/// A line at the edge of a page.
struct Line {
    page: usize,
    span: Span,
    /// What of it is the same on each page: letters.
    key: String,
    /// The numbers in it, as digits.
    digits: String,
}

/// The lines to be taken out, in order of place.
pub(super) fn repeated(chars: &[char]) -> Vec<Footer> {
    let pages: Vec<&[char]> = chars.split(|c| *c == '\u{c}').collect();
    if pages.len() < PAGES {
        return Vec::new();
    }
    let mut edges: [Vec<Line>; 2] = [Vec::new(), Vec::new()];
    let mut start = 0;
    let mut filled = 0;
    for (number, page) in pages.iter().enumerate() {
        let lines = lines(number, start, page);
        start += page.len() + 1;
        filled += usize::from(!lines.is_empty());
        // A short page has one line at most at each edge.
        let edge = EDGE.min(lines.len().div_ceil(2));
        let bottom = lines.len().saturating_sub(edge).max(edge);
        for (at, line) in lines.into_iter().enumerate() {
            let Some(side) = (if at < edge {
                Some(0)
            } else if at >= bottom {
                Some(1)
            } else {
                None
            }) else {
                continue;
            };
            if let (Some(line), Some(edge)) = (line, edges.get_mut(side)) {
                edge.push(line);
            }
        }
    }
    let mut out: Vec<Span> = edges.iter().flat_map(|edge| taken(edge, filled)).collect();
    out.sort_unstable();
    out.dedup();
    out.into_iter().map(|span| Footer { words: words(chars.get(span.start..span.end).unwrap_or_default()), span }).collect()
}

/// The lines of a page that say something; `None` for those that cannot be repeated ones.
fn lines(page: usize, start: usize, chars: &[char]) -> Vec<Option<Line>> {
    let mut lines = Vec::new();
    let mut from = start;
    for line in chars.split(|c| *c == '\n') {
        let (begin, end) = (from, from + line.len());
        from = end + 1;
        let visible = line.iter().filter(|c| !c.is_whitespace()).count();
        if visible == 0 {
            continue;
        }
        if visible > LONGEST || is_row(line) {
            lines.push(None);
            continue;
        }
        let key = line.iter().filter(|c| c.is_alphabetic()).collect();
        let digits = line.iter().filter_map(|c| c.to_digit(10)).filter_map(|digit| char::from_digit(digit, 10)).collect();
        lines.push(Some(Line { page, span: Span { start: begin, end }, key, digits }));
    }
    lines
}

/// Whether a line is a row of a table, rather than words with a page's number at their side.
fn is_row(line: &[char]) -> bool {
    let mut cells = line.split(|c| *c == '\t').map(|cell| cell.iter().filter(|c| !c.is_whitespace()).all(char::is_ascii_digit));
    match (cells.next(), cells.next(), cells.next()) {
        (_, None, _) => false,
        (Some(number), Some(other), None) => number == other,
        _ => true,
    }
}

/// Which lines at an edge stand on enough pages.
fn taken(edge: &[Line], pages: usize) -> Vec<Span> {
    let enough = PAGES.max(pages.div_ceil(SHARE));
    let mut alike: HashMap<&str, Vec<&Line>> = HashMap::new();
    for line in edge {
        alike.entry(if is_number(line) { "" } else { line.key.as_str() }).or_default().push(line);
    }
    let mut out = Vec::new();
    for (key, lines) in alike {
        let on = lines.chunk_by(|a, b| a.page == b.page).count();
        let letters = key.chars().count();
        if on < enough || !key.is_empty() && letters < LETTERS {
            continue;
        }
        if key.is_empty() {
            // Numbers that go up with the pages; anything else is a column of figures.
            let counts = lines.windows(2).all(|pair| matches!(pair, [a, b] if a.page < b.page && number(a) < number(b)));
            if counts {
                out.extend(lines.iter().map(|line| line.span));
            }
        } else if lines.iter().all(|line| line.digits.len() <= letters) {
            out.extend(lines.iter().skip(1).map(|line| line.span));
        }
    }
    out
}

/// `3`, `- 3 -`, `3/18`, `第3页`, `Page 3 of 18`.
fn is_number(line: &Line) -> bool {
    !line.digits.is_empty()
        && line.digits.len() <= 6
        && matches!(line.key.as_str(), "" | "第页" | "第页共页" | "Page" | "Pageof" | "page" | "pageof" | "P" | "p")
}

/// The number of the page: the digits differ by where the total stands, but grow with it all the same.
fn number(line: &Line) -> (usize, &str) {
    (line.digits.len(), line.digits.as_str())
}

fn words(line: &[char]) -> String {
    let text: String = line.iter().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::Normalized;

    fn text(source: &str) -> String {
        Normalized::new(source).text().to_owned()
    }

    fn report(header: &str, footer: impl Fn(usize) -> String) -> String {
        let stories =
            ["需求回升。\n价格上涨。\n库存下降。\n", "产能释放。\n订单饱满。\n成本下降。\n", "新品上市。\n渠道下沉。\n份额提升。\n"];
        let pages: Vec<String> = (1..).zip(stories).map(|(page, story)| format!("{header}\n{story}{}\n", footer(page))).collect();
        pages.join("\u{c}")
    }

    #[test]
    fn the_first_header_stays_and_no_page_number() {
        let source = report("望江证券研究所 公司深度", |page| format!("- {page} -"));
        let normalized = text(&source);
        assert_eq!(normalized.matches("望江证券研究所").count(), 1);
        assert!(
            normalized.starts_with("望江证券研究所 公司深度\n需求回升。") && normalized.contains("库存下降。\n产能释放。"),
            "{normalized}"
        );
        assert!(!normalized.contains(['1', '2', '3']), "{normalized}");
        let footers = Normalized::new(&source);
        assert_eq!(footers.footers().len(), 5, "{:?}", footers.footers());
        assert_eq!(footers.footers()[1].words, "望江证券研究所 公司深度");
    }

    #[test]
    fn what_differs_or_stands_in_tables_stays() {
        for (header, footer) in [("2024年报\t2025年报\t2026年报", "合计\t甲"), ("", "12.5\t13.8")] {
            let source = report(header, |page| format!("{footer}\t{page}"));
            assert_eq!(text(&source).matches(footer).count(), 3, "{source}");
        }
        // Figures that do not count the pages, and pages that no form feed parts.
        let figures = report("甲", |page| (40 - page).to_string());
        assert!(text(&figures).contains("39") && text(&figures).contains("37"));
        let flat = report("望江证券研究所 公司深度", |page| page.to_string()).replace('\u{c}', "");
        assert_eq!(text(&flat).matches("望江证券研究所").count(), 3);
    }

    #[test]
    fn a_number_beside_the_words_is_no_cell() {
        assert_eq!(text(&report("", |page| format!("望江证券研究所\t{page}"))).matches("望江证券研究所").count(), 1);
    }

    #[test]
    fn two_pages_are_not_enough() {
        let source = "望江证券研究所 公司深度\n甲乙。\n\u{c}望江证券研究所 公司深度\n丙丁。\n";
        assert_eq!(text(source).matches("望江证券研究所").count(), 2);
    }
}
