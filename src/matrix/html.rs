//! The table as one page that needs nothing else: no network, no other file.

use std::io::{self, Write};

use super::markdown::place;
use super::{Cell, Clause, LEGEND, List, Matrix, NOT_VIOLATED, Row, State};
use crate::domain::record::Severity;
use crate::markup::{escape, policy_hash};

const STYLE: &str = include_str!("assets/matrix.css");
const SCRIPT: &str = include_str!("assets/matrix.js");

impl Matrix {
    /// A page with the table, a legend, filters by state, clause and words, and below it the words behind every cell. It
    /// states a content security policy under which nothing but its own script and style is used.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn html(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>Checklists of {} reports</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
            policy_hash(STYLE),
            policy_hash(SCRIPT),
            self.reports()
        )?;
        writeln!(out, "<header>\n<h1>Checklists of {} reports</h1>\n<p class=\"note\">{}</p>", self.reports(), escape(NOT_VIOLATED))?;
        self.filters(out)?;
        writeln!(out, "</header>\n<main>")?;
        for (number, list) in self.lists.iter().enumerate() {
            list.table(out, number)?;
        }
        if !self.without_list.is_empty() {
            let names: Vec<String> = self.without_list.iter().map(|name| escape(name)).collect();
            writeln!(out, "<p>No checklist was held against: {}</p>", names.join(", "))?;
        }
        writeln!(out, "<h2>The words</h2>")?;
        for (number, list) in self.lists.iter().enumerate() {
            for (index, row) in list.reports.iter().enumerate() {
                list.words(out, number, index, row)?;
            }
        }
        writeln!(out, "</main>\n<aside id=\"panel\" aria-live=\"polite\" hidden></aside>\n<script>{SCRIPT}</script>\n</body>\n</html>")
    }

    /// The legend is the filter by state.
    fn filters(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<form id=\"filters\" autocomplete=\"off\">\n<fieldset><legend>Show reports with</legend>")?;
        for state in LEGEND {
            writeln!(
                out,
                "<label><input type=\"checkbox\" name=\"state\" value=\"{0}\" checked><span class=\"sign {0}\">{1}</span> {2}</label>",
                state.name(),
                escape(state.sign()),
                escape(state.words())
            )?;
        }
        writeln!(out, "</fieldset>\n<p><label>in <select id=\"clause\"><option value=\"\">any clause</option>")?;
        for clause in self.lists.iter().flat_map(|list| &list.clauses) {
            writeln!(out, "<option value=\"{0}\">{0}</option>", escape(&clause.id))?;
        }
        writeln!(
            out,
            "</select></label> <label>whose name has <input id=\"search\" type=\"search\"></label> <output id=\"shown\"></output></p>\n</form>"
        )
    }
}

impl List {
    fn table(&self, out: &mut dyn Write, number: usize) -> io::Result<()> {
        writeln!(out, "<h2>{}</h2>\n<div class=\"frame\">\n<table>\n<thead><tr><th scope=\"col\">report</th>", escape(&self.jurisdiction))?;
        for Clause { id, clause, severity } in &self.clauses {
            let (id, clause) = (escape(id), escape(clause));
            writeln!(out, "<th scope=\"col\" data-clause=\"{id}\" title=\"{clause} ({})\"><span>{id}</span></th>", word(*severity))?;
        }
        writeln!(out, "</tr></thead>\n<tbody>")?;
        for (index, row) in self.reports.iter().enumerate() {
            let about = [&row.publisher, &row.publish_date, &row.title]
                .into_iter()
                .flatten()
                .map(|part| escape(part))
                .collect::<Vec<_>>()
                .join(" · ");
            let name = escape(&row.name);
            writeln!(out, "<tr><th scope=\"row\"><a href=\"#r{number}-{index}\">{name}</a><small>{about}</small></th>")?;
            for (column, clause) in self.clauses.iter().enumerate() {
                match row.cell(column) {
                    Some(cell) => writeln!(out, "{}", linked(cell, clause, &format!("r{number}-{index}-{column}")))?,
                    None => writeln!(out, "<td></td>")?,
                }
            }
            writeln!(out, "</tr>")?;
        }
        writeln!(
            out,
            "</tbody>\n<tfoot><tr><th scope=\"row\">of all {} reports: not found, contradicted or violated</th>",
            self.reports.len()
        )?;
        for column in 0..self.clauses.len() {
            let open = [State::Violation, State::Contradicted, State::NotFound, State::LookAtOriginal];
            writeln!(out, "<td>{}</td>", open.iter().map(|state| self.count(column, *state)).sum::<usize>())?;
        }
        writeln!(out, "</tr></tfoot>\n</table>\n</div>")
    }

    fn words(&self, out: &mut dyn Write, number: usize, index: usize, row: &Row) -> io::Result<()> {
        writeln!(out, "<section id=\"r{number}-{index}\">\n<h3>{}</h3>\n<dl>", escape(&row.name))?;
        for (column, clause) in self.clauses.iter().enumerate() {
            let Some(cell) = row.cell(column) else { continue };
            let state = State::of(cell);
            writeln!(
                out,
                "<dt id=\"r{number}-{index}-{column}\"><span class=\"sign {}\">{}</span> <b>{}</b> {} <small>{}</small></dt>",
                state.name(),
                escape(state.sign()),
                escape(&clause.id),
                escape(state.words()),
                escape(&clause.clause)
            )?;
            if let Some(decided) = &cell.decided {
                writeln!(out, "<dd>decided by {}</dd>", escape(decided))?;
            }
            for words in &cell.words {
                writeln!(out, "<dd><q>{}</q> <small>{}</small></dd>", escape(words.quote.trim()), escape(&place(words)))?;
            }
        }
        writeln!(out, "</dl>\n</section>")
    }
}

fn linked(cell: &Cell, clause: &Clause, place: &str) -> String {
    let state = State::of(cell);
    let name = state.name();
    let id = escape(&clause.id);
    let hand = if cell.decided.is_some() { " hand" } else { "" };
    format!(
        "<td data-clause=\"{id}\" data-state=\"{name}\"><a href=\"#{place}\" class=\"sign {name}{hand}\" aria-label=\"{id}: {}\">{}</a></td>",
        escape(state.words()),
        escape(state.sign())
    )
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Mandatory => "mandatory",
        Severity::Conditional => "conditional",
        Severity::Usual => "usual",
    }
}
