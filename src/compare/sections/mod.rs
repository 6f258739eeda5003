//! A comparison as tables of plain text, for whatever shows them: terminal, Markdown, page.
//!
//! Cells hold words of reports, on one line and with characters that control or turn what shows them written out; what means
//! something in HTML or Markdown is escaped by who writes it.

mod against_labels;
mod between;

pub(super) use against_labels::reader_names;

use serde::Serialize;

use super::agreement::Tally;
use super::report::{Matrix, Met, Report, Source};
use super::said::Said;
use super::scores::Measure;
use super::stats::{Interval, Kappa, Undefined};

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What fits a terminal.
    Brief,
    /// All of it.
    Full,
}

/// A part of a comparison: a title, a few sentences, a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// A stable name.
    pub id: String,
    /// The title.
    pub title: String,
    /// Sentences before the table.
    pub notes: Vec<String>,
    /// The columns; none where there is no table.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its head.
    pub name: String,
    /// Whether it holds numbers.
    pub number: bool,
}

impl Section {
    /// A table. Columns whose names begin with `#` hold numbers.
    pub fn table(id: &str, title: impl Into<String>, columns: &[&str], rows: Vec<Vec<String>>) -> Self {
        let column = |name: &&str| Column { name: visible(name.trim_start_matches('#')), number: name.starts_with('#') };
        let rows = rows.into_iter().map(|row| row.iter().map(|cell| visible(cell)).collect()).collect();
        Self { id: id.to_owned(), title: title.into(), notes: Vec::new(), columns: columns.iter().map(column).collect(), rows }
    }

    /// Whether it is one value against another, which a chart shows as well.
    pub fn is_matrix(&self) -> bool {
        self.id.contains("matrix_")
    }

    /// The same with sentences before it.
    #[must_use]
    pub fn noted(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes.into_iter().map(|note| visible(&note)));
        self
    }
}

/// Rows of a table of brokers in a terminal.
const BROKERS: usize = 15;
/// Disclosures in a terminal.
const DISCLOSURES: usize = 10;
/// Values of a matrix in a terminal.
const VALUES: usize = 6;
/// Characters of a value or a quote in a terminal.
const WORDS: usize = 40;

/// The comparison as tables, the most wanted first.
pub fn sections(report: &Report, detail: Detail) -> Vec<Section> {
    let mut all = vec![summary(report)];
    all.extend(against_labels::all(report, detail));
    all.extend(between::all(report, detail));
    if detail == Detail::Full {
        all.extend(overview(report));
        // Matrices are many and looked up, not read.
        let (matrices, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(Section::is_matrix);
        all = [rest, matrices].concat();
    }
    all.retain(|section| !section.rows.is_empty() || !section.notes.is_empty());
    all
}

fn summary(report: &Report) -> Section {
    let mut notes = Vec::new();
    let [first, second] = &report.unpaired;
    match (report.source, &report.inputs[..]) {
        (Source::Runs, [a, b]) => {
            let both = report.documents.saturating_sub(first + second);
            notes.push(format!("A is {a}, B is {b}: {both} reports in both, {first} only in A, {second} only in B."));
        }
        (_, inputs) => notes.push(format!("{} reports of {}.", report.documents, inputs.join(", "))),
    }
    match (report.source, &report.agreement) {
        (Source::Runs, _) => {}
        (_, None) => notes.push("No report was read by rules and model, so there is nothing to hold against each other.".to_owned()),
        (Source::Verdicts, Some(agreement)) => notes.push(format!(
            "Of {} reports read by rules and model only the records are here, without what each reader read: agreement is counted from \
             their verdicts. What the judge dropped is not counted, and there is no kappa and no matrix.",
            agreement.documents
        )),
        (Source::Views, Some(agreement)) => notes.push(format!("Rules and model read {} of them.", agreement.documents)),
    }
    let load = &report.load;
    notes.push(format!(
        "To look at: {} of {} values ({}), in {} of {} reports.",
        load.load.values_flagged,
        load.load.values,
        percent(load.rate),
        load.load.documents_flagged,
        load.load.documents
    ));
    Section { id: "summary".to_owned(), title: "Compared".to_owned(), ..Section::default() }.noted(notes)
}

fn overview(report: &Report) -> Vec<Section> {
    let overview = &report.overview;
    let shares = |id: &str, title: &str, shares: &[super::report::Share]| {
        let rows = shares.iter().map(|share| vec![name(share.value.as_deref()), share.documents.to_string()]).collect();
        Section::table(id, title, &["rating", "#reports"], rows)
    };
    let fill = overview.fill.iter().map(|fill| vec![fill.field.to_owned(), percent(fill.share)]).collect();
    let brokers = overview.fill_by_broker.iter();
    let brokers = brokers.map(|fill| vec![name(fill.name.as_deref()), fill.documents.to_string(), percent(fill.share)]).collect();
    vec![
        shares("rating_labels", "Ratings by their words", &overview.rating_labels),
        shares("rating_directions", "Ratings by where they point", &overview.rating_directions),
        Section::table("fill", "Fields with a value", &["field", "#reports"], fill),
        Section::table("fill_by_broker", "Fields with a value, by broker", &["broker", "#reports", "#filled"], brokers),
    ]
}

/// What the two sides are called in heads of tables.
pub(super) fn sides(report: &Report) -> (&str, &str) {
    match (&report.agreement, report.source) {
        (Some(agreement), Source::Views | Source::Verdicts) => (&agreement.first, &agreement.second),
        _ => ("A", "B"),
    }
}

/// How values met: the counts, and the share both gave alike.
fn counts(met: &Met) -> Vec<String> {
    let Tally { same, conflict, only_first, only_second, neither } = met.tally;
    let mut cells: Vec<String> = [same, conflict, only_first, only_second, neither].iter().map(ToString::to_string).collect();
    cells.push(percent(met.rate));
    cells
}

/// Reports by a value of one side and one of the other; at most so many values.
fn matrix(matrix: &Matrix, most: usize, (rows, columns): (&str, &str)) -> Section {
    let shown = matrix.values.len().min(most);
    let mut heads = vec![format!("{rows} ↓ {columns} →")];
    heads.extend(matrix.values.iter().take(shown).map(|value| format!("#{}", name(value.as_deref()))));
    let body = matrix.values.iter().zip(&matrix.counts).take(shown).map(|(value, counts)| {
        let cells = counts.iter().take(shown).map(|count| if *count == 0 { "·".to_owned() } else { count.to_string() });
        std::iter::once(name(value.as_deref())).chain(cells).collect()
    });
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let left_out = matrix.values.len() - shown;
    let mut notes = vec![format!("κ {}.", kappa(Some(matrix.kappa)))];
    notes.extend((left_out > 0).then(|| format!("{left_out} rarer values are left out here; `--format json` has them.")));
    Section::table(&format!("matrix_{}", matrix.field), format!("{}: {rows} and {columns}", matrix.field), &heads, body.collect())
        .noted(notes)
}

/// A name, or a dash for none.
pub(super) fn name(name: Option<&str>) -> String {
    name.filter(|name| !name.is_empty()).map_or_else(|| "–".to_owned(), visible)
}

/// Text whose characters that control a screen or turn the direction of writing are shown, not obeyed.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => out.extend(c.escape_unicode()),
            c if c.is_whitespace() => out.push(' '),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1}%", share * 100.0))
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

fn range(measure: &Measure) -> String {
    measure.interval.map_or_else(|| "–".to_owned(), |Interval { low, high }| format!("{low:.2} to {high:.2}"))
}

fn kappa(kappa: Option<Kappa>) -> String {
    match kappa {
        Some(Kappa::Value(value)) => format!("{value:.2}"),
        Some(Kappa::Undefined(Undefined::OneValue)) => "one value".to_owned(),
        Some(Kappa::Undefined(Undefined::NothingCompared)) | None => "–".to_owned(),
    }
}

/// What a reader said, with its words where they are not the value itself, and their place.
fn said(said: Option<&Said>, detail: Detail) -> String {
    let Some(said) = said else { return "–".to_owned() };
    let cut = |text: &str| {
        let mut rest = text.chars();
        let most = if detail == Detail::Brief { WORDS } else { usize::MAX };
        let head: String = rest.by_ref().take(most).collect();
        if rest.next().is_some() { format!("{head}…") } else { head }
    };
    let mut text = if said.value.is_empty() { "–".to_owned() } else { cut(&said.value) };
    if let Some(quote) = said.quote.as_ref().filter(|quote| **quote != said.value) {
        text.push_str(&format!(" “{}”", cut(quote)));
    }
    if let Some(start) = said.start {
        text.push_str(&format!(" @{start}"));
    }
    if let Some(page) = said.page {
        text.push_str(&format!(" p. {page}"));
    }
    text
}
