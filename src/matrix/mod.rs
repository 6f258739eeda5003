//! The checklists of many reports as one table: a row a report, a column a clause, the words behind each cell.
//!
//! Made of records alone, so that it shows what a run keeps, decisions of people included. Pure.

mod csv;
mod html;
mod markdown;
mod state;

use serde::Serialize;

use crate::domain::Verdict;
use crate::domain::record::{Compliance, ComplianceStatus, Record, Severity};

pub use state::{LEGEND, State};

/// The value of [`Matrix::schema`].
pub const MATRIX_SCHEMA: &str = "sellside.matrix/1";

/// What everybody must know who reads such a table.
pub const NOT_VIOLATED: &str = "Not found is not violated: the words were not found in the text that was read. Converters lose headers, footers and tails; where the text visibly lost some, the original decides.";

/// Checklists of many reports, one table for each list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Matrix {
    /// Always `sellside.matrix/1`.
    pub schema: &'static str,
    /// The lists, in the order of their first report.
    pub lists: Vec<List>,
    /// Reports no checklist was held against.
    pub without_list: Vec<String>,
}

/// One checklist and the reports that were held against it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct List {
    /// `CN`, or the name of a list of one's own.
    pub jurisdiction: String,
    /// The columns.
    pub clauses: Vec<Clause>,
    /// The rows.
    pub reports: Vec<Row>,
}

/// What a list asks for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clause {
    /// `CN-8-3`.
    pub id: String,
    /// The regulation, the clause, and what is asked for.
    pub clause: String,
    /// How bad a miss is.
    pub severity: Severity,
}

/// One report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// When.
    pub publish_date: Option<String>,
    /// Whether headers or the tail were visibly lost.
    pub needs_source_check: bool,
    /// A cell for each clause of the list; `None` where it was not asked.
    pub cells: Vec<Option<Cell>>,
}

/// What one report shows of one clause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// What the text shows.
    pub status: ComplianceStatus,
    /// Whether the original should be looked at.
    pub needs_source_check: bool,
    /// Who decided, where a person did.
    pub decided: Option<String>,
    /// The words behind it, the deciding ones first.
    pub words: Vec<Words>,
}

/// Words of a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Words {
    /// The words.
    pub quote: String,
    /// First character in the extracted text.
    pub start: Option<usize>,
    /// One past the last.
    pub end: Option<usize>,
    /// Page, from 1.
    pub page: Option<u32>,
}

impl Default for Matrix {
    fn default() -> Self {
        Self { schema: MATRIX_SCHEMA, lists: Vec::new(), without_list: Vec::new() }
    }
}

impl Matrix {
    /// Adds a report.
    pub fn add(&mut self, record: &Record) {
        let Some(first) = record.compliance.first() else {
            self.without_list.push(record.source.name.clone());
            return;
        };
        let at = self.lists.iter().position(|list| list.jurisdiction == first.jurisdiction).unwrap_or_else(|| {
            self.lists.push(List { jurisdiction: first.jurisdiction.clone(), clauses: Vec::new(), reports: Vec::new() });
            self.lists.len() - 1
        });
        if let Some(list) = self.lists.get_mut(at) {
            list.add(record);
        }
    }

    /// Reports in the table.
    pub fn reports(&self) -> usize {
        self.lists.iter().map(|list| list.reports.len()).sum()
    }
}

impl List {
    fn add(&mut self, record: &Record) {
        let mut cells: Vec<Option<Cell>> = vec![None; self.clauses.len()];
        for (index, row) in record.compliance.iter().enumerate() {
            let column = self.clauses.iter().position(|clause| clause.id == row.id).unwrap_or_else(|| {
                self.clauses.push(Clause { id: row.id.clone(), clause: row.clause.clone(), severity: row.severity });
                cells.push(None);
                self.clauses.len() - 1
            });
            if let Some(cell) = cells.get_mut(column) {
                *cell = Some(Cell::of(record, index, row));
            }
        }
        self.reports.push(Row {
            name: record.source.name.clone(),
            title: record.product.title.clone(),
            publisher: record.publisher.name.clone(),
            publish_date: record.product.publish_date.map(|day| day.to_string()),
            needs_source_check: record.source.needs_source_check,
            cells,
        });
    }

    /// Cells of a column in a state, over all reports.
    pub fn count(&self, column: usize, state: State) -> usize {
        self.reports.iter().filter(|row| row.state(column) == Some(state)).count()
    }
}

impl Row {
    /// The cell of a column.
    pub fn cell(&self, column: usize) -> Option<&Cell> {
        self.cells.get(column).and_then(Option::as_ref)
    }

    /// The state of a column.
    pub fn state(&self, column: usize) -> Option<State> {
        self.cell(column).map(State::of)
    }
}

impl Cell {
    fn of(record: &Record, index: usize, row: &Compliance) -> Self {
        let entry = record.provenance.get(&format!("/compliance/{index}"));
        let evidence = entry.map(|entry| entry.evidence.as_slice()).unwrap_or_default();
        let words = evidence.iter().map(|found| Words { quote: found.quote.clone(), start: found.start, end: found.end, page: found.page });
        Self {
            status: row.status,
            needs_source_check: row.needs_source_check,
            decided: entry.filter(|entry| entry.verdict == Verdict::Human).and_then(|entry| entry.decided.clone()),
            words: words.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
