//! A report of a hundred pages before a model with a small context: nothing is lost, nothing is sent that does not fit.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use regex::Regex;
use sellside::config::{Asking, Scope};
use sellside::document::Document;
use sellside::domain::Record;
use sellside::domain::record::{ReviewCode, Strategy};
use sellside::llm::{GradeChoice, Model, ModelSettings, OpenAiModel};
use sellside::pipeline::{Extractor, Outcome};
use sellside::prompt::estimate_tokens;
use serde_json::{Value, json};

use crate::laws::assert_lawful;
use crate::support::server::{Answer, Server};
use crate::support::workspace::Workspace;

/// What prompt and answer may take together.
const CONTEXT: usize = 4096;
pub(crate) const PAGES: usize = 100;

/// A hundred names no two of which share a beginning.
pub(crate) fn company(page: usize) -> String {
    let first: Vec<char> = "澄沐栖砺泊苇岚霁芷昀".chars().collect();
    let second: Vec<char> = "江川原岭桥溪港洲湾坪".chars().collect();
    format!("{}{}机电", first[page / 10 % 10], second[page % 10])
}

/// A page of an invented report: talk, and one company recommended in the middle of it.
fn page(number: usize) -> String {
    let talk =
        "全球阀门市场格局分散，下游以石化、电力与水务为主，各地装机节奏并不一致。国产厂商近年在大口径产品上完成验证，交付周期持续缩短。";
    let table = format!("营业收入(亿元)\t{}\t{}\n", 100 + number, 200 + number);
    format!(
        "{}\n板块内我们推荐【{}】，评级见附表。\n{}\n{}望江证券研究所 请务必阅读正文之后的免责声明 第{number}页\n",
        talk.repeat(6),
        company(number),
        talk.repeat(6),
        if number % 10 == 3 { table } else { String::new() },
    )
}

pub(crate) fn report() -> Document {
    let mut text = String::from(
        "望江证券\n证券研究报告\n临河科技（688999.SH）深度报告：百页看阀门\n投资评级：增持（维持）\n目标价：12.50元\n日期：2025年03月04日\n分析师：方某某\n执业证书编号：S9710520030001\n\n",
    );
    (0..PAGES).for_each(|number| text.push_str(&page(number)));
    text.push_str("\n风险提示：石化投资放缓、铸件价格上涨。\n\n投资评级说明\n买入：未来6个月股价相对沪深300指数涨幅20%以上；\n增持：未来6个月股价相对沪深300指数涨幅5%至20%；\n中性：未来6个月股价相对沪深300指数涨幅-5%至5%；\n减持：未来6个月股价相对沪深300指数跌幅5%以上。\n\n免责声明\n本报告仅供望江证券客户使用。\n");
    for _ in 0..40 {
        let _ = writeln!(text, "本公司对报告所载资料的准确性不作任何保证，投资者据此操作，风险自担，市场有风险。");
    }
    Document::from_bytes("long.txt", text.as_bytes()).unwrap()
}

/// Tokens of the messages of a request.
fn prompt_tokens(body: &Value) -> usize {
    body["messages"].as_array().unwrap().iter().map(|message| estimate_tokens(message["content"].as_str().unwrap()) + 4).sum()
}

/// The numbered lines a text shows.
pub(crate) fn numbered(text: &str) -> Vec<(u32, String)> {
    let numbered = Regex::new(r"(?m)^\[(\d+)\] (.*)$").unwrap();
    numbered.captures_iter(text).map(|found| (found[1].parse().unwrap(), found[2].to_owned())).collect()
}

/// What a model says that reads what it is shown, fills what it is asked for, and has no memory.
fn said(body: &Value) -> String {
    let system = body["messages"][0]["content"].as_str().unwrap();
    let schema: Value = serde_json::from_str(system.split("JSON Schema:\n").nth(1).unwrap()).unwrap();
    let user = body["messages"][1]["content"].as_str().unwrap();
    let mut whole = draft(&numbered(user));
    whole.as_object_mut().unwrap().retain(|name, _| schema["properties"].get(name).is_some());
    whole.to_string()
}

/// The same as an answer of no more than `most` tokens.
fn cut(answer: &str, most: usize) -> Answer {
    if estimate_tokens(answer) <= most {
        return Answer::says(answer);
    }
    let said: String = answer.chars().take(most).collect();
    Answer::message(&json!({ "role": "assistant", "content": said }), "length")
}

/// The same from a server whose prompt and answer share a context.
fn read(body: &Value, context: usize) -> Answer {
    let tokens = prompt_tokens(body);
    let Some(left) = context.checked_sub(tokens).filter(|left| *left > 0) else {
        let message = format!("This model's maximum context length is {context} tokens, your request has {tokens}");
        return Answer::error(400, &message, &json!("context_length_exceeded"));
    };
    cut(&said(body), left)
}

/// What these lines of the report say.
pub(crate) fn draft(lines: &[(u32, String)]) -> Value {
    let all = |pattern: &str| {
        let pattern = Regex::new(pattern).unwrap();
        let mut found = Vec::new();
        for (id, line) in lines {
            found.extend(pattern.captures_iter(line).map(|found| (*id, found[1].to_owned())));
        }
        found
    };
    let one = |pattern: &str| all(pattern).into_iter().next();
    let at = |found: &Option<(u32, String)>| found.as_ref().map(|found| found.0);
    let text = |found: &Option<(u32, String)>| found.as_ref().map(|found| found.1.clone());
    let title = one("^(临河科技.*)$");
    let day = one("日期:(2025)年03月04日");
    let firm = one("^(望江证券)$");
    let person = one("分析师:(方某某)");
    let label = one("投资评级:(增持)");
    let target = one("目标价:([0-9.]+)元");
    let figures: Vec<Value> = all(r"营业收入\(亿元\) \| \d+ \| (\d+)")
        .into_iter()
        .map(|(id, value)| {
            let number: f64 = value.parse().unwrap();
            json!({ "metric": "revenue", "period": format!("FY{value}"), "kind": "estimate", "value": number, "unit": "yi", "at": id })
        })
        .collect();
    let grades: Vec<Value> = all("^(买入|增持|中性|减持):未来")
        .into_iter()
        .map(|(id, label)| json!({ "label": label, "low": null, "high": null, "at": id }))
        .collect();
    json!({
        "product": { "category": null, "title": text(&title), "subtitle": null, "publish_date": day.as_ref().map(|_| "2025-03-04"),
                     "period_start": null, "period_end": null, "at": at(&day) },
        "publisher": { "name": text(&firm), "legal_name": null, "at": at(&firm) },
        "authors": person.iter().map(|(id, name)| json!({ "name": name, "role": "analyst", "license_no": null, "email": null, "phone": null, "at": id })).collect::<Vec<_>>(),
        "subject": { "type": null, "name": title.as_ref().map(|_| "临河科技"), "code": null, "industry": null, "at": at(&title) },
        "ratings": label.iter().map(|(id, label)| json!({ "subject_type": "stock", "subject": null, "label": label, "action": null, "prior_label": null, "at": id })).collect::<Vec<_>>(),
        "target_price": { "low": target.as_ref().map(|(_, price)| price.parse::<f64>().unwrap()), "high": null, "currency": null, "prior": null, "current_price": null, "method": null, "at": at(&target) },
        "rating_scales": if grades.is_empty() { json!([]) } else { json!([{ "subject_type": "stock", "horizon_months": null, "grades": grades }]) },
        "mentions": all("推荐【([^】]+)】").into_iter().map(|(id, name)| json!({ "name": name, "code": null, "stance": "recommend", "word": "推荐", "at": id })).collect::<Vec<_>>(),
        "sector_calls": [],
        "risks": all("(石化投资放缓|铸件价格上涨)").into_iter().map(|(id, text)| json!({ "text": text, "at": id })).collect::<Vec<_>>(),
        "related_reports": [], "estimates": figures, "key_points": [], "disclosures": [],
    })
}

async fn extract(document: &Document, server: &Server, context: Option<u32>, scope: Scope) -> Outcome {
    ask(document, server, context, Asking { scope, ..Asking::default() }).await
}

async fn ask(document: &Document, server: &Server, context: Option<u32>, asking: Asking) -> Outcome {
    let mut settings = ModelSettings::new(&server.base_url, "m");
    settings.retry_base = Duration::ZERO;
    settings.grade = GradeChoice::Only(sellside::domain::record::Grading::JsonObject);
    settings.context_tokens = context;
    settings.asking = asking;
    Extractor::model(Model::OpenAi(OpenAiModel::new(&settings).unwrap())).unwrap().extract(document).await.unwrap()
}

/// Every value planted, each with evidence at its own place.
pub(crate) fn assert_complete(document: &Document, record: &Record) {
    assert_lawful(document, record);
    assert_eq!(record.product.title.as_deref(), Some("临河科技（688999.SH）深度报告：百页看阀门"));
    assert_eq!(record.product.publish_date.map(|day| day.to_string()).as_deref(), Some("2025-03-04"));
    assert_eq!(record.publisher.name.as_deref(), Some("望江证券"));
    assert_eq!(record.ratings[0].label.as_deref(), Some("增持"));
    assert_eq!(record.target_price.as_ref().unwrap().low.unwrap().to_string(), "12.5");
    assert_eq!(record.authors[0].name.as_deref(), Some("方某某"));
    assert_eq!(
        record.rating_scales[0].grades.iter().map(|grade| grade.label.as_str()).collect::<Vec<_>>(),
        ["买入", "增持", "中性", "减持"]
    );
    assert_eq!(record.risks, ["石化投资放缓", "铸件价格上涨"]);
    let source = document.source.as_str();
    let start_of = |words: &str| source[..source.find(words).unwrap()].chars().count();
    let names: Vec<&str> = record.mentions.iter().map(|mention| mention.name.as_str()).collect();
    assert_eq!(names, (0..PAGES).map(company).collect::<Vec<_>>(), "each once, in order");
    for (index, name) in names.iter().enumerate() {
        let evidence = &record.provenance[&format!("/mentions/{index}")].evidence;
        assert_eq!(evidence.iter().map(|place| place.start).collect::<Vec<_>>(), [Some(start_of(name))], "{name}");
    }
    let figures: BTreeSet<String> = record.estimates.iter().map(|figure| figure.value.unwrap().to_string()).collect();
    assert_eq!(figures, (0..PAGES).filter(|page| page % 10 == 3).map(|page| (200 + page).to_string()).collect());
}

#[tokio::test]
async fn a_hundred_pages_fit_a_context_of_four_thousand_tokens() {
    let document = report();
    for (scope, most) in [(Scope::Zones, 40), (Scope::Full, 120)] {
        let server = Server::model(|body: &Value| read(body, CONTEXT)).await;
        let outcome = extract(&document, &server, Some(4096), scope).await;
        assert_complete(&document, &outcome.record);
        assert_eq!(outcome.record.run.strategy, Some(Strategy::Split));
        assert!(outcome.model_failure.is_none());
        let asked = server.asked();
        assert_eq!(asked.len(), outcome.attempts.len(), "every request is accounted for");
        assert!(outcome.attempts.iter().all(|attempt| attempt.status == Some(200)), "nothing was sent that does not fit");
        assert!((5..=most).contains(&asked.len()), "{} requests in scope {scope}", asked.len());
        // What is the same for every request of a kind comes first, so that a provider's prompt cache hits.
        let systems: BTreeSet<&str> = asked.iter().map(|asked| asked.body["messages"][0]["content"].as_str().unwrap()).collect();
        assert!(systems.len() <= 5, "{} static prefixes", systems.len());
        for asked in &asked {
            assert!(asked.raw.contains("临河科技") && !asked.raw.contains("\\u"), "bodies are raw UTF-8, and each names the report");
            let user = asked.body["messages"][1]["content"].as_str().unwrap();
            assert!(scope == Scope::Full || !user.contains("准确性不作任何保证"), "legal text is not sent");
        }
    }
}

#[tokio::test]
async fn a_context_nobody_knew_of_is_learnt_from_the_server() {
    let document = report();
    let server = Server::model(|body: &Value| read(body, CONTEXT)).await;
    let outcome = extract(&document, &server, None, Scope::Full).await;
    assert_complete(&document, &outcome.record);
    assert_eq!(outcome.attempts.first().and_then(|attempt| attempt.status), Some(400));
    assert!(outcome.attempts.iter().skip(1).all(|attempt| attempt.status == Some(200)));
    assert!(outcome.record.run.issues.contains(&"parted_anew".to_owned()), "{:?}", outcome.record.run.issues);
}

#[tokio::test]
async fn parts_that_differ_are_seen_and_a_part_that_fails_costs_its_own_values_only() {
    let document = report();
    let server = Server::model(|body: &Value| {
        let user = body["messages"][1]["content"].as_str().unwrap();
        if user.contains(&company(70)) {
            return Answer::says("I cannot read this.");
        }
        // One part takes a company of its own for the publisher.
        let line = Regex::new(&format!(r"(?m)^\[(\d+)\] .*{}", company(50))).unwrap();
        match line.captures(user) {
            Some(found) => {
                let at: u32 = found[1].parse().unwrap();
                Answer::says(&json!({ "publisher": { "name": company(50), "at": at } }).to_string())
            }
            None => read(body, 9000),
        }
    })
    .await;
    // Large enough to ask for all fields at once, so that every part may name a publisher.
    let outcome = extract(&document, &server, Some(9000), Scope::Full).await;
    let record = &outcome.record;
    assert_eq!(record.publisher.name.as_deref(), Some("望江证券"));
    let name = &record.provenance["/publisher/name"];
    assert_eq!(name.rejected[0].value, json!(company(50)));
    assert_eq!(serde_json::to_value(&name.rejected[0].reasons).unwrap(), json!(["part_disagrees"]));
    assert!(record.review.iter().any(|item| item.code == ReviewCode::Conflict && item.pointer == "/publisher/name"));
    assert!(record.run.issues.contains(&"part_failed:invalid".to_owned()), "{:?}", record.run.issues);
    assert!(outcome.model_failure.is_none());
    assert!(record.mentions.len() < PAGES && record.mentions.len() > PAGES / 2, "{}", record.mentions.len());
}

#[tokio::test]
async fn votes_count_over_all_parts() {
    let document = report();
    let server = Server::model(|body: &Value| read(body, CONTEXT)).await;
    let once = extract(&document, &server, Some(4096), Scope::Zones).await;
    let twice = ask(&document, &server, Some(4096), Asking { votes: NonZeroU32::new(2).unwrap(), ..Asking::default() }).await;
    assert_complete(&document, &twice.record);
    assert_eq!(twice.attempts.len(), 2 * once.attempts.len());
    assert_eq!(twice.record.run.strategy, Some(Strategy::Split));
    assert!((0..PAGES).all(|index| twice.record.provenance[&format!("/mentions/{index}")].votes == Some(2)));
    assert!(twice.record.review.iter().all(|item| item.code != ReviewCode::Conflict), "{:?}", twice.record.review);
}

#[tokio::test]
async fn an_answer_without_room_to_be_shown_again_is_asked_for_without_it_or_in_halves() {
    let document = report();
    for (length, roles) in [(250, ["system", "user", "user"].as_slice()), (400, ["system", "user"].as_slice())] {
        let spoilt = AtomicBool::new(false);
        let server = Server::model(move |body: &Value| {
            if spoilt.swap(true, Ordering::Relaxed) { read(body, CONTEXT) } else { Answer::says(&"no object ".repeat(length)) }
        })
        .await;
        let outcome = extract(&document, &server, Some(4096), Scope::Zones).await;
        assert_complete(&document, &outcome.record);
        let asked = server.asked();
        let second: Vec<&str> = asked[1].body["messages"].as_array().unwrap().iter().map(|sent| sent["role"].as_str().unwrap()).collect();
        assert_eq!(second, roles, "{length}");
        assert!(asked.iter().all(|asked| prompt_tokens(&asked.body) < CONTEXT));
    }
}

#[tokio::test]
async fn a_servers_own_limit_on_answers_loses_nothing() {
    let document = report();
    // No context is known, so all is asked for at once; the server ends every answer after so many tokens.
    let limited = |body: &Value| cut(&said(body), 800);
    let server = Server::model(limited).await;
    let outcome = extract(&document, &server, None, Scope::Zones).await;
    assert_complete(&document, &outcome.record);
    assert_eq!(outcome.record.run.strategy, Some(Strategy::Split));
    let asked = server.asked();
    assert!(asked.len() > 4, "{}", asked.len());
    // Where the user wants one request, what was complete is kept and the record says that more was cut.
    let whole = Asking { split: false, ..Asking::default() };
    let server = Server::model(limited).await;
    let outcome = ask(&document, &server, None, whole).await;
    assert_eq!(server.asked().len(), 1);
    assert!(outcome.record.run.issues.contains(&"truncated".to_owned()), "{:?}", outcome.record.run.issues);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_lost_is_no_success() {
    let server = Server::model(|body: &Value| {
        let lost = body["messages"][1]["content"].as_str().unwrap().contains("石化投资放缓");
        if lost { Answer::says("I cannot read this.") } else { read(body, CONTEXT) }
    })
    .await;
    let workspace = Workspace::new();
    workspace.file("long.txt", report().source.as_str());
    let url = server.base_url.clone();
    let args = ["extract", "long.txt", "--model", "m", "--grade", "prompt", "--context-tokens", "4096", "--base-url"];
    let ran = tokio::task::spawn_blocking(move || workspace.run(&[&args[..], &[url.as_str()]].concat())).await.unwrap();
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("a part of the report only (part_failed:invalid)"), "{}", ran.stderr);
    let record = ran.json();
    assert_eq!(record["run"]["strategy"], "split");
    // The answers to other parts were cut off and asked for again, and nothing is missing of them.
    assert!(!record["run"]["issues"].as_array().unwrap().contains(&json!("truncated")), "{}", record["run"]["issues"]);
}
