//! The table as Markdown, for a working paper: signs, the legend, then the words.

use super::{Cell, LEGEND, Matrix, NOT_VIOLATED, State, Words};

impl Matrix {
    /// The table, its legend, and the words behind each cell that has any.
    pub fn markdown(&self) -> String {
        let mut out = String::from("# Checklists\n\n");
        out.push_str(NOT_VIOLATED);
        out.push_str("\n\n| sign | state |\n|:---:|---|\n");
        for state in LEGEND {
            out.push_str(&format!("| {} | {} |\n", escape(state.sign()), state.words()));
        }
        for list in &self.lists {
            out.push_str(&format!("\n## {}\n\n| report |", escape(&list.jurisdiction)));
            list.clauses.iter().for_each(|clause| out.push_str(&format!(" {} |", escape(&clause.id))));
            out.push_str("\n|---|");
            out.push_str(&":---:|".repeat(list.clauses.len()));
            for row in &list.reports {
                out.push_str(&format!("\n| {} |", escape(&row.name)));
                for column in 0..list.clauses.len() {
                    out.push_str(&format!(" {} |", escape(row.state(column).map(State::sign).unwrap_or_default())));
                }
            }
            out.push_str("\n| **not found, contradicted or violated** |");
            for column in 0..list.clauses.len() {
                let open = [State::Violation, State::Contradicted, State::NotFound, State::LookAtOriginal];
                out.push_str(&format!(" {} |", open.iter().map(|state| list.count(column, *state)).sum::<usize>()));
            }
            out.push_str("\n\n| clause | what it asks for |\n|---|---|\n");
            for clause in &list.clauses {
                out.push_str(&format!("| {} | {} |\n", escape(&clause.id), escape(&clause.clause)));
            }
            for row in &list.reports {
                out.push_str(&format!("\n### {}\n\n", escape(&row.name)));
                for (column, clause) in list.clauses.iter().enumerate() {
                    if let Some(cell) = row.cell(column).filter(|cell| !cell.words.is_empty() || cell.decided.is_some()) {
                        out.push_str(&format!("- **{}** {}: {}\n", escape(&clause.id), State::of(cell).words(), words(cell)));
                    }
                }
            }
        }
        if !self.without_list.is_empty() {
            let names: Vec<String> = self.without_list.iter().map(|name| escape(name)).collect();
            out.push_str(&format!("\nNo checklist: {}\n", names.join(", ")));
        }
        out
    }
}

fn words(cell: &Cell) -> String {
    let mut parts: Vec<String> = cell.decided.iter().map(|decided| format!("decided by {}", escape(decided))).collect();
    parts.extend(cell.words.iter().map(|words| format!("“{}” ({})", escape(words.quote.trim()), place(words))));
    parts.join("; ")
}

/// Where words stand, for people.
pub(super) fn place(words: &Words) -> String {
    match (words.page, words.start) {
        (Some(page), Some(start)) => format!("page {page}, char {start}"),
        (Some(page), None) => format!("page {page}"),
        (None, Some(start)) => format!("char {start}"),
        (None, None) => "no place".to_owned(),
    }
}

/// Words of a report as words of a paragraph or cell: nothing in them is markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' | '~' | '!' => out.extend(['\\', c]),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}
