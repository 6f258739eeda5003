//! Places in a record: what provenance is kept by, and where a place went when lists changed.

use std::collections::BTreeMap;

use serde_json::Value;

/// Lists whose items have one provenance each.
const ITEM_LISTS: [&str; 9] =
    ["/estimates", "/benchmarks", "/mentions", "/sector_calls", "/key_points", "/risks", "/related_reports", "/disclosures", "/compliance"];

/// Objects that are null where all their members are.
pub(super) const FOLDED: [&str; 2] = ["/subject", "/target_price"];

/// What no person decides: how the record was made, and what stands beside its values.
const NOT_VALUES: [&str; 7] = ["/schema", "/id", "/text_id", "/source", "/provenance", "/review", "/run"];

/// Whether a pointer names something of the report.
pub(super) fn is_value(pointer: &str) -> bool {
    !pointer.is_empty() && !NOT_VALUES.iter().any(|name| is_at_or_below(pointer, name))
}

/// Whether a pointer names a place or one below it.
pub(super) fn is_at_or_below(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The list and index a pointer ends in.
pub(super) fn list_and_index(pointer: &str) -> Option<(&str, usize)> {
    let (list, index) = pointer.rsplit_once('/')?;
    Some((list, index.parse().ok()?))
}

/// The pointer of the innermost list item a pointer passes through or ends in.
pub(super) fn item_of(pointer: &str) -> Option<&str> {
    let mut end = pointer.len();
    loop {
        let part = pointer.get(..end)?;
        if list_and_index(part).is_some() {
            return Some(part);
        }
        end = part.rfind('/')?;
    }
}

/// The place by which provenance is kept of a value: the item of most lists, else the leaf.
pub(super) fn unit_of(pointer: &str) -> &str {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    let depth = match parts.as_slice() {
        [list, _, _, ..] if ITEM_LISTS.iter().any(|known| known.strip_prefix('/') == Some(list)) => 2,
        ["rating_scales", _, "grades", _, _, ..] => 4,
        ["rating_scales", _, "basis", _, ..] => 3,
        _ => return pointer,
    };
    let end = pointer.match_indices('/').nth(depth).map_or(pointer.len(), |(at, _)| at);
    pointer.get(..end).unwrap_or(pointer)
}

/// All places at or below a pointer that have a provenance of their own, with their values.
pub(super) fn units<'a>(pointer: &str, value: &'a Value, found: &mut Vec<(String, &'a Value)>) {
    let is_item = list_and_index(pointer).is_some_and(|(list, _)| ITEM_LISTS.contains(&list) || list.ends_with("/grades"));
    match value {
        Value::Object(members) if !is_item => {
            members.iter().for_each(|(name, member)| units(&format!("{pointer}/{name}"), member, found));
        }
        Value::Array(items) if !pointer.ends_with("/basis") && !is_item => {
            items.iter().enumerate().for_each(|(index, item)| units(&format!("{pointer}/{index}"), item, found));
        }
        _ => found.push((pointer.to_owned(), value)),
    }
}

/// Whether two values are the same, numbers by what they are worth: a browser writes `12.0` as `12`.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || (x.as_f64().is_some() && x.as_f64() == y.as_f64()),
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (Value::Object(x), Value::Object(y)) => x.len() == y.len() && x.iter().all(|(name, x)| y.get(name).is_some_and(|y| same(x, y))),
        _ => a == b,
    }
}

/// What tells an item of a list from its neighbours, by which the two readers' items are paired too.
pub(super) fn key(item: &Value) -> Value {
    let Value::Object(members) = item else { return item.clone() };
    let known: &[&[&str]] = &[
        &["license_no"],
        &["metric", "period", "subject"],
        &["id"],
        &["market"],
        &["sector"],
        &["title"],
        &["text"],
        &["name", "theme"],
        &["subject_type"],
        &["label"],
        &["name"],
    ];
    let has = |names: &&&[&str]| names.first().and_then(|name| members.get(*name)).is_some_and(|value| !value.is_null());
    let names = known.iter().find(has).copied().unwrap_or_default();
    let of = |name: &&str| members.get(*name).cloned().unwrap_or(Value::Null);
    names.iter().map(of).collect()
}

/// Where the items of lists went: old index to new one, `None` for one that is gone.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves(pub(super) BTreeMap<String, Vec<Option<usize>>>);

impl Moves {
    /// The place a pointer names now; `None` for one in an item that is gone.
    pub(super) fn translate(&self, pointer: &str) -> Option<String> {
        let (mut old, mut new) = (String::new(), String::new());
        for part in pointer.split('/').skip(1) {
            let moved = self.0.get(&old).and_then(|list| list.get(part.parse::<usize>().ok()?));
            match moved {
                Some(Some(index)) => new.push_str(&format!("/{index}")),
                Some(None) => return None,
                None => new.push_str(&format!("/{part}")),
            }
            old.push_str(&format!("/{part}"));
        }
        Some(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn provenance_is_kept_by_item_or_by_leaf() {
        for (pointer, unit) in [
            ("/ratings/0/label", "/ratings/0/label"),
            ("/mentions/3/stance", "/mentions/3"),
            ("/mentions/3", "/mentions/3"),
            ("/rating_scales/0/grades/2/low", "/rating_scales/0/grades/2"),
            ("/rating_scales/0/horizon_months", "/rating_scales/0/horizon_months"),
            ("/benchmarks/0/indices/1", "/benchmarks/0"),
            ("/product/title", "/product/title"),
        ] {
            assert_eq!(unit_of(pointer), unit);
        }
        assert_eq!(item_of("/rating_scales/0/grades/2/low"), Some("/rating_scales/0/grades/2"));
        assert_eq!(item_of("/product/title"), None);
        let value = json!({ "low": 1, "high": null });
        let mut found = Vec::new();
        units("/target_price", &value, &mut found);
        assert_eq!(found.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["/target_price/low", "/target_price/high"]);
        assert!(is_value("/ratings/0/label") && !is_value("/run/model") && !is_value("") && is_value("/identity"));
    }

    #[test]
    fn places_follow_their_items() {
        let moves = Moves([("/mentions".to_owned(), vec![Some(0), None, Some(1)])].into());
        let at = |pointer: &str| moves.translate(pointer);
        assert_eq!(at("/mentions/2/stance").as_deref(), Some("/mentions/1/stance"));
        assert_eq!((at("/mentions/1"), at("/risks/1").as_deref()), (None, Some("/risks/1")));
        let nested =
            Moves([("/rating_scales/1/grades".to_owned(), vec![None, Some(0)]), ("/rating_scales".to_owned(), vec![None, Some(0)])].into());
        assert_eq!(nested.translate("/rating_scales/1/grades/1").as_deref(), Some("/rating_scales/0/grades/0"));
        assert_eq!(nested.translate("").as_deref(), Some(""));
    }

    #[test]
    fn items_are_known_by_what_tells_them_apart() {
        assert_eq!(key(&json!({ "name": "方某某", "license_no": "S1", "role": "analyst" })), json!(["S1"]));
        assert_eq!(key(&json!({ "name": "方某某", "license_no": null, "role": null })), json!(["方某某", null]));
        assert_eq!(key(&json!("原料涨价")), json!("原料涨价"));
        assert!(same(&json!({ "a": [12.0] }), &json!({ "a": [12] })) && !same(&json!(null), &json!("")));
    }
}
