//! Data that can stand inside a page without being able to get out of it.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;

use super::error::ReviewError;

/// A value as raw DEFLATE in Base64, whose letters mean nothing to HTML.
pub(super) fn packed<T: Serialize>(value: &T) -> Result<String, ReviewError> {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
    serde_json::to_writer(&mut deflate, value)?;
    deflate.flush()?;
    Ok(STANDARD.encode(deflate.finish()?))
}

/// A value as JSON for a `script` element. `<`, `>` and `&` stand in strings only, where JSON can spell them otherwise, and so
/// can neither close the element nor begin a comment; U+2028 and U+2029 would end a line of a script.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String, ReviewError> {
    let plain = serde_json::to_string(value)?;
    let mut safe = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => safe.push(c),
        }
    }
    Ok(safe)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn data_cannot_leave_its_element() {
        let hostile = "</script><script>alert(1)</script><!-- & \u{2028}\u{2029} 😀 \" \\";
        let safe = json(&hostile).unwrap();
        assert!(!safe.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), hostile);
        let packed = packed(&hostile).unwrap();
        assert!(packed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)));
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(&STANDARD.decode(packed).unwrap()[..]).read_to_string(&mut text).unwrap();
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), hostile);
    }
}
