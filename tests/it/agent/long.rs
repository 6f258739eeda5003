//! A report that does not fit: old results are taken out, what the model noted stays, and nothing is sent that is too long.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use regex::Regex;
use sellside::config::{Asking, Scope};
use sellside::domain::record::Strategy;
use sellside::llm::{Model, OpenAiModel};
use sellside::pipeline::{Extractor, Outcome};
use sellside::prompt::{Templates, estimate_tokens};
use sellside::zones::Zones;
use serde_json::{Value, json};

use super::{agent, call, settings};
use crate::long::{assert_complete, draft, numbered, report};
use crate::support::server::{Answer, Server};

/// Tokens of a request, as we estimate them.
fn prompt_tokens(body: &Value) -> usize {
    let message = |message: &Value| {
        let calls = message.get("tool_calls").map_or(0, |calls| estimate_tokens(&calls.to_string()));
        estimate_tokens(message["content"].as_str().unwrap_or_default()) + calls + 4
    };
    estimate_tokens(&body["tools"].to_string()) + body["messages"].as_array().unwrap().iter().map(message).sum::<usize>()
}

/// The lines that say something, of those a text shows.
fn telling(text: &str) -> Vec<(u32, String)> {
    let telling =
        Regex::new("^望江证券$|^临河科技|日期|分析师|评级:|目标价|推荐【|营业收入\\(|^(买入|增持|中性|减持):|风险提示|石化投资|铸件")
            .unwrap();
    let short = |words: String| -> String {
        if words.contains("推荐【") {
            Regex::new("推荐【[^】]+】").unwrap().find(&words).unwrap().as_str().to_owned()
        } else {
            words
        }
    };
    numbered(text).into_iter().filter(|(_, words)| telling.is_match(words)).map(|(id, words)| (id, short(words))).collect()
}

/// A model that plans: it reads the outline, then what may hold an answer, and notes beside each call what the last one
/// showed. It knows nothing but the messages it is sent.
fn plan(body: &Value) -> Answer {
    let messages = body["messages"].as_array().unwrap();
    let words = |role: &str| -> String {
        let of_role = messages.iter().filter(|message| message["role"] == role);
        of_role.filter_map(|message| message["content"].as_str()).collect::<Vec<_>>().join("\n")
    };
    let turns = messages.iter().filter(|message| message["role"] == "assistant").count();
    let newest: Vec<&str> = {
        let last = messages.iter().rposition(|message| message["role"] == "assistant").unwrap_or(messages.len());
        messages.iter().skip(last).filter(|message| message["role"] == "tool").map(|message| message["content"].as_str().unwrap()).collect()
    };
    let notes: String = telling(&newest.join("\n")).iter().map(|(id, words)| format!("[{id}] {words}\n")).collect();
    let say = |calls: &[Value]| Answer::message(&json!({ "role": "assistant", "content": notes, "tool_calls": calls }), "tool_calls");
    let find = |text: &str, from: &Value| call("find", &json!({ "text": text, "from": from }));
    if turns == 0 {
        return say(&[call("outline", &json!({ "from": null }))]);
    }
    if turns == 1 {
        let zone = |kind: &str| Regex::new(&format!(r"(?m)^zone (\d+) {kind}")).unwrap().captures(newest[0]).unwrap()[1].to_owned();
        let read = |kind: &str| call("read", &json!({ "zone": zone(kind), "first": null, "last": null }));
        return say(&[
            read("risks"),
            read("definitions"),
            call("read", &json!({ "zone": null, "first": 1, "last": 9 })),
            find("营业收入(亿元)", &Value::Null),
        ]);
    }
    let more = newest
        .iter()
        .rev()
        .find_map(|shown| Regex::new("call `find` with `from` (\\d+)").unwrap().captures(shown).map(|found| found[1].to_owned()));
    match more {
        Some(from) => say(&[find("板块内我们推荐", &json!(from))]),
        None if turns == 2 => say(&[find("板块内我们推荐", &Value::Null)]),
        None => {
            let all: BTreeSet<(u32, String)> = telling(&words("assistant")).into_iter().chain(telling(&newest.join("\n"))).collect();
            let lines: Vec<(u32, String)> = all.into_iter().collect();
            hand_over(&draft(&lines))
        }
    }
}

/// Submits a draft, in several where a list is longer than one may hold.
fn hand_over(draft: &Value) -> Answer {
    let mentions = draft["mentions"].as_array().unwrap();
    let mut drafts = vec![draft.clone()];
    // In the scope `zones` nobody asks for them.
    drafts[0].as_object_mut().unwrap().remove("disclosures");
    drafts[0]["mentions"] = json!(mentions.iter().take(40).collect::<Vec<_>>());
    for rest in mentions.iter().skip(40).collect::<Vec<_>>().chunks(40) {
        let mut more = drafts[0].clone();
        more.as_object_mut().unwrap().values_mut().filter(|list| list.is_array()).for_each(|list| *list = json!([]));
        more["mentions"] = json!(rest);
        drafts.push(more);
    }
    let calls: Vec<Value> = drafts.iter().map(|draft| call("submit", draft)).collect();
    Answer::message(&json!({ "role": "assistant", "content": null, "tool_calls": calls }), "tool_calls")
}

async fn extract(server: &Server, context: Option<u32>, asking: Asking) -> Outcome {
    let mut settings = settings(server);
    settings.context_tokens = context;
    settings.asking = asking;
    Extractor::model(Model::OpenAi(OpenAiModel::new(&settings).unwrap())).unwrap().extract(&report()).await.unwrap()
}

#[tokio::test]
async fn a_hundred_pages_are_read_in_a_context_of_nine_thousand_tokens() {
    let document = report();
    let server = Server::model(plan).await;
    let outcome = extract(&server, Some(9_000), agent()).await;
    assert_complete(&document, &outcome.record);
    assert_eq!(outcome.record.run.strategy, Some(Strategy::Agent));
    assert!(outcome.record.run.issues.iter().all(|issue| issue == "not_asked:disclosures"), "{:?}", outcome.record.run.issues);
    let asked = server.asked();
    let taken_out = asked.iter().filter(|asked| asked.raw.contains("taken out for length; call again")).count();
    assert!(taken_out > 0, "the conversation was longer than the context");
    for asked in &asked {
        let tokens = prompt_tokens(&asked.body);
        assert!(tokens <= 9_000 - 3_000 + 300, "{tokens} tokens leave no room for the draft");
        assert!(!asked.raw.contains("准确性不作任何保证"), "legal text is not sent");
    }
}

#[tokio::test]
async fn a_context_nobody_knew_of_is_learnt_from_the_server() {
    let document = report();
    let server = Server::model(|body: &Value| {
        let tokens = prompt_tokens(body);
        if tokens + 2_600 <= 12_000 {
            return plan(body);
        }
        let message = format!("This model's maximum context length is 12000 tokens, your request has {tokens}");
        Answer::error(400, &message, &json!("context_length_exceeded"))
    })
    .await;
    let outcome = extract(&server, None, agent()).await;
    assert_complete(&document, &outcome.record);
    assert!(outcome.attempts.iter().any(|attempt| attempt.status == Some(400)));
    assert_eq!(outcome.record.run.strategy, Some(Strategy::Agent));
}

#[tokio::test]
async fn what_was_noted_by_the_limit_of_steps_counts() {
    let server = Server::model(|body: &Value| {
        if body["tool_choice"] == "required" {
            return plan(body);
        }
        let said = body["messages"].as_array().unwrap().iter().filter_map(|message| message["content"].as_str());
        let lines: BTreeSet<(u32, String)> = telling(&said.collect::<Vec<_>>().join("\n")).into_iter().collect();
        hand_over(&draft(&lines.into_iter().collect::<Vec<_>>()))
    })
    .await;
    let outcome = extract(&server, Some(12_000), Asking { max_steps: NonZeroU32::new(4).unwrap(), ..agent() }).await;
    let record = &outcome.record;
    assert_eq!(record.ratings[0].label.as_deref(), Some("增持"));
    assert!((10..90).contains(&record.mentions.len()), "{}", record.mentions.len());
    assert!(record.run.issues.contains(&"agent_limit:steps".to_owned()), "{:?}", record.run.issues);
}

/// What `docs/agent.md` says of the cost: less than showing everything, many times what the cues select.
#[tokio::test]
async fn an_agent_costs_less_than_the_whole_report_and_more_than_what_is_selected() {
    let document = report();
    let server = Server::model(plan).await;
    let outcome = extract(&server, Some(12_000), agent()).await;
    assert_complete(&document, &outcome.record);
    let agent: usize = server.asked().iter().map(|asked| prompt_tokens(&asked.body)).sum();
    let zones = Zones::of(&document);
    let shown = |scope| {
        let plan = Templates::default().plan(&document, &zones, Asking { scope, ..Asking::default() }, Some(12_000)).unwrap();
        plan.parts.iter().map(|part| part.prompt.estimated_tokens()).sum::<usize>()
    };
    let (selected, whole) = (shown(Scope::Zones), shown(Scope::Full));
    assert!(selected * 5 < agent && agent < whole, "{selected} {agent} {whole}");
}
