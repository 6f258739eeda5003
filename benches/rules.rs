//! How fast the rules read: the whole path from bytes to record, on one core.
//!
//! Held against Python's `re` running fourteen patterns of disclaimers alone on the same texts in the same run, so that
//! the figure means the same on every machine. `cargo bench`; `cargo bench -- FILE…` reads other reports.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints")]

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sellside::Document;
use sellside::document::MAX_BYTES;
use sellside::pipeline::extract_by_rules;

/// Rounds of which the fastest counts, here and in the script.
const ROUNDS: usize = 5;
/// Sizes of the growth table in bytes, from a note to a book.
const SIZES: [usize; 7] = [1_000, 10_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000];
/// What a text made to be slow repeats.
const HOSTILE: [&str; 24] = [
    "关注",
    "推荐",
    "评级",
    "买入",
    "增持",
    "风险提示",
    "资料来源",
    "证券",
    "股份有限公司",
    "分析师",
    "目标价",
    "S0870522020001",
    "2024年1月1日",
    "600000.SH",
    "(",
    "[",
    "“",
    "<",
    "<!--",
    "$",
    "\t",
    "\n",
    "| ",
    "a",
];

fn main() -> Result<(), Box<dyn Error>> {
    let named: Vec<PathBuf> = std::env::args_os().skip(1).filter(|argument| argument != "--bench").map(PathBuf::from).collect();
    let paths = if named.is_empty() { examples()? } else { named };
    let files = paths.iter().map(std::fs::read).collect::<Result<Vec<_>, _>>()?;
    let texts = files
        .iter()
        .map(|bytes| Ok(Document::from_bytes("-", bytes)?.source.as_str().to_owned()))
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let bytes: usize = texts.iter().map(String::len).sum();

    let first = timed(|| read(&files));
    let rules = (0..ROUNDS).map(|_| timed(|| read(&files))).min().unwrap_or(first);
    println!("{} reports, {:.3} MB as UTF-8, fastest of {ROUNDS} rounds", files.len(), megabytes(bytes));
    println!("rules, bytes to record     {:8.2} MB/s {:8.1} reports/s", rate(bytes, rules), count(files.len()) / rules.as_secs_f64());
    println!("first round, patterns made {:8.3} s", first.as_secs_f64());
    match python(&texts) {
        Ok(seconds) => {
            println!("Python, fourteen patterns  {:8.2} MB/s", rate(bytes, seconds));
            println!("rules : Python             {:8.2} times as fast", seconds.as_secs_f64() / rules.as_secs_f64());
        }
        Err(error) => println!("Python, fourteen patterns: not measured: {error}"),
    }
    growth(&texts.join("\n"));
    hostile();
    Ok(())
}

/// Reports of the repository, in order.
fn examples() -> Result<Vec<PathBuf>, std::io::Error> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/reports");
    let mut paths = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('0')));
    paths.sort();
    Ok(paths)
}

fn read(files: &[Vec<u8>]) {
    for bytes in files {
        one(bytes);
    }
}

fn one(bytes: &[u8]) {
    if let Ok(document) = Document::from_bytes("-", bytes) {
        black_box(extract_by_rules(&document));
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

/// Runs the script on the same texts.
fn python(texts: &[String]) -> Result<Duration, Box<dyn Error>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/fourteen.py");
    let mut child = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or("no standard input")?.write_all(texts.join("\0").as_bytes())?;
    let output = child.wait_with_output()?;
    let printed = String::from_utf8(output.stdout)?;
    let seconds: f64 = printed.split_whitespace().next().ok_or("python3 printed nothing")?.parse()?;
    Ok(Duration::from_secs_f64(seconds))
}

/// Time per byte of longer and longer texts.
fn growth(text: &str) {
    println!("\ngrowth (an input has at most {:.0} MB)", megabytes(usize::try_from(MAX_BYTES).unwrap_or(usize::MAX)));
    println!("{:>10} {:>10} {:>12} {:>8}", "bytes", "seconds", "ns/byte", "ratio");
    let mut base = None;
    for size in SIZES {
        let bytes = filled(text, size);
        // A short text is read again and again, so that the clock sees something.
        let times = (1_usize << 18).div_ceil(size);
        let seconds = timed(|| (0..times).for_each(|_| one(&bytes))).as_secs_f64() / count(times);
        let each = seconds / count(bytes.len()) * 1e9;
        println!("{size:>10} {seconds:>10.4} {each:>12.1} {:>8.2}", each / *base.get_or_insert(each));
    }
}

/// Texts of one thing repeated: how much dearer a byte becomes when there is sixteen times as much of it.
fn hostile() {
    println!("\nhostile: ns/byte of 64 KB and of 1 MB of the same words");
    for words in HOSTILE {
        let [short, long] = [1 << 16, 1 << 20].map(|size| {
            let bytes = filled(words, size);
            // Blanks alone are refused at once.
            let bytes = [b"A report. ".as_slice(), &bytes, b" The end."].concat();
            timed(|| one(&bytes)).as_secs_f64() / count(bytes.len()) * 1e9
        });
        println!("{:<24} {short:>10.1} {long:>10.1} {:>8.2}", format!("{words:?}"), long / short);
    }
}

/// `text` again and again up to a size, cut at a character.
fn filled(text: &str, size: usize) -> Vec<u8> {
    let mut words = text.repeat(size.div_ceil(text.len().max(1)));
    words.truncate(words.floor_char_boundary(size));
    words.into_bytes()
}

fn megabytes(bytes: usize) -> f64 {
    count(bytes) / 1e6
}

fn rate(bytes: usize, time: Duration) -> f64 {
    megabytes(bytes) / time.as_secs_f64()
}

#[allow(clippy::cast_precision_loss, reason = "sizes and counts are far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}
