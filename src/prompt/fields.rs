//! The draft's fields in groups: what is asked together, because it stands in the same places of a report.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::config::Scope;
use crate::draft::{prompt_schema, strict_draft_schema};

/// Fields that stand in the same places of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldGroup {
    /// What the report is, who wrote it, what it rates and at which target.
    Identity,
    /// Tables of rating definitions.
    Scales,
    /// Figures of the forecast table.
    Estimates,
    /// Other companies, sectors, risks, earlier reports, main statements.
    Lists,
    /// Statements of the legal text.
    Disclosures,
}

impl FieldGroup {
    /// All groups, in the order of the draft where they are asked for apart.
    pub const ALL: [Self; 5] = [Self::Identity, Self::Scales, Self::Estimates, Self::Lists, Self::Disclosures];

    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Scales => "scales",
            Self::Estimates => "estimates",
            Self::Lists => "lists",
            Self::Disclosures => "disclosures",
        }
    }

    /// Members of the draft.
    fn members(self) -> &'static [&'static str] {
        match self {
            Self::Identity => &["product", "publisher", "authors", "subject", "ratings", "target_price"],
            Self::Scales => &["rating_scales"],
            Self::Estimates => &["estimates"],
            Self::Lists => &["mentions", "sector_calls", "risks", "related_reports", "key_points"],
            Self::Disclosures => &["disclosures"],
        }
    }

    /// Tokens kept free for the answer: a list as long as reports have them, not as long as the schema allows.
    fn answer_tokens(self) -> usize {
        match self {
            Self::Identity | Self::Scales | Self::Disclosures => 600,
            Self::Estimates | Self::Lists => 1000,
        }
    }
}

/// A set of groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fields(u8);

impl Fields {
    /// The whole draft.
    pub fn all() -> Self {
        FieldGroup::ALL.into_iter().collect()
    }

    /// What is asked for in a scope: nothing whose words are never sent.
    pub fn of(scope: Scope) -> Self {
        match scope {
            Scope::Full => Self::all(),
            Scope::Zones => FieldGroup::ALL.into_iter().filter(|group| *group != FieldGroup::Disclosures).collect(),
        }
    }

    /// Whether the group is one of them.
    pub fn contains(self, group: FieldGroup) -> bool {
        self.0 & bit(group) != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Both sets together.
    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both sets.
    pub(super) fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The set without a group.
    pub(super) fn without(self, group: FieldGroup) -> Self {
        Self(self.0 & !bit(group))
    }

    /// The set with one group more.
    pub(super) fn and(self, group: FieldGroup) -> Self {
        Self(self.0 | bit(group))
    }

    /// The groups, in order.
    pub fn groups(self) -> impl Iterator<Item = FieldGroup> {
        FieldGroup::ALL.into_iter().filter(move |group| self.contains(*group))
    }

    /// Tokens kept free for the answer.
    pub(super) fn answer_tokens(self) -> usize {
        /// What an answer with all fields takes, if no list is long.
        const WHOLE: usize = 3000;
        self.groups().map(FieldGroup::answer_tokens).sum::<usize>().min(WHOLE)
    }

    /// The strict schema of these fields.
    pub(super) fn schema(self) -> Arc<Value> {
        // There are few sets, and each request of a run asks for one of them.
        static SCHEMAS: [OnceLock<Arc<Value>>; 1 << FieldGroup::ALL.len()] = [const { OnceLock::new() }; 1 << FieldGroup::ALL.len()];
        let made = || Arc::new(self.keep(strict_draft_schema()));
        SCHEMAS.get(usize::from(self.0)).map_or_else(made, |schema| Arc::clone(schema.get_or_init(made)))
    }

    /// The same as it is shown to the model.
    pub(super) fn schema_line(self) -> &'static str {
        static LINES: [OnceLock<String>; 1 << FieldGroup::ALL.len()] = [const { OnceLock::new() }; 1 << FieldGroup::ALL.len()];
        let written = || {
            let line = prompt_schema();
            serde_json::from_str(&line).map_or(line, |schema| self.keep(schema).to_string())
        };
        LINES.get(usize::from(self.0)).map_or("", |line| line.get_or_init(written))
    }

    /// Takes the other members out of an object's schema.
    fn keep(self, mut schema: Value) -> Value {
        let kept = |name: &str| self.groups().any(|group| group.members().contains(&name));
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.retain(|name, _| kept(name));
        }
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| name.as_str().is_some_and(kept));
        }
        schema
    }
}

impl FromIterator<FieldGroup> for Fields {
    fn from_iter<I: IntoIterator<Item = FieldGroup>>(groups: I) -> Self {
        Self(groups.into_iter().fold(0, |bits, group| bits | bit(group)))
    }
}

impl From<FieldGroup> for Fields {
    fn from(group: FieldGroup) -> Self {
        Self(bit(group))
    }
}

fn bit(group: FieldGroup) -> u8 {
    1 << group as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_draft_is_in_one_group() {
        let schema = strict_draft_schema();
        let mut members: Vec<&str> = FieldGroup::ALL.iter().flat_map(|group| group.members().iter().copied()).collect();
        let mut properties: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        properties.sort_unstable();
        assert_eq!(members, properties);
    }

    #[test]
    fn a_part_of_the_schema_is_a_schema_in_the_same_order() {
        let fields: Fields = [FieldGroup::Lists, FieldGroup::Scales].into_iter().collect();
        let names = ["rating_scales", "mentions", "sector_calls", "risks", "related_reports", "key_points"];
        let schema = fields.schema();
        assert!(jsonschema::meta::is_valid(&schema));
        assert_eq!(schema["required"], serde_json::json!(names));
        assert_eq!(schema["properties"].as_object().unwrap().keys().collect::<Vec<_>>(), names);
        let line: Value = serde_json::from_str(fields.schema_line()).unwrap();
        assert_eq!(line["properties"].as_object().unwrap().len(), names.len());
    }

    #[test]
    fn the_whole_draft_is_shown_as_it_always_was() {
        assert_eq!(Fields::all().schema_line(), prompt_schema());
        assert_eq!(*Fields::all().schema(), strict_draft_schema());
        assert_eq!(Fields::all().answer_tokens(), 3000);
    }
}
