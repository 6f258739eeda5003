//! A model's answer, read from whatever a compatible server sends. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::Failure;
use super::preset;
use super::request::FUNCTION;
use super::server_error::ServerError;
use super::usage::Usage;
use crate::domain::record::Grading;

/// A model's answer, as it came: fences, thoughts and all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The words, or the arguments of the function call. Empty only when truncated, filtered or refused.
    pub text: String,
    /// Why the model stopped.
    pub finish: Finish,
    /// Thoughts the server gave apart from the answer.
    pub reasoning: Option<String>,
    /// Tokens this answer took.
    pub usage: Option<Usage>,
    /// Model name as the server gave it.
    pub model: Option<String>,
}

impl Reply {
    /// What the model thought before it answered: given apart, or between `<think>` tags before the answer.
    pub fn thoughts(&self) -> Option<String> {
        let inline = self.text.rfind("</think>").and_then(|end| self.text.get(..end));
        let inline = inline.map(|text| text.trim_start().strip_prefix("<think>").unwrap_or(text).trim());
        let apart = self.reasoning.as_deref().map(str::trim);
        apart.or(inline).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Whether the model said all it had to say; other answers must not be cached.
    pub fn is_complete(&self) -> bool {
        match self.finish {
            Finish::Stop | Finish::ToolCalls | Finish::Other(_) => true,
            Finish::Length | Finish::ContentFilter | Finish::Refusal(_) => false,
        }
    }
}

/// Why the model stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// It was done.
    Stop,
    /// The limit on tokens cut it off.
    Length,
    /// The provider's filter took the answer away, or part of it.
    ContentFilter,
    /// The model declined, in these words.
    Refusal(String),
    /// It called the function.
    ToolCalls,
    /// A reason of the provider's own.
    Other(String),
}

/// Reads a successful reply.
pub(super) fn read(json: &Value, grade: Grading) -> Result<Reply, Failure> {
    let (choice, message) = message(json)?;
    let content = message.get("content").map(content).unwrap_or_default();
    let call = function_call(message);
    let finish = finish(choice, message, call.is_some())?;
    let text = match (grade, call) {
        (Grading::Tools, Some(call)) => call,
        (Grading::JsonSchema | Grading::JsonObject | Grading::Prompt, Some(call)) if content.trim().is_empty() => call,
        (Grading::JsonSchema | Grading::Tools | Grading::JsonObject | Grading::Prompt, _) => content,
    };
    let explained = matches!(finish, Finish::Length | Finish::ContentFilter | Finish::Refusal(_));
    if text.trim().is_empty() && !explained {
        return Err(Failure::Empty);
    }
    let member = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let reasoning = preset::words().reasoning.iter().find_map(|name| member(message, name));
    Ok(Reply { text, finish, reasoning: reasoning.filter(|text| !text.is_empty()), usage: Usage::read(json), model: member(json, "model") })
}

/// The first choice of a reply and its message.
pub(super) fn message(json: &Value) -> Result<(&Value, &Value), Failure> {
    let choice = json.pointer("/choices/0").ok_or_else(|| without_choices(json))?;
    Ok((choice, choice.get("message").unwrap_or(&Value::Null)))
}

/// Some routers report a failure with status 200.
fn without_choices(json: &Value) -> Failure {
    let Some(error) = json.get("error").filter(|error| !error.is_null()) else {
        return Failure::Malformed { reason: "no `choices` in it" };
    };
    let code = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let status = code.filter(|code| (400..600).contains(code)).unwrap_or(200);
    Failure::Http(Box::new(ServerError::read(status, &BTreeMap::new(), &json.to_string())))
}

/// Text, or a list of parts with text.
pub(super) fn content(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let part = |part: &Value| match part {
                Value::String(text) => Some(text.clone()),
                // Thoughts come as parts of their own type and are no answer.
                Value::Object(part) => match part.get("type").and_then(Value::as_str) {
                    None | Some("text" | "output_text") => part.get("text")?.as_str().map(str::to_owned),
                    Some(_) => None,
                },
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
            };
            parts.iter().filter_map(part).collect()
        }
        // Some gateways parse the answer themselves.
        Value::Object(_) => value.to_string(),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// Arguments of our function, else of the first one called; as text or already parsed.
fn function_call(message: &Value) -> Option<String> {
    let calls = message.get("tool_calls").and_then(Value::as_array).into_iter().flatten();
    let mut functions: Vec<_> = calls.filter_map(|call| call.get("function")).collect();
    functions.extend(message.get("function_call").filter(|call| call.is_object()));
    let ours = functions.iter().find(|function| function.get("name").and_then(Value::as_str) == Some(FUNCTION));
    match ours.or_else(|| functions.first())?.get("arguments")? {
        Value::String(text) => (!text.trim().is_empty()).then(|| text.clone()),
        arguments @ (Value::Object(_) | Value::Array(_)) => Some(arguments.to_string()),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn says(words: &[String], word: &str) -> bool {
    words.iter().any(|known| known == word)
}

pub(super) fn finish(choice: &Value, message: &Value, called: bool) -> Result<Finish, Failure> {
    let refusal = message.get("refusal").and_then(Value::as_str).filter(|refusal| !refusal.trim().is_empty());
    if let Some(refusal) = refusal {
        return Ok(Finish::Refusal(refusal.to_owned()));
    }
    let reason = choice.get("finish_reason").and_then(Value::as_str).unwrap_or_default();
    Ok(match reason.to_ascii_lowercase().as_str() {
        "tool_calls" | "function_call" => Finish::ToolCalls,
        "stop" | "eos" | "end_turn" | "stop_sequence" | "" => {
            if called {
                Finish::ToolCalls
            } else {
                Finish::Stop
            }
        }
        "length" | "max_tokens" | "model_length" => Finish::Length,
        word if says(&preset::words().filtered, word) => Finish::ContentFilter,
        word if says(&preset::words().interrupted, word) => {
            return Err(Failure::Interrupted { reason: format!("finish reason `{reason}`") });
        }
        // Clipped, because it is written into records.
        _ => Finish::Other(reason.chars().take(64).collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reply(message: Value, finish: &str, grade: Grading) -> Result<(String, Finish), Failure> {
        let json = json!({"choices": [{"message": message, "finish_reason": finish}]});
        read(&json, grade).map(|reply| (reply.text, reply.finish))
    }

    #[test]
    fn content_is_read_in_all_its_shapes() {
        let cases = [
            (json!({"content": "a"}), "a"),
            (json!({"content": ["a", "b"]}), "ab"),
            (json!({"content": [{"type": "thinking", "text": "x"}, {"type": "text", "text": "a"}, {"text": "b"}]}), "ab"),
            (json!({"content": {"title": "x"}}), r#"{"title":"x"}"#),
            (json!({"content": null, "tool_calls": [{"function": {"name": "submit", "arguments": "{}"}}]}), "{}"),
            (json!({"content": "```json\n{}\n```"}), "```json\n{}\n```"),
            (json!({"content": "<think>hm</think>{}"}), "<think>hm</think>{}"),
        ];
        for (message, text) in cases {
            assert_eq!(reply(message.clone(), "stop", Grading::JsonSchema).unwrap().0, text, "{message}");
        }
    }

    #[test]
    fn calls_are_read_in_all_their_shapes() {
        let calls = |arguments: Value| {
            json!({"content": "talk", "tool_calls": [
                {"function": {"name": "other", "arguments": "{}"}},
                {"function": {"name": "submit", "arguments": arguments}},
            ]})
        };
        let cases = [
            (calls(json!(r#"{"a": 1}"#)), r#"{"a": 1}"#),
            (calls(json!({"a": 1})), r#"{"a":1}"#),
            (json!({"function_call": {"name": "submit", "arguments": "{}"}}), "{}"),
            (json!({"content": "{}", "tool_calls": []}), "{}"),
            (json!({"content": "{}", "tool_calls": null}), "{}"),
        ];
        for (message, text) in cases {
            assert_eq!(reply(message.clone(), "stop", Grading::Tools).unwrap().0, text, "{message}");
        }
    }

    #[test]
    fn reasons_are_told_apart() {
        let content = |text: &str| json!({"content": text});
        let refusal = json!({"content": null, "refusal": "I cannot"});
        let cases = [
            (content("a"), "stop", Ok(Finish::Stop)),
            (content("a"), "STOP", Ok(Finish::Stop)),
            (content("a"), "", Ok(Finish::Stop)),
            (content("a"), "length", Ok(Finish::Length)),
            (content(""), "length", Ok(Finish::Length)),
            (content(""), "content_filter", Ok(Finish::ContentFilter)),
            (content("a"), "sensitive", Ok(Finish::ContentFilter)),
            (refusal, "stop", Ok(Finish::Refusal("I cannot".to_owned()))),
            (content("a"), "weird", Ok(Finish::Other("weird".to_owned()))),
            (content(""), "stop", Err(Failure::Empty)),
            (content(" \n"), "weird", Err(Failure::Empty)),
            (json!({}), "stop", Err(Failure::Empty)),
            (content("a"), "network_error", Err(Failure::Interrupted { reason: "finish reason `network_error`".to_owned() })),
        ];
        for (message, reason, expected) in cases {
            let found = reply(message.clone(), reason, Grading::Prompt).map(|(_, finish)| finish);
            assert_eq!(found, expected, "{message} {reason}");
        }
    }

    #[test]
    fn thoughts_usage_and_model_are_kept() {
        let json = json!({
            "model": "m-2024", "usage": {"prompt_tokens": 3},
            "choices": [{"message": {"content": "a", "reasoning_content": "hm"}}],
        });
        let reply = read(&json, Grading::Prompt).unwrap();
        assert_eq!(reply.reasoning.as_deref(), Some("hm"));
        assert_eq!(reply.model.as_deref(), Some("m-2024"));
        assert_eq!(reply.usage.unwrap().prompt_tokens, 3);
        assert!(reply.is_complete());
        assert_eq!(reply.thoughts().as_deref(), Some("hm"));
        let inline = json!({"choices": [{"message": {"content": "<think>so it is 增持</think>{}"}}]});
        assert_eq!(read(&inline, Grading::Prompt).unwrap().thoughts().as_deref(), Some("so it is 增持"));
        let none = json!({"choices": [{"message": {"content": "{}"}}]});
        assert_eq!(read(&none, Grading::Prompt).unwrap().thoughts(), None);
    }

    #[test]
    fn other_json_is_no_reply() {
        for json in [json!({}), json!([]), json!({"choices": []}), json!(null), json!({"error": null})] {
            assert!(matches!(read(&json, Grading::Prompt), Err(Failure::Malformed { .. })), "{json}");
        }
        let Err(Failure::Http(error)) = read(&json!({"error": {"code": 429, "message": "slow"}}), Grading::Prompt) else {
            panic!("an error inside a 200 was not seen");
        };
        assert_eq!((error.status, error.message.as_deref()), (429, Some("slow")));
    }
}
