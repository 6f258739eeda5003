//! Rows of a table with a fixed head.

use std::io::Write;

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

use super::SinkError;
use crate::domain::rating::SubjectType;
use crate::domain::record::{AuthorRole, Rating};
use crate::domain::{Amount, Record};

/// A table that is being written.
pub(crate) struct Table<'a>(csv::Writer<&'a mut dyn Write>);

impl<'a> Table<'a> {
    /// Writes the head.
    pub(crate) fn new<S: AsRef<str>>(out: &'a mut dyn Write, head: &[S]) -> Result<Self, SinkError> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(head.iter().map(AsRef::as_ref))?;
        Ok(Self(table))
    }

    /// Writes a row.
    pub(crate) fn row(&mut self, cells: &[String]) -> Result<(), SinkError> {
        self.0.write_record(cells.iter().map(|cell| safe(cell)))?;
        Ok(())
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> Result<(), SinkError> {
        Ok(self.0.flush()?)
    }
}

/// A cell that no spreadsheet takes for a formula.
fn safe(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<Decimal>().is_err();
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// The text of an optional value; empty where there is none.
pub(super) fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// A number as printed.
pub(super) fn number(value: Option<Amount>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The nearest binary number, for forms without decimals and what sums them up. It reads back as the number printed: an
/// amount has no more digits than survive this.
pub(super) fn real(value: Option<Amount>) -> Option<f64> {
    value.and_then(|value| value.to_string().parse().ok())
}

/// The word that stands for a value in records.
pub(super) fn word<T: Serialize>(value: Option<T>) -> String {
    match value.map(serde_json::to_value) {
        Some(Ok(Value::String(word))) => word,
        Some(Ok(value @ (Value::Number(_) | Value::Bool(_)))) => value.to_string(),
        Some(Ok(_) | Err(_)) | None => String::new(),
    }
}

/// The rating of the report's stock, else its first one.
pub(super) fn rating(record: &Record) -> Option<&Rating> {
    let of_stock = record.ratings.iter().find(|rating| rating.subject_type == Some(SubjectType::Stock));
    of_stock.or_else(|| record.ratings.first())
}

/// The names of those who sign.
pub(super) fn signers(record: &Record) -> Vec<&str> {
    let signs = |role: Option<AuthorRole>| role != Some(AuthorRole::Contact);
    record.authors.iter().filter(|author| signs(author.role)).filter_map(|author| author.name.as_deref()).collect()
}

/// Whether the report is about one listed stock: vendors' tables have rows for no other.
pub(super) fn stock(record: &Record) -> Option<(&str, &str)> {
    let subject = record.subject.as_ref().filter(|subject| matches!(subject.kind, None | Some(SubjectType::Stock)))?;
    Some((subject.symbol.as_deref()?, subject.name.as_deref().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn formulas_are_text_and_numbers_are_numbers() {
        let shown = ["=1+1", "-5.2", "-深度", "@a", "+86 21", "买入"].map(safe);
        assert_eq!(shown, ["'=1+1", "-5.2", "'-深度", "'@a", "'+86 21", "买入"]);
    }
}
