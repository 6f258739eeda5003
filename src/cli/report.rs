//! Checked reports for people and for programs.

use sellside::check::{Answer, Confidence};
use sellside::document::Document;
use sellside::domain::Record;
use sellside::domain::record::{ComplianceStatus as Status, Severity};
use serde::Serialize;

use super::printer::visible;
use super::table;

/// Characters of the quoted words in a table.
const WORDS: usize = 60;
/// Characters of a line in which words are found at a glance.
const LINE: usize = 400;
/// What the table calls each state, in the order of the summary.
const STATES: [(Status, &str); 7] = [
    (Status::Violation, "VIOLATION"),
    (Status::Contradicted, "contradicted"),
    (Status::NotFound, "not found"),
    (Status::PassGeneric, "general wording only"),
    (Status::ByReference, "by reference"),
    (Status::Pass, "pass"),
    (Status::NotApplicable, "not applicable"),
];

/// One report and the answers of its checklist.
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) document: Document,
    pub(crate) record: Record,
    pub(crate) answers: Vec<Answer>,
}

impl Checked {
    fn list(&self) -> &str {
        self.answers.first().map_or("no checklist", |answer| answer.row.jurisdiction.as_str())
    }

    /// Where a character stands, for people: the line, and the character as well where a line alone leads nowhere.
    fn place(&self, at: usize) -> String {
        match self.line(at) {
            Some(line) if self.document.source.as_str().lines().nth(line - 1).is_some_and(|text| text.chars().count() <= LINE) => {
                format!("line {line}")
            }
            Some(line) => format!("line {line}, char {at}"),
            None => format!("char {at}"),
        }
    }

    /// Line of a character of the source, from 1; none where the whole text is one line.
    fn line(&self, at: usize) -> Option<usize> {
        let text = self.document.source.as_str().trim_end();
        text.contains('\n').then(|| text.chars().take(at).filter(|c| *c == '\n').count() + 1)
    }

    /// The words of an answer with their places.
    fn words(&self, answer: &Answer, most: usize) -> Vec<String> {
        let quoted = answer.evidence.iter().take(most).filter_map(|evidence| {
            let start = evidence.start?;
            let words = table::head(&evidence.quote.split_whitespace().collect::<Vec<_>>().join(" "), WORDS);
            Some(format!("“{words}” ({})", self.place(start)))
        });
        quoted.collect()
    }

    fn summary(&self) -> String {
        let counts = STATES.iter().filter_map(|(status, name)| {
            let count = self.answers.iter().filter(|answer| answer.row.status == *status).count();
            (count > 0).then(|| format!("{count} {name}"))
        });
        let mut text = format!("{} rows: {}", self.answers.len(), counts.collect::<Vec<_>>().join(", "));
        if self.answers.iter().any(|answer| answer.row.needs_source_check) {
            text.push_str("\nThe text lost headers or its tail: look at the original before you call a row missing.");
        }
        text
    }
}

fn state(answer: &Answer) -> String {
    let name = STATES.iter().find(|(status, _)| *status == answer.row.status).map_or("", |(_, name)| name);
    // Words that meet a part of the row stand beside it.
    let name = if answer.row.status == Status::NotFound && !answer.evidence.is_empty() { "not found in full" } else { name };
    if answer.row.needs_source_check { format!("{name}; look at the original") } else { name.to_owned() }
}

fn severity(answer: &Answer) -> &'static str {
    match answer.row.severity {
        Severity::Mandatory => "mandatory",
        Severity::Conditional => "conditional",
        Severity::Usual => "usual",
    }
}

/// Tables for a terminal, one a report.
pub(crate) fn table(reports: &[Checked]) -> String {
    let tables = reports.iter().map(|report| {
        let rows = report.answers.iter().map(|answer| {
            vec![
                answer.row.id.clone(),
                answer.requirement.clone(),
                answer.clause.clone(),
                state(answer),
                // Two that contradict each other, else one: the other formats have them all.
                report.words(answer, if answer.row.status == Status::Contradicted { 2 } else { 1 }).join("\n"),
            ]
        });
        let table = table::plain(&["row", "requirement", "clause", "state", "words"], rows);
        format!("{} ({})\n{table}{}\n", visible(&report.name), report.list(), report.summary())
    });
    tables.collect::<Vec<_>>().join("\n")
}

/// Markdown, one section a report.
pub(crate) fn markdown(reports: &[Checked]) -> String {
    let sections = reports.iter().map(|report| {
        let mut out = format!("## {} ({})\n\n", cell(&report.name), cell(report.list()));
        out.push_str("| row | requirement | clause | severity | state | words |\n|---|---|---|---|---|---|\n");
        for answer in &report.answers {
            let words = report.words(answer, usize::MAX).iter().map(|words| cell(words)).collect::<Vec<_>>().join("<br>");
            out.push_str(&format!(
                "| {} | {} | {} | {} | {} | {words} |\n",
                cell(&answer.row.id),
                cell(&answer.requirement),
                cell(&answer.clause),
                severity(answer),
                state(answer)
            ));
        }
        format!("{out}\n{}\n", report.summary())
    });
    sections.collect::<Vec<_>>().join("\n")
}

/// Words of a report as words of a cell: nothing in them is markup.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '\n' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' | '~' | '!' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

#[derive(Serialize)]
struct ReportJson<'a> {
    file: &'a str,
    id: &'a str,
    checklist: &'a str,
    jurisdiction: Option<&'a str>,
    needs_source_check: bool,
    rows: Vec<RowJson<'a>>,
}

#[derive(Serialize)]
struct RowJson<'a> {
    id: &'a str,
    requirement: &'a str,
    clause: &'a str,
    article: Option<&'a str>,
    article_confidence: Confidence,
    severity: Severity,
    status: Status,
    needs_source_check: bool,
    words: Vec<WordsJson<'a>>,
}

#[derive(Serialize)]
struct WordsJson<'a> {
    quote: &'a str,
    start: Option<usize>,
    end: Option<usize>,
    line: Option<usize>,
    page: Option<u32>,
}

/// One JSON array for all reports.
pub(crate) fn json(reports: &[Checked]) -> Result<String, serde_json::Error> {
    let reports: Vec<ReportJson<'_>> = reports
        .iter()
        .map(|report| ReportJson {
            file: &report.name,
            id: &report.record.id,
            checklist: report.list(),
            jurisdiction: report.record.product.jurisdiction.as_deref(),
            needs_source_check: report.record.source.needs_source_check,
            rows: report.answers.iter().map(|answer| row(report, answer)).collect(),
        })
        .collect();
    serde_json::to_string_pretty(&reports)
}

fn row<'a>(report: &Checked, answer: &'a Answer) -> RowJson<'a> {
    let words = answer.evidence.iter().map(|evidence| WordsJson {
        quote: &evidence.quote,
        start: evidence.start,
        end: evidence.end,
        line: evidence.start.and_then(|start| report.line(start)),
        page: evidence.start.and_then(|start| report.document.page(start)),
    });
    RowJson {
        id: &answer.row.id,
        requirement: &answer.requirement,
        clause: &answer.clause,
        article: answer.article.as_deref(),
        article_confidence: answer.confidence,
        severity: answer.row.severity,
        status: answer.row.status,
        needs_source_check: answer.row.needs_source_check,
        words: words.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_report_writes_no_markup() {
        assert_eq!(cell("买入|<b>*20%*</b>\n[x](y)"), "买入\\|&lt;b>\\*20%\\*&lt;/b> \\[x\\](y)");
    }
}
