//! The model's part of the pipeline against a scripted server: what is sent, what is believed, what becomes of failures.

use std::time::Duration;

use sellside::document::Document;
use sellside::domain::rating::{Action, Direction};
use sellside::domain::record::{Grading, Readers, ReviewCode};
use sellside::domain::{Reason, Verdict};
use sellside::llm::{Model, ModelSettings, OpenAiModel};
use sellside::pipeline::{Extractor, Outcome};
use serde_json::{Value, json};

use crate::laws::assert_lawful;
use crate::support::server::{Answer, Server};
use crate::support::workspace::Workspace;

pub(crate) const REPORT: &str = "望江证券\n证券研究报告\n临河科技（688999.SH）深度报告\n投资评级：增持（维持）\n目标价：12.50元\n日期：2025年03月04日\n\
分析师：方某某\n执业证书编号：S9710520030001\n\n临河科技主营特种泵阀，公司2024年营业收入12.35亿元，同比增长8%。\n\n\
风险提示：需求不及预期、原材料价格上涨。\n\n投资评级说明\n买入：未来6个月股价相对沪深300指数涨幅20%以上；\n\
增持：未来6个月股价相对沪深300指数涨幅5%至20%；\n中性：未来6个月股价相对沪深300指数涨幅-5%至5%；\n\
减持：未来6个月股价相对沪深300指数跌幅5%以上。\n\n免责声明\n本报告仅供望江证券客户使用。\n";

pub(crate) fn document() -> Document {
    Document::from_bytes("report.txt", REPORT.as_bytes()).unwrap()
}

/// A draft that agrees with the report, as a model would write it.
pub(crate) fn draft() -> Value {
    json!({
        "product": { "category": "company", "title": "临河科技（688999.SH）深度报告", "subtitle": null, "publish_date": "2025-03-04",
                     "period_start": null, "period_end": null, "at": 3 },
        "publisher": { "name": "望江证券", "legal_name": null, "at": 1 },
        "authors": [{ "name": "方某某", "role": "analyst", "license_no": "S9710520030001", "email": null, "phone": null, "at": 7 }],
        "subject": { "type": "stock", "name": "临河科技", "code": "688999.SH", "industry": null, "at": 3 },
        "ratings": [{ "subject_type": "stock", "subject": "临河科技", "label": "增持", "action": "maintain", "prior_label": null, "at": 4 }],
        "target_price": { "low": 12.5, "high": 12.5, "currency": "CNY", "prior": null, "current_price": null, "method": null, "at": 5 },
        "rating_scales": [], "mentions": [], "sector_calls": [],
        "risks": [{ "text": "需求不及预期", "at": 10 }],
        "related_reports": [], "estimates": [], "key_points": [{ "kind": "fact", "at": 9 }]
    })
}

fn extractor(server: &Server) -> Extractor {
    let mut settings = ModelSettings::new(&server.base_url, "m");
    settings.retry_base = Duration::ZERO;
    settings.timeout = Duration::from_millis(500);
    settings.max_attempts = 2;
    Extractor::both(Model::OpenAi(OpenAiModel::new(&settings).unwrap())).unwrap()
}

async fn extract(answers: impl IntoIterator<Item = Answer>) -> (Outcome, Server) {
    let server = Server::start(answers).await;
    let document = document();
    let outcome = extractor(&server).extract(&document).await.unwrap();
    assert_lawful(&document, &outcome.record);
    (outcome, server)
}

fn verdict(outcome: &Outcome, pointer: &str) -> Verdict {
    outcome.record.provenance.get(pointer).unwrap_or_else(|| panic!("no provenance of `{pointer}`")).verdict
}

#[tokio::test]
async fn two_readers_that_agree_are_agreed() {
    let (outcome, server) = extract([Answer::says(&draft().to_string())]).await;
    let record = &outcome.record;
    assert!(outcome.model_failure.is_none());
    assert_eq!((record.run.readers, record.run.grade, record.run.replayed), (Readers::Both, Some(Grading::JsonSchema), false));
    assert_eq!(record.run.issues, Vec::<String>::new());
    let rating = &record.ratings[0];
    assert_eq!(
        (rating.label.as_deref(), rating.action, rating.rank, rating.of, rating.direction),
        (Some("增持"), Some(Action::Maintain), Some(2), Some(4), Some(Direction::Positive))
    );
    for pointer in
        ["/ratings/0/label", "/ratings/0/action", "/product/publish_date", "/authors/0/license_no", "/target_price/low", "/publisher/name"]
    {
        assert_eq!(verdict(&outcome, pointer), Verdict::Agreed, "{pointer}");
    }
    assert_eq!(verdict(&outcome, "/ratings/0/rank"), Verdict::Derived);
    assert!(record.key_points[0].text.starts_with("临河科技主营"), "{:?}", record.key_points);
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    let body = &asked[0].body;
    assert_eq!(body["response_format"]["json_schema"]["strict"], true);
    let system = body["messages"][0]["content"].as_str().unwrap();
    assert!(system.contains("JSON") && system.contains("\"rating_scales\""));
    assert!(body["messages"][1]["content"].as_str().unwrap().contains("\n[4] 投资评级:增持(维持)\n"));
    assert_eq!(outcome.usage.total_tokens, 15);
}

#[tokio::test]
async fn readers_that_differ_are_a_conflict_and_the_rules_win_a_rating() {
    let mut wrong = draft();
    wrong["ratings"][0]["label"] = json!("买入");
    wrong["ratings"][0]["at"] = json!(4);
    wrong["product"]["publish_date"] = json!("2024-12-31");
    let (outcome, _) = extract([Answer::says(&wrong.to_string())]).await;
    assert_eq!(outcome.record.ratings[0].label.as_deref(), Some("增持"));
    let label = &outcome.record.provenance["/ratings/0/label"];
    // 买入 stands only in the table of definitions: it is no rating of this report.
    assert_eq!((label.rejected[0].value.as_str(), label.rejected[0].reasons.as_slice()), (Some("买入"), [Reason::WrongZone].as_slice()));
    let day = &outcome.record.provenance["/product/publish_date"];
    assert_eq!(day.rejected[0].reasons, [Reason::DateMismatch]);
    assert!(outcome.record.review.iter().any(|item| item.pointer == "/ratings/0/label"));
}

#[tokio::test]
async fn a_value_with_other_sound_evidence_is_kept_beside_the_one_taken() {
    let mut other = draft();
    other["product"]["category"] = json!("industry");
    // A rate of growth is no price, wherever it stands.
    other["target_price"]["low"] = json!(8);
    other["target_price"]["high"] = json!(8);
    other["target_price"]["at"] = json!(9);
    let (outcome, _) = extract([Answer::says(&other.to_string())]).await;
    let low = &outcome.record.provenance["/target_price/low"];
    assert_eq!((low.verdict, low.rejected[0].reasons.as_slice()), (Verdict::RulesOnly, [Reason::UnitMismatch].as_slice()));
    let category = &outcome.record.provenance["/product/category"];
    assert_eq!((category.verdict, json!(outcome.record.product.category)), (Verdict::Conflict, json!("company")));
    assert_eq!(category.rejected[0].value, json!("industry"));
    let conflict = outcome.record.review.iter().find(|item| item.pointer == "/product/category").unwrap();
    assert_eq!(conflict.code, ReviewCode::Conflict);
    assert!(conflict.detail.contains("kept the rules'"), "{}", conflict.detail);
}

#[tokio::test]
async fn what_stands_nowhere_never_becomes_a_value() {
    let mut invented = draft();
    invented["subject"]["code"] = json!("600000.SH");
    invented["mentions"] = json!([{ "name": "澄明机械", "code": null, "stance": "recommend", "word": "推荐", "at": 9 }]);
    invented["risks"] = json!([{ "text": "汇率大幅波动风险加剧", "at": 10 }]);
    invented["target_price"]["prior"] = json!(99);
    let (outcome, _) = extract([Answer::says(&invented.to_string())]).await;
    let record = &outcome.record;
    assert_eq!(record.subject.as_ref().unwrap().code.as_deref(), Some("688999.SH"));
    assert!(record.mentions.is_empty() && record.target_price.as_ref().unwrap().prior_low.is_none());
    assert!(record.risks.iter().all(|risk| !risk.contains("汇率")));
    assert_eq!(record.provenance["/mentions"].rejected[0].value["name"], "澄明机械");
    assert!(record.review.iter().any(|item| item.code == ReviewCode::NotInText && item.pointer == "/mentions"));
    assert_eq!(record.provenance["/target_price/prior_low"].rejected[0].value, json!(99));
}

#[tokio::test]
async fn what_surrounds_the_answer_is_mended_and_named() {
    let draft = draft().to_string();
    for (text, repair) in
        [(format!("```json\n{draft}\n```"), "repaired:fences"), (format!("<think>评级是什么 {{}}</think>\n{draft}"), "repaired:think")]
    {
        let (outcome, server) = extract([Answer::says(&text)]).await;
        assert_eq!(outcome.record.run.issues, [repair]);
        assert_eq!(verdict(&outcome, "/ratings/0/label"), Verdict::Agreed);
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_off_the_schema_is_asked_for_once_more_with_its_errors() {
    let mut wrong = draft();
    wrong["rating_scales"] = json!([{ "subject_type": "galaxy", "horizon_months": null, "grades": [] }]);
    let (outcome, server) = extract([Answer::says(&wrong.to_string()), Answer::says(&draft().to_string())]).await;
    assert!(outcome.model_failure.is_none());
    assert_eq!(outcome.record.run.issues, ["reasked"]);
    let asked = server.asked();
    let messages = asked[1].body["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 4);
    assert!(messages[3]["content"].as_str().unwrap().contains("/rating_scales/0/subject_type"), "{}", messages[3]);
    assert_eq!(outcome.usage.total_tokens, 30);
}

#[tokio::test]
async fn of_an_answer_that_was_cut_off_the_whole_part_counts() {
    let text = draft().to_string();
    let half: String = text.chars().take(text.chars().count() / 2).collect();
    // No smaller request gets an answer.
    let (outcome, server) = extract([Answer::message(&json!({ "content": half }), "length")]).await;
    assert!(server.asked().len() > 1);
    assert!(outcome.model_failure.is_none());
    assert!(
        outcome.record.run.issues.contains(&"truncated".to_owned()) && outcome.record.run.issues.contains(&"repaired:closed".to_owned())
    );
    assert_eq!(verdict(&outcome, "/product/publish_date"), Verdict::Agreed);
}

#[tokio::test]
async fn thoughts_that_contradict_an_answer_nobody_else_read_are_put_before_a_person() {
    let thought = |text: &str| json!({ "content": draft().to_string(), "reasoning_content": text });
    for (text, flagged) in [("首页写着，评级是买入。", true), ("评级是增持。", false)] {
        let inline = Answer::says(&format!("<think>{text}</think>{}", draft()));
        let server = Server::start([Answer::message(&thought(text), "stop"), inline]).await;
        let model = Model::OpenAi(OpenAiModel::new(&ModelSettings::new(&server.base_url, "m")).unwrap());
        let extractor = Extractor::model(model).unwrap();
        for _ in 0..2 {
            let record = extractor.extract(&document()).await.unwrap().record;
            assert_eq!(record.ratings[0].label.as_deref(), Some("增持"), "what was found stands all the same");
            let items = record.review.iter().filter(|item| item.code == ReviewCode::ReasoningMismatch);
            let items: Vec<&str> = items.map(|item| item.pointer.as_str()).collect();
            assert_eq!(items, if flagged { vec!["/ratings/0/label"] } else { vec![] }, "{text}");
        }
    }
}

/// Whatever the model does, the rules' record comes out, with the code of the failure.
async fn assert_failure(answers: Vec<Answer>, code: &str, message: &str) {
    let (outcome, server) = extract(answers).await;
    let failure = outcome.model_failure.as_ref().unwrap_or_else(|| panic!("no failure, expected {code}"));
    assert_eq!(failure.code(), code);
    assert!(failure.to_string().contains(message), "{failure}");
    assert!(!failure.hint().is_empty());
    assert!(outcome.record.run.issues.contains(&format!("model_failed:{code}")), "{:?}", outcome.record.run.issues);
    assert_eq!(outcome.record.ratings[0].label.as_deref(), Some("增持"));
    assert_eq!(verdict(&outcome, "/ratings/0/label"), Verdict::RulesOnly);
    server.asked();
}

#[tokio::test]
async fn every_failure_has_its_code_and_leaves_the_rules_record() {
    let html = || Answer::text(429, "<html><body>slow down</body></html>");
    let busy = || Answer::text(500, "<html>oops</html>");
    assert_failure(vec![html(), html()], "http_429", "request failed after 2 attempts").await;
    assert_failure(vec![busy(), busy()], "http_500", "HTTP 500").await;
    assert_failure(vec![Answer::hang(), Answer::hang()], "timeout", "request failed after 2 attempts").await;
    assert_failure(vec![Answer::cut("{\"choices\":"), Answer::cut("{\"choices\":")], "cut_off", "request failed after 2 attempts").await;
    assert_failure(vec![Answer::says("no json here"), Answer::says("again none")], "invalid", "no complete JSON object").await;
    // Asked for in smaller and smaller requests, all in vain.
    let cut = Answer::message(&json!({ "content": "{\"product" }), "length");
    assert_failure(vec![cut; 12], "truncated", "cut off by its token limit").await;
    assert_failure(vec![Answer::message(&json!({ "content": null, "refusal": "I will not" }), "stop")], "refused", "I will not").await;
    assert_failure(vec![Answer::message(&json!({ "content": null }), "content_filter")], "content_filter", "content filter").await;
    assert_failure(vec![Answer::says(""), Answer::says("")], "empty", "").await;
    assert_failure(vec![Answer::error(401, "bad key", &json!("invalid_api_key"))], "http_401", "HTTP 401").await;
}

#[tokio::test]
async fn a_refused_grade_steps_down_and_is_named_in_the_record() {
    let refusal = || Answer::error(400, "This response_format type is unavailable now", &json!("invalid_request_error"));
    let tools = Answer::error(400, "tool_choice is not supported", &Value::Null);
    let (outcome, server) = extract([refusal(), tools, Answer::says(&draft().to_string())]).await;
    assert_eq!(outcome.record.run.grade, Some(Grading::JsonObject));
    let asked = server.asked();
    assert_eq!(asked[2].body["response_format"], json!({ "type": "json_object" }));
    assert!(outcome.model_failure.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_prints_the_rules_record_and_exits_with_1() {
    let server =
        Server::start([Answer::text(503, "busy"), Answer::text(503, "busy"), Answer::text(503, "busy"), Answer::text(503, "busy")]).await;
    let workspace = Workspace::new();
    workspace.file("report.txt", REPORT);
    workspace.file(
        "sellside.toml",
        format!("[provider.local]\nbase_url = \"{}\"\nmodel = \"m\"\nmax_attempts = 1\napi_key_env = \"TEST_KEY\"\n", server.base_url),
    );
    let mut command = workspace.command(&["extract", "report.txt", "--stats"]);
    command.env("TEST_KEY", "sk-secret-0123456789abcdef");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let record: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(record["ratings"][0]["label"], "增持");
    assert_eq!(record["run"]["issues"][0], "model_failed:http_503");
    assert!(
        stderr.contains("warning: request failed after 1 attempt") && stderr.contains("the record holds what the rules read"),
        "{stderr}"
    );
    assert!(!stderr.contains("sk-secret") && !stdout.contains("sk-secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_replays_to_the_same_record_with_nothing_configured() {
    let server = Server::start([
        Answer::error(400, "response_format is not supported", &Value::Null),
        Answer::error(400, "tools are not supported", &Value::Null),
        Answer::says(&draft().to_string()),
    ])
    .await;
    let workspace = Workspace::new();
    workspace.file("report.txt", REPORT);
    let mut command = workspace.command(&["extract", "report.txt", "--model", "m", "--base-url", &server.base_url, "--record", "tapes"]);
    command.env("OPENAI_API_KEY", "sk-secret-0123456789abcdef");
    let live = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(live.status.success(), "{}", String::from_utf8_lossy(&live.stderr));
    let mut live: Value = serde_json::from_slice(&live.stdout).unwrap();
    for entry in std::fs::read_dir(workspace.path().join("tapes")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("sk-secret"), "a key was recorded");
    }
    let replayed = workspace.run(&["extract", "report.txt", "--replay", "tapes"]);
    assert_eq!(replayed.code, 0, "{}", replayed.stderr);
    assert!(replayed.stderr.contains("answered from a recording"), "{}", replayed.stderr);
    live["run"]["replayed"] = json!(true);
    assert_eq!(replayed.json(), live);
    // Another text is another request: it has no recording.
    workspace.file("report.txt", REPORT.replace("8%", "9%"));
    let stranger = workspace.run(&["extract", "report.txt", "--replay", "tapes"]);
    assert_eq!((stranger.code, stranger.stdout.as_str()), (2, ""));
    assert!(stranger.stderr.contains("no recorded answer") && stranger.stderr.contains("hint: "), "{}", stranger.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_sends_nothing_and_says_where_it_would_go() {
    let server = Server::start([]).await;
    let workspace = Workspace::new();
    workspace.file("report.txt", REPORT);
    let mut command = workspace.command(&["extract", "report.txt", "--dry-run", "--model", "m", "--base-url", &server.base_url]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    for part in [
        "definitions",
        "投资评级说明",
        "## system",
        "[4] 投资评级:增持(维持)",
        "tokens      about",
        "characters  ",
        "to          127.0.0.1:",
    ] {
        assert!(stdout.contains(part), "`{part}` is not in\n{stdout}");
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn the_model_alone_reads_too() {
    let server = Server::start([Answer::says(&draft().to_string())]).await;
    let settings = ModelSettings::new(&server.base_url, "m");
    let extractor = Extractor::model(Model::OpenAi(OpenAiModel::new(&settings).unwrap())).unwrap();
    let document = document();
    let outcome = extractor.extract(&document).await.unwrap();
    assert_lawful(&document, &outcome.record);
    assert_eq!(outcome.record.run.readers, Readers::Model);
    assert_eq!(verdict(&outcome, "/ratings/0/label"), Verdict::ModelOnly);
    assert_eq!(outcome.record.ratings[0].label_raw.as_deref(), Some("增持"));
}

#[test]
fn the_preview_shows_what_is_sent_and_flags_win_over_the_file() {
    let workspace = Workspace::new();
    workspace.file("report.txt", REPORT);
    workspace.file("sellside.toml", "[asking]\nscope = 'full'\n");
    let row = |args: &[&str], kind: &str| {
        let ran = workspace.run(&[&["extract", "--dry-run", "report.txt"], args].concat());
        let row = ran.stdout.lines().rfind(|line| line.starts_with(kind)).unwrap_or_else(|| panic!("{}{}", ran.stdout, ran.stderr));
        row.split_whitespace().skip(1).map(|number| number.parse::<usize>().unwrap()).collect::<Vec<_>>()
    };
    let full = row(&[], "disclaimer");
    assert_eq!(full[0], full[1]);
    assert!(row(&["--scope", "zones"], "disclaimer")[0] < full[0]);
    let definitions = row(&["--scope", "zones"], "definitions");
    assert_eq!(definitions[0], definitions[1]);
    workspace.file("sellside.toml", "[asking]\nvotes = 100\n");
    let ran = workspace.run(&["extract", "--dry-run", "report.txt"]);
    assert!(ran.code == 2 && ran.stderr.contains("`asking.votes` must be at most 99"), "{}", ran.stderr);
}
