//! Models and servers that do not play along.

use sellside::config::ToolChoice;
use sellside::domain::Verdict;
use sellside::domain::record::{Grading, ReviewCode, Strategy};
use sellside::llm::{Model, OpenAiModel};
use sellside::pipeline::Extractor;
use serde_json::{Value, json};

use super::{call, calls, issues, label, last, outline, read, reading, roles, script, settings, submit, zone};
use crate::model::{document, draft};
use crate::support::server::{Answer, Server};

/// The small report as it is answered in one go.
fn in_one_go() -> Answer {
    Answer::says(&draft().to_string())
}

#[tokio::test]
async fn what_cannot_be_done_is_said_and_mended() {
    let broken = json!({ "id": "b", "type": "function", "function": { "name": "read", "arguments": "{\"zone\": " } });
    let (outcome, asked) = script([
        calls(&[call("browse", &json!({ "url": "http://example.com" })), broken, call("read", &json!({ "zone": 99 }))]),
        zone(1),
        submit(&draft()),
    ])
    .await;
    let sent = asked[1].body["messages"].as_array().unwrap();
    let results: Vec<&str> = sent[3..].iter().map(|message| message["content"].as_str().unwrap()).collect();
    assert!(results[0].starts_with("there is no such function"), "{results:?}");
    assert_eq!(results[1], "the arguments are not a JSON object");
    assert!(results[2].starts_with("there is no zone 99"), "{results:?}");
    // What is sent back is JSON, or templates of some servers fail on it.
    assert_eq!(sent[2]["tool_calls"][1]["function"]["arguments"], "{}");
    assert_eq!(outcome.steps[0].to_string(), "unknown (misused), read (misused), read (misused)");
    assert_eq!((issues(&outcome), label(&outcome)), (vec![], Some(("增持", Verdict::Agreed))));
}

#[tokio::test]
async fn arguments_may_be_objects_and_calls_may_have_no_names() {
    let bare = |name: &str, arguments: Value| json!({ "function": { "name": name, "arguments": arguments } });
    let (outcome, asked) =
        script([calls(&[bare("read", json!({ "zone": 1 })), bare("find", json!({ "text": "评级" }))]), calls(&[bare("submit", draft())])])
            .await;
    let sent = asked[1].body["messages"].as_array().unwrap();
    let made: Vec<&Value> = sent[2]["tool_calls"].as_array().unwrap().iter().map(|call| &call["id"]).collect();
    assert_eq!(made, [&sent[3]["tool_call_id"], &sent[4]["tool_call_id"]]);
    assert_ne!(made[0], made[1]);
    assert_eq!(sent[2]["tool_calls"][0]["function"]["arguments"], r#"{"zone":1}"#, "as text, as the interface has it");
    assert_eq!((issues(&outcome), label(&outcome)), (vec![], Some(("增持", Verdict::Agreed))));
    // The way before there were several calls at once.
    let old = json!({ "content": null, "function_call": { "name": "read", "arguments": "{\"zone\":1}" } });
    let (outcome, _) = script([Answer::message(&old, "function_call"), submit(&draft())]).await;
    assert_eq!(label(&outcome), Some(("增持", Verdict::Agreed)));
}

#[tokio::test]
async fn many_calls_at_once_are_bounded_in_number_and_room() {
    let many: Vec<Value> = (1..40).map(|at| call("read", &json!({ "first": at % 13 + 1, "last": null }))).collect();
    let (outcome, asked) = script([calls(&many), submit(&draft())]).await;
    let sent = asked[1].body["messages"].as_array().unwrap();
    assert_eq!((sent[2]["tool_calls"].as_array().unwrap().len(), sent.len()), (8, 3 + 8));
    assert_eq!(outcome.steps[0].uses.len(), 8);
    let server = Server::start([calls(&many), submit(&draft())]).await;
    let mut small = settings(&server);
    small.context_tokens = Some(8192);
    let outcome = read(&small).await;
    assert!(outcome.steps[0].to_string().contains("(no room)"), "{}", outcome.steps[0]);
    assert_eq!(label(&outcome), Some(("增持", Verdict::Agreed)));
}

#[tokio::test]
async fn a_draft_that_does_not_follow_the_schema_comes_back_to_be_mended() {
    let mut wrong = draft();
    wrong["risks"] = json!([{ "text": { "a": 1 }, "at": 10 }]);
    let (outcome, asked) = script([zone(1), submit(&wrong), submit(&draft())]).await;
    let said = last(&asked[2]);
    assert!(said.starts_with("Not accepted:\n- /risks/0/text: ") && said.contains("submit the whole object again"), "{said}");
    assert_eq!(roles(&asked[2]).last(), Some(&"tool"), "as what the function gave");
    assert_eq!(outcome.steps[1].to_string(), "submit (1 error)");
    assert_eq!((issues(&outcome), label(&outcome)), (vec![], Some(("增持", Verdict::Agreed))));
}

#[tokio::test]
async fn a_draft_that_stays_wrong_ends_it() {
    let wrong = |at: u32| {
        let mut wrong = draft();
        wrong["risks"] = json!([{ "text": { "a": at }, "at": at }]);
        submit(&wrong)
    };
    let (outcome, asked) = script([zone(1), wrong(1), wrong(2), wrong(3), wrong(4)]).await;
    assert_eq!(asked.len(), 5);
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["model_failed:invalid"], Some(("增持", Verdict::RulesOnly))));
}

#[tokio::test]
async fn a_draft_is_mended_like_an_answer_and_may_be_wrapped() {
    let arguments =
        format!("{},}}", json!({ "product": draft()["product"], "ratings": draft()["ratings"] }).to_string().strip_suffix('}').unwrap());
    let loose = json!({ "id": "s", "type": "function", "function": { "name": "submit", "arguments": arguments } });
    let (outcome, _) = script([zone(1), calls(&[loose])]).await;
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["repaired:trailing_comma", "repaired:filled"], Some(("增持", Verdict::Agreed))));
    let (outcome, _) = script([zone(1), submit(&json!({ "draft": draft() }))]).await;
    assert_eq!((issues(&outcome), label(&outcome)), (vec![], Some(("增持", Verdict::Agreed))));
}

#[tokio::test]
async fn nothing_is_submitted_before_anything_is_read_and_nothing_is_no_draft() {
    let (outcome, asked) = script([submit(&draft()), zone(1), submit(&json!({})), submit(&draft())]).await;
    assert!(last(&asked[1]).contains("nothing of the report has been read yet"), "{}", last(&asked[1]));
    assert!(last(&asked[3]).contains("nothing is filled in"), "{}", last(&asked[3]));
    assert_eq!(label(&outcome), Some(("增持", Verdict::Agreed)));
}

#[tokio::test]
async fn a_draft_in_words_is_taken_once_the_report_was_read() {
    let (outcome, asked) = script([zone(1), Answer::says(&format!("```json\n{}\n```", draft()))]).await;
    assert_eq!(asked.len(), 2);
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["repaired:fences"], Some(("增持", Verdict::Agreed))));
    assert_eq!(outcome.record.run.strategy, Some(Strategy::Agent));
}

#[tokio::test]
async fn what_only_looks_like_a_draft_or_a_call_is_talk() {
    for talk in [r#"<tool_call>{"name": "read", "arguments": {"zone": 1}}</tool_call>"#, r#"{"name": "submit", "arguments": {}}"#, "{}"] {
        let (outcome, asked) = script([zone(1), Answer::says(talk), submit(&draft())]).await;
        assert!(last(&asked[2]).starts_with("Call a function"), "{talk}");
        assert_eq!((issues(&outcome), label(&outcome)), (vec![], Some(("增持", Verdict::Agreed))), "{talk}");
    }
}

#[tokio::test]
async fn a_model_that_only_talks_is_reminded_once_and_then_asked_in_one_go() {
    // The draft of the first answer is one of a report it has not seen.
    for talk in [Answer::says("Sure, I will read it."), Answer::says(&draft().to_string()), Answer::says("")] {
        let server =
            Server::model(move |body: &Value| if body.get("response_format").is_some() { in_one_go() } else { talk.clone() }).await;
        let outcome = read(&settings(&server)).await;
        assert_eq!((issues(&outcome), label(&outcome)), (vec!["agent_given_up:no_tool_calls"], Some(("增持", Verdict::Agreed))));
        assert_eq!((outcome.record.run.strategy, outcome.record.run.grade), (Some(Strategy::OneShot), Some(Grading::JsonSchema)));
        let asked = server.asked();
        let last_step = asked.iter().rev().find(|asked| asked.body.get("tools").is_some()).unwrap();
        assert!(last(last_step).starts_with("Call a function"), "{}", last(last_step));
        assert_eq!(asked.len(), outcome.attempts.len(), "what the attempt cost is counted");
    }
}

#[tokio::test]
async fn a_server_without_functions_is_asked_in_one_go() {
    for (status, message) in [(400, "qwen:0.5b does not support tools"), (501, "tools are not implemented"), (422, "Extra inputs: tools")] {
        let refusal = Answer::error(status, message, &Value::Null);
        let (outcome, asked) = script([refusal, in_one_go()]).await;
        assert_eq!(
            (issues(&outcome), label(&outcome)),
            (vec!["agent_given_up:tools_refused"], Some(("增持", Verdict::Agreed))),
            "{message}"
        );
        assert!(asked[1].body.get("tools").is_none());
    }
}

#[tokio::test]
async fn a_server_that_refuses_to_be_told_what_to_call_is_left_free() {
    let refusal = Answer::error(400, "tool_choice 'required' is incompatible with thinking enabled", &Value::Null);
    let mut answers = vec![refusal];
    answers.extend(reading());
    let (outcome, asked) = script(answers).await;
    assert_eq!((issues(&outcome), label(&outcome)), (vec![], Some(("增持", Verdict::Agreed))));
    let choices: Vec<&Value> = asked.iter().map(|asked| &asked.body["tool_choice"]).collect();
    assert_eq!(choices, ["required", "auto", "auto", "auto"]);
    // Known to refuse it, a provider is never told.
    let server = Server::start(reading()).await;
    let mut settings = settings(&server);
    settings.tool_choice = Some(ToolChoice::Auto);
    assert_eq!(label(&read(&settings).await), Some(("增持", Verdict::Agreed)));
    assert!(server.asked().iter().all(|asked| asked.body["tool_choice"] == "auto"));
}

#[tokio::test]
async fn a_model_that_declines_and_a_filter_are_what_they_are() {
    let refusal = json!({ "role": "assistant", "content": null, "refusal": "I cannot help with that" });
    let nothing = json!({ "role": "assistant", "content": null });
    for (message, finish, code) in [(refusal, "stop", "model_failed:refused"), (nothing, "content_filter", "model_failed:content_filter")] {
        let (outcome, _) = script([outline(), Answer::message(&message, finish)]).await;
        assert_eq!((issues(&outcome), label(&outcome)), (vec![code], Some(("增持", Verdict::RulesOnly))));
    }
}

#[tokio::test]
async fn of_a_draft_that_was_cut_off_what_was_complete_counts() {
    let text = draft().to_string();
    let cut = &text[..text.find("\"rating_scales\"").unwrap()];
    let submit = json!({ "id": "s", "type": "function", "function": { "name": "submit", "arguments": cut } });
    let message = json!({ "role": "assistant", "content": null, "tool_calls": [submit] });
    let (outcome, _) = script([zone(1), Answer::message(&message, "length")]).await;
    assert_eq!(label(&outcome), Some(("增持", Verdict::Agreed)));
    assert_eq!(issues(&outcome), ["repaired:filled", "repaired:closed", "truncated"]);
}

#[tokio::test]
async fn a_step_that_fails_is_tried_again_and_then_ends_the_reading() {
    let mut answers = vec![Answer::text(503, "busy")];
    answers.extend(reading());
    let (outcome, asked) = script(answers).await;
    assert_eq!((asked.len(), label(&outcome)), (4, Some(("增持", Verdict::Agreed))));
    let (outcome, _) = script([outline(), Answer::text(503, "busy"), Answer::text(503, "busy")]).await;
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["model_failed:http_503"], Some(("增持", Verdict::RulesOnly))));
}

#[tokio::test]
async fn notes_that_contradict_a_draft_nobody_else_read_are_put_before_a_person() {
    let noted = json!({ "role": "assistant", "content": "评级是买入 [4]", "tool_calls": [call("submit", &draft())] });
    let server = Server::start([zone(1), Answer::message(&noted, "tool_calls")]).await;
    let model = Model::OpenAi(OpenAiModel::new(&settings(&server)).unwrap());
    let record = Extractor::model(model).unwrap().extract(&document()).await.unwrap().record;
    let found = record.review.iter().any(|item| item.code == ReviewCode::ReasoningMismatch && item.pointer == "/ratings/0/label");
    assert!(found, "{:?}", record.review);
}

#[tokio::test]
async fn thoughts_beside_calls_are_sent_back() {
    let thinking = json!({ "role": "assistant", "content": "评级 [4]", "reasoning_content": "the header first", "tool_calls": [call("read", &json!({ "zone": 1 }))] });
    let (_, asked) = script([Answer::message(&thinking, "tool_calls"), submit(&draft())]).await;
    let again = &asked[1].body["messages"][2];
    assert_eq!((&again["content"], &again["reasoning_content"]), (&json!("评级 [4]"), &json!("the header first")));
}

#[tokio::test]
async fn a_list_longer_than_a_draft_may_hold_goes_into_further_drafts() {
    let risk = |text: &str| json!({ "text": text, "at": 10 });
    let mut long = draft();
    long["risks"] = json!(vec![risk("需求不及预期"); 60]);
    let mut rest = json!({ "risks": [risk("原材料价格上涨")] });
    let (outcome, asked) = script([zone(1), submit(&long), submit(&rest)]).await;
    assert!(last(&asked[2]).starts_with("Kept. A list held more than it may"), "{}", last(&asked[2]));
    assert_eq!(outcome.record.risks, ["需求不及预期", "原材料价格上涨"]);
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["repaired:cut", "repaired:filled"], Some(("增持", Verdict::Agreed))));
    // Several at once; one of them that has to be mended does not lose the others.
    rest["risks"][0]["at"] = json!("x");
    let mend = json!({ "risks": [risk("原材料价格上涨")] });
    let (outcome, _) = script([zone(1), calls(&[call("submit", &draft()), call("submit", &rest)]), submit(&mend)]).await;
    assert_eq!((outcome.record.risks.len(), label(&outcome)), (2, Some(("增持", Verdict::Agreed))));
    // What was kept counts, whatever comes after it.
    let (outcome, _) = script([zone(1), submit(&long), Answer::text(400, "no")]).await;
    assert_eq!((issues(&outcome), label(&outcome)), (vec!["part_failed:http_400", "repaired:cut"], Some(("增持", Verdict::Agreed))));
}
