//! A document as it is kept, so that it can be read again without its source.

use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

use super::{DecodeError, Document};

/// What of a document cannot be told from its decoded text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Size of the source in bytes.
    pub bytes: u64,
    /// `b3:` and the BLAKE3 hash of the source bytes.
    pub id: String,
    /// WHATWG name of the encoding.
    pub encoding: String,
    /// The decoded text.
    pub text: String,
}

impl Document {
    /// What has to be kept of it.
    pub fn kept(&self) -> Kept {
        Kept { bytes: self.bytes, id: self.id.clone(), encoding: self.encoding.to_owned(), text: self.source.as_str().to_owned() }
    }

    /// The document called `name` from what was kept of it.
    ///
    /// # Errors
    /// When the text is none that a document could have had.
    pub fn restore(name: &str, kept: Kept) -> Result<Self, DecodeError> {
        let Kept { bytes, id, encoding, text } = kept;
        let encoding = Encoding::for_label(encoding.as_bytes()).map_or("UTF-8", Encoding::name);
        Self::of_text(name, text, encoding, bytes, id)
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
}
