//! Regular expressions that stay fast on Chinese text.

use std::ops::Deref;

/// A regular expression whose `\b` knows ASCII words alone.
///
/// The fast engines of `regex` give up at the first ideograph after a Unicode word boundary and leave the whole text
/// to one that is a hundred times slower; and Latin words glued to Chinese ones (`给予BUY评级`) are words here.
#[derive(Debug)]
pub(crate) struct Regex(regex::Regex);

impl Regex {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// When it is no regular expression, or too large a one.
    pub(crate) fn new(pattern: &str) -> Result<Self, regex::Error> {
        regex::Regex::new(&pattern.replace(r"\b", r"(?-u:\b)")).map(Self)
    }
}

impl Deref for Regex {
    type Target = regex::Regex;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latin_word_ends_at_an_ideograph() {
        let pattern = Regex::new(r"\bBUY\b").unwrap();
        assert!(pattern.is_match("给予BUY评级") && !pattern.is_match("BUYER"));
    }
}
