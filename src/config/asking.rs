//! How a report is put to a model: how much of it, in how many requests, how often.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most drafts of one report that may be asked for.
const MOST_VOTES: u32 = 99;
/// Most steps of an agent that may be asked for.
const MOST_STEPS: u32 = 999;
/// Fewest tokens an agent can do anything with: its instructions are sent with every step.
const FEWEST_TOKENS: u64 = 10_000;

/// How a report is put to a model. The default costs least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Asking {
    /// How much of a report is sent. Default: `zones`.
    pub scope: Scope,
    /// Whether a report that does not fit the model's context is sent in several requests. Default: `true`. With
    /// `false` what does not fit is left out, contacts and legal text first.
    pub split: bool,
    /// How many independent drafts the model writes; each field goes to the majority. Default: 1.
    #[schemars(range(min = 1, max = 99))]
    pub votes: NonZeroU32,
    /// Whether the model is shown the report or asks for what it wants to see of it. Default: `one-shot`.
    #[serde(skip_serializing_if = "is_default")]
    pub mode: Mode,
    /// Most requests of an agent before it is asked for its draft. Default: 24.
    #[schemars(range(min = 1, max = 999))]
    #[serde(skip_serializing_if = "is_default_steps")]
    pub max_steps: NonZeroU32,
    /// Most tokens of an agent's requests and answers together, by the server's count where it gives one. Default:
    /// 200,000.
    #[schemars(range(min = 10_000))]
    #[serde(skip_serializing_if = "is_default_tokens")]
    pub max_total_tokens: u64,
}

const DEFAULT_STEPS: NonZeroU32 = NonZeroU32::MIN.saturating_add(23);
const DEFAULT_TOKENS: u64 = 200_000;

// What was recorded before there were agents has none of these, and is written as it was.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_default(mode: &Mode) -> bool {
    *mode == Mode::OneShot
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_default_steps(steps: &NonZeroU32) -> bool {
    *steps == DEFAULT_STEPS
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_default_tokens(tokens: &u64) -> bool {
    *tokens == DEFAULT_TOKENS
}

impl Default for Asking {
    fn default() -> Self {
        Self {
            scope: Scope::Zones,
            split: true,
            votes: NonZeroU32::MIN,
            mode: Mode::OneShot,
            max_steps: DEFAULT_STEPS,
            max_total_tokens: DEFAULT_TOKENS,
        }
    }
}

/// Two ways of asking that cannot be had at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AskingError {
    /// Votes count drafts that were made the same way; an agent reads something else each time.
    #[error("an agent writes one draft, and {0} votes are asked for")]
    Votes(NonZeroU32),
    /// An agent asks for what it wants to see; nothing is left out for length.
    #[error("an agent is not shown the report at once, so nothing of it can be left out for length")]
    Split,
}

impl AskingError {
    /// What to do next.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Votes(_) => "use `--votes 1` with `--mode agent`, or `--mode one-shot`",
            Self::Split => "leave `--no-split` (`split = false`) out with `--mode agent`, or use `--mode one-shot`",
        }
    }
}

impl Asking {
    /// What is wrong with a value: its field, and what it must be.
    pub(super) fn fault(self) -> Option<(&'static str, &'static str)> {
        if self.votes.get() > MOST_VOTES {
            return Some(("votes", "at most 99"));
        }
        if self.max_steps.get() > MOST_STEPS {
            return Some(("max_steps", "at most 999"));
        }
        (self.max_total_tokens < FEWEST_TOKENS).then_some(("max_total_tokens", "at least 10000"))
    }

    /// Checks that what is asked for can be had at once.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check(self) -> Result<(), AskingError> {
        match self.mode {
            Mode::Agent if self.votes > NonZeroU32::MIN => Err(AskingError::Votes(self.votes)),
            Mode::Agent if !self.split => Err(AskingError::Split),
            Mode::Agent | Mode::OneShot => Ok(()),
        }
    }
}

/// Who decides what of a report the model reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It is shown the report, at once or in parts.
    OneShot,
    /// It asks for what it wants to see, by calling functions.
    Agent,
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "one-shot" => Ok(Self::OneShot),
            "agent" => Ok(Self::Agent),
            _ => Err("must be `one-shot` or `agent`".to_owned()),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OneShot => "one-shot",
            Self::Agent => "agent",
        })
    }
}

/// How much of a report is sent to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// What the fields asked for can stand in, by zone and by cue; neither legal text nor statements of accounts.
    Zones,
    /// All of it.
    Full,
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "zones" => Ok(Self::Zones),
            "full" => Ok(Self::Full),
            _ => Err("must be `zones` or `full`".to_owned()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Zones => "zones",
            Self::Full => "full",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_neither_votes_nor_leaves_out() {
        let agent = Asking { mode: Mode::Agent, ..Asking::default() };
        assert_eq!((agent.check(), Asking::default().check()), (Ok(()), Ok(())));
        let three = NonZeroU32::MIN.saturating_add(2);
        assert_eq!(Asking { votes: three, ..agent }.check(), Err(AskingError::Votes(three)));
        assert_eq!(Asking { split: false, ..agent }.check(), Err(AskingError::Split));
        assert_eq!(Asking { votes: three, split: false, ..Asking::default() }.check(), Ok(()));
    }

    #[test]
    fn what_is_as_ever_is_written_as_ever() {
        let written = |asking: Asking| serde_json::to_value(asking).unwrap();
        assert_eq!(written(Asking::default()), serde_json::json!({"scope": "zones", "split": true, "votes": 1}));
        let agent = Asking { mode: Mode::Agent, max_total_tokens: 50_000, ..Asking::default() };
        assert_eq!(
            written(agent),
            serde_json::json!({"scope": "zones", "split": true, "votes": 1, "mode": "agent", "max_total_tokens": 50_000})
        );
        assert_eq!(serde_json::from_value::<Asking>(written(agent)).unwrap(), agent);
    }
}
