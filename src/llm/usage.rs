//! Tokens counted by the server.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// Reads the `usage` member of a reply, whoever wrote it; `None` when there is none.
    pub(super) fn read(reply: &Value) -> Option<Self> {
        let usage = reply.get("usage").filter(|usage| usage.is_object())?;
        let first = |paths: &[&str]| paths.iter().find_map(|path| count(usage.pointer(path)?)).unwrap_or_default();
        let words = super::preset::words();
        let known = |paths: &[String]| paths.iter().find_map(|path| count(usage.pointer(path)?)).unwrap_or_default();
        let prompt_tokens = first(&["/prompt_tokens", "/input_tokens"]);
        let completion_tokens = first(&["/completion_tokens", "/output_tokens"]);
        let total = usage.get("total_tokens").and_then(count);
        Some(Self {
            prompt_tokens,
            completion_tokens,
            total_tokens: total.unwrap_or_else(|| prompt_tokens.saturating_add(completion_tokens)),
            cached_tokens: known(&words.cached_tokens),
            reasoning_tokens: known(&words.reasoning_tokens),
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
        assert_eq!(Usage::read(&json!({"usage": null})), None);
        assert_eq!(Usage::read(&json!([])), None);
    }

    #[test]
    fn sums_do_not_overflow() {
        let mut sum = Usage { prompt_tokens: u64::MAX, ..Usage::default() };
        sum += Usage { prompt_tokens: 1, completion_tokens: 2, ..Usage::default() };
        assert_eq!(sum, Usage { prompt_tokens: u64::MAX, completion_tokens: 2, ..Usage::default() });
    }
}
