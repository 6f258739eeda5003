//! Who wins where the readers differ, and when two values are the same.
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

/// The policy for each field, in the order of the record.
pub(super) mod winner {
    use super::Winner;

    pub(in crate::reconcile) const CATEGORY: Winner = Winner::Rules;
    pub(in crate::reconcile) const TITLE: Winner = Winner::Rules;
    pub(in crate::reconcile) const DATE: Winner = Winner::Rules;
    pub(in crate::reconcile) const PUBLISHER: Winner = Winner::Rules;
    pub(in crate::reconcile) const AUTHOR: Winner = Winner::Rules;
    pub(in crate::reconcile) const SUBJECT: Winner = Winner::Rules;
    pub(in crate::reconcile) const RATING: Winner = Winner::Rules;
    pub(in crate::reconcile) const TARGET: Winner = Winner::Rules;
    pub(in crate::reconcile) const METHOD: Winner = Winner::Model;
    pub(in crate::reconcile) const SCALE: Winner = Winner::Rules;
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
