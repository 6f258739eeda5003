//! How a report is put to a model: how much of it, in how many requests, how often.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most drafts of one report that may be asked for.
const MOST_VOTES: u32 = 99;

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
}

impl Default for Asking {
    fn default() -> Self {
        Self { scope: Scope::Zones, split: true, votes: NonZeroU32::MIN }
    }
}

impl Asking {
    /// What is wrong with a value: its field, and what it must be.
    pub(super) fn fault(self) -> Option<(&'static str, &'static str)> {
        (self.votes.get() > MOST_VOTES).then_some(("votes", "at most 99"))
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
