//! Grades of structured output: their order, and when a server has refused one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::error::Failure;
use super::preset;
use crate::config::GradeSetting;
use crate::domain::record::Grading;

/// Which grade to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GradeChoice {
    /// Starts with the best the provider is known for and steps down when the server refuses it.
    #[default]
    Auto,
    /// This one, never another.
    Only(Grading),
}

/// A name that is no grade.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a grade: use `auto`, `json_schema`, `tools`, `json_object` or `prompt`")]
pub struct GradeNameError(String);

impl From<GradeSetting> for GradeChoice {
    fn from(setting: GradeSetting) -> Self {
        match setting {
            GradeSetting::Auto => Self::Auto,
            GradeSetting::JsonSchema => Self::Only(Grading::JsonSchema),
            GradeSetting::Tools => Self::Only(Grading::Tools),
            GradeSetting::JsonObject => Self::Only(Grading::JsonObject),
            GradeSetting::Prompt => Self::Only(Grading::Prompt),
        }
    }
}

impl fmt::Display for GradeChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Auto => "auto",
            Self::Only(grade) => name(*grade),
        })
    }
}

impl FromStr for GradeChoice {
    type Err = GradeNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let grade = ALL.into_iter().find(|grade| name(*grade) == text);
        grade.map(Self::Only).ok_or_else(|| GradeNameError(text.to_owned()))
    }
}

impl Serialize for GradeChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GradeChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// All grades, best first.
pub const ALL: [Grading; 4] = [Grading::JsonSchema, Grading::Tools, Grading::JsonObject, Grading::Prompt];

/// The name of a grade in flags, settings and records.
pub fn name(grade: Grading) -> &'static str {
    match grade {
        Grading::JsonSchema => "json_schema",
        Grading::Tools => "tools",
        Grading::JsonObject => "json_object",
        Grading::Prompt => "prompt",
    }
}

/// Whether a failure is the server's refusal of this grade, rather than of the request as a whole.
pub(super) fn is_refusal(failure: &Failure, grade: Grading) -> bool {
    let Failure::Http(error) = failure else { return false };
    if !matches!(error.status, 400 | 404 | 422 | 501) {
        return false;
    }
    let words = preset::words().formulas.iter().fold(error.words(), |words, formula| words.replace(formula, ""));
    // "…500 in the functions…" stands in OpenAI's message about a prompt that is too long.
    if ["context length", "context_length", "context size", "context_size", "content_filter"].iter().any(|word| words.contains(word)) {
        return false;
    }
    let named: &[&str] = match grade {
        Grading::JsonSchema => &[
            "response_format",
            "response format",
            "response_schema",
            "json_schema",
            "json schema",
            "schema",
            "structured output",
            "grammar",
        ],
        Grading::Tools => &["tool", "function", "schema", "grammar"],
        Grading::JsonObject => &["response_format", "response format", "json_object", "json mode", "json"],
        Grading::Prompt => &[],
    };
    named.iter().any(|word| words.contains(word))
}

/// Whether a JSON object stands in the text: bare, in fences, or after a model's thoughts.
pub(super) fn holds_json(text: &str) -> bool {
    let answer = text.rsplit("</think>").next().unwrap_or(text);
    let Some(start) = answer.find('{') else { return false };
    let values = serde_json::Deserializer::from_str(answer.get(start..).unwrap_or_default());
    values.into_iter::<Value>().next().is_some_and(|value| value.is_ok())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::llm::server_error::ServerError;
    use serde_json::json;

    fn refused(status: u16, message: &str, grade: Grading) -> bool {
        let body = json!({"error": {"message": message}}).to_string();
        is_refusal(&Failure::Http(ServerError::read(status, &BTreeMap::new(), &body).into()), grade)
    }

    #[test]
    fn refusals_are_told_from_other_errors() {
        use Grading::{JsonObject, JsonSchema, Prompt, Tools};
        let cases = [
            (400, "This response_format type is unavailable now", JsonSchema, true),
            (422, "This response_format type is unavailable now", JsonSchema, true),
            (400, "'response_format.type' must be 'json_schema' or 'text'", JsonObject, true),
            (400, "Invalid schema for response_format 'draft'", JsonSchema, true),
            (404, "No endpoints found that support tool use", Tools, true),
            (400, "Json mode response is not supported when enable_thinking is true", JsonObject, true),
            (400, "tool_choice 'specified' is incompatible with thinking enabled", Tools, true),
            (501, "json_schema not implemented", JsonSchema, true),
            (500, "json_schema failed", JsonSchema, false),
            (429, "too many tool calls", Tools, false),
            (404, "model `x` does not exist", JsonSchema, false),
            (400, "Unsupported value: 'temperature' does not support 0", JsonSchema, false),
            (400, "maximum context length is 8192 tokens, however you used 9000 (500 in the functions)", Tools, false),
            (400, "response_format and json are both unknown", Prompt, false),
            (400, "Invalid JSON payload received. Unknown name \"seed\": Cannot find field.", JsonObject, false),
            (400, "Invalid JSON payload received. Unknown name \"additionalProperties\" at 'tools[0].function'", Tools, true),
        ];
        for (status, message, grade, expected) in cases {
            assert_eq!(refused(status, message, grade), expected, "{status} {message}");
        }
    }

    #[test]
    fn json_is_seen_through_its_wrapping() {
        let cases = [
            (r#"{"a":1}"#, true),
            ("```json\n{\"a\":1}\n```", true),
            ("<think>use {braces}</think> Here: {\"a\":1} done", true),
            ("I cannot answer that", false),
            ("{not json", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(holds_json(text), expected, "{text}");
        }
    }

    #[test]
    fn names_go_there_and_back() {
        for choice in ALL.map(GradeChoice::Only).into_iter().chain([GradeChoice::Auto]) {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        assert!("json".parse::<GradeChoice>().is_err());
    }
}
