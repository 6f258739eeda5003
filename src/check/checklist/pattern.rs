//! Patterns of a checklist.

use crate::rules::Regex;

use super::ChecklistError;

/// Compiles a pattern, for text that is already normalised: full-width signs stand there in half width, so they do here.
pub(super) fn compile(row: &str, key: &'static str, pattern: &str) -> Result<Regex, ChecklistError> {
    let wrong = |error: &regex::Error| {
        let (at, reason) = explain(error);
        ChecklistError::Pattern { row: row.to_owned(), key, pattern: pattern.to_owned(), at, reason }
    };
    Regex::checked(pattern).map_err(|error| wrong(&error))?;
    let compiled = Regex::checked(&half_width(pattern)).map_err(|error| wrong(&error))?;
    if compiled.is_match("") {
        let reason = "it matches the empty text".to_owned();
        return Err(ChecklistError::Pattern { row: row.to_owned(), key, pattern: pattern.to_owned(), at: None, reason });
    }
    Ok(compiled)
}

/// Full-width signs as the half-width ones they become in the text, taken literally: `（` is no group.
fn half_width(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        match c {
            '\u{3000}' => out.push(' '),
            '\u{ff01}'..='\u{ff5e}' => {
                let half = char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c);
                if half.is_ascii_punctuation() {
                    out.push('\\');
                }
                out.push(half);
            }
            _ => out.push(c),
        }
    }
    out
}

/// Place and reason, out of the parser's drawing: the pattern, a caret below it, and a line `error: …`.
fn explain(error: &regex::Error) -> (Option<usize>, String) {
    let text = error.to_string();
    let reason = text.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(&text).to_owned();
    let caret = text.lines().find(|line| line.trim_start().starts_with('^'));
    // The drawing is indented by four blanks.
    let at = caret.and_then(|line| line.find('^')).and_then(|column| column.checked_sub(3));
    (at, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_signs_match_normalised_text() {
        let pattern = compile("A", "patterns", "资料来源：[^（]{1,9}（甲）").unwrap();
        assert!(pattern.is_match("资料来源:望江证券(甲)"));
    }

    #[test]
    fn what_cannot_be_compiled_is_explained() {
        for (pattern, reason, at) in [
            ("a)", "unopened group", Some(2)),
            ("(?=a)", "look-around, including look-ahead and look-behind, is not supported", Some(1)),
            ("a*", "it matches the empty text", None),
        ] {
            let ChecklistError::Pattern { reason: found, at: place, .. } = compile("A", "patterns", pattern).unwrap_err() else {
                panic!("{pattern}")
            };
            assert_eq!((found.as_str(), place), (reason, at), "{pattern}");
        }
        let ChecklistError::Pattern { reason, .. } = compile("A", "patterns", r"\w{1000}{1000}").unwrap_err() else { panic!() };
        assert!(reason.contains("size limit"), "{reason}");
    }
}
