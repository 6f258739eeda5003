//! One conversation with an agent: what was said and shown so far, and when it is enough.

use std::collections::{BTreeMap, BTreeSet};

use super::AgentLimit;
use super::trace::{Step, ToolUse, UseResult};
use crate::config::Asking;
use crate::draft::Draft;
use crate::llm::{Failure, Finish, LlmError, Spoken, Usage};
use crate::pipeline::ModelFailure;
use crate::prompt::{Call, Calling, Dialogue, Fields, SUBMIT, Said, Toolbox, Turn, Wish, estimate_tokens, last_words, reminder};
use crate::validate::{Issue, Repair, Validated, Validator};

/// Less room than this for what is shown, in tokens, is none.
const LEAST_ROOM: usize = 800;
/// Tokens one step may show where the context is large or not known.
const MOST_SHOWN: usize = 4000;
/// Less of that than this is left to no further call of the step.
const LEAST_SHOWN: usize = 120;
/// How many steps in a row may show nothing new.
const MOST_IDLE: u32 = 3;
/// How often a draft may be refused.
const MOST_REFUSED: u32 = 4;
/// Tokens of a turn beside what is shown: the model's own words and calls.
const SPOKEN: usize = 400;

/// What a model is told whose draft is accepted and not the last.
const KEPT: &str = "Kept. A list held more than it may, or another call has to be mended: submit what is missing, and null or empty \
    lists for what is kept already.";

/// What a turn of the model's leads to.
pub(super) enum Heard {
    /// The next turn.
    GoOn,
    /// The end: what was accepted is the answer.
    Done,
    /// The end without an answer, for this reason; what was accepted before counts.
    Failed(ModelFailure),
    /// This model or server is not fit for it, for this reason.
    StepDown(&'static str),
}

/// A draft that follows the schema.
pub(super) struct Accepted {
    pub(super) draft: Draft,
    pub(super) repairs: Vec<Repair>,
    /// Whether it reached its token limit.
    pub(super) truncated: bool,
    /// What the model thought or noted before it.
    pub(super) thoughts: Option<String>,
}

impl Accepted {
    /// Whether it says all the model had to say: no list was longer than it may be.
    fn is_whole(&self) -> bool {
        !self.repairs.contains(&Repair::Cut)
    }
}

/// A conversation under way.
pub(super) struct Session<'a> {
    pub(super) dialogue: Dialogue,
    toolbox: &'a Toolbox<'a>,
    validator: &'a Validator,
    asking: Asking,
    /// Tokens kept free for the draft.
    draft_tokens: usize,
    /// Tokens one step may show.
    shown_at_once: usize,
    /// Tokens of instructions and functions.
    fixed: usize,
    /// Turns of the model's so far.
    steps: u32,
    /// Tokens so far.
    tokens: u64,
    /// Where in the conversation stands what was asked for.
    known: BTreeMap<Wish, usize>,
    /// Segments shown so far.
    segments: BTreeSet<u32>,
    /// Turns in a row that showed nothing new.
    idle: u32,
    /// Turns in a row without a call.
    silent: u32,
    /// Drafts refused so far.
    refused: u32,
    /// Set once the draft is asked for: the next turn is the last.
    pub(super) limit: Option<AgentLimit>,
    /// Drafts accepted so far. There are several where a list is longer than one may hold.
    pub(super) accepted: Vec<Accepted>,
    step: Option<Step>,
}

impl<'a> Session<'a> {
    pub(super) fn new(asking: Asking, toolbox: &'a Toolbox<'a>, validator: &'a Validator, dialogue: Dialogue) -> Self {
        Self {
            fixed: dialogue.estimated_tokens(),
            dialogue,
            toolbox,
            validator,
            asking,
            draft_tokens: Fields::draft_tokens(asking.scope),
            shown_at_once: MOST_SHOWN,
            steps: 0,
            tokens: 0,
            known: BTreeMap::new(),
            segments: BTreeSet::new(),
            idle: 0,
            silent: 0,
            refused: 0,
            limit: None,
            accepted: Vec::new(),
            step: None,
        }
    }

    /// Makes the conversation fit a context; old results are taken out of it. Whether that can be done, and leaves room
    /// to show anything.
    pub(super) fn fit(&mut self, context: Option<usize>) -> bool {
        let Some(context) = context else { return true };
        let prompt = context.saturating_sub(self.draft_tokens);
        let room = prompt.saturating_sub(self.fixed);
        // What one step shows must fit beside what was noted of the others.
        self.shown_at_once = (room / 2).min(MOST_SHOWN);
        room >= LEAST_ROOM && self.dialogue.fit(prompt)
    }

    /// Tokens of the next request and its answer, estimated.
    pub(super) fn context_tokens(&self) -> usize {
        self.dialogue.estimated_tokens() + self.draft_tokens
    }

    /// Tokens by which the request after the next may be longer.
    pub(super) fn growth(&self) -> usize {
        self.shown_at_once + SPOKEN
    }

    /// Counts what a turn took.
    pub(super) fn spent(&mut self, usage: Usage) {
        // A server that does not count is believed to have read what was sent.
        let taken = if usage.total_tokens > 0 { usage.total_tokens } else { (self.dialogue.estimated_tokens() + SPOKEN) as u64 };
        self.tokens = self.tokens.saturating_add(taken);
    }

    /// The limit that is reached, unless the draft is asked for already or nothing was done yet.
    pub(super) fn limit(&self, afforded: impl FnOnce(&Self) -> bool) -> Option<AgentLimit> {
        if self.limit.is_some() || self.steps == 0 {
            return None;
        }
        // The draft will be asked for in a request of about the same length.
        let next = 2 * self.dialogue.estimated_tokens() + self.growth() + self.draft_tokens;
        if self.steps >= self.asking.max_steps.get() {
            Some(AgentLimit::Steps)
        } else if self.tokens.saturating_add(next as u64) > self.asking.max_total_tokens {
            Some(AgentLimit::Tokens)
        } else if self.idle >= MOST_IDLE {
            Some(AgentLimit::Loop)
        } else if !afforded(self) {
            Some(AgentLimit::Budget)
        } else {
            None
        }
    }

    /// Asks for the draft: the next turn is the last.
    pub(super) fn finish(&mut self, limit: AgentLimit) {
        tracing::info!(limit = limit.name(), steps = self.steps, "agent is asked for its draft");
        self.limit = Some(limit);
        self.dialogue.turns.push(Turn::User(last_words(limit.sentence())));
        self.only_submit();
    }

    fn only_submit(&mut self) {
        match self.dialogue.calling {
            // Not to be told what to call, it is left nothing else.
            Calling::Free => self.dialogue.tools.retain(|tool| tool.name == SUBMIT),
            Calling::Some | Calling::Only(_) => self.dialogue.calling = Calling::Only(SUBMIT),
        }
    }

    /// What a request without an answer leads to.
    pub(super) fn failed(&mut self, error: LlmError) -> Heard {
        let refused_choice = matches!(&error, LlmError::GradeRefused { said: Some(said), .. } if said.to_string().contains("tool_choice"));
        match error {
            LlmError::GradeRefused { .. } if refused_choice && self.dialogue.calling != Calling::Free => {
                self.dialogue.calling = Calling::Free;
                if self.limit.is_some() {
                    self.only_submit();
                }
                Heard::GoOn
            }
            LlmError::GradeRefused { .. } => Heard::StepDown("tools_refused"),
            LlmError::Request { failure: Failure::Empty, .. } => self.talked(Said::default()),
            error => Heard::Failed(ModelFailure::Request(error)),
        }
    }

    /// Takes a turn of the model's.
    pub(super) fn hear(&mut self, spoken: Spoken) -> Heard {
        let Spoken { said, finish, thoughts } = spoken;
        let truncated = match finish {
            Finish::Refusal(words) => return Heard::Failed(ModelFailure::Refused(words.chars().take(200).collect())),
            Finish::ContentFilter => return Heard::Failed(ModelFailure::Filtered),
            Finish::Length => true,
            Finish::Stop | Finish::ToolCalls | Finish::Other(_) => false,
        };
        // What it noted beside its draft is held against it like what it thought.
        let thoughts = thoughts.or_else(|| (!said.words.trim().is_empty()).then(|| said.words.clone()));
        if !said.calls.is_empty() {
            return self.called(said, truncated, thoughts);
        }
        // A draft of a report it has not seen is no answer.
        if !self.segments.is_empty()
            && let Ok(accepted) = self.judge(&said.words, truncated, thoughts)
        {
            self.begin_step();
            self.accepted.push(accepted);
            return Heard::Done;
        }
        self.talked(said)
    }

    /// What was done since the last time.
    pub(super) fn take_step(&mut self) -> Option<Step> {
        let step = self.step.take()?;
        tracing::info!(step = step.number, calls = %step, tokens = self.tokens, segments = self.segments.len(), "agent");
        Some(step)
    }

    fn begin_step(&mut self) {
        self.steps = self.steps.saturating_add(1);
        self.step = Some(Step { number: self.steps, uses: Vec::new() });
    }

    fn used(&mut self, tool: &'static str, result: UseResult) {
        if let Some(step) = &mut self.step {
            step.uses.push(ToolUse { tool, result });
        }
    }

    /// A turn without a call: one reminder, then the model is taken for one that calls nothing.
    fn talked(&mut self, said: Said) -> Heard {
        self.begin_step();
        self.silent = self.silent.saturating_add(1);
        if let Some(limit) = self.limit {
            return Heard::Failed(ModelFailure::Unfinished(limit));
        }
        if !said.words.is_empty() {
            self.dialogue.say(said);
        }
        match (self.silent > 1, self.segments.is_empty()) {
            (false, _) => self.dialogue.turns.push(Turn::User(reminder().to_owned())),
            (true, true) => return Heard::StepDown("no_tool_calls"),
            (true, false) => self.finish(AgentLimit::Silence),
        }
        Heard::GoOn
    }

    /// A turn with calls.
    fn called(&mut self, said: Said, truncated: bool, thoughts: Option<String>) -> Heard {
        self.begin_step();
        self.silent = 0;
        let mut room = self.shown_at_once;
        let mut new = false;
        let (mut whole, mut refusal) = (None, None);
        for call in self.dialogue.say(said) {
            let wish = Wish::read(&call);
            let Ok(Wish::Submit(draft)) = &wish else {
                new |= self.answer(call, wish, &mut room);
                continue;
            };
            let (result, words) = match self.submitted(draft, truncated, thoughts.clone()) {
                Ok(accepted) => {
                    whole = Some(accepted.is_whole() && whole.unwrap_or(true));
                    self.accepted.push(accepted);
                    (UseResult::Accepted, KEPT.to_owned())
                }
                Err(issues) => {
                    let refused = (UseResult::Refused(issues.len()), mend(&issues));
                    refusal = Some(issues);
                    refused
                }
            };
            self.used(SUBMIT, result);
            new |= self.known.insert(Wish::Submit(draft.clone()), self.dialogue.turns.len()).is_none();
            self.result(call.id, words.clone(), words);
        }
        self.idle = if new { 0 } else { self.idle.saturating_add(1) };
        self.refused = self.refused.saturating_add(u32::from(refusal.is_some()));
        match (self.limit, whole, refusal) {
            (None, Some(true), None) | (Some(_), Some(_), _) => Heard::Done,
            (Some(_), None, Some(issues)) => Heard::Failed(ModelFailure::Invalid(issues)),
            (Some(limit), None, None) => Heard::Failed(ModelFailure::Unfinished(limit)),
            (None, _, Some(issues)) if self.refused >= MOST_REFUSED => Heard::Failed(ModelFailure::Invalid(issues)),
            (None, _, _) => Heard::GoOn,
        }
    }

    /// Answers a call that shows something. Whether it showed anything new.
    fn answer(&mut self, call: Call, wish: Result<Wish, String>, room: &mut usize) -> bool {
        let tool = match call.name.as_str() {
            "outline" => "outline",
            "find" => "find",
            "read" => "read",
            _ => "unknown",
        };
        let wish = match wish {
            Ok(wish) => wish,
            Err(words) => {
                self.used(tool, UseResult::Misused);
                self.result(call.id, words.clone(), words);
                return false;
            }
        };
        if self.known.get(&wish).is_some_and(|at| !self.dialogue.is_elided(*at)) {
            self.used(tool, UseResult::Repeated);
            let words = "You have called this before, and what it gave stands above. Read something else, or submit.".to_owned();
            self.result(call.id, words.clone(), words);
            return false;
        }
        if *room < LEAST_SHOWN {
            self.used(tool, UseResult::NoRoom);
            let words = "There was no room left in this step: call this again.".to_owned();
            self.result(call.id, words.clone(), words);
            return false;
        }
        let shown = match &wish {
            Wish::Outline(from) => self.toolbox.outline(*from, *room),
            Wish::Find(words, from) => self.toolbox.find(words, *from, *room),
            Wish::Read(place) => self.toolbox.read(place, *room),
            Wish::Submit(_) => Err("call `submit` alone".to_owned()),
        };
        match shown {
            Ok(excerpt) => {
                *room = room.saturating_sub(estimate_tokens(&excerpt.words));
                self.used(tool, UseResult::Shown(excerpt.segments.len()));
                self.segments.extend(excerpt.segments);
                self.known.insert(wish, self.dialogue.turns.len());
                self.result(call.id, excerpt.words, excerpt.digest);
                true
            }
            Err(words) => {
                self.used(tool, UseResult::Misused);
                self.result(call.id, words.clone(), words);
                false
            }
        }
    }

    fn result(&mut self, id: String, words: String, digest: String) {
        self.dialogue.turns.push(Turn::Result { id, words, digest });
    }

    /// Judges a draft that was submitted.
    fn submitted(&self, draft: &str, truncated: bool, thoughts: Option<String>) -> Result<Accepted, Vec<Issue>> {
        if self.segments.is_empty() && self.limit.is_none() {
            return Err(issue("nothing of the report has been read yet: call `outline`, then `read`"));
        }
        self.judge(draft, truncated, thoughts)
    }

    fn judge(&self, text: &str, truncated: bool, thoughts: Option<String>) -> Result<Accepted, Vec<Issue>> {
        let Validated { draft, repairs } = if truncated { self.validator.validate_cut(text) } else { self.validator.validate(text) };
        let draft = draft?;
        // Whatever else is in braces becomes an empty draft once all that is missing is filled in.
        if draft == Draft::default() && repairs.contains(&Repair::Filled) {
            return Err(issue("nothing is filled in: every property of the schema is expected"));
        }
        Ok(Accepted { draft, repairs, truncated, thoughts })
    }
}

/// Errors of a draft as they go back to the model.
fn mend(issues: &[Issue]) -> String {
    let lines: Vec<String> = issues.iter().map(|issue| format!("- {issue}")).collect();
    format!("Not accepted:\n{}\nMend this and submit the whole object again.", lines.join("\n"))
}

fn issue(message: &str) -> Vec<Issue> {
    vec![Issue { pointer: String::new(), message: message.to_owned() }]
}
