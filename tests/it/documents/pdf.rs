//! PDFs, by the encodings and layouts at which engines fail.

use std::fs;

use sellside::document::{PdfEngine, ReadError, Reader, Unreadable};
use sellside::pipeline::extract_by_rules;

use super::{fixture, installed, read, reader};
use crate::support::workspace::Workspace;

const FRONT: &str = "投资评级：买入（维持）\n目标价：12.50元\n报告日期：2025年03月04日\n分析师：林乔\n执业证书编号：S9710521060003\n联系人：周明远\n执业证书编号：S9710123080017\n";
const TABLE: &str = "会计年度\t2023A\t2024A\t2025E\t2026E
营业收入(百万元)\t1,204.31\t1,388.06\t1,640.50\t1,915.27
归母净利润(百万元)\t130.42\t151.90\t188.33\t226.74
每股收益(元)\t0.41\t0.48\t0.59\t0.71
市盈率(倍)\t24.9\t21.3\t17.3\t14.4
";

#[test]
fn encodings_without_a_unicode_map_are_read_to_the_letter() {
    for name in ["cid-unigb.pdf", "cid-gbk.pdf"] {
        let document = read(&reader().pdf_engine(PdfEngine::Unpdf), name);
        let text = document.source.as_str();
        assert!(text.contains(FRONT), "{name}: {text}");
        assert!(text.contains(TABLE), "{name}: {text}");
        assert!(text.contains("买入：未来六个月内股价相对沪深300指数涨幅在15%以上\n增持：未来六个月内"), "{name}: {text}");
        assert_eq!(document.origin.pages, Some(3));
        assert_eq!(document.origin.engine.as_deref(), Some("unpdf 0.52.1"));
        assert!(document.origin.losses.is_empty() && !document.origin.recognised);
    }
}

#[test]
fn the_engines_version_is_the_one_that_is_locked() {
    let lock = fs::read_to_string(crate::support::workspace::repository("Cargo.lock")).unwrap();
    let engine = read(&reader().pdf_engine(PdfEngine::Unpdf), "by-rows.pdf").origin.engine.unwrap();
    let (name, version) = engine.split_once(' ').unwrap();
    assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"")), "{engine}");
}

#[test]
fn an_embedded_subset_in_two_columns_is_read_column_by_column() {
    let document = read(&reader().pdf_engine(PdfEngine::Unpdf), "subset.pdf");
    let text = document.source.as_str();
    assert!(text.contains("投资评级：买入（维持）\n目标价：12.50 元\n") && text.contains("执业证书编号：S9710521060003\n"), "{text}");
    assert!(text.contains(TABLE), "{text}");
    let right = text.find("风险提示").unwrap();
    assert!(text.rfind("新产线于十一月投产").unwrap() < right && right < text.find("投资评级说明").unwrap(), "{text}");
    assert!(document.normalized.text().contains("三季度新签订单同比增长百分之二十"), "{}", document.normalized.text());
}

#[test]
fn what_an_office_program_wrote_is_read_to_the_letter() {
    let document = read(&reader().pdf_engine(PdfEngine::Unpdf), "office.pdf");
    let text = document.source.as_str();
    assert!(text.contains("投资评级：买入（维持）\n目标价：12.50 元\n报告日期：2025 年 03 月 04 日\n分析师：林乔\n"), "{text}");
    assert!(text.contains("执业证书编号：S9710521060003\n联系人：周明远\n执业证书编号：S9710123080017\n"), "{text}");
    assert!(text.contains(TABLE), "{text}");
    // Two columns of one section: all of the left one, then the right one.
    let normalized = document.normalized.text();
    assert_eq!(normalized.matches("三季度新签订单同比增长百分之二十").count(), 3, "{normalized}");
    let right = text.find("风险提示").unwrap();
    assert!(text.rfind("新产线于十一月投产").unwrap() < right && right < text.find("投资评级说明").unwrap(), "{text}");
    let record = extract_by_rules(&document);
    assert_eq!(record.estimates.len(), 16);
    assert_eq!(record.target_price.unwrap().high.unwrap().to_string(), "12.5");
    assert_eq!(record.rating_scales[0].grades.len(), 3);
}

#[test]
fn a_turned_page_is_read_as_it_is_shown() {
    let document = read(&reader().pdf_engine(PdfEngine::Unpdf), "rotated.pdf");
    let text = document.source.as_str();
    let turned = text.split('\u{c}').nth(1).unwrap();
    assert!(turned.contains(&format!("盈利预测与估值\n{TABLE}资料来源：望江证券研究所")), "{turned}");
    assert_eq!(extract_by_rules(&document).estimates.len(), 16);
}

#[test]
fn columns_that_are_painted_line_by_line_are_read_one_after_the_other() {
    let document = read(&reader().pdf_engine(PdfEngine::Unpdf), "by-rows.pdf");
    let lines: Vec<&str> = document.source.as_str().lines().collect();
    assert_eq!(lines.len(), 20, "{lines:?}");
    assert!(
        lines[..10].iter().all(|line| line.starts_with("左栏第")) && lines[10..].iter().all(|line| line.starts_with("右栏第")),
        "{lines:?}"
    );
    assert_eq!((lines[9], lines[10]), ("左栏第十行，订单与产能同步提升", "右栏第一行，成本与价格保持稳定"));
}

#[test]
fn the_record_names_engine_and_pages() {
    let record = extract_by_rules(&read(&reader().pdf_engine(PdfEngine::Unpdf), "cid-gbk.pdf"));
    assert_eq!(record.source.media_type, "application/pdf");
    assert_eq!((record.source.pages, record.source.encoding.as_deref()), (Some(3), None));
    assert_eq!(record.source.text_engine.as_deref(), Some("unpdf 0.52.1"));
    for (list, page) in [("/ratings/", 1), ("/authors/", 1), ("/estimates/", 2), ("/rating_scales/", 3)] {
        let entries: Vec<_> = record.provenance.iter().filter(|(pointer, _)| pointer.starts_with(list)).collect();
        assert!(entries.iter().any(|(_, entry)| !entry.evidence.is_empty()), "{list}: {:?}", record.provenance.keys());
        for evidence in entries.iter().flat_map(|(_, entry)| &entry.evidence) {
            assert_eq!(evidence.page, Some(page), "{list}: {evidence:?}");
        }
    }
    assert_eq!(record.ratings[0].label.as_deref(), Some("买入"));
    let licenses: Vec<&str> = record.authors.iter().filter_map(|author| author.license_no.as_deref()).collect();
    assert_eq!(licenses, ["S9710521060003", "S9710123080017"]);
}

#[test]
fn headers_and_footers_of_pages_are_set_apart() {
    let document = read(&reader().pdf_engine(PdfEngine::Unpdf), "cid-unigb.pdf");
    assert_eq!(document.source.as_str().matches("望江证券公司研究 听澜股份").count(), 3);
    assert_eq!(document.normalized.text().matches("望江证券公司研究 听澜股份").count(), 1);
    assert!(document.normalized.footers().len() >= 4, "{:?}", document.normalized.footers());
}

#[test]
fn a_saved_text_gives_the_same_reading() {
    let workspace = Workspace::new();
    fs::copy(fixture("cid-unigb.pdf"), workspace.path().join("report.pdf")).unwrap();
    let of_pdf = workspace.run(&["extract", "--rules-only", "--pdf-engine", "unpdf", "--save-text", "report.txt", "report.pdf"]).json();
    let of_text = workspace.run(&["extract", "--rules-only", "report.txt"]).json();
    assert_ne!(of_pdf["id"], of_text["id"]);
    for member in ["text_id", "product", "ratings", "authors", "estimates", "provenance", "compliance"] {
        assert_eq!(of_pdf[member], of_text[member], "{member}");
    }
    let text: Vec<char> = fs::read_to_string(workspace.path().join("report.txt")).unwrap().chars().collect();
    for (pointer, entry) in of_pdf["provenance"].as_object().unwrap() {
        for evidence in entry["evidence"].as_array().unwrap() {
            let (Some(start), Some(end)) = (evidence["start"].as_u64(), evidence["end"].as_u64()) else { continue };
            let at = |place: u64| usize::try_from(place).unwrap();
            let words: String = text[at(start)..at(end)].iter().collect();
            assert_eq!(evidence["quote"], words, "{pointer}");
        }
    }
    let refused = workspace.run(&["extract", "--rules-only", "--save-text", "report.pdf", "report.pdf"]);
    assert!(refused.code == 2 && refused.stderr.contains("is the report itself"), "{}", refused.stderr);
}

#[test]
fn an_encrypted_file_asks_for_its_password() {
    let workspace = Workspace::new();
    fs::copy(fixture("encrypted.pdf"), workspace.path().join("report.pdf")).unwrap();
    let ran = workspace.run(&["extract", "--rules-only", "report.pdf"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("is encrypted, and no password was given") && ran.stderr.contains("--password-env"),
        "{}",
        ran.stderr
    );
    let unset = workspace.run(&["extract", "--rules-only", "--password-env", "NO_SUCH_VARIABLE", "report.pdf"]);
    assert!(unset.code == 2 && unset.stderr.contains("`NO_SUCH_VARIABLE` is not set"), "{}", unset.stderr);
    let with = |password: &str| {
        workspace
            .command(&["extract", "--rules-only", "--password-env", "PASSWORD", "report.pdf"])
            .env("PASSWORD", password)
            .output()
            .unwrap()
    };
    let wrong = with("wrong-word");
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(wrong.status.code() == Some(1) && told.contains("the password does not open it") && !told.contains("wrong-word"), "{told}");
    let record: serde_json::Value = serde_json::from_slice(&with("wangjiang").stdout).unwrap();
    assert_eq!(record["ratings"][0]["label"], "买入");
    assert!(!record.to_string().contains("wangjiang"));
}

#[test]
fn a_scan_is_refused_with_the_cure() {
    let workspace = Workspace::new();
    fs::copy(fixture("scanned.pdf"), workspace.path().join("report.pdf")).unwrap();
    let ran = workspace.run(&["extract", "--rules-only", "report.pdf"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("holds no text: 1 of its 1 pages") && ran.stderr.contains("hint: `--ocr`"),
        "{}",
        ran.stderr
    );
    if !installed("tesseract") || !installed("pdftoppm") {
        // Asked for and not there: the environment is at fault, not the report.
        let ran = workspace.run(&["extract", "--rules-only", "--ocr", "report.pdf"]);
        assert!(ran.code == 2 && ran.stderr.contains("was not found") && ran.stderr.contains("hint: install"), "{}", ran.stderr);
        return;
    }
    let record = workspace.run(&["extract", "--rules-only", "--ocr", "report.pdf"]).json();
    assert_eq!(record["source"]["ocr"], true);
    assert!(record["source"]["text_engine"].as_str().unwrap().contains("tesseract "), "{}", record["source"]);
    assert_eq!(record["authors"][0]["license_no"], "S9710521060003", "{}", record["authors"]);
}

#[test]
fn pdftotext_reads_what_it_can() {
    if !installed("pdftotext") {
        return;
    }
    let text = read(&reader().pdf_engine(PdfEngine::Pdftotext), "subset.pdf");
    assert!(text.origin.engine.as_deref().unwrap().starts_with("pdftotext "), "{:?}", text.origin);
    assert!(text.source.as_str().contains("执业证书编号：S9710521060003"), "{}", text.source.as_str());
    match reader().pdf_engine(PdfEngine::Pdftotext).read(&fixture("cid-gbk.pdf"), "report.pdf") {
        Ok(document) => {
            assert_eq!(document.origin.pages, Some(3));
            // Fonts that are not embedded may be read in full width.
            let text = document.normalized.text();
            assert!(text.contains("执业证书编号:S9710123080017") && text.contains("目标价:12.50元"), "{text}");
        }
        // Without `poppler-data` it ends well and reads nothing.
        Err(ReadError::Content { source: error @ Unreadable::NoEncodingData, .. }) => {
            assert!(error.hint().unwrap().contains("poppler-data"));
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn no_program_but_the_one_named_is_run() {
    let error = Reader::new().pdf_worker("no-such-program-of-ours").read(&fixture("cid-gbk.pdf"), "report.pdf").unwrap_err();
    let ReadError::Content { source: Unreadable::NoWorker { program, .. }, .. } = &error else { panic!("{error}") };
    assert_eq!(program, "no-such-program-of-ours");
    assert!(!error.is_content() && error.hint().unwrap().contains("pdf_worker"));
    // A program that does something else is told from one that failed on the file.
    if installed("true") {
        let error = Reader::new().pdf_worker("true").read(&fixture("cid-gbk.pdf"), "report.pdf").unwrap_err();
        assert!(matches!(error, ReadError::Content { source: Unreadable::Stopped { .. }, .. }), "{error:?}");
    }
}
