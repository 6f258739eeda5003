//! First pages in the layouts of many houses: what a page says is read whether its lines are kept, parted by blank
//! lines, or lost.
//!
//! Each page is invented; the order of its fields, its labels and its marks are those houses use.

use sellside::Document;
use sellside::domain::Record;
use sellside::domain::record::{AuthorRole, Stance};
use sellside::pipeline::extract_by_rules;
use serde::Deserialize;

#[derive(Deserialize)]
struct Pages {
    report: Vec<Page>,
}

/// A page and what a careful reader finds on it. People are `name:number`.
#[derive(Deserialize)]
struct Page {
    id: String,
    /// Fields that nothing tells any more once the line breaks are gone.
    #[serde(default)]
    unread_run_on: Vec<String>,
    title: String,
    category: String,
    date: String,
    subject: Option<String>,
    code: Option<String>,
    analysts: Vec<String>,
    #[serde(default)]
    contacts: Vec<String>,
    #[serde(default)]
    assistants: Vec<String>,
    #[serde(default)]
    risks: Vec<String>,
    #[serde(default)]
    mentions: Vec<String>,
    text: String,
}

/// Field, what was expected, what was read.
type Row = (&'static str, Vec<String>, Vec<String>);

fn rows(page: &Page, record: &Record) -> Vec<Row> {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let one = |value: Option<&str>| value.map(bare).into_iter().collect::<Vec<_>>();
    let many = |values: &[String]| {
        let mut values: Vec<String> = values.iter().map(|value| bare(value)).collect();
        values.sort();
        values
    };
    let people = |role: AuthorRole| {
        let mut found: Vec<String> = record
            .authors
            .iter()
            .filter(|author| author.role == Some(role))
            .map(|author| {
                let number = author.license_no.as_deref().filter(|number| number.len() > 6).unwrap_or_default();
                bare(&format!("{}:{number}", author.name.as_deref().unwrap_or_default()))
            })
            .collect();
        found.sort();
        found
    };
    let product = &record.product;
    let subject = record.subject.as_ref();
    let category = serde_json::to_value(product.category).unwrap();
    let mentions: Vec<String> =
        record.mentions.iter().filter(|mention| mention.stance != Some(Stance::Related)).map(|mention| mention.name.clone()).collect();
    let mut rows = vec![
        ("title", one(Some(&page.title)), one(product.title.as_deref())),
        ("category", one(Some(&page.category)), one(category.as_str())),
        ("date", one(Some(&page.date)), one(product.publish_date.map(|day| day.to_string()).as_deref())),
        ("analysts", many(&page.analysts), people(AuthorRole::Analyst)),
        ("contacts", many(&page.contacts), people(AuthorRole::Contact)),
        ("assistants", many(&page.assistants), people(AuthorRole::Assistant)),
        ("risks", many(&page.risks), many(&record.risks)),
        ("mentions", many(&page.mentions), many(&mentions)),
    ];
    if page.subject.is_some() {
        rows.push(("subject", one(page.subject.as_deref()), one(subject.and_then(|subject| subject.name.as_deref()))));
        rows.push(("code", one(page.code.as_deref()), one(subject.and_then(|subject| subject.code.as_deref()))));
    }
    rows
}

/// What differs in one form of a page.
fn faults(page: &Page, form: &str, text: &str, unread: &[String]) -> Vec<String> {
    let document = Document::from_bytes("page.txt", text.as_bytes()).unwrap();
    rows(page, &extract_by_rules(&document))
        .into_iter()
        .filter(|(field, want, got)| want != got && !unread.iter().any(|name| name == field))
        .map(|(field, want, got)| format!("{} ({form}), {field}: expected {want:?}, read {got:?}", page.id))
        .collect()
}

fn check(pages: &str, run_on: bool) {
    let pages: Pages = toml::from_str(pages).unwrap();
    let mut faults_found = Vec::new();
    for page in &pages.report {
        let lines = page.text.trim();
        faults_found.extend(faults(page, "lines", lines, &[]));
        faults_found.extend(faults(page, "blank lines", &lines.replace('\n', "\n\n"), &[]));
        if run_on {
            let glued: String = lines.split_whitespace().collect();
            faults_found.extend(faults(page, "run on", &glued, &page.unread_run_on));
        }
    }
    assert!(faults_found.is_empty(), "{}", faults_found.join("\n"));
}

#[test]
fn chinese_first_pages() {
    check(include_str!("layouts/chinese.toml"), true);
}

#[test]
fn first_pages_without_lines() {
    let pages: Pages = toml::from_str(include_str!("layouts/run_on.toml")).unwrap();
    let faults: Vec<String> =
        pages.report.iter().flat_map(|page| faults(page, "as it is", page.text.trim(), &page.unread_run_on)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn english_first_pages() {
    check(include_str!("layouts/english.toml"), false);
}
