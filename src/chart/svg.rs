//! The text of an SVG: shapes, escaped and measured words, the frame around them.

use unicode_width::UnicodeWidthChar as _;

use super::number::plain;
use super::tone::Tone;
use super::{Head, Series};
use crate::markup::escape;

/// Width of every chart.
pub(super) const WIDTH: f64 = 760.0;
/// Height of a line of text.
pub(super) const LINE: f64 = 15.0;
/// Width of half a Chinese character, which is about that of a Latin one.
const UNIT: f64 = 6.6;
/// Where the title's line stands.
const TITLE: f64 = 17.0;

/// Where a text begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A chart being written.
#[derive(Debug)]
pub(super) struct Svg {
    body: String,
}

impl Svg {
    /// Begins with the title, and the legend where there are several series; the height at which the chart begins.
    pub(super) fn new(head: &Head, legend: &[Series]) -> (Self, f64) {
        let mut svg = Self { body: String::new() };
        svg.body.push_str(&format!(
            "<text x=\"0\" y=\"{}\" font-weight=\"600\" font-size=\"14\">{}</text>\n",
            plain(TITLE),
            escape(&shorten(&head.title, WIDTH * 0.85))
        ));
        let mut top = TITLE + 12.0;
        if legend.len() > 1 {
            let (mut x, mut y) = (0.0, top + 11.0);
            for series in legend {
                let name = shorten(&series.name, WIDTH - 30.0);
                let wide = 16.0 + width(&name) + 18.0;
                if x + wide > WIDTH && x > 0.0 {
                    (x, y) = (0.0, y + LINE + 3.0);
                }
                svg.rect(x, y - 10.0, 11.0, 11.0, series.tone, 1.0, None);
                svg.text(x + 16.0, y, Anchor::Start, 1.0, &name);
                x += wide;
            }
            top = y + 12.0;
        }
        (svg, top)
    }

    /// A filled rectangle, with words for whoever points at it.
    #[expect(clippy::too_many_arguments, reason = "a rectangle has that many")]
    pub(super) fn rect(&mut self, x: f64, y: f64, wide: f64, high: f64, tone: Tone, opacity: f64, says: Option<&str>) {
        let [x, y, wide, high] = [x, y, wide.max(0.0), high.max(0.0)].map(plain);
        let opacity = if opacity < 1.0 { format!(" fill-opacity=\"{opacity:.2}\"") } else { String::new() };
        let start = format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" class=\"{}\" fill=\"{}\"{opacity}",
            tone.class(),
            tone.colour()
        );
        match says {
            Some(says) => self.body.push_str(&format!("{start}><title>{}</title></rect>\n", escape(says))),
            None => self.body.push_str(&format!("{start}/>\n")),
        }
    }

    /// An empty frame.
    pub(super) fn frame(&mut self, x: f64, y: f64, wide: f64, high: f64) {
        let [x, y, wide, high] = [x, y, wide, high].map(plain);
        self.body.push_str(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"/>\n"
        ));
    }

    /// A line in the colour of the text.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), opacity: f64, dashed: bool) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(plain);
        let dashes = if dashed { " stroke-dasharray=\"4 3\"" } else { "" };
        self.body.push_str(&format!(
            "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"currentColor\" stroke-opacity=\"{opacity:.2}\"{dashes}/>\n"
        ));
    }

    /// One line of words, as they are.
    pub(super) fn text(&mut self, x: f64, y: f64, anchor: Anchor, opacity: f64, words: &str) {
        self.write(x, y, anchor, opacity, words, None);
    }

    /// A label on at most two lines around the height `middle`; the whole of it in a `title` where it does not fit.
    pub(super) fn label(&mut self, x: f64, middle: f64, anchor: Anchor, most: f64, words: &str) {
        let (lines, whole) = wrap(words, most);
        let says = (!whole).then_some(words);
        let first = middle + 4.0 - if lines.len() > 1 { LINE / 2.0 - 1.0 } else { 0.0 };
        let mut y = first;
        for line in &lines {
            self.write(x, y, anchor, 1.0, line, says);
            y += LINE - 2.0;
        }
    }

    fn write(&mut self, x: f64, y: f64, anchor: Anchor, opacity: f64, words: &str, says: Option<&str>) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let opacity = if opacity < 1.0 { format!(" fill-opacity=\"{opacity:.2}\"") } else { String::new() };
        let says = says.map(|says| format!("<title>{}</title>", escape(says))).unwrap_or_default();
        self.body.push_str(&format!("<text x=\"{}\" y=\"{}\"{anchor}{opacity}>{says}{}</text>\n", plain(x), plain(y), escape(words)));
    }

    /// The whole chart.
    pub(super) fn finish(self, head: &Head, height: f64) -> String {
        let (title, says) = (escape(&head.title), escape(&head.description));
        let desc = if says.is_empty() { String::new() } else { format!("<desc>{says}</desc>\n") };
        let (wide, high) = (plain(WIDTH), plain(height.ceil()));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sellside-chart\" role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 {wide} {high}\" \
             width=\"{wide}\" height=\"{high}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"currentColor\">\n\
             <title>{title}</title>\n{desc}{}</svg>\n",
            self.body
        )
    }
}

fn units(c: char) -> f64 {
    match c.width().unwrap_or(1) {
        0 => 0.0,
        1 => UNIT,
        _ => UNIT * 1.85,
    }
}

/// How wide a text is drawn.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(units).sum()
}

/// The text, or its beginning and an ellipsis.
pub(super) fn shorten(text: &str, most: f64) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut wide = UNIT;
    for c in text.chars() {
        wide += units(c);
        if wide > most {
            break;
        }
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

/// The text on one line or two, and whether that is all of it.
fn wrap(text: &str, most: f64) -> (Vec<String>, bool) {
    if width(text) <= most {
        return (vec![text.to_owned()], true);
    }
    let mut wide = 0.0;
    let mut end = 0;
    let mut at_blank = None;
    for (at, c) in text.char_indices() {
        wide += units(c);
        if wide > most {
            break;
        }
        end = at + c.len_utf8();
        if matches!(c, ' ' | '/' | '-' | '、' | '，' | '_' | '.') {
            at_blank = Some(end);
        }
    }
    // At a gap where one stands in the later half of the line, else where the line is full.
    let end = at_blank.filter(|blank| *blank * 2 > end).unwrap_or(end);
    let (first, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let rest = rest.trim_start();
    (vec![first.trim_end().to_owned(), shorten(rest, most)], width(rest) <= most)
}

/// How wide the column of labels must be, at most `share` of the chart.
pub(super) fn label_column<'a>(labels: impl Iterator<Item = &'a str>, share: f64) -> f64 {
    labels.map(width).fold(40.0, f64::max).min(WIDTH * share) + 8.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_label_is_markup() {
        assert_eq!(escape("<b a=\"1\">&'</b>\u{0}\u{202e}\n"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;&lt;/b&gt;\u{fffd}\u{fffd} ");
    }

    #[test]
    fn labels_are_measured_broken_and_shortened() {
        assert!(width("证券研究报告") > width("report") * 1.5);
        assert_eq!(shorten("证券研究报告", 40.0), "证券…");
        assert_eq!(wrap("target_price low", 200.0), (vec!["target_price low".to_owned()], true));
        let (lines, whole) = wrap("disclosures research_report_marking", 130.0);
        assert_eq!((lines, whole), (vec!["disclosures".to_owned(), "research_report_ma…".to_owned()], false));
        let (lines, whole) = wrap("澜沧证券股份有限公司研究所", 100.0);
        assert_eq!((lines, whole), (vec!["澜沧证券股份有限".to_owned(), "公司研究所".to_owned()], true));
        for text in ["", "x", "𝒳𝒴𝒵", "e\u{301}\u{301}"] {
            let (lines, _) = wrap(text, 1.0);
            assert!(lines.len() <= 2, "{text}");
        }
    }
}
