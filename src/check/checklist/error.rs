//! What can be wrong with a checklist.

/// A checklist cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChecklistError {
    /// Not TOML, a key that is not known, a word outside a closed list.
    #[error("line {line}: {reason}")]
    Shape {
        /// Line, from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// There is nothing to check.
    #[error("it has no `[[row]]`")]
    Empty,
    /// A row without name or words.
    #[error("row `{row}` has a blank `id` or `requirement`")]
    Blank {
        /// The row's id.
        row: String,
    },
    /// Two rows share an id.
    #[error("row `{row}` stands twice")]
    Duplicate {
        /// The row's id.
        row: String,
    },
    /// A row that nothing can answer.
    #[error("row `{row}` has nothing to answer it")]
    Unanswerable {
        /// The row's id.
        row: String,
    },
    /// A pattern that is no regular expression.
    #[error("row `{row}`, `{key}`: `{pattern}` is no regular expression: {reason}{}", .at.map(|at| format!(" at character {at}")).unwrap_or_default())]
    Pattern {
        /// The row's id.
        row: String,
        /// The key the pattern stands under.
        key: &'static str,
        /// The pattern.
        pattern: String,
        /// Character of the pattern, from 1, where it is known.
        at: Option<usize>,
        /// What is wrong there.
        reason: String,
    },
}

impl ChecklistError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Shape { .. } | Self::Blank { .. } => "`docs/fields.md` lists the keys of a checklist and their values",
            Self::Empty => "add at least one `[[row]]` with `id`, `requirement` and `patterns`",
            Self::Duplicate { .. } => "give each row an id of its own",
            Self::Unanswerable { .. } => "give it `patterns`, `rests` or `fields`",
            Self::Pattern { .. } => {
                "patterns are regular expressions of Rust's `regex`, without look-around; in '…' quotes no backslash needs doubling"
            }
        }
    }

    pub(super) fn shape(error: &toml::de::Error, text: &str) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        Self::Shape { line: before.matches('\n').count() + 1, reason: error.message().replace('\n', " ") }
    }
}
