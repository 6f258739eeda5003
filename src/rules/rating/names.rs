//! Several ratings of one kind on a page: two sectors, A shares and H shares of one company.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;

use super::{Hit, Strength};
use crate::domain::rating::SubjectType;
use crate::rules::Context;

/// The name right before a rating: 电子行业 in 电子行业买入(维持), 电子 on the line `电子 看好(维持)`.
static SECTOR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\p{Han}A-Za-z0-9])(?P<name>\p{Han}{2,8}[ⅠⅡⅢ]?)(?:行业|板块|行業)$|(?:^|\n)[#*\s]{0,4}(?P<line>\p{Han}{2,8}[ⅠⅡⅢ]?)(?:行业|板块)?[: \t|]{0,3}$").ok()
});
static SHARE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?P<name>[AHB]股)[: \t|]{0,3}$").ok());
/// Words of the page that are no sector: 行业评级, 投资评级, 行业周报.
static NO_SECTOR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"评级|評級|报告|周报|研究|投资|公司|维持|首次|推荐|本周|建议|股票|相关|证券").ok());

/// More names than this are a list of sectors and not the ratings of one report.
const MOST: usize = 6;

/// What a page rates, by name.
type Group<'h> = (Option<Range<usize>>, Vec<&'h Hit>);

/// One group of places for each name, in order, where the page rates several; else all places as one group.
///
/// A sentence goes to the group whose name or label it repeats, else to the first.
pub(super) fn apart<'h>(context: &Context<'_>, subject: SubjectType, hits: &[&'h Hit]) -> Vec<Group<'h>> {
    let words = |range: &Range<usize>| context.slice(range.clone());
    let mut groups: Vec<Group<'h>> = Vec::new();
    let mut rest: Vec<&'h Hit> = Vec::new();
    for hit in hits {
        let Some(name) = name(context, subject, hit) else {
            rest.push(hit);
            continue;
        };
        if let Some((_, group)) = groups.iter_mut().find(|(known, _)| known.as_ref().map(words) == Some(words(&name))) {
            group.push(hit);
        } else if groups.len() == MOST {
            return vec![(None, hits.to_vec())];
        } else {
            groups.push((Some(name), vec![hit]));
        }
    }
    if groups.len() < 2 {
        return vec![(None, hits.to_vec())];
    }
    for hit in rest {
        let named = groups.iter().position(|(name, _)| hit.name.is_some() && name.as_ref().map(words) == hit.name.as_ref().map(words));
        let same = || groups.iter().position(|(_, own)| own.first().is_some_and(|own| words(&own.label) == words(&hit.label)));
        let at = named.or_else(same).unwrap_or(0);
        if let Some((_, group)) = groups.get_mut(at) {
            group.push(hit);
        }
    }
    groups
}

/// The sector or class of shares a box or heading names.
fn name(context: &Context<'_>, subject: SubjectType, hit: &Hit) -> Option<Range<usize>> {
    if hit.strength == Strength::Sentence {
        return None;
    }
    let before = context.before(hit.from, 16);
    let base = hit.from - before.len();
    let found = match subject {
        SubjectType::Industry => SECTOR.as_ref()?.captures(before).and_then(|found| found.name("name").or_else(|| found.name("line"))),
        SubjectType::Stock => SHARE.as_ref()?.captures(before).and_then(|found| found.name("name")),
        _ => None,
    };
    let name = found.map(|found| base + found.start()..base + found.end()).or_else(|| hit.name.clone())?;
    (!NO_SECTOR.as_ref()?.is_match(context.slice(name.clone()))).then_some(name)
}
