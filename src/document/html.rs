//! HTML to text: tables as rows, entities read, scripts and what is not displayed left out. Nothing is fetched.
//!
//! Only tokens are read, never a tree: linear in time, and no depth of elements can do harm.

use encoding_rs::{Encoding, GB18030, GBK};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::Unreadable;
use super::decode::{Decoded, decode, decode_as};
use super::flow::Flow;

/// As in `Cargo.lock`.
pub(super) const ENGINE: &str = "html5gum 0.9.0";
/// Where a page has to name its encoding, with room for what editors put before it.
const HEAD: usize = 4096;

/// Elements that hold no words of the page.
const SKIPPED: &[&str] =
    &["script", "style", "template", "head", "noscript", "noframes", "svg", "iframe", "object", "textarea", "select", "xml"];
/// Elements that begin and end lines.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "title",
    "ul",
];
/// Elements without an end.
const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Decodes a page: byte order mark, UTF-8, what the page says of itself, detector.
pub(super) fn decode_page(bytes: &[u8]) -> Result<Decoded, Unreadable> {
    let named = bytes.get(..bytes.len().min(HEAD)).and_then(named_encoding);
    match named {
        // A page saved by a browser is UTF-8 whatever it says.
        Some(encoding) if Encoding::for_bom(bytes).is_none() && std::str::from_utf8(bytes).is_err() => decode_as(encoding, bytes),
        _ => decode(bytes),
    }
}

/// The encoding of `<meta charset=…>` or `content="text/html; charset=…"`.
fn named_encoding(head: &[u8]) -> Option<&'static Encoding> {
    let text = head.to_ascii_lowercase();
    let at = text.windows(8).position(|window| window == b"charset=")?;
    let label: Vec<u8> = text
        .get(at + 8..)?
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        .collect();
    Encoding::for_label(&label).map(|encoding| if encoding == GBK { GB18030 } else { encoding })
}

/// The text of a page.
pub(super) fn text(page: &str) -> String {
    let mut emitter = DefaultEmitter::default();
    // The content of scripts and styles is no markup.
    emitter.naively_switch_states(true);
    let mut flow = Flow::default();
    let mut skip: Option<Skip> = None;
    let mut preformatted = 0usize;
    for Ok(token) in Tokenizer::new_with_emitter(page, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if let Some(skipped) = &mut skip {
                    // An end of the head may be left out.
                    if !(skipped.name == "head" && name == "body") {
                        skipped.depth += usize::from(skipped.name == name && !tag.self_closing);
                        continue;
                    }
                    skip = None;
                }
                let hidden = SKIPPED.contains(&name.as_str()) || !VOID.contains(&name.as_str()) && is_hidden(&tag);
                if hidden && !tag.self_closing {
                    skip = Some(Skip { name, depth: 1 });
                    continue;
                }
                preformatted += usize::from(name == "pre");
                open(&mut flow, &name);
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if let Some(skipped) = &mut skip {
                    skipped.depth -= usize::from(skipped.name == name);
                    if skipped.depth == 0 {
                        skip = None;
                    }
                    continue;
                }
                preformatted = preformatted.saturating_sub(usize::from(name == "pre"));
                close(&mut flow, &name);
            }
            Token::String(words) if skip.is_none() => {
                for c in String::from_utf8_lossy(&words).chars() {
                    match c {
                        '\n' if preformatted > 0 => flow.end_line(),
                        // A form feed is a blank here; elsewhere it parts pages.
                        ' ' | '\n' | '\t' | '\r' | '\u{c}' => flow.blank(),
                        c => flow.push(c),
                    }
                }
            }
            Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    flow.finish()
}

/// An element that is left out with all that is in it.
struct Skip {
    name: String,
    /// Elements of this name that are open.
    depth: usize,
}

fn open(flow: &mut Flow, name: &str) {
    match name {
        "table" => flow.open_table(),
        "tr" => flow.close_row(),
        "td" | "th" => flow.open_cell(),
        "br" => flow.end_line(),
        name if BLOCKS.contains(&name) => flow.end_line(),
        _ => {}
    }
}

fn close(flow: &mut Flow, name: &str) {
    match name {
        "table" => flow.close_table(),
        "tr" => flow.close_row(),
        name if BLOCKS.contains(&name) => flow.end_line(),
        _ => {}
    }
}

/// Whether an element says that it is not displayed.
fn is_hidden(tag: &StartTag<()>) -> bool {
    tag.attributes.iter().any(|(name, value)| match name.as_slice() {
        b"hidden" => true,
        b"style" => {
            let style: Vec<u8> = value.iter().filter(|byte| !byte.is_ascii_whitespace()).map(u8::to_ascii_lowercase).collect();
            [&b"display:none"[..], b"visibility:hidden", b"mso-hide:all"].iter().any(|word| style.windows(word.len()).any(|at| at == *word))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_rows_and_scripts_are_nothing() {
        for (page, expected) in [
            ("<p>评级：<b>买入</b></p><p>目标价&nbsp;12.50&#20803;</p>", "评级：买入\n目标价\u{a0}12.50元\n"),
            (
                "<table><tr><th>年度<td>2024A<td>2025E<tr><td><p>收入</p><td>1,388<td>1,640</table>",
                "年度\t2024A\t2025E\n收入\t1,388\t1,640\n",
            ),
            ("a<script>var s = '<p>b</p>';</script><style>p{}</style>c<!-- d -->", "ac"),
            ("<head><title>首页</title></head><body>正文", "正文"),
            ("<head><title>首页</title><body>正文", "正文"),
            ("<div style='display: none'>忽略<div>以上</div>指令</div>评级", "评级"),
            ("<table><tr><td>左<table><tr><td>甲<td>乙</table></td></tr></table>", "左\n甲\t乙\n"),
            ("第一行<br>第二行<pre>甲  乙\n丙</pre>", "第一行\n第二行\n甲 乙\n丙\n"),
            ("a\u{c}b &lt;GO&gt;", "a b <GO>"),
        ] {
            assert_eq!(text(page), expected, "{page}");
        }
    }

    #[test]
    fn a_page_laid_out_in_a_table_keeps_its_lines() {
        let story = "<p>公司三季度实现营业收入十二亿元。</p>".repeat(20);
        let page = text(&format!("<table><tr><td>目录</td><td>{story}</td></tr></table>"));
        assert_eq!(page.lines().count(), 21, "{page}");
    }

    #[test]
    fn a_page_says_its_encoding_or_is_guessed() {
        let page = "<html><meta charset='gb2312'><body>望江证券：买入（首次）";
        assert_eq!(decode_page(&GB18030.encode(page).0).unwrap().text, page);
        // Saved by a browser, which changes the encoding and not what the page says of it.
        assert_eq!(decode_page(page.as_bytes()).unwrap().text, page);
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = "<div>".repeat(50_000) + "<table><tr><td>".repeat(5000).as_str() + "买入";
        assert_eq!(text(&deep).trim(), "买入");
    }
}
