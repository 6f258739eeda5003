//! Holds requests against a budget: what one may take at most before it is sent, what it took when the answer is there.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value;

use super::budget::{Budget, BudgetError, Exhausted, Unit};
use super::error::Failure;
use super::http::{Lost, Received};
use super::price::Pricing;
use super::usage::Usage;
use crate::prompt::estimate_tokens;

/// Tokens of an answer where the request sets no limit: those of a long report's draft.
const ANSWER_TOKENS: u64 = 3000;

/// Tokens a message costs beside its words.
const MESSAGE_TOKENS: u64 = 4;

/// Holds a model's requests against a budget.
#[derive(Debug)]
pub(super) struct Meter {
    budget: Arc<Budget>,
    pricing: Pricing,
}

impl Meter {
    /// Checks that the model's requests can be counted in the budget's unit.
    pub(super) fn new(budget: Arc<Budget>, pricing: Pricing, model: &str) -> Result<Self, BudgetError> {
        let model = || model.to_owned();
        match (budget.unit, &pricing) {
            (Unit::Tokens, _) | (Unit::Money(_), Pricing::Free) => {}
            (Unit::Money(_), Pricing::Unknown) => return Err(BudgetError::NoPrice { model: model() }),
            (Unit::Money(_), Pricing::Stale(read)) => return Err(BudgetError::OldPrice { model: model(), read: read.clone() }),
            (Unit::Money(None), Pricing::Known(_)) => return Err(BudgetError::NoPrice { model: model() }),
            (Unit::Money(Some(currency)), Pricing::Known(price)) if currency != price.currency => {
                return Err(BudgetError::Currency { model: model(), budget: currency, price: price.currency });
            }
            (Unit::Money(Some(_)), Pricing::Known(_)) => {}
        }
        Ok(Self { budget, pricing })
    }

    /// Holds back what a request may cost at most, or says that it must not be sent.
    pub(super) fn hold(&self, body: &Value) -> Result<Hold<'_>, Exhausted> {
        let amount = self.amount(at_most(body)).unwrap_or(Decimal::MAX);
        self.budget.hold(amount)?;
        Ok(Hold { meter: self, amount, settled: false })
    }

    /// Whether the budget has room for a request, and for one more like it whose prompt is longer by `more` tokens.
    pub(super) fn has_room(&self, body: &Value, more: usize) -> bool {
        let first = at_most(body);
        let second = Usage { prompt_tokens: first.prompt_tokens.saturating_add(more as u64), ..first };
        let amount = |usage| self.amount(usage).unwrap_or(Decimal::MAX);
        self.budget.has_room(amount(first).saturating_add(amount(second)))
    }

    /// Tokens in the budget's unit; `None` where they have no known price.
    fn amount(&self, usage: Usage) -> Option<Decimal> {
        match (self.budget.unit, &self.pricing) {
            (Unit::Tokens, _) => Some(Decimal::from(usage.prompt_tokens).saturating_add(Decimal::from(usage.completion_tokens))),
            (Unit::Money(_), Pricing::Known(price)) => Some(price.of(usage)?.amount),
            (Unit::Money(_), Pricing::Free) => Some(Decimal::ZERO),
            (Unit::Money(_), Pricing::Stale(_) | Pricing::Unknown) => None,
        }
    }
}

/// What is held back for one request under way. Dropped unsettled (Ctrl-C, a lost task), it counts as spent: the provider
/// may have answered all the same.
#[derive(Debug)]
pub(super) struct Hold<'a> {
    meter: &'a Meter,
    amount: Decimal,
    settled: bool,
}

impl Hold<'_> {
    /// Puts what the answer cost in the place of what was held. Without a count of tokens, a refusal costs nothing and
    /// anything else what was held.
    pub(super) fn settle(mut self, outcome: &Result<Received, Lost>) {
        let counted = match outcome {
            Ok(received) => Usage::of(received),
            Err(_) => None,
        };
        let free = match outcome {
            Ok(received) => !(200..300).contains(&received.status),
            Err(lost) => matches!(lost.failure, Failure::Connect { .. }),
        };
        let spent = match counted {
            Some(usage) => self.meter.amount(usage).unwrap_or(self.amount),
            None if free => Decimal::ZERO,
            None => self.amount,
        };
        self.settled = true;
        self.meter.budget.settle(self.amount, spent);
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.meter.budget.settle(self.amount, self.amount);
        }
    }
}

/// Tokens a request may take at most, as far as that can be told without the model's tokenizer: words and schema as
/// [`estimate_tokens`] has them and a third more, since tokenizers differ by that much on Chinese, and the answer's limit.
pub(super) fn at_most(body: &Value) -> Usage {
    let words: u64 = body.get("messages").and_then(Value::as_array).into_iter().flatten().map(message_tokens).sum();
    // Servers write the schema into the prompt; it is counted where it is sent.
    let schema: u64 =
        ["response_format", "tools"].into_iter().filter_map(|name| body.get(name)).map(|part| tokens(&part.to_string())).sum();
    let prompt = words.saturating_add(schema);
    let limits = ["max_completion_tokens", "max_tokens", "max_output_tokens"];
    let answer = limits.into_iter().find_map(|name| body.get(name)?.as_u64()).unwrap_or(ANSWER_TOKENS);
    Usage { prompt_tokens: prompt.saturating_add(prompt.div_ceil(3)), completion_tokens: answer, ..Usage::default() }
}

fn message_tokens(message: &Value) -> u64 {
    let words = match message.get("content") {
        Some(Value::String(text)) => tokens(text),
        Some(other) => tokens(&other.to_string()),
        None => 0,
    };
    let calls = message.get("tool_calls").map_or(0, |calls| tokens(&calls.to_string()));
    words.saturating_add(calls).saturating_add(MESSAGE_TOKENS)
}

fn tokens(text: &str) -> u64 {
    estimate_tokens(text) as u64
}

#[cfg(test)]
mod tests {
    use super::super::money::Currency;
    use super::super::price::Price;
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn usd() -> Currency {
        Currency::parse("USD").unwrap()
    }

    /// A dollar for a thousand tokens either way.
    fn price() -> Pricing {
        let rate = Decimal::from(1000);
        Pricing::Known(Price {
            currency: usd(),
            input: rate,
            cached_input: rate,
            output: rate,
            up_to_prompt_tokens: None,
            origin: String::new(),
        })
    }

    fn meter(limit: &str, pricing: Pricing) -> Meter {
        let budget = Budget::new(limit.parse().unwrap(), &pricing);
        Meter::new(Arc::new(budget), pricing, "m").unwrap()
    }

    /// 4 + 4 tokens and a third, with room for 89 of answer: 100.
    fn request() -> Value {
        json!({"messages": [{"role": "user", "content": "买入增持。"}], "max_tokens": 89})
    }

    fn answer(status: u16, usage: &Value) -> Received {
        let body = json!({ "usage": usage });
        Received { status, headers: BTreeMap::new(), body: body.to_string(), json: Some(body) }
    }

    fn lost(failure: Failure) -> Result<Received, Lost> {
        Err(Lost { failure, status: None })
    }

    #[test]
    fn a_request_that_would_pass_the_budget_is_not_sent() {
        let meter = meter("250tokens", Pricing::Unknown);
        assert_eq!(at_most(&request()).prompt_tokens + 89, 100);
        meter.hold(&request()).unwrap().settle(&Ok(answer(200, &json!({"prompt_tokens": 60, "completion_tokens": 60}))));
        meter.hold(&request()).unwrap().settle(&Ok(answer(200, &json!({"prompt_tokens": 30, "completion_tokens": 0}))));
        assert_eq!(meter.budget.spent(), "150 tokens");
        meter.hold(&request()).unwrap().settle(&Ok(answer(200, &json!({"prompt_tokens": 1, "completion_tokens": 0}))));
        let refused = meter.hold(&request()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the budget of 250 tokens would be passed: 151 tokens spent or under way, the next request may take 100 tokens"
        );
    }

    #[test]
    fn requests_under_way_count_at_once_and_give_back_what_they_did_not_use() {
        let meter = meter("0.25", price());
        let (first, second) = (meter.hold(&request()).unwrap(), meter.hold(&request()).unwrap());
        assert!(meter.hold(&request()).is_err(), "0.20 USD are under way");
        first.settle(&Ok(answer(200, &json!({"prompt_tokens": 10, "completion_tokens": 10}))));
        assert_eq!(meter.budget.spent(), "0.02 USD");
        let third = meter.hold(&request()).unwrap();
        // Nobody waits for these any more; the provider may have answered.
        drop(second);
        drop(third);
        assert_eq!(meter.budget.spent(), "0.22 USD");
    }

    #[test]
    fn failures_cost_what_the_provider_may_charge() {
        let spent = |outcome: Result<Received, Lost>| {
            let meter = meter("1000tokens", Pricing::Unknown);
            meter.hold(&request()).unwrap().settle(&outcome);
            meter.budget.spent()
        };
        assert_eq!(spent(Ok(answer(429, &Value::Null))), "0 tokens");
        assert_eq!(spent(Ok(answer(500, &json!({"prompt_tokens": 7})))), "7 tokens");
        assert_eq!(spent(Ok(answer(200, &Value::Null))), "100 tokens");
        assert_eq!(spent(lost(Failure::Timeout)), "100 tokens");
        assert_eq!(spent(lost(Failure::Connect { reason: "refused".to_owned() })), "0 tokens");
    }

    #[test]
    fn money_needs_a_price_in_its_own_currency() {
        let make = |limit: &str, pricing: Pricing| {
            let budget = Budget::new(limit.parse().unwrap(), &pricing);
            Meter::new(Arc::new(budget), pricing, "m").map(|_| ()).map_err(|error| error.to_string())
        };
        assert!(make("1", price()).is_ok() && make("1USD", price()).is_ok() && make("5tokens", Pricing::Unknown).is_ok());
        assert_eq!(make("1CNY", price()), Err("the budget is in CNY, the price of `m` in USD".to_owned()));
        assert_eq!(make("1", Pricing::Unknown), Err("the price of `m` is not known, so a budget of money cannot be kept".to_owned()));
        assert!(make("1", Pricing::Stale("2020-01-01".to_owned())).unwrap_err().contains("read on 2020-01-01"));
        let meter = meter("0", Pricing::Free);
        assert!(meter.hold(&request()).is_ok(), "a server on this machine costs nothing");
    }

    #[test]
    fn what_is_sent_decides_the_estimate() {
        let plain = at_most(&request());
        let schema = json!({"type": "json_schema", "json_schema": {"schema": {"type": "object"}}});
        let mut with_schema = request();
        with_schema["response_format"] = schema;
        assert!(at_most(&with_schema).prompt_tokens > plain.prompt_tokens);
        let mut unlimited = request();
        unlimited["max_tokens"] = Value::Null;
        assert_eq!(at_most(&unlimited).completion_tokens, ANSWER_TOKENS);
        assert_eq!(at_most(&json!([])), Usage { completion_tokens: ANSWER_TOKENS, ..Usage::default() });
    }
}
