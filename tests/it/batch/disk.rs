//! What can become of a run's folder: full, read-only, in use by something else, taken away. Each ends in an error that says what,
//! where and what next; what was committed stays, and the same command goes on there.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Ran, asked, lines, names, records, run, server, workspace};
use crate::model::draft;
use crate::support::server::{Answer, Server};
use crate::support::workspace::{Workspace, skipped};

/// Reports of a run.
const REPORTS: usize = 24;
/// Requests at once.
const TOGETHER: usize = 4;

/// The program after some lines of shell, which find its command line in `"$@"`.
async fn shell(workspace: &Workspace, prefix: &[&str], script: &str, server: &Server, out: &str) -> Ran {
    let program = workspace.command(&[]).get_program().to_owned();
    let (first, rest) = prefix.split_first().map_or(("sh", prefix), |(first, rest)| (*first, rest));
    let mut command = Command::new(first);
    for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "SELLSIDE_MODEL", "SELLSIDE_CONFIG"] {
        command.env_remove(name);
    }
    let shell = if prefix.is_empty() { &["-c"][..] } else { &["sh", "-c"][..] };
    command.current_dir(workspace.path()).args(rest).args(shell).args([script, "sh"]).arg(program);
    command.args(["batch", "in", "--no-cache", "--base-url", &server.base_url, "--model", "m", "--out", out]);
    command.args(["--concurrency", &TOGETHER.to_string()]).stdin(Stdio::null());
    tokio::task::spawn_blocking(move || Ran::from(command.output().unwrap())).await.unwrap()
}

/// How a file system of a test's own can be mounted: as root in a name space that ends with the test, else as root of such a
/// one. Says why where neither goes.
fn mounting() -> Option<&'static [&'static str]> {
    let ways: [&[&str]; 2] = [&["unshare", "--mount"], &["unshare", "--map-root-user", "--mount"]];
    let goes = |way: &&&[&str]| {
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).args(["mount", "-t", "tmpfs", "tmpfs", "/tmp"]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let way = ways.iter().find(goes).copied();
    if way.is_none() {
        skipped("no file system can be mounted here");
    }
    way
}

fn all_names() -> Vec<String> {
    (0..REPORTS).map(|number| format!("{number:03}.txt")).collect()
}

/// After the obstacle is gone: all records, and no more requests than were in flight when it came, or answered and on their
/// way to the disk.
async fn goes_on(workspace: &Workspace, server: &Server, out: &str) {
    let ran = run(workspace, server, &["in", "--no-cache", "--out", out]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(names(&records(workspace, out)), all_names());
    paid_once(server);
}

fn paid_once(server: &Server) {
    assert_eq!(asked(server).len(), REPORTS);
    let sent = server.asked().len();
    assert!(sent <= REPORTS + 2 * TOGETHER, "{sent} requests for {REPORTS} reports");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_on_the_size_of_files_ends_a_run_as_a_full_disk_does() {
    let (workspace, server) = (workspace(REPORTS), server().await);
    // In blocks of 512 bytes or 1,024, as the shell has it.
    let ran = shell(&workspace, &[], "ulimit -f 600; exec \"$@\"", &server, "run").await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("error: could not use `run/run.sqlite`\n  caused by: "), "{}", ran.stderr);
    assert!(ran.stderr.contains(" of 24 reports "), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: ") && ran.stderr.contains("what was kept is safe"), "{}", ran.stderr);
    assert!((2..REPORTS).contains(&server.asked().len()), "{}", server.asked().len());
    goes_on(&workspace, &server, "run").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_a_run_and_the_same_command_goes_on_when_there_is_space() {
    let Some(mounting) = mounting() else { return };
    let (workspace, server) = (workspace(REPORTS), server().await);
    std::fs::create_dir(workspace.path().join("disk")).unwrap();
    let script = "mount -t tmpfs -o size=64m tmpfs disk && head -c 66700000 /dev/zero > disk/filler || exit 99
        \"$@\"; echo \"full: $?\"; ls disk/run
        rm disk/filler
        \"$@\"; echo \"space: $?\"; cp disk/run/records.jsonl run.jsonl";
    let ran = shell(&workspace, mounting, script, &server, "disk/run").await;
    assert!(ran.stdout.starts_with("full: 2\n") && ran.stdout.ends_with("space: 0\n"), "{ran:?}");
    // Nothing half written lies about.
    assert!(!ran.stdout.contains(".tmp") && !ran.stdout.contains("records.jsonl"), "{}", ran.stdout);
    let said =
        "error: could not use `disk/run/run.sqlite`\n  caused by: database or disk is full\nhint: free some space, then run the same";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert!(ran.stderr.contains(" of 24 reports are done and kept in `disk/run`\n"), "{}", ran.stderr);
    let records = lines(&workspace.path().join("run.jsonl"));
    assert_eq!(names(&records), all_names());
    paid_once(&server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_does_not_fit_says_so_and_the_run_is_whole() {
    let Some(mounting) = mounting() else { return };
    let (workspace, server) = (workspace(4), server().await);
    let ran = run(&workspace, &server, &["in", "--no-cache", "--out", "run"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    std::fs::create_dir(workspace.path().join("disk")).unwrap();
    for form in ["csv", "jsonl", "sqlite"] {
        let script = format!(
            "mount -t tmpfs -o size=4k tmpfs disk && head -c 4096 /dev/zero > disk/filler
            \"$1\" export run --to {form} --output disk/table; echo \"full: $?\"; ls disk"
        );
        let ran = shell(&workspace, mounting, &script, &server, "run").await;
        assert_eq!(ran.stdout, "full: 2\nfiller\n", "{form}: {}", ran.stderr);
        assert!(ran.stderr.contains("disk/table`\n  caused by: "), "{form}: {}", ran.stderr);
        assert!(ran.stderr.contains("hint: free some space"), "{form}: {}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_only_be_read_is_refused_before_anything_is_sent() {
    let (workspace, server) = (workspace(2), server().await);
    let place = workspace.path().join("place");
    std::fs::create_dir(&place).unwrap();
    let mut permissions = std::fs::metadata(&place).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&place, permissions).unwrap();
    // What a user may not write, root may: there the whole file system is read-only.
    let is_root = std::fs::write(place.join("x"), "").is_ok();
    let (prefix, script) = if is_root {
        let Some(mounting) = mounting() else { return };
        (mounting, "rm place/x; mount -t tmpfs -o ro tmpfs place || exit 99; exec \"$@\"")
    } else {
        (&[][..], "exec \"$@\"")
    };
    for (out, what) in [("place", "open `place/run.lock`"), ("place/run", "create `place/run`")] {
        let ran = shell(&workspace, prefix, script, &server, out).await;
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("error: could not {what}\n  caused by: ")), "{}", ran.stderr);
        assert!(ran.stderr.contains("hint: make the folder writable, then run the same command again; or name another"), "{}", ran.stderr);
    }
    assert_eq!(server.asked().len(), 0);
}

/// Runs that may only be read: one that came to its end, and one that was killed with commits in its log, with and without
/// the log's index.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_may_only_be_read_is_read() {
    let Some(mounting) = mounting() else { return };
    let (workspace, server) = (workspace(2), server().await);
    let ran = run(&workspace, &server, &["in", "--no-cache", "--out", "place"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let place = workspace.path().join("place");
    {
        // A commit stays in the log as long as somebody has the database open.
        let open = sellside::store::RunStore::open(&place).unwrap();
        open.set("since", "the end".to_owned()).unwrap();
        for folder in ["killed", "without-index"] {
            std::fs::create_dir(workspace.path().join(folder)).unwrap();
            for name in ["run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "run.lock"] {
                std::fs::copy(place.join(name), workspace.path().join(folder).join(name)).unwrap();
            }
        }
    }
    std::fs::remove_file(workspace.path().join("without-index/run.sqlite-shm")).unwrap();
    let script = |folder: &str| {
        format!(
            "mount --bind {folder} {folder} && mount -o remount,bind,ro {folder} {folder} || exit 99
            \"$1\" export {folder} --to csv --output {folder}.csv; echo \"export: $?\"
            \"$1\" compare {folder} --output {folder}.txt; echo \"compare: $?\"
            \"$1\" check --matrix {folder} --output {folder}.matrix; echo \"check: $?\"
            \"$1\" review {folder} --output {folder}-1.html; echo \"review: $?\"
            \"$1\" review {folder} --output {folder}-2.html; echo \"again: $?\"
            \"$1\" review {folder} --to-gold {folder}-gold --all; echo \"gold: $?\"
            \"$1\" review {folder} --undo; echo \"undo: $?\"
            \"$1\" review {folder}; echo \"into: $?\""
        )
    };
    for folder in ["place", "killed"] {
        let ran = shell(&workspace, mounting, &script(folder), &server, "x").await;
        assert_eq!(
            ran.stdout, "export: 0\ncompare: 0\ncheck: 0\nreview: 0\nagain: 0\ngold: 0\nundo: 2\ninto: 2\n",
            "{folder}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains(&format!("error: could not write `{folder}/")), "{}", ran.stderr);
        assert!(ran.stderr.contains("or name another place"), "{}", ran.stderr);
        let file = |name: String| std::fs::read(workspace.path().join(name)).unwrap();
        assert_eq!(file(format!("{folder}.csv")).iter().filter(|byte| **byte == b'\n').count(), 3);
        // Decisions are kept in the browser by the run's name, which is the same each time.
        assert_eq!(file(format!("{folder}-1.html")), file(format!("{folder}-2.html")));
    }
    let ran = shell(&workspace, mounting, &script("without-index"), &server, "x").await;
    assert_eq!(ran.stdout, "export: 2\ncompare: 2\ncheck: 2\nreview: 2\nagain: 2\ngold: 2\nundo: 2\ninto: 2\n", "{}", ran.stderr);
    let said = "error: `without-index/run.sqlite-wal` holds what a stopped process kept last, and cannot be read where nothing may be \
                written\nhint: copy the run's folder to where you may write";
    assert_eq!(ran.stderr.matches(said).count(), 7, "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_where_the_folder_should_be_is_refused_before_anything_is_sent() {
    let (workspace, server) = (workspace(2), server().await);
    workspace.file("taken", "mine");
    for out in ["taken", "taken/run"] {
        let ran = run(&workspace, &server, &["in", "--no-cache", "--out", out]).await;
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("error: could not create `{out}`\n  caused by: ")), "{}", ran.stderr);
        assert!(ran.stderr.contains("hint: something else has this name: name another place"), "{}", ran.stderr);
    }
    assert_eq!(server.asked().len(), 0);
    assert_eq!(std::fs::read_to_string(workspace.path().join("taken")).unwrap(), "mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_put_in_their_place_are_written_by_the_next_run() {
    let (workspace, server) = (workspace(REPORTS), server().await);
    let run_folder = workspace.path().join("run");
    std::fs::create_dir(&run_folder).unwrap();
    // As begun by a run before.
    let ran = run(&workspace, &server, &["in/000.txt", "--no-cache", "--out", "run"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    std::fs::remove_file(run_folder.join("records.jsonl")).unwrap();
    std::fs::create_dir(run_folder.join("records.jsonl")).unwrap();
    let ran = run(&workspace, &server, &["in", "--no-cache", "--out", "run"]).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("24 of 24 reports are done and kept in `run`\nerror: could not write `run/records.jsonl`\n"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("hint: something else has this name"), "{}", ran.stderr);
    std::fs::remove_dir(run_folder.join("records.jsonl")).unwrap();
    let sent = server.asked().len();
    goes_on(&workspace, &server, "run").await;
    assert_eq!(server.asked().len(), sent, "a finished run asked again");
}

async fn slow() -> Server {
    Server::model(|_| Answer::says(&draft().to_string()).after(Duration::from_millis(400))).await
}

/// A run that has some records, while it waits for answers.
async fn under_way(workspace: &Workspace, server: &Server) -> tokio::task::JoinHandle<Ran> {
    let program = workspace.command(&[]).get_program().to_owned();
    let mut command = Command::new(program);
    for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "SELLSIDE_MODEL", "SELLSIDE_CONFIG"] {
        command.env_remove(name);
    }
    command.current_dir(workspace.path()).args([
        "batch",
        "in",
        "--no-cache",
        "--base-url",
        &server.base_url,
        "--model",
        "m",
        "--out",
        "run",
    ]);
    command.args(["--concurrency", &TOGETHER.to_string()]).stdin(Stdio::null());
    let running = tokio::task::spawn_blocking(move || Ran::from(command.output().unwrap()));
    while server.asked().len() < 2 * TOGETHER + 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    running
}

fn taken_away(ran: &Ran) {
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let said = "error: the folder `run` was taken away while the run was writing to it\nhint: if it was moved, go on there with `--out`";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    // What is gone is not kept.
    assert!(!ran.stderr.contains("are done and kept"), "{}", ran.stderr);
}

fn rename(workspace: &Workspace, from: &str, to: &str) {
    std::fs::rename(workspace.path().join(from), workspace.path().join(to)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_moved_ends_the_run_and_it_goes_on_there() {
    let (workspace, server) = (workspace(REPORTS), slow().await);
    let running = under_way(&workspace, &server).await;
    rename(&workspace, "run", "moved");
    taken_away(&running.await.unwrap());
    let sent = server.asked().len();
    assert!(sent < REPORTS, "{sent}");
    goes_on(&workspace, &server, "moved").await;
    // What was under way was finished and kept.
    assert_eq!(server.asked().len(), REPORTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_another_run_has_put_in_its_place_is_left_alone() {
    let (workspace, server) = (workspace(REPORTS), slow().await);
    let running = under_way(&workspace, &server).await;
    rename(&workspace, "run", "moved");
    let other = run(&workspace, &server, &["in/000.txt", "--no-cache", "--out", "run"]).await;
    assert_eq!(other.code, 0, "{}", other.stderr);
    let before = std::fs::read(records_of(&workspace)).unwrap();
    taken_away(&running.await.unwrap());
    assert_eq!(std::fs::read(records_of(&workspace)).unwrap(), before);
}

fn records_of(workspace: &Workspace) -> std::path::PathBuf {
    Path::new(workspace.path()).join("run/records.jsonl")
}
