//! The built-in engine.

use unpdf::Error;
use unpdf::parser::LayoutAnalyzer;
use unpdf::parser::backend::{PdfBackend, RawBackend};

use super::layout::{self, Painted};
use super::transcript::{PageText, Refusal, Transcript};
use super::turn::upright;

/// As pinned in `Cargo.toml`; a test holds it against `Cargo.lock`.
pub(super) const VERSION: &str = "0.52.1";

/// One character in this many may be lost without a word: it takes several to lose one.
const UNREAD: usize = 50;

/// Reads the text layer of a PDF. May run away, use up memory or overflow the stack on hostile input: only for a process
/// with limits.
pub(super) fn read(bytes: &[u8], password: Option<&str>) -> Result<Transcript, Refusal> {
    let backend = RawBackend::load_bytes_with_password(bytes, password).map_err(refusal)?;
    let pages = backend.pages().keys().map(|&number| page(&backend, number)).collect();
    Ok(Transcript { engine: format!("unpdf {VERSION}"), pages, incomplete: backend.integrity().pages_incomplete() })
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Encrypted | Error::InvalidPassword => Refusal::Encrypted,
        other => Refusal::Damaged(other.to_string()),
    }
}

fn page(backend: &RawBackend, number: u32) -> PageText {
    let analyzer = LayoutAnalyzer::new(backend);
    let Ok(spans) = analyzer.extract_page_spans(number) else {
        return PageText { gaps: true, painted: true, ..PageText::default() };
    };
    let mut text = String::new();
    for spans in upright(spans) {
        let painted = Painted::of(&spans);
        let lines = analyzer.group_spans_into_lines_pub(spans);
        text.push_str(&layout::text(&lines, &painted));
    }
    let counts = analyzer.page_op_counts();
    let facts = analyzer.page_facts();
    // Bullets and logos are often set in fonts without a Unicode map.
    let unread = analyzer.suppressed_text_runs() + facts.undecoded_text_codes as usize;
    let visible = text.chars().filter(|c| !c.is_whitespace()).count();
    PageText {
        gaps: unread * UNREAD > visible || analyzer.undecodable_content_streams() > 0,
        painted: counts.text + counts.image + counts.form + facts.fill_op_count > 0,
        text,
    }
}
