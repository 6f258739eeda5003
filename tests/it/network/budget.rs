//! Budgets: kept at the place each request is sent, whoever sends it.

use std::sync::Arc;

use sellside::domain::record::Grading;
use sellside::llm::{Budget, Limit, LlmError, ModelSettings, OpenAiModel, Pricing};
use sellside::prompt::Prompt;
use serde_json::{Value, json};

use super::{only, prompt};
use crate::support::server::{Answer, Server};
use crate::support::workspace::Workspace;

const REPORT: &str = "望江证券\n临河科技（688999.SH）深度报告\n投资评级：增持（维持）\n日期：2025年03月04日\n";

/// An answer for so many tokens; it is no draft.
fn costing(prompt: u64, answer: u64) -> Answer {
    let choice = json!({"index": 0, "message": {"role": "assistant", "content": "no JSON"}, "finish_reason": "stop"});
    Answer::json(200, &json!({"choices": [choice], "usage": {"prompt_tokens": prompt, "completion_tokens": answer}}))
}

fn model(settings: &ModelSettings, budget: &Arc<Budget>) -> OpenAiModel {
    OpenAiModel::new(settings).unwrap().with_budget(Arc::clone(budget), Pricing::Unknown).unwrap()
}

fn tokens(limit: u64) -> Arc<Budget> {
    Arc::new(Budget::new(Limit::Tokens(limit), &Pricing::Unknown))
}

/// A prompt of at most 107 tokens: 75 and 1 for 100 Chinese characters and a number, 4 for the message, and a third more.
fn hundred() -> Prompt {
    let mut prompt = prompt();
    prompt.messages.truncate(1);
    prompt.messages[0].content = "字".repeat(101);
    prompt
}

#[tokio::test]
async fn retries_are_held_against_the_budget_too() {
    let server = Server::start([Answer::text(503, "busy"), Answer::text(200, "not json")]).await;
    let mut settings = only(&server, Grading::Prompt);
    settings.max_output_tokens = Some(93);
    let budget = tokens(390);
    let completion = model(&settings, &budget).complete("r.txt", &hundred()).await;
    // The refusal cost nothing; the answer came without a count, so what was held for it is spent.
    assert!(matches!(completion.outcome, Err(LlmError::Budget(_))), "{:?}", completion.outcome);
    assert_eq!((server.asked().len(), completion.attempts.len(), budget.spent().as_str()), (2, 2, "200 tokens"));
}

#[tokio::test]
async fn two_models_share_one_budget() {
    let server = Server::start([costing(100, 100), costing(50, 0)]).await;
    let mut settings = only(&server, Grading::Prompt);
    settings.max_output_tokens = Some(93);
    let budget = tokens(400);
    let (one, other) = (model(&settings, &budget), model(&settings, &budget));
    assert!(one.complete("r.txt", &hundred()).await.outcome.is_ok());
    assert!(other.complete("r.txt", &hundred()).await.outcome.is_ok());
    let completion = one.complete("r.txt", &hundred()).await;
    let error = completion.outcome.unwrap_err();
    assert_eq!((error.code().as_str(), error.is_fatal()), ("budget", true));
    assert!(error.hint().contains("--budget"), "{}", error.hint());
    assert!(completion.attempts.is_empty(), "nothing was sent");
    assert_eq!((server.asked().len(), budget.spent().as_str()), (2, "250 tokens"));
}

async fn extract(workspace: &Workspace, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = workspace.command(&[&["extract", "report.txt", "--stats"], args].concat());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// A workspace whose settings name this server, with these prices.
fn workspace(server: &Server, prices: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.file("report.txt", REPORT);
    let provider = format!("[provider.p]\nbase_url = \"{}\"\nmodel = \"m\"\ngrade = \"prompt\"\n", server.base_url);
    workspace.file("sellside.toml", format!("{provider}{prices}"));
    workspace
}

const PRICE: &str = "[[price]]\nhost = \"127.0.0.1\"\nmodel = \"m\"\ncurrency = \"CNY\"\ninput = 2\noutput = 8\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_used_up_budget_leaves_the_rules_record_and_exits_with_1() {
    let server = Server::start([]).await;
    let (code, stdout, stderr) = extract(&workspace(&server, PRICE), &["--budget", "0.001"]).await;
    assert_eq!(code, Some(1), "{stderr}");
    let record: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(record["ratings"][0]["label"], "增持");
    assert_eq!(record["run"]["issues"], json!(["model_failed:budget"]));
    assert!(stderr.contains("warning: the budget of 0.001 CNY would be passed: 0 CNY spent or under way"), "{stderr}");
    assert!(stderr.contains("hint: raise `--budget`") && stderr.contains("stats: budget: 0 CNY of 0.001 CNY spent"), "{stderr}");
    assert!(server.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cost_is_shown_and_stands_in_no_record() {
    // No draft: the model is asked again, and both answers are paid for.
    let server = Server::start([costing(1000, 50), costing(1100, 60)]).await;
    let (_, stdout, stderr) = extract(&workspace(&server, PRICE), &["--budget", "1CNY"]).await;
    // 2,100 × 2 + 110 × 8, per million.
    assert!(stderr.contains("stats: cost: 0.00508 CNY (price: your own)"), "{stderr}");
    assert!(stderr.contains("stats: budget: 0.00508 CNY of 1 CNY spent"), "{stderr}");
    assert!(!stdout.contains("0.00508") && !stdout.contains("cost"), "{stdout}");
    assert_eq!(server.asked().len(), 2);
    let free = Server::start([costing(10, 5), costing(10, 5)]).await;
    let (_, _, stderr) = extract(&workspace(&free, ""), &["--budget", "0.01"]).await;
    assert!(stderr.contains("stats: cost: nothing, the server is on this machine"), "{stderr}");
    assert_eq!(free.asked().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_without_a_price_in_its_currency_is_refused_before_anything_is_sent() {
    let server = Server::start([]).await;
    let (code, stdout, stderr) = extract(&workspace(&server, PRICE), &["--budget", "1USD"]).await;
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("error: the budget is in USD, the price of `m` in CNY") && stderr.contains("hint: "), "{stderr}");
    let unknown = ["--model", "nobody-knows", "--base-url", "https://api.example.com/v1", "--budget", "1"];
    let (code, _, stderr) = extract(&workspace(&server, PRICE), &unknown).await;
    assert_eq!(code, Some(2));
    assert!(stderr.contains("the price of `nobody-knows` is not known") && stderr.contains("[[price]]"), "{stderr}");
    assert!(server.asked().is_empty());
}
