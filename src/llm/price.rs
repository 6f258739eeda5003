//! What requests cost: a dated table, prices of the user's own, and the tokens the server counted. Pure.

use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Attempt;
use super::address::Address;
use super::money::{Currency, Money};
use super::usage::Usage;
use crate::config::{BatchPrice, PriceRow};
use crate::domain::Date;

/// Days after which a row of the embedded table says nothing any more.
pub const STALE_AFTER_DAYS: i32 = 180;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    price: Vec<PriceRow>,
}

/// The embedded table; a test holds it against every rule of this module.
static EMBEDDED: LazyLock<Vec<PriceRow>> =
    LazyLock::new(|| toml::from_str::<Table>(include_str!("prices.toml")).map(|table| table.price).unwrap_or_default());

/// Prices to look models up in: the user's own, then the embedded table.
#[derive(Clone, Debug, Default)]
pub struct PriceList {
    own: Vec<PriceRow>,
}

/// What is known of a model's price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pricing {
    /// The server is on this machine.
    Free,
    /// It costs this much.
    Known(Price),
    /// The table has a row, too old to be believed or past its last day; the day it was read.
    Stale(String),
    /// No row fits.
    Unknown,
}

/// Prices per million tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Of all amounts.
    pub currency: Currency,
    /// A million tokens of the prompt.
    pub input: Decimal,
    /// A million tokens of the prompt from the provider's cache.
    pub cached_input: Decimal,
    /// A million tokens of the answer, thoughts included.
    pub output: Decimal,
    /// Longest prompt these prices hold for, in tokens.
    pub up_to_prompt_tokens: Option<u64>,
    /// Where and when they were read, for people.
    pub origin: String,
}

/// What several requests cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Nothing.
    Free,
    /// This much.
    Known {
        /// The sum of all requests whose tokens the server counted, failed ones too.
        money: Money,
        /// Requests that may have been charged and came back without a count.
        uncounted: usize,
    },
    /// Nobody can say.
    Unknown,
}

impl Cost {
    /// Both together; `None` where nobody can say.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Free, other) | (other, Self::Free) => (other != Self::Unknown).then_some(other),
            (Self::Known { money, uncounted }, Self::Known { money: more, uncounted: others }) if money.currency == more.currency => {
                let amount = money.amount.checked_add(more.amount)?;
                Some(Self::Known { money: Money { amount, ..money }, uncounted: uncounted.saturating_add(others) })
            }
            (Self::Known { .. } | Self::Unknown, Self::Known { .. } | Self::Unknown) => None,
        }
    }
}

impl PriceList {
    /// The embedded table with the user's own rows before it.
    pub fn new(own: &[PriceRow]) -> Self {
        Self { own: own.to_vec() }
    }

    /// The price of a model at a base URL on a day. The first row that fits decides: the user's own, which never grow
    /// stale, then nothing for servers on this machine, then the embedded table.
    pub fn pricing(&self, base_url: &str, model: &str, today: Date) -> Pricing {
        self.find(base_url, model, today, false)
    }

    /// The same for questions that go with the provider's batches; unknown where the row has no prices of them.
    pub fn batch_pricing(&self, base_url: &str, model: &str, today: Date) -> Pricing {
        self.find(base_url, model, today, true)
    }

    fn find(&self, base_url: &str, model: &str, today: Date, with_batch: bool) -> Pricing {
        let Ok(address) = Address::parse(base_url, model, None) else { return Pricing::Unknown };
        let fits = |row: &&PriceRow| row.host.as_deref().is_none_or(|host| matches(host, &address.host)) && matches(&row.model, model);
        if let Some(row) = self.own.iter().find(fits) {
            return rates(row, with_batch).and_then(|rates| rates.price(row, "your own")).map_or(Pricing::Unknown, Pricing::Known);
        }
        if address.loopback {
            return Pricing::Free;
        }
        let Some(row) = EMBEDDED.iter().find(fits) else { return Pricing::Unknown };
        let Some(rates) = rates(row, with_batch) else { return Pricing::Unknown };
        let read = rates.read.unwrap_or_default();
        let fresh = Date::parse(read).is_some_and(|day| day.days_to(today) <= STALE_AFTER_DAYS);
        let holds = row.until.as_deref().is_none_or(|until| Date::parse(until).is_some_and(|until| today <= until));
        if !fresh || !holds {
            return Pricing::Stale(read.to_owned());
        }
        let origin = format!("read {read}, {}", rates.source.unwrap_or_default());
        rates.price(row, &origin).map_or(Pricing::Unknown, Pricing::Known)
    }
}

/// What of a row is charged.
struct Rates<'a> {
    input: Decimal,
    cached_input: Option<Decimal>,
    output: Decimal,
    read: Option<&'a str>,
    source: Option<&'a str>,
}

/// What of a row is charged for a request alone, or for one that goes with a batch.
fn rates(row: &PriceRow, with_batch: bool) -> Option<Rates<'_>> {
    if with_batch {
        let BatchPrice { input, cached_input, output, read, source } = row.batch.as_ref()?;
        return Some(Rates {
            input: *input,
            cached_input: *cached_input,
            output: *output,
            read: read.as_deref(),
            source: source.as_deref(),
        });
    }
    let PriceRow { input, cached_input, output, read, source, .. } = row;
    Some(Rates { input: *input, cached_input: *cached_input, output: *output, read: read.as_deref(), source: source.as_deref() })
}

impl Rates<'_> {
    fn price(&self, row: &PriceRow, origin: &str) -> Option<Price> {
        Some(Price {
            currency: Currency::parse(&row.currency)?,
            input: self.input,
            cached_input: self.cached_input.unwrap_or(self.input),
            output: self.output,
            up_to_prompt_tokens: row.up_to_prompt_tokens,
            origin: origin.to_owned(),
        })
    }
}

impl Price {
    /// What these tokens cost; `None` for a prompt too long for these prices, or a sum no decimal holds.
    pub fn of(&self, usage: Usage) -> Option<Money> {
        if self.up_to_prompt_tokens.is_some_and(|most| usage.prompt_tokens > most) {
            return None;
        }
        let cached = usage.cached_tokens.min(usage.prompt_tokens);
        let part = |tokens: u64, price: Decimal| Decimal::from(tokens).checked_mul(price);
        let sum = part(usage.prompt_tokens - cached, self.input)?
            .checked_add(part(cached, self.cached_input)?)?
            .checked_add(part(usage.completion_tokens, self.output)?)?;
        Some(Money { amount: sum.checked_div(Decimal::from(1_000_000))?, currency: self.currency })
    }
}

impl Pricing {
    /// What these requests cost together.
    pub fn cost(&self, attempts: &[Attempt]) -> Cost {
        let price = match self {
            Self::Free => return Cost::Free,
            Self::Stale(_) | Self::Unknown => return Cost::Unknown,
            Self::Known(price) => price,
        };
        let mut amount = Decimal::ZERO;
        for usage in attempts.iter().filter_map(|attempt| attempt.usage) {
            let Some(sum) = price.of(usage).and_then(|money| amount.checked_add(money.amount)) else { return Cost::Unknown };
            amount = sum;
        }
        // A refusal costs nothing; an answer without a count, or one that broke off, may have.
        let may_cost = |attempt: &&Attempt| {
            !attempt.kept && attempt.usage.is_none() && attempt.status.is_none_or(|status| (200..300).contains(&status))
        };
        Cost::Known { money: Money { amount, currency: price.currency }, uncounted: attempts.iter().filter(may_cost).count() }
    }
}

/// Whether a name fits a pattern of `*` (any run) and `?` (any one character), without regard to ASCII case.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.trim().chars().collect(), name.trim().chars().collect());
    let (mut at, mut from) = (0, 0);
    // Where the last `*` stands, and how far it has eaten.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = name.get(from) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, from));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted.eq_ignore_ascii_case(letter) => {
                at += 1;
                from += 1;
            }
            Some(_) | None => {
                let Some((after, eaten)) = star else { return false };
                star = Some((after, eaten + 1));
                at = after;
                from = eaten + 1;
            }
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|c| *c == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::domain::record::Grading;
    use std::time::Duration;

    const DEEPSEEK: &str = "https://api.deepseek.com/v1";

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn known(pricing: Pricing) -> Price {
        let Pricing::Known(price) = pricing else { panic!("{pricing:?}") };
        price
    }

    fn usage(prompt: u64, cached: u64, answer: u64) -> Usage {
        Usage { prompt_tokens: prompt, cached_tokens: cached, completion_tokens: answer, ..Usage::default() }
    }

    fn attempt(status: Option<u16>, usage: Option<Usage>) -> Attempt {
        Attempt::new(Grading::Prompt, status, usage, Duration::ZERO)
    }

    #[test]
    fn every_row_of_the_table_names_its_source_and_its_day() {
        assert!(EMBEDDED.len() >= 10, "the table could not be read");
        for row in EMBEDDED.iter() {
            assert!(Currency::parse(&row.currency).is_some() && row.host.is_some(), "{row:?}");
            assert!(row.read.as_deref().and_then(Date::parse).is_some(), "{row:?}");
            assert!(row.source.as_deref().is_some_and(|source| source.starts_with("https://")), "{row:?}");
            assert!(row.input.is_sign_positive() && row.output >= row.input, "{row:?}");
            assert!(row.cached_input.is_none_or(|cached| cached < row.input), "{row:?}");
            let Some(batch) = &row.batch else { continue };
            assert!(batch.read.as_deref().and_then(Date::parse).is_some(), "{row:?}");
            assert!(batch.source.as_deref().is_some_and(|source| source.starts_with("https://")), "{row:?}");
            assert!(batch.input < row.input && batch.output < row.output, "no discount: {row:?}");
            assert!(batch.cached_input.is_none_or(|cached| cached <= batch.input), "{row:?}");
        }
    }

    #[test]
    fn cached_tokens_cost_less_and_thoughts_count_as_answer() {
        let price = known(PriceList::default().pricing(DEEPSEEK, "DeepSeek-Flash", day("2026-11-24")));
        let cost = price.of(usage(10_000, 4_000, 1_000)).unwrap();
        // 6,000 × 2 + 4,000 × 0.04 + 1,000 × 8, per million.
        assert_eq!(cost.to_string(), "0.02016 CNY");
        // A server that claims more cached tokens than there are is not paid for it.
        assert_eq!(price.of(usage(10, 99, 0)), price.of(usage(10, 10, 0)));
        assert!(price.origin.starts_with("read 2026-10-17, https://api-docs.deepseek.com/"), "{}", price.origin);
    }

    #[test]
    fn batches_cost_what_the_row_says_of_them_and_else_nobody_knows() {
        let (list, openai) = (PriceList::default(), "https://api.openai.com/v1");
        let nano = known(list.batch_pricing(openai, "gpt-5-nano", day("2026-11-24")));
        // 6,000 × 0.025 + 4,000 × 0.0025 + 1,000 × 0.20, per million.
        assert_eq!(nano.of(usage(10_000, 4_000, 1_000)).unwrap().to_string(), "0.00036 USD");
        assert_eq!(list.batch_pricing(DEEPSEEK, "deepseek-flash", day("2026-11-24")), Pricing::Unknown, "it has no Batch API");
        assert!(matches!(list.batch_pricing(openai, "gpt-5-nano", day("2027-11-24")), Pricing::Stale(_)));
        assert_eq!(list.batch_pricing("http://127.0.0.1:1/v1", "m", day("2026-11-24")), Pricing::Free);
        let config = Config::parse(
            "[[price]]\nmodel = 'm'\ncurrency = 'CNY'\ninput = 8\noutput = 20\nbatch = { input = 4, output = 10 }\n\
             [[price]]\nmodel = 'n'\ncurrency = 'CNY'\ninput = 8\noutput = 20\n",
        )
        .unwrap();
        let own = PriceList::new(&config.price);
        let price = known(own.batch_pricing(openai, "m", day("2031-01-01")));
        assert_eq!((price.input, price.cached_input, price.output), (4.into(), 4.into(), 10.into()));
        assert_eq!(own.batch_pricing(openai, "n", day("2031-01-01")), Pricing::Unknown, "a discount is never guessed");
    }

    #[test]
    fn a_sum_no_decimal_holds_is_unknown_and_no_panic() {
        let price = known(PriceList::default().pricing(DEEPSEEK, "deepseek-flash", day("2026-11-24")));
        let Some(most) = price.of(usage(u64::MAX, 0, u64::MAX)) else { return };
        assert!(most.amount > Decimal::from(1_000_000));
    }

    #[test]
    fn old_rows_and_ended_offers_are_stale() {
        let list = PriceList::default();
        let read = |host: &str, model: &str, today: &str| list.pricing(host, model, day(today));
        assert!(matches!(read(DEEPSEEK, "deepseek-flash", "2027-04-15"), Pricing::Known(_)), "180 days");
        assert_eq!(read(DEEPSEEK, "deepseek-flash", "2027-04-16"), Pricing::Stale("2026-10-17".to_owned()));
        let gemini = "https://generativelanguage.googleapis.com/v1beta/openai";
        assert!(matches!(read(gemini, "gemini-3.8-flash", "2026-12-31"), Pricing::Known(_)));
        assert_eq!(read(gemini, "gemini-3.8-flash", "2027-01-01"), Pricing::Stale("2026-10-07".to_owned()));
        assert_eq!(read(DEEPSEEK, "nobody-knows", "2026-11-24"), Pricing::Unknown);
        assert_eq!(read("https://proxy.example/v1", "deepseek-flash", "2026-11-24"), Pricing::Unknown, "another seller's price");
    }

    #[test]
    fn own_prices_come_first_and_this_machine_costs_nothing() {
        let config = Config::parse(
            "[[price]]\nhost = '*.deepseek.com'\nmodel = 'deepseek-*'\ncurrency = 'USD'\ninput = 1\noutput = 2\n\
             [[price]]\nhost = '127.0.0.1'\nmodel = 'metered'\ncurrency = 'EUR'\ninput = 3\noutput = 3\n",
        )
        .unwrap();
        let list = PriceList::new(&config.price);
        let today = day("2031-01-01");
        let own = known(list.pricing(DEEPSEEK, "deepseek-flash", today));
        assert_eq!((own.currency.to_string().as_str(), own.cached_input), ("USD", Decimal::ONE));
        assert_eq!(list.pricing("http://127.0.0.1:8080/v1", "local", today), Pricing::Free);
        assert_eq!(list.pricing("http://[::1]:8080/v1", "local", today), Pricing::Free);
        assert_eq!(known(list.pricing("http://127.0.0.1:4000/v1", "metered", today)).currency.to_string(), "EUR");
    }

    #[test]
    fn a_prompt_longer_than_the_price_holds_for_has_no_known_price() {
        let list = PriceList::default();
        let price = known(list.pricing("https://api.openai.com/v1", "gpt-6-luna", day("2026-11-24")));
        assert!(price.of(usage(272_000, 0, 1)).is_some());
        assert_eq!(price.of(usage(272_001, 0, 1)), None);
        let pricing = Pricing::Known(price);
        assert_eq!(pricing.cost(&[attempt(Some(200), Some(usage(300_000, 0, 1)))]), Cost::Unknown);
    }

    #[test]
    fn failed_attempts_count_and_those_without_a_count_are_named() {
        let price = Price {
            currency: Currency::parse("USD").unwrap(),
            input: Decimal::from(2),
            cached_input: Decimal::ONE,
            output: Decimal::from(10),
            up_to_prompt_tokens: None,
            origin: String::new(),
        };
        let attempts = [
            attempt(Some(200), Some(usage(1_000, 0, 100))),
            attempt(Some(429), None),
            attempt(Some(500), Some(usage(500, 0, 0))),
            attempt(None, None),
            attempt(Some(200), None),
        ];
        let Cost::Known { money, uncounted } = Pricing::Known(price).cost(&attempts) else { panic!("no cost") };
        assert_eq!((money.to_string().as_str(), uncounted), ("0.004 USD", 2));
        assert_eq!(Pricing::Free.cost(&attempts), Cost::Free);
        assert_eq!(Pricing::Stale("2020-01-01".to_owned()).cost(&attempts), Cost::Unknown);
    }

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, fits) in [
            ("qwen-*", "qwen-plus", true),
            ("gpt-?-nano", "GPT-5-nano", true),
            ("gpt-4o-mini-????-??-??", "gpt-4o-mini-2024-07-18", true),
            ("*.azure.com", "x.openai.azure.com", true),
            ("qwen", "qwen-plus", false),
            ("*-plus", "qwen-plus-latest", false),
            ("", "", true),
            ("*", "", true),
            ("?", "", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
        assert!(!matches(&"*a".repeat(50), &"b".repeat(10_000)));
    }
}
