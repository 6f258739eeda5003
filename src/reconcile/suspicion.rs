//! Text meant for a reading model is none of the report's words.
//!
//! A model that obeys takes its values from there: the pipeline takes the standing from such evidence before anything is
//! judged. What the rules read there, or what stood there alone after all, is put before a person.

use crate::domain::record::ReviewCode;
use crate::rules::Suspicious;

use super::judge::Judge;

/// Alerts, and the values of the record that stand in suspicious text alone.
pub(super) fn report(judge: &mut Judge, suspicious: &Suspicious) {
    for alert in &suspicious.alerts {
        let words: String = alert.words.chars().take(120).collect();
        judge.review("", ReviewCode::SuspiciousText, format!("{}: “{words}”", alert.what));
    }
    let stands_there_alone = |entry: &crate::domain::record::Provenance| {
        !entry.evidence.is_empty() && entry.evidence.iter().all(|evidence| suspicious.holds(evidence))
    };
    let taken: Vec<String> =
        judge.provenance.iter().filter(|(_, entry)| stands_there_alone(entry)).map(|(pointer, _)| pointer.clone()).collect();
    for pointer in taken {
        judge.review(&pointer, ReviewCode::SuspiciousText, "read from text that is meant for a reading model".to_owned());
    }
}
