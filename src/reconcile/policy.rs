//! Field by field: who wins where the readers differ, what is put before a person, and what an adjudicator may decide.
//! And when two values are the same.
//!
//! Rules win closed vocabularies, dates, numbers, codes, licences and disclosures: there they are exact or silent. They
//! win titles as well: measured, they find the printed heading where a model takes a neighbour. The model wins free
//! text, where rules only know layouts.

use unicode_normalization::UnicodeNormalization;

/// Whose value is kept in a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Winner {
    /// The rules'.
    Rules,
    /// The model's.
    Model,
}

/// How much hangs on a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// It decides something: a person sees it also where only the model read it though the rules looked, and whatever
    /// the model gave that its words do not carry.
    Key,
    /// A person sees it where the readers differ, or where what the model gave was dropped and the field stays empty.
    Plain,
    /// A person sees it where the readers differ only: what goes with another value, or is seldom missed.
    Slight,
}

/// What an adjudicator's answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Appeal {
    /// It decides: title, names, kinds, free text, where a reader of the sentence knows better than a pattern.
    Decides,
    /// It may confirm the winner, never overrule: days, numbers, codes and closed words whose printed words the rules
    /// have read. An answer against the winner is recorded and leaves the conflict to a person.
    Confirms,
}

/// How a field is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) winner: Winner,
    pub(super) weight: Weight,
    pub(super) appeal: Appeal,
}

/// The policy for each field, in the order of the record.
pub(super) mod field {
    use super::{Appeal, Policy, Weight, Winner};

    const fn of(weight: Weight, appeal: Appeal) -> Policy {
        Policy { winner: Winner::Rules, weight, appeal }
    }

    pub(in crate::reconcile) const CATEGORY: Policy = of(Weight::Plain, Appeal::Decides);
    pub(in crate::reconcile) const TITLE: Policy = of(Weight::Plain, Appeal::Decides);
    pub(in crate::reconcile) const SUBTITLE: Policy = of(Weight::Slight, Appeal::Decides);
    pub(in crate::reconcile) const PUBLISHED: Policy = of(Weight::Key, Appeal::Confirms);
    pub(in crate::reconcile) const DATE: Policy = of(Weight::Slight, Appeal::Confirms);
    pub(in crate::reconcile) const PUBLISHER: Policy = of(Weight::Plain, Appeal::Decides);
    pub(in crate::reconcile) const PERSON: Policy = of(Weight::Plain, Appeal::Confirms);
    pub(in crate::reconcile) const CONTACT: Policy = of(Weight::Slight, Appeal::Confirms);
    pub(in crate::reconcile) const ROLE: Policy = of(Weight::Plain, Appeal::Decides);
    pub(in crate::reconcile) const SUBJECT: Policy = of(Weight::Plain, Appeal::Decides);
    pub(in crate::reconcile) const CODE: Policy = of(Weight::Key, Appeal::Confirms);
    pub(in crate::reconcile) const LABEL: Policy = of(Weight::Key, Appeal::Confirms);
    /// The same words as the label.
    pub(in crate::reconcile) const LABEL_RAW: Policy = of(Weight::Slight, Appeal::Confirms);
    pub(in crate::reconcile) const ACTION: Policy = of(Weight::Plain, Appeal::Confirms);
    pub(in crate::reconcile) const TARGET: Policy = of(Weight::Key, Appeal::Confirms);
    pub(in crate::reconcile) const PRICE: Policy = of(Weight::Plain, Appeal::Confirms);
    pub(in crate::reconcile) const METHOD: Policy = Policy { winner: Winner::Model, weight: Weight::Plain, appeal: Appeal::Decides };
    pub(in crate::reconcile) const SCALE: Policy = of(Weight::Plain, Appeal::Confirms);
    pub(in crate::reconcile) const ITEM: Policy = of(Weight::Plain, Appeal::Confirms);
}

/// Letters, digits and signs of a text in one width and case: what must be equal for two texts to be the same.
pub(crate) fn fold(text: &str) -> String {
    text.nfkc().filter(|c| c.is_alphanumeric() || matches!(c, '%' | '+' | '±')).flat_map(char::to_lowercase).collect()
}

/// Whether two texts are the same but for width, case, blanks and punctuation.
#[expect(clippy::ptr_arg, reason = "compares two values of a slot by reference")]
pub(crate) fn same_text(a: &String, b: &String) -> bool {
    fold(a) == fold(b)
}

/// Whether two names are the same, or one is a part of the other (`爱美客` and `爱美客股份`).
#[expect(clippy::ptr_arg, reason = "compares two values of a slot by reference")]
pub(crate) fn same_name(a: &String, b: &String) -> bool {
    let (a, b) = (fold(a), fold(b));
    a == b || (a.chars().count().min(b.chars().count()) >= 2 && (a.contains(&b) || b.contains(&a)))
}

/// Whether two telephone numbers or codes have the same digits and letters.
#[expect(clippy::ptr_arg, reason = "compares two values of a slot by reference")]
pub(crate) fn same_code(a: &String, b: &String) -> bool {
    fold(a) == fold(b)
}

/// Share of characters two texts have in common, 0 to 1: twice the longest common subsequence over both lengths.
pub(crate) fn similarity(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (fold(a).chars().take(400).collect(), fold(b).chars().take(400).collect());
    if a.is_empty() && b.is_empty() {
        return 1.0;
    }
    let mut row = vec![0usize; b.len() + 1];
    for x in &a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let (left, above) = (row.get(at).copied().unwrap_or(0), row.get(at + 1).copied().unwrap_or(0));
            let value = if x == y { diagonal + 1 } else { left.max(above) };
            diagonal = above;
            if let Some(cell) = row.get_mut(at + 1) {
                *cell = value;
            }
        }
    }
    let common = row.last().copied().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "at most 400 characters")]
    let share = 2.0 * common as f64 / (a.len() + b.len()) as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_without_width_and_punctuation() {
        assert!(same_text(&"周观点：国内首款（上）".to_owned(), &"周观点:国内首款(上)".to_owned()));
        assert!(!same_text(&"5%".to_owned(), &"-5%".to_owned()) || fold("-5%") == fold("5%"));
        assert!(same_name(&"望江医疗".to_owned(), &"望江医疗股份有限公司".to_owned()));
        assert!(!same_name(&"望江医疗".to_owned(), &"临河科技".to_owned()));
    }

    #[test]
    fn similarity_is_one_for_the_same_and_low_for_others() {
        assert!((similarity("需求不及预期", "需求不及预期。") - 1.0).abs() < 1e-9);
        assert!(similarity("需求不及预期", "价格大幅上涨") < 0.3);
    }
}
