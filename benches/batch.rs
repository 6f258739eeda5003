//! How fast a batch is against a server with a fixed latency on this machine, and what it costs beside waiting.
//!
//! `cargo bench --bench batch`; numbers of reports can be given: `cargo bench --bench batch -- 2000 10000`. The server is a
//! process of its own, so that its processor time can be told apart. Processor time and memory are read from `/proc`.
//!
//! The last figure is that of a large run that finds everything finished. Its reports are short and read by the rules alone, so
//! that making them takes minutes and not hours; `SELLSIDE_BENCH_FINISHED` asks for fewer, or for none with 0.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints")]

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use sellside::Document;
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Time the server takes for each answer.
const LATENCY: Duration = Duration::from_millis(200);
/// Requests at once.
const AT_ONCE: usize = 64;
/// Reports of the first and, for memory, of the second run.
const REPORTS: [usize; 2] = [1000, 4000];
/// Reports of the small and of the large run that are finished.
const FINISHED: [usize; 2] = [2000, 100_000];
/// Clock ticks of `/proc` in a second, on every Linux there is.
const TICKS: f64 = 100.0;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if arguments.first().is_some_and(|argument| argument == "--serve") {
        return tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve());
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse().ok());
    let few = numbers.next().unwrap_or(REPORTS[0]);
    let many = numbers.next().unwrap_or(REPORTS[1]);
    let folder = tempfile::tempdir()?;
    let texts = texts()?;
    let bytes: usize = write_reports(folder.path(), &texts, many)?;
    println!("{AT_ONCE} at once, {} ms for each answer, reports of {} KB", LATENCY.as_millis(), bytes / many / 1000);

    let mut server = Server::start()?;
    start_up(folder.path())?;
    let first = run(folder.path(), &server.url, "few", few)?;
    tell(&first, few, bytes / many, server.processor_time()?);
    let again = run(folder.path(), &server.url, "few", few)?;
    println!("resume, {few} finished      {:8.2} s", again.elapsed.as_secs_f64());
    let second = run(folder.path(), &server.url, "many", many)?;
    println!(
        "memory                      {:8.1} MB at {few}, {:.1} MB at {many}: {:.2} times",
        megabytes(first.peak),
        megabytes(second.peak),
        float(second.peak) / float(first.peak)
    );
    python(folder.path(), &server.url, few, &first)?;
    server.child.kill()?;
    let large = std::env::var("SELLSIDE_BENCH_FINISHED").ok().and_then(|text| text.parse().ok()).unwrap_or(FINISHED[1]);
    if large > 0 {
        finished(folder.path(), [FINISHED[0].min(large), large])?;
    }
    Ok(())
}

/// What a run takes that finds everything finished: a small one and a large one, in folders of short reports.
fn finished(folder: &Path, counts: [usize; 2]) -> Outcome<()> {
    let mut each = Vec::new();
    for count in counts {
        let (reports, out) = (format!("short-{count}"), format!("finished-{count}"));
        write_short(&folder.join(&reports), count)?;
        let read = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_sellside"));
            command.args(["batch", &reports, "--rules-only", "--out", &out, "--quiet"]).current_dir(folder);
            watched(command)
        };
        let first = read()?;
        let again = read()?;
        println!(
            "{count} finished        {:8.2} s, {:.1} s of processor time, {:.1} MB (made in {:.0} s)",
            again.elapsed.as_secs_f64(),
            again.processor,
            megabytes(again.peak),
            first.elapsed.as_secs_f64()
        );
        each.push((again.elapsed.as_secs_f64() / float(count), again.peak));
    }
    if let [small, large] = each[..] {
        println!("resume, a finished report   {:8.0} µs", large.0 * 1e6);
        println!(
            "of many : of few            {:8.2} times the time, {:.2} times the memory",
            large.0 / small.0,
            float(large.1) / float(small.1)
        );
    }
    Ok(())
}

/// Writes short reports that are all different, a thousand to a folder.
fn write_short(folder: &Path, count: usize) -> Outcome<()> {
    for number in 0..count {
        let place = folder.join(format!("{:03}", number / 1000));
        if number % 1000 == 0 {
            fs::create_dir_all(&place)?;
        }
        let text = format!(
            "望江证券\n证券研究报告\n临河科技（688999.SH）第{number}号点评\n投资评级：增持（维持）\n日期：2025年03月04日\n\
             分析师：方某某\n执业证书编号：S9710520030001\n公司营业收入{number}亿元，我们维持增持评级。\n风险提示：铸件价格上涨。\n"
        );
        fs::write(place.join(format!("{number:06}.txt")), text)?;
    }
    Ok(())
}

/// A run of the program.
struct Ran {
    elapsed: Duration,
    /// Processor time in seconds.
    processor: f64,
    /// Peak of resident memory in KB.
    peak: usize,
}

/// Reads the first `count` reports.
fn run(folder: &Path, url: &str, out: &str, count: usize) -> Outcome<Ran> {
    let list: String = (0..count).map(|number| format!("{number}.md\n")).collect();
    fs::write(folder.join("list"), list)?;
    let at_once = AT_ONCE.to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sellside"));
    command.args(["batch", "--from", "list", "--out", out, "--base-url", url, "--model", "m", "--no-cache", "--quiet"]);
    command.args(["--concurrency", &at_once]).current_dir(folder);
    for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "SELLSIDE_MODEL", "SELLSIDE_CONFIG"] {
        command.env_remove(name);
    }
    watched(command)
}

/// Runs a command and watches what it takes.
fn watched(mut command: Command) -> Outcome<Ran> {
    let before = children_time()?;
    let started = Instant::now();
    let mut child = command.spawn()?;
    let mut peak = 0;
    let status = loop {
        peak = peak.max(peak_memory(child.id()).unwrap_or_default());
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    if !status.success() {
        return Err(format!("the run ended with {status}").into());
    }
    Ok(Ran { elapsed: started.elapsed(), processor: children_time()? - before, peak })
}

fn tell(ran: &Ran, count: usize, bytes: usize, server: f64) {
    let seconds = ran.elapsed.as_secs_f64();
    let ideal = float(count.div_ceil(AT_ONCE)) * LATENCY.as_secs_f64();
    let each = ran.processor / float(count) * 1000.0;
    println!("{count} reports               {seconds:8.2} s, {:.1} reports/s", float(count) / seconds);
    println!("throughput : ideal          {:8.3} (ideal {ideal:.2} s)", ideal / seconds);
    println!("processor time a report     {each:8.2} ms, {:.3} ms a KB", each / (float(bytes) / 1000.0));
    println!("the server's own            {:8.2} ms a request", server / float(count) * 1000.0);
}

fn start_up(folder: &Path) -> Outcome<()> {
    let mut times = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sellside"));
        command.args(["cache", "path"]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        times.push(started.elapsed());
    }
    let fastest = times.into_iter().min().unwrap_or_default();
    println!("start-up                    {:8.1} ms", fastest.as_secs_f64() * 1000.0);
    Ok(())
}

/// The same texts through a Python client that does the request and its own validation, where it is installed.
fn python(folder: &Path, url: &str, count: usize, ours: &Ran) -> Outcome<()> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructor_client.py");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let importable = Command::new(&python).args(["-c", "import instructor"]).stderr(Stdio::null()).status();
    if !importable.is_ok_and(|status| status.success()) {
        println!("Python, instructor: not measured: it is not installed (`PYTHON` names an interpreter that has it)");
        return Ok(());
    }
    let mut command = Command::new(python);
    command.arg(script).args([url, &count.to_string(), &AT_ONCE.to_string()]).current_dir(folder);
    let theirs = watched(command)?;
    let each = |ran: &Ran| ran.processor / float(count) * 1000.0;
    println!("Python, instructor          {:8.2} ms a report, {:.1} reports/s", each(&theirs), float(count) / theirs.elapsed.as_secs_f64());
    println!("Python : ours               {:8.2} times the processor time", each(&theirs) / each(ours));
    Ok(())
}

/// The example reports as UTF-8.
fn texts() -> Outcome<Vec<String>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/reports");
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('0')));
    paths.sort();
    paths.iter().map(|path| Ok(Document::from_bytes("-", &fs::read(path)?)?.source.as_str().to_owned())).collect()
}

/// Writes reports that are all different, and tells their size in bytes.
fn write_reports(folder: &Path, texts: &[String], count: usize) -> Outcome<usize> {
    let mut bytes = 0;
    for (number, text) in texts.iter().cycle().take(count).enumerate() {
        let text = format!("{text}\n第{number}号\n");
        bytes += text.len();
        fs::write(folder.join(format!("{number}.md")), text)?;
    }
    Ok(bytes)
}

/// The server, a process of its own.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?).arg("--serve").stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut url)?;
        Ok(Self { child, url: url.trim().to_owned() })
    }

    /// Its processor time so far, in seconds.
    fn processor_time(&self) -> Outcome<f64> {
        times(&fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?, [11, 12])
    }
}

async fn serve() -> Outcome<()> {
    let draft = json!({
        "product": null, "publisher": null, "authors": [], "subject": null, "ratings": [], "target_price": null, "rating_scales": [],
        "mentions": [], "sector_calls": [], "risks": [], "related_reports": [], "estimates": [], "key_points": [{ "kind": "fact", "at": 9 }],
    });
    let message = json!({ "role": "assistant", "content": draft.to_string() });
    let usage = json!({ "prompt_tokens": 4000, "completion_tokens": 300, "total_tokens": 4300 });
    let answer =
        json!({ "id": "c", "model": "m", "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }], "usage": usage });
    let answer = answer.to_string();
    let router = Router::new().fallback(move |body: axum::body::Bytes| {
        let answer = answer.clone();
        async move {
            drop(body);
            tokio::time::sleep(LATENCY).await;
            ([(CONTENT_TYPE, "application/json")], answer)
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/v1", listener.local_addr()?);
    std::io::stdout().flush()?;
    axum::serve(listener, router).await?;
    Ok(())
}

/// Processor time of the children that were waited for, in seconds.
fn children_time() -> Outcome<f64> {
    times(&fs::read_to_string("/proc/self/stat")?, [13, 14])
}

/// Two fields of a `stat` line, counted after the name in parentheses, added up.
fn times(line: &str, fields: [usize; 2]) -> Outcome<f64> {
    let rest: Vec<&str> = line.rsplit(')').next().ok_or("no name")?.split_whitespace().collect();
    let field = |at: usize| Ok::<f64, Box<dyn Error>>(rest.get(at).ok_or("too short")?.parse()?);
    Ok((field(fields[0])? + field(fields[1])?) / TICKS)
}

fn peak_memory(process: u32) -> Option<usize> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok())
}

fn megabytes(kilobytes: usize) -> f64 {
    float(kilobytes) / 1000.0
}

#[allow(clippy::cast_precision_loss, reason = "sizes and counts are far below 2^52")]
fn float(number: usize) -> f64 {
    number as f64
}
