//! What providers answer: refusals, odd errors, thoughts, caches, limits.

use std::error::Error;
use std::time::Duration;

use sellside::domain::record::Grading;
use sellside::llm::{Finish, GradeChoice, Model, ModelSettings, OpenAiModel, Patch, ProbeOutcome, ReplayModel, best_grade};
use serde_json::{Value, json};

use super::{ANSWER, KEY, ask, complete, prompt, settings};
use crate::support::server::{Answer, Server};

fn completion(message: Value, finish: &str, usage: Value) -> Answer {
    Answer::json(200, &json!({"model": "served", "choices": [{"message": message, "finish_reason": finish}], "usage": usage}))
}

/// Google's way: a list around the error, and a number for a code.
fn google(status: u16, message: &str, details: Value) -> Answer {
    Answer::json(status, &json!([{"error": {"code": status, "message": message, "status": "INVALID_ARGUMENT", "details": details}}]))
}

#[tokio::test]
async fn openai_refuses_a_schema_and_the_next_grade_is_asked() {
    let refusal = json!({"error": {
        "message": "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
        "type": "invalid_request_error", "param": "response_format", "code": null,
    }});
    let call = json!({"id": "1", "type": "function", "function": {"name": "submit", "arguments": ANSWER}});
    let called = Answer::message(&json!({"content": null, "tool_calls": [call]}), "tool_calls");
    let (completion, server) = ask("openai", "gpt-4-turbo", [Answer::json(400, &refusal), called]).await;
    let reply = completion.outcome.unwrap();
    assert_eq!((reply.text.as_str(), reply.finish, completion.grade), (ANSWER, Finish::ToolCalls, Some(Grading::Tools)));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn openai_counts_cached_and_reasoning_tokens() {
    let usage = json!({
        "prompt_tokens": 3000, "completion_tokens": 700, "total_tokens": 3700,
        "prompt_tokens_details": {"cached_tokens": 2048}, "completion_tokens_details": {"reasoning_tokens": 512},
    });
    let (completion, _) = ask("openai", "gpt-5-mini", [completion(json!({"content": ANSWER}), "stop", usage)]).await;
    assert_eq!((completion.usage.cached_tokens, completion.usage.reasoning_tokens), (2048, 512));
}

#[tokio::test]
async fn deepseek_thinks_aloud_and_counts_its_cache_its_own_way() {
    let message = json!({"role": "assistant", "content": ANSWER, "reasoning_content": "先看标题。"});
    let usage = json!({"prompt_tokens": 100, "completion_tokens": 9, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36});
    let empty = completion(json!({"content": ""}), "stop", json!({"prompt_tokens": 100, "completion_tokens": 0}));
    let (completion, server) = ask("deepseek", "deepseek-chat", [empty, completion(message, "stop", usage)]).await;
    let reply = completion.outcome.unwrap();
    assert_eq!((reply.text.as_str(), reply.reasoning.as_deref()), (ANSWER, Some("先看标题。")));
    assert_eq!((completion.usage.prompt_tokens, completion.usage.cached_tokens), (200, 64), "the empty answer counts too");
    assert_eq!(server.asked()[1].body["response_format"]["type"], "json_object");

    let busy = completion_with("insufficient_system_resource");
    let (completion, _) = ask("deepseek", "deepseek-chat", [busy, Answer::says(ANSWER)]).await;
    assert_eq!(completion.attempts.len(), 2);
    let broke = Answer::json(402, &json!({"error": {"message": "Insufficient Balance", "type": "unknown_error"}}));
    let (completion, server) = ask("deepseek", "deepseek-chat", [broke]).await;
    assert_eq!((completion.outcome.unwrap_err().code().as_str(), server.asked().len()), ("quota", 1));
}

fn completion_with(finish: &str) -> Answer {
    completion(json!({"content": ANSWER}), finish, json!({"prompt_tokens": 1}))
}

#[tokio::test]
async fn deepseek_asked_for_a_schema_all_the_same_says_no() {
    let server = Server::start([Answer::error(400, "This response_format type is unavailable now", &json!("invalid_request_error"))]).await;
    let settings = ModelSettings { grade: GradeChoice::Only(Grading::JsonSchema), ..settings("deepseek", "deepseek-chat", &server) };
    let error = complete(&settings).await.outcome.unwrap_err();
    assert_eq!(error.code(), "grade_refused");
    assert_eq!(error.source().unwrap().to_string(), "This response_format type is unavailable now");
}

#[tokio::test]
async fn a_forced_call_that_is_refused_is_stepped_down_from() {
    // A thinking model behind a server nobody knows.
    let refusal = Answer::error(400, "tool_choice 'specified' is incompatible with thinking enabled", &json!("invalid_request_error"));
    let server = Server::start([Answer::error(400, "response_format is not supported", &Value::Null), refusal, Answer::says(ANSWER)]).await;
    let completion = complete(&ModelSettings { preset: None, ..settings("moonshot", "kimi-x", &server) }).await;
    assert_eq!((completion.outcome.unwrap().text.as_str(), completion.grade), (ANSWER, Some(Grading::JsonObject)));
    assert_eq!(server.asked()[1].body["tool_choice"]["function"]["name"], "submit");
}

#[tokio::test]
async fn gemini_names_its_pause_in_the_body_and_wraps_errors_in_a_list() {
    let details = json!([
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel"}]},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.12s"},
    ]);
    let (completion, server) = ask("gemini", "gemini-2.5-flash", [google(429, "Resource exhausted", details), Answer::says(ANSWER)]).await;
    assert_eq!(completion.outcome.unwrap().text, ANSWER);
    assert_eq!(completion.attempts[0].retry_after, Some(Duration::from_millis(120)));
    let asked = server.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_millis(120));

    let daily = json!([{"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}, {"retryDelay": "30s"}]);
    let (completion, server) = ask("gemini", "gemini-2.5-flash", [google(429, "Resource exhausted", daily)]).await;
    assert_eq!((completion.outcome.unwrap_err().code().as_str(), server.asked().len()), ("quota", 1));
}

#[tokio::test]
async fn a_member_gemini_does_not_know_is_no_refusal_of_json() {
    let unknown = || google(400, "Invalid JSON payload received. Unknown name \"seed\": Cannot find field.", json!([]));
    for grade in [Grading::JsonSchema, Grading::JsonObject, Grading::Tools] {
        let server = Server::start([unknown()]).await;
        let mut settings = settings("gemini", "gemini-2.5-flash", &server);
        settings.begin_with = Some(grade);
        let error = complete(&settings).await.outcome.unwrap_err();
        assert_eq!(error.code(), "http_400");
        assert!(error.hint().contains("`remove` in a `[[provider.NAME.patch]]`"), "{}", error.hint());
        assert_eq!(server.asked().len(), 1, "{grade:?}");
    }
}

#[tokio::test]
async fn zhipu_answers_200_and_ignores_the_schema() {
    let fenced = format!("```json\n{ANSWER}\n```");
    let server = Server::start([Answer::says(&fenced)]).await;
    let settings = ModelSettings { grade: GradeChoice::Only(Grading::JsonSchema), ..settings("zhipu", "glm-4.6", &server) };
    assert_eq!(complete(&settings).await.outcome.unwrap().text, fenced, "the words are kept for those who mend them");

    for (code, quota) in [(json!("1113"), true), (json!("1308"), true), (json!("1302"), false), (json!(1305), false)] {
        let (completion, _) = ask("zhipu", "glm-4.6", vec![Answer::error(429, "no", &code); if quota { 1 } else { 4 }]).await;
        assert_eq!(completion.outcome.unwrap_err().code(), if quota { "quota" } else { "http_429" }, "{code}");
    }
    let (completion, _) = ask("zhipu", "glm-4.6", [completion_with("sensitive")]).await;
    assert_eq!(completion.outcome.unwrap().finish, Finish::ContentFilter);
    let (completion, _) = ask("zhipu", "glm-4.6", [completion_with("network_error"), Answer::says(ANSWER)]).await;
    assert_eq!((completion.attempts.len(), completion.outcome.is_ok()), (2, true));
}

#[tokio::test]
async fn lm_studio_s_error_is_a_text() {
    let refusal = json!({"error": "'response_format.type' must be 'json_schema' or 'text'"});
    let server = Server::start([Answer::json(400, &refusal)]).await;
    let settings = ModelSettings { grade: GradeChoice::Only(Grading::JsonObject), ..settings("lm_studio", "m", &server) };
    let error = complete(&settings).await.outcome.unwrap_err();
    assert_eq!(
        (error.code().as_str(), error.source().unwrap().to_string()),
        ("grade_refused", refusal["error"].as_str().unwrap().to_owned())
    );
}

#[tokio::test]
async fn servers_of_one_s_own_number_their_errors() {
    let loading = Answer::json(503, &json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}));
    let (completion, _) = ask("llama_cpp", "m", [loading, Answer::says(ANSWER)]).await;
    assert_eq!(completion.attempts.len(), 2);
    let long = json!({"error": {"code": 400, "message": "the request exceeds the available context size", "type": "exceed_context_size_error",
                                "n_prompt_tokens": 9000, "n_ctx": 4096}});
    let (completion, _) = ask("llama_cpp", "m", [Answer::json(400, &long)]).await;
    assert_eq!(completion.outcome.unwrap_err().code(), "context_overflow");
    let bare =
        json!({"object": "error", "message": "This model's maximum context length is 4096 tokens", "type": "BadRequestError", "code": 400});
    let (completion, _) = ask("vllm", "m", [Answer::json(400, &bare)]).await;
    assert_eq!(completion.outcome.unwrap_err().code(), "context_overflow");
}

#[tokio::test]
async fn azure_s_filter_and_its_pauses_are_known() {
    let filtered = json!({"error": {"message": "The response was filtered", "code": "content_filter", "status": 400}});
    let (completion, _) = ask("azure", "gpt", [Answer::json(400, &filtered)]).await;
    assert_eq!(completion.outcome.unwrap_err().code(), "content_filter");
    let nothing = completion_without_content();
    let (completion, _) = ask("azure", "gpt", [nothing]).await;
    assert_eq!(completion.outcome.unwrap().finish, Finish::ContentFilter);
    let (completion, _) = ask("azure", "gpt", [Answer::text(429, "").header("retry-after-ms", "20"), Answer::says(ANSWER)]).await;
    assert_eq!(completion.attempts[0].retry_after, Some(Duration::from_millis(20)));
}

fn completion_without_content() -> Answer {
    Answer::json(200, &json!({"choices": [{"message": {"role": "assistant"}, "finish_reason": "content_filter"}]}))
}

#[tokio::test]
async fn ollama_holds_4096_tokens_unless_told_otherwise() {
    let thought = json!({"content": ANSWER, "reasoning": "hm"});
    let server = Server::start([Answer::message(&thought, "stop")]).await;
    let mut settings = settings("ollama", "qwen3:8b", &server);
    let model = OpenAiModel::new(&settings).unwrap();
    assert_eq!(model.context_tokens(), Some(4096));
    assert_eq!(model.complete("r", &prompt()).await.outcome.unwrap().reasoning.as_deref(), Some("hm"));
    settings.context_tokens = Some(16384);
    assert_eq!(OpenAiModel::new(&settings).unwrap().context_tokens(), Some(16384));
}

#[tokio::test]
async fn what_the_probes_find_decides_where_auto_begins() {
    // Zhipu's ways behind an address nobody knows: the schema is ignored, and so is the function.
    let server = Server::start([
        Answer::says("{\"probe\": \"ok\"}"),
        Answer::says("```json\n{\"probe\": \"ok\"}\n```"),
        Answer::says("I would rather talk."),
        Answer::says("{\"probe\": \"ok\"}"),
        Answer::says(ANSWER),
    ])
    .await;
    let mut settings = ModelSettings { preset: None, ..settings("zhipu", "glm", &server) };
    let model = OpenAiModel::new(&settings).unwrap();
    let mut asked = Vec::new();
    let probes = model.probe_all(|grade| asked.push(grade)).await;
    assert_eq!(asked[0], Grading::Prompt, "plain words first");
    let kinds: Vec<_> = probes.iter().map(|probe| (probe.grade, matches!(probe.outcome, ProbeOutcome::Supported))).collect();
    let expected = [(Grading::JsonSchema, false), (Grading::Tools, false), (Grading::JsonObject, true), (Grading::Prompt, true)];
    assert_eq!(kinds, expected);
    settings.begin_with = best_grade(&probes);
    let completion = complete(&settings).await;
    assert_eq!((completion.grade, completion.attempts.len()), (Some(Grading::JsonObject), 1));
    assert_eq!(server.asked().len(), 5);
}

#[tokio::test]
async fn a_recording_knows_the_provider_s_ways() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([Answer::error(400, "json mode is not supported", &Value::Null), called()]).await;
    let settings = settings("zhipu", "glm-4.6", &server);
    let live = OpenAiModel::new(&settings).unwrap().recording(folder.path(), "2026-11-24").unwrap();
    let recorded = live.complete("r.txt", &prompt()).await;
    let replay = Model::Replay(ReplayModel::open(folder.path()).unwrap());
    let replayed = replay.complete("r.txt", &prompt()).await;
    assert_eq!((replayed.grade, replayed.request_key), (Some(Grading::Tools), recorded.request_key));
    assert_eq!(replayed.outcome.unwrap(), recorded.outcome.unwrap());
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.path().join("manifest.json")).unwrap()).unwrap();
    assert_eq!((&manifest["grades"], &manifest["tool_choice"]), (&json!(["json_object", "tools", "prompt"]), &json!("auto")));
}

#[tokio::test]
async fn no_header_that_is_a_secret_is_shown_or_written_down() {
    let token = "gateway-token-5566778899";
    let folder = tempfile::tempdir().unwrap();
    let echo = format!("bad api-key {KEY} or token {token}");
    let server = Server::start([Answer::error(401, &echo, &json!(token)).header("x-request-id", KEY)]).await;
    let mut settings = settings("azure", "my-gpt", &server);
    settings.patches = vec![Patch { headers: [("X-Gateway-Token".to_owned(), token.into())].into(), ..Patch::default() }];
    let model = OpenAiModel::new(&settings).unwrap().recording(folder.path(), "2026-11-24").unwrap();
    let completion = model.complete("r.txt", &prompt()).await;
    assert_eq!(server.asked()[0].headers["x-gateway-token"], token);
    let mut shown = format!("{settings:?} {model:?} {completion:?}");
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        shown.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    assert!(!shown.contains(KEY) && !shown.contains(token), "{shown}");
    assert!(shown.contains("bad api-key [redacted] or token [redacted]"), "{shown}");
}

fn called() -> Answer {
    let call = json!({"id": "1", "type": "function", "function": {"name": "submit", "arguments": {"title": "周报"}}});
    Answer::message(&json!({"content": null, "tool_calls": [call]}), "tool_calls")
}
