//! The table of a few invented reports.

use super::{Matrix, NOT_VIOLATED, State};
use crate::document::Document;
use crate::domain::record::{ComplianceStatus, Record};
use crate::domain::{By, Evidence, Span};
use crate::pipeline::extract_by_rules;

const CHINESE: &str = "望江证券\n证券研究报告\n行业：医疗器械\n增持（维持）\n日期：2025年03月04日\n分析师：方某某\n执业证书编号：S9710520030001\n本公司具备证券投资咨询业务资格。\n";
const ENGLISH: &str = "Harrow Securities (Hong Kong) Limited\nEquity Research\nBuy\n4 March 2025\nRegulated by the SFC.\n";

fn record(name: &str, text: &str) -> Record {
    extract_by_rules(&Document::from_bytes(name, text.as_bytes()).unwrap())
}

fn matrix() -> Matrix {
    let mut matrix = Matrix::default();
    matrix.add(&record("a.txt", CHINESE));
    matrix.add(&record("b.txt", ENGLISH));
    let mut forbidden = record("=c|<script>.txt", CHINESE);
    forbidden.compliance[0].status = ComplianceStatus::Violation;
    forbidden.compliance[1].status = ComplianceStatus::NotFound;
    forbidden.compliance[1].needs_source_check = false;
    let words = Evidence::exact(By::Rules, "=HYPERLINK(\"x\")</q><script>alert(1)</script>", Span { start: 3, end: 9 });
    forbidden.provenance.get_mut("/compliance/0").unwrap().evidence = vec![words];
    matrix.add(&forbidden);
    let mut bare = record("d.txt", CHINESE);
    bare.compliance.clear();
    matrix.add(&bare);
    matrix
}

#[test]
fn a_row_a_report_and_a_table_a_list() {
    let matrix = matrix();
    let lists: Vec<(&str, usize)> = matrix.lists.iter().map(|list| (list.jurisdiction.as_str(), list.reports.len())).collect();
    assert_eq!((lists, matrix.reports(), matrix.without_list.len()), (vec![("CN", 2), ("HK", 1)], 3, 1));
    let cn = &matrix.lists[0];
    assert_eq!((cn.reports[1].state(0), cn.reports[1].state(1)), (Some(State::Violation), Some(State::NotFound)));
    assert_eq!((cn.count(0, State::Violation), cn.count(0, State::Contradicted)), (1, 0));
    let licence = cn.clauses.iter().position(|clause| clause.id == "CN-8-3").unwrap();
    let cell = cn.reports[0].cell(licence).unwrap();
    assert_eq!((State::of(cell), cell.words[0].quote.contains("证券投资咨询")), (State::Pass, true));
}

#[test]
fn csv_has_one_row_a_report_and_no_formula() {
    let mut out = Vec::new();
    matrix().csv(&mut out).unwrap();
    let mut reader = csv::Reader::from_reader(out.as_slice());
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), &rows[1][0], &head[6], &rows[1][6]), (3, "'=c|<script>.txt", "CN-8-1", "violation"));
    let first_of_hk = head.iter().position(|name| name.starts_with("HK-")).unwrap();
    assert_eq!((&rows[0][first_of_hk], &rows[2][6]), ("", ""));
    assert!(!rows[2][first_of_hk].is_empty());
    let mut out = Vec::new();
    matrix().csv_words(&mut out).unwrap();
    let mut reader = csv::Reader::from_reader(out.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let hostile = rows.iter().find(|row| row[11].contains("HYPERLINK")).unwrap();
    assert_eq!((&hostile[6], &hostile[9], &hostile[12], &hostile[13]), ("CN-8-1", "violation", "3", "9"));
    assert!(hostile[11].starts_with("'="));
}

#[test]
fn markdown_and_page_say_what_not_found_means_and_hold_no_markup_of_reports() {
    let matrix = matrix();
    let markdown = matrix.markdown();
    assert!(markdown.contains(NOT_VIOLATED) && markdown.contains("| ✗ |") && !markdown.contains("<script>"), "{markdown}");
    let mut page = Vec::new();
    matrix.html(&mut page).unwrap();
    let page = String::from_utf8(page).unwrap();
    assert_eq!(page.matches("<script>").count(), 1, "its own");
    assert!(page.contains("Not found is not violated") && page.contains("&lt;script&gt;alert(1)"));
    assert!(!page.contains(" style=") && !page.contains("http://") && !page.contains("https://"), "nothing inline, nothing outside");
    assert!(page.contains("default-src 'none'"));
}
