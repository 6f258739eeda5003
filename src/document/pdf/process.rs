//! Another program, bounded in time and in what it may say.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take to end after its last word.
const GRACE: Duration = Duration::from_secs(5);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(2);
/// Bytes of what it complains about that are kept.
const COMPLAINTS: u64 = 64 * 1024;

/// How a program ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself.
    Done(Said),
    /// It took longer than it may.
    TooLong,
    /// It said more than it may.
    TooMuch,
}

/// What a program said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) status: ExitStatus,
    pub(super) output: Vec<u8>,
    pub(super) complaints: String,
}

/// What a program may do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// For how long.
    pub(super) wall: Duration,
    /// Bytes it may say.
    pub(super) most: u64,
    /// Whether it may start others: then they are ended with it.
    pub(super) group: bool,
}

/// Runs a program on `input`; ended when it goes beyond its bounds.
///
/// # Errors
/// When the program cannot be started or waited for.
pub(super) fn run(mut command: Command, input: &[u8], bounds: Bounds) -> io::Result<Ended> {
    let Bounds { wall, most, group } = bounds;
    #[cfg(unix)]
    if group {
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let until = Instant::now() + wall;
    thread::scope(|scope| {
        // A program may end before it has read everything.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let complaints = scope.spawn(move || drain(stderr, COMPLAINTS));
        let (send, receive) = channel();
        scope.spawn(move || send.send(drain(stdout, most)));
        let (output, over) = match receive.recv_timeout(wall) {
            Ok(said) => said?,
            Err(RecvTimeoutError::Timeout) => {
                end(&mut child, group);
                return Ok(Ended::TooLong);
            }
            Err(RecvTimeoutError::Disconnected) => (Vec::new(), false),
        };
        if over {
            end(&mut child, group);
            return Ok(Ended::TooMuch);
        }
        let Some(status) = wait(&mut child, until.max(Instant::now() + GRACE))? else {
            end(&mut child, group);
            return Ok(Ended::TooLong);
        };
        // Whatever it started and left behind holds the pipes open.
        if group {
            end_group(&child);
        }
        let complaints = complaints.join().ok().and_then(Result::ok).map(|(bytes, _)| bytes).unwrap_or_default();
        Ok(Ended::Done(Said { status, output, complaints: String::from_utf8_lossy(&complaints).into_owned() }))
    })
}

/// Reads at most `most` bytes, and tells whether there are more. What is beyond is not read: the writer waits or is ended.
fn drain(from: Option<impl Read>, most: u64) -> io::Result<(Vec<u8>, bool)> {
    let Some(from) = from else { return Ok((Vec::new(), false)) };
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    let over = bytes.len() as u64 > most;
    Ok((bytes, over))
}

fn wait(child: &mut Child, until: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        match child.try_wait()? {
            Some(status) => return Ok(Some(status)),
            None if Instant::now() >= until => return Ok(None),
            None => thread::sleep(LOOK),
        }
    }
}

/// Ends a program and, where it has a group, everything it started.
fn end(child: &mut Child, group: bool) {
    if group {
        end_group(child);
    }
    // It may have ended by itself meanwhile; then there is nothing to end, and waiting takes it off the list.
    let _ = child.kill();
    let _ = child.wait();
}

fn end_group(child: &Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // Gone already is as good.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = child;
}

/// How a program ended that should have ended well.
pub(super) fn fate(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return match signal {
            // SIGXCPU, and SIGKILL at the hard limit.
            24 | 9 => "used up its processor time".to_owned(),
            _ => format!("was ended by signal {signal}"),
        };
    }
    match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => "was ended".to_owned(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn bounds(wall: Duration, most: u64) -> Bounds {
        Bounds { wall, most, group: true }
    }

    #[test]
    fn what_a_program_says_comes_back() {
        let Ended::Done(said) = run(shell("cat; echo bad >&2; exit 3"), b"words", bounds(GRACE, 100)).unwrap() else { panic!() };
        assert_eq!((said.output.as_slice(), said.complaints.as_str(), said.status.code()), (&b"words"[..], "bad\n", Some(3)));
    }

    #[test]
    fn a_program_that_goes_on_is_ended_with_its_children() {
        let started = Instant::now();
        assert!(matches!(run(shell("sleep 60 & sleep 60"), b"", bounds(Duration::from_millis(200), 100)).unwrap(), Ended::TooLong));
        assert!(matches!(run(shell("yes"), b"", bounds(GRACE, 1000)).unwrap(), Ended::TooMuch));
        // The child keeps the pipe of complaints open after its parent has ended.
        assert!(matches!(run(shell("exec >&-; sleep 60 & exit 0"), b"", bounds(GRACE, 100)).unwrap(), Ended::Done(_)));
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn input_nobody_reads_is_no_error() {
        assert!(matches!(run(shell("exit 0"), &vec![0; 1 << 20], bounds(GRACE, 100)).unwrap(), Ended::Done(_)));
    }
}
