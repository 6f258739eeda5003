//! Tries out which grades a server really supports, with one tiny question each.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::error::LlmError;
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

impl OpenAiModel {
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
        schema: json!({
            "type": "object",
            "properties": { "probe": { "type": "string", "enum": [TOKEN] } },
            "required": ["probe"],
            "additionalProperties": false,
        }),
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
}
