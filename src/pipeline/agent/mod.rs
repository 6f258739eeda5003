//! A report read step by step: the model calls functions to see it, and submits a draft.
//!
//! What the functions show is `prompt`'s business. Here the requests are made, the limits kept, and it is decided when a
//! model that does not play along is asked in the ordinary way instead.

mod session;
mod trace;

use super::ask::{Asked, Interview, is_overflow, smaller};
use super::{ExtractError, ModelFailure};
use crate::domain::Reading;
use crate::domain::record::Strategy;
use crate::llm::{Completion, LlmError};
use crate::merge;
use crate::prompt::{Fields, Toolbox};

use session::{Heard, Session};
pub use trace::{Step, ToolUse, UseResult};

/// How often a server may say that its context is smaller than was thought.
const MOST_OVERFLOWS: u32 = 6;

/// What bounds an agent. Whoever reaches a bound is asked once for its draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentLimit {
    /// The number of steps.
    Steps,
    /// The tokens of all steps together.
    Tokens,
    /// The budget has room for one more request only.
    Budget,
    /// Three steps in a row that showed nothing new.
    Loop,
    /// It stopped calling functions.
    Silence,
}

impl AgentLimit {
    /// Name in `run.issues`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Steps => "steps",
            Self::Tokens => "tokens",
            Self::Budget => "budget",
            Self::Loop => "loop",
            Self::Silence => "no_call",
        }
    }

    /// What the model is told, and people.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Steps => "The limit of steps is reached.",
            Self::Tokens => "The limit of tokens is reached.",
            Self::Budget => "The budget is nearly used up.",
            Self::Loop => "The last steps have shown nothing new.",
            Self::Silence => "No function was called.",
        }
    }

    /// What to do next.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Steps => "raise `--max-steps`, or use `--mode one-shot`",
            Self::Tokens => "raise `max_total_tokens`, or use `--mode one-shot`",
            Self::Budget => "raise `--budget`, set `max_output_tokens` lower, or use a cheaper model",
            Self::Loop | Self::Silence => "use a model that calls functions well, or `--mode one-shot`",
        }
    }
}

/// How a report read step by step ended.
pub(super) enum Ended {
    /// With a draft.
    Read(Box<Reading>),
    /// Without one.
    Failed(ModelFailure),
    /// This model, server or context is not fit for it, for this reason.
    StepDown(&'static str),
}

impl Interview<'_> {
    /// Lets the model read step by step.
    pub(super) async fn agent(&mut self, asked: &mut Asked) -> Result<Ended, ExtractError> {
        let asking = self.extractor.asking;
        let toolbox = Toolbox::new(self.document, self.zones, asking.scope);
        let dialogue = self.extractor.templates.agent(self.document, &toolbox, asking.scope)?;
        let schema = dialogue.draft_schema().cloned().unwrap_or_default();
        let validator = self.extractor.validators.of(Fields::of(asking.scope), &schema)?;
        asked.strategy = Some(Strategy::Agent);
        asked.prompt_hash = Some(dialogue.hash.clone());
        let mut session = Session::new(asking, &toolbox, &validator, dialogue);
        let mut overflows = 0;
        loop {
            if !session.fit(self.context) {
                return Ok(Ended::StepDown("context"));
            }
            let afforded = |session: &Session<'_>| self.model.affords(&self.document.name, &session.dialogue, session.growth());
            if let Some(limit) = session.limit(afforded) {
                session.finish(limit);
                continue;
            }
            let Completion { outcome, grade, attempts, usage, .. } = self.model.speak(&self.document.name, &session.dialogue).await;
            asked.attempts.extend(attempts);
            asked.usage += usage;
            asked.grade = grade.or(asked.grade);
            session.spent(usage);
            let heard = match outcome {
                Ok(spoken) => session.hear(spoken),
                Err(error @ LlmError::NoRecording { .. }) => return Err(ExtractError::Replay(error)),
                Err(error) if is_overflow(&error) && overflows < MOST_OVERFLOWS => {
                    overflows += 1;
                    self.context = Some(smaller(&error, session.context_tokens(), self.context));
                    Heard::GoOn
                }
                Err(error) => session.failed(error),
            };
            asked.steps.extend(session.take_step());
            match heard {
                Heard::GoOn => {}
                Heard::StepDown(reason) => return Ok(Ended::StepDown(reason)),
                Heard::Done => return Ok(Ended::Read(Box::new(self.answer_of(session, asked)))),
                Heard::Failed(failure) if session.accepted.is_empty() => return Ok(Ended::Failed(failure)),
                Heard::Failed(failure) => {
                    asked.issue(format!("part_failed:{}", failure.code()));
                    return Ok(Ended::Read(Box::new(self.answer_of(session, asked))));
                }
            }
        }
    }

    /// The drafts that were accepted, grounded like any other.
    fn answer_of(&self, session: Session<'_>, asked: &mut Asked) -> Reading {
        let mut readings = Vec::new();
        for accepted in session.accepted {
            for repair in &accepted.repairs {
                asked.issue(format!("repaired:{}", repair.name()));
            }
            if accepted.truncated {
                asked.issue("truncated");
            }
            readings.push(self.grounded(accepted.draft, accepted.thoughts.as_deref()));
        }
        if let Some(limit) = session.limit {
            asked.issue(format!("agent_limit:{}", limit.name()));
        }
        merge::parts(readings)
    }
}
