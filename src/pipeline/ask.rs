//! Asking the model about one document.

use super::{ExtractError, Extractor, ModelFailure};
use crate::document::Document;
use crate::domain::record::Grading;
use crate::draft::Draft;
use crate::llm::{Attempt, Completion, Finish, LlmError, Model, Usage};
use crate::prompt::Prompt;
use crate::validate::Issue;
use crate::zones::Zones;

/// Tokens kept free for the answer when a model's context is bounded.
const ANSWER_TOKENS: usize = 3000;

/// What asking the model gave.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) draft: Option<Draft>,
    /// What the model thought before it answered, where it said so.
    pub(super) reasoning: Option<String>,
    pub(super) failure: Option<ModelFailure>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) usage: Usage,
    pub(super) grade: Option<Grading>,
    pub(super) prompt_hash: Option<String>,
    pub(super) issues: Vec<String>,
}

impl Extractor {
    /// Tokens the prompt may have: what the model's context holds without the answer.
    pub(super) fn budget(&self) -> Option<usize> {
        let tokens = self.model.as_ref().and_then(Model::context_tokens)?;
        Some((tokens as usize).saturating_sub(ANSWER_TOKENS))
    }

    /// Asks the model, once more with the errors when its answer does not follow the schema.
    pub(super) async fn ask(&self, model: &Model, document: &Document, zones: &Zones, asked: &mut Asked) -> Result<(), ExtractError> {
        let (prompt, left_out) = self.templates.render(document, zones, self.budget())?;
        asked.prompt_hash = Some(prompt.hash.clone());
        asked.issues.extend(left_out.iter().map(|kind| format!("left_out:{}", kind.name())));
        let Some((answer, issues)) = self.one_answer(model, document, &prompt, asked).await? else { return Ok(()) };
        let lines: Vec<String> = issues.iter().map(ToString::to_string).collect();
        let again = self.templates.render_again(&prompt, &answer, &lines)?;
        asked.issues.push("reasked".to_owned());
        if let Some((_, issues)) = self.one_answer(model, document, &again, asked).await? {
            asked.failure = Some(ModelFailure::Invalid(issues));
        }
        Ok(())
    }

    /// One question. Returns the answer and its issues where asking again may help.
    async fn one_answer(
        &self,
        model: &Model,
        document: &Document,
        prompt: &Prompt,
        asked: &mut Asked,
    ) -> Result<Option<(String, Vec<Issue>)>, ExtractError> {
        let Completion { outcome, grade, attempts, usage, .. } = model.complete(&document.name, prompt).await;
        asked.attempts.extend(attempts);
        asked.usage += usage;
        asked.grade = grade.or(asked.grade);
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error @ LlmError::NoRecording { .. }) => return Err(ExtractError::Replay(error)),
            Err(error) => {
                asked.failure = Some(ModelFailure::Request(error));
                return Ok(None);
            }
        };
        let truncated = match reply.finish {
            Finish::Refusal(words) => {
                asked.failure = Some(ModelFailure::Refused(words.chars().take(200).collect()));
                return Ok(None);
            }
            Finish::ContentFilter => {
                asked.failure = Some(ModelFailure::Filtered);
                return Ok(None);
            }
            Finish::Length => true,
            Finish::Stop | Finish::ToolCalls | Finish::Other(_) => false,
        };
        let validated = if truncated { self.validator.validate_cut(&reply.text) } else { self.validator.validate(&reply.text) };
        match validated.draft {
            Ok(draft) => {
                asked.issues.extend(validated.repairs.iter().map(|repair| format!("repaired:{}", repair.name())));
                if truncated {
                    // What was complete before the limit counts; what came after is missing, and the record says so.
                    asked.issues.push("truncated".to_owned());
                }
                asked.reasoning = reply.thoughts();
                asked.draft = Some(draft);
                Ok(None)
            }
            Err(_) if truncated => {
                asked.failure = Some(ModelFailure::Truncated);
                Ok(None)
            }
            Err(issues) => Ok(Some((reply.text, issues))),
        }
    }
}
