//! What a file is: by its first bytes, and where those leave it open by its name.

use super::archive::Archive;
use super::docx;

/// Forms in which reports come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Pdf,
    Html,
    Docx,
    Mail,
    Zip,
    /// A known format that is no text; its name with an article.
    Other(&'static str),
    /// Everything else; what is no text is refused when it is decoded.
    Text,
}

/// Where a PDF may begin: readers accept what stands before `%PDF-` up to here.
const HEAD: usize = 1024;
/// Where the headers of a mail are looked for.
const HEADERS: usize = 16 * 1024;
/// Headers a mail may begin with.
const FIRST: &[&str] =
    &["from", "to", "received", "return-path", "delivered-to", "mime-version", "date", "subject", "message-id", "content-type", "reply-to"];

const FORMATS: &[(&[u8], &str)] = &[
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"{\\rtf", "an RTF document"),
];

impl Format {
    /// The form of a file.
    pub(super) fn of(name: &str, bytes: &[u8]) -> Self {
        if let Some((_, format)) = FORMATS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return Self::Other(format);
        }
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            return zipped(bytes);
        }
        let head = bytes.get(..bytes.len().min(HEAD)).unwrap_or_default();
        if head.windows(5).any(|window| window == b"%PDF-") {
            return Self::Pdf;
        }
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("html" | "htm" | "xhtml") => Self::Html,
            Some("eml" | "mht" | "mhtml") => Self::Mail,
            _ if is_page(head) => Self::Html,
            _ if is_mail(bytes.get(..bytes.len().min(HEADERS)).unwrap_or_default()) => Self::Mail,
            _ => Self::Text,
        }
    }
}

/// What kind of archive it is; one that cannot be opened is told when it is read.
fn zipped(bytes: &[u8]) -> Format {
    let Ok(archive) = Archive::open(bytes) else { return Format::Zip };
    let names = archive.names();
    let has = |name: &str| names.iter().any(|known| known == name);
    if has(docx::BODY) {
        Format::Docx
    } else if has("xl/workbook.xml") {
        Format::Other("an Excel workbook")
    } else if has("ppt/presentation.xml") {
        Format::Other("a PowerPoint presentation")
    } else {
        Format::Zip
    }
}

/// Whether a file begins as a web page does.
fn is_page(head: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(head).to_ascii_lowercase();
    let mut text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("<?xml") {
        text = text.split_once('>').map_or("", |(_, rest)| rest.trim_start());
    }
    text.starts_with("<!doctype html") || text.starts_with("<html")
}

/// Whether a file begins with the headers of a mail.
fn is_mail(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let header = |line: &str| line.split_once(':').map(|(name, _)| name.to_owned());
    let first = text.lines().next().and_then(header).is_some_and(|name| FIRST.contains(&name.as_str()) || name.starts_with("x-"));
    first && text.lines().take_while(|line| !line.is_empty()).any(|line| line.starts_with("mime-version:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_more_than_the_name() {
        for (name, bytes, format) in [
            ("a.txt", &b"%PDF-1.7"[..], Format::Pdf),
            ("a.doc", b"\xef\xbb\xbf<!DOCTYPE html><p>", Format::Html),
            ("a.md", b"<table><tr><td>1</td></tr></table>", Format::Text),
            ("a.html", b"<p>a", Format::Html),
            ("a", b"Received: from a\r\nMIME-Version: 1.0\r\n\r\n", Format::Mail),
            ("a.txt", b"Date: 2025-03-04\n\nMIME-Version: 1.0", Format::Text),
            ("a.zip", b"PK\x03\x04 cut", Format::Zip),
            ("a.txt", b"\x89PNG....", Format::Other("a PNG picture")),
        ] {
            assert_eq!(Format::of(name, bytes), format, "{name}");
        }
    }
}
