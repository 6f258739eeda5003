//! Amounts of money with their currency; two currencies never meet.

use std::fmt;

use rust_decimal::Decimal;

/// An ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads a code of three letters, in any case; whether a country uses it is not asked.
    pub fn parse(code: &str) -> Option<Self> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(formatter, "{}", char::from(*letter)))
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// An amount of money; shown to a millionth, since a request costs fractions of a cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// How much, in whole units of the currency.
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.amount.round_dp(6).normalize(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_three_letters() {
        assert_eq!(Currency::parse("cny").map(|code| code.to_string()), Some("CNY".to_owned()));
        assert_eq!([Currency::parse("CN"), Currency::parse("元元"), Currency::parse("U$D"), Currency::parse("")], [None; 4]);
    }

    #[test]
    fn money_is_shown_without_trailing_zeros() {
        let money = |units, scale| Money { amount: Decimal::new(units, scale), currency: Currency(*b"USD") };
        assert_eq!(money(1_234_500, 6).to_string(), "1.2345 USD");
        assert_eq!(money(12_345_678, 8).to_string(), "0.123457 USD");
        assert_eq!(money(0, 0).to_string(), "0 USD");
    }
}
