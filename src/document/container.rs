//! Mails and archives: files that hold reports.

use mail_parser::{MessageParser, MimeHeaders as _, PartType};

use super::archive::Archive;
use super::format::Format;
use super::{MAX_FILE_BYTES, Unreadable};

/// Containers in containers that are opened.
const DEPTH: usize = 4;
/// Bytes of all reports of a file together, and how many there may be.
const ALL_BYTES: u64 = 256 * 1024 * 1024;
const ALL_PARTS: usize = 2000;
/// Visible characters from which a mail with attachments is a report itself.
const BODY: usize = 800;

/// A report inside a file, or the file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The name of the file, and behind a `#` each the names inside: `week.zip#mail.eml#report.pdf`.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The reports in a file, in the order they are in it; the file itself where it holds no others.
pub(super) fn parts(name: &str, bytes: &[u8]) -> Result<Vec<Part>, Unreadable> {
    let mut found = Found { parts: Vec::new(), left: ALL_BYTES };
    match Format::of(name, bytes) {
        Format::Zip | Format::Mail => found.open(name, bytes, 0)?,
        _ => found.parts.push(Part { name: name.to_owned(), bytes: bytes.to_vec() }),
    }
    Ok(found.parts)
}

struct Found {
    parts: Vec<Part>,
    /// Bytes that may still come.
    left: u64,
}

impl Found {
    fn open(&mut self, name: &str, bytes: &[u8], depth: usize) -> Result<(), Unreadable> {
        if depth >= DEPTH {
            return Err(Unreadable::Bomb { detail: format!("archives in archives, over {DEPTH} deep") });
        }
        match Format::of(name, bytes) {
            Format::Zip => self.archive(name, bytes, depth),
            Format::Mail => self.mail(name, bytes, depth),
            _ => self.take(name.to_owned(), bytes.to_vec()),
        }
    }

    fn archive(&mut self, name: &str, bytes: &[u8], depth: usize) -> Result<(), Unreadable> {
        let mut archive = Archive::open(bytes)?;
        for at in 0..archive.len() {
            let most = self.left.min(MAX_FILE_BYTES);
            let Some((entry, bytes)) = archive.read(at, most)? else { continue };
            if is_report(&entry, &bytes) {
                self.open(&format!("{name}#{entry}"), &bytes, depth + 1)?;
            }
        }
        Ok(())
    }

    fn mail(&mut self, name: &str, bytes: &[u8], depth: usize) -> Result<(), Unreadable> {
        let damaged = || Unreadable::Damaged { format: "mail", detail: "it has no parts that can be told".to_owned() };
        let message = MessageParser::default().parse(bytes).ok_or_else(damaged)?;
        let before = self.parts.len();
        for (number, part) in (1..).zip(message.attachments()) {
            let (bytes, extension): (&[u8], _) = match &part.body {
                PartType::Message(inner) => (inner.raw_message.as_ref(), "eml"),
                _ => (part.contents(), "bin"),
            };
            let entry = part.attachment_name().map_or_else(|| format!("attachment-{number}.{extension}"), str::to_owned);
            if is_report(&entry, bytes) {
                self.open(&format!("{name}#{entry}"), bytes, depth + 1)?;
            }
        }
        let body = message.html_part(0).or_else(|| message.text_part(0));
        let body = body.and_then(|part| match &part.body {
            PartType::Html(page) => Some(("body.html", page)),
            PartType::Text(text) => Some(("body.txt", text)),
            _ => None,
        });
        if let Some((entry, words)) = body {
            let long = words.chars().filter(|c| !c.is_whitespace()).nth(BODY).is_some();
            if !words.trim().is_empty() && (long || self.parts.len() == before) {
                self.take(format!("{name}#{entry}"), words.as_bytes().to_vec())?;
            }
        }
        Ok(())
    }

    fn take(&mut self, name: String, bytes: Vec<u8>) -> Result<(), Unreadable> {
        let size = bytes.len() as u64;
        if self.parts.len() >= ALL_PARTS || size > self.left {
            return Err(Unreadable::Bomb { detail: format!("over {ALL_PARTS} reports or {ALL_BYTES} bytes") });
        }
        self.left -= size;
        self.parts.push(Part { name, bytes });
        Ok(())
    }
}

/// Whether something inside a container is a report: by its content, and plain text by its name.
fn is_report(name: &str, bytes: &[u8]) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    if bytes.is_empty() || file.starts_with('.') || name.starts_with("__MACOSX/") {
        return false;
    }
    match Format::of(file, bytes) {
        Format::Text => {
            let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
            matches!(extension.as_deref(), Some("txt" | "text" | "md" | "markdown"))
        }
        Format::Other(_) => false,
        _ => true,
    }
}
