//! Gold labels made from records: what a record says, its labels say, by an account of its own.

use std::collections::BTreeSet;

use sellside::domain::rating::{RatingStatus, SubjectType};
use sellside::domain::record::{AuthorRole, Grade, Stance};
use sellside::domain::scale::fold_label;
use sellside::domain::{DisclosureId, Record};
use sellside::gold::{Canonical, Gold, stem};

use crate::laws::by_rules;
use crate::support::workspace::example_reports;

/// `RANK/OF` by the table among the labels, as a scorer reads it that has nothing else.
fn rank(gold: &Gold) -> Option<String> {
    let wanted = fold_label(gold.rating_raw.as_deref()?);
    let grades: Vec<_> = gold
        .rating_definitions
        .iter()
        .filter(|grade| Some(grade.subject) == gold.rating_subject && sellside::domain::rating::status_word(&grade.label).is_none())
        .collect();
    let at = grades.iter().position(|grade| fold_label(&grade.label) == wanted)?;
    Some(format!("{}/{}", at + 1, grades.len()))
}

/// The percentages of a definition, unsigned, zero left out.
fn percentages(definition: &str) -> BTreeSet<String> {
    let folded: String = definition.chars().map(|c| if c == '％' { '%' } else { c }).collect();
    let pattern = regex::Regex::new(r"(\d+(?:\.\d+)?)\s*(?:%|[-~—–至到]\s*[-+]?\d+(?:\.\d+)?\s*%)").unwrap();
    let mut found = BTreeSet::new();
    let mut from = 0;
    while let Some(hit) = pattern.captures_at(&folded, from) {
        let number = hit.get(1).unwrap();
        found.insert(number.as_str().parse::<f64>().unwrap().to_string());
        from = number.end();
    }
    found.remove("0");
    found
}

fn bounds(grade: &Grade) -> BTreeSet<String> {
    [grade.low, grade.high].into_iter().flatten().map(|bound| bound.abs().to_string()).filter(|bound| bound != "0").collect()
}

fn assert_says_the_same(record: &Record, gold: &Gold) {
    let name = &record.source.name;
    assert_eq!(gold.id.as_deref(), Some(stem(name)), "{name}");
    let rating = record.ratings.first().filter(|rating| rating.status == Some(RatingStatus::Rated));
    assert_eq!(gold.rating_raw, rating.and_then(|rating| rating.label.clone()), "{name}");
    assert_eq!(rank(gold), rating.and_then(|rating| Some(format!("{}/{}", rating.rank?, rating.of?))), "{name}");
    assert_eq!(gold.rating_direction, rating.and_then(|rating| rating.direction), "{name}");
    assert_eq!((gold.published, gold.report_type), (record.product.publish_date, record.product.category), "{name}");
    let stock = record.subject.as_ref().filter(|subject| subject.kind == Some(SubjectType::Stock));
    assert_eq!(gold.security_code, stock.and_then(|subject| subject.code.clone()), "{name}");
    let signers = record.authors.iter().filter(|author| author.role == Some(AuthorRole::Analyst)).count();
    assert_eq!((gold.analysts.len(), gold.analysts.len() + gold.contacts.len()), (signers, record.authors.len()), "{name}");
    let grades = record.rating_scales.iter().flat_map(|scale| &scale.grades);
    for (grade, label) in grades.zip(&gold.rating_definitions) {
        assert_eq!(grade.label, label.label, "{name}");
        let definition = label.definition.as_deref().unwrap_or_default();
        assert_eq!(percentages(definition), bounds(grade), "{name}: {definition}");
    }
    let called: BTreeSet<&str> =
        record.mentions.iter().filter(|mention| mention.stance != Some(Stance::Related)).map(|mention| mention.name.as_str()).collect();
    assert_eq!(gold.covered_securities.iter().map(|one| one.name.as_str()).collect::<BTreeSet<_>>(), called, "{name}");
    let present = |id: DisclosureId| record.disclosures.iter().any(|disclosure| disclosure.id == id && disclosure.present);
    let disclosed = &gold.disclosures_present;
    assert_eq!(disclosed.copyright_restriction, Some(present(DisclosureId::Copyright)), "{name}");
    assert_eq!(
        disclosed.no_advice_or_client_only,
        Some(present(DisclosureId::ClientOnly) || present(DisclosureId::NotPersonalAdvice)),
        "{name}"
    );
    assert_eq!(disclosed.risk_notice, Some(present(DisclosureId::UseRiskWarning) || !record.risks.is_empty()), "{name}");
}

#[tokio::test]
async fn labels_say_what_their_record_says() {
    let mut steps = Vec::new();
    for path in example_reports() {
        let (_, record) = by_rules(&path).await;
        let gold = Gold::from_record(&record);
        assert_says_the_same(&record, &gold);
        let text = serde_json::to_string_pretty(&gold).unwrap();
        assert_eq!(Gold::parse(&text).unwrap(), gold);
        steps.push(gold.rating_canonical);
    }
    // As a person reads the examples' own tables: 增持 is the only positive grade for sectors, 卖出 the worst of two.
    let expected =
        [Some(Canonical::Buy), Some(Canonical::StrongBuy), Some(Canonical::Sell), None, Some(Canonical::Buy), Some(Canonical::Hold)];
    assert_eq!(steps, expected);
}
