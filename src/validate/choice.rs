//! The answer to a question about a conflict: a forced choice and the words that decide it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::reply;

/// Which of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// The one shown first.
    First,
    /// The one shown second.
    Second,
    /// None of them.
    Neither,
}

/// A choice and its reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceReply {
    /// Which.
    pub choice: Pick,
    /// The words that decide it.
    pub quote: Option<String>,
}

/// The JSON Schema of the answer, strict.
pub fn choice_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "choice": { "type": "string", "enum": ["first", "second", "neither"] },
            "quote": { "type": ["string", "null"], "description": "Words copied from the report; null for neither." },
        },
        "required": ["choice", "quote"],
        "additionalProperties": false,
    })
}

/// Reads the answer out of a reply; what surrounds the object is passed over as in a draft. `None` where it does not
/// follow the schema.
pub fn choice(text: &str) -> Option<ChoiceReply> {
    let value = reply::object(text, &mut Vec::new())?;
    // A missing quote would be read as null, and null is an answer.
    value.get("quote")?;
    serde_json::from_value(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_follows_its_schema_or_is_none() {
        let compiled = jsonschema::draft202012::new(&choice_schema()).unwrap();
        for (text, expected) in [
            (r#"{"choice": "first", "quote": "增持"}"#, Some(Pick::First)),
            ("```json\n{\"choice\": \"neither\", \"quote\": null}\n```", Some(Pick::Neither)),
            (r#"<think>{}</think>{"choice":"second","quote":"买入"}"#, Some(Pick::Second)),
            (r#"{"choice": "both", "quote": null}"#, None),
            (r#"{"choice": "first"}"#, None),
            (r#"{"choice": "first", "quote": null, "more": 1}"#, None),
            ("first", None),
        ] {
            assert_eq!(choice(text).map(|answer| answer.choice), expected, "{text}");
            if let Ok(value) = serde_json::from_str::<Value>(text) {
                assert_eq!(compiled.is_valid(&value), expected.is_some(), "{text}");
            }
        }
    }
}
