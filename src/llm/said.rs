//! One turn of a conversation, read from whatever a compatible server sends. Pure.

use serde_json::{Map, Value};

use super::error::Failure;
use super::preset;
use super::reply::{self, Finish};
use crate::prompt::{Call, Said};

/// The longest name of a function or a call that is taken over, in characters.
const LONGEST_NAME: usize = 128;

/// A turn of the model's, and why it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// What it said and called. Empty only when truncated, filtered or refused.
    pub said: Said,
    /// Why it stopped.
    pub finish: Finish,
    /// What it thought before, where the server tells.
    pub thoughts: Option<String>,
}

impl Spoken {
    /// Whether the model ended it itself.
    pub fn is_complete(&self) -> bool {
        !matches!(self.finish, Finish::Length | Finish::ContentFilter | Finish::Refusal(_))
    }
}

/// Reads a successful reply.
pub(super) fn read(json: &Value) -> Result<Spoken, Failure> {
    let (choice, message) = reply::message(json)?;
    let words = message.get("content").map(reply::content).unwrap_or_default();
    let listed = message.get("tool_calls").and_then(Value::as_array).into_iter().flatten();
    let mut calls: Vec<Call> = listed.filter_map(call).collect();
    if calls.is_empty() {
        // The way before there were several at once.
        calls.extend(message.get("function_call").and_then(|function| named(function, String::new(), Map::new())));
    }
    let finish = reply::finish(choice, message, !calls.is_empty())?;
    let explained = matches!(finish, Finish::Length | Finish::ContentFilter | Finish::Refusal(_));
    if words.trim().is_empty() && calls.is_empty() && !explained {
        return Err(Failure::Empty);
    }
    let thoughts = preset::words().reasoning.iter().find_map(|name| {
        let text = message.get(name).and_then(Value::as_str)?;
        Some((name, text)).filter(|(_, text)| !text.trim().is_empty())
    });
    // Some servers refuse a conversation in which the thoughts before a call are missing; one that gave none gets none.
    let kept = thoughts.filter(|_| !calls.is_empty()).map(|(name, text)| (name.clone(), Value::from(text)));
    let thoughts = thoughts.map(|(_, text)| text.to_owned());
    Ok(Spoken { said: Said { words, calls, kept: kept.into_iter().collect() }, finish, thoughts })
}

/// One call of a list, with the members beside its function: some servers sign their calls and want the signature back.
fn call(value: &Value) -> Option<Call> {
    let id = value.get("id").and_then(Value::as_str).unwrap_or_default();
    let known = ["function", "id", "index", "type"];
    let kept = value.as_object()?.iter().filter(|(name, value)| !known.contains(&name.as_str()) && !value.is_null());
    let kept = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    named(value.get("function")?, clip(id), kept)
}

/// A function with its arguments, which may be text or already parsed.
fn named(function: &Value, id: String, kept: Map<String, Value>) -> Option<Call> {
    let name = clip(function.get("name")?.as_str()?.trim());
    let arguments = match function.get("arguments") {
        Some(Value::String(text)) => text.clone(),
        Some(value @ (Value::Object(_) | Value::Array(_) | Value::Bool(_) | Value::Number(_))) => value.to_string(),
        None | Some(Value::Null) => String::new(),
    };
    Some(Call { id, name, arguments, kept })
}

fn clip(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn spoken(message: Value, finish: &str) -> Result<Spoken, Failure> {
        read(&json!({"choices": [{"message": message, "finish_reason": finish}]}))
    }

    #[test]
    fn calls_come_in_many_shapes() {
        let list = json!({"content": null, "tool_calls": [
            {"id": "a", "index": 0, "type": "function", "function": {"name": "find", "arguments": "{\"text\":\"x\"}"}},
            {"id": "b", "function": {"name": "read", "arguments": {"zone": 1}}},
            {"function": {"name": " outline ", "arguments": null}},
            {"function": {"arguments": "{}"}}, "no call", {"id": "c"},
        ]});
        let found = spoken(list, "tool_calls").unwrap();
        let calls: Vec<(&str, &str, &str)> =
            found.said.calls.iter().map(|call| (call.id.as_str(), call.name.as_str(), call.arguments.as_str())).collect();
        assert_eq!(calls, [("a", "find", r#"{"text":"x"}"#), ("b", "read", r#"{"zone":1}"#), ("", "outline", "")]);
        assert_eq!(found.finish, Finish::ToolCalls);
        let old = spoken(json!({"content": "", "function_call": {"name": "read", "arguments": "{}"}}), "function_call").unwrap();
        assert_eq!(old.said.calls[0].name, "read");
    }

    #[test]
    fn thoughts_and_signatures_are_kept_for_the_server() {
        let message = json!({"content": "note", "reasoning_content": "hm", "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "outline", "arguments": "{}"}, "extra_content": {"google": {"thought_signature": "s"}}},
        ]});
        let found = spoken(message, "tool_calls").unwrap();
        assert_eq!((found.said.words.as_str(), found.thoughts.as_deref()), ("note", Some("hm")));
        assert_eq!(Value::from(found.said.kept), json!({"reasoning_content": "hm"}));
        assert_eq!(Value::from(found.said.calls[0].kept.clone()), json!({"extra_content": {"google": {"thought_signature": "s"}}}));
        let talk = spoken(json!({"content": "hello", "reasoning_content": "hm"}), "stop").unwrap();
        assert!(talk.said.kept.is_empty() && talk.said.calls.is_empty());
    }

    #[test]
    fn nothing_said_is_a_failure_unless_it_is_explained() {
        assert_eq!(spoken(json!({"content": " "}), "stop").unwrap_err(), Failure::Empty);
        assert_eq!(spoken(json!({"content": null, "tool_calls": []}), "tool_calls").unwrap_err(), Failure::Empty);
        assert_eq!(spoken(json!({"content": ""}), "length").unwrap().finish, Finish::Length);
        assert_eq!(spoken(json!({"refusal": "no"}), "stop").unwrap().finish, Finish::Refusal("no".to_owned()));
        assert!(matches!(read(&json!({})), Err(Failure::Malformed { .. })));
    }
}
