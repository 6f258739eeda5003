//! A server on loopback that answers from a script, or as a function of the request, and remembers what it was asked.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

/// One scripted answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Delivery,
    delay: Duration,
}

#[derive(Clone, Debug)]
enum Delivery {
    /// All of it.
    Whole(String),
    /// The start of it, then the connection breaks.
    Cut(String),
    /// Never.
    Hang,
}

impl Answer {
    /// Any JSON with any status.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, &body.to_string()).header("content-type", "application/json")
    }

    /// Any body with any status.
    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: Delivery::Whole(body.to_owned()), delay: Duration::ZERO }
    }

    /// A chat completion that says `content`, for 10 and 5 tokens.
    pub(crate) fn says(content: &str) -> Self {
        Self::message(&json!({ "role": "assistant", "content": content }), "stop")
    }

    /// A chat completion with any message and finish reason, for 10 and 5 tokens.
    pub(crate) fn message(message: &Value, finish: &str) -> Self {
        let choice = json!({ "index": 0, "message": message, "finish_reason": finish });
        let usage = json!({ "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15 });
        Self::json(200, &json!({ "id": "c", "model": "served", "choices": [choice], "usage": usage }))
    }

    /// An error in OpenAI's shape.
    pub(crate) fn error(status: u16, message: &str, code: &Value) -> Self {
        Self::json(status, &json!({ "error": { "message": message, "code": code } }))
    }

    /// A body that breaks off in the middle.
    pub(crate) fn cut(body: &str) -> Self {
        Self { status: 200, headers: Vec::new(), body: Delivery::Cut(body.to_owned()), delay: Duration::ZERO }
    }

    /// No answer, ever.
    pub(crate) fn hang() -> Self {
        Self { status: 200, headers: Vec::new(), body: Delivery::Hang, delay: Duration::ZERO }
    }

    /// The same after a while.
    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The same with one more header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    async fn deliver(self) -> Response {
        tokio::time::sleep(self.delay).await;
        let body = match self.body {
            Delivery::Whole(text) => Body::from(text),
            Delivery::Cut(text) => {
                let start = stream::once(async { Ok(text) });
                let broken = stream::once(async {
                    // Otherwise the server gives up before it has sent the status.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    Err(io::Error::other("scripted break"))
                });
                Body::from_stream(start.chain(broken))
            }
            Delivery::Hang => {
                tokio::time::sleep(Duration::from_mins(10)).await;
                Body::empty()
            }
        };
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(body).unwrap()
    }
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) raw: String,
    pub(crate) at: Instant,
}

/// Answers a request's body.
type Reply = Box<dyn Fn(&Value) -> Answer + Send>;

#[derive(Default)]
struct Script {
    answers: VecDeque<Answer>,
    /// Answers what the script does not.
    model: Option<Reply>,
    asked: Vec<Asked>,
}

/// The server; it lives as long as the test's runtime.
pub(crate) struct Server {
    pub(crate) base_url: String,
    script: Arc<Mutex<Script>>,
}

impl Server {
    /// Starts on a free port.
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::run(Script { answers: answers.into_iter().collect(), ..Script::default() }).await
    }

    /// Starts a server that answers each body with what `model` makes of it.
    pub(crate) async fn model(model: impl Fn(&Value) -> Answer + Send + 'static) -> Self {
        Self::run(Script { model: Some(Box::new(model)), ..Script::default() }).await
    }

    async fn run(script: Script) -> Self {
        let script = Arc::new(Mutex::new(script));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base_url, script }
    }

    /// Every request so far; the script must be at its end.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        let script = self.script.lock().unwrap();
        assert!(script.answers.is_empty(), "{} scripted answers were not asked for", script.answers.len());
        script.asked.clone()
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let asked = Asked {
        target: parts.uri.to_string(),
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
        raw: String::from_utf8_lossy(&bytes).into_owned(),
        at: Instant::now(),
    };
    let next = {
        let mut script = script.lock().unwrap();
        let answer = script.answers.pop_front().or_else(|| script.model.as_ref().map(|model| model(&asked.body)));
        script.asked.push(asked);
        answer
    };
    next.unwrap_or_else(|| Answer::text(418, "the script is at its end")).deliver().await
}
