//! Takes keys out of everything that is shown or written down.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

const REDACTED: &str = "[redacted]";

/// Shorter values are words (`ollama`, `none`) that servers without keys are given; taking those out would garble text.
const MIN_SECRET: usize = 12;

/// Keys by their looks: OpenAI and its imitators, Groq, Hugging Face, xAI, Google, and what follows `Bearer`.
static KEY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:(?i:bearer)[ ]+|(?:sk|gsk|hf|xai)[-_]|AIza)[A-Za-z0-9._~+/=*-]{16,}").ok());

/// Takes out the keys it was given, and whatever looks like one.
#[derive(Clone, Default)]
pub(super) struct Scrubber {
    secrets: Vec<String>,
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Scrubber({} secrets)", self.secrets.len())
    }
}

impl Scrubber {
    /// Takes out these values, wherever they stand.
    pub(super) fn new(mut secrets: Vec<String>) -> Self {
        secrets.retain(|secret| secret.len() >= MIN_SECRET);
        Self { secrets }
    }

    /// Takes out what either takes out.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.secrets.extend(other.secrets);
        self
    }

    /// The text without keys.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = key_like(text);
        for secret in &self.secrets {
            if text.contains(secret) {
                text = Cow::Owned(text.replace(secret, REDACTED));
            }
        }
        text
    }

    /// The value without keys in any of its strings.
    pub(super) fn value(&self, value: &Value) -> Value {
        walk(value, &|text| self.text(text).into_owned())
    }
}

/// The text without what looks like a key.
fn key_like(text: &str) -> Cow<'_, str> {
    let Some(pattern) = KEY.as_ref() else { return Cow::Borrowed(text) };
    pattern.replace_all(text, |found: &Captures<'_>| {
        let found = found.get(0).map_or("", |found| found.as_str());
        // `bearer instruments/securities` is English; a key of that length without a digit is not to be expected.
        if found.contains(|c: char| c.is_ascii_digit()) { REDACTED.to_owned() } else { found.to_owned() }
    })
}

fn walk(value: &Value, scrub: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(scrub(text)),
        Value::Array(items) => items.iter().map(|item| walk(item, scrub)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), walk(member, scrub))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn takes_out_keys_and_nothing_else() {
        let scrubber = Scrubber::new(vec!["0123456789abcdef".to_owned(), "ollama".to_owned()]);
        let cases = [
            ("Incorrect API key provided: sk-proj-a1b2c3d4e5f6g7h8.", "Incorrect API key provided: [redacted]"),
            ("sent Bearer abcdefgh12345678ijkl to x", "sent [redacted] to x"),
            ("the key 0123456789abcdef is bad", "the key [redacted] is bad"),
            ("AIzaSyA1234567890abcdefghij", "[redacted]"),
            ("risk-adjusted-returns-of-2024-and-more", "risk-adjusted-returns-of-2024-and-more"),
            ("bearer instruments/securities", "bearer instruments/securities"),
            ("ollama is a server", "ollama is a server"),
            ("增持（维持），目标价 12.5 元", "增持（维持），目标价 12.5 元"),
        ];
        for (text, expected) in cases {
            assert_eq!(scrubber.text(text), expected);
        }
    }

    #[test]
    fn takes_them_out_of_nested_values() {
        let value = json!({"a": ["sk-abcdefghij1234567890", 1, null], "b": {"c": "fine"}});
        let expected = json!({"a": ["[redacted]", 1, null], "b": {"c": "fine"}});
        assert_eq!(Scrubber::default().value(&value), expected);
    }
}
