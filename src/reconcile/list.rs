//! Lists: pairs the items of the two readers, merges pairs, keeps what only one saw.

use serde::Serialize;

use crate::domain::Verdict;
use crate::domain::evidence::Located;
use crate::domain::record::{Estimate, KeyPoint, Mention, RelatedReport, SectorCall};

use super::judge::{Judge, poll, reject, split_sound};
use super::policy::{field, fold, similarity};

/// An item of a list both readers may hold.
pub(crate) trait Item: Serialize + Clone {
    /// Whether the two are about the same thing.
    fn pairs_with(&self, other: &Self) -> bool;

    /// Fills this item's gaps from the other; returns whether they contradict each other.
    fn merge(&mut self, other: &Self) -> bool;
}

/// Merges two lists; rules win where a pair differs. Items only the model saw are kept when their words carry them.
pub(super) fn merge<T: Item>(judge: &mut Judge, list: &str, rules: Vec<Located<T>>, model: Vec<Located<T>>) -> Vec<T> {
    let rules_read = !rules.is_empty();
    let mut left: Vec<Option<Located<T>>> = model.into_iter().map(Some).collect();
    let mut merged: Vec<T> = Vec::new();
    for item in rules {
        let pointer = format!("{list}/{}", merged.len());
        let twin =
            left.iter_mut().find(|slot| slot.as_ref().is_some_and(|other| item.value.pairs_with(&other.value))).and_then(Option::take);
        let poll = poll(twin.as_ref());
        let (twin, unsound) = split_sound(twin);
        let mut rejected = Vec::new();
        if let Some(unsound) = unsound {
            rejected.push(reject(&unsound));
        }
        let (value, evidence, verdict) = match twin {
            None => (item.value, item.evidence, Verdict::RulesOnly),
            Some(twin) => {
                let mut both = item.value.clone();
                if both.merge(&twin.value) {
                    // What contradicts in one field is not trusted to fill the others.
                    let settled = judge.settle(&pointer, item, twin, field::ITEM);
                    rejected.splice(0..0, settled.rejected);
                    (settled.kept.value, settled.kept.evidence, settled.verdict)
                } else {
                    let mut evidence = item.evidence;
                    evidence.extend(twin.evidence);
                    (both, evidence, Verdict::Agreed)
                }
            }
        };
        judge.item(&pointer, verdict, evidence, rejected);
        judge.note(&pointer, poll);
        merged.push(value);
    }
    for item in left.into_iter().flatten() {
        let (sound, unsound) = split_sound(Some(item));
        if let Some(unsound) = unsound {
            judge.turn_down(list, &unsound, rules_read);
        }
        if let Some(item) = sound {
            if merged.iter().any(|other| other.pairs_with(&item.value)) {
                continue;
            }
            let (pointer, poll) = (format!("{list}/{}", merged.len()), poll(Some(&item)));
            judge.item(&pointer, Verdict::ModelOnly, item.evidence, Vec::new());
            judge.note(&pointer, poll);
            merged.push(item.value);
        }
    }
    merged
}

/// Takes the other's value where there is none; tells whether both have one and they differ.
fn fill<T: Clone + PartialEq>(ours: &mut Option<T>, theirs: &Option<T>) -> bool {
    match (ours.as_ref(), theirs) {
        (None, Some(value)) => {
            *ours = Some(value.clone());
            false
        }
        (Some(a), Some(b)) => a != b,
        _ => false,
    }
}

fn fill_text(ours: &mut Option<String>, theirs: &Option<String>) -> bool {
    let differ = match (ours.as_deref(), theirs.as_deref()) {
        (Some(a), Some(b)) => {
            let (a, b) = (fold(a), fold(b));
            !a.contains(&b) && !b.contains(&a)
        }
        _ => false,
    };
    if ours.is_none() {
        ours.clone_from(theirs);
    }
    differ
}

impl Item for Mention {
    fn pairs_with(&self, other: &Self) -> bool {
        let themes = match (&self.theme, &other.theme) {
            (Some(a), Some(b)) => fold(a) == fold(b),
            _ => true,
        };
        fold(&self.name) == fold(&other.name) && themes
    }

    fn merge(&mut self, other: &Self) -> bool {
        let mut differ = fill(&mut self.stance, &other.stance);
        differ |= fill_text(&mut self.code, &other.code);
        differ |= fill_text(&mut self.rating_raw, &other.rating_raw);
        fill_text(&mut self.stance_raw, &other.stance_raw);
        fill_text(&mut self.theme, &other.theme);
        differ
    }
}

impl Item for SectorCall {
    fn pairs_with(&self, other: &Self) -> bool {
        fold(&self.sector) == fold(&other.sector)
    }

    fn merge(&mut self, other: &Self) -> bool {
        let differ = fill(&mut self.stance, &other.stance);
        fill_text(&mut self.stance_raw, &other.stance_raw);
        differ
    }
}

impl Item for RelatedReport {
    fn pairs_with(&self, other: &Self) -> bool {
        similarity(&self.title, &other.title) >= 0.8
    }

    fn merge(&mut self, other: &Self) -> bool {
        fill(&mut self.date, &other.date)
    }
}

impl Item for String {
    fn pairs_with(&self, other: &Self) -> bool {
        let (a, b) = (fold(self), fold(other));
        similarity(self, other) >= 0.8 || (a.chars().count().min(b.chars().count()) >= 4 && (a.contains(&b) || b.contains(&a)))
    }

    fn merge(&mut self, _: &Self) -> bool {
        false
    }
}

impl Item for Estimate {
    fn pairs_with(&self, other: &Self) -> bool {
        self.metric == other.metric && self.period == other.period && self.subject == other.subject
    }

    fn merge(&mut self, other: &Self) -> bool {
        let mut differ = fill(&mut self.value, &other.value);
        differ |= fill(&mut self.unit, &other.unit);
        fill(&mut self.kind, &other.kind);
        fill(&mut self.currency, &other.currency);
        differ
    }
}

impl Item for KeyPoint {
    fn pairs_with(&self, other: &Self) -> bool {
        similarity(&self.text, &other.text) >= 0.8
    }

    fn merge(&mut self, other: &Self) -> bool {
        fill(&mut self.kind, &other.kind);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Stance;
    use crate::domain::{By, Evidence, Span};

    fn mention(by: By, stance: Stance, rating: Option<&str>) -> Located<Mention> {
        let value = Mention {
            name: "澄明机械".to_owned(),
            code: None,
            symbol: None,
            theme: None,
            stance: Some(stance),
            stance_raw: None,
            rating_raw: rating.map(str::to_owned),
            action: None,
            target_low: None,
            target_high: None,
            currency: None,
            current_price: None,
        };
        Located::new(value, Evidence::exact(by, "澄明机械", Span { start: 3, end: 7 }))
    }

    #[test]
    fn a_twin_that_agrees_fills_gaps_and_one_that_contradicts_fills_none() {
        let judge = &mut Judge::default();
        let agreed =
            merge(judge, "/mentions", vec![mention(By::Rules, Stance::Watch, None)], vec![mention(By::Model, Stance::Watch, Some("增持"))]);
        assert_eq!(agreed[0].rating_raw.as_deref(), Some("增持"));
        let other = vec![mention(By::Model, Stance::Recommend, Some("上涨"))];
        let conflict = merge(judge, "/mentions", vec![mention(By::Rules, Stance::Watch, None)], other);
        assert_eq!((conflict[0].stance, conflict[0].rating_raw.as_deref()), (Some(Stance::Watch), None));
        assert_eq!(judge.provenance["/mentions/0"].verdict, Verdict::Conflict);
    }
}
