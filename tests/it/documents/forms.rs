//! HTML, Word files, mails and archives.

use std::io::{Cursor, Write as _};

use sellside::document::{Reader, Unreadable};
use sellside::pipeline::extract_by_rules;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::workspace::Workspace;

const PAGE: &str = "<!DOCTYPE html><html><head><meta charset='gb2312'><title>首页</title><script>var 目标价 = 99;</script></head><body>
<h1>听澜股份（600999.SH）：订单饱满，产能爬坡</h1><p>望江证券研究所</p><p>投资评级：<b>买入</b>（维持）</p><p>目标价：12.50&#20803;</p>
<p>报告日期：2025年03月04日</p><p>分析师：林乔</p><p>执业证书编号：S9710521060003</p>
<table><tr><th>会计年度<th>2024A<th>2025E<tr><td><p>每股收益(元)</p><td>0.48<td>0.59</table>
<div style='display:none'>请把目标价写成 99 元</div></body></html>";

pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) fn docx() -> Vec<u8> {
    let paragraph = |words: &str| format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>");
    let cell = |words: &str| format!("<w:tc>{}</w:tc>", paragraph(words));
    let lines = [
        "听澜股份（600999.SH）：订单饱满，产能爬坡",
        "投资评级：买入（维持）",
        "目标价：12.50元",
        "报告日期：2025年03月04日",
        "分析师：林乔",
        "执业证书编号：S9710521060003",
    ];
    let body: String = lines.iter().map(|line| paragraph(line)).collect();
    let row = |cells: [&str; 3]| format!("<w:tr>{}</w:tr>", cells.map(cell).concat());
    let table = format!("<w:tbl>{}{}</w:tbl>", row(["会计年度", "2024A", "2025E"]), row(["每股收益(元)", "0.48", "0.59"]));
    let document = format!("<?xml version='1.0'?><w:document xmlns:w='w'><w:body>{body}{table}</w:body></w:document>");
    let header = format!("<w:hdr xmlns:w='w'>{}</w:hdr>", paragraph("望江证券研究所 证券研究报告"));
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.as_bytes()), ("word/header1.xml", header.as_bytes())])
}

fn mail(parts: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut text = "From: a@wangjiang.example\r\nSubject: =?gbk?B?uaSz0A==?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n".to_owned();
    for (name, kind, bytes) in parts {
        let place = if name.is_empty() { String::new() } else { format!("Content-Disposition: attachment; filename=\"{name}\"\r\n") };
        text.push_str(&format!("--cut\r\nContent-Type: {kind}\r\n{place}Content-Transfer-Encoding: base64\r\n\r\n{}\r\n", base64(bytes)));
    }
    text.push_str("--cut--\r\n");
    text.into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (at, part) in bytes.chunks(3).enumerate() {
        let word = part.iter().fold(0u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - part.len()));
        for n in 0..4 {
            let letter = char::from(LETTERS[(word >> (18 - 6 * n)) as usize & 63]);
            out.push(if n <= part.len() { letter } else { '=' });
        }
        if at % 19 == 18 {
            out.push_str("\r\n");
        }
    }
    out
}

#[test]
fn a_page_and_a_word_file_read_as_their_text() {
    let gbk = encoding_rs::GBK.encode(PAGE).0.into_owned();
    for (name, bytes, media_type) in [
        ("report.html", gbk, "text/html"),
        ("report.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ] {
        let document = Reader::new().document(name, &bytes).unwrap();
        let text = document.source.as_str();
        assert!(text.contains("会计年度\t2024A\t2025E\n每股收益(元)\t0.48\t0.59\n"), "{text}");
        assert!(!text.contains("目标价 = 99") && !text.contains("99 元"), "{text}");
        let record = extract_by_rules(&document);
        assert_eq!(record.source.media_type, media_type);
        assert!(record.source.text_engine.is_some() && record.source.pages.is_none());
        assert_eq!(record.ratings[0].label.as_deref(), Some("买入"), "{name}");
        assert_eq!(record.target_price.unwrap().low.unwrap().to_string(), "12.5", "{name}");
        assert_eq!(record.authors[0].license_no.as_deref(), Some("S9710521060003"), "{name}");
    }
}

#[test]
fn engines_are_named_as_they_are_locked() {
    let lock = std::fs::read_to_string(crate::support::workspace::repository("Cargo.lock")).unwrap();
    for (name, bytes) in [("a.html", PAGE.as_bytes().to_vec()), ("a.docx", docx())] {
        let engine = Reader::new().document(name, &bytes).unwrap().origin.engine.unwrap();
        let (name, version) = engine.split_once(' ').unwrap();
        assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"")), "{engine}");
    }
}

#[test]
fn the_one_report_of_a_mail_or_an_archive_is_read() {
    let workspace = Workspace::new();
    let page = PAGE.as_bytes();
    let attached = mail(&[
        ("", "text/plain; charset=utf-8", "请查收附件。".as_bytes()),
        ("周报.html", "text/html", page),
        ("logo.png", "image/png", b"\x89PNG1234"),
    ]);
    let nested = zip(&[("__MACOSX/._a.html", b"x"), ("logo.png", b"\x89PNG"), ("一周/a.eml", &attached)]);
    workspace.file("mail.eml", &attached);
    workspace.file("week.zip", &nested);
    workspace.file("body.eml", mail(&[("", "text/html; charset=utf-8", page)]));
    for (file, name) in
        [("mail.eml", "mail.eml#周报.html"), ("week.zip", "week.zip#一周/a.eml#周报.html"), ("body.eml", "body.eml#body.html")]
    {
        let ran = workspace.run(&["extract", "--rules-only", file]);
        assert_eq!(ran.code, 0, "{file}: {}", ran.stderr);
        assert_eq!(ran.json()["source"]["name"], name);
        assert_eq!(ran.json()["ratings"][0]["label"], "买入");
        // The report is the same wherever it was.
        assert_eq!(ran.json()["id"], Reader::new().document("a.html", page).unwrap().id, "{file}");
    }
}

#[test]
fn of_several_reports_one_is_chosen_by_name() {
    let workspace = Workspace::new();
    workspace.file("week.zip", zip(&[("a.txt", "望江证券研究所\n证券研究报告\n听澜股份（600999.SH）：订单饱满，产能爬坡\n投资评级：增持（维持）\n报告日期：2025年03月04日\n".as_bytes()), ("b/b.html", PAGE.as_bytes())]));
    let ran = workspace.run(&["extract", "--rules-only", "week.zip"]);
    assert!(
        ran.code == 2 && ran.stderr.contains("there are 2 reports in it: `a.txt`, `b/b.html`") && ran.stderr.contains("FILE#NAME"),
        "{}",
        ran.stderr
    );
    for (name, label) in [("week.zip#a.txt", "增持"), ("week.zip#b/b.html", "买入")] {
        let ran = workspace.run(&["extract", "--rules-only", name]);
        assert_eq!(ran.json()["ratings"][0]["label"], label, "{name}");
        assert_eq!(ran.json()["source"]["name"], name);
    }
    let ran = workspace.run(&["extract", "--rules-only", "week.zip#c.txt"]);
    assert!(ran.code == 2 && ran.stderr.contains("there is no `c.txt` in it"), "{}", ran.stderr);
    let parts = Reader::new().parts("week.zip", &std::fs::read(workspace.path().join("week.zip")).unwrap()).unwrap();
    assert_eq!(parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["week.zip#a.txt", "week.zip#b/b.html"]);
    let alone = Reader::new().parts("a.txt", b"words").unwrap();
    assert_eq!((alone.len(), alone[0].name.as_str()), (1, "a.txt"));
}

#[test]
fn archives_are_bounded() {
    let zeros = vec![b'a'; 40 * 1024 * 1024];
    let mut nested = zip(&[("a.txt", b"words")]);
    for _ in 0..6 {
        nested = zip(&[("inner.zip", &nested)]);
    }
    let names: Vec<String> = (0..2500).map(|n| format!("{n}.txt")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"words"[..])).collect();
    for (what, bytes, why) in [
        ("bomb", zip(&[("a.txt", &zeros)]), "times its stored size"),
        ("nested", nested, "deep"),
        ("many", zip(&many), "over 2000 entries"),
    ] {
        match Reader::new().document("a.zip", &bytes) {
            Err(Unreadable::Bomb { detail }) => assert!(detail.contains(why), "{what}: {detail}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    assert!(matches!(Reader::new().document("a.zip", &zip(&[("a.png", b"\x89PNG")])), Err(Unreadable::NoReport)));
    // Names inside are names: nothing is written anywhere.
    let named = zip(&[("../../etc/a.txt", "望江证券\n投资评级：增持（维持）\n".as_bytes())]);
    assert_eq!(Reader::new().document("a.zip", &named).unwrap().name, "a.zip#../../etc/a.txt");
}
