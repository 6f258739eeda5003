//! The language-model client against a scripted server: what is sent, and what is made of every kind of answer.

mod budget;
mod grades;
mod recording;

use std::error::Error;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use sellside::domain::record::Grading;
use sellside::llm::{Attempt, Completion, Finish, GradeChoice, ModelSettings, OpenAiModel, Patch, SettingsError, Usage};
use sellside::prompt::{Message, Prompt, Role};
use serde_json::{Value, json};

use crate::support::server::{Answer, Server};

const KEY: &str = "sk-test-0123456789abcdef";
const REPORT: &str = "[1] 上海证券有限责任公司发布研究报告，维持腾讯控股（0700.HK）增持评级，目标价五百港元。";
const ANSWER: &str = r#"{"title":"周报"}"#;

fn prompt() -> Prompt {
    let message = |role, content: &str| Message { role, content: content.to_owned() };
    Prompt {
        messages: vec![message(Role::System, "Answer in JSON."), message(Role::User, REPORT)],
        schema: json!({"type": "object", "properties": {"title": {"type": "string"}}}).into(),
        schema_name: "draft".to_owned(),
        hash: "b3:00".to_owned(),
    }
}

fn settings(server: &Server) -> ModelSettings {
    ModelSettings {
        api_key: Some(SecretString::from(KEY)),
        retry_base: Duration::ZERO,
        offline: true,
        ..ModelSettings::new(format!("{}/", server.base_url), "test-model")
    }
}

fn only(server: &Server, grade: Grading) -> ModelSettings {
    ModelSettings { grade: GradeChoice::Only(grade), ..settings(server) }
}

/// A change to the body for every model.
fn patch(body: Value) -> Patch {
    Patch { body: serde_json::from_value(body).unwrap(), ..Patch::default() }
}

async fn ask(settings: &ModelSettings) -> Completion {
    OpenAiModel::new(settings).unwrap().complete("report.txt", &prompt()).await
}

/// Asks in the grade `prompt` a server with this script.
async fn ask_script(answers: impl IntoIterator<Item = Answer>) -> (Completion, Server) {
    let server = Server::start(answers).await;
    (ask(&only(&server, Grading::Prompt)).await, server)
}

fn statuses(completion: &Completion) -> Vec<Option<u16>> {
    completion.attempts.iter().map(|attempt| attempt.status).collect()
}

fn tokens(prompt: u64, completion: u64) -> Usage {
    Usage { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, ..Usage::default() }
}

#[tokio::test]
async fn the_request_is_what_was_asked_for() {
    let server = Server::start([Answer::says(ANSWER)]).await;
    let mut settings = settings(&server);
    settings.base_url = format!("{}/?api-version=2024-08-01", server.base_url);
    settings.temperature = Some(0.0);
    settings.max_output_tokens = Some(800);
    settings.patches.push(Patch {
        headers: [("X-Team".to_owned(), SecretString::from("research"))].into(),
        ..patch(json!({"enable_thinking": false}))
    });
    let completion = ask(&settings).await;

    let [asked] = &server.asked()[..] else { panic!("not one request") };
    assert_eq!(asked.target, "/v1/chat/completions?api-version=2024-08-01");
    assert_eq!(asked.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(asked.headers["content-type"], "application/json");
    assert_eq!(asked.headers["x-team"], "research");
    let expected = json!({
        "model": "test-model",
        "messages": [{"role": "system", "content": "Answer in JSON."}, {"role": "user", "content": REPORT}],
        "temperature": 0.0,
        "max_tokens": 800,
        "enable_thinking": false,
        "response_format": {"type": "json_schema", "json_schema": {"name": "draft", "strict": true, "schema": prompt().schema}},
    });
    assert_eq!(asked.body, expected);

    let reply = completion.outcome.unwrap();
    assert_eq!((reply.text.as_str(), reply.finish, reply.model.as_deref()), (ANSWER, Finish::Stop, Some("served")));
    assert_eq!(completion.grade, Some(Grading::JsonSchema));
    assert_eq!(completion.usage, tokens(10, 5));
}

#[tokio::test]
async fn without_a_key_no_authorization_is_sent() {
    let server = Server::start([Answer::says(ANSWER)]).await;
    ask(&ModelSettings { api_key: None, ..settings(&server) }).await.outcome.unwrap();
    assert!(!server.asked()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn failures_that_may_pass_are_tried_again() {
    let page = "<html><head><title>429 Too Many Requests</title></head></html>";
    let (completion, server) = ask_script([
        Answer::text(429, page).header("content-type", "text/html"),
        Answer::text(500, "oops"),
        Answer::error(503, "Loading model", &json!(503)),
        Answer::says(ANSWER),
    ])
    .await;
    assert_eq!(completion.outcome.as_ref().unwrap().text, ANSWER);
    assert_eq!(statuses(&completion), [Some(429), Some(500), Some(503), Some(200)]);
    let errors: Vec<_> = completion.attempts.iter().map(|attempt| attempt.error.clone()).collect();
    let said = |status: u16, said: &str| Some(format!("HTTP {status} from `{}`: {said}", server.base_url));
    assert_eq!(errors, [said(429, "429 Too Many Requests"), said(500, "oops"), said(503, "Loading model"), None]);
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn attempts_end() {
    let (completion, server) = ask_script(vec![Answer::error(502, "bad gateway", &Value::Null); 4]).await;
    let error = completion.outcome.unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("request failed after 4 attempts in "), "{message}");
    assert!(message.ends_with(&format!("s: HTTP 502 from `{}`", server.base_url)), "{message}");
    assert_eq!(error.source().unwrap().to_string(), "bad gateway");
    assert_eq!((error.code().as_str(), error.is_fatal()), ("http_502", false));
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_server_that_hangs_times_out() {
    let server = Server::start([Answer::hang(), Answer::says(ANSWER)]).await;
    let settings = ModelSettings { timeout: Duration::from_secs(1), ..only(&server, Grading::Prompt) };
    let completion = ask(&settings).await;
    completion.outcome.unwrap();
    assert_eq!(completion.attempts[0].error, Some(format!("no reply in time from `{}`", server.base_url)));
    assert!(completion.attempts[0].elapsed >= Duration::from_secs(1));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_body_cut_in_the_middle_is_asked_for_again() {
    let (completion, server) = ask_script([Answer::cut("{\"choices\": ["), Answer::says(ANSWER)]).await;
    assert_eq!(completion.outcome.as_ref().unwrap().text, ANSWER);
    assert_eq!(statuses(&completion), [Some(200), Some(200)]);
    let error = completion.attempts[0].error.as_deref().unwrap();
    assert!(error.starts_with(&format!("a reply cut off from `{}`", server.base_url)), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let server = Server::start([]).await;
    let mut settings = only(&server, Grading::Prompt);
    // Port 1 is never listened on.
    settings.base_url = "http://127.0.0.1:1/v1".to_owned();
    settings.max_attempts = 2;
    let completion = ask(&settings).await;
    let error = completion.outcome.unwrap_err();
    assert!(error.to_string().contains("2 attempts"), "{error}");
    assert!(error.to_string().ends_with("could not connect to `http://127.0.0.1:1/v1`"), "{error}");
    assert_eq!(error.code(), "connect");
    assert!(error.hint().contains("--base-url"));
}

#[tokio::test]
async fn json_that_is_no_reply_is_not_asked_for_again() {
    for (answer, code) in [
        (Answer::json(200, &json!({"status": "ok"})), "malformed"),
        (Answer::json(200, &json!([])), "malformed"),
        (Answer::text(200, "<!doctype html><title>Login</title>"), "not_json"),
    ] {
        let (completion, server) = ask_script([answer]).await;
        let error = completion.outcome.unwrap_err();
        assert_eq!((error.code().as_str(), error.is_fatal()), (code, true));
        assert!(error.hint().contains("/v1"), "{}", error.hint());
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn half_written_json_is_asked_for_again() {
    let (completion, _) = ask_script([Answer::text(200, "{\"choices\": [{"), Answer::says(ANSWER)]).await;
    assert_eq!(completion.outcome.unwrap().text, ANSWER);
}

#[tokio::test]
async fn a_reply_that_is_too_large_is_given_up() {
    let (completion, server) = ask_script([Answer::says(&"x".repeat(17 * 1024 * 1024))]).await;
    assert_eq!(completion.outcome.unwrap_err().code(), "too_large");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn the_words_arrive_as_they_were_sent() {
    for text in ["```json\n{\"title\": null}\n```\n", "<think>first {think}</think>\n{\"title\":1,}", "\u{feff} Sure! {}"] {
        let (completion, _) = ask_script([Answer::says(text)]).await;
        assert_eq!(completion.outcome.unwrap().text, text);
    }
}

#[tokio::test]
async fn ways_to_stop_are_told_apart() {
    let content = |text: &str| json!({ "content": text });
    let cases = [
        (content("{\"title\""), "length", "{\"title\"", Finish::Length),
        (json!({"content": null}), "length", "", Finish::Length),
        (json!({"content": null}), "content_filter", "", Finish::ContentFilter),
        (json!({"content": null, "refusal": "I cannot help"}), "stop", "", Finish::Refusal("I cannot help".to_owned())),
        (content(ANSWER), "eos_token", ANSWER, Finish::Other("eos_token".to_owned())),
    ];
    for (message, reason, text, finish) in cases {
        let (completion, server) = ask_script([Answer::message(&message, reason)]).await;
        let reply = completion.outcome.unwrap();
        assert_eq!(reply.is_complete(), matches!(finish, Finish::Other(_)));
        assert_eq!((reply.text.as_str(), reply.finish), (text, finish));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn an_empty_answer_is_asked_for_once_more() {
    let (completion, _) = ask_script([Answer::says(""), Answer::says(ANSWER)]).await;
    assert_eq!(completion.outcome.unwrap().text, ANSWER);
    assert_eq!(completion.usage, tokens(20, 10), "the empty answer cost tokens too");

    let (completion, server) = ask_script([Answer::says(""), Answer::says(" ")]).await;
    assert_eq!(completion.outcome.unwrap_err().code(), "empty");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_missing_id_or_usage_does_no_harm() {
    let bare = json!({"choices": [{"message": {"content": ANSWER}}], "created": 17_000_000_000_000_u64});
    let (completion, _) = ask_script([Answer::json(200, &bare)]).await;
    let reply = completion.outcome.unwrap();
    assert_eq!((reply.text.as_str(), reply.usage, reply.model), (ANSWER, None, None));
    assert_eq!(completion.usage, Usage::default());
}

#[tokio::test]
async fn a_used_up_quota_is_never_tried_again() {
    for code in [json!("insufficient_quota"), json!("credit_balance_exhausted"), json!(1113), json!("1113")] {
        let answer = Answer::error(429, "no money", &code).header("retry-after", "1");
        let (completion, server) = ask_script([answer]).await;
        let error = completion.outcome.unwrap_err();
        assert_eq!((error.code().as_str(), error.is_fatal()), ("quota", true), "{code}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn refusals_are_final() {
    for status in [400_u16, 401, 402, 403, 404, 422] {
        let (completion, server) = ask_script([Answer::error(status, "no", &json!(status))]).await;
        let error = completion.outcome.unwrap_err();
        assert_eq!(error.code(), format!("http_{status}"));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn the_pause_the_server_asks_for_is_made() {
    let answers = [Answer::text(429, "").header("retry-after-ms", "150"), Answer::says(ANSWER)];
    let (completion, server) = ask_script(answers).await;
    let asked = server.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_millis(150));
    let Attempt { retry_after, waited, capped, .. } = &completion.attempts[0];
    assert_eq!((*retry_after, *waited, *capped), (Some(Duration::from_millis(150)), Some(Duration::from_millis(150)), false));
}

#[tokio::test]
async fn an_endless_pause_is_capped() {
    let server = Server::start([Answer::text(429, "").header("retry-after", "3600"), Answer::says(ANSWER)]).await;
    let cap = Duration::from_millis(50);
    let started = Instant::now();
    let completion = ask(&ModelSettings { retry_after_cap: cap, ..only(&server, Grading::Prompt) }).await;
    assert!(started.elapsed() < Duration::from_secs(30));
    let Attempt { retry_after, waited, capped, .. } = &completion.attempts[0];
    assert_eq!((*retry_after, *waited, *capped), (Some(Duration::from_hours(1)), Some(cap), true));
}

#[tokio::test]
async fn tokens_of_failed_attempts_are_counted() {
    let failed = json!({"error": {"message": "broken", "code": 500}, "usage": {"prompt_tokens": 7, "total_tokens": 7}});
    let (completion, _) = ask_script([Answer::json(500, &failed), Answer::says(ANSWER)]).await;
    assert_eq!(completion.usage, tokens(17, 5));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let answer = Answer::text(307, "").header("location", "https://example.com/v1/chat/completions");
    let (completion, server) = ask_script([answer]).await;
    let error = completion.outcome.unwrap_err();
    assert_eq!(error.code(), "http_307");
    assert!(error.hint().contains("redirects"));
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn https_can_be_set_up_without_a_connection() {
    OpenAiModel::new(&ModelSettings::new("https://api.example.com/v1", "m")).unwrap();
}

#[test]
fn offline_refuses_before_anything_is_opened() {
    let settings = ModelSettings { offline: true, ..ModelSettings::new("https://api.example.com/v1", "m") };
    let error = OpenAiModel::new(&settings).unwrap_err();
    assert_eq!(error, SettingsError::Offline { host: "api.example.com".to_owned() });
    assert!(error.hint().is_some());
}
