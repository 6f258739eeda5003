//! The table as CSV: a row a report, or a line for each of the words behind a cell.

use std::io::Write;

use super::{Matrix, Row, State, Words};
use crate::sink::{SinkError, Table};

/// The columns that say which report a row is.
const REPORT: [&str; 6] = ["report", "title", "publisher", "publish_date", "checklist", "needs_source_check"];

fn report(jurisdiction: &str, row: &Row) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let flag = row.needs_source_check.to_string();
    vec![row.name.clone(), text(&row.title), text(&row.publisher), text(&row.publish_date), jurisdiction.to_owned(), flag]
}

impl Matrix {
    /// One row a report, one column a clause of any list; a cell holds the state's name and is empty where the clause was not
    /// asked. `needs_source_check` is a clause not found in a text that lost parts.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn csv(&self, out: &mut dyn Write) -> Result<(), SinkError> {
        let clauses = self.lists.iter().flat_map(|list| list.clauses.iter().map(|clause| clause.id.as_str()));
        let head: Vec<&str> = REPORT.into_iter().chain(clauses).collect();
        let mut table = Table::new(out, &head)?;
        let mut before = 0;
        let all: usize = self.lists.iter().map(|list| list.clauses.len()).sum();
        for list in &self.lists {
            for row in &list.reports {
                let mut cells = report(&list.jurisdiction, row);
                cells.resize(REPORT.len() + before, String::new());
                cells.extend((0..list.clauses.len()).map(|column| row.state(column).map(State::name).unwrap_or_default().to_owned()));
                cells.resize(REPORT.len() + all, String::new());
                table.row(&cells)?;
            }
            before += list.clauses.len();
        }
        table.finish()
    }

    /// One line for each of the words behind a cell, and one for a cell without any. `start` and `end` are characters of the
    /// extracted text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn csv_words(&self, out: &mut dyn Write) -> Result<(), SinkError> {
        let more = ["clause_id", "clause", "severity", "status", "decided", "quote", "start", "end", "page"];
        let head: Vec<&str> = REPORT.into_iter().chain(more).collect();
        let mut table = Table::new(out, &head)?;
        for list in &self.lists {
            for row in &list.reports {
                for (column, clause) in list.clauses.iter().enumerate() {
                    let Some(cell) = row.cell(column) else { continue };
                    let severity = serde_json::to_value(clause.severity)?;
                    let mut cells = report(&list.jurisdiction, row);
                    cells.extend([
                        clause.id.clone(),
                        clause.clause.clone(),
                        severity.as_str().unwrap_or_default().to_owned(),
                        State::of(cell).name().to_owned(),
                        cell.decided.clone().unwrap_or_default(),
                    ]);
                    let nothing = [Words { quote: String::new(), start: None, end: None, page: None }];
                    let words = if cell.words.is_empty() { nothing.as_slice() } else { &cell.words };
                    for Words { quote, start, end, page } in words {
                        let number = |value: Option<String>| value.unwrap_or_default();
                        let places = [
                            quote.clone(),
                            number(start.map(|at| at.to_string())),
                            number(end.map(|at| at.to_string())),
                            number(page.map(|at| at.to_string())),
                        ];
                        table.row(&cells.iter().cloned().chain(places).collect::<Vec<_>>())?;
                    }
                }
            }
        }
        table.finish()
    }
}
