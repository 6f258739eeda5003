//! Reply text to a typed draft, with every issue found.
//!
//! First what needs no request: fences, `<think>`, prose around the object, trailing commas, values of the wrong JSON
//! type that can mean only one thing. Each such repair is named. Then the draft's JSON Schema, all errors with their
//! pointers. Whether to ask again is the pipeline's decision.

mod choice;
mod conform;
mod record;
mod reply;

use serde_json::Value;

use crate::draft::{Draft, strict_draft_schema};

pub use choice::{ChoiceReply, Pick, choice, choice_schema};
pub use record::RecordValidator;
pub use reply::Repair;

/// A place where a reply does not follow the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// JSON Pointer into the reply.
    pub pointer: String,
    /// What is wrong, for a model and for people.
    pub message: String,
}

impl std::fmt::Display for Issue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{pointer}: {}", self.message)
    }
}

/// What became of a reply.
#[derive(Clone, Debug)]
pub struct Validated {
    /// The draft, or why there is none.
    pub draft: Result<Draft, Vec<Issue>>,
    /// What was mended on the way, each kind once.
    pub repairs: Vec<Repair>,
}

/// Checks replies against the draft's schema; compiled once.
#[derive(Debug)]
pub struct Validator {
    schema: Value,
    compiled: jsonschema::Validator,
}

/// A schema of ours does not compile: a defect of this program.
#[derive(Debug, thiserror::Error)]
#[error("the built-in schema does not compile: {0}")]
pub struct SchemaError(String);

/// The most issues that are reported of one reply.
const MAX_ISSUES: usize = 20;

impl Validator {
    /// Compiles the draft's schema.
    ///
    /// # Errors
    /// When the schema is no schema.
    pub fn new() -> Result<Self, SchemaError> {
        Self::of(&strict_draft_schema())
    }

    /// Compiles the schema of some of the draft's members; those not asked for stay empty.
    ///
    /// # Errors
    /// When the schema is no schema.
    pub fn of(schema: &Value) -> Result<Self, SchemaError> {
        let compiled = jsonschema::draft202012::new(schema).map_err(|error| SchemaError(error.to_string()))?;
        Ok(Self { schema: schema.clone(), compiled })
    }

    /// Reads a reply.
    pub fn validate(&self, text: &str) -> Validated {
        let mut repairs = Vec::new();
        let found = reply::object(text, &mut repairs);
        self.check(found, repairs)
    }

    /// Reads a reply that its token limit cut off: what was complete before the cut counts, and the repair is named
    /// (`closed`), never silent.
    pub fn validate_cut(&self, text: &str) -> Validated {
        let mut repairs = Vec::new();
        let found = reply::object(text, &mut repairs).or_else(|| reply::cut_object(text, &mut repairs));
        self.check(found, repairs)
    }

    fn check(&self, found: Option<Value>, mut repairs: Vec<Repair>) -> Validated {
        let issue = |message: &str| vec![Issue { pointer: String::new(), message: message.to_owned() }];
        let Some(mut value) = found else {
            return Validated { draft: Err(issue("no complete JSON object in the answer")), repairs };
        };
        conform::conform(&self.schema, &mut value, &mut repairs);
        repairs.sort();
        repairs.dedup();
        let issues: Vec<Issue> = self
            .compiled
            .iter_errors(&value)
            .take(MAX_ISSUES)
            .map(|error| Issue { pointer: error.instance_path().to_string(), message: head(&error.to_string()) })
            .collect();
        if !issues.is_empty() {
            return Validated { draft: Err(issues), repairs };
        }
        let draft = whole(value).map_err(|error| issue(&head(&error.to_string())));
        Validated { draft, repairs }
    }
}

/// The draft, with what was not asked for empty.
fn whole(answer: Value) -> Result<Draft, serde_json::Error> {
    let mut whole = serde_json::to_value(Draft::default())?;
    if let (Value::Object(members), Value::Object(answer)) = (&mut whole, answer) {
        members.extend(answer);
    }
    serde_json::from_value(whole)
}

/// The start of a message: some repeat a whole value.
fn head(message: &str) -> String {
    message.chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn empty() -> Value {
        serde_json::to_value(Draft::default()).unwrap()
    }

    fn validate(text: &str) -> Validated {
        Validator::new().unwrap().validate(text)
    }

    #[test]
    fn a_clean_reply_needs_no_repair() {
        let validated = validate(&empty().to_string());
        assert_eq!(validated.draft, Ok(Draft::default()));
        assert!(validated.repairs.is_empty());
    }

    #[test]
    fn what_surrounds_the_object_is_dropped_and_named() {
        let object = empty().to_string();
        for (text, repair) in [
            (format!("```json\n{object}\n```"), Repair::Fences),
            (format!("<think>the rating {{\"a\":1}} …</think>{object}"), Repair::Think),
            (format!("Here it is: {object} Done."), Repair::Prose),
            (format!("{},}}", object.strip_suffix('}').unwrap()), Repair::TrailingComma),
            (format!("\u{feff}{object}"), Repair::Prose),
        ] {
            let validated = validate(&text);
            assert!(validated.draft.is_ok(), "{text}: {:?}", validated.draft);
            assert_eq!(validated.repairs, [repair], "{text}");
        }
    }

    #[test]
    fn the_last_complete_object_counts() {
        let mut second = empty();
        second["publisher"]["name"] = json!("望江证券");
        let validated = validate(&format!("{} {second}", empty()));
        assert_eq!(validated.draft.unwrap().publisher.name.as_deref(), Some("望江证券"));
    }

    #[test]
    fn values_that_can_mean_one_thing_only_are_converted() {
        let mut value = empty();
        value["target_price"]["low"] = json!("1,234.50");
        value["publisher"]["at"] = json!([3, 4]);
        value["product"]["title"] = json!("null");
        value["ratings"] = json!([{ "subject_type": "stock", "label": "买入", "action": "维持", "at": 1 }]);
        value["extra"] = json!(1);
        let validated = validate(&value.to_string());
        let draft = validated.draft.unwrap();
        assert_eq!(draft.target_price.low.map(|low| low.to_string()).as_deref(), Some("1234.5"));
        assert_eq!(draft.publisher.at, Some(3));
        assert_eq!(draft.product.title, None);
        assert_eq!(draft.ratings[0].action, Some(crate::domain::rating::Action::Maintain));
        assert_eq!(validated.repairs, [Repair::Coerced, Repair::Filled, Repair::Dropped]);
    }

    #[test]
    fn every_issue_has_its_pointer() {
        let mut value = empty();
        value["rating_scales"] = json!([{ "subject_type": "galaxy", "horizon_months": 6, "grades": [] }]);
        value["risks"] = json!([{ "text": { "a": 1 }, "at": "x" }]);
        let issues = validate(&value.to_string()).draft.unwrap_err();
        let pointers: Vec<&str> = issues.iter().map(|issue| issue.pointer.as_str()).collect();
        assert_eq!(pointers, ["/rating_scales/0/subject_type", "/risks/0/text", "/risks/0/at"]);
    }

    #[test]
    fn a_word_outside_a_closed_list_is_null_and_named() {
        let mut value = empty();
        value["product"]["category"] = json!("传媒");
        let validated = validate(&value.to_string());
        assert_eq!(validated.draft.unwrap().product.category, None);
        assert_eq!(validated.repairs, [Repair::UnknownWord]);
    }

    #[test]
    fn of_a_cut_reply_what_was_complete_counts() {
        let mut value = empty();
        value["publisher"]["name"] = json!("望江证券");
        value["ratings"] =
            json!([{ "subject_type": "stock", "subject": null, "label": "买入", "action": null, "prior_label": null, "at": 1 }]);
        let text = value.to_string();
        let cut = &text[..text.find("prior_label").unwrap()];
        let validated = Validator::new().unwrap().validate_cut(cut);
        let draft = validated.draft.unwrap();
        assert_eq!(draft.publisher.name.as_deref(), Some("望江证券"));
        assert_eq!(draft.ratings[0].label.as_deref(), Some("买入"));
        assert!(validated.repairs.contains(&Repair::Closed));
    }

    #[test]
    fn a_cut_reply_is_no_draft() {
        let object = empty().to_string();
        let half = &object[..object.len() / 2];
        assert!(validate(half).draft.is_err());
        assert!(validate("").draft.is_err());
        assert!(validate("I cannot help with that.").draft.is_err());
    }
}
