//! A limit on tokens or money, shared by any number of documents and kept before a request is sent.
//!
//! What a request may cost at most is estimated and held back before it goes out; what it did cost takes that place when
//! the answer is there. So requests under way at once cannot pass the limit together. An answer that is longer than its
//! estimate still costs what it costs; `max_output_tokens` makes the estimate a bound.

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use rust_decimal::Decimal;

use super::money::{Currency, Money};
use super::price::Pricing;

/// How much may be spent, as it is typed: `0.50`, `0.50USD`, `20000tokens`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Tokens of prompts and answers together.
    Tokens(u64),
    /// Money; without a currency, in that of the model's price.
    Money {
        /// How much.
        amount: Decimal,
        /// Of what.
        currency: Option<Currency>,
    },
}

/// A text that is no budget.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no budget: give money like `0.50` or `0.50USD`, or tokens like `20000tokens`")]
pub struct LimitError(String);

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, LimitError> {
        let error = || LimitError(text.to_owned());
        let trimmed = text.trim();
        let split = trimmed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(trimmed.len());
        let (number, unit) = trimmed.split_at_checked(split).ok_or_else(error)?;
        match unit.trim() {
            "tokens" | "token" => number.parse().map(Self::Tokens).map_err(|_| error()),
            unit => {
                let amount = Decimal::from_str(number).map_err(|_| error())?;
                let currency = if unit.is_empty() { None } else { Some(Currency::parse(unit).ok_or_else(error)?) };
                Ok(Self::Money { amount, currency })
            }
        }
    }
}

/// What a budget is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Tokens,
    /// `None` where nothing costs anything.
    Money(Option<Currency>),
}

impl Unit {
    fn show(self, amount: Decimal) -> String {
        match self {
            Self::Tokens => format!("{} tokens", amount.normalize()),
            Self::Money(Some(currency)) => Money { amount, currency }.to_string(),
            Self::Money(None) => amount.normalize().to_string(),
        }
    }
}

/// How much may be spent and how much has been. One value serves any number of documents and models at once.
#[derive(Debug)]
pub struct Budget {
    pub(super) unit: Unit,
    limit: Decimal,
    ledger: Mutex<Ledger>,
}

#[derive(Debug, Default)]
struct Ledger {
    spent: Decimal,
    /// Held back for requests under way.
    held: Decimal,
}

/// A budget that no request of a model could be held against.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BudgetError {
    /// Nobody knows what the model costs.
    #[error("the price of `{model}` is not known, so a budget of money cannot be kept")]
    NoPrice {
        /// The model.
        model: String,
    },
    /// What is known of its price is too old.
    #[error("the price of `{model}` was read on {read} and is too old, so a budget of money cannot be kept")]
    OldPrice {
        /// The model.
        model: String,
        /// Day it was read.
        read: String,
    },
    /// The price is in another currency.
    #[error("the budget is in {budget}, the price of `{model}` in {price}")]
    Currency {
        /// The model.
        model: String,
        /// The budget's.
        budget: Currency,
        /// The price's.
        price: Currency,
    },
}

impl BudgetError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoPrice { .. } | Self::OldPrice { .. } => {
                "add the price as `[[price]]` to `sellside.toml`, or give the budget in tokens: `--budget 20000tokens`"
            }
            Self::Currency { .. } => "give the budget in the currency of the price; nothing is converted here",
        }
    }
}

/// A request that would pass the budget; it was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the budget of {limit} would be passed: {spent} spent or under way, the next request may take {next}")]
pub struct Exhausted {
    limit: String,
    spent: String,
    next: String,
}

impl Budget {
    /// A budget for a model of this price; [`Limit::Money`] without a currency takes the price's.
    pub fn new(limit: Limit, pricing: &Pricing) -> Self {
        let (unit, limit) = match limit {
            Limit::Tokens(tokens) => (Unit::Tokens, Decimal::from(tokens)),
            Limit::Money { amount, currency } => {
                let of_price = match pricing {
                    Pricing::Known(price) => Some(price.currency),
                    Pricing::Free | Pricing::Stale(_) | Pricing::Unknown => None,
                };
                (Unit::Money(currency.or(of_price)), amount)
            }
        };
        Self { unit, limit, ledger: Mutex::default() }
    }

    /// What has been spent, with its unit, for people.
    pub fn spent(&self) -> String {
        self.unit.show(self.ledger.lock().unwrap_or_else(PoisonError::into_inner).spent)
    }

    /// What may be spent, with its unit, for people.
    pub fn limit(&self) -> String {
        self.unit.show(self.limit)
    }

    /// Holds an amount back when it fits.
    pub(super) fn hold(&self, amount: Decimal) -> Result<(), Exhausted> {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = ledger.spent.saturating_add(ledger.held);
        if taken.saturating_add(amount) > self.limit {
            let show = |amount| self.unit.show(amount);
            return Err(Exhausted { limit: show(self.limit), spent: show(taken), next: show(amount) });
        }
        ledger.held = ledger.held.saturating_add(amount);
        Ok(())
    }

    /// Whether an amount would fit now.
    pub(super) fn has_room(&self, amount: Decimal) -> bool {
        let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.spent.saturating_add(ledger.held).saturating_add(amount) <= self.limit
    }

    /// Puts what was spent in the place of what was held.
    pub(super) fn settle(&self, held: Decimal, spent: Decimal) {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.held = ledger.held.saturating_sub(held).max(Decimal::ZERO);
        ledger.spent = ledger.spent.saturating_add(spent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_money_or_tokens() {
        let money = |text: &str, currency| Limit::Money { amount: text.parse().unwrap(), currency };
        assert_eq!("0.50".parse(), Ok(money("0.50", None)));
        assert_eq!("0.5 usd".parse(), Ok(money("0.5", Some(Currency::parse("USD").unwrap()))));
        assert_eq!("20000tokens".parse(), Ok(Limit::Tokens(20_000)));
        assert_eq!(" 7 tokens ".parse(), Ok(Limit::Tokens(7)));
        for text in ["", "much", "-1", "1.5tokens", "1e9", "0.50 dollars", "$1", "1元"] {
            assert!(text.parse::<Limit>().is_err(), "{text}");
        }
    }
}
