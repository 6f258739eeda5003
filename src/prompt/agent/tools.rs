//! The functions an agent may call, and what its calls ask for.

use serde_json::{Map, Value, json};

use crate::prompt::dialogue::{Call, Tool};

/// Name of the function that hands the draft over.
pub const SUBMIT: &str = "submit";

/// What a call asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    /// The zones, from this one on.
    Outline(u32),
    /// The segments that hold all of these words, from a number on.
    Find(String, u32),
    /// Segments.
    Read(Place),
    /// To be done: the draft, as JSON text.
    Submit(String),
}

/// Which segments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Those of a zone.
    Zone(u32),
    /// Those from one number on, up to another where one is given.
    Segments(u32, Option<u32>),
}

/// The functions, the last of them with the draft's schema.
pub(super) fn tools(draft: Value) -> Vec<Tool> {
    let object = |properties: Value| {
        let names: Vec<Value> = properties.as_object().into_iter().flatten().map(|(name, _)| json!(name)).collect();
        json!({ "type": "object", "properties": properties, "required": names, "additionalProperties": false })
    };
    let number = |description: &str| json!({ "type": ["integer", "null"], "description": description });
    vec![
        Tool {
            name: "outline",
            description: "Lists the zones of the report: number, kind, segments, length, what they may hold, first words.",
            parameters: object(json!({ "from": number("First zone to list; null for all.") })),
        },
        Tool {
            name: "find",
            description: "Shows segments that contain all of some words; width, case and blanks make no difference.",
            parameters: object(json!({
                "text": { "type": "string", "description": "One word, or several parted by blanks." },
                "from": number("First segment to look in; null for all."),
            })),
        },
        Tool {
            name: "read",
            description: "Shows segments of the report in full: a zone, or the segments from one number to another.",
            parameters: object(json!({
                "zone": number("Number of the zone; null to read by segments."),
                "first": number("First segment; null to read a zone."),
                "last": number("Last segment; null for as many as there is room for."),
            })),
        },
        Tool { name: SUBMIT, description: "Submits the record. Errors come back, to be mended and submitted again.", parameters: draft },
    ]
}

impl Wish {
    /// Reads a call. Numbers may stand as text, and arguments inside one more layer of JSON text: some models write
    /// them so.
    ///
    /// # Errors
    /// When there is no such function, or its arguments cannot be read; in words for the model.
    pub fn read(call: &Call) -> Result<Self, String> {
        match call.name.as_str() {
            // What a draft is, is for the validator to say.
            SUBMIT => return Ok(Self::Submit(unwrapped(&call.arguments))),
            "outline" | "find" | "read" => {}
            _ => return Err("there is no such function: call `outline`, `find`, `read` or `submit`".to_owned()),
        }
        let arguments = object(&call.arguments).ok_or("the arguments are not a JSON object")?;
        let number = |name: &str| match arguments.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => count(value).map(Some).ok_or_else(|| format!("`{name}` must be a whole number or null")),
        };
        match call.name.as_str() {
            "outline" => Ok(Self::Outline(number("from")?.unwrap_or(1))),
            "find" => match (arguments.get("text"), number("from")?.unwrap_or(1)) {
                (Some(Value::String(text)), from) if !text.trim().is_empty() => {
                    Ok(Self::Find(text.split_whitespace().collect::<Vec<_>>().join(" "), from))
                }
                (Some(Value::Number(number)), from) => Ok(Self::Find(number.to_string(), from)),
                _ => Err("`text` must hold the words to look for".to_owned()),
            },
            _ => match (number("zone")?, number("first")?, number("last")?) {
                // The narrower wish counts where both are filled in.
                (_, Some(first), last) => Ok(Self::Read(Place::Segments(first, last))),
                (Some(zone), None, _) => Ok(Self::Read(Place::Zone(zone))),
                (None, None, _) => Err("give `zone`, or `first` and `last`".to_owned()),
            },
        }
    }
}

/// A JSON object, also one written as JSON text; nothing at all is an empty one.
fn object(arguments: &str) -> Option<Map<String, Value>> {
    if arguments.trim().is_empty() {
        return Some(Map::new());
    }
    match serde_json::from_str(arguments).ok()? {
        Value::Object(members) => Some(members),
        Value::String(inner) => serde_json::from_str(&inner).ok(),
        Value::Null => Some(Map::new()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

/// The draft of a call: as it came, or out of the one member `draft` or `record` or the layer of JSON text that some
/// models wrap it in.
fn unwrapped(arguments: &str) -> String {
    let inner = match serde_json::from_str(arguments) {
        Ok(Value::String(inner)) => inner,
        _ => arguments.to_owned(),
    };
    let Ok(members) = serde_json::from_str::<Map<String, Value>>(&inner) else { return inner };
    match members.iter().next().filter(|(name, _)| members.len() == 1 && matches!(name.as_str(), "draft" | "record")) {
        Some((_, Value::String(text))) => text.clone(),
        Some((_, draft)) => draft.to_string(),
        None => inner,
    }
}

/// A count, also as text, as a fraction of nothing, or as the only item of a list.
fn count(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => {
            let whole = number.as_u64().or_else(|| number.to_string().strip_suffix(".0")?.parse().ok());
            whole.and_then(|whole| u32::try_from(whole).ok())
        }
        Value::String(text) => text.trim().trim_matches(['[', ']']).parse().ok(),
        Value::Array(items) => match items.as_slice() {
            [item @ (Value::Number(_) | Value::String(_))] => count(item),
            _ => None,
        },
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, arguments: &str) -> Result<Wish, String> {
        let call = Call { name: name.to_owned(), arguments: arguments.to_owned(), ..Call::default() };
        Wish::read(&call)
    }

    #[test]
    fn calls_are_read_as_models_write_them() {
        let segments = |first, last| Ok(Wish::Read(Place::Segments(first, last)));
        let cases = [
            ("outline", "", Ok(Wish::Outline(1))),
            ("outline", "null", Ok(Wish::Outline(1))),
            ("outline", r#"{"from": 12}"#, Ok(Wish::Outline(12))),
            ("find", r#"{"text": " 目标价  12.5 "}"#, Ok(Wish::Find("目标价 12.5".to_owned(), 1))),
            ("find", r#"{"text": 688999, "from": 30}"#, Ok(Wish::Find("688999".to_owned(), 30))),
            ("read", r#"{"zone": 3, "first": null, "last": null}"#, Ok(Wish::Read(Place::Zone(3)))),
            ("read", r#"{"zone": "3"}"#, Ok(Wish::Read(Place::Zone(3)))),
            ("read", r#"{"zone": 3, "first": 7.0, "last": "[9]"}"#, segments(7, Some(9))),
            ("read", r#"{"first": [7]}"#, segments(7, None)),
            ("read", r#""{\"first\": 7, \"last\": 8}""#, segments(7, Some(8))),
        ];
        for (name, arguments, expected) in cases {
            assert_eq!(read(name, arguments), expected, "{name} {arguments}");
        }
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        for (name, arguments, words) in [
            ("browse", "{}", "no such function"),
            ("", "{}", "no such function"),
            ("read", "{\"zone\": ", "not a JSON object"),
            ("read", "[1]", "not a JSON object"),
            ("read", "{}", "give `zone`"),
            ("read", r#"{"zone": -1}"#, "`zone` must be"),
            ("read", r#"{"first": 1.5}"#, "`first` must be"),
            ("read", r#"{"first": {"a": 1}}"#, "`first` must be"),
            ("find", r#"{"text": " "}"#, "`text` must hold"),
            ("find", r#"{"words": "a"}"#, "`text` must hold"),
            ("outline", r#"{"from": "all"}"#, "`from` must be"),
        ] {
            let said = read(name, arguments).unwrap_err();
            assert!(said.contains(words), "{name} {arguments}: {said}");
        }
    }

    #[test]
    fn a_draft_may_be_wrapped() {
        let draft = |arguments: &str| match read(SUBMIT, arguments) {
            Ok(Wish::Submit(draft)) => draft,
            other => panic!("{other:?}"),
        };
        assert_eq!(draft(r#"{"product": {}, "risks": []}"#), r#"{"product": {}, "risks": []}"#);
        assert_eq!(draft(r#""{\"risks\": []}""#), r#"{"risks": []}"#);
        assert_eq!(draft(r#"{"draft": {"risks": []}}"#), r#"{"risks":[]}"#);
        assert_eq!(draft(r#"{"record": "{\"risks\": [],}"}"#), r#"{"risks": [],}"#);
        assert_eq!(draft(r#"{"risks": [],}"#), r#"{"risks": [],}"#, "mending it is the validator's business");
    }

    /// What the dialect test asks of the draft holds for the small ones too.
    #[test]
    fn schemas_are_closed_and_typed_and_have_members() {
        for tool in tools(json!({"type": "object"})).into_iter().filter(|tool| tool.name != SUBMIT) {
            let properties = tool.parameters["properties"].as_object().unwrap();
            let names: Vec<Value> = properties.keys().map(|name| json!(name)).collect();
            assert!(!names.is_empty(), "Gemini refuses an object without properties");
            assert_eq!((&tool.parameters["required"], &tool.parameters["additionalProperties"]), (&json!(names), &json!(false)));
            assert!(properties.values().all(|property| property.get("type").is_some()), "{}", tool.name);
        }
    }
}
