//! The request body of each grade. Pure.

use serde_json::{Map, Value, json};

use super::key::{request_key, turn_key};
use super::patch::merge;
use super::shape::Shape;
use crate::config::ToolChoice;
use crate::domain::record::Grading;
use crate::prompt::{Calling, Dialogue, Prompt, Role, Said, Tool, Turn};

/// Name of the one function a model must call in the grade `tools`.
pub(super) const FUNCTION: &str = "submit";

/// A request as it is sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Request {
    /// How the server is made to answer in JSON.
    pub(super) grade: Grading,
    /// The body.
    pub(super) body: Value,
    /// `b3:` and a hash of everything that decides the answer; not of the address.
    pub(super) key: String,
}

impl Request {
    /// Builds the body and its key.
    pub(super) fn new(model: &str, shape: &Shape, prompt: &Prompt, grade: Grading) -> Self {
        Self { grade, body: body(model, shape, prompt, grade), key: request_key(model, shape, prompt, grade) }
    }

    /// Builds the body that asks for the next turn of a conversation, and its key.
    pub(super) fn turn(model: &str, shape: &Shape, dialogue: &Dialogue) -> Self {
        let (messages, tools, choice) = (turns(dialogue), tools(shape, dialogue), tool_choice(shape, dialogue.calling));
        let mut body = Map::new();
        body.insert("model".to_owned(), model.into());
        body.insert("messages".to_owned(), messages.clone());
        body.extend(shape.parameters.clone());
        body.insert("tools".to_owned(), tools.clone());
        body.insert("tool_choice".to_owned(), choice.clone());
        shape.late(Grading::Tools).for_each(|change| merge(&mut body, change));
        let key = turn_key(model, shape, &messages, &tools, &choice);
        Self { grade: Grading::Tools, body: Value::Object(body), key }
    }
}

/// The messages of a conversation.
fn turns(dialogue: &Dialogue) -> Value {
    let turn = |turn: &Turn| match turn {
        Turn::System(words) => json!({ "role": "system", "content": words }),
        Turn::User(words) => json!({ "role": "user", "content": words }),
        Turn::Model(said) => said_again(said),
        Turn::Result { id, words, .. } => json!({ "role": "tool", "tool_call_id": id, "content": words }),
    };
    dialogue.turns.iter().map(turn).collect()
}

/// A turn of the model's as it is sent back to it.
fn said_again(said: &Said) -> Value {
    let calls = said.calls.iter().map(|call| {
        let function = json!({ "name": call.name, "arguments": call.arguments });
        let mut sent = Map::from_iter([("id".to_owned(), json!(call.id)), ("type".to_owned(), json!("function"))]);
        sent.insert("function".to_owned(), function);
        sent.extend(call.kept.clone());
        Value::Object(sent)
    });
    let calls: Vec<Value> = calls.collect();
    // Without words beside calls a server sends null and wants it back; a message without either is refused.
    let content = if said.words.is_empty() && !calls.is_empty() { Value::Null } else { json!(said.words) };
    let mut message = Map::from_iter([("role".to_owned(), json!("assistant")), ("content".to_owned(), content)]);
    message.extend(said.kept.clone());
    if !calls.is_empty() {
        message.insert("tool_calls".to_owned(), Value::Array(calls));
    }
    Value::Object(message)
}

/// Functions as they are declared: all of them while that keeps the start of the request the same, for the provider's cache;
/// the one that must be called alone where it cannot be named.
fn tools(shape: &Shape, dialogue: &Dialogue) -> Value {
    let is_offered = |tool: &&Tool| match (dialogue.calling, shape.tool_choice) {
        (Calling::Only(name), ToolChoice::Required | ToolChoice::Auto) => tool.name == name,
        (Calling::Only(_), ToolChoice::Named) | (Calling::Some | Calling::Free, _) => true,
    };
    let declared = dialogue.tools.iter().filter(is_offered).map(|tool| {
        let parameters = shape.wire_schema(&tool.parameters);
        json!({ "type": "function", "function": { "name": tool.name, "description": tool.description, "parameters": parameters } })
    });
    declared.collect()
}

/// How the model is made to call one: as far as the server takes it.
fn tool_choice(shape: &Shape, calling: Calling) -> Value {
    match (calling, shape.tool_choice) {
        (Calling::Only(name), ToolChoice::Named) => json!({ "type": "function", "function": { "name": name } }),
        (Calling::Some | Calling::Only(_), ToolChoice::Named | ToolChoice::Required) => json!("required"),
        (Calling::Free, _) | (Calling::Some | Calling::Only(_), ToolChoice::Auto) => json!("auto"),
    }
}

pub(super) fn messages(prompt: &Prompt) -> Value {
    let message = |role: Role, content: &str| json!({ "role": role, "content": content });
    prompt.messages.iter().map(|sent| message(sent.role, &sent.content)).collect()
}

fn body(model: &str, shape: &Shape, prompt: &Prompt, grade: Grading) -> Value {
    let mut body = Map::new();
    body.insert("model".to_owned(), model.into());
    body.insert("messages".to_owned(), messages(prompt));
    body.extend(shape.parameters.clone());
    let mut set = |name: &str, value| body.insert(name.to_owned(), value);
    match grade {
        Grading::JsonSchema => {
            let schema = json!({ "name": prompt.schema_name, "strict": true, "schema": shape.wire_schema(&prompt.schema) });
            set("response_format", json!({ "type": "json_schema", "json_schema": schema }));
        }
        Grading::Tools => {
            // No `strict` and no `parallel_tool_calls`: several servers refuse what they do not know.
            let function = json!({
                "name": FUNCTION,
                "description": "Submits the answer.",
                "parameters": shape.wire_schema(&prompt.schema),
            });
            set("tools", json!([{ "type": "function", "function": function }]));
            let choice = match shape.tool_choice {
                ToolChoice::Named => json!({ "type": "function", "function": { "name": FUNCTION } }),
                ToolChoice::Required => json!("required"),
                ToolChoice::Auto => json!("auto"),
            };
            set("tool_choice", choice);
        }
        Grading::JsonObject => {
            set("response_format", json!({ "type": "json_object" }));
        }
        Grading::Prompt => {}
    }
    shape.late(grade).for_each(|change| merge(&mut body, change));
    Value::Object(body)
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::prompt::{Call, Message};

    /// A small prompt for the tests of this module.
    pub(crate) fn prompt() -> Prompt {
        let message = |role, content: &str| Message { role, content: content.to_owned() };
        Prompt {
            messages: vec![message(Role::System, "Answer in JSON."), message(Role::User, "[1] 增持")],
            schema: Arc::new(json!({"type": "object", "properties": {"title": {"type": "string"}, "date": {"type": "string"}}})),
            schema_name: "draft".to_owned(),
            hash: "b3:00".to_owned(),
        }
    }

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    /// A shape with parameters.
    pub(crate) fn shape(parameters: Value) -> Shape {
        Shape { parameters: object(parameters), ..Shape::default() }
    }

    #[test]
    fn each_grade_has_its_body() {
        let prompt = prompt();
        let common = json!({
            "model": "m",
            "messages": [{"role": "system", "content": "Answer in JSON."}, {"role": "user", "content": "[1] 增持"}],
            "temperature": 0,
        });
        let with = |more: Value| {
            let mut body = object(common.clone());
            body.extend(object(more));
            Value::Object(body)
        };
        let schema = prompt.schema.as_ref();
        let cases = [
            (
                Grading::JsonSchema,
                json!({"response_format": {"type": "json_schema", "json_schema": {"name": "draft", "strict": true, "schema": schema}}}),
            ),
            (
                Grading::Tools,
                json!({
                    "tools": [{"type": "function", "function": {"name": "submit", "description": "Submits the answer.", "parameters": schema}}],
                    "tool_choice": {"type": "function", "function": {"name": "submit"}},
                }),
            ),
            (Grading::JsonObject, json!({"response_format": {"type": "json_object"}})),
            (Grading::Prompt, json!({})),
        ];
        for (grade, more) in cases {
            let request = Request::new("m", &shape(json!({"temperature": 0})), &prompt, grade);
            assert_eq!(request.body, with(more));
        }
    }

    #[test]
    fn what_the_provider_does_not_take_is_not_sent_and_has_a_key_of_its_own() {
        let mut other = prompt();
        other.schema = Arc::new(json!({"type": "object", "additionalProperties": false, "properties": {}}));
        let shape = Shape { tool_choice: ToolChoice::Auto, schema_without: vec!["additionalProperties".to_owned()], ..Shape::default() };
        let tools = Request::new("m", &shape, &other, Grading::Tools);
        assert_eq!(tools.body["tool_choice"], "auto");
        assert_eq!(tools.body["tools"][0]["function"]["parameters"], json!({"type": "object", "properties": {}}));
        let strict = Request::new("m", &shape, &other, Grading::JsonSchema);
        assert_eq!(strict.body["response_format"]["json_schema"]["schema"], json!({"type": "object", "properties": {}}));
        for (grade, same) in [(Grading::Tools, false), (Grading::JsonSchema, false), (Grading::JsonObject, true), (Grading::Prompt, true)] {
            let keys = [&shape, &Shape::default()].map(|shape| request_key("m", shape, &other, grade));
            assert_eq!(keys[0] == keys[1], same, "{grade:?}");
        }
        let late: Shape = serde_json::from_value(json!({"late": [
            {"grades": ["json_schema"], "body": {"response_format": {"json_schema": {"strict": null}}}},
            {"grades": [], "body": {"top_k": 1}},
        ]}))
        .unwrap();
        let strict = Request::new("m", &late, &other, Grading::JsonSchema);
        let members = strict.body["response_format"]["json_schema"].as_object().unwrap();
        assert_eq!((members.get("strict"), members.contains_key("schema"), &strict.body["top_k"]), (None, true, &json!(1)));
        let object = Request::new("m", &late, &other, Grading::JsonObject);
        assert_eq!(object.body["response_format"], json!({"type": "json_object"}));
        assert_ne!(object.key, request_key("m", &Shape::default(), &other, Grading::JsonObject));
        let required = Shape { tool_choice: ToolChoice::Required, ..Shape::default() };
        assert_eq!(Request::new("m", &required, &other, Grading::Tools).body["tool_choice"], "required");
    }

    fn dialogue() -> Dialogue {
        let call =
            Call { id: "c1".to_owned(), name: "read".to_owned(), arguments: r#"{"zone":1}"#.to_owned(), kept: object(json!({"sig": "s"})) };
        let said = Said { words: String::new(), calls: vec![call], kept: object(json!({"reasoning_content": "hm"})) };
        let result = Turn::Result { id: "c1".to_owned(), words: "[1] 增持".to_owned(), digest: "gone".to_owned() };
        Dialogue {
            turns: vec![Turn::System("Read.".to_owned()), Turn::User("Go.".to_owned()), Turn::Model(said), result],
            tools: vec![Tool { name: "read", description: "Shows.", parameters: json!({"type": "object", "additionalProperties": false}) }],
            calling: Calling::Some,
            hash: "b3:00".to_owned(),
        }
    }

    #[test]
    fn a_turn_has_its_body() {
        let request = Request::turn("m", &shape(json!({"temperature": 0})), &dialogue());
        let expected = json!({
            "model": "m",
            "messages": [
                {"role": "system", "content": "Read."},
                {"role": "user", "content": "Go."},
                {"role": "assistant", "content": null, "reasoning_content": "hm", "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "read", "arguments": "{\"zone\":1}"}, "sig": "s"},
                ]},
                {"role": "tool", "tool_call_id": "c1", "content": "[1] 增持"},
            ],
            "temperature": 0,
            "tools": [{"type": "function", "function": {
                "name": "read", "description": "Shows.", "parameters": {"type": "object", "additionalProperties": false},
            }}],
            "tool_choice": "required",
        });
        assert_eq!(request.body, expected);
        assert_eq!(request.grade, Grading::Tools);
        let choice = |calling, tool_choice| {
            let shape = Shape { tool_choice, ..Shape::default() };
            Request::turn("m", &shape, &Dialogue { calling, ..dialogue() }).body["tool_choice"].clone()
        };
        let named = json!({"type": "function", "function": {"name": "submit"}});
        assert_eq!(choice(Calling::Only("submit"), ToolChoice::Named), named);
        assert_eq!(choice(Calling::Only("submit"), ToolChoice::Required), "required");
        assert_eq!(choice(Calling::Only("submit"), ToolChoice::Auto), "auto");
        assert_eq!(choice(Calling::Some, ToolChoice::Auto), "auto");
        assert_eq!(choice(Calling::Free, ToolChoice::Named), "auto");
    }

    #[test]
    fn the_key_of_a_turn_stands_for_all_that_decides_it() {
        let key = |dialogue: &Dialogue| Request::turn("m", &Shape::default(), dialogue).key;
        let base = key(&dialogue());
        let mut spoken = dialogue();
        spoken.turns.push(Turn::User("Call a function.".to_owned()));
        let mut fewer = dialogue();
        fewer.tools.clear();
        let free = Dialogue { calling: Calling::Free, ..dialogue() };
        let without = Shape { schema_without: vec!["additionalProperties".to_owned()], ..Shape::default() };
        let others = [
            key(&spoken),
            key(&fewer),
            key(&free),
            Request::turn("n", &Shape::default(), &dialogue()).key,
            Request::turn("m", &shape(json!({"seed": 1})), &dialogue()).key,
            Request::turn("m", &without, &dialogue()).key,
        ];
        assert!(others.iter().all(|other| *other != base) && base.len() == 3 + 64);
        assert_eq!(key(&Dialogue { hash: "b3:11".to_owned(), ..dialogue() }), base, "what is sent counts, not what made it");
    }
}
