//! Tries out which grades a server really supports, with one tiny question each.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::error::{Failure, LlmError};
use super::{OpenAiModel, Usage, grade};
use crate::domain::record::Grading;
use crate::prompt::{Message, Prompt, Role};

/// The one value the probe's schema allows. It stands nowhere in the words, so that only a schema that is obeyed can
/// bring it back.
const TOKEN: &str = "k7q";

/// What a server does with one grade.
#[derive(Debug)]
pub struct Probe {
    /// The grade tried.
    pub grade: Grading,
    /// What became of it.
    pub outcome: ProbeOutcome,
    /// Tokens it took.
    pub usage: Usage,
    /// How long it took.
    pub elapsed: Duration,
}

/// What became of a probe.
#[derive(Debug)]
pub enum ProbeOutcome {
    /// The answer is what the grade promises.
    Supported,
    /// The server accepts the grade and does not do as it says.
    Ignored,
    /// The server refuses the grade, with this reason.
    Refused(String),
    /// The question could not be asked.
    Failed(LlmError),
}

impl Probe {
    /// Whether further questions are useless: a wrong key, address or model, no money, nobody there, or no answer even
    /// to plain words. A server that fails in one other grade may well answer in the next.
    pub fn is_hopeless(&self) -> bool {
        let ProbeOutcome::Failed(error) = &self.outcome else { return false };
        if self.grade == Grading::Prompt {
            return true;
        }
        let absent = |failure: &Failure| {
            matches!(failure, Failure::Connect { .. } | Failure::Timeout) || matches!(failure, Failure::Http(error) if error.status == 429)
        };
        error.is_fatal() || matches!(error, LlmError::Request { failure, .. } if absent(failure))
    }
}

/// The grade `auto` should begin with, by what probes found: the first that does what it promises, in the order given,
/// else the first that is accepted at all.
pub fn best_grade(probes: &[Probe]) -> Option<Grading> {
    let first = |fits: fn(&ProbeOutcome) -> bool| probes.iter().find(|probe| fits(&probe.outcome)).map(|probe| probe.grade);
    first(|outcome| matches!(outcome, ProbeOutcome::Supported)).or_else(|| first(|outcome| matches!(outcome, ProbeOutcome::Ignored)))
}

impl OpenAiModel {
    /// Asks one tiny question in each grade, in plain words first: where that fails, nothing else can work, and the
    /// failure is told apart from what a grade does. `each` is told what is asked next. Stops where asking on is
    /// useless; the probe that says so is the last. Else they come in the order `auto` tries them, the others behind.
    pub async fn probe_all(&self, mut each: impl FnMut(Grading)) -> Vec<Probe> {
        let tried = self.grades();
        let order: Vec<Grading> = tried.iter().copied().chain(grade::ALL.into_iter().filter(|grade| !tried.contains(grade))).collect();
        let mut probes = Vec::new();
        let plain_first = std::iter::once(Grading::Prompt).chain(order.iter().copied().filter(|grade| *grade != Grading::Prompt));
        for grade in plain_first {
            each(grade);
            probes.push(self.probe(grade).await);
            if probes.last().is_some_and(Probe::is_hopeless) {
                return probes;
            }
        }
        probes.sort_by_key(|probe| order.iter().position(|grade| *grade == probe.grade));
        probes
    }

    /// Asks one tiny question in one grade: a real request that costs a few tokens.
    pub async fn probe(&self, grade: Grading) -> Probe {
        let started = Instant::now();
        let completion = self.ask_once(grade, &prompt()).await;
        let outcome = match completion.outcome {
            Ok(reply) if keeps_promise(&reply.text, grade) => ProbeOutcome::Supported,
            Ok(_) => ProbeOutcome::Ignored,
            Err(error @ LlmError::GradeRefused { .. }) => {
                let said = std::error::Error::source(&error).map(ToString::to_string);
                ProbeOutcome::Refused(said.unwrap_or_else(|| error.to_string()))
            }
            Err(error) => ProbeOutcome::Failed(error),
        };
        Probe { grade, outcome, usage: completion.usage, elapsed: started.elapsed() }
    }
}

fn prompt() -> Prompt {
    Prompt {
        messages: vec![Message {
            role: Role::User,
            content: "Answer with one JSON object that has one member, `probe`, a short text.".to_owned(),
        }],
        schema: Arc::new(json!({
            "type": "object",
            "properties": { "probe": { "type": "string", "enum": [TOKEN] } },
            "required": ["probe"],
            "additionalProperties": false,
        })),
        schema_name: "probe".to_owned(),
        hash: String::new(),
    }
}

fn keeps_promise(text: &str, grade: Grading) -> bool {
    let bare = serde_json::from_str::<Value>(text.trim());
    match grade {
        Grading::JsonSchema | Grading::Tools => bare.is_ok_and(|json| json == json!({ "probe": TOKEN })),
        Grading::JsonObject => bare.is_ok_and(|json| json.is_object()),
        Grading::Prompt => grade::holds_json(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_promised_counts() {
        let cases = [
            (r#"{"probe":"k7q"}"#, [true, true, true, true]),
            (r#" {"probe":"hello"} "#, [false, false, true, true]),
            ("```json\n{\"probe\":\"hello\"}\n```", [false, false, false, true]),
            ("hello", [false, false, false, false]),
        ];
        for (text, expected) in cases {
            assert_eq!(grade::ALL.map(|grade| keeps_promise(text, grade)), expected, "{text}");
        }
        assert!(!prompt().messages[0].content.contains(TOKEN));
    }

    #[test]
    fn what_works_is_better_than_what_is_merely_accepted() {
        use Grading::{JsonObject, JsonSchema, Prompt, Tools};
        let probe = |grade, outcome| Probe { grade, outcome, usage: Usage::default(), elapsed: Duration::ZERO };
        let refused = || ProbeOutcome::Refused("no".to_owned());
        let best = |outcomes: [ProbeOutcome; 4]| {
            let probes: Vec<_> =
                [JsonSchema, Tools, JsonObject, Prompt].into_iter().zip(outcomes).map(|(grade, outcome)| probe(grade, outcome)).collect();
            best_grade(&probes)
        };
        use ProbeOutcome::{Ignored, Supported};
        assert_eq!(best([Supported, Supported, Supported, Supported]), Some(JsonSchema));
        assert_eq!(best([Ignored, refused(), Supported, Supported]), Some(JsonObject));
        assert_eq!(best([refused(), Ignored, Ignored, Ignored]), Some(Tools));
        assert_eq!(best([refused(), refused(), refused(), refused()]), None);
    }

    #[test]
    fn a_server_that_fails_in_one_grade_is_asked_on() {
        use super::super::server_error::ServerError;
        let hopeless = |failure| {
            let outcome = ProbeOutcome::Failed(LlmError::request(1, Duration::ZERO, "http://x", failure));
            Probe { grade: Grading::Tools, outcome, usage: Usage::default(), elapsed: Duration::ZERO }.is_hopeless()
        };
        let http = |status| Failure::Http(ServerError { status, ..ServerError::default() }.into());
        for failure in [http(401), http(404), http(429), Failure::Timeout, Failure::Connect { reason: "x".to_owned() }] {
            assert!(hopeless(failure.clone()), "{failure:?}");
        }
        for failure in [http(500), http(400), Failure::Empty] {
            assert!(!hopeless(failure.clone()), "{failure:?}");
        }
        let outcome = ProbeOutcome::Failed(LlmError::request(1, Duration::ZERO, "http://x", http(400)));
        assert!(Probe { grade: Grading::Prompt, outcome, usage: Usage::default(), elapsed: Duration::ZERO }.is_hopeless());
    }
}
