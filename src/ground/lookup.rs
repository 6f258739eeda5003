//! Values that are looked up by what stands around them, not by their words alone.

use std::ops::Range;

use crate::domain::evidence::Located;
use crate::domain::rating::Action;
use crate::domain::{Amount, Reason};
use crate::zones::ZoneKind;

use super::label::{self, Own};
use super::number::{self, Quantity};
use super::{Grounder, Zoning, near, whole, word};

impl Grounder<'_> {
    /// A rating word: a grade of the report's own table, at the first place where it is said of the report's subject.
    pub(super) fn label(&self, value: Option<String>, at: Option<u32>, own: &Own<'_>) -> Option<Located<String>> {
        let mut label = self.words(value, at, Zoning::ContentOnly)?;
        if !label::is_grade(&label.value, self.text(), self.zones) {
            label.spoil(Reason::NotAGrade);
        }
        if !label.is_sound() {
            return Some(label);
        }
        let place = self.place(&label)?;
        let Err(reason) = label::standing(self.text(), self.zones, &place, own) else { return Some(label) };
        let others = self.index.find_all(&label.value);
        let mut others = others.into_iter().filter(|found| self.allows(Zoning::ContentOnly, found.range.start));
        if let Some(found) = others.find(|found| label::standing(self.text(), self.zones, &found.range, own).is_ok()) {
            return Some(self.located(&found, vec![self.uncited(at)]));
        }
        label.spoil(reason);
        Some(label)
    }

    /// The label before: at the first place that says it is the earlier one.
    pub(super) fn prior_label(&self, value: Option<String>, at: Option<u32>) -> Option<Located<String>> {
        let mut label = self.words(value, at, Zoning::ContentOnly)?;
        if !label::is_grade(&label.value, self.text(), self.zones) {
            label.spoil(Reason::NotAGrade);
        }
        if !label.is_sound() || self.place(&label).is_some_and(|place| label::is_prior(self.text(), &place)) {
            return Some(label);
        }
        let mut others = self.index.find_all(&label.value).into_iter().filter(|found| self.allows(Zoning::ContentOnly, found.range.start));
        if let Some(found) = others.find(|found| label::is_prior(self.text(), &found.range)) {
            return Some(self.located(&found, vec![self.uncited(at)]));
        }
        label.spoil(Reason::Unnamed);
        Some(label)
    }

    /// A horizon: in a cited segment, else anywhere in the definitions.
    pub(super) fn months(&self, months: Amount, at: Option<u32>) -> Located<Amount> {
        let find = |range| number::amount(self.text(), range, months, Quantity::Months);
        let cited = self.typed(months, months.to_string(), at, find);
        if cited.is_sound() {
            return cited;
        }
        let mut tables = [ZoneKind::Definitions, ZoneKind::Disclaimer].into_iter().flat_map(|kind| self.zones.of_kind(kind));
        match tables.find_map(|range| find(range).ok()) {
            Some(place) => Located::new(months, self.evidence(&whole(place), vec![self.uncited(at)])),
            None => cited,
        }
    }

    /// A value at a place that is known.
    pub(super) fn at<T>(&self, value: T, place: Range<usize>) -> Located<T> {
        Located::new(value, self.evidence(&whole(place), Vec::new()))
    }

    /// What is done to a rating: said beside its word, else in a cited segment that speaks of a rating.
    pub(super) fn action(&self, action: Action, at: Option<u32>, label: Option<Range<usize>>) -> Located<Action> {
        if let Some(label) = label {
            let text = self.text();
            let lead = near::before(text, label.start, 24).len();
            let from = label.start - lead;
            let to = label.end + near::after(text, label.end, 24).len();
            let beside = word::action(text.get(from..to).unwrap_or_default(), action);
            if let Ok(place) = beside {
                return Located::new(action, self.evidence(&whole(from + place.start..from + place.end), Vec::new()));
            }
            if beside == Err(Some(Reason::OtherMeaning)) {
                return Located::new(action, self.evidence(&whole(from..to), vec![Reason::OtherMeaning]));
            }
        }
        self.worded(action, at, |words| {
            let rating = near::has(&words.to_ascii_lowercase(), &["评级", "評級", "rating"]);
            if rating { word::action(words, action) } else { Err(None) }
        })
    }

    /// A currency printed around a price, else the one of the mainland where nothing else is said.
    pub(super) fn currency(&self, currency: String, price: &Range<usize>) -> Located<String> {
        let text = self.text();
        let from = price.start - near::before(text, price.start, 24).len();
        let to = price.end + near::after(text, price.end, 24).len();
        match word::currency(text.get(from..to).unwrap_or_default(), &currency) {
            Ok(place) => Located::new(currency, self.evidence(&whole(from + place.start..from + place.end), Vec::new())),
            Err(None) => {
                let segments = self.zones.segments().iter().take(200);
                let mut front = segments.filter_map(|segment| {
                    let place = word::currency(text.get(segment.range.clone())?, &currency).ok()?;
                    Some(segment.range.start + place.start..segment.range.start + place.end)
                });
                match front.next() {
                    Some(place) => Located::new(currency, self.evidence(&whole(place), vec![Reason::OutsideCitation])),
                    None => Located::new(currency, self.evidence(&whole(price.clone()), vec![Reason::UnitMismatch])),
                }
            }
            Err(Some(reason)) => Located::new(currency, self.evidence(&whole(from..to), vec![reason])),
        }
    }

    /// Whether words are spoken of as a risk: in the section of risks, or behind the word.
    pub(super) fn is_risk(&self, place: &Range<usize>) -> bool {
        let lead = near::before(self.text(), place.start, 600);
        self.zones.kind_at(place.start) == ZoneKind::Risks
            || near::has(&lead, &["风险", "風險", "risk", "concern"])
            || self.text().get(place.clone()).is_some_and(|words| words.contains("风险") || words.to_ascii_lowercase().contains("risk"))
    }

    /// A bound of a band: in the definition of its own grade, else, where that holds no number, in a cited segment.
    pub(super) fn bound(&self, bound: Amount, at: Option<u32>, own: Option<Range<usize>>) -> Located<Amount> {
        let text = self.text();
        let find = |range: Range<usize>| number::amount(text, range, bound, Quantity::Percent);
        let own = own.filter(|own| text.get(own.clone()).is_some_and(|words| words.contains(|c: char| c.is_ascii_digit())));
        let Some(own) = own else { return self.typed(bound, bound.to_string(), at, find) };
        match find(own.clone()) {
            Ok(place) => self.at(bound, place),
            Err(reason) => Located::new(bound, self.evidence(&whole(own), vec![reason.unwrap_or(Reason::ValueNotInQuote)])),
        }
    }

    /// From the end of a grade's label to the next label of its scale, or to the end of a definition's length.
    pub(super) fn definition(&self, label: &Range<usize>, labels: &[String]) -> Option<Range<usize>> {
        /// Bytes of the longest definition.
        const LONG: usize = 600;
        let text = self.text();
        let end = text.floor_char_boundary(label.end.saturating_add(LONG).min(text.len()));
        let rest = text.get(label.end..end)?;
        let next = labels.iter().filter_map(|label| rest.find(label.as_str())).filter(|at| *at > 0).min();
        Some(label.end..label.end + next.unwrap_or(rest.len()))
    }

    /// Whether a name stands right beside a place: before it with nothing but brackets and blanks between, or behind it
    /// in the row of a table.
    pub(super) fn is_beside(&self, name: &str, place: &Range<usize>) -> bool {
        let text = self.text();
        let closes = |gap: &str| {
            gap.chars().count() <= 6
                && !gap.contains(['、', ',', '，', ';', '；', '。', '\n'])
                && !gap.contains(|c: char| c.is_ascii_digit())
        };
        let lead = near::before(text, place.start, 40);
        let name = name.to_ascii_lowercase();
        let before = lead.rfind(&name).and_then(|at| lead.get(at + name.len()..)).is_some_and(closes);
        let rest = near::after(text, place.end, 24);
        before
            || rest
                .find(&name)
                .and_then(|at| rest.get(..at))
                .is_some_and(|gap| closes(gap.trim_start_matches(".sh").trim_start_matches(".sz")))
    }

    /// Whether a place is on the first page.
    pub(super) fn is_front(&self, place: &Range<usize>) -> bool {
        self.allows(Zoning::Front, place.start)
    }

    /// Whether words stand in a list of earlier reports: in its zone, in title marks, beside a day.
    pub(super) fn is_listed(&self, place: &Range<usize>) -> bool {
        let text = self.text();
        let (lead, rest) = (near::before(text, place.start, 24), near::after(text, place.end, 24));
        let dated = |words: &str| !crate::domain::date::find_dates(words).is_empty();
        self.zones.kind_at(place.start) == ZoneKind::Related
            || lead.ends_with('《')
            || rest.starts_with('》')
            || dated(&lead)
            || dated(&rest)
    }
}
