//! What every page and picture written here needs: text that cannot become markup, and the name by which a policy knows a
//! script.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

/// Text that means nothing to an XML or HTML reader: marks escaped, what XML cannot hold and what turns the direction of
/// writing shown as missing.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{fffe}' | '\u{ffff}' => {
                escaped.push('\u{fffd}');
            }
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// What a content security policy calls a script or style that stands in the page: by its hash.
pub(crate) fn policy_hash(source: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, source.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<b a=\"1\">'&'\n\u{202e}\u{0}中😀"), "&lt;b a=&quot;1&quot;&gt;&#39;&amp;&#39; \u{fffd}\u{fffd}中😀");
    }

    #[test]
    fn a_hash_is_the_one_browsers_compute() {
        // printf '' | openssl dgst -sha256 -binary | base64
        assert_eq!(policy_hash(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }
}
