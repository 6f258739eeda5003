//! Page footers: lines that stand between two lines of the text because a page ended there (domain.md §5).
//!
//! They cut lists, tables and sentences, so they are taken out of the text and remembered by their place. A line is a
//! footer when it sends the reader to the notices of the report and bears a page's number or stands more than once, or
//! when it stands on page after page with a number that grows.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::Token;
use crate::domain::Span;

/// A longer line is no footer, in characters.
const LONGEST: usize = 140;
/// An unknown line is a footer when it stands this often.
const PAGES: usize = 3;
/// Fewest characters from one such line to the next: a page is longer than a row of a list.
const PAGE: usize = 100;
/// Fewest letters of an unknown footer.
const LETTERS: usize = 4;

/// A footer that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footer {
    /// Its words, width folded, without blanks between Chinese characters.
    pub words: String,
    /// Its characters in the source, without the line break.
    pub span: Span,
}

/// The number of a page: `3`, `3/18`, `- 3 -`, `第3页共18页`, `Page 3 of 18`.
const NUMBER: &str =
    r"[-–—|·]{0,2} ?(?i:第|page |p\.? ?)?(?P<number>\d{1,3})(?: ?页)?(?: ?(?:/|\||of|,|，)? ?共? ?\d{1,3} ?页?)? ?[-–—|·]{0,2}";

static LONE_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("^{NUMBER}$")).ok());
/// Number first or last; what remains are the words.
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        &format!(r"^(?:{NUMBER}[ |·](?P<after>\D.*)|(?P<before>.*?\D)[ |·]{NUMBER}|(?P<glued>.*?[\p{{Han}}。]){NUMBER})$")
            .replace("?P<number>", ""),
    )
    .ok()
});
static CHINESE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^[^,。;:]{0,16}?(?:请|恳请)(?:您|投资者|客户)?(?:务必|仔细|认真|一起){0,2}(?:阅读|参阅|参见|参考|关注|详阅|查阅|留意|见)",
        r"[^。;]{0,40}?(?:声明|申明|条款|披露|说明|部分|承诺|提示|之后|尾页|末页|最后一页)[。.]?$",
        r"|^[^,;:]{0,24}(?:声明|申明|条款|披露)(?:请|敬请|详)(?:参阅|参见|见)[^。;]{0,12}(?:尾页|末页|文末|最后一页|附后|之后)[。.]?$",
    ))
    .ok()
});
/// Not the line that names a page (`See page 7 for analyst certification`): page one alone has it, above the title.
static ENGLISH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:P(?i:lease) )?(?i:see|refer to|read)\b[^.;\d]{0,110}\b(?i:disclosures?|disclaimers?|certifications?)\b[^.;\d]{0,80}\.?$",
    )
    .ok()
});

/// A line of the tokens.
struct Line {
    from: usize,
    /// Behind its line break.
    to: usize,
    words: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Text,
    /// A page's number alone.
    Number,
    /// Points to the notices; with a page's number or not.
    Notice(bool),
    /// Any words with a page's number.
    Numbered(u32),
}

/// Takes the footers out.
pub(super) fn take_out(tokens: Vec<Token>) -> (Vec<Token>, Vec<Footer>) {
    let lines = lines(&tokens);
    let out = footers(&lines);
    if out.is_empty() {
        return (tokens, Vec::new());
    }
    let mut kept = Vec::with_capacity(tokens.len());
    let mut footers = Vec::with_capacity(out.len());
    for (at, line) in lines.iter().enumerate() {
        let part = tokens.get(line.from..line.to).unwrap_or_default();
        if !out.contains(&at) {
            kept.extend_from_slice(part);
            continue;
        }
        let mut seen = part.iter().filter(|token| !token.c.is_whitespace());
        if let Some(first) = seen.next() {
            let last = seen.next_back().unwrap_or(first);
            footers.push(Footer { words: line.words.clone(), span: Span { start: first.start as usize, end: last.end as usize } });
        }
    }
    (kept, footers)
}

fn lines(tokens: &[Token]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut from = 0;
    for part in tokens.split_inclusive(|token| token.c == '\n') {
        let to = from + part.len();
        let filled = || part.iter().filter(|token| !token.c.is_whitespace());
        let (words, kind) = if filled().next().is_none() {
            (String::new(), Kind::Blank)
        } else if part.len() > LONGEST * 2 || part.iter().any(|token| token.c == '\t') || filled().count() > LONGEST {
            (String::new(), Kind::Text)
        } else {
            let words = words(part);
            let kind = kind(&words);
            (words, kind)
        };
        lines.push(Line { from, to, words, kind });
        from = to;
    }
    lines
}

/// The words of a line: one blank at most, none beside Chinese characters.
fn words(part: &[Token]) -> String {
    let mut words = String::with_capacity(part.len() * 3);
    let mut blank = false;
    for c in part.iter().map(|token| token.c) {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && words.chars().next_back().is_some_and(|last| !(super::is_han(last) && super::is_han(c))) {
            words.push(' ');
        }
        blank = false;
        words.push(c);
    }
    words
}

fn kind(words: &str) -> Kind {
    // Nearly every line is told by its first and last character alone.
    let (Some(first), Some(last)) = (words.chars().next(), words.chars().next_back()) else {
        return Kind::Blank;
    };
    let digit = |c: char| c.is_ascii_digit();
    let edge = |c: char| digit(c) || matches!(c, '-' | '–' | '—' | '|' | '·' | '页' | '第');
    let notice = |words: &str| {
        (words.contains('请') || words.contains('详')) && matches(&CHINESE, words)
            || matches!(first, 'P' | 'S' | 's' | 'R' | 'r' | 'p') && matches(&ENGLISH, words)
    };
    if edge(first) || edge(last) {
        if matches(&LONE_NUMBER, words) {
            return Kind::Number;
        }
        let parted = NUMBERED.as_ref().and_then(|pattern| pattern.captures(words));
        if let Some(body) = parted.and_then(|found| ["after", "before", "glued"].iter().find_map(|name| found.name(name))) {
            let body = body.as_str().trim_matches([' ', '|', '·', '-', '–', '—']);
            let rest = words.replacen(body, " ", 1);
            let number = rest.split(|c: char| !digit(c)).find(|digits| !digits.is_empty()).and_then(|digits| digits.parse().ok());
            if notice(body) {
                return Kind::Notice(true);
            }
            if let Some(number) = number.filter(|_| body.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS) {
                return Kind::Numbered(number);
            }
        }
    }
    if notice(words) { Kind::Notice(false) } else { Kind::Text }
}

fn matches(pattern: &LazyLock<Option<Regex>>, words: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(words))
}

/// What stays the same from page to page.
fn key(words: &str) -> String {
    words.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect()
}

/// Which lines are footers: those that stand between two others.
fn footers(lines: &[Line]) -> HashSet<usize> {
    let (Some(first), Some(last)) = (lines.iter().position(says), lines.iter().rposition(says)) else {
        return HashSet::new();
    };
    let mut notices: HashMap<String, usize> = HashMap::new();
    let mut pages: HashMap<String, Vec<(usize, u32)>> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        match line.kind {
            Kind::Notice(_) => *notices.entry(key(&line.words)).or_default() += 1,
            Kind::Numbered(number) => pages.entry(key(&line.words)).or_default().push((at, number)),
            _ => {}
        }
    }
    let mut out = HashSet::new();
    for (at, line) in lines.iter().enumerate().take(last).skip(first) {
        if let Kind::Notice(numbered) = line.kind {
            let beside = numbers_beside(lines, at);
            if numbered || !beside.is_empty() || notices.get(&key(&line.words)).is_some_and(|times| *times > 1) {
                out.insert(at);
                out.extend(beside);
            }
        }
    }
    for (_, found) in pages.into_iter().filter(|(_, found)| found.len() >= PAGES) {
        let apart = |pair: &[(usize, u32)]| match pair {
            [(one, number), (other, next)] => number < next && distance(lines, *one, *other) >= PAGE,
            _ => true,
        };
        if found.windows(2).all(apart) {
            out.extend(found.into_iter().map(|(at, _)| at));
        }
    }
    out
}

/// Whether a line is words of the text.
fn says(line: &Line) -> bool {
    matches!(line.kind, Kind::Text | Kind::Numbered(_))
}

/// The page numbers on lines of their own above and below a notice, with the blank lines between.
fn numbers_beside(lines: &[Line], at: usize) -> Vec<usize> {
    let number = |(at, line): (usize, &Line)| (line.kind == Kind::Number).then_some(at);
    let above = lines.iter().enumerate().take(at).rev().take(2).find(|(_, line)| line.kind != Kind::Blank).and_then(number);
    let below = lines.iter().enumerate().skip(at + 1).take(2).find(|(_, line)| line.kind != Kind::Blank).and_then(number);
    above.map_or(at..at, |number| number..at).chain(below.map_or(at..at, |number| at + 1..number + 1)).collect()
}

/// Characters from one line to another.
fn distance(lines: &[Line], from: usize, to: usize) -> usize {
    let start = |at: usize| lines.get(at).map_or(0, |line| line.from);
    start(to).saturating_sub(start(from))
}

#[cfg(test)]
mod tests {
    use super::super::Normalized;

    fn text(source: &str) -> String {
        Normalized::new(source).text().to_owned()
    }

    #[test]
    fn footers_between_lines_go() {
        for footer in [
            "请务必阅读正文之后的免责声明部分 3",
            "3 敬请参阅最后一页特别声明",
            "谨请参阅尾页重要声明及投资评级说明 - 3 -",
            "望江证券 敬请关注文后特别声明与免责条款 第3页 共18页",
            "本报告版权属于望江证券。各项声明请参见报告尾页。3/18",
            "本报告版权属于望江证券。各项声明请参见报告尾页。- 3 -",
            "请 务 必 阅 读 正 文 之 后 的 免 责 声 明 部 分 ３",
            "请务必阅读正文之后的免责声明部分\n3",
            "3 / 18\n\n敬请参阅最后一页特别声明",
            "Please refer to the important disclosures at the end of this report. 3",
            "PLEASE READ THE ANALYST CERTIFICATION AND IMPORTANT DISCLOSURES AT THE END OF THIS REPORT\nPage 3 of 18",
        ] {
            assert_eq!(text(&format!("需求不及预期;\n{footer}\n价格下跌。\n正文。")), "需求不及预期;\n价格下跌。\n正文。", "{footer}");
        }
    }

    #[test]
    fn a_notice_without_a_page_goes_where_it_is_repeated() {
        let notice = "请务必阅读正文之后的重要声明";
        let once = format!("正文\n{notice}\n又正文");
        assert_eq!(text(&once), once);
        assert_eq!(text(&format!("正文\n{notice}\n又正文\n{notice}\n完")), "正文\n又正文\n完");
    }

    #[test]
    fn an_unknown_footer_stands_on_page_after_page() {
        let story = "公司三季度实现营业收入十二亿元,同比增长百分之八。".repeat(6);
        let page = |number: usize| format!("{story}\n望江研究 行业周报 第{number}页\n");
        assert_eq!(text(&format!("{}{}{}完", page(1), page(2), page(3))), format!("{story}\n{story}\n{story}\n完"));
        let list = "新增项目甲1\n新增项目甲2\n新增项目甲3\n完";
        assert_eq!(text(list), list);
    }

    #[test]
    fn what_only_looks_like_a_footer_stays() {
        for line in [
            "请投资者关注公司后续公告",
            "12",
            "See page 7 for analyst certification and important disclosures.",
            "See Disclaimers for Northlake Group entity details.",
            "风险提示:请参阅免责声明中的风险说明,谨慎决策。3",
        ] {
            let source = format!("正文\n{line}\n又正文");
            assert_eq!(text(&source), source);
        }
        // At either end of the text nothing is cut by it.
        let source = "请务必阅读正文之后的免责声明部分1\n正文\n请务必阅读正文之后的免责声明部分2";
        assert_eq!(text(source), source);
    }

    #[test]
    fn it_is_remembered_where_a_footer_stood() {
        let source = "甲\n 请务必阅读正文之后的免责声明 ３ \n乙";
        let normalized = Normalized::new(source);
        let footer = normalized.footers().first().unwrap();
        let words: String = source.chars().skip(footer.span.start).take(footer.span.end - footer.span.start).collect();
        assert_eq!((footer.words.as_str(), words.as_str()), ("请务必阅读正文之后的免责声明 3", "请务必阅读正文之后的免责声明 ３"));
    }
}
