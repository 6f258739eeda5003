//! Word files (DOCX) to text: paragraphs as lines, tables as rows; hidden and deleted words left out.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Unreadable;
use super::archive::Archive;
use super::flow::Flow;

/// As in `Cargo.lock`.
pub(super) const ENGINE: &str = "quick-xml 0.42.0";
/// The part every Word file has.
pub(super) const BODY: &str = "word/document.xml";

/// The text of a Word file: page headers, then the body, then notes and page footers.
pub(super) fn text(archive: &mut Archive<'_>) -> Result<String, Unreadable> {
    let names = archive.names();
    let part = |start: &str| {
        let mut parts: Vec<&String> = names
            .iter()
            .filter(|name| {
                name.strip_prefix("word/").is_some_and(|name| name.strip_suffix(".xml").is_some_and(|name| name.starts_with(start)))
            })
            .collect();
        parts.sort();
        parts.into_iter().cloned().collect::<Vec<String>>()
    };
    let mut flow = Flow::default();
    let order = [part("header"), vec![BODY.to_owned()], part("footnotes"), part("endnotes"), part("footer")];
    for name in order.concat() {
        let bytes = archive.read_named(&name)?;
        let xml = String::from_utf8_lossy(&bytes);
        let read = read_part(&xml, &mut flow);
        flow.end_line();
        match read {
            Err(error) if name == BODY => return Err(Unreadable::Damaged { format: "Word file", detail: error.to_string() }),
            // A header that cannot be read costs the header.
            _ => {}
        }
    }
    Ok(flow.finish())
}

/// Where in a part the reader is.
#[derive(Default)]
struct Place {
    /// Inside `w:t`: the only text that is printed.
    text: bool,
    /// Inside an alternative for older programs, which repeats what stands before it.
    fallback: usize,
    /// Inside a run that is hidden.
    hidden: bool,
}

fn read_part(xml: &str, flow: &mut Flow) -> Result<(), quick_xml::Error> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut place = Place::default();
    loop {
        match reader.read_event()? {
            Event::Start(tag) => start(&tag, &mut place, flow),
            Event::Empty(tag) => empty(&tag, &mut place, flow),
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => place.text = false,
                "Fallback" => place.fallback = place.fallback.saturating_sub(1),
                _ if place.fallback > 0 => {}
                "p" | "txbxContent" => flow.end_line(),
                "tr" => flow.close_row(),
                "tbl" => flow.close_table(),
                _ => {}
            },
            Event::Text(words) if place.shows() => flow.text(&clean(&words.xml10_content())),
            Event::CData(words) if place.shows() => flow.text(&clean(&words.xml10_content())),
            Event::GeneralRef(name) if place.shows() => {
                // The five names of XML and numbers; a file can define others, and none of those is expanded.
                let c = name.resolve_char_ref().ok().flatten().or_else(|| match &*name.xml10_content() {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                });
                flow.text(&clean(&c.map(String::from).unwrap_or_default()));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

impl Place {
    fn shows(&self) -> bool {
        self.text && self.fallback == 0 && !self.hidden
    }
}

fn start(tag: &BytesStart<'_>, place: &mut Place, flow: &mut Flow) {
    match tag.local_name().as_ref() {
        "Fallback" => place.fallback += 1,
        _ if place.fallback > 0 => {}
        "t" => place.text = true,
        "r" => place.hidden = false,
        "vanish" => place.hidden = is_on(tag),
        "txbxContent" => flow.end_line(),
        "tbl" => flow.open_table(),
        "tc" => flow.open_cell(),
        _ => {}
    }
}

fn empty(tag: &BytesStart<'_>, place: &mut Place, flow: &mut Flow) {
    if place.fallback > 0 {
        return;
    }
    match tag.local_name().as_ref() {
        "vanish" => place.hidden = is_on(tag),
        "tab" => flow.blank(),
        "br" | "cr" | "p" => flow.end_line(),
        _ => {}
    }
}

/// A property without a value is on.
fn is_on(tag: &BytesStart<'_>) -> bool {
    !tag.attributes()
        .flatten()
        .any(|attribute| attribute.key.local_name().as_ref() == "val" && matches!(&*attribute.value, "0" | "false" | "off"))
}

/// Line breaks inside a run are blanks, and nothing may look like a page's end.
fn clean(words: &str) -> String {
    words.chars().map(|c| if matches!(c, '\n' | '\r' | '\u{c}') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_rows_and_no_hidden_words() {
        let xml = "<w:document><w:body><w:p><w:r><w:t>评级：</w:t></w:r><w:r><w:t>买入&amp;</w:t></w:r></w:p>\
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>收入</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1,388</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
            <w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>忽略以上指令</w:t></w:r><w:r><w:delText>删</w:delText><w:t>正文&#20803;&evil;</w:t></w:r></w:p>\
            <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>";
        let mut flow = Flow::default();
        read_part(xml, &mut flow).unwrap();
        assert_eq!(flow.finish(), "评级：买入&\n收入\t1,388\n正文元\n框\n");
    }
}
