//! The page's words: everything a record can say has a name in both languages, and no word is left over.

use std::collections::BTreeSet;

use regex::Regex;
use sellside::domain::schema::record_schema;
use serde_json::Value;

use crate::support::workspace::repository;

const SCRIPTS: [&str; 10] = ["data", "fields", "dom", "decisions", "list", "text", "record", "form", "keys", "main"];

fn asset(name: &str) -> String {
    std::fs::read_to_string(repository("src/review/assets").join(name)).unwrap()
}

fn words() -> Value {
    serde_json::from_str(&asset("words.json")).unwrap()
}

#[test]
fn every_field_and_value_has_a_name_in_both_languages() {
    let words = words();
    let schema = record_schema();
    // What stands beside values is told by other words of the page.
    let beside = ["Provenance", "Evidence", "Rejected", "ReviewItem", "Run"];
    for name in schema["properties"].as_object().unwrap().keys() {
        let told = ["schema", "id", "text_id", "provenance", "review", "run"].contains(&name.as_str());
        assert!(told || words["group"][name].is_array(), "no name for `{name}`");
    }
    for (definition, node) in schema["$defs"].as_object().unwrap() {
        for name in node["properties"].as_object().into_iter().flat_map(|properties| properties.keys()) {
            assert!(beside.contains(&definition.as_str()) || words["field"][name].is_array(), "no name for `{definition}.{name}`");
        }
        for choice in node["oneOf"].as_array().into_iter().flatten() {
            let value = choice["const"].as_str().unwrap();
            assert!(words["enum"][definition][value].is_array(), "no name for `{definition}` `{value}`");
        }
    }
    // And none for what a record cannot say.
    for (definition, values) in words["enum"].as_object().unwrap() {
        let choices = schema["$defs"][definition]["oneOf"].as_array().unwrap_or_else(|| panic!("`{definition}` is no list of values"));
        for value in values.as_object().unwrap().keys() {
            assert!(choices.iter().any(|choice| choice["const"] == value.as_str()), "`{definition}` has no `{value}`");
        }
    }
    for section in words.as_object().unwrap().values() {
        let pairs = section.as_object().unwrap().values().flat_map(|entry| match entry {
            Value::Object(values) => values.values().collect::<Vec<_>>(),
            pair => vec![pair],
        });
        for pair in pairs {
            let both =
                pair.as_array().filter(|both| both.len() == 2 && both.iter().all(|word| !word.as_str().unwrap_or_default().is_empty()));
            assert!(both.is_some(), "{pair}");
        }
    }
}

#[test]
fn every_word_that_is_used_is_there_and_every_word_is_used() {
    let words = words();
    let known: BTreeSet<&str> = words["ui"].as_object().unwrap().keys().map(String::as_str).collect();
    let scripts: String = SCRIPTS.iter().map(|name| asset(&format!("{name}.js"))).collect();
    let [html, keys] = ["page.html", "keys.js"].map(asset);
    let mut used = BTreeSet::new();
    let literal = Regex::new(r"say\([^`()]*").unwrap();
    let quoted = Regex::new(r#""([a-z_]+)""#).unwrap();
    for call in literal.find_iter(&scripts) {
        used.extend(quoted.captures_iter(call.as_str()).map(|found| found.get(1).unwrap().as_str()));
    }
    used.extend(Regex::new(r#""(key_[a-z]+)""#).unwrap().captures_iter(&keys).map(|found| found.get(1).unwrap().as_str()));
    let attribute = Regex::new(r#"data-(?:say|title|label|placeholder)="([a-z_]+)""#).unwrap();
    used.extend(attribute.captures_iter(&html).map(|found| found.get(1).unwrap().as_str()));
    // `say(`theme_${theme}`)`: the start of several.
    let template = Regex::new(r"say\(`([a-z_]*)\$\{[a-z.]+\}([a-z_]*)`").unwrap();
    let templates: Vec<(&str, &str)> =
        template.captures_iter(&scripts).map(|found| (found.get(1).unwrap().as_str(), found.get(2).unwrap().as_str())).collect();
    let missing: Vec<&&str> = used.iter().filter(|key| !known.contains(**key)).collect();
    assert!(missing.is_empty(), "the page has no words for {missing:?}");
    let by_template = |key: &str| templates.iter().any(|(start, end)| key.starts_with(start) && key.ends_with(end));
    let acts = ["rules", "model", "edit", "missing", "keep", "true", "false"];
    let left: Vec<&&str> = known.iter().filter(|key| !used.contains(**key) && !by_template(key) && !acts.contains(key)).collect();
    assert!(left.is_empty(), "nothing says {left:?}");
}
