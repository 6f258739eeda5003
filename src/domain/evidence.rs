//! Where a value stands in the source, and how sure we are of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::record::Rejected;

/// A range of characters (Unicode scalar values) of the decoded source text; `end` is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

impl Span {
    /// Whether the two ranges share a character.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Who read a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The deterministic rules.
    Rules,
    /// The language model.
    Model,
    /// The model, asked to decide a conflict.
    Adjudicator,
    /// A person.
    Human,
}

/// How a value's words were found in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Alignment {
    /// The words stand there to the letter.
    Exact,
    /// The words stand there but for width, case, blanks and punctuation.
    Normalized,
    /// Nearly the same words stand there; `score` says how near. The digits are the same.
    Fuzzy,
    /// The words stand nowhere. Only rejected values may have this.
    Missing,
}

/// Why evidence does not carry its value, or carries it less well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The value does not follow from the quoted words.
    ValueNotInQuote,
    /// The unit differs from the quoted one (元 against 万元, percent against fraction).
    UnitMismatch,
    /// The quoted number is the same but for a power of ten.
    ScaleMismatch,
    /// The quoted number has the other sign.
    SignMismatch,
    /// The quoted words name another day.
    DateMismatch,
    /// The label is not among the quoted words.
    LabelNotInQuote,
    /// The words were found outside the segments the model cited.
    OutsideCitation,
    /// The model cited no segment.
    NotCited,
    /// The words stand in a table of definitions or a disclaimer, where such a value cannot be read.
    WrongZone,
    /// The rating word is an action or a stance, or no grade of the report's own table.
    NotAGrade,
    /// Nothing near the words says that they are this value: a number without 目标价, a rating without 评级.
    Unnamed,
    /// What stands beside the words says that they are something else: another company's rating, the day of a price.
    OtherMeaning,
    /// The words are a part of a longer name.
    PartialName,
    /// The value does not have the form such a value has: a code without digits, an address without `@`.
    WrongForm,
    /// The model's own reasoning names another value; what was found stands all the same.
    ReasoningDiffers,
    /// Another part of the report, read in a request of its own, gave the value that was taken.
    PartDisagrees,
    /// Most of the model's drafts gave another value, or none.
    Outvoted,
    /// As many of the model's drafts gave the value that was taken.
    VotesTied,
    /// The words stand in text addressed to a reading model, or in text that no reader sees.
    SuspiciousText,
}

impl Reason {
    /// Whether the value may be taken all the same.
    pub fn is_mild(self) -> bool {
        matches!(self, Self::OutsideCitation | Self::NotCited | Self::ReasoningDiffers)
    }
}

/// One place that carries a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Who read it.
    pub by: By,
    /// The words, copied from the source by code.
    pub quote: String,
    /// First character in the decoded source text; null when the words stand nowhere.
    pub start: Option<usize>,
    /// One past the last character.
    pub end: Option<usize>,
    /// Page, from 1, where the text engine knows pages.
    pub page: Option<u32>,
    /// Left, bottom, right, top of the line in points, where the text engine gives it.
    #[schemars(length(min = 4, max = 4))]
    pub bbox: Option<Vec<Amount>>,
    /// How the words were found.
    pub alignment: Alignment,
    /// Similarity 0 to 1 of a fuzzy match; null otherwise.
    pub score: Option<f64>,
    /// What weakens this evidence.
    pub reasons: Vec<Reason>,
}

impl Evidence {
    /// Evidence whose words stand in the source to the letter.
    pub fn exact(by: By, quote: impl Into<String>, span: Span) -> Self {
        Self {
            by,
            quote: quote.into(),
            start: Some(span.start),
            end: Some(span.end),
            page: None,
            bbox: None,
            alignment: Alignment::Exact,
            score: None,
            reasons: Vec::new(),
        }
    }

    /// Evidence for words that stand nowhere in the source.
    pub fn missing(by: By, quote: impl Into<String>, reasons: Vec<Reason>) -> Self {
        Self {
            by,
            quote: quote.into(),
            start: None,
            end: None,
            page: None,
            bbox: None,
            alignment: Alignment::Missing,
            score: None,
            reasons,
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Option<Span> {
        Some(Span { start: self.start?, end: self.end? })
    }

    /// Whether the words stand in the source and carry the value.
    pub fn is_sound(&self) -> bool {
        self.alignment != Alignment::Missing && self.reasons.iter().all(|reason| reason.is_mild())
    }
}

/// A value together with the places it was read from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands; at least one place.
    pub evidence: Vec<Evidence>,
    /// How many drafts gave it, where its reader was asked several times.
    pub votes: Option<u32>,
    /// What the same reader gave in its place, in another part or another draft.
    pub rivals: Vec<Rejected>,
}

/// A value that may not have been found.
pub type Slot<T> = Option<Located<T>>;

impl<T> Located<T> {
    /// A value with one place.
    pub fn new(value: T, evidence: Evidence) -> Self {
        Self::read(value, vec![evidence])
    }

    /// A value with all its places, read once.
    pub fn read(value: T, evidence: Vec<Evidence>) -> Self {
        Self { value, evidence, votes: None, rivals: Vec::new() }
    }

    /// The same places for a value computed from this one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Located<U> {
        Located::read(f(self.value), self.evidence)
    }

    /// Another value read from the same places.
    pub fn with<U>(&self, value: U) -> Located<U> {
        Located::read(value, self.evidence.clone())
    }

    /// Whether at least one place carries the value.
    pub fn is_sound(&self) -> bool {
        self.evidence.iter().any(Evidence::is_sound)
    }

    /// Adds a reason to every place of the value.
    pub fn spoil(&mut self, reason: Reason) {
        for evidence in &mut self.evidence {
            if !evidence.reasons.contains(&reason) {
                evidence.reasons.push(reason);
            }
        }
    }
}

/// What the judge says of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Rules and model read the same value.
    Agreed,
    /// Only the rules read it.
    RulesOnly,
    /// Only the model read it.
    ModelOnly,
    /// They read different values; the one taken stands in the record, the other in `rejected`.
    Conflict,
    /// They differed and the model, asked again with both quotes, decided.
    Adjudicated,
    /// Computed from other values of the record, named in `from`.
    Derived,
    /// A person decided.
    Human,
}
