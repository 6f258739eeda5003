//! Changes to a request by the model's name: RFC 7396 merge patches. Pure.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::grade::{self, GradeChoice};
use crate::config;
use crate::domain::record::Grading;

/// A change to the requests of some models, made after everything else.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// Models it is for: `*` stands for any characters, `?` for one, case does not matter. Empty: all.
    pub models: Vec<String>,
    /// Grades it is for. Empty: all. Headers do not ask for it.
    pub grades: Vec<Grading>,
    /// Merged into the body (RFC 7396): objects member by member, null takes a member out.
    pub body: Map<String, Value>,
    /// Headers; they replace those of the same name, and an empty one takes one out.
    pub headers: BTreeMap<String, SecretString>,
}

impl Patch {
    /// Whether it is for a model.
    pub(super) fn is_for(&self, model: &str) -> bool {
        names_model(&self.models, model)
    }
}

impl From<&config::Patch> for Patch {
    fn from(patch: &config::Patch) -> Self {
        let mut body = patch.body.clone();
        body.extend(patch.remove.iter().map(|name| (name.clone(), Value::Null)));
        let headers = patch.headers.iter().map(|(name, value)| (name.clone(), SecretString::from(value.expose())));
        let grades = patch.grades.iter().flat_map(|setting| match GradeChoice::from(*setting) {
            GradeChoice::Auto => grade::ALL.to_vec(),
            GradeChoice::Only(grade) => vec![grade],
        });
        Self { models: patch.models.clone(), grades: grades.collect(), body, headers: headers.collect() }
    }
}

/// Merges a patch into an object, as RFC 7396 has it.
pub(super) fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, change) in patch {
        match change {
            Value::Null => {
                // `remove` would move the last member into the gap; the order of members is part of what is sent.
                target.shift_remove(name);
            }
            Value::Object(members) => {
                let member = target.entry(name).or_insert(Value::Null);
                if !member.is_object() {
                    *member = Value::Object(Map::new());
                }
                if let Value::Object(inner) = member {
                    merge(inner, members);
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                target.insert(name.clone(), change.clone());
            }
        }
    }
}

/// Whether any of the patterns fits a model's name; no pattern fits all.
pub(super) fn names_model(patterns: &[String], model: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern, model))
}

/// Whether a pattern of `*` and `?` fits a text, without regard to case.
fn fits(pattern: &str, text: &str) -> bool {
    let lower = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
    let (pattern, text) = (lower(pattern), lower(text));
    // For each prefix of the text, whether the pattern so far fits it: its time is the product of the lengths, whatever
    // the pattern.
    let mut reached = vec![false; text.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for symbol in pattern {
        let mut next = Vec::with_capacity(reached.len());
        let mut open = false;
        for (at, fitted) in reached.iter().enumerate() {
            if symbol == '*' {
                open |= *fitted;
                next.push(open);
            } else {
                let before = at.checked_sub(1).and_then(|before| Some((*reached.get(before)?, *text.get(before)?)));
                next.push(before.is_some_and(|(fitted, c)| fitted && (symbol == '?' || symbol == c)));
            }
        }
        reached = next;
    }
    reached.last().is_some_and(|fitted| *fitted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    /// The examples of RFC 7396, appendix A, that are about objects.
    #[test]
    fn merges_as_the_rfc_has_it() {
        let cases = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ];
        for (target, patch, expected) in cases {
            let mut merged = object(target.clone());
            merge(&mut merged, &object(patch.clone()));
            assert_eq!(Value::from(merged), expected, "{target} + {patch}");
        }
    }

    #[test]
    fn models_are_named_by_pattern() {
        let cases = [
            ("qwen3*", "qwen3-8b", true),
            ("qwen3*", "Qwen3-8B", true),
            ("qwen3*", "Qwen/Qwen3-8B", false),
            ("*qwen3*", "Qwen/Qwen3-8B", true),
            ("o?", "o3", true),
            ("o?", "o3-mini", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
        ];
        for (pattern, model, expected) in cases {
            assert_eq!(fits(pattern, model), expected, "{pattern} {model}");
        }
        assert!(names_model(&[], "anything"));
        // Such a pattern takes ages where every star tries every place.
        assert!(!fits(&"*a".repeat(40), &format!("{}b", "a".repeat(200))));
    }

    proptest! {
        /// A pattern means what the regular expression it stands for means.
        #[test]
        fn patterns_are_those_of_a_shell(pattern in "[ab*?.]{0,8}", text in "[ab.]{0,8}") {
            let expression = regex::escape(&pattern).replace(r"\*", ".*").replace(r"\?", ".");
            let expected = regex::Regex::new(&format!("^{expression}$")).unwrap().is_match(&text);
            prop_assert_eq!(fits(&pattern, &text), expected);
        }

        /// Merging twice changes nothing more, and what a patch takes out is out.
        #[test]
        fn merging_is_idempotent(target in members(), patch in members()) {
            let mut once = target;
            merge(&mut once, &patch);
            let mut twice = once.clone();
            merge(&mut twice, &patch);
            prop_assert_eq!(&twice, &once);
            for (name, change) in &patch {
                prop_assert_eq!(once.contains_key(name), !change.is_null());
            }
        }
    }

    fn members() -> impl Strategy<Value = Map<String, Value>> {
        let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), (0..9).prop_map(Value::from)];
        let value = leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[abc]", inner, 0..3).prop_map(|members| members.into_iter().collect()),
            ]
        });
        prop::collection::btree_map("[abc]", value, 0..4).prop_map(|members| members.into_iter().collect())
    }

    #[test]
    fn what_toml_removes_is_null() {
        let settings: config::Config = config::Config::parse(
            "[[provider.x.patch]]\ngrades = [\"tools\"]\nbody = { a = 1 }\nremove = [\"b\"]\nheaders = { h = \"v\" }",
        )
        .unwrap();
        let patch = Patch::from(&settings.provider["x"].patch[0]);
        assert_eq!((Value::from(patch.body), patch.grades), (json!({"a": 1, "b": null}), vec![Grading::Tools]));
        assert_eq!(secrecy::ExposeSecret::expose_secret(&patch.headers["h"]), "v");
    }
}
