//! What an agent did, without a word of the report.

use std::fmt;

/// One answer of an agent, and what its calls gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number, from 1.
    pub number: u32,
    /// The calls, in order; none where the model only talked.
    pub uses: Vec<ToolUse>,
}

/// One call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToolUse {
    /// The function; `unknown` where there is none of that name.
    pub tool: &'static str,
    /// What it gave.
    pub result: UseResult,
}

/// What a call gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseResult {
    /// So many segments.
    Shown(usize),
    /// Nothing: it cannot be done.
    Misused,
    /// Nothing: it was called before, and what it gave is still there.
    Repeated,
    /// Nothing: the step has shown enough already.
    NoRoom,
    /// So many errors of the draft.
    Refused(usize),
    /// The end.
    Accepted,
}

impl fmt::Display for ToolUse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tool = self.tool;
        match self.result {
            UseResult::Shown(_) if tool == "outline" => formatter.write_str(tool),
            UseResult::Shown(1) => write!(formatter, "{tool} (1 segment)"),
            UseResult::Shown(count) => write!(formatter, "{tool} ({count} segments)"),
            UseResult::Misused => write!(formatter, "{tool} (misused)"),
            UseResult::Repeated => write!(formatter, "{tool} (again)"),
            UseResult::NoRoom => write!(formatter, "{tool} (no room)"),
            UseResult::Refused(1) => write!(formatter, "{tool} (1 error)"),
            UseResult::Refused(count) => write!(formatter, "{tool} ({count} errors)"),
            UseResult::Accepted => write!(formatter, "{tool} (accepted)"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.uses.is_empty() {
            return formatter.write_str("no call");
        }
        for (at, used) in self.uses.iter().enumerate() {
            if at > 0 {
                formatter.write_str(", ")?;
            }
            fmt::Display::fmt(used, formatter)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_one_line() {
        let used = |tool, result| ToolUse { tool, result };
        let uses = vec![
            used("outline", UseResult::Shown(0)),
            used("read", UseResult::Shown(12)),
            used("find", UseResult::Shown(1)),
            used("unknown", UseResult::Misused),
            used("submit", UseResult::Refused(2)),
        ];
        let step = Step { number: 1, uses };
        assert_eq!(step.to_string(), "outline, read (12 segments), find (1 segment), unknown (misused), submit (2 errors)");
        assert_eq!(Step { number: 2, uses: Vec::new() }.to_string(), "no call");
    }
}
