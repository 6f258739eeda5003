//! Decimal amounts, kept as printed.

use std::{borrow::Cow, fmt, str::FromStr};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The most significant digits an amount may have, so that a JSON number carries it unchanged.
const MAX_DIGITS: usize = 15;

/// A decimal number as printed, never a binary approximation of it.
///
/// In JSON it is a number. At most 15 significant digits are accepted: that many survive every JSON reader that
/// stores numbers as 64-bit floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// A string that is not a decimal number of at most 15 significant digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a decimal number of at most {MAX_DIGITS} digits")]
pub struct AmountError(String);

impl Amount {
    /// The whole number `value`.
    pub fn from_int(value: i64) -> Self {
        Self(Decimal::from(value))
    }

    /// The underlying decimal.
    pub fn as_decimal(self) -> Decimal {
        self.0
    }

    /// Whether the amount is below zero.
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// The same amount with the opposite sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(-self.0)
    }

    /// The amount without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// Reads a number as reports print it: thousand separators, full-width digits, a leading `+`, accounting
    /// parentheses for negatives. Blanks inside are dropped.
    ///
    /// # Errors
    /// When nothing but such a number stands in `text`, or it has more than 15 significant digits.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let folded: String = text.chars().filter_map(fold_digit).collect();
        let (body, negative) = match folded.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(inner) => (inner, true),
            None => (folded.as_str(), false),
        };
        let body = body.strip_prefix('+').unwrap_or(body);
        let error = || AmountError(text.to_owned());
        if body.chars().filter(char::is_ascii_digit).count() > MAX_DIGITS || !body.contains(|c: char| c.is_ascii_digit()) {
            return Err(error());
        }
        let value = Decimal::from_str(body).map_err(|_| error())?;
        Ok(Self(if negative { -value } else { value }))
    }
}

fn fold_digit(c: char) -> Option<char> {
    match c {
        ',' | '，' | ' ' | '\u{a0}' | '\u{3000}' => None,
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        '．' => Some('.'),
        '－' | '−' | '﹣' | '–' | '—' => Some('-'),
        '＋' => Some('+'),
        '（' => Some('('),
        '）' => Some(')'),
        other => Some(other),
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(whole) = self.0.to_i64().filter(|_| self.0.fract().is_zero()) {
            return serializer.serialize_i64(whole);
        }
        match self.0.to_string().parse::<f64>() {
            Ok(value) => serializer.serialize_f64(value),
            Err(_) => serializer.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        Self::parse(&number.to_string()).map_err(de::Error::custom)
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_as_reports_print_them() {
        for (text, expected) in
            [("43.82", "43.82"), ("1,234.50", "1234.5"), ("（163）", "-163"), ("－１５", "-15"), ("+20", "20"), ("58,907.62", "58907.62")]
        {
            assert_eq!(Amount::parse(text).map(|a| a.to_string()), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_number() {
        for text in ["", "-", "买入", "1.2.3", "12345678901234567", "1e5x", "()"] {
            assert!(Amount::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn json_keeps_the_printed_digits() {
        for text in ["612.6", "43.82", "690", "-0.27", "123456789012.345"] {
            let amount = Amount::parse(text).unwrap();
            let json = serde_json::to_string(&amount).unwrap();
            assert_eq!(json, text);
            assert_eq!(serde_json::from_str::<Amount>(&json).unwrap(), amount);
        }
    }
}
