//! Tokens counted by the server, in every provider's spelling.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::http::Received;

/// Tokens counted by the server, as far as it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Tokens of the answer, thoughts included.
    pub completion_tokens: u64,
    /// Both together.
    pub total_tokens: u64,
    /// Tokens of the prompt that were served from the provider's cache.
    pub cached_tokens: u64,
    /// Tokens of the answer that were thoughts.
    pub reasoning_tokens: u64,
}

impl Usage {
    /// Reads what a reply says, a failed one too.
    pub(super) fn of(received: &Received) -> Option<Self> {
        match &received.json {
            Some(json) => Self::read(json),
            None => Self::read(&serde_json::from_str(&received.body).ok()?),
        }
    }

    /// Reads the `usage` member of a reply, whoever wrote it; `None` when there is none.
    ///
    /// Gemini's compatible endpoint and others leave thoughts out of `completion_tokens` and count them in the total alone
    /// (mozilla-ai/any-llm#1290, prism-php/prism#1017); they are charged as answer, so they are counted as answer.
    pub(super) fn read(reply: &Value) -> Option<Self> {
        let usage = ["usage", "usageMetadata"].into_iter().find_map(|name| reply.get(name)).filter(|usage| usage.is_object())?;
        let first = |paths: &[&str]| paths.iter().find_map(|path| count(usage.pointer(path)?));
        let words = super::preset::words();
        let known = |paths: &[String]| paths.iter().find_map(|path| count(usage.pointer(path)?)).unwrap_or_default();
        let named = |paths: &[&str]| first(paths).unwrap_or_default();
        // DeepSeek names hits and misses; a proxy may pass on nothing else.
        let parts = || Some(first(&["/prompt_cache_hit_tokens"])?.saturating_add(first(&["/prompt_cache_miss_tokens"])?));
        let prompt_tokens = first(&["/prompt_tokens", "/input_tokens", "/promptTokenCount"]).or_else(parts).unwrap_or_default();
        let answered = named(&["/completion_tokens", "/output_tokens", "/candidatesTokenCount"]);
        let total = first(&["/total_tokens", "/totalTokenCount"]);
        let completion_tokens = answered.max(total.unwrap_or_default().saturating_sub(prompt_tokens));
        Some(Self {
            prompt_tokens,
            completion_tokens,
            total_tokens: total.unwrap_or_default().max(prompt_tokens.saturating_add(completion_tokens)),
            cached_tokens: known(&words.cached_tokens).min(prompt_tokens),
            reasoning_tokens: known(&words.reasoning_tokens).max(completion_tokens - answered).min(completion_tokens),
        })
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        // A hostile server must not be able to overflow a sum.
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        add(&mut self.prompt_tokens, other.prompt_tokens);
        add(&mut self.completion_tokens, other.completion_tokens);
        add(&mut self.total_tokens, other.total_tokens);
        add(&mut self.cached_tokens, other.cached_tokens);
        add(&mut self.reasoning_tokens, other.reasoning_tokens);
    }
}

/// A count, also where a server wrote `12.0` or `"12"`.
fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| number.to_string().strip_suffix(".0")?.parse().ok()),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_what_servers_write() {
        let openai = json!({"usage": {
            "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120,
            "prompt_tokens_details": {"cached_tokens": 64}, "completion_tokens_details": {"reasoning_tokens": 8},
        }});
        let expected = Usage { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, cached_tokens: 64, reasoning_tokens: 8 };
        assert_eq!(Usage::read(&openai), Some(expected));
        let deepseek = json!({"usage": {"prompt_tokens": 9.0, "completion_tokens": "1", "prompt_cache_hit_tokens": 3}});
        let expected = Usage { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10, cached_tokens: 3, reasoning_tokens: 0 };
        assert_eq!(Usage::read(&deepseek), Some(expected));
        let read = |usage: Value| Usage::read(&json!({ "usage": usage })).unwrap();
        let counts = |usage: Usage| [usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, usage.reasoning_tokens];
        // DeepSeek's split alone; Moonshot; the names of newer interfaces; a proxy in front of Claude.
        assert_eq!(counts(read(json!({"prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36}))), [100, 64, 0, 0]);
        assert_eq!(counts(read(json!({"prompt_tokens": 8, "completion_tokens": 2, "cached_tokens": 5}))), [8, 5, 2, 0]);
        let newer = json!({"input_tokens": 8, "output_tokens": 4, "input_tokens_details": {"cached_tokens": 6}, "output_tokens_details": {"reasoning_tokens": 3}});
        assert_eq!(counts(read(newer)), [8, 6, 4, 3]);
        assert_eq!(counts(read(json!({"prompt_tokens": 8, "completion_tokens": 2, "cache_read_input_tokens": 7}))), [8, 7, 2, 0]);
        // More cached than sent, more thought than said: no server is believed that far.
        let wild = json!({"prompt_tokens": 8, "completion_tokens": 2, "cached_tokens": 99, "reasoning_tokens": 99});
        assert_eq!(counts(read(wild)), [8, 8, 2, 2]);
        assert_eq!(Usage::read(&json!({"usage": null})), None);
        assert_eq!(Usage::read(&json!([])), None);
    }

    #[test]
    fn thoughts_that_only_the_total_counts_are_answer() {
        let gemini = json!({"usage": {"prompt_tokens": 20, "completion_tokens": 198, "total_tokens": 623}});
        let expected = Usage { prompt_tokens: 20, completion_tokens: 603, total_tokens: 623, cached_tokens: 0, reasoning_tokens: 405 };
        assert_eq!(Usage::read(&gemini), Some(expected));
        let native = json!({"usageMetadata": {
            "promptTokenCount": 21, "cachedContentTokenCount": 16, "candidatesTokenCount": 5, "thoughtsTokenCount": 60, "totalTokenCount": 86,
        }});
        let expected = Usage { prompt_tokens: 21, completion_tokens: 65, total_tokens: 86, cached_tokens: 16, reasoning_tokens: 60 };
        assert_eq!(Usage::read(&native), Some(expected));
    }

    #[test]
    fn sums_do_not_overflow() {
        let mut sum = Usage { prompt_tokens: u64::MAX, ..Usage::default() };
        sum += Usage { prompt_tokens: 1, completion_tokens: 2, ..Usage::default() };
        assert_eq!(sum, Usage { prompt_tokens: u64::MAX, completion_tokens: 2, ..Usage::default() });
    }
}
