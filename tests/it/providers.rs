//! Known providers: what is sent to each, and what is made of its ways of answering. Each is played by a server on
//! loopback that does what the provider is known to do.

mod answers;
mod commands;
mod drift;

use std::time::Duration;

use sellside::domain::record::Grading;
use sellside::llm::{Completion, GradeChoice, ModelSettings, OpenAiModel, Patch, Preset};
use sellside::prompt::{Message, Prompt, Role};
use serde_json::{Value, json};

use crate::support::server::{Answer, Server};

const KEY: &str = "sk-test-0123456789abcdef";
const ANSWER: &str = r#"{"title":"周报"}"#;

fn prompt() -> Prompt {
    let message = |role, content: &str| Message { role, content: content.to_owned() };
    Prompt {
        messages: vec![message(Role::System, "Answer in JSON."), message(Role::User, "[1] 增持")],
        schema: schema().into(),
        schema_name: "draft".to_owned(),
        hash: "b3:00".to_owned(),
    }
}

fn schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {"title": {"type": ["string", "null"]}}, "required": ["title"],
    })
}

/// A known provider, played by a server on loopback.
fn settings(provider: &str, model: &str, server: &Server) -> ModelSettings {
    ModelSettings {
        preset: Some(Preset::named(provider).unwrap()),
        api_key: Some(KEY.into()),
        retry_base: Duration::ZERO,
        offline: true,
        ..ModelSettings::new(&server.base_url, model)
    }
}

async fn complete(settings: &ModelSettings) -> Completion {
    OpenAiModel::new(settings).unwrap().complete("report.txt", &prompt()).await
}

/// Asks a provider with this script.
async fn ask(provider: &str, model: &str, answers: impl IntoIterator<Item = Answer>) -> (Completion, Server) {
    let server = Server::start(answers).await;
    (complete(&settings(provider, model, &server)).await, server)
}

fn json_schema(schema: &Value) -> Value {
    json!({"response_format": {"type": "json_schema", "json_schema": {"name": "draft", "strict": true, "schema": schema}}})
}

fn json_object() -> Value {
    json!({"response_format": {"type": "json_object"}})
}

/// What each provider gets when a temperature, a limit and no thinking are asked for.
#[tokio::test]
async fn each_provider_is_asked_in_its_own_words() {
    let loose = json!({"type": "object", "properties": {"title": {"type": ["string", "null"]}}, "required": ["title"]});
    let strict = json_schema(&schema());
    let both = json!({"temperature": 0.0, "max_tokens": 800});
    let template = json!({"chat_template_kwargs": {"enable_thinking": false}});
    let thinking = json!({"thinking": {"type": "disabled"}});
    let cases: [(&str, &str, &[&Value]); 19] = [
        ("openai", "gpt-4o-mini", &[&json!({"temperature": 0.0, "max_completion_tokens": 800}), &strict]),
        ("openai", "gpt-5-mini", &[&json!({"max_completion_tokens": 800, "reasoning_effort": "minimal"}), &strict]),
        ("openai", "gpt-5.1", &[&json!({"max_completion_tokens": 800, "reasoning_effort": "none"}), &strict]),
        ("azure", "my-deployment", &[&json!({"temperature": 0.0, "max_completion_tokens": 800}), &strict]),
        ("gemini", "gemini-2.5-flash", &[&both, &json!({"reasoning_effort": "none"}), &json_schema(&loose)]),
        ("gemini", "gemini-2.0-flash", &[&both, &json_schema(&loose)]),
        ("deepseek", "deepseek-chat", &[&both, &thinking, &json_object()]),
        ("deepseek", "deepseek-reasoner", &[&json!({"max_tokens": 800}), &thinking, &json_object()]),
        ("qwen", "qwen-plus", &[&both, &json!({"enable_thinking": false}), &strict]),
        ("qwen", "qwen2.5-72b-instruct", &[&both, &strict]),
        ("moonshot", "kimi-k2.5", &[&json!({"max_completion_tokens": 800}), &thinking, &strict]),
        ("moonshot", "moonshot-v1-32k", &[&both, &strict]),
        ("zhipu", "glm-4.6", &[&both, &thinking, &json_object()]),
        ("siliconflow", "Qwen/Qwen3-32B", &[&both, &json!({"enable_thinking": false}), &json_object()]),
        ("siliconflow", "Qwen/Qwen3-30B-A3B-Instruct-2507", &[&both, &json_object()]),
        ("ollama", "qwen3:8b", &[&both, &json!({"reasoning_effort": "none"}), &strict]),
        ("vllm", "Qwen/Qwen3-8B", &[&both, &template, &strict]),
        ("llama_cpp", "local", &[&both, &template, &strict]),
        ("lm_studio", "qwen2.5-7b-instruct", &[&both, &strict]),
    ];
    for (provider, model, parts) in cases {
        let server = Server::start([Answer::says(ANSWER)]).await;
        let settings = ModelSettings {
            temperature: Some(0.0),
            max_output_tokens: Some(800),
            thinking: Some(false),
            ..settings(provider, model, &server)
        };
        complete(&settings).await.outcome.unwrap();
        let [asked] = &server.asked()[..] else { panic!("not one request") };
        let mut expected = json!({
            "model": model,
            "messages": [{"role": "system", "content": "Answer in JSON."}, {"role": "user", "content": "[1] 增持"}],
        });
        for part in parts {
            expected.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        }
        assert_eq!(asked.body, expected, "{provider} {model}");
        let header = if provider == "azure" { ("api-key", KEY.to_owned()) } else { ("authorization", format!("Bearer {KEY}")) };
        assert_eq!(asked.headers[header.0], header.1, "{provider}");
        assert_eq!(asked.headers.contains_key("authorization"), provider != "azure");
    }
}

#[tokio::test]
async fn nothing_is_sent_that_nobody_asked_for() {
    for preset in Preset::all() {
        let (completion, server) = ask(preset.name(), "some-model", [Answer::says(ANSWER)]).await;
        completion.outcome.unwrap();
        let mut members: Vec<String> = server.asked()[0].body.as_object().unwrap().keys().cloned().collect();
        members.retain(|name| !["model", "messages", "response_format"].contains(&name.as_str()));
        // Its JSON modes refuse thinking.
        let needed: &[&str] = if preset.name() == "qwen" { &["enable_thinking"] } else { &[] };
        assert_eq!(members, needed, "{}", preset.name());
    }
}

#[tokio::test]
async fn functions_are_asked_for_as_the_provider_takes_them() {
    let named = json!({"type": "function", "function": {"name": "submit"}});
    let bare = json!({"type": "object", "properties": {"title": {"type": ["string", "null"]}}, "required": ["title"]});
    for (provider, model, choice, parameters) in [
        ("openai", "gpt-4o", &named, schema()),
        ("deepseek", "deepseek-chat", &named, schema()),
        ("deepseek", "deepseek-reasoner", &json!("auto"), schema()),
        ("zhipu", "glm-4.6", &json!("auto"), schema()),
        ("moonshot", "kimi-k2.5", &json!("auto"), schema()),
        ("gemini", "gemini-2.5-flash", &named, bare),
    ] {
        let call = json!({"id": "1", "type": "function", "function": {"name": "submit", "arguments": ANSWER}});
        let server = Server::start([Answer::message(&json!({"content": null, "tool_calls": [call]}), "tool_calls")]).await;
        let settings = ModelSettings { grade: GradeChoice::Only(Grading::Tools), ..settings(provider, model, &server) };
        assert_eq!(complete(&settings).await.outcome.unwrap().text, ANSWER);
        let body = &server.asked()[0].body;
        assert_eq!((&body["tool_choice"], &body["tools"][0]["function"]["parameters"]), (choice, &parameters), "{provider} {model}");
    }
}

#[tokio::test]
async fn azure_has_the_deployment_in_its_path_and_the_version_in_its_query() {
    let server = Server::start(vec![Answer::says(ANSWER); 3]).await;
    let host = server.base_url.trim_end_matches("/v1");
    for base_url in [host.to_owned(), format!("{host}/?api-version=2025-01-01-preview"), format!("{host}/openai/v1")] {
        complete(&ModelSettings { base_url, ..settings("azure", "my-gpt", &server) }).await.outcome.unwrap();
    }
    let targets: Vec<String> = server.asked().into_iter().map(|asked| asked.target).collect();
    let expected = [
        "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
        "/openai/deployments/my-gpt/chat/completions?api-version=2025-01-01-preview",
        "/openai/v1/chat/completions",
    ];
    assert_eq!(targets, expected);
}

#[tokio::test]
async fn a_patch_has_the_last_word() {
    let server = Server::start(vec![Answer::says(ANSWER); 2]).await;
    let patch = |models: &[&str], body: Value, header: (&str, &str)| Patch {
        models: models.iter().map(|model| (*model).to_owned()).collect(),
        body: serde_json::from_value(body).unwrap(),
        headers: [(header.0.to_owned(), header.1.into())].into(),
        ..Patch::default()
    };
    for model in ["qwen3-32b", "glm-4.6"] {
        let patches = vec![
            patch(&[], json!({"provider": {"order": ["a"]}, "temperature": null}), ("X-Team", "research")),
            Patch {
                grades: vec![Grading::JsonSchema],
                ..patch(&[], json!({"response_format": {"json_schema": {"strict": null}}}), ("X-Team", "research"))
            },
            patch(&["QWEN3-*"], json!({"provider": {"order": ["b"], "zdr": true}, "top_k": 20}), ("authorization", "Basic abc")),
        ];
        let settings = ModelSettings { patches, temperature: Some(0.5), preset: None, ..settings("vllm", model, &server) };
        complete(&settings).await.outcome.unwrap();
    }
    let asked = server.asked();
    let [first, second] = &asked[..] else { panic!("not two requests") };
    assert_eq!((&first.body["provider"], &first.body["top_k"]), (&json!({"order": ["b"], "zdr": true}), &json!(20)));
    assert_eq!((first.headers["authorization"].to_str().unwrap(), first.headers["x-team"].to_str().unwrap()), ("Basic abc", "research"));
    assert_eq!((&second.body["provider"], second.body.get("top_k")), (&json!({"order": ["a"]}), None));
    assert_eq!(second.headers["authorization"], format!("Bearer {KEY}"));
    for asked in &asked {
        assert_eq!(asked.body.get("temperature"), None);
        assert_eq!(asked.body["response_format"]["json_schema"], json!({"name": "draft", "schema": schema()}));
    }
}
