//! Asking the model about one document: in one request or in parts, once or several times.

use super::agent::{Ended, Step};
use super::queue::Queue;
use super::{ExtractError, Extractor, ModelFailure};
use crate::config::Mode;
use crate::document::Document;
use crate::domain::record::{Grading, Strategy};
use crate::domain::{Reading, Span};
use crate::draft::Draft;
use crate::ground::{doubt, ground};
use crate::llm::{Attempt, Completion, Finish, LlmError, Model, Usage};
use crate::merge;
use crate::prompt::{Part, Prompt, PromptError, estimate_tokens};
use crate::validate::{Issue, Repair};
use crate::zones::Zones;

/// How often a report is parted anew because the server's context is smaller than was thought.
const MOST_PLANS: usize = 6;
/// What asking the model gave.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) reading: Option<Reading>,
    pub(super) failure: Option<ModelFailure>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) usage: Usage,
    pub(super) grade: Option<Grading>,
    pub(super) strategy: Option<Strategy>,
    pub(super) prompt_hash: Option<String>,
    pub(super) issues: Vec<String>,
    /// What an agent did.
    pub(super) steps: Vec<Step>,
    /// Whether a question waits for a batch of the provider's: what was read so far is not all.
    pub(super) posted: bool,
}

impl Asked {
    /// Names something that went wrong or was mended; once, however many requests it happened to.
    pub(super) fn issue(&mut self, issue: impl Into<String>) {
        let issue = issue.into();
        if !self.issues.contains(&issue) {
            self.issues.push(issue);
        }
    }
}

/// One report as it is put to one model.
pub(super) struct Interview<'a> {
    pub(super) extractor: &'a Extractor,
    pub(super) model: &'a Model,
    pub(super) document: &'a Document,
    pub(super) zones: &'a Zones,
    /// Stretches of text meant for the model, in characters of the source.
    pub(super) suspicious: &'a [Span],
    /// What prompt and answer must fit into, as far as that is known.
    pub(super) context: Option<usize>,
}

impl Interview<'_> {
    /// Asks for as many drafts as there are votes, and settles them.
    pub(super) async fn run(mut self, asked: &mut Asked) -> Result<(), ExtractError> {
        // An agent reads something else each time: its drafts are no votes.
        let votes = if self.extractor.asking.mode == Mode::Agent { 1 } else { self.extractor.asking.votes.get() };
        let mut drafts = Vec::new();
        for _ in 0..votes {
            match self.draft(asked).await? {
                Ok(reading) => drafts.push(reading),
                Err(failure) => {
                    let stop = matches!(failure, ModelFailure::Request(_));
                    if votes > 1 {
                        asked.issue(format!("vote_failed:{}", failure.code()));
                    }
                    asked.failure = Some(failure);
                    if stop {
                        break;
                    }
                }
            }
        }
        if votes > 1 {
            asked.issue(format!("votes:{}", drafts.len()));
        }
        if !drafts.is_empty() {
            asked.failure = None;
            asked.reading = Some(if votes > 1 { merge::votes(drafts) } else { merge::parts(drafts) });
        }
        Ok(())
    }

    /// One draft of the whole report.
    async fn draft(&mut self, asked: &mut Asked) -> Result<Result<Reading, ModelFailure>, ExtractError> {
        if self.extractor.asking.mode == Mode::Agent {
            match self.agent(asked).await? {
                Ended::Read(reading) => return Ok(Ok(*reading)),
                Ended::Failed(failure) => return Ok(Err(failure)),
                Ended::StepDown(reason) => {
                    tracing::info!(reason, "agent given up for one-shot");
                    asked.issue(format!("agent_given_up:{reason}"));
                }
            }
        }
        self.parts(asked).await
    }

    /// One draft of the whole report, from all its parts. What was read before a part failed counts.
    async fn parts(&mut self, asked: &mut Asked) -> Result<Result<Reading, ModelFailure>, ExtractError> {
        let mut readings = Vec::new();
        // What was complete of answers that were cut off, where asking again in smaller requests failed.
        let mut cut = Vec::new();
        let mut failed: Option<ModelFailure> = None;
        for attempt in 1..=MOST_PLANS {
            let plan = match self.extractor.plan(self.document, self.zones, self.context) {
                Ok(plan) => plan,
                // The server's context, as it turned out, holds not even the instructions.
                Err(PromptError::NoRoom { .. }) if failed.is_some() => {
                    asked.issue("part_failed:context_overflow");
                    break;
                }
                Err(error) => return Err(error.into()),
            };
            asked.strategy = Some(if plan.parts.len() > 1 { Strategy::Split } else { Strategy::OneShot });
            asked.prompt_hash = plan.parts.first().map(|part| part.prompt.hash.clone());
            for kind in &plan.left_out {
                asked.issue(format!("left_out:{}", kind.name()));
            }
            let mut queue = Queue::new(plan.parts);
            let came = self.all_of(&mut queue, attempt < MOST_PLANS, &mut readings, asked).await?;
            if matches!(came, Came::Overflow { .. }) {
                queue.give_up();
            }
            cut.extend(queue.halves());
            match came {
                Came::Overflow { error, tried } => {
                    self.context = Some(smaller(&error, tried, self.context));
                    asked.issue("parted_anew");
                    failed = Some(ModelFailure::Request(error));
                }
                Came::Answers(failure) => {
                    failed = failure;
                    break;
                }
            }
        }
        if failed.is_some() && !cut.is_empty() {
            asked.issue("truncated");
            readings.append(&mut cut);
        }
        match failed {
            Some(failure) if readings.is_empty() => Ok(Err(failure)),
            _ => Ok(Ok(merge::parts(readings))),
        }
    }

    /// Asks about all parts of a plan, in smaller parts where an answer is too long.
    async fn all_of(
        &self,
        queue: &mut Queue<Part, Reading>,
        may_plan_anew: bool,
        readings: &mut Vec<Reading>,
        asked: &mut Asked,
    ) -> Result<Came, ExtractError> {
        let split = self.extractor.asking.split;
        let mut failed = None;
        while let Some(waiting) = queue.next() {
            let part = &waiting.part;
            let answered = self.part(part, asked).await?;
            let too_long = matches!(&answered, Ok(Read { whole: false, .. }) | Err(Unread { too_long: true, .. }));
            if too_long
                && split
                && queue.may_part(&waiting)
                && let Some(smaller) = self.extractor.templates.parted(self.document, part)?
            {
                // Servers have limits of their own on an answer, and name them nowhere.
                let half = answered.ok().map(|Read { draft, reasoning, .. }| self.grounded(*draft, reasoning.as_deref()));
                asked.strategy = Some(Strategy::Split);
                queue.part(&waiting, smaller, half);
                continue;
            }
            match answered.map_err(|unread| unread.failure) {
                Ok(Read { draft, reasoning, truncated, .. }) => {
                    if truncated {
                        // What was complete before the limit counts; what came after is missing, and the record says so.
                        asked.issue("truncated");
                    }
                    readings.push(self.grounded(*draft, reasoning.as_deref()));
                }
                Err(ModelFailure::Request(error)) if split && may_plan_anew && is_overflow(&error) => {
                    queue.failed(&waiting);
                    return Ok(Came::Overflow { error, tried: part.context_tokens() });
                }
                Err(failure) => {
                    // An answer that cannot be used concerns its part; a server that gives none has failed for all.
                    // What is posted goes with one batch, all parts of it.
                    let stop = matches!(&failure, ModelFailure::Request(error) if !matches!(error, LlmError::Posted));
                    if queue.is_split() {
                        asked.issue(format!("part_failed:{}", failure.code()));
                    }
                    failed = Some(failure);
                    queue.failed(&waiting);
                    if stop {
                        let left = queue.give_up();
                        if left > 0 {
                            asked.issue(format!("parts_not_asked:{left}"));
                        }
                        break;
                    }
                }
            }
        }
        Ok(Came::Answers(failed))
    }

    /// What a draft says, every value at its place. Parts and drafts are merged after this, so that their places count.
    pub(super) fn grounded(&self, draft: Draft, reasoning: Option<&str>) -> Reading {
        let mut reading = ground(self.document, self.zones, self.suspicious, draft);
        if let Some(reasoning) = reasoning {
            doubt(&mut reading, reasoning);
        }
        reading
    }

    /// One part, once more with the errors when its answer does not follow the schema.
    async fn part(&self, part: &Part, asked: &mut Asked) -> Result<Result<Read, Unread>, ExtractError> {
        let (answer, issues) = match self.answer(part, &part.prompt, asked).await? {
            Answer::Read(read) => return Ok(Ok(read)),
            Answer::None(failure) => return Ok(Err(failure.into())),
            Answer::Invalid { text, issues } => (text, issues),
        };
        let Some(again) = self.again(part, &answer, &issues)? else {
            return Ok(Err(Unread { failure: ModelFailure::Invalid(issues), too_long: true }));
        };
        asked.issue("reasked");
        Ok(match self.answer(part, &again, asked).await? {
            Answer::Read(read) => Ok(read),
            Answer::None(failure) => Err(failure.into()),
            Answer::Invalid { issues, .. } => Err(ModelFailure::Invalid(issues).into()),
        })
    }

    /// The prompt that asks again: with the answer where both fit the context, else with the errors alone, else none.
    fn again(&self, part: &Part, answer: &str, issues: &[Issue]) -> Result<Option<Prompt>, ExtractError> {
        let lines: Vec<String> = issues.iter().map(ToString::to_string).collect();
        // The next answer will be about as long as the last.
        let next = estimate_tokens(answer);
        for answer in [Some(answer), None] {
            let again = self.extractor.templates.render_again(&part.prompt, answer, &lines)?;
            if self.context.is_none_or(|context| again.estimated_tokens() + next <= context) {
                return Ok(Some(again));
            }
        }
        Ok(None)
    }

    /// One question.
    async fn answer(&self, part: &Part, prompt: &Prompt, asked: &mut Asked) -> Result<Answer, ExtractError> {
        let Completion { outcome, grade, attempts, usage, .. } = self.model.complete(&self.document.name, prompt).await;
        asked.attempts.extend(attempts);
        asked.usage += usage;
        asked.grade = grade.or(asked.grade);
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error @ LlmError::NoRecording { .. }) => return Err(ExtractError::Replay(error)),
            Err(error) => {
                asked.posted |= matches!(error, LlmError::Posted);
                return Ok(Answer::None(ModelFailure::Request(error)));
            }
        };
        let truncated = match reply.finish {
            Finish::Refusal(words) => return Ok(Answer::None(ModelFailure::Refused(words.chars().take(200).collect()))),
            Finish::ContentFilter => return Ok(Answer::None(ModelFailure::Filtered)),
            Finish::Length => true,
            Finish::Stop | Finish::ToolCalls | Finish::Other(_) => false,
        };
        let validator = self.extractor.validators.of(part.fields, &prompt.schema)?;
        let validated = if truncated { validator.validate_cut(&reply.text) } else { validator.validate(&reply.text) };
        Ok(match validated.draft {
            Ok(draft) => {
                for repair in &validated.repairs {
                    asked.issue(format!("repaired:{}", repair.name()));
                }
                Answer::Read(Read {
                    reasoning: reply.thoughts(),
                    draft: Box::new(draft),
                    truncated,
                    whole: !truncated && !validated.repairs.contains(&Repair::Cut),
                })
            }
            Err(_) if truncated => Answer::None(ModelFailure::Truncated),
            Err(issues) => Answer::Invalid { text: reply.text, issues },
        })
    }
}

/// What asking about the parts of a plan gave.
enum Came {
    /// Answers, but for what failed last.
    Answers(Option<ModelFailure>),
    /// The server's context is smaller than was thought; `tried` is what it was thought to hold.
    Overflow { error: LlmError, tried: usize },
}

/// An answer that can be used.
struct Read {
    draft: Box<Draft>,
    /// What the model thought before it answered, where it said so.
    reasoning: Option<String>,
    /// Whether it reached its token limit.
    truncated: bool,
    /// Whether the model said all it had to say: it reached neither that limit nor the end of a list.
    whole: bool,
}

/// Why a part has no answer.
struct Unread {
    failure: ModelFailure,
    /// Whether half of it might have one: the answer, or asking for it again, needs more room than there is.
    too_long: bool,
}

impl From<ModelFailure> for Unread {
    fn from(failure: ModelFailure) -> Self {
        Self { too_long: matches!(failure, ModelFailure::Truncated), failure }
    }
}

/// What one question gave.
enum Answer {
    Read(Read),
    /// Nothing, and asking again would not help.
    None(ModelFailure),
    Invalid {
        text: String,
        issues: Vec<Issue>,
    },
}

pub(super) fn is_overflow(error: &LlmError) -> bool {
    matches!(error, LlmError::Request { failure: crate::llm::Failure::Http(said), .. } if said.is_context_overflow())
}

/// What prompt and answer shall fit into from now on: the number the server names, else a half of what was tried.
pub(super) fn smaller(error: &LlmError, tried: usize, context: Option<usize>) -> usize {
    let tried = context.unwrap_or(usize::MAX).min(tried);
    let said = match error {
        LlmError::Request { failure, .. } => failure.reason().unwrap_or_default(),
        _ => String::new(),
    };
    let numbers = said.split(|c: char| !c.is_ascii_digit()).filter_map(|run| run.parse::<usize>().ok());
    match numbers.filter(|number| *number >= 1000).min() {
        Some(named) if named < tried => named,
        // Our estimate of tokens was too low.
        Some(_) => tried / 4 * 3,
        None => tried / 2,
    }
}
