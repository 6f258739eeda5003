//! Lists of a record that is changed: what was taken out goes, ratings keep their order, and every place follows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Sheet, by_person, turned_down};
use super::place::{Moves, list_and_index};
use crate::domain::Verdict;
use crate::domain::rating::SubjectType;
use crate::domain::record::ReviewItem;

impl Sheet<'_> {
    /// Takes out what was removed and puts ratings in their order; everything that names a place follows.
    pub(super) fn remove(&mut self) -> Moves {
        let mut moves = Moves::default();
        let lists: BTreeSet<String> = self.removed.keys().filter_map(|pointer| Some(list_and_index(pointer)?.0.to_owned())).collect();
        let mut lists: Vec<String> = lists.into_iter().collect();
        // Inner lists first: their places name the outer ones as they were.
        lists.sort_by_key(|list| std::cmp::Reverse(list.matches('/').count()));
        for list in lists {
            let Some(items) = self.values.pointer_mut(&list).and_then(Value::as_array_mut) else { continue };
            let (mut kept, mut places) = (Vec::new(), Vec::new());
            for (index, item) in std::mem::take(items).into_iter().enumerate() {
                let pointer = format!("{list}/{index}");
                if let Some(decision) = self.removed.get(&pointer) {
                    places.push(None);
                    let turned_down = turned_down(&self.provenance, &pointer, item);
                    let of_list = self.provenance.entry(list.clone()).or_insert_with(|| by_person(None));
                    (of_list.verdict, of_list.decided) = (Verdict::Human, Some(decision.decided()));
                    of_list.rejected.push(turned_down);
                } else {
                    places.push(Some(kept.len()));
                    kept.push(item);
                }
            }
            *items = kept;
            moves.0.insert(list, places);
        }
        self.order_ratings(&mut moves);
        self.translate(&moves);
        moves
    }

    /// Ratings stand company before industry; a person may have said that one is the other.
    fn order_ratings(&mut self, moves: &mut Moves) {
        let Some(ratings) = self.values.pointer_mut("/ratings").and_then(Value::as_array_mut) else { return };
        let place = |rating: &Value| match rating.get("subject_type").and_then(|kind| serde_json::from_value(kind.clone()).ok()) {
            Some(SubjectType::Stock) => 0,
            Some(SubjectType::Industry) => 1,
            Some(SubjectType::Market) => 2,
            _ => 3,
        };
        let mut ordered: Vec<(usize, Value)> = std::mem::take(ratings).into_iter().enumerate().collect();
        ordered.sort_by_key(|(_, rating)| place(rating));
        let now: BTreeMap<usize, usize> = ordered.iter().enumerate().map(|(new, (old, _))| (*old, new)).collect();
        if now.iter().any(|(old, new)| old != new) {
            let before = moves.0.remove("/ratings").unwrap_or_else(|| (0..now.len()).map(Some).collect());
            moves.0.insert("/ratings".to_owned(), before.into_iter().map(|at| now.get(&at?).copied()).collect());
        }
        *ratings = ordered.into_iter().map(|(_, rating)| rating).collect();
    }

    fn translate(&mut self, moves: &Moves) {
        let provenance = std::mem::take(&mut self.provenance);
        self.provenance = provenance
            .into_iter()
            .filter_map(|(place, mut entry)| {
                entry.from = entry.from.iter().filter_map(|from| moves.translate(from)).collect();
                Some((moves.translate(&place)?, entry))
            })
            .collect();
        let review = std::mem::take(&mut self.review);
        self.review = translated(review, moves);
        let places = |places: &BTreeSet<String>| places.iter().filter_map(|place| moves.translate(place)).collect();
        (self.decided, self.settled) = (places(&self.decided), places(&self.settled));
    }
}

/// Review items with their places as they are now; those of what is gone are gone.
pub(super) fn translated(items: Vec<ReviewItem>, moves: &Moves) -> Vec<ReviewItem> {
    let moved = |item: ReviewItem| Some(ReviewItem { pointer: moves.translate(&item.pointer)?, ..item });
    items.into_iter().filter_map(moved).collect()
}
