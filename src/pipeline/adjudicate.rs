//! Asking the model about what the two readers differ on: one short question a conflict, a forced choice, a third voice.
//!
//! What the answers do is `reconcile`'s business. Here they are only asked for, and checked: the words an answer quotes
//! must stand beside the value it takes.

use std::num::NonZeroU32;

use super::ask::Asked;
use super::{ExtractError, Extractor};
use crate::document::Document;
use crate::domain::{By, Reading, Span};
use crate::ground::quoted;
use crate::llm::{Completion, Finish, LlmError, Model};
use crate::prompt::{Question, Shown};
use crate::reconcile::{Answer, Answers, Case, Choice, Conflict, adjudicate};
use crate::validate::{Pick, choice, choice_schema};

/// Questions asked about one report where nothing else is said.
pub const QUESTIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);

/// Characters shown before and after the words of a value.
const AROUND: usize = 80;
/// Most characters of the words themselves.
const WORDS: usize = 200;

impl Extractor {
    /// Asks the model about conflicts, about at most `questions` of one report.
    #[must_use]
    pub fn with_adjudication(mut self, questions: NonZeroU32) -> Self {
        self.questions = Some(questions);
        self
    }

    /// Asks about the conflicts of two readings, those that decide something first. What is not asked or not answered
    /// stays a conflict, and `run.issues` says so.
    pub(super) async fn answers(
        &self,
        case: &Case<'_>,
        rules: Option<&Reading>,
        model_read: Option<&Reading>,
        asked: &mut Asked,
    ) -> Result<Answers, ExtractError> {
        let mut answers = Answers::new();
        // What the readers differ on is known when both are at their end.
        if asked.posted {
            return Ok(answers);
        }
        let (Some(model), Some(most), Some(rules), Some(model_read)) = (&self.model, self.questions, rules, model_read) else {
            return Ok(answers);
        };
        let (_, conflicts) = adjudicate(case.clone(), Some(rules.clone()), Some(model_read.clone()), Answers::new());
        let mut left = most.get();
        let mut unasked = 0u32;
        let mut before: Vec<&Conflict> = Vec::new();
        for conflict in &conflicts {
            // The ends of a target are mostly one number: one question will do.
            if let Some(same) = before.iter().find(|other| (&other.rules, &other.model) == (&conflict.rules, &conflict.model)) {
                if let Some(answer) = answers.get(&same.pointer).cloned() {
                    answers.insert(conflict.pointer.clone(), answer);
                }
                continue;
            }
            before.push(conflict);
            let Some(rest) = left.checked_sub(1) else {
                unasked = unasked.saturating_add(1);
                continue;
            };
            left = rest;
            match self.question(model, case.document, conflict, asked).await? {
                Ok(answer) => {
                    answers.insert(conflict.pointer.clone(), answer);
                }
                Err(Failed { code, hopeless }) => {
                    asked.issue(format!("adjudication_failed:{code}"));
                    if hopeless {
                        left = 0;
                    }
                }
            }
        }
        if unasked > 0 {
            asked.issue(format!("not_adjudicated:{unasked}"));
        }
        Ok(answers)
    }

    /// One question.
    async fn question(
        &self,
        model: &Model,
        document: &Document,
        conflict: &Conflict,
        asked: &mut Asked,
    ) -> Result<Result<Answer, Failed>, ExtractError> {
        let model_first = model_first(document, &conflict.pointer);
        let (first, second) = if model_first { (&conflict.model, &conflict.rules) } else { (&conflict.rules, &conflict.model) };
        let shown = |side: &crate::reconcile::Side| Shown::new(&side.value, document.source.slice(around(document, side.span)));
        let question = Question { field: described(&conflict.pointer), first: shown(first), second: shown(second) };
        let prompt = self.templates.render_question(document, &question, &choice_schema())?;
        let Completion { outcome, attempts, usage, .. } = model.complete(&document.name, &prompt).await;
        asked.attempts.extend(attempts);
        asked.usage += usage;
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error @ LlmError::NoRecording { .. }) => return Err(ExtractError::Replay(error)),
            Err(error) => {
                let is_posted = matches!(error, LlmError::Posted);
                asked.posted |= is_posted;
                return Ok(Err(Failed { code: error.code(), hopeless: !is_posted }));
            }
        };
        let failed = |code: &str| Ok(Err(Failed { code: code.to_owned(), hopeless: false }));
        match reply.finish {
            Finish::Refusal(_) => return failed("refused"),
            Finish::ContentFilter => return failed("content_filter"),
            Finish::Stop | Finish::ToolCalls | Finish::Other(_) | Finish::Length => {}
        }
        let Some(said) = choice(&reply.text) else { return failed("invalid") };
        let (choice, side) = match (said.choice, model_first) {
            (Pick::Neither, _) => (Choice::Neither, None),
            (Pick::First, true) | (Pick::Second, false) => (Choice::Model, Some(&conflict.model)),
            (Pick::First, false) | (Pick::Second, true) => (Choice::Rules, Some(&conflict.rules)),
        };
        let evidence = side.and_then(|side| quoted(document, &said.quote?, around(document, side.span), By::Adjudicator));
        Ok(Ok(Answer { choice, evidence }))
    }
}

/// Why a question has no answer.
struct Failed {
    code: String,
    /// Whether the next question would fare no better.
    hopeless: bool,
}

/// Whose value is shown first: by a hash, so that neither reader profits from a liking for the first or the second.
fn model_first(document: &Document, pointer: &str) -> bool {
    let hash = blake3::hash(format!("{} {pointer}", document.text_id).as_bytes());
    hash.as_bytes().first().is_some_and(|byte| byte & 1 == 1)
}

/// The words of a value and some characters around them.
fn around(document: &Document, span: Span) -> Span {
    let end = span.end.min(span.start.saturating_add(WORDS));
    Span { start: span.start.saturating_sub(AROUND), end: end.saturating_add(AROUND).min(document.source.chars()) }
}

/// What a pointer asks for, in words a model understands.
fn described(pointer: &str) -> &'static str {
    let parts: Vec<&str> = pointer.split('/').filter(|part| !part.is_empty() && part.parse::<u32>().is_err()).collect();
    match parts.as_slice() {
        ["product", "category"] => "the kind of this report (company, industry, strategy, macro, morning_note, other)",
        ["product", "title"] => "the main title of this report",
        ["product", "subtitle"] => "the second title line of this report",
        ["product", "series"] => "the name of the series this report belongs to",
        ["product", "publish_date"] => "the day this report was published",
        ["product", "period_start" | "period_end"] => "an end of the period this report covers",
        ["publisher", _] => "the name of the broker that published this report",
        ["authors", "role"] => "the role of this person (analyst, assistant, contact)",
        ["authors", "license_no"] => "the licence number of this person",
        ["authors", _] => "a detail of this author of the report",
        ["subject", "type"] => "the kind of thing this report is about (stock, industry, market, none)",
        ["subject", "name"] => "the name of the company or sector this report is about",
        ["subject", "code"] => "the security code of the company this report is about",
        ["subject", "industry"] => "the sector of what this report is about",
        ["ratings", "label"] => "the rating word this report gives its own subject",
        ["ratings", "action"] => "what this report does to the rating (initiate, maintain, upgrade, downgrade)",
        ["ratings", "prior_label"] => "the rating before this report",
        ["ratings", _] => "a detail of this report's own rating",
        ["target_price", "low" | "high"] => "the present target price of this report's own subject",
        ["target_price", "prior_low" | "prior_high"] => "the target price before this report",
        ["target_price", "current_price"] => "the market price of the subject when this report was written",
        ["target_price", "method"] => "the method of valuation behind the target price",
        ["target_price", _] => "a detail of this report's target price",
        ["rating_scales", ..] => "the definition of this grade of the rating scale",
        ["estimates"] => "this figure of the forecast table",
        ["mentions"] => "what this report says of this other company",
        ["sector_calls"] => "what this report says of this sector",
        _ => "this value of the report",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_reader_is_always_first() {
        let document = Document::from_bytes("a.txt", "望江证券".as_bytes()).unwrap();
        let first = (0..64).filter(|index| model_first(&document, &format!("/ratings/{index}/label"))).count();
        assert!((16..48).contains(&first), "{first} of 64");
        assert_eq!(model_first(&document, "/product/title"), model_first(&document, "/product/title"));
    }

    #[test]
    fn windows_stay_inside_the_text() {
        let document = Document::from_bytes("a.txt", "望江证券增持".as_bytes()).unwrap();
        assert_eq!(around(&document, Span { start: 4, end: 6 }), Span { start: 0, end: 6 });
    }
}
