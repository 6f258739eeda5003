//! What bounds an agent: at each bound it is asked for its draft once, and what it has read by then counts.

use std::num::NonZeroU32;
use std::sync::Arc;

use sellside::config::Asking;
use sellside::domain::Verdict;
use sellside::domain::record::Strategy;
use sellside::llm::{Budget, Limit, Model, ModelSettings, OpenAiModel, Pricing, ReplayModel};
use sellside::pipeline::{Extractor, Outcome};
use serde_json::{Value, json};

use super::{agent, call, issues, label, last, outline, read, settings, submit, zone};
use crate::model::{document, draft};
use crate::support::server::{Answer, Asked, Server};
use crate::support::workspace::Workspace;

/// The request that asks for the draft.
fn assert_asked_for_the_draft(asked: &Asked, limit: &str) {
    assert!(last(asked).starts_with(limit) && last(asked).contains("Call \"submit\" now"), "{}", last(asked));
    assert_eq!(asked.body["tool_choice"], json!({ "type": "function", "function": { "name": "submit" } }));
    assert_eq!(asked.body["tools"].as_array().unwrap().len(), 4, "the start of the request stays the same");
}

#[tokio::test]
async fn at_the_limit_of_steps_the_draft_is_asked_for_once() {
    for (submits, expected) in [(true, "agent_limit:steps"), (false, "model_failed:agent_steps")] {
        let end = if submits { submit(&draft()) } else { zone(3) };
        let server = Server::start([outline(), zone(1), end]).await;
        let mut settings = settings(&server);
        settings.asking = Asking { max_steps: NonZeroU32::new(2).unwrap(), ..agent() };
        let outcome = read(&settings).await;
        let asked = server.asked();
        assert_eq!(asked.len(), 3);
        assert_asked_for_the_draft(&asked[2], "The limit of steps is reached.");
        assert_eq!(issues(&outcome), [expected]);
        // Without a draft the rules' reading is what there is.
        let verdict = if submits { Verdict::Agreed } else { Verdict::RulesOnly };
        assert_eq!(label(&outcome), Some(("增持", verdict)));
        if let Some(failure) = outcome.model_failure {
            assert_eq!(failure.to_string(), "the model reached the limit `steps` of an agent and submitted nothing");
            assert!(failure.hint().contains("--max-steps"));
        }
    }
}

/// An answer for so many tokens.
fn costing(answer: &Value, tokens: u64) -> Answer {
    let choice = json!({ "index": 0, "message": answer, "finish_reason": "tool_calls" });
    Answer::json(200, &json!({ "choices": [choice], "usage": { "prompt_tokens": tokens - 50, "completion_tokens": 50 } }))
}

fn said(calls: &[Value]) -> Value {
    json!({ "role": "assistant", "content": null, "tool_calls": calls })
}

#[tokio::test]
async fn at_the_limit_of_tokens_the_draft_is_asked_for_once() {
    let server = Server::start([
        costing(&said(&[call("outline", &json!({}))]), 9_000),
        costing(&said(&[call("read", &json!({ "zone": 1 }))]), 28_000),
        submit(&draft()),
    ])
    .await;
    let mut settings = settings(&server);
    settings.asking = Asking { max_total_tokens: 50_000, ..agent() };
    let outcome = read(&settings).await;
    assert_asked_for_the_draft(&server.asked()[2], "The limit of tokens is reached.");
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["agent_limit:tokens"], Some(("增持", Verdict::Agreed))));
}

#[tokio::test]
async fn a_server_that_counts_no_tokens_is_counted_for() {
    let uncounted = |message: Value| Answer::json(200, &json!({ "choices": [{ "message": message, "finish_reason": "tool_calls" }] }));
    let server = Server::model(move |body: &Value| {
        let turns = body["messages"].as_array().unwrap().len();
        let end = body["tool_choice"].is_object();
        let name = if end { "submit" } else { "read" };
        let arguments = if end { draft() } else { json!({ "first": turns, "last": turns }) };
        uncounted(said(&[call(name, &arguments)]))
    })
    .await;
    let mut settings = settings(&server);
    settings.asking = Asking { max_total_tokens: 30_000, ..agent() };
    let outcome = read(&settings).await;
    let asked = server.asked().len();
    assert!((2..6).contains(&asked), "{asked}");
    assert_eq!(issues(&outcome), ["agent_limit:tokens"]);
}

async fn with_budget(settings: &ModelSettings, limit: u64, folder: Option<&Workspace>) -> (Outcome, Arc<Budget>) {
    let budget = Arc::new(Budget::new(Limit::Tokens(limit), &Pricing::Unknown));
    let mut model = OpenAiModel::new(settings).unwrap().with_budget(Arc::clone(&budget), Pricing::Unknown).unwrap();
    if let Some(folder) = folder {
        model = model.recording(folder.path(), "2025-03-04").unwrap();
    }
    (Extractor::both(Model::OpenAi(model)).unwrap().extract(&document()).await.unwrap(), budget)
}

#[tokio::test]
async fn a_budget_keeps_room_for_the_draft() {
    let answers = || {
        [
            costing(&said(&[call("outline", &json!({}))]), 9_000),
            costing(&said(&[call("read", &json!({ "zone": 1 }))]), 9_000),
            submit(&draft()),
        ]
    };
    let server = Server::start(answers()).await;
    let mut settings = settings(&server);
    settings.max_output_tokens = Some(1000);
    let folder = Workspace::new();
    let (outcome, budget) = with_budget(&settings, 31_000, Some(&folder)).await;
    let asked = server.asked();
    assert_asked_for_the_draft(&asked[2], "The budget is nearly used up.");
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["agent_limit:budget"], Some(("增持", Verdict::Agreed))));
    assert_eq!(budget.spent(), "18015 tokens");
    // A recording has no budget, and ends where that one did.
    let replay = ReplayModel::open(folder.path()).unwrap();
    let mut record = Extractor::both(Model::Replay(replay)).unwrap().extract(&document()).await.unwrap().record;
    record.run.replayed = false;
    assert_eq!(record, outcome.record);
}

#[tokio::test]
async fn a_budget_too_small_for_any_step_sends_nothing() {
    let server = Server::start([]).await;
    let (outcome, _) = with_budget(&settings(&server), 500, None).await;
    assert_eq!(issues(&outcome), ["model_failed:budget"]);
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn steps_that_show_nothing_new_end() {
    // The same call over and over, each time told so.
    let server = Server::start([outline(), zone(1), zone(1), zone(1), zone(1), submit(&draft())]).await;
    let outcome = read(&settings(&server)).await;
    let asked = server.asked();
    assert!(last(&asked[3]).starts_with("You have called this before"), "{}", last(&asked[3]));
    assert_asked_for_the_draft(&asked[5], "The last steps have shown nothing new.");
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["agent_limit:loop"], Some(("增持", Verdict::Agreed))));
    let steps: Vec<String> = outcome.steps.iter().skip(2).map(ToString::to_string).collect();
    assert_eq!(steps, ["read (again)", "read (again)", "read (again)", "submit (accepted)"]);
}

#[tokio::test]
async fn a_model_that_stops_calling_after_it_has_read_is_asked_for_its_draft() {
    let server = Server::start([zone(1), Answer::says("I see."), Answer::says("Fine."), submit(&draft())]).await;
    let outcome = read(&settings(&server)).await;
    let asked = server.asked();
    assert_eq!(
        last(&asked[2]),
        "Call a function: \"outline\", \"find\" or \"read\" to see the report, or \"submit\" with the JSON object."
    );
    assert_asked_for_the_draft(&asked[3], "No function was called.");
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["agent_limit:no_call"], Some(("增持", Verdict::Agreed))));
}

#[tokio::test]
async fn a_last_request_that_is_answered_wrongly_ends_it() {
    let mut wrong = draft();
    wrong["risks"] = json!([{ "text": { "a": 1 }, "at": 10 }]);
    for (end, code) in [
        (submit(&wrong), "model_failed:invalid"),
        (Answer::says("I have nothing."), "model_failed:agent_steps"),
        (Answer::text(503, "busy"), "model_failed:http_503"),
    ] {
        let server = Server::model(move |body: &Value| if body["tool_choice"].is_object() { end.clone() } else { zone(1) }).await;
        let mut settings = settings(&server);
        settings.asking = Asking { max_steps: NonZeroU32::MIN, ..agent() };
        let outcome = read(&settings).await;
        assert_eq!((issues(&outcome), label(&outcome)), (vec![code], Some(("增持", Verdict::RulesOnly))));
    }
}

#[tokio::test]
async fn a_context_without_room_for_reading_is_read_in_parts() {
    let empty = json!({ "product": { "title": null } }).to_string();
    let server = Server::model(move |_: &Value| Answer::says(&empty)).await;
    let mut settings = settings(&server);
    settings.context_tokens = Some(5000);
    let outcome = read(&settings).await;
    assert!(issues(&outcome).contains(&"agent_given_up:context"), "{:?}", issues(&outcome));
    assert_ne!(outcome.record.run.strategy, Some(Strategy::Agent));
    assert!(server.asked().iter().all(|asked| asked.body.get("tools").is_none()), "no step was made");
}
