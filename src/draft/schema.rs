//! The draft's JSON Schema, plain and in the strict form picky servers want.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

use super::Draft;

/// Name under which the schema is sent.
pub const SCHEMA_NAME: &str = "research_report";

/// The draft's schema with references inlined, as schemars derives it.
pub fn draft_schema() -> Value {
    settings().into_generator().into_root_schema_for::<Draft>().to_value()
}

/// The draft's schema in strict form: every property required and nullable where it may be absent,
/// `additionalProperties: false`, one explicit `type` set a node, enums in one piece, no `$ref`, `oneOf`, `const`,
/// `default`, `title` or `$schema`.
///
/// That is what OpenAI's strict mode asks and what the other servers accept (`providers.md` §4).
pub fn strict_draft_schema() -> Value {
    let settings = settings().with(|settings| settings.meta_schema = None).with_transform(Strict);
    settings.into_generator().into_root_schema_for::<Draft>().to_value()
}

fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().for_serialize().with(|settings| settings.inline_subschemas = true)
}

/// The strict schema as it is shown to a model: one line, without what the system prompt says once for all objects
/// (every property is required, no other is allowed, `at` is a segment number). A third shorter.
pub fn prompt_schema() -> String {
    let mut schema = strict_draft_schema();
    shorten(&mut schema);
    schema.to_string()
}

fn shorten(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("type") == Some(&json!("object")) {
                object.remove("required");
                object.remove("additionalProperties");
            }
            object.values_mut().for_each(shorten);
        }
        Value::Array(list) => list.iter_mut().for_each(shorten),
        _ => {}
    }
}

/// Turns a derived schema into the strict form, innermost first.
#[derive(Clone, Debug)]
struct Strict;

impl Transform for Strict {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else { return };
        for key in ["$schema", "title", "default", "format", "minimum", "maximum"] {
            object.remove(key);
        }
        flatten_choices(object);
        if let Some(Value::String(description)) = object.get_mut("description") {
            *description = description.replace('\n', " ");
        }
        if let Some(Value::Object(properties)) = object.get("properties") {
            let names: Vec<Value> = properties.keys().map(|name| json!(name)).collect();
            object.insert("required".to_owned(), Value::Array(names));
            object.insert("additionalProperties".to_owned(), json!(false));
        }
        // What the surrounding list or the system prompt says already costs tokens for nothing.
        if let Some(Value::Object(at)) = object.get_mut("properties").and_then(|properties| properties.get_mut("at")) {
            at.remove("description");
        }
        if let Some(Value::Object(items)) = object.get_mut("items") {
            items.remove("description");
        }
    }
}

/// Joins a choice of constants and null into one `enum`, and a choice of a type and null into one node.
fn flatten_choices(object: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = object.get("oneOf").or_else(|| object.get("anyOf")).cloned() else {
        return;
    };
    let mut values = Vec::new();
    let mut types = Vec::new();
    let mut rest: Vec<&Value> = Vec::new();
    for choice in &choices {
        if choice.get("type") == Some(&json!("null")) {
            types.push(json!("null"));
        } else if let Some(constant) = choice.get("const") {
            values.push(constant.clone());
            types.push(json!("string"));
        } else if let Some(Value::Array(list)) = choice.get("enum") {
            values.extend(list.iter().cloned());
            types.push(json!("string"));
        } else {
            rest.push(choice);
        }
    }
    if !rest.is_empty() {
        return;
    }
    let nullable = types.contains(&json!("null"));
    values.retain(|value| !value.is_null());
    if nullable {
        values.push(Value::Null);
    }
    object.remove("oneOf");
    object.remove("anyOf");
    object.insert("type".to_owned(), if nullable { json!(["string", "null"]) } else { json!("string") });
    object.insert("enum".to_owned(), Value::Array(values));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every node of a schema, with its pointer.
    fn walk<'a>(value: &'a Value, at: &str, visit: &mut impl FnMut(&str, &'a Map<String, Value>)) {
        match value {
            Value::Object(object) => {
                visit(at, object);
                for (key, value) in object {
                    walk(value, &format!("{at}/{key}"), visit);
                }
            }
            Value::Array(list) => list.iter().enumerate().for_each(|(index, value)| walk(value, &format!("{at}/{index}"), visit)),
            _ => {}
        }
    }

    #[test]
    fn the_strict_form_is_strict() {
        let schema = strict_draft_schema();
        let mut objects = 0;
        walk(&schema, "", &mut |at, node| {
            for banned in ["$ref", "$defs", "oneOf", "anyOf", "allOf", "const", "default", "title", "$schema", "format"] {
                assert!(!node.contains_key(banned) || at.ends_with("/properties"), "{banned} at {at}");
            }
            if let Some(Value::Object(properties)) = node.get("properties") {
                objects += 1;
                assert_eq!(node["additionalProperties"], json!(false), "{at}");
                let required: Vec<&str> = node["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
                assert_eq!(required, properties.keys().map(String::as_str).collect::<Vec<_>>(), "{at}");
                for (name, property) in properties {
                    assert!(property.get("type").is_some(), "{at}/{name} has no type: {property}");
                }
            }
        });
        assert!(objects > 10);
        assert!(jsonschema::meta::is_valid(&schema));
    }

    #[test]
    fn the_same_draft_fits_both_forms() {
        let draft = serde_json::to_value(Draft::default()).unwrap();
        for schema in [draft_schema(), strict_draft_schema()] {
            assert!(jsonschema::is_valid(&schema, &draft));
        }
    }

    #[test]
    fn values_come_before_their_places() {
        let schema = strict_draft_schema();
        let rating: Vec<&String> = schema["properties"]["ratings"]["items"]["properties"].as_object().unwrap().keys().collect();
        assert_eq!(rating.last().map(|name| name.as_str()), Some("at"));
    }
}
