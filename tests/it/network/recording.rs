//! Recordings: what is written down, what is not, and that it plays back.

use std::error::Error;
use std::path::Path;

use sellside::domain::record::Grading;
use sellside::llm::{Completion, LlmError, Model, OpenAiModel, ReplayModel};
use serde_json::{Value, json};

use super::{ANSWER, KEY, REPORT, only, patch, prompt, settings};
use crate::support::server::{Answer, Server};

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

#[tokio::test]
async fn neither_the_key_nor_the_report_is_shown() {
    let echo = format!("bad key {KEY} for input {REPORT}");
    let folder = tempfile::tempdir().unwrap();
    let server =
        Server::start([Answer::error(500, &echo, &json!(KEY)).header("x-request-id", KEY), Answer::error(401, &echo, &json!(KEY))]).await;
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
    settings.patches.push(patch(json!({"seed": 7})));
    let live = Model::OpenAi(OpenAiModel::new(&settings).unwrap().recording(folder.path(), "2024-05-06").unwrap());
    let recorded = [live.complete("sub/a.txt", &prompt()).await, live.complete("b.txt", &prompt()).await];
    assert_eq!(server.asked().len(), 5);

    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.path().join("manifest.json")).unwrap()).unwrap();
    let expected = json!({
        "format": 1, "server": server.base_url, "model": "test-model", "date": "2024-05-06", "grade": "auto",
        "max_attempts": 4, "context_tokens": null, "asking": {"scope": "zones", "split": true, "votes": 1}, "parameters": {"temperature": 0.0, "seed": 7},
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
            let attempts = completion.attempts.iter().map(|attempt| (attempt.grade, attempt.status, attempt.error.clone()));
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
