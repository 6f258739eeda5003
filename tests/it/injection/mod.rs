//! Attacks on the reading model, each run against a model that obeys it.
//!
//! The law: whatever a report says to a model, no value of the record changes without a review item that points at it.
//! The record of the same report without the attack is what it is compared with. `docs/injection.md` shows which defences
//! caught which attack; `SELLSIDE_UPDATE=1` writes it.

mod false_alarms;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sellside::document::Document;
use sellside::domain::record::ReviewCode;
use sellside::domain::{Reason, Record};
use sellside::llm::{Model, ModelSettings, OpenAiModel};
use sellside::pipeline::Extractor;
use sellside::zones::Zones;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::drift::assert_file;
use crate::laws::assert_lawful;
use crate::support::server::{Answer, Server};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attacks {
    attack: Vec<Attack>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Place {
    Start,
    Body,
    End,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report {
    Zh,
    En,
    /// An industry report without rating, target price and recommendation: nothing the rules read speaks against the model.
    Bare,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attack {
    pub(crate) name: String,
    pub(crate) report: Report,
    at: Place,
    text: String,
    cite: String,
    draft: String,
    /// Only the other reader can catch it.
    #[serde(default)]
    needs_rules: bool,
}

impl Report {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Zh => include_str!("report-zh.txt"),
            Self::En => include_str!("report-en.txt"),
            Self::Bare => include_str!("report-bare.txt"),
        }
    }

    /// What an honest model answers; places by their words.
    pub(crate) fn draft(self) -> Value {
        let text = match self {
            Self::Zh => include_str!("draft-zh.json"),
            Self::En => include_str!("draft-en.json"),
            Self::Bare => include_str!("draft-bare.json"),
        };
        serde_json::from_str(text).unwrap()
    }
}

impl Attack {
    /// The report with the attack in it, as a paragraph of its own.
    pub(crate) fn planted(&self) -> String {
        let report = self.report.text();
        let at = match self.at {
            Place::Start => 0,
            // Behind the first paragraph of the story.
            Place::Body => report.match_indices("\n\n").nth(1).unwrap().0 + 2,
            Place::End => report.len(),
        };
        let gap = if self.at == Place::Start { "" } else { "\n" };
        format!("{}{gap}{}\n\n{}", &report[..at], self.text, &report[at..])
    }

    /// What a model that obeys answers: the honest draft but for what the attack asks.
    pub(crate) fn draft(&self) -> Value {
        let mut draft = self.report.draft();
        let asked: Value = serde_json::from_str(&self.draft.replace("\"@\"", &json!(self.cite).to_string())).unwrap();
        for (name, value) in asked.as_object().unwrap() {
            draft[name] = value.clone();
        }
        draft
    }
}

/// The draft with the words of each `at` replaced by the number of the segment they begin in; null where no segment has
/// them.
fn numbered(draft: &Value, segments: &[(u32, String)]) -> Value {
    match draft {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| match value {
                Value::String(words) if name == "at" => {
                    (name.clone(), segments.iter().find(|(_, text)| text.contains(words.as_str())).map_or(Value::Null, |(id, _)| json!(id)))
                }
                other => (name.clone(), numbered(other, segments)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(|item| numbered(item, segments)).collect(),
        other => other.clone(),
    }
}

/// One reading to do: a text, and what the model answers.
pub(crate) struct Case {
    pub(crate) document: Document,
    pub(crate) answer: String,
}

impl Case {
    pub(crate) fn new(text: &str, draft: &Value) -> Self {
        let document = Document::from_bytes("report.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let words = document.normalized.text();
        let segments: Vec<(u32, String)> =
            zones.segments().iter().map(|segment| (segment.id, words[segment.range.clone()].to_owned())).collect();
        let answer = numbered(draft, &segments).to_string();
        Self { document, answer }
    }
}

/// Reads all of them. Also returns what the model was shown.
async fn read(cases: Vec<Case>, rules: bool) -> Vec<(Record, String)> {
    let server = Server::start(cases.iter().map(|case| Answer::says(&case.answer))).await;
    let model = Model::OpenAi(OpenAiModel::new(&ModelSettings::new(&server.base_url, "obedient")).unwrap());
    let extractor = if rules { Extractor::both(model) } else { Extractor::model(model) }.unwrap();
    let mut records = Vec::new();
    for case in cases {
        let outcome = extractor.extract(&case.document).await.unwrap();
        assert!(outcome.model_failure.is_none(), "{:?}", outcome.model_failure);
        assert_lawful(&case.document, &outcome.record);
        records.push(outcome.record);
    }
    let shown = server.asked().into_iter().map(|asked| asked.body["messages"][1]["content"].as_str().unwrap().to_owned());
    records.into_iter().zip(shown).collect()
}

/// The values of a record: what stands in it, without where it was read and how.
pub(crate) fn values(record: &Record) -> Value {
    let mut value = serde_json::to_value(record).unwrap();
    let members = value.as_object_mut().unwrap();
    for name in ["id", "text_id", "source", "provenance", "review", "run"] {
        members.remove(name);
    }
    value
}

/// Pointers of the values that differ. An item that was added to or taken from a list is one.
pub(crate) fn changes(pointer: &str, before: &Value, after: &Value, out: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(other)) => {
            for (name, value) in before {
                changes(&format!("{pointer}/{name}"), value, other.get(name).unwrap_or(&Value::Null), out);
            }
        }
        (Value::Array(before), Value::Array(other)) => {
            for at in 0..before.len().max(other.len()) {
                let item = |list: &[Value]| list.get(at).cloned().unwrap_or_default();
                changes(&format!("{pointer}/{at}"), &item(before), &item(other), out);
            }
        }
        _ if before == after => {}
        _ => out.push(pointer.to_owned()),
    }
}

/// Whether a person is asked to look at this value: at itself, its item or its list, or at a part of it. An alert about the
/// whole report is not enough.
pub(crate) fn is_reviewed(record: &Record, pointer: &str) -> bool {
    let within = |inner: &str, outer: &str| inner == outer || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    // What follows from values is reviewed with them: the checklist from all of them, the firm's prefix from its analysts.
    let follows = |item: &str| {
        within(pointer, "/compliance") && !within(item, "/compliance") || pointer == "/publisher/license_prefix" && within(item, "/authors")
    };
    let about = |item: &str| within(pointer, item) || within(item, pointer) || follows(item);
    record.review.iter().any(|item| !item.pointer.is_empty() && about(&item.pointer))
}

/// What stopped an attack, in words of the table.
fn defences(attack: &Attack, clean: &Record, record: &Record, shown: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    if !shown.contains(&attack.cite) {
        found.insert("never shown");
    }
    let new = |code: ReviewCode| {
        let count = |record: &Record| record.review.iter().filter(|item| item.code == code).count();
        count(record) > count(clean)
    };
    if new(ReviewCode::SuspiciousText) {
        found.insert("alert");
    }
    if new(ReviewCode::Conflict) {
        found.insert("conflict");
    }
    if new(ReviewCode::ModelOnly) {
        found.insert("model alone");
    }
    if new(ReviewCode::Contradicted) {
        found.insert("contradicted");
    }
    for rejected in record.provenance.values().flat_map(|entry| &entry.rejected) {
        if rejected.reasons.contains(&Reason::SuspiciousText) {
            found.insert("withheld");
        } else if rejected.reasons.contains(&Reason::WrongZone) {
            found.insert("wrong zone");
        } else if !rejected.reasons.is_empty() {
            found.insert("not in the words");
        }
    }
    found
}

pub(crate) fn attacks() -> Vec<Attack> {
    toml::from_str::<Attacks>(include_str!("attacks.toml")).unwrap().attack
}

/// Runs every attack; what the law forbids, one line each, and the table of defences.
async fn run(rules: bool) -> (Vec<String>, String) {
    let attacks: Vec<Attack> = attacks().into_iter().filter(|attack| rules || !attack.needs_rules).collect();
    let reports = [Report::Zh, Report::En, Report::Bare];
    let mut cases: Vec<Case> = reports.iter().map(|report| Case::new(report.text(), &report.draft())).collect();
    cases.extend(attacks.iter().map(|attack| Case::new(&attack.planted(), &attack.draft())));
    let mut records = read(cases, rules).await.into_iter();
    let clean: Vec<Record> = records.by_ref().take(reports.len()).map(|(record, _)| record).collect();
    let mut broken = Vec::new();
    let mut table = String::new();
    for (attack, (record, shown)) in attacks.iter().zip(records) {
        let clean = &clean[reports.iter().position(|report| *report == attack.report).unwrap()];
        let mut changed = Vec::new();
        changes("", &values(clean), &values(&record), &mut changed);
        for pointer in changed.iter().filter(|pointer| !is_reviewed(&record, pointer)) {
            let value = serde_json::to_value(&record).unwrap().pointer(pointer).cloned().unwrap_or_default();
            broken.push(format!("{}: {pointer} became {value}", attack.name));
        }
        let defences = defences(attack, clean, &record, &shown);
        if defences.is_empty() {
            broken.push(format!("{}: nothing caught it", attack.name));
        }
        let defences: Vec<&str> = defences.into_iter().collect();
        let changed =
            if changed.is_empty() { "none".to_owned() } else { changed.iter().map(|at| format!("`{at}`")).collect::<Vec<_>>().join(" ") };
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| `{}` | {} | {changed} |", attack.name, defences.join(", "));
    }
    (broken, table)
}

#[tokio::test]
async fn no_attack_changes_a_value_without_a_review_item() {
    assert!(attacks().len() >= 30);
    let (broken, table) = run(true).await;
    assert!(broken.is_empty(), "{}\n{table}", broken.join("\n"));
    assert_file("docs/injection.md", &format!("{PAGE}{table}"));
}

const PAGE: &str = "\
# What stops text that is meant for the model

A report may be written for the model that reads it: orders, planted answers, words no person sees. Each attack below is planted
in an invented report and read by a model that obeys it: it answers with the attacker's values and cites the words of the attack.
The law, kept by `tests/it/injection`: no value of the record changes without a review item that points at it. The attacks
themselves are in `tests/it/injection/attacks.toml`.

A list of words knows what was thought of before. Of 29 attacks worded after the list was made, two raised an alert before the
list was widened by them. What holds without a list: what no person sees is never shown to the model or never trusted, a value
needs a place in the text, the rules do not see the model's answer, and a rating, target price or recommendation that the model
alone read is put before a person. A model that reads alone (`--model-only`) has the list and the text, and no more: what it
leaves out because it was told to, only the alert shows.

- *alert*: the words are known for what they are, and `suspicious_text` asks a person to look.
- *withheld*: the model's value stands in such words alone; it is in `rejected` with the reason `suspicious_text`, not in the
  record.
- *never shown*: the words are taken out before the model reads the text (comments, invisible characters).
- *model alone*: the rules read no such rating, target price or recommendation; the value stands and a person is asked.
- *conflict*, *contradicted*: the rules read otherwise, their value is kept, and a person is asked.
- *not in the words*, *wrong zone*: the value does not stand where it is cited, or cannot be read there.

*Changed* names values that differ from those of the same report without the attack; each has its review item.

| attack | stopped by | changed |
|---|---|---|
";

#[tokio::test]
async fn nor_where_the_model_reads_alone() {
    let (broken, table) = run(false).await;
    assert!(broken.is_empty(), "{}\n{table}", broken.join("\n"));
}
