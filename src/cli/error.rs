//! What went wrong, why, what next; and the exit code.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Finished, but a document's content or its model reader failed, or a threshold was met.
    Failed,
    /// Could not run: usage, configuration, environment, a path that cannot be opened.
    CouldNotRun,
    /// Interrupted.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::CouldNotRun => 2,
            Exit::Interrupted => 130,
        })
    }
}

/// An error for people.
#[derive(Debug)]
pub(crate) struct CliError {
    error: anyhow::Error,
    hint: Option<String>,
    exit: Exit,
}

impl CliError {
    /// The run could not start.
    pub(crate) fn could_not_run(error: impl Into<anyhow::Error>) -> Self {
        Self { error: error.into(), hint: None, exit: Exit::CouldNotRun }
    }

    /// The content of a document, or its model reader, failed.
    pub(crate) fn failed(error: impl Into<anyhow::Error>) -> Self {
        Self { error: error.into(), hint: None, exit: Exit::Failed }
    }

    /// Says what to do next.
    pub(crate) fn hinted(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hint = hint.map(Into::into);
        self
    }

    /// What, then why.
    pub(crate) fn chain(&self) -> impl Iterator<Item = String> {
        self.error.chain().map(ToString::to_string)
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The exit code it leads to.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }
}
