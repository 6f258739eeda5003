//! Several drafts of one report: the majority, ties, drafts that fail, and what a replay makes of them.

use std::num::NonZeroU32;

use sellside::config::Asking;
use sellside::domain::Reason;
use sellside::domain::record::ReviewCode;
use sellside::llm::{Model, ModelSettings, OpenAiModel, ReplayModel};
use sellside::pipeline::Extractor;
use serde_json::{Value, json};

use crate::laws::assert_lawful;
use crate::model::{REPORT, document, draft};
use crate::support::server::{Answer, Server};
use crate::support::workspace::Workspace;

/// Three drafts: two say 增持, one 买入 and a risk of its own; only the first names the day.
fn three_drafts() -> [Answer; 3] {
    let mut second = draft();
    second["product"]["publish_date"] = Value::Null;
    let mut third = draft();
    third["product"]["publish_date"] = Value::Null;
    third["subject"]["name"] = json!("临河科技（688999.SH）深度");
    third["risks"] = json!([{ "text": "原材料价格上涨", "at": 10 }]);
    [draft(), second, third].map(|draft| Answer::says(&draft.to_string()))
}

fn asking(votes: u32) -> Asking {
    Asking { votes: NonZeroU32::new(votes).unwrap(), ..Asking::default() }
}

#[tokio::test]
async fn votes_take_the_majority_field_by_field_and_replay_the_same() {
    let server = Server::start(three_drafts()).await;
    let mut settings = ModelSettings::new(&server.base_url, "m");
    settings.asking = asking(3);
    let folder = Workspace::new();
    let live = OpenAiModel::new(&settings).unwrap().recording(folder.path(), "2025-03-04").unwrap();
    let document = document();
    let outcome = Extractor::model(Model::OpenAi(live)).unwrap().extract(&document).await.unwrap();
    let record = &outcome.record;
    assert_lawful(&document, record);
    let votes = |pointer: &str| record.provenance[pointer].votes;
    assert_eq!((votes("/ratings/0/label"), votes("/target_price/low"), votes("/authors/0/name")), (Some(3), Some(3), Some(3)));
    // A day that one draft of three names is in sight, and not in the record.
    assert_eq!(record.product.publish_date, None);
    let day = &record.provenance["/product/publish_date"].rejected[0];
    assert_eq!((&day.value, day.reasons.as_slice()), (&json!("2025-03-04"), [Reason::Outvoted].as_slice()));
    assert_eq!((record.risks.as_slice(), votes("/risks/0")), (["需求不及预期".to_owned()].as_slice(), Some(2)));
    assert!(record.provenance["/risks"].rejected.iter().any(|risk| risk.value == "原材料价格上涨"));
    assert!(
        !record.review.iter().any(|item| item.pointer.starts_with("/product") || item.pointer.starts_with("/risks")),
        "{:?}",
        record.review
    );
    assert!(record.run.issues.contains(&"votes:3".to_owned()), "{:?}", record.run.issues);
    assert_eq!((outcome.attempts.len(), outcome.usage.total_tokens), (3, 45), "every draft is paid for");
    let bodies: Vec<Value> = server.asked().into_iter().map(|asked| asked.body).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]));

    let replay = ReplayModel::open(folder.path()).unwrap();
    assert_eq!(replay.asking(), asking(3));
    let mut replayed = Extractor::model(Model::Replay(replay)).unwrap().extract(&document).await.unwrap().record;
    replayed.run.replayed = false;
    assert_eq!(&replayed, record);
}

#[tokio::test]
async fn drafts_that_tie_are_put_before_a_person_and_one_that_fails_is_no_vote() {
    let mut other = draft();
    other["publisher"]["name"] = json!("临河科技");
    let drafts = [Answer::says(&draft().to_string()), Answer::says("no"), Answer::says("no"), Answer::says(&other.to_string())];
    let server = Server::start(drafts).await;
    let mut settings = ModelSettings::new(&server.base_url, "m");
    settings.asking = asking(3);
    let model = Model::OpenAi(OpenAiModel::new(&settings).unwrap());
    let document = document();
    let outcome = Extractor::model(model).unwrap().extract(&document).await.unwrap();
    assert_lawful(&document, &outcome.record);
    assert_eq!(outcome.record.publisher.name.as_deref(), Some("望江证券"));
    let name = &outcome.record.provenance["/publisher/name"];
    assert_eq!((name.votes, name.rejected[0].reasons.as_slice()), (Some(1), [Reason::VotesTied].as_slice()));
    assert!(outcome.record.review.iter().any(|item| item.code == ReviewCode::Conflict && item.pointer == "/publisher/name"));
    assert_eq!(outcome.record.run.issues, ["reasked", "vote_failed:invalid", "votes:2", "not_asked:disclosures"]);
    assert!(outcome.model_failure.is_none());
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn votes_at_temperature_nought_are_said_to_decide_nothing() {
    let workspace = Workspace::new();
    workspace.file("report.txt", REPORT);
    for (temperature, said) in [("temperature = 0", true), ("", false)] {
        workspace.file("sellside.toml", format!("[provider.x]\nbase_url = 'http://127.0.0.1:9/v1'\nmodel = 'm'\n{temperature}\n"));
        let ran = workspace.run(&["extract", "--votes", "3", "--dry-run", "report.txt"]);
        assert_eq!((ran.code, ran.stderr.contains("votes decide nothing")), (0, said), "{}", ran.stderr);
    }
}
