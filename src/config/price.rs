//! What a model costs, as it stands in a file: the embedded table and a user's own `[[price]]`.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// Prices of one or several models, per million tokens.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceRow {
    /// Host of the server, `*` and `?` allowed: `api.deepseek.com`, `*.openai.azure.com`. Default: any host.
    #[serde(default)]
    pub host: Option<String>,
    /// Model as the server knows it, `*` and `?` allowed.
    pub model: String,
    /// ISO 4217 code, such as `CNY`.
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    pub currency: String,
    /// A million tokens of the prompt.
    #[serde(deserialize_with = "decimal")]
    #[schemars(with = "f64", range(min = 0.0))]
    pub input: Decimal,
    /// A million tokens of the prompt that the provider had in its cache. Default: as `input`.
    #[serde(default, deserialize_with = "optional")]
    #[schemars(with = "Option<f64>", range(min = 0.0))]
    pub cached_input: Option<Decimal>,
    /// A million tokens of the answer, thoughts included.
    #[serde(deserialize_with = "decimal")]
    #[schemars(with = "f64", range(min = 0.0))]
    pub output: Decimal,
    /// Tokens of the longest prompt these prices hold for; longer ones have no known price.
    #[serde(default)]
    pub up_to_prompt_tokens: Option<u64>,
    /// Last day these prices hold, where the provider names one: YYYY-MM-DD.
    #[serde(default)]
    pub until: Option<String>,
    /// Day they were read: YYYY-MM-DD.
    #[serde(default)]
    pub read: Option<String>,
    /// Where they were read.
    #[serde(default)]
    pub source: Option<String>,
    /// What the same costs in the provider's Batch API. Default: not known.
    #[serde(default)]
    pub batch: Option<BatchPrice>,
}

/// Prices in a provider's Batch API, per million tokens, in the currency of the row they stand in.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchPrice {
    /// A million tokens of the prompt.
    #[serde(deserialize_with = "decimal")]
    #[schemars(with = "f64", range(min = 0.0))]
    pub input: Decimal,
    /// A million tokens of the prompt that the provider had in its cache. Default: as `input`.
    #[serde(default, deserialize_with = "optional")]
    #[schemars(with = "Option<f64>", range(min = 0.0))]
    pub cached_input: Option<Decimal>,
    /// A million tokens of the answer, thoughts included.
    #[serde(deserialize_with = "decimal")]
    #[schemars(with = "f64", range(min = 0.0))]
    pub output: Decimal,
    /// Day they were read: YYYY-MM-DD.
    #[serde(default)]
    pub read: Option<String>,
    /// Where they were read.
    #[serde(default)]
    pub source: Option<String>,
}

impl PriceRow {
    /// The first field that cannot be used, and what it must be.
    pub(super) fn fault(&self) -> Option<(&'static str, &'static str)> {
        let negative = |price: &Decimal| price.is_sign_negative() && !price.is_zero();
        let bad_day = |day: &Option<String>| day.as_deref().is_some_and(|day| !looks_like_a_day(day));
        let batch = self.batch.as_ref();
        let of_batch = |price: fn(&BatchPrice) -> Option<&Decimal>| batch.and_then(price).is_some_and(negative);
        let faults = [
            ("model", self.model.trim().is_empty(), "the name of a model"),
            ("currency", !is_currency(&self.currency), "a code of three capital letters, such as `CNY`"),
            ("input", negative(&self.input), "at least 0"),
            ("cached_input", self.cached_input.as_ref().is_some_and(negative), "at least 0"),
            ("output", negative(&self.output), "at least 0"),
            ("until", bad_day(&self.until), "a day like 2026-12-31"),
            ("read", bad_day(&self.read), "a day like 2026-12-31"),
            ("batch.input", of_batch(|batch| Some(&batch.input)), "at least 0"),
            ("batch.cached_input", of_batch(|batch| batch.cached_input.as_ref()), "at least 0"),
            ("batch.output", of_batch(|batch| Some(&batch.output)), "at least 0"),
            ("batch.read", batch.is_some_and(|batch| bad_day(&batch.read)), "a day like 2026-12-31"),
        ];
        faults.into_iter().find(|(_, wrong, _)| *wrong).map(|(field, _, expected)| (field, expected))
    }
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn looks_like_a_day(text: &str) -> bool {
    text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    deserializer.deserialize_any(AsWritten)
}

fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    deserializer.deserialize_any(AsWritten).map(Some)
}

/// A number of a settings file as the decimal that was written there, not its binary neighbour.
struct AsWritten;

impl Visitor<'_> for AsWritten {
    type Value = Decimal;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a price, a number")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Decimal, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Decimal, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Decimal, E> {
        // The shortest text that reads back as this number is what was typed.
        Decimal::from_str(&value.to_string()).map_err(|_| E::custom("no price"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    #[test]
    fn prices_are_the_decimals_that_were_written() {
        let config = Config::parse(
            "[[price]]\nhost = 'api.x.cn'\nmodel = 'm-*'\ncurrency = 'CNY'\ninput = 0.1\ncached_input = 0.02\noutput = 4\n\
             [[price]]\nmodel = 'n'\ncurrency = 'USD'\ninput = 3\noutput = 15.75\n",
        )
        .unwrap();
        let shown: Vec<String> = config.price.iter().map(|row| format!("{} {:?} {}", row.input, row.cached_input, row.output)).collect();
        assert_eq!(shown, ["0.1 Some(0.02) 4", "3 None 15.75"]);
    }

    #[test]
    fn a_row_that_cannot_be_used_is_named() {
        let row = |more: &str| format!("[[price]]\nmodel = 'm'\ncurrency = 'CNY'\noutput = 1\n{more}\n");
        let cases = [
            (row("input = -1"), "`price.0.input` must be at least 0"),
            (row("input = 1\nread = 'yesterday'"), "`price.0.read` must be a day like 2026-12-31"),
            (row("input = 1").replace("CNY", "yuan"), "`price.0.currency` must be a code of three capital letters"),
            (row("input = 1\nbatch = { input = -1, output = 1 }"), "`price.0.batch.input` must be at least 0"),
            (row("input = 'much'"), "could not read `price.input` at line 5"),
        ];
        for (text, expected) in cases {
            let message = Config::parse(&text).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}\n  expected {expected}");
        }
    }
}
