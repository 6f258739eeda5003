//! Which encoding, and the text in it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::{MAX_BYTES, Unreadable};

/// Text and the encoding it was in.
#[derive(Debug)]
pub struct Decoded {
    /// The text, without byte order mark; line ends untouched.
    pub text: String,
    /// WHATWG name of the encoding.
    pub encoding: &'static str,
}

/// The most unreadable characters a text may have: one in this many.
const DAMAGE: usize = 200;
/// Bytes from which an encoding is told: two thousand Chinese characters.
const PAGE: usize = 4096;

/// Decodes UTF-8, UTF-16, GB18030/GBK, Big5 and whatever else the detector knows.
///
/// Order: byte order mark, UTF-8, UTF-16 by its zero bytes, detector. The detector gets no hint of a country: told
/// `cn` it reads every Big5 text as GBK without an error.
///
/// # Errors
/// When `bytes` is no text, or no encoding reads it without damage.
pub fn decode(bytes: &[u8]) -> Result<Decoded, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Unreadable::TooLarge { bytes: bytes.len() as u64 });
    }
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, bytes);
    }
    if let Some(encoding) = unicode(bytes)? {
        return decode_as(encoding, bytes);
    }
    if is_damaged_utf8(bytes) {
        return decode_as(UTF_8, bytes);
    }
    // The detector is many times dearer than reading: what it says of a page is right for the report, unless the rest
    // cannot be read so.
    match decode_as(detect(bytes, PAGE), bytes) {
        Err(_) if bytes.len() > PAGE => decode_as(detect(bytes, bytes.len()), bytes),
        decoded => decoded,
    }
}

/// Decodes bytes whose encoding is known.
pub(super) fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Result<Decoded, Unreadable> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Unreadable::TooLarge { bytes: bytes.len() as u64 });
    }
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    let damaged = text.matches('\u{fffd}').count();
    if damaged > 0 {
        let chars = text.chars().count();
        if damaged * DAMAGE > chars {
            return Err(Unreadable::Encoding { encoding: encoding.name(), damaged, chars });
        }
    }
    Ok(Decoded { text: text.into_owned(), encoding: encoding.name() })
}

/// UTF-8, or UTF-16 by its zero bytes.
fn unicode(bytes: &[u8]) -> Result<Option<&'static Encoding>, Unreadable> {
    let zeros = bytes.iter().filter(|&&byte| byte == 0).count();
    if zeros == 0 {
        return Ok(std::str::from_utf8(bytes).is_ok().then_some(UTF_8));
    }
    match utf16_without_mark(bytes) {
        Some(encoding) => Ok(Some(encoding)),
        None => Err(Unreadable::Binary { detail: format!("{zeros} zero bytes") }),
    }
}

/// What the detector makes of `most` bytes from the first on that is not ASCII.
fn detect(bytes: &[u8], most: usize) -> &'static Encoding {
    let from = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let page = bytes.get(from..from.saturating_add(most).min(bytes.len())).unwrap_or_default();
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(page, from + page.len() == bytes.len());
    let encoding = detector.guess(None, Utf8Detection::Allow);
    // GB18030 is a superset of GBK, and the detector never names it.
    if encoding == GBK { GB18030 } else { encoding }
}

/// UTF-8 with a byte wrong here and there, which the detector takes for a western encoding of one byte a letter.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let damaged = text.chars().filter(|&c| c == '\u{fffd}').count();
    let beyond_ascii = text.chars().filter(|c| !c.is_ascii()).count();
    damaged * DAMAGE <= text.chars().count() && damaged * 10 <= beyond_ascii
}

/// UTF-16 without a mark: in a text of any script, line ends, digits and blanks have a zero byte on one side only.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let sample = bytes.get(..bytes.len().min(65_536))?;
    let (mut even, mut odd) = (0usize, 0usize);
    for (at, &byte) in sample.iter().enumerate() {
        if byte == 0 {
            if at % 2 == 0 { even += 1 } else { odd += 1 }
        }
    }
    let pairs = sample.len() / 2;
    // A few ideographs (U+4E00 一) have a zero byte on the other side.
    let encoding = if odd * 50 >= pairs && odd > 4 * even {
        UTF_16LE
    } else if even * 50 >= pairs && even > 4 * odd {
        UTF_16BE
    } else {
        return None;
    };
    let (_, damaged) = encoding.decode_without_bom_handling(bytes);
    (!damaged).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::BIG5;

    const TEXT: &str = "望江证券研究报告\n公司评级：买入（首次），目标价 12.50 元。本报告仅供客户使用，市场有风险，投资需谨慎。";
    const TRADITIONAL: &str = "望江證券研究報告\n公司評級：買入（首次），目標價 12.50 元。本報告僅供客戶使用，市場有風險，投資需謹慎。";

    fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
        let units: Vec<u16> = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16()).collect();
        units.iter().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn reads_every_encoding_reports_come_in() {
        let cases: Vec<(Vec<u8>, &str, &str)> = vec![
            (TEXT.as_bytes().to_vec(), TEXT, "UTF-8"),
            ([b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), TEXT, "UTF-8"),
            (GB18030.encode(TEXT).0.into_owned(), TEXT, "gb18030"),
            (BIG5.encode(TRADITIONAL).0.into_owned(), TRADITIONAL, "Big5"),
            (utf16(TEXT, true, true), TEXT, "UTF-16LE"),
            (utf16(TEXT, false, true), TEXT, "UTF-16BE"),
            (utf16(TEXT, true, false), TEXT, "UTF-16LE"),
            (utf16(TEXT, false, false), TEXT, "UTF-16BE"),
        ];
        for (bytes, text, encoding) in cases {
            let decoded = decode(&bytes).unwrap_or_else(|error| panic!("{encoding}: {error}"));
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
        }
    }

    #[test]
    fn says_what_is_no_text() {
        assert!(matches!(decode(b""), Err(Unreadable::Empty)));
        assert!(matches!(decode(&[1, 0, 0, 7, 0, 9, 200, 0, 3]), Err(Unreadable::Binary { .. })));
        assert!(matches!(decode(&vec![b'a'; 17 * 1024 * 1024]), Err(Unreadable::TooLarge { .. })));
    }
}
