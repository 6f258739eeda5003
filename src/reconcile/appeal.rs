//! What an adjudicator is asked and what its answer does. Pure: whoever has a model asks, see the pipeline.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::domain::evidence::Located;
use crate::domain::{Evidence, Span};

use super::policy::{Policy, Weight, Winner};

/// Two readers, two sound values.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// JSON Pointer of the value.
    pub pointer: String,
    /// What the rules read.
    pub rules: Side,
    /// What the model read.
    pub model: Side,
    /// Whether the value decides something: such conflicts are asked about first.
    pub key: bool,
}

/// One reader's value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The value.
    pub value: Value,
    /// Its first place in the source.
    pub span: Span,
}

/// The third voice.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Which of the two it takes.
    pub choice: Choice,
    /// The words it quotes for that, where they stand beside the value it takes.
    pub evidence: Option<Evidence>,
}

/// What an adjudicator chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The rules' value.
    Rules,
    /// The model's value.
    Model,
    /// Neither of them.
    Neither,
}

/// Answers by the pointers of their conflicts.
pub type Answers = BTreeMap<String, Answer>;

impl Conflict {
    /// A conflict that can be shown: both values have a place.
    pub(super) fn new<T: Serialize>(pointer: &str, rules: &Located<T>, model: &Located<T>, policy: Policy) -> Option<Self> {
        let side = |value: &Located<T>| {
            let span = value.evidence.first()?.span()?;
            Some(Side { value: serde_json::to_value(&value.value).ok()?, span })
        };
        Some(Self { pointer: pointer.to_owned(), rules: side(rules)?, model: side(model)?, key: policy.weight == Weight::Key })
    }
}

/// What became of a conflict.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// Settled: who is kept, and the adjudicator's words.
    Settled(Winner, Evidence),
    /// Still open, with what the adjudicator said of it.
    Open(&'static str),
}

/// Weighs an answer by the field's policy.
pub(super) fn weigh(answer: &Answer, policy: Policy) -> Outcome {
    use super::policy::Appeal;
    let chosen = match answer.choice {
        Choice::Rules => Winner::Rules,
        Choice::Model => Winner::Model,
        Choice::Neither => return Outcome::Open("asked again, the model takes neither"),
    };
    match (&answer.evidence, policy.appeal) {
        (None, _) => Outcome::Open("asked again, the model quotes words that do not stand there"),
        (Some(words), _) if chosen == policy.winner => Outcome::Settled(chosen, words.clone()),
        (Some(words), Appeal::Decides) => Outcome::Settled(chosen, words.clone()),
        (Some(_), Appeal::Confirms) => Outcome::Open("asked again, the model holds to the other value"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::policy::field;
    use super::*;
    use crate::domain::By;

    #[test]
    fn an_answer_confirms_or_decides_by_the_field() {
        let words = Evidence::exact(By::Adjudicator, "评级：增持", Span { start: 0, end: 5 });
        let said = |choice| Answer { choice, evidence: Some(words.clone()) };
        assert_eq!(weigh(&said(Choice::Rules), field::LABEL), Outcome::Settled(Winner::Rules, words.clone()));
        assert!(matches!(weigh(&said(Choice::Model), field::LABEL), Outcome::Open(why) if why.contains("other value")));
        assert_eq!(weigh(&said(Choice::Model), field::TITLE), Outcome::Settled(Winner::Model, words.clone()));
        assert_eq!(weigh(&said(Choice::Rules), field::METHOD), Outcome::Settled(Winner::Rules, words.clone()));
        assert!(matches!(weigh(&said(Choice::Neither), field::TITLE), Outcome::Open(why) if why.contains("neither")));
        let bare = Answer { choice: Choice::Rules, evidence: None };
        assert!(matches!(weigh(&bare, field::TITLE), Outcome::Open(why) if why.contains("do not stand")));
    }
}
