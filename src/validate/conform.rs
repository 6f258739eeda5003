//! Values of the wrong JSON type that can mean one thing only, by the schema's word.

use serde_json::{Map, Value};

use super::Repair;
use crate::domain::Amount;

/// Words models write for a closed value, mostly the report's own.
const SYNONYMS: &[(&str, &str)] = &[
    ("维持", "maintain"),
    ("维持评级", "maintain"),
    ("重申", "maintain"),
    ("reiterate", "maintain"),
    ("首次", "initiate"),
    ("首次评级", "initiate"),
    ("首次覆盖", "initiate"),
    ("上调", "upgrade"),
    ("下调", "downgrade"),
    ("推荐", "recommend"),
    ("关注", "watch"),
    ("看好", "positive"),
    ("分析师", "analyst"),
    ("证券分析师", "analyst"),
    ("研究助理", "assistant"),
    ("联系人", "contact"),
    ("股票", "stock"),
    ("公司", "stock"),
    ("行业", "industry"),
    ("sector", "industry"),
];

/// Changes `value` in place towards `schema`; what stays wrong is the validator's to report.
pub(super) fn conform(schema: &Value, value: &mut Value, repairs: &mut Vec<Repair>) {
    if is_nothing(value) && allows(schema, "null") && !names(schema, value) {
        if !value.is_null() {
            *value = Value::Null;
            repairs.push(Repair::Coerced);
        }
        return;
    }
    if allows(schema, "object") {
        if let Value::Object(object) = value {
            conform_object(schema, object, repairs);
        } else if value.is_null() {
            let mut object = Map::new();
            conform_object(schema, &mut object, repairs);
            *value = Value::Object(object);
        }
    } else if allows(schema, "array") {
        conform_array(schema, value, repairs);
    } else {
        conform_scalar(schema, value, repairs);
    }
}

fn conform_object(schema: &Value, object: &mut Map<String, Value>, repairs: &mut Vec<Repair>) {
    let Some(Value::Object(properties)) = schema.get("properties") else { return };
    let known = object.len();
    object.retain(|name, _| properties.contains_key(name));
    if object.len() < known {
        repairs.push(Repair::Dropped);
    }
    for (name, property) in properties {
        if let Some(value) = object.get_mut(name) {
            conform(property, value, repairs);
        } else if let Some(mut empty) = empty(property) {
            conform(property, &mut empty, repairs);
            object.insert(name.clone(), empty);
            repairs.push(Repair::Filled);
        }
    }
}

fn conform_array(schema: &Value, value: &mut Value, repairs: &mut Vec<Repair>) {
    if value.is_null() {
        *value = Value::Array(Vec::new());
        repairs.push(Repair::Coerced);
    } else if value.is_number() {
        *value = Value::Array(vec![value.take()]);
        repairs.push(Repair::Coerced);
    }
    let Value::Array(items) = value else { return };
    let most = schema.get("maxItems").and_then(Value::as_u64).and_then(|most| usize::try_from(most).ok());
    if let Some(most) = most.filter(|most| items.len() > *most) {
        items.truncate(most);
        repairs.push(Repair::Cut);
    }
    if let Some(item) = schema.get("items") {
        for value in items {
            conform(item, value, repairs);
        }
    }
}

fn conform_scalar(schema: &Value, value: &mut Value, repairs: &mut Vec<Repair>) {
    // A list of segment numbers where the first is asked for.
    if let Value::Array(items) = value {
        *value = items.first_mut().map(Value::take).unwrap_or_default();
        repairs.push(Repair::Coerced);
    }
    let changed = match value {
        Value::String(text) if allows(schema, "number") || allows(schema, "integer") => number(text, allows(schema, "number")),
        Value::Number(number) if allows(schema, "string") && schema.get("enum").is_none() => Some(Value::String(number.to_string())),
        Value::String(text) => schema.get("enum").and_then(Value::as_array).and_then(|choices| choice(text, choices)),
        _ => None,
    };
    if let Some(changed) = changed {
        *value = changed;
        repairs.push(Repair::Coerced);
    }
    // A word outside a closed list cannot be used, and null is an answer.
    if value.is_string() && schema.get("enum").is_some() && !names(schema, value) && allows(schema, "null") {
        *value = Value::Null;
        repairs.push(Repair::UnknownWord);
    }
}

fn number(text: &str, fraction: bool) -> Option<Value> {
    let bare = text.trim().trim_start_matches('[').trim_end_matches([']', '%']);
    let amount = Amount::parse(bare).ok()?;
    let value = serde_json::to_value(amount).ok()?;
    (fraction || value.is_u64()).then_some(value)
}

/// Another spelling of one of the choices.
fn choice(text: &str, choices: &[Value]) -> Option<Value> {
    if choices.iter().any(|choice| choice.as_str() == Some(text)) {
        return None;
    }
    let folded = text.trim().to_lowercase().replace([' ', '-'], "_");
    let meant = SYNONYMS.iter().find(|(word, _)| *word == folded).map_or(folded.as_str(), |(_, meant)| meant);
    // One word for two lists: a report is about a company, a rating is of its stock.
    let other = match meant {
        "stock" => "company",
        "company" => "stock",
        same => same,
    };
    choices
        .iter()
        .find(|choice| choice.as_str() == Some(meant))
        .or_else(|| choices.iter().find(|choice| choice.as_str() == Some(other)))
        .cloned()
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => matches!(text.trim().to_lowercase().as_str(), "" | "null" | "none" | "n/a" | "无" | "未提及"),
        _ => false,
    }
}

/// Whether the value is one of the schema's own choices, such as the subject type `none`.
fn names(schema: &Value, value: &Value) -> bool {
    value.is_string() && schema.get("enum").and_then(Value::as_array).is_some_and(|choices| choices.contains(value))
}

fn allows(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(list)) => list.iter().any(|kind| kind == name),
        _ => false,
    }
}

fn empty(schema: &Value) -> Option<Value> {
    if allows(schema, "null") {
        Some(Value::Null)
    } else if allows(schema, "array") {
        Some(Value::Array(Vec::new()))
    } else if allows(schema, "object") {
        Some(Value::Object(Map::new()))
    } else {
        None
    }
}
