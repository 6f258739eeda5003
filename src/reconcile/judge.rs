//! One verdict a value: what was agreed, what only one reader saw, what conflicts.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::evidence::{Located, Slot};
use crate::domain::record::{Provenance, Rejected, ReviewCode, ReviewItem};
use crate::domain::{Alignment, By, Evidence, Reason, Verdict};

use super::appeal::{Answers, Conflict, Outcome, weigh};
use super::policy::{Policy, Weight, Winner};

/// Collects provenance and review items while the record is made.
#[derive(Debug, Default)]
pub(super) struct Judge {
    pub(super) provenance: BTreeMap<String, Provenance>,
    pub(super) review: Vec<ReviewItem>,
    /// Whether the rules read at all: then a value they do not have is one they did not find.
    rules_ran: bool,
    /// What an adjudicator said, where it was asked.
    answers: Answers,
    /// What one may be asked about.
    pub(super) conflicts: Vec<Conflict>,
    /// Items dropped from lists, by list and reason: one review item each, not one an item.
    dropped: BTreeMap<(String, ReviewCode), Vec<String>>,
}

/// Who is kept of two that differ.
pub(super) struct Settled<T> {
    pub(super) kept: Located<T>,
    pub(super) verdict: Verdict,
    /// The other one, and the adjudicator where it was not followed.
    pub(super) rejected: Vec<Rejected>,
}

impl Judge {
    /// A judge of two readings, or of one.
    pub(super) fn new(rules_ran: bool, answers: Answers) -> Self {
        Self { rules_ran, answers, ..Self::default() }
    }

    /// Whether the rules read.
    pub(super) fn rules_ran(&self) -> bool {
        self.rules_ran
    }

    /// Decides one scalar, remembers why, and returns the value taken.
    pub(super) fn scalar<T>(
        &mut self,
        pointer: &str,
        rules: Slot<T>,
        model: Slot<T>,
        policy: Policy,
        same: impl Fn(&T, &T) -> bool,
    ) -> Option<T>
    where
        T: Serialize,
    {
        let poll = poll(model.as_ref());
        let taken = self.decide(pointer, rules, model, policy, same);
        self.note(pointer, poll);
        taken
    }

    fn decide<T>(&mut self, pointer: &str, rules: Slot<T>, model: Slot<T>, policy: Policy, same: impl Fn(&T, &T) -> bool) -> Option<T>
    where
        T: Serialize,
    {
        let (model, unsound) = split_sound(model);
        let mut rejected: Vec<Rejected> = Vec::new();
        if let Some(unsound) = unsound {
            // The right value cited at the wrong place still agrees.
            if rules.as_ref().is_some_and(|rules| same(&rules.value, &unsound.value)) {
                return self.take(pointer, Verdict::RulesOnly, rules, rejected);
            }
            // Where the rules' value stands and little hangs on it, what the model misread is noise: `rejected` has it.
            if policy.weight == Weight::Key || (policy.weight == Weight::Plain && rules.is_none()) {
                self.flag_unsound(pointer, &unsound);
            }
            rejected.push(reject(&unsound));
        }
        match (rules, model) {
            (None, None) => {
                if !rejected.is_empty() {
                    self.insert(pointer, Verdict::ModelOnly, Vec::new(), rejected);
                }
                None
            }
            (Some(rules), None) => self.take(pointer, Verdict::RulesOnly, Some(rules), rejected),
            (None, Some(model)) => {
                self.flag_lonely(pointer, &model, policy);
                self.take(pointer, Verdict::ModelOnly, Some(model), rejected)
            }
            (Some(rules), Some(model)) if same(&rules.value, &model.value) => {
                let mut evidence = rules.evidence;
                evidence.extend(model.evidence);
                self.take(pointer, Verdict::Agreed, Some(Located::read(rules.value, evidence)), rejected)
            }
            (Some(rules), Some(model)) => {
                let settled = self.settle(pointer, rules, model, policy);
                rejected.splice(0..0, settled.rejected);
                self.take(pointer, settled.verdict, Some(settled.kept), rejected)
            }
        }
    }

    /// Decides between two sound values: by the policy, or by an adjudicator where one was asked and the policy lets it.
    pub(super) fn settle<T: Serialize>(&mut self, pointer: &str, rules: Located<T>, model: Located<T>, policy: Policy) -> Settled<T> {
        let said = format!("rules read {}, the model read {}", shown(&rules), shown(&model));
        self.conflicts.extend(Conflict::new(pointer, &rules, &model, policy));
        let answer = self.answers.get(pointer).cloned();
        let outcome = answer.as_ref().map(|answer| weigh(answer, policy));
        let pick = |winner, rules: Located<T>, model: Located<T>| match winner {
            Winner::Rules => (rules, model, "rules'"),
            Winner::Model => (model, rules, "model's"),
        };
        if let Some(Outcome::Settled(winner, words)) = outcome {
            let (mut kept, other, _) = pick(winner, rules, model);
            kept.evidence.push(words);
            return Settled { kept, verdict: Verdict::Adjudicated, rejected: vec![reject(&other)] };
        }
        let (kept, other, name) = pick(policy.winner, rules, model);
        let mut rejected = vec![reject(&other)];
        let more = match (outcome, answer) {
            (Some(Outcome::Open(why)), Some(answer)) => {
                let value = match answer.choice {
                    super::Choice::Neither => serde_json::Value::Null,
                    choice if (choice == super::Choice::Rules) == (policy.winner == Winner::Rules) => value_of(&kept),
                    _ => value_of(&other),
                };
                let reasons = if answer.evidence.is_some() { Vec::new() } else { vec![Reason::ValueNotInQuote] };
                rejected.push(Rejected { by: By::Adjudicator, value, quote: answer.evidence.map(|evidence| evidence.quote), reasons });
                format!("; {why}")
            }
            _ => String::new(),
        };
        self.review(pointer, ReviewCode::Conflict, format!("{said}; kept the {name}{more}"));
        Settled { kept, verdict: Verdict::Conflict, rejected }
    }

    /// A value only the model read: doubtful where its own reasoning says otherwise, or where much hangs on it and the
    /// rules looked and found nothing.
    pub(super) fn flag_lonely<T: Serialize>(&mut self, pointer: &str, model: &Located<T>, policy: Policy) {
        if model.evidence.iter().any(|evidence| evidence.reasons.contains(&Reason::ReasoningDiffers)) {
            let detail = format!("the model answers {}, its reasoning names another value", shown(model));
            self.review(pointer, ReviewCode::ReasoningMismatch, detail);
        } else if self.rules_ran && policy.weight == Weight::Key {
            self.review(pointer, ReviewCode::ModelOnly, format!("only the model read {}", shown(model)));
        }
    }

    /// Remembers an item of a list.
    pub(super) fn item(&mut self, pointer: &str, verdict: Verdict, evidence: Vec<Evidence>, rejected: Vec<Rejected>) {
        self.insert(pointer, verdict, evidence, rejected);
    }

    /// Remembers what the model's other parts or drafts gave in place of its value. Parts that differ and drafts that tie
    /// are put before a person; a minority is kept in sight only.
    pub(super) fn note(&mut self, pointer: &str, poll: Option<Poll>) {
        let Some(Poll { shown, votes, rivals }) = poll else { return };
        let open = |rival: &&Rejected| rival.reasons.iter().any(|why| matches!(why, Reason::PartDisagrees | Reason::VotesTied));
        let others: Vec<String> = rivals.iter().filter(open).map(|rival| format!("`{}`", words(&rival.value))).collect();
        if !others.is_empty() {
            self.review(pointer, ReviewCode::Conflict, format!("the model read {shown}, in another part or draft {}", others.join(", ")));
        }
        let entry = self.provenance.entry(pointer.to_owned());
        let entry = entry.or_insert_with(|| provenance(Verdict::ModelOnly, Vec::new(), Vec::new()));
        entry.rejected.extend(rivals);
        // Votes are for the value taken.
        entry.votes = votes.filter(|_| entry.evidence.iter().any(|evidence| evidence.by == By::Model));
    }

    /// Remembers an item that was not taken, under its list's pointer. Where the rules read the list, what the model
    /// misread of it is noise.
    pub(super) fn turn_down<T: Serialize>(&mut self, list: &str, item: &Located<T>, rules_read: bool) {
        if !rules_read && !is_outvoted(item) {
            let code = if is_missing(item) { ReviewCode::NotInText } else { ReviewCode::ValueMismatch };
            self.dropped.entry((list.to_owned(), code)).or_default().push(shown(item));
        }
        let entry = self.provenance.entry(list.to_owned()).or_insert_with(|| provenance(Verdict::ModelOnly, Vec::new(), Vec::new()));
        entry.rejected.push(reject(item));
        entry.rejected.extend(item.rivals.iter().cloned());
    }

    /// Remembers that a value follows from others.
    pub(super) fn derived(&mut self, pointer: &str, from: Vec<String>) {
        let mut entry = provenance(Verdict::Derived, Vec::new(), Vec::new());
        entry.from = from;
        self.provenance.insert(pointer.to_owned(), entry);
    }

    /// Puts what was dropped from lists before a person: one item a list and reason.
    pub(super) fn finish(&mut self) {
        for ((list, code), items) in std::mem::take(&mut self.dropped) {
            let why = match code {
                ReviewCode::NotInText => "whose words stand nowhere in the text",
                _ => "that its words do not carry",
            };
            let few: Vec<&str> = items.iter().take(3).map(String::as_str).collect();
            let more = if items.len() > few.len() { ", …" } else { "" };
            self.review(&list, code, format!("the model read {} {why}; dropped: {}{more}", items.len(), few.join(", ")));
        }
    }

    /// Moves what stands under the parts of an object to the object, when none of them has a value left: it is null then.
    pub(super) fn fold(&mut self, object: &str) {
        let is_part = |pointer: &str| pointer.strip_prefix(object).is_some_and(|rest| rest.starts_with('/'));
        let parts: Vec<String> = self.provenance.keys().filter(|pointer| is_part(pointer)).cloned().collect();
        let rejected: Vec<Rejected> =
            parts.iter().filter_map(|part| self.provenance.remove(part)).flat_map(|entry| entry.rejected).collect();
        if !rejected.is_empty() {
            self.insert(object, Verdict::ModelOnly, Vec::new(), rejected);
        }
        for item in self.review.iter_mut().filter(|item| is_part(&item.pointer)) {
            object.clone_into(&mut item.pointer);
        }
    }

    /// Asks a person to look.
    pub(super) fn review(&mut self, pointer: &str, code: ReviewCode, detail: String) {
        self.review.push(ReviewItem { pointer: pointer.to_owned(), code, detail });
    }

    fn take<T>(&mut self, pointer: &str, verdict: Verdict, kept: Slot<T>, rejected: Vec<Rejected>) -> Option<T> {
        let kept = kept?;
        self.insert(pointer, verdict, kept.evidence, rejected);
        Some(kept.value)
    }

    fn insert(&mut self, pointer: &str, verdict: Verdict, evidence: Vec<Evidence>, rejected: Vec<Rejected>) {
        self.provenance.insert(pointer.to_owned(), provenance(verdict, evidence, rejected));
    }

    fn flag_unsound<T: Serialize>(&mut self, pointer: &str, value: &Located<T>) {
        if is_outvoted(value) {
            return;
        }
        let (code, why) = if is_missing(value) {
            (ReviewCode::NotInText, "whose words stand nowhere in the text".to_owned())
        } else {
            (ReviewCode::ValueMismatch, format!("that its words do not carry ({})", reasons(value)))
        };
        self.review(pointer, code, format!("the model read {} {why}; dropped", shown(value)));
    }
}

fn is_missing<T>(value: &Located<T>) -> bool {
    value.evidence.iter().all(|evidence| evidence.alignment == Alignment::Missing)
}

fn value_of<T: Serialize>(value: &Located<T>) -> serde_json::Value {
    serde_json::to_value(&value.value).unwrap_or_default()
}

fn provenance(verdict: Verdict, evidence: Vec<Evidence>, rejected: Vec<Rejected>) -> Provenance {
    Provenance { verdict, evidence, rejected, from: Vec::new(), votes: None, decided: None }
}

/// Whether most drafts did not give it: that is what votes are for, and nothing for a person.
fn is_outvoted<T>(value: &Located<T>) -> bool {
    value.evidence.iter().any(|evidence| evidence.reasons.contains(&Reason::Outvoted))
}

/// What the parts or drafts of a model gave for one value.
pub(super) struct Poll {
    /// The value in words.
    shown: String,
    votes: Option<u32>,
    rivals: Vec<Rejected>,
}

/// What there is to remember of a model's value that was read several times; `None` of one that was read once.
pub(super) fn poll<T: Serialize>(model: Option<&Located<T>>) -> Option<Poll> {
    let model = model.filter(|model| model.votes.is_some() || !model.rivals.is_empty())?;
    Some(Poll { shown: shown(model), votes: model.votes, rivals: model.rivals.clone() })
}

/// Splits a model's value into one whose words carry it and one whose words do not.
pub(super) fn split_sound<T>(value: Slot<T>) -> (Slot<T>, Slot<T>) {
    match value {
        Some(value) if value.is_sound() => {
            let evidence = value.evidence.iter().filter(|evidence| evidence.is_sound()).cloned().collect();
            (Some(Located { evidence, ..value }), None)
        }
        other => (None, other),
    }
}

/// A value as something not taken.
pub(crate) fn reject<T: Serialize>(value: &Located<T>) -> Rejected {
    let first = value.evidence.first();
    let mut reasons: Vec<Reason> = value.evidence.iter().flat_map(|evidence| evidence.reasons.iter().copied()).collect();
    reasons.sort();
    reasons.dedup();
    Rejected {
        by: first.map_or(By::Model, |evidence| evidence.by),
        value: value_of(value),
        quote: first.filter(|evidence| evidence.alignment != Alignment::Missing).map(|evidence| evidence.quote.clone()),
        reasons,
    }
}

fn reasons<T>(value: &Located<T>) -> String {
    let mut names: Vec<String> = value
        .evidence
        .iter()
        .flat_map(|evidence| evidence.reasons.iter())
        .filter_map(|reason| serde_json::to_value(reason).ok()?.as_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    names.join(", ")
}

/// A value in backticks, with the words it was read from where they differ.
fn shown<T: Serialize>(value: &Located<T>) -> String {
    let words = serde_json::to_value(&value.value).as_ref().map(words).unwrap_or_default();
    let quote = value.evidence.first().filter(|evidence| evidence.alignment != Alignment::Missing).map(|evidence| evidence.quote.as_str());
    match quote {
        Some(quote) if quote != words => format!("`{words}` (“{}”)", head(quote)),
        _ => format!("`{words}`"),
    }
}

/// A value without quotation marks.
fn words(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "nothing".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn head(text: &str) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(60).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    if chars.next().is_some() { format!("{head}…") } else { head }
}
