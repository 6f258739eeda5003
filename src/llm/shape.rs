//! What a request looks like for its server and model, from the provider's row, the settings and the patches. Pure.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::grade::{self, GradeChoice};
use super::patch::merge;
use super::preset::{Preset, RequestRules};
use super::scrub::Scrubber;
use super::settings::ModelSettings;
use crate::config::{MaxTokensField, ToolChoice};
use crate::domain::record::Grading;

/// What stands in a request beside model, messages and grade, and in which words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Shape {
    /// Members of the body.
    #[serde(default)]
    pub(super) parameters: Map<String, Value>,
    /// How the function is asked for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) tool_choice: ToolChoice,
    /// Keywords of JSON Schema the server does not take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) schema_without: Vec<String>,
    /// Changes to the finished body, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) late: Vec<Late>,
}

/// A change that can be made only once the grade has put its members into the body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Late {
    /// Grades it is for; empty: all.
    grades: Vec<Grading>,
    /// Merged into the body.
    body: Map<String, Value>,
}

/// Members a grade puts into the body.
const OF_GRADES: [&str; 3] = ["response_format", "tool_choice", "tools"];

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_default(choice: &ToolChoice) -> bool {
    *choice == ToolChoice::default()
}

impl Shape {
    /// The schema as it is sent: without what the server does not take.
    pub(super) fn wire_schema<'s>(&self, schema: &'s Value) -> Cow<'s, Value> {
        if self.schema_without.is_empty() { Cow::Borrowed(schema) } else { Cow::Owned(without(schema, &self.schema_without)) }
    }

    /// The changes to the finished body of a grade.
    pub(super) fn late(&self, grade: Grading) -> impl Iterator<Item = &Map<String, Value>> {
        self.late.iter().filter(move |late| late.grades.is_empty() || late.grades.contains(&grade)).map(|late| &late.body)
    }

    /// The same without keys.
    pub(super) fn scrubbed(&self, scrubber: &Scrubber) -> Self {
        let clean =
            |members: &Map<String, Value>| members.iter().map(|(name, value)| (name.clone(), scrubber.value(value))).collect::<Map<_, _>>();
        let late = self.late.iter().map(|late| Late { grades: late.grades.clone(), body: clean(&late.body) });
        Self { parameters: clean(&self.parameters), late: late.collect(), ..self.clone() }
    }
}

/// How a model is asked: everything that follows from the settings and the provider's row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Manner {
    pub(super) shape: Shape,
    /// Grades to try, in order; never empty.
    pub(super) grades: Vec<Grading>,
    /// What was asked for and is not sent, for people.
    pub(super) notes: Vec<String>,
}

impl Manner {
    /// Decides it.
    pub(super) fn new(settings: &ModelSettings, preset: Option<&Preset>) -> Self {
        let model = settings.model.trim();
        let rules = preset.map(|preset| preset.rules(model)).unwrap_or_default();
        let mut notes = Vec::new();
        let mut parameters = parameters(settings, &rules, model, &mut notes);
        let mut late = Vec::new();
        for patch in settings.patches.iter().filter(|patch| patch.is_for(model)) {
            let of_a_grade = !patch.grades.is_empty() || patch.body.keys().any(|name| OF_GRADES.contains(&name.as_str()));
            // Those after a late one are late as well, so that the last word stays the last.
            if of_a_grade || !late.is_empty() {
                late.push(Late { grades: patch.grades.clone(), body: patch.body.clone() });
            } else {
                merge(&mut parameters, &patch.body);
            }
        }
        let shape = Shape {
            parameters,
            tool_choice: settings.tool_choice.or(rules.tool_choice).unwrap_or_default(),
            schema_without: rules.schema_without.unwrap_or_default(),
            late,
        };
        let order = rules.grades.unwrap_or_else(|| grade::ALL.to_vec());
        Self { shape, grades: grades(settings.grade, order, settings.begin_with), notes }
    }
}

fn parameters(settings: &ModelSettings, rules: &RequestRules, model: &str, notes: &mut Vec<String>) -> Map<String, Value> {
    let mut parameters = Map::new();
    match settings.temperature {
        Some(_) if rules.temperature == Some(false) => {
            notes.push(format!("`temperature` is not sent: `{model}` takes none but its own"));
        }
        Some(temperature) => {
            parameters.insert("temperature".to_owned(), Value::from(temperature));
        }
        None => {}
    }
    if let Some(limit) = settings.max_output_tokens {
        let field = settings.max_tokens_field.or(rules.max_tokens_field).unwrap_or(MaxTokensField::MaxTokens);
        parameters.insert(field.as_str().to_owned(), Value::from(limit));
    }
    if settings.thinking.or(rules.thinking) == Some(false) {
        match rules.thinking_off.as_ref().filter(|body| !body.is_empty()) {
            Some(body) => merge(&mut parameters, body),
            None if settings.thinking.is_some() => {
                notes.push(format!("`thinking = false` sends nothing: no switch is known for `{model}` here"));
            }
            None => {}
        }
    }
    parameters
}

/// The grades to try: one that was asked for alone, else the provider's order from the one known to work.
fn grades(choice: GradeChoice, order: Vec<Grading>, begin_with: Option<Grading>) -> Vec<Grading> {
    let begin = match choice {
        GradeChoice::Only(grade) => return vec![grade],
        GradeChoice::Auto => begin_with,
    };
    match begin.map(|begin| (begin, order.iter().position(|grade| *grade == begin))) {
        Some((_, Some(at))) => order.into_iter().skip(at).collect(),
        // Known to work though the table does not have it: servers learn.
        Some((begin, None)) => std::iter::once(begin).chain(order).collect(),
        None => order,
    }
}

/// A schema without some keywords. What stands under `properties` are names, not keywords, and stays.
fn without(schema: &Value, keywords: &[String]) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !keywords.contains(name));
            let kept = kept.map(|(name, member)| {
                let member = match (name.as_str(), member) {
                    ("properties" | "$defs", Value::Object(named)) => {
                        named.iter().map(|(name, schema)| (name.clone(), without(schema, keywords))).collect::<Map<_, _>>().into()
                    }
                    // Data, not schemas.
                    ("enum" | "const" | "default" | "required", _) => member.clone(),
                    _ => without(member, keywords),
                };
                (name.clone(), member)
            });
            kept.collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(|item| without(item, keywords)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::patch::Patch;
    use serde_json::json;

    fn manner(provider: &str, model: &str, change: impl FnOnce(&mut ModelSettings)) -> Manner {
        let mut settings = ModelSettings::new("http://x", model);
        change(&mut settings);
        Manner::new(&settings, Preset::named(provider))
    }

    fn body(manner: &Manner) -> Value {
        Value::from(manner.shape.parameters.clone())
    }

    #[test]
    fn only_what_is_set_is_sent() {
        let bare = manner("nobody", "m", |_| {});
        assert_eq!((body(&bare), &bare.grades[..], bare.notes.len()), (json!({}), &grade::ALL[..], 0));
        let set = |settings: &mut ModelSettings| {
            settings.temperature = Some(0.0);
            settings.max_output_tokens = Some(800);
        };
        assert_eq!(body(&manner("nobody", "m", set)), json!({"temperature": 0.0, "max_tokens": 800}));
        assert_eq!(body(&manner("openai", "gpt-4o", set)), json!({"temperature": 0.0, "max_completion_tokens": 800}));
        let reasoning = manner("openai", "gpt-5-mini", set);
        assert_eq!(body(&reasoning), json!({"max_completion_tokens": 800}));
        assert_eq!(reasoning.notes, ["`temperature` is not sent: `gpt-5-mini` takes none but its own"]);
    }

    #[test]
    fn thinking_is_switched_off_in_the_provider_s_words() {
        let off = |settings: &mut ModelSettings| settings.thinking = Some(false);
        let cases = [
            ("deepseek", "deepseek-chat", json!({"thinking": {"type": "disabled"}})),
            ("qwen", "qwen-plus", json!({"enable_thinking": false})),
            ("ollama", "qwen3:8b", json!({"reasoning_effort": "none"})),
            ("vllm", "Qwen/Qwen3-8B", json!({"chat_template_kwargs": {"enable_thinking": false}})),
            ("moonshot", "kimi-k2.5", json!({"thinking": {"type": "disabled"}})),
            ("zhipu", "glm-4.6", json!({"thinking": {"type": "disabled"}})),
        ];
        for (provider, model, expected) in cases {
            assert_eq!(body(&manner(provider, model, off)), expected, "{provider} {model}");
        }
        let unknown = manner("openai", "gpt-4o", off);
        assert_eq!((body(&unknown), unknown.notes.len()), (json!({}), 1));
        // Unless asked for: where its JSON mode refuses thinking.
        assert_eq!(body(&manner("qwen", "qwen-plus", |_| {})), json!({"enable_thinking": false}));
        assert_eq!(body(&manner("qwen", "qwen-plus", |settings| settings.thinking = Some(true))), json!({}));
        assert_eq!(body(&manner("deepseek", "deepseek-chat", |_| {})), json!({}));
    }

    #[test]
    fn patches_come_last_and_by_model() {
        let patch = |models: &[&str], change: Value| Patch {
            models: models.iter().map(|model| (*model).to_owned()).collect(),
            body: serde_json::from_value(change).unwrap(),
            ..Patch::default()
        };
        let patched = manner("qwen", "qwen-plus", |settings| {
            settings.temperature = Some(0.0);
            settings.patches = vec![
                patch(&[], json!({"temperature": null, "options": {"a": 1}})),
                patch(&["qwen-*"], json!({"options": {"b": 2}, "enable_thinking": null})),
                patch(&["other"], json!({"never": true})),
            ];
        });
        assert_eq!(body(&patched), json!({"options": {"a": 1, "b": 2}}));
        assert_eq!(patched.shape.late, []);
    }

    #[test]
    fn patches_of_a_grade_s_members_and_all_after_them_are_late() {
        let patch = |grades: &[Grading], change: Value| Patch {
            grades: grades.to_vec(),
            body: serde_json::from_value(change).unwrap(),
            ..Patch::default()
        };
        let patched = manner("nobody", "m", |settings| {
            settings.patches = vec![
                patch(&[], json!({"a": 1})),
                patch(&[Grading::Tools], json!({"a": 2})),
                patch(&[], json!({"response_format": {"x": "sk-0123456789abcdefghij"}})),
                patch(&[], json!({"a": 3})),
            ];
        });
        assert_eq!(body(&patched), json!({"a": 1}));
        let changes = |grade| patched.shape.late(grade).cloned().map(Value::from).collect::<Vec<_>>();
        assert_eq!(changes(Grading::Tools)[0], json!({"a": 2}));
        assert_eq!((changes(Grading::Prompt).len(), changes(Grading::Prompt).last()), (2, Some(&json!({"a": 3}))));
        let clean = patched.shape.scrubbed(&Scrubber::default());
        assert_eq!(Value::from(clean.late[1].body.clone()), json!({"response_format": {"x": "[redacted]"}}));
    }

    #[test]
    fn auto_begins_where_it_is_known_to_work() {
        use Grading::{JsonObject, JsonSchema, Prompt, Tools};
        let begin = |provider: &str, begin| manner(provider, "m", |settings| settings.begin_with = begin).grades;
        assert_eq!(begin("deepseek", None), [JsonObject, Tools, Prompt]);
        assert_eq!(begin("deepseek", Some(Tools)), [Tools, Prompt]);
        assert_eq!(begin("deepseek", Some(JsonSchema)), [JsonSchema, JsonObject, Tools, Prompt]);
        let only = manner("deepseek", "m", |settings| {
            settings.grade = GradeChoice::Only(JsonSchema);
            settings.begin_with = Some(Prompt);
        });
        assert_eq!(only.grades, [JsonSchema]);
    }

    #[test]
    fn schemas_lose_keywords_and_no_properties() {
        let shape = Shape { schema_without: vec!["additionalProperties".into(), "maxItems".into()], ..Shape::default() };
        let schema = json!({
            "type": "object", "additionalProperties": false,
            "properties": {"maxItems": {"type": "array", "maxItems": 3, "items": {"type": "object", "additionalProperties": false}}},
            "required": ["maxItems"],
        });
        let expected = json!({
            "type": "object",
            "properties": {"maxItems": {"type": "array", "items": {"type": "object"}}},
            "required": ["maxItems"],
        });
        assert_eq!(*shape.wire_schema(&schema), expected);
        assert_eq!(*Shape::default().wire_schema(&schema), schema);
    }

    /// Moonshot refuses schemas with a node of no type, Gemini ignores `oneOf`, OpenAI wants objects closed and every
    /// property required: ours suits them all.
    #[test]
    fn the_draft_s_schema_suits_every_dialect() {
        fn walk(node: &Value, path: &str) {
            assert!(node.get("type").is_some(), "{path} has no type");
            for keyword in ["$ref", "oneOf", "allOf", "anyOf", "not", "const", "pattern", "format", "default", "$schema", "title"] {
                assert!(node.get(keyword).is_none(), "{path} has `{keyword}`");
            }
            if let Some(properties) = node.get("properties").and_then(Value::as_object) {
                let names: Vec<Value> = properties.keys().map(|name| json!(name)).collect();
                assert_eq!((&node["required"], &node["additionalProperties"]), (&Value::from(names), &json!(false)), "{path}");
            }
            for (name, inner) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
                walk(inner, &format!("{path}/{name}"));
            }
            node.get("items").into_iter().for_each(|items| walk(items, &format!("{path}/items")));
        }
        let text = include_str!("../../schemas/draft.schema.json");
        walk(&serde_json::from_str(text).unwrap(), "");
    }
}
