//! The only place that prints: data to stdout, talk to stderr.

use std::io::{self, IsTerminal, Write};

use super::error::{CliError, Exit};

/// Prints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    quiet: bool,
}

impl Printer {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Writes data to stdout. A reader that went away (`| head`) is no error.
    #[expect(clippy::unused_self, reason = "data goes through the printer")]
    pub(crate) fn data(self, text: &str) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") });
        match written.and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(CliError::could_not_run(anyhow::Error::new(error).context("could not write to standard output")))
            }
            _ => Ok(()),
        }
    }

    /// Says something to people.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// Says something to a program that reads stderr line by line, also when quiet.
    pub(crate) fn event(self, json: &str) {
        self.line(json);
    }

    /// Whether notes are printed, and a terminal shows them.
    pub(crate) fn draws(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Whether only data, warnings and errors are wanted.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Warns people, also when quiet.
    pub(crate) fn warning(self, text: &str, causes: impl Iterator<Item = String>, hint: Option<&str>) {
        self.line(&format!("warning: {text}"));
        for cause in causes {
            self.line(&format!("  caused by: {cause}"));
        }
        if let Some(hint) = hint.filter(|_| !self.quiet) {
            self.line(&format!("hint: {hint}"));
        }
    }

    /// Says what went wrong, why, what next.
    pub(crate) fn error(self, error: &CliError) {
        for (at, line) in error.chain().enumerate() {
            self.line(&format!("{}: {line}", if at == 0 { "error" } else { "  caused by" }));
        }
        if let Some(hint) = error.hint() {
            self.line(&format!("hint: {hint}"));
        }
    }

    #[expect(clippy::unused_self, reason = "talk goes through the printer")]
    fn line(self, text: &str) {
        // Nothing can be said about a stderr that cannot be written to.
        let _ = writeln!(io::stderr().lock(), "{}", visible(text));
    }
}

/// Text of unknown origin for a terminal: control and direction-changing characters are shown, not obeyed.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        if (c.is_control() && c != '\n') || hidden {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// An exit that depends on whether something failed.
pub(crate) fn exit_if(failed: bool) -> Exit {
    if failed { Exit::Failed } else { Exit::Done }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn a_terminal_is_never_driven_by_a_report() {
        assert_eq!(visible("买入\u{1b}[31m\u{202e}"), "买入\\u{1b}[31m\\u{202e}");
        assert_eq!(visible("两行\n正文"), "两行\n正文");
    }
}
