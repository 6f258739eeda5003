//! Grades of structured output: refused, stepped down from, remembered, probed.

use std::error::Error;
use std::sync::Arc;

use sellside::domain::record::Grading;
use sellside::llm::{Finish, Model, OpenAiModel, ProbeOutcome, grade};
use serde_json::{Value, json};

use super::{ANSWER, ask, only, prompt, settings, tokens};
use crate::support::server::{Answer, Server};

#[tokio::test]
async fn auto_steps_down_and_remembers() {
    let server = Server::start([
        Answer::error(400, "This response_format type is unavailable now", &json!("invalid_request_error")),
        Answer::json(422, &json!({"detail": [{"loc": ["body", "tools"], "msg": "extra fields not permitted"}]})),
        Answer::says(ANSWER),
        Answer::says(ANSWER),
    ])
    .await;
    let model = OpenAiModel::new(&settings(&server)).unwrap();
    let keys = model.request_keys(&prompt());
    assert_eq!(keys.iter().map(|(grade, _)| *grade).collect::<Vec<_>>(), grade::ALL);
    let first = model.complete("a.txt", &prompt()).await;
    assert_eq!(first.outcome.as_ref().unwrap().text, ANSWER);
    assert_eq!(first.grade, Some(Grading::JsonObject));
    let grades: Vec<_> = first.attempts.iter().map(|attempt| attempt.grade).collect();
    assert_eq!(grades, [Grading::JsonSchema, Grading::Tools, Grading::JsonObject]);

    let second = model.complete("b.txt", &prompt()).await;
    assert_eq!((second.grade, second.attempts.len()), (Some(Grading::JsonObject), 1));
    assert_eq!(model.grades(), [Grading::JsonObject, Grading::Prompt]);
    assert_eq!(model.request_keys(&prompt()), keys[2..]);
    assert_eq!(second.request_key.as_ref(), Some(&keys[2].1));

    let asked = server.asked();
    assert_eq!(asked[0].body["response_format"]["type"], "json_schema");
    assert_eq!(asked[1].body["tool_choice"]["function"]["name"], "submit");
    assert_eq!(asked[1].body["tools"][0]["function"]["parameters"], *prompt().schema);
    for asked in &asked[2..] {
        assert_eq!(asked.body["response_format"], json!({"type": "json_object"}));
        assert_eq!(asked.body.get("tools"), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_model_serves_many_tasks() {
    let server = Server::start(vec![Answer::says(ANSWER); 16]).await;
    let model = Arc::new(Model::OpenAi(OpenAiModel::new(&settings(&server)).unwrap()));
    let ask = |index: usize| {
        let model = Arc::clone(&model);
        tokio::spawn(async move { model.complete(&format!("{index}.txt"), &prompt()).await.outcome.is_ok() })
    };
    for task in (0..16).map(ask).collect::<Vec<_>>() {
        assert!(task.await.unwrap());
    }
    assert_eq!(server.asked().len(), 16);
}

#[tokio::test]
async fn one_grade_asked_for_is_never_left() {
    let server = Server::start([Answer::error(400, "response_format is not supported", &Value::Null)]).await;
    let error = ask(&only(&server, Grading::JsonSchema)).await.outcome.unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` refuses `--grade json_schema`", server.base_url));
    assert_eq!(error.source().unwrap().to_string(), "response_format is not supported");
    assert_eq!(error.hint(), "use `--grade auto`");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn arguments_come_as_text_or_as_an_object() {
    for arguments in [json!(ANSWER), json!({"title": "周报"})] {
        let call = json!({"id": "1", "type": "function", "function": {"name": "submit", "arguments": arguments}});
        let server = Server::start([Answer::message(&json!({"content": null, "tool_calls": [call]}), "tool_calls")]).await;
        let reply = ask(&only(&server, Grading::Tools)).await.outcome.unwrap();
        assert_eq!((reply.text.as_str(), reply.finish), (ANSWER, Finish::ToolCalls));
    }
}

#[tokio::test]
async fn json_in_place_of_a_call_is_accepted_and_talk_is_not() {
    let fenced = format!("```json\n{ANSWER}\n```");
    let server = Server::start([Answer::says(&fenced)]).await;
    let completion = ask(&only(&server, Grading::Tools)).await;
    assert_eq!(completion.outcome.unwrap().text, fenced);

    let refusal = Answer::error(400, "json_schema is not supported", &Value::Null);
    let server = Server::start([refusal, Answer::says("I would call submit."), Answer::says(ANSWER)]).await;
    let completion = ask(&settings(&server)).await;
    assert_eq!(completion.outcome.unwrap().text, ANSWER);
    assert_eq!(completion.grade, Some(Grading::JsonObject));
    assert_eq!(completion.usage, tokens(20, 10));

    let server = Server::start([Answer::says("I would call submit.")]).await;
    let error = ask(&only(&server, Grading::Tools)).await.outcome.unwrap_err();
    assert!(error.to_string().ends_with("refuses `--grade tools`"), "{error}");
}

#[tokio::test]
async fn probes_tell_what_is_really_supported() {
    let server = Server::start([
        Answer::says("{\"probe\":\"k7q\"}"),
        Answer::says("{\"probe\":\"hello\"}"),
        Answer::error(400, "'response_format.type' must be 'json_schema' or 'text'", &Value::Null),
        Answer::error(401, "who are you", &Value::Null),
    ])
    .await;
    let model = OpenAiModel::new(&settings(&server)).unwrap();
    let mut outcomes = Vec::new();
    for grade in grade::ALL {
        outcomes.push(match model.probe(grade).await.outcome {
            ProbeOutcome::Supported => "supported".to_owned(),
            ProbeOutcome::Ignored => "ignored".to_owned(),
            ProbeOutcome::Refused(reason) => reason,
            ProbeOutcome::Failed(error) => error.code(),
        });
    }
    assert_eq!(outcomes, ["supported", "ignored", "'response_format.type' must be 'json_schema' or 'text'", "http_401"]);
    assert_eq!(server.asked()[0].body["response_format"]["json_schema"]["schema"]["properties"]["probe"]["enum"], json!(["k7q"]));
    assert_eq!(model.grades(), grade::ALL, "a probe is not remembered");
}
