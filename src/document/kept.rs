//! A document as it is kept, so that it can be read again without its source.

use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

use super::reader::MEDIA_TYPES;
use super::{Document, Origin, Unreadable};

/// What of a document cannot be told from its extracted text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Size of the source in bytes.
    pub bytes: u64,
    /// `b3:` and the BLAKE3 hash of the source bytes.
    pub id: String,
    /// Media type of the source.
    pub media_type: String,
    /// WHATWG name of the encoding, where the source is text.
    pub encoding: Option<String>,
    /// Engine and version that made text of the source.
    pub engine: Option<String>,
    /// Pages, where the format has them; form feeds part them in the text.
    pub pages: Option<u32>,
    /// Whether characters were recognised in pictures.
    pub recognised: bool,
    /// What of the source is not in the text.
    pub losses: Vec<String>,
    /// The extracted text.
    pub text: String,
}

impl Document {
    /// What has to be kept of it.
    pub fn kept(&self) -> Kept {
        let Origin { media_type, encoding, engine, pages, recognised, losses } = self.origin.clone();
        Kept {
            bytes: self.bytes,
            id: self.id.clone(),
            media_type: media_type.to_owned(),
            encoding: encoding.map(str::to_owned),
            engine,
            pages,
            recognised,
            losses,
            text: self.source.as_str().to_owned(),
        }
    }

    /// The document called `name` from what was kept of it.
    ///
    /// # Errors
    /// When the text is none that a document could have had.
    pub fn restore(name: &str, kept: Kept) -> Result<Self, Unreadable> {
        let Kept { bytes, id, media_type, encoding, engine, pages, recognised, losses, text } = kept;
        let origin = Origin {
            media_type: MEDIA_TYPES.into_iter().find(|known| *known == media_type).unwrap_or("text/plain"),
            encoding: encoding.and_then(|label| Encoding::for_label(label.as_bytes())).map(Encoding::name),
            engine,
            pages,
            recognised,
            losses,
        };
        Self::of_text(name, text, origin, bytes, id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restored_document_is_the_same() {
        let text = "望江证券\r\n证券研究报告\n临河科技：增 持（维持）\n";
        let sources: [Vec<u8>; 3] =
            [text.as_bytes().to_vec(), encoding_rs::GB18030.encode(text).0.into_owned(), [b"\xef\xbb\xbf", text.as_bytes()].concat()];
        for bytes in sources {
            let document = Document::from_bytes("a.md", &bytes).unwrap();
            let kept = serde_json::to_string(&document.kept()).unwrap();
            let restored = Document::restore("a.md", serde_json::from_str(&kept).unwrap()).unwrap();
            assert_eq!(format!("{restored:?}"), format!("{document:?}"));
        }
    }

    #[test]
    fn a_restored_document_has_its_pages_and_its_engine() {
        let origin = Origin {
            media_type: "application/pdf",
            encoding: None,
            engine: Some("engine 1".to_owned()),
            pages: Some(3),
            recognised: true,
            losses: vec!["1 page without text".to_owned()],
        };
        let text = "望江证券\n证券研究报告\n\u{c}临河科技：增持\n\u{c}".to_owned();
        let document = Document::new("a.pdf", b"bytes", text, origin).unwrap();
        let restored = Document::restore("a.pdf", document.kept()).unwrap();
        assert_eq!(format!("{restored:?}"), format!("{document:?}"));
        let at = restored.source.as_str().chars().position(|c| c == '临').unwrap();
        assert_eq!((restored.page(0), restored.page(at)), (Some(1), Some(2)));
    }
}
