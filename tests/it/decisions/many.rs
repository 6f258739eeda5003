//! Decisions drawn at random over the example reports: every record stays lawful, every place stays right.

use std::collections::BTreeMap;

use fastrand::Rng;
use sellside::Record;
use sellside::decide::{DECISION_SCHEMA, Decided, Decision, DecisionAction, Fate, Sitting, decide};
use sellside::domain::Verdict;
use sellside::llm::{Model, ReplayModel};
use sellside::pipeline::Extractor;
use serde_json::{Value, json};

use crate::laws::{assert_lawful, by_rules};
use crate::support::workspace::{example_reports, repository};

/// Places a person can decide about: leaves and items, of the record as it is.
fn places(record: &Record) -> Vec<String> {
    let leaves = record.provenance.iter().filter(|(_, entry)| entry.verdict != Verdict::Derived).map(|(place, _)| place.clone());
    let authors = (0..record.authors.len()).map(|index| format!("/authors/{index}"));
    leaves.chain(authors).collect()
}

fn drawn(rng: &mut Rng, record: &Record, at: &str) -> Option<Decision> {
    let value = serde_json::to_value(record).unwrap();
    let places = places(record);
    let pointer = rng.choice(&places)?.clone();
    let was = value.pointer(&pointer).cloned().unwrap_or_default();
    let (action, new) = match rng.u8(0..4) {
        0 => (DecisionAction::Keep, was.clone()),
        1 if !pointer.starts_with("/disclosures") && !was.is_array() => (DecisionAction::Missing, Value::Null),
        _ => match &was {
            Value::String(text) if !pointer.ends_with("date") && !text.is_ascii() => (DecisionAction::Edit, json!(format!("{text}二"))),
            Value::Number(_) => (DecisionAction::Edit, json!(rng.u32(1..90))),
            _ => (DecisionAction::Keep, was.clone()),
        },
    };
    Some(Decision {
        schema: DECISION_SCHEMA.to_owned(),
        document: record.source.name.clone(),
        text_id: record.text_id.clone(),
        pointer,
        action,
        value: new,
        was,
        by: "A. Reviewer".to_owned(),
        at: at.to_owned(),
        note: None,
    })
}

/// Names of authors and mentions with where their words stand.
fn places_of_names(record: &Record) -> BTreeMap<String, Vec<Option<usize>>> {
    let authors = record.authors.iter().enumerate().map(|(index, author)| (author.name.clone(), format!("/authors/{index}/name")));
    let mentions = record.mentions.iter().enumerate().map(|(index, mention)| (Some(mention.name.clone()), format!("/mentions/{index}")));
    let mut names: BTreeMap<String, Vec<Option<usize>>> = BTreeMap::new();
    for (name, place) in authors.chain(mentions) {
        let Some(entry) = record.provenance.get(&place).filter(|entry| entry.verdict != Verdict::Human) else { continue };
        names.entry(name.unwrap_or_default()).or_default().push(entry.evidence.first().and_then(|evidence| evidence.start));
    }
    names
}

#[tokio::test]
async fn every_record_stays_lawful_and_every_place_right() {
    let replay = || Model::Replay(ReplayModel::open(&repository("examples/replies")).unwrap());
    let mut read = Vec::new();
    for path in example_reports() {
        let (document, record) = by_rules(&path).await;
        let both = Extractor::both(replay()).unwrap().extract(&document).await.unwrap().record;
        read.extend([(document.clone(), record), (document, both)]);
    }
    for (number, (document, record)) in read.into_iter().enumerate() {
        let mut rng = Rng::with_seed(number as u64 + 1);
        let mut decided: Decided = decide(&document, record.clone(), &[]);
        let mut sittings: Vec<Sitting> = Vec::new();
        let first = places_of_names(&record);
        for round in 0..3 {
            let at = format!("2026-11-30T08:0{round}:00Z");
            let drawn: Vec<Decision> = (0..6).filter_map(|_| drawn(&mut rng, &decided.record, &at)).collect();
            let sitting = decided.sitting(drawn);
            decided.sit(&document, &sitting);
            sittings.push(sitting);
            assert_lawful(&document, &decided.record);
            // Whoever was not decided about still has the place they had.
            for (name, places) in places_of_names(&decided.record) {
                let had = first.get(&name).unwrap_or_else(|| panic!("`{name}` was not there before"));
                assert!(places.iter().all(|place| had.contains(place)), "{name}: {places:?}, before {had:?}");
            }
        }
        let fates: Vec<&Fate> = decided.fates.iter().flatten().collect();
        assert!(fates.iter().filter(|fate| ***fate == Fate::Applied).count() > 6, "{fates:?}");
        assert!(fates.iter().all(|fate| matches!(fate, Fate::Applied | Fate::Superseded | Fate::Refused(_))), "{fates:?}");
        assert_eq!(decide(&document, record, &sittings).record, decided.record, "all of it again is the same record");
    }
}
