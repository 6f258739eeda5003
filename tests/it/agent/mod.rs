//! A report read step by step, against a scripted server: what is sent, what the functions show, what becomes of it.

mod command;
mod hostile;
mod limits;
mod long;
mod malformed;

use std::time::Duration;

use secrecy::SecretString;
use sellside::config::{Asking, Mode};
use sellside::domain::Verdict;
use sellside::domain::record::{Grading, Strategy};
use sellside::llm::{Model, ModelSettings, OpenAiModel, ReplayModel};
use sellside::pipeline::{Extractor, Outcome, UseResult};
use serde_json::{Value, json};

use crate::laws::assert_lawful;
use crate::model::{document, draft};
use crate::support::server::{Answer, Asked, Server};
use crate::support::workspace::Workspace;

const KEY: &str = "sk-test-0123456789abcdef";

fn agent() -> Asking {
    Asking { mode: Mode::Agent, ..Asking::default() }
}

/// A call, named after its function.
fn call(name: &str, arguments: &Value) -> Value {
    json!({ "id": format!("id-{name}"), "type": "function", "function": { "name": name, "arguments": arguments.to_string() } })
}

/// A turn with these calls and no words.
fn calls(calls: &[Value]) -> Answer {
    Answer::message(&json!({ "role": "assistant", "content": null, "tool_calls": calls }), "tool_calls")
}

pub(crate) fn outline() -> Answer {
    calls(&[call("outline", &json!({ "from": null }))])
}

/// Reads a zone.
pub(crate) fn zone(number: u32) -> Answer {
    calls(&[call("read", &json!({ "zone": number, "first": null, "last": null }))])
}

pub(crate) fn submit(draft: &Value) -> Answer {
    calls(&[call("submit", draft)])
}

fn settings(server: &Server) -> ModelSettings {
    let mut settings = ModelSettings::new(&server.base_url, "m");
    settings.api_key = Some(SecretString::from(KEY));
    settings.retry_base = Duration::ZERO;
    settings.max_attempts = 2;
    settings.asking = agent();
    settings
}

/// Reads the small report with these settings.
async fn read(settings: &ModelSettings) -> Outcome {
    let document = document();
    let model = Model::OpenAi(OpenAiModel::new(settings).unwrap());
    let outcome = Extractor::both(model).unwrap().extract(&document).await.unwrap();
    assert_lawful(&document, &outcome.record);
    outcome
}

/// Reads the small report with a server of this script.
async fn script(answers: impl IntoIterator<Item = Answer>) -> (Outcome, Vec<Asked>) {
    let server = Server::start(answers).await;
    let outcome = read(&settings(&server)).await;
    let asked = server.asked();
    assert_eq!(asked.len(), outcome.attempts.len(), "every request is accounted for");
    (outcome, asked)
}

/// The words of the last message of a request.
fn last(asked: &Asked) -> &str {
    asked.body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap()
}

fn roles(asked: &Asked) -> Vec<&str> {
    asked.body["messages"].as_array().unwrap().iter().map(|message| message["role"].as_str().unwrap()).collect()
}

fn label(outcome: &Outcome) -> Option<(&str, Verdict)> {
    let label = outcome.record.ratings.first()?.label.as_deref()?;
    Some((label, outcome.record.provenance["/ratings/0/label"].verdict))
}

fn issues(outcome: &Outcome) -> Vec<&str> {
    outcome.record.run.issues.iter().map(String::as_str).collect()
}

/// A model that reads as it is told to: the outline, what may hold an answer, a search, then the draft.
fn reading() -> Vec<Answer> {
    vec![
        outline(),
        calls(&[
            call("read", &json!({ "zone": 1, "first": null, "last": null })),
            call("find", &json!({ "text": "目标价", "from": null })),
        ]),
        submit(&draft()),
    ]
}

#[tokio::test]
async fn an_agent_reads_what_it_asks_for_and_its_draft_is_judged_like_any_other() {
    let server = Server::start(reading()).await;
    let outcome = read(&settings(&server)).await;
    let record = &outcome.record;
    assert_eq!((record.run.strategy, record.run.grade), (Some(Strategy::Agent), Some(Grading::Tools)));
    assert_eq!(label(&outcome), Some(("增持", Verdict::Agreed)));
    assert_eq!((issues(&outcome), outcome.model_failure.is_none()), (vec![], true));
    assert_eq!(outcome.usage.total_tokens, 45, "every step is paid for");
    let steps: Vec<String> = outcome.steps.iter().map(|step| format!("{} {step}", step.number)).collect();
    let UseResult::Shown(read) = outcome.steps[1].uses[0].result else { panic!("{steps:?}") };
    assert!(read >= 5, "{steps:?}");
    assert_eq!(steps, ["1 outline".to_owned(), format!("2 read ({read} segments), find (1 segment)"), "3 submit (accepted)".to_owned()]);

    let asked = server.asked();
    let [first, second, third] = &asked[..] else { panic!("{} requests", asked.len()) };
    for asked in [first, second, third] {
        assert_eq!(
            (asked.target.as_str(), &asked.headers["authorization"]),
            ("/v1/chat/completions", &format!("Bearer {KEY}").parse().unwrap())
        );
        let body = asked.body.as_object().unwrap();
        assert_eq!(body.keys().collect::<Vec<_>>(), ["model", "messages", "tools", "tool_choice"]);
        assert_eq!((&body["model"], &body["tool_choice"]), (&json!("m"), &json!("required")));
        let names: Vec<&Value> = body["tools"].as_array().unwrap().iter().map(|tool| &tool["function"]["name"]).collect();
        assert_eq!(names, ["outline", "find", "read", "submit"]);
        assert_eq!(body["tools"], first.body["tools"], "the start of every request is the same");
        let draft = &body["tools"][3]["function"]["parameters"];
        assert!(draft["properties"]["rating_scales"].is_object() && draft["properties"].get("disclosures").is_none());
        assert!(asked.raw.contains("评级") && !asked.raw.contains("\\u"), "bodies are raw UTF-8");
    }
    assert_eq!(roles(first), ["system", "user"]);
    assert!(!first.raw.contains("临河科技"), "nothing of the report is sent before it is asked for");
    assert_eq!(roles(third), ["system", "user", "assistant", "tool", "assistant", "tool", "tool"]);
    let sent = &third.body["messages"];
    assert!(last(second).contains("zone 1 header, segments 1 to "), "{}", last(second));
    assert_eq!(sent[2], json!({ "role": "assistant", "content": null, "tool_calls": [call("outline", &json!({ "from": null }))] }));
    assert_eq!(
        (&sent[3]["tool_call_id"], &sent[5]["tool_call_id"], &sent[6]["tool_call_id"]),
        (&json!("id-outline"), &json!("id-read"), &json!("id-find"))
    );
    assert!(sent[5]["content"].as_str().unwrap().contains("\n[4] 投资评级:增持(维持)\n"));
    assert!(sent[6]["content"].as_str().unwrap().contains("\n[5] 目标价:12.50元\n"));
}

#[tokio::test]
async fn every_step_is_recorded_and_replayed() {
    let server = Server::start(reading()).await;
    let folder = Workspace::new();
    let live = OpenAiModel::new(&settings(&server)).unwrap().recording(folder.path(), "2025-03-04").unwrap();
    let document = document();
    let outcome = Extractor::both(Model::OpenAi(live)).unwrap().extract(&document).await.unwrap();
    let lines = std::fs::read_to_string(folder.path().join("report.txt.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 3);
    assert!(!lines.contains(KEY));
    for (line, asked) in lines.lines().zip(server.asked()) {
        let exchange: Value = serde_json::from_str(line).unwrap();
        assert_eq!((&exchange["request"], &exchange["grade"]), (&asked.body, &json!("tools")));
    }

    let replay = ReplayModel::open(folder.path()).unwrap();
    assert_eq!(replay.asking(), agent());
    let extractor = Extractor::both(Model::Replay(replay)).unwrap();
    // Twice: a recording can be read again.
    for _ in 0..2 {
        let again = extractor.extract(&document).await.unwrap();
        let mut record = again.record;
        assert!(record.run.replayed);
        record.run.replayed = false;
        assert_eq!((record, &again.steps), (outcome.record.clone(), &outcome.steps));
    }
}

#[tokio::test]
async fn a_recording_of_another_report_is_no_answer() {
    let server = Server::start(reading()).await;
    let folder = Workspace::new();
    let live = OpenAiModel::new(&settings(&server)).unwrap().recording(folder.path(), "2025-03-04").unwrap();
    Extractor::both(Model::OpenAi(live)).unwrap().extract(&document()).await.unwrap();
    let replay = ReplayModel::open(folder.path()).unwrap();
    let changed = crate::model::REPORT.replace("12.50元", "13.50元");
    let changed = sellside::Document::from_bytes("report.txt", changed.as_bytes()).unwrap();
    let error = Extractor::both(Model::Replay(replay)).unwrap().extract(&changed).await.unwrap_err();
    assert!(error.to_string().starts_with("no recorded answer to this request"), "{error}");
}
