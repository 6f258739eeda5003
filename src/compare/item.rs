//! One value of a report as it is compared, and how the values of two readers pair.

use serde::Serialize;

use super::likeness::Same;

/// One value of one report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    /// What it belongs to where a field has several: a person's licence, a grade's band. Empty otherwise.
    pub(super) key: String,
    /// The value.
    pub(super) value: String,
    /// Other forms of it that are as right: the label as printed beside the label alone.
    pub(super) also: Vec<String>,
    /// JSON Pointers into its record; none for a label of the gold set.
    pub(super) pointers: Vec<String>,
}

impl Item {
    /// A value that belongs to nothing in particular.
    pub(super) fn of(value: impl ToString, pointer: impl Into<String>) -> Self {
        Self { value: value.to_string(), pointers: vec![pointer.into()], ..Self::default() }
    }

    /// A value of something.
    pub(super) fn keyed(key: impl Into<String>, value: impl ToString, pointer: impl Into<String>) -> Self {
        Self { key: key.into(), ..Self::of(value, pointer) }
    }

    /// A label of the gold set.
    pub(super) fn label(value: impl ToString) -> Self {
        Self { value: value.to_string(), ..Self::default() }
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        match (self.key.is_empty(), self.value.is_empty()) {
            (true, _) => self.value.clone(),
            (false, true) => self.key.clone(),
            (false, false) => format!("{}: {}", self.key, self.value),
        }
    }
}

/// When two items of a field are the same, and which belong together though they differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Likeness {
    pub(super) key: Same,
    pub(super) value: Same,
    /// How many a report has.
    pub(super) many: Many,
}

/// How many values of a field a report has, and what that makes of two that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Many {
    /// One at most: two that differ are a conflict.
    One,
    /// A list: what has no twin only one reader gave.
    List,
    /// A list of values of something: two of the same thing that differ are a conflict.
    Keyed,
}

impl Likeness {
    pub(super) fn same(&self, expected: &Item, given: &Item) -> bool {
        self.key.holds(&expected.key, &given.key)
            && std::iter::once(&given.value).chain(&given.also).any(|form| self.value.holds(&expected.value, form))
    }

    /// The same whichever reader is asked first.
    fn alike(&self, first: &Item, second: &Item) -> bool {
        // The lower end of one reader's target is not the other's target.
        if self.value == Same::Number {
            return self.key.holds(&first.key, &second.key) && self.value.holds(&first.value, &second.value);
        }
        self.same(first, second) || self.same(second, first)
    }

    /// Pairs what is expected with what is given: each expected item takes the first that is the same.
    pub(super) fn pair<'a>(&self, expected: &'a [Item], given: &'a [Item]) -> Vec<Pair<'a>> {
        self.pair_by(expected, given, |a, b| self.same(a, b))
    }

    /// Pairs the items of two readers, neither of whom is right beforehand.
    pub(super) fn meet<'a>(&self, first: &'a [Item], second: &'a [Item]) -> Vec<Pair<'a>> {
        self.pair_by(first, second, |a, b| self.alike(a, b))
    }

    fn pair_by<'a>(&self, first: &'a [Item], second: &'a [Item], same: impl Fn(&Item, &Item) -> bool) -> Vec<Pair<'a>> {
        let mut left: Vec<&Item> = second.iter().collect();
        let mut take = |fits: &dyn Fn(&Item) -> bool| left.iter().position(|item| fits(item)).map(|at| left.remove(at));
        let mut pairs = Vec::new();
        let mut alone = Vec::new();
        for item in first {
            match take(&|other| same(item, other)) {
                Some(other) => pairs.push(Pair::Same(item, other)),
                None => alone.push(item),
            }
        }
        for item in alone {
            let twin = match self.many {
                Many::One => take(&|_| true),
                Many::Keyed => take(&|other| self.key.holds(&item.key, &other.key)),
                Many::List => None,
            };
            pairs.push(twin.map_or(Pair::First(item), |other| Pair::Differ(item, other)));
        }
        pairs.extend(left.into_iter().map(Pair::Second));
        pairs
    }
}

/// What became of an item when two lists were paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair<'a> {
    /// Both have it.
    Same(&'a Item, &'a Item),
    /// They have different values of the same thing.
    Differ(&'a Item, &'a Item),
    /// Only the first has it.
    First(&'a Item),
    /// Only the second has it.
    Second(&'a Item),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_pair_by_value_and_then_by_what_they_belong_to() {
        let licences = Likeness { key: Same::Folded, value: Same::Folded, many: Many::Keyed };
        let item = |name: &str, number: &str| Item::keyed(name, number, "/a");
        let first = [item("林乔", "S1"), item("方某", "S2"), item("周某", "S3")];
        let second = [item("周某", "S9"), item("林 乔", "S1"), item("吴某", "S4")];
        let shown: Vec<String> = licences
            .meet(&first, &second)
            .into_iter()
            .map(|pair| match pair {
                Pair::Same(a, _) => format!("same {}", a.text()),
                Pair::Differ(a, b) => format!("{} or {}", a.text(), b.text()),
                Pair::First(a) => format!("first {}", a.text()),
                Pair::Second(b) => format!("second {}", b.text()),
            })
            .collect();
        assert_eq!(shown, ["same 林乔: S1", "first 方某: S2", "周某: S3 or 周某: S9", "second 吴某: S4"]);
    }

    #[test]
    fn another_form_of_a_value_is_as_right() {
        let label = Likeness { key: Same::Exact, value: Same::Folded, many: Many::One };
        let given = Item { also: vec!["增持（维持）".to_owned()], ..Item::of("增持", "/r") };
        for (expected, right) in [("增持", true), ("增持(维持)", true), ("买入", false)] {
            assert_eq!(matches!(label.pair(&[Item::label(expected)], std::slice::from_ref(&given))[..], [Pair::Same(..)]), right);
        }
        let price = Likeness { value: Same::Number, ..label };
        let range = Item { also: vec!["8".to_owned()], ..Item::of("10", "/t") };
        assert!(price.same(&Item::label("8"), &range), "either end of a target is right");
        assert!(!price.alike(&Item::of("8", "/t"), &range), "a target of 8 is not one of 8 to 10");
    }
}
