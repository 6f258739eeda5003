//! The language-model client against a scripted server: what is sent, and what is made of every kind of answer.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use sellside::domain::record::Grading;
use sellside::llm::{
    Attempt, Completion, Finish, GradeChoice, LlmError, Model, ModelSettings, OpenAiModel, ProbeOutcome, ReplayModel,
    SettingsError, Usage,
};
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
        schema: json!({"type": "object", "properties": {"title": {"type": "string"}}}),
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

/// The whole error as a person sees it.
fn chain(error: &LlmError) -> String {
    let mut text = format!("{error}; hint: {}", error.hint());
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!("; {error}"));
        source = error.source();
    }
    text
}

fn tokens(prompt: u64, completion: u64) -> Usage {
    Usage {
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
        ..Usage::default()
    }
}

#[tokio::test]
async fn the_request_is_what_was_asked_for() {
    let server = Server::start([Answer::says(ANSWER)]).await;
    let mut settings = settings(&server);
    settings.base_url = format!("{}/?api-version=2024-08-01", server.base_url);
    settings.temperature = Some(0.0);
    settings.max_output_tokens = Some(800);
    settings.headers.insert("X-Team".to_owned(), SecretString::from("research"));
    settings.extra_body.insert("enable_thinking".to_owned(), json!(false));
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
    for text in
        ["```json\n{\"title\": null}\n```\n", "<think>first {think}</think>\n{\"title\":1,}", "\u{feff} Sure! {}"]
    {
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
    assert_eq!(
        (*retry_after, *waited, *capped),
        (Some(Duration::from_millis(150)), Some(Duration::from_millis(150)), false)
    );
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
    assert_eq!(keys.iter().map(|(grade, _)| *grade).collect::<Vec<_>>(), sellside::llm::grade::ALL);
    let first = model.complete("a.txt", &prompt()).await;
    assert_eq!(first.outcome.as_ref().unwrap().text, ANSWER);
    assert_eq!(first.grade, Some(Grading::JsonObject));
    let grades: Vec<_> = first.attempts.iter().map(|attempt| attempt.grade).collect();
    assert_eq!(grades, [Grading::JsonSchema, Grading::Tools, Grading::JsonObject]);

    let second = model.complete("b.txt", &prompt()).await;
    assert_eq!((second.grade, second.attempts.len()), (Some(Grading::JsonObject), 1));
    assert_eq!(model.accepted(), Grading::JsonObject);
    assert_eq!(model.request_keys(&prompt()), keys[2..]);
    assert_eq!(second.request_key.as_ref(), Some(&keys[2].1));

    let asked = server.asked();
    assert_eq!(asked[0].body["response_format"]["type"], "json_schema");
    assert_eq!(asked[1].body["tool_choice"]["function"]["name"], "submit");
    assert_eq!(asked[1].body["tools"][0]["function"]["parameters"], prompt().schema);
    for asked in &asked[2..] {
        assert_eq!(asked.body["response_format"], json!({"type": "json_object"}));
        assert_eq!(asked.body.get("tools"), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_model_serves_many_tasks() {
    let server = Server::start(vec![Answer::says(ANSWER); 16]).await;
    let model = std::sync::Arc::new(Model::OpenAi(OpenAiModel::new(&settings(&server)).unwrap()));
    let ask = |index: usize| {
        let model = std::sync::Arc::clone(&model);
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
        let server =
            Server::start([Answer::message(&json!({"content": null, "tool_calls": [call]}), "tool_calls")]).await;
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

#[tokio::test]
async fn neither_the_key_nor_the_report_is_shown() {
    let echo = format!("bad key {KEY} for input {REPORT}");
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([
        Answer::error(500, &echo, &json!(KEY)).header("x-request-id", KEY),
        Answer::error(401, &echo, &json!(KEY)),
    ])
    .await;
    let settings = only(&server, Grading::Prompt);
    let model = OpenAiModel::new(&settings).unwrap().recording(folder.path(), "2024-05-06").unwrap();
    let shown = format!("{model:?} {settings:?}");
    let completion = model.complete("r.txt", &prompt()).await;
    let shown = format!("{shown} {completion:?} {}", chain(completion.outcome.as_ref().unwrap_err()));
    assert!(!shown.contains("0123456789abcdef"), "{shown}");
    assert!(!shown.contains("腾讯控股"), "{shown}");
    assert!(shown.contains("bad key [redacted] for input"), "{shown}");

    for file in ["r.txt.jsonl", "manifest.json"] {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(!text.contains("0123456789abcdef"), "{text}");
    }
}

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn what_was_recorded_is_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([
        Answer::error(400, "response_format: json_schema is unknown", &Value::Null),
        Answer::text(429, "slow down").header("retry-after-ms", "1"),
        Answer::cut("{"),
        Answer::says(&format!("```json\n{ANSWER}\n```")).header("x-request-id", "req_1").header("set-cookie", "a=b"),
        Answer::says("{\"b\":1}"),
    ])
    .await;
    let mut settings = settings(&server);
    settings.temperature = Some(0.0);
    settings.extra_body.insert("seed".to_owned(), json!(7));
    let live = Model::OpenAi(OpenAiModel::new(&settings).unwrap().recording(folder.path(), "2024-05-06").unwrap());
    let recorded = [live.complete("sub/a.txt", &prompt()).await, live.complete("b.txt", &prompt()).await];
    assert_eq!(server.asked().len(), 5);

    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.path().join("manifest.json")).unwrap()).unwrap();
    let expected = json!({
        "format": 1, "server": server.base_url, "model": "test-model", "date": "2024-05-06", "grade": "auto",
        "max_attempts": 4, "parameters": {"temperature": 0.0, "seed": 7},
    });
    assert_eq!(manifest, expected);
    let exchanges = lines(&folder.path().join("sub%2Fa.txt.jsonl"));
    let seen: Vec<_> = exchanges.iter().map(|line| (line["grade"].clone(), line["status"].clone())).collect();
    let tools = |status: u16| (json!("tools"), json!(status));
    assert_eq!(seen, [(json!("json_schema"), json!(400)), tools(429), tools(200), tools(200)]);
    assert_eq!(exchanges[2]["failure"], "cut");
    assert_eq!(exchanges[3]["headers"]["x-request-id"], "req_1");
    assert_eq!(exchanges[3]["headers"].get("set-cookie"), None);
    assert_eq!(exchanges[3]["request"]["tools"][0]["function"]["name"], "submit");

    let replay = Model::Replay(ReplayModel::open(folder.path()).unwrap());
    assert_eq!((replay.model_name(), replay.endpoint()), (live.model_name(), live.endpoint()));
    assert!(replay.is_replay() && !live.is_replay());
    // In another order than recorded: the second report knew already which grade to start with.
    for (report, recorded) in [("b.txt", &recorded[1]), ("sub/a.txt", &recorded[0])] {
        let replayed = replay.complete(report, &prompt()).await;
        assert_eq!(replayed.outcome.as_ref().unwrap(), recorded.outcome.as_ref().unwrap());
        assert_eq!((replayed.grade, &replayed.request_key), (recorded.grade, &recorded.request_key));
        assert_eq!(replayed.usage, recorded.usage);
        let timeless = |completion: &Completion| {
            let attempts =
                completion.attempts.iter().map(|attempt| (attempt.grade, attempt.status, attempt.error.clone()));
            attempts.collect::<Vec<_>>()
        };
        assert_eq!(timeless(&replayed), timeless(recorded));
    }
}

#[tokio::test]
async fn recording_anew_replaces_a_file_and_asking_again_extends_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(vec![Answer::says(ANSWER); 3]).await;
    let settings = only(&server, Grading::Prompt);
    let record = || OpenAiModel::new(&settings).unwrap().recording(folder.path(), "2024-05-06").unwrap();
    record().complete("r.txt", &prompt()).await.outcome.unwrap();
    let model = record();
    let mut again = prompt();
    again.messages[1].content.push_str("Again.");
    model.complete("r.txt", &prompt()).await.outcome.unwrap();
    model.complete("r.txt", &again).await.outcome.unwrap();
    assert_eq!(lines(&folder.path().join("r.txt.jsonl")).len(), 2);
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
    for grade in sellside::llm::grade::ALL {
        outcomes.push(match model.probe(grade).await.outcome {
            ProbeOutcome::Supported => "supported".to_owned(),
            ProbeOutcome::Ignored => "ignored".to_owned(),
            ProbeOutcome::Refused(reason) => reason,
            ProbeOutcome::Failed(error) => error.code(),
        });
    }
    assert_eq!(
        outcomes,
        ["supported", "ignored", "'response_format.type' must be 'json_schema' or 'text'", "http_401"]
    );
    assert_eq!(
        server.asked()[0].body["response_format"]["json_schema"]["schema"]["properties"]["probe"]["enum"],
        json!(["k7q"])
    );
    assert_eq!(model.accepted(), Grading::JsonSchema, "a probe is not remembered");
}
