//! Where the words of a value stand that was not taken: a record keeps its words only, the reading also their place.

use std::collections::HashMap;

use serde_json::Value;

use super::error::ReviewError;
use crate::document::SourceText;
use crate::domain::{By, Reading, Span};

/// Every place one reader gave, by its words.
#[derive(Debug, Default)]
struct Places(HashMap<String, Vec<(Vec<String>, Span)>>);

/// The places of both readers.
#[derive(Debug)]
pub(super) struct Readers<'a> {
    text: &'a SourceText,
    rules: Places,
    model: Places,
}

impl<'a> Readers<'a> {
    pub(super) fn new(text: &'a SourceText, rules: Option<&Reading>, model: Option<&Reading>) -> Result<Self, ReviewError> {
        Ok(Self { text, rules: Places::of(rules)?, model: Places::of(model)? })
    }

    /// Where the words stand that `by` read for the value at `pointer`: where its reading says, of several places the one that
    /// belongs to the most alike field; else the only place in the text that has them.
    pub(super) fn find(&self, by: By, pointer: &str, quote: &str) -> Option<Span> {
        let places = match by {
            By::Rules => &self.rules,
            By::Model => &self.model,
            By::Adjudicator | By::Human => return self.only(quote),
        };
        let Some(found) = places.0.get(quote) else { return self.only(quote) };
        let names: Vec<&str> = pointer.split('/').skip(1).collect();
        let likeness = |path: &[String]| {
            let level = path.iter().zip(&names).take_while(|(a, b)| a == *b).count();
            let last = names.last().is_some_and(|last| path.iter().any(|name| name == last));
            (last, level)
        };
        // The first of the best: places stand in the order they were read in.
        found.iter().rev().max_by_key(|(path, _)| likeness(path)).map(|(_, span)| *span)
    }

    /// The place of words that stand in the text exactly once.
    fn only(&self, quote: &str) -> Option<Span> {
        let text = self.text.as_str();
        let at = text.find(quote).filter(|_| !quote.is_empty())?;
        let behind = text.get(at..)?.char_indices().nth(1).map_or(text.len(), |(next, _)| at + next);
        if text.get(behind..)?.contains(quote) {
            return None;
        }
        let start = text.get(..at)?.chars().count();
        Some(Span { start, end: start + quote.chars().count() })
    }
}

impl Places {
    fn of(reading: Option<&Reading>) -> Result<Self, ReviewError> {
        let mut places = Self::default();
        if let Some(reading) = reading {
            places.collect(&serde_json::to_value(reading)?, &mut Vec::new());
        }
        Ok(places)
    }

    fn collect(&mut self, value: &Value, path: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                let place = |name: &str| members.get(name).and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
                if let (Some(quote), Some(start), Some(end)) = (members.get("quote").and_then(Value::as_str), place("start"), place("end"))
                {
                    self.0.entry(quote.to_owned()).or_default().push((path.clone(), Span { start, end }));
                    return;
                }
                for (name, member) in members {
                    path.push(name.clone());
                    self.collect(member, path);
                    path.pop();
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    path.push(at.to_string());
                    self.collect(item, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Evidence, Located};

    #[test]
    fn words_are_found_where_their_reader_read_them() {
        let text = SourceText::new("😀增持，增持。买入".to_owned());
        let mut model = Reading::default();
        let located = |start, end| Some(Located::new("增持".to_owned(), Evidence::exact(By::Model, "增持", Span { start, end })));
        model.product.title = located(1, 3);
        model.product.series = located(4, 6);
        let readers = Readers::new(&text, None, Some(&model)).unwrap();
        assert_eq!(readers.find(By::Model, "/product/series", "增持"), Some(Span { start: 4, end: 6 }));
        assert_eq!(readers.find(By::Model, "/product/title", "增持"), Some(Span { start: 1, end: 3 }));
        // Rules read nothing: twice in the text is nowhere, once is there.
        assert_eq!(readers.find(By::Rules, "/product/title", "增持"), None);
        assert_eq!(readers.find(By::Rules, "/product/title", "买入"), Some(Span { start: 7, end: 9 }));
        assert_eq!(readers.find(By::Rules, "/product/title", ""), None);
    }
}
