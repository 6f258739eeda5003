//! What a server said about a failure, in whichever shape it said it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::preset::words;
use super::retry;
use super::scrub::Scrubber;
use super::usage::Usage;

/// Longest part of a server's message that is kept, in characters.
const MAX_MESSAGE: usize = 300;

/// Shortest run of the prompt that counts as an echo of it, in characters.
const MIN_ECHO: usize = 24;

/// An HTTP failure and what the server said about it. Holds neither keys nor text of the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerError {
    /// HTTP status.
    pub status: u16,
    /// Start of the server's message.
    pub message: Option<String>,
    /// Its error code; numbers as text.
    pub code: Option<String>,
    /// Its error type.
    pub kind: Option<String>,
    /// Parameter it complains of.
    pub param: Option<String>,
    /// Id the server gave the request, for its support.
    pub request_id: Option<String>,
    /// Pause the server asks for.
    pub retry_after: Option<Duration>,
    /// Whether money or a daily quota ran out.
    pub quota: bool,
    /// Tokens counted all the same.
    pub usage: Option<Usage>,
}

impl ServerError {
    /// Reads a failure: an object, a list of objects, `{error: "…"}`, bare `{message, code}`, `{detail}`, HTML, text.
    pub(super) fn read(status: u16, headers: &BTreeMap<String, String>, body: &str) -> Self {
        let parsed = serde_json::from_str::<Value>(body.trim_start_matches('\u{feff}')).ok();
        let request_id = ["x-request-id", "request-id"].iter().find_map(|name| headers.get(*name)).cloned();
        let retry_after = retry::requested(headers, Timestamp::now());
        let mut error = Self { status, request_id, retry_after, ..Self::default() };
        match &parsed {
            Some(json) => error.read_json(json),
            None => error.message = plain_text(body),
        }
        error.message = error.message.map(|message| clip(&message)).filter(|message| !message.is_empty());
        error.quota |= [&error.code, &error.kind].into_iter().flatten().any(|code| words().quota_codes.contains(&code.to_lowercase()));
        error.quota |= error.message.as_deref().is_some_and(says_quota);
        error
    }

    fn read_json(&mut self, json: &Value) {
        let outer = match json {
            Value::Array(items) => items.first().unwrap_or(&Value::Null),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => json,
        };
        self.usage = Usage::read(outer);
        let inner = outer.get("error").filter(|error| !error.is_null()).unwrap_or(outer);
        let member = |name: &str| inner.get(name).or_else(|| outer.get(name)).and_then(scalar);
        self.code = member("code");
        self.kind = member("type").or_else(|| member("status").filter(|status| status.parse::<u16>().is_err()));
        self.param = member("param");
        self.message = scalar(inner)
            .or_else(|| ["message", "msg", "error_msg", "error_message"].iter().find_map(|name| member(name)))
            .or_else(|| inner.get("detail").and_then(detail));
        // A router's own message says only that the provider behind it failed.
        if let (Some(message), Some(raw)) = (&self.message, inner.pointer("/metadata/raw").and_then(scalar)) {
            self.message = Some(format!("{message}: {raw}"));
        }
        for detail in inner.get("details").and_then(Value::as_array).into_iter().flatten() {
            let delay = detail.get("retryDelay").and_then(Value::as_str);
            self.retry_after = self.retry_after.or_else(|| delay.and_then(retry::seconds));
            let violations = detail.get("violations").and_then(Value::as_array).into_iter().flatten();
            let mut quotas = violations.filter_map(|violation| violation.get("quotaId").and_then(Value::as_str));
            self.quota |= quotas.any(|quota| words().quota_ids.iter().any(|part| quota.contains(part)));
        }
    }

    /// All it said, in lower case, to look words up in.
    pub(super) fn words(&self) -> String {
        let parts = [&self.message, &self.code, &self.kind, &self.param];
        parts.into_iter().flatten().map(|part| part.to_lowercase()).collect::<Vec<_>>().join(" ")
    }

    /// Whether the prompt was too long for the model.
    pub fn is_context_overflow(&self) -> bool {
        let said = self.words();
        let phrases = [
            "context_length_exceeded",
            "exceed_context_size",
            "maximum context",
            "context length",
            "context size",
            "prompt is too long",
            "input is too long",
            "input length",
            "too many input tokens",
        ];
        self.status == 413 || (self.status == 400 && phrases.iter().any(|phrase| said.contains(phrase)))
    }

    /// Whether the provider's content filter refused the prompt.
    pub fn is_content_filter(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        words().filter_codes.iter().any(|known| known == code)
    }

    /// The same without keys, and without what the server repeats of the report.
    pub(super) fn cleaned(mut self, scrubber: &Scrubber, sent: &[&str]) -> Self {
        let clean = |text: String| without_echo(&scrubber.text(&text), sent);
        self.message = self.message.map(clean);
        for field in [&mut self.code, &mut self.kind, &mut self.param, &mut self.request_id] {
            *field = field.take().map(|text| clip(&clean(text)));
        }
        self
    }
}

fn says_quota(message: &str) -> bool {
    let message = message.to_lowercase();
    words().quota_phrases.iter().any(|phrase| message.contains(phrase))
}

/// A string or number as text; empty strings count as absent.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.trim().is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `detail` as FastAPI writes it: text, or a list of places and messages. Its `input` is the request and is left out.
fn detail(value: &Value) -> Option<String> {
    let one = |item: &Value| {
        let place = item.get("loc").and_then(Value::as_array).into_iter().flatten().filter_map(scalar);
        let place = place.collect::<Vec<_>>().join(".");
        let message = item.get("msg").or_else(|| item.get("message")).and_then(scalar)?;
        Some(if place.is_empty() { message } else { format!("{place}: {message}") })
    };
    let list = || value.as_array()?.iter().filter_map(one).reduce(|all, next| format!("{all}; {next}"));
    scalar(value).or_else(|| one(value)).or_else(list)
}

/// The words of an HTML page or of plain text: a title says more than the page's scripts.
fn plain_text(body: &str) -> Option<String> {
    let lower = body.to_ascii_lowercase();
    let title = || {
        let start = lower.find("<title>")? + "<title>".len();
        let end = start + lower.get(start..)?.find("</title>")?;
        body.get(start..end).map(str::to_owned)
    };
    if !lower.trim_start().starts_with('<') {
        return Some(body.to_owned());
    }
    title().or_else(|| Some(without_tags(body)))
}

fn without_tags(html: &str) -> String {
    let mut inside = false;
    let keep = |c: char| {
        inside = (inside || c == '<') && c != '>';
        if inside || c == '>' { ' ' } else { c }
    };
    html.chars().take(MAX_MESSAGE * 10).map(keep).collect()
}

/// The start of a message on one line.
fn clip(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// The message with every run that also stands in the prompt replaced: servers echo the request, and logs must not.
pub(super) fn without_echo(message: &str, sent: &[&str]) -> String {
    let chars: Vec<char> = message.chars().collect();
    let was_sent = |run: &[char]| {
        let run: String = run.iter().collect();
        sent.iter().any(|words| words.contains(&run))
    };
    let mut echoed = vec![false; chars.len()];
    for (start, run) in chars.windows(MIN_ECHO).enumerate() {
        if was_sent(run) {
            echoed.iter_mut().skip(start).take(MIN_ECHO).for_each(|echoed| *echoed = true);
        }
    }
    let mut clean = String::new();
    for (c, echoed) in chars.into_iter().zip(echoed) {
        match (echoed, clean.ends_with('…')) {
            (false, _) => clean.push(c),
            (true, false) => clean.push('…'),
            (true, true) => {}
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: &str) -> ServerError {
        ServerError::read(400, &BTreeMap::new(), body)
    }

    #[test]
    fn every_known_shape_is_read() {
        let cases = [
            (r#"{"error":{"message":"m","type":"t","code":"c","param":"p"}}"#, Some("m"), Some("c"), Some("t")),
            (r#"[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]"#, Some("m"), Some("400"), Some("INVALID_ARGUMENT")),
            (r#"{"error":"m"}"#, Some("m"), None, None),
            (r#"{"message":"m","code":1302}"#, Some("m"), Some("1302"), None),
            (r#"{"object":"error","message":"m","type":"BadRequestError","code":400}"#, Some("m"), Some("400"), Some("BadRequestError")),
            (r#"{"detail":"m"}"#, Some("m"), None, None),
            (r#"{"detail":[{"loc":["body","tools"],"msg":"m","input":"the report"}]}"#, Some("body.tools: m"), None, None),
            (r#"{"error":{"message":"Provider returned error","metadata":{"raw":"m"}}}"#, Some("Provider returned error: m"), None, None),
            ("<html><head><TITLE>502 Bad\n Gateway</TITLE></head><body>x</body>", Some("502 Bad Gateway"), None, None),
            ("<p>too <b>many</b></p>", Some("too many"), None, None),
            ("upstream connect error", Some("upstream connect error"), None, None),
            ("", None, None, None),
            ("null", None, None, None),
            ("[]", None, None, None),
        ];
        for (body, message, code, kind) in cases {
            let error = read(body);
            let found = (error.message.as_deref(), error.code.as_deref(), error.kind.as_deref());
            assert_eq!(found, (message, code, kind), "{body}");
        }
    }

    #[test]
    fn money_is_told_from_rates() {
        let daily = json!([{"error": {"code": 429, "details": [{"violations": [{"quotaId": "RequestsPerDay-Free"}]}]}}]);
        let quota = [
            r#"{"error":{"code":"insufficient_quota"}}"#.to_owned(),
            r#"{"error":{"type":"credit_balance_exhausted"}}"#.to_owned(),
            r#"{"error":{"code":1113,"message":"x"}}"#.to_owned(),
            r#"{"error":{"message":"Insufficient Balance"}}"#.to_owned(),
            daily.to_string(),
        ];
        for body in quota {
            assert!(read(&body).quota, "{body}");
        }
        for body in [r#"{"error":{"code":"rate_limit_exceeded"}}"#, r#"{"error":{"code":1302}}"#] {
            assert!(!read(body).quota, "{body}");
        }
    }

    #[test]
    fn a_delay_in_the_body_is_found() {
        let body = json!([{"error": {"details": [{"@type": "…"}, {"retryDelay": "45.8s"}]}}]).to_string();
        assert_eq!(read(&body).retry_after, Some(Duration::from_millis(45_800)));
    }

    #[test]
    fn tokens_of_a_failure_are_found() {
        let usage = read(r#"{"error":"m","usage":{"prompt_tokens":7}}"#).usage.unwrap();
        assert_eq!(usage.prompt_tokens, 7);
    }

    #[test]
    fn neither_keys_nor_the_report_survive_cleaning() {
        let report = "上海证券发布研究报告，维持腾讯控股增持评级，目标价五百港元，风险提示见正文。";
        let body = json!({"error": {"message": format!("bad input '{report}' for sk-abcdefgh12345678")}}).to_string();
        let clean = read(&body).cleaned(&Scrubber::default(), &[report]);
        assert_eq!(clean.message.as_deref(), Some("bad input '…' for [redacted]"));
    }

    #[test]
    fn long_messages_are_clipped() {
        let message = read(&"长".repeat(5000)).message.unwrap();
        assert_eq!(message.chars().count(), MAX_MESSAGE + 1);
    }

    #[test]
    fn overflow_and_filter_are_known() {
        assert!(read(r#"{"error":{"type":"exceed_context_size_error","message":"x","code":400}}"#).is_context_overflow());
        assert!(read(r#"{"error":{"message":"This model's maximum context length is 8192 tokens"}}"#).is_context_overflow());
        assert!(!read(r#"{"error":{"message":"bad"}}"#).is_context_overflow());
        assert!(read(r#"{"error":{"code":"content_filter","message":"x"}}"#).is_content_filter());
    }
}
