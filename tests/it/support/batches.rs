//! A server on loopback with Files and Batches, which answers chat completions too, fails where it is told to and remembers
//! what it was sent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

/// What is done at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Upload,
    Create,
    List,
    Look,
    Fetch,
    Chat,
}

/// What goes wrong with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    None,
    /// Nothing is done, with this status.
    Refuse(u16),
    /// Nothing is done, and no answer ever comes.
    Before,
    /// It is done, and no answer ever comes.
    After,
    /// Half of the answer comes.
    Half,
}

/// What one question is answered.
#[derive(Clone, Debug)]
pub(crate) enum Line {
    /// A body with a status.
    Http(u16, Value),
    /// No line at all.
    Missing,
    /// A line that says why there is none.
    Lost,
}

impl Line {
    /// A chat completion that says `content`, for 10 and 5 tokens.
    pub(crate) fn says(content: &str) -> Self {
        Self::ends(content, "stop")
    }

    /// The same with another reason for its end.
    pub(crate) fn ends(content: &str, finish: &str) -> Self {
        let choice = json!({ "index": 0, "message": { "role": "assistant", "content": content }, "finish_reason": finish });
        let usage = json!({ "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15 });
        Self::Http(200, json!({ "id": "c", "model": "served", "choices": [choice], "usage": usage }))
    }

    /// An error in OpenAI's shape.
    pub(crate) fn error(status: u16, message: &str) -> Self {
        Self::Http(status, json!({ "error": { "message": message, "code": null } }))
    }
}

/// See [`Script`].
type Answers = Box<dyn Fn(&Value, usize) -> Line + Send>;
/// See [`Script`].
type Troubles = Box<dyn Fn(Step, usize) -> Trouble + Send>;
/// See [`Script`].
type States = Box<dyn Fn(usize, usize) -> &'static str + Send>;

/// How the server behaves.
pub(crate) struct Script {
    /// Answers a question; the number tells how often the same one was answered before.
    pub(crate) answer: Answers,
    /// What goes wrong the how manyth time a step is done, from 1.
    pub(crate) trouble: Troubles,
    /// A batch's state, by its number and the how manyth look at it, both from 1.
    pub(crate) state: States,
}

impl Script {
    pub(crate) fn new(answer: impl Fn(&Value, usize) -> Line + Send + 'static) -> Self {
        Self { answer: Box::new(answer), trouble: Box::new(|_, _| Trouble::None), state: Box::new(|_, _| "completed") }
    }
}

struct Shop {
    script: Script,
    steps: Vec<(Step, usize)>,
    counts: BTreeMap<Step, usize>,
    files: BTreeMap<String, String>,
    /// The file of each batch, and how often it was looked at.
    batches: Vec<(String, usize)>,
    asked: BTreeMap<String, usize>,
    keys: Vec<String>,
}

/// The server; it lives as long as the test's runtime.
pub(crate) struct BatchServer {
    pub(crate) base_url: String,
    shop: Arc<Mutex<Shop>>,
}

impl BatchServer {
    pub(crate) async fn start(script: Script) -> Self {
        let shop = Shop {
            script,
            steps: Vec::new(),
            counts: BTreeMap::new(),
            files: BTreeMap::new(),
            batches: Vec::new(),
            asked: BTreeMap::new(),
            keys: Vec::new(),
        };
        let shop = Arc::new(Mutex::new(shop));
        let router = Router::new().fallback(serve).with_state(Arc::clone(&shop));
        let router = router.layer(axum::extract::DefaultBodyLimit::disable());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base_url, shop }
    }

    /// How often a step was begun.
    pub(crate) fn count(&self, step: Step) -> usize {
        self.shop.lock().unwrap().counts.get(&step).copied().unwrap_or_default()
    }

    /// The lines of each batch, as they came.
    pub(crate) fn batches(&self) -> Vec<Vec<String>> {
        let shop = self.shop.lock().unwrap();
        shop.batches.iter().map(|(file, _)| shop.files[file].lines().map(str::to_owned).collect()).collect()
    }

    /// What stood in `Authorization`, of every request.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.shop.lock().unwrap().keys.clone()
    }

    /// Behaves in another way from now on.
    pub(crate) fn now(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.shop.lock().unwrap().script);
    }
}

impl Shop {
    fn begin(&mut self, step: Step) -> Trouble {
        let count = self.counts.entry(step).or_default();
        *count += 1;
        self.steps.push((step, *count));
        (self.script.trouble)(step, *count)
    }

    fn answer(&mut self, body: &Value) -> Line {
        let count = self.asked.entry(body.to_string()).or_default();
        *count += 1;
        let before = *count - 1;
        (self.script.answer)(body, before)
    }

    fn create(&mut self, body: &Value) -> Value {
        assert_eq!((&body["endpoint"], &body["completion_window"]), (&json!("/v1/chat/completions"), &json!("24h")));
        let file = body["input_file_id"].as_str().unwrap().to_owned();
        let lines: Vec<Value> = self.files[&file].lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        self.batches.push((file, 0));
        let number = self.batches.len();
        let (mut right, mut wrong) = (Vec::new(), Vec::new());
        // A batch that failed has answered nothing.
        let lines = if (self.script.state)(number, 1) == "failed" { Vec::new() } else { lines };
        for line in lines {
            assert_eq!((&line["method"], &line["url"]), (&json!("POST"), &json!("/v1/chat/completions")));
            let id = &line["custom_id"];
            match self.answer(&line["body"]) {
                Line::Http(200, body) => {
                    right.push(json!({ "id": "r", "custom_id": id, "response": { "status_code": 200, "body": body }, "error": null }));
                }
                Line::Http(status, body) => {
                    wrong.push(json!({ "id": "r", "custom_id": id, "response": { "status_code": status, "body": body }, "error": null }));
                }
                Line::Lost => {
                    let error = json!({ "code": "batch_expired", "message": "not done in time" });
                    wrong.push(json!({ "id": "r", "custom_id": id, "response": null, "error": error }));
                }
                Line::Missing => {}
            }
        }
        // In no order, as OpenAI says.
        for (kind, lines) in [("out", right), ("err", wrong)] {
            let text: String = lines.iter().rev().map(|line| format!("{line}\n")).collect();
            self.files.insert(format!("file-{kind}-{number}"), text);
        }
        self.told(number)
    }

    fn told(&self, number: usize) -> Value {
        let (file, looks) = &self.batches[number - 1];
        let state = (self.script.state)(number, *looks);
        let has_ended = matches!(state, "completed" | "expired" | "cancelled");
        let of_kind = |kind: &str| Some(format!("file-{kind}-{number}")).filter(|name| has_ended && !self.files[name].is_empty());
        json!({
            "id": format!("batch_{number}"), "object": "batch", "status": state, "input_file_id": file,
            "output_file_id": of_kind("out"), "error_file_id": of_kind("err"),
            "request_counts": { "total": 0, "completed": 0, "failed": 0 },
            "errors": (state == "failed").then(|| json!({ "data": [{ "code": "x", "message": "the file was not liked" }] })),
        })
    }
}

/// The file in a form.
fn part(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.contains("name=\"purpose\"\r\n\r\nbatch\r\n"), "{text}");
    let file = text.split_once("filename=\"").unwrap().1.split_once("\r\n\r\n").unwrap().1;
    file.rsplit_once("\r\n--").unwrap().0.to_owned()
}

async fn serve(State(shop): State<Arc<Mutex<Shop>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path().trim_start_matches("/v1").to_owned();
    let last = path.trim_end_matches("/content").rsplit('/').next().unwrap().to_owned();
    let step = match (parts.method.as_str(), path.as_str()) {
        ("POST", "/files") => Step::Upload,
        ("POST", "/batches") => Step::Create,
        ("GET", "/batches") => Step::List,
        ("GET", _) if path.starts_with("/batches/") => Step::Look,
        ("GET", _) if path.ends_with("/content") => Step::Fetch,
        _ => Step::Chat,
    };
    let (trouble, answer) = {
        let mut shop = shop.lock().unwrap();
        shop.keys.extend(parts.headers.get("authorization").map(|key| key.to_str().unwrap().to_owned()));
        let trouble = shop.begin(step);
        let done = !matches!(trouble, Trouble::Refuse(_) | Trouble::Before);
        (trouble, done.then(|| act(&mut shop, step, &last, &bytes)))
    };
    match (trouble, answer) {
        (Trouble::Refuse(status), _) => respond(status, "{\"error\": {\"message\": \"not now\"}}".to_owned()),
        (Trouble::None, Some((status, text))) => respond(status, text),
        (Trouble::Half, Some((_, text))) => {
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            let never = stream::once(async {
                tokio::time::sleep(Duration::from_mins(10)).await;
                Ok::<_, std::io::Error>(String::new())
            });
            Response::builder().body(Body::from_stream(stream::once(async { Ok(half) }).chain(never))).unwrap()
        }
        _ => {
            tokio::time::sleep(Duration::from_mins(10)).await;
            respond(500, String::new())
        }
    }
}

fn act(shop: &mut Shop, step: Step, last: &str, bytes: &[u8]) -> (u16, String) {
    let json = || serde_json::from_slice::<Value>(bytes).unwrap();
    match step {
        Step::Upload => {
            let id = format!("file-in-{}", shop.files.len());
            shop.files.insert(id.clone(), part(bytes));
            (200, json!({ "id": id, "object": "file" }).to_string())
        }
        Step::Create => (200, shop.create(&json()).to_string()),
        Step::List => {
            let all: Vec<Value> = (1..=shop.batches.len()).rev().map(|number| shop.told(number)).collect();
            (200, json!({ "object": "list", "data": all, "has_more": false }).to_string())
        }
        Step::Look => {
            let number: usize = last.trim_start_matches("batch_").parse().unwrap();
            shop.batches[number - 1].1 += 1;
            (200, shop.told(number).to_string())
        }
        Step::Fetch => (200, shop.files[last].clone()),
        Step::Chat => match shop.answer(&json()) {
            Line::Http(status, body) => (status, body.to_string()),
            Line::Missing | Line::Lost => (503, "{}".to_owned()),
        },
    }
}

fn respond(status: u16, body: String) -> Response {
    Response::builder().status(status).header("retry-after", "0.05").body(Body::from(body)).unwrap()
}
