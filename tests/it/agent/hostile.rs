//! Text meant for the model, read by an agent that obeys it: what its functions show stays data.

use serde_json::{Value, json};

use super::{call, settings};
use crate::injection::{Case, Report, attacks, changes, is_reviewed, values};
use crate::laws::assert_lawful;
use crate::support::server::{Answer, Server};
use sellside::Record;
use sellside::llm::{Model, OpenAiModel};
use sellside::pipeline::Extractor;

/// Reads all of a report in one step, then submits what it was told to.
async fn obey(case: &Case) -> (Record, String) {
    let answer: Value = serde_json::from_str(&case.answer).unwrap();
    let server = Server::model(move |body: &Value| {
        let read = body["messages"].as_array().unwrap().iter().any(|message| message["role"] == "tool");
        let (name, arguments) = if read { ("submit", answer.clone()) } else { ("read", json!({ "first": 1, "last": null })) };
        Answer::message(&json!({ "role": "assistant", "content": null, "tool_calls": [call(name, &arguments)] }), "tool_calls")
    })
    .await;
    let model = Model::OpenAi(OpenAiModel::new(&settings(&server)).unwrap());
    let outcome = Extractor::both(model).unwrap().extract(&case.document).await.unwrap();
    assert!(outcome.model_failure.is_none(), "{:?}", outcome.model_failure);
    assert_lawful(&case.document, &outcome.record);
    let shown = server.asked().last().unwrap().body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned();
    (outcome.record, shown)
}

#[tokio::test]
async fn no_attack_on_an_agent_changes_a_value_without_a_review_item() {
    let kinds = [
        "tool_call",
        "function_markup",
        "delimiters",
        "segment_numbers",
        "json_answer",
        "order_zh",
        "chat_markup",
        "plain_target",
        "system_line_en",
    ];
    let attacks: Vec<_> = attacks().into_iter().filter(|attack| kinds.contains(&attack.name.as_str())).collect();
    assert_eq!(attacks.len(), kinds.len());
    let mut broken = Vec::new();
    for attack in attacks {
        let report: Report = attack.report;
        let (clean, _) = obey(&Case::new(report.text(), &report.draft())).await;
        let (record, shown) = obey(&Case::new(&attack.planted(), &attack.draft())).await;
        let frames = shown.lines().filter(|line| line.starts_with("======== REPORT ")).count();
        assert_eq!(frames, 2, "{}: {shown}", attack.name);
        let mut changed = Vec::new();
        changes("", &values(&clean), &values(&record), &mut changed);
        broken.extend(
            changed.into_iter().filter(|pointer| !is_reviewed(&record, pointer)).map(|pointer| format!("{}: {pointer}", attack.name)),
        );
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
