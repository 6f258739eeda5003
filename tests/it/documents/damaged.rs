//! Two hundred damaged files: a clear error or a valid record each, no panic, no run-away, memory within bounds.

use std::time::{Duration, Instant};

use sellside::document::{PdfEngine, ReadError, Reader};
use sellside::pipeline::extract_by_rules;
use sellside::validate::RecordValidator;

use super::forms::{docx, zip};
use super::{fixture, reader};

/// The same damage in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((x ^ (x >> 31)) % most.max(1) as u64).unwrap()
    }
}

fn cut(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    bytes[..dice.below(bytes.len())].to_vec()
}

fn flipped(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(40) {
        let at = dice.below(bytes.len());
        bytes[at] ^= 1 << dice.below(8);
    }
    bytes
}

fn spliced(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let (from, to) = (dice.below(bytes.len()), dice.below(bytes.len()));
    [&bytes[..from], &bytes[to..]].concat()
}

/// A PDF whose page content and one object are given.
fn pdf(content: &[u8], object: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources 5 0 R/Contents 4 0 R>>endobj\n".to_vec();
    out.extend_from_slice(content);
    out.extend_from_slice(b"\n5 0 obj");
    out.extend_from_slice(object);
    out.extend_from_slice(b"endobj\ntrailer<</Size 6/Root 1 0 R>>\n%%EOF\n");
    out
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    // A stored entry of an archive, deflated, without the archive around it.
    let archive = zip(&[("a", bytes)]);
    let (name, extra) = (usize::from(archive[26]), usize::from(archive[28]));
    let size = u32::from_le_bytes(archive[18..22].try_into().unwrap()) as usize;
    archive[30 + name + extra..30 + name + extra + size].to_vec()
}

/// Files made to do harm.
fn hostile() -> Vec<(String, Vec<u8>)> {
    let stream = |data: &[u8], filter: &str| {
        [format!("4 0 obj<</Length {}{filter}>>stream\n", data.len()).as_bytes(), data, b"\nendstream endobj"].concat()
    };
    let bomb = deflated(&vec![b' '; 200 * 1024 * 1024]);
    // `FlateDecode` expects a header of two bytes.
    let bomb = [&[0x78, 0x9c][..], &bomb].concat();
    let deep = |open: &str, close: &str, times: usize| open.repeat(times) + &close.repeat(times);
    let mut nested = zip(&[("a.txt", b"words")]);
    for _ in 0..8 {
        nested = zip(&[("a.zip", &nested)]);
    }
    let entities = "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]><w:document><w:p><w:r><w:t>&b;&f;</w:t></w:r></w:p></w:document>";
    vec![
        ("deep-arrays.pdf".into(), pdf(&stream(b"BT ET", ""), deep("[", "]", 60_000).as_bytes())),
        ("deep-names.pdf".into(), pdf(&stream(b"BT ET", ""), deep("<</A", ">>", 60_000).as_bytes())),
        ("bomb.pdf".into(), pdf(&stream(&bomb, "/Filter/FlateDecode"), b"<<>>")),
        ("own-pages.pdf".into(), b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>endobj\ntrailer<</Root 1 0 R>>".to_vec()),
        ("head.pdf".into(), b"%PDF-1.7\n".to_vec()),
        ("bomb.zip".into(), zip(&[("a.txt", &vec![b'a'; 80 * 1024 * 1024])])),
        ("nested.zip".into(), nested),
        ("bomb.docx".into(), zip(&[("word/document.xml", &vec![b'<'; 80 * 1024 * 1024])])),
        ("entities.docx".into(), zip(&[("word/document.xml", entities.as_bytes())])),
        ("deep.docx".into(), zip(&[("word/document.xml", deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 100_000).as_bytes())])),
        ("deep.html".into(), deep("<table><tr><td><div>", "", 100_000).into_bytes()),
        ("tag.html".into(), ("<p ".to_owned() + &"a=1 ".repeat(500_000)).into_bytes()),
        ("open.html".into(), "<script>".repeat(200_000).into_bytes()),
        ("wide.eml".into(), format!("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\n".repeat(100_000)).into_bytes()),
    ]
}

fn damaged() -> Vec<(String, Vec<u8>)> {
    let page = "<!DOCTYPE html><html><body><p>投资评级：买入（维持）</p><table><tr><td>收入</td><td>1,388</td></tr></table></body></html>"
        .repeat(40);
    let word = docx();
    let pdfs = ["cid-unigb.pdf", "cid-gbk.pdf", "subset.pdf", "by-rows.pdf"].map(|name| std::fs::read(fixture(name)).unwrap());
    let archive = zip(&[("a.docx", &word), ("b.html", page.as_bytes()), ("c.pdf", &pdfs[0])]);
    let mut files = hostile();
    let mut dice = Dice(20_250_304);
    let kinds: Vec<(&str, &[u8])> = pdfs
        .iter()
        .map(|bytes| ("pdf", bytes.as_slice()))
        .chain([("docx", word.as_slice()), ("html", page.as_bytes()), ("zip", archive.as_slice())])
        .collect();
    while files.len() < 200 {
        let number = files.len();
        let (kind, bytes) = kinds[number % kinds.len()];
        let bytes = match dice.below(3) {
            0 => cut(bytes, &mut dice),
            1 => flipped(bytes, &mut dice),
            _ => spliced(bytes, &mut dice),
        };
        files.push((format!("damaged-{number}.{kind}"), bytes));
    }
    files
}

#[test]
fn two_hundred_damaged_files_cost_one_document_each() {
    let files = damaged();
    assert_eq!(files.len(), 200);
    let schema = RecordValidator::new().unwrap();
    // The fallback is another program's to answer for, and doubles the time.
    let reader = reader().pdf_engine(PdfEngine::Unpdf);
    let (mut read, mut refused, mut slowest) = (0, 0, (Duration::ZERO, String::new()));
    for (name, bytes) in &files {
        let started = Instant::now();
        let parts = match reader.parts(name, bytes) {
            Ok(parts) => parts,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
                continue;
            }
        };
        let mut any = false;
        for part in parts {
            match reader.document(&part.name, &part.bytes) {
                Ok(document) => {
                    let record = serde_json::to_value(extract_by_rules(&document)).unwrap();
                    assert!(schema.issues(&record).is_empty(), "{name}: {:?}", schema.issues(&record));
                    any = true;
                }
                Err(error) => assert!(!error.to_string().contains("panicked"), "{name}: {error}"),
            }
        }
        if any {
            read += 1;
        } else {
            refused += 1;
        }
        let took = started.elapsed();
        assert!(took < Duration::from_secs(90), "{name} took {took:?}");
        if took > slowest.0 {
            slowest = (took, name.clone());
        }
    }
    println!("{read} read, {refused} refused; slowest {} in {:?}; peak memory {}", slowest.1, slowest.0, peak());
    assert_eq!(read + refused, 200);
    assert!(read > 20 && refused > 20, "{read} read, {refused} refused");
}

/// Most memory this process had at once, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map_or_else(|| "unknown".to_owned(), |peak| peak.trim().to_owned())
}

#[test]
fn a_pdf_that_ends_its_process_is_an_error_with_a_hint() {
    let (_, bytes) = hostile().into_iter().next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep.pdf");
    std::fs::write(&path, bytes).unwrap();
    let reader: Reader = reader().pdf_engine(PdfEngine::Unpdf);
    match reader.read(&path, "deep.pdf") {
        Err(error @ ReadError::Content { .. }) => assert!(error.is_content(), "{error:?}"),
        Err(error) => panic!("{error:?}"),
        // A later engine may read it.
        Ok(document) => assert_eq!(document.name, "deep.pdf"),
    }
}
