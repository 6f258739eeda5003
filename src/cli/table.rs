//! A record as tables for people.

use std::io::IsTerminal as _;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, presets};
use sellside::domain::record::{Provenance, Rating};
use sellside::domain::{Alignment, By, Record, Verdict};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::printer::visible;

/// Width of tables that go to a file or another program, in columns.
const WIDTH: u16 = 120;

/// A table of plain rows.
pub(crate) fn plain(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let columns: Vec<(&str, bool)> = header.iter().map(|name| (*name, false)).collect();
    aligned(&columns, rows)
}

/// A table of plain rows; columns of numbers stand to the right.
pub(crate) fn aligned(columns: &[(&str, bool)], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Dynamic);
    // A terminal's own width is used; elsewhere lines of a readable length.
    if !std::io::stdout().is_terminal() {
        table.set_width(WIDTH);
    }
    table.set_header(columns.iter().map(|(name, _)| visible(name)));
    for row in rows {
        table.add_row(row.into_iter().map(|cell| visible(&cell)));
    }
    for (at, _) in columns.iter().enumerate().filter(|(_, (_, number))| *number) {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{table}\n")
}

/// Text in lines as wide as a page of prose, broken between words.
pub(crate) fn prose(text: &str) -> String {
    /// Width of a line, in columns.
    const PROSE: usize = 96;
    let (mut out, mut column) = (String::new(), 0);
    for word in text.split_whitespace() {
        let width = UnicodeWidthStr::width(word);
        if column > 0 && column + 1 + width > PROSE {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out.push('\n');
    out
}

/// The record: its values with verdict and words, then the checklist, then what to look at.
pub(crate) fn record(record: &Record) -> String {
    let mut out = plain(&["field", "value", "verdict", "read from"], values(record).into_iter());
    if !record.compliance.is_empty() {
        let rows = record.compliance.iter().map(|row| {
            let check = if row.needs_source_check { " (look at the original)" } else { "" };
            vec![row.id.clone(), format!("{}{check}", word(&row.status)), row.clause.clone()]
        });
        out.push('\n');
        out.push_str(&plain(&["check", "status", "clause"], rows));
    }
    if !record.review.is_empty() {
        let rows = record.review.iter().map(|item| vec![word(&item.code), item.pointer.clone(), item.detail.clone()]);
        out.push('\n');
        out.push_str(&plain(&["review", "where", "why"], rows));
    }
    out
}

fn values(record: &Record) -> Vec<Vec<String>> {
    let mut rows = Rows { record, rows: Vec::new() };
    let product = &record.product;
    rows.leaf("publisher", "/publisher/name", record.publisher.name.as_ref());
    rows.leaf("category", "/product/category", product.category.map(|category| word(&category)).as_ref());
    rows.leaf("title", "/product/title", product.title.as_ref());
    rows.leaf("subtitle", "/product/subtitle", product.subtitle.as_ref());
    rows.leaf("date", "/product/publish_date", product.publish_date.map(|date| date.to_string()).as_ref());
    if let Some(subject) = &record.subject {
        rows.leaf("subject", "/subject/name", subject.name.as_ref());
        rows.leaf("code", "/subject/code", subject.code.as_ref());
        rows.leaf("industry", "/subject/industry", subject.industry.as_ref());
    }
    for (at, rating) in record.ratings.iter().enumerate() {
        rows.leaf("rating", &format!("/ratings/{at}/label"), Some(&rating_words(rating)));
    }
    if let Some(target) = &record.target_price {
        let currency = target.currency.as_deref().unwrap_or_default();
        let price = match (target.low, target.high) {
            (Some(low), Some(high)) if low != high => Some(format!("{low} to {high} {currency}")),
            (Some(price), _) | (None, Some(price)) => Some(format!("{price} {currency}")),
            (None, None) => None,
        };
        rows.leaf("target", "/target_price/low", price.as_ref());
    }
    for (at, author) in record.authors.iter().enumerate() {
        let parts = [author.name.clone(), author.role.map(|role| word(&role)), author.license_no.clone()];
        let words = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        rows.leaf("author", &format!("/authors/{at}/name"), Some(&words));
    }
    for (at, mention) in record.mentions.iter().enumerate() {
        let stance = mention.rating_raw.clone().or(mention.stance_raw.clone()).unwrap_or_default();
        rows.leaf("mention", &format!("/mentions/{at}"), Some(&format!("{} {stance}", mention.name)));
    }
    for (at, call) in record.sector_calls.iter().enumerate() {
        rows.leaf(
            "sector",
            &format!("/sector_calls/{at}"),
            Some(&format!("{} {}", call.sector, call.stance_raw.as_deref().unwrap_or_default())),
        );
    }
    for (at, risk) in record.risks.iter().enumerate() {
        rows.leaf("risk", &format!("/risks/{at}"), Some(risk));
    }
    rows.rows
}

struct Rows<'a> {
    record: &'a Record,
    rows: Vec<Vec<String>>,
}

impl Rows<'_> {
    /// A value with its provenance; nothing where there is neither a value nor a rejected one.
    fn leaf(&mut self, name: &str, pointer: &str, value: Option<&String>) {
        let provenance = self.record.provenance.get(pointer);
        if value.is_none() && provenance.is_none() {
            return;
        }
        let value = value.map_or_else(|| "–".to_owned(), |value| head(value, 60));
        self.rows.push(vec![
            name.to_owned(),
            value,
            provenance.map(verdict).unwrap_or_default(),
            provenance.map(quote).unwrap_or_default(),
        ]);
    }
}

fn rating_words(rating: &Rating) -> String {
    let mut words = rating.label.clone().unwrap_or_else(|| "not rated".to_owned());
    for part in [
        rating.subject_type.map(|kind| word(&kind)),
        rating.action.map(|action| word(&action)),
        rating.direction.map(|direction| word(&direction)),
    ]
    .into_iter()
    .flatten()
    {
        words.push_str(&format!(", {part}"));
    }
    if let (Some(rank), Some(of)) = (rating.rank, rating.of) {
        words.push_str(&format!(", {rank} of {of}"));
    }
    words
}

fn verdict(provenance: &Provenance) -> String {
    let mut word = word(&provenance.verdict).replace('_', " ");
    if provenance.verdict == Verdict::Conflict {
        let other = provenance.rejected.first().map(|rejected| match &rejected.value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        let by = provenance.rejected.first().map_or("", |rejected| if rejected.by == By::Model { "model" } else { "rules" });
        word = format!("{word} ({by}: {})", head(&other.unwrap_or_default(), 30));
    }
    word
}

fn quote(provenance: &Provenance) -> String {
    let best = provenance.evidence.iter().find(|evidence| evidence.alignment != Alignment::Missing);
    best.map(|evidence| {
        let place = evidence.start.map(|start| format!(" @{start}")).unwrap_or_default();
        format!("{}{place}", head(&evidence.quote.split_whitespace().collect::<Vec<_>>().join(" "), 40))
    })
    .unwrap_or_default()
}

/// The first characters of a text.
pub(crate) fn head(text: &str, chars: usize) -> String {
    let mut rest = text.chars();
    let head: String = rest.by_ref().take(chars).collect();
    if rest.next().is_some() { format!("{head}…") } else { head }
}

/// The name a closed value has in JSON.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
