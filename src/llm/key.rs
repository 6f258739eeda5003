//! The key that stands for a request: what decides the answer, in one form. Pure.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::grade;
use super::request::messages;
use super::scrub::Scrubber;
use super::shape::Shape;
use crate::config::ToolChoice;
use crate::domain::record::Grading;
use crate::prompt::Prompt;

/// Version of the request key; a change of the body's meaning raises it, and no stored reply is found any more.
pub(super) const FORMAT: u32 = 1;

/// `b3:` and the BLAKE3 hash of messages, schema, model, parameters, grade and format version.
///
/// The address is left out, so that a pool of servers does not pay twice, and whatever looks like a key is taken out,
/// so that a recording, which holds none, has the same key.
pub(super) fn request_key(model: &str, shape: &Shape, prompt: &Prompt, grade: Grading) -> String {
    request_keys(model, shape, prompt, &[grade]).pop().unwrap_or_default()
}

/// The keys of a prompt's request in some grades, in the same order.
pub(super) fn request_keys(model: &str, shape: &Shape, prompt: &Prompt, grades: &[Grading]) -> Vec<String> {
    // Without a schema on the wire it is the prompt that holds it, in full.
    let on_wire = |grade: Grading| matches!(grade, Grading::JsonSchema | Grading::Tools);
    // As text, because the order of properties is the order a model writes them in.
    let as_text = |schema: &Value| canonical(&schema.to_string().into());
    let schema = as_text(&prompt.schema);
    let sent = match shape.wire_schema(&prompt.schema) {
        Cow::Owned(other) if grades.iter().copied().any(on_wire) => as_text(&other),
        Cow::Owned(_) | Cow::Borrowed(_) => schema.clone(),
    };
    let mut members = BTreeMap::from([
        ("format", canonical(&FORMAT.into())),
        ("messages", canonical(&messages(prompt))),
        ("model", canonical(&model.into())),
        ("parameters", canonical(&parameters(shape))),
        ("schema_name", canonical(&prompt.schema_name.as_str().into())),
    ]);
    let keys = grades.iter().map(|grade| {
        members.insert("grade", canonical(&grade::name(*grade).into()));
        members.insert("schema", if on_wire(*grade) { sent.clone() } else { schema.clone() });
        // Only where they differ, so that what was recorded before they could differ has the same key.
        match (grade, shape.tool_choice) {
            (Grading::Tools, ToolChoice::Required | ToolChoice::Auto) => {
                members.insert("tool_choice", canonical(&json!(shape.tool_choice)))
            }
            _ => members.remove("tool_choice"),
        };
        match late(shape, *grade) {
            late if late.is_empty() => members.remove("late"),
            late => members.insert("late", canonical(&Value::Array(late))),
        };
        key(&members)
    });
    keys.collect()
}

/// The key of the request for the next turn of a conversation.
pub(super) fn turn_key(model: &str, shape: &Shape, messages: &Value, tools: &Value, choice: &Value) -> String {
    key(&BTreeMap::from([
        ("format", canonical(&FORMAT.into())),
        ("grade", canonical(&grade::name(Grading::Tools).into())),
        ("late", canonical(&Value::Array(late(shape, Grading::Tools)))),
        ("messages", canonical(messages)),
        ("model", canonical(&model.into())),
        ("parameters", canonical(&parameters(shape))),
        ("tool_choice", canonical(choice)),
        ("tools", canonical(&tools.to_string().into())),
    ]))
}

/// The parameters of every body, without keys.
fn parameters(shape: &Shape) -> Value {
    Scrubber::default().value(&Value::Object(shape.parameters.clone()))
}

/// The changes to a grade's body, without keys.
fn late(shape: &Shape, grade: Grading) -> Vec<Value> {
    shape.late(grade).map(|change| Scrubber::default().value(&Value::Object(change.clone()))).collect()
}

/// `b3:` and the hash of an object, given by the canonical form of its members.
fn key(members: &BTreeMap<&str, Vec<u8>>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (at, (name, value)) in members.iter().enumerate() {
        hasher.update(if at == 0 { b"{" } else { b"," });
        hasher.update(&canonical(&(*name).into()));
        hasher.update(b":");
        hasher.update(value);
    }
    hasher.update(if members.is_empty() { b"{}" } else { b"}" });
    format!("b3:{}", hasher.finalize().to_hex())
}

/// A value as JSON with the members of every object in alphabetical order.
fn canonical(value: &Value) -> Vec<u8> {
    fn write(value: &Value, out: &mut Vec<u8>) -> serde_json::Result<()> {
        match value {
            Value::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_by_key(|(name, _)| *name);
                for (at, (name, member)) in sorted.into_iter().enumerate() {
                    out.push(if at == 0 { b'{' } else { b',' });
                    serde_json::to_writer(&mut *out, name)?;
                    out.push(b':');
                    write(member, out)?;
                }
                out.extend_from_slice(if members.is_empty() { b"{}" } else { b"}" });
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    out.push(if at == 0 { b'[' } else { b',' });
                    write(item, out)?;
                }
                out.extend_from_slice(if items.is_empty() { b"[]" } else { b"]" });
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => serde_json::to_writer(&mut *out, value)?,
        }
        Ok(())
    }
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let written = write(value, &mut out);
    debug_assert!(written.is_ok());
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::request::tests::{prompt, shape};
    use super::*;

    #[test]
    fn the_key_stands_for_all_that_decides_the_answer() {
        let base = request_key("m", &Shape::default(), &prompt(), Grading::Prompt);
        assert_eq!(base, request_key("m", &Shape::default(), &prompt(), Grading::Prompt));
        assert_eq!(base.len(), 3 + 64);
        let mut reordered = prompt();
        reordered.schema = Arc::new(json!({"type": "object", "properties": {"date": {"type": "string"}, "title": {"type": "string"}}}));
        let mut reworded = prompt();
        reworded.messages[1].content.push('。');
        let others = [
            request_key("n", &Shape::default(), &prompt(), Grading::Prompt),
            request_key("m", &shape(json!({"seed": 1})), &prompt(), Grading::Prompt),
            request_key("m", &Shape::default(), &prompt(), Grading::Tools),
            request_key("m", &Shape::default(), &reordered, Grading::Prompt),
            request_key("m", &Shape::default(), &reworded, Grading::Prompt),
        ];
        for other in others {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn the_key_ignores_the_order_of_parameters() {
        let one = shape(json!({"a": 1, "b": {"c": 1, "d": 2}}));
        let two = shape(json!({"b": {"d": 2, "c": 1}, "a": 1}));
        assert_eq!(request_key("m", &one, &prompt(), Grading::Prompt), request_key("m", &two, &prompt(), Grading::Prompt));
    }
}
