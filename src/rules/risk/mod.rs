//! Items of the report's own risk section.
//!
//! 风险提示 names three things: the report's risks, a line in a table of contents, and legal text about using the
//! report (`domain.md` T13). Only the first is read: what follows must be a list of risks, not legal wording.

mod english;
mod item;
mod number;
mod section;
#[cfg(test)]
mod tests;
mod words;

use crate::domain::Located;
use crate::domain::reading::RatingReading;
use crate::rules::Context;
use crate::rules::labels::{Tone, tone};

/// No report names more.
const MOST: usize = 60;
/// An item is no longer than this, in characters.
const ITEM: usize = 160;

/// Risks of every section, none twice. `ratings`: what the report rates, since risks to a rating are on its other side.
pub(super) fn read(context: &Context<'_>, ratings: &[RatingReading]) -> Vec<Located<String>> {
    let mut items: Vec<Located<String>> = Vec::new();
    let sections = if context.chinese {
        section::sections(context).into_iter().flat_map(|section| item::split(context, section)).collect()
    } else {
        let bad = |rating: &RatingReading| rating.label.as_ref().is_some_and(|label| tone(&label.value) == Some(Tone::Bad));
        english::sections(context, ratings.iter().any(bad))
    };
    for range in sections {
        let Some(item) = context.located_words(range) else {
            continue;
        };
        if items.len() == MOST {
            break;
        }
        let same = |other: &Located<String>| alike(&other.value, &item.value);
        if !items.iter().any(same) {
            items.push(item);
        }
    }
    items
}

/// The same risk, or one that only says more.
fn alike(one: &str, other: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let (one, other) = (bare(one), bare(other));
    one == other || one.starts_with(&other) || other.starts_with(&one)
}
