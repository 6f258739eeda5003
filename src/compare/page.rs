//! A comparison as one HTML page that opens from disk.
//!
//! No script, nothing from elsewhere: its content security policy allows neither. Words of reports are escaped by the template
//! engine; the charts escape their own.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;

use super::charts::charts;
use super::report::Report;
use super::sections::{Detail, Section, sections};
use crate::chart;

/// Name of the template; its ending is what turns escaping on.
const NAME: &str = "page.html";

/// A page that could not be written: the template and what it is given do not fit.
#[derive(Debug, thiserror::Error)]
#[error("could not write the page")]
pub struct PageError(#[from] minijinja::Error);

/// A part of a page: a section and the charts above its table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Title, sentences, table.
    #[serde(flatten)]
    pub section: Section,
    /// SVG of our own making.
    pub charts: Vec<String>,
    /// Whether the table says what the chart does and is folded away.
    pub folded: bool,
}

/// The comparison as parts of a page.
pub fn parts(report: &Report) -> Vec<Part> {
    let part = |section: Section| {
        let charts = charts(report, &section.id);
        Part { folded: section.is_matrix() && !charts.is_empty(), charts, section }
    };
    sections(report, Detail::Full).into_iter().map(part).collect()
}

/// The page of these parts.
///
/// # Errors
/// When the template and the parts do not fit.
pub fn page(parts: &[Part]) -> Result<String, PageError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template(NAME, include_str!("page.html"))?;
    Ok(environment.get_template(NAME)?.render(context! { parts => Serde(parts), chart_style => chart::STYLE })?)
}
